# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom is a matter about?  He does not get it, whatever his role.

`heads_denounced` and `concerns` are functions of plain values; who has a
record in hand asks `is_denounced` and `is_about`.
"""
from typing import NamedTuple

from trytond.modules.complaints.respondent import is_meant, name_key
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool


class Accused(NamedTuple):
    """Whom a letter is about

    named -- the name_key of what was written of the respondent
    agency -- the id of the agency at that time
    role -- the post there
    denounced -- it is a denunciation"""
    named: str | None
    agency: int | None
    role: str | None
    denounced: bool


# Plain values

def heads_denounced(agency, accused):
    "Tell if the head of an agency is denounced, or the agency itself"
    return any(
        a.denounced and a.agency == agency and a.role in {'head', 'body'}
        for a in accused)


def concerns(accused, keys, leads, role=None):
    """Tell if a user must not get a matter

    accused -- whom the matter is about
    keys -- the name_keys that the user has or ever had
    leads -- a function that tells of an agency if the user leads it, or ever
        did
    role -- in which he would get it

    Whom a denunciation is about never.  Of a complaint, whose act it is about
    by name; but by law the head answers for what his agency settles late."""
    for a in accused:
        if a.denounced:
            if is_meant(keys, leads, a.named, a.agency, a.role):
                return True
        elif role != 'leader' and any(
                key in (a.named or '') for key in keys):
            return True
    return False


# Records

def letters_of(record):
    "Return the letters that a letter, case, transfer or the like is about"
    name = record.__name__
    if name == 'complaints.letter':
        return [record]
    if name == 'complaints.case':
        return list(record.letters)
    matter = getattr(record, 'matter', None)
    if matter:
        return letters_of(matter)
    letter = getattr(record, 'letter', None)
    return [letter] if letter else []


def _accused_of(record):
    "Return whom a matter is about, and whom the wholes of its parts denounce"
    return [
        Accused(
            name_key(person.name), person.agency and person.agency.id,
            person.role, denounced)
        for letter in letters_of(record)
        for denounced, people in [
            (True, letter.denounced()), (False, letter.accused())]
        for person in people
        if denounced or letter.kind != 'denunciation']


def is_denounced(agency, record):
    "Tell if the matter denounces the head of the agency, or itself"
    return heads_denounced(agency.id, _accused_of(record))


def is_about(user, record, role=None):
    "Tell if the user must not get the matter in a role: see `concerns`"
    User = Pool().get('res.user')
    with as_server("who is it about is asked to keep it from him"):
        return concerns(
            _accused_of(record), User.known_names(user.id),
            lambda agency: int(agency) in User.get_led(user.id),
            role)
