# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is typed into the search entry of the web client is not lost."""
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from donthu.webclient import build

HERE = Path(__file__).parent
SCRIPT = HERE.parent / 'donthu' / 'web' / 'search.js'

pytestmark = pytest.mark.skipif(
    not shutil.which('node') or not shutil.which('npm'),
    reason="the web client is made and run by Node.js")


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    built = Path.home() / '.local/share/donthu/sao-8.0'
    if built.exists():
        return built
    root = tmp_path_factory.mktemp('client') / 'sao'
    build(root)
    return root


def parse(root, *texts, script=SCRIPT):
    result = subprocess.run(
        ['node', str(HERE / 'data' / 'search_entry.js'),
            str(root / 'dist' / 'tryton-sao.js'), *([script] if script else [])
            ],
        input=json.dumps(texts), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def clauses(domain):
    "Return the clauses of a domain, however deep, as a list"
    if domain and isinstance(domain[0], str) and domain[0] not in {
            'AND', 'OR'}:
        return [tuple(domain)]
    return [
        clause for part in domain if isinstance(part, list)
        for clause in clauses(part)]


def text(*words):
    return [('rec_name', 'ilike', f'%{word}%') for word in words]


def test_words_and_fields(root):
    "Test a field needs no accents, and what is no field is words"
    typed = {
        "nguoi gui: thắm": [('sender', 'ilike', '%thắm%')],
        "Người gửi: thắm": [('sender', 'ilike', '%thắm%')],
        "đất nguoi gui: thắm": [
            *text("đất"), ('sender', 'ilike', '%thắm%')],
        "so: 12 nguoi gui: thắm": [
            ('number', 'ilike', '%12%'), ('sender', 'ilike', '%thắm%')],
        "xyz: hồng thắm": text("xyz", "hồng", "thắm"),
        ": hồng": text("hồng"),
        "ca phe": text("ca", "phe"),
        }
    for found, (typed_text, expected) in zip(
            parse(root, *typed), typed.items(), strict=True):
        assert clauses(found) == expected, typed_text


def test_words_of_selections(root):
    "Test what a selection is asked for by its words, however they are typed"
    typed = {
        "Loại: Tố cáo": [('kind', '=', 'denunciation')],
        "loai: to cao": [('kind', '=', 'denunciation')],
        "Trạng thái: Đã thụ lý": [('state', '=', 'accepted')],
        "trang thai: da thu": [('state', '=', 'accepted')],
        "loai: khieu nai": [('kind', '=', 'complaint')],
        "Loại: Khiếu nại kỷ luật": [('kind', '=', 'disciplinary')],
        'Loại: "Tố cáo"': [('kind', '=', 'denunciation')],
        "loai: != to cao": [('kind', '!=', 'denunciation')],
        "loai: to cao đất rẫy": [
            ('kind', '=', 'denunciation'), *text("đất", "rẫy")],
        "loai: to cao trang thai: da vao so": [
            ('kind', '=', 'denunciation'), ('state', '=', 'registered')],
        "đất loai: to cao nguoi gui: thắm": [
            *text("đất"), ('kind', '=', 'denunciation'),
            ('sender', 'ilike', '%thắm%')],
        }
    for found, (typed_text, expected) in zip(
            parse(root, *typed), typed.items(), strict=True):
        assert clauses(found) == expected, typed_text
    found, = parse(root, "loai: to cao; khieu nai")
    assert clauses(found) == [
        ('kind', 'in', ['denunciation', 'complaint'])]


def test_tryton_loses_them(root):
    "Test Tryton still needs it: without it everything is found"
    found, = parse(root, "nguoi gui: thắm", script=None)
    assert not clauses(found)
