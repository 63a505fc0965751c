"""The verbs over a whole region: roll-up, sampling plan, and the demo that runs all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.actions.books import expand, filings_of, has_parts, open_master, remembered
from workbook.actions.checks import check, check_master, checked_in, fill, import_
from workbook.actions.exports import export, new
from workbook.actions.outcome import ActionError, Outcome, Progress, silent
from workbook.readers.detect import is_master

if TYPE_CHECKING:
    from workbook.batch import Power
    from workbook.rollup import Rollup


LEADERS = "领导摘要"


def rollup(
    source: Path,
    to: Sequence[Path] = (),
    progress: Progress = silent,
    power: Power | None = None,
    *,
    brief: bool = False,
    prior: Sequence[Path] = (),
) -> Outcome:
    """Bring a master's 部门清单 and 汇总分析 up to date, or check a folder of reports; write the roll-up where `to` says.

    `.xlsx` is the workbook with charts and tables, `.docx` and `.pdf` the report, or with `brief` (and where a file's name
    says 领导摘要) the one page for the head of the county, which holds against `prior`, last year's masters or reports.
    """
    if strange := [path.name for path in to if path.suffix.lower() not in (".xlsx", ".docx", ".pdf")]:
        raise ActionError(f"汇总表的文件名应以 .xlsx、.docx 或 .pdf 结尾，现为「{strange[0]}」")
    if is_master(source):
        outcome = check_master(source, verb="rollup", progress=progress, power=power)
    else:
        outcome = check([source], progress=progress, power=power)
    if to:
        from workbook.rollup import write, write_report

        title = _rollup_title(source)
        with _rolled_up(source, outcome) as tables:
            for path in to:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.suffix.lower() != ".xlsx" and (brief or LEADERS in path.stem):
                    _write_page(tables, path, source, prior, outcome)
                else:
                    (write if path.suffix.lower() == ".xlsx" else write_report)(tables, path, title)
                outcome.written.append(path)
    return outcome


def _write_page(tables: Rollup, path: Path, source: Path, prior: Sequence[Path], outcome: Outcome) -> None:
    from workbook import leader_page

    book = open_master(source) if is_master(source) else None
    # a master in parts does not know who is missing from them
    missing = None if book is None or outcome.parts else book.missing
    title = f"{book.region if book else ''}{book.year or '' if book else ''}年度部门整体支出绩效自评情况".removeprefix(
        "年度"
    )
    sources = leader_page.Sources(missing, _facts_before(prior or remembered(source)["compare"], outcome))
    leader_page.write(tables, path, title, sources)


def _facts_before(prior: Sequence[Path], outcome: Outcome) -> dict[str, Any] | None:
    """Return the facts of last year's roll-up, None where nothing of last year is there; what cannot be read is refused."""
    from workbook.actions.checks import check_filing
    from workbook.findings import Report
    from workbook.rollup import from_records, records_of

    filings = filings_of(expand(prior), outcome.refused)
    if not filings:
        return None
    # its sums and scores are wanted, not what is wrong with them
    checked = (check_filing(entry, None, prior[0], report=Report(entry.unit or "")) for entry in filings)
    with from_records(records_of(checked)) as tables:
        return tables.facts()


def sample(
    source: Path,
    number: int,
    at_random: int | None = None,
    seed: str = "",
    to: Path | None = None,
    progress: Progress = silent,
    power: Power | None = None,
) -> list[tuple[Any, ...]]:
    """Return the sampling plan of a master or a folder of reports: whom to look at again, and why; also as a workbook."""
    from workbook.rollup import write_plan

    if has_parts(source):
        outcome = check_master(source, progress=progress, power=power)
    elif is_master(source):
        outcome = Outcome(checked=checked_in(open_master(source), source, {}, progress=progress, power=power))
    else:
        outcome = check([source], progress=progress, power=power)
    with _rolled_up(source, outcome) as tables:
        plan = tables.plan(number, at_random, seed)
    if to is not None:
        write_plan(plan, to)
    return plan


def _rolled_up(source: Path, outcome: Outcome) -> AbstractContextManager[Rollup]:
    from workbook.many import Checks, records_at
    from workbook.rollup import from_lines, from_parquet, from_records, records_of

    if outcome.parts:
        return from_lines(records_at(source))
    if isinstance(outcome.checked, Checks):
        return from_parquet([outcome.checked.parquet])
    return from_records(records_of(outcome.checked))


def _rollup_title(source: Path) -> str:
    if is_master(source):
        book = open_master(source)
        return f"{book.region}{book.year or ''}年度部门整体支出绩效自评汇总"
    return "部门整体支出绩效自评汇总"


def demo(folder: Path) -> Outcome:
    """Run the whole way on the departments that ship with the package: new, import, fill, check, export."""
    from workbook.demo import YEAR, make

    if folder.exists() and any(folder.iterdir()):
        raise ActionError(f"文件夹「{folder}」不是空的，没有动它；请用 --to 换一个文件夹")
    received = folder / "各单位报来"
    make(received)
    master = folder / "绩效自评总表.xlsm"
    new(master, year=YEAR, region="云麓县（示例）")
    taken = import_(master, [received])
    fill(master)
    outcome = check_master(master)
    exported = export(master, folder / "导出", formats=("xlsx", "docx", "notice"))
    outcome.refused = taken.refused
    outcome.written = [master, *exported.written]
    return outcome


DEMO_NOTE = ".演示.json"


STEPS = ("made", "import", "fill", "check", "rollup", "export")


def demo_many(
    folder: Path, departments: int, seed: int = 1, progress: Progress = silent, power: Power | None = None
) -> Outcome:
    """Run the whole way on so many invented departments: hand in, import, fill, check, roll up, export.

    The same number and seed give the same files. A run that was killed goes on where it was when it is started again.
    """
    from workbook.batch import Power
    from workbook.demo import YEAR

    done = _demo_state(folder, departments, seed)
    received, master, to = folder / "各单位报来", folder / "绩效自评总表.xlsm", folder / "导出"
    power, outcome = power or Power(), Outcome()
    rolled = (folder / "汇总.xlsx", folder / "汇总报告.docx")
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
    from workbook import batch
    from workbook.cache import store_of
    from workbook.demo.province import HandIn, deliveries, write_task
    from workbook.records import digest, pack
    from workbook.store import Store

    def pieces() -> Iterator[batch.Piece]:
        for name, filing in deliveries(departments, seed):
            text, path = pack(filing), received / name
            yield batch.Piece(digest(batch.version(), name, text), HandIn(str(path), text))

    store = Store(store_of(received), "made")
    redo = frozenset() if received.exists() else frozenset(store.done())
    with progress("报送", departments) as tick:
        batch.run(write_task, pieces(), store, power, total=departments, tick=tick, redo=redo)
