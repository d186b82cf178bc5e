# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu silence`: a year in which everything goes wrong, and what is silent.

Letters come in and are mostly left lying; people leave, are away, or are
denounced; communes are merged, split, dissolved and renamed.  Each morning the
jobs run, and whatever is late must have reached somebody, or stand on the list
of what could not be escalated where a manager sees it; never whom it is about.
"""
import datetime as dt
import random
import tempfile
from collections import Counter
from pathlib import Path

from donthu import progress
from donthu.arguments import whole
from donthu.errors import CommandError
from donthu.simulate import make_site

COMMUNES = 6
ROLES = ['clerk', 'handler', 'handler', 'leader']


def add_parser(commands):
    parser = commands.add_parser(
        'silence', help="count what falls silent in a year of mishaps",
        description="Simulate a year in which people leave, agencies merge "
        "and heads are denounced, in a database of its own that is thrown "
        "away, and count the delays that reached nobody.")
    parser.add_argument('--year', type=whole(2000, 2100), default=2026)
    parser.add_argument('--letters', type=whole(1, 100_000), default=120)
    parser.add_argument(
        '--seed', type=int, default=1,
        help="another seed is another year (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options):
    with tempfile.TemporaryDirectory(prefix='donthu-') as directory:
        site = make_site(Path(directory))
        year = Year(site, options.year, options.letters, options.seed)
        year.run()
    print(
        f"{year.letters} letters, {sum(year.mishaps.values())} mishaps, "
        f"{year.escalations} escalations, {year.gaps} of them listed as not "
        f"delivered as they should, {year.looked} late matters looked at, "
        f"{len(year.silent)} silent")
    print("mishaps: " + ', '.join(
            f'{name} {n}' for name, n in sorted(year.mishaps.items())))
    if year.silent:
        raise CommandError('\n'.join(sorted(year.silent)[:20]))


class Year:
    "The days of a year, one after the other"

    def __init__(self, site, year, letters, seed):
        self.site = site
        self.year = year
        self.letters = letters
        self.random = random.Random(seed)       # noqa: S311
        self.mishaps = Counter()
        self.silent = set()
        self.escalations = self.gaps = self.looked = 0
        self.serial = 0

    def run(self):
        from trytond.modules.agencies import clock
        from trytond.modules.deadlines import lawbook
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
                self.site.call(self._check, day)
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
        from donthu.demo_data import invent_name
        self.serial += 1
        today = pool.get('ir.date').today()
        user, = pool.get('res.user').create([{
                    'name': f'{invent_name(self.random)} {self.serial}',
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
        Letter = pool.get('complaints.letter')
        agency = self.random.choice(self.communes)
        clerks = self._people(pool, [agency], 'clerk')
        values = {
            'agency': agency, 'received_on': day, 'channel': 'post',
            'content': f'Việc số {self.serial} {self.random.random()}',
            'people_count': self.random.choice([1, 1, 1, 6]),
            'kind': self.random.choice(
                ['complaint', 'denunciation', 'denunciation', 'petition']),
            'persons': [('create', [{'name': f'Người {self.serial}'}])],
            }
        self.serial += 1
        if values['kind'] != 'petition':
            values.update(self._accused(pool, agency))
        with self._as(clerks[0].user if clerks else None):
            letter, = Letter.create([values])
            if clerks:
                Letter.register([letter])

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
        from trytond.exceptions import UserError
        Letter = pool.get('complaints.letter')
        open_ = Letter.search([
                ('state', 'in', ['received', 'registered', 'classified'])])
        for letter in self.random.sample(open_, min(2, len(open_))):
            people = self._people(pool, [letter.agency.id], 'clerk')
            if not people:
                continue
            step = {'received': 'register', 'registered': 'classify',
                'classified': 'propose'}[letter.state]
            with self._as(people[0].user):
                try:
                    if step == 'propose' and not letter.proposal:
                        letter.proposal = 'accept'
                        letter.save()
                    getattr(Letter, step)([letter])
                except UserError:
                    continue
        self._lead(pool)

    def _lead(self, pool):
        "Leaders approve, accept, and give work to handlers"
        from trytond.exceptions import UserError
        Letter = pool.get('complaints.letter')
        waiting = Letter.search([('state', 'in', ['proposed', 'approved'])])
        for letter in self.random.sample(waiting, min(2, len(waiting))):
            agency = letter.agency.id
            leaders = self._people(pool, [agency], 'leader')
            handlers = self._people(pool, [agency], 'handler')
            if not leaders:
                continue
            with self._as(leaders[0].user):
                try:
                    if letter.state == 'proposed':
                        Letter.approve([letter])
                    elif letter.proposal in {'accept', 'transfer'}:
                        getattr(Letter, letter.proposal)([letter])
                        letter = Letter(letter.id)
                        if letter.case and handlers:
                            case = letter.case
                            case.__class__.give_to(
                                [case], self.random.choice(handlers).user)
                except UserError:
                    continue

    @staticmethod
    def _as(user):
        from trytond.modules.agencies.acting import as_user
        return as_user(user.id if user else 0)

    # What must hold

    def _morning(self, pool):
        pool.get('agencies.reorganisation').apply_due()
        pool.get('routing.sweep').run()
        pool.get('routing.escalation.schedule').run_due()
        pool.get('routing.notice').deliver_due()
        Agency = pool.get('agencies.agency')
        today = pool.get('ir.date').today()
        self.communes = [a.id for a in Agency.search([
                    ('parent', '=', self.province), ('kind', '=', 'commune'),
                    ('memberships.id', '>', 0),
                    Agency.valid_domain(today)], order=[('id', 'ASC')])]

    def _evening(self, pool):
        "What came in late already goes up within the minute"
        pool.get('routing.escalation.schedule').run_due()

    def _check(self, pool, day):
        from trytond.modules.deadlines.clock import OPEN
        Clock = pool.get('deadlines.clock')
        Escalation = pool.get('routing.escalation')
        # what ended before the last working day went up this morning
        late = Clock.search([
                ('state', 'in', OPEN), ('due_on', '<', day)])
        for clock in late:
            self.looked += 1
            record = clock.resource
            name = f'{record} {clock.rule.code} due {clock.due_on}'
            raised = Escalation.search([('clock', '=', clock.id)])
            if not raised:
                self.silent.add(f'{name}: nobody knows of it')
            for escalation in raised:
                self._check_heard(pool, escalation, name)
        self._check_left_behind(pool, day)

    def _check_heard(self, pool, escalation, name):
        from trytond.modules.agencies import clock
        from trytond.modules.routing.chain import is_about
        record = escalation.record
        if not escalation.recipients and not escalation.undelivered:
            self.silent.add(f'{name}: escalation {escalation.id} heard by '
                'nobody and not listed')
        if escalation.undelivered and not self._watchers(pool, escalation):
            self.silent.add(f'{name}: listed where nobody looks')
        today = pool.get('ir.date').today()
        if clock.local_day(escalation.raised_at) == today:
            # by law the head answers for a complaint about himself
            leaders = escalation.agency.users_with('leader')
            for user in escalation.recipients:
                role = 'leader' if user in leaders else 'supervisor'
                if is_about(user, record, role):
                    self.silent.add(
                        f'{name}: told {user.rec_name}, whom it is about')

    def _watchers(self, pool, escalation):
        "Return supervisors who see the list, and are not what it is about"
        from trytond.modules.routing.chain import is_about
        Agency = pool.get('agencies.agency')
        agency = Agency(escalation.agency.id)
        return [
            u for a in [agency, *agency.superiors()]
            for u in a.users_with('supervisor')
            if not is_about(u, escalation.record)]

    def _check_left_behind(self, pool, day):
        "Nothing open is left at an agency that is no more"
        for name in ['complaints.letter', 'complaints.case']:
            Model = pool.get(name)
            for record in Model.search([
                        ('agency.valid_to', '<', day),
                        ('state', 'not in', Model._closed())]):
                self.silent.add(f'{record}: left at {record.agency.name}')

    def _count(self, pool):
        Escalation = pool.get('routing.escalation')
        self.escalations = Escalation.search([], count=True)
        self.gaps = Escalation.search(
            [('undelivered', '!=', None)], count=True)
