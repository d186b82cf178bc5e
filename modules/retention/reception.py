# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who came in person is erased with the letter, and told what is held."""
from trytond.pool import Pool, PoolMeta

from .personal_data import of_person


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def told_with(cls, letters):
        Reception = Pool().get('reception.reception')
        return [
            *super().told_with(letters), *Reception.search([
                    ('letter', 'in', [le.id for le in letters])])]


class PersonalDataArchive(metaclass=PoolMeta):
    __name__ = 'retention.personal_data.archive'

    @classmethod
    def held_beside(cls, domain):
        return [
            *super().held_beside(domain), *map(
                _of_visitor, Pool().get('reception.visitor').search(domain))]


def _of_visitor(visitor):
    reception = visitor.reception
    return {
        'record': reception, **of_person(visitor),
        'number': reception.number,
        'received_on': reception.day.isoformat(),
        'kind_string': reception.kind_string,
        'content': reception.content}
