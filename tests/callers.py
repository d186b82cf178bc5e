# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Call the command line often: each call is a fork of a process that has
loaded it already, and ends as a process of its own would.

Run as a script it is that process: a line of JSON for a call, one back.
"""
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

PATIENCE = 120      # seconds until a call is ended


class Callers:
    "A few such processes, used from as many threads"

    def __init__(self, count=2):
        self.idle = [self._start() for _ in range(count)]
        self.threads = ThreadPoolExecutor(count)

    @staticmethod
    def _start():
        environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(('TRYTOND_', 'DB_NAME', 'DONTHU_'))}
        return subprocess.Popen(
            [sys.executable, '-W', 'ignore', __file__], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def _call(self, call):
        caller = self.idle.pop()
        try:
            caller.stdin.write(json.dumps(call) + '\n')
            caller.stdin.flush()
            return SimpleNamespace(**json.loads(caller.stdout.readline()))
        finally:
            self.idle.append(caller)

    def __call__(self, arguments, **how):
        """Return a future of a call: status, stdout, stderr

        how -- bound: the rights of files hold, for root too; stdin and stdout: paths;
            limit: no file may be longer, in bytes; environment"""
        return self.threads.submit(
            self._call, {'arguments': list(map(os.fsdecode, arguments)), **how})

    def end(self):
        self.threads.shutdown()
        for caller in self.idle:
            caller.stdin.close()
            caller.wait()


def become(call, out, err):
    "Make this process what was asked for"
    import resource
    import signal
    signal.alarm(PATIENCE)
    if limit := call.get('limit'):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    os.environ.update(call.get('environment') or {})
    for path, flags, target in [
            (call.get('stdin') or os.devnull, os.O_RDONLY, 0),
            (call.get('stdout'), os.O_WRONLY, 1)]:
        if path:
            os.dup2(os.open(path, flags), target)
        else:
            os.dup2(out.fileno(), target)
    os.dup2(err.fileno(), 2)
    if call.get('bound'):
        bind_to_rights()


def bind_to_rights():
    "Let the rights of files hold for root, too (Linux: no capabilities)"
    import ctypes
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if ctypes.CDLL(None, use_errno=True).capset(
            header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def answer(line):
    "Return the arguments in the child; in the parent write what became of it"
    call = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            become(call, out, err)
            return call['arguments']
        _, status = os.waitpid(child, 0)
        result = {'status': os.waitstatus_to_exitcode(status)}
        for name, file in [('stdout', out), ('stderr', err)]:
            file.seek(0)
            result[name] = file.read().decode('utf-8', 'backslashreplace')
    print(json.dumps(result), flush=True)
    return None


def serve():
    "Return the arguments of a call in each child; None at the end"
    for line in iter(sys.stdin.readline, ''):
        if (arguments := answer(line)) is not None:
            return arguments
    return None


if __name__ == '__main__':
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from donthu import cli
    cli.get_parser()
    asked = serve()
    if asked is not None:
        cli.main(asked)
