# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Opening a protected identity: asked for, consented to, shown, on record.

Everybody sees a mask.  Who needs to know asks, with a purpose of the law and
a reason; where the rule says so somebody else consents; then it is open to
them for some hours, and each time it is shown is on record before it is shown.
Every round stays: what was asked, refused, opened, closed.
"""
import datetime as dt
from collections import Counter

from trytond.i18n import gettext
from trytond.model import (
    Index, ModelSQL, ModelView, Workflow, fields, sequence_ordered)
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server, as_user
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin
from trytond.modules.foundation.listed import stored
from trytond.modules.foundation.locked import ELSE, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .exceptions import OpeningError
from .respondent import is_meant, name_key

# Who may ask, as seen from the letter
ASKERS = [
    ('keeper', "Who Handles or Registered it"),
    ('team', "Member of the Team that Verifies"),
    ('leader', "Leader of the Agency"),
    ('worker', "Clerk, Handler or Leader of the Agency"),
    ('supervisor', "Supervisor of the Agency"),
    ]
CONSENTS = [
    ('none', "Nobody: it Is on Record"),
    ('leader', "A Leader Who Settles"),
    ('custodian', "The Custodian of Identities"),
    ]


class OpeningRule(
        sequence_ordered(), DatedMixin, AuditedMixin, ModelSQL, ModelView):
    "For which purpose an identity is opened, to whom, and with whose consent"
    __name__ = 'complaints.opening.rule'

    name = fields.Char("Purpose", required=True)
    asker = fields.Selection(ASKERS, "Who May Ask", required=True, sort=False)
    consent = fields.Selection(
        CONSENTS, "Consent of", required=True, sort=False)
    hours = fields.Integer(
        "Open for (Hours)", required=True, domain=[('hours', '>', 0)],
        help="For how long it stays open to who asked.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)

    @classmethod
    def in_force(cls, day):
        return cls.search(cls.valid_domain(day))

    def lets_ask(self, user, record):
        "Tell if the user may ask for this purpose"
        User = Pool().get('res.user')
        if self.asker == 'keeper':
            return user == record.keeper_id
        if self.asker == 'team':
            case = getattr(record, 'case', None)
            return bool(case) and user in {
                v.user.id for v in case.team if v.user and v.granted}
        if self.asker == 'supervisor':
            above = {a.id for a in record.agency.superiors()}
            with as_user(user):
                return bool(above & set(User.get_supervised()))
        roles = {
            'leader': ['leader'],
            'worker': ['clerk', 'handler', 'leader'],
            }[self.asker]
        return User.has_role(record.agency, *roles, user=user)


class Opening(LockedMixin, AuditedMixin, Workflow, ModelSQL, ModelView):
    "That somebody asked to know who denounces, and what became of it"
    __name__ = 'complaints.opening'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT')
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    number = fields.Function(fields.Char("Number"), 'get_number')
    requested_by = fields.Many2One(
        'res.user', "Asked by", required=True, readonly=True,
        ondelete='RESTRICT')
    requested_at = fields.DateTime("Asked at", required=True, readonly=True)
    rule = fields.Many2One(
        'complaints.opening.rule', "Purpose", readonly=True,
        ondelete='RESTRICT')
    reason = fields.Text("Reason", readonly=True)
    decided_in = fields.Many2One(
        'agencies.agency', "Decided in", readonly=True, ondelete='RESTRICT',
        help="The agency whose people consent.")
    decided_by = fields.Many2One(
        'res.user', "Decided by", readonly=True, ondelete='RESTRICT')
    decided_at = fields.DateTime("Decided at", readonly=True)
    decision_note = fields.Text(
        "Why",
        states={
            'readonly': Eval('state') != 'requested',
            },
        help="Why it is opened or not.")
    open_until = fields.DateTime("Open until", readonly=True)
    shown = fields.Function(fields.Integer(
            "Times Shown", help="How often it was shown, each on record."),
        'get_shown')
    state = fields.Selection([
            ('requested', "Asked"),
            ('granted', "Opened"),
            ('refused', "Refused"),
            ('closed', "Closed"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.requested_by, Index.Equality()),
                    (table.open_until, Index.Range())),
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.requested_at, Index.Range(order='DESC'))),
                Index(table, (table.letter, Index.Equality())),
                Index(
                    table, (table.decided_in, Index.Equality()),
                    where=table.state == 'requested'),
                })
        cls._order = [('requested_at', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('requested', 'granted'), ('requested', 'refused'),
            ('granted', 'closed')}
        for name, icon, state in [
                ('grant', 'tryton-ok', 'requested'),
                ('refuse', 'tryton-cancel', 'requested'),
                ('close', 'tryton-archive', 'granted')]:
            cls._buttons[name] = {
                'invisible': Eval('state') != state,
                'icon': icon,
                'depends': ['state'],
                }

    @staticmethod
    def default_state():
        return 'requested'

    def get_rec_name(self, name):
        return f'{self.number} – {self.state_string}'

    @classmethod
    def get_number(cls, openings, name):
        with as_server("who keeps the identities need not read letters"):
            return {
                o.id: o.record.rec_name
                for o in cls.browse([o.id for o in openings])}

    def _looks(self):
        "Return the domain of the entries of what was shown by this opening"
        return [
            ('resource', '=', str(self.record)),
            ('action', '=', 'reveal'),
            ('user', '=', self.requested_by.id),
            ('summary', 'like', f'#{self.id} %'),
            ]

    @classmethod
    def get_shown(cls, openings, name):
        "Count what _looks finds, for all openings at once"
        entry = Pool().get('audit.entry').__table__()
        names = cls.place_fields()
        models = [cls._fields[name].model_name for name in names]
        rows = stored(
            cls, [o.id for o in openings], 'requested_by', *names)
        places = {
            f'{model},{id_}' for _, *ids in rows.values()
            for model, id_ in zip(models, ids, strict=True) if id_}
        cursor = Transaction().connection.cursor()
        counts = Counter()
        for sub_places in grouped_slice(sorted(places), 1000):
            cursor.execute(*entry.select(
                    entry.user, entry.summary,
                    where=(entry.action == 'reveal')
                    & entry.resource.in_(list(sub_places))))
            counts.update(
                (user, (summary or '').partition(' ')[0])
                for user, summary in cursor)
        return {
            id_: counts[user, f'#{id_}']
            for id_, (user, *_) in rows.items()}

    def _was_just_shown(self, summary):
        Entry = Pool().get('audit.entry')
        since = time.utcnow() - dt.timedelta(minutes=1)
        with as_server("whether it was just shown is on record"):
            return bool(Entry.search(
                    [self._looks(), ('summary', '=', summary),
                        ('at', '>', since)], limit=1))

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual',
                If(Eval('state') == 'requested', 'warning',
                    If(Eval('state') == 'refused', 'danger', ''))),
            ]

    @classmethod
    def place_fields(cls):
        "Return the fields that name what is opened, one of which is filled"
        return ['letter']

    @classmethod
    def place_field(cls, model):
        "Return which of them names a record of a model"
        return next(
            name for name in cls.place_fields()
            if cls._fields[name].model_name == model)

    @property
    def record(self):
        "The letter, or whatever else is opened"
        return next(filter(None, (
                    getattr(self, name) for name in self.place_fields())),
            None)

    # Locks

    _lock = Lock(
        OpeningError, 'complaints.msg_opening_locked',
        asks='check_decider', binds={'delete'},
        writes={ELSE: {'decision_note'}})

    @classmethod
    def copy(cls, openings, default=None):
        if not openings:
            return []
        raise OpeningError(gettext('complaints.msg_opening_locked'))

    # Asking

    @classmethod
    def rules_for(cls, record, user):
        "Return the rules by which the user may ask"
        Rule = Pool().get('complaints.opening.rule')
        today = Pool().get('ir.date').today()
        if is_conflicted(user, record):
            return []
        return [r for r in Rule.in_force(today) if r.lets_ask(user, record)]

    @classmethod
    def ask(cls, record, rule, reason):
        """Put on record that the user asks, and return the opening

        It is open at once where nobody has to consent, and refused where no
        rule lets the user ask."""
        user = acting_user()
        with as_server("rules_for() says who may ask for what"):
            record = record.__class__(record.id)
            opening = cls(
                agency=record.agency, requested_by=user,
                requested_at=time.utcnow(), reason=reason)
            setattr(opening, cls.place_field(record.__name__), record)
            if not rule or rule not in cls.rules_for(record, user):
                return opening._refuse_by_rule()
            opening.rule = rule
            if rule.consent == 'none':
                opening._open()
                opening.state = 'granted'
                opening.save()
            else:
                opening.decided_in, users = opening.deciders()
                if not users:
                    return opening._refuse_by_rule()
                opening.save()
                for decider in users:
                    with decider.speaking():
                        opening.notify_user(
                            'tryton-notification', gettext(
                                'complaints.msg_opening_asked',
                                number=record.rec_name),
                            user=decider.id)
            opening.put_on_record('request')
        return opening

    def _refuse_by_rule(self):
        self.state = 'refused'
        self.decided_at = time.utcnow()
        self.decision_note = gettext('complaints.msg_opening_no_rule')
        self.save()
        self.put_on_record('refuse')
        return self

    def _open(self):
        self.open_until = time.utcnow() + dt.timedelta(hours=self.rule.hours)

    def put_on_record(self, action, what=None):
        """Put on the record of the letter what was done, by which opening

        The same shown again within a minute, as by a form that is read
        anew, is one look."""
        purpose = self.rule.name if self.rule else ''
        summary = ': '.join(filter(None, [
                    f'#{self.id} {purpose}'.strip(), what or self.reason]))
        if action == 'reveal' and self._was_just_shown(summary):
            return
        Pool().get('audit.entry').append([{
                    'action': action,
                    'resource': self.record,
                    'agency': self.agency.id,
                    'summary': summary,
                    }])

    # Consenting

    def deciders(self):
        """Return the agency whose people consent, and these people

        Nobody consents for himself, nor whom the letter is about.  Where
        nobody is left in the agency, those of the next one above."""
        roles = ['leader'] if self.rule.consent == 'leader' else ['custodian']
        for agency in [self.agency, *self.agency.superiors()]:
            for role in dict.fromkeys([*roles, 'custodian', 'leader']):
                users = [
                    u for u in agency.users_with(role)
                    if u != self.requested_by
                    and not is_conflicted(u.id, self.record)]
                if users:
                    return agency, users
        return None, []

    def check_decider(self):
        "Raise OpeningError unless the user may consent"
        user = acting_user()
        with as_server("deciders() says who may consent"):
            opening = self.__class__(self.id)
            _, users = opening.deciders()
        if user and user not in {u.id for u in users}:
            raise OpeningError(gettext(
                    'complaints.msg_opening_decider', number=self.number))

    @classmethod
    @ModelView.button
    @Workflow.transition('granted')
    def grant(cls, openings):
        cls._decide(openings, 'granted')

    @classmethod
    @ModelView.button
    @Workflow.transition('refused')
    def refuse(cls, openings):
        for opening in openings:
            if not opening.decision_note:
                raise OpeningError(gettext(
                        'complaints.msg_opening_note', number=opening.number))
        cls._decide(openings, 'refused')

    @classmethod
    def _decide(cls, openings, state):
        for opening in openings:
            opening.check_decider()
        with as_server("check_decider() says who may consent"):
            openings = cls.browse([o.id for o in openings])
            for opening in openings:
                opening.decided_by = acting_user()
                opening.decided_at = time.utcnow()
                if state == 'granted':
                    opening._open()
            cls.save(openings)
            for opening in openings:
                if state == 'refused':
                    opening.put_on_record('refuse', opening.decision_note)
                asker = opening.requested_by
                with asker.speaking():
                    opening.record.notify_user(
                        'tryton-notification', gettext(
                            f'complaints.msg_opening_{state}',
                            number=opening.number),
                        user=asker.id)

    @classmethod
    @ModelView.button
    @Workflow.transition('closed')
    def close(cls, openings):
        "End an opening before its time"
        now = time.utcnow()
        with as_server("one's own, or check_decider() says who may"):
            openings = cls.browse([o.id for o in openings])
            for opening in openings:
                user = acting_user()
                if user != opening.requested_by.id:
                    opening.check_decider()
                opening.open_until = min(opening.open_until or now, now)
            cls.save(openings)

    # Showing

    @classmethod
    def current(cls, records, user):
        "Return {id: opening} of records of a model that are open to a user"
        if not records or not user:
            return {}
        place = cls.place_field(records[0].__name__)
        with as_server("what is open to somebody is what access asks for"):
            openings = cls.search([
                    ('requested_by', '=', user),
                    ('open_until', '>', time.utcnow()),
                    ('state', '=', 'granted'),
                    (place, 'in', [r.id for r in records]),
                    ], order=[('open_until', 'ASC')])
            # who handles it no more, or has lost the post, sees it no more
            return {
                getattr(o, place).id: o for o in openings
                if o.rule.lets_ask(user, o.record)
                and not is_conflicted(user, o.record)}

    @classmethod
    def were_open(cls, records, user):
        "Return the ids of records of a model that were open to a user"
        if not records:
            return set()
        place = cls.place_field(records[0].__name__)
        with as_server("what was open to somebody is what access asks for"):
            return {getattr(o, place).id for o in cls.search([
                        ('requested_by', '=', user),
                        ('open_until', '!=', None),
                        (place, 'in', [r.id for r in records])], order=[])}

    @classmethod
    def visible(cls, persons):
        """Return the ids of the persons whom the user may see now

        What is opened of a protected one is put on record."""
        transaction = Transaction()
        visible = {p.id for p in persons if not p.protected}
        protected = [p for p in persons if p.protected]
        if not protected:
            return visible
        user = transaction.user
        typing = {p.id for p in protected if p.is_being_typed(user)}
        others = [p for p in protected if p.id not in typing]
        if (others and user
                and not transaction.context.get('_masked')):
            places = {p.place.id: p.place for p in others}
            openings = cls.current(list(places.values()), user)
            for place, opening in openings.items():
                opened = [p for p in others if p.place.id == place]
                visible.update(p.id for p in opened)
                opening.put_on_record('reveal', ', '.join(
                        f'{p.__names__()["model"]} {p.id}' for p in opened))
        return visible | typing

    @classmethod
    def may_see(cls, record, user):
        "Tell if the user sees now who sent a letter, or the like"
        return all(
            not p.protected or p.is_being_typed(user)
            for p in record.persons) or bool(cls.current([record], user))


def is_conflicted(user, record):
    """Tell if a letter is about the user: by a name, or a post, he has or had

    Whom a denunciation is about never learns who denounced, and consents to
    nothing (Luật Tố cáo Điều 8, 11, 56); nor of another part of the letter,
    which the same people have sent."""
    User = Pool().get('res.user')
    if not user:
        return False
    with as_server("who is it about is asked to keep it from him"):
        keys = User.known_names(user)
        accused = record.accused() if hasattr(record, 'accused') else []
        if hasattr(record, 'kin'):
            accused += [
                other for letter in record.kin() if letter != record
                and letter.kind == 'denunciation'
                for other in letter.accused()]
        return any(
            is_meant(
                keys,
                lambda agency: int(agency) in User.get_led(user),
                name_key(person.name), person.agency, person.role)
            for person in accused)
