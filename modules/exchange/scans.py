# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Scans that lie beside an old register, attached to its letters."""
import hashlib

from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.complaints.exceptions import MaskedError, UploadRefused
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.text import clean
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.transaction import Transaction



class Attachment(metaclass=PoolMeta):
    __name__ = 'ir.attachment'

    import_hash = fields.Char("Hash of the Scan", readonly=True)

    @classmethod
    def create(cls, vlist):
        if Transaction().check_access:
            # it tells which files an undo takes back: the server gives it
            vlist = [
                {n: v for n, v in values.items() if n != 'import_hash'}
                for values in vlist]
        return super().create(vlist)

    @classmethod
    def check_modification(
            cls, mode, attachments, values=None, external=False):
        super().check_modification(
            mode, attachments, values=values, external=external)
        if external and mode == 'write' and 'import_hash' in values:
            raise MaskedError(gettext('complaints.msg_attachment_fixed'))

    @classmethod
    def copy(cls, attachments, default=None):
        default = default.copy() if default is not None else {}
        default.setdefault('import_hash')
        return super().copy(attachments, default=default)


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__rpc__['attach_scans'] = RPC(readonly=False)

    @classmethod
    def attach_scans(cls, source, files, dry_run=False):
        """Attach scans to letters of an old register, each content once.

        source -- the name of the register, as it was imported
        files -- a list of dictionaries: key, that of the letter in the
            register; name; digest, the SHA-256 of the content; data, or None
            to ask whether it is needed; coming, true in a dry run where the
            letter would be taken in
        dry_run -- the same, but nothing is attached

        Returns a list of dictionaries with status ('attached', 'known',
        'wanted', 'unknown', 'refused'), number and reason.  Raises RoleError
        for who is a data officer nowhere.
        """
        offices = cls._import_offices()
        with as_server("_import_offices() says whose letters one scans"):
            letters = cls.of_register(source, {f['key'] for f in files})
            known = cls._known_scans(letters.values())
            return [
                cls._attach_scan(
                    letters.get(file['key']), file, offices, known, dry_run)
                for file in files]

    @classmethod
    def _known_scans(cls, letters):
        "Return the hashes of the scans that were attached before"
        attachment = Pool().get('ir.attachment').__table__()
        resources = [str(letter) for letter in letters]
        if not resources:
            return set()
        cursor = Transaction().connection.cursor()
        cursor.execute(*attachment.select(
                attachment.import_hash,
                where=attachment.resource.in_(resources)))
        return {hash_ for hash_, in cursor if hash_}

    @classmethod
    def _attach_scan(cls, letter, file, offices, known, dry_run):
        if not letter and not (dry_run and file.get('coming')):
            return {'status': 'unknown'}
        if letter and (why := letter._why_no_scan(offices)):
            # another agency's register: its numbers are not told either
            return {
                'status': 'refused',
                'reason': clean(gettext(why))}
        result = {'number': letter.number} if letter else {}
        data = file.get('data')
        digest = file['digest'] if data is None else hashlib.sha256(
            bytes(data)).hexdigest()
        # keyed: nobody tries out what is in a sealed scan
        hash_ = letter and Pool().get('audit.key').hash(f'{letter}:{digest}')
        if hash_ in known:
            return {**result, 'status': 'known'}
        if data is None:
            return {**result, 'status': 'wanted'}
        Attachment = Pool().get('ir.attachment')
        values = {
            'resource': str(letter or 'complaints.letter,-1'),
            'name': file['name'], 'data': bytes(data), 'import_hash': hash_}
        try:
            Attachment._check_upload(values)
        except UploadRefused as error:
            return {
                **result, 'status': 'refused', 'reason': clean(error.message)}
        if not dry_run:
            Attachment.create([values])
            known.add(hash_)
        return {**result, 'status': 'attached'}

    def _why_no_scan(self, offices):
        "Return the message that says why nothing is attached, or None"
        if not self._imports(self, offices):
            return 'exchange.msg_undo_agency'
        return None
