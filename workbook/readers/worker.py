"""What runs in the worker that `apart` starts: files named on standard input, their filings on standard output."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from workbook.forms import FormError, using
from workbook.model.records import pack
from workbook.readers import read_here
from workbook.readers.detect import Kind
from workbook.readers.limits import LIMITS, OfficeError, ReadError

_SPARE = 2  # a worker that used more than one such part of its memory is not used again


def main() -> None:
    """Answer questions till there are no more."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    for line in sys.stdin.buffer:
        answer = _answer(json.loads(line))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        if answer.get("last"):
            return


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    for entry in fields(LIMITS):
        setattr(LIMITS, entry.name, question["limits"][entry.name])
    bound(LIMITS.memory, LIMITS.seconds)
    path = Path(question["path"])
    try:
        how = {"calculate": question["calculate"], "tables": question["tables"]}
        with using(map(Path, question["forms"])):
            filings = read_here(path, Kind(question["kind"]), **how)
        answer: dict[str, Any] = {"filings": [pack(filing) for filing in filings]}
    except OfficeError as error:
        answer = {"office": error.into, "why": str(error)}
    except FormError as error:
        answer = {"form": str(error)}
    except ReadError as error:
        # libraries say of memory that is at its end that the file is broken
        answer = {"memory": True} if error.__cause__ and _is_full() else {"refused": str(error)}
    except MemoryError:
        answer = {"memory": True}
    return answer | {"last": _is_full()}


def _is_full() -> bool:
    """Return whether this process took so much memory that the next file might find too little."""
    with suppress(ImportError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > LIMITS.memory // _SPARE
    return False


# --- limits -----------------------------------------------------------------------------------------------------------


def bound(memory: int, seconds: int) -> bool:
    """Limit this process's memory (bytes) and what more it may take of the processor; return whether memory is limited.

    Linux: address space and seconds by setrlimit. Windows: a job object, written by its documentation and not yet seen there.
    macOS knows no limit of memory that holds. Everywhere the process that asks ends a worker that is late.
    """
    if sys.platform == "win32":
        with suppress(OSError, AttributeError):
            return _bound_by_job(memory)
        return False
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1)
    _lower(resource.RLIMIT_CORE, 0)
    return _lower(resource.RLIMIT_AS, memory) and sys.platform == "linux"


def _lower(what: int, value: int) -> bool:
    import resource

    _, most = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (value if most == resource.RLIM_INFINITY else min(value, most), most))
    except (ValueError, OSError):
        return False
    return True


_JOBS: list[Any] = []  # the job that this process was put into: its handle must stay open


def _bound_by_job(memory: int) -> bool:
    """Put this process into a job object whose processes get no more memory; it ends with its last handle, which is ours."""
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = (
            ("per_process_time", ctypes.c_int64),
            ("per_job_time", ctypes.c_int64),
            ("flags", wintypes.DWORD),
            ("least_working_set", ctypes.c_size_t),
            ("most_working_set", ctypes.c_size_t),
            ("processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority", wintypes.DWORD),
            ("scheduling", wintypes.DWORD),
        )

    class Extended(ctypes.Structure):
        _fields_ = (
            ("basic", Basic),
            ("io", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    limit_process_memory, extended_information = 0x100, 9
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    fresh = not _JOBS
    if fresh:
        _JOBS.append(kernel.CreateJobObjectW(None, None))
    held = Extended(process_memory=memory)
    held.basic.flags = limit_process_memory
    done = kernel.SetInformationJobObject(_JOBS[0], extended_information, ctypes.byref(held), ctypes.sizeof(held))
    return bool(done and (not fresh or kernel.AssignProcessToJobObject(_JOBS[0], kernel.GetCurrentProcess())))
