# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.


class HiddenMixin:
    """A model with fields that only the server reads

    The access rights to the fields refuse them; here they are not even
    offered to a client that reads all fields it is told of, as proteus does.
    """
    __slots__ = ()
    _hidden = frozenset()

    @classmethod
    def fields_get(cls, fields_names=None, level=0):
        definition = super().fields_get(
            fields_names=fields_names, level=level)
        if fields_names:
            return definition
        return {
            name: field for name, field in definition.items()
            if name not in cls._hidden}
