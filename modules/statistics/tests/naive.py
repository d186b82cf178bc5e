# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The tables counted a second time, row by row, as somebody with a pencil.

It shares nothing with the module: no definition, no query, no word of it.
"""

KN, TC, KNPA = 'KN', 'TC', 'KNPA'


def sort_of(row):
    if row['kind'] in ('complaint', 'disciplinary'):
        return KN
    return TC if row['kind'] == 'denunciation' else KNPA


def handled_on(row):
    "The day on which it was known what becomes of a letter"
    fate = row['fate']
    if fate in ('accept', 'refuse', 'approve', 'approve_refusal'):
        return row['approved']
    if fate in ('join', 'transfer', 'guide', 'file'):
        return row['ended']
    return None


def is_own(row):
    return row['fate'] in (
        'accept', 'refuse', 'approve', 'approve_refusal', 'join')


class Pencil:

    def __init__(self, rows, start, end, offices, carry=False):
        self.start, self.end = start, end
        self.rows = [r for r in rows if r['office'] in offices]
        self.carry = carry
        # came in the period, or lay there when it began
        self.letters = [
            r for r in self.rows if r['received'] <= end and (
                r['received'] >= start or handled_on(r) is None
                or handled_on(r) >= start)]
        self.done = [
            r for r in self.letters
            if handled_on(r) and handled_on(r) <= end]

    def in_period(self, day):
        return day is not None and self.start <= day <= self.end

    def xld(self):
        done = self.done
        own = [r for r in done if is_own(r)]
        away = [r for r in done if r['fate'] in ('transfer', 'guide')]
        t = {1: len(self.letters), 2: len(done), 3: len(own) + len(away),
            4: len(own)}
        t[5] = len({self.matter(r) for r in own})
        kn, tc, kp = (
            [r for r in own if sort_of(r) == s] for s in (KN, TC, KNPA))

        def by_field(rows, *names):
            return len([r for r in rows if r['field'] in names])
        t[6] = len(kn)
        t[7] = len([r for r in kn if r['instance'] == '1'])
        t[8] = len([r for r in kn if r['instance'] == '2'])
        t[9], t[10] = by_field(kn, 'land'), by_field(kn, 'policy')
        t[11] = len(kn) - t[9] - t[10]
        t[12] = len(tc)
        t[13] = len([r for r in tc if r['instance'] == '1'])
        t[14] = len([r for r in tc if r['instance'] == '2'])
        t[15] = by_field(tc, 'land', 'policy', 'administration')
        t[16], t[17] = by_field(tc, 'corruption'), by_field(tc, 'justice')
        t[18] = by_field(tc, 'other', None)
        t[19] = len(kp)
        t[20], t[21] = by_field(kp, 'policy'), by_field(kp, 'land')
        t[22] = by_field(
            kp, 'administration', 'justice', 'corruption', 'other', None)
        t[23] = len(away)
        t[24] = len([r for r in away if r['fate'] == 'guide'])
        t[25] = len([r for r in away if r['fate'] == 'transfer'])
        return t

    def matter(self, row):
        case = row['case'] or row.get('joins')
        if case:
            return 'case', case['serial']
        return 'letter', row['serial']

    def status(self, row):
        case = row['case'] or row.get('joins')
        if case:
            if case.get('terminated') and case['terminated'] <= self.end:
                return 'ended'
            return (
                'accepted' if case['accepted'] <= self.end else 'considering')
        if row['fate'] == 'refuse' and row['ended'] <= self.end:
            return 'refused'
        return 'considering'

    def matters(self, sort):
        found = {
            self.matter(r): self.status(r) for r in self.done
            if is_own(r) and sort_of(r) == sort}
        if self.carry:
            for r in self.rows:
                if sort_of(r) == sort and self.lay_open(r):
                    found.setdefault(self.matter(r), self.status(r))
        return found

    def lay_open(self, row):
        "Whether its matter was not settled when the period began"
        case, start = row['case'], self.start
        if case and case['accepted'] < start:
            return all(
                case.get(n) is None or case[n] >= start
                for n in ('terminated', 'decided', 'closed'))
        if row['fate'] in (
                'accept', 'refuse', 'approve', 'approve_refusal'):
            if row['approved'] >= start:
                return False
            return row['fate'].startswith('approve') or row['ended'] >= start
        return False

    def cases(self, sort):
        return [
            (r, r['case']) for r in self.rows
            if r['case'] and sort_of(r) == sort]

    def settled(self, sort):
        "Columns 1 to 6 of 03 and 04"
        found = list(self.matters(sort).values())
        return {
            1: len([
                    r for r in self.done
                    if is_own(r) and sort_of(r) == sort]),
            2: len(found), 3: found.count('considering'),
            4: found.count('accepted'), 5: found.count('refused'),
            6: found.count('ended')}

    def awarded(self, sort, name):
        return sum(
            case['outcomes'][name][0] for _, case in self.cases(sort)
            if self.in_period(case.get('decided'))
            and name in case['outcomes'])

    def gqkn(self):
        t = self.settled(KN)
        decided = [
            (r['instance'], case['result']) for r, case in self.cases(KN)
            if self.in_period(case.get('decided'))]
        t[7] = len(decided)
        t[8] = decided.count(('1', 'right'))
        t[9] = decided.count(('1', 'wrong'))
        t[10] = decided.count(('1', 'partly'))
        t[11] = decided.count(('2', 'wrong'))
        t[12] = decided.count(('2', 'right')) + decided.count(('2', 'partly'))
        for number, name, per in [
                (13, 'money_state', 10 ** 6), (14, 'land_state', 1),
                (15, 'money_people', 10 ** 6), (16, 'land_people', 1),
                (17, 'organisations', 1), (18, 'people', 1),
                (19, 'sanctioned', 1), (20, 'sanctioned_officials', 1),
                (21, 'prosecution_cases', 1), (22, 'prosecuted', 1),
                (23, 'prosecuted_officials', 1)]:
            t[number] = self.awarded(KN, name) / per
        return t

    def gqtc(self):
        t = self.settled(TC)
        decided = [
            (r['instance'], 'wrong' if case['result'] == 'knowingly_false'
                else case['result'])
            for r, case in self.cases(TC)
            if self.in_period(case.get('decided'))]
        t[7] = len(decided)
        for number, pair in zip(range(8, 14), [
                    ('1', 'right'), ('1', 'wrong'), ('1', 'partly'),
                    ('2', 'right'), ('2', 'wrong'), ('2', 'partly')],
                strict=True):
            t[number] = decided.count(pair)
        for number, name, per in [
                (14, 'money_state', 10 ** 6), (15, 'land_state', 1),
                (16, 'money_people', 10 ** 6), (17, 'land_people', 1),
                (18, 'organisations', 1), (19, 'people', 1),
                (20, 'sanctioned_bodies', 1), (21, 'sanctioned', 1),
                (22, 'sanctioned_officials', 1),
                (23, 'prosecution_cases', 1), (24, 'prosecuted', 1),
                (25, 'prosecuted_officials', 1)]:
            t[number] = self.awarded(TC, name) / per
        return t

    def kqth(self):
        t = {}
        for sort, first, rest in [
                (KN, 1, {11: 'sanctioned', 12: 'sanctioned_officials',
                    13: 'prosecution_cases', 14: 'prosecuted',
                    15: 'prosecuted_officials'}),
                (TC, 16, {26: 'sanctioned_bodies', 27: 'sanctioned',
                    28: 'sanctioned_officials', 29: 'prosecution_cases',
                    30: 'prosecuted', 31: 'prosecuted_officials'})]:
            duties = [
                case for _, case in self.cases(sort)
                if case.get('decided') and case['decided'] <= self.end
                and (not case.get('closed') or case['closed'] >= self.start)]
            t[first] = len(duties)
            t[first + 1] = len([
                    c for c in duties if self.in_period(c.get('closed'))])
            for place, kind in [(2, 'state'), (6, 'people')]:
                for more, what, per in [
                        (0, f'money_{kind}', 10 ** 6), (1, f'land_{kind}', 1)]:
                    t[first + place + more] = self.due(duties, what) / per
                    t[first + place + 2 + more] = self.got(
                        duties, what) / per
            for number, what in rest.items():
                t[number] = self.got(duties, what)
        return t

    def due(self, duties, what):
        total = 0
        for case in duties:
            if what in case['outcomes']:
                amount, day = case['outcomes'][what]
                total += amount
                if day and day < self.start:
                    total -= amount // 2
        return total

    def got(self, duties, what):
        return sum(
            case['outcomes'][what][0] // 2 for case in duties
            if what in case['outcomes']
            and self.in_period(case['outcomes'][what][1]))

    def tcd(self, receptions, days, offices):
        held = [
            r for r in receptions if r['office'] in offices
            and self.in_period(r['day'])
            and r['state'] in ('done', 'answered')]
        matters = {}
        for place, r in enumerate(held):
            key = ('alone', place)
            if r['letter']:
                key = (r['office'], self.matter(r['letter']))
            matters.setdefault(key, set()).add(r['form'])
        t = {}
        for first, form, above in [
                (5, 'ordinary', {'head', 'delegated'}),
                (11, 'head', set()), (17, 'delegated', {'head'})]:
            own = [r for r in held if r['form'] == form]
            groups = [r for r in own if r['people'] >= 5]
            t[first] = len(own)
            t[first + 1] = sum(r['people'] for r in own)
            t[first + 2] = len([
                    forms for forms in matters.values()
                    if form in forms and not forms & above])
            t[first + 3] = len(groups)
            t[first + 4] = sum(r['people'] for r in groups)
        for number, form in [(10, 'head'), (16, 'delegated')]:
            t[number] = len([
                    1 for office, day, f in days
                    if f == form and office in offices
                    and self.in_period(day)])
        t[1], t[2] = t[5] + t[11] + t[17], t[6] + t[12] + t[18]
        t[3], t[4] = len(matters), t[8] + t[14] + t[20]
        return t
