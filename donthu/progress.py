# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Show how far a long work is: a bar for a person, lines for a log."""
import logging
import sys
from contextlib import contextmanager

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


class _Mover(logging.Handler):

    def __init__(self, bar):
        super().__init__(logging.INFO)
        self.bar = bar

    def emit(self, record):
        self.bar.update()


@contextmanager
def following(name, label):
    "Show a bar that moves with each message of the logger of that name"
    logger = logging.getLogger(name)
    level, propagate = logger.level, logger.propagate
    moving = bar(None, label, " steps")
    mover = _Mover(moving)
    logger.addHandler(mover)
    if not logger.isEnabledFor(logging.INFO):
        # for the bar alone: they are not told to those who did not ask
        logger.propagate = False
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(mover)
        logger.setLevel(level)
        logger.propagate = propagate
        moving.close()
