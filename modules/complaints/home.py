# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The page of the day: what waits for the user, counted, one click away.

A record for each user, with the id of the user: a link counts with the domain
of its action, where `active_id` then stands for `_user`.
"""
import json

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction, check_access
from trytond.wizard import StateAction, Wizard

# Whose day begins with this page; the others have one list of theirs
ROLES = ('clerk', 'handler', 'leader', 'supervisor')
# So many letters are shown, those that are due first
FIRST = 12


class Home(ModelSQL, ModelView):
    "What waits for the user today"
    __name__ = 'complaints.home'

    greeting = fields.Function(fields.Char("Greeting"), 'get_greeting')
    letters = fields.Function(fields.One2Many(
            'complaints.letter', None, "First Due", readonly=True),
        'get_letters', setter='set_letters')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['new_letter'] = {'icon': 'donthu-intake'}

    @classmethod
    def table_query(cls):
        user = Pool().get('res.user').__table__()
        return user.select(user.id, where=user.id == Transaction().user)

    def get_rec_name(self, name):
        return gettext('complaints.msg_home')

    def get_greeting(self, name):
        pool = Pool()
        return gettext(
            'complaints.msg_home_greeting',
            user=pool.get('res.user')(self.id).name,
            day=pool.get('ir.date').today().strftime('%d/%m/%Y'))

    def get_letters(self, name):
        "Return the open letters that are due first, as the user may see them"
        Letter = Pool().get('complaints.letter')
        with check_access():
            return [le.id for le in Letter.search([
                        ('state', 'in', Letter._open()),
                        ('due_on', '!=', None),
                        ], order=[('due_on', 'ASC'), ('id', 'ASC')],
                    limit=FIRST)]

    @classmethod
    def set_letters(cls, homes, name, value):
        "The page only shows: it is written by nobody"

    @classmethod
    def view_attributes(cls):
        pool = Pool()
        groups = set(pool.get('res.user').get_groups())
        get_id = pool.get('ir.model.data').get_id
        # views are kept by the groups of the user, which follow the roles
        return super().view_attributes() + [
            (f'//group[@id="{role}"]', 'states', {
                    'invisible': get_id(
                        'agencies', f'group_{role}') not in groups})
            for role in ROLES]

    @classmethod
    @ModelView.button_action('complaints.act_letter_new')
    def new_letter(cls, homes):
        pass


class OpenHome(Wizard):
    "Open the page of the day"
    __name__ = 'complaints.home.open'
    start_state = 'open_'
    open_ = StateAction('complaints.act_home')

    def do_open_(self, action):
        return action, {'res_id': [Transaction().user]}


class ViewTreeState(metaclass=PoolMeta):
    __name__ = 'ir.ui.view_tree_state'

    @classmethod
    def get(cls, model, domain, child_name):
        "Return what of a tree is open: the letters, until one closes them"
        nodes, *rest = super().get(model, domain, child_name)
        if model == 'ir.ui.menu' and not cls.search([
                    ('user', '=', Transaction().user),
                    ('model', '=', model),
                    ], limit=1):
            nodes = json.dumps([[Pool().get('ir.model.data').get_id(
                            'complaints', 'menu_complaints')]])
        return (nodes, *rest)


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    def home_actions(self):
        pool = Pool()
        actions = super().home_actions()
        if {role for _, role in self.get_roles(self.id)} & set(ROLES):
            home = pool.get('ir.action.wizard')(
                pool.get('ir.model.data').get_id('complaints', 'wizard_home'))
            actions.insert(0, home.action.id)
        return actions
