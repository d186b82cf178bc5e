# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the fields of a model ask of values, without reading them back."""
import math
from collections import defaultdict
from decimal import Decimal

from trytond.i18n import gettext
from trytond.model import fields
from trytond.model.exceptions import (
    DigitsValidationError, DomainValidationError, RequiredValidationError,
    SelectionValidationError, SizeValidationError)
from trytond.pool import Pool
from trytond.pyson import PYSON, PYSONDecoder, PYSONEncoder
from trytond.tools import is_instance_method
from trytond.tools.domain_inversion import eval_domain
from trytond.transaction import Transaction, inactive_records

from .acting import as_server

_RELATIONS = (fields.Many2One, fields.Reference)
# So many different answers are kept
_KEPT = 5000


class RowChecks:
    "The checks of one model, made once"

    @classmethod
    def of(cls, Model):
        checks = Model.__dict__.get('_row_checks')
        if checks is None:
            checks = Model._row_checks = cls(Model)
        return checks

    def __init__(self, Model):
        self.Model = Model
        self.checks, self.looked_at = {}, {}
        self.foreign = []
        for name in Model.stored_fields():
            field = Model._fields[name]
            checks = list(self._checks(name, field))
            if checks:
                self.checks[name] = checks
                self.looked_at[name] = {name, *self._looked_at(field)}
            if field.domain and isinstance(field, _RELATIONS):
                self.foreign.append((name, _Asked(field.domain)))

    def check(self, rows):
        "Raise what Tryton raises where values do not hold"
        for name, checks in self.checks.items():
            for row in rows:
                for check in checks:
                    check(row, row.get(name))
        for name, domain in self.foreign:
            self._check_foreign(name, domain, rows)

    def check_changed(self, rows, known):
        """Raise what Tryton raises where changed values do not hold

        rows -- with the id and what has changed
        known -- all values by id: what has not changed is asked again where
            its conditions look at what has"""
        for name, checks in self.checks.items():
            looked_at = self.looked_at[name]
            for row in rows:
                if looked_at & row.keys():
                    whole = known[row['id']]
                    for check in checks:
                        check(whole, whole.get(name))
        for name, domain in self.foreign:
            looked_at = {name, *domain.names}
            self._check_foreign(name, domain, [
                    known[row['id']] for row in rows
                    if looked_at & row.keys()])

    def _checks(self, name, field):
        required = (field.states or {}).get('required')
        if field.required:
            yield self._required(name, lambda row: True)
        elif isinstance(required, PYSON):
            yield self._required(name, _Asked(required))
        if getattr(field, 'size', None):
            yield self._size(name, field.size)
        if getattr(field, 'digits', None) and not isinstance(
                field.digits, str | PYSON):
            yield self._digits(name, field.digits)
        if isinstance(field, fields.Selection) and field.selection:
            yield self._selection(name, field)
        if field.domain and not isinstance(field, _RELATIONS):
            yield self._domain(name, _Asked(field.domain))

    @staticmethod
    def _looked_at(field):
        "Return the fields at which the conditions of a field look"
        for pyson in [
                (field.states or {}).get('required'), field.domain,
                getattr(field, 'size', None)]:
            if pyson and _is_pyson(pyson):
                yield from _Asked(pyson).names
        if isinstance(getattr(field, 'selection', None), str):
            yield from field.selection_change_with

    def _raise(self, error, message, name, row, **values):
        names = self.Model.__names__(name)
        raise error(gettext(message, **{
                    **names, 'record': row.get('number') or row['id'],
                    'value': row.get(name), **values}))

    def _required(self, name, asked):
        def check(row, value):
            if (value is None or value == '' or value == []
                    or value is False) and asked(row):
                self._raise(
                    RequiredValidationError,
                    'ir.msg_required_validation_record', name, row)
        return check

    def _size(self, name, size):
        asked = _Asked(size) if isinstance(size, PYSON) else (
            lambda row: size)

        def check(row, value):
            most = asked(row)
            if most is not None and len(value or '') > most >= 0:
                self._raise(
                    SizeValidationError, 'ir.msg_size_validation_record',
                    name, row, size=len(value), max_size=most)
        return check

    def _digits(self, name, digits):
        whole, decimals = digits

        def check(row, value):
            if not value:
                return
            if (whole is not None
                    and math.ceil(math.log10(abs(value))) > whole
                    or decimals is not None and (
                        value.as_tuple().exponent < -decimals
                        if isinstance(value, Decimal)
                        else round(value, decimals) != value)):
                self._raise(
                    DigitsValidationError, 'ir.msg_digits_validation_record',
                    name, row, digits=digits)
        return check

    def _selection(self, name, field):
        choices = self._choices(name, field)

        def check(row, value):
            known = choices(row)
            if value in known or value in {None, ''} and known & {None, ''}:
                return
            self._raise(
                SelectionValidationError,
                'ir.msg_selection_validation_record', name, row, value=value)
        return check

    def _choices(self, name, field):
        "Return the function of a row that returns the values it can have"
        Model = self.Model
        if not isinstance(field.selection, str):
            known = frozenset(v for v, _ in field.selection)
            return lambda row: known
        if not is_instance_method(Model, field.selection):
            return lambda row: frozenset(
                v for v, _ in getattr(Model, field.selection)())
        names, answers = sorted(field.selection_change_with), {}

        def choices(row):
            key = tuple(row.get(n) for n in names)
            if key not in answers:
                record = Model(**dict(zip(names, key, strict=True)))
                answers[key] = frozenset(
                    v for v, _ in getattr(record, field.selection)())
            return answers[key]
        return choices

    def _domain(self, name, asked):
        def check(row, value):
            if value is not None and not eval_domain(asked(row), row):
                self._raise(
                    DomainValidationError, 'ir.msg_domain_validation_record',
                    name, row)
        return check

    @as_server("the domain of a field is the same for everybody")
    def _check_foreign(self, name, asked, rows):
        "Ask for all the records together that the values must be among"
        wanted = defaultdict(list)
        for row in rows:
            if row.get(name) is not None:
                wanted[repr(asked(row))].append(row)
        for group in wanted.values():
            self._check_among(name, asked(group[0]), group)

    def _check_among(self, name, domain, rows):
        field = self.Model._fields[name]
        if isinstance(domain, dict) or not domain:
            return
        Target = Pool().get(field.model_name)
        ids = {row[name] for row in rows}
        with inactive_records():
            found = {
                record.id for record in Target.search(
                    [('id', 'in', list(ids)), domain], order=[])}
        for row in rows:
            if row[name] not in found:
                self._raise(
                    DomainValidationError, 'ir.msg_domain_validation_record',
                    name, row)


class _Asked:
    """A condition in PYSON, asked of a row

    Few answers are different: what it looks at is what they are kept by."""

    def __init__(self, pyson):
        self.static = not _is_pyson(pyson)
        self.pyson = pyson
        self.encoded = None if self.static else PYSONEncoder().encode(pyson)
        self.names = sorted(_names(self.encoded)) if self.encoded else []
        self.answers = {}

    def __call__(self, row):
        if self.static:
            return self.pyson
        values = {name: row.get(name) for name in self.names}
        key = repr(values)
        if key not in self.answers:
            if len(self.answers) > _KEPT:
                self.answers.clear()
            self.answers[key] = PYSONDecoder({
                    **values, 'context': Transaction().context,
                    'active_id': row.get('id')}).decode(self.encoded)
        return self.answers[key]


def _is_pyson(value):
    if isinstance(value, PYSON):
        return True
    if isinstance(value, list | tuple):
        return any(map(_is_pyson, value))
    if isinstance(value, dict):
        return any(map(_is_pyson, value.values()))
    return False


def _names(encoded):
    "Return the names of the fields that a condition looks at"
    import json

    def walk(value):
        if isinstance(value, dict):
            if value.get('__class__') == 'Eval':
                yield value['v'].split('.')[0]
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)
    return set(walk(json.loads(encoded)))
