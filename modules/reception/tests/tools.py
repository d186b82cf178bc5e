# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A citizen who comes to the counter."""
import datetime as dt

from trytond.modules.agencies.tests import work_as
from trytond.pool import Pool


def receive(office, **values):
    "Let the clerk write down who came, and return the reception"
    Reception = Pool().get('reception.reception')
    with work_as(office.clerk):
        reception, = Reception.create([{
                    'agency': office.agency.id,
                    'day': dt.date(2026, 8, 3),
                    'host': "Lê Thị Tiếp",
                    'kind': 'complaint',
                    'content': "=HYPERLINK(\"x\") Thu hồi\x0b đất",
                    'result': 'letter',
                    'persons': [('create', [{
                                    'name': "Nguyễn Văn An",
                                    'identity_number': '066150123456',
                                    }])],
                    **values}])
    return Reception(reception.id)
