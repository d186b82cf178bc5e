# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tests of all modules need of agencies and people."""
import datetime as dt
from contextlib import contextmanager

from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool
from trytond.transaction import Transaction

LONG_AGO = dt.date(2011, 1, 1)


def create_country(provinces=('66',)):
    "Load the country with the communes of a few provinces"
    from trytond.modules.agencies.loader import load
    load(provinces=set(provinces), succession=False)


def create_agency(code, name=None, kind='commune', parent=None, **values):
    Agency = Pool().get('agencies.agency')
    agency = Agency(
        code=code, name=name or f'UBND {code}', kind=kind, parent=parent,
        valid_from=LONG_AGO, **values)
    agency.save()
    return agency


def create_user(login, agency=None, *roles, name=None):
    pool = Pool()
    User = pool.get('res.user')
    Membership = pool.get('agencies.membership')
    user = User(name=name or login.title(), login=login)
    user.save()
    for role in roles:
        Membership(
            user=user, agency=agency, role=role, valid_from=LONG_AGO).save()
    return user


@contextmanager
def work_as(user, check_access=True):
    "Do what follows as the user would through a client"
    User = Pool().get('res.user')
    with Transaction().set_user(user.id):
        context = User.get_preferences(context_only=True)
        with Transaction().set_context(
                context, _check_access=check_access):
            yield


def check_covered(test):
    "Let a test fail for hooks that what is written in sets would miss"
    for name, Model in Pool().iterobject():
        if issubclass(Model, InSetsMixin):
            with test.subTest(model=name):
                test.assertEqual(
                    Model.hooks() - Model._covered.keys(), set(),
                    "a hook that insert() and update() do not call")
                test.assertEqual(
                    Model._covered.keys() - Model.hooks(), set(),
                    "a hook that is not there any more")
def confirm_proposals(database):
    "Confirm what waits for a second person, as `donthu people` does"
    with Transaction().start(database, 0) as transaction:
        Proposal = Pool().get('agencies.proposal')
        Proposal.confirm(Proposal.search([('state', '=', 'proposed')]))
        transaction.commit()
