# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The time limits in the web client: moved by a leader, changed by law."""
from pathlib import Path

import pytest
from sao import Sao, chromium

SHOTS = Path(__file__).parents[1] / 'screenshots'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]


def start_text(sao, name):
    return sao.widget(name).input_value()


def open_case(sao, kind):
    "Open the newest case of a kind that is being worked on"
    sao.open_menu('Đơn thư', 'Tất cả vụ việc')
    for number, row in enumerate(sao.rows()):
        if kind in row[0] and ('Đang xác minh' in row or 'Đã thụ lý' in row):
            sao.open_row(number)
            return sao.record('number', 'state', 'due_on')
    raise AssertionError(sao.rows())


def test_leader_moves_a_time_limit(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'periods') as sao:
        sao.login('lanhdao.xa', demo.passwords['lanhdao.xa'])
        before = open_case(sao, '-KN-')
        sao.shot('case')
        sao.button('reassess')
        sao.set('complex', True)
        sao.set('document', '01/BB')
        assert '→' in start_text(sao, 'preview')
        sao.shot('reassess')
        sao.finish()
        assert not sao.dialog()
        moved = sao.record('due_on', 'complex')
        assert moved['complex'] and moved['due_on'] != before['due_on']

        sao.button('suspend')
        sao.set('ground', 'Chờ kết quả')
        sao.set('document', '02/QĐ')
        sao.shot('suspend')
        sao.finish()
        assert not sao.dialog()
        assert sao.record('state')['state'] == 'suspended'
        sao.page_of(2)
        sao.shot('suspended')
        sao.button('notify')
        sao.button('resume')
        sao.set('document', '03/QĐ')
        sao.finish()
        assert not sao.dialog()
        assert sao.record('state')['state'] == before['state']
        sao.page_of(3)
        sao.shot('what-happened')
        assert sao.errors == []
        sao.logout()
    demo.end()


def test_administrator_changes_a_calendar(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'law') as sao:
        sao.login('admin', demo.passwords['admin'])
        sao.open_menu(
            'Thời hạn', 'Thay đổi quy định', 'Lịch nghỉ của một năm')
        sao.set('document', 'Thông báo nghỉ lễ, Tết')
        sao.shot('year')
        sao.finish()
        assert len(sao.rows()) > 10
        sao.shot('proposed')
        sao.button('preview')
        assert sao.record('state')['state'] == 'previewed', sao.dialog()
        sao.page_of(3)
        sao.shot('previewed')
        sao.button('apply')
        assert sao.record('state')['state'] == 'applied', sao.dialog()
        for path in [
                ('Thời hạn', 'Căn cứ'), ('Thời hạn', 'Cách hiểu luật'),
                ('Thời hạn', 'Cảnh báo'),
                ('Thời hạn', 'Thời hạn luật định')]:
            sao.close_tabs()
            sao.open_menu(*path)
            sao.shot(path[-1])
            assert not sao.dialog(), path
        assert sao.errors == []
        sao.logout()
    demo.end()
