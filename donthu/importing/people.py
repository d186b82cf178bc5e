# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who stands in a cell: names, addresses, numbers, as people write them.

Pure functions, without Tryton.
"""
import re
from dataclasses import dataclass, field

from trytond.modules.foundation.text import clean, fold

_IDENTITY = re.compile(
    r'(?:số\s+)?(?:CCCD(?:/CMND)?|CMND|CMTND|căn cước(?: công dân)?'
    r'|chứng minh(?: thư| nhân dân)?|số định danh|hộ chiếu)(?:\s+số)?\s*[:.]?'
    r'\s*(?P<number>[A-Z]{0,2}[\d][\d\s.\-]{5,16}\d)'
    r'(?:\s*,?\s*(?:do\s+[^,;]*?\s+)?(?:cấp|ngày cấp)(?:\s+ngày)?[\s:]*'
    r'\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?:\s+tại\s+[^,;\n]*)?)?',
    re.IGNORECASE)
_PHONE = re.compile(
    r'(?:(?:số\s+)?(?:ĐTDĐ|SĐT|ĐT|điện thoại|tel|phone)\s*[:.]?\s*)?'
    r'(?P<number>(?:\+84|0084|0)[\s.\-]?\d(?:[\s.\-]?\d){7,9})(?!\d)',
    re.IGNORECASE)
_ADDRESS = re.compile(
    r'[,;.\s–-]*\b(?:địa chỉ|đ/c|ĐC|trú tại|ngụ tại|thường trú(?: tại)?'
    r'|nơi ở|cư trú tại|HKTT|ở tại)\s*[:.]?\s*', re.IGNORECASE)
_TITLE = re.compile(r'^(?:ông|bà|anh|chị|cụ|cô|chú|bác)\s+(?=\S)',
    re.IGNORECASE)
_PLACE = re.compile(
    r'^(?:thôn|xóm|ấp|buôn|bản|làng|tổ|khu|khối|khóm|số|xã|phường|thị trấn'
    r'|huyện|quận|thành phố|tỉnh|đường|ngõ|hẻm|kiệt|p\.|q\.|tp)\b',
    re.IGNORECASE)
_DASHED = re.compile(
    r'\s+[-–]\s+(?=(?:thôn|xóm|ấp|buôn|bản|làng|tổ|khu|khối|khóm|số|xã'
    r'|phường|thị trấn|đường|ngõ|hẻm)\b)', re.IGNORECASE)
# 1. or a) before each, or a dash at the beginning of each line
_ITEM = re.compile(
    r'(?:^|\n|\s)(?:\d{1,2} ?[.)]|[a-hđ] ?\))\s*(?=[^\W\d])'
    r'|(?:^|\n)(?:\d{1,2} ?[/-]|[-–•+*])\s*(?=[^\W\d])')
# What joins the names of two, also where it says who the second one is
_AND = re.compile(
    r'\s+(?:và|&|cùng)\s+(?:(?:vợ|chồng|con|con trai|con gái|mẹ|cha|bố|em'
    r'|anh|chị)(?:\s+là)?\s+)?')
# A name and no place: the second word tells
_PERSON = re.compile(r'[^\W\d_]+ (?:Thị|Văn) [^\W\d_]+')


@dataclass
class Person:
    "Who a cell names; empty texts where it does not say"
    name: str = ''
    address: str = ''
    identity_number: str = ''
    phone: str = ''
    others: list = field(default_factory=list)


def read_people(text):
    """Return the Person that a cell of name and address holds, with others.

    >>> read_people('Lê An, thôn 3, xã Sơn Thành')
    Person(name='Lê An', address='thôn 3, xã Sơn Thành', identity_number='', \
phone='', others=[])
    """
    text = '\n'.join(filter(None, map(clean, str(text).splitlines())))
    items = [part for part in _ITEM.split(text) if part.strip(' ,;\n')]
    if len(items) > 1 and _ITEM.match(text):
        people = [_one(part.strip(' ,;\n')) for part in items]
    else:
        person = _one(text)
        # "và" joins two names, not a name and a place
        names = [
            _untitled(name) for name in _AND.split(person.name)]
        if len(names) > 1 and all(map(_is_name, names)):
            people = [Person(name, person.address) for name in names]
            people[0].identity_number = person.identity_number
            people[0].phone = person.phone
        elif further := _further(person):
            people = further
        else:
            people = [person]
    first, *others = people
    first.others = others
    for other in others:
        other.address = other.address or first.address
    return first


def _further(person):
    """Return the people of whom one stands where an address would

    Lê Văn A; Trần Thị B, thôn 3"""
    parts = re.split(r'\s*[;,\n]\s*', person.address)
    names = []
    while parts and (
            _PERSON.match(parts[0]) or _TITLE.match(parts[0])) and _is_name(
                _untitled(parts[0])):
        names.append(_untitled(parts.pop(0)))
    if not names:
        return []
    address = ', '.join(filter(None, parts))
    first = Person(
        person.name, address, person.identity_number, person.phone)
    return [first, *(Person(name, address) for name in names)]


def _one(text):
    person = Person()
    if found := _IDENTITY.search(text):
        person.identity_number = re.sub(r'[\s.\-]', '', found['number'])
        text = _without(text, found)
    if found := _PHONE.search(text):
        person.phone = read_phone(found['number'])
        text = _without(text, found)
    if found := _ADDRESS.search(text):
        name, address = text[:found.start()], text[found.end():]
    else:
        name, address = _split(text)
    person.name = title_case(_untitled(clean(name).strip(' ,;.–-')))
    person.address = clean(address.replace('\n', ', ')).strip(' ,;–-')
    return person


def _untitled(name):
    "Return a name without Ông or Bà, if it is one without, too"
    rest = _TITLE.sub('', name)
    return rest if len(rest.split()) > 1 else name


def _without(text, found):
    before, after = text[:found.start()], text[found.end():]
    return before.rstrip(' ,;(–-') + (
        after.lstrip(' )') if after[:1] in {'\n', ',', ';', ''}
        else '\n' + after.lstrip(' ,;)') if after.strip(' ,;).') else '')


def _split(text):
    if found := _DASHED.search(text):
        # a place is told by its first word, before any comma
        if not set('\n,;') & set(text[:found.start()]):
            return text[:found.start()], text[found.end():]
    for mark in ['\n', ',', ';', ' - ', ' – ']:
        name, found, address = text.partition(mark)
        # "H'Nga Byă - buôn Krông" is divided there, "Nguyễn - Lê" is a name
        if found and (mark in {'\n', ',', ';'} or _PLACE.match(
                    address.strip())):
            return name, address
    return text, ''


def _is_name(text):
    words = clean(text).split()
    return 2 <= len(words) <= 6 and all(
        word[:1].isupper() and not any(map(str.isdigit, word))
        for word in words) and not _PLACE.match(text)


def title_case(name):
    """Return a name that was typed in capitals as it is usually written.

    >>> title_case('ĐÀO XUÂN AN'), title_case("H'NGA BYĂ")
    ('Đào Xuân An', "H'Nga Byă")
    """
    if name.isupper() and len(name) > 3:
        return re.sub(
            r"[^\W\d_]+", lambda match: match.group().capitalize(), name)
    return name


def read_phone(text):
    """Return a phone number with the zero it has within the country.

    >>> read_phone('+84 905.123 456')
    '0905123456'
    """
    digits = re.sub(r'[^\d+]', '', clean(str(text)))
    if re.fullmatch(r'[35789]\d{8}', digits):
        # a sheet took it for a number
        return f'0{digits}'
    return re.sub(r'^(?:\+84|0084)0?', '0', digits)


def is_anonymous(name, words):
    "Tell if a cell says that nobody is named"
    # (không ghi tên): what stands behind it says why
    name = re.sub(r'\s*\([^)]*\)\s*$', '', name or '')
    return bool(name) and fold(name) in map(fold, words)
