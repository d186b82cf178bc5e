# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who is asked for the calendar of a year, and until when."""
import datetime as dt

from trytond.modules.agencies.tests import create_user
from trytond.modules.complaints.tests.tools import create_office
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from .tools import EscalationTest

D = dt.date
MONDAY = D(2027, 1, 4)


def remind(day):
    "Run the job of a day; return {login: notification} of what stands"
    pool = Pool()
    Notification = pool.get('res.notification')
    transaction = Transaction()
    with clock.travel(day):
        pool.get('deadlines.calendar').remind()
    Notification.save(transaction.user_notifications)
    transaction.user_notifications.clear()
    return standing()


def standing():
    "Return {login: notification}, at most one for each"
    Notification = Pool().get('res.notification')
    result = {}
    for notification in Notification.search([
                ('model', '=', 'deadlines.calendar')]):
        login = notification.user.login
        assert login not in result, login
        result[login] = notification
    return result


def confirm(year):
    "Announce a year as it was computed"
    pool = Pool()
    Change = pool.get('deadlines.change')
    Day = pool.get('deadlines.calendar.day')
    change, = Change.create([{
                'name': "Lịch", 'document': "Thông báo", 'announced': True,
                'year': year,
                'days': [('create', [{
                                'date': day.date, 'kind': day.kind,
                                'name': day.name}
                            for day in Day.search([])
                            if day.date.year == year])],
                }])
    Change.preview([change])
    Change.apply([change])


class CalendarNoticeTestCase(EscalationTest):
    "Test the notice that a calendar is not confirmed"

    @with_transaction()
    def test_who(self):
        "Test administrators and supervisors are asked, a year ahead"
        office = create_office()
        create_user('quantri', office.agency, 'administrator')
        former = create_user('nghi', office.agency, 'administrator')
        former.memberships[0].valid_to = D(2026, 12, 31)
        former.memberships[0].save()
        former.save()
        self.assertEqual(remind(D(2026, 12, 31)), {})
        # nobody is told on a day of rest, or in the night
        self.assertEqual(remind(D(2027, 1, 3)), {})
        self.assertEqual(remind(dt.datetime(
                    2027, 1, 4, 22, tzinfo=clock.TIMEZONE)), {})
        told = remind(MONDAY)
        self.assertTrue(
            {office.supervisor.login, 'quantri', 'admin'} <= told.keys())
        self.assertFalse({
                office.handler.login, office.leader.login,
                office.clerk.login, 'nghi'} & told.keys())
        for notification in told.values():
            self.assertIn('2028', notification.label)
            self.assertTrue(notification.unread)

    @with_transaction()
    def test_stands(self):
        "Test it stands until the year is confirmed, read or not"
        Notification = Pool().get('res.notification')
        office = create_office()
        told = remind(MONDAY)
        self.assertTrue(told)
        user = office.supervisor
        with Transaction().set_user(user.id):
            Notification.mark_read([told[user.login]])
        self.assertFalse(remind(MONDAY)[user.login].unread)
        again = remind(MONDAY + dt.timedelta(days=1))
        self.assertEqual(again.keys(), told.keys())
        self.assertTrue(again[user.login].unread)
        # who comes later is told, too
        create_user('moi', office.agency, 'supervisor')
        self.assertIn('moi', remind(MONDAY + dt.timedelta(days=1)))
        with clock.travel(MONDAY):
            confirm(2028)
            self.assertEqual(standing(), {})
        self.assertEqual(remind(MONDAY + dt.timedelta(days=2)), {})
        # and a year later for the next one
        told = remind(D(2028, 1, 4))
        self.assertIn('2029', told[user.login].label)

    @with_transaction()
    def test_how_long_ahead(self):
        "Test how long ahead is a setting"
        pool = Pool()
        Configuration = pool.get('deadlines.configuration')
        create_office()
        configuration = Configuration(1)
        configuration.calendar_months = 3
        configuration.save()
        self.assertEqual(remind(MONDAY), {})
        self.assertTrue(remind(D(2027, 10, 1)))
        configuration = Configuration(1)
        configuration.calendar_months = 1
        configuration.save()
        self.assertEqual(remind(D(2027, 10, 1)), {})

    @with_transaction()
    def test_mail(self):
        "Test it waits for the digest of the day where e-mail is on"
        pool = Pool()
        Configuration = pool.get('escalation.configuration')
        Notice = pool.get('escalation.notice')
        office = create_office()
        user = office.supervisor
        user.email = 'giamsat@example.com'
        user.save()
        configuration = Configuration(1)
        configuration.mail = True
        configuration.save()
        remind(MONDAY)
        waiting, = Notice.search([('user', '=', user.id)])
        self.assertTrue(waiting.mail and waiting.digest)
        remind(MONDAY)
        self.assertEqual(
            Notice.search([('user', '=', user.id)], count=True), 1)
        with clock.travel(MONDAY):
            confirm(2028)
        self.assertEqual(Notice.search([('user', '=', user.id)]), [])
