# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt
import json
import re
from contextlib import contextmanager
from functools import lru_cache

import trytond.config as config
from sql import Null
from trytond import backend
from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.hidden import HiddenMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .collected import Change, Collected
from .exceptions import AuditError
from .period import Period
from .told import ToldMixin

ACTIONS = [
    ('create', "Create"),
    ('write', "Change"),
    ('delete', "Delete"),
    ('transition', "Step"),
    ('print', "Print"),
    ('export', "Export"),
    ('import', "Import"),
    ('view', "View"),
    ('request', "Ask to Open an Identity"),
    ('reveal', "Open Identity"),
    ('refuse', "Refused"),
    ('erase', "Erase"),
    ('notify', "Notify"),
    ]
_HASH = re.compile(r'^[0-9a-f]{64}$')
# From then on PostgreSQL copies: a statement of many rows costs more
COPIED = 12
# What somebody learnt, or tried to
READING = ['view', 'print', 'export', 'request', 'reveal', 'refuse']

_TRIGGERS = {
    'postgresql': """
CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only';
END
$$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS audit_entry_rows ON audit_entry;
CREATE TRIGGER audit_entry_rows BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse();
DROP TRIGGER IF EXISTS audit_entry_table ON audit_entry;
CREATE TRIGGER audit_entry_table BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_rows;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_table;
""",
    'sqlite': """
CREATE TRIGGER IF NOT EXISTS audit_entry_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_entry_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
""",
    }


class Entry(LockedMixin, ToldMixin, HiddenMixin, ModelSQL, ModelView):
    """What happened: who did what to which record, when, with which values.

    Entries are appended, by append() alone; nothing changes or removes one.
    """
    __name__ = 'audit.entry'
    _rec_name = 'summary'
    _log = False
    _lock = Lock(
        AuditError, 'audit.msg_entry_append_only',
        binds={'create', 'write', 'delete'})
    # it is shown as changes_text: who could search it would guess values
    _hidden = frozenset(['changes'])
    _login_cache = Cache('audit.entry.login', context=False)

    at = fields.DateTime("At", required=True)
    user = fields.Many2One('res.user', "User", ondelete='RESTRICT')
    post = fields.Char(
        "Post", help="Who it was at that moment: the login and the roles.")
    action = fields.Selection(ACTIONS, "Action", required=True, sort=False)
    action_string = action.translated('action')
    resource = fields.Reference("Record", selection='get_models')
    about = fields.Reference(
        "Matter", selection='get_models',
        help="What the record belongs to.")
    summary = fields.Char("Summary")
    changes = fields.Text(
        "Changes", help="The old and the new values, as JSON; "
        "of secrets only a keyed hash.")
    period = fields.Integer(
        "Seal", help="The number of the seal that covers it; empty for what "
        "older releases have written: the first seal covers it.")
    changes_text = fields.Function(
        fields.Text("Old and New Values"), 'get_changes_text')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                # as Tryton would make them of lists that lead here
                *(Index(
                        table, (column, Index.Equality()),
                        where=column != Null)
                    for column in [table.resource, table.about]),
                Index(
                    table, (table.at, Index.Range()),
                    where=table.action.in_(READING)),
                Index(
                    table, (table.period, Index.Range()),
                    (table.id, Index.Range())),
                })
        # as they were written: no index on the time is needed for it
        cls._order = [('id', 'DESC')]

    @classmethod
    def __setup_indexes__(cls):
        super().__setup_indexes__()
        # of what Tryton indexes by itself: nobody looks for a part of what
        # was said, or of a reference
        cls._sql_indexes = {
            index for index in cls._sql_indexes
            if not any(isinstance(usage, Index.Similarity)
                for _, usage in index.expressions)}

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        cursor = Transaction().connection.cursor()
        statements = _TRIGGERS[backend.name]
        if backend.name == 'sqlite':
            for statement in statements.strip().split('END;'):
                if statement.strip():
                    cursor.execute(statement + 'END')
        else:
            cursor.execute(statements)
            # the entries stand in the order of their time, nearly
            cursor.execute(
                'CREATE INDEX IF NOT EXISTS audit_entry_at_brin '
                'ON audit_entry USING brin (at) '
                'WITH (autosummarize = on)')
            Period.prepare(cursor)

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/form//page[@id="record"]', 'states', {
                    'invisible': ~Eval('for_auditor', False),
                    }, ['for_auditor']),
            ]

    @staticmethod
    def get_models():
        return [(None, '')] + Pool().get('ir.model').get_name_items()

    def get_rec_name(self, name):
        return f'{self._moments()(self.at)} {self.action_string}'

    @classmethod
    def get_changes_text(cls, entries, name):
        "Return the changes line by line, with the labels of the fields"
        pool = Pool()
        result = {}
        # each label is looked up once, however many entries name it
        label_of = lru_cache(None)(cls._label)
        state_label = lru_cache(None)(cls._state_label)
        for entry in entries:
            lines, told = [], None
            model = (
                str(entry.resource).partition(',')[0]
                if entry.resource else None)
            if entry.action == 'transition' and entry.summary:
                lines.append(state_label(pool.get(model), entry.summary))
                told = entry.summary.partition(':')[0]
            elif entry.summary:
                # why it was done, where that is known
                lines.append(entry.summary)
            for field, values in json.loads(entry.changes or '{}').items():
                if field == told:
                    # it is what the line above says
                    continue
                label = label_of(pool.get(model), field) if model else field
                old, new = cls._shown(entry, field, values)
                lines.append(f'{label}: {_show(old)} → {_show(new)}')
            result[entry.id] = '\n'.join(lines)
        return result

    @classmethod
    def _shown(cls, entry, field, values):
        "Return what is shown of the old and the new value"
        return values

    @staticmethod
    def _label(Model, field):
        if field not in Model._fields:
            return field
        return Model.__names__(field)['field']

    @staticmethod
    def _state_label(Model, summary):
        "Return the label of a state that a transition led to"
        field, _, state = summary.partition(':')
        if field not in Model._fields:
            return summary
        definition = Model.fields_get([field])[field]
        selection = definition.get('selection')
        if not isinstance(selection, list | tuple):
            return summary
        return f"{definition['string']}: {dict(selection).get(state, state)}"

    @classmethod
    def __table__(cls):
        # whoever looks at the entries sees all of them
        Collected.write_pending()
        return super().__table__()

    @classmethod
    def append(cls, values):
        """Put on record what happens in the transaction of the caller.

        The entries are collected and written together, before the transaction
        is committed; a step and what it wrote on a record become one.  Where
        the transaction only reads they are written in one of their own, at
        once: when that fails so does the caller, who has shown nothing yet.

        values -- a list of dictionaries with action, resource (a record or
            'model,id'), summary and changes ({field: [old, new]}), all but
            the action optional.  AuditedMixin.audit_values() makes them of
            rows in hand.
        """
        if not values:
            return
        if Transaction().readonly:
            cls._append_apart(values)
            return
        Period.hold()
        Collected.current().add([cls._row(v) for v in values])

    @classmethod
    def _append_apart(cls, values):
        "Put on record, committed, what a transaction that only reads shows"
        transaction = Transaction()
        # it does not see what was written since it began
        said = transaction.__dict__.setdefault('_on_record', set())
        new = {
            (v['action'], str(v.get('resource')), v.get('summary')): v
            for v in values}
        values = [v for key, v in new.items() if key not in said]
        if not values:
            return
        for left in reversed(range(config.getint('database', 'retry') + 1)):
            try:
                with transaction.new_transaction():
                    cls.append(values)
            except backend.DatabaseOperationalError:
                # Tryton tries no call again that only reads
                if not left:
                    raise
            else:
                break
        said.update(new)

    @classmethod
    @contextmanager
    def _under_way(cls, changes):
        try:
            yield
        finally:
            for change in changes:
                change.open = False

    @classmethod
    def append_changes(cls, Model, action, before, names):
        """Put on record that records are made or changed

        before -- the values before by id, None of what was made
        names -- the fields that may have changed

        As a context manager it lasts until they are changed."""
        changes = [
            Change(
                cls._row({
                        'action': action,
                        'resource': f'{Model.__name__},{id_}'}),
                Model.__name__, id_, names, values)
            for id_, values in before.items()]
        if action == 'write':
            for change in changes:
                change.open = True
        Collected.current().add_changes(changes)
        return cls._under_way(changes)

    @classmethod
    def _insert(cls, rows):
        "Write entries that were collected"
        if not rows:
            return
        with as_server("what happened is put on record, whoever did it"):
            rows = cls._complete(rows)
        rows = [
            {**row, 'changes': json.dumps(
                    row['changes'], ensure_ascii=False, sort_keys=True,
                    default=str) if row['changes'] else None}
            for row in rows]
        table = super().__table__()
        names = sorted(rows[0])
        columns = [getattr(table, name) for name in names] + [table.period]
        cursor = Transaction().connection.cursor()
        period = Period.of_many() if len(rows) > 1 else Period.expression()
        if backend.name == 'postgresql' and len(rows) >= COPIED:
            columns = ', '.join(f'"{n}"' for n in [*names, 'period'])
            with cursor.copy(
                    f'COPY "{cls._table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([*(row[n] for n in names), period])
            return
        columns = [getattr(table, name) for name in names] + [table.period]
        size = max(1, backend.MAX_QUERY_PARAMS // len(columns) - 1)
        for start in range(0, len(rows), size):
            cursor.execute(*table.insert(columns, [
                        [*(row[n] for n in names), period]
                        for row in rows[start:start + size]]))

    @classmethod
    def _complete(cls, rows):
        "Return collected entries with what is found for all of them at once"
        return rows

    @classmethod
    def _row(cls, values):
        "Return the columns of an entry, and what changed as a dictionary"
        user = acting_user()
        resource = values.get('resource')
        return {
            'at': cls._now().replace(microsecond=0),
            'user': user or None,
            'post': cls._post(user),
            'action': values['action'],
            'resource': str(resource) if resource else None,
            'about': str(values['about']) if values.get('about') else None,
            'summary': values.get('summary'),
            'changes': values.get('changes') or None,
            }

    @classmethod
    def _post(cls, user):
        "Return who the user is now; a module that knows the posts extends it"
        if not user:
            return None
        login = cls._login_cache.get(user)
        if login is None:
            with as_server("the record names who acted"):
                login = Pool().get('res.user')(user).login
            cls._login_cache.set(user, login)
        return login

    @classmethod
    def _now(cls):
        "The moment of an entry; a module that owns the time extends it"
        return dt.datetime.now()

    @classmethod
    def read_since(cls, user, resources, since):
        "Return the resources that the user has viewed since a moment"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.resource,
                where=(table.user == user) & (table.at >= since)
                & (table.action == 'view')
                & table.resource.in_(list(resources))))
        return {resource for resource, in cursor}

    @classmethod
    def copy(cls, entries, default=None):
        if not entries:
            return []
        raise AuditError(gettext('audit.msg_entry_append_only'))


def _show(value):
    if value in (None, ''):
        return '–'
    # of what is secret, enough to see whether it is the same
    return _HASH.sub(lambda match: f'#{match.group()[:8]}', str(value))
