# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu import letters`: take in the letters of an old register."""
import csv
import os
import re
import time
import xmlrpc.client
from collections import Counter
from pathlib import Path

from proteus import Model
from proteus import config as proteus_config

from donthu import progress
from donthu.arguments import whole
from donthu.errors import (
    CommandError, explain, is_outage, is_transient, repeatable)
from donthu.files import read_text, writing
from donthu.importing import mapping as mappings
from donthu.importing.readers import read
from donthu.importing.rows import convert
from donthu.site import Site, _quiet
from trytond.modules.agencies.text import fold

BATCH = 500
RETRIES = 5
REPORT = ['row', 'status', 'number', 'field', 'reason', 'repeat_of']


def add_parser(commands):
    parser = commands.add_parser(
        'import', help="take in data of other systems",
        description="Take in data of other systems.")
    kinds = parser.add_subparsers(
        dest='what', required=True, metavar='WHAT')
    letters = kinds.add_parser(
        'letters', help="the letters of an old register",
        description="Take in the letters of an old register (XLSX, CSV or "
        "XML) through a small mapping.  Each row is accepted or refused with "
        "its reason in a report; the rest goes in.  A row that is known is "
        "left as it is, so the command can be repeated, also after it was "
        "interrupted.")
    letters.add_argument('file', type=Path, metavar='FILE')
    letters.add_argument(
        '--mapping', metavar='NAME', help="a shipped mapping or a TOML file; "
        "by default the one that fits the file. Shipped: " + ', '.join(
            sorted(p.stem for p in mappings.SHIPPED.glob('*.toml'))))
    letters.add_argument(
        '--agency', metavar='CODE', help="the code of the agency of rows "
        "that do not name one")
    letters.add_argument(
        '--source', metavar='NAME', help="the name of the register: a key "
        "is unique within it (default: the mapping's)")
    letters.add_argument(
        '--report', type=Path, metavar='FILE', help="where to write what "
        "became of each row (default: FILE.report.csv)")
    letters.add_argument(
        '--dry-run', action='store_true',
        help="only report what would become of each row")
    letters.add_argument(
        '--batch', type=whole(1, 100_000), default=BATCH, metavar='N',
        help="rows in a transaction (default: %(default)s)")
    door = letters.add_argument_group(
        "where to", "Either a server, with --url and --user, or a database "
        "in process, with --config and --database.")
    door.add_argument(
        '--url', help="the server and database, as "
        "https://host/database; the password comes from --password-file or "
        "$DONTHU_PASSWORD")
    door.add_argument(
        '--user', metavar='LOGIN', required=True,
        help="who imports: a data officer of the agency of the letters, or "
        "of one above it")
    door.add_argument('--password-file', type=Path, metavar='FILE')
    door.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE')
    door.add_argument('-d', '--database', metavar='NAME')
    letters.set_defaults(run=run)


def run(options):
    if not options.file.exists():
        raise CommandError(f"there is no file {options.file}", 2)
    mapping = mappings.find(options.file, options.mapping)
    if options.source:
        mapping.source = options.source
    with connect(options) as config:
        importer = Importer(options, mapping, config)
        return importer.run()


class connect:
    "Work on a server, or on a database in process, as a user"

    def __init__(self, options):
        self.options = options
        self.session = None

    def __enter__(self):
        options = self.options
        password = self.password()
        with _quiet():
            if options.url:
                url = options.url.rstrip('/') + '/rpc/'
                self.session = proteus_config.set_xmlrpc_session(
                    url, options.user, password)
                try:
                    return self.session.__enter__()
                except Exception as error:
                    known = explain(error)
                    # of a host that can be none
                    if not known and not isinstance(error, ValueError):
                        raise
                    raise CommandError(
                        f"{options.url} does not let {options.user} in: "
                        f"{known or error}")
            if not (options.config and options.database):
                raise CommandError(
                    "say where to: --url, or --config and --database", 2)
            site = Site(options.config, options.database)
            if not site.call(find_user, options.user):
                raise CommandError(
                    f"{options.database} has no user {options.user}: say who "
                    "imports with --user LOGIN", 2)
            import trytond.config as trytond_config
            uri = trytond_config.get('database', 'uri')
            # proteus wants scheme://[host]/database
            separator = '/' if uri.endswith('://') else ''
            return proteus_config.set_trytond(
                uri + separator + options.database,
                user=options.user, config_file=options.config)

    def password(self):
        "Return the password; read where none is needed, too"
        if self.options.password_file is not None:
            return read_text(self.options.password_file).strip()
        password = os.environ.get('DONTHU_PASSWORD')
        if self.options.url and password is None:
            raise CommandError(
                "give the password in --password-file or $DONTHU_PASSWORD",
                2)
        return password

    def __exit__(self, *exc):
        if self.session:
            self.session.__exit__(*exc)


def find_user(pool, login):
    return pool.get('res.user').search([('login', '=', login)], limit=1)


class Importer:

    def __init__(self, options, mapping, config):
        self.options = options
        self.mapping = mapping
        self.config = config
        self.Letter = Model.get('complaints.letter', config=config)
        self.count = Counter()
        self.reasons = Counter()
        self.repeats = 0

    def run(self):
        facts, rows = read(self.options.file, self.mapping)
        agency = self.options.agency
        if not agency and self.mapping.agency_line:
            agency = self.find_agency(facts)
        self.mapping.key = self.mapping.key.replace(
            '{file_agency}', agency or '').replace(
            '{file_year}', find_year(facts))
        report = self.options.report or self.options.file.with_name(
            self.options.file.name + '.report.csv')
        if report.exists() and report.samefile(self.options.file):
            raise CommandError(
                f"{report} is the register: name another --report", 2)
        # the report of an interrupted run is not kept: the rows that it
        # would list come again, as known
        with repeatable(self.so_far), writing(
                report, 'utf-8-sig', newline='') as file:
            writer = csv.DictWriter(
                file, ['file', *REPORT], extrasaction='ignore')
            writer.writeheader()
            self.send_all(rows, agency, writer)
        if not self.count:
            raise CommandError(f"{self.options.file} has no rows", 2)
        self.summary(report)
        if self.count.keys() == {'refused'}:
            raise CommandError(f"every row was refused: see {report}")
        return 0

    def so_far(self):
        "Return how far an import came that ends early"
        if self.options.dry_run:
            return "nothing was written"
        return (
            f"{sum(self.count.values())} rows were done, "
            f"{self.count['accepted']} of them taken in; the same command "
            "goes on after them")

    def send_all(self, rows, agency, writer):
        bar = progress.bar(None, self.options.file.name, " rows")
        try:
            batch = []
            for number, cells in rows:
                batch.append(convert(number, cells, self.mapping))
                if len(batch) >= self.options.batch:
                    self.send(batch, agency, writer)
                    bar.update(len(batch))
                    batch = []
            self.send(batch, agency, writer)
        finally:
            bar.close()

    def find_agency(self, facts):
        "Return the code of the agency that the first lines name"
        Agency = Model.get('agencies.agency', config=self.config)._proxy
        lines = [fold(line) for line in facts.get('lines', [])]
        committee = next((t for t in lines if t.startswith('ubnd ')), None)
        if not committee:
            return None
        province = next(
            (t for t in lines if t.startswith(('tinh ', 'thanh pho '))), '')
        # in one call: there are thousands
        found = [
            a for a in Agency.search_read(
                [('kind', 'in', ['commune', 'province'])], 0, None, None,
                ['code', 'name', 'parent.name'], self.config.context)
            if fold(a['name']) == committee]
        if len(found) > 1:
            found = [
                a for a in found if a['parent.']
                and fold(a['parent.']['name']) == f'ubnd {province}']
        if len(found) != 1:
            raise CommandError(
                "the agency of the register is not clear: name it with "
                "--agency CODE", 2)
        return found[0]['code']

    def send(self, batch, agency, writer):
        "Send a batch and write what became of it"
        if not batch:
            return
        proxy = self.Letter._proxy
        arguments = (self.mapping.source, agency, self.options.dry_run)
        results = self.call(proxy, batch, arguments)
        # they are done, whether or not the report can be written
        self.count.update(result['status'] for result in results)
        for result in results:
            if result['status'] == 'refused':
                self.reasons[result['reason']
                    if not result.get('code') else result['code']] += 1
            self.repeats += bool(result.get('repeat_of'))
            writer.writerow({
                    'file': self.options.file.name,
                    **{k: guard(v) for k, v in result.items()}})

    def call(self, proxy, rows, arguments):
        """Call the server; a batch that fails is sent row by row

        What nobody foresaw then refuses one row and not five hundred; but no
        row is refused because the disk is full or the database is gone."""
        try:
            return self.ask(proxy, rows, arguments)
        except Exception as error:
            if is_outage(error):
                raise explain(error) from error
            if len(rows) == 1:
                return [self.refused(rows[0], error)]
            if is_refusal(error):
                raise CommandError(message(error))
        results, unforeseen = [], []
        for row in rows:
            try:
                results += self.ask(proxy, [row], arguments)
            except Exception as error:
                if is_outage(error):
                    raise explain(error) from error
                results.append(self.refused(row, error))
                if not is_said(error):
                    unforeseen.append(error)
        if len(unforeseen) == len(rows):
            # whatever is sent: it is not the rows
            raise unforeseen[0]
        return results

    def ask(self, proxy, rows, arguments):
        "Call the server, again where others were in the way"
        for patience in range(RETRIES, -1, -1):
            try:
                return proxy.import_rows(
                    rows, *arguments, self.config.context)
            except Exception as error:
                if not patience or not is_transient(error):
                    raise
                time.sleep(.1)

    @staticmethod
    def refused(row, error):
        return {
            'row': row['row'], 'status': 'refused', 'field': '',
            'reason': message(error)}

    def summary(self, report):
        dry = " (dry run: nothing was written)" if self.options.dry_run else ''
        print(f"{sum(self.count.values())} rows{dry}: "
            f"{self.count['accepted']} accepted, "
            f"{self.count['known']} known already, "
            f"{self.count['refused']} refused, "
            f"{self.repeats} likely repeats")
        for reason, count in self.reasons.most_common():
            print(f"  refused {count}: {reason}")
        print(f"Report: {report}")


def find_year(facts):
    for line in facts.get('lines', []):
        if match := re.fullmatch(r'nam (\d{4})', fold(line)):
            return match.group(1)
    return ''


def guard(value):
    "Return a cell that a spreadsheet will not take for a formula"
    if isinstance(value, str) and value.startswith(('=', '+', '-', '@')):
        return "'" + value
    return value


def message(error):
    "Return what an error of the server says"
    text = getattr(error, 'message', None) or str(error)
    if fault := getattr(error, 'faultString', None):
        text = fault
    # Tryton writes a dash before a description that there is not
    return ' '.join(str(text).split()).removesuffix(' -')


def is_said(error):
    "Tell if the server means it, and did not just fail"
    if isinstance(error, xmlrpc.client.Fault):
        return error.faultCode != 255
    return explain(error) is not None


def is_refusal(error):
    "Tell if the server refuses the whole import, and not a row"
    return 'RoleError' in type(error).__name__ or 'vai trò' in message(error)
