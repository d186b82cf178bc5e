# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Take back an import: letters of an old register on which nothing rests yet.

What was worked on stays, and it is said why.  What goes, goes with all that
the import itself has made for it, and each letter and case with an entry of
the audit that says what it held; its number is given to nobody else.
"""
from collections import defaultdict

from sql import Column, Null
from trytond.i18n import gettext
from trytond.model import ModelSQL, fields
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.complaints.exceptions import StepError
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.beyond import MASKED
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.tools import grouped_slice
from trytond.transaction import Transaction


# What an import makes itself for a letter, and only that
_MADE = frozenset([
    'complaints.person', 'complaints.respondent', 'complaints.obstacle',
    'complaints.letter.condition',
    'complaints.letter-deadlines.ground', 'complaints.original',
    'deadlines.clock'])
# What says what has happened keeps on saying it
_KEPT = frozenset(['audit.entry', 'ir.model.log'])
BATCH = 500


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__rpc__['undo_import'] = RPC(readonly=False)

    @classmethod
    def undo_import(cls, source, reason, after=0):
        """Take back letters that an import of a source has brought.

        source -- the name of the register, as it was imported
        reason -- why: it stands in the audit
        after -- only letters whose id is higher

        Returns a dictionary: last, the id to go on after, None at the end;
        removed, the numbers that are gone; kept, pairs of a number and why
        it stays.  Only a data officer of the agency of a letter, or of one
        above it, takes it back: the others stay, and it is said, masked.

        Raises StepError without a reason, RoleError for who imports nowhere.
        """
        if not (reason or '').strip():
            raise StepError(gettext('exchange.msg_undo_reason'))
        offices = cls._import_offices()
        with as_server("_import_offices() says whose letters go"):
            letters = cls.search([
                    ('import_source', '=', source), ('id', '>', after)],
                order=[('id', 'ASC')], limit=BATCH)
            kept = cls._undo_kept(letters, offices)
            gone = [le for le in letters if le.id not in kept]
            numbers = [le.number for le in gone]
            told = [
                (le.number if cls._imports(le, offices) else MASKED,
                    kept[le.id])
                for le in letters if le.id in kept]
            if gone:
                _Undoing(gone, reason).run()
        return {
            'last': letters[-1].id if len(letters) == BATCH else None,
            'removed': numbers, 'kept': told}

    @classmethod
    def _undo_made(cls):
        "Return the models of which an import makes rows; rooms above add"
        return set(_MADE)

    @classmethod
    def _undo_found(cls):
        """Return {model: field} of what was found by itself; rooms above add

        It rests on nothing until somebody has said something in the field."""
        return {}

    @classmethod
    def _undo_of_clocks(cls):
        "Return (model, field) of what goes with a clock; rooms above add"
        return []

    @classmethod
    def _import_offices(cls):
        "Return the ids of the agencies where the user is a data officer"
        pool = Pool()
        User, Agency = pool.get('res.user'), pool.get('agencies.agency')
        if not Transaction().user:
            return None
        with as_server("one's own roles say for whom one imports"):
            held = {
                Agency(a).head.id for a, role in User.get_roles()
                if role == 'data_officer'}
        if not held:
            raise RoleError(gettext(
                    'exchange.msg_import_role', value='–'))
        return held

    @staticmethod
    def _imports(letter, offices):
        "Tell if who is a data officer there imports for a letter's agency"
        return offices is None or bool(offices & {
                letter.agency.id, *(a.id for a in letter.agency.superiors())})

    @classmethod
    def _undo_kept(cls, letters, offices):
        "Return {id: why} of the letters that stay"
        kept = {}
        for letter in letters:
            if not cls._imports(letter, offices):
                kept[letter.id] = gettext('exchange.msg_undo_agency')
            elif letter.write_date or letter.case and letter.case.write_date:
                kept[letter.id] = gettext('exchange.msg_undo_changed')
        rest = [le for le in letters if le.id not in kept]
        for id_, model in resting(rest).items():
            kept[id_] = gettext(
                'exchange.msg_undo_rests',
                what=Pool().get(model).__names__()['model'])
        return kept


def places():
    """Yield (model, field, target) of all that can rest on a letter or case

    From the registry: whatever model comes, it is looked at."""
    pool = Pool()
    targets = {'complaints.letter', 'complaints.case'}
    for name, Model in pool.iterobject():
        if (not issubclass(Model, ModelSQL) or Model._is_table_query()
                or name in _KEPT):
            continue
        for field_name, field in Model._fields.items():
            if not field.sql_type() or isinstance(field, fields.Function):
                continue
            if isinstance(field, fields.Reference):
                yield name, field_name, None
            elif (isinstance(field, fields.Many2One)
                    and field.model_name in targets):
                yield name, field_name, field.model_name


def resting(letters):
    """Return {letter id: name of a model of which a row rests on it}

    Rows that the import has made itself do not count; nor do letters and
    cases that would go together."""
    ids = {le.id for le in letters}
    cases = {le.case.id: le.id for le in letters if le.case}
    found, made = {}, Pool().get('complaints.letter')._undo_made()
    for model, field, target in places():
        if model in made:
            continue
        own = {'complaints.letter': ids, 'complaints.case': cases}.get(
            model, ())
        for letter, row in _rows_on(model, field, target, ids, cases):
            if row not in own:
                found.setdefault(letter, model)
    return found


def _rows_on(model, field, target, ids, cases):
    "Yield (id of the letter, id of the row) of the rows of a model"
    table = Pool().get(model).__table__()
    by_itself = Pool().get('complaints.letter')._undo_found()
    column = Column(table, field)
    cursor = Transaction().connection.cursor()
    wanted = {
        'complaints.letter': {id_: id_ for id_ in ids},
        'complaints.case': cases,
        None: {
            **{f'complaints.letter,{id_}': id_ for id_ in ids},
            **{f'complaints.case,{c}': id_ for c, id_ in cases.items()}},
        }[target]
    for part in grouped_slice(list(wanted), 1000):
        where = column.in_(list(part))
        if model in by_itself:
            where &= Column(table, by_itself[model]) != Null
        elif model == 'ir.attachment':
            # a scan that lay beside the register goes with the letter
            where &= table.import_hash == Null
        cursor.execute(*table.select(column, table.id, where=where))
        for value, row in cursor:
            yield wanted[value], row


class _Undoing:
    "Letters that go, with their cases and what was made for them"

    def __init__(self, letters, reason):
        self.pool = Pool()
        self.reason = reason
        self.letters = {le.id: le for le in letters}
        self.cases = {le.case.id: le.case for le in letters if le.case}

    def run(self):
        self.put_on_record()
        Letter = self.pool.get('complaints.letter')
        made, found = Letter._undo_made(), Letter._undo_found().keys()
        clocks = self.of('deadlines.clock', 'resource')
        identities = self.identities()
        for model, field, target in places():
            if model in made - {'deadlines.clock'} | found:
                self.delete(model, field, self.values(target))
        for model, field in Letter._undo_of_clocks():
            self.delete(model, field, clocks)
        self.delete('deadlines.clock', 'id', clocks)
        self.delete('ir.attachment', 'resource', self.values(None))
        # letters and cases name each other: first the links, then the rows
        table = Letter.__table__()
        cursor = Transaction().connection.cursor()
        for part in grouped_slice(list(self.letters), 1000):
            cursor.execute(*table.update(
                    [table.case, table.repeat_of], [Null, Null],
                    where=table.id.in_(list(part))))
        self.delete('complaints.case', 'id', list(self.cases))
        self.delete('complaints.letter', 'id', list(self.letters))
        # with their keys: nothing of them can be read again
        self.delete('complaints.identity', 'id', identities)
        for cache in Transaction().cache.values():
            cache.clear()
        self.pool.get('res.user').clear_cut_cache()

    def put_on_record(self):
        "What goes is on record with what it held"
        entries = []
        for records in [self.letters, self.cases]:
            if not records:
                continue
            Model = type(next(iter(records.values())))
            names = Model._audit_fields()
            held = Model._audit_read(list(records), names)
            for id_, record in records.items():
                entries.append({
                        'action': 'delete', 'resource': str(record),
                        'summary': self.reason,
                        'changes': {
                            n: [held[id_][n], None] for n in names
                            if held[id_][n] not in (None, '')}})
        self.pool.get('audit.entry').append(entries)

    def values(self, target):
        return {
            'complaints.letter': list(self.letters),
            'complaints.case': list(self.cases),
            None: [
                *(f'complaints.letter,{id_}' for id_ in self.letters),
                *(f'complaints.case,{id_}' for id_ in self.cases)]}[target]

    def of(self, model, field):
        "Return the ids of the rows of a model that are of what goes"
        table = self.pool.get(model).__table__()
        cursor = Transaction().connection.cursor()
        found = []
        for part in grouped_slice(self.values(None), 1000):
            cursor.execute(*table.select(
                    table.id, where=Column(table, field).in_(list(part))))
            found.extend(id_ for id_, in cursor)
        return found

    def identities(self):
        "Return the ids of the identities that only these letters have"
        table = self.pool.get('complaints.person').__table__()
        cursor = Transaction().connection.cursor()
        own, letters = defaultdict(set), set(self.letters)
        for part in grouped_slice(list(self.letters), 1000):
            cursor.execute(*table.select(
                    table.identity, where=table.letter.in_(list(part))))
            for identity, in cursor.fetchall():
                own[identity] = set()
        for part in grouped_slice(list(own), 1000):
            cursor.execute(*table.select(
                    table.identity, table.letter,
                    where=table.identity.in_(list(part))))
            for identity, letter in cursor:
                own[identity].add(letter)
        return [i for i, where in own.items() if where <= letters]

    def delete(self, model, field, values):
        table = self.pool.get(model).__table__()
        cursor = Transaction().connection.cursor()
        for part in grouped_slice(list(values), 1000):
            cursor.execute(*table.delete(
                    where=Column(table, field).in_(list(part))))
