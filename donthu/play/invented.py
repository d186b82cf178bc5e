# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The people of the demonstration, and the letters that come to them."""
import datetime as dt
import random

from donthu.site import LANGUAGE, new_password

COMMUNE, PROVINCE, CENTRE = '22250', '66', 'TTCP'
# Since when they have their roles: longer than what is invented of them
DAYS_IN_POST = 150

ROLES = [
    ('clerk', 'vanthu', "Văn thư"),
    ('handler', 'xuly', "Công chức thụ lý"),
    ('leader', 'lanhdao', "Lãnh đạo"),
    ('supervisor', 'giamsat', "Giám sát"),
    ('auditor', 'thanhtra', "Kiểm tra nội bộ"),
    ('custodian', 'baomat', "Người giữ bí mật danh tính"),
    ('data_officer', 'dulieu', "Phụ trách dữ liệu"),
    ('administrator', 'quantri', "Quản trị"),
    ]
PLACES = [(COMMUNE, 'xa'), (PROVINCE, 'tinh'), (CENTRE, 'tw')]

SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ",
    "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Y", "H'"]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quang"]
GIVEN = ["An", "Bình", "Cường", "Dung", "Hà", "Hải", "Hạnh", "Hòa", "Hùng",
    "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phúc", "Quân", "Sơn", "Tâm",
    "Thảo", "Tiến", "Trang", "Tuấn", "Yến"]
HAMLETS = ["thôn 1", "thôn 3", "buôn Kmrơng", "tổ dân phố 5", "thôn Đông"]

CONTENTS = {
    'complaint': [
        ('land', "Không đồng ý với Quyết định số {n}/QĐ-UBND về việc thu hồi "
            "{m} m² đất để làm đường, giá bồi thường thấp"),
        ('land', "Khiếu nại việc không cấp giấy chứng nhận quyền sử dụng đất "
            "đối với thửa đất số {n}, diện tích {m} m²"),
        ('administration', "Khiếu nại Quyết định xử phạt vi phạm hành chính "
            "số {n}/QĐ-XPHC trong lĩnh vực xây dựng"),
        ('policy', "Khiếu nại việc cắt trợ cấp hằng tháng đối với người có "
            "công mà không có quyết định bằng văn bản"),
        ],
    'denunciation': [
        ('administration', "Tố cáo công chức địa chính kéo dài việc giải "
            "quyết hồ sơ và có biểu hiện nhũng nhiễu"),
        ('corruption', "Tố cáo trưởng thôn thu quỹ trái quy định và không "
            "công khai, số tiền khoảng {m} triệu đồng"),
        ],
    'petition': [
        ('other', "Kiến nghị sửa chữa đoạn đường dài {m} m bị sạt lở, đi lại "
            "khó khăn vào mùa mưa"),
        ('policy', "Kiến nghị xem xét đưa hộ gia đình vào danh sách hộ nghèo"),
        ],
    'reflection': [
        ('other', "Phản ánh trại chăn nuôi xả thải ra mương gây mùi hôi, ảnh "
            "hưởng khoảng {m} hộ dân"),
        ('land', "Phản ánh việc xây dựng trái phép trên đất nông nghiệp"),
        ],
    }
KINDS = (['complaint'] * 9 + ['petition'] * 5 + ['denunciation'] * 3
    + ['reflection'] * 3)
CHANNELS = ['reception'] * 4 + ['post'] * 3 + ['box', 'online', 'forwarded']


def create_users(pool):
    User = pool.get('res.user')
    Lang = pool.get('ir.lang')
    Agency = pool.get('agencies.agency')
    today = pool.get('ir.date').today()
    language, = Lang.search([('code', '=', LANGUAGE)])
    accounts, values = [], []
    generator = random.Random(1)    # noqa: S311
    for code, suffix in PLACES:
        agency = Agency.by_code(code)
        for role, login, post in ROLES:
            name = invent_name(generator)
            password = new_password()
            accounts.append([
                    f'{login}.{suffix}', f'{post} ({name})', agency.rec_name,
                    password])
            values.append({
                    'login': f'{login}.{suffix}',
                    'name': name,
                    'password': password,
                    'language': language.id,
                    'memberships': [('create', [{
                                    'agency': agency.id,
                                    'role': role,
                                    'post': post,
                                    'valid_from': today - dt.timedelta(
                                        days=DAYS_IN_POST),
                                    }])],
                    })
    User.create(values)
    return accounts


def invent_name(generator):
    return ' '.join([
            generator.choice(SURNAMES), generator.choice(MIDDLE),
            generator.choice(GIVEN)])


def invent_letter(generator, fields, kind):
    """Return the values of a letter, less where and when it is received

    fields -- {code: id} of complaints.field"""
    field, text = generator.choice(CONTENTS[kind])
    number = generator.randrange(20, 4000)
    people = generator.choice([1] * 9 + [2, 6, 14])
    hamlet = generator.choice(HAMLETS)
    address = f'{hamlet}, tỉnh Đắk Lắk'
    persons = [{
            'name': invent_name(generator),
            'identity_number': f'066{generator.randrange(10 ** 9):09d}',
            'address': address,
            }]
    if people >= 5:
        persons.append({
                'role': 'representative',
                'name': invent_name(generator),
                'address': address,
                })
    return {
        'kind': kind,
        'channel': generator.choice(CHANNELS),
        'content': text.format(n=number, m=number // 3 + 20),
        'field': fields[field],
        'people_count': people,
        'respondent_role': generator.choice(['head', 'staff', 'staff'])
        if kind == 'denunciation' else None,
        'persons': [('create', persons)],
        }
