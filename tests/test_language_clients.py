# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The clients get the language pack: the web client that is served already
too, the desktop client by a wheel that only adds to it."""
import gettext
import gzip
import importlib.util
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

import tryton_vi
from donthu import init, webclient
from donthu.middleware import FOREVER, FreshPage

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r'\?v=(\w+)"')


@pytest.fixture
def root(client_root, tmp_path):
    return Path(shutil.copytree(client_root, tmp_path / 'sao'))


def page(root):
    return (root / 'index.html').read_text(encoding='utf-8')


def content(root):
    return {
        path.relative_to(root): path.read_bytes()
        for path in root.rglob('*') if path.is_file()}


def changed_pack(monkeypatch, tmp_path):
    "Let the pack say something else"
    other = tmp_path / 'other.po'
    other.write_text(tryton_vi.WEB.read_text(encoding='utf-8').replace(
            'msgstr "Lưu"', 'msgstr "Cất"'), encoding='utf-8')
    monkeypatch.setattr(tryton_vi, 'WEB', other)


def test_page(root):
    "Test the page is ours before any script runs, and in Vietnamese"
    text = page(root)
    assert '<title>Donthu</title>' in text
    assert '<span id="title">Donthu</span>' in text
    assert '<html style="overflow: auto;" lang="vi"' in text
    assert 'Sorry' not in text and 'not fully installed' not in text
    # ours before what a site adds of its own
    assert text.index('donthu.js') < text.index('custom.js')
    assert len(set(ADDRESS.findall(text))) == 1
    for name in re.findall(r'(?:src|href)="([^"]+)"', text):
        if not name.startswith('javascript:'):
            assert (root / name.partition('?')[0]).is_file(), name


def test_messages():
    "Test the form in which sao reads its messages, plurals included"
    messages = tryton_vi.web_messages()
    assert messages['Save'] == [None, "Lưu"]
    plural = messages['%1 record saved']
    assert plural[0] == '%1 records saved'
    # sao drops the first of three, and the plural of English with it
    assert len(plural) == 3 and plural[1] == plural[2]


def test_again_changes_nothing(root):
    before = content(root)
    assert not webclient.localise(root)
    assert content(root) == before


def test_changed_pack_is_served(root, monkeypatch, tmp_path):
    "Test a new pack reaches a copy, at addresses that no browser has kept"
    (root / 'custom.css').write_text('.mine {}')
    before = content(root)
    changed_pack(monkeypatch, tmp_path)
    assert webclient.localise(root)
    after = content(root)
    assert {str(n) for n in after if after[n] != before[n]} == {
        name + end for name in ['index.html', 'locale/vi.json']
        for end in ['', '.gz']}
    for name in ['index.html', 'locale/vi.json']:
        assert gzip.decompress(after[Path(f'{name}.gz')]) == after[Path(name)]
    assert after.keys() == before.keys()
    messages = json.loads(after[Path('locale/vi.json')])
    assert messages['Save'] == [None, "Cất"]
    old, new = (
        set(ADDRESS.findall(c[Path('index.html')].decode()))
        for c in [before, after])
    assert len(new) == 1 and not new & old
    assert not webclient.localise(root)


def test_older_copy(root):
    "Test what a release without the pack has made is brought up to date"
    text = page(root)
    whole = content(root)
    for sentence, ours in webclient._SENTENCES.items():
        text = text.replace(ours, sentence)
    text = re.sub(r'\?v=\w+"', '"', text)
    text = re.sub(r'<script[^>]*"donthu.js"></script>\s*', '', text)
    (root / 'index.html').write_text(text, encoding='utf-8')
    (root / 'donthu.js').unlink()
    (root / 'locale' / 'vi.json').write_text('{"": {}}')
    assert webclient.is_client(root)
    assert webclient.localise(root)
    assert content(root) == whole


def test_init_renews_the_client(root, monkeypatch, tmp_path, capsys):
    import trytond.config as config
    monkeypatch.setattr(
        config, 'get', lambda section, name, default=None: {
            ('web', 'root'): str(root)}[section, name])
    init.renew_client()
    assert not capsys.readouterr().err
    changed_pack(monkeypatch, tmp_path)
    init.renew_client()
    assert 'up to date' in capsys.readouterr().err
    assert 'Cất' in (root / 'locale' / 'vi.json').read_text()

    def refuse(path, text):
        raise PermissionError(13, "Permission denied")
    monkeypatch.undo()
    monkeypatch.setattr(
        config, 'get', lambda section, name, default=None: str(root))
    monkeypatch.setattr(webclient, '_replace', refuse)
    init.renew_client()
    assert f'donthu client {root}' in capsys.readouterr().err


def test_page_is_asked_for_each_time(root):
    "Test browsers keep what has a version, and ask whether the page changed"
    from werkzeug.middleware.shared_data import SharedDataMiddleware
    served = FreshPage(SharedDataMiddleware(
            Response("none", status=404), {'/': str(root)},
            cache_timeout=43_200))
    client = Client(served, Response)
    index = client.get('/index.html')
    assert index.headers.getlist('Cache-Control') == ['no-cache']
    assert 'Expires' not in index.headers
    assert b'Donthu' in index.data
    again = client.get(
        '/index.html', headers={'If-None-Match': index.headers['ETag']})
    assert again.status_code == 304
    script = client.get('/donthu.js?v=1')
    assert script.headers['Cache-Control'] == FOREVER
    assert 'max-age=43200' in client.get('/donthu.js').headers[
        'Cache-Control']


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    spec = importlib.util.spec_from_file_location(
        'make_wheel', ROOT / 'tryton-vi' / 'tryton' / 'make_wheel.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    first = module.make(tmp_path_factory.mktemp('wheel'))
    second = module.make(tmp_path_factory.mktemp('wheel'))
    assert first.read_bytes() == second.read_bytes()
    return first


def test_wheel_only_adds(wheel, desktop_client):
    "Test the wheel has nothing that the client has"
    with zipfile.ZipFile(wheel) as file:
        names = [n for n in file.namelist() if '.dist-info/' not in n]
        info, = {n.partition('/')[0] for n in file.namelist()
            if '.dist-info/' in n}
    assert names == ['tryton/data/locale/vi/LC_MESSAGES/tryton.mo']
    assert not (desktop_client / names[0]).exists()
    assert not (desktop_client / info).exists()
    # where the others are
    beside = names[0].replace('/vi/', '/de/')
    assert (desktop_client / beside).exists()


def test_wheel_speaks(wheel):
    with zipfile.ZipFile(wheel) as file, file.open(
            'tryton/data/locale/vi/LC_MESSAGES/tryton.mo') as catalogue:
        said = gettext.GNUTranslations(catalogue)
    assert said.gettext('_Save') == "_Lưu"
    for number in [1, 2]:
        assert said.ngettext(
            '%d record saved.', '%d records saved.',
            number) == "Đã xuất %d bản ghi."
