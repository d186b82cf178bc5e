# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the steps of a case do.

Facts of a case that they ask for:
    team -- the verifiers, as dictionaries of name, head, impartial
"""
import datetime as dt

from trytond.modules.foundation.text import fold

from .forms import Field, Matter
from .work import Work, follow_instance, step

RESULTS = {
    'petition': ('answered',),
    'reflection': ('answered',),
    'denunciation': ('right', 'partly', 'wrong', 'knowingly_false'),
    None: ('right', 'partly', 'wrong'),
    }
# What a letter hands on to the case that it becomes
INHERITED = (
    'agency', 'kind', 'instance', 'subject', 'field', 'complex',
    'especially_complex', 'remote', 'handler', 'accepted_on')


def _forwarded(*forwarders):
    return lambda work: any(
        le['channel'] == 'forwarded' and le['forwarder'] in forwarders
        for le in work.matter.letters)


def _owes_answer(work):
    "Tell if a time limit to answer who forwarded it was started"
    law = work.book.step(work.matter, 'answer_forwarder', work.by.today)
    return bool(work.matter['decided_on'] and law and any(
            c.is_open and c.code in law.meets for c in work.matter.clocks))


def _unnotified(work):
    "Tell if the time limit to send a decision that stops the case is open"
    law = work.book.step(work.matter, 'notify', work.by.today)
    return bool(law) and any(
        c.is_open and c.code in law.meets for c in work.matter.clocks)


def _unsent(work):
    "Tell if a decision to suspend or to terminate was not sent yet"
    case = work.matter
    stopped = (
        case.state in {'suspended', 'terminated'}
        or case['suspended_on'] or case['terminated_on'])
    return _unnotified(work) or bool(stopped and not case['notified_on'])


CIRCUMSTANCES = {
    'withheld': lambda work:
        work.acts_of('withhold') > work.acts_of('restore'),
    # What is not simply right leaves the parties apart (Điều 30)
    'contested': lambda work: work.matter['result'] != 'right',
    'differing': lambda work: work.matter['result'] != 'right',
    'known': lambda work: any(
        not letter['anonymous'] for letter in work.matter.letters),
    'published': lambda work: work.matter.state in {
        'sent', 'effective', 'enforcing'},
    'granted': lambda work: (
        work.matter.state in {'effective', 'enforcing'}
        and work.matter['result'] in {'right', 'partly'}),
    'from_deputy': _forwarded('deputy'),
    'from_front': _forwarded('front'),
    'to_answer': _forwarded('deputy', 'front'),
    # only who was told of a decision is owed its result
    'answering': _owes_answer,
    # it goes on when the case is resumed: who is told has a right to know
    'unnotified': _unnotified,
    'unsent': _unsent,
    }


def open_case(work):
    "Open the case of a letter that is accepted"
    letter = work.matter
    case = letter.case = Matter(
        'case', {name: letter[name] for name in INHERITED}, letter.agency,
        letters=(letter,))
    case.values.update(state='accepted', number=None)
    opening = Work(work.book, work.by, work.plan, case, work.act)
    opening.want_number(
        work.book.procedure(case['kind'], case['instance']).case_code,
        case['accepted_on'].year)
    opening.step = work.book.step(case, 'open', case['accepted_on'])
    opening.day = case['accepted_on']
    if opening.step:
        opening.run_clocks()
    work.plan.opened.append(case)


def check_team(work):
    "Refuse unless the team is what the law asks for"
    case, law = work.matter, work.step
    team = case.facts.get('team', ())
    if len(team) < law.team:
        work.refuse(
            'step', 'complaints.msg_team_small', case=case.name,
            count=law.team, citation=law.citation)
    if sum(bool(v['head']) for v in team) != 1:
        work.refuse(
            'step', 'complaints.msg_team_head', case=case.name,
            citation=law.citation)
    accused = {
        fold(le['respondent']) for le in case.letters if le['respondent']}
    for verifier in team:
        if not verifier['impartial'] or fold(verifier['name']) in accused:
            work.refuse(
                'step', 'complaints.msg_team_conflict', case=case.name,
                name=verifier['name'], citation=law.citation)


@step('case', 'verify')
def verify(work):
    "Begin the verification: what it requires is in the book"


@step('case', 'decide')
def decide(work):
    "Put the decision on record; from when on it is in force follows"
    from .letter import check_not_alone
    case, said = work.matter, work.act.said
    check_not_alone(work, case, case.letters)
    for name in ['result', 'decision_number', 'decided_on']:
        if said.get(name):
            case.values[name] = said[name]
    work.set(decided_on=case['decided_on'] or work.by.today)
    # an old register does not always tell the result: then it stays open
    needed = ['decision_number', *([] if work.by.register else ['result'])]
    for name in needed:
        if not case[name]:
            work.refuse(
                'step', 'complaints.msg_decision_incomplete',
                case=case.name, field=Field(case.model, name))
    work.day, work.number = case['decided_on'], case['decision_number']
    work.set(effective_from=effect_day(work, case['decided_on']))


@step('case', 'foresee_effect')
def foresee_effect(work):
    "Say from when on a decision is in force of which that is not known"
    if work.matter['decided_on']:
        work.set(effective_from=effect_day(work, work.matter['decided_on']))
    work.note('foresee_effect', None, None)


def effect_day(work, decided_on):
    "Return the first day on which a decision is in force, or None"
    law = work.book.step(work.matter, 'decide', work.by.today)
    found = law.effect and work.period(law.effect, decided_on)
    return found.due_on + dt.timedelta(days=1) if found else None


@step('case', 'instance')
def instance(work):
    "The instance that an old register left open is known now"
    follow_instance(work)
    if work.matter['decided_on']:
        work.set(effective_from=effect_day(work, work.matter['decided_on']))


@step('case', 'send')
def send(work):
    work.set(sent_on=work.matter['sent_on'] or work.by.today)
    work.day = work.matter['sent_on']


@step('case', 'take_effect')
def take_effect(work):
    "Let a decision take effect of which nobody has complained"
    case = work.matter
    if not case['effective_from'] and case['decided_on']:
        work.set(effective_from=effect_day(work, case['decided_on']))
    day = case['effective_from']
    if not day or work.by.today < day:
        work.refuse(
            'step', 'complaints.msg_effect_early', case=case.name,
            day=day or '–', citation=work.step.citation)
    work.set(effective_on=day)
    work.day = day


@step('case', 'notify')
def notify(work):
    "Put on record that a suspension or termination was told"
    work.set(notified_on=work.by.today)


@step('case', 'close')
def close(work):
    "Close it: no time limit goes on"
    work.set(closed_on=work.by.today)
    work.day = work.by.today
    work.stop(state='cancelled')


@step('case', 'close_historical', over=[('decided', 'closed')])
def close_historical(work):
    "Close a decided case of an old register that says no more of it"
    work.set(
        state='closed', closed_on=work.by.today, note=work.act.said['note'])
    work.day = work.by.today
    work.stop(state='cancelled')
    work.note('close_historical', None, 'closed')


_TAKEN_UP = [
    *((state, 'contested') for state in [
            'accepted', 'verifying', 'suspended', 'decided', 'sent']),
    *((state, 'taken') for state in ['accepted', 'verifying', 'suspended'])]


@step('case', 'taken_up', over=_TAKEN_UP)
def taken_up(work):
    """Let it end where a higher instance took the matter up, in any state

    Said is by which step of the book, and the text of its act."""
    work.step = work.book.step(
        work.matter, work.act.said['step'], work.by.today)
    work.to = work.step.to
    work.stop(state='cancelled')
