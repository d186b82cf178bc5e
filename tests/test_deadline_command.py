# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The calculator of the command line, on the worked examples."""
import json
from pathlib import Path

from helpers import donthu

EXAMPLES = (Path(__file__).parents[1] / 'modules' / 'deadlines' / 'tests'
    / 'examples.jsonl')


def test_batch():
    questions = [
        json.loads(line) for line in EXAMPLES.read_text().splitlines()]
    result = donthu('deadline', '--batch', EXAMPLES)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(questions)
    for question, answer in zip(questions, answers, strict=True):
        assert answer.items() >= question.items()
        assert answer['trace']
        for span in answer['trace']:
            assert span.keys() >= {'from', 'to', 'days', 'counted', 'reason'}


def test_batch_with_bad_lines(tmp_path):
    file = tmp_path / 'questions.jsonl'
    file.write_text(
        '{"rule": "KN-07", "event_on": "2026-11-17", "variants": []}\n'
        'not json\n'
        '{"rule": "XX-01", "event_on": "2026-11-17"}\n'
        '[1]\n'
        '{"rule": "KN-07", "event_on": "17/11/2026"}\n')
    result = donthu('deadline', '--batch', file, check=False)
    assert result.returncode == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a['due_on'] for a in answers] == [
        '2026-11-20', None, None, None, '2026-11-20']
    assert ':2:' in result.stderr and 'XX-01' in result.stderr


def test_words():
    result = donthu(
        'deadline', 'kn-02', '01/09/2026', '--variant', 'complex',
        '--variant', 'remote')
    assert 'Luật Khiếu nại Điều 28' in result.stdout
    assert 'Ngày cuối cùng của thời hạn: 02/11/2026.' in (
        result.stdout.splitlines())
    answer = json.loads(donthu(
            'deadline', 'KN-02', '2026-09-01', '--json').stdout)
    assert answer['due_on'] == '2026-10-01'
    assert answer['certainty'] == 'verified'


def test_errors():
    for arguments, text in [
            (['XX-01', '2026-01-01'], "unknown rule"),
            (['KN-02', '31/02/2026'], "is not a date"),
            (['KN-02', '2026-01-01', '--variant', 'x'], "unknown variant"),
            (['TC-06', '2018-01-01'], "no version"),
            (['BC-01', '2026-01-01'], "no last day"),
            (['KN-16', '2026-01-01', '--extend', '3'], "does not let"),
            (['TC-06', '2026-01-01',
                    '--pause', '2026-01-05..2026-01-02=TC-34-1'],
                "run backwards"),
            # what the application refuses
            (['KN-02', '2026-09-01', '--extend', '10'], "Điều 28"),
            (['TC-06', '2026-09-01', '--extend', '30'], "does not let"),
            (['TC-06', '2026-09-01', '--variant', 'complex',
                    '--extend', '60'], "between 1 and 30 days"),
            (['TC-06', '2026-09-01', '--variant', 'especially-complex',
                    '--extend', '30', '--extend', '30', '--extend', '30'],
                "2 time(s) at most"),
            (['TC-06', '2026-09-01', '--variant', 'complex',
                    '--extend', '30@2026-10-05'], "has ended on 2026-10-01"),
            (['TC-06', '2026-09-01', '--pause', '2026-09-05'],
                "TC-34-1 – Đợi kết quả"),
            (['TC-06', '2026-09-01', '--pause', '2026-08-05=TC-34-1'],
                "of a day before"),
            (['KN-02', '2026-06-01', '--pause', '2026-06-05'],
                "gives no ground"),
            (['KN-02', '2026-06-01', '--pause', '2026-06-05=KN-11A-1'],
                "does not hold for this on 2026-06-05"),
            (['KN-01', '2026-09-01', '--pause', '2026-09-02=KN-11A-1'],
                "no suspension of the law moves"),
            (['TC-06', '2026-09-01', '--pause', '2026-09-05=TC-99'],
                "unknown ground"),
            (['TC-06', '2026-09-01', '--pause', '2026-09-05=TC-15-4'],
                "FROM..TO=TC-15-4"),
            (['TC-06', '2026-09-01', '--extend', 'x'],
                "not a number of units"),
            (['KN-02'], "RULE and a DATE"),
            (['--batch', 'nowhere.jsonl'], "No such file"),
            ]:
        result = donthu('deadline', *arguments, check=False)
        assert result.returncode == 2, arguments
        assert text in result.stderr
        assert 'Traceback' not in result.stderr


def test_provisional_year(tmp_path):
    "Test a date on a calendar that is not announced says so everywhere"
    # the day before the holidays of Tết 2028, a year known, one beyond
    questions = [
        ('2028-01-21', '2028-02-02', ['provisional']),
        ('2027-02-03', '2027-02-15', []),
        ('2101-02-01', '2101-02-04', ['missing'])]
    file = tmp_path / 'questions.jsonl'
    file.write_text(''.join(
            json.dumps({'rule': 'KN-07', 'event_on': day}) + '\n'
            for day, _, _ in questions))
    answers = [
        json.loads(line) for line in donthu(
            'deadline', '--batch', file).stdout.splitlines()]
    for answer, (day, due_on, warnings) in zip(
            answers, questions, strict=True):
        expected = [
            {'warning': warning, 'year': int(day[:4])}
            for warning in warnings]
        assert (answer['due_on'], answer['warnings']) == (due_on, expected)
        single = json.loads(donthu(
                'deadline', 'KN-07', day, '--json').stdout)
        assert (single['due_on'], single['warnings']) == (due_on, expected)
    text = donthu('deadline', 'KN-07', '2028-01-21').stdout
    assert '02/02/2028 (tạm tính)' in text and 'tạm tính, chưa có' in text
    page = tmp_path / 'sheet.html'
    donthu('deadline', 'KN-07', '2028-01-21', '--sheet', page)
    text = page.read_text(encoding='utf-8')
    assert '02/02/2028 (tạm tính)</p>' in text and 'lịch nghỉ lễ' in text


def test_help_at_each_level():
    for arguments in [[], ['demo'], ['init'], ['import'],
            ['import', 'letters'], ['deadline']]:
        assert 'usage:' in donthu(*arguments, '--help').stdout


def test_decisions():
    "Test a suspension and an extension, and the page to print"
    answer = json.loads(donthu(
            'deadline', 'TC-06', '20/8/2026', '--json',
            '--pause', '2026-09-01..2026-09-15=TC-34-1',
            '--variant', 'complex', '--extend', '30@2026-09-20').stdout)
    assert answer['due_on'] == '2026-11-02'
    assert any('tạm dừng' in line for line in answer['explanation'])
    answer = json.loads(donthu(
            'deadline', 'TC-06', '20/8/2026', '--json',
            '--pause', '2026-09-01=TC-34-1').stdout)
    assert answer['due_on'] is None
    # complexity alone does not extend: it says what could be decided
    answer = json.loads(donthu(
            'deadline', 'TC-06', '2/3/2026', '--json',
            '--variant', 'especially-complex').stdout)
    assert answer['due_on'] == '2026-04-01'
    assert any('còn được gia hạn 2 lần' in line for line in answer['explanation'])


def test_batch_of_decisions(tmp_path):
    "Test the lines of a batch are checked as a single question is"
    file = tmp_path / 'questions.jsonl'
    question = {
        'rule': 'TC-06', 'event_on': '2026-08-20', 'variants': ['complex']}
    file.write_text('\n'.join(json.dumps({**question, **more}) for more in [
                {'pauses': ['2026-09-01..2026-09-15=TC-34-1'],
                    'extensions': ['30@2026-09-20=TC-30']},
                {'pauses': ['2026-09-01..2026-09-15']},
                {'pauses': ['2026-09-01=TC-34-1']},
                {'extensions': [30]},
                {'extensions': [60]},
                ]))
    result = donthu('deadline', '--batch', file, check=False)
    assert result.returncode == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a['due_on'] for a in answers] == [
        '2026-11-02', None, None, '2026-10-19', None]
    assert [bool(a.get('error')) for a in answers] == [
        False, True, False, False, True]
    assert 'TC-34-1' in answers[1]['error']
    assert 'between 1 and 30' in answers[4]['error']


def test_grounds():
    assert 'Luật Tố cáo Điều 34.1.a' in donthu(
        'deadline', '--grounds').stdout


def test_tolerance():
    "Test where two texts contradict, the stricter one decides"
    answer = json.loads(donthu(
            'deadline', 'KN-11', '2026-08-27', '--json').stdout)
    assert answer['due_on'] == '2026-09-03'
    assert answer['tolerance_on'] == '2026-09-10'


def test_sheet(tmp_path):
    page = tmp_path / 'sheet.html'
    donthu('deadline', 'KN-01', '2026-11-20', '--sheet', page)
    text = page.read_text(encoding='utf-8')
    assert 'Ngày Văn hóa Việt Nam' in text
    assert '02/12/2026' in text and 'Tháng 11/2026' in text
