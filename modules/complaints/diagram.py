# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The procedures as pictures: a page for the client, a text for docs/.

Pure functions, without Tryton, on the steps of procedure_book.
"""
from html import escape

from . import procedure_book

STYLE = """
body { font: 14px/1.4 sans-serif; margin: 2em; color: #111; }
h1 { font-size: 20px; } h2 { font-size: 16px; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #bbb; padding: .3em .5em; text-align: left;
    vertical-align: top; }
svg { max-width: 100%; } @media print { body { margin: 0; } }
"""
FIRST = {'letter': 'received', 'case': 'accepted'}
_WIDTH, _HEIGHT, _GAP, _LEFT = 190, 30, 34, 260


def ranked(steps, of):
    "Return the reachable states, in the order in which they are reached"
    states = [FIRST[of]]
    for state in states:
        states.extend(dict.fromkeys(
                step.to for step in steps
                if step.of == of and state in step.states and step.to
                and step.to not in states))
    return states


def svg(steps, of, labels):
    """Return a picture: the states one below the other, arrows by number

    steps -- of one procedure
    labels -- {state: label}
    """
    states = ranked(steps, of)
    place = {
        state: 10 + i * (_HEIGHT + _GAP) for i, state in enumerate(states)}
    parts, tracks = [], {'down': 0, 'up': 0}
    for number, step in enumerate(
            [s for s in steps if s.of == of and s.to], 1):
        for state in step.states:
            if state in place:
                parts.append(_arrow(
                        place[state], place[step.to], number, tracks))
    for state, y in place.items():
        parts.append(
            f'<rect x="{_LEFT}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" '
            'rx="6" fill="#eef4fb" stroke="#27548a"/>'
            f'<text x="{_LEFT + _WIDTH / 2}" y="{y + 20}" '
            f'text-anchor="middle">{escape(labels.get(state, state))}</text>')
    height = 10 + len(states) * (_HEIGHT + _GAP)
    width = _LEFT * 2 + _WIDTH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="13"><defs><marker id="a" '
        'markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">'
        '<path d="M0 0L9 4L0 8z" fill="#555"/></marker></defs>'
        + ''.join(parts) + '</svg>')


def _arrow(source, to, number, tracks):
    "An arrow on the right where it goes down, on the left where it goes up"
    start, end = source + _HEIGHT / 2, to + _HEIGHT / 2
    if to == source + _HEIGHT + _GAP:
        x = _LEFT + _WIDTH / 2
        path = f'M{x} {source + _HEIGHT}L{x} {to}'
        at = (x + 12, source + _HEIGHT + _GAP / 2 + 4)
    else:
        side = 'down' if end > start else 'up'
        tracks[side] = (tracks[side] + 1) % 9
        bend = 40 + 22 * tracks[side]
        x = _LEFT + _WIDTH if side == 'down' else _LEFT
        out = x + bend if side == 'down' else x - bend
        path = f'M{x} {start}C{out} {start} {out} {end} {x} {end}'
        at = ((x + 3 * out) / 4, (start + end) / 2)
    return (
        f'<path d="{path}" fill="none" stroke="#555" marker-end="url(#a)"/>'
        f'<text x="{at[0]}" y="{at[1]}" fill="#a33">{number}</text>')


def page(title, citation, steps, labels, words):
    """Return an HTML page: the pictures of a procedure and its steps

    words -- {name: word} in the language of the reader
    """
    parts = [f'<h1>{escape(title)}</h1><p>{escape(citation)}</p>']
    for of in ['letter', 'case']:
        own = [s for s in steps if s.of == of]
        numbers = {
            s.name: str(i) for i, s in enumerate(
                [s for s in own if s.to], 1)}
        parts.append(f'<h2>{escape(words[of])}</h2>')
        parts.append(svg(steps, of, labels[of]))
        parts.append('<table><tr>' + ''.join(
                f'<th>{escape(words[name])}</th>' for name in [
                    'number', 'step', 'from', 'to', 'roles', 'document',
                    'clocks', 'requires', 'citation']) + '</tr>')
        parts.extend(
            _row(s, numbers.get(s.name, ''), labels[of], words) for s in own)
        parts.append('</table>')
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"/>'
        f'<title>{escape(title)}</title><style>{STYLE}</style></head><body>'
        + '\n'.join(parts) + '</body></html>')


def _row(step, number, labels, words):
    clocks = ' '.join(filter(None, [
                step.starts and '▶ ' + ', '.join(step.starts),
                step.meets and '■ ' + ', '.join(step.meets),
                step.moves and '↔ ' + ', '.join(step.moves)]))
    cells = [
        number, step.title,
        ', '.join(labels.get(s, s) for s in step.states),
        labels.get(step.to, '') if step.to else '',
        ', '.join(words.get(r, r) for r in step.roles),
        step.document or '', clocks, ', '.join(step.requires), step.citation]
    return '<tr>' + ''.join(f'<td>{escape(c)}</td>' for c in cells) + '</tr>'


def document(labels):
    """Return docs/procedures.md: a diagram of each procedure

    labels -- {'letter' or 'case': {state: label}}
    """
    procedures, steps, _ = procedure_book.book()
    lines = [
        '# Các thủ tục', '',
        'Drawn from `modules/complaints/data/procedures.toml` by '
        '`donthu procedures docs/procedures.md`.', '']
    own = [s for s in steps if s.procedure == 'complaint/1']
    lines += ['## Đơn (mọi thủ tục)', '', '```mermaid',
        procedure_book.diagram(own, 'letter', labels['letter'], 'received'),
        '```', '']
    for key, procedure in procedures.items():
        own = [s for s in steps if s.procedure == key]
        suspended = {'suspended'} & procedure_book.reachable(
            own, 'case', 'accepted')
        returns = [
            ('suspended', state, s.title) for s in own
            if suspended and s.name == 'resume'
            for state in ['accepted', 'verifying']]
        lines += [
            f"## {procedure['name']} ({procedure['citation']})", '',
            '```mermaid', procedure_book.diagram(
                own, 'case', labels['case'], 'accepted', returns),
            '```', '']
    return '\n'.join(lines)
