"""The verb demo: the whole way, on the departments that ship with the package or on many invented ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from workbook.actions.checks import check_master
from workbook.actions.exports import export
from workbook.actions.fill import fill
from workbook.actions.imports import import_
from workbook.actions.new import new
from workbook.actions.rollup import rollup
from workbook.bulk import engine
from workbook.bulk.engine import Power
from workbook.checking.outcome import ActionError, Outcome, Progress, silent
from workbook.demo import YEAR, make, make_tables
from workbook.demo.province import HandIn, deliveries, write_task
from workbook.model.records import digest, pack
from workbook.storage.cache import store_of
from workbook.storage.store import Store, has_duckdb

DEMO_NOTE = ".演示.json"
STEPS = ("made", "import", "fill", "check", "rollup", "export")


def demo(folder: Path) -> Outcome:
    """Run the whole way on the departments that ship with the package: new, import, fill, check, export."""
    if folder.exists() and any(folder.iterdir()):
        raise ActionError(f"文件夹「{folder}」不是空的，没有动它；请用 --to 换一个文件夹")
    received = folder / "各单位报来"
    make(received)
    make_tables(received)
    master = folder / "绩效自评总表.xlsm"
    new(master, year=YEAR, region="云麓县（示例）")
    taken = import_(master, [received])
    fill(master)
    outcome = check_master(master)
    exported = export(master, folder / "导出", formats=("xlsx", "docx", "notice"))
    outcome.refused = taken.refused
    outcome.written = [master, *exported.written]
    return outcome


def demo_many(
    folder: Path, departments: int, seed: int = 1, progress: Progress = silent, power: Power | None = None
) -> Outcome:
    """Run the whole way on so many invented departments: hand in, import, fill, check, roll up, export.

    The same number and seed give the same files. A run that was killed goes on where it was when it is started again.
    """
    done = _demo_state(folder, departments, seed)
    received, master, to = folder / "各单位报来", folder / "绩效自评总表.xlsm", folder / "导出"
    power, outcome = power or Power(), Outcome()
    rolled = (folder / "汇总.xlsx", folder / "汇总报告.docx") if has_duckdb() else ()
    steps: dict[str, Callable[[], Outcome | None]] = {
        "made": lambda: _hand_in(received, departments, seed, progress, power),
        "import": lambda: import_(_demo_master(master, YEAR), [received], progress, power),
        "fill": lambda: fill(master, progress, power),
        "check": lambda: check_master(master, progress=progress, power=power),
        "rollup": lambda: rollup(master, rolled, progress, power),
        "export": lambda: export(master, to, formats=("xlsx",), progress=progress, power=power),
    }
    for name in STEPS:
        if name not in done:
            outcome = steps[name]() or outcome
            done.append(name)
            _note_demo(folder, departments, seed, done)
    outcome.message = f"{departments} 个单位走完全过程，在「{folder}」"
    if not rolled:
        outcome.message += "；本机没有程序包 duckdb，没有做汇总表和汇总报告"
    outcome.written = [master, *rolled, to]
    return outcome


def _demo_state(folder: Path, departments: int, seed: int) -> list[str]:
    """Return the steps that an earlier run of the same demonstration finished; raise ActionError where something else is there."""
    note = folder / DEMO_NOTE
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        _note_demo(folder, departments, seed, [])
        return []
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = {}
    if (held.get("departments"), held.get("seed")) != (departments, seed):
        raise ActionError(f"文件夹「{folder}」里有别的东西，没有动它；请用 --to 换一个文件夹")
    return list(held["done"])


def _note_demo(folder: Path, departments: int, seed: int, done: list[str]) -> None:
    words = json.dumps({"departments": departments, "seed": seed, "done": done})
    draft = folder / f"{DEMO_NOTE}.tmp"
    draft.write_text(words, encoding="utf-8")
    draft.replace(folder / DEMO_NOTE)


def _demo_master(master: Path, year: int) -> Path:
    if not master.exists():
        new(master, year=year, region="湘南省（示例）")
    return master


def _hand_in(received: Path, departments: int, seed: int, progress: Progress, power: Power) -> None:
    """Write what the departments hand in, but the files that stand there already."""

    def pieces() -> Iterator[engine.Piece]:
        for name, filing in deliveries(departments, seed):
            text, path = pack(filing), received / name
            yield engine.Piece(digest(engine.version(), name, text), HandIn(str(path), text))

    store = Store(store_of(received), "made")
    redo = frozenset() if received.exists() else frozenset(store.done())
    with progress("报送", departments) as tick:
        engine.run(write_task, pieces(), store, power, total=departments, tick=tick, redo=redo)
