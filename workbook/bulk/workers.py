"""The processes that share out work: started so that nothing of the working folder is run, deaf to Ctrl-C (who started them
hears it and ends them), and gone when who started them is gone."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess

from workbook.process import SAFE_PATH


class Worker(SpawnProcess):
    """A process started afresh, on every system as on Windows."""

    def start(self) -> None:
        """Start it, deaf from its first moment: what it hears before its own code runs could only be a traceback."""
        os.environ[SAFE_PATH] = "1"
        with _deaf():
            super().start()


class Context(SpawnContext):
    """What a pool makes its workers by."""

    Process = Worker


@contextmanager
def _deaf() -> Iterator[None]:
    # a process that is started takes over what is blocked; Windows knows nothing of the kind
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin() -> None:
    """What a worker does first: be deaf to Ctrl-C, and watch over who started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asker = parent_process()
    if asker is not None:
        threading.Thread(target=_end_with, args=(asker.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
