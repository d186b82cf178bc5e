# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An invented matter, of which every form can be filled in."""
import datetime as dt

SENDER = {
    'sender': "Nguyễn Văn Ân",
    'sender_identity': '066085001234',
    'sender_address': "Thôn Đoàn Kết, xã Sơn Thành, tỉnh Đắk Lắk",
    'visitor': "Nguyễn Văn Ân",
    }
VALUES = {
    'superior': "Ủy ban nhân dân tỉnh Đắk Lắk",
    'agency': "Ủy ban nhân dân xã Sơn Thành",
    'place': "Sơn Thành",
    'sign_of': 'UBND',
    'signer_post': "CHỦ TỊCH",
    'signer': "Trần Thị Hồng Gấm",
    'authority': "Chủ tịch Ủy ban nhân dân xã Sơn Thành",
    'authority_ground':
        "Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
    'proposed_by': "Trưởng phòng Kinh tế xã Sơn Thành",
    'kind': 'khiếu nại',
    'instance': 'lần đầu',
    'matter': "không đồng ý với Quyết định số 12/QĐ-UBND ngày 05/01/2026 về "
    "việc thu hồi 250 m² đất trồng cây lâu năm tại thửa 17, tờ bản đồ số 4.",
    'reasons': "thời hiệu khiếu nại đã hết mà không có lý do chính đáng "
    "(khoản 6 Điều 11 Luật Khiếu nại)",
    'missing_conditions': "đơn chưa có chữ ký hoặc điểm chỉ của người viết",
    'destination': "Chủ tịch Ủy ban nhân dân tỉnh Đắk Lắk",
    'unit': "bộ phận tiếp công dân",
    'head': "Chủ tịch Ủy ban nhân dân xã Sơn Thành",
    'inspectorate': "Thanh tra tỉnh Đắk Lắk",
    'limit': "30 ngày, kể từ ngày thụ lý",
    'contested': "Quyết định số 12/QĐ-UBND ngày 05/01/2026",
    'complained_of': "Phó Chủ tịch Ủy ban nhân dân xã Lê Văn Em",
    'accused': "ông Lê Văn Em, Phó Chủ tịch Ủy ban nhân dân xã Sơn Thành",
    'days': 15,
    'members': [
        "Ông (bà) Phạm Thị Dung, Trưởng phòng Kinh tế, Trưởng Đoàn",
        "Ông (bà) Y Blok Êban, công chức địa chính, Thành viên",
        ],
    'executors': "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã",
    'source': "Văn phòng Đăng ký đất đai tỉnh Đắk Lắk",
    'request': "Hồ sơ địa chính thửa đất số 17, tờ bản đồ số 4;\n"
    "Bản trích đo hiện trạng năm 2024.",
    'before': dt.date(2026, 9, 1),
    'delivery': "bà Phạm Thị Dung, Phòng Kinh tế xã Sơn Thành",
    'meeting_at': "08 giờ 30 phút, ngày 20 tháng 8 năm 2026",
    'meeting_place': "trụ sở Ủy ban nhân dân xã Sơn Thành",
    'chair': "bà Trần Thị Hồng Gấm, Chủ tịch Ủy ban nhân dân xã",
    'recorder': "ông Y Blok Êban, công chức địa chính",
    'discussed': "Người chủ trì nêu mục đích đối thoại và tóm tắt kết quả "
    "xác minh.\nNgười khiếu nại giữ nguyên yêu cầu: hủy quyết định.\n"
    "Người bị khiếu nại cho rằng việc thu hồi đúng quy hoạch.",
    'agreed': "Hai bên thống nhất đo đạc lại diện tích; chưa thống nhất về "
    "giá bồi thường.",
    'ended_at': "10 giờ 45 phút cùng ngày",
    'copies': 4,
    'report': "Phòng Kinh tế xã Sơn Thành tại Báo cáo số 41/BC-KT ngày "
    "21/8/2026",
    'claims': "Ông cho rằng diện tích thu hồi đo sai 30 m².",
    'first_result': "Chủ tịch Ủy ban nhân dân xã bác toàn bộ khiếu nại tại "
    "Quyết định số 30/QĐ-UBND ngày 02/3/2026.",
    'findings': "Kết quả đo đạc lại cho thấy diện tích thu hồi là 231 m².\n"
    "Hồ sơ địa chính năm 2012 ghi 250 m².",
    'dialogue': "Hai bên thống nhất số liệu đo đạc lại.",
    'conclusion': "Khiếu nại đúng một phần.",
    'decision': "Sửa đổi Quyết định số 12/QĐ-UBND: diện tích thu hồi là "
    "231 m².",
    'related_decision': "Giao Phòng Kinh tế điều chỉnh phương án bồi thường.",
    'appeal_days': 30,
    'second_authority': "Chủ tịch Ủy ban nhân dân tỉnh Đắk Lắk",
    'legal_grounds': "Điều 81 Luật Đất đai ngày 18 tháng 01 năm 2024",
    'measures': "Kiểm điểm trách nhiệm của người có liên quan trước ngày "
    "30/9/2026.",
    'decision_ref': "Quyết định số 77/QĐ-UBND ngày 06/8/2026 của Chủ tịch "
    "Ủy ban nhân dân xã Sơn Thành",
    'refusal_point': "điểm h khoản 1 Điều 4",
    'receiver': "Lê Thị Én",
    'receiver_post': "công chức tiếp công dân",
    'received_at': "09 giờ 15 phút ngày 04 tháng 8 năm 2026",
    'items': [
        "Đơn khiếu nại, 02 trang, bản chính",
        "Giấy chứng nhận quyền sử dụng đất, 04 trang, bản sao công chứng",
        ],
    }


def day_of(form):
    "Return a day on which a form is in force"
    day = dt.date(2026, 8, 5)
    return min(day, form.get('valid_to', day))


def values(form, day, number='05'):
    "Return what an invented matter says of every field"
    return {
        **VALUES, **SENDER, 'day': day, 'number': number,
        'received_on': day - dt.timedelta(days=12),
        'written_on': day - dt.timedelta(days=15),
        'accepted_on': day - dt.timedelta(days=2),
        'due_on': day + dt.timedelta(days=28),
        'visited_on': day - dt.timedelta(days=2),
        'extended_from': day + dt.timedelta(days=28),
        'kind': 'tố cáo' if form['kinds'] == ['denunciation']
        else VALUES['kind'],
        }
