# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.model import (
    DeactivableMixin, ModelSQL, ModelView, fields, sequence_ordered)
from trytond.modules.agencies.agency import KINDS as AGENCY_KINDS
from trytond.modules.complaints.procedure import INSTANCES, KINDS
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.modules.routing.dated_rules import DatedRulesMixin
from trytond.pyson import Eval
from trytond.transaction import Transaction

EVENTS = [
    (None, ""),
    ('signatories', "So Many People Signed"),
    ('letters', "So Many Letters on the Same Matter"),
    ('sent_back', "A Transfer Came Back so Often"),
    ('head_accused', "The Head of the Agency Is Denounced"),
    ('unclear', "The Rules Name Several Agencies or Nobody"),
    ('handler_gone', "The Handler Has Left or Is Absent"),
    ('handler_accused', "The Handler Is Whom it Is about"),
    ('agency_ended', "The Agency Exists no More"),
    ('draft', "Not Registered for so Many Days"),
    ('unclocked', "No Time Limit Runs"),
    ('unsupplemented', "No Supplement for so Many Days"),
    ('receipt_corrected', "The Receipt Was Moved to a Later Day"),
    ('excluded_late', "Days Were Left out Afterwards"),
    ]
ACTIONS = [
    ('escalate', "Escalate until Somebody Answers"),
    ('notify', "Notify"),
    ('urge', "Draft an Urging Letter of the Superior"),
    ('report', "Draft a Request for a Report of the Superior"),
    ('reassign', "Give to the Handler with the Least Work"),
    ('hand_over', "Hand to the Superior"),
    ('dispute', "Ask the Common Superior who Settles"),
    ]
MATTERS = [
    (None, ""),
    ('complaints.letter', "Letter"),
    ('complaints.case', "Case"),
    ('reception.reception', "Reception"),
    ('routing.transfer', "Transfer"),
    ('routing.dispute', "Dispute on Jurisdiction"),
    ('escalation.demand', "Urging Letter or Request"),
    ]
_TIME = {'invisible': Eval('trigger') != 'time'}
_EVENT = {'invisible': Eval('trigger') != 'event'}


class EscalationRule(
        sequence_ordered(), DeactivableMixin, DatedRulesMixin,
        ModelSQL, ModelView):
    "When something moves up, of what, to whom; all that match apply"
    __name__ = 'escalation.rule'
    _plain_cache = Cache('escalation.rule.plain', context=False)

    name = fields.Char("Name", required=True)
    trigger = fields.Selection([
            ('time', "A Time Limit"),
            ('event', "An Event"),
            ], "Triggered by", required=True, sort=False)
    base = fields.Selection([
            ('due', "The End of the Time Limit"),
            ('start', "Its Start"),
            ], "Counted from", required=True, sort=False, states=_TIME)
    delay = fields.Integer(
        "Days after", required=True, states=_TIME,
        help="0: on the morning after the last day.  Less than 0: so many "
        "days before.")
    unit = fields.Selection([
            ('working_day', "Working Days"),
            ('day', "Days"),
            ], "Unit", required=True, sort=False, states=_TIME)
    repeat = fields.Integer(
        "Repeat after Working Days", states=_TIME,
        domain=['OR', ('repeat', '=', None), ('repeat', '>=', 1)],
        help="It goes one level higher each time; empty: once only.")
    levels = fields.Integer(
        "Levels", required=True, domain=[('levels', '>=', 1)], states=_TIME,
        help="How many levels of superiors it can reach.")
    promise = fields.Integer(
        "Longest Promise (Days)", states=_TIME,
        domain=['OR', ('promise', '=', None), ('promise', '>=', 1)],
        help="For how many days at most who answers can keep it from moving "
        "higher; empty: not at all.")
    event = fields.Selection(EVENTS, "Event", sort=False, states={
            **_EVENT,
            'required': Eval('trigger') == 'event',
            })
    count = fields.Integer(
        "At Least", states=_EVENT,
        domain=['OR', ('count', '=', None), ('count', '>=', 1)],
        help="From how many on.")

    matter = fields.Selection(
        MATTERS, "What", sort=False, help="Empty: whatever it is.")
    clock_rule = fields.Many2One(
        'deadlines.rule', "Time Limit", ondelete='RESTRICT', states=_TIME,
        help="Only for this time limit; empty for all of them.")
    kind = fields.Selection(
        [(None, ""), *KINDS], "Kind", sort=False,
        help="Only for letters and cases of this kind.")
    instance = fields.Selection(
        [(None, ""), *INSTANCES], "Instance", sort=False)
    agency_kind = fields.Selection(
        [(None, ""), *AGENCY_KINDS], "Kind of Agency", sort=False)

    action = fields.Selection(ACTIONS, "Action", required=True, sort=False)
    to = fields.Selection([
            ('superior', "The Superior Agency, one Level Higher Each Time"),
            ('own', "The Agency Itself"),
            ('sender', "The Agency that Transferred it"),
            ('second', "Who Settles at the Second Instance"),
            ], "To", required=True, sort=False)
    role = fields.Selection([
            ('supervisor', "Supervisor"),
            ('leader', "Leader"),
            ('handler', "Handler"),
            ('clerk', "Clerk"),
            ], "Role", required=True, sort=False)
    urgent = fields.Boolean(
        "Urgent", help="Told at once, also in the night and on rest days.")
    digest = fields.Boolean(
        "In the Digest", help="The e-mail waits for the one of the day.")
    citation = fields.Char("Article")
    certainty = fields.Selection(
        [(None, ""), *CERTAINTIES], "Certainty", sort=False)
    planned_upto = fields.Integer(
        "Planned up to", readonly=True,
        help="Up to which time limit the rule was applied to those that run "
        "already; empty when it is done.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['dry_run'] = {'icon': 'tryton-search'}

    @classmethod
    def __register__(cls, module):
        table_h = cls.__table_handler__(module)
        older = not table_h.column_exist('trigger')
        super().__register__(module)
        if older:
            table = cls.__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.trigger, table.base, table.unit, table.action,
                        table.to, table.role, table.promise],
                    ['time', 'due', 'working_day', 'escalate', 'superior',
                        'supervisor', 15]))

    @staticmethod
    def default_trigger():
        return 'time'

    @staticmethod
    def default_base():
        return 'due'

    @staticmethod
    def default_delay():
        return 0

    @staticmethod
    def default_unit():
        return 'working_day'

    @staticmethod
    def default_levels():
        return 1

    @staticmethod
    def default_action():
        return 'escalate'

    @staticmethod
    def default_to():
        return 'superior'

    @staticmethod
    def default_role():
        return 'supervisor'

    @classmethod
    @ModelView.button_action('escalation.wizard_escalation_try')
    def dry_run(cls, rules):
        pass

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if mode == 'create' or values.keys() & {
                'active', 'trigger', 'base', 'delay', 'unit', 'matter',
                'clock_rule', 'kind', 'instance', 'agency_kind',
                'valid_from', 'valid_to'}:
            # what runs already is planned anew, by the sweeper
            values.setdefault('planned_upto', 0)
        return values

    # What it is for

    @classmethod
    def plain(cls):
        """Return the rules in their order, each as a moves.Rule

        They are asked for with each letter: nothing is read for it."""
        rules = cls._plain_cache.get(None)
        if rules is None:
            rules = tuple(rule.plain_rule() for rule in cls.search([
                        ('active', '=', True)]))
            cls._plain_cache.set(None, rules)
        return rules

    @classmethod
    def on_modification(cls, mode, rules, field_names=None):
        super().on_modification(mode, rules, field_names=field_names)
        cls._plain_cache.clear()
