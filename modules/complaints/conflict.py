# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who is denounced does not see it: no row, no count, no search.

By name, or by post: by each name that he has or ever had, whoever changed
it; where the head or the agency itself is denounced, its leaders, and who led
it before: when it happened no field says, and who has moved on since would
else read of his own time.  The parts of what denounces are hidden as well,
and a letter of which a part denounces.  The rules of records ask for the list
of what is cut; it is short, asked for once, and kept until a denunciation or a
role changes.  A complaint is not cut: by law the author of a decision settles
the first complaint about it himself (Luật Khiếu nại Điều 7); what is only
forbidden is that the person complained of handles it.
"""
from sql import Literal
from sql.operators import Like
from trytond.cache import Cache
from trytond.model import Index, ModelSQL, Unique, fields
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .respondent import name_key


class User(metaclass=PoolMeta):
    __name__ = 'res.user'
    _cut_cache = Cache('complaints.user.cut', context=False)
    _names_cache = Cache('complaints.user.names', context=False)
    _led_cache = Cache('complaints.user.led', context=False)

    @classmethod
    def clear_cut_cache(cls):
        cls._cut_cache.clear()

    @classmethod
    def clear_role_caches(cls):
        super().clear_role_caches()
        cls._led_cache.clear()

    @classmethod
    def get_led(cls, user):
        """Return the ids of the agencies that the user leads, or ever led

        Ordered; today also those where he acts for who is away."""
        today = Pool().get('ir.date').today()
        led = cls._led_cache.get((user, today))
        if led is None:
            now = {a for a, role in cls.get_roles(user) if role == 'leader'}
            led = tuple(sorted(now | {
                        agency for agency, _ in cls.who_led(
                            lambda table: table.user == user)}))
            cls._led_cache.set((user, today), led)
        return led

    @classmethod
    def who_led(cls, which):
        """Return {(id of an agency, id of a user)} of who leads or led it

        which -- a function of the table that returns the condition"""
        pool = Pool()
        table = pool.get('agencies.membership').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.agency, table.user,
                where=which(table) & (table.role == 'leader')
                & (table.state == 'held')
                & (table.valid_from <= pool.get('ir.date').today())))
        return set(map(tuple, cursor.fetchall()))

    @classmethod
    def on_modification(cls, mode, users, field_names=None):
        super().on_modification(mode, users, field_names=field_names)
        if mode != 'write' or 'name' in (field_names or set()):
            if mode != 'delete':
                Pool().get('complaints.user.name').keep(users)
            cls._names_cache.clear()
            cls.clear_cut_cache()

    @classmethod
    def known_names(cls, user):
        "Return the keys of the names that a user has or ever had"
        names = cls._names_cache.get(user)
        if names is None:
            names = cls.known_names_of([user])[user]
            cls._names_cache.set(user, names)
        return names

    @classmethod
    def known_names_of(cls, users):
        "Return {id of a user: the keys of the names he has or ever had}"
        name = Pool().get('complaints.user.name').__table__()
        cursor = Transaction().connection.cursor()
        keys = {user: [] for user in users}
        for part in grouped_slice(list(keys), 1000):
            cursor.execute(*name.select(
                    name.user, name.key, where=name.user.in_(list(part))))
            for user, key in cursor:
                keys[user].append(key)
        return keys

    @classmethod
    def get_cut(cls, user=None):
        """Return the letters and the cases that are hidden from the user

        A pair of ordered tuples of ids."""
        if user is None:
            user = acting_user() or 0
        if not user:
            return (), ()
        leads = cls.get_led(user)
        key = (user, leads)
        cut = cls._cut_cache.get(key)
        if cut is None:
            cut = cls._find_cut(user, leads)
            cls._cut_cache.set(key, cut)
        return cut

    @classmethod
    def _find_cut(cls, user, leads):
        # In SQL: what is read by records asks for the rules, and these for
        # this
        pool = Pool()
        letter = pool.get('complaints.letter').__table__()
        other = pool.get('complaints.respondent').__table__()
        cursor = Transaction().connection.cursor()
        keys = cls.known_names(user)

        def about(agency, role, name):
            clause = Literal(False)
            if leads:
                clause |= agency.in_(leads) & role.in_(['head', 'body'])
            for key in keys:
                clause |= Like(name, f'%{key}%')
            return clause
        cursor.execute(*letter.select(
                letter.id, letter.case, letter.part_of,
                where=(letter.kind == 'denunciation') & (
                    about(letter.respondent_agency, letter.respondent_role,
                        letter.respondent_key)
                    | letter.id.in_(other.select(
                            other.letter,
                            where=about(
                                other.agency, other.role, other.key))))))
        cases = {}
        cls._add_kin(cursor, letter, cases, cursor.fetchall())
        return (
            tuple(sorted(cases)),
            tuple(sorted({case for case in cases.values() if case})))

    @staticmethod
    def _add_kin(cursor, letter, cases, rows):
        """Add letters with their parts, and the wholes of which they are parts

        cases -- {letter: its case}, which is filled
        rows -- (letter, case, whole) of those that denounce themselves"""
        def with_(column, ids):
            found = []
            for part in grouped_slice(sorted(ids), 1000):
                cursor.execute(*letter.select(
                        letter.id, letter.case, letter.part_of,
                        where=column.in_(list(part))))
                found += cursor.fetchall()
            return [row for row in found if row[0] not in cases]
        wholes, parts = rows, rows
        while parts:
            cases.update((id_, case) for id_, case, _ in parts)
            parts = with_(letter.part_of, [id_ for id_, _, _ in parts])
        while wholes:
            cases.update((id_, case) for id_, case, _ in wholes)
            wholes = with_(letter.id, {
                    whole for _, _, whole in wholes if whole})


class UserName(ModelSQL):
    "A name that a user has or had: who is denounced does not rename himself"
    __name__ = 'complaints.user.name'
    _no_rpc = True

    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='CASCADE')
    key = fields.Char("Key", required=True, strip=False)

    @classmethod
    def __setup__(cls):
        cls.key.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'name_unique', Unique(table, table.user, table.key),
                'complaints.msg_user_name_unique'))
        cls._sql_indexes.add(Index(table, (table.user, Index.Equality())))

    @classmethod
    def __register__(cls, module):
        fill = not cls.__table_handler__(module).table_exist(cls._table)
        super().__register__(module)
        if not fill:
            return
        # who was there before
        table = cls.__table__()
        user = Pool().get('res.user').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*user.select(user.id, user.name))
        for id_, name in cursor.fetchall():
            if key := name_key(name):
                cursor.execute(*table.insert(
                        [table.user, table.key], [[id_, key]]))

    @classmethod
    def keep(cls, users):
        "Remember the names that users have now"
        with as_server("names are kept so that matters are kept from them"):
            named = {
                (u.id, name_key(u.name))
                for u in Pool().get('res.user').browse([u.id for u in users])
                if name_key(u.name)}
            known = {(n.user.id, n.key) for n in cls.search([
                        ('user', 'in', [id_ for id_, _ in named])])}
            cls.create([
                    {'user': id_, 'key': key}
                    for id_, key in sorted(named - known)])


class Rule(metaclass=PoolMeta):
    __name__ = 'ir.rule'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.domain.help += (
            '\n- "cut_letters" and "cut_cases" as lists of ids of what '
            'is about the user and hidden from them'
            '\n- "cut_matters" as list of the same as references')

    @classmethod
    def _get_cache_key(cls, model_names):
        cut = Pool().get('res.user').get_cut()
        return (*super()._get_cache_key(model_names),
            *cut, tuple(cls.cut_matters(*cut)))

    @classmethod
    def _get_context(cls, model_name):
        context = super()._get_context(model_name)
        letters, cases = Pool().get('res.user').get_cut()
        context['cut_letters'] = list(letters)
        context['cut_cases'] = list(cases)
        context['cut_matters'] = cls.cut_matters(letters, cases)
        return context

    @classmethod
    def cut_matters(cls, letters, cases):
        "Return what is hidden with letters and cases, as references"
        return [
            *(f'complaints.letter,{i}' for i in letters),
            *(f'complaints.case,{i}' for i in cases)]
