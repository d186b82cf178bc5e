# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Of which row of which old register a letter is."""
from trytond.model import Unique, fields
from trytond.modules.complaints.birth import LINK, Birth, because
from trytond.pool import PoolMeta
from trytond.pyson import Eval

_ROW = frozenset(['import_source', 'import_key', 'import_hash'])
BIRTH = Birth({}, kept={
        **because(LINK, *_ROW),
        **because(
            "it is settled for the letter that an old register told of",
            'to_settle', 'settle_words', 'settled_on', 'settled_by',
            'settled_for'),
        })


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'
    # known by its text, never cut
    _kept_texts = _ROW

    import_source = fields.Char("Source of the Import", readonly=True)
    import_key = fields.Char("Key in the Source", readonly=True)
    import_hash = fields.Char("Hash of the Row", readonly=True)

    @classmethod
    def __setup__(cls):
        cls.import_key.search_unaccented = False
        super().__setup__()
        cls._birth |= BIRTH
        table = cls.__table__()
        cls._sql_constraints.append((
                'import_unique',
                Unique(table, table.import_source, table.import_key),
                'exchange.msg_import_unique'))
        # an old register does not always say where a letter went
        states = cls.proposed_to.states
        cls.proposed_to.states = {
            **states,
            'required': states['required'] & ~Eval('import_source')}

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | _ROW
