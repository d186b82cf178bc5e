# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An office with its people, and letters for them to work on."""
import datetime as dt
from types import SimpleNamespace

from trytond.modules.agencies.tests.tools import (
    create_agency, create_user, work_as)
from trytond.pool import Pool

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


def propose(office, letter, proposal, **values):
    "Take a received letter to the approval of a proposal"
    take(office.clerk, letter, 'register', 'classify')
    take(office.clerk, letter, 'propose', proposal=proposal, **values)
    return take(office.leader, letter, 'approve')


def open_case(office, received_on=dt.date(2026, 8, 3), **values):
    "Return the case of a letter that was received and accepted"
    letter = receive(office, received_on, **values)
    propose(office, letter, 'accept')
    return take(office.leader, letter, 'accept').case


def clocks(record):
    "Return the clocks of a record as {rule: (state, due_on)}"
    return {
        c.rule.code: (c.state, c.due_on)
        for c in Pool().get(record.__name__)(record.id).clocks}
