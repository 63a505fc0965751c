"""The verb export: the official sheets of a master or a report, in any format."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workbook.actions.books import last_year_of, open_book
from workbook.actions.checks import checked_in
from workbook.actions.files import expand, read_files
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.bulk import tasks, volumes
from workbook.bulk.engine import Power
from workbook.checking.check import check_filing
from workbook.checking.outcome import ActionError, Checked, Outcome, Progress, silent
from workbook.exports import export_one, in_edition
from workbook.exports.names import name_for, safe_name
from workbook.model.issued import FILED, REVIEW
from workbook.model.scheme import Scheme
from workbook.readers.detect import is_master
from workbook.writers import department


@with_forms
def export(
    master: Path,
    to: Path,
    *,
    single: bool = False,
    formats: Sequence[str] = ("xlsx",),
    edition: str = REVIEW,
    progress: Progress = silent,
    power: Power | None = None,
    remembering: bool = True,
) -> Outcome:
    """Write every department's form into a folder, in an edition: 审核版 with marks and findings, 报送版 as it is signed.

    What 参数 names of last year is looked at unless not `remembering`: a master from outside may name anything.
    Raise ActionError for a format that has no such edition.
    """
    formats = in_edition(formats, edition)
    to.mkdir(parents=True, exist_ok=True)
    if volumes.has_parts(master) and not single:
        work = partial(_export_part, to=to, formats=tuple(formats))
        outcome = volumes.over(master, volumes.Duty("export", work), progress, power or Power())
        units, files = (sum(row[name] for row in outcome.parts) for name in ("units", "files"))
        outcome.message = f"已导出 {units} 个单位（{files} 个文件）到 {to}"
        return outcome
    book = open_book(master)
    checked = checked_in(book, master, last_year_of(master) if remembering else {}, progress=progress, power=power)
    if single:
        tail = f"-{FILED}" if edition == FILED else ""
        target = to / f"{safe_name(book.region or '全部单位')}{book.in_year}绩效自评{tail}.xlsx"
        findings = {entry.filing.name: entry.report.findings for entry in checked}
        every = [entry.filing for entry in checked]
        department.write_single(every, book.scheme_for, target, findings, filed=edition == FILED)
        return Outcome(f"已导出 {len(checked)} 个单位到 {target}", checked=checked, written=[target])
    written = tasks.export(checked, to, formats, master, progress, power or Power())
    return Outcome(f"已导出 {len(checked)} 个单位到 {to}", checked=checked, written=written)


def _export_part(part: Path, to: Path, formats: Sequence[str]) -> Outcome:
    return export(part, to / part.stem, formats=formats, power=Power(1))


def export_file(
    source: Path, to: Path, scheme: Scheme | None, formats: Sequence[str], edition: str = REVIEW
) -> Outcome:
    """Write the official sheets of the filings in a report, or in those of a folder, without a master; raises as `export`."""
    formats = in_edition(formats, edition)
    to.mkdir(parents=True, exist_ok=True)
    outcome = Outcome()
    checked: list[Checked] = []
    taken: set[str] = set()
    for path in expand([source]):
        filings, read = read_files([path])
        outcome.refused += read.refused
        for filing in filings:
            entry = check_filing(filing, scheme, path)
            outcome.written += export_one(entry, to, formats, name_for(entry, taken))
            checked.append(entry)
    outcome.checked = checked
    outcome.message = f"已导出 {len(checked)} 个单位到 {to}"
    return outcome


def press(pressed: Press) -> str:
    """Export the departments of the saved copy into the folder named; return the sentence for the clerk.

    The bureau has the 审核版 to send back and the 报送版 to file; a department its 报送版.
    """
    (to,) = pressed.files
    if not is_master(pressed.copy):
        return export(pressed.copy, to, formats=("xlsx", "docx"), edition=FILED).message
    outcome = export(pressed.copy, to, formats=("xlsx", *in_edition(("xlsx",), FILED)))
    if not outcome.checked:
        raise ActionError("总表里还没有单位，没有可导出的；请先按“① 导入”")
    return f"{outcome.message}；打印、签字的是文件名末尾有“-{FILED}”的，其余是带批注的审核版"
