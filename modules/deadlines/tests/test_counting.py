# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Tables and properties of the pure functions."""
import datetime as dt
import json
import unittest
from pathlib import Path

import holidays
from hypothesis import given
from hypothesis import strategies as st

from .. import counting, explain, lawbook, proposal, sheet
from ..counting import Calendar, CountingError, DayOff, Pause, count

EXAMPLES = Path(__file__).parent / 'examples.jsonl'
# source, kind, start, days (< 0: counted back), holidays, expect
PEERS = Path(__file__).parent / 'peer_cases.jsonl'
PEER_UNITS = {'working': 'working_day', 'calendar': 'day'}
D = dt.date

# rule, day of the event, variants, last day: worked out by hand
CASES = [
    # Tết of 2026: 14/2 to 22/2 are days of rest
    ('XLD-02', D(2026, 2, 4), [], D(2026, 2, 23)),
    ('KN-02', D(2026, 1, 16), [], D(2026, 2, 23)),
    # the end of April 2026: 27/4, 30/4 and 1/5
    ('TC-02', D(2026, 4, 24), [], D(2026, 5, 6)),
    # the swap of the New Year of 2026: 2/1 off, Saturday 10/1 worked
    ('KN-07', D(2025, 12, 31), [], D(2026, 1, 7)),
    ('TC-01', D(2026, 1, 1), [], D(2026, 1, 12)),
    # early September 2026: 31/8 off, 22/8 worked, 1–2/9
    ('KN-07', D(2026, 8, 28), [], D(2026, 9, 7)),
    ('KN-07', D(2026, 8, 20), [], D(2026, 8, 24)),
    # 24 November is a holiday from 2026 on
    ('KN-07', D(2026, 11, 20), [], D(2026, 11, 26)),
    ('KN-07', D(2025, 11, 21), [], D(2025, 11, 26)),
    # the night between the two laws: 10 calendar days, then 7 working days
    ('KN-01', D(2026, 6, 30), [], D(2026, 7, 10)),
    ('KN-01', D(2026, 7, 1), [], D(2026, 7, 10)),
    ('KN-01', D(2026, 7, 2), [], D(2026, 7, 13)),
    # ceilings of the first and second complaint
    ('KN-02', D(2026, 9, 1), [], D(2026, 10, 1)),
    ('KN-02', D(2026, 9, 1), ['complex'], D(2026, 10, 16)),
    ('KN-02', D(2026, 9, 1), ['remote'], D(2026, 10, 16)),
    ('KN-02', D(2026, 9, 1), ['remote', 'complex'], D(2026, 11, 2)),
    ('KN-10', D(2025, 6, 21), ['complex', 'remote'], D(2025, 9, 3)),
    # denunciation: 30 days, more by a decision only
    ('TC-06', D(2026, 3, 2), [], D(2026, 4, 1)),
    ('TC-06', D(2026, 3, 2), ['complex'], D(2026, 4, 1)),
    ('TC-06', D(2026, 3, 2), ['especially complex'], D(2026, 4, 1)),
    ('TC-01', D(2026, 3, 2), ['several-places'], D(2026, 3, 16)),
    # 29 February
    ('KN-07', D(2024, 2, 28), [], D(2024, 3, 4)),
    ('KN-16', D(2024, 2, 29), [], D(2025, 2, 28)),
    # counted back from the day of the event
    ('KN-04', D(2026, 8, 12), [], D(2026, 8, 7)),
    ('KN-04', D(2026, 8, 7), [], D(2026, 7, 31)),
    ('TCD-04', D(2026, 9, 8), [], D(2026, 8, 27)),
    ('TC-04', D(2026, 9, 5), [], D(2026, 9, 5)),
    ]


class CountingTestCase(unittest.TestCase):
    "Test counting"

    def test_cases(self):
        "Test hard dates"
        for code, day, variants, expected in CASES:
            with self.subTest(code=code, day=day, variants=variants):
                _, version = lawbook.find(code, day, variants)
                result = count(
                    day, version.length, version.unit, lawbook.calendar(),
                    before=version.before)
                self.assertEqual(result.due_on, expected)

    def test_examples(self):
        "Test the worked examples"
        for line in EXAMPLES.read_text().splitlines():
            example = json.loads(line)
            day = D.fromisoformat(example['event_on'])
            _, version = lawbook.find(
                example['rule'], day, example['variants'])
            result = count(
                day, version.length, version.unit, lawbook.calendar(),
                before=version.before)
            self.assertEqual(
                result.due_on.isoformat(), example['due_on'], msg=example)

    def test_no_version(self):
        "Test a rule before its law is refused"
        for code, day, variants in [
                ('TC-06', D(2018, 12, 31), []),
                ('TC-20', D(2026, 7, 1), []),
                ('XX-99', D(2026, 7, 1), []),
                ('KN-02', D(2026, 7, 1), ['simple']),
                ]:
            with self.subTest(code=code), \
                    self.assertRaises(lawbook.LawbookError):
                lawbook.find(code, day, variants)

    def test_rules_are_whole(self):
        "Test each rule says its article and how sure it is"
        for rule in lawbook.rules().values():
            self.assertTrue(rule.versions, msg=rule.code)
            for version in rule.versions:
                self.assertTrue(version.citation, msg=rule.code)
                self.assertIn(version.certainty, {
                        'verified', 'one transcription', 'memory',
                        'interpretation'})
                self.assertIn(
                    version.unit, counting.UNITS + counting.NO_UNITS)
                self.assertTrue(
                    version.source or version.certainty == 'memory',
                    msg=rule.code)

    def test_calendar_against_library(self):
        "Test our days off are those of the library, plus the known swap"
        theirs = holidays.VN(years=range(2020, 2028))
        ours = lawbook.calendar()
        swap = {D(2026, 1, 2), D(2026, 1, 10)}
        for year in range(2020, 2028):
            day = D(year, 1, 1)
            while day.year == year:
                if day not in swap:
                    self.assertEqual(
                        ours.is_working(day), theirs.is_working_day(day),
                        msg=day)
                day += counting.ONE
        self.assertFalse(ours.is_working(D(2026, 1, 2)))
        self.assertTrue(ours.is_working(D(2026, 1, 10)))

    def test_calendar_sources(self):
        "Test each day off says its source"
        for day in lawbook.calendar().days.values():
            self.assertTrue(day.source and day.name, msg=day)

    def test_uncertain_year(self):
        "Test a year without an announced calendar is said"
        calendar, last = lawbook.calendar(), proposal.LAST_YEAR
        known = max(
            day.date.year for day in calendar.days.values()
            if day.state == 'announced')
        for year, expected in [
                (known - 1, []),
                (known, [('provisional', known + 1)]),
                (last, [('provisional', last), ('missing', last + 1)]),
                ]:
            result = count(D(year, 12, 28), 10, 'day', calendar)
            self.assertEqual(result.warnings, expected)
            sign = explain.mark(result.warnings)
            self.assertEqual(bool(sign), bool(expected))

    def test_last_known_year(self):
        "Test what has been announced is not provisional"
        calendar = lawbook.calendar()
        for year in range(2020, 2028):
            self.assertTrue(calendar.is_confirmed(year), msg=year)
        self.assertFalse(calendar.is_confirmed(2028))

    def test_partial_year(self):
        "Test a New Year or a swap alone does not make a year known"
        for days in [
                [DayOff(D(2028, 1, 1), 'holiday')],
                [DayOff(D(2028, 1, 31), 'swapped off')],
                [DayOff(D(2028, 1, 22), 'worked')],
                [DayOff(D(2028, 9, 2), 'holiday')],
                ]:
            self.assertEqual(
                Calendar(days).warnings(D(2028, 1, 3), D(2028, 1, 4)),
                [('missing', 2028)])
        self.assertTrue(Calendar([
                    DayOff(D(2028, 1, 26), 'holiday')]).is_confirmed(2028))

    def test_computed_years(self):
        "Test the years to come are what the library computes"
        days = [d for d in lawbook.days_off() if d.state == 'provisional']
        years = {day.date.year for day in days}
        self.assertEqual(
            years, set(range(min(years), proposal.LAST_YEAR + 1)))
        self.assertFalse(
            years & {d.date.year for d in lawbook.days_off()
                if d.state == 'announced'})
        for year in years:
            # what is swapped is announced year by year
            self.assertEqual(
                [d for d in days if d.date.year == year],
                [d for d in proposal.propose(year)
                    if d.kind not in {'swapped off', 'worked'}])

    def test_lunar_new_year(self):
        "Test Tết is that of Việt Nam, where China's is another day"
        days = {d.date: d.name for d in lawbook.days_off()}
        for day in [D(2020, 1, 25), D(2027, 2, 6), D(2028, 1, 26),
                D(2029, 2, 13), D(2030, 2, 2), D(2053, 2, 18)]:
            self.assertEqual(days[day], "Tết Nguyên Đán")
        self.assertEqual(days[D(2030, 2, 3)], "Mùng hai Tết Nguyên Đán")
        new_years = [
            d.date for d in lawbook.days_off() if d.name == "Tết Nguyên Đán"]
        self.assertEqual(len(new_years), len(lawbook.calendar().years))
        for day in new_years:
            self.assertTrue(DayOff(day, 'holiday').is_tet)

    def test_last_days_of_the_lunar_year(self):
        "Test the days before Tết have their numbers: some years lack a 30th"
        names = {d.date: d.name for d in lawbook.days_off()}
        for day in [D(2025, 1, 27), D(2027, 2, 4)]:
            self.assertEqual(names[day], "28 Chạp")
        # a number is said only where somebody has looked it up
        for day in lawbook.days_off():
            if day.state == 'provisional':
                self.assertNotIn("29", day.name)

    def test_culture_day(self):
        "Test rest in lieu of 24 November is a reading, and said to be one"
        rule, version = lawbook.find('TC-14', D(2029, 11, 22))
        for choice, expected in [
                ('no', D(2029, 11, 29)), ('yes', D(2029, 11, 30))]:
            choices = lawbook.default_choices() | {'culture_day': choice}
            calendar = Calendar(lawbook.days_off(), choices=choices)
            answer = explain.explain(
                rule.code, rule.name, version, D(2029, 11, 22), calendar,
                choose=lawbook.default_readings())
            self.assertEqual(answer.result.due_on, expected)
            self.assertIn('24/11', answer.readings[-1][0])
            self.assertEqual(answer.result.warnings, [('provisional', 2029)])
        open_days = lawbook.calendar().open
        self.assertTrue(
            {D(2029, 11, 26), D(2030, 11, 25), D(2035, 11, 26)}
            <= open_days.keys())
        self.assertTrue(
            lawbook.calendar().is_working(D(2029, 11, 26)))
        # where it decides nothing it is not quoted
        for start, unit in [
                (D(2029, 11, 27), 'working_day'), (D(2029, 11, 20), 'day')]:
            version = lawbook.replace(version, unit=unit, length=8)
            self.assertEqual(explain.explain(
                    'X', '', version, start, lawbook.calendar(),
                    choose=lawbook.default_readings()).readings, ())
        version = lawbook.replace(version, unit='day', length=6)
        for choice, expected in [
                ('no', D(2029, 11, 26)), ('yes', D(2029, 11, 27))]:
            answer = explain.explain(
                'X', '', version, D(2029, 11, 20),
                Calendar(lawbook.days_off(), choices={'culture_day': choice}),
                choose=lawbook.default_readings())
            self.assertEqual(answer.result.due_on, expected)
            self.assertIn('24/11', answer.readings[-1][0])

    def test_mark(self):
        "Test a provisional date says so where it stands"
        for year in [2027, 2028]:
            rule, version = lawbook.find('KN-01', D(year, 1, 5))
            answer = explain.explain(
                rule.code, rule.name, version, D(year, 1, 5),
                lawbook.calendar())
            for language in ['vi', 'en']:
                due, = [line for line in answer.lines(language)
                    if line.startswith(explain.WORDS[language]['due'][:12])]
                sign = explain.WORDS[language]['mark_provisional']
                self.assertEqual(f'({sign}).' in due, year == 2028, msg=due)
                self.assertEqual(
                    sign in sheet.page([answer], language=language),
                    year == 2028)

    def test_pause(self):
        "Test a pause moves the end by its length"
        calendar = Calendar([])
        start = D(2026, 3, 2)
        paused = count(
            start, 10, 'day', calendar,
            [Pause(D(2026, 3, 5), D(2026, 3, 12))])
        self.assertEqual(paused.due_on, D(2026, 3, 19))
        open_ = count(start, 10, 'day', calendar, [Pause(D(2026, 3, 5))])
        self.assertIsNone(open_.due_on)
        late = count(start, 10, 'day', calendar, [Pause(D(2026, 3, 12))])
        self.assertEqual(late.due_on, D(2026, 3, 12))

    def test_pause_on_the_last_day(self):
        "Test both readings of a decision on the last day; the trace names it"
        # 2026-03-12 is a Thursday; 30 days from 2026-08-20 end on a Saturday,
        # moved to Monday 2026-09-21
        for start, length, pause, until, no, yes in [
                (D(2026, 3, 2), 10, D(2026, 3, 12), D(2026, 3, 17),
                    D(2026, 3, 12), D(2026, 3, 18)),
                (D(2026, 3, 2), 10, D(2026, 3, 12), None,
                    D(2026, 3, 12), None),
                # not a day longer for what was resumed at once
                (D(2026, 3, 2), 10, D(2026, 3, 12), D(2026, 3, 12),
                    D(2026, 3, 12), D(2026, 3, 12)),
                (D(2026, 8, 20), 30, D(2026, 9, 19), D(2026, 9, 23),
                    D(2026, 9, 21), D(2026, 9, 24)),
                (D(2026, 8, 20), 30, D(2026, 9, 21), D(2026, 9, 23),
                    D(2026, 9, 21), D(2026, 9, 24)),
                (D(2026, 8, 20), 30, D(2026, 9, 20), D(2026, 9, 25),
                    D(2026, 9, 21), D(2026, 9, 28)),
                (D(2026, 8, 20), 30, D(2026, 9, 21), None,
                    D(2026, 9, 21), None),
                # after the end, and before it, nothing is asked
                (D(2026, 8, 20), 30, D(2026, 9, 22), D(2026, 9, 25),
                    D(2026, 9, 21), D(2026, 9, 21)),
                (D(2026, 8, 20), 30, D(2026, 9, 18), D(2026, 9, 21),
                    D(2026, 9, 22), D(2026, 9, 22)),
                ]:
            for choice, due_on in [('no', no), ('yes', yes)]:
                with self.subTest(start=start, pause=pause, choice=choice):
                    conventions = lawbook.conventions(
                        {'last_day_pause': choice})
                    result = count(
                        start, length, 'day', lawbook.calendar(),
                        [Pause(pause, until)], conventions=conventions)
                    self.assertEqual(result.due_on, due_on)
                    self.assertEqual(
                        sum(s.days for s in result.spans if s.counted),
                        length if due_on or pause > D(2026, 9, 19)
                        else length - 1)
                    answer = explain.explain(
                        'TC-06', '', lawbook.find('TC-06', start)[1],
                        start, lawbook.calendar(), [Pause(pause, until)],
                        conventions=conventions,
                        choose=lawbook.default_readings())
                    if length == 30:
                        self.assertEqual(
                            lawbook.default_readings()['last_day_pause']
                            in answer.readings,
                            D(2026, 9, 18) < pause < D(2026, 9, 22))

    def test_suspended_again_on_the_day_left(self):
        "Test the day that was left can be suspended as well"
        result = count(
            D(2026, 8, 20), 30, 'day', lawbook.calendar(),
            [Pause(D(2026, 9, 21), D(2026, 9, 23)),
                Pause(D(2026, 9, 24), D(2026, 9, 29))],
            conventions=lawbook.conventions({'last_day_pause': 'yes'}))
        self.assertEqual(result.due_on, D(2026, 9, 30))

    def test_elapsed_before(self):
        "Test both readings of what has elapsed before a decision"
        for code, ground, name in [
                ('KN-02', 'KN-11A-1', 'elapsed_before'),
                ('TC-06', 'TC-34-1', 'suspension_day')]:
            start = D(2026, 8, 3)
            pause = Pause(
                D(2026, 8, 10), D(2026, 8, 18),
                convention=lawbook.ground(ground).convention)
            _, version = lawbook.find(code, start)
            other, = {'elapsed_before', 'suspension_day'} - {name}
            for choices, due_on in [
                    ({}, D(2026, 9, 10)), ({name: 'yes'}, D(2026, 9, 10)),
                    ({name: 'no'}, D(2026, 9, 11)),
                    ({other: 'no'}, D(2026, 9, 10))]:
                answer = explain.explain(
                    code, '', version, start, lawbook.calendar(), [pause],
                    conventions=lawbook.conventions(choices),
                    choose=lawbook.default_readings())
                self.assertEqual(answer.result.due_on, due_on)
                readings = lawbook.default_readings()
                self.assertIn(readings[name], answer.readings)
                self.assertNotIn(readings[other], answer.readings)

    def test_pauses_refused(self):
        "Test pauses that overlap or run backwards are refused"
        for pauses in [
                [Pause(D(2026, 3, 5), D(2026, 3, 4))],
                [Pause(D(2026, 3, 5), D(2026, 3, 9)),
                    Pause(D(2026, 3, 8), D(2026, 3, 12))],
                [Pause(D(2026, 3, 5)), Pause(D(2026, 3, 8))],
                ]:
            with self.assertRaises(CountingError):
                count(D(2026, 3, 2), 10, 'day', Calendar([]), pauses)

    @given(st.permutations([
                Pause(D(2026, 3, 5), D(2026, 3, 5), "a"),
                Pause(D(2026, 3, 5), D(2026, 3, 9), "b"),
                Pause(D(2026, 3, 9), D(2026, 3, 9), "c"),
                Pause(D(2026, 3, 9), D(2026, 3, 12), "d"),
                Pause(D(2026, 3, 12), D(2026, 3, 12), "e"),
                Pause(D(2026, 3, 12), None, "f"),
                ]))
    def test_pauses_that_touch(self, pauses):
        "Test pauses that end and begin on a day are taken in any order"
        self.assertEqual(
            [p.reason for p in counting.check_pauses(pauses)],
            ['a', 'b', 'c', 'd', 'e', 'f'])

    @given(st.data())
    def test_order_of_pauses(self, data):
        "Test the order of pauses changes neither a refusal nor a result"
        near = st.dates(D(2026, 3, 1), D(2026, 3, 20))
        pauses = data.draw(st.lists(
                st.builds(
                    Pause, near, st.one_of(st.none(), near),
                    st.sampled_from(['a', 'b'])), max_size=4))

        def outcome(pauses):
            try:
                return count(
                    D(2026, 3, 2), 10, 'working_day', lawbook.calendar(),
                    pauses,
                    conventions=counting.Conventions(suspension_day=False))
            except CountingError as error:
                return str(error)
        self.assertEqual(
            outcome(pauses), outcome(data.draw(st.permutations(pauses))))

    def test_peers(self):
        "Test the tables of fifteen peers' own tests of their calendars"
        cases = [json.loads(line) for line in PEERS.read_text().splitlines()]
        self.assertEqual(len(cases), 150)
        for case in cases:
            result = count(
                D.fromisoformat(case['start']), abs(case['days']),
                PEER_UNITS[case['kind']], Calendar([
                        DayOff(D.fromisoformat(day), 'holiday')
                        for day in case['holidays']]),
                before=case['days'] < 0)
            self.assertEqual(
                result.due_on.isoformat(), case['expect'], msg=case)

    def test_explanation(self):
        "Test the explanation can be recounted on a paper calendar"
        day = D(2025, 4, 26)
        rule, version = lawbook.find('TC-14', day)
        result = count(day, 5, 'working_day', lawbook.calendar())
        explanation = explain.explain(
            rule.code, rule.name, version, day, lawbook.calendar())
        self.assertEqual(explanation.result, result)
        text = explanation.lines()
        self.assertEqual(text[0], (
                "Thời hạn TC-14: 5 ngày làm việc – Luật Tố cáo Điều 38.2."))
        self.assertIn(
            "30/04/2025 (1 ngày): ngày lễ, không tính – Ngày Chiến thắng.",
            text)
        self.assertEqual(
            text[-1], "Ngày cuối cùng của thời hạn: 07/05/2025.")
        for words in explain.WORDS.values():
            self.assertEqual(words.keys(), explain.WORDS['vi'].keys())
