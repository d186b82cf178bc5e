# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is written beside a secret letter: notes, reasons, mails, whatever.

Whoever knows who denounces may write it into any text that hangs on the
letter, where others read it.  One hook stands in front of every model that
leads to a letter, a case or another matter, also to one that is born tomorrow:
from what is written there the persons are cut out whom the writer knows, and
what he wrote is kept sealed.  Of who knows nobody nothing is cut: from what is
cut out of his own words he would learn whom he has guessed.  What the server
says itself of a matter, from public data alone, stays whole: see says_itself.

The name of a respondent stays as it is written: by it those are found from
whom the letter is hidden.
"""
from collections import defaultdict

from trytond.model import ModelStorage, fields
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.guards.stored import WriteGuard
from trytond.pool import Pool

from .identity import MASK
from .secret_models import has_own_way, is_matter

# What is recognised by its text; keys and names that the server gives.  A
# class of a module above says it of its own, _kept_texts.
_KEPT = {
    'complaints.letter': {
        'number', 'respondent', 'respondent_key', 'repeat_key'},
    'complaints.case': {'number'},
    'complaints.respondent': {'name', 'key'},
    'ir.email': {'message_id'},
    }
_DEEPEST = 4


def leads(Model, depth=_DEEPEST):
    "Return the names of the fields by which a model leads to a matter"
    if has_own_way(Model) or not issubclass(Model, ModelStorage):
        return ()
    known = Model.__dict__.get('_matter_leads')
    if known is None or depth > known[0]:
        known = depth, tuple(
            name for name, field in Model._fields.items()
            if _is_lead(Model, field, depth))
        Model._matter_leads = known
    return known[1]


def _is_lead(Model, field, depth):
    if isinstance(field, fields.Function):
        return False
    if field._type == 'reference':
        return True
    return field._type == 'many2one' and (
        is_matter(field.model_name)
        or bool(depth and field.required
            and field.model_name != Model.__name__
            and leads(Pool().get(field.model_name), depth - 1)))


def texts_of(Model):
    "Return the names of the stored texts that somebody writes"
    known = Model.__dict__.get('_matter_texts')
    if known is None:
        known = Model._matter_texts = frozenset(
            name for name, field in Model._fields.items()
            if field._type in {'char', 'text', 'fulltext'}
            and not isinstance(field, fields.Function)
            ) - _KEPT.get(Model.__name__, set()).union(*(
                vars(part).get('_kept_texts', ())
                for part in Model.__mro__))
    return known


def matter_of(record, depth=_DEEPEST):
    "Return the secret letter, case or other matter that a record leads to"
    name = getattr(record, '__name__', None)
    if not name or record.id is None or record.id < 0:
        return None
    if getattr(record, '_is_matter', False):
        return record if record.is_secret else None
    for attribute in ['record', 'place', 'resource']:
        # an act, a person, a clock
        if has_own_way(record.__class__) and hasattr(record, attribute):
            return matter_of(getattr(record, attribute), depth - 1)
    return _first_matter(record.__class__, lambda n: getattr(record, n), depth)


def _first_matter(Model, value_of, depth=_DEEPEST):
    """Return the secret matter that values of a model lead to

    value_of -- a function of the name of a field: a record, an id, 'model,id'
    """
    pool = Pool()
    for name in leads(Model) if depth else ():
        value = value_of(name)
        if isinstance(value, str):
            target, _, id_ = value.partition(',')
            value = pool.get(target)(int(id_)) if id_.isdigit() else None
        elif isinstance(value, int):
            value = Model._fields[name].get_target()(value)
        if value and (found := matter_of(value, depth - 1)):
            return found
    return None


class SecretTexts(WriteGuard):
    "In front of every model that stores"
    __slots__ = ()

    @classmethod
    def create(cls, vlist):
        vlist = list(vlist)
        if not cls._tells(vlist):
            return super().create(vlist)
        matters, words = [], []
        with as_server("what names people is cut out and kept sealed"):
            for i, values in enumerate(vlist):
                matters.append(_first_matter(cls, values.get))
                vlist[i], said = cls._cut(matters[i], values)
                words.append(said)
        records = super().create(vlist)
        keep_words(zip(records, matters, words, strict=True))
        return records

    @classmethod
    def write(cls, records, values, *args):
        if not cls._tells([values, *args[1::2]]):
            super().write(records, values, *args)
            return
        actions = iter((records, values, *args))
        to_write, kept = [], []
        for some, values in zip(actions, actions, strict=True):
            if not cls._tells([values]):
                to_write += [some, values]
                continue
            with as_server("what names people is cut out and kept sealed"):
                for record in some:
                    matter = matter_of(cls(record.id))
                    copy, said = cls._cut(matter, values)
                    to_write += [[record], copy]
                    kept.append((record, matter, said))
        super().write(*to_write)
        keep_words(kept)

    @classmethod
    def _tells(cls, vlist):
        "Tell if values hold what somebody writes beside a matter"
        return (
            not getattr(cls, '_is_matter', False) and acting_user()
            and leads(cls) and any(
                isinstance(values[n], str) and values[n]
                for values in vlist for n in texts_of(cls) & values.keys()))

    @classmethod
    def _cut(cls, matter, values):
        "Return values without whom the writer knows, and what was cut"
        texts = {
            n: values[n] for n in texts_of(cls)
            if isinstance(values.get(n), str) and values[n]} if matter else {}
        if not texts:
            return values, {}
        if cls.__name__ == 'ir.email':
            # to whom, and what was said: nobody needs to read it again
            Pool().get('audit.entry').append([{
                        'action': 'export', 'resource': matter,
                        'summary': 'E-mail'}])
            return {
                **values, **dict.fromkeys(texts, MASK), 'addresses': None
                }, texts
        persons = matter.known_persons(acting_user())
        Identity = Pool().get('complaints.identity')
        copies = {
            n: text if matter.says_itself(text)
            else Identity.redact(persons, text) for n, text in texts.items()
            } if persons else texts
        said = {n: text for n, text in texts.items() if copies[n] != text}
        return {**values, **{n: copies[n] for n in said}}, said


def keep_words(written):
    """Keep what was cut with the words of the matter: it is erased with them

    written -- (record, matter, {field: text})"""
    kept = defaultdict(dict)
    for record, matter, said in written:
        for name, text in said.items():
            kept[str(matter)][f'{record}.{name}'] = text
    if kept:
        Pool().get('complaints.original').keep(kept)
