# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A terminal in which a command is typed, as a person sees it."""
import os
import pty
import re
import subprocess
import termios
import threading
import time


class Terminal:
    """Run a command line on a terminal of its own.

    Everything that appears is in `text`.  Each wait is on what appears, with
    a limit after which nothing will come any more.
    """

    def __init__(self, command, directory, **environment):
        master, slave = pty.openpty()
        # a window has a size: of one without, nothing is shown in a bar
        termios.tcsetwinsize(slave, (40, 100))
        self._master = master
        self.text = ''
        # a session of its own: Ctrl-C reaches all of it, as in a shell
        self.process = subprocess.Popen(
            ['sh', '-c', f'exec {command}'], cwd=directory, stdin=slave,
            stdout=slave, stderr=slave, close_fds=True,
            env={**os.environ, 'TERM': 'xterm', **environment},
            start_new_session=True, preexec_fn=_own_terminal)
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self.text += data.decode(errors='replace')

    def expect(self, pattern, limit):
        "Return the match of what has to appear within limit seconds"
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if match := re.search(pattern, self.text):
                return match
            if self.process.poll() is not None:
                self._reader.join(5)
                match = re.search(pattern, self.text)
                assert match, f'it ended: {self.text[-4000:]}'
                return match
            time.sleep(.1)
        raise AssertionError(f'{pattern} did not appear: {self.text[-4000:]}')

    def interrupt(self, limit=60):
        "Press Ctrl-C, and return the exit status"
        os.write(self._master, b'\x03')
        return self.process.wait(limit)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        os.close(self._master)


def _own_terminal():
    import fcntl
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
