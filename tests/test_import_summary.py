# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The page of an import that is printed and signed: its sums agree."""
import datetime as dt
import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from donthu.importing.summary import KINDS, SKIPPED, Summary

FACTS = {
    'agency': "UBND xã Sơn Thành", 'superior': "UBND tỉnh Đắk Lắk",
    'file': "so <2024>.xlsx", 'size': 12, 'digest': 'ab' * 32,
    'mapping': 'so', 'source': 'so', 'user': 'dulieu',
    'moment': '08:00 05/08/2026', 'day': dt.date(2026, 8, 5),
    'dry_run': False}
AGENCIES = ["UBND xã A", "UBND <xã> B"]


def row(kind='complaint', day='2024-06-05'):
    return {'kind': kind, 'received_on': day}


def tables(page):
    "Return the rows of each table of a page, without their heads"
    return [
        [[unescape(cell) for cell in re.findall('<td>(.*?)</td>', line)]
            for line in re.findall('<tr>(.*?)</tr>', text)[1:]]
        for text in re.findall('<table>(.*?)</table>', page)]


RESULT = st.fixed_dictionaries({
        'status': st.sampled_from(['accepted', 'known', 'refused']),
        'agency': st.sampled_from(AGENCIES),
        'field': st.just('kind'), 'reason': st.sampled_from(['a', 'b']),
        'open': st.booleans()})


@given(results=st.lists(st.tuples(
            st.sampled_from(list(KINDS)), st.sampled_from(['2024', '2025']),
            RESULT)),
    skipped=st.dictionaries(
        st.sampled_from(list(SKIPPED)), st.integers(1, 9)))
def test_sums(results, skipped):
    "Test every line of the file is in one of the sums"
    summary = Summary()
    for kind, year, result in results:
        summary.add(row(kind, f'{year}-01-02'), result)
    came, refused, left = tables(summary.page(FACTS, skipped))
    assert [int(n) for n in came[-1][4:6]] == [
        sum(r['status'] == status for *_, r in results)
        for status in ['accepted', 'known']]
    assert int(refused[-1][2]) == sum(
        r['status'] == 'refused' for *_, r in results)
    assert int(left[-1][2]) == sum(skipped.values())
    for _, agency, kind, year, *counts in came[:-1]:
        assert [int(n) for n in counts[:2]] == [sum(
                r['status'] == status and r['agency'] == agency
                and KINDS[k] == kind and y == year for k, y, r in results)
            for status in ['accepted', 'known']]


def test_page():
    summary = Summary()
    summary.add(row(), {'status': 'accepted', 'agency': "UBND xã A"})
    summary.add(row(), {
            'status': 'refused', 'field': 'kind', 'why': "Loại \"…\" lạ",
            'reason': "Loại \"Đơn xin\" lạ"})
    page = summary.page(FACTS, {'empty': 2}, {
            ('attached', ''): 3, ('refused', 'it may be of several letters'): 1})
    for text in [
            "BIÊN BẢN", "Kết quả nhập sổ cũ", "so &lt;2024&gt;.xlsx",
            "ab" * 32, "Khiếu nại", "dòng trống", "đã đính kèm", "có thể thuộc nhiều đơn",
            "NGƯỜI NHẬP DỮ LIỆU", "Tổng số dòng của tệp: 4",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]:
        assert text in page
    assert "chạy thử" not in page
    page = summary.page({**FACTS, 'dry_run': True}, {})
    assert "chưa có đơn nào được nhập" in page
    assert len(tables(page)) == 3
