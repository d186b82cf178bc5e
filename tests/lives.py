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
    Action = pool.get('ir.action')
    rows = {}
    for user in User.search([('login', 'in', logins)]):
        with Transaction().set_user(user.id):
            preferences = User.get_preferences()
            with Transaction().set_context(
                    preferences, _check_access=True):
                opened = preferences['actions'][0]
                window, = pool.get('ir.action.act_window').browse(
                    [Action.get_action_values(
                            'ir.action.act_window', [opened])[0]['id']])
                decoder = PYSONDecoder({
                        **Transaction().context, '_user': user.id})
                domains = [decoder.decode(window.pyson_domain)]
                domains += [
                    decoder.decode(tab.domain or '[]')
                    for tab in window.act_window_domains[:1]]
                rows[user.login] = pool.get(window.res_model).search(
                    domains, count=True)
    return rows


if __name__ == '__main__':
    main(*sys.argv[1:])
