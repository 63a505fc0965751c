"""The log beside a workbook: what was changed when, by which verb, from which to which value.

A line of JSON a change of the file, in 历史版本/NAME.修改记录.jsonl. It is written before the file is replaced and confirmed
after, so that a change without its line cannot be; a line whose change did not come about is told by the hashes.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbook.model.edits import Change
from workbook.storage.history import folder_of, title

DONE, VOID, UNSURE, PRESSED = "done", "void", "unsure", "pressed"


@dataclass(slots=True)
class Entry:
    """One run of a verb: when (ISO 8601), the verb and what it told the clerk, the file's hash before and after ("" for no
    file), the changes; `hand` where the file had been changed by other means since the entry before; `state` how it ended.
    """

    when: str
    verb: str
    message: str = ""
    before: str = ""
    after: str = ""
    changes: list[Change] = field(default_factory=list)
    hand: bool = False
    state: str = ""


def log_of(path: Path) -> Path:
    """Return where the log of a file lies."""
    return folder_of(path) / f"{title(path)}{path.suffix}.修改记录.jsonl"


def digest(path: Path) -> str:
    """Return 16 hex digits of a file's content, "" where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except FileNotFoundError:
        return ""


def opened(path: Path, verb: str, message: str, after: str, changes: Iterable[Change]) -> None:
    """Write down that a file is about to become what hashes to `after`; raise OSError where that fails."""
    before = digest(path)
    hand = _confirmed_last(path) not in ("", before)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    _append(path, asdict(Entry(now, verb, message[:4000], before, after, list(changes), hand)))


def pressed(path: Path, verb: str, message: str, changes: Iterable[Change]) -> None:
    """Write down what a button has the open workbook changed to: the file follows when the clerk saves it. Raise OSError."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    _append(path, asdict(Entry(now, verb, message[:4000], changes=list(changes), state=PRESSED)), durable=False)


def confirmed(path: Path, after: str) -> None:
    """Write down that the last change came about; where that fails the hashes still tell."""
    with contextlib.suppress(OSError):
        _append(path, {"done": after}, durable=False)


def entries(path: Path) -> list[Entry]:
    """Return all entries of a file's log, the oldest first, each with how it ended; a torn line is left out."""
    out: list[Entry] = []
    for record in _records(path):
        if "done" in record:
            if out and out[-1].after == record["done"]:
                out[-1].state = DONE
            continue
        with contextlib.suppress(TypeError, KeyError):
            record["changes"] = [Change(**change) for change in record.get("changes", ())]
            out.append(Entry(**record))
    now = digest(path)
    for position, entry in enumerate(out):
        if not entry.state:
            following = out[position + 1].before if position + 1 < len(out) else now
            entry.state = DONE if following == entry.after else VOID if following == entry.before else UNSURE
    return out


def _records(path: Path) -> Iterable[dict[str, Any]]:
    try:
        text = log_of(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.split("\n"):
        with contextlib.suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict):
                yield record


def _confirmed_last(path: Path) -> str:
    """Return the hash that the last confirmed change gave a file, "" where the log does not say."""
    with contextlib.suppress(OSError, ValueError), log_of(path).open("rb") as file:
        file.seek(-min(4096, file.seek(0, os.SEEK_END)), os.SEEK_END)
        lines = file.read().decode("utf-8", "replace").split("\n")
        found = [json.loads(line)["done"] for line in lines if line.startswith('{"done":')]
        return str(found[-1]) if found else ""
    return ""


def _append(path: Path, record: dict[str, Any], *, durable: bool = True) -> None:
    log = log_of(path)
    log.parent.mkdir(exist_ok=True)
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=_plain)
    # a line end before, too: what a killed run left half written stays a line of its own
    content = f"\n{line}\n".encode("utf-8", "replace")
    with log.open("ab", buffering=0) as file:
        start = file.tell()
        try:
            written = file.write(content)
            if written != len(content):
                raise OSError(28, "disk full", str(log))
            if durable:
                os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(start)
            raise


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return str(value)
