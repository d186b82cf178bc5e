# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the rules of escalation make of the steps of letters and cases.

Pure functions, without Tryton: they add to the plans of complaints.plan.
"""
from trytond.modules.complaints import plan

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


@plan.after('letter', 'register', 'escalation')
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


@plan.after('letter', 'correct', 'escalation')
def note_correction(work):
    "Tell the superior of a receipt that is moved to a later day"
    letter, former = work.matter, work.plan.before['received_on']
    if letter['received_on'] > former:
        work.plan.events.append(plan.Event(
                'receipt_corrected', letter, (work.by.today - former).days,
                f"{former}/{letter['received_on']}"))


@plan.after('case', 'exclude', 'escalation')
def note_exclusion(work):
    "Tell the superior of days that are left out long afterwards"
    said = work.act.said
    work.plan.events.append(plan.Event(
            'excluded_late', work.matter,
            (work.by.today - said['start']).days,
            f"{said['start']}/{said['end']}"))


@plan.after('letter', 'come_back', 'escalation')
def note_return(work):
    "Say how often a letter has come back from where it was sent"
    work.plan.events.append(plan.Event(
            'sent_back', work.matter, work.act.said['times']))


@plan.finish('escalation')
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
