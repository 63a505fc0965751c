"""A process that a clerk waits for: what is loaded by name when it is asked for, how it is stopped, a short end."""

import gc
import importlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from workbook.patterns import keep

SAFE_PATH = "PYTHONSAFEPATH"  # keeps every Python started from here from looking for modules in the working folder
INTERRUPTED = 130
STOPPED = "已中断：没有写完的文件不会留下，可以再运行一次"
LOOKED_THROUGH = ("duckdb",)  # libraries that complain about what is left of them at the end


class ClerkError(Exception):
    """What went wrong in a way that the clerk can mend; the message is a Chinese sentence with the place and the remedy.

    Commands and buttons tell it as it stands; what is none of these is a fault of the program, and leaves a record.
    """


def named(name: str) -> Any:
    """Return a module, or what it has by the name behind a colon (`workbook.actions.fill:press`), loaded now.

    For the doors, which load the module of the one thing that was asked for, and for what only few runs need; a test names
    all who may call it. Raise ModuleNotFoundError or AttributeError where there is nothing of that name.
    """
    module, _, member = name.partition(":")
    found = importlib.import_module(module)
    return getattr(found, member) if member else found


def hurry() -> None:
    """Have rings of objects looked for seldom: a check makes much and drops little, and would spend a twentieth of its time on it."""
    gc.set_threshold(100_000, 50, 50)


def program(*names: str) -> str | None:
    """Return the path of the first of these programs on the search path; never one in the working folder, which Windows tries first."""
    folders = [Path(entry) for entry in os.get_exec_path() if entry]
    endings = (".exe",) if os.name == "nt" else ("",)
    for name in names:
        for folder in folders:
            for ending in endings:
                if folder.is_absolute() and (found := shutil.which(str(folder / f"{name}{ending}"))):
                    return found
    return None


def home() -> Path | None:
    """Return the user's home folder, None where there is none (no HOME, and nobody by the number we run under)."""
    try:
        found = Path.home()
    except RuntimeError:
        return None
    return found if found.is_absolute() else None


# --- being stopped ----------------------------------------------------------------------------------------------------


def stop_at_once(number: int = 0, frame: FrameType | None = None) -> NoReturn:
    """Say that we were stopped, and end: for Ctrl-C where nothing is to be tidied up, or for a second one."""
    with suppress(OSError):
        os.write(2, f"{STOPPED}\n".encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))
    os._exit(INTERRUPTED)


def _unsaid(told: "sys.UnraisableHookArgs") -> None:
    """Keep quiet about objects that were cut in the making: they cannot be ended in good order."""
    if isinstance(told.exc_value, KeyboardInterrupt):
        stop_at_once()


@contextmanager
def interruptible() -> Iterator[list[int]]:
    """Let the first Ctrl-C raise KeyboardInterrupt, so that all is tidied up, and the second end us; yield what was heard.

    Libraries turn the exception into others of their own now and then; the list says what it was.
    """
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if heard:
            stop_at_once()
        heard.append(number)
        sys.unraisablehook = _unsaid
        if _HOLD:
            _HOLD[-1] = True
        else:
            raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGINT, hear)
    except ValueError:  # not the main thread, which alone hears signals
        yield heard
        return
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)


_HOLD: list[bool] = []  # for each block under way that must not be cut in two: whether Ctrl-C has come meanwhile


@contextmanager
def uncut() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended; for the main thread, and for what takes a moment."""
    _HOLD.append(False)
    try:
        yield
    finally:
        asked = _HOLD.pop()
    if asked:
        raise KeyboardInterrupt


def leave(status: int) -> NoReturn:
    """End the process with a status, without looking through all its objects once more.

    What could not be written to a full disk or a closed pipe is let go: Python would try again, and complain. A run that was
    stopped leaves at once: modules it was loading are half there, and would complain too.
    """
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left to stop
    if status != INTERRUPTED:
        keep()
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError) as error:
            status = status if isinstance(error, BrokenPipeError) else status or 2
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    if status == INTERRUPTED:
        os._exit(status)
    if not any(name in sys.modules for name in LOOKED_THROUGH):
        gc.freeze()
    sys.exit(status)
