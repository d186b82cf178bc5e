# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A year in which everything goes wrong.

Letters come in and are mostly left lying; people leave, are away, or are
denounced; communes are merged, split, dissolved and renamed.  Each morning the
jobs run, and whatever is late must have been heard.
"""
import datetime as dt
import random
from collections import Counter

from donthu import progress
from donthu.play import invented
from donthu.play.heard import Heard
from donthu.play.player import Player

COMMUNES = 6
ROLES = ['clerk', 'handler', 'handler', 'leader']


class Year:
    "The days of a year, one after the other"

    def __init__(self, site, year, letters, seed):
        self.site = site
        self.year = year
        self.letters = letters
        self.random = random.Random(seed)       # noqa: S311
        self.player = Player()
        self.heard = Heard()
        self.mishaps = Counter()
        self.escalations = self.gaps = 0
        self.serial = 0

    def run(self):
        from trytond.modules.deadlines import lawbook
        from trytond.modules.foundation import clock
        calendar = lawbook.calendar()
        day = dt.date(self.year, 1, 1)
        with clock.travel(day):
            self.site.call(self._settle_in)
        days = [day + dt.timedelta(days=n) for n in range(365)]
        working = [d for d in days if calendar.is_working(d)]
        arrivals = Counter(
            self.random.choice(working[:-30]) for _ in range(self.letters))
        mishaps = self._plan_mishaps(working)
        bar = progress.bar(len(working), "Days")
        for day in working:
            with clock.travel(day):
                self.site.call(self._morning)
                for name in mishaps.get(day, []):
                    self.site.call(getattr(self, f'_{name}'), day)
                    self.mishaps[name] += 1
                for _ in range(arrivals[day]):
                    self.site.call(self._receive, day)
                self.site.call(self._work)
                self.site.call(self._evening)
                self.site.call(self.heard.check, day)
            bar.update()
        bar.close()
        self.site.call(self._count)

    def _plan_mishaps(self, working):
        "Return {day: names} of what goes wrong when"
        plan = {}
        for name, times in [
                ('leave', 12), ('deactivate', 4), ('be_away', 14),
                ('appoint', 10), ('merge', 2), ('split', 1), ('dissolve', 1),
                ('rename', 1), ('vacate_province', 2)]:
            for _ in range(times):
                day = self.random.choice(working[10:-20])
                plan.setdefault(day, []).append(name)
        return plan

    # The people

    def _settle_in(self, pool):
        Agency = pool.get('agencies.agency')
        self.province = Agency.by_code('66').id
        communes = Agency.search(
            [('parent', '=', self.province), ('kind', '=', 'commune')],
            order=[('code', 'ASC')], limit=COMMUNES)
        self.communes = [a.id for a in communes]
        for id_ in self.communes:
            for role in ROLES:
                self._hire(pool, id_, role)
        for role in ['supervisor', 'supervisor', 'leader', 'clerk']:
            self._hire(pool, self.province, role)
        # somebody is always there at the centre
        self._hire(pool, Agency.by_code('TTCP').id, 'supervisor')
        self._hire(pool, Agency.by_code('CP').id, 'administrator')

    def _hire(self, pool, agency, role):
        self.serial += 1
        today = pool.get('ir.date').today()
        name = invented.invent_name(self.random)
        user, = pool.get('res.user').create([{
                    'name': f'{name} {self.serial}',
                    'login': f'u{self.serial}',
                    'memberships': [('create', [{
                                    'agency': agency, 'role': role,
                                    'valid_from': today}])]}])
        return user

    def _people(self, pool, agencies, *roles):
        "Return who holds one of the roles today"
        Membership = pool.get('agencies.membership')
        today = pool.get('ir.date').today()
        return Membership.search([
                ('agency', 'in', agencies), ('role', 'in', roles),
                ('user.active', '=', True), Membership.valid_domain(today)],
            order=[('id', 'ASC')])

    def _leave(self, pool, day):
        found = self._people(
            pool, self.communes + [self.province], 'clerk', 'handler',
            'leader', 'supervisor')
        if found:
            membership = self.random.choice(found)
            membership.valid_to = day
            membership.save()

    def _deactivate(self, pool, day):
        found = self._people(pool, self.communes, 'handler', 'leader')
        if found:
            user = self.random.choice(found).user
            user.active = False
            user.save()

    def _be_away(self, pool, day):
        Absence = pool.get('agencies.absence')
        found = self._people(
            pool, self.communes + [self.province], 'handler', 'leader',
            'supervisor')
        if not found:
            return
        membership = self.random.choice(found)
        if Absence.search([
                    ('user', '=', membership.user.id),
                    ('valid_to', '>=', day)]):
            return
        others = [
            m.user.id for m in self._people(
                pool, [membership.agency.id], 'clerk', 'handler', 'leader')
            if m.user != membership.user]
        Absence.create([{
                    'agency': membership.agency.id,
                    'user': membership.user.id, 'valid_from': day,
                    'valid_to': day + dt.timedelta(
                        days=self.random.randrange(3, 40)),
                    'delegate': (
                        self.random.choice(others) if others
                        and self.random.random() < .4 else None)}])

    def _vacate_province(self, pool, day):
        for membership in self._people(
                pool, [self.province], 'supervisor', 'leader'):
            membership.valid_to = day
            membership.save()

    def _appoint(self, pool, day):
        agency = self.random.choice(self.communes + [self.province])
        roles = (
            ['supervisor', 'leader'] if agency == self.province
            else ['clerk', 'handler', 'leader'])
        self._hire(pool, agency, self.random.choice(roles))

    # The agencies

    def _reorganise(self, pool, day, kind, olds, news):
        Reorganisation = pool.get('agencies.reorganisation')
        record, = Reorganisation.create([{
                    'kind': kind,
                    'day': day + dt.timedelta(
                        days=self.random.choice([0, 5])),
                    'legal_basis': f"Nghị quyết {self.serial}",
                    'olds': [('create', [{'agency': a} for a in olds])],
                    'news': [('create', news)]}])
        Reorganisation.confirm([record])

    def _new(self, pool):
        self.serial += 1
        return {
            'code': f'9{self.serial:04}', 'name': f'UBND xã {self.serial}',
            'type': 'commune', 'parent': self.province}

    def _free(self, pool):
        "Return the communes that wait for no reorganisation"
        Old = pool.get('agencies.reorganisation.old')
        waiting = {o.agency.id for o in Old.search([
                    ('reorganisation.state', '=', 'confirmed')])}
        return [a for a in self.communes if a not in waiting]

    def _merge(self, pool, day):
        if len(free := self._free(pool)) > 2:
            self._reorganise(
                pool, day, 'merge', self.random.sample(free, 2),
                [self._new(pool)])

    def _split(self, pool, day):
        old = self.random.choice(self._free(pool))
        goes = self._people(pool, [old], 'handler', 'leader')
        self._reorganise(pool, day, 'split', [old], [
                {**self._new(pool), 'main': True},
                {**self._new(pool), 'users': [
                        ('add', [m.user.id for m in goes[:1]])]}])

    def _dissolve(self, pool, day):
        if len(free := self._free(pool)) > 2:
            self._reorganise(
                pool, day, 'dissolve', [self.random.choice(free)], [])

    def _rename(self, pool, day):
        old = self.random.choice(self._free(pool))
        self.serial += 1
        self._reorganise(pool, day, 'rename', [old], [{
                    'name': f'UBND phường {self.serial}'}])

    # The letters

    def _receive(self, pool, day):
        agency = pool.get('agencies.agency')(
            self.random.choice(self.communes))
        values = {
            'received_on': day, 'channel': 'post',
            'content': f'Việc số {self.serial} {self.random.random()}',
            'people_count': self.random.choice([1, 1, 1, 6]),
            'kind': self.random.choice(
                ['complaint', 'denunciation', 'denunciation', 'petition']),
            'persons': [('create', [{'name': f'Người {self.serial}'}])],
            }
        self.serial += 1
        if values['kind'] != 'petition':
            values.update(self._accused(pool, agency.id))
        letter = self.player.receive(agency, **values)
        if self.player.holder(agency, 'clerk'):
            self.player.take(letter, 'register')

    def _accused(self, pool, agency):
        case = self.random.random()
        if case < .25:
            return {
                'respondent': "Chủ tịch xã", 'respondent_agency': agency,
                'respondent_role': 'head'}
        if case < .35:
            return {
                'respondent': "Chủ tịch tỉnh", 'respondent_role': 'head',
                'respondent_agency': self.province}
        found = self._people(
            pool, [agency, self.province], 'handler', 'leader',
            'supervisor')
        if case < .6 and found:
            person = self.random.choice(found)
            return {
                'respondent': f"Ông {person.user.name}",
                'respondent_agency': person.agency.id,
                'respondent_role': 'staff'}
        return {
            'respondent': "Công chức xã", 'respondent_agency': agency,
            'respondent_role': 'staff'}

    def _work(self, pool):
        "A few letters and cases get one step further; the others lie"
        Letter = pool.get('complaints.letter')
        self._further(
            Letter, 'clerk', {
                'received': 'register', 'registered': 'classify',
                'classified': 'propose'})
        for letter in self._further(Letter, 'leader', {
                    'proposed': 'approve', 'approved': 'outcome'}):
            handlers = self._people(pool, [letter.agency.id], 'handler')
            if letter.case and handlers:
                with self.player.attempt(f'{letter} give'):
                    self.player.give(
                        letter.case, self.random.choice(handlers).user)

    def _further(self, Letter, role, steps):
        """Take two letters one step further, where somebody has the role

        steps -- {state: step}

        Return those that got further; a refused one lies where it lay."""
        open_ = Letter.search([('state', 'in', list(steps))])
        further = []
        for letter in self.random.sample(open_, min(2, len(open_))):
            step, fields = steps[letter.state], {}
            if not self.player.holder(letter.agency, role):
                continue
            if step == 'propose':
                fields['proposal'] = letter.proposal or 'accept'
            elif step == 'outcome':
                step = letter.proposal
                if step not in {'accept', 'transfer'}:
                    continue
            with self.player.attempt(f'{letter} {step}'):
                further.append(self.player.take(letter, step, fields=fields))
        return further

    # The jobs

    def _morning(self, pool):
        pool.get('agencies.reorganisation').apply_due()
        pool.get('escalation.sweep').run()
        pool.get('escalation.schedule').run_due()
        pool.get('escalation.notice').deliver_due()
        Agency = pool.get('agencies.agency')
        today = pool.get('ir.date').today()
        self.communes = [a.id for a in Agency.search([
                    ('parent', '=', self.province), ('kind', '=', 'commune'),
                    ('memberships.id', '>', 0),
                    Agency.valid_domain(today)], order=[('id', 'ASC')])]

    def _evening(self, pool):
        "What came in late already goes up within the minute"
        pool.get('escalation.schedule').run_due()

    def _count(self, pool):
        Escalation = pool.get('escalation.escalation')
        self.escalations = Escalation.search([], count=True)
        self.gaps = Escalation.search(
            [('undelivered', '!=', None)], count=True)
