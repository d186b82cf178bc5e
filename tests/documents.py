# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the documents name: commands, files, models, menus, labels."""
import ast
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    'README.md', 'README.vi.md', 'CONTRIBUTING.md', 'SECURITY.md',
    'bench/README.md',
    *sorted(
        str(path.relative_to(ROOT)) for pattern in [
            'docs/**/*.md', 'modules/*/doc/*.rst']
        for path in ROOT.glob(pattern))]
# Python files whose first words say how to call them
SCRIPTS = ['bench/__main__.py', 'tools/verify_audit.py', 'tests/run.py']
PROGRAMS = {
    'donthu', './demo', './check', 'python3', '.venv/bin/python', 'trytond',
    'trytond-cron', 'trytond-worker', 'trytond-admin', 'gunicorn', 'psql',
    'pip', 'createuser', 'createdb', '/opt/donthu/bin/pip', 'chmod'}
_FENCE = re.compile(
    r'^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$', re.M | re.S)
_CODE = re.compile(r'`([^`]+)`')
_LINK = re.compile(r'\]\(([^)#]+)(?:#[^)]*)?\)')
_BOLD = re.compile(r'\*\*([^*]+)\*\*')
_ITALIC = re.compile(r'(?<![*\w])\*([^\s*](?:[^*]*[^\s*])?)\*(?![*\w])')


@dataclass(frozen=True)
class Command:
    "A call of a program, as a document writes it"
    document: str
    line: int
    text: str
    # to be typed as it stands, not only named in a sentence
    fenced: bool

    def __str__(self):
        return f'{self.document}:{self.line}: {self.text}'

    @property
    def words(self):
        "Return the words of the command, without variables before it"
        words = shlex.split(self.text, comments=True)
        while words and re.match(r'[A-Z_]+=', words[0]):
            words.pop(0)
        return words


@cache
def text_of(name):
    "Return the text of a document, or the first words of a script"
    text = (ROOT / name).read_text(encoding='utf-8')
    if name.endswith('.rst'):
        # one way to say that something is code
        return text.replace('``', '`')
    return ast.get_docstring(ast.parse(text)) if name.endswith('.py') else text


def prose(name):
    "Return a document without its fenced blocks, line for line"
    return _FENCE.sub(
        lambda match: '\n' * match.group().count('\n'), text_of(name))


def line_of(text, place):
    return text.count('\n', 0, place) + 1


def join(text):
    "Return a text in one line"
    return ' '.join(text.split())


def is_command(text):
    words = text.split()
    while words and re.match(r'[A-Z_]+=', words[0]):
        words.pop(0)
    return bool(words) and words[0] in PROGRAMS


def blocks(name):
    "Yield the fenced blocks of a document: (kind, text, line)"
    text = text_of(name)
    for match in _FENCE.finditer(text):
        yield (match['kind'], match['text'],
            line_of(text, match.start('text')))


def spans(name):
    "Yield what stands between backticks: (text, line)"
    text = prose(name)
    for match in _CODE.finditer(text):
        yield join(match[1]), line_of(text, match.start())


@cache
def commands():
    "Return every command of the documents and scripts"
    found = []
    for name in DOCUMENTS:
        for kind, text, line in blocks(name):
            if kind not in {'', 'sh'}:
                continue
            # a line that ends with \ goes on
            for match in re.finditer(r'(?:[^\n]*\\\n)*[^\n]+', text):
                call = join(match[0].replace('\\\n', ' ')).removeprefix('$ ')
                if kind == 'sh' or is_command(call):
                    found.append(Command(
                            name, line + text.count('\n', 0, match.start()),
                            call.split(' # ')[0].strip(), True))
        found += [
            Command(name, line, text, False)
            for text, line in spans(name) if is_command(text)]
    for name in SCRIPTS:
        # an indented paragraph of the first words
        for match in re.finditer(
                r'^    (\S.*(?:\n {5,}\S.*)*)$', text_of(name), re.M):
            if is_command(match[1]):
                found.append(Command(
                        name, line_of(text_of(name), match.start()),
                        join(match[1]), True))
    return tuple(found)


def links(name):
    return [t for t in _LINK.findall(prose(name)) if '://' not in t]


def labels(name):
    "Yield what stands in bold or italics: (text, line)"
    text = _CODE.sub(lambda m: ' ' * len(m[0]), prose(name))
    for pattern in [_BOLD, _ITALIC]:
        for match in pattern.finditer(text):
            yield join(match[1]), line_of(text, match.start())


def paths(name):
    "Yield the menu paths of a document, as lists of labels"
    for text, line in labels(name):
        parts = re.split(r' / | › ', text)
        if len(parts) > 1:
            yield parts, line
    # the Vietnamese name of a menu, after its English one
    for match in re.finditer(
            r'\(([^()`*]+(?:\s/\s[^()`*]+)+)\)', prose(name)):
        yield re.split(r' / ', join(match[1])), line_of(
            prose(name), match.start())
