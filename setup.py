#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Package each directory of modules/ as trytond.modules.<name>."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
SERIES = '8.0'
# What a Tryton module reads beside its Python files.
PATTERNS = [
    'tryton.cfg', '*.xml', 'view/*.xml', 'locale/*.po', 'icons/*.svg',
    '*.fodt', '*.html', '*.txt', 'data/*.csv', 'data/*.toml', 'data/*.md',
    'doc/*.rst', 'fonts/*',
    ]
TEST_PATTERNS = ['*.rst', '*.json', '*.jsonl', '*.csv', '*.xml', '*.xlsx']


def read_config(directory):
    config = ConfigParser()
    config.read(directory / 'tryton.cfg', encoding='utf-8')
    return config['tryton']


def require(name):
    "Pin a Tryton package on the series of this release"
    major, minor = map(int, SERIES.split('.'))
    return f'{name} >= {major}.{minor}, < {major}.{minor + 1}'


modules = {
    path.parent.name: read_config(path.parent)
    for path in sorted((ROOT / 'modules').glob('*/tryton.cfg'))}
depends = set()
for info in modules.values():
    depends.update(info.get('depends', '').split())
depends -= modules.keys() | {'ir', 'res'}

packages = ['donthu', 'donthu.importing', 'donthu.play', 'tryton_vi',
    # what a site is installed from, and reads: donthu.files.shipped
    'donthu.config', 'donthu.docs', 'donthu.tools']
package_dir = {
    # laid out as Tryton's own repository
    'tryton_vi': 'tryton-vi',
    'donthu.config': 'config', 'donthu.docs': 'docs',
    'donthu.tools': 'tools'}
package_data = {
    'donthu': [
        'web/*.js', 'web/npm/*.json', 'importing/*.toml',
        'importing/mappings/*.toml'],
    'donthu.config': ['*', 'systemd/*'],
    'donthu.docs': ['*.md', '*.csv', 'images/*'],
    'tryton_vi': ['glossary.csv', '**/*.po'],
    }
for name in modules:
    package = f'trytond.modules.{name}'
    package_dir[package] = f'modules/{name}'
    packages.append(package)
    package_data[package] = PATTERNS
    for part in ['guards', 'plan']:
        if (ROOT / 'modules' / name / part).is_dir():
            packages.append(f'{package}.{part}')
    if (ROOT / 'modules' / name / 'tests').is_dir():
        packages.append(f'{package}.tests')
        package_data[f'{package}.tests'] = TEST_PATTERNS

setup(
    name='donthu',
    version=f'{SERIES}.0',
    description="Complaints, denunciations and petitions for the agencies of "
    "Việt Nam, on Tryton",
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license_expression='GPL-3.0-or-later',
    python_requires='>=3.11',
    packages=packages,
    package_dir=package_dir,
    package_data=package_data,
    install_requires=[
        require('trytond'),
        require('proteus'),
        *(require(f'trytond_{name}') for name in sorted(depends)),
        'python-sql >= 1.7',
        'lxml >= 5',
        'polib >= 1.2',
        'python-stdnum >= 1.20',
        'python-calamine >= 0.3',
        'tqdm >= 4.60',
        'platformdirs >= 4',
        'holidays >= 0.109',
        'openpyxl >= 3.1',
        'xlsxwriter >= 3.2',
        'pypdf >= 5',
        'cryptography >= 43',
        'segno >= 1.6',
        'puremagic >= 1.28',
        'jinja2 >= 3.1',
        'python-docx >= 1.1',
        # loads Pango of the system when a paper is first drawn
        'weasyprint >= 66',
        ],
    extras_require={
        # a site: what docs/postgresql.md serves with, too
        'postgresql': ['psycopg[binary,pool] >= 3.2', 'gunicorn >= 22'],
        # tools/supply_chain.py
        'supply-chain': ['uv >= 0.5', 'pip-audit >= 2.7'],
        'second-factor': [require('trytond_authentication_sms')],
        'test': [
            'psycopg[binary,pool] >= 3.2',
            'pytest >= 8',
            'pytest-xdist >= 3',
            'aiosmtpd >= 1.4.4',
            'hypothesis >= 6.100',
            'ruff >= 0.5',
            'mypy >= 1.11',
            'isort >= 5.13',
            'coverage >= 7',
            'playwright >= 1.45',
            'build >= 1',
            # what docs/postgresql.md serves with
            'gunicorn >= 22',
            # the second factor of docs/hardening.md
            require('trytond_authentication_sms'),
            ],
        },
    entry_points={
        'console_scripts': ['donthu = donthu.cli:main'],
        'trytond.modules': [
            f'{name} = trytond.modules.{name}' for name in modules],
        },
    classifiers=[
        'Development Status :: 4 - Beta',
        'Environment :: Web Environment',
        'Framework :: Tryton',
        'Natural Language :: Vietnamese',
        'Natural Language :: English',
        'Operating System :: POSIX',
        'Programming Language :: Python :: 3',
        ],
    zip_safe=False,
    )
