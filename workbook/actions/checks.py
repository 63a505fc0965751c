"""The verbs that change a workbook: import, fill, check, compare, clear; their edits for buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.actions.books import (
    by_unit,
    carry_out,
    expand,
    filings_of,
    has_parts,
    is_book,
    open_book,
    open_master,
    over_parts,
    read_files,
    refuse_none,
)
from workbook.actions.outcome import ActionError, Checked, Outcome, Progress, Refused, silent
from workbook.collect import earlier
from workbook.findings import in_order
from workbook.keep import locked
from workbook.verbs import BY_NAME

if TYPE_CHECKING:
    from workbook.batch import Power
    from workbook.edits import Block, Edits
    from workbook.filing import Filing
    from workbook.findings import Finding, Report
    from workbook.master import Master
    from workbook.rules.compare import Changed
    from workbook.scheme import Scheme
    from workbook.writers.package import Receipt

SOONER_ALONE = 400  # filings; fewer are checked before other processes have started, and behind a button waits a clerk


def check_filing(
    filing: Filing,
    scheme: Scheme | None,
    path: Path,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    report: Report | None = None,
    left: Sequence[Finding] = (),
) -> Checked:
    """Return one filing with what was derived and found (`report` where that is known), its explanations and last year's.

    Without a scheme it is checked by the one of its form. What an earlier check `left` stays: it came of what is
    not here.
    """
    from workbook.derive import derive
    from workbook.forms import form, scheme_of
    from workbook.places import in_words
    from workbook.rules.explanations import apply as explain
    from workbook.rules.registry import check as run_rules

    scheme = scheme or scheme_of(form(filing.form))
    derived = derive(filing, scheme)
    report = in_words(report or run_rules(filing, scheme, only, skip, derived), filing)
    if left:
        found = {entry.key for entry in report.findings}
        report.findings = in_order([*report.findings, *(entry for entry in left if entry.key not in found)])
    last_year = filing.prior.explanations if filing.prior else {}
    return Checked(path, filing, derived, explain(report, filing.explanations, scheme, last_year), scheme)


def check(
    paths: Sequence[Path],
    scheme: Scheme | None = None,
    prior: Sequence[Path] = (),
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
) -> Outcome:
    """Check masters, departments' workbooks and reports; a master gets its 校验结果 written."""
    outcome = Outcome()
    last_year = by_unit(filings_of(prior, outcome.refused))
    books = [path for path in paths if is_book(path)]
    if books and scheme is not None:
        raise ActionError("总表按自己的「参数」表审核，不能另给 --scheme；要看换方案会怎样，用 jixiao rules diff")
    for path in books:
        part = check_master(path, last_year, only, skip, progress, power)
        if part.parts and len(paths) == 1:
            return part
        outcome.checked = [*outcome.checked, *part.checked]
        outcome.written += part.written
        outcome.notes += part.notes
    if loose := [path for path in paths if path not in books]:
        part = _check_loose(loose, scheme, last_year, (tuple(only), tuple(skip)), progress, power)
        outcome.checked = [*outcome.checked, *part.checked] if books else part.checked
        outcome.refused += part.refused
        outcome.notes += part.notes
    outcome.message = outcome.headline
    return outcome


def _check_loose(
    paths: Sequence[Path],
    scheme: Scheme | None,
    last_year: Mapping[str, Filing],
    rules: tuple[tuple[str, ...], tuple[str, ...]],
    progress: Progress,
    power: Power | None,
) -> Outcome:
    """Check reports and departments' workbooks; a single one without what is there for many."""
    only, skip = rules
    if len(paths) > 1 or power or paths[0].suffix.lower() == ".zip" or not paths[0].is_file():
        from workbook import many
        from workbook.batch import Power

        return many.check_files(paths, many.Terms(scheme, only, skip), last_year, progress, power or Power())
    filings, outcome = read_files(paths)
    for filing in filings:
        filing.prior = earlier(filing, last_year, outcome.notes)
    outcome.checked = [check_filing(filing, scheme, paths[0], only, skip) for filing in filings]
    return outcome


def compare_schemes(
    before: Scheme, after: Scheme, files: Iterable[Path] = ()
) -> tuple[list[tuple[str, str, str, str]], list[Changed], Outcome]:
    """Return what differs between two schemes, whose verdict over the files would change, and what could not be read."""
    from workbook.rules.compare import changed_verdicts, differences

    outcome = Outcome()
    filings = filings_of(files, outcome.refused)
    return differences(before, after), changed_verdicts(filings, before, after), outcome


def check_master(
    master: Path,
    prior: Mapping[str, Filing] | None = None,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    verb: str = "check",
) -> Outcome:
    """Check every department of a master and write 校验结果; explanations given before stay with their findings."""
    with locked(master, verb) as taken_over:
        if has_parts(master):
            return over_parts(master, verb, progress, power)
        book = open_book(master)
        notes = [taken_over, *book.notes]
        checked = checked_in(book, master, prior or {}, only, skip, progress, power, notes)
        if prior and _is_no_last_year(book, prior):
            raise ActionError(_no_last_year(book, prior))
        if prior and not any(entry.filing.prior for entry in checked):
            notes.append(_no_last_year(book, prior))
        edits = check_edits(book, checked)
        receipt = carry_out(book, edits, verb)
    return Outcome(edits.message, checked=checked, written=_written(master, receipt), receipt=receipt, notes=notes)


SAME = "没有变化，总表没有改动"


def _written(master: Path, receipt: Receipt | None) -> list[Path]:
    return [] if receipt is None else [master]


def import_(
    master: Path,
    paths: Sequence[Path],
    progress: Progress = silent,
    power: Power | None = None,
    *,
    dry_run: bool = False,
    prefer: str = "总表",
    year: int | None = None,
) -> Outcome:
    """Take in what departments hand in (files, folders, .zip); what the clerk wrote in the master is kept.

    A department that handed in twice is taken once; who is missing, twice or unreadable stands in `collected`. With
    `dry_run` nothing is written: the outcome says what would be. `prefer` says who wins where both the clerk and the
    department have changed a value since it was issued: 总表 (it is reported and left to the clerk) or 单位. `year` becomes
    that of the master.
    """
    with nullcontext("") if dry_run else locked(master, "import") as taken_over:
        outcome = _import(open_master(master), paths, progress, power, dry_run, prefer, year)
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
) -> Outcome:
    from workbook import many, parts
    from workbook.batch import Power
    from workbook.collect import lines
    from workbook.master import differences_said, edits_for_year, take_in

    turned = edits_for_year(book, year) if year else []
    choice, collected = many.collect_for(book, paths, progress, power or Power())
    if parts.too_many(book, collected.taken) and not dry_run:
        split = parts.take_in_parts(book, choice, collected, prefer, progress, power or Power())
        split.collected = collected
        split.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
        return split
    filings = list(choice.filings(collected.taken))
    taken = take_in(book, filings, prefer)
    taken.edits.blocks += [*turned, *_remembered(paths)]
    outcome = Outcome(collected=collected, differences=taken.differences, notes=list(book.notes))
    outcome.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
    said = [*lines(collected, reasons=False), *differences_said(taken, listed=not dry_run)]
    if dry_run:
        said.insert(0, "试导入，没有改动总表。")
    else:
        outcome.receipt = carry_out(book, taken.edits, "import")
        outcome.written = _written(book.path, outcome.receipt)
        said += [] if outcome.receipt else [SAME]
    outcome.message = "\n".join(said)
    return outcome


def _remembered(paths: Sequence[Path]) -> Iterator[Block]:
    """Yield what writes on 首页 which folder came in last: the departments' own reports are found there again."""
    from workbook.results import single
    from workbook.writers import master_layout as layout

    if len(paths) == 1 and (paths[0].is_dir() or paths[0].suffix.lower() == ".zip"):
        yield single(layout.BUTTON_CELLS["import"], str(paths[0].resolve()), passing=True)


def fill(master: Path, progress: Progress = silent, power: Power | None = None) -> Outcome:
    """Fill the derived fields that are blank; what the clerk entered stays, and the difference shows."""
    if has_parts(master):
        with locked(master, "fill"):
            return over_parts(master, "fill", progress, power)
    return change(master, "fill")


def clear(master: Path) -> Outcome:
    """Take the marks off the cells; the list of findings stays."""
    return change(master, "clear")


def edits(verb: str, path: Path, **options: Any) -> Edits:
    """Return what a verb changes in a master or a department's own workbook; raise ActionError on an unknown verb.

    `path` is the saved copy of the open workbook. Options: `files` for import and compare (paths).
    """
    book = open_book(path)
    files = [Path(entry) for entry in options.get("files", ())]
    if verb == "import" and not book.own:
        from workbook import many
        from workbook.batch import Power
        from workbook.collect import lines

        choice, collected = many.collect_for(book, files, silent, Power())
        made = import_edits(book, list(choice.filings(collected.taken)))
        made.blocks += _remembered(files)
        made.message = "\n".join((*lines(collected), *made.message.splitlines()[1:], *book.notes))
        return made
    if verb in ("check", "compare"):
        refused: list[Refused] = []
        notes = list(book.notes)
        prior = by_unit(filings_of(expand(files), refused))
        if verb == "compare" and not prior:
            raise ActionError("没有上年的总表或报告可核对，请先选择上年的文件")
        checked = checked_in(book, path, prior, notes=notes)
        if verb == "compare" and not any(entry.filing.prior for entry in checked):
            raise ActionError(_no_last_year(book, prior))
        made = check_edits(book, checked)
        made.message += "".join(f"\n{words}" for words in notes)
        made.message += "".join(f"\n{entry.path.name}：{entry.reason}" for entry in refused)
        return made
    return _edits_of(verb, book)


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


def change(master: Path, verb: str) -> Outcome:
    with locked(master, verb) as taken_over:
        book = open_book(master)
        made = _edits_of(verb, book)
        receipt = carry_out(book, made, verb)
    notes = [taken_over, *book.notes]
    return Outcome(made.message, written=_written(master, receipt), receipt=receipt, notes=notes)


def remove(master: Path, units: Sequence[str]) -> Outcome:
    """Take departments out of a master, with all their rows; the state before is kept."""
    from workbook.master import edits_for_remove

    with locked(master, "remove") as taken_over:
        book = open_master(master)
        made = edits_for_remove(book, units)
        receipt = carry_out(book, made, "remove")
    return Outcome(made.message, written=_written(master, receipt), receipt=receipt, notes=[taken_over])


def upgrade(master: Path) -> Outcome:
    """Bring a master that an earlier template made up to the present one; the state before is kept."""
    from workbook.actions.exports import python_for_buttons
    from workbook.upgrade import upgrade as bring_up

    with locked(master, "upgrade") as taken_over:
        refuse_none(master)
        message, receipt = bring_up(master, master, python_for_buttons())
    return Outcome(message, written=_written(master, receipt), receipt=receipt, notes=[taken_over])


def _edits_of(verb: str, book: Master) -> Edits:
    from workbook import master
    from workbook.derive import derive

    if verb == "fill":
        derived = {filing.unit or "": derive(filing, book.scheme_for(filing)) for filing in book.filings}
        if book.own:
            from workbook import unit_book

            return unit_book.edits_for_fill(book, derived)
        return master.edits_for_fill(book, derived)
    if verb == "clear":
        return master.edits_for_clear(book)
    if verb == "rollup" and not book.own:
        return check_edits(book, checked_in(book, book.path, {}))
    raise ActionError(
        f"这本工作簿里没有「{BY_NAME[verb].caption if verb in BY_NAME else verb}」这个操作，它是财政局总表里的"
    )


def import_edits(book: Master, filings: list[Filing]) -> Edits:
    from workbook.master import edits_for_import

    return edits_for_import(book, filings)


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
    with progress("审核", len(held)) as tick:
        if len(held) < SOONER_ALONE and not (power and power.cluster):
            checked: list[Checked] = []
            for filing, scheme in held:
                checked.append(check_filing(filing, scheme, path, only, skip, left=book.left))
                tick(1)
            return checked
        from workbook import many
        from workbook.batch import Power

        terms = many.Terms(book.scheme, tuple(only), tuple(skip))
        reports = many.reports(held, terms, path, power or Power(), tick)
        return [
            check_filing(filing, scheme, path, report=report)
            for (filing, scheme), report in zip(held, reports, strict=True)
        ]


def check_edits(book: Master, checked: list[Checked]) -> Edits:
    from workbook import master

    if book.own:
        from workbook import unit_book

        return unit_book.edits_for_check(book, [entry.report for entry in checked])
    return master.edits_for_check(
        book, [entry.report for entry in checked], {e.filing.unit or "": e.derived for e in checked}
    )
