"""The door of a press: where this user's `jixiao serve` runs, it answers, and nothing more is loaded here.

Loads next to nothing. Whatever goes wrong, the press is answered in its own process as without a service.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path

from workbook.serve.announced import Reached, running

REQUEST, RESULT, LOG = "request.txt", "result.txt", "log.txt"
LONGEST_WAIT = 600  # seconds, of a copy that is being saved, and of the answer
_CONNECT = 0.5  # seconds


def answered(arguments: list[str]) -> bool:
    """Hand a press (VERB JOB, as the macro starts it) over to the running service; return whether the result is there."""
    reached = running()
    if reached is None or reached.home != sys.prefix or len(arguments) < 2:
        return False
    verb, job = arguments[0], Path(arguments[1])
    try:
        with socket.create_connection(("127.0.0.1", reached.port), _CONNECT) as line:
            if "--waits" in arguments and not awaited(job):
                return False
            (job / LOG).touch()  # whoever pressed sees that something is being done
            line.settimeout(LONGEST_WAIT)
            line.sendall(_question(reached, verb, job))
            line.makefile("rb").read()
    except (OSError, ValueError):
        pass
    return (job / RESULT).is_file()


def _question(reached: Reached, verb: str, job: Path) -> bytes:
    body = json.dumps({"verb": verb, "job": str(job.absolute())}).encode()
    host = f"127.0.0.1:{reached.port}"
    heads = {
        "Host": host,
        "Origin": f"http://{host}",
        "Authorization": f"Bearer {reached.token}",
        "Content-Type": "application/json",
        "Content-Length": len(body),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    return f"POST /press HTTP/1.1\r\n{lines}\r\n".encode("ascii") + body


def awaited(job: Path) -> bool:
    """Wait for the request, which comes when the copy is whole; False where the press was given up."""
    until = time.monotonic() + LONGEST_WAIT
    while not (job / REQUEST).is_file():
        if not job.is_dir() or time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def is_job(job: Path) -> bool:
    """Return whether a folder is a press of this user: his own true folder, with a request in it."""
    if not job.is_absolute() or job.is_symlink() or not (job / REQUEST).is_file():
        return False
    return os.name == "nt" or job.lstat().st_uid == os.getuid()
