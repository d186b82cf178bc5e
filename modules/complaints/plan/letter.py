# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the steps of a letter do, in the order of its life.

Facts of a letter that they ask for:
    grounds -- the lawbook.Ground chosen for the proposal, as {id: Ground}
    repeat -- the key of who says what, and the id of the letter it repeats
    earlier -- the Matter that it repeats, as far as it is known
    findings -- {condition id: finding} on record
    elsewhere -- somebody found it to be the same as one of another agency
    join_case -- the Matter of the case it is to join
"""
from .case import open_case
from .conditions import GROUND_KINDS, examine, unmet_grounds
from .forms import Choice
from .work import after, follow_instance, step

# What a higher instance takes up: the states of the case, and its step
TAKEN_UP = {
    # decided, or not in time (Luật Khiếu nại Điều 33)
    ('complaint', '2'): (
        ('accepted', 'verifying', 'suspended', 'decided', 'sent'),
        'complained'),
    ('disciplinary', '2'): (
        ('accepted', 'verifying', 'suspended', 'decided', 'sent'),
        'complained'),
    ('denunciation', 'overdue'): (
        ('accepted', 'verifying', 'suspended'), 'yield'),
    }
CIRCUMSTANCES = {
    'forwarded': lambda work: work.matter['channel'] == 'forwarded'
        and bool(work.matter['forwarder']),
    # its time limit runs from then, and not from the receipt
    'completed': lambda work: bool(work.matter['supplemented_on']),
    }


@step('letter', 'register')
def register(work):
    "Enter a letter into the register of its agency"
    letter = work.matter
    if not letter['anonymous'] and not any(
            p.role == 'sender' and 'name' in p.known
            for p in letter.persons):
        work.refuse(
            'person', 'complaints.msg_sender_missing', letter=letter.name)
    # who keeps the identity of the whole keeps that of its parts
    work.set(registered_by=work.act.said.get('keeper', work.by.user))
    if not letter['number']:
        work.want_number('D', letter['received_on'].year)
    if 'repeat' in letter.facts:
        # what has a key already was looked at when it came in
        key, earlier = letter.facts['repeat']
        work.set(repeat_key=key, repeat_of=earlier)
    if not work.by.register:
        examine(work)


@step('letter', 'historical', over=[('received', 'historical')])
def historical(work):
    "Keep a letter of an old register of which nothing more is known"
    register(work)
    work.set(state='historical')
    work.note('historical', None, 'historical')


@step('letter', 'classify')
def classify(work):
    "Tell what the letter is: it may have been corrected since registered"
    if not work.by.register:
        examine(work)


@step('letter', 'propose')
def propose(work):
    letter = work.matter
    if not letter['proposal']:
        work.refuse(
            'step', 'complaints.msg_proposal_missing', letter=letter.name)
    if work.by.register:
        return
    examine(work)
    unmet = [
        c for c in work.book.conditions_on(
            letter['kind'], letter['received_on'])
        if work.plan.findings.get(c.id) == 'unmet']
    if letter['proposal'] == 'accept' and unmet:
        work.refuse(
            'step', 'complaints.msg_condition_unmet', letter=letter.name,
            conditions=tuple(f'{c.name} ({c.citation})' for c in unmet))
    needed = GROUND_KINDS.get(letter['proposal'])
    if needed and not letter.facts.get('grounds'):
        letter.facts['grounds'] = unmet_grounds(work, needed, unmet)
    check_ground(work, needed)


def check_ground(work, needed):
    "Refuse a refusal or a filing without its ground in the law"
    letter = work.matter
    if not needed:
        return
    day = letter['received_on']
    valid = [
        g for g in letter.facts.get('grounds', {}).values()
        if g.kind == needed and letter['kind'] in g.procedures
        and g.valid_from <= day and (not g.valid_to or day <= g.valid_to)]
    if not valid and not (needed == 'filing' and letter['proposal_note']):
        work.refuse(
            'step', 'complaints.msg_ground_needed', letter=letter.name,
            proposal=Choice(
                letter.model, 'proposal', letter['proposal']))


@step('letter', 'revise')
def revise(work):
    "Give the proposal back: nothing but the state changes"


@after('letter', 'reclassify', 'complaints')
def reclassify(work):
    "Take the classification back: what it started and led to goes"
    work.stop(work.step.moves, state='cancelled')
    work.set(proposal=None, proposal_note=None, proposed_to=None)


@step('letter', 'approve')
def approve(work):
    check_not_alone(work, work.matter, [work.matter])


def check_not_alone(work, record, letters):
    """Refuse where who registered a letter would decide on it

    With two roles one could do both: the law wants two pairs of eyes."""
    user = work.by.user
    if work.by.register or not user:
        return
    for letter in letters:
        if letter['registered_by'] == user:
            work.refuse(
                'step', 'complaints.msg_decide_alone', record=record.name)


def check_approved(work, proposal):
    "Only what the leader approved can be done"
    if work.matter['proposal'] != proposal:
        work.refuse(
            'step', 'complaints.msg_not_approved', letter=work.matter.name)


def check_first_time(work):
    "Refuse what was guided or transferred once already"
    letter = work.matter
    earlier = letter.facts.get('earlier')
    # a secret letter is known by its words alone, and others may write them
    if not work.by.register and not letter.is_secret and earlier and (
            earlier.state in {'guided', 'transferred'}):
        work.refuse(
            'step', 'complaints.msg_once_already', letter=letter.name,
            earlier=earlier.name, citation=work.step.citation,
            state=Choice(letter.model, 'state', earlier.state))


@step('letter', 'accept')
def accept(work):
    "Accept it: the case is opened, and an earlier instance ends"
    letter = work.matter
    check_approved(work, 'accept')
    check_representatives(work)
    work.set(accepted_on=letter['accepted_on'] or work.by.today)
    work.day = letter['accepted_on']
    open_case(work)
    taken = TAKEN_UP.get((letter['kind'], letter['instance']))
    if taken and letter['earlier_number']:
        work.plan.leaves.append((letter['earlier_number'], *taken))


def check_representatives(work):
    "Refuse many people without as many representatives as the law wants"
    letter, people = work.matter, work.matter['people_count']
    if work.by.register:
        return
    law = work.book.representation(people, letter['received_on'])
    count = sum(p.role == 'representative' for p in letter.persons)
    if law and not law['least'] <= count <= law['most']:
        work.refuse(
            'person', 'complaints.msg_representatives', letter=letter.name,
            people=people, least=law['least'], most=law['most'], count=count,
            citation=law['citation'])


@step('letter', 'guide')
def guide(work):
    check_approved(work, 'guide')
    check_first_time(work)


@step('letter', 'refuse')
def refuse(work):
    check_approved(work, 'refuse')


@step('letter', 'supplement')
def supplement(work):
    check_approved(work, 'supplement')


@step('letter', 'supplemented')
def supplemented(work):
    # what was proposed before says nothing of what is there now
    work.set(
        supplemented_on=work.by.today, proposal=None, proposal_note=None,
        proposed_to=None)


@step('letter', 'file')
def file(work):
    "File it, for as long as the law says"
    check_approved(work, 'file')
    kept = work.step.effect and work.period(
        work.step.effect, work.by.today)
    work.set(kept_until=kept.due_on if kept else None)


@step('letter', 'join')
def join(work):
    "Put the letter into the matter it belongs to"
    letter = work.matter
    case = letter.facts.get('join_case')
    if not case or case.state in {
            'closed', 'terminated', 'taken', 'contested'}:
        work.refuse(
            'step', 'complaints.msg_join_case', letter=letter.name)
    work.set(case=case.id)


@step('letter', 'split')
def split(work):
    "Divide it: each of the parts is born once this is written"
    parts = work.act.said.get('parts', ())
    if len(parts) < 2:
        work.refuse(
            'step', 'complaints.msg_split_parts', letter=work.matter.name)
    work.plan.more['parts'] = parts


@step('letter', 'instance')
def instance(work):
    "The instance that an old register left open is known now"
    follow_instance(work)


@step('letter', 'reopen')
def reopen(work):
    "Work on a letter of an old register after all"
