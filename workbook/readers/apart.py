"""Reading a file in a worker: a process with a limit of memory and time, so that a hostile file costs itself alone.

A worker is started when it is first needed and reads many files; one that falls is replaced. What is asked and answered goes
as lines of JSON over its standard input and output; where those end, so does the worker.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.forms import FormError, places
from workbook.model.records import unpack
from workbook.readers.detect import Kind
from workbook.readers.limits import LIMITS, FellError, OfficeError, ReadError

if TYPE_CHECKING:
    from workbook.model.filing import Filing

# isolated: no module is taken from the folder worked in; the worker looks where we do
_START = "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); from workbook.readers.worker import main; main()"
_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0))
_GRACE = 15  # seconds that the start of a worker may take, and that it may be late


class _Worker:
    """One process that reads files, one after the other."""

    def __init__(self) -> None:
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where a panic of Rust code goes
            creationflags=hidden,
        )
        self._late = False
        self._send(_paths())

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer; None where the worker fell over the question."""
        timer = threading.Timer(LIMITS.seconds + _GRACE, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            self._send(question)
            line = self._process.stdout.readline() if self._process.stdout else b""
        except OSError:
            line = b""
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def why(self) -> str:
        """Return in Chinese why it fell."""
        self.close()
        if self._late or (_OUT_OF_TIME and self._process.returncode == -_OUT_OF_TIME):
            return f"读了 {LIMITS.seconds} 秒还没有读完"
        return f"读的时候程序退出了（内存超过 {LIMITS.memory // 1_000_000:,} MB，或文件有意做坏）"

    def lives(self) -> bool:
        """Return whether it still runs: between two files, somebody may have ended it."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()

    def _send(self, message: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


_IDLE: list[_Worker] = []  # threads take one out, and put it back


def read_apart(path: Path, kind: Kind, calculate: bool = True, tables: bool = False) -> list["Filing"]:
    """Return the filings in a file as a worker reads them; raise ReadError, FellError where it fell, OfficeError."""
    question = {
        "path": str(path.absolute()),
        "kind": kind,
        "calculate": calculate,
        "tables": tables,
        "limits": asdict(LIMITS),
        "forms": [str(place) for place in places()],
    }
    answer = _answer(path, question)
    if "office" in answer:
        raise OfficeError(answer["office"], answer["why"])
    if "form" in answer:
        raise FormError(answer["form"])
    if "refused" in answer:
        raise ReadError(answer["refused"])
    if "memory" in answer:
        raise _fell(path, f"读的时候要用的内存超过 {LIMITS.memory // 1_000_000:,} MB")
    return [unpack(text) for text in answer["filings"]]


def _answer(path: Path, question: dict[str, Any]) -> dict[str, Any]:
    try:
        worker = _idle() or _Worker()
    except OSError as error:
        raise FellError(
            f"读「{path.name}」要另起一个进程，本机没有让它启动（{error.strerror}），没有读；请在安全软件里放行 Python 再试"
        ) from error
    try:
        answer = worker.ask(question)
    except BaseException:  # an interrupt: nobody waits for its answer any more
        worker.close()
        raise
    if answer is None:
        raise _fell(path, worker.why())
    if answer.get("last"):
        worker.close()
    else:
        _IDLE.append(worker)
    return answer


def _idle() -> _Worker | None:
    while _IDLE:
        worker = _IDLE.pop()
        if worker.lives():
            return worker
        worker.close()
    return None


def _paths() -> list[str]:
    """Return where this process looks for modules, but the folder worked in, unless the program lies there."""
    program = Path(__file__).parent.parent.parent
    try:
        here = Path.cwd()
    except OSError:  # somebody deleted it
        here = program
    return [entry for entry in sys.path if entry and (Path(entry) != here or here == program)]


@atexit.register
def _close_all() -> None:
    while _IDLE:
        _IDLE.pop().close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_IDLE.clear)  # they answer the process that started them


def _fell(path: Path, why: str) -> FellError:
    return FellError(f"「{path.name}」{why}，没有读成，其他文件不受影响；请单位另存一份、删去多余的内容后重新报送")
