# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Where a year is played: a site of its own, which nobody else uses."""
import tempfile
from contextlib import contextmanager
from pathlib import Path

from donthu.play import invented
from donthu.site import Site, write_config


def make_site(directory):
    "Return a new site with one province, in a directory"
    from donthu import init
    write_config(directory / 'trytond.conf', {
            'database': {'uri': 'sqlite://', 'path': str(directory)},
            'secrets': {'key_file': str(directory / 'donthu.keys')},
            })
    site = Site(directory / 'trytond.conf', 'simulation')
    site.create()
    init.prepare(site, provinces=[invented.PROVINCE], succession=False)
    return site


@contextmanager
def passing_site():
    "Give a new site that is thrown away afterwards"
    with tempfile.TemporaryDirectory(prefix='donthu-') as directory:
        yield make_site(Path(directory))
