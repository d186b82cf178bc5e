# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How entries become a story: tables, without a database."""
import datetime as dt
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ..story import MASKED, Happening, Kind, Teller, Words, grouped, head, links

AT = dt.datetime(2026, 11, 27, 2, 12)
LETTER, ACT, PERSON = 'test.letter,1', 'test.act,7', 'test.person,3'
SECRET = '0123456789abcdef' * 4
STATES = {'received': "Mới đến", 'registered': "Đã vào sổ"}
WORDS = Words(
    fields={
        ('test.letter', 'state'): Kind(
            'selection', "Trạng thái", words=STATES),
        ('test.letter', 'number'): Kind('char', "Số"),
        ('test.letter', 'due_on'): Kind('date', "Hạn xử lý"),
        ('test.letter', 'handler'): Kind(
            'many2one', "Người xử lý", 'res.user'),
        ('test.letter', 'content'): Kind('text', "Nội dung"),
        ('test.letter', 'amount'): Kind('numeric', "Số tiền"),
        ('test.letter', 'complex'): Kind('boolean', "Phức tạp"),
        ('test.letter', 'roles'): Kind(
            'multiselection', "Vai trò", words={'a': "A", 'b': "B"}),
        ('test.letter', 'twin'): Kind('reference', "Đơn gốc"),
        ('test.letter', 'closed'): Kind('secret', "Kín"),
        ('test.letter', 'at'): Kind('datetime', "Lúc"),
        ('test.act', 'day'): Kind('date', "Ngày"),
        ('test.person', 'role'): Kind(
            'selection', "Tư cách", words={'sender': "Người gửi"}),
        },
    models={
        'test.letter': "Đơn", 'test.act': "Bước", 'test.person': "Người",
        'test.url': "URL"},
    names={
        ('res.user', 2): "Trần B", ('res.user', 9): MASKED,
        ('test.letter', 5): "1-D-2026-000005-01",
        ('test.person', 3): "Lê C"},
    logins={'tran.b': "Trần B"},
    reports={'test.receipt': "Giấy biên nhận"},
    steps={('test.letter', 'received', 'registered'): "Vào sổ"},
    said={
        'made': "lập %(what)s", 'created': "thêm %(what)s", 'changed': "sửa %(what)s",
        'deleted': "xóa %(what)s", 'moved': "chuyển sang “%(state)s”",
        'printed': "in %(what)s", 'exported': "xuất %(what)s",
        'view': "mở xem %(what)s", 'reveal': "xem danh tính",
        'notified': "báo cho %(who)s", 'notified_nobody': "không có ai để báo",
        'kept': "(đã ghi)", 'rewritten': "(đã sửa)", 'removed': "(đã xóa)",
        'yes': "Có", 'no': "Không", 'file': "(tệp)"},
    first={'test.letter': ('number', 'due_on', 'handler')},
    titled={'test.act': 'title'},
    day=lambda day: f'{day:%d/%m/%Y}',
    moment=lambda at: f'{at:%d/%m/%Y %H:%M}',
    number=lambda number: f'{number:,}'.replace(',', '.'))


def happening(id_=1, action='write', resource=LETTER, *, seconds=0, user=4,
        about=LETTER, summary=None, **changes):
    return Happening(
        id_, AT + dt.timedelta(seconds=seconds), user, action, resource,
        about, summary, changes)


def line(*happenings):
    return Teller(WORDS).line(list(happenings))


class StoryTestCase(TestCase):

    def test_values(self):
        "Test each kind of value is written as people write it"
        for name, old, new, told in [
                ('due_on', None, '2026-12-07', "Hạn xử lý: 07/12/2026"),
                ('due_on', '2026-12-07', '2026-12-17',
                    "Hạn xử lý: 07/12/2026 → 17/12/2026"),
                ('due_on', '2026-12-07', None, "Hạn xử lý: 07/12/2026 → –"),
                ('handler', None, 2, "Người xử lý: Trần B"),
                ('handler', 2, 9, "Người xử lý: Trần B → …"),
                # who is gone
                ('handler', 2668, None, "Người xử lý: … → –"),
                ('handler', None, '<5 bytes>', "Người xử lý: …"),
                ('amount', None, '1500000', "Số tiền: 1.500.000"),
                ('amount', None, 'x', "Số tiền: x"),
                ('complex', False, True, "Phức tạp: Không → Có"),
                ('complex', 0, 1, "Phức tạp: Không → Có"),
                ('roles', None, '["a", "b"]', "Vai trò: A, B"),
                ('roles', None, ['a', 'c'], "Vai trò: A, …"),
                ('twin', None, 'test.letter,5',
                    "Đơn gốc: 1-D-2026-000005-01"),
                ('twin', None, 'test.letter,99', "Đơn gốc: …"),
                ('at', None, '2026-11-27 09:12:00', "Lúc: 27/11/2026 09:12"),
                ('content', None, SECRET, "Nội dung: (đã ghi)"),
                ('content', SECRET, SECRET[::-1], "Nội dung: (đã sửa)"),
                ('content', SECRET, None, "Nội dung: (đã xóa)"),
                ('closed', None, "Lê Thị Kín", "Kín: (đã ghi)"),
                ('state', 'received', 'gone', "Trạng thái: Mới đến → …"),
                ]:
            self.assertEqual(
                line(happening(**{name: (old, new)})), f"Sửa đơn: {told}",
                (name, old, new))

    def test_what_is_not_known_is_not_told(self):
        "Test no code and no field that is gone is told"
        one = happening(gone=(None, 'xyz'), number=(None, '1'))
        self.assertEqual(line(one), "Sửa đơn: Số: 1")
        self.assertEqual(Teller(WORDS).details([one]), ["• Số: 1"])
        self.assertEqual(line(happening(gone=(None, 'xyz'))), "Sửa đơn")
        self.assertNotIn('test', line(happening(
                    resource='test.gone,1', about='test.gone,1',
                    gone=(None, 1))))

    def test_step(self):
        "Test a step and what it wrote are one line, the rest behind it"
        act = happening(
            1, 'create', ACT, title=(None, "Tiếp nhận đơn"),
            day=(None, '2026-11-27'), name=(None, 'register'))
        step = happening(
            2, 'transition', summary='state:registered',
            state=('received', 'registered'), number=(None, '1-D-2026'),
            due_on=(None, '2026-12-07'), complex=(False, True))
        group, = grouped([act, step])
        self.assertIs(head(group), step)
        self.assertEqual(
            line(*group), "Tiếp nhận đơn → Đã vào sổ – Số: 1-D-2026; "
            "Hạn xử lý: 07/12/2026")
        details = Teller(WORDS).details(group)
        self.assertEqual(details, [
                "• Số: 1-D-2026", "• Hạn xử lý: 07/12/2026",
                "• Trạng thái: Mới đến → Đã vào sổ",
                "• Phức tạp: Không → Có",
                "Tiếp nhận đơn", "• Ngày: 27/11/2026"])
        self.assertEqual(line(step),
            "Vào sổ → Đã vào sổ – Số: 1-D-2026; Hạn xử lý: 07/12/2026")
        moved = happening(action='transition', summary='state:registered')
        self.assertEqual(line(moved), "Chuyển sang “Đã vào sổ”")
        self.assertEqual(line(happening(
                    action='transition', summary='state:gone')), "")

    def test_lines(self):
        "Test what each doing is called"
        for one, told in [
                (happening(action='create', number=(None, '1')),
                    "Lập đơn – Số: 1"),
                (happening(
                        action='create', summary="Vào sổ → Thụ lý"),
                    "Lập đơn: Vào sổ → Thụ lý"),
                (happening(
                        action='create', resource=PERSON,
                        role=(None, 'sender')),
                    "Thêm người “Lê C”"),
                (happening(action='delete', summary="nhập nhầm"),
                    "Xóa đơn (nhập nhầm)"),
                (happening(summary="dấu đến", number=('1', '2')),
                    "Sửa đơn: Số: 1 → 2 (dấu đến)"),
                (happening(action='print', summary='test.receipt'),
                    "In Giấy biên nhận"),
                (happening(action='print', summary='test.gone'), "In đơn"),
                (happening(action='export', summary='number, state'),
                    "Xuất Số, Trạng thái"),
                (happening(action='export', summary='number, gone'),
                    "Xuất Số"),
                (happening(action='export', summary='gone'), "Xuất đơn"),
                (happening(action='export', summary="E-mail"),
                    "Xuất đơn (E-mail)"),
                (happening(action='view'), "Mở xem đơn"),
                (happening(action='reveal', summary='#12 Xác minh: cần hỏi'),
                    "Xem danh tính (Xác minh: cần hỏi)"),
                (happening(action='notify', summary='tran.b, gone'),
                    "Báo cho Trần B, …"),
                (happening(action='notify', summary=None),
                    "Không có ai để báo"),
                (happening(
                        resource='test.url,1', about=None, action='create'),
                    "Lập URL"),
                ]:
            self.assertEqual(line(one), told)

    def test_grouped(self):
        "Test what is one doing: one matter, one user, one moment, no reading"
        other = 'test.letter,2'
        table = [
            ([happening(1), happening(2, resource=ACT)], [[1, 2]]),
            ([happening(1), happening(2, seconds=2)], [[1, 2]]),
            ([happening(1), happening(2, seconds=3)], [[1], [2]]),
            ([happening(1), happening(2, user=5)], [[1], [2]]),
            ([happening(1), happening(2, about=other),
                happening(3)], [[1, 3], [2]]),
            # the next step, whose act comes first
            ([happening(1, 'create', ACT), happening(2, 'transition'),
                happening(3, 'create', ACT), happening(4, 'transition')],
                [[1, 2], [3, 4]]),
            ([happening(1, 'create', ACT), happening(2, 'create', ACT),
                happening(3, 'transition'), happening(4, 'transition'),
                happening(5, 'create', PERSON), happening(6, 'notify')],
                [[1, 2, 3], [4, 5, 6]]),
            ([happening(1), happening(2, 'view'), happening(3)],
                [[1], [2], [3]]),
            ([happening(1, about=None, resource=None),
                happening(2, about=None, resource=None)], [[1], [2]]),
            ]
        for happenings, expected in table:
            self.assertEqual(
                [[h.id for h in group] for group in grouped(happenings)],
                expected)

    def test_links(self):
        "Test all names are known to be needed before anything is told"
        self.assertEqual(
            links([
                    happening(handler=(2, 9), twin=(None, 'test.letter,5')),
                    happening(resource=PERSON, gone=(None, 4)),
                    happening(handler=(None, '<5 bytes>'))],
                WORDS.fields),
            {'res.user': {2, 9}, 'test.letter': {1, 5}, 'test.person': {3}})

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.builds(
                Happening,
                id=st.integers(1, 10_000),
                at=st.integers(0, 9).map(
                    lambda s: AT + dt.timedelta(seconds=s)),
                user=st.sampled_from([None, 1, 2]),
                action=st.sampled_from([
                        'create', 'write', 'transition', 'delete', 'view',
                        'print', 'export', 'notify', 'new']),
                resource=st.sampled_from(
                    [LETTER, ACT, PERSON, 'test.gone,1', None]),
                about=st.sampled_from([LETTER, None]),
                summary=st.text(max_size=9) | st.none(),
                changes=st.dictionaries(
                    st.sampled_from([
                            *(n for _, n in WORDS.fields), 'gone']),
                    st.tuples(*[
                            st.none() | st.text(max_size=9) | st.integers()
                            | st.booleans() | st.just(SECRET)] * 2),
                    max_size=4)),
            max_size=8, unique_by=lambda h: h.id))
    def test_anything(self, happenings):
        "Test whatever is on record is told, once, and no hash of it"
        groups = grouped(happenings)
        self.assertEqual(
            sorted(h.id for group in groups for h in group),
            sorted(h.id for h in happenings))
        teller = Teller(WORDS)
        for group in groups:
            told = '\n'.join([teller.line(group), *teller.details(group)])
            self.assertNotIn(SECRET[:8], told)
