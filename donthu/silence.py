# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu silence`: a year in which everything goes wrong, and what is silent.
"""
from donthu.arguments import whole
from donthu.errors import CommandError


def add_parser(commands):
    parser = commands.add_parser(
        'silence', help="count what falls silent in a year of mishaps",
        description="Simulate a year in which people leave, agencies merge "
        "and heads are denounced, in a database of its own that is thrown "
        "away, and count the delays that reached nobody.")
    parser.add_argument('--year', type=whole(2000, 2100), default=2026)
    parser.add_argument('--letters', type=whole(1, 100_000), default=120)
    parser.add_argument(
        '--seed', type=int, default=1,
        help="another seed is another year (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options):
    from donthu.play.mishaps import Year
    from donthu.play.stage import passing_site
    with passing_site() as site:
        year = Year(site, options.year, options.letters, options.seed)
        year.run()
    heard = year.heard
    print(
        f"{year.letters} letters, {sum(year.mishaps.values())} mishaps, "
        f"{year.escalations} escalations, {year.gaps} of them listed as not "
        f"delivered as they should, {heard.looked} late matters looked at, "
        f"{len(heard.silent)} silent")
    print("mishaps: " + ', '.join(
            f'{name} {n}' for name, n in sorted(year.mishaps.items())))
    if heard.silent:
        raise CommandError('\n'.join(sorted(heard.silent)[:20]))
