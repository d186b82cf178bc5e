# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What may be done with a matter now, and what stands in the way of the rest.

Pure: asked of a plan.Work, without a database.
"""
from typing import Any, NamedTuple


class Look(NamedTuple):
    """How a step of the procedure stands

    step -- the book's Step
    now -- the state allows it
    later -- the states that the matter may reach, and that allow it
    taken -- it is taken once only, and was
    unmet -- the Requirements that lack
    held -- who acts holds one of its roles
    """
    step: Any
    now: bool
    later: frozenset
    taken: bool
    unmet: tuple
    held: bool

    @property
    def is_open(self):
        "Who acts may take it now"
        return self.now and self.held and not (self.taken or self.unmet)


def outlook(work):
    "Return a Look for each step that the matter may take, now or later"
    book, matter, day = work.book, work.matter, work.by.today
    procedure = book.procedure(matter['kind'], matter['instance'])
    steps = [
        step for step in procedure.steps
        if step.of == matter.of and step.valid_from <= day
        and (step.valid_to is None or day <= step.valid_to)
        and (step.room is None or step.room in book.rooms)]
    ahead = _ahead(steps, matter)
    found = []
    for step in steps:
        now = matter.state in step.states
        later = step.states & ahead if not now else frozenset()
        if now or later:
            found.append(Look(
                    step, now, later,
                    bool(step.once and work.acts_of(step.name)),
                    tuple(r for r in step.requires if not work.meets(r))
                    if now else (),
                    work.by.holds(matter.agency.id, step.roles)))
    return found


def is_for_others(work, look):
    "Tell if it is for matters of which something else is so"
    return any(
        not requirement.negated and not work.book.step(
            work.matter, requirement.what, work.by.today)
        for requirement in look.unmet)


def _ahead(steps, matter):
    "Return the states that the matter may still reach"
    ahead, todo = set(), [matter.state]
    while todo:
        state = todo.pop()
        for step in steps:
            if state in step.states and step.to and step.to not in ahead:
                ahead.add(step.to)
                todo.append(step.to)
    if 'suspended' in {matter.state, *ahead}:
        # where it goes on when it is resumed
        ahead.add(matter.values.get('suspended_in') or 'verifying')
    return ahead - {matter.state}


# Steps that lead to another state, but not the way that most letters go
_ASIDE = frozenset([
        'join', 'split', 'send_back', 'dispute', 'revise', 'recall',
        'reclassify', 'reopen', 'correct', 'suspend', 'withdraw', 'terminate',
        'yield', 'complained', 'enforce'])


def next_look(work, looks=None):
    """Return the Look of the step that most matters take next, or None

    looks -- what outlook(work) returned

    What ends the time limit that is due first goes before it; and where the
    step lacks another one that may be taken already, it is that one: before
    the decision comes the dialogue."""
    looks = outlook(work) if looks is None else looks
    ways = [
        look for look in looks
        if look.now and not look.taken and look.step.name not in _ASIDE]
    state, proposal = work.matter.state, work.matter.values.get('proposal')
    if state == 'approved':
        onward = [look for look in ways if look.step.name == proposal]
    elif state == 'suspended':
        onward = [look for look in ways if look.step.name == 'resume']
    else:
        onward = [look for look in ways if look.step.to]
    if not onward:
        return None
    urgent = _urgent(work.matter, ways, onward[0])
    return _first_of(looks, urgent or onward[0])


def _urgent(matter, ways, onward):
    "Return the Look of what ends the first time limit, if onward does not"
    due = sorted(
        (clock.due_on, clock.code) for clock in matter.clocks
        if clock.is_open and clock.due_on)
    code = due[0][1] if due else None
    if not code or code in onward.step.meets:
        return None
    ending = [
        look for look in ways if code in look.step.meets and not look.unmet]
    return ending[0] if ending else None


def _first_of(looks, look):
    "Return the Look of what has to come before a step, or of itself"
    by_name, seen = {look.step.name: look for look in looks}, set()
    while look.step.name not in seen:
        seen.add(look.step.name)
        before = [
            by_name[r.what] for r in look.unmet
            if not r.negated and r.what in by_name]
        before = [b for b in before if b.now and not b.taken]
        if not before:
            break
        look = before[0]
    return look
