# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter is sent on to the province, and opened and registered there."""
import pytest
from sao import Sao, chromium
from test_browser import SHOTS, add_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]


def test_transfer(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS, size=(1366, 768)) as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
        sao.new()
        sao.set('kind', 'complaint')
        sao.set('content', "Khiếu nại quyết định của Chủ tịch UBND tỉnh")
        add_person(sao, "Nguyễn Thị Chuyển")
        sao.button('register')
        number = sao.record('number')['number']
        sao.button('open_letter')
        sao.button('classify')
        sao.page_of(4)
        sao.set('proposal', 'transfer')
        sao.set('proposed_to', 'UBND tỉnh Đắk Lắk')
        sao.button('propose')
        assert sao.record('state')['state'] == 'proposed', sao.dialog()
        sao.logout()

        sao.login('lanhdao.xa', demo.passwords['lanhdao.xa'])
        sao.open_menu('Đơn thư', 'Đơn chờ tôi ký duyệt')
        sao.open_row([row[0] for row in sao.rows()].index(number))
        sao.button('approve')
        sao.button('transfer')
        assert sao.record('state')['state'] == 'transferred', sao.dialog()
        sao.shot('transferred')
        sao.logout()

        # what came in opens, though the letter that was sent is another's
        sao.login('vanthu.tinh', demo.passwords['vanthu.tinh'])
        sao.open_menu('Đơn thư', 'Đơn chuyển đi, chuyển đến')
        sao.open_row([row[0] for row in sao.rows()].index(number))
        assert not sao.dialog()
        record = sao.record('letter', 'twin', 'state')
        assert record['state'] == 'sent'
        assert record['letter'] == number
        sao.shot('transfer')
        sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
        sao.open_row(0)
        assert not sao.dialog()
        record = sao.record('state', 'transferred_from')
        assert record['state'] == 'received'
        assert record['transferred_from'] == number
        sao.shot('arrived')
        sao.button('register')
        assert sao.record('state')['state'] == 'registered', sao.dialog()
        assert sao.errors == []
    demo.end()
