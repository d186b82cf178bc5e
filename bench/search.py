# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The search box under the rules and secrecy, in a country's register.

`found` tells in how many turns the letter was found that the text was taken
from.  The floor knows what kind of text it is, and asks for the first fifty
ids of all letters, without rules.
"""
import itertools
import random

from .country import Country
from .frame import all_timed, delay, p95

NAMES = """
SELECT p.letter FROM complaints_identity AS i
JOIN complaints_person AS p ON p.identity = i.id
WHERE i.search_words @@ {}('simple', %s) LIMIT 50"""
WORDS = """
SELECT id FROM complaints_letter WHERE search_words @@ {}('simple', %s)
LIMIT 50"""
SAMPLE = """
SELECT le.id, le.number, le.contested_number, le.content, b.name, b.number
FROM complaints_letter AS le
JOIN complaints_person AS p ON p.letter = le.id
JOIN complaints_identity AS i ON i.id = p.identity
JOIN bench_person AS b ON b.token = i.token
WHERE le.agency = ANY(%s::int[]) AND le.kind != 'denunciation'
ORDER BY md5(le.id::text) LIMIT %s"""
KINDS = {
    'name': (lambda row, r: row[4], NAMES.format('phraseto_tsquery')),
    'name, one error': (
        lambda row, r: mistype(row[4], r), NAMES.format('plainto_tsquery')),
    'identity number': (
        lambda row, r: row[5], NAMES.format('plainto_tsquery')),
    'number': (lambda row, r: row[1], WORDS.format('phraseto_tsquery')),
    'decision number': (
        lambda row, r: row[2], WORDS.format('phraseto_tsquery')),
    'five words': (
        lambda row, r: phrase(row[3], r), WORDS.format('phraseto_tsquery')),
    'two words': (
        lambda row, r: ' '.join(r.sample(row[3].split()[5:], 2)),
        WORDS.format('plainto_tsquery')),
    'five words, one error': (
        lambda row, r: mistype(phrase(row[3], r), r),
        WORDS.format('plainto_tsquery')),
    }


def phrase(content, r):
    words = content.rstrip('.').split()
    start = r.randrange(5, len(words) - 5)
    return ' '.join(words[start:start + 5])


def mistype(text, r):
    "Return a text as somebody types it in a hurry, without accents"
    from trytond.modules.foundation.text import fold
    words = fold(text).split()
    place = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[place]
    at = r.randrange(1, len(word))
    words[place] = word[:at] + r.choice('aeioun') + word[at + 1:]
    return ' '.join(words)


def measure(base, times=40):
    country, r = Country.beside(base), random.Random(5)
    results = []
    for user in country.users:
        rows = country.sql(SAMPLE, [country.visible(user), times])
        for kind, (text_of, query) in KINDS.items():
            # not every letter names a decision
            texts = [
                (text, row[0]) for row in rows if (text := text_of(row, r))]
            if texts:
                results.append(_measure(country, user, kind, texts, query))
    return results


def _measure(country, user, kind, texts, query):
    from trytond.modules.foundation.text import fold
    turns, found = itertools.cycle(texts), []

    def ours():
        text, wanted = next(turns)
        ids = country.call(
            lambda pool: [
                le.id for le in pool.get('complaints.letter').search(
                    [('rec_name', 'ilike', f'%{text}%')], 0, 1000)],
            user=user)
        found.append(wanted in ids)
    ours()
    found.clear()
    floors = iter(texts)
    return delay(
        p95(all_timed(ours, len(texts))),
        p95(all_timed(
                lambda: country.sql(query, [fold(next(floors)[0])]),
                len(texts))),
        f"{user} searches by {kind}, p95",
        goal=250 if user.endswith('country') else 100,
        found=f'{sum(found)} of {len(found)}')
