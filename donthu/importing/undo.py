# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Take back an import, batch by batch."""
from collections import Counter

from proteus import Model

from donthu import progress
from donthu.errors import CommandError, explain, is_outage, repeatable
from donthu.importing.answers import message


def undo(config, source, reason):
    """Take back what came in under a source, and say what stays

    Can be repeated: what is gone is gone, what stays is looked at anew."""
    proxy = Model.get('complaints.letter', config=config)._proxy
    removed, kept = 0, Counter()
    after = 0
    bar = progress.bar(None, source, " letters")

    def so_far():
        return f"{removed} letters are gone; the same command goes on"
    with repeatable(so_far):
        try:
            while after is not None:
                found = ask(proxy, source, reason, after, config)
                removed += len(found['removed'])
                for number, why in found['kept']:
                    kept[why] += 1
                    print(f"{number} stays: {why}")
                bar.update(len(found['removed']) + len(found['kept']))
                after = found['last']
        finally:
            bar.close()
    if not removed and not kept:
        raise CommandError(f"no letter came in under {source!r}", 2)
    print(f"{removed} letters are gone, {sum(kept.values())} stay")
    return 1 if kept else 0


def ask(proxy, source, reason, after, config):
    try:
        return proxy.undo_import(source, reason, after, config.context)
    except Exception as error:
        if is_outage(error):
            raise explain(error) from error
        raise CommandError(message(error)) from error
