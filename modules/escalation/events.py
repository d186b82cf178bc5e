# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whether an event of the rules is so for a letter or a case, as it stands.

One function for each event: fn(record, count) tells if it has happened, at
least so often.
"""
from trytond.modules.routing.accused import is_about, is_denounced, letters_of
from trytond.pool import Pool


def signatories(record, count):
    return (getattr(record, 'people_count', None) or 0) >= count


def letters(record, count):
    return record.__name__ == 'complaints.letter' and (
        record.count_on_matter() >= count)


def sent_back(record, count):
    Transfer = Pool().get('routing.transfer')
    return record.__name__ == 'complaints.letter' and Transfer.search([
            ('letter', '=', record.id),
            ('state', 'in', ['refused', 'returned'])], count=True) >= count


def head_accused(record, count):
    return is_denounced(record.agency, record)


def unclear(record, count):
    Jurisdiction = Pool().get('routing.jurisdiction')
    if record.__name__ != 'complaints.letter':
        return False
    candidates = Jurisdiction.candidates(record)
    return len(candidates) > 1 or bool(
        candidates and not candidates[0].clear)


def handler_gone(record, count):
    Action = Pool().get('escalation.action')
    User = Pool().get('res.user')
    handler = record.handler
    return bool(handler) and (
        Action._is_gone(handler, record) or not User.has_role(
            record.agency, 'handler', 'leader', 'clerk', user=handler.id))


def handler_accused(record, count):
    return bool(record.handler) and bool(letters_of(record)) and is_about(
        record.handler, record, 'handler')


def agency_ended(record, count):
    today = Pool().get('ir.date').today()
    ended = record.agency.valid_to
    return bool(ended and ended < today)


def draft(record, count):
    """A letter that lies unregistered so many days

    One that was sent here has the time limit of its transfer."""
    Sweep = Pool().get('escalation.sweep')
    return (record.__name__ == 'complaints.letter'
        and record.state == 'received' and not record.transferred_from
        and Sweep.draft_days([record])[record] >= (count or 0))


def unclocked(record, count):
    Sweep = Pool().get('escalation.sweep')
    return (
        Sweep.quiet_days(record) >= (count or 0)
        and record.id in Sweep.without_clock(record.__class__, [record.id]))


def unsupplemented(record, count):
    "A letter whose sender was asked to supplement it so many days ago"
    Sweep = Pool().get('escalation.sweep')
    return (record.__name__ == 'complaints.letter'
        and record.state == 'supplementing'
        and Sweep.quiet_days(record) >= (count or 0))


def receipt_corrected(record, count):
    "It is told when it happens; no letter shows it afterwards"
    return False


def excluded_late(record, count):
    "Days were left out so many days after they had begun"
    Clock = Pool().get('deadlines.clock')
    return any(
        (i.entered_on - i.start).days >= (count or 0)
        for clock in Clock.open_of([record]) for i in clock.intervals
        if i.kind == 'pause' and i.end and i.entered_on)
