# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A clerk and a leader work a letter through in the web client."""
import io
import zipfile
from pathlib import Path

import pytest
from sao import Sao, chromium

SHOTS = Path(__file__).parents[1] / 'screenshots'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]


def test_letter_to_decision(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS) as sao:
        # the counter
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        assert 'Đơn thư' in sao.menu()
        sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
        sao.new()
        sao.set('kind', 'complaint')
        sao.set('content', "Khiếu nại Quyết định số 12/QĐ-UBND thu hồi đất")
        add_person(sao, "Nguyễn Thị Thử Nghiệm")
        sao.shot('reception')
        sao.button('register')
        record = sao.record('number', 'state', 'sender')
        assert record['state'] == 'registered', sao.dialog()
        assert record['sender'] == "Nguyễn Thị Thử Nghiệm"
        assert record['number'].startswith('22250-D-')
        number = record['number']
        sao.shot('registered')
        sao.button('open_letter')
        sao.button('classify')
        sao.page_of(2)
        sao.button('meet_rest')
        sao.shot('conditions')
        sao.page_of(4)
        sao.shot('classified')
        sao.set('proposal', 'accept')
        sao.button('propose')
        assert sao.record('state')['state'] == 'proposed', sao.dialog()
        sao.page_of(6)
        sao.shot('time-limits')
        sao.logout()

        # the leader
        sao.login('lanhdao.xa', demo.passwords['lanhdao.xa'])
        sao.open_menu('Đơn thư', 'Đơn chờ tôi ký duyệt')
        sao.shot('to-sign')
        rows = [row[0] for row in sao.rows()]
        assert number in rows
        sao.open_row(rows.index(number))
        sao.button('approve')
        sao.button('accept')
        record = sao.record('state', 'case')
        assert record['state'] == 'accepted', sao.dialog()
        assert record['case'] in sao.record('glance')['glance']
        sao.shot('accepted')
        _, page = sao.print('Văn bản xử lý đơn')
        assert "Nguyễn Thị Thử Nghiệm" in page.decode()
        assert record['case'] in page.decode()
        sao.button('open_case')
        assert sao.record('number')['number'] == record['case']
        sao.shot('case')
        sao.button('verify')
        sao.page_of(1)
        sao.set('result', 'right')
        sao.set('decision_number', '118/QĐ-UBND')
        sao.button('decide')
        record = sao.record('state', 'number')
        assert record['state'] == 'decided', sao.dialog()
        assert record['number'].startswith('22250-KN-')
        sao.shot('decided')
        sao.button('send')
        # what else the law lets one do now
        sao.button('record_step')
        sao.set('step', 'Công khai quyết định giải quyết')
        sao.set('text', "Niêm yết tại trụ sở")
        sao.shot('record-step')
        sao.finish()
        assert sao.record('state')['state'] == 'sent', sao.dialog()
        sao.page_of(2)
        sao.shot('acts')
        # one was recorded by mistake: the first click chooses the row
        assert len(sao.rows()) >= 4
        annul = sao.scope.locator('button[name="annul"]').locator(
            'visible=true').last
        for _ in range(2):
            annul.click()
            sao.idle()
        sao.set('reason', "Ghi nhầm vụ việc")
        sao.shot('annul')
        sao.finish()
        assert not sao.dialog()
        sao.shot('annulled')
        sao.page_of(4)
        sao.shot('story')
        name, data = sao.print('Hồ sơ chuyển Tòa án')
        assert name.endswith('.zip')
        assert 'MANIFEST' in zipfile.ZipFile(io.BytesIO(data)).namelist()
        sao.logout()

        # the provincial manager
        sao.login('giamsat.tinh', demo.passwords['giamsat.tinh'])
        sao.open_menu('Đơn thư', 'Quá hạn đã báo lên')
        sao.shot('escalations')
        assert sao.rows()
        assert sao.errors == []
    demo.end()


LISTS = {
    'vanthu.xa': [
        ('Đơn thư', 'Cần phân loại'),
        ('Đơn thư', 'Đã duyệt, chờ thực hiện'),
        ('Đơn thư', 'Sắp đến hạn', 'Đơn'),
        ('Đơn thư', 'Tất cả đơn'),
        ],
    'xuly.xa': [
        ('Đơn thư', 'Đơn của tôi'),
        ('Đơn thư', 'Vụ việc của tôi'),
        ],
    'admin': [
        ('Đơn thư', 'Điều kiện xử lý đơn'),
        ('Đơn thư', 'Quy trình'),
        ],
    'baomat.xa': [
        ('Đơn thư', 'Mở danh tính'),
        ('Đơn thư', 'Ai đã xem gì'),
        ('Đơn thư', 'Việc xem bất thường'),
        ('Đơn thư', 'Hủy dữ liệu cá nhân'),
        ],
    'giamsat.tinh': [
        ('Đơn thư', 'Quá hạn đã báo lên'),
        ('Đơn thư', 'Nhật ký'),
        ('Cơ quan', 'Cây cơ quan'),
        ('Thời hạn', 'Thời hạn luật định'),
        ('Thời hạn', 'Lịch làm việc'),
        ],
    }


def test_similar(run_demo):
    "Test a clerk sees while typing that the letter is here already"
    text = ("Gia đình tôi canh tác thửa đất số 214 từ năm 1993, nay xã lấy "
        "làm bãi vật liệu mà không có quyết định thu hồi")
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'similar') as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        numbers = []
        for again in [False, True]:
            sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
            sao.new()
            sao.set('kind', 'petition')
            sao.set('content', text)
            add_person(sao, "Lý Thị Trùng")
            similar = sao.record('similar')['similar'] or ''
            assert (numbers[:1] == [similar[:len(numbers[0])]]
                if again else not similar)
            sao.shot(f'draft-{again}')
            sao.button('register')
            numbers.append(sao.record('number')['number'])
            if again:
                sao.button('open_letter')
                sao.page_of(3)
                sao.shot('found')
                # the first click chooses the row
                sao.button('decide').button('decide')
                sao.set('decision', 'repeated')
                sao.shot('decide')
                sao.finish()
                sao.shot('decided')
                assert sao.record('repeat_of')['repeat_of']
            sao.close_tabs()
        assert not sao.errors
    demo.end()


def test_reception(run_demo):
    "Test a citizen at the counter, until the letter is there"
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'reception') as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        sao.open_menu('Đơn thư', 'Tiếp công dân')
        sao.new()
        sao.set('kind', 'complaint')
        sao.set('content', "Khiếu nại việc thu hồi đất")
        sao.set('result', 'letter')
        add_person(sao, "Trần Thị Quầy")
        sao.shot('draft')
        sao.button('finish')
        record = sao.record('number', 'state', 'letter')
        assert record['state'] == 'done', sao.dialog()
        assert '-T-' in record['number']
        assert record['letter']
        sao.shot('received')
        name, page = sao.print('Giấy biên nhận')
        assert name.endswith('.html')
        assert "Trần Thị Quầy" in page.decode()
        assert "GIẤY BIÊN NHẬN" in page.decode()
        sao.close_tabs()
        sao.open_menu('Đơn thư', 'Tiếp công dân')
        sao.shot('list')
        assert not sao.errors
    demo.end()


def test_lists_open(run_demo):
    "Test the lists of each role open, and their first records too"
    demo = run_demo()
    for login, paths in LISTS.items():
        with Sao(demo.url, shots=SHOTS / login) as sao:
            sao.login(login, demo.passwords[login])
            for path in paths:
                sao.open_menu(*path)
                sao.shot(path[-1])
                if sao.rows():
                    sao.open_row(0)
                assert not sao.errors, (login, path, sao.errors)
                assert not sao.dialog(), (login, path, sao.dialog())
                sao.close_tabs()
    demo.end()


def add_person(sao, name):
    "Say who it is: in the fields that are there, or in the list of persons"
    if sao.scope.locator('input[name="identity_number"]').locator(
            'visible=true').count():
        sao.set('name', name)
        sao.set('identity_number', '066190123456')
        sao.shot('person')
        return
    group = sao.scope.locator('.form-one2many').filter(
        has=sao.page.locator('th')).locator('visible=true').first
    group.locator('.panel-heading button:visible, '
        '.toolbar button:visible').nth(3).click()
    sao.idle()
    # type into the cells themselves: where the focus wanders is not our matter
    row = group.locator('table.tree > tbody > tr').last
    cells = row.locator('td input[type="input"], td input[type="text"]')
    for number, text in enumerate([name, '066190123456']):
        cell = cells.locator('visible=true').nth(number)
        cell.click()
        sao.idle()
        cell.fill('')
        cell.press_sequentially(text)
        cell.press('Tab')
        sao.idle()
        assert cells.locator('visible=true').nth(
            number).input_value() == text
    sao.shot('person')


def test_open_identity(run_demo):
    """Test a denunciation from the counter: masked, opened by who handles it,
    asked for by a colleague, consented to by the custodian, on record."""
    demo = run_demo()
    name = "Lò Thị Kín Đáo"
    with Sao(demo.url, shots=SHOTS / 'opening') as sao:
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        sao.open_menu('Đơn thư', 'Tiếp nhận đơn')
        sao.new()
        sao.set('kind', 'denunciation')
        sao.set('content', f"Tôi là {name}, tố cáo cán bộ địa chính")
        add_person(sao, name)
        sao.shot('draft')
        sao.button('register')
        record = sao.record('number', 'state', 'sender', 'content')
        assert record['state'] == 'registered', sao.dialog()
        assert name not in record['sender']
        assert name not in record['content'] and '[…]' in record['content']
        number = record['number']
        sao.shot('masked')
        sao.button('open_letter')
        sao.button('open_identity')
        sao.set('reason', "Kiểm tra họ tên, địa chỉ người tố cáo")
        sao.shot('ask')
        sao.finish()
        sao.shot('shown')
        shown = sao.page.locator('.modal textarea:visible')
        assert name in shown.nth(0).input_value()
        assert name in shown.nth(1).input_value()
        sao.finish()
        sao.logout()

        # another one of the agency, without a reason of the law
        sao.login('xuly.xa', demo.passwords['xuly.xa'])
        sao.open_menu('Đơn thư', 'Cần phân loại')
        rows = [row[0] for row in sao.rows()]
        sao.open_row(rows.index(number))
        sao.button('open_identity')
        # protecting the denouncer needs the consent of the custodian
        sao.set('rule', "Áp dụng biện pháp bảo vệ người tố cáo")
        sao.set('reason', "Người tố cáo bị đe dọa")
        sao.shot('ask-protection')
        sao.finish()
        sao.shot('asked')
        sao.finish()
        sao.logout()

        sao.login('baomat.xa', demo.passwords['baomat.xa'])
        sao.open_menu('Đơn thư', 'Mở danh tính')
        sao.shot('custodian')
        # beside what the demonstration has there
        asked = [number in row for row in sao.rows()]
        assert asked.count(True) == 1
        sao.open_row(asked.index(True))
        sao.shot('decide')
        sao.button('grant')
        assert sao.record('state')['state'] == 'granted', sao.dialog()
        sao.close_tabs()
        sao.open_menu('Đơn thư', 'Ai đã xem gì')
        sao.shot('who-looked')
        assert len(sao.rows()) >= 2
        sao.close_tabs()
        sao.open_menu('Đơn thư', 'Việc xem bất thường')
        sao.shot('unusual')
        assert not sao.errors
        sao.logout()
    demo.end()
