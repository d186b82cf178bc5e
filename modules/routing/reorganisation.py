# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What moves when agencies are reorganised: all that is open, nothing else.

Letters, cases and what hangs on them get the new agency; what has ended stays
where it ended, so that figures of the past do not change.  Where a matter was
registered stays on it, so that they can be compared on the old boundaries.
"""
from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval

# The models that follow, the fields that name the agency, and which are open
_FOLLOWING = [
    ('reception.reception', 'agency', [
            'OR', ('state', '=', 'draft'), ('due_on', '!=', None)]),
    ('routing.transfer', 'agency', [('state', '=', 'sent')]),
    ('routing.transfer', 'sender', [('state', '=', 'sent')]),
    ('routing.dispute', 'agency', [('state', '=', 'open')]),
    ('routing.dispute', 'asked_by', [('state', '=', 'open')]),
    ('complaints.opening', 'decided_in', [('state', '=', 'requested')]),
    ]
_NAMES = {
    'complaints.letter': 'routing.msg_moves_letters',
    'complaints.case': 'routing.msg_moves_cases',
    'reception.reception': 'routing.msg_moves_receptions',
    'routing.transfer': 'routing.msg_moves_transfers',
    'routing.dispute': 'routing.msg_moves_disputes',
    'complaints.opening': 'routing.msg_moves_openings',
    }


class OriginMixin:
    __slots__ = ()

    origin_agency = fields.Many2One(
        'agencies.agency', "Registered in", readonly=True,
        ondelete='RESTRICT', states={
            'invisible': ~Eval('origin_agency'),
            },
        help="The agency before it was reorganised: figures are compared by "
        "it on the old boundaries.")

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {'origin_agency'}


    def agency_on(self, day):
        agency, origin = super().agency_on(day), self.origin_agency
        if origin and (day < agency.valid_from
                or origin.valid_to and day <= origin.valid_to):
            return origin.successor_on(day) or agency
        return agency


class Letter(OriginMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def to_successors(cls, letters):
        """Give letters of agencies that have ended to who took over

        To the superior where nobody did: what comes back lies nowhere
        unseen."""
        today = Pool().get('ir.date').today()
        to_write = []
        for letter in letters:
            agency = letter.agency
            heir = agency.successor_on(today) or next((
                    a for a in agency.superiors()
                    if not a.valid_to or today <= a.valid_to), agency)
            if heir != agency:
                to_write.extend(([letter], {
                            'agency': heir.id, 'unit': None, 'handler': None,
                            'origin_agency': (
                                letter.origin_agency or agency).id}))
        if to_write:
            cls.write(*to_write)


class Case(OriginMixin, metaclass=PoolMeta):
    __name__ = 'complaints.case'


class Reorganisation(metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation'

    @classmethod
    def following(cls):
        """Return what follows the letters and cases; rooms above add theirs

        A list of (model, the field that names the agency, the domain of what
        is open)."""
        return _FOLLOWING

    @classmethod
    def called(cls):
        "Return {model: the message that says how what follows is called}"
        return _NAMES

    def _open(self, name, agency):
        "Return what is open of a model in an agency"
        Model = Pool().get(name)
        return Model.search([
                ('agency', '=', agency.id),
                ('state', 'not in', Model._closed())])

    def matters(self, agency):
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        counts = super().matters(agency)
        clocks, names = 0, self.called()
        for name in ['complaints.letter', 'complaints.case']:
            records = self._open(name, agency)
            counts.append((gettext(names[name]), len(records)))
            clocks += Clock.search([
                    ('resource', 'in', [str(r) for r in records]),
                    ('state', 'in', ['running', 'paused'])], count=True)
        counts.append((gettext('routing.msg_moves_clocks'), clocks))
        for name, field, domain in self.following():
            count = pool.get(name).search(
                [(field, '=', agency.id), domain],
                count=True)
            counts.append((gettext(names[name]), count))
        counts.append((
                gettext('routing.msg_moves_numbers', code=agency.code),
                pool.get('complaints.counter').search(
                    [('agency', '=', agency.id)], count=True)))
        return counts

    def move(self, agency, main, going):
        super().move(agency, main, going)
        pool = Pool()
        letters = []
        for name in ['complaints.case', 'complaints.letter']:
            Model = pool.get(name)
            to_write = []
            for record in self._open(name, agency):
                target = going.get(record.handler, main)
                if not target or target == agency:
                    continue
                origin = record.origin_agency or agency
                to_write.extend(([record], {
                            'agency': target.id,
                            'origin_agency': origin.id, 'unit': None}))
                # what a case is about goes with it
                for letter in getattr(record, 'letters', []):
                    if letter.agency == agency:
                        letters.append((letter, target))
            if to_write:
                Model.write(*to_write)
        Letter = pool.get('complaints.letter')
        for letter, target in letters:
            Letter.write([letter], {
                    'agency': target.id, 'unit': None,
                    'origin_agency': (letter.origin_agency or agency).id})
        self._follow(agency, main, going)

    def _follow(self, agency, main, going):
        "Let what hangs on the moved matters follow them"
        pool = Pool()
        for name, field, domain in self.following():
            Model = pool.get(name)
            to_write = []
            for record in Model.search(
                    [(field, '=', agency.id), domain]):
                target = main
                matter = _matter(record)
                if matter and field == 'agency' and matter.agency != agency:
                    target = matter.agency
                if target and target != agency:
                    to_write.extend(([record], {field: target.id}))
            if to_write:
                Model.write(*to_write)


def _matter(record):
    "Return the letter or case whose agency decides, where there is one"
    if record.__name__ == 'routing.transfer':
        return record.twin
    return getattr(record, 'case', None) or getattr(record, 'letter', None)
