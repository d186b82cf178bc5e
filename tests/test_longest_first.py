# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The order of the tests for the workers; no test is lost by it."""
import warm
from longest_first import in_order, read

TESTS = [
    'a.py::One::test_1', 'a.py::Two::test_1', 'b.py::test_1', 'b.py::test_2',
    'c.py::test_1']


def test_order():
    known = {'a.py::One': 3, 'a.py::Two': 9, 'b.py': 10}
    by_class = in_order(TESTS, known, by_file=False)
    assert sorted(TESTS, key=by_class.get) == [
        'b.py::test_1', 'b.py::test_2', 'a.py::Two::test_1',
        'a.py::One::test_1', 'c.py::test_1']
    by_file = in_order(TESTS, known, by_file=True)
    assert sorted(TESTS, key=by_file.get) == TESTS
    # nothing is known yet: by their number
    assert sorted(TESTS, key=in_order(TESTS, {}, by_file=True).get) == TESTS


def test_nothing_known(tmp_path):
    assert read(tmp_path / 'none.json') == {}
    (tmp_path / 'half.json').write_text('{"a":')
    assert read(tmp_path / 'half.json') == {}


class FakeCache:
    def __init__(self):
        self._timestamp, self._database_cache = {}, {}

    def fill(self, timestamp, **entries):
        self._timestamp['db'] = timestamp
        self._database_cache['db'] = dict(entries)


class FakeTests:
    "As much of Tryton's tests as is asked for"
    DB_NAME = 'db'

    class Pool:
        _pools = {'db': {}}

    class Cache:
        _instances = {}

        @classmethod
        def drop(cls, name):
            for instance in cls._instances.values():
                instance.fill(None)


def begin():
    law = FakeCache()
    FakeTests.Cache._instances = {warm.KEPT[0]: law}
    hand = warm.Warm(FakeTests)
    hand.known['template'] = {warm.KEPT[0]: ('10:00', {'book': 1})}
    hand.begin('template')
    return hand, law


def test_law_in_hand_after_each_test():
    hand, law = begin()
    for _ in range(2):
        law.fill('10:00', book=2)
        hand.drop('db')
        assert law._database_cache['db'] == {'book': 1}
        assert law._timestamp['db'] == '10:00'


def test_law_changed_for_good():
    hand, law = begin()
    law.fill('10:01', book=2)
    for _ in range(2):
        hand.drop('db')
        assert law._database_cache['db'] == {}


def test_another_database(monkeypatch):
    hand, law = begin()
    monkeypatch.setattr(FakeTests.Pool, '_pools', {'db': {}})
    hand.drop('db')
    assert law._database_cache['db'] == {}


def test_used_database():
    hand, law = begin()
    hand.begin(None)
    hand.drop('db')
    assert law._database_cache['db'] == {}
