# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Rows on their way to a site: one after the other, or in several processes.

The letters of an agency are sent by one process, in the order of the file, so
that its numbers follow one another as they did in the register.
"""
import multiprocessing
import queue
import zlib

from donthu.errors import CommandError, explain
from donthu.importing import door
from donthu.importing.sending import Sender

# How many batches wait for a process: what is read stays within bounds
WAITING = 2
_PATIENCE = .2


class OneStream:
    "Sends rows in this process"

    def __init__(self, sender, size):
        self.sender, self.size = sender, size
        self.batch = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def put(self, row, number):
        "Take a row; yield (batch, results) of what is done with it"
        self.batch.append((row, number))
        if len(self.batch) >= self.size:
            yield from self.finish()

    def finish(self):
        "Send what is left; yield (batch, results)"
        batch, self.batch = self.batch, []
        if batch:
            yield batch, self.sender.call([row for row, _ in batch])


class Streams:
    "Sends rows in several processes, those of an agency in one"

    def __init__(self, options, arguments):
        self.size, self.count = options.batch, options.processes
        context = multiprocessing.get_context('spawn')
        self.answers = context.Queue()
        self.inboxes = [context.Queue(WAITING) for _ in range(self.count)]
        self.processes = [
            context.Process(
                target=_work, args=(options, arguments, inbox, self.answers),
                daemon=True)
            for inbox in self.inboxes]
        self.batches = [[] for _ in range(self.count)]
        self.waiting = {}
        self.sent = 0

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *exc):
        for process in self.processes:
            if process.is_alive():
                process.terminate()
            process.join()

    def put(self, row, number):
        "Take a row; yield (batch, results) of what is done meanwhile"
        stream = zlib.crc32(place_of(row).encode()) % self.count
        batch = self.batches[stream]
        batch.append((row, number))
        if len(batch) >= self.size:
            yield from self.send(stream)

    def send(self, stream):
        batch, self.batches[stream] = self.batches[stream], []
        self.sent += 1
        self.waiting[self.sent] = batch
        item = self.sent, [row for row, _ in batch]
        while True:
            try:
                self.inboxes[stream].put(item, timeout=_PATIENCE)
                break
            except queue.Full:
                yield from self.done(0)
        yield from self.done(0)

    def finish(self):
        "Send what is left and wait for all of it; yield (batch, results)"
        for stream, batch in enumerate(self.batches):
            if batch:
                yield from self.send(stream)
        while self.waiting:
            yield from self.done(_PATIENCE)
        for inbox in self.inboxes:
            inbox.put(None)
        for process in self.processes:
            process.join()

    def done(self, patience):
        """Yield (batch, results) of what was answered

        Raises CommandError for what a process could not do."""
        while True:
            try:
                sent, results, error = self.answers.get(
                    timeout=patience or None, block=bool(patience))
            except queue.Empty:
                break
            if error:
                raise CommandError(error)
            yield self.waiting.pop(sent), results
        if any(p.exitcode for p in self.processes):
            raise CommandError("a process of the import has ended early")


def place_of(row):
    """Return by what the rows of an agency are kept together

    Old communes that are one now lie in one old province, or nearly always;
    where two processes do number letters of one agency, they take turns."""
    return row.get('agency') or (row.get('old_place') or [''])[-1]


def _work(options, arguments, inbox, answers):
    "What a process does: send what comes, say what is answered"
    try:
        with door.connect(options) as config:
            sender = Sender(config, *arguments)
            while (item := inbox.get()) is not None:
                sent, rows = item
                answers.put((sent, sender.call(rows), None))
    except KeyboardInterrupt:
        pass
    except Exception as error:
        answers.put((None, None, str(
                    error if isinstance(error, CommandError)
                    else explain(error) or repr(error))))
