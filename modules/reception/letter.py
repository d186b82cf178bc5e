# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The letter that a citizen brings in person, and what it is given of it."""
from trytond.modules.complaints.birth import (
    COUNTED, DECIDED, FILES, HAPPENED, LINK, OWN, PERSON, Birth, Heirs,
    because, named)
from trytond.pool import PoolMeta

OF_RECEPTION = Birth(
    given={
        'received_on': 'day',
        **named('agency', 'kind', 'secrecy', 'content', 'people_count')},
    kept={
        **because(OWN, 'number', 'state', 'note', 'time', 'form', 'host',
            'scheduled'),
        **because(DECIDED, 'result', 'directed_to', 'document_number',
            'refusal', 'conclusion', 'answered_on'),
        **because(COUNTED, 'due_on', 'warn_on', 'documented', 'clocks'),
        **because(LINK, 'letter'),
        **because("it stands on the receipt", 'papers', 'settled_by'),
        },
    below={
        'reception.visitor': Heirs(
            'reception', PERSON, within='persons'),
        'ir.attachment': FILES,
        'complaints.original': "see births.inherit_words",
        'complaints.opening': "consent is given for one session",
        'deadlines.clock': COUNTED,
        'audit.entry': HAPPENED,
        'ir.note': HAPPENED,
        })


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= Birth(given={}, below={'reception.reception': LINK})
