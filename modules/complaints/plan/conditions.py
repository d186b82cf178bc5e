# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter must satisfy to be handled, as far as it can be told."""
from trytond.modules.deadlines import acts, counting, lawbook

GROUND_KINDS = {'refuse': 'refusal', 'file': 'filing'}
_LIMITED = frozenset(['complaint', 'disciplinary'])


def examine(work):
    "Make out which conditions the letter satisfies; a person's word stands"
    letter = work.matter
    known = letter.facts.get('findings', {})
    work.plan.findings = {}
    for condition in work.book.conditions_on(
            letter['kind'], letter['received_on']):
        finding = known.get(condition.id)
        if finding and not finding.by_system:
            work.plan.findings[condition.id] = finding.finding
            continue
        found = TESTS[condition.test](work) if condition.test else None
        work.plan.findings[condition.id] = {
            True: 'met', False: 'unmet'}.get(found)


def unmet_grounds(work, kind, unmet):
    "Return the grounds that follow from what is not met, {id: Ground}"
    codes = {
        c.grounds.get(work.matter['kind'], c.grounds.get('*'))
        for c in unmet}
    return {
        id_: ground for id_, ground in work.book.more['grounds'].items()
        if ground.code in codes and ground.kind == kind}


def _known(persons, *names):
    return any(name in p.known for p in persons for name in names)


def _named(work):
    letter = work.matter
    senders = [p for p in letter.persons if p.role == 'sender']
    if letter['anonymous'] or letter['assumed_name'] or not _known(
            senders, 'name'):
        return False
    return _known(senders, 'address', 'subdivision') or None


def _respondent(work):
    letter = work.matter
    return bool(letter['respondent'] or letter['respondent_agency']) or None


def _contact(work):
    return _known(work.matter.persons, 'address', 'phone', 'email') or None


def _sent_elsewhere(work):
    return False if work.matter.facts.get('elsewhere') else None


def _first_time(work):
    earlier = work.matter.facts.get('earlier')
    if not earlier or earlier.state not in {'guided', 'transferred'}:
        return True
    # a secret letter is known by its words alone: whether the same person
    # has sent it only who may know can tell
    return None if work.matter.is_secret else False


def _in_time(work):
    # a late complaint is not refused before somebody looked for reasons
    late = late_days(work)
    return True if late is not None and late <= 0 else None


TESTS = {
    'named': _named,
    'respondent': _respondent,
    'contact': _contact,
    'sent_elsewhere': _sent_elsewhere,
    'first_time': _first_time,
    'in_time': _in_time,
    }


def late_days(work):
    """Return by how many days the citizen's limits were exceeded

    0 or less when they were kept, None when nothing can be said."""
    letter, book = work.matter, work.book
    known_on, late = letter['known_on'], []
    if letter['kind'] not in _LIMITED or not known_on:
        return None
    variants = {'remote'} if (
        letter['remote'] or letter.agency.remote) else set()
    intake = f"{letter['kind']}/{letter['instance'] or '1'}"
    for limit in book.limits.values():
        if intake not in limit.intake:
            continue
        version = lawbook.select(
            limit.versions, known_on, variants, by_decision=False)
        if not version:
            continue
        pauses = []
        if version.unit in {'day', 'working_day'}:
            # the days of an obstacle, the first and the last one included
            pauses = [
                acts.hindrance(start, end)
                for start, end in letter.facts.get('obstacles', ())
                if start and (end or start) >= start]
        try:
            due_on = lawbook.period(
                version, known_on, book.calendar, pauses).due_on
        except counting.CountingError:
            return None
        if due_on:
            late.append((letter['received_on'] - due_on).days)
    return max(late, default=None)
