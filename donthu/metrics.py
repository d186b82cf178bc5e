# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The health of a site as numbers: OpenMetrics, for who collects them.

Counts and ages alone: nothing here is about a person, a letter or an agency.
Plain Python, without Tryton.
"""

from donthu import health

CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
# What serving can not do without
VITAL = {'configuration', 'database', 'role', 'schema', 'keys'}


def _age(fact, name):
    "Return the seconds since a moment of a fact, 0 where there is none"
    moment = fact.get(name)
    return (fact['now'] - moment).total_seconds() if moment else 0


def _late(fact):
    return sum(
        1 for _, minutely, following, made in fact['jobs']
        if minutely and fact['now'] - (following or made)
        > health.CRON_SILENT)


# Of which fact, the name of the metric, what it says, how it is counted
GAUGES = [
    ('seals', 'unsealed_entries', "Entries of the audit without a seal",
        lambda f: f['unsealed']),
    ('seals', 'oldest_unsealed_seconds', "Age of the oldest of them",
        lambda f: _age(f, 'oldest')),
    ('seals', 'last_seal_seconds', "Age of the newest seal",
        lambda f: _age(f, 'last_at')),
    ('scheduler', 'late_jobs', "Jobs of each minute that are late", _late),
    ('escalation', 'escalations_due', "Escalations that are due",
        lambda f: f['due']),
    ('escalation', 'oldest_escalation_seconds', "How long the oldest is due",
        lambda f: _age(f, 'oldest')),
    ('escalation', 'escalations_failed', "Escalations that failed",
        lambda f: f['failed']),
    ('queue', 'queue_waiting', "Tasks that wait for a worker",
        lambda f: f['waiting']),
    ('queue', 'queue_stuck', "Tasks that were begun and never ended",
        lambda f: f['stuck']),
    ('errors', 'errors_open', "Errors of jobs that nobody has closed",
        lambda f: f['open']),
    ('clock', 'clock_skew_seconds', "This machine before the database",
        lambda f: f['skew'].total_seconds()),
    ]


def render(facts, findings):
    """Return the text of OpenMetrics

    facts, findings -- what `donthu.facts` has read and `donthu.health` judged
    """
    lines = []

    def gauge(name, about, samples):
        lines.append(f'# TYPE donthu_{name} gauge')
        lines.append(f'# HELP donthu_{name} {about}.')
        for label, value in samples:
            lines.append(f'donthu_{name}{label} {_number(value)}')
    gauge('state', "0 well, 1 a warning, 2 wrong", [
            (f'{{check="{f.name}"}}', health.RANK.index(f.state))
            for f in findings])
    for fact, name, about, count in GAUGES:
        found = facts.get(fact)
        if found is None or found.get('error'):
            continue
        gauge(name, about, [('', count(found))])
    disks = facts.get('disk') or []
    if isinstance(disks, list) and disks:
        gauge('disk_free_bytes', "Room on the disks", [
                (f'{{path="{_label(path)}"}}', free)
                for path, free, _ in disks])
    return '\n'.join([*lines, '# EOF', ''])


def _number(value):
    return f'{value:.0f}' if float(value).is_integer() else f'{value:.3f}'


def _label(text):
    return text.replace('\\', r'\\').replace('"', r'\"').replace('\n', r'\n')


def is_serving(findings):
    "Tell if a site can do its work: a proxy leaves out one that can not"
    return not any(
        f.state == health.WRONG and f.name in VITAL for f in findings)


def allowed(address, networks):
    """Tell if an address is in one of some networks

    networks -- addresses and networks, separated by commas"""
    import ipaddress
    try:
        address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if getattr(address, 'ipv4_mapped', None):
        address = address.ipv4_mapped
    return any(
        address in ipaddress.ip_network(network.strip(), strict=False)
        for network in networks.split(',') if network.strip())


