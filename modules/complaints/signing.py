# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a leader reads before he signs: on one page, and in the list."""
from collections import defaultdict
from html import escape

from sql.aggregate import Count

from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .glance import COLOURS


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    findings_count = fields.Function(
        fields.Char("Conditions"), 'get_findings_count')
    findings_glance = fields.Function(
        fields.Text("Conditions"), 'get_findings_glance')

    @classmethod
    def get_findings_count(cls, letters, name):
        "Say in a word how the conditions of letters stand, counted at once"
        Finding = Pool().get('complaints.letter.condition')
        table, cursor = Finding.__table__(), Transaction().connection.cursor()
        counts = defaultdict(dict)
        for part in grouped_slice(letters, 1000):
            cursor.execute(*table.select(
                    table.letter, table.finding, Count(table.id),
                    where=table.letter.in_([le.id for le in part]),
                    group_by=[table.letter, table.finding]))
            for letter, finding, count in cursor.fetchall():
                counts[letter][finding] = count
        return {le.id: _counted(counts[le.id]) for le in letters}

    def get_findings_glance(self, name):
        "Say what is not met, with its note, then what nobody has looked at"
        lines, blank, met = [], [], 0
        for finding in self.conditions:
            said = finding.condition.name
            if finding.finding == 'unmet':
                if finding.note:
                    said += f' – {finding.note}'
                lines.append(_coloured('overdue', f'✗ {said}'))
            elif not finding.finding:
                blank.append(said)
            else:
                met += 1
        if blank:
            lines.append(_coloured('soon', gettext(
                        'complaints.msg_findings_blank', count=len(blank)))
                + ' ' + escape('; '.join(blank)))
        if met:
            lines.append(_coloured('calm', gettext(
                        'complaints.msg_findings_met', met=met,
                        all=len(self.conditions))))
        return ''.join(f'<div>{line}</div>' for line in lines)


def _counted(counts):
    if counts.get('unmet'):
        return gettext(
            'complaints.msg_findings_unmet_short', count=counts['unmet'])
    if counts.get(None):
        return gettext(
            'complaints.msg_findings_blank_short', count=counts[None])
    return gettext('complaints.msg_findings_met_short') if counts else ''


def _coloured(urgency, text):
    return f'<font color="{COLOURS[urgency]}"><b>{escape(text)}</b></font>'
