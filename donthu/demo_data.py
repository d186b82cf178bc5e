# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Invent people and letters, and let them live through the last weeks.

Everything goes through the steps that a person would take, on the day on which
they would have taken it: so some letters are due, and some are late.
"""
import datetime as dt
import random
from collections import defaultdict

from donthu import acting, progress
from donthu.site import LANGUAGE, new_password

COMMUNE, PROVINCE, CENTRE = '22250', '66', 'TTCP'
NEIGHBOURS = 12
DAYS = 75

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

# (step, working days since the step before); a dawdler stops on the way
LETTER_STEPS = [
    ('register', 0), ('classify', 1), ('propose', 1), ('approve', 2),
    ('outcome', 1)]
# Each case takes those of its procedure
CASE_STEPS = [
    ('verify', 2), ('decide', 14), ('send', 2), ('publish', 3), ('handle', 1),
    ('take_effect', 20), ('enforce', 3), ('close', 3)]


def fill(site, letters):
    """Fill the database; return the accounts: login, name, place, password"""
    accounts = site.call(create_users)
    Simulation(site, letters).run()
    return accounts


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
                                        days=2 * DAYS),
                                    }])],
                    })
    User.create(values)
    return accounts


def invent_name(generator):
    return ' '.join([
            generator.choice(SURNAMES), generator.choice(MIDDLE),
            generator.choice(GIVEN)])


class Simulation:
    "The last weeks, day by day"

    def __init__(self, site, count):
        self.site = site
        self.count = count
        self.random = random.Random(2)      # noqa: S311
        self.agenda = defaultdict(list)
        self.cases = {}

    def run(self):
        from trytond.modules.agencies import clock
        from trytond.modules.deadlines import lawbook
        self.calendar = lawbook.calendar()
        self.today = clock.today()
        self.site.call(self.prepare)
        bar = progress.bar(self.count, "Letters")
        day = self.today - dt.timedelta(days=DAYS)
        for _ in range(self.count):
            received = self.working_day(
                day, self.random.randrange(DAYS * 5 // 7))
            self.agenda[min(received, self.today)].append(
                ('receive', None))
        while day <= self.today:
            with clock.travel(day):
                for step, letter in self.agenda.pop(day, []):
                    bar.update(step == 'receive')
                    self.site.call(self.act, step, letter, day)
                if self.calendar.is_working(day):
                    self.site.call(self.escalate, day)
            day += dt.timedelta(days=1)
        bar.close()

    def working_day(self, day, number):
        "Return the working day that comes `number` working days after day"
        day = self.calendar.next_working(day)
        for _ in range(number):
            day = self.calendar.next_working(day + dt.timedelta(days=1))
        return day

    def prepare(self, pool):
        Agency = pool.get('agencies.agency')
        Field = pool.get('complaints.field')
        province = Agency.by_code(PROVINCE)
        others = Agency.search([
                ('parent', '=', province.id), ('kind', '=', 'commune'),
                ('code', '!=', COMMUNE)], limit=NEIGHBOURS)
        commune = Agency.by_code(COMMUNE).id
        self.places = ([commune] * 24 + [province.id] * 6
            + [a.id for a in others])
        self.fields = {f.code: f.id for f in Field.search([])}
        self.staff = {}
        for code, _ in PLACES:
            agency = Agency.by_code(code)
            self.staff[agency.id] = {
                role: user.id for role, _, _ in ROLES
                for user in [
                    m.user for m in agency.memberships if m.role == role]}

    def act(self, pool, step, letter, day):
        "Do what is on the agenda of the day, and plan what follows"
        if step == 'receive':
            letter = self.receive(pool, day)
            step = LETTER_STEPS[0][0]
        self.take(pool, letter, step, day)

    def receive(self, pool, day):
        Letter = pool.get('complaints.letter')
        generator = self.random
        kind = generator.choice(KINDS)
        field, text = generator.choice(CONTENTS[kind])
        agency = generator.choice(self.places)
        number = generator.randrange(20, 4000)
        people = generator.choice([1] * 9 + [2, 6, 14])
        hamlet = generator.choice(HAMLETS)
        values = {
            'agency': agency,
            'received_on': day,
            'kind': kind,
            'channel': generator.choice(CHANNELS),
            'content': text.format(n=number, m=number // 3 + 20),
            'field': self.fields[field],
            'people_count': people,
            'respondent_agency': agency,
            'respondent_role': generator.choice(['head', 'staff', 'staff'])
            if kind == 'denunciation' else None,
            'persons': [('create', [{
                            'name': invent_name(generator),
                            'identity_number':
                            f'066{generator.randrange(10 ** 9):09d}',
                            'address': f'{hamlet}, tỉnh Đắk Lắk',
                            }, *([{
                                'role': 'representative',
                                'name': invent_name(generator),
                                'address': f'{hamlet}, tỉnh Đắk Lắk',
                                }] if people >= 5 else [])])],
            }
        with self.work(agency, 'clerk'):
            letter, = Letter.create([values])
        return letter.id

    def work(self, agency, role):
        "Act as the holder of a role, or as the server where there is none"
        from trytond.transaction import Transaction
        user = self.staff.get(agency, {}).get(role, 0)
        return Transaction().set_user(user)

    def take(self, pool, letter_id, step, day):
        Letter = pool.get('complaints.letter')
        letter = Letter(letter_id)
        if step in dict(LETTER_STEPS):
            done = self.letter_step(letter, step)
            steps = LETTER_STEPS
            if step == 'outcome' and done and letter.case:
                steps = [('outcome', 0), *CASE_STEPS]
        else:
            self.case_step(letter.case, step)
            done, steps = True, CASE_STEPS
        names = [name for name, _ in steps]
        position = names.index(step) + 1
        # one in thirty dawdles: that is how things become late
        if not done or position == len(steps) or (
                self.random.randrange(30) == 0):
            return
        name, delay = steps[position]
        following = self.working_day(
            day + dt.timedelta(days=1), max(delay - 1, 0)
            + self.random.choice([0, 0, 0, 1]))
        if following <= self.today:
            self.agenda[following].append((name, letter_id))

    def letter_step(self, letter, step):
        Letter = letter.__class__
        agency = letter.agency.id
        role = {
            'approve': 'leader', 'outcome': 'leader'}.get(step, 'clerk')
        with self.work(agency, role):
            letter = Letter(letter.id)
            if step == 'propose':
                if (not letter.proposal or self.random.randrange(6) == 0):
                    letter.proposal = self.random.choice(['guide', 'file'])
                    letter.proposed_to = None
                    letter.proposal_note = (
                        "Không đủ điều kiện thụ lý theo quy định")
                    letter.save()
            if step != 'outcome':
                getattr(Letter, step)([letter])
                if step == 'classify':
                    self.assign(letter)
                return True
        acting.clear_way(
            lambda role: self.work(agency, role), letter, letter.proposal)
        with self.work(agency, role):
            getattr(Letter, letter.proposal)([Letter(letter.id)])
            return letter.proposal == 'accept'

    def assign(self, letter):
        from trytond.pool import Pool
        User = Pool().get('res.user')
        handler = self.staff.get(letter.agency.id, {}).get('handler')
        if not handler:
            return
        with self.work(letter.agency.id, 'leader'):
            Letter = letter.__class__
            Letter.give_to([Letter(letter.id)], User(handler))

    def case_step(self, case, step):
        from trytond.pool import Pool
        Case = case.__class__

        def work(role):
            return self.work(case.agency.id, role)

        today = Pool().get('ir.date').today()

        with work('leader'):
            case = Case(case.id)
            if step not in case.lawful or step == 'take_effect' and (
                    case.effective_from > today) or (
                    step == 'decide' and acting.too_soon(case)):
                return
            if not hasattr(Case, step):
                acting.take(work, case, step)
                return
        role = 'leader' if step in {'verify', 'decide', 'close'} else 'clerk'
        with work(role):
            case = Case(case.id)
            if step == 'decide':
                case.findings = "Đã kiểm tra hồ sơ và làm việc với các bên."
                case.result = (
                    'answered' if case.kind in {'petition', 'reflection'}
                    else self.random.choice(['right', 'partly', 'wrong']))
                case.decision_number = '{}/{}'.format(
                    self.random.randrange(10, 900),
                    'KL-UBND' if case.kind == 'denunciation' else 'QĐ-UBND')
                case.save()
        acting.clear_way(work, case, step)
        with work(role):
            getattr(Case, step)([Case(case.id)])

    def escalate(self, pool, day):
        "Let the job of the morning run, and some leaders answer"
        Schedule = pool.get('routing.escalation.schedule')
        Escalation = pool.get('routing.escalation')
        Schedule.run_due()
        for escalation in Escalation.search([('state', '=', 'open')]):
            leader = self.staff.get(
                escalation.agency.id, {}).get('leader')
            if leader and self.random.randrange(8) == 0:
                with self.work(escalation.agency.id, 'leader'):
                    escalation = Escalation(escalation.id)
                    escalation.answer = (
                        "Hồ sơ phức tạp, sẽ hoàn thành trong tuần tới.")
                    escalation.save()
                    Escalation.send_answer([escalation])
