# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The conditions of a letter: all the rest at once, and what is left blank."""
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.pool import PoolMeta
from trytond.pyson import Eval

from .condition import _OPEN as OPEN


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['meet_rest'] = {
            'invisible': ~Eval('state').in_(OPEN),
            'icon': 'tryton-ok',
            'depends': ['state'],
            }

    @ModelView.button_change('conditions')
    def meet_rest(self):
        "Find met what nobody has found yet; it is saved with the letter"
        findings = list(self.conditions or [])
        for finding in findings:
            if not finding.finding:
                finding.finding = 'met'
        self.conditions = findings

    @fields.depends('state', 'conditions')
    def on_change_notify(self):
        notifications = super().on_change_notify()
        if self.state == 'classified':
            blank = sum(1 for f in self.conditions or [] if not f.finding)
            if blank:
                notifications.append(('warning', gettext(
                            'complaints.msg_findings_to_look_at',
                            count=blank)))
        return notifications
