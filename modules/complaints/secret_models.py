# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which models hold nothing of a secret matter in words that others read.

A class of a module above says it of itself, `_own_way`."""

# They seal what they hold themselves, or hold nothing that somebody wrote
_OWN_WAY = frozenset([
    'complaints.identity', 'complaints.original', 'complaints.act',
    'ir.attachment', 'complaints.person', 'complaints.reception.person',
    'audit.entry', 'deadlines.clock', 'ir.queue', 'ir.filestore.queue',
    'ir.model.log'])


def has_own_way(Model):
    "Tell if a model seals itself what it holds"
    return Model.__name__ in _OWN_WAY or getattr(Model, '_own_way', False)
