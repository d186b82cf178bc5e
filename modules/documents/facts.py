# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter or a case says of the fields of the forms.

As who asks may see it: of whom he may not know, it says nothing.
"""
from trytond.modules.complaints.forms import agency_values
from trytond.modules.complaints.identity import MASK
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool

from .paper import short_day

_COMMITTEE = 'Ủy ban nhân dân '
_INSTANCES = {'1': "lần đầu", '2': "lần hai"}
_KINDS = {
    'complaint': "khiếu nại", 'disciplinary': "khiếu nại",
    'denunciation': "tố cáo", 'petition': "kiến nghị",
    'reflection': "phản ánh"}
_UNITS = {'day': "ngày", 'working_day': "ngày làm việc"}
# By when one may complain again: the rules of deadlines
_AGAIN = {'complaint': 'KN-08', 'disciplinary': 'KL-T2'}


def of_record(record, day):
    """Return {field: text} of what is known, as the user may see it

    record -- a letter or a case
    day -- of the paper: names are those of that day"""
    letters = (
        [record] if record.__name__ == 'complaints.letter'
        else sorted(record.letters, key=lambda le: (le.received_on, le.id)))
    values = {
        **of_agency(record.agency_on(day), day),
        **_sender(letters), **_of_letters(letters),
        'kind': _KINDS[record.kind],
        'instance': _INSTANCES.get(record.instance or '1'),
        'matter': record.subject,
        'due_on': _day(record.due_on),
        'appeal_days': _appeal_days(record, day),
        }
    if record.__name__ == 'complaints.letter':
        values.update(_of_letter(record, day))
    else:
        values.update(_of_case(record))
    return {name: value for name, value in values.items() if value}


def of_agency(agency, day):
    "Return {field: text} of what the papers of an agency say of it"
    values = agency_values(agency, day)
    name = values['agency']
    values['head'] = values['authority'] = (
        f'Chủ tịch {name}' if name.startswith(_COMMITTEE)
        else f'Thủ trưởng {name}')
    if name.startswith(_COMMITTEE):
        values['sign_of'] = 'UBND'
    values['unit'] = "bộ phận tiếp công dân, xử lý đơn"
    return values


def leaders(agency, day):
    "Return who may sign the papers of an agency on a day"
    return agency.users_present('leader', day)


def of_signer(user, agency, day):
    """Return {field: text} of who signs

    Who is the deputy of somebody signs in his place (ký thay)."""
    Membership = Pool().get('agencies.membership')
    with as_server("who signs, and as what, stands on each paper"):
        held = Membership.search([
                ('user', '=', user.id), ('agency', '=', agency.id),
                ('role', '=', 'leader'), Membership.valid_domain(day)],
            limit=1)
        post = held[0].post if held else None
    values = {'signer': user.name}
    if post:
        values['signer_post'] = post.upper()
        head = post.lower().removeprefix('phó ')
        if head != post.lower():
            values['signs_for'] = f'KT. {head.upper()}'
    return values


def _day(day):
    return short_day(day) if day else None


def _sender(letters):
    "Return who sent letters; nothing of whom the user may not know"
    persons = [
        p for letter in letters for p in letter.persons
        if p.role == 'sender' and not p.withdrawn_on]

    def joined(name):
        known = dict.fromkeys(
            filter(None, (getattr(p, name) for p in persons)))
        return None if MASK in known else ', '.join(known)
    return {
        'sender': joined('name'), 'sender_identity': joined('identity_number'),
        'sender_address': joined('address')}


def _of_letters(letters):
    if not letters:
        return {}
    first = letters[0]
    contested = None
    if first.contested_number:
        contested = f'Quyết định số {first.contested_number}' + (
            f' ngày {_day(first.contested_on)}' if first.contested_on else '')
    accused = ', '.join(dict.fromkeys(
            one.name for letter in letters for one in letter.accused()
            if one.name))
    return {
        'received_on': _day(first.received_on), 'contested': contested,
        'accused': accused, 'complained_of': accused}


def _of_letter(letter, day):
    to = letter.proposed_to
    return {
        'accepted_on': _day(letter.accepted_on),
        'reasons': '; '.join(filter(None, [
                    *(f'{g.name} ({g.citation})' for g in letter.grounds),
                    letter.proposal_note])),
        'missing_conditions': '; '.join(
            f'{c.name} ({c.citation})' for c in letter.unmet),
        'destination': to and agency_values(to, day)['agency'],
        }


def _of_case(case):
    return {
        'accepted_on': _day(case.accepted_on), 'limit': _limit(case),
        'findings': case.findings, 'decision': case.decision,
        'members': '\n'.join(
            "Ông (bà) " + ', '.join(filter(None, [
                        member.name, member.post,
                        "Trưởng Đoàn" if member.head else "Thành viên"]))
            for member in sorted(case.team, key=lambda m: not m.head)),
        }


def _appeal_days(record, day):
    "Return within how many days one may complain again, by the law of a day"
    code = _AGAIN.get(record.kind)
    if not code:
        return None
    with as_server("the law is the same for everybody"):
        version = Pool().get('deadlines.rule').get(code).version_on(
            day, record.clock_variants())
    return str(version.length) if version else None


def _limit(case):
    "Return how long the settlement of a case may take, in words"
    for clock in case.clocks:
        if clock.due_on and clock.due_on == case.due_on and (
                clock.started_on == case.accepted_on):
            return (f'{clock.version.length} {_UNITS[clock.version.unit]}, '
                "kể từ ngày thụ lý")
    return None
