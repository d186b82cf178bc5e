# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the documents name exists: commands with their options, files, models,
settings, menus and labels."""
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import polib
import pytest
from documents import (
    DOCUMENTS, ROOT, commands, labels, links, paths, prose, spans)
from lxml import etree
from trytond.modules.complaints import procedure_book

from donthu import cli, install
from donthu.errors import CommandError

# What stands between backticks and is nowhere in the code, and why
ELSEWHERE = {
    'agency-kind-year-serial-check': "the parts of a number",
    '/': "of the machine", '/etc/donthu': "of a site",
    '/opt/donthu/bin': "of a site", '/var/lib/donthu': "of a site",
    '/var/log/donthu': "of a site",
    'systemctl status donthu-doctor': "a command of systemd",
    'npm': "a program of Node.js",
    '••••••': "what a mask looks like",
    '[…]': "what is cut out",
    'r': "a right", 'w': "a right", 'c': "a right", 'd': "a right",
    'via X': "X stands for a model",
    'modules/<name>/': "of a module to come",
    'postgresql postgresql-contrib': "packages of Debian",
    'trytond.conf': "of the reader",
    'audit.keys': "what init makes beside the file of older releases",
    '-c trytond.conf -d donthu': "options of donthu import, checked below",
    'http://localhost:8000/#donthu': "an address",
    '~/.local/share/donthu/demo': "where platformdirs keeps the demonstration",
    '/srv/donthu': "of the reader",
    'tryton.conf': "of the desktop client",
    'title = Donthu': "a setting of the desktop client",
    'lang = vi': "a setting of the desktop client",
    'populate': "of tests/test_access.py",
    'datetime': "a module of Python",
    '<button name="…"/>': "an element of a view",
    'bench/NAME.py': "a work to come",
    '/tmp': "of the machine",
    '431/2026': "the number of a document",
    'function(pool, *args)': "a function of who measures",
    'leader.commune3': "bench makes the names of its users",
    'base.agencies[PLACE]': "an example",
    '>= 8.0, < 8.1': "a bound of versions",
    'company.company': "a model of Tryton that is not used",
    'party.party': "a model of Tryton that is not used",
    'relatorio': "a library that is not used",
    }
# What CONTRIBUTING.md makes up: a model, and the ids of any
MADE_UP = re.compile(r'(?:\b|_)visit|thing\b|_thing_|@step|\bthing_|Visit')
# Bold or slanted in README.vi.md for its weight, not as a label
STRESSED = {
    "nhập sổ cũ", "báo lên cấp trên", "Tệp khóa", "vì sao đến hạn ngày này",
    "Không báo lên được"}
MODEL = re.compile(
    r'(?:agencies|deadlines|audit|complaints|reception|likeness|retention'
    r'|routing|escalation|exchange|statistics|country|ir|res)'
    r'(?:\.[a-z_]+)+')
FILE = re.compile(
    r'[\w./*-]+\.(?:py|md|xml|toml|csv|conf|sql|txt|po|cfg|sh|lock|json)')


@cache
def source():
    "Return the text of all that is not a document"
    found = []
    for directory in ['donthu', 'modules', 'config', 'bench', 'tools', '.']:
        root = ROOT / directory
        for path in (root.glob('*') if directory == '.' else root.rglob('*')):
            if path.suffix in {
                    '.py', '.xml', '.cfg', '.toml', '.conf', '.sql',
                    '.sh', '.po'} and path.is_file():
                found.append(path.read_text(encoding='utf-8'))
    return '\n'.join(found)


@cache
def files():
    "Return the paths of the files of the house"
    return [
        '/' + str(path.relative_to(ROOT)) for directory in [
            'donthu', 'modules', 'config', 'docs', 'bench', 'tools', 'tests',
            'tryton-vi']
        for path in (ROOT / directory).rglob('*')
        if '__pycache__' not in path.parts] + [
        f'/{path.name}' for path in ROOT.iterdir() if path.is_file()] + [
        # where a site has them
        f'/{target}' for _, target, _ in install.FILES]


@cache
def models():
    "Return the names of the models, ours and Tryton's"
    import trytond
    found = set(re.findall(r"__name__ = '([\w.-]+)'", source()))
    for name in ['ir', 'res', 'modules/country']:
        for path in (Path(trytond.__file__).parent / name).rglob('*.py'):
            found.update(re.findall(
                    r"__name__ = '([\w.-]+)'", path.read_text('utf-8')))
    return found


def parsers(parser, words=()):
    "Yield each parser of the command line with the words that lead to it"
    yield words, parser
    for action in parser._actions:
        if isinstance(getattr(action, 'choices', None), dict):
            for name, child in action.choices.items():
                yield from parsers(child, (*words, name))


PARSERS = dict(parsers(cli.get_parser()))
OPTIONS = {
    option for parser in PARSERS.values() for action in parser._actions
    for option in action.option_strings}
# What else is called with options
for _name in ['bench/__main__.py', 'tests/run.py', 'tools/verify_audit.py',
        'tryton-vi/update.py']:
    OPTIONS.update(re.findall(
            r"add_argument\(\s*'(--[a-z-]+)'",
            (ROOT / _name).read_text(encoding='utf-8')))


def parse(words):
    """Parse a call of donthu: whole, or as far as a sentence names it.

    Raises AssertionError with what is wrong."""
    depth = 0
    while depth < len(words) and tuple(words[:depth + 1]) in PARSERS:
        depth += 1
    assert depth, f"{words[0]} is no command"
    rest = words[depth:]
    parser = PARSERS[tuple(words[:depth])]
    known = {o for a in parser._actions for o in a.option_strings}
    for word in rest:
        if re.match(r'-+[a-z]', word):
            assert word in known, f"{word} is no option of {words[:depth]}"
    for action in parser._actions:
        if isinstance(getattr(action, 'choices', None), dict):
            assert not rest, f"{rest[0]} is no part of {words[:depth]}"


def whole(words, capsys):
    "Parse a call as it is typed"
    try:
        cli.get_parser().parse_args(words)
    except CommandError as error:
        raise AssertionError(str(error))
    except SystemExit:
        raise AssertionError(capsys.readouterr().err)


@pytest.mark.parametrize('command', [
        c for c in commands() if c.words[0] in {'donthu', './demo'}], ids=str)
def test_donthu_takes_it(command, capsys):
    "Test each call of donthu parses with the parser of donthu"
    words = [w.strip('[]') for w in command.words]
    words = ['demo', *words[1:]] if words[0] == './demo' else words[1:]
    # N stands for a number
    words = ['1' if w == 'N' else w for w in words]
    parse(words)
    if command.fenced:
        whole(words, capsys)


def test_a_wrong_call_is_found(capsys):
    "Test what these tests would say of a document that is wrong"
    for words in [['deadlines'], ['init', '--persons', 'x'],
            ['audit', 'prove'], ['keys', 'rotate', '--all']]:
        with pytest.raises(AssertionError):
            parse(words)
    with pytest.raises(AssertionError, match='required'):
        whole(['init', '-c', 'x'], capsys)


@pytest.mark.parametrize('command', [
        c for c in commands() if c.words[0].startswith('trytond')
        and len(c.words) > 1], ids=str)
def test_trytond_takes_it(command, capsys):
    from trytond import commandline
    getter = {
        'trytond': 'get_parser', 'trytond-admin': 'get_parser_admin',
        'trytond-cron': 'get_parser_cron',
        'trytond-worker': 'get_parser_worker'}[command.words[0]]
    parser = getattr(commandline, getter)()
    try:
        parser.parse_args(command.words[1:])
    except SystemExit:
        raise AssertionError(capsys.readouterr().err)


@pytest.mark.parametrize('command', [
        c for c in commands() if 'python' in c.words[0]
        and c.words[1].endswith('.py')], ids=str)
def test_script_takes_it(command):
    "Test the scripts are where the documents call them, with these options"
    script = ROOT / command.words[1]
    assert script.exists()
    options = re.findall(r'--[a-z-]+', command.text)
    if options:
        said = subprocess.run(
            [sys.executable, '-W', 'ignore', str(script), '--help'],
            capture_output=True, text=True, check=True).stdout
        for option in options:
            assert option in said


@pytest.mark.parametrize('command', [
        c for c in commands() if 'pytest' in c.words], ids=str)
def test_pytest_takes_it(command):
    "Test the tests that a document has one run are there"
    words = command.words[command.words.index('pytest') + 1:]
    found = [w for w in words if '/' in w and not MADE_UP.search(w)]
    assert found
    for path in found:
        assert (ROOT / path).exists(), path
    if '-k' in words:
        assert any(
            words[words.index('-k') + 1] in file.read_text(encoding='utf-8')
            for path in found for file in (ROOT / path).rglob('test_*.py'))


@pytest.mark.parametrize('document', DOCUMENTS)
def test_links(document):
    for target in links(document):
        assert (ROOT / document).parent.joinpath(target).exists(), target


def named():
    return [
        pytest.param(text, id=f'{document}:{line}: {text}')
        for document in DOCUMENTS for text, line in spans(document)
        if text not in ELSEWHERE and text not in {
            c.text for c in commands()}
        and not (document == 'CONTRIBUTING.md' and MADE_UP.search(text))]


def is_word(text):
    "Find a word of the code; of Class.method and module.Class both"
    word = text.rstrip('…').removesuffix('()')
    for part in (word.split('.') if re.fullmatch(
            r'[A-Z]\w+\.\w+|[a-z]\w+\.[A-Z]\w+', word) else [word]):
        assert part in source(), text


@pytest.mark.parametrize('text', named())
def test_what_is_named_exists(text):
    "Test what stands between backticks is a file, an option, a model, a word"
    # a test of a file: which ones there are is looked at by test_threats.py
    text = text.partition('::')[0]
    if setting := re.fullmatch(r'\[(\w+)\](?: (\w+))?', text):
        for name in filter(None, setting.groups()):
            assert re.search(rf'\b{name}\b', source())
    elif text.startswith('-'):
        for option in re.findall(r'(?<!\S)--?[a-z-]+', text):
            assert option in OPTIONS, option
    elif text.startswith('$'):
        assert re.search(rf"environ\[?.*'{text[1:]}'", source())
    elif FILE.fullmatch(text):
        path = text.removeprefix('/etc/donthu/').lstrip('/')
        assert any(
            Path(file).match(path) if '*' in path
            else file.endswith(f'/{path}') for file in files()), text
    elif text.endswith('/') or (ROOT / text.partition('/')[0]).is_dir() and (
            '/' in text):
        assert any(f'/{text.strip("/")}/' in file for file in files())
    elif MODEL.fullmatch(text):
        # a model, or a module of Python
        model, _, name = text.rpartition('.')
        assert text in models() or any(
            file.endswith(f'/{text.replace(".", "/")}.py')
            for file in files()) or model in models() and re.search(
                # a field or a method of one
                rf'    (?:def )?{name}(?: = fields\.|\()', source()), text
    elif call := re.fullmatch(r'(?:\w+\.)*(\w+)\(.+\)', text):
        assert re.search(rf'(?:def|class) {call[1]}\b', source()), text
    else:
        is_word(text)


def test_nothing_is_left_out_in_vain():
    "Test each exception is still needed"
    found = {
        text for document in DOCUMENTS for text, _ in spans(document)}
    assert not ELSEWHERE.keys() - found
    assert not STRESSED - {text for text, _ in labels('README.vi.md')}


@cache
def translations():
    "Return what is said in Vietnamese, by module, context and English text"
    return {
        (path.parts[-3], entry.msgctxt, entry.msgid): entry.msgstr
        for path in (ROOT / 'modules').glob('*/locale/vi.po')
        for entry in polib.pofile(str(path)) if not entry.obsolete}


@cache
def menus():
    "Return the paths of the menus, each as (English names, Vietnamese ones)"
    items, actions = {}, {}
    for path in (ROOT / 'modules').glob('*/*.xml'):
        module = path.parent.name
        tree = etree.parse(str(path))
        for record in tree.iter('record'):
            name = record.find("field[@name='name']")
            if name is not None:
                actions[f'{module}.{record.get("id")}'] = name.text
        for item in tree.iter('menuitem'):
            items[f'{module}.{item.get("id")}'] = (module, dict(item.attrib))

    def full(module, id_):
        return id_ if '.' in id_ else f'{module}.{id_}'

    def lead(id_):
        module, item = items[id_]
        name = item.get('name') or actions[full(module, item['action'])]
        said = translations().get((
                module, f'model:ir.ui.menu,name:{id_.partition(".")[2]}',
                name))
        above = [((), ())]
        if parent := item.get('parent'):
            above = lead(full(module, parent))
        return [((*e, name), (*v, said)) for e, v in above]
    return [path for id_ in items for path in lead(id_)]


@pytest.mark.parametrize('parts', [
        pytest.param(tuple(parts), id=f'{document}:{line}: {" / ".join(parts)}')
        for document in DOCUMENTS for parts, line in paths(document)])
def test_menu_exists(parts):
    """Test each menu that is named exists, and has a name in Vietnamese

    A path may begin below the top."""
    found = [
        vietnamese for english, vietnamese in menus()
        if parts in {english[-len(parts):], vietnamese[-len(parts):]}]
    assert found, parts
    assert all(all(path) for path in found)


def test_menus_are_found_in_the_documents():
    "Test the tests above look at something"
    assert len([1 for d in DOCUMENTS for _ in paths(d)]) > 10
    assert len(commands()) > 40
    for parts in [("Cơ quan", "Không có"), ("Cơ quan", "Đơn thư")]:
        with pytest.raises(AssertionError):
            test_menu_exists(parts)


@pytest.mark.parametrize('text', sorted({
            text for text, _ in labels('README.vi.md')
            if ' / ' not in text and text not in STRESSED}))
def test_vietnamese_label_exists(text):
    "Test what README.vi.md has in bold is what the screens say"
    said = {
        part.rstrip('…').casefold()
        for string in [
            *translations().values(),
            *(step.title for step in procedure_book.book()[1])]
        for part in [string, string.partition(':')[0]]}
    # steps have titles in the law's own words
    said |= {
        title.casefold() for title in re.findall(r'"([^"]+)"', (
                ROOT / 'modules' / 'complaints' / 'data' / 'procedures.toml'
                ).read_text(encoding='utf-8'))}
    assert text.rstrip('…').casefold() in said


def test_roles_of_the_first_steps():
    "Test the page names each role, as it is called on the screens"
    from trytond.modules.agencies.role import ROLES
    text = prose('docs/first-steps.md')
    for role, label in ROLES:
        said = translations()[
            'agencies', 'selection:agencies.membership,role:', label]
        assert f'`{role}` ({said})' in text
