# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Make a web root with the Tryton web client (sao), from npm's packages."""
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import tryton_vi

from donthu.errors import CommandError

SERIES = '8.0'
# What is installed is what is locked; no package runs a program of its own
NPM = [
    '--omit=dev', '--legacy-peer-deps', '--ignore-scripts', '--no-audit',
    '--no-fund', '--loglevel=error']
# What is worth compressing once, for every browser; not what a site changes
_TEXTS = {'.js', '.css', '.html', '.json', '.svg', '.ttf', '.eot'}
_LOCAL = {'custom.js', 'custom.css'}
_LOADED = re.compile(r'(?:src|href)="(node_modules/[^"]+)"')
_FONTS = re.compile(r'node_modules/[^"?#)\']+\.(?:eot|ttf|woff2?)')
# What the page loads under addresses that change with it.  What a site adds
# of its own, custom.js and custom.css, it changes when it likes.
_VERSIONED = re.compile(
    r'(src|href)="((?:node_modules|dist|images)/[^"?]+)(?:\?[^"]*)?"')
_OURS = '<script type="text/javascript" src="donthu.js"></script>\n        '
_CUSTOM = '<script type="text/javascript" src="custom.js">'
# Sentences that stand in the page itself
_SENTENCES = {
    "Sorry sao does not work without JavaScript enabled. Please enable it to "
    "continue.": "Phần mềm cần JavaScript. Hãy bật JavaScript trong trình "
    "duyệt để tiếp tục.",
    'sao is not fully installed. Please refer to <a href="README.md">README'
    '</a>': "Phần mềm chưa được cài đặt đầy đủ. Hãy báo cho người quản trị.",
    '<title>Tryton</title>': '<title>Donthu</title>',
    '<span id="title">Tryton</span>': '<span id="title">Donthu</span>',
    'lang="en"': f'lang="{tryton_vi.LANGUAGE}"',
    }


def build(target):
    """Build the web client in `target`, a directory that does not exist yet

    What npm brings is locked, each package with its version and its hash: one
    of another hash is refused (web/npm/, see tools/supply_chain.py).
    index.html loads its dependencies from node_modules/ beside itself; of
    these only the files it names are kept (6 MB instead of 56).  Raises
    CommandError when npm is missing or fails.
    """
    target = Path(target)
    with tempfile.TemporaryDirectory() as work:
        for path in (Path(__file__).parent / 'web' / 'npm').iterdir():
            shutil.copy(path, work)
        _npm(work, 'ci', *NPM)
        building = target.with_name(f'{target.name}.{os.getpid()}')
        shutil.rmtree(building, ignore_errors=True)
        _collect(
            Path(work) / 'node_modules' / 'tryton-sao', Path(work), building)
        localise(building)
        # whatever the umask: servers run as somebody else
        for path in [building, *building.rglob('*')]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        building.rename(target)


def is_client(directory):
    "Tell if a directory holds a web client that `build` has made"
    return all((Path(directory) / name).is_file() for name in [
            'index.html', 'dist/tryton-sao.js', 'custom.js'])


def localise(directory):
    """Give a web client the language pack and the name of this release

    What is served already changes in place, the page last; a browser gets it
    by addresses that it does not know yet.  Return if anything changed.
    """
    directory = Path(directory)
    index = directory / 'index.html'
    script = ''.join(
        (Path(__file__).parent / 'web' / name).read_text(encoding='utf-8')
        for name in ['donthu.js', 'search.js'])
    messages = json.dumps(
        tryton_vi.web_messages(), ensure_ascii=False, sort_keys=True)
    client = (directory / 'dist' / 'tryton-sao.js').read_bytes()
    version = hashlib.sha256(
        b''.join([script.encode(), messages.encode(), client])
        ).hexdigest()[:12]
    files = {
        directory / 'locale' / f'{tryton_vi.LANGUAGE}.json': messages,
        directory / 'donthu.js': script,
        index: _page(index.read_text(encoding='utf-8'), version),
        }
    changed = False
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding='utf-8') != text:
            _replace(path, text.encode())
            changed = True
    return _pack(directory) or changed


def packed(path):
    """Return the compressed copy of a file, or None where it is not of today

    A site may have changed the file since."""
    copy = path.with_name(f'{path.name}.gz')
    try:
        if copy.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            return copy
    except OSError:
        pass
    return None


def _pack(directory):
    "Compress what browsers load; return if anything was to be done"
    changed = False
    for path in directory.rglob('*'):
        if (path.suffix in _TEXTS and path.name not in _LOCAL
                and path.is_file() and not packed(path)):
            content = path.read_bytes()
            if len(content) > 1000:
                _replace(
                    path.with_name(f'{path.name}.gz'),
                    gzip.compress(content, 9, mtime=0))
                changed = True
    return changed


def _page(text, version):
    "Return the page with our words, and addresses of this version"
    for english, vietnamese in _SENTENCES.items():
        text = text.replace(english, vietnamese)
    text = re.sub(
        r'<script type="text/javascript" src="donthu\.js[^>]*></script>\s*',
        '', text)
    text = text.replace(_CUSTOM, _OURS + _CUSTOM, 1)
    text = text.replace('src="donthu.js"', f'src="donthu.js?v={version}"')
    return _VERSIONED.sub(rf'\1="\2?v={version}"', text)


def _replace(path, content):
    "Write a file at once: who reads it meanwhile gets the whole former one"
    new = path.with_name(f'{path.name}.{os.getpid()}')
    new.write_bytes(content)
    new.chmod(0o644)
    new.replace(path)


def _npm(directory, *args):
    npm = shutil.which('npm')
    if not npm:
        raise CommandError(
            "npm is missing: install Node.js with npm (the web client of "
            "Tryton is published there), then try again")
    result = subprocess.run(
        [npm, *args], cwd=directory, capture_output=True, text=True)
    if result.returncode:
        raise CommandError(
            "npm failed: " + (result.stderr or result.stdout).strip()[-500:])
    return result.stdout


def _collect(package, beside, target):
    "Copy what is served of a package, and of the node_modules beside it"
    target.mkdir(parents=True)
    for name in ['index.html', 'dist', 'images', 'sounds', 'locale',
            'COPYRIGHT', 'LICENSE', 'CHANGELOG']:
        source = package / name
        if source.is_dir():
            shutil.copytree(
                source, target / name, ignore=shutil.ignore_patterns('*.po'))
        elif source.exists():
            shutil.copy(source, target / name)
    index = (package / 'index.html').read_text(encoding='utf-8')
    style = (package / 'dist' / 'tryton-sao.css').read_text(encoding='utf-8')
    for name in sorted({*_LOADED.findall(index), *_FONTS.findall(style)}):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(beside / name, target / name)
        # the licence of each package goes with it
        root = Path(*Path(name).parts[:2])
        for file in (beside / root).glob('LICENSE*'):
            shutil.copy(file, target / root / file.name)
    # The page asks for these, which a site may fill
    (target / 'custom.js').write_text(
        "/* Local scripts of this site. */\n", encoding='utf-8')
    (target / 'custom.css').write_text(
        "/* Local styles of this site. */\n", encoding='utf-8')
