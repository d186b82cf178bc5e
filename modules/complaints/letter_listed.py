# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters in lists: what is shown of each, and what keeps the lists fast."""
from sql import Null
from trytond.i18n import gettext
from trytond.model import Index
from trytond.modules.foundation.listed import read_late, stored
from trytond.pool import Pool

from .casework import CaseworkMixin


class LetterListedMixin:
    __slots__ = ()
    _getter_columns = {
        **CaseworkMixin._getter_columns, 'get_sender': ('people_count',)}

    _searched = (
        'number', 'contested_number', 'outcome_number', 'earlier_number',
        'subject', 'respondent', 'content')
    _newest = 'received_on'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        read_late(cls, 'content', 'note', 'proposal_note')
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.state, Index.Equality(cardinality='low')),
                    (table.due_on, Index.Range())),
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.received_on, Index.Range(order='DESC'))),
                # the same for a branch, see ClockedMixin
                Index(
                    table, (table.due_on, Index.Range()),
                    (table.id, Index.Range()),
                    include=[table.agency, table.state],
                    where=table.state.in_(cls._open())),
                Index(
                    table, (table.received_on, Index.Range(order='DESC')),
                    (table.id, Index.Range(order='DESC')),
                    include=[table.agency]),
                Index(
                    table, (table.handler, Index.Equality()),
                    (table.due_on, Index.Range()),
                    where=table.handler != Null),
                Index(
                    table, (table.repeat_key, Index.Equality()),
                    where=table.repeat_key != Null),
                })

    @classmethod
    def _open(cls):
        closed = cls._closed()
        return [
            state for state, _ in cls.state.selection if state not in closed]

    @classmethod
    def get_rec_name(cls, letters, name):
        return {
            id_: number or gettext('complaints.msg_letter_new')
            for id_, (number,) in stored(
                cls, [le.id for le in letters], 'number').items()}

    @classmethod
    def get_sender(cls, letters, name):
        Person = Pool().get('complaints.person')
        ids = [le.id for le in letters]
        names = Person.listed_names(ids, 1, 'sender')
        result = {}
        for id_, (count,) in stored(cls, ids, 'people_count').items():
            text, = names.get(id_) or [None]
            if not text:
                text = gettext('complaints.msg_sender_unknown')
            if count and count > 1:
                text = gettext(
                    'complaints.msg_sender_others', sender=text,
                    others=count - 1)
            result[id_] = text
        return result

    @classmethod
    def search_sender(cls, name, clause):
        return [('persons.name', *clause[1:])]
