# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What stops, prolongs or ends the time limits of a case, or corrects them.

Whether it is lawful is asked of deadlines.acts, as everywhere; which time
limits it works on is in the book (`moves`).

What is said with these steps: day, ground (its id), document, reason (of a
secret matter as others may read it, then told is what was written), and of
    exclude -- start, end
    extend -- length
    withdraw -- persons, the ids of who of many withdraw
    reassess -- complex, especially_complex, remote
    correct -- received_on
"""
from dataclasses import replace

from trytond.modules.deadlines import acts, lawbook

from .forms import Choice, Field, Interval, Refusal, Text
from .work import step

# How what is not lawful is refused; all else as of the clock
_KINDS = {
    'interval_overlap': 'interval', 'ground_not_valid': 'ground',
    'ground_document': 'ground', 'ground_missing': 'ground',
    'ground_none': 'ground'}
_CLOCK = 'deadlines.clock'
_INTERVAL = 'deadlines.clock.interval'


# What is asked of a time limit

def course(work, clock):
    "Return the acts.Course of a time limit"
    limit = work.book.limits[clock.code]
    return acts.Course(
        clock.code, limit.procedure, work.book.version(clock),
        clock.started_on, lawbook.select_extension(
            limit.versions, clock.started_on, work.variants()),
        tuple(work.book.more['grounds'].values()), clock.pauses,
        clock.extensions, clock.due_on, clock.state, work.by.today)


def ask(work, clock, act, *args):
    "Refuse what a function of deadlines.acts does not allow"
    try:
        act(*args)
    except acts.ActError as error:
        values = dict(error.values)
        if 'state' in values:
            values['state'] = Choice(_CLOCK, 'state', clock.state)
        raise Refusal(
            _KINDS.get(error.reason, 'clock'),
            f'deadlines.msg_{error.reason}', clock=name_of(work, clock),
            **values) from None


def name_of(work, clock):
    return f'{clock.code} – {work.book.limits[clock.code].name}'


def ground_of(work):
    "Return the lawbook.Ground that was said, or None"
    return work.book.more['grounds'].get(work.act.said.get('ground'))


def why(work):
    "Return why a last day moves, as it stands on record"
    ground = ground_of(work)
    return work.act.said.get('reason') or (ground.name if ground else '')


def tell(work):
    "Let the act say the ground and the reason"
    ground, said = ground_of(work), work.act.said
    work.text = ': '.join(filter(None, [
                ground.name if ground else None,
                said.get('told', said.get('reason'))])) or None


# What is done to it

def change(work, clocks, function, reason):
    """Put other Clocks in the place of some

    function -- of a Clock: the other one"""
    known = work.matter.clocks
    for place, clock in enumerate(known):
        if not any(clock is other for other in clocks):
            continue
        new = function(clock)
        if new == clock:
            continue
        known[place] = new
        if new.is_open and new.due_on != clock.due_on:
            work.plan.shifted.append(
                (work.matter, new, clock.due_on, reason))


def wanted(work, name, model, field):
    "Return what has to be said; refuse without it"
    if work.act.said.get(name) is None:
        work.refuse(
            'step', 'complaints.msg_act_incomplete', step=work.step.title,
            citation=work.step.citation, field=Field(model, field))
    return work.act.said[name]


def moving(work):
    "Return the time limits on which the step works; refuse without any"
    found = [
        clock for clock in work.matter.clocks
        if clock.is_open and clock.code in work.step.moves]
    if not found:
        work.refuse(
            'step', 'complaints.msg_no_open_period', case=work.matter.name)
    return found


def decided(work, clock, kind, day, **values):
    "Return a time limit with a decision about it"
    said, ground = work.act.said, ground_of(work)
    return replace(
        clock, documented=clock.documented or kind in {'pause', 'extension'},
        intervals=(*clock.intervals, Interval(
                kind, day, ground=said.get('ground'),
                reason=said.get('reason'), document=said.get('document'),
                entered_on=work.by.today, convention=ground.convention,
                **values)))


def _decide(work, kind, **changes):
    "Put a decision on record that does not change how one counts"
    law, document = ground_of(work), work.act.said.get('document')

    def one(clock):
        of_clock = course(work, clock)
        ask(work, clock, of_clock.check_day, work.day, 'running', 'paused')
        ask(work, clock, of_clock.check_ground, law, [kind], work.day,
            document)
        return replace(decided(work, clock, kind, work.day), **changes)
    change(work, moving(work), one, '')
    tell(work)


@step('case', 'suspend')
def suspend(work):
    "Suspend the settlement by a decision"
    law, document = ground_of(work), work.act.said.get('document')

    def one(clock):
        ask(work, clock, course(work, clock).suspend, work.day, law, document)
        return work.book.counted(replace(
                decided(work, clock, 'pause', work.day), state='paused'))
    change(work, moving(work), one, why(work))
    work.set(
        suspended_on=work.day, suspended_in=work.matter.state,
        notified_on=None)
    tell(work)


@step('case', 'resume', over=[
        ('suspended', 'accepted'), ('suspended', 'verifying')])
def resume(work):
    """Resume the settlement by a decision

    What was suspended before its verification goes back there: the beginning
    of the verification is still to come."""
    document = work.act.said.get('document')

    def one(clock):
        ask(work, clock, course(work, clock).resume, work.day)
        return work.book.counted(replace(
                clock, state='running', intervals=tuple(
                    replace(i, end=work.day, end_document=document)
                    if i.kind == 'pause' and not i.end else i
                    for i in clock.intervals)))
    change(work, moving(work), one, document or '')
    work.to = work.matter['suspended_in'] or 'verifying'
    tell(work)


@step('case', 'exclude')
def exclude(work):
    "Leave out days: they are not counted"
    law, document = ground_of(work), work.act.said.get('document')
    start = wanted(work, 'start', _INTERVAL, 'start')
    end = wanted(work, 'end', _INTERVAL, 'end')

    def one(clock):
        ask(work, clock, course(work, clock).exclude, start, end, law,
            document)
        return work.book.counted(
            decided(work, clock, 'pause', start, end=end))
    change(work, moving(work), one, why(work))
    tell(work)


@step('case', 'extend')
def extend(work):
    "Extend the period by a decision"
    law, document = ground_of(work), work.act.said.get('document')
    length = wanted(work, 'length', _INTERVAL, 'length')

    def one(clock):
        ask(work, clock, course(work, clock).extend, length, work.day, law,
            document)
        return work.book.counted(decided(
                work, clock, 'extension', work.day, length=length))
    change(work, moving(work), one, why(work))
    tell(work)


@step('case', 'withdraw')
def withdraw(work):
    """Put on record that a part was withdrawn: the rest goes on

    Refused for somebody who is not in the case, or when nobody would be left:
    then it is terminated."""
    _decide(work, 'withdrawal')
    people = set(work.act.said.get('persons', ()))
    of_case = {
        person.id for letter in work.matter.letters
        for person in letter.persons
        if person.role != 'related' and not person.withdrawn_on}
    if not people <= of_case:
        work.refuse(
            'step', 'complaints.msg_withdraw_other', case=work.matter.name)
    if people and people == of_case:
        work.refuse(
            'step', 'complaints.msg_withdraw_all', case=work.matter.name)
    work.plan.more['withdrawn'] = (sorted(people), work.day)


@step('case', 'terminate')
def terminate(work):
    "Terminate the settlement by a decision"
    _decide(work, 'termination', ended_on=work.day, state='cancelled')
    work.set(terminated_on=work.day, notified_on=None)


@step('case', 'reassess')
def reassess(work):
    """Record other circumstances by a document

    They have to be recorded before the period has ended."""
    case, said = work.matter, work.act.said
    document = said.get('document')
    if work.day > work.by.today:
        work.refuse(
            'date', 'complaints.msg_date_future', record=case.name,
            field=Text('complaints.msg_day_of_document'))
    complex_, especially = said.get('complex'), said.get('especially_complex')
    if (complex_ or especially) and not document:
        work.refuse(
            'step', 'complaints.msg_reassess_document', case=case.name)
    work.set(
        complex=bool(complex_ or especially),
        especially_complex=bool(especially), remote=bool(said.get('remote')))
    choose_anew(work, document or '')


@step('letter', 'circumstances')
@step('case', 'circumstances')
def circumstances(work):
    "Other circumstances were written by hand: they are there already"
    choose_anew(work, '')


def choose_anew(work, reason):
    """Let the open time limits be those of the circumstances

    What has ended is not rewritten, and nothing that is over gets longer."""
    def one(clock):
        new = chosen(work, clock, work.variants(), clock.started_on)
        ask(work, clock, acts.check_not_revived, clock.due_on, new.due_on,
            work.day)
        return new
    change(work, [c for c in work.matter.clocks if c.is_open], one, reason)


def chosen(work, clock, variants, day):
    "Return a time limit from a day on, by the version of circumstances"
    version = lawbook.select(
        work.book.limits[clock.code].versions, day, variants,
        by_decision=False)
    if not version:
        raise Refusal(
            'clock', 'deadlines.msg_no_version', clock=name_of(work, clock),
            day=day)
    return work.book.counted(replace(
            clock, started_on=day, version=int(version.rule),
            variants=','.join(sorted(variants))))


@step('letter', 'correct')
def correct(work):
    """Correct the day on which a letter was received

    The open time limits that were counted from it are counted anew."""
    letter, said = work.matter, work.act.said
    former = letter['received_on']
    day = wanted(work, 'received_on', letter.model, 'received_on')
    work.set(received_on=day)
    change(work, [
            clock for clock in letter.clocks
            if clock.is_open and clock.started_on == former
            and work.book.limits[clock.code].trigger == 'receipt'],
        lambda clock: chosen(work, clock, set(filter(
                    None, (clock.variants or '').split(','))), day),
        said.get('reason') or '')
