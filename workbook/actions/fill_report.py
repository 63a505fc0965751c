"""The verb fill for one report: 附件2 and 附件3 written anew, with what its other tables determine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbook.actions.beside import given_out, read_beside
from workbook.actions.files import read_files
from workbook.checking.outcome import ActionError, Outcome, Refused
from workbook.derive import derive
from workbook.forms import form, scheme_of
from workbook.master.takeover import take_figures
from workbook.master.write import fill_derived
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme
from workbook.readers.detect import is_master
from workbook.writers import department, word


def fill_report(
    source: Path | None, beside: Sequence[Path], to: Path, unit: str = "", year: int | None = None
) -> Outcome:
    """Write a department's 附件2 and 附件3 anew with their blank cells filled from its other tables, each with its source.

    `source` is its self-evaluation as far as it is written (None: nothing is, then `unit` names the department). `to` is an
    .xlsx or a .docx; where the report has no prose yet, a draft stands beside it. Raise ActionError.
    """
    outcome = Outcome()
    if to.suffix.lower() not in (".xlsx", ".docx"):
        raise ActionError("填好的另存为 .xlsx 或 .docx，请改 --to 的文件名")
    if source and is_master(source):
        raise ActionError("总表直接填：jixiao fill 总表.xlsm --with …，不用 --to；--to 用于一个单位的自评表")
    _refuse_written(to)
    filings, read = read_files([source]) if source else ([Filing(unit=unit, year=year, form="l1")], outcome)
    outcome.refused += [] if read is outcome else read.refused
    tables = read_beside(beside, outcome.refused)
    if len(filings) != 1 or not tables:
        raise ActionError(_why_not_filled(source, len(filings), outcome.refused))
    filing = filings[0]
    filing.original = ""  # it is drawn anew
    filing.year = filing.year or next((max(part.given.years) for part in tables if part.given.years), None)
    filing.unit = filing.unit or next((part.given.unit for part in tables if part.given.unit), None)
    outcome.notes += given_out(filings, tables)
    scheme = scheme_of(form(filing.form), filing)
    taken = take_figures(filing)
    fill_derived(filing, derive(filing, scheme), scheme)
    outcome.written = _write(filing, scheme, to)
    names = "、".join(path.name for path in outcome.written)
    outcome.message = f"取数：从决算表、预算表、目标表填了 {len(taken)} 处，您写的没有改动；已另存为 {names}"
    return outcome


def _why_not_filled(source: Path | None, count: int, refused: Sequence[Refused]) -> str:
    said = "；".join(entry.reason for entry in refused)
    if count > 1 and source:
        return f"「{source.name}」里有 {count} 份自评，请一次填一份"
    return f"没有可用的表，没有填：{said}" if said else "请用 --with 给出决算表、预算表或目标表"


def _refuse_written(path: Path) -> None:
    if path.exists():
        raise ActionError(f"「{path.name}」已经有了，没有改动；请换一个文件名")


def _write(filing: Filing, scheme: Scheme, to: Path) -> list[Path]:
    """Write the filing as a workbook (with the sources as notes) or as Word; one without prose gets a draft beside it."""
    draft = None if filing.narrative or filing.form != "l1" else to.with_name(f"{to.stem}-报告初稿.docx")
    if draft:
        _refuse_written(draft)
    if to.suffix.lower() == ".xlsx":
        department.write(filing, scheme, to)
    else:
        word.write(filing, scheme, to)
    if draft:
        word.skeleton(filing, scheme, draft)
    return [to, draft] if draft else [to]
