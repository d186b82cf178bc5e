# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A provincial manager sees what is late, opens it, urges; rules are tried."""
from pathlib import Path

import pytest
from sao import Sao, chromium

SHOTS = Path(__file__).parents[1] / 'screenshots'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]


def test_board(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS, size=(1500, 1000)) as sao:
        sao.login('giamsat.tinh', demo.passwords['giamsat.tinh'])
        sao.open_menu('Đơn thư', 'Bảng điều hành')
        sao.page.wait_for_timeout(1500)
        sao.idle()
        sao.shot('board')
        text = sao.scope.inner_text()
        for word in ["Xã Sơn Thành", "UBND", "Quá hạn"]:
            assert word.lower() in text.lower(), word

        # a figure opens to its list
        sao.open_menu('Đơn thư', 'Tổng quan', 'Số liệu')
        sao.page.wait_for_timeout(1000)
        assert len(sao.rows()) > 1
        sao.shot('figures')
        sao.open_menu('Đơn thư', 'Tổng quan', 'Xu hướng')
        sao.page.wait_for_timeout(1000)
        sao.shot('trend')
        sao.open_menu('Đơn thư', 'Tổng quan', 'Khối lượng việc')
        sao.shot('workload')
        sao.open_menu('Đơn thư', 'Tổng quan', 'Lịch đơn')
        sao.page.wait_for_timeout(1000)
        sao.shot('calendar')

        # what was escalated: seen, and urged
        sao.open_menu('Đơn thư', 'Quá hạn đã báo lên')
        sao.shot('escalated')
        # it opens on what is for him; of a commune: what the province itself
        # is late with is for the Government to look after
        rows = sao.rows()
        assert rows
        sao.open_row(next(
                i for i, row in enumerate(rows) if any(
                    cell.startswith(('UBND xã', 'UBND phường'))
                    for cell in row)))
        sao.shot('escalation')
        sao.button('acknowledge')
        assert sao.record('state')['state'] == 'acknowledged', sao.dialog()
        for name in ['send_answer', 'take_over', 'close']:
            assert not sao.scope.locator(
                f'button[name={name}]:visible').count(), name
        # the draft opens at once
        sao.button('urge')
        sao.set('number', '15/UBND-TD')
        sao.shot('urging')
        sao.button('send')
        record = sao.record('state', 'due_on')
        assert record['state'] == 'sent', sao.dialog()
        _, page = sao.print('Văn bản đôn đốc')
        assert '15/UBND-TD' in page.decode()
        sao.logout()

        # the administrator tries a rule, and prepares a merger
        sao.login('quantri.tw', demo.passwords['quantri.tw'])
        sao.open_menu('Đơn thư', 'Cấu hình', 'Quy tắc báo lên cấp trên')
        sao.shot('rules')
        assert len(sao.rows()) > 10
        sao.open_row(0)
        sao.button('dry_run')
        sao.finish()
        sao.shot('dry-run')
        sao.finish()
        sao.close_tabs()
        sao.open_menu('Cơ quan', 'Sắp xếp cơ quan')
        sao.new()
        sao.set('legal_basis', "Nghị quyết 5/NQ-HĐND")
        sao.shot('reorganisation')
        assert sao.errors == []
