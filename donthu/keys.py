# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu keys`: change the keys of a database, and destroy old ones."""
import os

from donthu import progress
from donthu.arguments import whole
from donthu.errors import CommandError
from donthu.site import Site

KINDS = ['master', 'sign']


def add_parser(commands):
    parser = commands.add_parser(
        'keys', help="show, change or destroy the keys of a database",
        description="The keys are in a file outside the database ([secrets] "
        "key_file).  `rotate master` makes a new master key and wraps the key "
        "of each person with it; it can be interrupted and run again. `rotate "
        "sign` makes a key that signs the seals after the next one. `destroy` "
        "removes a former key that nothing needs any more: what was erased "
        "can then not be read from old backups either.")
    actions = parser.add_subparsers(
        dest='action', required=True, metavar='ACTION')
    for name, help, function in [
            ('show', "say which keys there are", show),
            ('rotate', "put a new key in use", rotate),
            ('destroy', "remove a former key", destroy)]:
        action = actions.add_parser(name, help=help)
        action.add_argument(
            '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
            metavar='FILE')
        action.add_argument(
            '-d', '--database', required=True, metavar='NAME')
        if name != 'show':
            action.add_argument('kind', choices=KINDS)
        if name == 'destroy':
            action.add_argument('number', type=whole(1, 1_000_000))
        action.set_defaults(run=run, function=function)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    return options.function(
        Site(options.config, options.database), options)


def show(site, options):
    def lines(pool):
        from trytond.modules.audit import keyring
        from trytond.modules.audit.key import key_file
        from trytond.modules.audit.signing import public_key
        keys = pool.get('audit.key').keyring()
        return [str(key_file())] + [
            f'{kind:7} {number:3}  {keyring.check(keys.get(kind, number))}  '
            f'{keyring.KINDS[kind]}'
            for kind in keyring.KINDS for number in keys.numbers(kind)] + [
            # who checks an exported audit has to know it from before
            f"public key of sign {number}: "
            f"{public_key(keys.get('sign', number))}"
            for number in keys.numbers('sign')]
    print('\n'.join(site.call(lines)))
    return 0


def rotate(site, options):
    def add(pool):
        from trytond.modules.audit import keyring
        from trytond.modules.audit.key import key_file
        Key = pool.get('audit.key')
        if options.kind == 'master' and _unwrapped(pool):
            # a rotation that was interrupted: first to its end
            return None
        with keyring.changing(key_file()) as keys:
            Key.check_file(keys)
            number = keys.add(options.kind)
        Key.prepare()
        _record(pool, f"rotate {options.kind} {number}")
        return number
    number = site.call(add)
    if number:
        progress.say(f"{options.kind} {number} is in use")
    if options.kind == 'master':
        wrapped = site.call(rewrap)
        total = wrapped
        while wrapped:
            wrapped = site.call(rewrap)
            total += wrapped
        progress.say(f"{total} keys wrapped anew")
    return 0


def rewrap(pool):
    "Wrap a batch of keys by the master key in use; return how many"
    from trytond.modules.complaints.sealed import sealed_models
    return sum(model.rewrap() for model in sealed_models())


def _unwrapped(pool):
    from trytond.modules.complaints.sealed import sealed_models
    Key = pool.get('audit.key')
    current, _ = Key.current('master')
    return any(
        model.uses_master(number) for model in sealed_models()
        for number in Key.keyring().numbers('master') if number < current)


def let_go(site, number):
    """Let the key after a signing key sign the newest seal

    Until then nobody could tell that the newest seal is ours."""
    def signed_last(pool):
        seals = pool.get('audit.seal').search(
            [], order=[('number', 'DESC')], limit=1)
        return bool(seals and seals[0].next_key and seals[0].key <= number)

    def announce(pool):
        # something to seal
        _record(pool, f"destroy sign {number}: the next key signs")
    if site.call(signed_last):
        site.call(announce)
        site.call(lambda pool: pool.get('audit.seal').seal_due())
        if site.call(signed_last):
            raise CommandError(
                f"sign {number} has signed the newest seal, and the next one "
                "waits for who is writing: try again in a minute")


def destroy(site, options):
    if options.kind == 'sign':
        let_go(site, options.number)

    def remove(pool):
        from trytond.modules.audit import keyring
        from trytond.modules.audit.key import key_file
        from trytond.modules.complaints.sealed import sealed_models
        Key = pool.get('audit.key')
        number = options.number
        if options.kind == 'master' and any(
                model.uses_master(number) for model in sealed_models()):
            raise CommandError(
                f"master {number} still wraps keys: run "
                "`donthu keys rotate master` first")
        if options.kind == 'sign':
            seals = pool.get('audit.seal').search(
                [], order=[('number', 'DESC')], limit=1)
            if not seals or not seals[0].next_key and seals[
                    0].key <= number:
                raise CommandError(
                    f"sign {number} is needed for the next seal: run "
                    "`donthu audit seal` first")
        try:
            with keyring.changing(key_file()) as keys:
                known = Key.known()
                if keys.get(options.kind, number):
                    Key.check_file(keys, known)
                    keys.remove(options.kind, number)
                elif known.pop((options.kind, number), None):
                    # an earlier run was interrupted: to its end
                    Key.check_file(keys, known)
                else:
                    raise CommandError(
                        f"there is no key {options.kind} {number}")
        except keyring.KeyringError as error:
            raise CommandError(str(error))
        Key.forget(options.kind, number)
        _record(pool, f"destroy {options.kind} {number}")
    site.call(remove)
    progress.say(f"{options.kind} {options.number} is destroyed")
    return 0


def _record(pool, what):
    pool.get('audit.entry').append([{
                'action': 'write', 'summary': f"donthu keys {what}"}])
