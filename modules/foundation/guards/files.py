# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What was planted before the guards stood.

The ids of files that the server gives have no path in them.  An update takes
out those that have: they show another file of the server.
"""
import logging

from sql import Column, Null
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

logger = logging.getLogger(__name__)


class PlantedMixin:
    __slots__ = ()
    _file_id = None

    @classmethod
    def __register__(cls, module_name):
        super().__register__(module_name)
        table = cls.__table__()
        file_id = Column(table, cls._file_id)
        cursor = Transaction().connection.cursor()
        where = file_id.like('%/%') | file_id.like('%.%')
        cursor.execute(*table.select(table.id, where=where))
        planted = [id_ for id_, in cursor]
        if planted:
            logger.warning(
                "%s %s showed other files of the server", cls.__name__,
                planted)
            cursor.execute(*table.update([file_id], [Null], where=where))


class Attachment(PlantedMixin, metaclass=PoolMeta):
    __name__ = 'ir.attachment'
    _file_id = 'file_id'


class Avatar(PlantedMixin, metaclass=PoolMeta):
    __name__ = 'ir.avatar'
    _file_id = 'image_id'


class AvatarCache(PlantedMixin, metaclass=PoolMeta):
    __name__ = 'ir.avatar.cache'
    _file_id = 'image_id'
