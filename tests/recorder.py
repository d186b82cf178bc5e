# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Record what some hundred lives of letters leave in the tables.

The lives (recorded_lives) are lived through the public doors alone, on a
travelling clock, and what the tables say afterwards is told without ids, keys
and times of day (recorded_tables): whatever works behind the doors has to
leave the same.

    python tests/recorder.py            compare with the record
    python tests/recorder.py --keep     rewrite the record, say what changed
    python tests/recorder.py --show     write it out
"""
import argparse
import datetime as dt
import gzip
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / 'tests' / 'data' / 'recorded_lives.txt.gz'
FIRST, LAST = dt.date(2026, 3, 2), dt.date(2027, 1, 29)
MIDDLE = dt.date(2026, 7, 6)    # after the law of July
STARTS = 10     # working days on which lives begin
ROLES = ['clerk', 'handler', 'leader']

sys.path[:0] = [str(ROOT / 'tests'), str(ROOT)]

from recorded_clerk import Clerk      # noqa: E402
from recorded_lives import (          # noqa: E402
    PLACES, TINH, XA, XA2, XA3, XA4, XA5, lives, person, text)
from recorded_tables import Tables    # noqa: E402


class Life:
    "A letter that lives, and where it is"

    def __init__(self, name, place, line, values):
        self.name = name
        self.kind, self.instance = PLACES[place]
        self.extra = dict(values)
        self.start = self.extra.pop('start', None)
        self.waited = False
        self.agency = self.extra.pop('agency', XA)
        # (days to wait, words of a day)
        self.days = list(_days(line))
        # where it is now, and the letter as which it began
        self.letter = self.first = None
        self.papers = 0

    def born(self, id_):
        self.letter = self.first = id_

    def turn_to(self, name, id_):
        self.letter = id_

    def values(self, get_id):
        "Return the values of the letter, but the day"
        extra = dict(self.extra)
        like = extra.pop('like', self.name)
        name, number = person(like)
        sender = {
            'name': name, 'identity_number': number,
            'address': "Thôn 3, xã Sơn Thành", 'phone': '0905123456'}
        persons = [] if extra.pop('nobody', False) else [sender]
        for i in range(extra.pop('more_persons', 0)):
            persons.append({'name': person(f'{like} and {i}')[0]})
        for i in range(extra.pop('representatives', 0)):
            persons.append({
                    'role': 'representative', 'address': "Thôn 3",
                    'name': person(f'{like} for {i}')[0]})
        content = text(like)
        if extra.pop('signed', False):
            content += f' Tôi là {name}, số {number}.'
        if obstacles := extra.pop('obstacles', None):
            extra['obstacles'] = [('create', [{
                            'start': dt.date.fromisoformat(obstacles[0]),
                            'end': dt.date.fromisoformat(obstacles[1]),
                            'ground': get_id(
                                'deadlines.ground', OBSTACLE)}])]
        if extra.pop('respondents', False):
            extra['respondents'] = [('create', [{
                            'name': "Trần Thị Bảy", 'role': 'staff',
                            'agency': get_id('agencies.agency', TINH)}])]
        for field in ['known_on', 'contested_on']:
            if field in extra:
                extra[field] = dt.date.fromisoformat(extra[field])
        if 'respondent_agency' in extra:
            extra['respondent_agency'] = get_id(
                'agencies.agency', extra['respondent_agency'])
        return {
            'agency': get_id('agencies.agency', self.agency),
            'kind': self.kind, 'instance': self.instance, 'channel': 'post',
            'content': content, 'field': get_id('complaints.field', 'land'),
            'persons': [('create', persons)] if persons else [],
            **extra}

    def visit(self, get_id):
        "Return the values of the session where somebody came in person"
        values = self.values(get_id)
        persons = values['persons'][0][1]
        return {
            'agency': values['agency'], 'kind': self.kind,
            'content': values['content'], 'host': "Ông Tiếp Dân",
            'persons': [('create', persons)]}


OBSTACLE = 'KN-9-1'


def _days(line):
    "Yield (days to wait, words) of the line of a life"
    wait = 0
    for part in line.split():
        if part.startswith('+'):
            wait += int(part[1:])
            continue
        yield wait or 1, [
            word.replace('_', ' ') if word.startswith((
                'join:', 'earlier:', 'attach:')) else word
            for word in part.split(',')]
        wait = 0


class Recorder:
    "Lives them all, and tells what the tables say"

    def __init__(self, site):
        self.site = site
        self.lives = {
            name: Life(name, *life) for name, life in lives().items()}
        self.agenda = defaultdict(list)
        self.refused = []
        self.wrong = []     # what should have been refused, or not

    def run(self):
        "Return the lines of the record"
        from trytond.modules.foundation import clock
        with clock.travel(FIRST):
            staff = self.site.call(self._settle)
        self.clerk = Clerk(staff, self.lives)
        for i, life in enumerate(self.lives.values()):
            start = MIDDLE + dt.timedelta(days=i % STARTS)
            if life.start is not None:
                start = MIDDLE + dt.timedelta(days=life.start)
            self._plan(start, life, 0)
        day = FIRST
        while day <= LAST:
            with clock.travel(day):
                self._live(day)
            day += dt.timedelta(days=1)
        if self.wrong:
            raise RuntimeError('\n'.join(self.wrong))
        names = {
            life.first: life.name for life in self.lives.values()
            if life.first}
        with clock.travel(LAST):
            return self.site.call(self._tell, names)

    def _tell(self, pool, names):
        lines = [f'refused | {line}' for line in self.refused]
        return [*lines, *Tables(pool, names).lines()]

    def _plan(self, day, life, number):
        while day.weekday() > 4:
            day += dt.timedelta(days=1)
        self.agenda[day].append((life, number))

    def _live(self, day):
        doing = self.agenda.pop(day, [])
        if not doing and day.weekday():
            return
        self.site.call(self._jobs)
        for life, number in doing:
            self._words(life, number, day)
        self.site.call(self._evening)

    def _words(self, life, number, day):
        from trytond.exceptions import UserError
        wait, words = life.days[number]
        if number == 0 and wait > 1 and not life.waited:
            # the first words of a life may be put off, too
            life.waited = True
            self._plan(day + dt.timedelta(days=wait), life, 0)
            return
        for word in words:
            try:
                self.site.call(self.clerk.do, life, word.lstrip('!'), day)
            except UserError as error:
                if not word.startswith('!'):
                    self.wrong.append(f'{life.name}, {day}: {word}: {error}')
                    return
                self.refused.append(
                    f'{life.name} | {day} {word[1:]}: {error}'.replace(
                        '\n', ' / '))
            else:
                if word.startswith('!'):
                    self.wrong.append(
                        f'{life.name}, {day}: {word} was not refused')
        if number + 1 < len(life.days):
            self._plan(
                day + dt.timedelta(days=life.days[number + 1][0]), life,
                number + 1)

    # The people, and the jobs

    @staticmethod
    def _settle(pool):
        "Return who works where, {agency code: {role: user id}}"
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        staff = {}
        for suffix, code, roles in [
                ('xa', XA, ROLES), ('xa2', XA2, ['clerk', 'handler']),
                ('xa3', XA3, ROLES), ('xa4', XA4, ['clerk', 'leader']),
                ('xa5', XA5, ROLES),
                ('tinh', TINH, [
                        *ROLES, 'supervisor', 'data_officer', 'custodian']),
                ('tw', 'TTCP', ['supervisor', 'leader']),
                ('cp', 'CP', ['administrator'])]:
            agency = Agency.by_code(code)
            staff[code] = {
                role: create_user(
                    f'{role}.{suffix}', agency, role,
                    name=f'{role} {suffix}'.title()).id
                for role in roles}
        return staff

    @staticmethod
    def _jobs(pool):
        pool.get('agencies.reorganisation').apply_due()
        pool.get('complaints.case').take_effect_due()
        pool.get('escalation.sweep').run()
        pool.get('escalation.schedule').run_due()
        pool.get('escalation.notice').deliver_due()

    @staticmethod
    def _evening(pool):
        pool.get('escalation.schedule').run_due()


def record(directory):
    "Return the lines of a record that is made in a directory"
    from trytond.modules.foundation import clock

    from donthu.play.stage import make_site
    with clock.travel(FIRST):
        site = make_site(Path(directory))
    return Recorder(site).run()


def kept():
    "Return the lines of the record that is kept"
    with gzip.open(RECORD, 'rt', encoding='utf-8') as file:
        return file.read().splitlines()


def keep(lines):
    text_ = '\n'.join(lines) + '\n'
    RECORD.write_bytes(gzip.compress(text_.encode('utf-8'), 9, mtime=0))


def differences(old, new, limit=200):
    "Return what was, and is not (-), and what is, and was not (+)"
    gone, come = set(old) - set(new), set(new) - set(old)
    lines = sorted(
        [(line, '-') for line in gone] + [(line, '+') for line in come])
    told = [f'{sign} {line}' for line, sign in lines[:limit]]
    if len(lines) > limit:
        told.append(f'… and {len(lines) - limit} lines more')
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--keep', action='store_true')
    parser.add_argument('--show', action='store_true')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='donthu-') as directory:
        lines = record(directory)
    if options.show:
        print('\n'.join(lines))
        return
    changed = differences(kept() if RECORD.exists() else [], lines)
    print('\n'.join(changed) or f'{len(lines)} lines, as before')
    if options.keep:
        keep(lines)
    elif changed:
        sys.exit(1)


if __name__ == '__main__':
    main()
