# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from . import lawbook
from .exceptions import ClockRuleError, DayError, RuleVersionError

UNITS = [
    ('day', "Calendar Days"),
    ('working_day', "Working Days"),
    ('month', "Months"),
    ('year', "Years"),
    ('immediate', "At Once"),
    ('none', "No Number in the Law"),
    ('per_week', "Days a Week"),
    ('per_month', "Days a Month"),
    ('per_year', "Times a Year"),
    ]
_VERSION_FIELDS = [
    'valid_from', 'valid_to', 'length', 'unit', 'before', 'by_decision',
    'extensions', 'extension_length', 'tolerance_length', 'tolerance_unit',
    'tolerance_citation', 'citation', 'certainty', 'source', 'note']


class Rule(ModelSQL, ModelView):
    __name__ = 'deadlines.rule'

    code = fields.Char(
        "Code", required=True, help="The identifier of the time limit.")
    name = fields.Char("Name", required=True)
    procedure = fields.Char("Procedure", required=True)
    trigger = fields.Char(
        "Trigger", required=True,
        help="The event after which the time runs.")
    who = fields.Char("Who", help="Who has to act in time.")
    document = fields.Char("Document", help="The document that proves it.")
    transition = fields.Boolean(
        "Transition Open",
        help="No clause says which law holds for periods that have begun "
        "before a change: an interpretation decides.")
    citizen = fields.Boolean(
        "Of the Citizen",
        help="It is the citizen who has to act in time.")
    intake = fields.Char(
        "Looked at for",
        help="The procedures and instances whose letters are measured by it "
        "when they come in.")
    versions = fields.One2Many('deadlines.rule.version', 'rule', "Versions")

    _code_cache = Cache('deadlines.rule.code', context=False)
    _versions_cache = Cache('deadlines.rule.versions', context=False)
    _oldest_cache = Cache('deadlines.rule.oldest', context=False)

    @classmethod
    def __setup__(cls):
        cls.code.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code),
                'deadlines.msg_rule_code_unique'),
            ]
        cls._order.insert(0, ('code', 'ASC'))

    def get_rec_name(self, name):
        return f'{self.code} – {self.name}'

    @classmethod
    def search_rec_name(cls, name, clause):
        _, operator, *rest = clause
        bool_op = (
            'AND' if operator.startswith(('!', 'not ')) else 'OR')
        return [bool_op, ('code', operator, *rest), ('name', operator, *rest)]

    @classmethod
    def get(cls, code):
        """Return the rule of this code; raise ClockRuleError if none"""
        id_ = cls._code_cache.get(code)
        if id_ is None:
            rules = cls.search([('code', '=', code)], limit=1)
            if not rules:
                raise ClockRuleError(gettext(
                        'deadlines.msg_rule_unknown', code=code))
            id_ = rules[0].id
            cls._code_cache.set(code, id_)
        return cls(id_)

    def version_on(self, day, variants=()):
        """Return the version in force on day in these circumstances

        Lengths that need a decision are not taken.  None if the law had no
        such limit on that day."""
        Version = Pool().get('deadlines.rule.version')
        version = lawbook.select(
            self.lawbook_versions(), day, variants, by_decision=False)
        return Version(int(version.rule)) if version else None

    @classmethod
    def oldest_day(cls):
        """Return the first day on which a receipt starts a time limit

        Nothing counts what was received before; None without such a rule."""
        known = cls._oldest_cache.get('receipt')
        if known is None:
            versions = Pool().get('deadlines.rule.version').search(
                [('rule.trigger', '=', 'receipt')],
                order=[('valid_from', 'ASC')], limit=1)
            known = tuple(v.valid_from for v in versions)
            cls._oldest_cache.set('receipt', known)
        return known[0] if known else None

    @classmethod
    def check_day(cls, day, record, field):
        """Raise DayError for a day before the oldest rule

        record, field -- the record, and the name of the field of the day"""
        oldest = cls.oldest_day()
        if day and oldest and day < oldest:
            raise DayError(gettext(
                    'deadlines.msg_day_too_old', record=record.rec_name,
                    field=record.__names__(field)['field'],
                    day=day.strftime('%d/%m/%Y'),
                    oldest=oldest.strftime('%d/%m/%Y')))

    @classmethod
    def intake_of(cls, procedure, instance):
        "Return the rules by which such a letter is measured at intake"
        return [
            rule for rule in cls.search([('intake', 'not in', [None, ''])])
            if f'{procedure}/{instance}' in rule.intake.split(',')]

    def extension_on(self, day, variants=()):
        "Return the lawbook.Version that decisions can extend to, or None"
        return lawbook.select_extension(
            self.lawbook_versions(), day, variants)

    def successor(self, version):
        "Return the lawbook.Version that follows a version, or None"
        return lawbook.successor(self.lawbook_versions(), version)

    def lawbook_versions(self):
        "Return the versions as lawbook.Version"
        versions = self._versions_cache.get(self.id)
        if versions is None:
            versions = tuple(v.lawbook() for v in self.versions)
            self._versions_cache.set(self.id, versions)
        return versions

    @classmethod
    def load(cls):
        """Add the rules and versions of data/rules.toml that are missing

        What exists is left as it is: the length of a version never changes.
        What an older release did not know of it yet is added."""
        Version = Pool().get('deadlines.rule.version')
        rules = {rule.code: rule for rule in cls.search([])}
        for rule in lawbook.rules().values():
            if rule.code not in rules:
                rules[rule.code], = cls.create([{
                            'code': rule.code,
                            'name': rule.name,
                            'procedure': rule.procedure,
                            'trigger': rule.trigger,
                            'who': rule.who,
                            'document': rule.document,
                            'transition': rule.transition,
                            'citizen': rule.citizen,
                            'intake': rule.intake,
                            }])
        done = {
            (v.rule.code, v.valid_from, v.variants or ''): v
            for v in Version.search([])}
        cls._complete(rules, done)
        Version.create([
                {'rule': rules[rule.code].id, **Version.values_of(version)}
                for rule in lawbook.rules().values()
                for version in rule.versions
                if (rule.code, version.valid_from,
                    ','.join(sorted(version.variants))) not in done])

    @classmethod
    def _complete(cls, rules, versions):
        "Migration from the first release: add what versions said in notes"
        Version = Pool().get('deadlines.rule.version')
        for rule in lawbook.rules().values():
            record = rules[rule.code]
            values = {
                name: getattr(rule, name)
                for name in ['transition', 'citizen', 'intake']}
            if any(getattr(record, n) is None for n in values):
                cls.write([record], values)
            for version in rule.versions:
                known = versions.get((
                        rule.code, version.valid_from,
                        ','.join(sorted(version.variants))))
                if not known or known.extensions is not None:
                    continue
                Version.write([known], {
                        name: getattr(version, name)
                        for name in _VERSION_FIELDS
                        if name.startswith(('extension', 'tolerance'))
                        or name == 'note'})

    @classmethod
    def on_modification(cls, mode, rules, field_names=None):
        super().on_modification(mode, rules, field_names=field_names)
        cls._code_cache.clear()
        cls._versions_cache.clear()
        cls._oldest_cache.clear()


class RuleVersion(LockedMixin, ModelSQL, ModelView):
    __name__ = 'deadlines.rule.version'
    _lock = Lock(AccessError, 'deadlines.msg_law_by_change')

    rule = fields.Many2One(
        'deadlines.rule', "Rule", required=True, ondelete='CASCADE')
    valid_from = fields.Date("Valid from", required=True)
    valid_to = fields.Date(
        "Valid to",
        domain=[
            If(Eval('valid_from') & Eval('valid_to'),
                ('valid_to', '>=', Eval('valid_from')),
                ()),
            ])
    length = fields.Integer("Length", required=True)
    unit = fields.Selection(UNITS, "Unit", required=True, sort=False)
    unit_string = unit.translated('unit')
    variants = fields.Char(
        "Circumstances",
        help="Comma separated: complex, especially_complex, remote, "
        "several_places, dismissal.")
    before = fields.Boolean(
        "Counted back", help="The last day on which one may act before.")
    by_decision = fields.Boolean(
        "By Decision", help="This length needs a decision to extend.")
    extensions = fields.Integer(
        "Extensions", help="How many decisions may extend it.")
    extension_length = fields.Integer(
        "Length of an Extension", help="How much one may add at most.")
    tolerance_length = fields.Integer("Tolerance")
    tolerance_unit = fields.Selection(
        [(None, ""), *UNITS], "Unit of the Tolerance", sort=False)
    tolerance_citation = fields.Char(
        "Article of the Tolerance",
        help="Another text that gives more time; it is shown, the due date "
        "follows the stricter one.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)
    source = fields.Char("Source")
    note = fields.Char("Note")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('rule')
        cls._order.insert(0, ('rule', 'ASC'))
        cls._order.insert(1, ('valid_from', 'ASC'))

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        Pool().get('deadlines.rule').load()

    @staticmethod
    def default_certainty():
        return 'verified'

    def get_rec_name(self, name):
        return f'{self.rule.code} ({self.length} {self.unit_string})'

    @classmethod
    def validate_fields(cls, versions, field_names):
        super().validate_fields(versions, field_names)
        for version in versions:
            try:
                set(map(lawbook.variant, version.variant_names()))
            except lawbook.LawbookError:
                raise RuleVersionError(gettext(
                        'deadlines.msg_variant_unknown',
                        variants=version.variants,
                        known=', '.join(lawbook.VARIANTS)))
            if version.length < 0:
                raise RuleVersionError(gettext(
                        'deadlines.msg_length_negative',
                        version=version.rec_name))

    @classmethod
    def on_modification(cls, mode, versions, field_names=None):
        Rule = Pool().get('deadlines.rule')
        super().on_modification(mode, versions, field_names=field_names)
        Rule._versions_cache.clear()
        Rule._oldest_cache.clear()

    def variant_names(self):
        return [v for v in (self.variants or '').split(',') if v.strip()]

    def lawbook(self):
        "Return the version as lawbook.Version; its rule is our id"
        return lawbook.Version(
            rule=str(self.id),
            variants=frozenset(map(lawbook.variant, self.variant_names())),
            **{name: getattr(self, name) for name in _VERSION_FIELDS})

    @staticmethod
    def values_of(version):
        "Return the values of a lawbook.Version, to create a record"
        values = {name: getattr(version, name) for name in _VERSION_FIELDS}
        values['tolerance_unit'] = values['tolerance_unit'] or None
        values['variants'] = ','.join(sorted(version.variants))
        return values
