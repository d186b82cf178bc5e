# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The summary of an import as a page to print and sign.

What came in by agency, kind and year; what did not, by reason: every line of
the file and every scan is in one of its sums.
"""
from collections import Counter

from trytond.modules.complaints import document

from donthu.importing import lines, scan_files, scans

FORM = {
    'title': "BIÊN BẢN",
    'about': "{about}",
    'text': [
        "Tệp: {file} ({size} byte); mã băm SHA-256: {digest}.",
        "Cách đọc: {mapping}; tên sổ: {source}. Thời điểm lập: {moment}. "
        "Người nhập: {user}.",
        "{dry}",
        "Số dòng là đơn: {rows}. Đã nhập: {accepted}; đã có từ lần trước: "
        "{known}; không nhập được: {refused}. Còn {open} đơn có nội dung cần "
        "làm rõ; {repeats} đơn mới nhập có thể trùng với đơn trước.",
        "Số dòng không phải là đơn: {skipped}. Tổng số dòng của tệp: {lines}.",
        "1. Đơn theo cơ quan, loại đơn và năm nhận",
        ],
    'list': [
        "STT", "Cơ quan", "Loại đơn", "Năm", "Đã nhập", "Đã có",
        "Cần làm rõ"],
    'signers': ["NGƯỜI NHẬP DỮ LIỆU", "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"],
    }
KINDS = {
    'complaint': "Khiếu nại",
    'disciplinary': "Khiếu nại quyết định kỷ luật",
    'denunciation': "Tố cáo", 'petition': "Kiến nghị",
    'reflection': "Phản ánh"}
SKIPPED = {
    lines.EMPTY: "dòng trống",
    lines.NUMBERS: "dòng đánh số cột",
    lines.TITLES: "dòng tên cột",
    lines.REMARK: "ghi chú hoặc dòng cộng",
    lines.BEFORE: "dòng phía trên bảng",
    lines.NO_TABLE: "trang tính không có bảng của sổ",
    lines.HIDDEN: "trang tính bị ẩn",
    lines.OTHER: "phần tử không thuộc sổ",
    }
SCANS = {
    'attached': "đã đính kèm", 'known': "đã có từ trước",
    'refused': "không đính kèm được", 'skipped': "không phải bản quét"}
WHY = {
    scan_files.NO_NUMBER: "tên tệp không mang số của đơn nào trong sổ",
    scan_files.REFUSED_ROW: "dòng của đơn không nhập được",
    scan_files.SEVERAL: "có thể thuộc nhiều đơn",
    scan_files.CONTENT: "nội dung tệp không được đính kèm vào đơn",
    scan_files.UNREADABLE: "không đọc được tệp",
    scans.SYSTEM: "tệp của hệ thống",
    scans.REGISTER: "chính là sổ hoặc báo cáo của sổ",
    scans.LINK: "đường dẫn tắt, không mở",
    }


class Summary:
    "Sums of what became of the lines of a file"

    def __init__(self):
        self.letters = Counter()
        self.refused = Counter()
        self.count = Counter()

    def add(self, row, result):
        "Count a row, and what the server answered"
        status = result['status']
        self.count[status] += 1
        self.count['open'] += bool(result.get('open'))
        self.count['repeats'] += bool(result.get('repeat_of'))
        if status == 'refused':
            self.refused[
                result.get('field') or '',
                result.get('why') or result['reason']] += 1
            return
        place = (
            result.get('agency') or '', row.get('kind') or '',
            (row.get('received_on') or '')[:4])
        self.letters[place, status] += 1
        self.letters[place, 'open'] += bool(result.get('open'))

    def reasons(self):
        "Yield (reason, count) of the rows that were refused"
        for (_, why), count in self.refused.most_common():
            yield why, count

    def rows(self):
        "Return the cells of what came in, with their sum"
        places = sorted({place for place, _ in self.letters})
        found = [[
                serial, agency, KINDS.get(kind, kind), year,
                *(self.letters[(agency, kind, year), status]
                    for status in ['accepted', 'known', 'open'])]
            for serial, (agency, kind, year) in enumerate(places, 1)]
        return found + [[
                '', "Cộng", '', '', *(
                    sum(row[n] for row in found) for n in [4, 5, 6])]]

    def page(self, facts, skipped, files=None):
        """Return the page as HTML

        facts -- agency, superior, file, size, digest, mapping, source,
            moment, user, day, and dry_run
        skipped -- {why a line is no row: how many}
        files -- {(status, reason): how many files}, or None"""
        rows = sum(self.count[s] for s in ['accepted', 'known', 'refused'])
        values = {
            **facts, 'number': None, 'place': None,
            'signed_on': facts['day'],
            'about': (
                "Kết quả chạy thử việc nhập sổ cũ" if facts['dry_run']
                else "Kết quả nhập sổ cũ"),
            'dry': (
                "Đây là lần chạy thử: chưa có đơn nào được nhập."
                if facts['dry_run'] else ''),
            'rows': rows, 'skipped': sum(skipped.values()),
            'lines': rows + sum(skipped.values()),
            **{name: self.count[name] for name in [
                    'accepted', 'known', 'refused', 'open', 'repeats']}}
        tables = [
            ("2. Dòng không nhập được, theo lý do", "Lý do", self.reasons()),
            ("3. Dòng không phải là đơn", "Lý do", [
                    (SKIPPED.get(why, why), count)
                    for why, count in sorted(skipped.items())]),
            ]
        if files is not None:
            tables.append(("4. Tệp quét kèm theo", "Kết quả", [
                        (': '.join(filter(None, [
                                SCANS[status], WHY.get(why, why)])), count)
                        for (status, why), count in sorted(files.items())]))
        return document.html(values['about'], [document.page(
                    FORM, values, self.rows(), ''.join(
                        _table(*one) for one in tables))])


def _table(title, head, rows):
    rows = list(rows)
    return f'<p class="text">{document.escape(title)}</p>' + document.table(
        ["STT", head, "Số lượng"], [
            [serial, why, count]
            for serial, (why, count) in enumerate(rows, 1)]
        + [['', "Cộng", sum(count for _, count in rows)]])
