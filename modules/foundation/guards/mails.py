# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who mails something must be able to read it; nobody chats.

Tryton takes the attachments of a mail by their ids, without access, and sends
them to whatever address the client says.  Its chats check no rule of records,
and no model of Donthu has one.
"""
from trytond.pool import Pool, PoolMeta

from .stored import is_client


class Email(metaclass=PoolMeta):
    __name__ = 'ir.email'

    @classmethod
    def send(
            cls, to='', cc='', bcc='', subject='', body='', files=None,
            record=None, reports=None, attachments=None):
        if is_client():
            pool = Pool()
            model, id_ = record
            pool.get(model).read([id_], ['id'])
            if attachments:
                pool.get('ir.attachment').read(list(attachments), ['id'])
        return super().send(
            to=to, cc=cc, bcc=bcc, subject=subject, body=body, files=files,
            record=record, reports=reports, attachments=attachments)


class ChatChannel(metaclass=PoolMeta):
    __name__ = 'ir.chat.channel'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        for name in ['subscribe', 'unsubscribe', 'subscribe_email',
                'unsubscribe_email', 'get_followers', 'search_followers',
                'post', 'get']:
            cls.__rpc__.pop(name, None)


class EmailTemplate(metaclass=PoolMeta):
    __name__ = 'ir.email.template'

    @classmethod
    def get_default(cls, model, record):
        # it is named in the subject
        if is_client():
            Pool().get(model).read([record], ['id'])
        return super().get_default(model, record)

    def get(self, record):
        if is_client():
            Pool().get(self.model.name).read([int(record)], ['id'])
        return super().get(record)
