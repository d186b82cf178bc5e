# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tables say, in words that do not depend on the day, ids or keys.

Records are called by what they are: a letter by the life that it lives, what
hangs on it by its letter.  What is random (sealed bytes, keyed hashes, tokens)
is left out or told by what it means: two letters have the same key, or share
so many marks.  Of a moment only the day is told.
"""
import datetime as dt
import decimal
import json
from collections import Counter, defaultdict

LETTER, CASE = 'complaints.letter', 'complaints.case'
# {title: (model, fields)}; the name of each record comes from namers below
TABLES = {
    'letter': (LETTER, 'agency unit state number kind instance received_on '
        'channel forwarded_by forwarder subject content field people_count '
        'anonymous assumed_name secrecy respondent respondent_agency '
        'respondent_role respondent_later respondent_agency_now '
        'respondent_role_now contested_number contested_on several_places '
        'complex especially_complex remote known_on registered_by handler '
        'proposal proposal_note proposed_to outcome_number accepted_on case '
        'repeat_of earlier_number join_case part_of supplemented_on '
        'kept_until pages note import_source import_key transferred_from '
        'transferred_to return_reason origin_agency due_on warn_on '
        'documented anonymised_on grounds'),
    'person': ('complaints.person',
        'letter role protected withdrawn_on name identity_number address '
        'phone email subdivision'),
    'respondent': ('complaints.respondent',
        'letter name agency role later agency_now role_now'),
    'obstacle': ('complaints.obstacle', 'letter ground start end'),
    'condition': ('complaints.letter.condition',
        'letter condition finding note by_system'),
    'case': (CASE, 'agency unit state number kind instance subject field '
        'handler accepted_on findings result decision_number decided_on '
        'decision sent_on effective_from effective_on closed_on '
        'suspended_on suspended_in terminated_on notified_on complex '
        'especially_complex remote note origin_agency due_on warn_on '
        'documented'),
    'verifier': ('complaints.verifier',
        'case name user post head impartial'),
    'outcome': ('complaints.outcome',
        'case kind recommended done done_on'),
    'act': ('complaints.act', 'agency letter case step name title day '
        'document number who meeting_on said citation pages '
        'taken_by annulled_on annulled_by annulled_for'),
    'clock': ('deadlines.clock', 'resource rule version calendar started_on '
        'variants due_on warn_on ended_on tolerance_on documented state'),
    'interval': ('deadlines.clock.interval', 'clock kind start end length '
        'ground reason entered_on document end_document'),
    'number': ('complaints.counter', 'agency kind year last'),
    'likeness': ('likeness.likeness', 'letter match agency evidence '
        'decision reason decided_by decided_on'),
    'attachment': ('ir.attachment',
        'resource name type description link working_copy'),
    'reception': ('reception.reception', 'agency number state day form '
        'host people_count kind secrecy content result directed_to papers '
        'refusal answered_on letter due_on'),
    'visitor': ('reception.visitor',
        'reception role protected name address'),
    'transfer': ('routing.transfer', 'letter twin sender agency slip_number '
        'reason automatic state sent_on sent_by received_on received_by '
        'result_on returned_on return_reason due_on warn_on'),
    'dispute': ('routing.dispute', 'letter asked_by agency candidates reason '
        'state raised_on decision decision_number decision_note decided_on '
        'decided_by due_on'),
    'demand': ('routing.demand', 'kind letter case sender agency rule number '
        'text state drafted_on sent_on sent_by answer answer_number '
        'answered_on answered_by due_on'),
    'schedule': ('routing.escalation.schedule', 'clock resource event mark '
        'rule step counted_from run_at done_at error'),
    'escalation': ('routing.escalation', 'letter case reception transfer '
        'dispute demand clock rule level agency superior due_on raised_at '
        'recipients undelivered offered taken_as answer promised_on '
        'answered_by state'),
    'notice': ('routing.notice', 'user record text icon made_at not_before '
        'digest tell mail done_at'),
    'watched': ('routing.watch.item', 'watch letter case level note'),
    }
# {model: the field that says to what a record belongs, and those of its name}
_BELONGS = {
    'complaints.person': ('letter', ['role']),
    'complaints.respondent': ('letter', ['name']),
    'complaints.obstacle': ('letter', ['start']),
    'complaints.letter.condition': ('letter', ['condition']),
    'complaints.verifier': ('case', ['name']),
    'complaints.outcome': ('case', ['kind']),
    'complaints.act': (('case', 'letter'), ['name', 'day']),
    'deadlines.clock': ('resource', ['rule', 'started_on']),
    'deadlines.clock.interval': ('clock', ['kind', 'start']),
    'complaints.counter': ('agency', ['kind', 'year']),
    'likeness.likeness': ('letter', ['match']),
    'ir.attachment': ('resource', ['name']),
    'reception.reception': ('agency', ['number', 'day']),
    'reception.visitor': ('reception', ['role']),
    'routing.transfer': ('letter', ['agency', 'sent_on']),
    'routing.dispute': ('letter', ['raised_on']),
    'routing.demand': (('case', 'letter'), ['kind', 'drafted_on']),
    'routing.escalation.schedule': (
        ('clock', 'resource'), ['rule', 'step', 'mark']),
    'routing.escalation': (
        ('clock', 'transfer', 'dispute', 'case', 'letter', 'reception',
            'demand'), ['rule', 'level', 'raised_at']),
    'routing.notice': ('user', ['made_at', 'text']),
    'routing.watch.item': ('watch', ['level']),
    }
_CODED = {
    'agencies.agency': 'code', 'res.user': 'login', 'deadlines.rule': 'code',
    'deadlines.ground': 'code', 'complaints.condition': 'code',
    'complaints.field': 'code', 'complaints.procedure.step': 'name',
    'country.subdivision': 'code', 'agencies.unit': 'name',
    'routing.watch': 'name'}

# What a model is called in the record, where it has got another name since
_FORMERLY = {'reception.visitor': 'person'}


class Tables:
    """The tables of a database in which lives were lived

    names -- {letter id: name} of those that were received"""

    def __init__(self, pool, names):
        self.pool = pool
        self.names = {(LETTER, id_): name for id_, name in names.items()}
        self.taken = Counter()

    def lines(self):
        "Yield the lines of the record"
        self._name_letters()
        for title, (model, names) in TABLES.items():
            yield from self._table(title, model, names.split())
        yield from self._identities()
        yield from self._keys()
        yield from self._marks()
        yield from self._originals()
        yield from self._audit()

    # Names

    def _name_letters(self):
        "Call what was born of a letter by that letter, and a case by its own"
        Letter, Case = self.pool.get(LETTER), self.pool.get(CASE)
        letters = Letter.search([], order=[('id', 'ASC')])
        parts = Counter()
        for letter in letters:
            key = (LETTER, letter.id)
            if key in self.names:
                continue
            if letter.transferred_from:
                origin = self.name(letter.transferred_from)
                name = f'{origin}>{letter.agency.code}'
            elif letter.part_of:
                parts[letter.part_of.id] += 1
                number = parts[letter.part_of.id]
                name = f'{self.name(letter.part_of)}/{number}'
            elif letter.import_key:
                name = f'imported {letter.import_key}'
            elif letter.earlier_number and (cases := Case.search([
                        ('number', '=', letter.earlier_number)])):
                name = f'{self.name(cases[0].letters[0])}^{letter.agency.code}'
            else:
                name = 'a letter'
            self.names[key] = self._unused(name)
        for letter in letters:
            if letter.case:
                self.names.setdefault(
                    (CASE, letter.case.id), f'{self.name(letter)} case')

    def _unused(self, name):
        self.taken[name] += 1
        number = self.taken[name]
        return name if number == 1 else f'{name} #{number}'

    def name(self, record):
        "Return what a record is called"
        if record is None:
            return None
        key = record.__name__, record.id
        if key in self.names:
            return self.names[key]
        if record.id < 0:
            return '–'
        belongs, own = _BELONGS.get(record.__name__, (None, []))
        if belongs:
            name = self._belonging(record, belongs, own)
            self.names[key] = self._unused(name)
            return self.names[key]
        field = _CODED.get(record.__name__)
        return str(getattr(record, field) if field else record.rec_name)

    def _belonging(self, record, belongs, own):
        if isinstance(belongs, str):
            belongs = [belongs]
        owner = next(filter(None, (getattr(record, n) for n in belongs)), None)
        title = _FORMERLY.get(
            record.__name__, record.__name__.rpartition('.')[2])
        # a bare word of a model that is no record
        whose = self.name(owner) if hasattr(owner, 'id') else str(owner)
        return ' '.join([whose, title, *filter(None, (
                        self.show(getattr(record, name)) for name in own))])

    def show(self, value):
        "Return a value as text, None for nothing"
        if value is None or value is False or value == '' or value == ():
            return None
        if hasattr(value, '__name__') and hasattr(value, 'id'):
            return self.name(value)
        if isinstance(value, dt.datetime):
            from trytond.modules.foundation import clock
            return clock.local_day(value).isoformat()
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, decimal.Decimal):
            return f'{value:f}'
        if isinstance(value, (list, tuple)):
            return ', '.join(sorted(filter(None, map(self.show, value))))
        return ' / '.join(str(value).splitlines())

    # What is told

    def _table(self, title, model, names):
        Model = self.pool.get(model)
        records = Model.search([], order=[('id', 'ASC')])
        # in an order of their own, whoever was written first
        records = sorted(records, key=lambda r: self._sort_key(r, names))
        told = []
        for record in records:
            facts = [
                (name, self.show(self._value(record, name)))
                for name in names]
            told.append((self.name(record), facts))
        for name, facts in sorted(told):
            yield f'{title} | {name}'
            for field, value in facts:
                if value is not None:
                    yield f'{title} | {name} | {field}: {value}'

    def _sort_key(self, record, names):
        return [
            self.show(getattr(record, name)) or ''
            for name in names if name not in {'twin', 'record'}
            and not isinstance(getattr(record, name), (list, tuple))
            and not self._unnamed(getattr(record, name))]

    def _unnamed(self, value):
        "Tell if a value is a record that has no name yet"
        return (hasattr(value, '__name__')
            and value.__name__ in _BELONGS
            and (value.__name__, value.id) not in self.names)

    def _value(self, record, name):
        from trytond.model import fields
        if isinstance(record._fields.get(name), fields.Boolean):
            return bool(getattr(record, name))      # 0 or False
        if name == 'record':
            # of a notice: a model and an id
            if not record.model or not record.record:
                return None
            return self.pool.get(record.model)(record.record)
        if name == 'evidence':
            return json.dumps(json.loads(record.evidence), sort_keys=True)
        if name == 'variants':
            return ','.join(sorted((record.variants or '').split(',')))
        if name == 'version':
            return f'{record.version.valid_from} {record.version.variants}'
        if name == 'resource' and isinstance(record.resource, str):
            return None
        return getattr(record, name)

    def _identities(self):
        "Tell who the people are, and who is the same as another"
        kept = defaultdict(list)
        for model in ['complaints.person', 'reception.visitor']:
            for person in self.pool.get(model).search([]):
                kept[person.identity].append(self.name(person))
        lines = []
        for identity, names in kept.items():
            names.sort()
            lines += [
                f'identity | {names[0]} | {field}: {self.show(value)}'
                for field, value in identity.open_values().items() if value]
            lines += [
                f'identity | {names[0]} | same: {name}' for name in names[1:]]
        yield from sorted(lines)

    def _keys(self):
        "Tell which letters have the same key of repeats"
        groups = defaultdict(list)
        for letter in self.pool.get(LETTER).search(
                [('repeat_key', '!=', None)]):
            groups[letter.repeat_key].append(self.name(letter))
        for names in sorted(sorted(names) for names in groups.values()):
            yield f'key of repeats | {names[0]}: {", ".join(names)}'

    def _marks(self):
        "Tell how many marks a letter has, and with whom it shares them"
        having = defaultdict(set)
        for row in self.pool.get('likeness.fingerprint').search([]):
            having[row.mark].add(self.name(row.letter))
        own, shared = Counter(), defaultdict(Counter)
        for names in having.values():
            own.update(names)
            for name in names:
                shared[name].update(names - {name})
        for name, count in sorted(own.items()):
            yield f'marks | {name}: {count}'
            for other, common in sorted(shared[name].items()):
                yield f'marks | {name} | shared with {other}: {common}'

    def _originals(self):
        "Tell what is sealed, as it was written"
        Original = self.pool.get('complaints.original')
        resources = [o.resource for o in Original.search([])]
        lines = []
        for resource, texts in Original.read_texts(resources).items():
            model, id_ = resource.split(',')
            name = self.name(self.pool.get(model)(int(id_)))
            for field, text in texts.items():
                lines.append(
                    f'original | {name} | {field}: {self.show(text)}')
        yield from sorted(lines)

    def _audit(self):
        "Tell who did what to which record and which fields, day by day"
        Entry = self.pool.get('audit.entry')
        facts = defaultdict(lambda: (set(), set()))
        for entry in Entry.search([('resource', '!=', None)]):
            try:
                record = entry.resource
                known = (record.__name__, record.id) in self.names
            except (AttributeError, KeyError):
                continue
            if not known:
                continue
            actions, fields = facts[
                self.name(record), self.show(entry.at),
                entry.user.login if entry.user else '-']
            actions.add(
                f'{entry.action} {entry.summary}'
                if entry.action == 'transition' else entry.action)
            fields.update(self._changed(entry.changes))
        for (name, day, user), (actions, fields) in sorted(facts.items()):
            yield (f'audit | {name} | {day} {user}: '
                f'{", ".join(sorted(actions))} [{" ".join(sorted(fields))}]')

    @staticmethod
    def _changed(changes):
        changes = json.loads(changes) if changes else {}
        return changes.keys() if isinstance(changes, dict) else []
