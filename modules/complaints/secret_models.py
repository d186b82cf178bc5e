# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which models are secret, and which hold who must not be known.

A class says it of itself, `_is_matter` and `_is_person`, also one of a module
above: it gets them with SecretMixin and PersonMixin, and none is forgotten.
So does one that holds nothing that somebody wrote, `_has_own_way`.
"""
from trytond.pool import Pool

# They seal what they hold themselves, or hold nothing that somebody wrote
_OWN_WAY = frozenset([
    'complaints.identity', 'complaints.original', 'complaints.act',
    'ir.attachment', 'audit.entry', 'deadlines.clock', 'ir.queue',
    'ir.filestore.queue', 'ir.model.log'])


def is_matter(name):
    "Tell if records of a model may be secret"
    return getattr(Pool().get(name), '_is_matter', False)


def matters():
    "Return the names of the models whose records may be secret"
    return _models('_is_matter')


def person_models():
    "Return the names of the models of who must not be known"
    return _models('_is_person')


def has_own_way(Model):
    "Tell if a model seals itself what it holds"
    return Model.__name__ in _OWN_WAY or any(
        getattr(Model, name, False) for name in ['_is_person', '_has_own_way'])


def _models(attribute):
    return sorted(
        name for name, Model in Pool().iterobject()
        if getattr(Model, attribute, False))
