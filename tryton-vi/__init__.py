# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Tryton itself in Vietnamese: its server, its modules and its clients.

The catalogues lie where Tryton's own repository keeps those of the other
languages, so that they can be given upstream as they are.
"""
import csv
import hashlib
from pathlib import Path

import polib

SERIES = '8.0'
LANGUAGE = 'vi'
ROOT = Path(__file__).parent
# module of the server: where its catalogue is
MODULES = {
    'ir': ROOT / 'trytond/trytond/ir/locale/vi.po',
    'res': ROOT / 'trytond/trytond/res/locale/vi.po',
    'country': ROOT / 'modules/country/locale/vi.po',
    'authentication_sms': ROOT / 'modules/authentication_sms/locale/vi.po',
    }
WEB = ROOT / 'sao/locale/vi.po'
DESKTOP = ROOT / 'tryton/tryton/data/locale/vi/LC_MESSAGES/tryton.po'
CATALOGUES = {**MODULES, 'sao': WEB, 'tryton': DESKTOP}
GLOSSARY = ROOT / 'glossary.csv'


def glossary():
    "Return the rows of the glossary: English, Vietnamese, Where, Note"
    with open(GLOSSARY, encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file))


def digest(*paths):
    "Return a hash that changes with the catalogues (by default all of them)"
    result = hashlib.sha256()
    for path in paths or CATALOGUES.values():
        result.update(path.read_bytes())
    return result.hexdigest()


def web_messages():
    """Return the messages of the web client in the form in which it reads them

    It takes a list of two for a message without plural.  Vietnamese has one
    form, so that the form stands there twice: else the English plural shows.
    """
    messages = {'': {
            'content-type': 'text/plain; charset=utf-8',
            'language': LANGUAGE,
            'plural-forms': 'nplurals=1; plural=0;',
            }}
    for entry in polib.pofile(str(WEB)):
        if entry.msgid_plural:
            form = entry.msgstr_plural[0]
            messages[entry.msgid] = [entry.msgid_plural, form, form]
        else:
            messages[entry.msgid] = [None, entry.msgstr]
    return messages
