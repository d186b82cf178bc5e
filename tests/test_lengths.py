# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is too long is found."""
import imports
import lengths
import pytest
from isort.settings import Config


def test_methods():
    def source(lines, docstring=''):
        return (f'class A:\n    def f(self):\n        """a{docstring}"""\n'
            + '        x = 1\n' * lines)
    assert not list(lengths.methods(source(lengths.METHOD - 2)))
    # what is said about it is no part of it
    assert not list(lengths.methods(source(lengths.METHOD - 2, '\nb' * 9)))
    assert [name for name, _ in lengths.methods(source(lengths.METHOD + 1))
        ] == ['A.f']


def test_files(tmp_path, monkeypatch):
    monkeypatch.setattr(lengths, 'ROOT', tmp_path)
    (tmp_path / 'long.py').write_text('x = 1\n' * (lengths.FILE + 1))
    (tmp_path / 'short.py').write_text('x = 1\n' * lengths.FILE)
    assert len(lengths.faults(['long.py', 'short.py'])) == 1


def test_an_exception_in_vain(monkeypatch):
    monkeypatch.setattr(lengths, 'LONG_FILES', {'no.py': "a reason"})
    assert "no.py needs no exception" in lengths.faults()


def test_stories_may_be_longer(tmp_path, monkeypatch):
    monkeypatch.setattr(lengths, 'ROOT', tmp_path)
    (tmp_path / 'tests').mkdir()
    body = '    x = 1\n' * (lengths.METHOD + 1)
    for name in ['tests/test_a.py', 'a.py']:
        (tmp_path / name).write_text(f'def f():\n{body}')
    assert lengths.faults(['tests/test_a.py', 'a.py']) == [
        f"a.py: f has {lengths.METHOD + 2} lines"]


@pytest.mark.parametrize('source, fault', [
        ('import os\nimport re\n', None),
        ('import re\nimport os\n', 'os'),
        ('from trytond.pool import Pool\n\nfrom . import a\n', None),
        ('from . import a\nfrom trytond.pool import Pool\n', 'trytond.pool'),
        # how lines are broken is left to who writes them
        ('from a import (\n    b,\n    c)\n', None)])
def test_order_of_imports(source, fault):
    config = Config(settings_path=str(lengths.ROOT))
    assert imports.faults(source, config) == fault
