# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The calendar of a year is asked for until somebody has confirmed it.

Who administers and who supervises get a notice as long ahead as *Time Limits /
Warnings* says.  Who has read it sees it again the next day; it goes when the
year is announced by a change of the calendar.
"""
import json

from trytond.i18n import gettext
from trytond.model import ModelView, Workflow, fields
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta

ROLES = ['administrator', 'supervisor']
MESSAGE = 'escalation.msg_calendar_unconfirmed'


class Calendar(metaclass=PoolMeta):
    __name__ = 'deadlines.calendar'

    asked_on = fields.Date(
        "Asked for on", readonly=True,
        help="The last day on which who is to confirm a year was asked.")

    @classmethod
    def remind(cls):
        "Ask for the year that is to be confirmed; by trytond-cron"
        pool = Pool()
        Configuration = pool.get('escalation.configuration')
        Notice = pool.get('escalation.notice')
        with as_server("who administers is reminded by the server"):
            texts = cls.withdraw_notices()
            now = time.utcnow()
            if not texts or Configuration.next_moment(now) > now:
                return
            calendar = cls.get_state_calendar()
            told = {n.user.id for n in cls._notices()}
            Notice.post(
                [user for user in texts if user.id not in told],
                calendar, MESSAGE, digest=True, year=cls.year_to_confirm())
            if calendar.asked_on != time.today():
                cls._show_again()
                calendar.asked_on = time.today()
                calendar.save()

    @classmethod
    def withdraw_notices(cls):
        """Take back what is no longer asked for, or no longer of somebody

        Returns {user: text} of what is asked for now."""
        pool = Pool()
        year, texts = cls.year_to_confirm(), {}
        if year:
            for user in cls._asked():
                with user.speaking():
                    texts[user] = gettext(MESSAGE, year=year)
        with as_server("what is answered is taken back from everybody"):
            for name, field in [
                    ('res.notification', 'label'),
                    ('escalation.notice', 'text')]:
                gone = [
                    n for n in cls._notices() if n.__name__ == name
                    and texts.get(n.user) != getattr(n, field)]
                # PostgreSQL takes no empty list from res.notification
                if gone:
                    pool.get(name).delete(gone)
        return texts

    @classmethod
    def _asked(cls):
        "Return the users who administer or supervise today"
        pool = Pool()
        Membership = pool.get('agencies.membership')
        User = pool.get('res.user')
        ModelData = pool.get('ir.model.data')
        today = pool.get('ir.date').today()
        with as_server("whom to remind is the same for everybody"):
            users = {m.user.id for m in Membership.search([
                        ('role', 'in', ROLES),
                        ('user.active', '=', True),
                        Membership.valid_domain(today),
                        ])}
            users.update(u.id for u in User.search([
                        ('groups', '=', ModelData.get_id(
                            'deadlines.group_deadlines_admin')),
                        ]))
            return User.browse(sorted(users))

    @classmethod
    def _notices(cls):
        "Return what stands in the clients, and what waits to be told"
        pool = Pool()
        Notification = pool.get('res.notification')
        Notice = pool.get('escalation.notice')
        calendar = cls.get_state_calendar()
        return [
            *Notification.search([
                    ('model', '=', cls.__name__),
                    ('records', '=', json.dumps([calendar.id])),
                    ]),
            *Notice.search([
                    ('model', '=', cls.__name__),
                    ('record', '=', calendar.id),
                    ('done_at', '=', None),
                    ])]

    @classmethod
    def _show_again(cls):
        "Show what was read on an earlier day"
        Notification = Pool().get('res.notification')
        read = [
            n for n in cls._notices()
            if isinstance(n, Notification) and not n.unread]
        if read:
            Notification.write(read, {'unread': True})


class Change(metaclass=PoolMeta):
    __name__ = 'deadlines.change'

    @classmethod
    @ModelView.button
    @Workflow.transition('applied')
    def apply(cls, changes):
        super().apply(changes)
        Pool().get('deadlines.calendar').withdraw_notices()
