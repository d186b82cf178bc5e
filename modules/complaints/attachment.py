# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Scans, recordings and papers that show who denounces.

What is attached to a secret letter is sealed, its name and its description as
well: the hand, the voice and the papers are as telling as the name.  Beside
the sealed one stands what was attached as a working copy.
"""
from pathlib import PurePath

import trytond.config as config
from sql import Null
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.foundation.acting import NOBODY, as_server
from trytond.modules.foundation.text import safe_file_name
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from . import envelope, uploads
from .exceptions import MaskedError, UploadRefused
from .sealed import SealedMixin
from .secret_models import matters, person_models
from .secret_texts import leads, matter_of

# What of an attachment is sealed with its data
_ABOUT = ('name', 'description', 'link')
# Whose records are none of ours; without a record it belongs to nobody
_TRYTON = {'', 'ir', 'res', 'country'}
# Where else a secret letter may be told of
_PLACES = ('complaints.act', 'deadlines.clock')


def _places():
    return [*matters(), *person_models(), *_PLACES]


def _leads_to_matters(model):
    return model in _places() or bool(leads(Pool().get(model)))


def secret_place(resource):
    "Return the secret letter, case or other matter that something is of"
    return matter_of(resource)


class Attachment(SealedMixin, metaclass=PoolMeta):
    __name__ = 'ir.attachment'

    working_copy = fields.Boolean(
        "Working Copy",
        states={
            'readonly': Eval('id', -1) >= 0,
            },
        help="It shows nothing of who denounces: no name, no hand, no voice. "
        "Anything else that is attached to a secret letter is sealed.")

    @classmethod
    def create(cls, vlist):
        vlist = [
            {n: v for n, v in values.items() if n not in cls.SEALED}
            for values in vlist]
        for values in vlist:
            cls._check_upload(values)
        return super().create([cls._seal_new(values) for values in vlist])

    @classmethod
    def write(cls, attachments, values, *args):
        for changed in [values, *args[1::2]]:
            if Transaction().check_access and changed.get('data'):
                for attachment in attachments:
                    if attachment.token:
                        # it is refused anyway
                        continue
                    cls._check_upload({
                            'resource': str(attachment.resource),
                            'name': attachment.name, **changed})
        super().write(attachments, values, *args)

    @staticmethod
    def _check_upload(values):
        """Raise UploadRefused for a file that is not taken in

        A name is made one that leads nowhere; a link is no file."""
        model = str(values.get('resource') or '').partition(',')[0]
        if values.get('name'):
            values['name'] = safe_file_name(values['name'])
        if values.get('data') is None or model.partition('.')[0] in _TRYTON:
            return
        largest = config.getint('attachment', 'max_size', default=20)
        try:
            uploads.check(
                values.get('name') or '', bytes(values['data']),
                largest * 2**20)
        except uploads.UploadError as error:
            why, what = error.args
            raise UploadRefused(gettext(
                    f'complaints.msg_upload_{why}', file=values.get('name'),
                    what=what, kinds=', '.join(sorted(uploads.ALLOWED)))
                ) from None

    @classmethod
    def _seal_new(cls, values):
        resource = values.get('resource')
        if not resource or values.get('working_copy'):
            return values
        model, _, id_ = str(resource).partition(',')
        if not id_.isdigit() or not _leads_to_matters(model):
            return values
        with as_server("whether its place is secret decides if it is sealed"):
            if not secret_place(Pool().get(model)(int(id_))):
                return values
        columns = cls.seal_values(
            {n: values.get(n) for n in _ABOUT if values.get(n)})
        return {
            **values, **columns, **cls._shown(values.get('name')),
            'data': cls._seal_data(columns, values.get('data'))}

    @staticmethod
    def _shown(name):
        "Return what is shown instead of the name, the description, the link"
        kind = PurePath(name or '').suffix[:6]
        return {
            'name': gettext('complaints.msg_attachment_sealed') + kind,
            'description': None, 'link': None}

    @classmethod
    def _seal_data(cls, columns, data):
        if not data:
            return None
        return envelope.seal(
            cls._key(columns), bytes(data), cls._about(columns['token']))

    @classmethod
    def read(cls, ids, fields_names):
        rows = super().read(ids, fields_names)
        telling = {'data', *_ABOUT}.intersection(fields_names)
        if not telling:
            return rows
        sizes = bool(Transaction().context.get('ir.attachment.data'))
        sealed = cls._sealed_rows(ids)
        if not sealed:
            return rows
        seen = cls._seen(
            sealed.values(), telling={'data'} & telling if not sizes else ())
        for row in rows:
            columns = sealed.get(row['id'])
            if not columns:
                continue
            if columns['id'] not in seen:
                if not sizes and 'data' in row:
                    row['data'] = None
                continue
            key, about = cls._key(columns), cls._about(columns['token'])
            values = envelope.open_values(key, columns['sealed'], about)
            for name in telling.intersection(_ABOUT):
                row[name] = values.get(name)
            if not sizes and row.get('data'):
                row['data'] = fields.Binary.cast(
                    envelope.open_(key, bytes(row['data']), about))
        return rows

    @classmethod
    def _sealed_rows(cls, ids):
        "Return {id: columns} of those that are sealed"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        result = {}
        for sub_ids in grouped_slice(list(ids), 1000):
            cursor.execute(*table.select(
                    table.id, table.resource, table.token, table.wrapped,
                    table.sealed,
                    where=table.id.in_(list(sub_ids))
                    & (table.token != Null)))
            for id_, resource, *columns in cursor:
                model, _, resource_id = resource.partition(',')
                result[id_] = {
                    'id': id_,
                    'resource': Pool().get(model)(int(resource_id)),
                    **dict(zip(
                        ['token', 'wrapped', 'sealed'], columns,
                        strict=True))}
        return result

    @classmethod
    def _seen(cls, attachments, telling):
        """Return the ids of the sealed ones that are open to the user

        telling -- what is shown of them; it is put on record first"""
        Opening = Pool().get('complaints.opening')
        transaction = Transaction()
        user = transaction.user
        attachments = [a for a in attachments if a['wrapped']]
        if user == 0:
            return {a['id'] for a in attachments}
        seen = set()
        with as_server("whether its place is secret decides who sees it"):
            for attachment in attachments:
                place = secret_place(attachment['resource'])
                if not place:
                    continue
                closed = [
                    le for le in getattr(place, 'letters', [place])
                    if le.is_secret and not _is_typed(le, user)]
                if not closed:
                    seen.add(attachment['id'])
                    continue
                openings = Opening.current(closed, user)
                # of a case each letter: one that was joined opens no other
                if len(openings) < len(closed):
                    continue
                seen.add(attachment['id'])
                for opening in openings.values() if telling else ():
                    opening.put_on_record('reveal', gettext(
                            'complaints.msg_attachment_number',
                            number=attachment['id']))
        return seen

    @classmethod
    def check_access(cls, ids, mode='read'):
        super().check_access(ids, mode=mode)
        transaction = Transaction()
        if (mode in {'read', 'create'} or transaction.user == 0
                or not transaction.check_access):
            return
        with as_server("whether its place is secret decides who opens it"):
            for attachment in cls.browse(ids):
                place = secret_place(attachment.resource)
                if (place and attachment.token
                        and not place.is_seen_by(transaction.user)):
                    raise MaskedError(gettext(
                            'complaints.msg_attachment_masked',
                            letter=place.rec_name))

    @classmethod
    def check_modification(
            cls, mode, attachments, values=None, external=False):
        super().check_modification(
            mode, attachments, values=values, external=external)
        if external and mode == 'write' and any(
                a.token for a in attachments):
            # another one is attached instead
            raise MaskedError(gettext('complaints.msg_attachment_fixed'))
        if external and mode == 'write' and values.keys() & {
                *cls.SEALED, 'working_copy'}:
            raise MaskedError(gettext('complaints.msg_attachment_fixed'))

    @classmethod
    def seal_all(cls, resources=None):
        """Seal what is attached to secret letters and is not sealed yet

        resources -- of these 'model,id' only; return how many"""
        count = 0
        with as_server(
                "what is attached to secret letters is sealed", NOBODY):
            if resources is None:
                where = ['OR', *(
                        ('resource', 'like', f'{model},%')
                        for model in _places())]
            else:
                where = [('resource', 'in', list(resources))]
            ids = [a.id for a in cls.search([
                        where, ('token', '=', None),
                        ['OR', ('working_copy', '=', None),
                            ('working_copy', '=', False)]])]
            for sub_ids in grouped_slice(ids, 100):
                for attachment in cls.browse(list(sub_ids)):
                    if not secret_place(attachment.resource):
                        continue
                    values = {n: getattr(attachment, n) for n in _ABOUT}
                    columns = cls.seal_values(
                        {n: v for n, v in values.items() if v})
                    cls.write([attachment], {
                            **columns, **cls._shown(attachment.name),
                            'data': cls._seal_data(columns, attachment.data),
                            })
                    count += 1
        return count

    @classmethod
    def erase(cls, resources):
        "Destroy what is attached to resources, with its keys"
        with as_server("who erases is asked for the right before"):
            cls.delete(cls.search([
                        ('resource', 'in', list(resources)),
                        ['OR', ('working_copy', '=', None),
                            ('working_copy', '=', False)]]))


def _is_typed(place, user):
    return any(
        p.is_being_typed(user) for p in getattr(place, 'persons', []))
