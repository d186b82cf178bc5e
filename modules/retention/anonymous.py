# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter without the person: what is destroyed, what stays."""
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.complaints.birth import (
    DECIDED, HAPPENED, Birth, because)
from trytond.modules.complaints.identity import ERASED
from trytond.modules.complaints.secret_texts import texts_of
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval

from .exceptions import RetentionError
from .retention import ENDED

_OVER = {'closed', 'terminated', 'taken', 'contested'}


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    anonymised_on = fields.Date("Personal Data Destroyed on", readonly=True,
        states={
            'invisible': ~Eval('anonymised_on'),
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= Birth(
            given={}, kept=because(HAPPENED, 'anonymised_on'),
            below={'retention.erasure.letter': DECIDED})

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {'anonymised_on'}

    def check_erasable(self, agency):
        "Raise RetentionError while somebody still works on the letter"
        ended = {state for states in ENDED.values() for state in states}
        if (self.agency != agency or self.state not in ended
                or (self.case and self.case.state not in _OVER)
                or any(not c.ended_on for c in self.clocks)):
            raise RetentionError(gettext(
                    'retention.msg_erasure_open', letter=self.rec_name))

    @classmethod
    def anonymise(cls, letters, erasure):
        """Destroy the personal data of letters

        In what stays as text the persons are cut out first; then the keys of
        what is sealed go, and the marks by which it was recognised."""
        pool = Pool()
        Act = pool.get('complaints.act')
        today = pool.get('ir.date').today()
        cases = _cases_of(letters)
        others = cls.told_with(letters)
        acts = Act.search([('letter', 'in', [le.id for le in letters])])
        acts += [act for case in cases for act in case.acts]
        erase = erasure.mode == 'erase'
        _write(letters, lambda le: {
                **_without_persons(le, le.persons, erase),
                **({'respondent': None} if erase else {}),
                'repeat_key': None, 'anonymised_on': today})
        _write(cases, lambda case: _without_persons(
                case, [p for le in case.letters for p in le.persons]))
        for other in others:
            # each may be of another model
            _write([other], lambda o: _without_persons(o, o.persons, erase))
        if erase:
            Respondent = pool.get('complaints.respondent')
            Respondent.write(
                [r for le in letters for r in le.respondents],
                {'name': None})
        Act.forget_words(acts)
        pool.get('complaints.letter').forget_traces(letters)
        resources = [str(r) for r in [*letters, *cases, *acts, *others]]
        pool.get('complaints.original').erase(resources)
        pool.get('ir.attachment').erase(resources)
        Note = pool.get('ir.note')
        Note.delete(Note.search([('resource', 'in', resources)]))
        pool.get('complaints.identity').part_with([
                p for r in [*letters, *others] for p in r.persons])
        pool.get('audit.entry').append([{
                    'action': 'erase',
                    'resource': letter,
                    'summary': ': '.join(
                        filter(None, [erasure.document, erasure.reason])),
                    } for letter in letters])

    @classmethod
    def told_with(cls, letters):
        "Return what else holds the words and the persons of the letters"
        return []


def _cases_of(letters):
    "Return the cases of which no letter keeps its persons"
    return list({
            letter.case for letter in letters
            if letter.case and all(
                other in letters or other.anonymised_on
                for other in letter.case.letters)})


def _write(records, values):
    if records:
        to_write = []
        for record in records:
            to_write += [[record], values(record)]
        records[0].__class__.write(*to_write)


def _without_persons(record, persons, erase=False):
    "Return the texts of a record without the persons, or without a word"
    Identity = Pool().get('complaints.identity')
    return {
        name: ERASED if erase and name in {'content', 'subject'}
        else Identity.redact(persons, getattr(record, name))
        for name in texts_of(record.__class__) if getattr(record, name)}
