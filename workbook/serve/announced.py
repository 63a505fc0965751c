"""Where a running service says how it is reached: a file that only its user reads. Loads next to nothing: a press asks it first."""

import hashlib
import json
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PLACE = "JIXIAO_RUN"  # an environment variable: another folder for it
HERE = "/here"  # where a service shows that it knows the token it announced
PATIENCE = 0.1  # seconds that finding out whether it does may take
_LONGEST = 4096  # bytes of its answer


class Reached(NamedTuple):
    """The service of this user: its port on this machine, the token of its owner, its process, whose Python it runs by."""

    port: int
    token: str
    process: int
    home: str = sys.prefix


def folder() -> Path | None:
    """Return this user's own folder for what runs; None where there is none."""
    told = os.environ.get(PLACE)
    if told:
        return Path(told)
    if os.name == "nt":
        held = os.environ.get("LOCALAPPDATA")
        return Path(held) / "jixiao" / "run" if held else None
    held = os.environ.get("XDG_RUNTIME_DIR")
    if held:
        return Path(held) / "jixiao"
    with suppress(RuntimeError):
        return Path.home() / ".local" / "state" / "jixiao"
    return None


def announce(reached: Reached) -> list[Path]:
    """Write how the service is reached, and a page that leads to it (so that no token stands in a command line).

    Return the files, the page last; none where there is no place for them. What another service announced is replaced.
    """
    place = folder()
    if place is None:
        return []
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_own(place):
            return []
        return [
            written(place / "serve.json", json.dumps(reached._asdict())),
            written(place / "serve.html", _PAGE.format(address(reached.port, reached.token))),
        ]
    except OSError:
        return []


_PAGE = (
    '<!DOCTYPE html>\n<meta charset="utf-8"><title>绩效自评</title>\n<meta name="referrer" content="no-referrer">\n'
    '<meta http-equiv="refresh" content="0;url={0}">\n<p><a href="{0}">打开绩效自评</a></p>\n'
)


def address(port: int, token: str) -> str:
    """Return the address of the page on this machine; a browser never sends what stands behind the #."""
    return f"http://127.0.0.1:{port}/#{token}"


def written(path: Path, words: str) -> Path:
    """Write a file that its user alone may read, in one step (line ends as they stand in `words`); return it."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(words.encode("utf-8"))
    os.replace(draft, path)  # noqa: PTH105 — the one call that is atomic everywhere
    return path


def withdraw(process: int) -> None:
    """Take away what a service announced, unless another one has since."""
    place = folder()
    held = _read(place) if place else None
    if place and held and held.process == process:
        for name in ("serve.json", "serve.html"):
            with suppress(OSError):
                (place / name).unlink()


def told() -> Reached | None:
    """Return what this user's service announced, None where none did or somebody else could have written that."""
    place = folder()
    return _read(place) if place else None


def running() -> Reached | None:
    """Return how this user's service is reached, None where none answers at once.

    What a service left behind that was ended from outside is taken away: its process is gone, or nobody listens any more.
    """
    reached = told()
    if reached is None:
        return None
    until = time.monotonic() + PATIENCE
    try:
        if not _is_alive(reached.process):
            raise ConnectionRefusedError
        with socket.create_connection(("127.0.0.1", reached.port), PATIENCE) as line:
            return reached if _shows_token(line, reached, until) else None
    except ConnectionRefusedError:
        withdraw(reached.process)
    except OSError:
        pass  # it may be busy: next time
    return None


def _shows_token(line: socket.socket, reached: Reached, until: float) -> bool:
    """Return whether who listens knows the token, without telling it to him: another program may have the port by now."""
    nonce, said = os.urandom(16).hex(), b""
    line.sendall(f"GET {HERE}?{nonce} HTTP/1.1\r\nHost: 127.0.0.1:{reached.port}\r\nConnection: close\r\n\r\n".encode())
    while (left := until - time.monotonic()) > 0 and len(said) < _LONGEST:
        line.settimeout(left)
        piece = line.recv(_LONGEST)
        if not piece:
            break
        said += piece
    return proof(known_by(reached.token), nonce).encode() in said


def known_by(token: str) -> str:
    """Return by what a service knows a token: it does not keep the token itself."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def proof(known: str, nonce: str) -> str:
    """Return what only who knows a token answers to a word that was made up just now."""
    return hashlib.sha256(f"{HERE}|{known}|{nonce}".encode()).hexdigest()


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_alive_on_windows(process: int) -> bool:
    import ctypes  # the signal 0 would be Ctrl-C there

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 — other systems have none, and mypy knows it
    handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return bool(kernel.GetLastError() == 5)  # ERROR_ACCESS_DENIED: there is one
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259  # STILL_ACTIVE


def _read(place: Path) -> Reached | None:
    path = place / "serve.json"
    try:
        if not _is_own(place) or not _is_own(path):
            return None
        held = json.loads(path.read_text(encoding="utf-8"))
        return Reached(int(held["port"]), str(held["token"]), int(held["process"]), str(held["home"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_own(path: Path) -> bool:
    """Return whether a path is this user's and nobody else may change it; on Windows the profile's rights say so."""
    if os.name == "nt":
        return True
    seen = path.lstat()
    return seen.st_uid == os.getuid() and not seen.st_mode & 0o022 and not path.is_symlink()
