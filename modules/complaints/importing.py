# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Take in the rows of old registers, by the same steps as everything else."""
from collections import Counter, defaultdict

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model.exceptions import ValidationError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.loader import succession_key
from trytond.modules.agencies.text import clean
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.transaction import Transaction, without_check_access

from . import register_rows as rr


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
        dry_run -- only say what would become of them

        Returns a list of dictionaries with row, status ('accepted', 'known',
        'refused'), number, field, reason and repeat_of.  A row that is known
        already is left as it is: an import can be repeated.
        """
        return _Import(cls, source, agency, dry_run).run(rows)


class _Import:

    def __init__(self, Letter, source, agency, dry_run):
        pool = Pool()
        self.Letter = Letter
        self.Agency = pool.get('agencies.agency')
        self.User = pool.get('res.user')
        self.Date = pool.get('ir.date')
        self.Key = pool.get('audit.key')
        self.source = source
        self.default_agency = agency
        self.dry_run = dry_run
        self.agencies = {}
        self.allowed = {}
        Field = pool.get('complaints.field')
        self.fields = {f.code: f.id for f in Field.search([])}

    def run(self, rows):
        # A domain would coalesce the columns, and no index would serve it
        table = self.Letter.__table__()
        keys = [r['key'] for r in rows if r.get('key')]
        with without_check_access():
            known = {
                letter.import_key: letter for letter in self.Letter.search([
                        ('id', 'in', table.select(table.id, where=(
                                    table.import_source == self.source)
                                & table.import_key.in_(keys or [None]))),
                        ])}
        results, taken, seen = [], [], {}
        for row in rows:
            result = {'row': row.get('row'), 'status': 'accepted'}
            results.append(result)
            try:
                with without_check_access():
                    agency, note = self.place(row)
                self.check_role(agency)
                self.check(row)
            except _Refused as refused:
                result.update(refused.result())
                continue
            # keyed: who reads the letter can not try out names against it
            hash_ = self.Key.hash(rr.row_hash(row))
            earlier = known.get(row['key'])
            if earlier and self.is_known(earlier, hash_):
                result.update(status='known', number=earlier.number)
            elif earlier or seen.get(row['key'], hash_) != hash_:
                result.update(_Refused('key', 'key_used_twice').result())
            elif row['key'] in seen:
                result.update(status='known')
            else:
                seen[row['key']] = hash_
                taken.append((row, hash_, agency, note, result))
        if taken and not self.dry_run:
            self.take_in(taken)
        return results

    def is_known(self, earlier, hash_):
        """Tell if a letter is of the same row

        Of a secret one the row does not matter: else an importer could try
        out who sent it."""
        with without_check_access():
            secret = earlier.is_secret
            agency = earlier.agency
        try:
            self.check_role(agency)
        except _Refused:
            return False
        return secret or earlier.import_hash == hash_

    # Checking

    def check(self, row):
        if not row.get('key'):
            raise _Refused('key', 'key_missing')
        if flaw := rr.flaw(row, self.Date.today()):
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
                'complaints.msg_import_place', place=text,
                agency=agency.rec_name)
        provinces = {u.parent for u in units}
        agency = self.committee(min(provinces, key=lambda p: p.code))
        return agency, gettext(
            'complaints.msg_import_place_split', place=text,
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
            'complaints.msg_import_place_unclear', place=text,
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
            with without_check_access():
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
                    'complaints.msg_import_role', value=agency.rec_name))

    # Taking in

    def take_in(self, taken):
        "Create the letters and take them through their steps"
        user = Transaction().user
        with Transaction().set_user(0, set_context=bool(user)), \
                Transaction().set_context(_import=True), \
                without_check_access():
            try:
                letters = self.Letter.create([
                        self.values(row, hash_, agency, note)
                        for row, hash_, agency, note, _ in taken])
                pairs = [
                    (letter, t[0])
                    for letter, t in zip(letters, taken, strict=True)]
                self.Letter.find_repeats(letters)
                self.steps([
                        (self.Letter(letter.id), row)
                        for letter, row in pairs])
            except (UserError, ValidationError) as exception:
                if len(taken) == 1:
                    # The door was the row check: what still fails here says
                    # what and why itself, and loses only this row.
                    raise
                raise UserError(str(exception)) from exception
            letters = self.Letter.browse([le.id for le in letters])
            for letter, (*_, result) in zip(letters, taken, strict=True):
                result['number'] = letter.number
                if letter.repeat_of:
                    result['repeat_of'] = letter.repeat_of.number

    def values(self, row, hash_, agency, note):
        person = {
            'name': row.get('name'),
            'identity_number': row.get('identity_number'),
            'address': row.get('address'),
            'protected': row['kind'] == 'denunciation',
            }
        return {
            'agency': agency.id,
            'received_on': rr.date(row, 'received_on'),
            'channel': row.get('channel') or 'other',
            'kind': row['kind'],
            'instance': str(row.get('instance') or 1),
            'field': self.fields.get(row.get('field') or 'other'),
            'people_count': row.get('people_count') or 1,
            'anonymous': bool(row.get('anonymous')) or not row.get('name'),
            'content': row['content'],
            'complex': bool(row.get('complex')),
            'remote': bool(row.get('remote')),
            'persons': [('create', [person])]
            if row.get('name') and not row.get('anonymous') else [],
            'note': '\n'.join(filter(None, [row.get('note'), note])) or None,
            **self.proposal(row),
            'import_source': self.source,
            'import_key': row['key'],
            'import_hash': hash_,
            }

    def proposal(self, row):
        "Return what was done with the letter, as what was proposed"
        handling = row.get('handling')
        if not handling or handling == 'historical':
            return {}
        return {
            'proposal': handling,
            'proposal_note': row.get('handled_by')
            or gettext('complaints.msg_import_note'),
            'accepted_on': rr.date(row, 'accepted_on'),
            }

    def steps(self, pairs):
        Letter = self.Letter
        groups = defaultdict(list)
        for letter, row in pairs:
            groups[row.get('handling') or ''].append((letter, row))
        history = Letter.browse([
                letter.id for letter, _ in groups.pop('historical', [])])
        if history:
            Letter.keep_historical(history)
        for handling in ['', 'accept', 'transfer', 'guide', 'file']:
            group = groups.get(handling)
            if not group:
                continue
            letters = Letter.browse([letter.id for letter, _ in group])
            Letter.register(letters)
            if not handling:
                continue
            Letter.classify(Letter.browse([le.id for le in letters]))
            letters = Letter.browse([le.id for le in letters])
            Letter.propose(letters)
            Letter.approve(Letter.browse([le.id for le in letters]))
            # The old registers do not say when they did it.
            with Transaction().set_context(
                    _undated=handling != 'accept'):
                Letter.take_proposed_step(
                    Letter.browse([le.id for le in letters]), handling)
            if handling == 'accept':
                self.case_steps([
                        (Letter(le.id).case, row) for le, row in group])

    def case_steps(self, pairs):
        Case = Pool().get('complaints.case')
        decided = [
            (case, row) for case, row in pairs if row.get('decided_on')]
        if not decided:
            return
        cases = [case for case, _ in decided]
        Case.verify(cases)
        Case.write(*sum((
                    [[case], {
                        'result': row.get('result') or (
                            'answered' if case.kind in {
                                'petition', 'reflection'} else 'partly'),
                        'decision_number': row.get('decision_number')
                        or gettext('complaints.msg_import_no_number'),
                        'decided_on': rr.date(row, 'decided_on'),
                        }] for case, row in decided), []))
        cases = Case.browse([c.id for c in cases])
        Case.decide(cases)
        Case.close_historical(Case.browse([c.id for c in cases]))


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
                    f'complaints.msg_import_{self.reason}', value=value)),
            }
