# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Somebody new types what the README says, in a clean clone.

The first thing in ./check: whoever comes to Donthu does this first.
"""
import re

import pytest
from helpers import ROOT, clean_checkout
from sao import Sao, chromium
from terminal import Terminal

SHOTS = ROOT / 'screenshots' / 'first'
ADDRESS = r'(http://localhost:\d+/#donthu)'
PERSON = re.compile(
    r'^ +(?P<login>[a-z]+(?:\.[a-z]+)?) +(?P<password>\w{14}) ', re.M)


def readme_commands():
    "Return the commands in the blocks, and those in the text"
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    section = text.split('## Two commands')[1].split('\n## ')[0]
    blocks = [
        line for block in re.findall(r'```sh\n(.*?)```', section, re.S)
        for line in block.splitlines()]
    return blocks, re.findall(r'`(\./\w+ [^`]+)`', section)


@pytest.fixture(scope='module')
def clone(tmp_path_factory):
    return clean_checkout(tmp_path_factory.mktemp('clone'))


@pytest.fixture
def type_in(clone, tmp_path_factory):
    "Return a function that types a command in the clone"
    data = clone.parent / f'{clone.name}-data'
    terminals = []

    def type_in(command):
        terminal = Terminal(command, clone, XDG_DATA_HOME=str(data))
        terminals.append(terminal)
        return terminal
    yield type_in
    for terminal in terminals:
        terminal.close()


def open_demo(type_in, command):
    "Type the command; return the terminal, the address and the people"
    terminal = type_in(command)
    address = terminal.expect(ADDRESS, 1500).group()
    terminal.expect('Ctrl-C ends it', 60)
    assert 'Traceback' not in terminal.text
    assert 'refused' not in terminal.text
    people = dict(m.group('login', 'password') for m in PERSON.finditer(
            terminal.text.replace('\r', '')))
    # each role of a commune, a province and the centre; and admin
    assert len(people) == 25, people
    return terminal, address, people


def test_readme_says_two_commands():
    "Test the README has the commands that are tested here and by .ci/run"
    blocks, _ = readme_commands()
    assert blocks == ['./demo', './check']
    ci = (ROOT / '.ci' / 'run').read_text()
    assert ci.rstrip().endswith('exec ./check')


def test_first_command(type_in):
    """Test the first command opens the application, with something to do for
    everybody, and can be ended, started again, moved in time and started
    over"""
    (first, _), others = readme_commands()
    terminal, address, people = open_demo(type_in, first)
    # one sees that something happens, all the time
    for label in ['Modules', 'Country', 'Letters']:
        moves = set(re.findall(rf'{label}: *([^|\r]*)', terminal.text))
        assert len(moves) > 5, (label, moves)
    if chromium():
        see_first_screens(address, people)
    assert terminal.interrupt() == 0
    assert 'Ended.' in terminal.text
    for command in [first, *(c for c in others if c.startswith(first))]:
        terminal, address, again = open_demo(type_in, command)
        assert (again == people) == ('--reset' not in command)
        assert terminal.interrupt() == 0
        people = again


def see_first_screens(address, people):
    "Log in as each person, and see something to do"
    with Sao(address, shots=SHOTS, size=(1366, 768)) as sao:
        for login, password in people.items():
            sao.login(login, password)
            sao.shot(login)
            assert sao.rows(), login
            assert not sao.errors, (login, sao.errors)
            sao.logout()


def test_readme_in_vietnamese_says_the_same():
    text = (ROOT / 'README.vi.md').read_text(encoding='utf-8')
    blocks, others = readme_commands()
    for command in [*blocks, *others]:
        if command.startswith('./demo'):
            assert command in text, command
