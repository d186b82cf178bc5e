# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters that are born with their first steps: lodged, of an old register,
or of another letter or a session, see birth.

From values in hand, in sets: the identities are sealed, the words of who is
secret are cut before anything is made of them, what they repeat is looked for
once, and plan says what the steps do.
"""
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from trytond.i18n import gettext
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool

from . import plan, planning
from .exceptions import IdentityNumberError
from .identity import redact_values
from .in_sets import changes_on_record
from .matters import add_facts, agencies_of, numbered, repeat_key, repeats
from .numbers import identity_number_flaw
from .secret_texts import texts_of

# What may be said with a letter of those who and what belong to it
CHILDREN = {
    'persons': 'complaints.person',
    'respondents': 'complaints.respondent',
    'obstacles': 'complaints.obstacle',
    }


# The steps with which one looks for what a letter repeats
REGISTERS = {'register', 'historical'}


class Item(NamedTuple):
    """What is said of a letter that is to be born

    values -- as for create()
    acts -- the plan.Act that it begins with
    source -- the letter or session that it is born of, None for what comes in
    given -- the names of the fields that it has of that"""
    values: dict
    acts: Any
    source: Any = None
    given: frozenset = frozenset()


@dataclass(slots=True)
class Birth:
    """A letter that is to be born

    values -- of the letter; persons -- those of each
    identities -- what is known of them, in clear: it is not kept
    writers -- what is known to who acts: it is cut out of what is kept open
    children -- other rows by model
    told -- the words that were cut out of what is kept open
    """
    values: dict
    acts: list
    source: Any = None
    given: frozenset = frozenset()
    persons: list = field(default_factory=list)
    identities: list = field(default_factory=list)
    writers: list = field(default_factory=list)
    children: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)
    repeat_key: str | None = None
    matter: plan.Matter | None = None
    outcome: plan.Plan | None = None


def bear(items, by):
    """Write new letters with their first steps; return the Births

    items -- Items, or pairs of values and acts
    by -- who, see planning.acting

    What is given stays as it is.  Raises what create() and the steps raise.
    """
    Key = Pool().get('audit.key')
    with as_server(
            "the plan of each letter checks rights and law"), Key.kept():
        births = prepare([Item(*item) for item in items])
        look_for_repeats(births)
        look_beside(births)
        book = Pool().get('complaints.procedure').law()
        for birth in births:
            birth.outcome = planning.planned(
                book, birth.matter, birth.acts, by, new=True)
        writing = Bearing(births, by)
        writing.run()
    return births


def prepare(items):
    "Return the Births of Items, complete and without what is secret"
    Letter = Pool().get('complaints.letter')
    births = []
    for item in items:
        values = dict(item.values)
        children = {
            model: rows_of(values.pop(name, None))
            for name, model in CHILDREN.items()}
        births.append(Birth(
                values, list(item.acts), item.source, item.given,
                children.pop('complaints.person'),
                children={m: rows for m, rows in children.items() if rows}))
    know_persons(births)
    for birth in births:
        values = birth.values
        # before anything is made of the words: the summary, too
        cut_words(birth)
        values['persons'] = [('create', birth.persons)]
        birth.values = Letter.preprocess_values('create', values)
        birth.persons = rows_of(birth.values.pop('persons'))
    inherit_words(births)
    Letter._complete([b.values for b in births])
    for birth, id_ in zip(
            births, Letter.next_ids(len(births)), strict=True):
        birth.values['id'] = id_
        if any(act.step in REGISTERS for act in birth.acts):
            birth.repeat_key = key_of(birth)
    agencies = agencies_of({b.values['agency'] for b in births})
    for birth in births:
        birth.matter = matter_of(birth, agencies)
    return births


def rows_of(value):
    "Return the rows of the values of a One2Many: to create, nothing else"
    rows = []
    for row in value or []:
        if isinstance(row, dict):
            rows.append(dict(row))
        else:
            action, new = row
            assert action == 'create', action
            rows.extend(map(dict, new))
    return rows


def know_persons(births):
    "Keep in hand who sent the letters: as it is said now, or under seal"
    pool = Pool()
    Identity = pool.get('complaints.identity')
    Letter = pool.get('complaints.letter')
    sealed = {
        identity.id: identity.open_values() for identity in Identity.browse({
                person['identity'] for birth in births
                for person in birth.persons if person.get('identity')})}
    for birth in births:
        for person in birth.persons:
            known = Identity._clean(
                sealed.get(person.get('identity'), person))
            number = known.get('identity_number')
            if not person.get('identity') and number and (
                    identity_number_flaw(number)):
                raise IdentityNumberError(gettext(
                        'complaints.msg_identity_number'))
            birth.identities.append(known)
        # a part of a letter is written by who may know nobody
        birth.writers = birth.identities if not birth.source else (
            Letter._known_identities(
                {'persons': [('create', birth.persons)]}))


def cut_words(birth):
    "Cut out of what others work on who wrote it, where that is secret"
    values = birth.values
    if values.get('kind') != 'denunciation' and not values.get('secrecy'):
        return
    Letter = Pool().get('complaints.letter')
    for name in texts_of(Letter):
        text = redact_values(values.get(name), birth.writers)
        if text != values.get(name):
            birth.told[name], values[name] = values[name], text


def inherit_words(births):
    "Keep under seal what was cut out of the words that are given"
    pool = Pool()
    Letter = pool.get('complaints.letter')
    sources = {str(birth.source) for birth in births if birth.source}
    kept = sources and pool.get('complaints.original').read_texts(sources)
    for birth in births:
        if birth.source:
            birth.told.update({
                    name: text for name, text in kept.get(
                        str(birth.source), {}).items()
                    if name in Letter._told and name in birth.given})


def words(birth, name):
    "Return a text as it was written"
    return birth.told.get(name) or birth.values.get(name)


def senders(birth):
    "Return what is known of the senders, in their order"
    return [
        known for person, known in zip(
            birth.persons, birth.identities, strict=True)
        if (person.get('role') or 'sender') == 'sender']


def key_of(birth):
    "Return the keyed hash of who says what, None of nobody or nothing"
    secret, own = birth.values['secrecy'], senders(birth)[:1]
    if own and own[0]:
        return repeat_key(
            own[0].get('name'), birth.values['content'] if secret
            else words(birth, 'content'), secret)


def matter_of(birth, agencies):
    values = {
        **birth.values, 'repeat_key': birth.repeat_key, 'number': None,
        'registered_by': None}
    id_ = values.pop('id')
    return plan.Matter(
        'letter', values, agencies[values['agency']], id=id_,
        persons=tuple(
            plan.Person(
                role=person.get('role') or 'sender',
                protected=bool(person.get('protected')),
                withdrawn_on=person.get('withdrawn_on'),
                known=frozenset(known))
            for person, known in zip(
                birth.persons, birth.identities, strict=True)),
        facts={
            # as of those that are loaded: no step sees who it is
            '_names': senders(birth),
            'obstacles': [
                (o.get('start'), o.get('end')) for o in
                birth.children.get('complaints.obstacle', ())],
            'respondents':
                birth.children.get('complaints.respondent', ())})


def look_for_repeats(births):
    "Find which earlier letter of its agency each seems to repeat"
    asked = {b.matter.id: b for b in births if b.repeat_key}
    found = repeats([
            (id_, b.matter.agency.id, b.repeat_key)
            for id_, b in asked.items()])
    others = numbered({
            before for before, _ in found.values() if before} - asked.keys())
    for id_, (before, count) in found.items():
        matter = asked[id_].matter
        matter.values['repeat_of'] = before
        # on the same matter, wherever they are registered
        matter.facts.update(
            earlier=before and (
                asked[before].matter if before in asked else others[before]),
            on_matter=count if before else 1)


def look_beside(births):
    "Find what the rooms above know of letters that come from others"
    steps = {
        act.step for birth in births if birth.source for act in birth.acts}
    if steps:
        add_facts({
                b.matter.id: b.matter for b in births if b.source}, steps)


class Bearing(planning.Writing):
    "The plans of letters that are born, with what is sealed of them"

    def __init__(self, births, by):
        super().__init__([birth.outcome for birth in births], by)
        self.births = births

    def run(self):
        self.seal()
        super().run()
        self.forget_cut()

    def forget_cut(self):
        "Whom a new denunciation is about does not see it any more"
        if any(b.values['kind'] == 'denunciation' or b.values.get('part_of')
                or 'complaints.respondent' in b.children
                for b in self.births):
            self.pool.get('res.user').clear_cut_cache()

    def seal(self):
        "Seal the identities, and the words that were cut"
        Identity = self.pool.get('complaints.identity')
        everybody = [
            (birth, person, known) for birth in self.births
            for person, known in zip(
                birth.persons, birth.identities, strict=True)
            if not person.get('identity')]
        ids = Identity.next_ids(len(everybody))
        for (birth, person, known), id_ in zip(everybody, ids, strict=True):
            row = {
                **Identity.seal_values(known), 'id': id_,
                **Identity._search_keys(known, person.get('protected'))}
            self.rows['complaints.identity', 'new'].append(row)
            person['identity'] = id_
            self.entry(**{
                    **Identity._entry('create', id_, row, {}, known),
                    'about': f'complaints.letter,{birth.matter.id}',
                    'agency': birth.matter.agency.id})
        self.ids = {
            model: iter(self.pool.get(model).next_ids(sum(
                        len(b.persons) if model == 'complaints.person'
                        else len(b.children.get(model, ()))
                        for b in self.births)))
            for model in CHILDREN.values()}
        for birth in self.births:
            self.belongings(birth)

    def belongings(self, birth):
        letter = birth.matter.id
        self.belong('complaints.person', birth, [{
                    'identity': person['identity'],
                    'role': person.get('role') or 'sender',
                    'protected': bool(person.get('protected')),
                    'withdrawn_on': person.get('withdrawn_on')}
                for person in birth.persons])
        for model, rows in birth.children.items():
            Model = self.pool.get(model)
            self.belong(model, birth, [
                    self.cut_beside(birth, Model, number, row)
                    for number, row in enumerate(rows)])
        if birth.told:
            Original = self.pool.get('complaints.original')
            columns = Original.seal_values(birth.told)
            self.rows['complaints.original', 'new'].append({
                    **columns, 'resource': f'complaints.letter,{letter}'})
            birth.outcome.more['on_record'] = {'original': [
                    None, Original.digest(columns['sealed'])]}

    @staticmethod
    def cut_beside(birth, Model, number, row):
        "Cut out of what is written beside a secret letter who wrote it"
        row = Model.preprocess_values('create', row)
        if birth.values['secrecy']:
            for name in texts_of(Model) & row.keys():
                text = redact_values(row[name], birth.writers)
                if text != row[name]:
                    birth.told[f'{Model.__name__}#{number}.{name}'] = row[name]
                    row = {**row, name: text}
        return row

    def belong(self, model, birth, rows):
        "Let rows of a model belong to a letter, each on record"
        Model = self.pool.get(model)
        if not rows:
            return
        rows = [{**row, 'letter': birth.matter.id} for row in rows]
        Model._complete(rows)
        for row in rows:
            id_ = row['id'] = next(self.ids[model])
            self.rows[model, 'new'].append(row)
            self.entry(
                'create', f'{model},{id_}', agency=birth.matter.agency.id,
                about=f'complaints.letter,{birth.matter.id}',
                changes=changes_on_record(Model, {}, row))
