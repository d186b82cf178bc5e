# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The words of whoever denounces, sealed; others work on a copy.

What a letter says is kept twice: as it was written, sealed, and without what
tells who wrote it.  Of what is said in an act of a denunciation only the
sealed text is kept.
"""
from trytond.model import Unique, fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool

from .sealed import SealedMixin


class Original(SealedMixin):
    # Not a ModelView: no client can call it
    __name__ = 'complaints.original'
    _no_rpc = True
    _log = False

    resource = fields.Char("Resource", required=True)

    @classmethod
    def __setup__(cls):
        cls.resource.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'resource_unique', Unique(table, table.resource),
                'complaints.msg_original_unique'))

    @classmethod
    def keep(cls, texts):
        """Keep texts, {'model,id': {field: text}}, in place of former ones"""
        Entry = Pool().get('audit.entry')
        with as_server("what names people is cut out and kept sealed"):
            known = cls._of(texts)
            to_create, to_write, entries = [], [], []
            for resource, values in texts.items():
                original = known.get(resource)
                if original:
                    columns = original.reseal_values(
                        {**original.open_values(), **values})
                    to_write.extend(([original], columns))
                else:
                    columns = cls.seal_values(values)
                    to_create.append({**columns, 'resource': resource})
                entries.append({
                        'action': 'write',
                        'resource': resource,
                        'changes': {
                            'original': [
                                None, cls.digest(columns['sealed'])]},
                        })
            cls.create(to_create)
            if to_write:
                cls.write(*to_write)
            Entry.append(entries)

    @classmethod
    def read_texts(cls, resources):
        "Return {'model,id': {field: text}} of what was kept"
        with as_server("who asks for it says to whom it is shown"):
            return {
                resource: original.open_values()
                for resource, original in cls._of(resources).items()}

    @classmethod
    def erase(cls, resources):
        "Destroy the keys of what was kept"
        with as_server("who erases is asked for the right before"):
            originals = list(cls._of(resources).values())
            cls.write(originals, {
                    'wrapped': None, 'master': None, 'sealed': None})

    @classmethod
    def _of(cls, resources):
        return {
            o.resource: o for o in cls.search(
                [('resource', 'in', list(resources))], order=[])}
