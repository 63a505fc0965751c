"""The verb check over masters and all else that can be checked; check, compare and rollup behind their buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from workbook.actions.beside import given_out, read_beside
from workbook.actions.books import carry_out, filings_of, last_year_of, open_book, written
from workbook.actions.files import by_unit, is_book
from workbook.actions.press import Press
from workbook.actions.reports import check_reports
from workbook.actions.session import with_forms
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.checking.check import check_filing, earlier
from workbook.checking.outcome import ActionError, Checked, Outcome, Progress, Refused, silent
from workbook.master import layout, unit_book
from workbook.master.checked import edits_for_check
from workbook.master.read import Master
from workbook.master.results import single
from workbook.master.write import keep_given
from workbook.model.edits import Edits
from workbook.model.figures import listed
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme
from workbook.process import named
from workbook.readers.collect import Beside
from workbook.storage.replacing import locked

NAMED = 3  # departments that a message names
SOONER_ALONE = 400  # filings; fewer are checked before other processes have started, and behind a button waits a clerk


def check(
    paths: Sequence[Path],
    scheme: Scheme | None = None,
    prior: Sequence[Path] = (),
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    beside: Sequence[Path] = (),
) -> Outcome:
    """Check masters, departments' workbooks and reports; a master gets its 校验结果 written.

    `beside` are files of other tables (决算、预算、目标表): each goes to its department, in a master to stay.
    """
    outcome = Outcome()
    tables = read_beside(beside, outcome.refused)
    books = [path for path in paths if is_book(path)]
    if books and scheme is not None:
        raise ActionError("总表按自己的「参数」表审核，不能另给 --scheme；要看换方案会怎样，用 jixiao rules diff")
    for path in books:
        last_year = last_year_of(path, prior, outcome.refused)
        part = check_master(path, last_year, only, skip, progress, power, beside=tables, compared=prior)
        if part.parts and len(paths) == 1:
            return part
        outcome.checked = [*outcome.checked, *part.checked]
        outcome.written += part.written
        outcome.notes += part.notes
    if loose := [path for path in paths if path not in books]:
        last_year = by_unit(filings_of(prior, outcome.refused))
        part = check_reports(loose, scheme, last_year, (tuple(only), tuple(skip)), progress, power, tables)
        outcome.checked = [*outcome.checked, *part.checked] if books else part.checked
        outcome.refused += part.refused
        outcome.notes += part.notes
    outcome.message = outcome.headline
    return outcome


@with_forms
def check_master(
    master: Path,
    prior: Mapping[str, Filing] | None = None,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    verb: str = "check",
    beside: Sequence[Beside] = (),
    compared: Sequence[Path] = (),
) -> Outcome:
    """Check every department of a master and write 校验结果; explanations given before stay with their findings.

    `compared` are the files that the clerk gave for last year, if any: a single one 参数 names from then on, for the next
    check. Raise ActionError where they are no earlier year's.
    """
    with locked(master, verb) as taken_over:
        if volumes.has_parts(master):
            if beside:
                raise ActionError("这本总表分了册，--with 请对单位所在的那一册用")
            work = partial(check_master, verb=verb, power=Power(1))
            return volumes.over(master, volumes.Duty(verb, work, records=True), progress, power or Power())
        book = open_book(master)
        notes = [taken_over, *book.notes, *given_out(book.filings, beside)]
        checked = checked_in(book, master, prior or {}, only, skip, progress, power, notes)
        if prior and compared and _is_no_last_year(book, prior):
            raise ActionError(_no_last_year(book, prior))
        if prior and compared and not any(entry.filing.prior for entry in checked):
            notes.append(_no_last_year(book, prior))
        edits = check_edits(book, checked)
        if beside and not book.own:
            keep_given(book, edits)
        if len(compared) == 1:
            edits.blocks.append(single(layout.BUTTON_CELLS["compare"], str(compared[0].resolve()), passing=True))
        receipt = carry_out(book, edits, verb)
    return Outcome(edits.message, checked=checked, written=written(master, receipt), receipt=receipt, notes=notes)


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    return _press(pressed)


def press_compare(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook; raise ActionError where nothing is of last year."""
    return _press(pressed, must=True)


def _press(pressed: Press, must: bool = False) -> Edits:
    book = open_book(pressed.copy)
    refused: list[Refused] = []
    notes = list(book.notes)
    prior = last_year_of(pressed.copy, pressed.files, refused)
    if must and not prior:
        raise ActionError("没有上年的总表或报告可核对，请先选择上年的文件")
    checked = checked_in(book, pressed.copy, prior, notes=notes)
    if must and not any(entry.filing.prior for entry in checked):
        raise ActionError(_no_last_year(book, prior))
    made = check_edits(book, checked)
    if must and not book.own:
        notes.insert(0, _compared(checked))
    made.message += "".join(f"\n{words}" for words in notes)
    made.message += "".join(f"\n{entry.path.name}：{entry.reason}" for entry in refused)
    return made


def _compared(checked: Sequence[Checked]) -> str:
    """Return how many departments were held against last year, and for whom there was nothing to hold against."""
    without = [entry.filing.name for entry in checked if not entry.filing.prior]
    words = f"与上年核对了 {len(checked) - len(without)} 个单位"
    return words + (f"；上年里没有的 {len(without)} 个没有核对：{listed(without, NAMED)}" if without else "")


def warm() -> None:
    """Have the rules loaded, prose and all: what the button will need, while the copy is still being saved."""
    check_filing(Filing(narrative=["1元"]), None, Path())


def _is_no_last_year(book: Master, prior: Mapping[str, Filing]) -> bool:
    """Return whether all that was given for last year is of the book's own year, or of a later one."""
    return bool(book.year) and all(filing.year and filing.year >= (book.year or 0) for filing in prior.values())


def _no_last_year(book: Master, prior: Mapping[str, Filing]) -> str:
    """Return why nothing was held against last year: what was chosen is no earlier year's, or has none of the departments."""
    if book.year and _is_no_last_year(book, prior):
        years = sorted({filing.year for filing in prior.values() if filing.year})
        chosen = "、".join(str(year) for year in years)
        return (
            f"选的文件是 {chosen} 年度的，这本是 {book.year} 年度的，不是上年，没有核对，也没有改动；"
            f"请选 {book.year - 1} 年度的总表或报告"
        )
    return "选的上年文件里没有这本里的任何单位（按单位名称对应），没有与上年核对；请检查选的文件和单位名称"


def checked_in(
    book: Master,
    path: Path,
    prior: Mapping[str, Filing],
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    notes: list[str] | None = None,
) -> list[Checked]:
    """Return every department of a master as checked, over processes where they are many.

    `notes` is told which files of last year are none.
    """
    for filing in book.filings:
        filing.prior = earlier(filing, prior, [] if notes is None else notes, book.year)
    held = [(filing, book.scheme_for(filing)) for filing in book.filings]
    for filing, peers in zip(book.filings, named("workbook.rules.prose.likeness:peers_of")(held), strict=True):
        filing.peers = peers
    with progress("审核", len(held)) as tick:
        if len(held) < SOONER_ALONE and not (power and power.cluster):
            checked: list[Checked] = []
            for filing, scheme in held:
                checked.append(check_filing(filing, scheme, path, only, skip, left=book.left))
                tick(1)
            return checked
        many = named("workbook.bulk.tasks")
        terms = many.Terms(book.scheme, tuple(only), tuple(skip))
        reports = many.reports(held, terms, path, power or Power(), tick)
        return [
            check_filing(filing, scheme, path, report=report)
            for (filing, scheme), report in zip(held, reports, strict=True)
        ]


def check_edits(book: Master, checked: Sequence[Checked]) -> Edits:
    """Return what writes the findings into a workbook: 校验结果, marks, 首页, and in a master the roll-up."""
    reports = [entry.report for entry in checked]
    if book.own:
        return unit_book.edits_for_check(book, reports)
    return edits_for_check(book, reports, {entry.filing.unit or "": entry.derived for entry in checked})
