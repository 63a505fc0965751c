"""A master beyond what Excel holds with ease: one part a region, each a master of its own, and an index workbook over them.

The verbs go by the master's name as ever: where it has parts, each part is worked on by itself, over processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.bulk import engine
from workbook.bulk.engine import Piece, Power
from workbook.bulk.tasks import Choice, records_at
from workbook.checking.outcome import Outcome, Progress
from workbook.exports.names import safe_name
from workbook.master.layout import LAST_ROW
from workbook.master.read import Master
from workbook.model.findings import headline
from workbook.model.records import digest, pack
from workbook.model.verbs import BY_NAME
from workbook.process import named
from workbook.readers.collect import Collected, Entry, lines, region_of_name
from workbook.readers.detect import is_master
from workbook.rollup.frames import records_of
from workbook.storage.cache import store_of
from workbook.storage.store import Store

PER_MASTER = 1_000  # departments; a larger workbook opens and recalculates too slowly to be worked in
PER_PART = 500
HEADINGS = ("分册", "地区", "单位数", "错误", "预警", "结论")


def folder_of(master: Path) -> Path:
    """Return the folder of a master's parts."""
    return master.with_name(f"{master.stem}-分册")


def index_of(master: Path) -> Path:
    """Return the index workbook over a master's parts."""
    return master.with_name(f"{master.stem}-索引.xlsx")


def parts_of(master: Path) -> list[Path]:
    """Return the parts of a master, none where it is whole."""
    folder = folder_of(master)
    return sorted(path for path in folder.glob("*.xlsm") if path.name[0] not in "~.") if folder.is_dir() else []


def has_parts(master: Path) -> bool:
    """Return whether a master was split into parts."""
    return folder_of(master).is_dir() and is_master(master)


def too_many(book: Master, taken: Sequence[Entry]) -> bool:
    """Return whether a master with these departments would be beyond what is worked in with ease."""
    if folder_of(book.path).is_dir():
        return True
    rows = sum(entry.rows for entry in taken) + sum(max(len(f.indicators), len(f.narrative)) for f in book.filings)
    return len(taken) + len(book.filings) > PER_MASTER or rows > LAST_ROW


def regions(taken: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return the departments by part: by region, a large region in numbered parts.

    A department's region is the folder it came in, else the county that its name begins with.
    """
    by_region: dict[str, list[Entry]] = {}
    for entry in taken:
        by_region.setdefault(entry.folder or region_of_name(entry.unit), []).append(entry)
    out: dict[str, list[Entry]] = {}
    for region in sorted(by_region):
        entries = sorted(by_region[region], key=lambda entry: entry.unit)
        for number, start in enumerate(range(0, len(entries), PER_PART), start=1):
            name = region if len(entries) <= PER_PART else f"{region}{number}"
            out[name] = entries[start : start + PER_PART]
    return out


@dataclass(frozen=True, slots=True)
class Intake:
    """What goes into one part: its file, region and year, the filings as text, and who wins where both sides changed."""

    path: str
    region: str
    year: int
    filings: tuple[str, ...]
    prefer: str


def take_in_parts(
    book: Master,
    choice: Choice,
    collected: Collected,
    prefer: str,
    task: engine.Task,
    progress: Progress,
    power: Power,
) -> Outcome:
    """Take filings into the parts of a master, a part a region, and write the index; `task` takes an `Intake` into its part."""
    folder = folder_of(book.path)
    folder.mkdir(exist_ok=True)
    groups = regions(collected.taken)
    store = Store(store_of(book.path), "parts")

    def pieces() -> Iterator[Piece]:
        for region, entries in groups.items():
            texts = tuple(pack(filing) for filing in choice.filings(entries))
            path = folder / f"{safe_name(region)}.xlsm"
            intake = Intake(str(path), region, book.year or 0, texts, prefer)
            yield Piece(digest(engine.version(), str(path.resolve()), prefer, *texts), intake)

    whole = all((folder / f"{safe_name(name)}.xlsm").is_file() for name in groups)
    gone = frozenset() if whole else frozenset(store.done())
    with progress("分册", len(groups)) as tick:
        keys = engine.run(task, pieces(), store, power, total=len(groups), tick=tick, redo=gone, alone=True)
    said = [body for _, body in store.rows(keys) if body]
    parts = parts_of(book.path)
    write_index(
        book.path, [{"part": path.name, "region": path.stem, "units": len(groups.get(path.stem, ()))} for path in parts]
    )
    message = f"单位太多，一本总表放不下：按地区分成 {len(parts)} 册，在「{folder.name}」，目录是「{index_of(book.path).name}」"
    return Outcome(
        "\n".join([*lines(collected, reasons=False), message, *said[:20]]), written=[*parts, index_of(book.path)]
    )


def write_index(master: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the index workbook: a row a part with a link to it."""
    folder = folder_of(master).name
    lines = [
        (
            f"external:{folder}/{row['part']}",
            row["region"],
            row.get("units"),
            row.get("errors"),
            row.get("warnings"),
            row.get("verdict"),
        )
        for row in sorted(rows, key=lambda row: str(row["part"]))
    ]
    kinds = ("link", "text", "count", "count", "count", "text")
    book = named("workbook.rollup.book")
    book.write_table(index_of(master), book.Grid("分册索引", HEADINGS, kinds, lines))


# --- the other verbs --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done with every part: the verb, the function that does it to one part (it goes to other processes, so it
    must be one of a module, or a `partial` of one), and whether the records of the departments are wanted for the roll-up.
    """

    verb: str
    work: Callable[[Path], Outcome]
    records: bool = False


def part_task(data: list[tuple[Path, Duty]]) -> list[list[str]]:
    """Work on parts; the results of each are a line on it and, where they are wanted, the records of its departments."""
    return [list(_worked(path, duty)) for path, duty in data]


def _worked(path: Path, duty: Duty) -> Iterator[str]:
    outcome = duty.work(path)
    row = {"part": path.name, "region": path.stem, "units": len(outcome.checked), "files": len(outcome.written)}
    yield json.dumps(
        {**row, "errors": outcome.errors, "warnings": outcome.warnings, "verdict": outcome.verdict}, ensure_ascii=False
    )
    if duty.records:
        yield from (json.dumps(entry, ensure_ascii=False) for entry in records_of(outcome.checked))


def work(master: Path, duty: Duty, progress: Progress, power: Power) -> list[dict[str, Any]]:
    """Do a verb on every part of a master; return a row a part; the records of all departments go into a file."""
    paths = parts_of(master)
    lines = records_at(master)
    rows: list[dict[str, Any]] = []
    pieces = (Piece(path.name, (path, duty)) for path in paths)
    kept = lines if duty.records else Path(os.devnull)
    with progress(BY_NAME[duty.verb].caption, len(paths)) as tick, kept.open("w", encoding="utf-8") as out:
        for results in engine.each(part_task, pieces, Power(power.jobs), len(paths)):
            first, *records = results
            rows.append(json.loads(first))
            out.writelines(f"{entry}\n" for entry in records)
            tick(1)
    if duty.records:
        write_index(master, rows)
    return sorted(rows, key=lambda row: str(row["part"]))


def over(master: Path, duty: Duty, progress: Progress, power: Power) -> Outcome:
    """Do a verb on every part of a master; the outcome counts what was found, and has a row a part."""
    rows = work(master, duty, progress, power)
    errors, warnings = (sum(row[name] for row in rows) for name in ("errors", "warnings"))
    units = sum(row["units"] for row in rows)
    outcome = Outcome(f"{headline(errors, warnings, 0)}（{len(rows)} 册 {units} 个单位）", parts=rows)
    outcome.counted = (errors, warnings, 0)
    return outcome
