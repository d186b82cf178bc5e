# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Citizens who come in person (tiếp công dân): days, sessions, register."""

from sql import Null
from trytond.i18n import gettext
from trytond.model import (
    Index, ModelSQL, ModelView, Unique, Workflow, fields)
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.exceptions import (
    DateError, LockedError, MaskedError, PersonError, StepError)
from trytond.modules.complaints.letter import summarise
from trytond.modules.complaints.number_field import Number
from trytond.modules.complaints.procedure import KINDS
from trytond.modules.complaints.secret_letter import SecretMixin
from trytond.modules.deadlines.clocked import ClockedMixin
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.listed import read_late, stored
from trytond.modules.foundation.locked import ALL, ELSE, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .letter import OF_RECEPTION
from .reception_register import show_date

FORMS = [
    ('ordinary', "Ordinary Reception"),
    ('head', "By the Head"),
    ('delegated', "On Behalf of the Head"),
    ]
_DRAFT = {
    'readonly': Eval('state') != 'draft',
    }


class Day(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "A day on which the head receives citizens (lịch tiếp công dân)"
    __name__ = 'reception.day'
    # always open, to whose it is
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked', asks='check_host',
        makes={ELSE}, removes={ELSE}, writes={ELSE: ALL})

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    day = fields.Date("Day", required=True)
    form = fields.Selection(
        [f for f in FORMS if f[0] != 'ordinary'], "Reception", required=True,
        sort=False)
    host = fields.Char("Host", required=True)
    place = fields.Char("Place")
    posted_on = fields.Date(
        "Posted on", help="The day on which the schedule was posted.")
    postponed_to = fields.Date("Postponed to")
    note = fields.Char("Note", states={
            'required': Eval('postponed_to', False),
            }, help="For a postponement: why.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('day_unique', Unique(table, table.agency, table.day, table.form),
                'reception.msg_reception_day_unique'),
            ]
        cls._order = [('day', 'DESC'), ('id', 'DESC')]

    @classmethod
    def default_agency(cls):
        return current_agency()

    def get_rec_name(self, name):
        return f'{self.day:%d/%m/%Y} {self.host}'

    def check_host(self):
        "Raise RoleError unless the user sees to who receives citizens"
        Pool().get('res.user').check_role(self.agency, 'clerk', 'leader')

    @classmethod
    def validate_fields(cls, days, field_names):
        super().validate_fields(days, field_names)
        for day in days:
            day.check_posted()

    def clock_variants(self):
        return set()

    def clock_calendar(self):
        return None

    def check_posted(self):
        "Raise DateError if the schedule was posted too late (TCD-04)"
        Clock = Pool().get('deadlines.clock')
        if not self.posted_on:
            return
        result = Clock.period_of(self, 'TCD-04', self.day)
        if result and self.posted_on > result.due_on:
            raise DateError(gettext(
                    'reception.msg_posted_late', day=show_date(self.day),
                    latest=show_date(result.due_on)))


class Reception(
        LockedMixin, SecretMixin, ClockedMixin, AuditedMixin, Workflow,
        ModelSQL, ModelView):
    "A session with people who came in person"
    __name__ = 'reception.reception'
    _rec_name = 'number'
    _audit_skip = frozenset(['due_on', 'warn_on', 'documented'])
    _getter_columns = {
        **ClockedMixin._getter_columns, 'get_rec_name': ('number',)}
    # what may name who came: the trail outlives the person
    _told = frozenset(['content', 'conclusion', 'note', 'papers'])
    _audit_secret = _told
    _birth = OF_RECEPTION
    _kept_texts = frozenset(['number'])

    number = Number("Number", readonly=True)
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT',
        states={'readonly': Eval('id', -1) >= 0})
    day = fields.Date("Day", required=True, states=_DRAFT)
    time = fields.Time("Appointed at", format='%H:%M', states=_DRAFT)
    form = fields.Selection(
        FORMS, "Reception", required=True, sort=False, states=_DRAFT)
    scheduled = fields.Many2One(
        'reception.day', "Day of the Head", ondelete='RESTRICT',
        domain=[
            ('agency', '=', Eval('agency', -1)),
            ('day', '=', Eval('day', None)),
            ],
        states={
            'readonly': _DRAFT['readonly'],
            'invisible': Eval('form') == 'ordinary',
            })
    host = fields.Char("Received by", required=True, states=_DRAFT)
    people_count = fields.Integer(
        "Number of People", required=True,
        domain=[('people_count', '>=', 1)], states=_DRAFT)
    persons = fields.One2Many(
        'reception.visitor', 'reception', "Persons", states=_DRAFT)
    person_names = fields.Function(fields.Char("Person"), 'get_person_names')
    kind = fields.Selection(
        KINDS, "Kind", required=True, sort=False, states=_DRAFT)
    kind_string = kind.translated('kind')
    secrecy = fields.Boolean(
        "Asks for Secrecy", states={
            'readonly': (Eval('state') != 'draft') | Eval('secrecy', False),
            'invisible': Eval('kind') == 'denunciation',
            },
        help="The citizen asks that nobody learns who came. "
        "Who denounces is always secret.")
    content = fields.Text("Content", required=True, states=_DRAFT)
    settled_by = fields.Char(
        "Settled before by", states=_DRAFT,
        help="The agency whose competence is exhausted.")
    papers = fields.Text(
        "Papers Received", states=_DRAFT,
        help="Name, pages and condition of each, one a line.")
    result = fields.Selection([
            (None, ""),
            ('letter', "Taken as a Letter"),
            ('guided', "Guided"),
            ('transferred', "Transferred"),
            ('explained', "Explained on the Spot"),
            ], "Result", sort=False,
        states={
            'readonly': Eval('state') != 'draft',
            })
    directed_to = fields.Char(
        "Directed to", states={
            'readonly': Eval('state') != 'draft',
            'invisible': ~Eval('result').in_(['guided', 'transferred']),
            'required': (Eval('state') == 'done') & Eval('result').in_(
                ['guided', 'transferred']),
            })
    document_number = fields.Char("Document Number", states=_DRAFT)
    refusal = fields.Many2One(
        'deadlines.ground', "Ground of the Refusal", ondelete='RESTRICT',
        domain=[('kind', '=', 'reception')], states=_DRAFT)
    conclusion = fields.Text(
        "Conclusion", states={
            'invisible': Eval('form') == 'ordinary',
            'readonly': Eval('state') != 'draft',
            },
        help="What the head concluded: the notice says it to those who "
        "have to act.")
    answered_on = fields.Date("Answered on", readonly=True)
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    note = fields.Char("Note")
    state = fields.Selection([
            ('draft', "Being Received"),
            ('done', "Received"),
            ('answered', "Answered"),
            ('refused', "Refused"),
            ], "State", required=True, readonly=True, sort=False)

    @classmethod
    def __setup__(cls):
        cls.number.search_unaccented = False
        super().__setup__()
        read_late(cls, 'content', 'papers', 'conclusion')
        table = cls.__table__()
        cls._sql_constraints += [
            ('number_unique', Unique(table, table.number),
                'complaints.msg_number_unique'),
            ]
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.day, Index.Range(order='DESC'))),
                Index(
                    table, (table.letter, Index.Equality()),
                    where=table.letter != Null),
                })
        cls._order = [('day', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('draft', 'done'), ('draft', 'refused'), ('done', 'answered'),
            # the notice of a refusal was sent
            ('refused', 'answered')}

        def when(state, icon):
            return {
                'invisible': Eval('state') != state, 'icon': icon,
                'depends': ['state']}
        cls._buttons.update({
                'finish': when('draft', 'tryton-ok'),
                'refuse': {
                    'invisible': (Eval('state') != 'draft') | ~Eval('refusal'),
                    'icon': 'tryton-cancel',
                    'depends': ['state', 'refusal']},
                'answer': {
                    'invisible': ~Eval('state').in_(['done', 'refused']),
                    'icon': 'tryton-email',
                    'depends': ['state']},
                })

    @classmethod
    def default_agency(cls):
        return current_agency()

    @classmethod
    def default_day(cls):
        return Pool().get('ir.date').today()

    @staticmethod
    def default_form():
        return 'ordinary'

    @staticmethod
    def default_people_count():
        return 1

    @staticmethod
    def default_state():
        return 'draft'

    @classmethod
    def default_host(cls):
        User = Pool().get('res.user')
        user = Transaction().user
        return User(user).name if user else None

    @classmethod
    def get_rec_name(cls, receptions, name):
        return {
            id_: number or gettext('reception.msg_reception_new')
            for id_, (number,) in stored(
                cls, [r.id for r in receptions], 'number').items()}

    @property
    def subject(self):
        return summarise(self.content)

    @classmethod
    def get_person_names(cls, receptions, name):
        Visitor = Pool().get('reception.visitor')
        names = Visitor.listed_names([r.id for r in receptions], 3)
        return {
            r.id: ', '.join(filter(None, names.get(r.id, []))) or None
            for r in receptions}

    def clock_variants(self):
        return set()

    def clock_calendar(self):
        return None

    def check_worker(self):
        "Raise RoleError if the user does not receive citizens here"
        User = Pool().get('res.user')
        User.check_role(self.agency, 'clerk', 'handler', 'leader')

    # Who may do what

    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        says={
            'create': 'reception.msg_reception_locked',
            'delete': 'reception.msg_reception_locked'},
        asks='check_worker',
        makes={'draft'},
        writes={'draft': ALL, ELSE: {'note'}})

    @classmethod
    def _locked_always(cls):
        return {
            'state', 'number', 'letter', 'clocks', 'due_on', 'answered_on',
            'agency'}

    @classmethod
    def _never_given(cls):
        # it is given once
        return super()._never_given() - {'agency'}

    @classmethod
    def on_modification(cls, mode, receptions, field_names=None):
        super().on_modification(mode, receptions, field_names=field_names)
        if mode == 'write' and (field_names or set()) & {'kind', 'secrecy'}:
            cls.make_secret(receptions)

    @property
    def keeper_id(self):
        return self.create_uid.id if self.create_uid else None

    def check_complete(self):
        today = Pool().get('ir.date').today()
        if self.day > today:
            raise DateError(gettext(
                    'complaints.msg_date_future', record=self.rec_name,
                    field=self.__names__('day')['field']))
        Pool().get('deadlines.rule').check_day(self.day, self, 'day')
        if not self.persons:
            raise PersonError(gettext(
                    'reception.msg_reception_person',
                    reception=self.rec_name))
        if not self.result:
            raise StepError(gettext(
                    'reception.msg_reception_result',
                    reception=self.rec_name))
        if not self.is_seen_by(Transaction().user):
            # who enters it keeps the identity in the letter
            raise MaskedError(gettext('complaints.msg_identity_masked'))
        Pool().get('complaints.representation').check(self, self.day)

    # The steps

    @classmethod
    @ModelView.button
    @Workflow.transition('done')
    def finish(cls, receptions):
        "Enter sessions into the register; a letter is born where one is"
        pool = Pool()
        Counter = pool.get('complaints.counter')
        Clock = pool.get('deadlines.clock')
        Letter = pool.get('complaints.letter')
        for reception in receptions:
            reception.check_worker()
        with as_server("check_worker() says who may finish"):
            receptions = cls.browse([r.id for r in receptions])
            for reception in receptions:
                reception.check_complete()
                reception.number, = Counter.take(
                    reception.agency, 'T', reception.day.year)
            taken = [r for r in receptions if r.result == 'letter']
            for reception, letter in zip(taken, Letter.born_of([
                            (r, {'channel': 'reception'}, ())
                            for r in taken]), strict=True):
                reception.letter = letter
            cls.save(receptions)
            # the citizen is told within ten working days what will be done
            Clock.start([(r, 'TCD-01', r.day) for r in receptions])

    @classmethod
    @ModelView.button
    @Workflow.transition('refused')
    def refuse(cls, receptions):
        "Refuse to receive; where the law wants it, a notice follows (TCD-06)"
        pool = Pool()
        Counter = pool.get('complaints.counter')
        Clock = pool.get('deadlines.clock')
        for reception in receptions:
            reception.check_worker()
        with as_server("check_worker() says who may refuse"):
            receptions = cls.browse([r.id for r in receptions])
            for reception in receptions:
                if not reception.refusal:
                    raise StepError(gettext(
                            'reception.msg_reception_ground',
                            reception=reception.rec_name))
                reception.refusal.check(
                    ['reception'], reception.kind, reception.day,
                    reception.document_number)
                reception.number, = Counter.take(
                    reception.agency, 'T', reception.day.year)
            cls.save(receptions)
            Clock.start([
                    (r, 'TCD-06', r.day) for r in receptions
                    if r.refusal.document])

    @classmethod
    @ModelView.button
    @Workflow.transition('answered')
    def answer(cls, receptions):
        "The citizen was told what is done with the matter"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        today = pool.get('ir.date').today()
        for reception in receptions:
            reception.check_worker()
        with as_server("check_worker() says who may answer"):
            receptions = cls.browse([r.id for r in receptions])
            cls.write(receptions, {'answered_on': today})
            Clock.stop(receptions, ['TCD-01', 'TCD-06'], today)

    @classmethod
    def copy(cls, receptions, default=None):
        if not receptions:
            return []
        raise AccessError(gettext('reception.msg_reception_copy'))
