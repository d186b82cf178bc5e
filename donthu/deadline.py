# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu deadline`: when does a period end, and why?  Without a server."""
import dataclasses
import datetime as dt
import json
import sys

from trytond.modules.complaints import procedure_book
from trytond.modules.deadlines import acts, counting, explain, lawbook, sheet

from donthu import errors
from donthu.errors import CommandError
from donthu.files import write_text

# The step of a case that decides on each kind of ground
STEPS = {
    'suspension': 'suspend', 'exclusion': 'exclude', 'extension': 'extend'}


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
        '--pause', action='append', default=[],
        metavar='FROM[..TO][=GROUND]',
        help="the days of the decisions to suspend and to resume, or of what "
        "else is not counted, and the ground of the law, as "
        "2026-09-01..2026-09-15=TC-34-1; can be repeated")
    parser.add_argument(
        '--extend', action='append', default=[],
        metavar='UNITS[@DAY][=GROUND]',
        help="units added by a decision to extend, its day (without it: in "
        "time), and the ground of the law, as 30@2026-09-10=TC-30; can be "
        "repeated")
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
        "standard input) with rule, event_on and variants, and with lists "
        "of pauses and extensions, written as for --pause and --extend; "
        "write each with due_on and trace")
    parser.add_argument(
        '--list', action='store_true', help="list the time limits")
    parser.add_argument(
        '--grounds', action='store_true',
        help="list the grounds on which a time limit is paused or extended, "
        "each with its article")
    parser.set_defaults(run=run)


def run(options):
    if options.list:
        for rule in lawbook.rules().values():
            print(f'{rule.code:8}{rule.name}')
        return 0
    if options.grounds:
        for ground in lawbook.grounds().values():
            if ground.kind in {*STEPS, acts.OBSTACLE}:
                print(
                    f'{ground.code:10}{ground.kind:12}'
                    f'{ground.valid_from}  {ground.name} ({ground.citation})')
        return 0
    if options.batch:
        return run_batch(options.batch)
    if not (options.rule and options.date):
        raise CommandError(
            "give a RULE and a DATE, or --batch FILE (see --help)", 2)
    try:
        answer = compute(
            options.rule, options.date, options.variant,
            options.pause, options.extend)
    except (lawbook.LawbookError, ValueError) as error:
        raise CommandError(str(error), 2)
    if options.sheet:
        write_text(
            options.sheet, sheet.page([answer], language=options.language))
    elif options.json:
        print(to_json(as_json(answer), indent=2))
    else:
        print('\n'.join(sentences(answer, options.language)))
    return 0


def run_batch(name):
    "Answer the questions of a file; a bad line is answered with an error"
    status, asked = 0, False
    if name == '-' and not sys.stdin:
        raise CommandError("the standard input is closed", 2)
    # as bytes: a line that is not UTF-8 is one bad line
    with sys.stdin.buffer if name == '-' else open(name, 'rb') as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                question = json.loads(line.decode('utf-8-sig'))
                answer = compute(*read_question(question))
                due_on = answer.result.due_on
                question |= {
                    'due_on': due_on.isoformat() if due_on else None,
                    'trace': explain.trace(answer.result),
                    'warnings': _warnings(answer.result),
                    }
            except (lawbook.LawbookError, ValueError,
                    RecursionError) as error:
                status = 1
                text = str(errors.explain(error) or error)
                print(f'donthu: {name}:{number}: {text}', file=sys.stderr)
                if not isinstance(locals().get('question'), dict):
                    question = {}
                question |= {'due_on': None, 'trace': [], 'error': text}
            print(to_json(question))
            asked, question = True, None
    if not asked:
        raise CommandError(f"{name} has no questions", 2)
    return status


def read_question(question):
    """Return what compute takes, of a line of a batch.

    Raises ValueError, saying what is missing."""
    if not isinstance(question, dict):
        raise ValueError("the line is not an object of JSON")
    for name in ['rule', 'event_on']:
        if not isinstance(question.get(name), str):
            raise ValueError(f"the line has no text {name}")
    lists = []
    for name in ['variants', 'pauses', 'extensions']:
        texts = question.get(name) or []
        if not isinstance(texts, list) or not all(
                isinstance(text, str)
                # an extension may be no more than its units
                or type(text) is int and name == 'extensions'
                for text in texts):
            raise ValueError(f"{name} are not a list of texts")
        lists.append(list(map(str, texts)))
    return question['rule'], question['event_on'], *lists


def to_json(value, **options):
    """Return JSON that the standard output can write

    In ASCII where it understands no more; it says the same."""
    encoding = getattr(sys.stdout, 'encoding', None) or 'ascii'
    return json.dumps(
        value, ensure_ascii=not encoding.lower().startswith('utf'), **options)


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
    "Return the acts.Break of FROM[..TO][=GROUND]"
    days, _, code = text.partition('=')
    start, _, end = days.partition('..')
    ground = lawbook.ground(code) if code else None
    if ground and ground.kind == acts.EXCLUSION and not end:
        raise ValueError(
            f"{text}: {ground.name} leaves out days, from one to another: "
            f"FROM..TO={ground.code}")
    return acts.Break(
        parse_date(start), parse_date(end) if end else None, ground)


def parse_extension(text):
    "Return the acts.Prolonging of UNITS[@DAY][=GROUND]"
    length, _, ground = str(text).partition('=')
    length, _, day = length.partition('@')
    try:
        length = int(length)
    except ValueError:
        raise ValueError(f"{length!r} is not a number of units")
    return acts.Prolonging(
        length, parse_date(day) if day else None,
        lawbook.ground(ground) if ground else None)


def compute(code, day, variants, pauses=(), extensions=()):
    """Return the Explanation of a time limit

    pauses, extensions -- as they are written on the command line

    Raises LawbookError for what the law does not know, and ValueError for
    what can not be read or the law does not allow; both say why."""
    day = parse_date(day)
    rule, version = lawbook.find(code, day, variants)

    def answer(course):
        return explain.explain(
            rule.code, rule.name, version, day, lawbook.calendar(),
            course.pauses, course.extensions,
            choose=lawbook.default_readings(),
            successor=lawbook.successor(rule.versions, version)
            if rule.transition else None, allowed=course.allowed)

    def last_day(course):
        return answer(course).result.due_on

    def check(kind, day):
        _check_moved(rule, kind, day)

    course = acts.Course(
        rule.code, rule.procedure, version, day,
        lawbook.select_extension(
            rule.versions, day, map(lawbook.variant, variants)),
        tuple(lawbook.grounds().values()))
    try:
        course = dataclasses.replace(course, due_on=last_day(course))
        return answer(acts.follow(
                course, list(map(parse_pause, pauses)),
                list(map(parse_extension, extensions)), last_day, check))
    except acts.ActError as error:
        raise ValueError(error.text(rule.code))
    except counting.CountingError as error:
        raise ValueError(f"{rule.code} can not be counted: {error}")
    except OverflowError:
        raise ValueError(
            f"from {day.isoformat()} it leaves the years 1 to 9999")


def _check_moved(rule, kind, day):
    """Raise ValueError for what the law does to other time limits only

    kind -- of the ground"""
    if kind == acts.OBSTACLE:
        moved = rule.citizen and rule.intake
    elif rule.citizen and rule.intake:
        raise acts.ActError(
            'ground_missing', day=day, grounds=acts.describe(acts.in_force(
                    lawbook.grounds().values(), [acts.OBSTACLE],
                    rule.procedure, day)))
    else:
        moved = procedure_book.moving(STEPS[kind], rule.code)
    if not moved:
        raise ValueError(
            f"no {kind} of the law moves the time limit {rule.code}; "
            "see --grounds")


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
