# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Agencies are merged, split, renamed or dissolved from a day.

Prepared as a document, previewed, then done in one transaction.  What exists
keeps its record: an agency that ends keeps its name, its number and what it
has closed; who takes over gets the people, the subordinates and what is open.
Other modules move what is theirs by extending `matters` and `move`.
"""
import datetime as dt
from collections import defaultdict

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Workflow, fields
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.locked import ALL, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Bool, Eval

from .agency import KINDS, check_code
from .exceptions import ReorganisationError


class Reorganisation(LockedMixin, Workflow, ModelSQL, ModelView):
    __name__ = 'agencies.reorganisation'

    _draft = {'readonly': Eval('state') != 'draft'}

    kind = fields.Selection([
            ('merge', "Merge"),
            ('split', "Split"),
            ('rename', "Rename"),
            ('dissolve', "Dissolve"),
            ], "Kind", required=True, sort=False, states=_draft)
    day = fields.Date(
        "From", required=True, states=_draft,
        help="The first day of the new order.")
    legal_basis = fields.Char("Legal Basis", required=True, states=_draft)
    olds = fields.One2Many(
        'agencies.reorganisation.old', 'reorganisation', "Agencies",
        states=_draft, help="What is merged, split, renamed or dissolved.")
    news = fields.One2Many(
        'agencies.reorganisation.new', 'reorganisation', "Successors",
        states=_draft,
        help="Who takes over: an agency that exists, or a new one.")
    previews = fields.One2Many(
        'agencies.reorganisation.preview', 'reorganisation', "Preview",
        readonly=True)
    state = fields.Selection([
            ('draft', "Draft"),
            ('confirmed', "Waiting for its Day"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    del _draft

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('day', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('draft', 'confirmed'),
            ('confirmed', 'done'),
            ('confirmed', 'draft'),
            ('draft', 'cancelled'),
            }
        draft = {'invisible': Eval('state') != 'draft', 'depends': ['state']}
        cls._buttons.update({
                'preview': {**draft, 'icon': 'tryton-search'},
                'confirm': {**draft, 'icon': 'tryton-ok'},
                'cancel': {**draft, 'icon': 'tryton-cancel'},
                'revise': {
                    'invisible': Eval('state') != 'confirmed',
                    'icon': 'tryton-back',
                    'depends': ['state'],
                    },
                })

    @staticmethod
    def default_state():
        return 'draft'

    @staticmethod
    def default_kind():
        return 'merge'

    def get_rec_name(self, name):
        return f'{self.day:%d/%m/%Y}: {self.legal_basis}'

    _lock = Lock(
        ReorganisationError, 'agencies.msg_reorganisation_locked',
        makes={'draft'}, removes={'draft'}, writes={'draft': ALL})

    @classmethod
    def _locked_always(cls):
        return {'state', 'previews'}

    # The plan

    def check(self):
        "Raise ReorganisationError unless it can be done"
        olds, news = len(self.olds), len(self.news)
        lacking = {
            'merge': olds < 1 or news != 1,
            'split': olds != 1 or news < 2,
            'rename': olds != 1 or news != 1,
            'dissolve': olds < 1 or news > 1,
            }[self.kind]
        if lacking:
            raise ReorganisationError(gettext(
                    f'agencies.msg_reorganisation_{self.kind}',
                    record=self.rec_name))
        for old in self.olds:
            if old.agency.valid_to:
                raise ReorganisationError(gettext(
                        'agencies.msg_reorganisation_ended',
                        agency=old.agency.rec_name))
            if not self.takes_over(old.agency):
                raise ReorganisationError(gettext(
                        'agencies.msg_reorganisation_nobody',
                        agency=old.agency.rec_name))
        for new in self.news:
            if self.kind == 'rename':
                continue
            if not new.agency and not (new.code and new.name and new.type):
                raise ReorganisationError(gettext(
                        'agencies.msg_reorganisation_new',
                        record=self.rec_name))

    def check_governed(self):
        """Raise RoleError unless the user administers above all of it

        Roles go with it, and who is above whom."""
        with as_server("what is above is looked at to refuse, not to show"):
            places = [line.agency for line in self.olds]
            places += [n.agency for n in self.news if n.agency]
            above = [a.parent or a for a in places]
            above += [n.parent for n in self.news if n.parent]
        for agency in above:
            agency.check_governed({'administrator'})

    def takes_over(self, agency):
        "Return the line or the agency that takes over by default"
        if self.news:
            return next((n for n in self.news if n.main), self.news[0])
        return agency.parent

    @classmethod
    @ModelView.button
    def preview(cls, records):
        Preview = Pool().get('agencies.reorganisation.preview')
        with as_server("a preview changes nothing but itself"):
            for record in cls.browse([r.id for r in records]):
                record.check()
                Preview.delete(record.previews)
                lines = []
                for old in record.olds:
                    target = record.takes_over(old.agency)
                    for what, count in record.matters(old.agency):
                        if count:
                            lines.append({
                                    'reorganisation': record.id,
                                    'agency': old.agency.id,
                                    'what': what, 'count': count,
                                    'target': target.rec_name})
                Preview.create(lines)

    def matters(self, agency):
        "Return pairs (what moves, how many) of an agency"
        Membership = Pool().get('agencies.membership')
        people = {m.user for m in Membership.search([
                    ('agency', '=', agency.id), ('state', '=', 'held'),
                    ['OR', ('valid_to', '=', None),
                        ('valid_to', '>=', self.day)]])}
        return [
            (gettext('agencies.msg_moves_people'), len(people)),
            (gettext('agencies.msg_moves_children'), len(agency.children)),
            (gettext('agencies.msg_moves_identifiers'),
                len(agency.identifiers) + 1),
            ]

    # Doing it

    @classmethod
    @ModelView.button
    def confirm(cls, records):
        for record in cls.browse([r.id for r in records]):
            record.check_governed()
        cls.preview(records)
        cls._confirm(records)
        cls.apply_due(records)

    @classmethod
    @Workflow.transition('confirmed')
    def _confirm(cls, records):
        pass

    @classmethod
    @ModelView.button
    def revise(cls, records):
        cls._revise(records)

    @classmethod
    @ModelView.button
    @Workflow.transition('cancelled')
    def cancel(cls, records):
        pass

    @classmethod
    def apply_due(cls, records=None):
        "Do what was confirmed and whose day has come; by cron, each morning"
        today = Pool().get('ir.date').today()
        with as_server("what was confirmed takes effect on its day"):
            if records is None:
                records = cls.search(
                    [('state', '=', 'confirmed')],
                    order=[('day', 'ASC'), ('id', 'ASC')])
            for record in cls.browse([r.id for r in records]):
                if record.state != 'confirmed' or record.day > today:
                    continue
                try:
                    record.check()
                except ReorganisationError as error:
                    # another one came first: the others must not wait for it
                    record._give_back(error)
                    continue
                record.apply()
                cls._finish([record])

    def _give_back(self, error):
        "Make a draft again of what can not be done, and tell who prepared it"
        self.__class__._revise([self])
        user = self.create_uid
        with user.speaking():
            self.notify_user('tryton-error', error.message, user=user.id)

    @classmethod
    @Workflow.transition('draft')
    def _revise(cls, records):
        pass

    @classmethod
    @Workflow.transition('done')
    def _finish(cls, records):
        pass

    def apply(self):
        "Bring the new order about"
        if self.kind == 'rename':
            self._rename(self.olds[0].agency, self.news[0])
            return
        Succession = Pool().get('agencies.succession')
        targets = {new: new.create_agency(self) for new in self.news}
        for old in self.olds:
            agency = old.agency
            chosen = self.takes_over(agency)
            main = targets.get(chosen, chosen)
            stays = agency in targets.values()
            # who goes where, and takes his matters along
            going = {
                user: targets[new] for new in self.news for user in new.users
                if targets[new] != agency}
            for target in targets.values() if targets else [main]:
                if target != agency:
                    Succession.create([{
                                'predecessor': agency.id,
                                'successor': target.id,
                                'since': self.day,
                                'main': target == main,
                                'legal_basis': self.legal_basis}])
            if stays and main == agency:
                self._move_people(agency, None, going)
                self.move(agency, None, going)
            else:
                self._move_people(agency, main, going)
                self.move(agency, main, going)
                self._end(agency, main)

    def _rename(self, agency, new):
        Identifier = Pool().get('agencies.agency.identifier')
        before = self.day - dt.timedelta(days=1)
        last = max(
            (p.valid_to for p in agency.periods if p.valid_to),
            default=None)
        Pool().get('agencies.agency.period').create([{
                    'agency': agency.id, 'name': agency.name,
                    'parent': agency.parent.id if agency.parent else None,
                    'valid_from': (
                        last + dt.timedelta(days=1) if last
                        else agency.valid_from),
                    'valid_to': before,
                    'legal_basis': agency.legal_basis}])
        if new.code and new.code != agency.code:
            Identifier.create([{
                        'agency': agency.id, 'kind': 'old',
                        'code': agency.code}])
            agency.code = new.code
        agency.name = new.name or agency.name
        if new.parent:
            agency.parent = new.parent
        if new.type:
            agency.kind = new.type
        agency.legal_basis = self.legal_basis
        agency.save()

    def _move_people(self, agency, main, going):
        "Give people their roles anew where they go to; main for the others"
        Membership = Pool().get('agencies.membership')
        User = Pool().get('res.user')
        before = self.day - dt.timedelta(days=1)
        to_create, moved = [], defaultdict(list)
        for membership in Membership.search([
                    ('agency', '=', agency.id), ('state', '=', 'held'),
                    ['OR', ('valid_to', '=', None),
                        ('valid_to', '>=', self.day)]]):
            target = going.get(membership.user, main)
            if not target:
                continue
            known = {
                (m.agency, m.role) for m in membership.user.memberships
                if m.state == 'held'
                and (m.valid_to is None or m.valid_to >= self.day)}
            if (target, membership.role) not in known:
                to_create.append({
                        'user': membership.user.id, 'agency': target.id,
                        'role': membership.role, 'post': membership.post,
                        'valid_from': max(self.day, membership.valid_from),
                        'valid_to': membership.valid_to,
                        'document': self.legal_basis})
            moved[target].append(membership.user)
            membership.valid_to = before
            membership.unit = None
            if membership.valid_from > before:
                membership.valid_from = before
            membership.save()
        Membership.create(to_create)
        for target, users in moved.items():
            # where they work for now
            stale = [u for u in set(users) if u.agency == agency]
            if stale:
                User.write(stale, {'agency': target.id})

    def _end(self, agency, main):
        Agency = Pool().get('agencies.agency')
        children = [c for c in agency.children if not c.valid_to]
        if main in children:
            # it rises into the place of what it takes over
            children.remove(main)
            main.parent = agency.parent
            main.save()
        if children:
            Agency.write(children, {'parent': main.id})
        agency = Agency(agency.id)
        agency.valid_to = self.day - dt.timedelta(days=1)
        agency.save()

    def move(self, agency, main, going):
        """Move what is open of an agency; for other modules

        main -- who takes over, None where the agency stays
        going -- {user: agency} of who takes his matters along
        """


class ReorganisationOld(ModelSQL, ModelView):
    __name__ = 'agencies.reorganisation.old'

    reorganisation = fields.Many2One(
        'agencies.reorganisation', "Reorganisation", required=True,
        ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('reorganisation')

    def get_rec_name(self, name):
        return self.agency.rec_name


class ReorganisationNew(ModelSQL, ModelView):
    __name__ = 'agencies.reorganisation.new'

    reorganisation = fields.Many2One(
        'agencies.reorganisation', "Reorganisation", required=True,
        ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", ondelete='RESTRICT',
        help="One that exists; empty for a new one.")
    code = fields.Char("Code", states={'readonly': Bool(Eval('agency'))})
    name = fields.Char("Name", states={'readonly': Bool(Eval('agency'))})
    type = fields.Selection(
        [(None, ""), *KINDS], "Kind", sort=False,
        states={'readonly': Bool(Eval('agency'))})
    parent = fields.Many2One(
        'agencies.agency', "Superior Agency", ondelete='RESTRICT',
        states={'readonly': Bool(Eval('agency'))})
    subdivision = fields.Many2One(
        'country.subdivision', "Area", ondelete='RESTRICT',
        states={'readonly': Bool(Eval('agency'))})
    main = fields.Boolean(
        "Main", help="It takes what nobody takes along.")
    users = fields.Many2Many(
        'agencies.reorganisation.new-res.user', 'new', 'user', "People",
        help="Who goes there and takes along what he works on.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('reorganisation')

    def get_rec_name(self, name):
        return self.agency.rec_name if self.agency else self.name or ''

    @classmethod
    def validate_fields(cls, news, field_names):
        super().validate_fields(news, field_names)
        for new in news:
            check_code(new.code)

    def create_agency(self, reorganisation):
        "Return the agency that exists, or a new one"
        Agency = Pool().get('agencies.agency')
        if self.agency:
            return self.agency
        first = reorganisation.olds[0].agency
        agency = Agency(
            code=self.code, name=self.name, kind=self.type,
            parent=self.parent or first.parent, subdivision=self.subdivision,
            remote=first.remote, legal_basis=reorganisation.legal_basis,
            valid_from=reorganisation.day)
        agency.save()
        self.agency = agency
        self.save()
        return agency


class ReorganisationUser(ModelSQL):
    "Reorganisation - User"
    __name__ = 'agencies.reorganisation.new-res.user'

    new = fields.Many2One(
        'agencies.reorganisation.new', "Successor", required=True,
        ondelete='CASCADE')
    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='CASCADE')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('new')


class ReorganisationPreview(ModelSQL, ModelView):
    __name__ = 'agencies.reorganisation.preview'

    reorganisation = fields.Many2One(
        'agencies.reorganisation', "Reorganisation", required=True,
        readonly=True, ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", readonly=True, ondelete='CASCADE')
    what = fields.Char("What", readonly=True)
    count = fields.Integer("Count", readonly=True)
    target = fields.Char("Goes to", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('reorganisation')
