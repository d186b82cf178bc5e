# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import Pool


class LoadedMixin:
    """A model whose records come from a file of data/ when it is registered

    `load` adds what is missing and leaves what exists as it is.
    """
    __slots__ = ()

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        Pool().get(cls.__name__).load()

    @classmethod
    def load(cls):
        raise NotImplementedError
