# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Send the rows of a register to a site, and account for each of them."""
import csv
import hashlib
import sys
from collections import Counter, defaultdict

from proteus import Model
from trytond.modules.complaints import document
from trytond.modules.foundation import clock

from donthu import progress
from donthu.errors import CommandError, repeatable
from donthu.files import write_text, writing
from donthu.importing.answers import guard
from donthu.importing.keys import Keys
from donthu.importing.letterhead import find_agency
from donthu.importing.lines import EMPTY, as_text, is_blank
from donthu.importing.readers import read
from donthu.importing.rows import convert, facts_of
from donthu.importing.scan_files import ScanFiles
from donthu.importing.scans import Numbers
from donthu.importing.sending import Sender
from donthu.importing.streams import OneStream, Streams
from donthu.importing.summary import Summary

BATCH = 500
REPORT = [
    'sheet', 'row', 'status', 'number', 'field', 'reason', 'repeat_of',
    'remark']


class Importer:
    """One import of one file.

    Every line of the file ends as accepted, known, refused or skipped, and
    the summary adds up to the lines that were read."""

    def __init__(self, options, mapping, config):
        self.options = options
        self.mapping = mapping
        self.config = config
        self.Letter = Model.get('complaints.letter', config=config)
        self.count = Counter()
        self.page = Summary()
        self.skipped = Counter()
        self.sheets = defaultdict(Counter)
        self.remarks = Counter()
        self.numbers = Numbers() if options.scans else None
        self.scans = None

    def run(self):
        size = self.options.file.stat().st_size
        bar = progress.bar(size, self.options.file.name, "B")
        facts, lines = read(self.options.file, self.mapping, bar.update)
        agency = self.agency = self.find_agency(facts)
        self.facts = facts_of(
            facts, agency and agency['code'], self.options.year)
        self.announce(agency)
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
            try:
                self.send_all(lines, agency and agency['code'], writer)
            finally:
                bar.close()
            if self.options.scans:
                self.scans = ScanFiles(self, writer, {
                        self.options.file.resolve(), report.resolve(),
                        report.with_name(report.name + '.part').resolve()})
                self.scans.run()
        if not self.count:
            raise CommandError(f"{self.options.file} has no rows", 2)
        self.summary(report)
        if self.count.keys() == {'refused'}:
            raise CommandError(f"every row was refused: see {report}")
        return 0

    def find_agency(self, facts):
        """Return the agency of rows that name none, as a dictionary

        Raises CommandError where the first lines should say it and do not."""
        code = self.options.agency
        if not code and not self.mapping.agency_line:
            return None
        Agency = Model.get('agencies.agency', config=self.config)._proxy
        # in one call: there are thousands
        known = [{
                'code': a['code'], 'name': a['name'],
                'parent': a['parent.'] and a['parent.']['name']}
            for a in Agency.search_read(
                [('code', '=', code)] if code else [], 0, None, None,
                ['code', 'name', 'parent.name'], self.config.context)]
        if code:
            # the server says of each row that there is none
            return known[0] if known else {
                'code': code, 'name': code, 'parent': None}
        found = find_agency(facts.get('lines', []), known)
        if len(found) == 1:
            return found[0]
        raise CommandError(
            "the agency of the register is not clear"
            + (": it may be " + ', '.join(
                    f"{a['name']} ({a['code']})" for a in found[:5])
                if found else '')
            + "; name it with --agency CODE", 2)

    def announce(self, agency):
        "Say where the rows would go, and ask if it is right"
        lines = [f"{self.options.file.name}: mapping {self.mapping.name}"]
        if agency:
            lines.append(
                f"agency: {agency['name']} ({agency['code']})"
                + (f", {agency['parent']}" if agency['parent'] else ''))
        if '{file_year}' in self.mapping.key:
            lines.append("year: " + (
                    self.facts['file_year']
                    or "that in which each letter was received"))
        progress.say('\n'.join(lines))
        if (self.options.yes or self.options.dry_run or not agency
                or self.options.agency or not sys.stdin.isatty()):
            return
        if input("Is this right? [y/N] ").strip().lower() not in {
                'y', 'yes', 'c', 'có'}:
            raise CommandError(
                "nothing was written: name the agency and the year with "
                "--agency and --year", 2)

    def so_far(self):
        "Return how far an import came that ends early"
        if self.options.dry_run:
            return "nothing was written"
        return (
            f"{sum(self.count.values())} rows were done, "
            f"{self.count['accepted']} of them taken in; the same command "
            "goes on after them")

    def send_all(self, lines, agency, writer):
        turned = {'as-is': False, 'turned': True}.get(self.options.dates)
        keys = Keys() if self.options.dry_run else None
        with self.streams(agency) as streams:
            for line in lines:
                if line.skipped:
                    self.skip(line, writer)
                    continue
                row = convert(line, self.mapping, turned, self.facts)
                if keys and row.get('key') and (
                        seen := keys.seen(row['key'], row['digest'])):
                    row['seen'] = seen
                for done in streams.put(row, line.cells.get('key')):
                    self.account(*done, writer)
            for done in streams.finish():
                self.account(*done, writer)

    def streams(self, agency):
        "Return what sends the rows: this process, or several"
        arguments = self.mapping.source, agency, self.options.dry_run
        if self.options.processes == 1:
            return OneStream(
                Sender(self.config, *arguments), self.options.batch)
        if agency and not self.mapping.tells_agency:
            raise CommandError(
                "all rows are of one agency, whose numbers follow one "
                "another: leave --processes out", 2)
        # known when the configuration is
        from trytond import backend
        if not self.options.url and backend.name == 'sqlite':
            raise CommandError(
                "SQLite lets one process write: leave --processes out", 2)
        return Streams(self.options, arguments)

    def skip(self, line, writer):
        "Account for a line that is no row"
        self.skipped[line.skipped] += 1
        self.sheets[line.sheet]['skipped'] += line.skipped != EMPTY
        if line.said:
            writer.writerow({
                    'file': self.options.file.name, 'sheet': line.sheet,
                    'row': line.number, 'status': 'skipped',
                    'reason': line.skipped})

    def account(self, batch, results, writer):
        """Write what became of a batch

        batch -- pairs of a row and its number, as the register has it"""
        # they are done, whether or not the report can be written
        self.count.update(result['status'] for result in results)
        self.remember(batch, results)
        for (row, _), result in zip(batch, results, strict=True):
            self.sheets[row.get('sheet', '')][result['status']] += 1
            self.page.add(row, result)
            remarks = row.get('remarks', [])
            self.remarks.update(remarks)
            writer.writerow({
                    'file': self.options.file.name,
                    'sheet': guard(row.get('sheet', '')),
                    'remark': guard('; '.join(remarks)),
                    **{k: guard(v) for k, v in result.items()}})

    def remember(self, batch, results):
        "Keep the numbers of the letters, for the scans that carry them"
        for (row, number), result in zip(batch, results, strict=True):
            if self.numbers and row.get('key') and not is_blank(number):
                self.numbers.add(
                    as_text(number), row['key'], row.get('sheet', ''),
                    self.facts['file_year']
                    or (row.get('received_on') or '')[:4], result['status'])

    def summary(self, report):
        "Print what became of every line"
        dry = " (dry run: nothing was written)" if self.options.dry_run else ''
        print(f"{sum(self.count.values())} rows{dry}: "
            f"{self.count['accepted']} accepted, "
            f"{self.count['known']} known already, "
            f"{self.count['refused']} refused, "
            f"{self.page.count['repeats']} likely repeats")
        if open_ := self.page.count['open']:
            print(
                f"  {open_} are to be settled: what they say of instance or "
                "result was not understood")
        for reason, count in self.page.reasons():
            print(f"  refused {count}: {reason}")
        lines = sum(self.skipped.values())
        if lines:
            print(f"{lines} lines are no rows: " + ', '.join(
                    f"{count} {why}"
                    for why, count in self.skipped.most_common()))
        if len(self.sheets) > 1:
            for sheet, counts in self.sheets.items():
                print(f"  sheet {sheet}: " + ', '.join(
                        f"{n} {what}" for what, n in counts.items() if n))
        for remark, count in self.remarks.most_common(20):
            print(f"  remark {count}: {remark}")
        if self.scans:
            print(self.scans.summary())
        print(f"Report: {report}")
        if self.options.summary:
            write_text(self.options.summary, self.page.page(
                    self.printed_facts(), self.skipped,
                    self.scans and self.scans.told))
            print(f"To print and sign: {self.options.summary}")

    def printed_facts(self):
        "Return what the page says of the file, and of who read it"
        options, agency = self.options, self.agency or {}
        moment = clock.now().astimezone(clock.TIMEZONE)
        with open(options.file, 'rb') as file:
            digest = hashlib.file_digest(file, 'sha256').hexdigest()
        return {
            'agency': agency.get('name') or document.BLANK,
            'superior': agency.get('parent') or '',
            'file': options.file.name, 'size': options.file.stat().st_size,
            'digest': digest, 'mapping': self.mapping.name,
            'source': self.mapping.source, 'user': options.user,
            'moment': f'{moment:%H:%M %d/%m/%Y}', 'day': moment.date(),
            'dry_run': options.dry_run}
