# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who is away, from when until when, and who acts meanwhile.

Who acts holds the roles of who is away, in that agency and for these days,
and is told what he would have been told.  So nothing waits for an empty chair.
"""
from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.dated import DatedMixin
from trytond.modules.foundation.guards.stored import is_client
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .agency import current_agency
from .exceptions import AbsenceError
from .role import CONFIRMED, DELEGATED


class Absence(DatedMixin, ModelSQL, ModelView):
    __name__ = 'agencies.absence'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    user = fields.Many2One(
        'res.user', "Absent", required=True, ondelete='CASCADE')
    delegate = fields.Many2One(
        'res.user', "Acts Meanwhile", ondelete='RESTRICT',
        domain=[('id', '!=', Eval('user', -1))],
        help="Holds the roles of who is absent in this agency for these days, "
        "except to administer and to keep identities.")
    delegate_confirmed = fields.Boolean(
        "Confirmed", readonly=True,
        states={
            'invisible': ~Eval('delegate'),
            },
        help="Who acts for somebody who decides or oversees has his rights "
        "when that person or a second one has confirmed it.")
    reason = fields.Char("Reason")
    document = fields.Char(
        "Document", help="The decision that delegates.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.valid_to.required = True
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.delegate, Index.Equality()),
                    (table.valid_to, Index.Range()),
                    where=table.delegate != Null),
                Index(
                    table, (table.user, Index.Equality()),
                    (table.valid_to, Index.Range())),
                })
        cls._order = [('valid_from', 'DESC'), ('id', 'DESC')]

    @classmethod
    def __register__(cls, module_name):
        table_h = cls.__table_handler__(module_name)
        is_new = not table_h.column_exist('delegate_confirmed')
        super().__register__(module_name)
        if is_new:
            # what was entered before needed nobody else
            table = cls.__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.delegate_confirmed], [True]))

    @classmethod
    def default_agency(cls):
        return current_agency()

    @staticmethod
    def default_delegate_confirmed():
        return True

    def get_rec_name(self, name):
        return f'{self.user.rec_name} ({self.agency.rec_name})'

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('user.rec_name', *clause[1:])]

    @classmethod
    def view_attributes(cls):
        today = Pool().get('ir.date').today()
        return super().view_attributes() + [
            ('/tree', 'visual',
                If(Eval('valid_to', today) < today, 'muted', '')),
            ]

    @classmethod
    def check_modification(cls, mode, absences, values=None, external=False):
        User = Pool().get('res.user')
        super().check_modification(
            mode, absences, values=values, external=external)
        if not external:
            return
        if mode == 'write' and any(
                a.delegate_confirmed
                != values.get('delegate_confirmed', a.delegate_confirmed)
                for a in absences):
            raise AbsenceError(gettext('agencies.msg_absence_confirmed'))
        today = Pool().get('ir.date').today()
        for absence in absences:
            User.check_role(absence.agency, 'leader')
            if (absence.delegate
                    and absence.delegate.id == Transaction().user):
                raise AbsenceError(gettext(
                        'agencies.msg_absence_own'))
            if mode == 'delete' and absence.valid_from <= today:
                raise AbsenceError(gettext(
                        'agencies.msg_absence_past',
                        absence=absence.rec_name))

    @classmethod
    def create(cls, vlist):
        if is_client():
            vlist = [
                {**values, 'delegate_confirmed': True} for values in vlist]
        client = is_client()
        absences = super().create(vlist)
        if client:
            cls._ask_second(absences)
        return absences

    @classmethod
    def write(cls, absences, values, *args):
        client = is_client() and {
            'delegate', 'user', 'agency', 'valid_from', 'valid_to'
            } & set().union(values, *args[1::2])
        super().write(absences, values, *args)
        if client:
            cls._ask_second(
                [*absences, *(a for part in args[::2] for a in part)])

    @classmethod
    def _ask_second(cls, absences):
        "Let who would get more than one person may give wait for a second"
        with as_server(
                "whether a second person is asked is the server's to say"):
            asking = [
                a for a in cls.browse([a.id for a in absences])
                if a.asks_for_confirmation]
            if asking:
                cls.write(asking, {'delegate_confirmed': False})
                Pool().get('agencies.proposal').propose([{
                            'kind': 'absence', 'absence': a.id,
                            'user': a.delegate.id, 'agency': a.agency.id,
                            } for a in asking])

    @property
    def asks_for_confirmation(self):
        """Tell if who acts would get more than the user alone may give

        Who is absent gives what is his."""
        return bool(
            self.delegate and self.user.id != Transaction().user
            and any(
                m.agency == self.agency and m.role in DELEGATED & CONFIRMED
                and m.state == 'held'
                and (m.valid_to is None or m.valid_to >= self.valid_from)
                for m in self.user.memberships))

    @classmethod
    def validate_fields(cls, absences, field_names):
        User = Pool().get('res.user')
        super().validate_fields(absences, field_names)
        for absence in absences:
            delegate = absence.delegate
            if delegate and not any(
                    m.agency == absence.agency and m.role in DELEGATED
                    and m.valid_on(absence.valid_from)
                    for m in User(delegate.id).memberships):
                raise AbsenceError(gettext(
                        'agencies.msg_absence_delegate',
                        user=delegate.rec_name,
                        agency=absence.agency.rec_name))
            if cls.search([
                        ('id', '!=', absence.id),
                        ('user', '=', absence.user.id),
                        ('agency', '=', absence.agency.id),
                        ('valid_from', '<=', absence.valid_to),
                        ('valid_to', '>=', absence.valid_from),
                        ], limit=1):
                raise AbsenceError(gettext(
                        'agencies.msg_absence_overlap',
                        absence=absence.rec_name))

    @classmethod
    def on_modification(cls, mode, absences, field_names=None):
        super().on_modification(mode, absences, field_names=field_names)
        Pool().get('res.user').clear_role_caches()

    @classmethod
    def present(cls, users, agency, day):
        """Return who of the users is there, or acts for who is not

        In their order, without repeats; of a chain of delegates the first one
        who is there."""
        absences = {a.user: a for a in cls.search([
                    ('agency', '=', agency.id), cls.valid_domain(day)])}
        result = []
        for user in users:
            seen = set()
            while user and user in absences and user not in seen:
                seen.add(user)
                absence = absences[user]
                user = (
                    absence.delegate if absence.delegate_confirmed else None)
            if user and user not in seen and user.active:
                result.append(user)
        return list(dict.fromkeys(result))
