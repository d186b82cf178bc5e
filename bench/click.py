# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A clerk's click in the demonstration, on SQLite: he registers a letter.

In a process of its own: a process works on one site only.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .frame import CONTENT, ROOT, all_timed, delay, p95

TIMES = 15


def measure(base):
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-m', 'bench.click'], cwd=ROOT,
        capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def main():
    from donthu.init import prepare
    from donthu.site import Site
    with tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / 'trytond.conf'
        config.write_text(
            f'[database]\nuri = sqlite://\npath = {directory}\n'
            f'[secrets]\nkey_file = {directory}/donthu.keys\n'
            '[cache]\nclass = donthu.cache.Cache\n')
        site = Site(config, 'click')
        prepare(site, provinces=['66'], succession=False)
        print(json.dumps(_click(site)))


def _click(site):
    from trytond.pool import Pool
    site.init_pool()

    def people(pool):
        from trytond.modules.agencies.tests.tools import create_user
        commune = pool.get('agencies.agency').by_code('22250')
        return create_user('clerk', commune, 'clerk').id, commune.id
    clerk, commune = site.call(people)
    Pool.test = False
    numbers = iter(range(10 ** 6))

    def create(pool):
        letter, = pool.get('complaints.letter').create([{
                    'agency': commune, 'kind': 'petition',
                    'content': f'{CONTENT} {next(numbers)}',
                    'persons': [('create', [{'name': "Nguyễn Văn An"}])]}])
        return letter.id

    def call(function, *args):
        return site.call(function, *args, user=clerk, _check_access=True)
    ids = iter([call(create) for _ in range(TIMES + 1)])

    def register():
        call(lambda pool, id_: pool.get('complaints.letter').register(
                [pool.get('complaints.letter')(id_)]), next(ids))
    register()
    return delay(
        p95(all_timed(register, TIMES)), None,
        "register a letter on SQLite, the clerk's click, p95", goal=150)


if __name__ == '__main__':
    main()
