# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Is a site well?  What was read of it is judged here, without reading more.

`judge` takes the facts that `donthu.facts` has read, and returns findings:
each says what is well, or what to do.  Plain Python: no Tryton, no clock.
"""
from dataclasses import dataclass
from datetime import timedelta

WELL, WARNING, WRONG = 'well', 'warning', 'wrong'
RANK = [WELL, WARNING, WRONG]

# Not of any law: after what time somebody is to be waked
CRON_SILENT = timedelta(minutes=10)
DAILY_LATE = timedelta(hours=6)
STUCK = timedelta(hours=1)
SKEW = timedelta(seconds=30)
FREE_WRONG, FREE_WARNING = .05, .15
ENOUGH = 50 * 2**30
POSTGRESQL = 150_000


@dataclass(frozen=True)
class Finding:
    "What was looked at, how it is, in words, and what to do"
    name: str
    state: str
    said: str
    todo: str = ''


CHECKS = []


def check(function):
    "Judge a fact of the same name; without one there is nothing to judge"
    CHECKS.append(function)
    return function


def judge(facts):
    """Return the Findings of the facts of a site

    facts -- {name: plain value}; what could not be read is not there, and what
    failed while it was read is {'error': sentence}
    """
    found = []
    for function in CHECKS:
        fact = facts.get(function.__name__)
        if fact is None:
            continue
        if isinstance(fact, dict) and fact.get('error'):
            found.append(Finding(
                    function.__name__, WRONG, fact['error'],
                    fact.get('todo', '')))
        else:
            found.append(function(fact))
    return found


def worst(findings):
    "Return the worst state of some findings"
    return max((f.state for f in findings), key=RANK.index, default=WELL)


def _finding(name, sentences, well):
    """Return the finding of what is wrong, or that all is well

    sentences -- (state, what is wrong, what to do), the worst counts"""
    if not sentences:
        return Finding(name, WELL, well)
    state = max((s for s, *_ in sentences), key=RANK.index)
    return Finding(
        name, state, '; '.join(said for _, said, _ in sentences),
        '; '.join(dict.fromkeys(todo for *_, todo in sentences if todo)))


def span(delta):
    "Return a length of time as people say it"
    minutes = int(delta.total_seconds() // 60)
    for size, unit in [(1440, 'd'), (60, 'h')]:
        if minutes >= 2 * size:
            return f'{minutes // size} {unit}'
    return f'{minutes} min'


@check
def configuration(fact):
    # fact: file
    return Finding('configuration', WELL, f"read from {fact['file']}")


@check
def database(fact):
    # fact: name, kind, version
    found = []
    if fact['kind'] == 'postgresql' and fact['version'] < POSTGRESQL:
        found.append((
                WRONG, f"PostgreSQL {fact['version'] // 10_000} is too old",
                "upgrade to PostgreSQL 15 or later"))
    return _finding(
        'database', found, f"{fact['name']} answers" + (
            f", PostgreSQL {fact['version'] // 10_000}"
            if fact['kind'] == 'postgresql' else ""))


@check
def role(fact):
    # fact: fault
    return _finding('role', fact['fault'] and [(
                WRONG, f"{fact['fault']}, and could rewrite it",
                "let the services connect as the role that serves: `donthu "
                "roles`")], "the role that serves can not touch what is on "
        "record")


@check
def schema(fact):
    # fact: unfinished, missing, release, installed
    found = []
    again = "stop the services, run `donthu init`, start them"
    if fact['unfinished']:
        found.append((WRONG, "`donthu init` was interrupted", again))
    if fact['missing']:
        found.append((
                WRONG, "it lacks the modules " + ', '.join(fact['missing']),
                again))
    elif fact['release'] is None:
        found.append((
                WARNING, "nothing says of which release it is", again))
    elif fact['release'] != fact['installed']:
        found.append((WRONG, "it is of another release", again))
    return _finding('schema', found, "it is of the release installed here")


@check
def keys(fact):
    # fact: file, mode, lacking: (kind, number) or None
    found = []
    back = "bring the file back from where it is kept"
    if fact['lacking']:
        kind, number = fact['lacking']
        found.append((
                WRONG, f"the key {kind} {number} of the database is not in "
                f"{fact['file']}", back))
    if fact['mode'] & 0o077:
        found.append((
                WRONG, f"{fact['file']} can be read by others (mode "
                f"{fact['mode']:o})", f"chmod 600 {fact['file']}"))
    return _finding('keys', found, f"{fact['file']} holds what is in use")


@check
def files(fact):
    # fact: path, present, writable, owners: {path: name of the user}
    found = []
    if not fact['present']:
        found.append((
                WRONG, f"{fact['path']}, where attachments are kept, is "
                "missing", "make it, for the user of the services"))
    elif not fact['writable']:
        found.append((
                WRONG, f"{fact['path']} can not be written",
                "let the user of the services write it"))
    owners = fact['owners']
    if len(set(owners.values())) > 1:
        found.append((
                WRONG, ', '.join(
                    f'{path} belongs to {owner}'
                    for path, owner in owners.items()),
                "give all of them to the user of the services (chown)"))
    return _finding(
        'files', found, f"attachments are kept in {fact['path']}")


@check
def anchors(fact):
    # fact: file, writable, last (number of the last line), sealed
    if not fact['file']:
        return Finding(
            'anchors', WARNING, "the seals are kept in the database alone",
            "name a file on another disk or machine in [audit] anchor_file")
    found = []
    if not fact['writable']:
        found.append((
                WRONG, f"{fact['file']} can not be written: nothing is sealed",
                "let the user of the services write it"))
    elif (fact['last'] or 0) < (fact['sealed'] or 0):
        found.append((
                WRONG, f"{fact['file']} ends with seal {fact['last'] or 0}, "
                f"the database with {fact['sealed']}",
                "look whether the file was replaced; `donthu audit verify`"))
    elif (fact['last'] or 0) > (fact['sealed'] or 0):
        found.append((
                WRONG, f"{fact['file']} knows seal {fact['last']}, the "
                f"database only {fact['sealed'] or 0}: something is gone",
                "was an old backup restored? `donthu audit verify`"))
    return _finding('anchors', found, f"{fact['file']} has the last seal")


@check
def seals(fact):
    # fact: now, last_at, unsealed, oldest, within
    waits = fact['oldest'] and fact['now'] - fact['oldest']
    if waits and waits > fact['within']:
        return Finding(
            'seals', WRONG, f"{fact['unsealed']} entries are not sealed, the "
            f"oldest for {span(waits)}", "is trytond-cron running, and can "
            "it write the anchors? its log says why")
    last = fact['last_at']
    return Finding(
        'seals', WELL, (f"{fact['unsealed']} entries wait for their seal" + (
                f"; the last one is {span(fact['now'] - last)} old"
                if last else "")))


@check
def scheduler(fact):
    # fact: now, jobs: [(method, minutely, next or None, made)]
    late = []
    for method, minutely, following, made in fact['jobs']:
        since = fact['now'] - (following or made)
        if since > (CRON_SILENT if minutely else DAILY_LATE) and (
                following or minutely):
            late.append((since, method))
    if not late:
        return Finding('scheduler', WELL, "all that is planned has run")
    since, method = max(late)
    return Finding(
        'scheduler', WRONG, f"{len(late)} of {len(fact['jobs'])} jobs are "
        f"late; {method} for {span(since)}: nothing escalates, nothing is "
        "sealed" if len(late) > 1 else f"{method} is late for {span(since)}",
        "start trytond-cron (systemctl start donthu-cron); if it runs, its "
        "log says what fails")


@check
def escalation(fact):
    # fact: now, due, oldest, failed
    found = []
    waits = fact['oldest'] and fact['now'] - fact['oldest']
    if waits and waits > STUCK:
        found.append((
                WRONG, f"{fact['due']} escalations are due, the oldest for "
                f"{span(waits)}", "is trytond-cron running?"))
    if fact['failed']:
        found.append((
                WARNING, f"{fact['failed']} escalations failed and are tried "
                "again", "look at Escalations / Could not Escalate"))
    return _finding(
        'escalation', found, f"{fact['due']} escalations are due just now")


@check
def queue(fact):
    # fact: now, waiting, oldest, stuck
    found = []
    waits = fact['oldest'] and fact['now'] - fact['oldest']
    if waits and waits > STUCK:
        found.append((
                WRONG, f"{fact['waiting']} tasks wait, the oldest for "
                f"{span(waits)}", "start trytond-worker (systemctl start "
                "donthu-worker)"))
    if fact['stuck']:
        found.append((
                WARNING, f"{fact['stuck']} tasks were begun more than "
                f"{span(STUCK)} ago and never ended", "a worker was killed; "
                "what must happen is done by the scheduler all the same"))
    return _finding('queue', found, f"{fact['waiting']} tasks wait")


@check
def errors(fact):
    # fact: open
    return _finding('errors', fact['open'] and [(
                WARNING, f"{fact['open']} errors of jobs are open",
                "look at Administration / Scheduler / Errors, and close "
                "them")], "no job has an error that is open")


@check
def disk(fact):
    # fact is [(path, free, total)] in bytes
    found = []
    for path, free, total in fact:
        share = free / total if total else 0
        if share < FREE_WARNING and free < ENOUGH:
            found.append((
                    WRONG if share < FREE_WRONG else WARNING,
                    f"{path} has {free / 2**30:.1f} GB left ({share:.0%})",
                    "make room: a full disk stops what is being written"))
    return _finding('disk', found, ', '.join(
            f"{path} {free / 2**30:.0f} GB free" for path, free, _ in fact))


@check
def mail(fact):
    # fact: uri, sender
    found = []
    if not fact['uri'] or not fact['sender']:
        found.append((
                WARNING, "no mail goes out: " + (
                    "[email] uri" if not fact['uri'] else "[email] from")
                + " is not set", "set [email] uri and from; test it with "
                "`trytond-admin --test-email ADDRESS`"))
    return _finding('mail', found, f"mail goes out as {fact['sender']}")


@check
def calendar(fact):
    # fact: year, open (years with days that are not announced), years (known)
    todo = "confirm it under Time Limits / Calendars"
    found = []
    for year, state in [(fact['year'], WRONG), (fact['year'] + 1, WARNING)]:
        if year not in fact['years']:
            found.append((state, f"{year} has no days off", todo))
        elif year in fact['open']:
            found.append((
                    WARNING, f"days of {year} are not announced", todo))
    return _finding(
        'calendar', found,
        f"{fact['year']} and {fact['year'] + 1} are announced")


@check
def web_client(fact):
    # fact: root, present
    found = []
    if not fact['root']:
        return Finding(
            'web_client', WARNING, "[web] root names no web client",
            "make one with `donthu client DIRECTORY`")
    if not fact['present']:
        found.append((
                WRONG, f"there is no web client in {fact['root']}",
                f"`donthu client {fact['root']}`"))
    return _finding(
        'web_client', found, f"{fact['root']} holds a web client")


@check
def clock(fact):
    # fact: skew
    return _finding('clock', abs(fact['skew']) > SKEW and [(
                WRONG, "the clocks of this machine and of the database are "
                f"{abs(fact['skew']).total_seconds():.0f} s apart",
                "let both follow one time server (systemctl status "
                "systemd-timesyncd)")], "as the database's")
