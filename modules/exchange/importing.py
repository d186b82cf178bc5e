# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Take in the rows of old registers, by the same steps as everything else."""
from collections import Counter
from contextlib import suppress

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model.exceptions import ValidationError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.loader import succession_key
from trytond.modules.audit.savepoint import savepoint
from trytond.modules.complaints import births, plan, planning
from trytond.modules.foundation.acting import NOBODY, SERVER, as_server
from trytond.modules.foundation.text import clean
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.transaction import Transaction

from . import register_rows as rr

# What tells who sent a letter
_WHO = frozenset(['name', 'identity_number', 'address', 'phone'])


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__rpc__.update({
                'import_rows': RPC(readonly=False),
                })

    @classmethod
    def import_rows(cls, rows, source, agency=None, dry_run=False):
        """Take in rows of a register and return what became of each.

        rows -- a list of dictionaries, see register_rows, each with its
            place in the file under 'row'
        source -- the name of the register: a key is unique within it
        agency -- the code of the agency of rows that do not name one
        dry_run -- the same, but nothing of it stays

        Returns a list of dictionaries with row, status ('accepted', 'known',
        'refused'), number, field, reason and repeat_of.  A row that is known
        already is left as it is: an import can be repeated.
        """
        return _Import(cls, source, agency, dry_run).run(rows)

    @classmethod
    def of_register(cls, source, keys):
        "Return {key: letter} of what came in of a register"
        # A domain would coalesce the columns, and no index would serve it
        table = cls.__table__()
        return {
            letter.import_key: letter for letter in cls.search([
                    ('id', 'in', table.select(table.id, where=(
                                table.import_source == source)
                            & table.import_key.in_(list(keys) or [None]))),
                    ])}


class _Import:

    def __init__(self, Letter, source, agency, dry_run):
        pool = Pool()
        self.Letter = Letter
        self.Agency = pool.get('agencies.agency')
        self.User = pool.get('res.user')
        self.Date = pool.get('ir.date')
        self.Key = pool.get('audit.key')
        self.Person = pool.get('complaints.person')
        self.Case = pool.get('complaints.case')
        self.source = source
        self.default_agency = agency
        self.dry_run = dry_run
        self.agencies = {}
        self.allowed = {}
        Version = pool.get('deadlines.rule.version')
        first = Version.search([], order=[('valid_from', 'ASC')], limit=1)
        # of what is older no law here says until when it had to be done
        self.oldest = first[0].valid_from if first else None
        Field = pool.get('complaints.field')
        self.fields = {f.code: f.id for f in Field.search([])}

    def run(self, rows):
        with as_server("what is known already is not taken in twice"):
            known = self.Letter.of_register(
                self.source, {r['key'] for r in rows if r.get('key')})
        results, taken, seen = [], [], {}
        for row in rows:
            result = {'row': row.get('row'), 'status': 'accepted'}
            results.append(result)
            try:
                with as_server(
                        "a row may be of any agency: check_role() follows"):
                    agency, note = self.place(row)
                self.check_role(agency)
                result['agency'] = agency.name
                self.check(row)
            except _Refused as refused:
                result.update(refused.result())
                continue
            # keyed: who reads the letter can not try out names against it
            hash_ = self.Key.hash(rr.row_hash(row))
            if row.get('seen'):
                # of a dry run nothing stays: its reader remembers the keys
                seen.setdefault(row['key'], self.Key.hash(row['seen']))
            earlier = known.get(row['key'])
            if earlier and self.is_known(earlier, hash_):
                result.update(status='known', number=earlier.number)
                if earlier.to_settle:
                    result['open'] = True
            elif earlier or seen.get(row['key'], hash_) != hash_:
                result.update(_Refused('key', 'key_used_twice').result())
            elif row['key'] in seen:
                result.update(status='known')
            else:
                seen[row['key']] = hash_
                taken.append((row, hash_, agency, note, result))
        if taken and self.dry_run:
            self.try_out(taken)
        elif taken:
            self.take_in(taken)
        return results

    def try_out(self, taken):
        "Take rows in as if it were meant, and undo it"
        with suppress(_Undone), savepoint('dry_run'):
            self.take_in(taken)
            raise _Undone
        for *_, result in taken:
            # it was given to nobody
            result.pop('number', None)

    def is_known(self, earlier, hash_):
        """Tell if a letter is of the same row

        Nobody tries out who sent a secret one: of a denunciation the hash is
        only of what all may read, and where another letter has been made
        secret since, the row does not matter."""
        with as_server("what became secret since tells nothing of itself"):
            # of a denunciation the kind is no secret, and the hash tells none
            since = earlier.is_secret and earlier.kind != 'denunciation'
            agency = earlier.agency
        try:
            self.check_role(agency)
        except _Refused:
            return False
        return since or earlier.import_hash == hash_

    # Checking

    def check(self, row):
        if not row.get('key'):
            raise _Refused('key', 'key_missing')
        if flaw := rr.flaw(row, self.Date.today(), self.oldest):
            raise _Refused(*flaw, value=(
                    (row.get('unreadable') or {}).get(flaw[0])
                    or row.get(flaw[0])))

    def place(self, row):
        "Return the agency of the row, and a note on how it was found"
        if code := row.get('agency'):
            if code not in self.agencies:
                self.agencies[code] = self.Agency.by_code(code)
            if not self.agencies[code]:
                raise _Refused('agency', 'agency_unknown', value=code)
            return self.agencies[code], None
        if self.default_agency:
            agency = self.Agency.by_code(self.default_agency)
            if not agency:
                raise _Refused(
                    'agency', 'agency_unknown', value=self.default_agency)
            return agency, None
        if place := row.get('old_place'):
            return self.successor(place)
        raise _Refused('agency', 'agency_missing')

    def successor(self, place):
        """Return the agency that serves an old commune today

        Where the commune was split, the province keeps the letter until a
        person decides; the candidates stand in the note."""
        Succession = Pool().get('country.subdivision.succession')
        text = ', '.join(filter(None, place))
        commune, district, province = place
        found = Succession.search([
                ('key', '=', succession_key(province, district, commune))])
        if not found:
            return self.province_of(province, district, text)
        # Minh Quán and Minh Quân lay in the same district
        found = [
            s for s in found
            if (s.old_name or '').casefold() == (commune or '').casefold()
            ] or found
        units = {s.subdivision for s in found}
        if len(units) == 1 and all(s.candidates == 1 for s in found):
            unit, = units
            agency = self.committee(unit)
            return agency, gettext(
                'exchange.msg_import_place', place=text,
                agency=agency.rec_name)
        provinces = {u.parent for u in units}
        agency = self.committee(min(provinces, key=lambda p: p.code))
        return agency, gettext(
            'exchange.msg_import_place_split', place=text,
            candidates='; '.join(sorted(u.rec_name for u in units)))

    def province_of(self, province, district, text):
        """Return the province that has the area of an old one now

        Of an old district, or else province, that was divided: the one that
        has most of its communes."""
        Succession = Pool().get('country.subdivision.succession')
        for name in [district, '']:
            prefix = succession_key(province, name or '', '').rstrip('/')
            found = Succession.search([('key', 'like', f'{prefix}/%')])
            if found:
                break
        else:
            raise _Refused('old_place', 'place_unknown', value=text)
        provinces = Counter(s.subdivision.parent for s in found)
        agency = self.committee(min(
                provinces, key=lambda p: (-provinces[p], p.code)))
        return agency, gettext(
            'exchange.msg_import_place_unclear', place=text,
            agency=agency.rec_name)

    def committee(self, unit):
        if unit.id not in self.agencies:
            agency, = self.Agency.search([
                    ('subdivision', '=', unit.id),
                    ('kind', 'in', ['commune', 'province']),
                    ], limit=1)
            self.agencies[unit.id] = agency
        return self.agencies[unit.id]

    def check_role(self, agency):
        """Refuse the row unless the user may import for the agency

        Raises RoleError where he may import for none."""
        if agency.id not in self.allowed:
            with as_server("roles above the agency decide, wherever they are"):
                branch = {agency.id, *(a.id for a in agency.superiors())}
                held = {
                    self.Agency(a).head.id for a, role
                    in self.User.get_roles() if role == 'data_officer'}
            self.officer = bool(held)
            self.allowed[agency.id] = bool(branch & held)
        if Transaction().user and not self.allowed[agency.id]:
            if self.officer:
                raise _Refused('agency', 'role', value=agency.rec_name)
            raise RoleError(gettext(
                    'exchange.msg_import_role', value=agency.rec_name))

    # Taking in

    def take_in(self, taken):
        "Write the letters with the steps that the register tells of"
        user = Transaction().user
        with as_server(
                "check_role() has asked for the right to import",
                SERVER if user else NOBODY):
            try:
                born = births.bear([
                        (self.values(row, hash_, agency, note), acts(row))
                        for row, hash_, agency, note, _ in taken],
                    planning.acting(register=True))
            except (UserError, ValidationError) as exception:
                if len(taken) == 1:
                    # The door was the row check: what still fails here says
                    # what and why itself, and loses only this row.
                    raise
                raise UserError(str(exception)) from exception
        numbers = {
            b.matter.id: b.outcome.matter['number'] for b in born}
        for birth, (row, *_, result) in zip(born, taken, strict=True):
            result['number'] = numbers[birth.matter.id]
            if open_ := rr.open_values(row):
                # it is in, and somebody has to look at it
                result['field'] = ', '.join(open_)
                result['reason'] = clean(gettext(
                        'exchange.msg_import_open', words='; '.join(
                            self.said(*pair) for pair in open_.items())))
                result['open'] = True
            if earlier := birth.matter.facts.get('earlier'):
                result['repeat_of'] = numbers.get(
                    earlier.id, earlier['number'])

    def values(self, row, hash_, agency, note):
        open_ = rr.open_values(row)
        return {
            'agency': agency.id,
            'received_on': rr.date(row, 'received_on'),
            'channel': row.get('channel') or 'other',
            'kind': row['kind'],
            'instance': None if 'instance' in open_ else str(
                row.get('instance') or 1),
            'field': self.fields.get(row.get('field') or 'other'),
            'people_count': row.get('people_count') or 1,
            'anonymous': bool(row.get('anonymous')),
            'content': row['content'],
            'complex': bool(row.get('complex')),
            'remote': bool(row.get('remote')),
            'persons': [('create', self.persons(row))],
            'note': '\n'.join(filter(None, [
                        row.get('note'), note, *self.written(row)])) or None,
            **self.proposal(row),
            **self.to_settle(open_),
            'import_source': self.source,
            'import_key': row['key'],
            'import_hash': hash_,
            }

    def persons(self, row):
        "Return the values of who sent the letter"
        if row.get('anonymous'):
            return []
        return [{
                **{name: person.get(name) for name in [
                        'name', 'identity_number', 'address', 'phone']},
                'protected': row['kind'] == 'denunciation',
                } for person in [row, *(row.get('others') or [])]]

    def written(self, row):
        """Return what was understood otherwise, as it was written

        Who sent a secret letter stands sealed, and in no note."""
        for name, text in {
                **(row.get('as_written') or {}), **rr.kept_words(row)}.items():
            if name in _WHO and row['kind'] == 'denunciation':
                continue
            yield self.said(name, text)

    def to_settle(self, open_):
        "Return what of the letter is to be settled, and its words"
        if not open_:
            return {}
        name, *more = open_
        return {
            'to_settle': 'both' if more else name,
            'settle_words': '\n'.join(
                self.said(name, words) for name, words in open_.items()),
            }

    def said(self, name, words):
        "Return what stood in the register of a field, with its label"
        labels = self.Letter if name in self.Letter._fields else (
            self.Case if name in self.Case._fields else self.Person)
        label = labels.__names__(name)['field']
        if not words:
            return gettext('exchange.msg_import_not_told', field=label)
        if name == 'result' and words in rr.RESULTS:
            words = gettext(f'complaints.msg_result_{words}')
        return gettext(
            'exchange.msg_import_as_written', text=words, field=label)

    def proposal(self, row):
        "Return what was done with the letter, as what was proposed"
        handling = row.get('handling')
        if not handling or handling == 'historical':
            return {}
        return {
            'proposal': handling,
            'proposal_note': row.get('handled_by')
            or gettext('exchange.msg_import_note'),
            'accepted_on': rr.date(row, 'accepted_on'),
            }


def acts(row):
    """Return the plan.Acts of which a row of a register tells

    Of an accepted letter it says when; else only that it was done."""
    handling = row.get('handling')
    if handling == 'historical':
        return [plan.Act('historical')]
    if not handling:
        return [plan.Act('register')]
    told = [plan.Act(name) for name in [
            'register', 'classify', 'propose', 'approve']]
    told.append(plan.Act(handling, undated=handling != 'accept'))
    if rr.is_decided(row):
        told += [
            plan.Act('verify', of='case'),
            plan.Act('decide', of='case', said={
                    'result': rr.result_of(row),
                    'decision_number': row.get('decision_number')
                    or gettext('exchange.msg_import_no_number'),
                    'decided_on': rr.date(row, 'decided_on')}),
            plan.Act('close_historical', of='case', said={
                    'note': gettext('exchange.msg_import_closed')}),
            ]
    return told


class _Undone(Exception):
    "A dry run has ended as it should"


class _Refused(Exception):
    "A row that can not be taken in"

    def __init__(self, field, reason, value=None):
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.value = value

    def result(self):
        value = '' if self.value is None else str(self.value)
        return {
            'status': 'refused',
            'field': self.field,
            'code': self.reason,
            'reason': clean(gettext(
                    f'exchange.msg_import_{self.reason}', value=value)),
            # the same for all that are refused for it
            'why': clean(gettext(
                    f'exchange.msg_import_{self.reason}', value='…')),
            }
