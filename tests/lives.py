# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Fill a prepared database as the demonstration does, and say what became.

    python tests/lives.py CONFIG LETTERS SEED

Prints JSON: what was refused, and how many rows each person finds on the
first screen.  A process of its own, since the clock of a process is moved by
its environment.
"""
import json
import sys

from donthu.play import demonstration
from donthu.site import Site


# What waits for whom on the page of the day; the supervisor has a list beside
WAITS = {
    'clerk': 'complaints.act_letter_classify',
    'handler': 'complaints.act_case_mine',
    'leader': 'complaints.act_letter_sign',
    }


def main(config, letters, seed):
    site = Site(config, 'donthu')
    accounts, refusals = demonstration.fill(site, int(letters), int(seed))
    rows = site.call(first_screens, [login for login, *_ in accounts])
    json.dump({'refusals': refusals, 'rows': rows}, sys.stdout)


def first_screens(pool, logins):
    "Return {login: how many rows} of what opens at login"
    from trytond.pyson import PYSONDecoder
    from trytond.transaction import Transaction
    User = pool.get('res.user')
    rows = {}
    for user in User.search([('login', 'in', logins)]):
        with Transaction().set_user(user.id):
            preferences = User.get_preferences()
            with Transaction().set_context(
                    preferences, _check_access=True):
                window = first_list(pool, preferences['actions'])
                decoder = PYSONDecoder({
                        **Transaction().context, '_user': user.id,
                        'active_id': user.id})
                domains = [decoder.decode(window.pyson_domain)]
                domains += [
                    decoder.decode(tab.domain or '[]')
                    for tab in window.act_window_domains[:1]]
                rows[user.login] = pool.get(window.res_model).search(
                    domains, count=True)
    return rows


def first_list(pool, actions):
    "Return the window that opens at login, or what waits on the page of then"
    Action = pool.get('ir.action')
    Window = pool.get('ir.action.act_window')
    home = pool.get('ir.action.wizard')(pool.get('ir.model.data').get_id(
            'complaints.wizard_home')).action.id
    if actions[0] == home:
        roles = {role for _, role in pool.get('res.user').get_roles()}
        for role in roles & WAITS.keys():
            return Window(pool.get('ir.model.data').get_id(WAITS[role]))
        actions = actions[1:]
    return Window(Action.get_action_values(
            'ir.action.act_window', [actions[0]])[0]['id'])


if __name__ == '__main__':
    main(*sys.argv[1:])
