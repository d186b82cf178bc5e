# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The catalogues: what Tryton says, all of it, well formed, in one wording."""
import importlib.util
import re
from collections import defaultdict
from configparser import ConfigParser
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import polib
import pytest
import tryton_vi

ROOT = Path(__file__).parents[1]
OURS = {
    path.parts[-3]: path
    for path in sorted(ROOT.glob('modules/*/locale/vi.po'))}
ALL = {**OURS, **tryton_vi.CATALOGUES}
# What a program puts its values into, and what must not get lost on the way
NAMED = re.compile(
    r'%\(\w+\)[a-z]|\$\{\w+\}|\[\d+:|%\d(?!\d)|</?[a-z]\w*>|<\w+>')
IN_ORDER = re.compile(r'%[sdri%]')
MNEMONIC = re.compile(r'(?<!\w)_\w|\w_\w')
# the entries of one menu, in which a letter can stand for one only
MENU = [
    '_Switch View', '_Previous', '_Next', '_Search', '_New', '_Save',
    '_Reload/Undo', '_Duplicate', '_Delete...', 'View _Logs...',
    'A_ttachments...', '_Notes...', 'C_hat', '_Actions...', '_Relate...',
    '_Report...', '_Print...', '_Email...', '_Export Data...',
    '_Import Data...', 'Copy _URL...', '_Close Tab']


def load_update():
    spec = importlib.util.spec_from_file_location(
        'update', ROOT / 'tryton-vi' / 'update.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


update = load_update()


@cache
def entries(name):
    return list(polib.pofile(str(ALL[name])))


def said():
    "Yield (catalogue, entry, translation) of all that the screens say"
    for name in ALL:
        for entry in entries(name):
            yield name, entry, update.translation(entry)


def compare(name, messages):
    "Check a catalogue has these messages and no others"
    expected = {update.key(entry) for entry in messages}
    found = [update.key(entry) for entry in entries(name)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    # and as the program that brings them up to date would write it
    assert ALL[name].read_text(encoding='utf-8') == str(
        update.renew(ALL[name], messages, {})) + '\n'


@pytest.mark.parametrize('name', sorted(tryton_vi.MODULES))
def test_server(name):
    messages = update.server_messages(name)
    assert messages, "install it: it is among what the tests need"
    compare(name, messages)


def test_web_client(client_root):
    compare('sao', update.client_messages(client_root / 'locale/messages.pot'))


def test_desktop_client(desktop_client):
    compare('tryton', update.client_messages(
            desktop_client / 'tryton/data/locale/tryton.pot'))


@pytest.mark.parametrize('name', sorted(tryton_vi.CATALOGUES))
def test_whole(name):
    "Test nothing is empty, doubtful or of several forms"
    catalogue = polib.pofile(str(ALL[name]))
    assert catalogue.metadata['Plural-Forms'] == 'nplurals=1; plural=0;'
    assert catalogue.metadata['Language'] == 'vi'
    assert [e.msgid for e in catalogue if e.fuzzy or e.obsolete] == []
    assert [e.msgid for e in catalogue if not update.translation(e)] == []
    assert all(
        set(e.msgstr_plural) == {0} for e in catalogue if e.msgid_plural)


def flaws(entry, text):
    "Yield what a translation has lost or added"
    english = entry.msgid_plural or entry.msgid
    if sorted(NAMED.findall(english)) != sorted(NAMED.findall(text)):
        yield "values"
    if not NAMED.search(english) and (
            IN_ORDER.findall(english) != IN_ORDER.findall(text)):
        yield "values in order"
    for edge in [r'^\s*', r'\s*$', r':\s*$']:
        if bool(re.search(edge, english)[0] if re.search(edge, english)
                else '') != bool(
                    re.search(edge, text)[0] if re.search(edge, text)
                    else ''):
            yield f"the edge {edge}"
    if english.count('\n') != text.count('\n'):
        yield "lines"
    if english.endswith('...') != text.endswith('…'):
        yield "the ellipsis"


@pytest.mark.parametrize('name', sorted(tryton_vi.CATALOGUES))
def test_form(name):
    "Test values, tags, lines and edges are those of the English"
    assert [
        (entry.msgid, flaw) for entry in entries(name)
        for flaw in flaws(entry, update.translation(entry))] == []


def test_flaws_are_found():
    "Test the test above sees what it looks for"
    for english, vietnamese in [
            ("%(name)s left", "đã rời đi"), ("%s of %d", "%d/%s"),
            ("%1 (%2)", "%1"), ("<b>All</b>", "Tất cả"), ("To:", "Đến"),
            ("Save...", "Lưu"), ("a\nb", "a b"), ("By: ", "Do:"),
            ("%s%%", "%s")]:
        entry = polib.POEntry(msgid=english, msgstr=vietnamese)
        assert list(flaws(entry, vietnamese)), english


def test_mnemonics():
    "Test each letter to press has one in Vietnamese, none twice in a menu"
    letters = {}
    for entry in entries('tryton'):
        text = update.translation(entry)
        english = NAMED.sub('', entry.msgid)
        assert len(MNEMONIC.findall(english)) == text.count('_'), entry.msgid
        if '_' in text:
            letters[entry.msgid] = text[text.index('_') + 1].lower()
    menu = [letters[label] for label in MENU]
    # a keyboard has them without a further key
    assert all(re.fullmatch('[a-zđ]', letter) for letter in menu), menu
    assert len(set(menu)) == len(menu), sorted(menu)


def test_short():
    "Test a button stays a button"
    assert [
        (entry.msgid, text) for name, entry, text in said()
        if name in tryton_vi.CATALOGUES and len(text) > 32 and (
            entry.msgctxt or '').startswith((
                'wizard_button:', 'model:ir.model.button,string:'))] == []


def choose(english, context, catalogue):
    """Return the row of the glossary that says how a term is rendered there

    None if it has none.  A sense that is told by its place goes before."""
    rows = [r for r in tryton_vi.glossary() if r['English'] == english]
    for row in rows:
        if row['Where'] and any(
                fnmatchcase(context or catalogue, pattern)
                for pattern in row['Where'].split(';')):
            return row
    return next((r for r in rows if not r['Where']), None)


@cache
def renderings():
    "Return {English: {Vietnamese: [(context, catalogue)]}}"
    result = defaultdict(lambda: defaultdict(list))
    for name, entry, text in said():
        result[entry.msgid][text].append((entry.msgctxt, name))
    return result


def test_one_wording():
    """Test a second rendering of a term is a sense that the glossary tells

    Who adds one either takes the rendering that is there, or enters in
    tryton-vi/glossary.csv what the word means in the other place."""
    known = {row['English'] for row in tryton_vi.glossary()}
    assert {
        english: dict(texts) for english, texts in renderings().items()
        if len(texts) > 1 and english not in known} == {}


def test_glossary():
    "Test the catalogues say what the glossary says, each row of it"
    used, wrong = set(), []
    terms = {row['English'] for row in tryton_vi.glossary()}
    for english in terms & renderings().keys():
        for text, places in renderings()[english].items():
            for context, catalogue in places:
                row = choose(english, context, catalogue)
                used.add((english, row and row['Vietnamese']))
                if not row or text not in row['Vietnamese'].split('|'):
                    wrong.append((
                            english, text, context or catalogue,
                            row and row['Vietnamese']))
    assert wrong == []
    senses = [r for r in tryton_vi.glossary() if r['Where']]
    assert [
        (r['English'], r['Vietnamese']) for r in senses
        if (r['English'], r['Vietnamese']) not in used] == []


def test_words():
    "Test the words of the glossary are rendered alike within sentences"
    wrong, seen = [], set()
    for row in tryton_vi.glossary():
        if not row['Words']:
            continue
        word = re.compile(rf"\b(?:{row['Words']})\b", re.I)
        wanted = [t.casefold() for t in row['Vietnamese'].split('|')]
        for name, entry, text in said():
            english = re.sub(r'%\(\w+\)\w|_|\w+\.\w+', '', entry.msgid)
            if word.search(english):
                seen.add(row['English'])
                if not any(
                        t in text.replace('_', '').casefold()
                        for t in wanted):
                    wrong.append((row['English'], name, entry.msgid, text))
    assert wrong == []
    assert seen == {r['English'] for r in tryton_vi.glossary() if r['Words']}


def test_glossary_is_in_order():
    rows = tryton_vi.glossary()
    assert rows == sorted(rows, key=lambda r: (
            r['English'].lower(), r['Where'] != '', r['Vietnamese']))
    places = [(r['English'], r['Where']) for r in rows]
    assert len(places) == len(set(places))


@pytest.mark.parametrize('name', sorted(OURS))
def test_loads_after_the_language(name):
    "Test one run brings the language and then what is written in it"
    def read(module):
        config = ConfigParser()
        config.read(ROOT / 'modules' / module / 'tryton.cfg')
        section = config['tryton']
        return (section.get('depends', '').split()
            + section.get('extras_depend', '').split())
    found, todo = set(), [name]
    while todo:
        module = todo.pop()
        if module not in found and (ROOT / 'modules' / module).is_dir():
            found.add(module)
            todo.extend(read(module))
    assert 'language_vi' in found
