# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Show how far a long work is: a bar for a person, lines for a log."""
import sys

from tqdm import tqdm


def bar(total, label, unit=''):
    "Return a progress bar; update(n) moves it, close() ends it"
    return tqdm(
        total=total, desc=label, unit=unit, file=sys.stderr,
        disable=None if sys.stderr.isatty() else True,
        dynamic_ncols=True, leave=False)


def say(text):
    "Tell the person what is being done"
    print(text, file=sys.stderr, flush=True)
