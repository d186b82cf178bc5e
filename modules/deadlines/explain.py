# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Say in words why a period ends when it ends (vì sao đến hạn ngày này?).

Pure functions, without Tryton.  The words are here and not in locale/ because
the calculator explains without a database as well.
"""

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
        'due': "Ngày cuối cùng của thời hạn: {date}.",
        'paused': "Thời hạn đang tạm dừng, chưa xác định ngày cuối cùng.",
        'missing': "Chú ý: chưa có lịch nghỉ lễ năm {year}.",
        'provisional': "Chú ý: lịch nghỉ lễ năm {year} là tạm tính, "
            "chưa có thông báo chính thức.",
        'memory': "Chú ý: quy định này chưa được đối chiếu với văn bản gốc.",
        'interpretation': "Chú ý: quy định này dựa trên cách hiểu, "
            "luật không nói rõ.",
        'by_decision': "Chỉ áp dụng khi có quyết định gia hạn.",
        'day': "ngày", 'working_day': "ngày làm việc",
        'month': "tháng", 'year': "năm", 'immediate': "ngay",
        'days': "{days} ngày",
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
        'due': "Last day of the period: {date}.",
        'paused': "The period is paused, its last day is not known yet.",
        'missing': "Note: there is no calendar of holidays for {year}.",
        'provisional': "Note: the calendar of holidays for {year} is "
            "computed, not announced.",
        'memory': "Note: this rule was not compared with the original text.",
        'interpretation': "Note: this rule is an interpretation, the law "
            "does not say it.",
        'by_decision': "Only with a decision to extend.",
        'day': "days", 'working_day': "working days",
        'month': "months", 'year': "years", 'immediate': "at once",
        'days': "{days} days",
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


def lines(result, start, code, length, unit, citation, certainty='',
        by_decision=False, language='vi'):
    """Return the explanation of a Result as a list of sentences."""
    words = WORDS.get(language, WORDS['en'])

    def date(value):
        return format_date(value, language)

    if unit == 'immediate':
        length = ''
    sentences = [
        words['rule'].format(
            code=code, length=length, unit=words[unit],
            citation=citation).replace('  ', ' '),
        words['start'].format(date=date(start)),
        ]
    number = 0
    for span in result.spans:
        period = date(span.first)
        if span.last != span.first:
            period += f' – {date(span.last)}'
        text = f"{period} ({words['days'].format(days=span.days)}): "
        text += words[span.reason]
        if span.note:
            text += f' – {span.note}'
        if span.counted and unit in {'day', 'working_day'}:
            first, number = number + 1, number + span.days
            text += (
                f' ({first}–{number})' if first != number else f' ({first})')
        sentences.append(text + '.')
    if result.due_on:
        sentences.append(words['due'].format(date=date(result.due_on)))
    else:
        sentences.append(words['paused'])
    if by_decision:
        sentences.append(words['by_decision'])
    if certainty in {'memory', 'interpretation'}:
        sentences.append(words[certainty])
    for warning, year in result.warnings:
        sentences.append(words[warning].format(year=year))
    return sentences
