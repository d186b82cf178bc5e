# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What comes with the modules, and what no client changes.

Tryton lets its administrator write templates that run Python in the server
(reports, mails; seen in 8.0.12, Genshi on Python 3.11), actions, triggers,
views, access rights, rules, groups.  Who writes these reads what he may not,
or gives rights to whom he wants.  Here all of `ir.`, the groups of `res.` and
the country are as the modules ship them, and only what is named below is for
clients to change.  A model that another release brings is closed from its
first day.

What templates the database holds already, whichever way they came, are not
used.
"""
from sql import Null
from trytond.i18n import gettext
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

from ..acting import as_server
from ..exceptions import FixedError

# What a client may change of Tryton's own, each with its own guard or rights
OPEN = {
    # on records, with the rights of these
    'ir.attachment', 'ir.note', 'ir.note.read', 'ir.avatar',
    'ir.avatar.cache', 'ir.email', 'ir.email.address', 'ir.chat.channel',
    'ir.chat.follower', 'ir.chat.author', 'ir.chat.message',
    # of the user himself
    'ir.export', 'ir.export-res.group', 'ir.export-write-res.group',
    'ir.export.line', 'ir.session', 'ir.session.wizard',
    'ir.ui.view_search', 'ir.ui.view_tree_state', 'ir.ui.view_tree_width',
    'ir.ui.view_tree_optional', 'ir.ui.menu.favorite', 'ir.calendar.day',
    # the scheduler: when, and whether; on record (audit), and told
    'ir.cron', 'ir.cron.log', 'ir.queue', 'ir.error',
    # people, with guards of their own
    'res.user', 'res.user.application', 'res.user.warning',
    'res.user.login.attempt', 'res.user.device', 'res.user-ir.action',
    'res.user-res.group', 'res.notification',
    }
# Of a scheduled job, when it runs; what it runs comes with the modules
CRON = frozenset([
        'active', 'interval_number', 'interval_type', 'minute', 'hour',
        'weekday', 'day'])


def is_fixed(name):
    "Tell if the records of a model come with the modules alone"
    return name.startswith(('ir.', 'res.', 'country.')) and name not in OPEN


class ConfigurationGuard:
    "In front of every model that stores"
    __slots__ = ()

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(
            mode, records, values=values, external=external)
        if not external:
            return
        if is_fixed(cls.__name__) or cls.__name__ == 'ir.cron' and (
                mode != 'write' or cls._is_other_job(records, values)):
            raise FixedError(gettext(
                    'foundation.msg_guard_fixed', **cls.__names__()))

    @classmethod
    def _is_other_job(cls, crons, values):
        return any(
            values[name] != getattr(cron, name) for cron in crons
            for name in values.keys() - CRON - {'logs'})


class Report(metaclass=PoolMeta):
    __name__ = 'ir.action.report'

    @classmethod
    def __register__(cls, module_name):
        super().__register__(module_name)
        table = cls.__table__()
        Transaction().connection.cursor().execute(*table.update(
                [table.report_content_custom], [Null],
                where=table.report_content_custom != Null))

    @classmethod
    def get_report_content(cls, reports, name):
        # whatever way something came into the database
        with as_server("what came into the database is shown to nobody"):
            for report in reports:
                report.report_content_custom = None
        return super().get_report_content(reports, name)


class EmailTemplate(metaclass=PoolMeta):
    __name__ = 'ir.email.template'

    @classmethod
    def search(cls, domain, *args, **kwargs):
        "Only those that came with the modules"
        return super().search(
            [domain, ('id', 'in', cls._shipped())], *args, **kwargs)

    @classmethod
    def _shipped(cls):
        data = Pool().get('ir.model.data').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*data.select(
                data.db_id, where=(data.model == cls.__name__)
                & (data.db_id != Null)))
        return [id_ for id_, in cursor]

    def get(self, record):
        if self.id not in self._shipped():
            raise FixedError(gettext(
                    'foundation.msg_guard_fixed', **self.__names__()))
        return super().get(record)
