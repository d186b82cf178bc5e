# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu deadline`: when does a period end, and why?  Without a server."""
import datetime as dt
import json
import sys

from donthu.errors import CommandError
from trytond.modules.deadlines import counting, explain, lawbook, sheet

ERRORS = {
    'unit': "this time limit can not be paused or extended",
    'length': "an extension has to be longer than nothing, and no period "
    "this long",
    'backwards': "a pause ends before it starts",
    'overlap': "the pauses overlap",
    }


def add_parser(commands):
    parser = commands.add_parser(
        'deadline', help="compute and explain a time limit",
        description="Compute the last day of a time limit of the law and "
        "explain it day by day, without a server.  The last day is also "
        "known by the database for each letter and case.")
    parser.add_argument(
        'rule', nargs='?', metavar='RULE',
        help="the identifier of the time limit, for example KN-02")
    parser.add_argument(
        'date', nargs='?', metavar='DATE',
        help="the day of the event, as 2026-07-01 or 01/07/2026")
    parser.add_argument(
        '--variant', action='append', default=[], metavar='NAME',
        help="a circumstance; can be repeated: " + ', '.join(
            lawbook.VARIANTS))
    parser.add_argument(
        '--pause', action='append', default=[], metavar='FROM[..TO]',
        help="the days of the decisions to suspend and to resume; can be "
        "repeated")
    parser.add_argument(
        '--extend', action='append', default=[], metavar='UNITS', type=int,
        help="units added by a decision to extend; can be repeated")
    parser.add_argument(
        '--sheet', metavar='FILE',
        help="write the explanation as a page of HTML to print")
    parser.add_argument(
        '--json', action='store_true', help="answer in JSON")
    parser.add_argument(
        '--language', choices=sorted(explain.WORDS), default='vi',
        help="the language of the explanation (default: %(default)s)")
    parser.add_argument(
        '--batch', metavar='FILE',
        help="read questions from a file of JSON lines ('-' for the "
        "standard input) with rule, event_on and variants; write each with "
        "due_on and trace")
    parser.add_argument(
        '--list', action='store_true', help="list the time limits")
    parser.set_defaults(run=run)


def run(options):
    if options.list:
        for rule in lawbook.rules().values():
            print(f'{rule.code:8}{rule.name}')
        return 0
    if options.batch:
        return run_batch(options.batch)
    if not (options.rule and options.date):
        raise CommandError(
            "give a RULE and a DATE, or --batch FILE (see --help)", 2)
    try:
        answer = compute(
            options.rule, options.date, options.variant,
            list(map(parse_pause, options.pause)),
            [counting.Extension(units, f'+{units}')
                for units in options.extend])
    except counting.CountingError as error:
        raise CommandError(ERRORS[str(error)], 2)
    except (lawbook.LawbookError, ValueError) as error:
        raise CommandError(str(error), 2)
    if options.sheet:
        try:
            with open(options.sheet, 'w', encoding='utf-8') as file:
                file.write(sheet.page([answer], language=options.language))
        except OSError as error:
            raise CommandError(f"{options.sheet}: {error.strerror}", 2)
    elif options.json:
        json.dump(
            as_json(answer), sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        print('\n'.join(sentences(answer, options.language)))
    return 0


def run_batch(name):
    "Answer the questions of a file; a bad line is answered with an error"
    status = 0
    try:
        file = sys.stdin if name == '-' else open(name, encoding='utf-8')
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", 2)
    with file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                question = json.loads(line)
                answer = compute(
                    question['rule'], question['event_on'],
                    question.get('variants') or [])
                question |= {
                    'due_on': answer.result.due_on.isoformat(),
                    'trace': explain.trace(answer.result),
                    'warnings': _warnings(answer.result),
                    }
            except (lawbook.LawbookError, ValueError, KeyError,
                    TypeError, AttributeError) as error:
                status = 1
                text = f'{type(error).__name__}: {error}'
                if isinstance(error, lawbook.LawbookError):
                    text = str(error)
                print(f'donthu: {name}:{number}: {text}', file=sys.stderr)
                if not isinstance(locals().get('question'), dict):
                    question = {}
                question |= {'due_on': None, 'trace': [], 'error': text}
            print(json.dumps(question, ensure_ascii=False))
            question = None
    return status


def parse_date(text):
    """Return a date written as 2026-07-01, 01/07/2026 or 1/7/2026.

    Raises ValueError, saying which text."""
    for pattern in ['%Y-%m-%d', '%d/%m/%Y']:
        try:
            return dt.datetime.strptime(text, pattern).date()   # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date")


def parse_pause(text):
    "Return the counting.Pause of FROM or FROM..TO"
    start, _, end = text.partition('..')
    return counting.Pause(
        parse_date(start), parse_date(end) if end else None)


def compute(code, day, variants, pauses=(), extensions=()):
    """Return the Explanation of a time limit

    Raises LawbookError, CountingError, or ValueError for a bad date."""
    day = parse_date(day)
    rule, version = lawbook.find(code, day, variants)
    return explain.explain(
        rule.code, rule.name, version, day, lawbook.calendar(), pauses,
        extensions, choose=lawbook.default_readings(),
        successor=lawbook.successor(rule.versions, version)
        if rule.transition else None)


def sentences(answer, language):
    return [f'{answer.code} – {answer.name}', *answer.lines(language)]


def as_json(answer):
    version, result, tolerance = (
        answer.version, answer.result, answer.tolerance)
    return {
        'rule': answer.code,
        'name': answer.name,
        'event_on': answer.start.isoformat(),
        'variants': sorted(version.variants),
        'length': version.length,
        'unit': version.unit,
        'citation': version.citation,
        'certainty': version.certainty,
        'source': version.source,
        'note': version.note,
        'due_on': result.due_on.isoformat() if result.due_on else None,
        'tolerance_on':
            tolerance.due_on.isoformat()
            if tolerance and tolerance.due_on else None,
        'trace': explain.trace(result),
        'warnings': _warnings(result),
        'explanation': answer.lines(),
        }


def _warnings(result):
    "Return of which years the calendar is missing or provisional"
    return [
        {'warning': warning, 'year': year}
        for warning, year in result.warnings]
