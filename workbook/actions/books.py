"""Masters and departments' own workbooks: opened for a verb, and changed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from workbook.actions import files
from workbook.actions.files import by_unit, expand, is_book, read_files
from workbook.actions.log import states_of
from workbook.actions.session import with_forms
from workbook.checking.outcome import ActionError, Outcome, Refused
from workbook.master.diff import changes
from workbook.master.read import Master, paths_in, read_master
from workbook.master.unit_book import read_unit_book
from workbook.model.edits import Edits
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme
from workbook.readers.detect import SPREADSHEETS, is_master
from workbook.storage.replacing import locked
from workbook.writers.package import Receipt, apply


def scheme_of(name: str | None) -> Scheme:
    """Return a scheme by the id of a preset, the path of a TOML file or of a master; raise SchemeError or ActionError."""
    if name and Path(name).suffix.lower() in SPREADSHEETS:
        return open_book(Path(name)).scheme
    return files.scheme_of(name)


@with_forms
def open_book(path: Path) -> Master:
    """Return the contents of a master, or of a department's own workbook; raise ActionError where the file is neither."""
    if is_book(path) and not is_master(path):
        return read_unit_book(path)
    return open_master(path)


@with_forms
def open_master(path: Path) -> Master:
    """Return a master's contents; raise ActionError where the file is none."""
    refuse_none(path)
    return read_master(path)


def refuse_none(path: Path) -> None:
    """Raise ActionError where a file is no master."""
    if not path.is_file():
        raise ActionError(f"找不到总表「{path}」，请检查路径，或先用 jixiao new 新建")
    if not is_master(path):
        if states_of(path):
            raise ActionError(
                f"总表「{path.name}」打不开，可能已损坏；请用 jixiao undo 退回上一版（不放心的先另存一份）"
            )
        raise ActionError(
            f"「{path.name}」不是绩效自评总表（缺「部门清单」「校验结果」等工作表），请用 jixiao new 新建一本"
        )


def filings_of(files: Iterable[Path], refused: list[Refused]) -> list[Filing]:
    """Return the filings of masters and reports; what could not be read is added to `refused`."""
    out: list[Filing] = []
    for path in files:
        if is_book(path):
            book, part = open_book(path), Outcome()
            filings = book.filings
            for filing in filings:
                filing.year = filing.year or book.year
        else:
            filings, part = read_files([path])
        out += filings
        refused += part.refused
    return out


def carry_out(book: Master, edits: Edits, verb: str) -> Receipt | None:
    """Carry out what a verb changes in a workbook; one that would be the same after is not written: it leaves no state."""
    if not changes(edits, book.path, book.sizes):
        return None
    return apply(book.path, edits, verb=verb, expected=book.stamp)


@with_forms
def changed(master: Path, verb: str, work: Callable[[Master], Edits]) -> Outcome:
    """Work out what a verb changes in a workbook, under its lock, and carry it out."""
    with locked(master, verb) as taken_over:
        book = open_book(master)
        made = work(book)
        receipt = carry_out(book, made, verb)
    notes = [taken_over, *book.notes]
    return Outcome(made.message, written=written(master, receipt), receipt=receipt, notes=notes)


def last_year_of(source: Path, given: Sequence[Path] = (), refused: list[Refused] | None = None) -> dict[str, Filing]:
    """Return last year's filings by department: of the files given, else of what was compared with before and is still there.

    What was held against last year once stays so: a later check would else take back what the comparison had found.
    """
    return by_unit(filings_of(expand(given or remembered(source)["compare"]), [] if refused is None else refused))


def remembered(source: Path) -> dict[str, list[Path]]:
    """Return what a master names on 参数, by verb: the folder of the last import, last year's master; [] where it is not there."""
    named = paths_in(source) if is_book(source) else {}
    found = {verb: Path(words) for verb, words in named.items() if words}
    return {verb: [path] if (path := found.get(verb)) and _is_there(path) else [] for verb in ("import", "compare")}


def _is_there(path: Path) -> bool:
    """Return whether a file or folder can be found; what may not be looked at is not there."""
    try:
        return path.exists()
    except OSError:
        return False


def written(master: Path, receipt: Receipt | None) -> list[Path]:
    """Return the workbook where it was written, nothing where it stayed as it was."""
    return [] if receipt is None else [master]
