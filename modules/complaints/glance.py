# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a person sees first of a letter or case: what is next, by when.

And no button that one may never press.
"""
from html import escape

from lxml import etree
from trytond.i18n import gettext
from trytond.model import Model, ModelView, fields
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import StateAction, Wizard

from . import planning
from .outlook import next_look
from .proceeding import role_names

# With enough contrast on white: as the signs of the lists
COLOURS = {
    'overdue': '#b71c1c', 'silent': '#6a1b9a', 'last': '#b71c1c',
    'soon': '#8a5300', 'calm': '#1b5e20'}


class GlanceMixin(Model):
    "What is next, by whom and until when, on top of the form"
    __slots__ = ()

    glance = fields.Function(
        fields.Text("Next Step"), 'get_glance')

    def get_glance(self, name):
        "Say it in the HTML that the clients know"
        work = self.work()
        look = next_look(work) if self.state not in self._closed() else None
        lines = self._glance_step(work, look) if look else [_strong(
                gettext('complaints.msg_glance_done',
                    state=self.state_string))]
        return ''.join(
            f'<div>{line}</div>' for line in lines + self._glance_more())

    def _glance_step(self, work, look):
        lines = [_strong(gettext(
                    'complaints.msg_glance_step', step=look.step.title))]
        who = gettext('complaints.msg_glance_you') if look.held else (
            role_names(look.step.roles))
        if not look.held and self.handler and 'handler' in look.step.roles:
            who = self.handler.rec_name
        lines.append(escape(gettext('complaints.msg_glance_who', who=who)))
        if self.due_on:
            lines.append(self._glance_due())
        if look.unmet:
            lines.append(escape(gettext(
                        'complaints.msg_glance_lacking',
                        lacking='; '.join(
                            planning.said(work.requirement_text(r))
                            for r in look.unmet))))
        elif look.step.document:
            lines.append(escape(look.step.document))
        return lines

    def _glance_due(self):
        Date = Pool().get('ir.date')
        days = (self.due_on - Date.today()).days
        day = self.due_on.strftime('%d/%m/%Y')
        if days < 0:
            text = gettext(
                'complaints.msg_glance_late', day=day, days=-days)
        elif not days:
            text = gettext('complaints.msg_glance_last', day=day)
        else:
            text = gettext(
                'complaints.msg_glance_until', day=day, days=days)
        colour = COLOURS.get(self.urgency, '#000000')
        return f'<font color="{colour}"><b>{escape(text)}</b></font>'

    def _glance_more(self):
        "What is to be seen beside the next step"
        return []

    @classmethod
    def parse_view(cls, tree, type, *args, **kwargs):
        """As always, without the buttons that the user may never press

        Views are kept by the groups of the user, which follow the roles."""
        arch, fields_ = super().parse_view(tree, type, *args, **kwargs)
        root = etree.fromstring(arch)
        dead = [
            button for button in root.iter('button')
            if cls._is_dead(button.get('name'))]
        for number, button in enumerate(dead):
            group = button.getparent()
            if type == 'tree' or group.get('col') == '-1':
                group.remove(button)
            else:
                # what is beside it keeps its place
                colspan = button.get('colspan')
                button.tag = 'label'
                button.attrib.clear()
                button.set('id', f'hidden button-{number}')
                if colspan:
                    button.set('colspan', colspan)
        return etree.tostring(root, encoding='unicode'), fields_

    @classmethod
    def _is_dead(cls, name):
        pool = Pool()
        groups = pool.get('ir.model.button').get_groups(cls.__name__, name)
        if groups:
            return not groups & set(pool.get('res.user').get_groups())
        access = pool.get('ir.model.access').get_access([cls.__name__])
        return not access[cls.__name__]['write']


class LetterGlanceMixin(GlanceMixin):
    __slots__ = ()

    case_due_on = fields.Function(
        fields.Date("Case Due on", states={'invisible': ~Eval('case')}),
        'get_case_due_on')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['open_case'] = {
            'invisible': ~Eval('case'),
            'icon': 'tryton-forward',
            'depends': ['case'],
            }
        cls._buttons['open_letter'] = {
            # before it has a number, too: not all stands at the counter
            'invisible': Eval('id', -1) < 0,
            'icon': 'tryton-forward',
            'depends': ['id'],
            }

    def get_case_due_on(self, name):
        return self.case.due_on if self.case else None

    def _glance_more(self):
        if not self.case:
            return []
        message = ('complaints.msg_glance_case_due'
            if self.case.due_on else 'complaints.msg_glance_case')
        return [escape(gettext(
                    message, case=self.case.rec_name,
                    day=self.case.due_on and self.case.due_on.strftime(
                        '%d/%m/%Y')))]

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_open')
    def open_letter(cls, letters):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_case')
    def open_case(cls, letters):
        pass


class OpenLetter(OneRecord, Wizard):
    "Open the whole form of a letter that was taken in at the counter"
    __name__ = 'complaints.letter.open'
    start_state = 'open_'
    open_ = StateAction('complaints.act_letter_form')

    def do_open_(self, action):
        action['views'].sort(key=lambda view: view[1] != 'form')
        return action, {'res_id': [self.record.id]}


class OpenCase(OneRecord, Wizard):
    "Open the case that a letter has become"
    __name__ = 'complaints.letter.case'
    start_state = 'open_'
    open_ = StateAction('complaints.act_case_form')

    def do_open_(self, action):
        action['views'].sort(key=lambda view: view[1] != 'form')
        return action, {'res_id': [self.record.case.id]}


def _strong(text):
    return f'<font size="4"><b>{escape(text)}</b></font>'
