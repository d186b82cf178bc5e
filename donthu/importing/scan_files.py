# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Attach the scans beside a register, and account for each file."""
import hashlib
from collections import Counter
from itertools import islice

from donthu import progress
from donthu.errors import CommandError, explain, is_outage, is_transient
from donthu.importing.answers import guard, message
from donthu.importing.scans import assign, walk

# What is asked for at once, and what is read of a file at most
ASKED = 200
LARGEST = 256 * 2**20
RETRIES = 5
NO_NUMBER = "no letter of the register has a number that stands in its name"
REFUSED_ROW = "the row of its letter was refused"
SEVERAL = "it may be of several letters"
CONTENT = "it is not what may be attached to its letter"
UNREADABLE = "it can not be read"


class ScanFiles:
    """The files of a folder, each to its letter.

    Every file ends as attached, known, refused or skipped."""

    def __init__(self, importer, writer, own):
        self.importer, self.writer, self.own = importer, writer, own
        self.folder = importer.options.scans
        self.dry_run = importer.options.dry_run
        self.proxy = importer.Letter._proxy
        self.count = Counter()
        self.reasons = Counter()
        self.told = Counter()
        self.seen = set()

    def run(self):
        scans = []
        for path, why in walk(self.folder, self.own):
            if why:
                self.tell(path, 'skipped', why)
            else:
                scans.append(path)
        self.bar = progress.bar(len(scans), str(self.folder), " files")
        try:
            files = self.clear(assign(scans, self.importer.numbers))
            while batch := list(islice(files, ASKED)):
                self.attach(batch)
        finally:
            self.bar.close()

    def clear(self, assigned):
        "Yield what is asked of each file that is of one letter"
        for path, letters in assigned:
            good = {
                key: known for key, known in letters.items()
                if known[2] != 'refused'}
            why = None
            if not letters:
                why = NO_NUMBER
            elif not good:
                why = REFUSED_ROW
            elif len(letters) > 1:
                why = f'{SEVERAL}: ' + ', '.join(sorted(letters)[:5])
            else:
                file, why = self.look(path, *good)
            if why:
                self.tell(path, 'refused', why)
                continue
            (_, _, state), = good.values()
            yield path, {**file, 'coming': state == 'accepted'}

    def look(self, path, key):
        "Return what is asked of a file, and why it can not be read"
        try:
            with open(self.folder / path, 'rb') as file:
                if (self.folder / path).stat().st_size > LARGEST:
                    return None, (
                        f'{UNREADABLE}: more than {LARGEST} bytes')
                digest = hashlib.file_digest(file, 'sha256').hexdigest()
        except OSError as error:
            return None, f'{UNREADABLE}: {error.strerror}'
        return {'key': key, 'name': path.name, 'digest': digest}, None

    def attach(self, batch):
        "Ask what is needed of some files, and send that, one by one"
        answers = self.ask([{**file, 'data': None} for _, file in batch])
        for (path, file), answer in zip(batch, answers, strict=True):
            same = file['key'], file['digest']
            if same in self.seen:
                # in a dry run nothing stays to tell
                answer = {**answer, 'status': 'known'}
            elif answer['status'] == 'wanted' or (
                    answer['status'] == 'unknown' and file['coming']):
                try:
                    data = (self.folder / path).read_bytes()
                except OSError as error:
                    self.tell(
                        path, 'refused', f'{UNREADABLE}: {error.strerror}')
                    continue
                answer, = self.ask([{**file, 'data': data}])
            if answer['status'] in {'attached', 'known'}:
                self.seen.add(same)
            elif answer['status'] == 'unknown':
                answer = {'status': 'refused', 'reason': NO_NUMBER}
            elif answer['status'] == 'refused':
                answer['reason'] = f"{CONTENT}: {answer['reason']}"
            self.tell(
                path, answer['status'], answer.get('reason', ''),
                answer.get('number', ''))

    def ask(self, files):
        for patience in range(RETRIES, -1, -1):
            try:
                return self.proxy.attach_scans(
                    self.importer.mapping.source, files, self.dry_run,
                    self.importer.config.context)
            except Exception as error:
                if is_outage(error):
                    raise explain(error) from error
                if not patience or not is_transient(error):
                    raise CommandError(message(error)) from error

    def tell(self, path, status, reason='', number=''):
        "Account for a file"
        self.count[status] += 1
        self.told[status, reason.partition(': ')[0]] += 1
        if status in {'refused', 'skipped'}:
            self.reasons[reason.partition(': ')[0]] += 1
        if status != 'skipped':
            self.bar.update(1)
        self.writer.writerow({
                'file': guard(str(path)), 'status': status,
                'number': number, 'reason': guard(reason)})

    def summary(self):
        "Return what became of every file"
        lines = [
            f"{sum(self.count.values())} files in {self.folder}: "
            f"{self.count['attached']} attached, "
            f"{self.count['known']} known already, "
            f"{self.count['refused']} refused, "
            f"{self.count['skipped']} are no scans"]
        lines += [
            f"  {count}: {reason}"
            for reason, count in self.reasons.most_common()]
        return '\n'.join(lines)
