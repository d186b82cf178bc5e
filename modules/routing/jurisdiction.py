# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whose matter is it?  The answer of the law, as dated rules."""
from trytond.i18n import gettext
from trytond.model import (
    MatchMixin, ModelSQL, ModelView, fields, sequence_ordered)
from trytond.modules.agencies.agency import KINDS
from trytond.modules.complaints.procedure import INSTANCES
from trytond.modules.complaints.procedure import KINDS as LETTER_KINDS
from trytond.modules.complaints.respondent import LATER, ROLES
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.modules.foundation.reading_wizard import ReadingWizard
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .candidate import Candidate
from .dated_rules import DatedRulesMixin

# What older releases left to a person, and who it is: by the column that came
# with the change, what settles now, with which values, by which rules
_NAMED_NOW = [
    ('agency_code', 'settler_superior', {}, [
            'denunciation_2_head', 'denunciation_2_body',
            'denunciation_overdue_head', 'denunciation_overdue_body']),
    ('agency_code', 'named', {'agency_code': 'BNV'}, [
            'disciplinary_2_province', 'disciplinary_2_ministry']),
    ('agency_code', 'ministry', {}, ['complaint_2_province']),
    ('respondent_code', 'court', {'citation': "Luật Khiếu nại Điều 7.2"}, [
            'complaint_2_ministry', 'complaint_2_2012_ministry']),
    ('respondent_code', 'superior', {
            'citation': "Luật Khiếu nại Điều 20, 21, 23"},
        ['complaint_2_2025_other']),
    ]
_STILL = [('post', "Is Still in the Post")]


class Jurisdiction(
        sequence_ordered(), DatedRulesMixin, MatchMixin, ModelSQL, ModelView):
    "A rule on who settles; the first one that matches wins"
    __name__ = 'routing.jurisdiction'

    kind = fields.Selection(
        [(None, ""), *LETTER_KINDS], "Kind", sort=False)
    instance = fields.Selection(
        [(None, ""), *INSTANCES], "Instance", sort=False)
    respondent_role = fields.Selection(ROLES, "Respondent Is", sort=False)
    respondent_kind = fields.Selection(
        [(None, ""), *KINDS], "Kind of Agency", sort=False)
    respondent_code = fields.Char(
        "Code of its Agency",
        help="Only about the agency with this code.")
    superior_kind = fields.Selection(
        [(None, ""), *KINDS], "Kind of its Superior", sort=False)
    later = fields.Selection(
        [*LATER, *_STILL], "Since Then", sort=False,
        help="What became of the respondent since the act.")
    role_now = fields.Selection(
        ROLES[:3], "Is There", sort=False,
        help="What the respondent is where he works now.")
    ended = fields.Boolean(
        "Agency Has Ended",
        help="The agency was merged, split or dissolved since.")
    settles = fields.Selection([
            ('same', "The Agency of the Respondent"),
            ('superior', "Its Superior Agency"),
            ('present', "The Agency where the Respondent Works Now"),
            ('present_superior', "The Superior of Where He Works Now"),
            ('settler_superior', "The Superior of Who Has to Settle First"),
            ('ministry', "The Ministry of the Field"),
            ('named', "The Agency Named here"),
            ('court', "Nobody by this Law: the Court"),
            ('nobody', "Has to Be Decided by a Person"),
            ], "Who Settles", required=True, sort=False)
    agency = fields.Many2One(
        'agencies.agency', "Agency", ondelete='RESTRICT', states={
            'invisible': Eval('settles') != 'named',
            'required': Eval('settles') == 'named',
            })
    agency_code = fields.Char(
        "Code of the Agency", states={
            'invisible': Eval('settles') != 'named',
            },
        help="Until the agency itself is chosen, the one of this code.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)
    certainty_string = certainty.translated('certainty')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.agency.states['required'] = (Eval('settles') == 'named') & (
            ~Eval('agency_code'))
        cls._buttons['try_it'] = {'icon': 'tryton-search'}

    @classmethod
    def __register__(cls, module):
        table_h = cls.__table_handler__(module)
        lacking = {
            column for column, *_ in _NAMED_NOW
            if not table_h.column_exist(column)}
        super().__register__(module)
        cls._name_who_settles(lacking)

    @classmethod
    def _name_who_settles(cls, columns):
        """Let rules of older releases say what they left to a person

        columns -- those that the database lacked until now"""
        table = cls.__table__()
        data = Pool().get('ir.model.data').__table__()
        cursor = Transaction().connection.cursor()
        for column, settles, values, names in _NAMED_NOW:
            if column not in columns:
                continue
            values = {'settles': settles, **values}
            cursor.execute(*table.update(
                    [getattr(table, name) for name in values],
                    list(values.values()),
                    where=(table.settles == 'nobody') & table.id.in_(
                        data.select(data.db_id, where=(
                                data.module == 'routing')
                            & data.fs_id.in_(
                                [f'jurisdiction_{n}' for n in names])))))

    @staticmethod
    def default_certainty():
        return 'verified'

    def get_rec_name(self, name):
        return self.citation

    @classmethod
    @ModelView.button_action('routing.wizard_jurisdiction_try')
    def try_it(cls, rules):
        pass

    @classmethod
    def find(cls, letter):
        """Return who settles the letter, and why.

        A pair (agency or None, sentence with the article)."""
        candidates = cls.candidates(letter)
        if not candidates:
            return None, gettext('routing.msg_respondent_missing')
        if len(candidates) > 1:
            return None, gettext(
                'routing.msg_jurisdiction_several', candidates='; '.join(
                    c.reason for c in candidates))
        candidate, = candidates
        return candidate.agency, candidate.reason

    @classmethod
    def candidates(cls, letter):
        """Return a Candidate for each agency that could have to settle

        One: the law is clear.  Several, or one without an agency: a person
        has to decide.  None: it is not known whom the letter is about."""
        found = []
        for accused in letter.accused():
            agency = accused.agency
            if not agency and letter.kind in {'petition', 'reflection'}:
                agency = letter.agency
            if not agency:
                continue
            candidate = cls._candidate(
                letter, accused, agency, letter.instance)
            if candidate.agency not in {c.agency for c in found}:
                found.append(candidate)
        return found

    @classmethod
    def only_court(cls, letter):
        "Tell if by this law nobody settles the letter, only the court"
        candidates = cls.candidates(letter)
        return len(candidates) == 1 and candidates[0].court

    @classmethod
    def _candidate(cls, letter, accused, agency, instance):
        day = letter.received_on
        superiors = agency.parents_on(day)
        pattern = {
            'kind': letter.kind,
            'instance': instance,
            'respondent_role': accused.role,
            'respondent_kind': agency.kind,
            'respondent_code': agency.code,
            'superior_kind': superiors[0].kind if superiors else None,
            'later': accused.later or 'post',
            'role_now': accused.role_now,
            'ended': bool(agency.valid_to and agency.valid_to < day),
            }
        for rule in cls.in_force(day):
            if rule.match(pattern):
                break
        else:
            return Candidate(None, None)
        settlers = getattr(rule, f'_settles_{rule.settles}')(
            letter, accused, agency, superiors)
        heirs = {rule._heir(settler, agency) for settler in settlers}
        return Candidate(
            heirs.pop() if len(heirs) == 1 else None, rule, tuple(settlers),
            rule.settles == 'ministry' and getattr(letter, 'field', None)
            or None)

    @staticmethod
    def _heir(settler, agency):
        "Return who stands today in the place of who settles about an agency"
        today = Pool().get('ir.date').today()
        heir = settler.successor_on(today)
        if heir == agency != settler:
            # nobody settles what is said of himself
            heir = heir.parent
        return heir

    def match(self, pattern, match_none=False):
        # an agency that still exists is the rule, and needs no mention
        if not self.ended:
            pattern = {**pattern, 'ended': False}
        return super().match(pattern, match_none=match_none)

    # The agencies that settle, of the day on which the letter was received

    def _settles_same(self, letter, accused, agency, superiors):
        return [agency]

    def _settles_superior(self, letter, accused, agency, superiors):
        return superiors

    def _settles_present(self, letter, accused, agency, superiors):
        return [accused.agency_now or agency]

    def _settles_present_superior(self, letter, accused, agency, superiors):
        today = Pool().get('ir.date').today()
        current = (accused.agency_now or agency).successor_on(today)
        return [current.parent] if current and current.parent else []

    def _settles_settler_superior(self, letter, accused, agency, superiors):
        first = self._candidate(letter, accused, agency, '1')
        return list(dict.fromkeys(
                superior for settler in first.settlers
                for superior in settler.parents_on(letter.received_on)))

    def _settles_ministry(self, letter, accused, agency, superiors):
        field = getattr(letter, 'field', None)
        return [field.ministry] if field and field.ministry else []

    def _settles_named(self, letter, accused, agency, superiors):
        Agency = Pool().get('agencies.agency')
        named = self.agency or Agency.by_code(self.agency_code)
        return [named] if named else []

    def _settles_court(self, letter, accused, agency, superiors):
        return []

    _settles_nobody = _settles_court


class TryStart(ModelView):
    __name__ = 'routing.jurisdiction.try.start'

    day = fields.Date("Received on", required=True)
    kind = fields.Selection(LETTER_KINDS, "Kind", required=True, sort=False)
    instance = fields.Selection(
        INSTANCES, "Instance", required=True, sort=False)
    field = fields.Many2One('complaints.field', "Field")
    agency = fields.Many2One(
        'agencies.agency', "Agency of the Respondent", required=True,
        search_context={'active_test': False})
    role = fields.Selection(ROLES, "Respondent Is", sort=False)
    later = fields.Selection(LATER, "Since Then", sort=False)
    agency_now = fields.Many2One('agencies.agency', "Works Now in")
    role_now = fields.Selection(ROLES[:3], "Is There", sort=False)

    @classmethod
    def default_day(cls):
        return Pool().get('ir.date').today()

    @staticmethod
    def default_kind():
        return 'complaint'

    @staticmethod
    def default_instance():
        return '1'


class TryResult(ModelView):
    __name__ = 'routing.jurisdiction.try.result'

    agency = fields.Many2One(
        'agencies.agency', "Who Settles", readonly=True)
    reason = fields.Char("Reason", readonly=True)
    rule = fields.Many2One('routing.jurisdiction', "Rule", readonly=True)
    asked = fields.Integer(
        "Rule Number", readonly=True,
        help="The place of the rule among those in force on that day.")


class Try(ReadingWizard, Wizard):
    "Ask the rules who would settle"
    __name__ = 'routing.jurisdiction.try'
    _readable = frozenset(['routing.jurisdiction'])

    start = StateView('routing.jurisdiction.try.start',
        'routing.jurisdiction_try_start_view_form', [
            Button("Close", 'end', 'tryton-close'),
            Button("Try", 'ask', 'tryton-search', default=True),
            ])
    ask = StateTransition()
    result = StateView('routing.jurisdiction.try.result',
        'routing.jurisdiction_try_result_view_form', [
            Button("Close", 'end', 'tryton-close'),
            Button("Try again", 'start', 'tryton-back', default=True),
            ])

    def transition_ask(self):
        return 'result'

    def default_start(self, fields):
        if not hasattr(self.start, 'agency'):
            return {}
        return {
            name: getattr(value, 'id', value) for name in fields
            if (value := getattr(self.start, name, None)) is not None}

    def default_result(self, fields):
        pool = Pool()
        Jurisdiction = pool.get('routing.jurisdiction')
        Letter = pool.get('complaints.letter')
        start = self.start
        letter = Letter(
            kind=start.kind, instance=start.instance, field=start.field,
            received_on=start.day, agency=start.agency,
            respondent_agency=start.agency, respondent_role=start.role,
            respondent_later=start.later,
            respondent_agency_now=start.agency_now,
            respondent_role_now=start.role_now)
        candidate, = Jurisdiction.candidates(letter)
        rules = Jurisdiction.in_force(start.day)
        return {
            'agency': candidate.agency.id if candidate.agency else None,
            'reason': candidate.reason,
            'rule': candidate.rule.id if candidate.rule else None,
            'asked': (
                rules.index(candidate.rule) + 1 if candidate.rule else None),
            }
