# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How the trail of letters and cases is told: which post, and what first."""
import re
from collections import defaultdict

from sql import Null
from trytond.i18n import gettext
from trytond.modules.agencies.role import DELEGATED
from trytond.modules.foundation import clock
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

# What the line itself says, in this order
_FIRST = {
    'complaints.letter': (
        'number', 'due_on', 'kind', 'handler', 'channel', 'received_on',
        'proposal', 'proposed_to', 'outcome_number', 'accepted_on', 'case'),
    'complaints.case': (
        'number', 'due_on', 'kind', 'handler', 'result', 'decision_number',
        'decided_on', 'sent_on', 'suspended_on', 'terminated_on',
        'closed_on'),
    'complaints.act': ('number', 'meeting_on'),
    'complaints.letter.condition': ('condition', 'finding'),
    'complaints.verifier': ('name', 'post'),
    'deadlines.clock.interval': ('kind', 'start', 'end', 'reason'),
    }
_TITLES = {'complaints.act': 'title'}
# Keys, codes and what another line says: they stand in the entry itself
_NOT = {
    'complaints.letter': {
        'agency', 'repeat_key', 'repeat_of', 'registered_by',
        'respondent_key'},
    'complaints.case': {'agency'},
    'complaints.act': {
        'agency', 'letter', 'case', 'step', 'name', 'title', 'taken_by'},
    'complaints.person': {'letter', 'identity', 'protected'},
    'complaints.respondent': {'letter', 'key'},
    'complaints.verifier': {'case'},
    'complaints.outcome': {'case'},
    'complaints.letter.condition': {'letter'},
    'complaints.opening': {'letter', 'agency'},
    'deadlines.clock.interval': {'clock'},
    }
_POST = re.compile(r'\((.*)\)$')


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_first(cls):
        return {**super().told_first(), **_FIRST}

    @classmethod
    def told_titles(cls):
        return {**super().told_titles(), **_TITLES}

    @classmethod
    def told_not(cls):
        return {**super().told_not(), **_NOT}

    @classmethod
    def told_steps(cls, models):
        Step = Pool().get('complaints.procedure.step')
        found = defaultdict(set)
        for step in Step.search([
                    ('resource', 'in', sorted(models)),
                    ('to_state', '!=', None)]):
            for state in [None, *step.codes(step.states)]:
                found[step.resource, state, step.to_state].add(step.title)
        # where several lead there the act says which it was
        return {
            **super().told_steps(models),
            **{key: titles.pop() for key, titles in found.items()
                if len(titles) == 1}}

    @classmethod
    def _local(cls, moment):
        return moment.replace(tzinfo=clock.dt.UTC).astimezone(clock.TIMEZONE)

    @classmethod
    def _names_of(cls, model, ids):
        # nobody learns from the trail who denounces, whoever reads it
        with Pool().get('complaints.identity').masked():
            return super()._names_of(model, ids)

    @classmethod
    def get_for_auditor(cls, entries, name):
        pool = Pool()
        audits = super().get_for_auditor(entries, name)
        if any(
                role == 'auditor'
                for _, role in pool.get('res.user').get_roles()):
            audits = dict.fromkeys(audits, True)
        return audits

    @classmethod
    def _posts(cls, entries):
        "The roles that were held then; and who was away, if it was for him"
        labels = dict(Pool().get('res.user')._role_labels())
        behalf = cls._behalf(entries)
        names = cls._names_of('res.user', set(behalf.values()))
        result = {}
        for entry in entries:
            found = _POST.search(entry.post or '')
            roles = [
                labels[role] for role in (
                    found.group(1) if found else '').split(', ')
                if role in labels]
            if entry.id in behalf:
                roles.append(gettext(
                        'complaints.msg_told_behalf',
                        user=names[behalf[entry.id]]))
            result[entry.id] = ', '.join(roles)
        return result

    @classmethod
    def _behalf(cls, entries):
        """Return {id: id of a user} of steps that were taken for who is away

        Which are those that the user could not have taken in his own post."""
        steps = [
            e for e in entries
            if e.action == 'transition' and e.user and e.agency and e.resource]
        absences = cls._absences(steps)
        if not absences:
            return {}
        held = cls._held({
                *(user for user, _, _, _, _ in absences),
                *(delegate for _, delegate, _, _, _ in absences)})
        allowed = cls._allowed(steps)
        result = {}
        for entry in steps:
            day = clock.local_day(entry.at)
            key = entry.resource.__name__, (
                entry.summary or '').partition(':')[2]
            own = _roles_on(held, entry.user.id, entry.agency.id, day)
            if own & allowed.get(key, own):
                continue
            for user, delegate, agency, first, last in absences:
                if (delegate == entry.user.id and agency == entry.agency.id
                        and first <= day <= last
                        and allowed[key] & DELEGATED & _roles_on(
                            held, user, agency, day)):
                    result[entry.id] = user
        return result

    @staticmethod
    def _absences(entries):
        if not entries:
            return []
        table = Pool().get('agencies.absence').__table__()
        days = [clock.local_day(e.at) for e in entries]
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.user, table.delegate, table.agency, table.valid_from,
                table.valid_to,
                where=table.delegate.in_(
                    sorted({e.user.id for e in entries}))
                & (table.valid_from <= max(days))
                & (table.valid_to >= min(days))))
        return [
            (user, delegate, agency, _day(first), _day(last))
            for user, delegate, agency, first, last in cursor.fetchall()]

    @staticmethod
    def _held(users):
        "Return {(user, agency): [(role, first day, last day or None)]}"
        table = Pool().get('agencies.membership').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.user, table.agency, table.role, table.valid_from,
                table.valid_to,
                where=table.user.in_(sorted(users))
                & (table.state == 'held') & (table.role != Null)))
        held = defaultdict(list)
        for user, agency, role, first, last in cursor.fetchall():
            held[user, agency].append((role, _day(first), _day(last)))
        return held

    @staticmethod
    def _allowed(entries):
        "Return {(model, state): the roles that may lead there}"
        states = {(e.summary or '').partition(':')[2] for e in entries}
        allowed = defaultdict(set)
        for step in Pool().get('complaints.procedure.step').search([
                    ('to_state', 'in', sorted(states))]):
            allowed[step.resource, step.to_state].update(step.roles)
        return allowed


def _roles_on(held, user, agency, day):
    return {
        role for role, first, last in held.get((user, agency), ())
        if first <= day and (last is None or day <= last)}


def _day(value):
    "SQLite gives days as text"
    return clock.dt.date.fromisoformat(value) if isinstance(
        value, str) else value
