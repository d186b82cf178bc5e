# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import tomllib
from pathlib import Path

from trytond.pool import PoolMeta

DATA = Path(__file__).parent / 'data' / 'grounds.toml'


class Ground(metaclass=PoolMeta):
    __name__ = 'deadlines.ground'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        for kind in [
                ('refusal', "No Acceptance"),
                ('filing', "Filing"),
                ('reception', "Refusal of Reception"),
                ]:
            if kind not in cls.kind.selection:
                cls.kind.selection.append(kind)

    @classmethod
    def load(cls):
        super().load()
        known = {ground.code for ground in cls.search([])}
        with DATA.open('rb') as file:
            grounds = tomllib.load(file)['ground']
        cls.create([{
                    **ground, 'procedures': ','.join(ground['procedures']),
                    } for ground in grounds if ground['code'] not in known])
