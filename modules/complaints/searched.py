# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""One search box over numbers, names, identity papers and words.

What is typed there comes as `rec_name ilike`.  It is looked for within the
rest of the domain and the rules of records, so that nothing is counted or cut
off that the user may not read; who is protected has no name to be found by.
What fits best comes first, then what is newest.
"""
import datetime as dt
from dataclasses import replace

from sql import Column, Join, Table
from sql.aggregate import Max, Min
from sql.conditionals import Case
from sql.functions import Function
from sql.operators import Like
from trytond import backend
from trytond.model import ModelSQL, fields
from trytond.modules.foundation.text import clean
from trytond.pool import Pool
from trytond.tools import (
    cached_property, is_full_text, strip_wildcard, unescape_wildcard)
from trytond.transaction import Transaction

from . import search_index
from .mistyped import did_you_mean
from .number_field import kinds
from .search_words import (
    Query, identity_numbers, serial_of, stages, words_of)

# Nobody reads more of what fits; of the newest no more are compared
MOST = 1000
# So many with the words an index brings at once
_FEW = 10_000
# Where there are more, so many of the newest are asked for the words first
SAMPLE = 1000
# Fewer of these than that say nothing of how far back MOST of them reach
_COMMON = 10
_EARLIEST = dt.date(1900, 1, 1)
# With so many that fit well, what fits less well is not looked for
_ENOUGH = 10


class Within:
    """What is looked through: a domain and the rules of records, once worked
    out for all that is asked of it

    query -- the Select of the newest ids of a model"""

    def __init__(self, Model, query):
        self.query, self.where = query, query.where
        self.main = query.from_[0]
        while isinstance(self.main, Join):
            self.main = self.main.left
        # the domain may have become a union
        self.table = (
            self.main if isinstance(self.main, Table)
            else Model.__table__())
        self._day = Model._newest

    @cached_property
    def newest(self):
        "The ids of the newest, as many as are asked first"
        self.query.where = self.where
        self.query.limit, most = SAMPLE, self.query.limit
        try:
            return self._ids()
        finally:
            self.query.limit = most

    def since(self, share):
        """Return the condition that it is not older than what is needed

        share -- how many of the newest fit: then so many days hold MOST of
        them, twice over"""
        day = Column(self.table, self._day)
        cursor = Transaction().connection.cursor()
        cursor.execute(*self.table.select(
                Max(day), Min(day), where=fields.SQL_OPERATORS['in'](
                    self.table.id, [self.newest[0], self.newest[-1]])))
        last, first = (
            dt.date.fromisoformat(d) if isinstance(d, str) else d
            for d in cursor.fetchone())
        days = ((last - first).days + 1) * 2 * MOST // share
        return day >= max(last - dt.timedelta(min(days, 36_500)), _EARLIEST)

    @property
    def id(self):
        "The column that conditions are about"
        return self.table.id

    def select(self, condition):
        "Return the ids that fit a condition, [] for None"
        if condition is None:
            return []
        if self.table is not self.main:
            condition = self.main.id.in_(
                self.table.select(self.table.id, where=condition))
        self.query.where = (
            condition if self.where is None else self.where & condition)
        return self._ids()

    def among(self, ids, condition):
        "Return which of some ids fit a condition, the newest first"
        return self.select(
            fields.SQL_OPERATORS['in'](self.id, ids) & condition
            ) if ids else []

    def _ids(self):
        cursor = Transaction().connection.cursor()
        cursor.execute(*self.query)
        return [id_ for id_, *_ in cursor]


class ArrayPosition(Function):
    __slots__ = ()
    _function = 'array_position'


class SearchedMixin(ModelSQL):
    __slots__ = ()
    # the columns whose words are kept
    _searched = ()
    # what is newest
    _newest = None

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        search_index.install(cls, cls._searched)

    @classmethod
    def search_rec_name(cls, name, clause):
        _, operator, operand, *rest = clause
        negative = operator.startswith(('!', 'not '))
        if operator in {'ilike', 'not ilike'} and _is_text(operand):
            ids = cls._find(_text(operand), [])
            return [('id', 'not in' if negative else 'in', ids)]
        return ['AND' if negative else 'OR',
            ('number', operator, operand, *rest),
            ('subject', operator, operand, *rest),
            ]

    @classmethod
    def search(
            cls, domain, offset=0, limit=None, order=None, count=False,
            query=False):
        texts, others = _split(domain)
        if not texts:
            return super().search(
                domain, offset=offset, limit=limit, order=order, count=count,
                query=query)
        ids = cls._find(' '.join(texts), others)
        if order or (count and query):
            return super().search(
                [('id', 'in', ids)], offset=offset, limit=limit, order=order,
                count=count, query=query)
        ids = ids[offset:None if limit is None else offset + limit]
        if count:
            return len(ids)
        if not query:
            return cls.browse(ids)
        table = cls.__table__()
        return table.select(
            table.id.as_('id'), where=table.id.in_(ids or [-1]),
            order_by=[_place(table.id, ids)] if ids else None)

    @classmethod
    def _find(cls, text, domain):
        "Return the ids of what fits a text and a domain, the best first"
        words = words_of(text)
        if not words:
            # nothing that could be looked for: nothing is found
            return []
        within = Within(cls, super().search(
                domain, limit=MOST,
                order=[(cls._newest, 'DESC'), ('id', 'DESC')], query=True))
        result = within.select(cls._with_number(within.id, text))
        if result:
            return result
        numbers = identity_numbers(words)
        if numbers:
            result = within.select(
                cls._with_identity_number(within.id, numbers))
            if result:
                return result
        # who says only the serial means the number, and perhaps the word
        result = dict.fromkeys(
            within.select(cls._with_serial(within.id, words)))
        anywhere = []
        for query in stages(words):
            if result and (query.repaired or query.prefix):
                # it was no error, and typed to its end
                break
            found = within.select(cls._with_name(within.id, query))
            if query.phrase:
                # To compare where words stand the whole text is read: only
                # of the newest that have them at all
                anywhere = cls._having(within, replace(query, phrase=False))
                found += within.among(
                    anywhere, cls._with_words(within.id, query))
            elif query.repaired or query.prefix:
                found += cls._having(within, query)
            else:
                found += anywhere
            result.update(dict.fromkeys(found))
            if len(result) >= _ENOUGH:
                break
        return list(result)[:MOST]

    @classmethod
    def _having(cls, within, query):
        """Return the ids of the newest that have words, at most MOST

        Of words that are in a tenth of a million letters an index brings a
        hundred thousand, only to leave out all but the newest.  So where
        each of them is common the newest letters are asked first how common
        they are together, and then an index for so long back as it may take
        to find MOST of them."""
        condition = cls._with_words(within.id, query)
        if search_index.at_most(cls, query) <= _FEW:
            return within.select(condition)
        found = within.among(within.newest, condition)
        if len(within.newest) < SAMPLE or len(found) >= MOST:
            # there are no others, or enough
            return found[:MOST]
        if len(found) >= _COMMON:
            recent = within.select(within.since(len(found)) & condition)
            if len(recent) >= MOST:
                return recent
        return within.select(condition)

    @classmethod
    def _with_number(cls, id_, text):
        numbers = did_you_mean(clean(text), kinds())
        if not numbers:
            return None
        return Column(id_.table, 'number').in_(list(numbers))

    @classmethod
    def _with_serial(cls, id_, words):
        "Return the condition that a number has the serial that was typed"
        found = serial_of(words)
        if not found:
            return None
        serial, year = found
        # by its words an index finds it; at its place it has to stand
        query = Query(tuple((word,) for word in found if word))
        return search_index.found(cls, id_, query) & Like(
            Column(id_.table, 'number'), f'%-{year or "____"}-{serial}-%')

    @classmethod
    def _with_words(cls, id_, query):
        return search_index.found(cls, id_, query)

    @classmethod
    def _with_name(cls, id_, query):
        Identity = Pool().get('complaints.identity')
        identity = Identity.__table__()
        return cls._with_identity(
            id_, identity, search_index.found_name(identity, query))

    @classmethod
    def _with_identity_number(cls, id_, numbers):
        Identity = Pool().get('complaints.identity')
        identity = Identity.__table__()
        return cls._with_identity(
            id_, identity, identity.number_key.in_(
                Identity.number_keys(numbers)))

    @classmethod
    def _with_identity(cls, id_, identity, where):
        "Return the condition that one of the persons has such an identity"
        person = Pool().get('complaints.person').__table__()
        return id_.in_(person.join(
                identity, condition=identity.id == person.identity
                ).select(person.letter, where=where))


def _is_text(operand):
    return isinstance(operand, str) and is_full_text(operand)


def _text(operand):
    return unescape_wildcard(strip_wildcard(operand))


def _split(domain):
    """Return what was typed into the search box, and the rest of a domain

    A client sends each word as a clause of its own."""
    texts, others = [], []
    if not isinstance(domain, (list, tuple)) or domain[:1] == ['OR']:
        return texts, domain
    for part in domain:
        if (isinstance(part, (list, tuple)) and len(part) == 3
                and tuple(part[:2]) == ('rec_name', 'ilike')
                and _is_text(part[2])):
            texts.append(_text(part[2]))
        elif (isinstance(part, (list, tuple)) and part
                and not isinstance(part[0], str)):
            inner, rest = _split(list(part))
            texts += inner
            others.append(rest)
        else:
            others.append(part)
    return texts, others


def _place(id_, ids):
    "Return the place of an id among others, as SQL"
    if backend.name == 'postgresql':
        return ArrayPosition(ids, id_)
    return Case(*((id_ == i, place) for place, i in enumerate(ids)), else_=-1)
