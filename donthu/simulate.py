# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu simulate`: a year of letters, each date checked by a second counter.
"""
from donthu.arguments import whole
from donthu.errors import CommandError


def add_parser(commands):
    parser = commands.add_parser(
        'simulate', help="check every due date of a simulated year",
        description="Run a year of letters through all procedures on a "
        "travelling clock, in a database of its own that is thrown away, and "
        "check every date against a second, naive counter.")
    parser.add_argument('--year', type=whole(2000, 2100), default=2026)
    parser.add_argument('--letters', type=whole(1, 100_000), default=200)
    parser.add_argument(
        '--seed', type=int, default=1,
        help="another seed is another year (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options):
    from donthu.play.simulation import Year
    from donthu.play.stage import passing_site
    with passing_site() as site:
        year = Year(site, options.year, options.letters, options.seed)
        year.run()
    print(
        f"{year.letters} letters, {sum(year.acts.values())} acts, "
        f"{sum(year.checked.values())} dates checked, "
        f"{len(year.errors)} wrong")
    for name, counts in [("acts", year.acts), ("rules", year.checked)]:
        print(f"{name}: " + ', '.join(
                f'{key} {n}' for key, n in sorted(counts.items())))
    if year.errors:
        raise CommandError('\n'.join(year.errors[:20]))
