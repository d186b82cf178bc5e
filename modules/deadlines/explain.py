# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Say in words why a period ends when it ends (vì sao đến hạn ngày này?).

Pure functions, without Tryton.  The words are here and not in locale/ because
the calculator explains without a database as well.
"""
import datetime as dt
from dataclasses import dataclass, replace

from .counting import DEFAULT, ONE, Result, Span
from .lawbook import Version, period

WORDS = {
    'vi': {
        'start': "Ngày {date}: ngày xảy ra sự kiện, không tính "
            "(Bộ luật Dân sự Điều 147).",
        'rule': "Thời hạn {code}: {length} {unit} – {citation}.",
        'counted': "tính",
        'weekend': "nghỉ hằng tuần, không tính",
        'holiday': "ngày lễ, không tính",
        'in lieu': "nghỉ bù, không tính",
        'swapped off': "nghỉ hoán đổi, không tính",
        'pause': "tạm dừng, không tính",
        'rolled': "ngày cuối trùng ngày nghỉ, chuyển sang ngày tiếp theo "
            "(Bộ luật Dân sự Điều 148)",
        'left': "ngày cuối cùng còn lại sau khi tạm dừng",
        'due': "Ngày cuối cùng của thời hạn: {date}.",
        'paused': "Thời hạn đang tạm dừng, chưa xác định ngày cuối cùng.",
        'missing': "Chú ý: chưa có lịch nghỉ lễ năm {year}.",
        'provisional': "Chú ý: lịch nghỉ lễ năm {year} là tạm tính, "
            "chưa có thông báo chính thức.",
        'extended': "được cộng thêm theo quyết định gia hạn",
        'tolerance': "{citation} ghi {length} {unit}, đến hết {date}; "
            "hạn nói trên tính theo quy định chặt hơn.",
        'reading': "Cách hiểu (luật không nói rõ): {question} {answer} – "
            "{citation}.",
        'memory': "Chú ý: quy định này chưa được đối chiếu với văn bản gốc.",
        'interpretation': "Chú ý: quy định này dựa trên cách hiểu, "
            "luật không nói rõ.",
        'by_decision': "Khi có quyết định thì còn được gia hạn {count} lần, "
            "mỗi lần không quá {length} {unit} – {citation}.",
        'day': "ngày", 'working_day': "ngày làm việc",
        'month': "tháng", 'year': "năm", 'immediate': "ngay",
        'days': "{days} ngày",
        'short_missing': "chưa có lịch nghỉ {year}",
        'short_provisional': "lịch nghỉ {year} tạm tính",
        'mark_missing': "chưa có lịch",
        'mark_provisional': "tạm tính",
        'short_memory': "quy định chưa đối chiếu",
        'short_interpretation': "theo cách hiểu",
        },
    'en': {
        'start': "{date}: the day of the event is not counted "
            "(Civil Code, article 147).",
        'rule': "Time limit {code}: {length} {unit} – {citation}.",
        'counted': "counted",
        'weekend': "weekly rest, not counted",
        'holiday': "public holiday, not counted",
        'in lieu': "rest in lieu, not counted",
        'swapped off': "swapped day off, not counted",
        'pause': "paused, not counted",
        'rolled': "the last day is one of rest, moved to the next day "
            "(Civil Code, article 148)",
        'left': "the last day, left over by the pause",
        'due': "Last day of the period: {date}.",
        'paused': "The period is paused, its last day is not known yet.",
        'missing': "Note: there is no calendar of holidays for {year}.",
        'provisional': "Note: the calendar of holidays for {year} is "
            "computed, not announced.",
        'extended': "added by a decision to extend",
        'tolerance': "{citation} says {length} {unit}, until {date}; the "
            "day above follows the stricter text.",
        'reading': "Interpretation (the law does not say it): {question} "
            "{answer} – {citation}.",
        'memory': "Note: this rule was not compared with the original text.",
        'interpretation': "Note: this rule is an interpretation, the law "
            "does not say it.",
        'by_decision': "A decision can extend it, {count} more time(s), by "
            "{length} {unit} at most each – {citation}.",
        'day': "days", 'working_day': "working days",
        'month': "months", 'year': "years", 'immediate': "at once",
        'days': "{days} days",
        'short_missing': "no holidays known for {year}",
        'short_provisional': "holidays of {year} not announced",
        'mark_missing': "no calendar",
        'mark_provisional': "provisional",
        'short_memory': "rule not compared",
        'short_interpretation': "interpretation",
        },
    }


def format_date(date, language='vi'):
    return date.strftime('%d/%m/%Y' if language == 'vi' else '%Y-%m-%d')


def trace(result):
    """Return the spans of a Result as a list of plain dictionaries."""
    return [{
            'from': span.first.isoformat(),
            'to': span.last.isoformat(),
            'days': span.days,
            'counted': span.counted,
            'reason': span.reason,
            'note': span.note,
            } for span in result.spans]


@dataclass(frozen=True)
class Explanation:
    """All that is needed to say why a period ends on its last day.

    version -- the lawbook.Version of the rule `code`
    tolerance -- the Result by the text that gives more time, None without
    readings -- the answers to open questions it depends on, as triples
        (question, answer, citation)
    allowed -- the Version that lets decisions extend it, with how many more;
        None where none can
    """
    code: str
    version: Version
    start: object
    result: Result
    name: str = ''
    tolerance: Result | None = None
    readings: tuple = ()
    allowed: Version | None = None

    def lines(self, language='vi'):
        "Return the explanation as a list of sentences"
        words, version = _words(language), self.version
        sentences = [
            words['rule'].format(
                code=self.code, citation=version.citation,
                length='' if version.unit == 'immediate' else version.length,
                unit=words[version.unit]).replace('  ', ' '),
            words['start'].format(date=format_date(self.start, language)),
            ]
        sentences += [text for _, text in self.span_lines(language)]
        if self.result.due_on:
            sentences.append(words['due'].format(
                    date=self.due(language)))
        else:
            sentences.append(words['paused'])
        if self.allowed:
            sentences.append(words['by_decision'].format(
                    count=self.allowed.extensions,
                    length=self.allowed.extension_length,
                    unit=words[self.allowed.unit],
                    citation=self.allowed.citation))
        return sentences + self.notes(language)

    def due(self, language='vi'):
        "Return the last day in words, with its mark where it is not sure"
        date = format_date(self.result.due_on, language)
        sign = mark(self.result.warnings, language)
        return f'{date} ({sign})' if sign else date

    def span_lines(self, language='vi'):
        "Return pairs of a Span and the sentence about it"
        words, number = _words(language), 0
        numbered = self.version.unit in {'day', 'working_day'}
        result = []
        for span in self.result.spans:
            period = format_date(span.first, language)
            if span.last != span.first:
                period += f' – {format_date(span.last, language)}'
            text = f"{period} ({words['days'].format(days=span.days)}): "
            text += words[span.reason]
            if span.counted and span.note:
                text += f", {words['extended']}"
            if span.note:
                text += f' – {span.note}'
            if span.counted and numbered:
                first, number = number + 1, number + span.days
                text += (
                    f' ({first}–{number})' if first != number
                    else f' ({first})')
            result.append((span, text + '.'))
        return result

    def notes(self, language='vi'):
        "Return what else has to be said: other texts, doubts, readings"
        words, version, notes = _words(language), self.version, []
        if self.tolerance and self.tolerance.due_on:
            notes.append(words['tolerance'].format(
                    citation=version.tolerance_citation,
                    length=version.tolerance_length,
                    unit=words[version.tolerance_unit],
                    date=format_date(self.tolerance.due_on, language)))
        if version.certainty in {'memory', 'interpretation'}:
            notes.append(words[version.certainty])
        for question, answer, citation in self.readings:
            notes.append(words['reading'].format(
                    question=question, answer=answer, citation=citation))
        for warning, year in self.result.warnings:
            notes.append(words[warning].format(year=year))
        if version.note:
            notes.append(f'{version.note}.')
        return notes


def _words(language):
    return WORDS.get(language, WORDS['en'])


def mark(warnings, language='vi'):
    """Return the mark of a date by its calendar, '' if that is announced

    warnings -- of the calendar between its start and its end
    """
    words, found = _words(language), {warning for warning, _ in warnings}
    for warning in ['missing', 'provisional']:
        if warning in found:
            return words[f'mark_{warning}']
    return ''


def doubt(certainty, warnings, language='vi'):
    """Return in few words what is not sure about a date, '' if all is

    certainty -- of the version of the rule it follows from
    warnings -- of the calendar between its start and its end
    """
    words, doubts = _words(language), []
    for warning, year in warnings:
        doubts.append(words[f'short_{warning}'].format(year=year))
    if certainty in {'memory', 'interpretation'}:
        doubts.append(words[f'short_{certainty}'])
    return '; '.join(doubts)


def freeze(explanation):
    "Return what of an Explanation could change later, as plain data"
    result = explanation.result
    return {
        'due_on': result.due_on.isoformat() if result.due_on else None,
        'spans': [[
                span.first.isoformat(), span.last.isoformat(), span.reason,
                span.counted, span.note] for span in result.spans],
        'warnings': result.warnings,
        'readings': explanation.readings,
        }


def thaw(data, code, name, version, start):
    "Return the Explanation of what freeze() has returned"
    def date(value):
        return dt.date.fromisoformat(value) if value else None

    result = Result(
        date(data['due_on']),
        [Span(date(first), date(last), *rest)
            for first, last, *rest in data['spans']],
        [tuple(warning) for warning in data['warnings']])
    return Explanation(
        code, version, start, result, name,
        readings=tuple(map(tuple, data['readings'])))


def explain(code, name, version, start, calendar, pauses=(), extensions=(),
        conventions=DEFAULT, choose=None, successor=None, allowed=None):
    """Count a period and return its Explanation.

    The parameters are those of counting.count, and
    choose -- {convention: (question, answer, citation)} to quote from
    allowed -- the Version that lets decisions extend it, None without
    successor -- the Version that follows `version`, where no clause
        says which of them holds for a period begun before the change
    """
    result = period(
        version, start, calendar, pauses, extensions, conventions,
        successor)
    tolerance = period(
        version.tolerance(), start, calendar, pauses, extensions,
        conventions) if version.tolerance_unit else None
    more = (allowed.extensions if allowed else 0) - len(extensions)
    allowed = replace(allowed, extensions=more) if more > 0 else None
    used = []
    reasons = {span.reason for span in result.spans}
    if 'pause' in reasons or pauses:
        decided = {pause.convention for pause in pauses} - {''}
        used += [*sorted(decided), *(['resumption_day'] if decided else [])]
    used += result.asked
    if 'rolled' in reasons:
        used.append('roll_back' if version.before else 'roll')
    if extensions:
        used.append('extend_from')
    if successor and (
            not result.due_on
            or result.due_on >= successor.valid_from):
        used.append('transition')
    used += _calendar_readings(version, start, result, calendar)
    readings = tuple(choose[name] for name in used if choose)
    return Explanation(
        code, version, start, result, name, tolerance, readings, allowed)


def _calendar_readings(version, start, result, calendar):
    "Return the conventions of the days off on which the result rests"
    if not result.due_on:
        return []
    days = [result.due_on]
    if version.unit == 'working_day':
        days.append(start)
    for span in result.spans:
        if span.reason == 'rolled':
            # the day of rest itself, from which it was moved
            days.append(span.first + (ONE if version.before else -ONE))
    return calendar.readings(min(days), max(days))
