# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The law as a change would leave it; nothing is written."""
from . import lawbook


class WhatIf:
    """The law as a change would leave it.

    calendar, conventions -- of the counting
    versions -- {rule id: lawbook.Version of a changed rule}
    running -- {rule id: since when periods that have begun follow too}
    variants -- a function: the circumstances that a clock would have
    """

    def __init__(self, calendar, conventions, versions, running, variants):
        self.calendar = calendar
        self.conventions = conventions
        self.versions = versions
        self.running = running
        self.variants = variants

    def version(self, clock):
        "Return the lawbook.Version that a clock would have"
        current = clock.version.lawbook()
        variants = self.variants(clock)
        versions = self.versions.get(clock.rule.id)
        if not versions:
            if variants == clock.variant_names():
                return current
            versions = clock.rule.lawbook_versions()
        day = max(
            clock.started_on,
            self.running.get(clock.rule.id, clock.started_on))
        return lawbook.select(
            versions, day, variants, by_decision=False) or current

    def explain(self, clock, keep=False):
        """Return the version and the Explanation that a clock would have

        keep -- its version stays"""
        version = clock.version.lawbook() if keep else self.version(clock)
        versions = self.versions.get(
            clock.rule.id, clock.rule.lawbook_versions())
        successor = None
        if clock.rule.transition:
            successor = lawbook.successor(versions, version)
        return version, clock.explained(
            version, calendar=self.calendar, conventions=self.conventions,
            successor=successor)
