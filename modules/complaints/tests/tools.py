# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An office with its people, and letters for them to work on."""
import datetime as dt
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from trytond.modules.agencies.tests.tools import (
    create_agency, create_user, work_as)
from trytond.pool import Pool
from trytond.transaction import Transaction

class CanNotWrite(Exception):
    "The transaction in which something is put on record can not begin"


@contextmanager
def only_reading():
    "Within, the transaction only reads, and no other one can begin"
    transaction = Transaction()
    transaction.readonly = True
    try:
        with patch.object(
                Transaction, 'new_transaction',
                side_effect=CanNotWrite) as apart:
            yield apart
    finally:
        transaction.readonly = False


CONTENT = "Không đồng ý với Quyết định thu hồi đất số 12/QĐ-UBND"


def create_office(code='22250', parent=None):
    "Return an agency of a commune with one person for each role"
    parent = parent or create_agency(
        f'P{code}', "UBND tỉnh Đắk Lắk", 'province')
    agency = create_agency(code, "UBND xã Sơn Thành", 'commune', parent)
    office = SimpleNamespace(agency=agency, parent=parent)
    for role in ['clerk', 'handler', 'leader', 'auditor', 'data_officer']:
        setattr(office, role, create_user(f'{role}{code}', agency, role))
    office.supervisor = create_user(f'boss{code}', parent, 'supervisor')
    return office


def create_superior(office):
    "Return the agency above an office, with its own people"
    superior = SimpleNamespace(agency=office.parent)
    for role in ['clerk', 'handler', 'leader']:
        setattr(superior, role, create_user(
                f'{role}{office.parent.id}', office.parent, role))
    return superior


def receive(office, received_on, kind='complaint', name="Nguyễn Văn An",
        **values):
    "Receive a letter as the clerk would, and return it"
    Letter = Pool().get('complaints.letter')
    with work_as(office.clerk):
        letter, = Letter.create([{
                    'agency': office.agency.id,
                    'received_on': received_on,
                    'kind': kind,
                    'channel': 'post',
                    'content': CONTENT,
                    'persons': [('create', [{
                                    'name': name,
                                    'identity_number': '066150123456',
                                    'address': "Thôn 3, xã Sơn Thành",
                                    }])],
                    **values}])
    return Letter(letter.id)


def take(user, record, *steps, **values):
    "Let the user write values and take steps through the client's door"
    Model = Pool().get(record.__name__)
    with work_as(user):
        if values:
            Model.write([Model(record.id)], values)
        for step in steps:
            getattr(Model, step)([Model(record.id)])
    return Model(record.id)


def open_identity(user, record, purpose='handling', reason="Cần liên hệ"):
    "Let the user ask for an identity as the wizard does; return the opening"
    pool = Pool()
    Opening = pool.get('complaints.opening')
    ModelData = pool.get('ir.model.data')
    rule = pool.get('complaints.opening.rule')(
        ModelData.get_id('complaints', f'opening_rule_{purpose}'))
    with work_as(user):
        return Opening.ask(
            pool.get(record.__name__)(record.id), rule, reason)


def propose(office, letter, proposal, **values):
    "Take a received letter to the approval of a proposal"
    take(office.clerk, letter, 'register', 'classify')
    if letter.kind == 'denunciation':
        act(office.clerk, letter, 'check_identity', text="Đúng người viết")
    take(office.clerk, letter, 'propose', proposal=proposal, **values)
    return take(office.leader, letter, 'approve')


def open_case(office, received_on=dt.date(2026, 8, 3), **values):
    "Return the case of a letter that was received and accepted"
    letter = receive(office, received_on, **values)
    propose(office, letter, 'accept')
    return take(office.leader, letter, 'accept').case


def act(user, record, name, day=None, **values):
    "Let the user record an act as the wizard does"
    Model = Pool().get(record.__name__)
    with work_as(user):
        Model.take_act([Model(record.id)], name, day, **values)
    return Model(record.id)


def appoint(office, case, *names):
    "Give a case a team of people without a conflict of interest"
    return take(office.handler, case, team=[('create', [{
                        'name': name, 'head': not i, 'impartial': True,
                        } for i, name in enumerate(names)])])


def begin(office, case):
    "Do what has to be done up to the beginning of the verification"
    if case.kind == 'denunciation':
        appoint(office, case, "Phạm Thị Dung", "Lê Văn Em")
        act(office.clerk, case, 'notify_denouncer', number='5/TB')
        act(office.clerk, case, 'notify_accused', number='6/TB')
    return take(office.leader, case, 'verify')


def hold_dialogue(office, case, day):
    "Announce and hold the dialogue on day"
    act(
        office.handler, case, 'invite', day - dt.timedelta(days=10),
        number='7/TB', people="Các bên", meeting_on=day)
    return act(
        office.handler, case, 'dialogue', day, people="Đủ các bên",
        text="Hai bên giữ nguyên ý kiến")


def clocks(record):
    "Return the clocks of a record as {rule: (state, due_on)}"
    return {
        c.rule.code: (c.state, c.due_on)
        for c in Pool().get(record.__name__)(record.id).clocks}
