# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Text of before Unicode: TCVN3 (ABC) and VNI, as fonts showed it.

Registers of the years around 2000 hold the codes of a font, which today look
like `KhiÕu n¹i` or `Khieáu naïi`.  A text is converted only if every word
that changes becomes a Vietnamese syllable, and was none before: nothing is
guessed.

Pure functions, without Tryton.
"""
import re
import unicodedata

# TCVN 5712:1993, third table: the code of each letter, as Latin-1 shows it
_TCVN3 = {
    'a': 'µ¸¶·¹', 'ă': '»¾¼½Æ', 'â': 'ÇÊÈÉË', 'e': 'ÌÐÎÏÑ', 'ê': 'ÒÕÓÔÖ',
    'i': '×ÝØÜÞ', 'o': 'ßãáâä', 'ô': 'åèæçé', 'ơ': 'êíëìî', 'u': 'ïóñòô',
    'ư': 'õøö÷ù', 'y': 'úýûüþ'}
_TCVN3_BARE = {
    '¨': 'ă', '©': 'â', '®': 'đ', 'ª': 'ê', '«': 'ô', '¬': 'ơ', '\xad': 'ư',
    '¡': 'Ă', '¢': 'Â', '§': 'Đ', '£': 'Ê', '¤': 'Ô', '¥': 'Ơ', '¦': 'Ư'}
# grave, acute, hook above, tilde, dot below
_TONES = '\u0300\u0301\u0309\u0303\u0323'
# VNI: what follows a letter says its tone, or its mark and tone
_VNI = {
    'a': {'': 'øùûõï'}, 'e': {'': 'øùûõï'}, 'o': {'': 'øùûõï'},
    'u': {'': 'øùûõï'}, 'y': {'': 'øùûõ'}}
_VNI_MARKED = {'ă': ('a', 'ê', 'èéúüë'), 'â': ('a', 'â', 'àáåãä'),
    'ê': ('e', 'â', 'àáåãä'), 'ô': ('o', 'â', 'àáåãä')}
_VNI_HORNED = {'ơ': 'ô', 'ư': 'ö'}
_VNI_ALONE = {'ñ': 'đ', 'î': 'ỵ', 'í': 'í', 'ì': 'ì', 'æ': 'ỉ', 'ó': 'ĩ',
    'ò': 'ị'}

_ONSET = 'ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvxjfwz]'
# what may be followed by a consonant, and what ends in a half vowel
_OPEN = 'uyê|oa|oă|oe|oo|iê|uâ|uê|uô|uơ|uy|ươ|yê|[aăâeêioôơuưy]'
_CLOSED = (
    'oai|oay|oao|oeo|iêu|yêu|uôi|ươi|ươu|uây|uya|uyu|ueo|uao|ai|ao|au|ay|âu'
    '|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|ya')
_SYLLABLE = re.compile(
    f'(?:{_ONSET})?(?:(?:{_OPEN})(?:ch|ng|nh|[cmnpt])?|(?P<half>{_CLOSED}))')
_WORD = re.compile(r'[^\s\d.,;:!?()/\\"“”\'’\[\]+=_<>|*%&#@~^`{}–—-]+')


def words(text):
    "Return the words of a text, without numbers and punctuation"
    return _WORD.findall(text)


def is_syllable(word):
    """Tell if a word can be a Vietnamese syllable.

    >>> is_syllable('Khiếu'), is_syllable('KhiÕu'), is_syllable('xyz')
    (True, False, False)
    """
    text = unicodedata.normalize('NFD', word.lower())
    tones = sum(map(text.count, _TONES))
    found = _SYLLABLE.fullmatch(unicodedata.normalize(
            'NFC', ''.join(c for c in text if c not in _TONES)))
    # a half vowel bears no tone: lẽo, not leõ
    return found is not None and tones <= 1 and not (
        found['half'] and text[-1] in _TONES)


def _toned(letter, tone):
    return unicodedata.normalize('NFC', letter + tone)


def _make_tcvn3():
    table = dict(_TCVN3_BARE)
    for letter, codes in _TCVN3.items():
        for code, tone in zip(codes, _TONES, strict=True):
            table[code] = _toned(letter, tone)
    return str.maketrans(table)


def _make_vni():
    table = dict(_VNI_ALONE)
    for letter, marks in _VNI.items():
        for code, tone in zip(marks[''], _TONES, strict=False):
            table[letter + code] = _toned(letter, tone)
    for letter, (base, mark, codes) in _VNI_MARKED.items():
        table[base + mark] = letter
        for code, tone in zip(codes, _TONES, strict=True):
            table[base + code] = _toned(letter, tone)
    for letter, code in _VNI_HORNED.items():
        table[code] = letter
        for follows, tone in zip('øùûõï', _TONES, strict=True):
            table[code + follows] = _toned(letter, tone)
    both = {}
    for code, letter in table.items():
        # capitals have the codes of capitals, or the first alone has
        both[code] = letter
        both[code.upper()] = letter.upper()
        both[code[0].upper() + code[1:]] = letter.upper()
    return both


_FROM_TCVN3 = _make_tcvn3()
_FROM_VNI = _make_vni()
_VNI_CODES = re.compile('|'.join(
        sorted(map(re.escape, _FROM_VNI), key=len, reverse=True)))


def from_tcvn3(text):
    """Return what a text in TCVN3 says.

    >>> from_tcvn3('KhiÕu n¹i')
    'Khiếu nại'
    """
    return text.translate(_FROM_TCVN3)


def from_vni(text):
    """Return what a text in VNI says.

    >>> from_vni('Khieáu naïi')
    'Khiếu nại'
    """
    return _VNI_CODES.sub(lambda match: _FROM_VNI[match.group()], text)


def repair(text):
    """Return (text in Unicode, 'TCVN3', 'VNI' or '' for what it was in).

    >>> repair('LÞch tiÕp d©n')
    ('Lịch tiếp dân', 'TCVN3')
    >>> repair('Lịch tiếp dân, Hà Nội')
    ('Lịch tiếp dân, Hà Nội', '')
    """
    if not isinstance(text, str) or text.isascii() or any(
            'Ā' <= c < '\u2000' for c in text):
        return text, ''
    before = [w for w in words(text) if not w.isascii()]
    if all(map(is_syllable, before)):
        return text, ''
    for name, convert in [('TCVN3', from_tcvn3), ('VNI', from_vni)]:
        changed = [w for w in map(convert, before) if not w.isascii()]
        if changed and all(map(is_syllable, map(convert, before))):
            return convert(text), name
    return text, ''
