"""The verb import: what departments hand in, into a master."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from workbook.actions.books import carry_out, open_book, open_master, written
from workbook.actions.new import new
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.bulk import tasks, volumes
from workbook.bulk.engine import Power
from workbook.checking.outcome import ActionError, Outcome, Progress, Refused, silent
from workbook.master import layout
from workbook.master.intake import differences_said, edits_for_import, take_in
from workbook.master.read import Master
from workbook.master.results import single
from workbook.master.write import edits_for_year
from workbook.model.edits import Block, Edits
from workbook.model.filing import Filing
from workbook.model.records import unpack
from workbook.readers.collect import lines
from workbook.storage.replacing import locked

SAME = "没有变化，总表没有改动"


@with_forms
def import_(
    master: Path,
    paths: Sequence[Path],
    progress: Progress = silent,
    power: Power | None = None,
    *,
    dry_run: bool = False,
    prefer: str = "总表",
    year: int | None = None,
    remembering: bool = True,
) -> Outcome:
    """Take in what departments hand in (files, folders, .zip); what the clerk wrote in the master is kept.

    A department that handed in twice is taken once; who is missing, twice or unreadable stands in `collected`. With
    `dry_run` nothing is written: the outcome says what would be. `prefer` says who wins where both the clerk and the
    department have changed a value since it was issued: 总表 (it is reported and left to the clerk) or 单位. `year` becomes
    that of the master. Where they came from is remembered in it unless not `remembering`: it may be gone.
    """
    with nullcontext("") if dry_run else locked(master, "import") as taken_over:
        outcome = _import(open_master(master), paths, progress, power, dry_run, prefer, year, remembering)
    outcome.notes.insert(0, taken_over)
    return outcome


def _import(
    book: Master,
    paths: Sequence[Path],
    progress: Progress,
    power: Power | None,
    dry_run: bool,
    prefer: str,
    year: int | None,
    remembering: bool,
) -> Outcome:
    turned = edits_for_year(book, year) if year else []
    choice, collected = tasks.collect_for(book, paths, progress, power or Power())
    if volumes.too_many(book, collected.taken) and not dry_run:
        split = volumes.take_in_parts(book, choice, collected, prefer, take_in_task, progress, power or Power())
        split.collected = collected
        split.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
        return split
    filings = list(choice.filings(collected.taken))
    taken = take_in(book, filings, prefer)
    taken.edits.blocks += [*turned, *(_remembered(paths) if remembering else ())]
    outcome = Outcome(collected=collected, differences=taken.differences, notes=list(book.notes))
    outcome.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
    said = [*lines(collected, reasons=False), *differences_said(taken, listed=not dry_run)]
    if dry_run:
        said.insert(0, "试导入，没有改动总表。")
    else:
        outcome.receipt = carry_out(book, taken.edits, "import")
        outcome.written = written(book.path, outcome.receipt)
        said += [] if outcome.receipt else [SAME]
    outcome.message = "\n".join(said)
    return outcome


def _remembered(paths: Sequence[Path]) -> Iterator[Block]:
    """Yield what writes down which folder came in last: the departments' own reports are found there again."""
    if len(paths) == 1 and (paths[0].is_dir() or paths[0].suffix.lower() == ".zip"):
        yield single(layout.BUTTON_CELLS["import"], str(paths[0].resolve()), passing=True)


def take_in_task(data: list[volumes.Intake]) -> list[list[str]]:
    """Take filings into parts, made where they are not there; the result of each is what is to be said."""
    return [[_take_in(entry)] for entry in data]


def _take_in(intake: volumes.Intake) -> str:
    path = Path(intake.path)
    with locked(path, "import"):
        if not path.is_file():
            new(path, year=intake.year, region=intake.region)
        book = open_master(path)
        taken = take_in(book, [unpack(text) for text in intake.filings], intake.prefer)
        carry_out(book, taken.edits, "import")
    return "\n".join(differences_said(taken, listed=True))


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    book = open_book(pressed.copy)
    choice, collected = tasks.collect_for(book, pressed.files, silent, Power())
    if not collected.files:
        places = "、".join(map(str, pressed.files))
        raise ActionError(f"「{places}」里没有文件，没有导入；请把各单位报来的文件放进去，或另选一个文件夹")
    made = import_edits(book, list(choice.filings(collected.taken)))
    made.message = "\n".join((*lines(collected), *made.message.splitlines()[1:], *book.notes))
    made.blocks += _remembered(pressed.files)
    made.if_same = "没有变化"
    return made


def import_edits(book: Master, filings: list[Filing]) -> Edits:
    """Return what takes filings into a master, with the message for the clerk."""
    return edits_for_import(book, filings)
