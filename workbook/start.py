"""Where the command `jixiao` starts: what must hold before anything else is loaded."""

import os
import signal
import sys

from workbook.process import SAFE_PATH, named, stop_at_once


def main() -> None:
    """Run `jixiao` and leave with its exit status; Ctrl-C is answered in one line from here on, while modules load too."""
    signal.signal(signal.SIGINT, stop_at_once)  # nothing has been begun yet
    sys.unraisablehook = _unraisable
    os.environ[SAFE_PATH] = "1"
    named("workbook.cli:main")()


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    # Ctrl-C may fall where nothing can be raised, as in an object's end: it would be printed there and forgotten
    if isinstance(told.exc_value, KeyboardInterrupt):
        stop_at_once()
    sys.__unraisablehook__(told)
