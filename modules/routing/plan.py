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

from . import moves

# So many answers are kept
_KEPT = 20_000


def subject(matter):
    "Return what the rules of escalation ask of a letter or a case"
    return moves.Matter(
        matter.model, matter['kind'], matter['instance'], matter.agency.kind)


def is_denounced(matter):
    "Tell if a denunciation is about the head of its agency, or that itself"
    accused = [
        (matter['respondent_agency'], matter['respondent_role']), *(
            (other.get('agency'), other.get('role'))
            for other in matter.facts.get('respondents', ()))]
    if matter['kind'] != 'denunciation':
        accused = []
    # of a part whom the whole denounces: the same people have sent it
    return any(
        agency == matter.agency.id and role in {'head', 'body'}
        for agency, role in [*accused, *matter.facts.get('denounced', ())])


@plan.after('letter', 'register', 'routing')
def note_events(work):
    "Say what rules may ask for: many people, many letters, one's own head"
    letter = work.matter
    if work.by.register:
        # an old register tells what has happened long ago
        return
    events = work.plan.events
    events.append(plan.Event(
            'signatories', letter, letter['people_count']))
    if letter.facts.get('on_matter', 1) > 1:
        events.append(plan.Event(
                'letters', letter, letter.facts['on_matter']))
    if is_denounced(letter):
        events.append(plan.Event('head_accused', letter))


@plan.after('letter', 'correct', 'routing')
def note_correction(work):
    "Tell the superior of a receipt that is moved to a later day"
    letter, former = work.matter, work.plan.before['received_on']
    if letter['received_on'] > former:
        work.plan.events.append(plan.Event(
                'receipt_corrected', letter, (work.by.today - former).days,
                f"{former}/{letter['received_on']}"))


@plan.after('case', 'exclude', 'routing')
def note_exclusion(work):
    "Tell the superior of days that are left out long afterwards"
    said = work.act.said
    work.plan.events.append(plan.Event(
            'excluded_late', work.matter,
            (work.by.today - said['start']).days,
            f"{said['start']}/{said['end']}"))


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

    Said is when it was sent, and how often it has come back by now.  The time
    limits run again that the transfer had ended; and what a classified letter
    has, where it went up before anybody classified it."""
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
    work.plan.events.append(
        plan.Event('sent_back', letter, said['times']))


@plan.finish('routing')
def schedule(book, by, planned):
    "Say when each time limit moves up, and what follows from the events"
    rows, moved = [], []
    for matter in (planned.matter, planned.matter.case):
        if not matter:
            continue
        for clock in matter.clocks:
            if clock.id is None:
                rows += [(clock, row) for row in _moves(book, matter, clock)]
            elif all(clock is not known for known in _before(
                        planned, matter)):
                moved.append(clock.id)
    if by.register:
        # what comes in late can be looked at first, and taken back
        night = moves.morning_after(by.today, 0, book.calendar)
        rows = [
            (clock, row._replace(run_at=max(row.run_at, night)))
            for clock, row in rows]
    happened = [
        (event, row) for event in planned.events
        for row in moves.happened(
            book.more['escalation'], event.name, subject(event.matter),
            by.today, by.now, event.times, event.mark,
            event.matter.facts.get('happened', ()))]
    planned.more.update(
        escalation=rows, escalation_moved=moved, escalation_events=happened)


def _before(planned, matter):
    before = planned.before
    if matter.of != before.of:
        before = before.case
    return before.clocks if before else ()


def _moves(book, matter, clock):
    "Return the rows of a new time limit: mostly they were asked for before"
    if not clock.is_open or not clock.due_on:
        return ()
    key = (subject(matter), clock.rule, clock.started_on, clock.due_on)
    known = book.memory.setdefault('moves', {})
    if key not in known:
        if len(known) > _KEPT:
            known.clear()
        known[key] = moves.planned(
            book.more['escalation'], key[0],
            moves.Limit(clock.rule, clock.started_on, clock.due_on),
            book.calendar)
    return known[key]
