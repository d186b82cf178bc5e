# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Write results as a table and plots: docs/performance.md."""
import json
import math
from html import escape

PAGE = """# Performance

Measured on {day}, as `bench/README.md` says:
PostgreSQL {postgresql} with fsync and synchronous commit on, {processors}
processors, Python {python}, {letters:,} letters in the base.  The floor is
hand-written SQL that reads or writes the same rows, in the same run.  Absolute
times drift with the machine and its load (in the JSON, with each); the ratios
are what to compare.

| Work | Donthu | Floor | Ratio | Must reach |
|---|---|---|---|---|
{rows}

{skipped}![How far from what must be reached](images/performance-goals.svg)

![How far from the floor](images/performance-floor.svg)

The numbers as JSON: [performance.json](performance.json).
`bench/README.md` says how to measure, and how to add a work.
"""


def write(docs, about, results):
    "Write performance.md, performance.json and the plots into a folder"
    measured = [r for r in results if 'ours' in r]
    skipped = [
        f'* Not measured: {r["work"]} ({r["skipped"]}).'
        for r in results if 'skipped' in r]
    skipped += [
        f'* Failed: {r["work"]} ({r["failed"]}).'
        for r in results if 'failed' in r]
    (docs / 'performance.md').write_text(PAGE.format(
            **about, rows='\n'.join(map(row, measured)),
            skipped='\n'.join(skipped) + '\n\n' if skipped else ''),
        encoding='utf-8')
    (docs / 'performance.json').write_text(
        json.dumps({**about, 'results': results}, ensure_ascii=False,
            indent=1) + '\n', encoding='utf-8')
    images = docs / 'images'
    images.mkdir(exist_ok=True)
    for name, title, bars in [
            ('goals', "Times what must be reached (1 is reached, more is "
                "better)", [
                    (r['work'], reached(r)) for r in measured
                    if r.get('goal')]),
            ('floor', "Times the floor of hand-written SQL (less is better)",
                [(r['work'], ratio(r)) for r in measured if r['floor']])]:
        (images / f'performance-{name}.svg').write_text(
            plot(title, bars), encoding='utf-8')


def ratio(result):
    "Return how many times the floor it takes"
    ours, floor = result['ours'], result['floor']
    one, other = (
        (floor, ours) if result['better'] == 'more' else (ours, floor))
    return one / other if other else math.inf


def reached(result):
    "Return which part of what must be reached was reached"
    ours, goal = result['ours'], result['goal']
    one, other = (
        (ours, goal) if result['better'] == 'more' else (goal, ours))
    return one / other if other else math.inf


def row(result):
    unit = result['unit']

    def number(value):
        return '–' if value is None else f'{value:,g} {unit}'
    goal = result.get('goal')
    sign = '≥' if result['better'] == 'more' else '≤'
    return '| {} | {} | {} | {} | {} |'.format(
        result['work'], number(result['ours']), number(result['floor']),
        f'{ratio(result):.1f}×' if result['floor'] else '–',
        f'{sign} {number(goal)}' + ('' if reached(result) >= 1 else ' **no**')
        if goal else '–')


def plot(title, bars):
    """Return an SVG of horizontal bars on a logarithmic scale

    bars -- pairs of a label and a number above 0"""
    bars = [(label, min(max(v, 1e-3), 1e6)) for label, v in bars]
    low = min([math.log10(v) for _, v in bars] + [-.3])
    high = max([math.log10(v) for _, v in bars] + [.3])
    left, width, step = 330, 400, 24

    def at(value):
        return left + width * (math.log10(value) - low) / (high - low)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="820" '
        f'height="{60 + step * len(bars)}" font-family="sans-serif" '
        'font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="20" font-size="14">{escape(title)}</text>']
    for number, (label, value) in enumerate(bars):
        y = 36 + step * number
        x, end = sorted([at(1), at(value)])
        parts.append(
            f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">'
            f'{escape(label[:52])}</text>'
            f'<rect x="{x:.1f}" y="{y}" width="{max(end - x, 1):.1f}" '
            f'height="{step - 8}" fill="#3465a4"/>'
            f'<text x="{left + width + 8}" y="{y + 13}">{value:.2g}×</text>')
    parts.append(
        f'<line x1="{at(1):.1f}" x2="{at(1):.1f}" y1="30" '
        f'y2="{40 + step * len(bars)}" stroke="black"/></svg>\n')
    return '\n'.join(parts)
