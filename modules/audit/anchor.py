# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What of the seals is kept where the database's superuser can not reach."""
import io
from email.message import EmailMessage
from html import escape

import segno
import trytond.config as config
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.foundation.acting import acting_user
from trytond.pool import Pool
from trytond.sendmail import send_message_transactional
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .printed import PrintedMixin
from .seal import Refusing

STYLE = """
body { font: 13pt/1.5 "Times New Roman", serif; max-width: 165mm;
  margin: 2em auto } h1 { font-size: 15pt; text-align: center }
td { padding: 2px 8px; vertical-align: top; overflow-wrap: anywhere }
td:first-child { white-space: nowrap } article { page-break-after: always }
code { font: 11pt monospace } .sign { display: flex;
  justify-content: space-around; margin-top: 2em }
"""


class Anchor(Refusing):
    """The hash of a seal as somebody else has it

    It came back from paper, from a mail, or from the agency that keeps it.
    """
    __name__ = 'audit.anchor'

    number = fields.Integer("Seal", required=True)
    hash = fields.Char("Hash", required=True)
    holder = fields.Char(
        "Kept by", required=True,
        help="Who keeps the paper, the mail or the file.")
    means = fields.Selection([
            ('print', "Print"),
            ('file', "File"),
            ('email', "E-mail"),
            ('superior', "Register of the Superior Agency"),
            ], "Means", required=True, sort=False)
    lodged_at = fields.DateTime("Lodged at", required=True)
    lodged_by = fields.Many2One(
        'res.user', "Lodged by", ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('number', 'DESC'), ('id', 'DESC')]

    def get_rec_name(self, name):
        return f'{self.number} – {self.holder}'

    @classmethod
    def lodge(cls, number, hash_, holder, means):
        "Put on record that somebody keeps the hash of a seal"
        pool = Pool()
        anchor, = cls.create([{
                    'number': number,
                    'hash': hash_.strip().lower().replace(' ', ''),
                    'holder': holder,
                    'means': means,
                    'lodged_at': pool.get('audit.entry')._now(),
                    'lodged_by': acting_user(),
                    }])
        return anchor

    @classmethod
    def pairs(cls):
        return [(a.number, a.hash) for a in cls.search([])]

    @classmethod
    def mail_newest(cls):
        "Send the newest seal to who keeps it, once a day"
        Seal = Pool().get('audit.seal')
        to = config.get('audit', 'anchor_email', default=None)
        seals = Seal.search([], order=[('number', 'DESC')], limit=1)
        if not to or not seals:
            return
        seal, = seals
        message = EmailMessage()
        message['From'] = config.get('email', 'from')
        message['To'] = to
        message['Subject'] = gettext(
            'audit.msg_anchor_subject', number=seal.number)
        message.set_content(seal_text(seal))
        send_message_transactional(message)
        cls.lodge(seal.number, seal.hash, to, 'email')


def seal_text(seal):
    "Return the lines that let a seal be recognised"
    return '\n'.join([
            f'Donthu {Transaction().database.name}',
            f'{seal.number} {seal.hash} '
            f'{seal.at:%Y-%m-%d}T{seal.at:%H:%M:%S}',
            f'{seal.key} {seal.signature}',
            ])


def code(text):
    "Return a QR code as SVG"
    buffer = io.BytesIO()
    segno.make(text, error='m').save(
        buffer, kind='svg', scale=3, xmldecl=False, svgns=True)
    return buffer.getvalue().decode()


class SealPage(PrintedMixin):
    "A seal to be printed, signed by hand and kept apart"
    __name__ = 'audit.seal.page'

    @classmethod
    def _execute(cls, records, header, data, action):
        title = gettext('audit.msg_seal_title')
        articles = []
        for seal in records:
            labels = seal.__class__.fields_get(
                ['number', 'at', 'entries', 'hash', 'signature', 'key'])
            rows = ''.join(
                f'<tr><td>{escape(labels[name]["string"])}</td>'
                f'<td><code>{escape(str(value))}</code></td></tr>'
                for name, value in [
                    ('number', seal.number),
                    ('at', f'{seal.at:%d/%m/%Y %H:%M:%S} UTC'),
                    ('entries', seal.entries),
                    # in groups, to be compared by eye
                    ('hash', ' '.join(
                            seal.hash[i:i + 8] for i in range(0, 64, 8))),
                    ('key', seal.key),
                    ('signature', seal.signature)])
            articles.append(
                f'<article><h1>{escape(title)}</h1>'
                f'<p>{escape(gettext("audit.msg_seal_about"))}</p>'
                f'<table>{rows}</table><p>{code(seal_text(seal))}</p>'
                '<div class="sign">'
                f'<span>{escape(gettext("audit.msg_seal_gave"))}</span>'
                f'<span>{escape(gettext("audit.msg_seal_took"))}</span>'
                '</div></article>')
        return 'html', (
            '<!DOCTYPE html><html><head><meta charset="utf-8"/>'
            f'<title>{escape(title)}</title><style>{STYLE}</style></head>'
            f'<body>{"".join(articles)}</body></html>')


class LodgeStart(ModelView):
    __name__ = 'audit.anchor.lodge.start'

    number = fields.Integer("Seal", required=True)
    hash = fields.Char(
        "Hash", required=True,
        help="As it stands on the paper or in the mail that came back.")
    holder = fields.Char("Kept by", required=True)
    means = fields.Selection([
            ('print', "Print"),
            ('file', "File"),
            ('email', "E-mail"),
            ('superior', "Register of the Superior Agency"),
            ], "Means", required=True, sort=False)

    @staticmethod
    def default_means():
        return 'print'


class Lodge(Wizard):
    "Record where the hash of a seal is kept"
    __name__ = 'audit.anchor.lodge'

    start = StateView('audit.anchor.lodge.start',
        'audit.anchor_lodge_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Record", 'lodge', 'tryton-ok', default=True),
            ])
    lodge = StateTransition()

    def transition_lodge(self):
        check_auditor()
        start = self.start
        Pool().get('audit.anchor').lodge(
            start.number, start.hash, start.holder, start.means)
        return 'end'


class VerifyResult(ModelView):
    __name__ = 'audit.verify.result'

    text = fields.Text("Result", readonly=True)


class Verify(Wizard):
    "Check all seals and entries"
    __name__ = 'audit.verify'
    start_state = 'result'

    result = StateView('audit.verify.result',
        'audit.verify_result_view_form', [
            Button("Close", 'end', 'tryton-close', default=True),
            ])

    def default_result(self, fields):
        Seal = Pool().get('audit.seal')
        check_auditor()
        result = Seal.verify()
        return {'text': '\n'.join(lines_of(result))}


def check_auditor():
    "Raise AccessError unless the user may read the seals"
    if Transaction().check_access:
        Pool().get('ir.model.access').check('audit.seal', 'read')


def lines_of(result):
    "Return a verification.Result as sentences"
    Seal = Pool().get('audit.seal')
    lines = [Seal.say(flaw) for flaw in result.flaws[:100]]
    if len(result.flaws) > 100:
        lines.append('…')
    lines.append(gettext(
            'audit.msg_verified' if not result.flaws
            else 'audit.msg_verified_flaws',
            seals=result.seals, entries=result.entries,
            flaws=len(result.flaws)))
    if result.number is not None:
        lines.append(gettext(
                'audit.msg_verified_last', number=result.number,
                hash=result.hash))
    return lines
