# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The people of a site: who they are, where they work, and as what.

`donthu init` asks for the first ones or takes a table of them; `donthu people`
takes a table at any later time.
"""
import os
import re
import stat
import sys
from collections import Counter
from contextlib import contextmanager

from trytond.modules.agencies.role import ROLES
from trytond.modules.foundation.text import UnreadableText, clean, fold, safe

from donthu import progress
from donthu.errors import CommandError
from donthu.importing import readers
from donthu.importing.mapping import Mapping
from donthu.site import LANGUAGE, Site, new_password

REQUIRED = ['login', 'name', 'agency', 'roles']
COLUMNS = [*REQUIRED, 'post', 'email', 'document', 'password']
FORM = (
    f"a CSV table with the columns {', '.join(REQUIRED)} and, if wanted, "
    f"{', '.join(COLUMNS[len(REQUIRED):])}; several roles of a person are "
    f"separated by | and are of {', '.join(role for role, _ in ROLES)} (or "
    "their Vietnamese names); a password that is not given is made")
_LOGIN = re.compile(r'[^\s,;:/"\'<>]{2,100}')
_EMAIL = re.compile(r'[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+')
QUESTIONS = [
    ('login', "Login (nothing ends it): "),
    ('name', "  Name: "),
    ('agency', "  Code of the agency: "),
    ('roles', "  Roles, as clerk|handler: "),
    ('post', "  Post (may be empty): "),
    ('email', "  E-mail (may be empty): "),
    ]


class Refused(Exception):
    "A person who can not be added; the arguments are the field and why"


class Known(Exception):
    "The login exists: it is left as it is"


def add_parser(commands):
    parser = commands.add_parser(
        'people', help="add people with their roles",
        description="Add people and their roles in agencies to a database "
        f"that `donthu init` has prepared, from {FORM}.  A login that exists "
        "is left as it is, so the command can be repeated; each row that is "
        "refused is named with its reason, the others are added.")
    parser.add_argument(
        'file', metavar='FILE', nargs='?', help="the table")
    parser.add_argument(
        '--confirm', metavar='LOGIN', action='append',
        help="confirm what waits for this person (a role that one person has "
        "given in the client, a password), where nobody in the application "
        "can; may be repeated")
    parser.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE', help="the configuration of Tryton "
        "(default: $TRYTOND_CONFIG)")
    parser.add_argument('-d', '--database', required=True, metavar='NAME')
    add_passwords(parser)
    parser.set_defaults(run=run)


def add_passwords(parser):
    parser.add_argument(
        '--passwords', metavar='FILE',
        help="append the passwords that are made to a file that only you can "
        "read, instead of printing them once")


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    if not options.file and not options.confirm:
        raise CommandError("name the table, or whom to --confirm", 2)
    people = read(options.file) if options.file else None
    check_passwords(options.passwords)
    site = Site(options.config, options.database)
    status = add(site, people, options.passwords) if people is not None else 0
    for login in options.confirm or []:
        status = confirm(site, login) or status
    advise(site)
    return status


def confirm(site, login):
    """Confirm what waits for a person and nobody else can; return the status

    Who may do so on the machine may do anything: what others are there for
    is left to them."""
    def look(pool):
        Proposal = pool.get('agencies.proposal')
        lines, status = [], 0
        found = Proposal.search([
                ('user.login', '=', login), ('state', '=', 'proposed')])
        if not found:
            return [f"{login}: nothing waits for confirmation"], 1
        for proposal in found:
            if others := proposal.confirmers():
                names = ', '.join(user.login for user in others)
                lines.append(
                    f"{login}: {proposal.text}: left to {names}, in the "
                    "client under Cơ quan / Chờ xác nhận")
                status = 1
                continue
            Proposal.confirm([proposal])
            lines.append(f"{login}: {proposal.text}: confirmed")
        return lines, status
    lines, status = site.call(look, language=LANGUAGE)
    for line in lines:
        progress.say(line)
    return status


def read(path):
    """Return the rows of a table: pairs of (number, {column: text}).

    Raises CommandError when it is not a table of people."""
    mapping = Mapping(
        name='people', format='csv', delimiter=delimiter(path),
        columns={name: name for name in COLUMNS}, required=[*REQUIRED])
    _, lines = readers.read(path, mapping)
    # cells of no column, as csv.DictReader gives them
    return [
        (line.number, {**line.cells, None: line.remarks})
        for line in lines if not line.skipped]


def delimiter(path):
    "Return what separates the columns: spreadsheets write , or ; or a tab"
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            # it is read twice
            raise CommandError(f"{path} is not a plain file", 2)
        with open(path, encoding='utf-8-sig', errors='replace') as file:
            line = file.readline(4096)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2)
    return max(',;\t', key=line.count)


def add(site, people, passwords=None):
    """Add people, each in a transaction; say what became of each row.

    people -- pairs of (number of the row, {column: text})
    passwords -- the file for the passwords that are made, None to print them

    Returns the status of the command: 1 if a row was refused."""
    count, made, seen = Counter(), [], {}
    with keeper(passwords) as keep:
        for number, cells in people:
            login = clean(cells.get('login'))
            try:
                if login in seen:
                    raise Refused(
                        'login', f"stands in row {seen[login]} already")
                made.append(add_one(site, cells, keep))
                seen[login] = number
                count['added'] += 1
            except Known:
                seen[login] = number
                count['known'] += 1
            except Refused as refused:
                count['refused'] += 1
                field, reason = refused.args
                progress.say(
                    f"row {number}, {login or '–'}: {field}: {reason}")
    progress.say(
        f"People: {count['added']} added, {count['known']} known already, "
        f"{count['refused']} refused")
    if passwords and any(password for _, password, _, _ in made):
        progress.say(f"Their passwords are in {passwords}")
    return 1 if count['refused'] else 0


def announce(person, password):
    "Print a password that nobody knows yet"
    print(
        f"{person['login']}: {password}  ({person['name']}, "
        f"{person['agency'].rec_name})", flush=True)


def open_secret(path):
    "Open a file that only its owner can read, to append to it"
    try:
        # without a buffer: what is written is written at once, or refused
        file = open(path, 'ab', buffering=0, opener=lambda name, flags:
            os.open(name, flags, 0o600))
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), 0o600)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2)
    return file


def check_passwords(path):
    "Raise CommandError if passwords could not be written to the file"
    if path:
        open_secret(path).close()


@contextmanager
def keeper(path):
    """Give a function that writes a password where only its owner can read

    Without a path it is printed.  It is written before the person is: no
    password is ever lost."""
    if not path:
        yield announce
        return
    with open_secret(path) as file:
        def keep(person, password):
            line = f'{person["login"]}: {password}\n'.encode()
            try:
                if file.write(line) != len(line):
                    raise CommandError(f"{path}: not all could be written")
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}")
        yield keep


def add_one(site, cells, keep=lambda person, password: None):
    """Add a person; return (login, the password if made, name, agency)

    Raises Refused or Known."""
    from trytond.exceptions import UserError

    def create(pool):
        person = {}
        for field in COLUMNS:
            person[field] = check(pool, field, cells.get(field), person)
        if cells.get(None):
            raise Refused('row', "has more cells than there are titles")
        made = None if person['password'] else new_password()
        if made:
            keep(person, made)
        pool.get('res.user').create([values(pool, person, made)])
        return person['login'], made, person['name'], person['agency'].rec_name
    try:
        return site.call(create, language='en')
    except UserError as error:
        raise Refused('row', ' '.join(str(error).split()))


def values(pool, person, made):
    "Return a user with a membership for each role, from today"
    today = pool.get('ir.date').today()
    return {
        'login': person['login'],
        'name': person['name'],
        'email': person['email'] or None,
        'password': person['password'] or made,
        'memberships': [('create', [{
                        'agency': person['agency'].id,
                        'role': role,
                        'post': person['post'] or None,
                        'document': person['document'] or None,
                        'valid_from': today,
                        } for role in person['roles']])],
        }


def check(pool, field, text, person):
    """Return what a cell says; raise Refused, or Known for a known login.

    person -- what the cells before it said"""
    try:
        text = safe(text or '')
    except UnreadableText:
        raise Refused(field, "holds what is no text")
    # a password may hold spaces
    text = text if field == 'password' else clean(text)
    if not text and field in REQUIRED:
        raise Refused(field, "is missing")
    checker = _CHECKS.get(field)
    return checker(pool, text, person) if checker and text else text


def _check_login(pool, login, person):
    User = pool.get('res.user')
    if not _LOGIN.fullmatch(login):
        raise Refused(
            'login', "has to be of 2 to 100 characters, without spaces, "
            "quotes and marks as , ; : /")
    for user in User.search([('active', 'in', [True, False])]):
        if user.login == login:
            raise Known(login)
        if user.login.lower() == login.lower():
            raise Refused(
                'login', f"is that of {user.login} but for capitals")
    return login


def _check_agency(pool, code, person):
    agency = pool.get('agencies.agency').by_code(code)
    if not agency:
        raise Refused(
            'agency', f"there is none with the code {code!r}: the codes "
            "stand in the client under Cơ quan / Danh sách cơ quan")
    if not agency.valid_on(pool.get('ir.date').today()):
        raise Refused('agency', f"{agency.rec_name} has ended")
    return agency


def _check_roles(pool, text, person):
    from trytond.transaction import Transaction
    with Transaction().set_context(language=LANGUAGE):
        names = {
            fold(label): role
            for role, label in pool.get('res.user')._role_labels()}
    names |= {fold(role): role for role, _ in ROLES}
    roles = []
    for part in text.split('|'):
        role = names.get(fold(part))
        if not role:
            raise Refused(
                'roles', f"{clean(part)!r} is none of "
                + ', '.join(role for role, _ in ROLES))
        if role not in roles:
            roles.append(role)
    return roles


def _check_email(pool, email, person):
    if not _EMAIL.fullmatch(email):
        raise Refused('email', f"{email!r} is no address")
    return email


def _check_password(pool, password, person):
    from trytond.exceptions import UserError
    User = pool.get('res.user')
    try:
        User.validate_password(password, [User(
                    login=person['login'], name=person['name'],
                    email=person['email'])])
    except UserError as error:
        raise Refused('password', ' '.join(str(error).split()))
    return password


_CHECKS = {
    'login': _check_login,
    'agency': _check_agency,
    'roles': _check_roles,
    'email': _check_email,
    'password': _check_password,
    }


def settle(site, people, passwords):
    """Add the people given, or ask for the first ones; say who is missing.

    For `donthu init`; returns the status of the command."""
    status = 0
    if people is not None:
        status = add(site, people, passwords)
    elif sys.stdin.isatty() and missing(site) == 'anybody':
        ask(site, passwords)
    advise(site)
    return status


def ask(site, passwords=None):
    """Ask for people until there is no other; add each at once.

    passwords -- the file for their passwords, None to print them"""
    progress.say(
        "Who works here?  You can end now and add people later, with "
        "`donthu people`\nor in the client.")
    with keeper(passwords) as keep:
        while cells := ask_one(site):
            try:
                add_one(site, cells, keep)
            except Refused as refused:
                progress.say(': '.join(refused.args))


def ask_one(site):
    "Return the answers about a person, each checked at once; None to end"
    cells = {}
    for field, question in QUESTIONS:
        while True:
            try:
                cells[field] = input(question)
            except EOFError:
                print()
                return None
            if field == 'login' and not cells[field].strip():
                return None
            try:
                site.call(check, field, cells[field], cells, language='en')
            except Known:
                progress.say(f"{cells[field]} is known already")
            except Refused as refused:
                progress.say(': '.join(refused.args))
            else:
                if field == 'agency':
                    progress.say(f"  {agency_name(site, cells[field])}")
                break
    return cells


def agency_name(site, code):
    return site.call(lambda pool: pool.get('agencies.agency').by_code(
            clean(code)).rec_name)


def missing(site):
    "Return who is missing: 'anybody', 'a data officer', or None"
    def look(pool):
        Membership = pool.get('agencies.membership')
        today = pool.get('ir.date').today()
        held = Membership.valid_domain(today)
        if not Membership.search(held, limit=1):
            return 'anybody'
        if not Membership.search(
                [held, ('role', '=', 'data_officer')], limit=1):
            return 'a data officer'
        return None
    return site.call(look)


def advise(site):
    "Say how to add who is missing"
    who = {
        'anybody': "Nobody works here yet",
        'a data officer': "Nobody may import yet (the role data_officer)",
        }.get(missing(site))
    if who:
        progress.say(
            f"{who}: add people with `donthu people FILE -c "
            f"{site.config_file} -d {site.database}`, or log in as admin and "
            "open Cơ quan / Người dùng, page Vai trò tại các cơ quan "
            "(docs/first-steps.md).")
