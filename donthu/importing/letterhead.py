# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which agency and year a register is of, by the lines above its table.

Pure functions, without Tryton.
"""
import re

from trytond.modules.foundation.text import fold

_YEAR = re.compile(r'\bnam (\d{4})\b')
_NOT_NAMES = re.compile(r'cong hoa xa hoi|doc lap|so tiep|so theo doi|^nam ')


def find_year(lines):
    """Return the year that the lines name, '' for none or several.

    >>> find_year(['UBND xã Sơn Thành', 'SỔ TIẾP CÔNG DÂN NĂM 2026'])
    '2026'
    """
    years = {year for line in lines for year in _YEAR.findall(fold(line))}
    return years.pop() if len(years) == 1 else ''


def short(name):
    """Return a name to compare: folded, with the usual abbreviations.

    >>> short('Ủy ban nhân dân xã Sơn Thành')
    'ubnd xa son thanh'
    """
    text = f' {fold(name)} '
    for long, abbreviated in [
            (' uy ban nhan dan ', ' ubnd '), (' hoi dong nhan dan ', ' hdnd '),
            (' thanh pho ', ' tp '), (' thi tran ', ' tt ')]:
        text = text.replace(long, abbreviated)
    return text.strip()


def find_agency(lines, agencies):
    """Return the agencies that the lines can be of, the likeliest alone.

    lines -- above the table
    agencies -- dictionaries with code, name and the name of the parent

    An office heads its papers with its superior and then itself: so it is
    the lowest of the agencies that are named, of which the superior is named
    too where several have the name.  Of a name that stands for nothing we
    know, nothing is said."""
    named = [f' {short(line)} ' for line in lines]
    # a letterhead may be one cell of two lines
    text = ' | '.join(named)
    found = [
        a for a in agencies
        if (name := short(a['name'])) and f' {name} ' in text]
    # "UBND xã Sơn Thành Đông" holds the name of another
    found = [
        a for a in found if not any(
            b is not a and f' {short(a["name"])} ' in f' {short(b["name"])} '
            and short(a['name']) != short(b['name'])
            and text.count(f' {short(a["name"])} ') <= text.count(
                f' {short(b["name"])} ')
            for b in found)]
    superiors = {short(a['parent']) for a in found if a['parent']}
    lowest = [a for a in found if short(a['name']) not in superiors] or found
    if len(lowest) > 1:
        lowest = [
            a for a in lowest if a['parent'] and _is_named(
                a['parent'], text)] or lowest
    if _names_lower(named, lowest):
        return []
    return lowest


def _is_named(parent, text):
    "Tell if the lines name a superior, in full or by its area alone"
    name = short(parent)
    area = name.removeprefix('ubnd ')
    return f' {name} ' in text or f' {area} ' in text


def _names_lower(lines, found):
    """Tell if the lines name an office that is none of those found

    A register of a commune that we do not know is not one of its province."""
    names = {short(a['name']) for a in found}
    for line in lines:
        match = re.search(
            r' (ubnd (?:xa|phuong|dac khu|tt|thi xa|huyen|quan) .+?) $', line)
        if match and not _NOT_NAMES.search(match[1]) and not any(
                name in match[1] for name in names):
            return True
    return False
