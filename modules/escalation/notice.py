# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Notices: in the client, by e-mail, one digest a day; none in the night.

A notice names a letter by its number and says nothing else of it: it goes
through mailboxes and screens that anybody may look at.  What is to be told
later, or by e-mail, waits in a table; the queue only makes it sooner.
"""
import datetime as dt
from email.message import EmailMessage
from itertools import groupby

import trytond.config as config
from sql import Null
from trytond.i18n import gettext
from trytond.model import (
    Index, ModelSingleton, ModelSQL, ModelView, dualmethod, fields)
from trytond.modules.agencies.watched import SiteWideMixin, WatchedMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool, PoolMeta
from trytond.sendmail import sendmail_transactional
from trytond.transaction import Transaction

from .due import DueMixin
from .people import Person


class Configuration(
        SiteWideMixin, WatchedMixin, AuditedMixin, ModelSingleton, ModelSQL,
        ModelView):
    "How people are told"
    __name__ = 'escalation.configuration'

    mail = fields.Boolean(
        "Send E-mail",
        help="Notices go to the mailboxes of the users as well.")
    day_from = fields.Integer(
        "Told from (Hour)", required=True,
        domain=[('day_from', '>=', 0), ('day_from', '<=', 23)])
    day_to = fields.Integer(
        "Told until (Hour)", required=True,
        domain=[('day_to', '>=', 1), ('day_to', '<=', 24)],
        help="What is not urgent waits for the next working day.")

    @staticmethod
    def default_day_from():
        return 7

    @staticmethod
    def default_day_to():
        return 18

    @classmethod
    def next_moment(cls, now):
        "Return when something that is not urgent may be told, from now on"
        Calendar = Pool().get('deadlines.calendar')
        hours = cls(1)
        calendar = Calendar.get_state_calendar().counting()
        day = time.local_day(now)
        if calendar.is_working(day) and now < time.start_of(
                day, 0) + dt.timedelta(hours=hours.day_to):
            return max(now, time.start_of(day, hours.day_from))
        return time.start_of(
            calendar.next_working(day + dt.timedelta(days=1)),
            hours.day_from)


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    notice_mail = fields.Selection([
            ('rule', "As the Rules Say"),
            ('digest', "Once a Day"),
            ('none', "Never"),
            ], "Notices by E-mail", sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._preferences_fields.append('notice_mail')

    @classmethod
    def tell(cls, users, record, message, /, **options):
        "By e-mail as well, and not in the night unless it is urgent"
        Pool().get('escalation.notice').post(users, record, message, **options)

    @staticmethod
    def default_notice_mail():
        return 'rule'


class Proposal(metaclass=PoolMeta):
    __name__ = 'agencies.proposal'

    @classmethod
    def tell(cls, users, record, message, **variables):
        "By e-mail as well, and at once: somebody may be at work"
        Pool().get('escalation.notice').post(
            users, record, message, urgent=True, icon='tryton-warning',
            **variables)


class Notification(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'res.notification'

    @dualmethod
    def save(cls, notifications):
        "Write the new ones in sets: a morning tells thousands"
        new = [n for n in notifications if n.id is None]
        if new:
            ids = cls.insert([n._save_values() for n in new], check=False)
            cls.on_modification('create', cls.browse(ids))
        super().save([n for n in notifications if n.id is not None])


class Notice(DueMixin, InSetsMixin, ModelSQL, ModelView):
    "What somebody is told later, or by e-mail"
    __name__ = 'escalation.notice'
    _log = False
    _due_field = 'not_before'
    # those of a user together
    _due_order = ('user', 'id')

    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='CASCADE')
    text = fields.Char("Text", required=True)
    model = fields.Char("Model")
    record = fields.Integer("Record")
    icon = fields.Char("Sign")
    made_at = fields.DateTime("Made at", required=True)
    not_before = fields.DateTime("Not Before", required=True)
    digest = fields.Boolean("In the Digest of the Day")
    tell = fields.Boolean("In the Client")
    mail = fields.Boolean("By E-mail")
    done_at = fields.DateTime("Done at")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.not_before, Index.Range()),
                where=table.done_at == Null))
        cls._order = [('made_at', 'DESC'), ('id', 'DESC')]

    def get_rec_name(self, name):
        return self.text

    @classmethod
    def post(cls, users, record, message, /, **options):
        "Tell users something about a record: see `prepare`"
        cls.keep(cls.prepare(users, record, message, **options))

    @classmethod
    def prepare(cls, users, record, message, /, **options):
        """Tell users something about a record: see `prepare_for`"""
        return cls.prepare_for([
                Person(
                    u.id, u.login, u.name, u.active, u.email, u.notice_mail,
                    u.language.code if u.language else None) for u in users],
            record.__name__, record.id, message, **options)

    @classmethod
    def prepare_for(cls, persons, model, id_, message, /, urgent=False,
            digest=False, icon='tryton-notification', calm=None,
            **variables):
        """Tell somebody something about a record, each in his language.

        persons -- people.Person
        message -- its variables name a letter by its number only
        urgent -- at once, also in the night; digest -- the e-mail can wait for
            the one of the day
        calm -- Configuration.next_moment, where it is known

        Returns what is left to `keep`: who tells much at once writes once."""
        Configuration = Pool().get('escalation.configuration')
        now = time.utcnow()
        moment = now if urgent else calm or Configuration.next_moment(now)
        by_mail = Configuration(1).mail
        waiting, texts = [], {}
        for person in persons:
            text = texts.get(person.language)
            if text is None:
                with Transaction().set_context(
                        language=person.language or Transaction().language):
                    text = gettext(message, **variables)
                texts[person.language] = text
            mail = bool(
                by_mail and person.email and person.notice_mail != 'none')
            collected = not urgent and (
                digest or person.notice_mail == 'digest')
            if moment <= now:
                Pool().get(model)(id_).notify_user(
                    icon, text, user=person.id)
                if not mail:
                    continue
            waiting.append({
                    'user': person.id, 'text': text, 'icon': icon,
                    'model': model, 'record': id_,
                    'made_at': now, 'tell': moment > now, 'mail': mail,
                    'digest': collected,
                    'not_before': (
                        cls._next_digest(moment) if collected and mail
                        else moment)})
        return waiting

    @classmethod
    def keep(cls, waiting):
        "Keep what is told later, or by e-mail"
        if not waiting:
            return
        with as_server("what is told later is kept by the server"):
            cls.insert(waiting, check=False)
        now = time.utcnow()
        if any(values['not_before'] <= now for values in waiting):
            cls._deliver_soon()

    @classmethod
    def _deliver_soon(cls):
        "Let the queue deliver, once for what a transaction has made"
        transaction = Transaction()
        if not transaction.__dict__.get('_notices_queued'):
            transaction.__dict__['_notices_queued'] = True
            cls.__queue__.deliver_due([])

    @classmethod
    def _next_digest(cls, moment):
        "Return the next morning of a working day"
        Configuration = Pool().get('escalation.configuration')
        tomorrow = time.local_day(moment) + dt.timedelta(days=1)
        return Configuration.next_moment(time.start_of(tomorrow))

    @classmethod
    def deliver_due(cls, notices=()):
        "Deliver what may be told by now; return how many notices"
        count = 0
        with as_server("what is due is told, whoever is there"):
            while notices := cls.take(time.utcnow()):
                cls._deliver(notices)
                count += len(notices)
        return count

    @classmethod
    def _deliver(cls, notices):
        pool = Pool()
        for user, group in groupby(notices, key=lambda n: n.user):
            group = list(group)
            for notice in group:
                if notice.tell:
                    pool.get(notice.model)(notice.record).notify_user(
                        notice.icon, notice.text, user=user.id)
            mails = [n for n in group if n.mail and user.email]
            collected = [n.text for n in mails if n.digest]
            with user.speaking():
                if collected:
                    cls._send(user, gettext(
                            'escalation.msg_mail_digest',
                            count=len(collected)), collected)
                for notice in mails:
                    if not notice.digest:
                        cls._send(user, gettext(
                                'escalation.msg_mail_subject'), [notice.text])
        cls.write(list(notices), {'done_at': time.utcnow()})

    @classmethod
    def _send(cls, user, subject, lines):
        "Hand a mail to the server when the transaction is through"
        message = EmailMessage()
        message['From'] = config.get('email', 'from')
        message['To'] = user.email
        message['Subject'] = subject
        message.set_content('\n'.join(
                [*(f'– {line}' for line in lines), '',
                    gettext('escalation.msg_mail_foot')]))
        sendmail_transactional(
            config.get('email', 'from'), [user.email], message, strict=True)
