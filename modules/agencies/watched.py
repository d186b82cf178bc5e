# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Settings by which others are watched: who changes them is seen to.

Whoever switches off a rule of escalation, a job, a limit of reading, or sets a
delay to years, could fall silent by it.  So the custodians and who oversees at
the top are told of every such change that somebody makes.
"""
from trytond.i18n import gettext
from trytond.model import ModelStorage
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.guards.stored import is_client
from trytond.pool import Pool
from trytond.transaction import Transaction

from .exceptions import RoleError


class SiteWideMixin(ModelStorage):
    """A setting that holds for every agency

    Who administers a commune gives roles there; a purpose of opening that he
    could make would open the denouncers of the whole country.  So it is
    changed by who administers the site, or the agency at the top."""
    __slots__ = ()

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(
            mode, records, values=values, external=external)
        if external and Transaction().user and not Pool().get(
                'res.user').governs_site():
            raise RoleError(gettext(
                    'agencies.msg_site_wide', **cls.__names__()))


class WatchedMixin(ModelStorage):
    "A setting of whose changes the custodians and the superiors are told"
    __slots__ = ()

    @classmethod
    def create(cls, vlist):
        told = is_client()
        records = super().create(vlist)
        if told:
            cls._tell_of(records)
        return records

    @classmethod
    def write(cls, records, values, *args):
        told = is_client() and cls._is_watched(
            set().union(values, *args[1::2]))
        super().write(records, values, *args)
        if told:
            cls._tell_of([*records, *(r for rs in args[::2] for r in rs)])

    @classmethod
    def delete(cls, records):
        if is_client():
            # what is deleted can not be opened
            cls._tell_of(
                records, Pool().get('res.user')(Transaction().user))
        super().delete(records)

    @classmethod
    def _is_watched(cls, names):
        "Tell if a change of these fields is told"
        return bool(names)

    @classmethod
    def _tell_of(cls, records, shown=None):
        pool = Pool()
        with as_server("the watchers are told, whoever changed it"):
            author = pool.get('res.user')(Transaction().user)
            watchers = pool.get('agencies.agency').top_watchers()
            for record in cls.browse([r.id for r in records]):
                for told in watchers:
                    with told.speaking():
                        pool.get('agencies.proposal').tell(
                            [told], shown or record,
                            'agencies.msg_told_setting',
                            user=author.rec_name, setting=record.rec_name,
                            model=cls.__names__()['model'])
