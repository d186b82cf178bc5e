# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An act that was recorded by mistake counts no more.

What is said: act, its id; reason.  Who may say so is asked at the door.

Fact of a matter that it asks for:
    closed -- it has ended
"""
from dataclasses import replace

from .forms import OPEN
from .periods import change
from .work import ended, step, steps_with_function


@step('letter', 'annul')
@step('case', 'annul')
def annul(work):
    """Let an act count no more, as if it had never been taken

    The time limits that it ended run again, those that it started are
    cancelled."""
    matter, said = work.matter, work.act.said
    place, act = next(
        (n, a) for n, a in enumerate(matter.acts) if a.id == said['act'])
    why = obstacle(matter, act)
    if why:
        work.refuse(
            'step', f'complaints.msg_annul_{why}', act=act.step.title,
            record=matter.name)
    matter.acts[place] = replace(act, annulled=True, values={
            'annulled_on': work.by.today, 'annulled_by': work.by.user,
            'annulled_for': said['reason']})
    run_again(work, act)
    cancel_started(work, act)


def standing(matter):
    "Return the acts that count"
    return [act for act in matter.acts if not act.annulled]


def obstacle(matter, act):
    "Return why an act can not be annulled, None where it can"
    if act.annulled:
        return 'twice'
    elif act.step.to or (matter.of, act.name) in steps_with_function():
        # what it did beside its record is not undone by this
        return 'state'
    elif matter.facts['closed']:
        return 'closed'
    acts = standing(matter)
    if sum(other.name == act.name for other in acts) == 1 and any(
            requirement.what == act.name and not requirement.negated
            for other in acts if other.id > act.id
            for requirement in other.step.requires):
        return 'needed'


def run_again(work, act):
    "Let the time limits run that the act has ended, unless another one did"
    def one(clock):
        other = _ended_by(work.matter, clock)
        if other:
            return ended(clock, other.day)
        paused = any(i.kind == 'pause' and not i.end for i in clock.intervals)
        # what was decreed meanwhile is counted, too
        return work.book.counted(replace(
                clock, ended_on=None,
                state='paused' if paused else 'running'))
    change(work, [
            clock for clock in work.matter.clocks
            if clock.code in act.step.meets and clock.ended_on == act.day
            and clock.state in {'met', 'missed'}],
        one, work.act.said['reason'])


def _ended_by(matter, clock):
    "Return the first act that counts and has met a time limit, or None"
    acts = standing(matter)
    # an act of the same day can have met the one before it
    begun = max((
            act.id for act in acts if act.day == clock.started_on
            and any(s.what == clock.code for s in act.step.starts)),
        default=0)
    return min((
            act for act in acts
            if clock.code in act.step.meets and act.day >= clock.started_on
            and act.id > begun),
        key=lambda act: (act.day, act.id), default=None)


def cancel_started(work, act):
    "Cancel the time limits that the act has started, and no other act"
    matter = work.matter
    own = set(work.starting(act.step)) - {
        start.what for other in standing(matter) if other.day == act.day
        for start in other.step.starts}
    for place, clock in enumerate(matter.clocks):
        if (clock.state in OPEN and clock.code in own
                and clock.started_on == act.day):
            matter.clocks[place] = ended(clock, work.by.today, 'cancelled')
