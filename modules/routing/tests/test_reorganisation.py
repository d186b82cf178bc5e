# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Agencies are merged, split, renamed, dissolved: nothing open is left behind."""
import datetime as dt
from unittest.mock import patch

from trytond.modules.agencies.exceptions import ReorganisationError
from trytond.modules.agencies.tests import create_agency, create_user, work_as
from trytond.modules.complaints.tests.tools import (
    clocks, create_office, open_case, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import RoutingTest, create_country_of_two, reorganise_due

D = dt.date
DAY = D(2026, 9, 14)


def reorganise(office, kind, day, olds, news):
    "Prepare, preview and confirm as the administrator does"
    Reorganisation = Pool().get('agencies.reorganisation')
    administrator = create_user(
        'admin9', office.government, 'administrator')
    with work_as(administrator):
        record, = Reorganisation.create([{
                    'kind': kind, 'day': day,
                    'legal_basis': "Nghị quyết 1/NQ-HĐND",
                    'olds': [('create', [{'agency': a.id} for a in olds])],
                    'news': [('create', news)]}])
        Reorganisation.preview([record])
        moves = {
            (p.agency.code, p.what): p.count
            for p in Reorganisation(record.id).previews}
        Reorganisation.confirm([record])
    return Reorganisation(record.id), moves


def everybody(told):
    "Return whom a mock of User.tell was asked to tell"
    return [user for call in told.call_args_list for user in call.args[0]]


class ReorganisationTestCase(RoutingTest):
    "Test reorganisations"

    @with_transaction()
    def test_merge(self):
        "Two communes become one: what is open moves, what is closed stays"
        pool = Pool()
        Case = pool.get('complaints.case')
        Letter = pool.get('complaints.letter')
        Transfer = pool.get('routing.transfer')
        Agency = pool.get('agencies.agency')
        User = pool.get('res.user')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
            closed = receive(office, D(2026, 8, 3), content="Xong")
            propose(office, closed, 'guide')
            closed = take(office.clerk, closed, 'guide')
            sent = receive(other, D(2026, 8, 3), content="Chuyển")
            propose(other, sent, 'transfer', proposed_to=office.agency.id)
            sent = take(other.clerk, sent, 'transfer')
        with clock.travel(D(2026, 9, 8)):
            record, moves = reorganise(
                office, 'merge', DAY, [office.agency, other.agency],
                [{'code': '22299', 'name': "UBND xã Sơn Hòa",
                        'type': 'commune'}])
            # not before its day
            self.assertEqual(record.state, 'confirmed')
            self.assertEqual(Case(case.id).agency, office.agency)
        self.assertEqual(moves['22250', 'Open cases'], 1)
        self.assertEqual(moves['22250', 'Transfers on their way'], 1)
        self.assertEqual(moves['22250', 'People with their roles'], 5)
        self.assertTrue(moves['22250', 'Running time limits'])
        with clock.travel(DAY):
            before = clocks(case)
            reorganise_due(DAY)
            record = record.__class__(record.id)
            self.assertEqual(record.state, 'done')
            new, = Agency.search([('code', '=', '22299')])
            case, closed = Case(case.id), Letter(closed.id)
            self.assertEqual(case.agency, new)
            self.assertEqual(case.origin_agency, office.agency)
            self.assertEqual(clocks(case), before)
            self.assertEqual(closed.agency, office.agency)
            self.assertEqual(Transfer.search([])[0].agency, new)
            old = Agency(office.agency.id)
            self.assertEqual(old.valid_to, D(2026, 9, 13))
            self.assertEqual(old.successor_on(DAY), new)
            self.assertEqual(old.successor_on(D(2026, 9, 1)), old)
            # people work on, and read what was closed
            self.assertTrue(User.has_role(
                    new, 'clerk', user=office.clerk.id))
            self.assertFalse(User.has_role(
                    old, 'clerk', user=office.clerk.id))
            with work_as(office.clerk):
                found = Letter.search([('id', '=', closed.id)])
                self.assertEqual(found, [closed])
                self.assertIn(
                    Transfer.search([])[0].twin.id,
                    [le.id for le in Letter.search([])])
                letter, = Letter.create([{
                            'kind': 'petition', 'content': "Mới",
                            'anonymous': True, 'agency': new.id}])
                Letter.register([letter])
            self.assertTrue(letter.number.startswith('22299-D-2026-000001'))

    @with_transaction()
    def test_split(self):
        "Who goes to the new commune takes his matters along"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        office, _ = create_country_of_two()
        goer = create_user('goer', office.agency, 'handler', 'leader')
        with clock.travel(D(2026, 8, 5)):
            stays = open_case(office, content="Ở lại")
            goes = open_case(office, content="Đi theo")
            with work_as(office.leader):
                goes.__class__.give_to([goes], goer)
            reorganise(
                office, 'split', D(2026, 8, 5), [office.agency], [
                    {'agency': office.agency.id, 'main': True},
                    {'code': '22298', 'name': "UBND xã Sơn Xuân",
                        'type': 'commune',
                        'users': [('add', [goer.id])]}])
            new, = Agency.search([('code', '=', '22298')])
            self.assertEqual(
                goes.__class__(goes.id).agency, new)
            self.assertEqual(goes.letters[0].__class__(
                    goes.letters[0].id).agency, new)
            self.assertEqual(
                stays.__class__(stays.id).agency, office.agency)
            self.assertIsNone(Agency(office.agency.id).valid_to)
            # the one that lives on keeps its own, what is to come as well
            with work_as(goer):
                Case = goes.__class__
                self.assertEqual(Case.search([]), [Case(goes.id)])

    @with_transaction()
    def test_one_that_can_not_be_done(self):
        "What can not be done any more does not hold up the others"
        pool = Pool()
        Reorganisation = pool.get('agencies.reorganisation')
        Old = pool.get('agencies.reorganisation.old')
        New = pool.get('agencies.reorganisation.new')
        office, other = create_country_of_two()
        third = create_agency('22252', parent=office.parent)
        with clock.travel(D(2026, 8, 5)):
            records = [
                Reorganisation(
                    kind='merge', day=D(2026, 9, n), legal_basis=f"NQ {n}",
                    olds=[Old(agency=old)], news=[New(agency=new)])
                for n, old, new in [
                    (1, office.agency, other.agency),
                    (2, office.agency, third), (3, other.agency, third)]]
            Reorganisation.save(records)
            Reorganisation.confirm(records)
        reorganise_due(D(2026, 9, 4))
        self.assertEqual(
            [r.state for r in Reorganisation.browse(records)],
            ['done', 'draft', 'done'])

    @with_transaction()
    def test_subordinate_takes_over(self):
        "A subordinate that takes over rises into the place"
        Agency = Pool().get('agencies.agency')
        office, _ = create_country_of_two()
        below = create_agency('22250.1', parent=office.agency)
        beside = create_agency('22250.2', parent=office.agency)
        with clock.travel(D(2026, 8, 5)):
            reorganise(
                office, 'merge', D(2026, 8, 5), [office.agency],
                [{'agency': below.id}])
        self.assertEqual(Agency(below.id).parent, office.parent)
        self.assertEqual(Agency(beside.id).parent, below)

    @with_transaction()
    def test_rename(self):
        "A new name and code: the same agency, and its name of that time"
        Agency = Pool().get('agencies.agency')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            reorganise(
                office, 'rename', D(2026, 8, 5), [office.agency],
                [{'code': '30001', 'name': "UBND phường Sơn Thành"}])
            agency = Agency(office.agency.id)
            self.assertEqual(
                (agency.name, agency.code),
                ("UBND phường Sơn Thành", '30001'))
            self.assertEqual(
                agency.name_on(D(2026, 8, 4)), "UBND xã Sơn Thành")
            self.assertEqual(Agency.by_code('22250'), agency)
            self.assertEqual(case.__class__(case.id).agency, agency)

    @with_transaction()
    def test_dissolve(self):
        "What is dissolved goes to the agency above, with its subordinates"
        Agency = Pool().get('agencies.agency')
        office, _ = create_country_of_two()
        below = create_agency('22250.1', parent=office.agency, kind='other')
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            reorganise(
                office, 'dissolve', D(2026, 8, 5), [office.agency], [])
            # done, and not done again
            reorganise_due(D(2026, 8, 6))
            self.assertEqual(
                case.__class__(case.id).agency, office.parent)
            self.assertEqual(Agency(below.id).parent, office.parent)

    @with_transaction()
    def test_refused(self):
        "What can not be is refused, and changes nothing"
        pool = Pool()
        Reorganisation = pool.get('agencies.reorganisation')
        Old = pool.get('agencies.reorganisation.old')
        New = pool.get('agencies.reorganisation.new')
        office, other = create_country_of_two()
        for kind, olds, news in [
                ('merge', [office.agency], []),
                ('split', [office.agency], [{'agency': other.agency.id}]),
                ('rename', [office.agency, other.agency], [{'name': "X"}]),
                ('merge', [office.agency], [{'name': "Không mã"}]),
                ('dissolve', [office.government], [])]:
            with self.subTest(kind=kind, news=news):
                record = Reorganisation(
                    kind=kind, day=DAY, legal_basis="X",
                    olds=[Old(agency=agency) for agency in olds],
                    news=[New(**values) for values in news])
                record.save()
                with self.assertRaises(ReorganisationError):
                    Reorganisation.confirm([record])
        self.assertIsNone(office.agency.valid_to)

    @with_transaction()
    def test_later_letters(self):
        "A letter sent to a merged agency, or about it, finds the successor"
        pool = Pool()
        Jurisdiction = pool.get('routing.jurisdiction')
        office, other = create_country_of_two()
        third = create_office('22252', office.parent)
        with clock.travel(D(2026, 8, 5)):
            letter = receive(third, D(2026, 8, 3), content="Gửi xã cũ")
            propose(
                third, letter, 'transfer', proposed_to=office.agency.id)
            reorganise(
                office, 'merge', D(2026, 8, 5), [office.agency],
                [{'agency': other.agency.id}])
            letter = take(third.clerk, letter, 'transfer')
            self.assertEqual(letter.transferred_to.agency, other.agency)
        with clock.travel(D(2026, 8, 10)):
            for role, expected in [
                    ('staff', other.agency), ('body', office.parent)]:
                about = receive(
                    third, D(2026, 8, 7), kind='denunciation',
                    content=f"Tố cáo {role}", respondent="Ông A",
                    respondent_agency=office.agency.id,
                    respondent_role=role)
                agency, reason = Jurisdiction.find(about)
                self.assertEqual(agency, expected)
                self.assertIn("Điều 12", reason)

    def printed(self, user, letter, day):
        "Return the document of a letter as it is printed on day"
        Report = Pool().get('complaints.letter.document', type='report')
        with clock.travel(day), work_as(user):
            _, page, _, _ = Report.execute([letter.id], {})
        return page

    @with_transaction()
    def test_printed_again(self):
        "What is printed again carries the names of its own day"
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            guided = receive(office, D(2026, 8, 3), content="Hướng dẫn")
            propose(office, guided, 'guide', proposed_to=other.agency.id)
            guided = take(office.clerk, guided, 'guide')
            accepted = open_case(
                office, respondent_agency=office.agency.id).letters[0]
        before = [
            self.printed(office.clerk, letter, D(2026, 8, 6))
            for letter in [guided, accepted]]
        for page in before:
            self.assertIn("ỦY BAN NHÂN DÂN XÃ SƠN THÀNH", page)
        with clock.travel(D(2026, 9, 8)):
            reorganise(
                office, 'merge', DAY, [office.agency, other.agency],
                [{'code': '22299', 'name': "UBND xã Sơn Hòa",
                        'type': 'commune'}])
        with clock.travel(DAY):
            reorganise_due(DAY)
        self.assertEqual(
            accepted.__class__(accepted.id).agency.code, '22299')
        self.assertEqual([
                self.printed(office.clerk, letter, D(2026, 9, 20))
                for letter in [guided, accepted]], before)
        with clock.travel(D(2026, 9, 21)):
            later = receive(
                office, D(2026, 9, 21), content="Mới",
                agency=accepted.__class__(accepted.id).agency.id)
            propose(office, later, 'accept')
        self.assertIn(
            "ỦY BAN NHÂN DÂN XÃ SƠN HÒA",
            self.printed(office.clerk, later, D(2026, 9, 21)))

    @with_transaction()
    def test_printed_after_another_name(self):
        "The name and the superior are those of the day of the paper"
        pool = Pool()
        Period = pool.get('agencies.agency.period')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            guided = receive(office, D(2026, 8, 3), content="Hướng dẫn")
            propose(office, guided, 'guide', proposed_to=other.agency.id)
            guided = take(office.clerk, guided, 'guide')
        Period.create([{
                    'agency': office.agency.id, 'name': "UBND xã Cũ",
                    'parent': other.agency.id,
                    'valid_from': D(2020, 1, 1), 'valid_to': DAY}])
        page = self.printed(office.clerk, guided, D(2026, 9, 20))
        self.assertIn("ỦY BAN NHÂN DÂN XÃ CŨ", page)
        self.assertIn(other.agency.name.replace(
                'UBND', 'Ủy ban nhân dân').upper(), page)

    def sent_to_another(self, office, other):
        "Return a letter that went to the other agency, and its twin there"
        letter = receive(office, D(2026, 8, 3), content="Chuyển")
        propose(office, letter, 'transfer', proposed_to=other.agency.id)
        letter = take(office.clerk, letter, 'transfer')
        twin = take(other.clerk, letter.transferred_to, 'register')
        return letter, twin

    def end(self, office):
        "Let an agency end: another one takes its matters over"
        with clock.travel(D(2026, 9, 8)):
            reorganise(
                office, 'merge', DAY, [office.agency],
                [{'code': '22299', 'name': "UBND xã Sơn Hòa",
                        'type': 'commune'}])
        with clock.travel(DAY):
            reorganise_due(DAY)
        return Pool().get('agencies.agency').by_code('22299')

    @with_transaction()
    def test_sent_back(self):
        "What is sent back to an agency that has ended reaches who took over"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        User = pool.get('res.user')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter, twin = self.sent_to_another(office, other)
        new = self.end(office)
        with clock.travel(D(2026, 9, 15)):
            self.assertEqual(Letter(letter.id).agency, office.agency)
            with patch.object(User, 'tell', autospec=True) as told:
                take(
                    other.clerk, twin, 'send_back',
                    return_reason="Không thuộc thẩm quyền")
            letter = Letter(letter.id)
            self.assertEqual(letter.state, 'classified')
            self.assertEqual(letter.agency, new)
            self.assertEqual(letter.origin_agency, office.agency)
            self.assertTrue(letter.due_on)
            # who works there now sees it, is told of it, and goes on
            with work_as(office.clerk):
                self.assertIn(letter, Letter.search([]))
            self.assertIn(office.clerk, everybody(told))
            letter = take(
                office.clerk, letter, 'propose', proposal='guide',
                proposed_to=other.agency.id)
            self.assertEqual(letter.state, 'proposed')

    @with_transaction()
    def test_answered(self):
        "The result is told to who took the matters of the sender over"
        User = Pool().get('res.user')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter, twin = self.sent_to_another(office, other)
        self.end(office)
        with clock.travel(D(2026, 9, 15)):
            take(other.clerk, twin, 'classify')
            take(other.clerk, twin, 'propose', proposal='guide')
            take(other.leader, twin, 'approve')
            with patch.object(User, 'tell', autospec=True) as told:
                take(other.clerk, twin, 'guide')
            self.assertIn(office.clerk, everybody(told))
