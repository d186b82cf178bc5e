# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Lodge letters: created and registered in one call."""
from trytond.i18n import gettext
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import readable
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.transaction import Transaction

from . import births, plan, planning
from .counter import waits_for_numbers
from .exceptions import LockedError, MaskedError

# So many at a time
MOST = 1000


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__rpc__['lodge'] = RPC(
            readonly=False, size_limits={0: MOST},
            decorator=waits_for_numbers)

    @classmethod
    def lodge(cls, letters):
        """Create and register letters in one call.

        For clients, portals and integrations: what create() and register()
        do one after the other, in a tenth of the time.

        letters -- a list of up to 1,000 dictionaries of values, as for
            create(): kind and content, and by default the agency of the
            user, received_on today, channel 'reception', people_count 1.
            persons, respondents and obstacles are lists of dictionaries.

        Returns a list of dictionaries with id, number, state and due_on, in
        the same order.  All are lodged, or none.

        Raises what create() and register() raise, with the same words: for a
        value that can not be, a field that one may not write, an agency where
        one does not register, a sender that lacks.
        """
        pool = Pool()
        values = [cls._lodged(v) for v in letters]
        if Transaction().check_access:
            pool.get('ir.model.access').check(cls.__name__, 'create')
            cls._check_lodged(values)
        by = planning.acting()
        born = births.bear(
            [(v, [plan.Act('register')]) for v in values], by)
        letters = [birth.outcome.matter for birth in born]
        # what the rules of records let one create
        cls._ModelSQL__check_domain_rule([le.id for le in letters], 'create')
        return [{
                'id': le.id, 'number': le['number'], 'state': le.state,
                'due_on': le['due_on']} for le in letters]

    @classmethod
    def _lodged(cls, values):
        "Return the values of a letter with what is said by saying nothing"
        if not isinstance(values, dict):
            raise LockedError(gettext('complaints.msg_lodge_values'))
        values = dict(values)
        for name in values:
            if name not in cls._fields:
                raise LockedError(gettext(
                        'complaints.msg_lodge_field', field=name))
        if not values.get('agency'):
            values['agency'] = current_agency()
        if not values.get('received_on'):
            values['received_on'] = Pool().get('ir.date').today()
        return values

    @classmethod
    def _check_lodged(cls, letters):
        "Raise what create() raises for what a client may not say"
        pool = Pool()
        User = pool.get('res.user')
        FieldAccess = pool.get('ir.model.field.access')
        FieldAccess.check(
            cls.__name__, sorted(set().union(*letters)), 'write')
        locked = cls._locked_always() | {'state'}
        own = {*cls.stored_fields(), *births.CHILDREN}
        agencies = {}
        for values in letters:
            for name, value in values.items():
                if name not in own and value or name in locked and (
                        value not in (
                            cls.default_state() if name == 'state' else None,
                            None, False, (), [])):
                    raise LockedError(gettext(
                            'complaints.msg_lodge_field',
                            field=cls.__names__(name)['field']))
            if values['agency'] not in agencies:
                with as_server(
                        "an agency is looked at to refuse, not to show"):
                    agencies[values['agency']] = pool.get(
                        'agencies.agency')(values['agency'])
                User.check_role(
                    agencies[values['agency']], 'clerk', 'handler', 'leader')
            for name, model in births.CHILDREN.items():
                cls._check_child(
                    pool.get(model), births.rows_of(values.get(name)))

    @classmethod
    def _check_child(cls, Model, rows):
        pool = Pool()
        if not rows:
            return
        pool.get('ir.model.access').check(Model.__name__, 'create')
        pool.get('ir.model.field.access').check(
            Model.__name__, sorted(set().union(*rows)), 'write')
        for row in rows:
            for name, value in row.items():
                if name in {'identity', 'withdrawn_on'} and value:
                    raise MaskedError(gettext(
                            'complaints.msg_identity_masked'))
                if name not in Model._fields:
                    raise LockedError(gettext(
                            'complaints.msg_lodge_field', field=name))
                if isinstance(value, str):
                    readable(Model, name, value)
