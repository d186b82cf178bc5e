# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Measure the search box under the rules, beside hand-written SQL.

    .venv/bin/python bench/search.py [--letters 100000]

A line of JSON for each kind of text and each reader: milliseconds of ours and
of the floor, their ratio, and in how many turns the letter was found that the
text was taken from.  The floor knows what kind of text it is, and asks for
the first fifty ids of all letters without rules.
"""
import argparse
import os
import random

from letters_base import add_options, base, compare, user

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
    from trytond.modules.agencies.text import fold
    words = fold(text).split()
    place = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[place]
    at = r.randrange(1, len(word))
    words[place] = word[:at] + r.choice('aeioun') + word[at + 1:]
    return ' '.join(words)


def works(site, times):
    from trytond.modules.agencies.text import fold
    from trytond.transaction import Transaction
    r = random.Random(5)
    for login in ['bench-clerk', 'bench-supervisor', 'bench-national']:
        id_ = user(site, login)

        def sample(pool):
            cursor = Transaction().connection.cursor()
            cursor.execute(SAMPLE, [
                    list(pool.get('res.user').get_visible()), times])
            return cursor.fetchall()
        rows = site.call(sample, user=id_)
        for kind, (text_of, query) in KINDS.items():
            # not every letter names a decision
            chosen = [row for row in rows if text_of(row, r)]
            if not chosen:
                continue
            texts = [text_of(row, r) for row in chosen]
            found = {}

            def ours(turn, texts=texts, found=found, rows=chosen, id_=id_):
                text = texts[turn % len(texts)]
                ids = site.call(
                    lambda pool: [
                        le.id for le in pool.get('complaints.letter').search(
                            [('rec_name', 'ilike', f'%{text}%')], 0, 1000)],
                    user=id_, _check_access=True)
                found[turn] = rows[turn % len(rows)][0] in ids

            def floor(turn, texts=texts, query=query):
                text = fold(texts[turn % len(texts)])

                def select(pool):
                    cursor = Transaction().connection.cursor()
                    cursor.execute(query, [text])
                    cursor.fetchall()
                site.call(select)
            yield f'{login}: {kind}', ours, floor, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    options = parser.parse_args()
    os.environ['PYTHONWARNINGS'] = 'ignore'
    with base(options) as site:
        from trytond.pool import Pool
        site.init_pool()
        Pool.test = False
        for work, ours, floor, found in works(site, options.times):
            compare(work, ours, floor, options.times)
            print(f'   found {sum(found.values())} of {len(found)}')


if __name__ == '__main__':
    main()
