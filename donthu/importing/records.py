# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Read the records of an XML file, one after the other, whole texts.

Names are compared without their namespace.
"""
import re

from lxml import etree
from trytond.modules.foundation.text import clean

from donthu.errors import CommandError
from donthu.importing.lines import OTHER, Line

# Elements that begin a line of their own in a text
_BREAKS = frozenset(['br', 'p', 'div', 'li', 'tr'])
# no text of a register is longer, no record deeper
_OPTIONS = {
    'resolve_entities': False, 'no_network': True, 'load_dtd': False,
    'huge_tree': False, 'remove_comments': True, 'remove_pis': True}


def read_records(path, mapping, moved=None):
    """Return ({attribute of the root: value}, iterator of Line)

    moved -- called with how many bytes were read
    Raises CommandError for what is no XML, or declares entities."""
    source = _Source(path, moved or (lambda count: None))
    walk = _walk(path, source)
    root = next(walk)
    facts = {_local(k): clean(v) for k, v in root.attrib.items()}

    def lines():
        parents, number = set(), 0
        for element in walk:
            name = _local(element.tag)
            parent = element.getparent()
            if name == mapping.element:
                parents.add(_path(parent))
                # of a file that is one line the records are counted
                number = max(number + 1, element.sourceline or 0)
                yield Line(number, {
                        field: value for field, places
                        in mapping.titles.items()
                        if (value := _first(element, places)) is not None})
            elif parent is not None and _path(parent) in parents:
                # beside records, and none itself
                number = max(number + 1, element.sourceline or 0)
                yield Line(number, {}, skipped=OTHER)
            else:
                continue
            _forget(element)
    return facts, lines()


class _Source:
    "The bytes of a file, as lxml asks for them"

    def __init__(self, path, moved):
        self.file, self.moved = open(path, 'rb'), moved

    def read(self, size=-1):
        piece = self.file.read(size)
        self.moved(len(piece))
        return piece


def _walk(path, source):
    "Yield the root when it begins, then each element when it ends"
    with source.file:
        try:
            events = etree.iterparse(
                source, events=('start', 'end'), **_OPTIONS)
            root = None
            for event, element in events:
                if root is None:
                    root = element
                    _check_entities(path, root)
                    yield root
                if event == 'end' and element is not root:
                    yield element
        except (etree.XMLSyntaxError, OSError, ValueError) as error:
            raise CommandError(f"{path} is not XML: {error}", 2)


def _check_entities(path, root):
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and list(dtd.iterentities()):
        raise CommandError(f"{path} declares entities: it is not read", 2)


def _forget(element):
    "Keep no record in memory that was read"
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _local(name):
    return name.rpartition('}')[2] if isinstance(name, str) else ''


def _path(element):
    names = []
    while element is not None:
        names.append(_local(element.tag))
        element = element.getparent()
    return tuple(names)


def _first(element, places):
    for place in places:
        value = _value(element, place)
        if value:
            return value


def _value(element, place):
    "Return what stands at `child/child@attribute` of an element"
    path, _, attribute = place.partition('@')
    for name in path.split('/') if path else ():
        element = next(
            (e for e in element if _local(e.tag) == name), None)
        if element is None:
            return None
    if attribute:
        return next((
                v for k, v in element.attrib.items()
                if _local(k) == attribute), None)
    return re.sub(r'\n\s*\n', '\n', ''.join(_texts(element))).strip()


def _texts(element):
    "Yield the whole text of an element, whatever marks are in it"
    yield element.text or ''
    for child in element:
        if _local(child.tag).lower() in _BREAKS:
            yield '\n'
        yield from _texts(child)
        if _local(child.tag).lower() in _BREAKS - {'br'}:
            yield '\n'
        yield child.tail or ''
