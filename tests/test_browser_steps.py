# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a newcomer stumbled over: steps on record, a way back, several rows."""
from pathlib import Path

import pytest
from sao import TAB, Sao, chromium

SHOTS = Path(__file__).parents[1] / 'screenshots' / 'steps'
SIZE = (1366, 768)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]


def receive(sao, kind, name, content):
    sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
    sao.new()
    sao.set('kind', kind)
    sao.set('content', content)
    add_person(sao, name)
    sao.button('register')
    number = sao.record('number')['number']
    sao.button('open_letter')
    return number


def add_person(sao, name):
    from test_browser import add_person
    add_person(sao, name)


def choices(sao):
    "Return what the list of the step picker shows at once"
    return sao.widget('step').evaluate(
        "e => Array.from(e.options).map(o => o.text).filter(t => t)")


def cut(sao):
    "Return the buttons of the form that reach beyond the window"
    return sao.page.evaluate(
        """root => jQuery(root).find('.form button:visible').toArray()
            .filter(b => b.name)
            .filter(b => b.getBoundingClientRect().right > innerWidth)
            .map(b => b.name)""", TAB)


def covered(sao):
    "Tell if the count of notices covers the name of the user"
    return sao.page.evaluate("""() => {
        const badge = jQuery('#user-preferences .notification-badge');
        badge.text('3').show();
        const text = document.createRange();
        text.selectNode(badge.parent().contents().get().find(
            n => n.nodeType === Node.TEXT_NODE));
        return badge[0].getBoundingClientRect().right
            > text.getBoundingClientRect().left + 1;
        }""")


def test_back_and_steps(run_demo):
    "A clerk puts a step on record, goes back, and proposes something else"
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS, size=SIZE) as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        sao.shot('header')
        assert not covered(sao)
        # what is refused stays, and one is told where
        sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
        sao.new()
        sao.set('kind', 'complaint')
        sao.set('content', "Khiếu nại việc thu hồi đất")
        sao.button('register')
        assert 'Tiếp nhận đơn' in sao.dialog()
        assert 'bản nháp' in sao.dialog()
        sao.shot('draft-kept')
        sao.page.keyboard.press('Escape')
        sao.idle()
        sao.close_tabs()
        number = receive(
            sao, 'complaint', "Phạm Thị Lối Về", "Khiếu nại việc thu hồi đất")
        assert number
        sao.button('classify')
        sao.shot('classified')
        # all that may be put on record, at once, in Vietnamese
        sao.button('record_step')
        steps = choices(sao)
        assert 'Nhận thêm tài liệu, bằng chứng' in steps
        assert not {'alarm', 'crime', 'receipt'} & set(steps)
        sao.shot('picker')
        sao.set('find', 'tai lieu')
        assert choices(sao) == ['Nhận thêm tài liệu, bằng chứng']
        sao.set('text', "Bản sao quyết định")
        sao.shot('picker-found')
        sao.finish()
        assert not sao.dialog()
        # proposed by mistake: back, with the reason
        sao.page_of(4)
        sao.set('proposal', 'refuse')
        sao.set('proposal_note', "Hết thời hiệu")
        sao.set('proposal', 'guide')
        assert not sao.record('proposal_note')['proposal_note']
        sao.set('proposal_note', "Gửi cơ quan có thẩm quyền")
        sao.button('propose')
        assert sao.record('state')['state'] == 'proposed', sao.dialog()
        sao.button('step_back')
        assert choices(sao) == ['Rút lại đề xuất để sửa']
        sao.set('text', "Chọn nhầm đề xuất")
        sao.shot('back')
        sao.finish()
        assert sao.record('state')['state'] == 'classified', sao.dialog()
        sao.button('step_back')
        sao.set('text', "Là tố cáo")
        sao.finish()
        assert sao.record('state')['state'] == 'registered', sao.dialog()
        sao.shot('registered-again')
        assert not cut(sao)
        assert not sao.errors
    demo.end()


def test_several_chosen(run_demo):
    "Whoever chooses several letters is told that one is opened at a time"
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS, size=SIZE) as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        sao.open_menu('Đơn thư', 'Tất cả đơn')
        sao.page.locator(f'{TAB} table.tree thead input[type=checkbox]').click()
        sao.idle()
        sao.page.locator(f'{TAB} .toolbar button#action').click()
        sao.scope.locator('.dropdown-menu a, .dropdown-menu li').locator(
            'visible=true').filter(has_text='Mở danh tính').first.click()
        sao.idle()
        assert 'lần lượt từng mục' in sao.dialog()
        sao.shot('one-at-a-time')
    demo.end()


def test_case_buttons(run_demo):
    "No button of a case is cut, and what may be recorded is said"
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS, size=SIZE) as sao:
        sao.login('lanhdao.xa', demo.passwords['lanhdao.xa'])
        sao.open_menu('Đơn thư', 'Tất cả vụ việc')
        seen = set()
        for row in range(min(8, len(sao.rows()))):
            sao.open_row(row)
            record = sao.record('state', 'kind')
            state = record['state']
            if state not in seen:
                seen.add(state)
                sao.shot(f'case-{state}')
                assert not cut(sao), state
                if state in {'accepted', 'verifying'}:
                    sao.button('record_step')
                    assert choices(sao)
                    missing = sao.widget('missing').input_value()
                    # of a petition there is hardly more than the answer
                    assert ('khi ở trạng thái' in missing
                        or record['kind'] in {'petition', 'reflection'})
                    sao.shot(f'case-picker-{state}')
                    sao.scope.locator(
                        '.modal-footer .btn-link, .modal-footer .btn-default'
                        ).locator('visible=true').first.click()
                    sao.idle()
            sao.close_tabs()
            sao.open_menu('Đơn thư', 'Tất cả vụ việc')
        assert seen
        assert not sao.errors
    demo.end()
