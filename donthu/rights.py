# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Two roles of PostgreSQL: one owns the tables, the other one serves.

Who owns a table can drop its triggers: the role that serves must not, or the
audit proves nothing.  What each may do stands in config/roles.sql alone.
"""
import re

from donthu.errors import CommandError
from donthu.files import shipped

# What a server says of the role that asks, one row
_ASK = """
SELECT current_user,
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
    pg_has_role(current_user, c.relowner, 'MEMBER'),
    has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
FROM pg_class c
WHERE c.oid = to_regclass('public.audit_entry')
"""


def statements(owner, service):
    """Return config/roles.sql as it is sent to a server

    owner, service -- the names of the two roles"""
    text = shipped('config', 'roles.sql').read_text(encoding='utf-8')
    # what psql alone understands, and what would cut the text anew
    text = re.sub(r'^\\.*$|--.*$', '', text, flags=re.M)
    for name, role in [('owner', owner), ('service', service)]:
        text = text.replace(f':"{name}"', quoted(role))
    return text


def quoted(name):
    "Return a name as SQL writes it"
    return '"' + name.replace('"', '""') + '"'


def check(connection, service):
    """Return the name of the role that asks, which is to be the owner

    Raises CommandError if `service` is no role that can serve for it."""
    cursor = connection.cursor()
    cursor.execute(
        'SELECT current_user, rolsuper OR '
        "pg_has_role(oid, current_user, 'MEMBER') "
        'FROM pg_roles WHERE rolname = %s', [service])
    row = cursor.fetchone()
    if not row:
        raise CommandError(
            f"PostgreSQL has no role {service}: run `donthu roles` first")
    owner, same = row
    if same:
        raise CommandError(
            f"{service} may do what {owner} may: name two roles of which "
            "neither is the other, nor a superuser")
    return owner


def give(connection, service):
    """Give the role that serves its rights, in the transaction of a connection

    It is made by the owner, or by who acts as the owner.  Raises CommandError
    as `check` does."""
    owner = check(connection, service)
    connection.cursor().execute(statements(owner, service))


def fault(row):
    """Return why a role may not serve, in a sentence, or None

    row -- what `look` returns"""
    if not row:
        return None
    name, superuser, owner, writes = row
    if superuser:
        return f"the role {name} is a superuser of PostgreSQL"
    if owner:
        return f"the role {name} owns the tables of the audit"
    if writes:
        return f"the role {name} may change what is on record"
    return None


def look(connection):
    "Return what `fault` judges; None where there are no tables yet"
    cursor = connection.cursor()
    cursor.execute(_ASK)
    return cursor.fetchone()
