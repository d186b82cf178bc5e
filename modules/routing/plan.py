# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What follows from the steps of letters beyond their own agency.

Pure functions, without Tryton: they add to the plans of complaints.plan.
"""
from collections import Counter
from typing import NamedTuple

from trytond.modules.complaints import plan
from trytond.modules.complaints.plan.letter import (
    check_approved, check_first_time)

@plan.after('letter', 'classify', 'routing')
def propose(work):
    """Propose what the law says: a person decides

    Not the acceptance of what does not satisfy its conditions.  The words
    are the server's own, of public data: they are not cut."""
    letter = work.matter
    if letter.facts.get('proposed') and not work.by.register:
        proposal, agency, why = letter.facts['proposed']
        if proposal == 'accept' and 'unmet' in (
                work.plan.findings or {}).values():
            return
        work.set(
            proposal=proposal, proposed_to=agency or letter['proposed_to'],
            proposal_note=why)


class Sent(NamedTuple):
    """Where a letter goes

    receiver -- the id of the agency; automatic -- by a rule"""
    receiver: int
    reason: str | None = None
    automatic: bool = False


# A rule lets it go up in whatever state it is still worked on
_OPEN = ('received', 'registered', 'classified', 'proposed', 'approved',
    'supplementing')


@plan.step('letter', 'transfer', over=[
        (state, 'transferred') for state in _OPEN])
def transfer(work):
    """Send it to whom it belongs; an old register does not always say where

    Where a rule lets it go up nobody has to approve it; said are the
    receiver and the reason."""
    letter, said = work.matter, work.act.said
    if work.act.follows:
        work.set(
            proposal='transfer', proposed_to=said['receiver'],
            proposal_note=said['reason'])
        work.plan.more['sent'] = Sent(
            said['receiver'], said['reason'], automatic=True)
        return
    check_approved(work, 'transfer')
    check_first_time(work)
    if work.by.register:
        return
    if not letter['proposed_to']:
        work.refuse(
            'transfer', 'routing.msg_transfer_where', letter=letter.name)
    receiver, proposed = letter.facts['receiver']
    if not receiver:
        work.refuse(
            'transfer', 'routing.msg_transfer_ended', letter=letter.name,
            agency=proposed)
    work.plan.more['sent'] = Sent(receiver)


@plan.step('letter', 'arrive')
def arrive(work):
    "It is received now, whenever somebody registers it"
    law = work.book.step(work.matter, 'register', work.by.today)
    start_all(work, law)


def start_all(work, law, known=()):
    "Start the time limits of a step of the book, but those that are known"
    for start in law.starts if law else ():
        if start.what not in known and (
                not start.condition or work.circumstance(start.condition)):
            work.start(start.what, work.by.today)


@plan.step('letter', 'send_back')
def send_back(work):
    letter = work.matter
    if not letter['transferred_from']:
        work.refuse(
            'transfer', 'routing.msg_not_transferred', letter=letter.name)
    if not letter['return_reason']:
        work.refuse(
            'transfer', 'routing.msg_return_reason', letter=letter.name)


@plan.step('letter', 'come_back', over=[('transferred', 'classified')])
def come_back(work):
    """It was sent back from where it had been sent

    Said is when it was sent, and how often it has come back by now, for who
    asks that.  The time limits run again that the transfer had ended; and
    what a classified letter has, where it went up before anybody classified
    it."""
    letter, said = work.matter, work.act.said
    law = work.book.step(letter, 'transfer', said['sent_on'])
    met = law.meets if law else frozenset()
    ended = Counter(
        c.code for c in letter.clocks
        if c.code in met and c.ended_on == said['sent_on'])
    for act in letter.acts:
        # what an act has met on the same day is done
        taken = work.book.step(letter, act.name, act.day)
        if act.day == said['sent_on'] and not act.annulled and taken:
            ended.subtract(taken.meets)
    known = {c.code for c in letter.clocks}
    for code in sorted(met):
        if ended[code] > 0:
            work.start(code, work.by.today)
    for name in ['register', 'classify']:
        start_all(
            work, work.book.step(letter, name, work.by.today), known)
    work.set(
        state='classified', proposal=None, proposed_to=None,
        transferred_to=None)
    work.note('come_back', None, 'classified')
