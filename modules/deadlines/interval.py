# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pyson import Eval, If

from . import lawbook
from .exceptions import ClockAccessError


class Interval(LockedMixin, ModelSQL, ModelView):
    __name__ = 'deadlines.clock.interval'
    _lock = Lock(ClockAccessError, 'deadlines.msg_clock_access')

    clock = fields.Many2One(
        'deadlines.clock', "Clock", required=True, ondelete='CASCADE')
    kind = fields.Selection([
            ('pause', "Days not Counted"),
            ('extension', "Extension"),
            ('withdrawal', "Withdrawal of a Part"),
            ('termination', "Termination"),
            ], "Kind", required=True, sort=False)
    start = fields.Date("Decided on", required=True)
    end = fields.Date(
        "Resumed on",
        domain=[
            If(Eval('start') & Eval('end'),
                ('end', '>=', Eval('start')),
                ()),
            ],
        states={
            'invisible': Eval('kind') != 'pause',
            })
    length = fields.Integer(
        "Length",
        states={
            'invisible': Eval('kind') != 'extension',
            'required': Eval('kind') == 'extension',
            })
    ground = fields.Many2One(
        'deadlines.ground', "Ground", ondelete='RESTRICT',
        help="The reason that the law gives for it.")
    reason = fields.Char("Reason")
    entered_on = fields.Date(
        "Entered on", help="The day on which the decision was put here.")
    document = fields.Char("Document")
    end_document = fields.Char(
        "Document of the Resumption",
        states={
            'invisible': Eval('kind') != 'pause',
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('clock')
        cls._order.insert(0, ('start', 'ASC'))

    @property
    def convention(self):
        "Return the convention of whether the day of the decision counts"
        ground = getattr(self, 'ground', None)
        return ground and ground.convention or lawbook.Ground.convention

    @property
    def note(self):
        """What the explanation says about it

        A decision that was put on record later than it was made is said to
        be: nobody makes a late case vanish with an old date."""
        def value(name):
            return getattr(self, name, None)

        parts = [
            value('ground') and self.ground.name, value('reason'),
            value('document')]
        entered_on = value('entered_on')
        if entered_on and entered_on > self.start:
            parts.append(gettext(
                    'deadlines.msg_entered_later',
                    day=entered_on.strftime('%d/%m/%Y')))
        return ', '.join(filter(None, parts))
