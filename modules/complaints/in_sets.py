# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which models are written in sets, and what covers their hooks there."""
from trytond.modules.audit.proven import ProvenMixin
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool, PoolMeta

_PREPARED = "births.prepare calls preprocess_values"
_RECORDED = "Writing.audit puts a step and what it wrote on record, in one"
_LOCKED = "only the server writes in sets; lodge asks what a client may say"
_SEALED = "births.Bearing.seal: sealed before anything is written"
_DAYS = "plan.work.check_days"
InSetsMixin.covered_everywhere.update({
        'complaints.secret_texts.SecretTexts.create':
            "births.Bearing.cut_beside; a step writes what was cut already",
        'complaints.secret_texts.SecretTexts.write':
            "a step writes what was cut already",
        })
AUDITED = {
    'audit.audited.AuditedMixin.create': _RECORDED,
    'audit.audited.AuditedMixin.write': _RECORDED,
    'audit.audited.AuditedMixin.delete': "nothing is deleted in sets",
    'audit.audited.AuditedMixin.preprocess_values': _PREPARED,
    }
CASEWORK = {
    **AUDITED,
    'complaints.casework.CaseworkMixin.on_modification':
        "a step that changes circumstances counts the clocks anew itself",
    'complaints.secret_letter.SecretMixin.check_modification': _LOCKED,
    'complaints.secret_letter.SecretMixin.create': "births.cut_words",
    'complaints.secret_letter.SecretMixin.write':
        "no step writes the words of a citizen",
    'complaints.secret_letter.SecretMixin.preprocess_values': _PREPARED,
    }


class Letter(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'
    _covered = {
        **CASEWORK,
        'complaints.intake.Letter.preprocess_values':
            "only a form shows a sender of whom nothing is typed",
        'complaints.letter.Letter.preprocess_values': _PREPARED,
        'complaints.letter.Letter.validate_fields': _DAYS,
        'complaints.letter.Letter.on_modification':
            "no step changes the kind or takes back the secrecy",
        'complaints.letter_matters.LetterMattersMixin.preprocess_values':
            _PREPARED,
        'complaints.letter_proposal.LetterProposalMixin.write':
            "a step that proposes says itself why, and to whom",
        'complaints.respondent.Letter.preprocess_values': _PREPARED,
        'complaints.respondent.Letter.on_modification':
            "births.Bearing.forget_cut",
        }


class Case(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.case'
    _covered = {
        **CASEWORK,
        'complaints.case.Case.validate_fields': _DAYS,
        }


class Identity(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.identity'


class Original(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.original'


_PERSON = {
    **AUDITED,
    'complaints.person.PersonMixin.create': _SEALED,
    'complaints.person.PersonMixin.check_modification': _LOCKED,
    'complaints.person.PersonMixin.on_modification': "births.cut_words",
    'complaints.person.PersonMixin.validate_fields': "births.know_persons",
    }


class Person(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.person'
    _covered = _PERSON


class Respondent(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.respondent'
    _covered = {
        **AUDITED,
        'complaints.respondent.Respondent.preprocess_values':
            "births.Bearing.belongings calls it",
        'complaints.respondent.Respondent.on_modification':
            "births.Bearing.forget_cut",
        }


class Obstacle(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.obstacle'
    _covered = {
        **AUDITED,
        }


class Act(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.act'
    _covered = {
        **AUDITED,
        'complaints.act.Act.create': "Writing.acts seals what was said",
        }


class LetterCondition(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter.condition'
    _covered = {
        **AUDITED,
        'complaints.condition.LetterCondition.create':
            "what the system finds is not on record",
        'complaints.condition.LetterCondition.preprocess_values':
            "what is written in sets is found by the system",
        }


class Clock(ProvenMixin, InSetsMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.clock'
    _proven = (
        'resource', 'rule', 'version', 'calendar', 'started_on', 'variants',
        'due_on', 'warn_on', 'tolerance_on', 'ended_on', 'state')
    _covered = {
        'audit.proven.ProvenMixin.create': "_put proves what is inserted",
        'audit.proven.ProvenMixin.write': "_change proves what is updated",
        'deadlines.clock.Clock.check_modification': _LOCKED,
        'deadlines.clock.Clock.on_modification': "plan.work.store_due",
        }


class Interval(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.clock.interval'
    _covered = {
        **AUDITED,
        }


def changes_on_record(Model, before, after):
    """Return {field: [old, new]} of values in hand, as an entry keeps them

    Of what is secret only a keyed hash."""
    names = Model.__dict__.get('_names_on_record')
    if names is None:
        names = Model._names_on_record = frozenset(Model._audit_fields())
    hashed, secret = Pool().get('audit.key').hash, Model._audit_secret
    formats, changes = Model._formats(), {}
    for name, value in after.items():
        if name not in names:
            continue
        pair = [before.get(name), value]
        for place, one in enumerate(pair):
            if one is None or one == '':
                pair[place] = None
                continue
            # as the table has it
            one = formats[name](one)
            pair[place] = hashed(str(one)) if name in secret else one
        if pair[0] != pair[1]:
            changes[name] = pair
    return changes
