# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Entries in the language of who reads them.

Everything that is named is asked for once for all entries: names of what they
lead to as the reader may read them, labels and words of fields, titles of
reports.  How it is told stands in story.py.
"""
import json
from collections import defaultdict

from trytond.i18n import gettext
from trytond.model import ModelSQL, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation import beyond
from trytond.pool import Pool
from trytond.tools import grouped_slice, is_instance_method
from trytond.transaction import Transaction, check_access

from .story import (
    MASKED, TOGETHER, WRITING, Happening, Kind, Teller, Words, grouped, head,
    links)

_SAID = [
    'made', 'created', 'changed', 'deleted', 'moved', 'printed', 'exported',
    'import', 'view', 'request', 'reveal', 'refuse', 'erase', 'notified',
    'notified_nobody', 'kept', 'rewritten', 'removed', 'yes', 'no', 'file']
# From then on a number is written in groups: a year is not
_GROUPED = 10000


class ToldMixin(ModelSQL):
    """What entries tell, and of whom

    Modules that know the models extend told_first(), told_titles() and
    told_not()."""
    __slots__ = ()

    when = fields.Function(
        # of a moment a list shows the day or the hour, never both (sao 8.0)
        fields.Char("When"), 'get_told')
    who = fields.Function(fields.Char(
            "Who", help="Who did it, in which post; and for whom."),
        'get_told')
    told = fields.Function(fields.Char("What Was Done"), 'get_told')
    details = fields.Function(fields.Text("Details"), 'get_told')
    for_auditor = fields.Function(
        fields.Boolean("For the Auditor"), 'get_for_auditor')

    @classmethod
    def told_first(cls):
        "Return {model: the fields that the line of an entry says}"
        return {}

    @classmethod
    def told_titles(cls):
        "Return {model: the field that says what a new record is}"
        return {}

    @classmethod
    def told_not(cls):
        "Return {model: the fields of no interest to who reads a story}"
        return {}

    @classmethod
    def told_steps(cls, models):
        "Return {(model, old state or None, new state): title of the step}"
        return {}

    @classmethod
    def get_for_auditor(cls, entries, name):
        pool = Pool()
        group = pool.get('ir.model.data').get_id('audit', 'group_audit')
        audits = group in pool.get('res.user').get_groups()
        return {e.id: audits for e in entries}

    # Which entries are one doing

    @classmethod
    def heads(cls, matters):
        """Return the ids of entries that stand for all that happened

        matters -- 'model,id' of what they are about

        The newest first; as the reader may read them: who may read none has
        none."""
        found = []
        try:
            for part in grouped_slice(sorted(matters), 1000):
                with _reading():
                    found += cls.search(
                        [('about', 'in', list(part))], order=[('id', 'ASC')])
        except AccessError:
            return []
        happened = cls._happened(found)
        return [head(group).id for group in reversed(grouped(happened))]

    @classmethod
    def _groups(cls, entries):
        "Return for each entry what it tells of: its doing, or itself"
        own = {h.id: h for h in cls._happened(entries)}
        stand = [
            h for h in own.values() if h.about and h.action in WRITING]
        result = {id_: [h] for id_, h in own.items()}
        if not stand:
            return result
        with _reading():
            around = cls.search([
                    ('about', 'in', sorted({h.about for h in stand})),
                    ('action', 'in', sorted(WRITING)),
                    ('at', '>=', min(h.at for h in stand) - TOGETHER),
                    ('at', '<=', max(h.at for h in stand) + TOGETHER),
                    ], order=[('id', 'ASC')])
        known = {**{h.id: h for h in cls._happened(
                    [e for e in around if e.id not in own])}, **own}
        for group in grouped(known.values()):
            id_ = head(group).id
            if id_ in result:
                result[id_] = group
        return result

    @classmethod
    def _happened(cls, entries):
        "Return entries as plain values"
        result = []
        # read anew: the reader may have cut fields off
        for entry in cls.browse([e.id for e in entries]):
            resource = entry.resource
            changes = {
                name: tuple(cls._shown(entry, name, values))
                for name, values in json.loads(
                    entry.changes or '{}').items()}
            result.append(Happening(
                    entry.id, entry.at, entry.user.id if entry.user else None,
                    entry.action, str(resource) if resource else None,
                    str(entry.about) if entry.about else None,
                    entry.summary, changes))
        return result

    # What they tell

    @classmethod
    def get_told(cls, entries, names):
        result = {name: {} for name in names}
        if 'who' in result:
            result['who'] = cls._who(entries)
        if 'when' in result:
            written = cls._moments()
            result['when'] = {e.id: written(e.at) for e in entries}
        if result.keys() <= {'who', 'when'}:
            return result
        groups = cls._groups(entries)
        teller = Teller(cls._words(
                [h for group in groups.values() for h in group]))
        for id_, group in groups.items():
            if 'told' in result:
                result['told'][id_] = teller.line(group)
            if 'details' in result:
                result['details'][id_] = '\n'.join(teller.details(group))
        return result

    @classmethod
    def _who(cls, entries):
        "Return {id: who did it, in which post}"
        system = gettext('audit.msg_told_system')
        users = cls._names_of('res.user', {
                e.user.id for e in entries if e.user})
        posts = cls._posts(entries)
        result = {}
        for entry in entries:
            who = users[entry.user.id] if entry.user else system
            result[entry.id] = (
                f'{who} ({posts[entry.id]})' if posts.get(entry.id) else who)
        return result

    @classmethod
    def _posts(cls, entries):
        "Return {id: the post in words}; a module that knows them extends it"
        return {}

    @classmethod
    def _names_of(cls, model, ids):
        "Return {id: name} of records, as the reader may read them"
        try:
            Target = Pool().get(model)
        except KeyError:
            Target = None
        if not ids or Target is None or not issubclass(Target, ModelSQL):
            return dict.fromkeys(ids, MASKED)
        with _reading():
            try:
                return beyond.names_of(model, sorted(ids))
            except AccessError:
                return dict.fromkeys(ids, MASKED)

    @classmethod
    def _words(cls, happenings):
        "Return the Words in which happenings are told"
        pool = Pool()
        kinds = cls._kinds(happenings)
        names = {
            (model, id_): name
            for model, ids in links(happenings, kinds).items()
            for id_, name in cls._names_of(model, ids).items()}
        Lang = pool.get('ir.lang')
        lang = Lang.get()
        return Words(
            fields=kinds,
            models=pool.get('ir.model').get_names(),
            names=names,
            logins=cls._logins(happenings),
            steps=cls.told_steps({
                    h.model for h in happenings if h.action == 'transition'}),
            reports=cls._reports(happenings),
            said={key: gettext(f'audit.msg_told_{key}') for key in _SAID},
            first=cls.told_first(),
            titled=cls.told_titles(),
            day=lang.strftime,
            moment=cls._moments(),
            number=lambda number: lang.format_number(
                number, grouping=abs(number) >= _GROUPED))

    @classmethod
    def _moments(cls):
        "Return a function that writes a moment as the reader does"
        lang = Pool().get('ir.lang').get()
        return lambda moment: lang.strftime(
            cls._local(moment), f'{lang.date} %H:%M')

    @classmethod
    def _local(cls, moment):
        "The moment of an entry, as the clocks of the reader show it"
        return moment

    @classmethod
    def _kinds(cls, happenings):
        "Return what is told of fields, {(model, field): Kind}"
        wanted = defaultdict(set)
        for one in happenings:
            wanted[one.model].update(one.changes)
            if one.action == 'transition':
                wanted[one.model].add((one.summary or '').partition(':')[0])
            elif one.action == 'export':
                wanted[one.model].update(
                    name.split('.')[0]
                    for name in (one.summary or '').split(', '))
        kinds, left_out = {}, cls.told_not()
        for model, names in wanted.items():
            try:
                Model = Pool().get(model)
            except KeyError:
                continue
            names = names & Model._fields.keys() - left_out.get(model, set())
            for name, kind in _definitions(Model, names).items():
                kinds[model, name] = kind
        return kinds

    @classmethod
    def _logins(cls, happenings):
        logins = {
            login for one in happenings if one.action == 'notify'
            for login in (one.summary or '').rpartition(': ')[2].split(', ')}
        if not logins:
            return {}
        with Transaction().set_context(active_test=False):
            users = Pool().get('res.user').search([
                    ('login', 'in', sorted(logins))])
        names = cls._names_of('res.user', {u.id for u in users})
        return {u.login: names[u.id] for u in users}

    @classmethod
    def _reports(cls, happenings):
        reports = {
            (one.summary or '').partition(': ')[0] for one in happenings
            if one.action in {'print', 'export'}} - {''}
        if not reports:
            return {}
        return {
            report.report_name: report.name
            for report in Pool().get('ir.action.report').search(
                [('report_name', 'in', sorted(reports))])}


def _reading():
    "What is read here is read as by the user, not by the server"
    return check_access(_access=bool(Transaction().user))


def _definitions(Model, names):
    "Return {name: Kind} of fields, in the language of the reader"
    if not names:
        return {}
    with _reading():
        access = Pool().get('ir.model.field.access').get_access(
            [Model.__name__])[Model.__name__]
    result = {}
    for name, field in Model.fields_get(sorted(names)).items():
        words = field.get('selection') or []
        if isinstance(words, str):
            words = [] if is_instance_method(Model, words) else getattr(
                Model, words)()
        result[name] = Kind(
            field['type'] if access.get(name, {}).get('read', True)
            else 'secret', field['string'], field.get('relation'),
            dict(words))
    return result
