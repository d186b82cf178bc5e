# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What happened, as a person tells it: a line for each happening.

Pure, without Tryton: entries come as plain values, and what names them as
Words in the language of who reads.  What has no name there is left out of the
story, never shown as a code; the raw entry says it.
"""
import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

# What a step writes, and so is told with it
WRITING = frozenset(['create', 'write', 'transition', 'delete', 'notify'])
# Entries of one doing are not further apart: it is written within a moment
TOGETHER = dt.timedelta(seconds=2)
MASKED = '…'
# A line says no more than what fits on a screen; the rest is behind it
_FACTS = 4
_LONGEST = 80
_HASH = re.compile(r'#?[0-9a-f]{64}')
# How code names fields and reports
_CODES = re.compile(r'[a-z][a-z0-9_.:]*(, [a-z][a-z0-9_.:]*)*')
_LINKS = frozenset(['many2one', 'one2one'])


@dataclass(frozen=True)
class Happening:
    """An entry of the audit, as plain values

    resource, about -- 'model,id' or None
    changes -- {field: [old, new]}"""
    id: int
    at: dt.datetime
    user: int | None
    action: str
    resource: str | None = None
    about: str | None = None
    summary: str | None = None
    changes: dict = field(default_factory=dict)

    @property
    def model(self):
        return (self.resource or '').partition(',')[0]

    @property
    def matter(self):
        return self.about or self.resource

    @property
    def is_main(self):
        "If it is of the matter itself, not of a part of it"
        return self.resource == self.matter


@dataclass(frozen=True)
class Kind:
    """What a field is: its type, its label, what it leads to, its words

    Of the type 'secret' it is only told that it was written."""
    type: str
    label: str
    target: str | None = None
    words: dict = field(default_factory=dict)


@dataclass
class Words:
    """The language of the reader

    fields -- {(model, field): Kind}; what is missing is not told
    models -- {model: its name}
    names -- {(model, id): name, masked where it may not be read}
    logins -- {login: name of the user}
    steps -- {(model, old state, new state): title of the step}
    reports -- {name of a report: its title}
    said -- {key: sentence with %(places)s}
    first -- {model: the fields that the line itself says, in their order}
    titled -- {model: the field that says what a new record is}
    day, moment, number -- functions that write a value
    """
    fields: dict = field(default_factory=dict)
    models: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    logins: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)
    reports: dict = field(default_factory=dict)
    said: dict = field(default_factory=dict)
    first: dict = field(default_factory=dict)
    titled: dict = field(default_factory=dict)
    day: object = str
    moment: object = str
    number: object = str


def grouped(happenings):
    """Return lists of happenings that one doing has left, oldest first

    A step and what it wrote are one: of one matter, by one user, within a
    moment.  What somebody read stands alone.  The first of a list is what
    the doing is known by."""
    groups, open_ = [], {}
    for one in sorted(happenings, key=lambda h: h.id):
        key = (one.matter, one.user)
        group = open_.get(key)
        if (group is not None and one.action in WRITING and one.matter
                and one.at - group[0].at <= TOGETHER
                and not _begins(one, group)):
            group.append(one)
            continue
        group = [one]
        groups.append(group)
        if one.action in WRITING:
            open_[key] = group
        else:
            open_.pop(key, None)
    return groups


def _begins(one, group):
    "Tell if the next step begins: with itself, or with the act before it"
    steps = [h for h in group if h.action == 'transition']
    if not steps:
        return False
    if one.action == 'transition':
        return True
    return (
        one.action == 'create' and not one.is_main
        and any(
            h.action == 'create' and h.model == one.model
            and h.id < steps[0].id for h in group))


def head(group):
    "Return the happening that stands for a group: the step, else the matter"
    return min(group, key=_rank)


def _rank(one):
    return (
        one.action == 'notify', not one.is_main, one.action != 'transition',
        one.action != 'create', one.id)


def links(happenings, fields):
    """Return of which records the names are told, {model: {id}}

    fields -- {(model, field): Kind}"""
    wanted = defaultdict(set)
    for one in happenings:
        _want(wanted, one.resource)
        _want(wanted, one.matter)
        for name, values in one.changes.items():
            kind = fields.get((one.model, name))
            if kind is None:
                continue
            for value in values:
                if value in (None, ''):
                    continue
                if kind.type in _LINKS and str(value).isdigit():
                    wanted[kind.target].add(int(value))
                elif kind.type == 'reference':
                    _want(wanted, value)
    return dict(wanted)


def _want(wanted, reference):
    model, _, id_ = str(reference or '').partition(',')
    if model and id_.isdigit():
        wanted[model].add(int(id_))


class Teller:
    "Tells of groups of happenings in some Words"

    def __init__(self, words):
        self.words = words

    # The line

    def line(self, group):
        "Return what happened in one line, without when and who"
        main = head(group)
        tell = getattr(self, f'_tell_{main.action}', None)
        text = tell(main, group) if tell else self._plain(main)
        told = [
            self._tell_notify(h, group) for h in group
            if h.action == 'notify' and h is not main]
        return _sentence('; '.join(
                filter(None, dict.fromkeys([text, *told]))))

    def _tell_transition(self, one, group):
        "A step: its title, where it led, what it brought"
        name, _, new = (one.summary or '').partition(':')
        old, _ = one.changes.get(name, (None, None))
        titles = self._titles(group) or [
            self.words.steps.get((one.model, old, new))
            or self._moved(one)]
        text = '; '.join(dict.fromkeys(filter(None, titles)))
        state = self._state(one)
        if state and state.casefold() not in text.casefold():
            text = f'{text} → {state}' if text else state
        if not one.is_main:
            text = f'{text} ({self._what(one)})' if text else ''
        return _joined(text, self._facts(group, {name}))

    def _titles(self, group):
        "The titles of the new parts of a matter that have one: its acts"
        titles = []
        for one in group:
            name = self.words.titled.get(one.model)
            if one.action == 'create' and not one.is_main and name:
                kind = self.words.fields.get((one.model, name))
                _, value = one.changes.get(name, (None, None))
                titles.append(self._value(kind, value) if kind else value)
        return [str(t) for t in titles if t]

    def _state(self, step):
        name, _, state = (step.summary or '').partition(':')
        kind = self.words.fields.get((step.model, name))
        return kind.words.get(state) if kind else None

    def _moved(self, step):
        state = self._state(step)
        return self._say('moved', state=state) if state else None

    def _tell_create(self, one, group):
        what = self._what(one)
        titles = self._titles(group)
        if not titles and one.is_main and one.summary:
            titles = [one.summary]
        if not one.is_main and titles:
            return _joined('; '.join(titles), self._facts(group, set()))
        text = self._say('made' if one.is_main else 'created', what=what)
        if titles:
            text = f"{text}: {'; '.join(titles)}"
        return _joined(text, self._facts(group, set()))

    def _tell_write(self, one, group):
        titles = self._titles(group)
        facts = self._facts(group, set(), every=not titles)
        if titles:
            return _joined('; '.join(titles), facts)
        text = self._say('changed', what=self._what(one))
        if not facts and not one.is_main:
            return text
        return _reasoned(_joined(text, facts, ': '), one.summary)

    def _tell_delete(self, one, group):
        return _reasoned(
            self._say('deleted', what=self._what(one)), one.summary)

    def _tell_print(self, one, group):
        title = self.words.reports.get(one.summary)
        return self._say('printed', what=title or self._what(one))

    def _tell_export(self, one, group):
        summary = one.summary or ''
        if _CODES.fullmatch(summary):
            # the fields, or the report
            kinds = [
                self.words.fields.get((one.model, name.split('.')[0]))
                for name in summary.split(', ')]
            labels = dict.fromkeys(k.label for k in kinds if k)
            return self._say(
                'exported', what=self.words.reports.get(summary)
                or ', '.join(labels) or self._what(one))
        report, _, reason = summary.partition(': ')
        if _CODES.fullmatch(report):
            return _reasoned(self._say(
                    'exported', what=self.words.reports.get(report)
                    or self._what(one)), reason)
        return _reasoned(
            self._say('exported', what=self._what(one)), summary)

    def _tell_notify(self, one, group):
        roles, _, logins = (one.summary or '').rpartition(': ')
        names = [
            self.words.logins.get(login, MASKED)
            for login in logins.split(', ') if login and login != '-']
        if not names:
            return self._say('notified_nobody')
        return self._say('notified', who=', '.join(names))

    def _plain(self, one):
        return _reasoned(
            self._say(one.action, what=self._what(one)),
            re.sub(r'^#[0-9]+ ?', '', one.summary or ''))

    def _what(self, one):
        "What it is about: the matter by its kind, a part by its name"
        name = self.words.models.get(one.model)
        if name is None:
            return ''
        name = _small(name)
        if one.is_main:
            return name
        own = self._name(one.resource)
        matter = self._name(one.matter)
        if own in {'', MASKED} or matter != MASKED and matter in own:
            # it is named by its matter
            return name
        return f'{name} “{own}”'

    def _say(self, key, **places):
        sentence = self.words.said.get(key)
        if sentence is None:
            return ''
        return (sentence % places).strip()

    # What was written

    def _facts(self, group, skip, every=False):
        "What the line says of what was written"
        facts = []
        for one, name in self._first(group, every):
            if name not in skip and len(facts) < _FACTS:
                fact = self._fact(one, name, short=True)
                if fact and fact not in facts:
                    facts.append(fact)
        return '; '.join(facts)

    def _first(self, group, every):
        "Yield of what a line tells: what is told first of each model"
        main = head(group)
        models = dict.fromkeys([main.model, *(h.model for h in group)])
        for model in models:
            ones = [
                h for h in group
                if h.model == model and h.action != 'notify']
            found = [
                (one, name) for name in self.words.first.get(model, ())
                for one in ones if name in one.changes]
            if every and not found and model == main.model:
                found = [(main, name) for name in main.changes]
            yield from found

    def _fact(self, one, name, short=False):
        "A field with its old and its new value, or None"
        kind = self.words.fields.get((one.model, name))
        if kind is None:
            return None
        old, new = one.changes[name]
        if kind.type == 'secret' or _hidden(old) or _hidden(new):
            if old in (None, '') and new in (None, ''):
                return None
            key = ('kept' if old in (None, '') else
                'removed' if new in (None, '') else 'rewritten')
            return f'{kind.label}: {self._say(key)}'
        old, new = (self._value(kind, value) for value in (old, new))
        if short:
            old, new = _cut(old), _cut(new)
        if one.action == 'delete':
            return f'{kind.label}: {old}' if old else None
        if not old and not new:
            return None
        if not old:
            return f'{kind.label}: {new}'
        return f'{kind.label}: {old} → {new or "–"}'

    def _value(self, kind, value):
        if value is None or value == '':
            return ''
        write = getattr(self, f'_value_{kind.type}', None)
        return str(write(kind, value) if write else value)

    def _value_boolean(self, kind, value):
        return self._say('yes' if value else 'no')

    def _value_selection(self, kind, value):
        return kind.words.get(value, MASKED)

    def _value_multiselection(self, kind, value):
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return MASKED
        if not isinstance(value, list | tuple):
            return MASKED
        return ', '.join(kind.words.get(v, MASKED) for v in value)

    def _value_many2one(self, kind, value):
        value = str(value)
        if not value.isdigit():
            return MASKED
        return self.words.names.get((kind.target, int(value)), MASKED)

    _value_one2one = _value_many2one

    def _value_reference(self, kind, value):
        return self._name(value)

    def _name(self, reference):
        model, _, id_ = str(reference or '').partition(',')
        if not id_.isdigit():
            return MASKED
        return self.words.names.get((model, int(id_)), MASKED)

    def _value_date(self, kind, value):
        try:
            return self.words.day(dt.date.fromisoformat(str(value)[:10]))
        except ValueError:
            return value

    def _value_datetime(self, kind, value):
        try:
            return self.words.moment(dt.datetime.fromisoformat(str(value)))
        except ValueError:
            return value

    _value_timestamp = _value_datetime

    def _value_numeric(self, kind, value):
        try:
            return self.words.number(Decimal(str(value)))
        except InvalidOperation:
            return value

    _value_integer = _value_float = _value_numeric

    def _value_binary(self, kind, value):
        return self._say('file')

    def _value_dict(self, kind, value):
        return self._say('kept')

    # What is behind it

    def details(self, group):
        "Return all that was written, line by line"
        lines = []
        main = head(group)
        for one in [main, *(h for h in group if h is not main)]:
            facts = [
                fact for name in self._order(one)
                if (fact := self._fact(one, name))]
            if not facts and (one is main or not one.changes):
                continue
            if one is not main:
                title = _sentence(self._part(one))
                if title:
                    lines.append(title)
            lines += [f'• {fact}' for fact in facts]
        return lines

    def _order(self, one):
        first = self.words.first.get(one.model, ())
        return [
            *(n for n in first if n in one.changes),
            *(n for n in one.changes if n not in first)]

    def _part(self, one):
        key = {
            'create': 'created', 'delete': 'deleted'}.get(
            one.action, 'changed')
        if one.action == 'transition':
            return self._moved(one) or ''
        titled = self._titles([one])
        what = self._what(one)
        return titled[0] if titled else what and self._say(key, what=what)


def _hidden(value):
    "Tell if a value on record is but the hash of what is kept secret"
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _cut(text):
    text = ' '.join(text.split())
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(' ', 1)[0] + '…'


def _small(name):
    "A name within a sentence: abbreviations stay"
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _sentence(text):
    return text[:1].upper() + text[1:]


def _joined(text, facts, by=' – '):
    return by.join(filter(None, [text, facts]))


def _reasoned(text, reason):
    return f'{text} ({reason})' if text and reason else text or reason or ''
