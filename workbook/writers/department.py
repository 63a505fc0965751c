"""A department's 附件2 and 附件3 in the official layout, ready to print, with live formulas in the derived cells."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbook import issued
from workbook.derive import derive
from workbook.filing import Filing
from workbook.findings import Finding
from workbook.keep import replacing
from workbook.scheme import Scheme
from workbook.writers import findings_sheet
from workbook.writers.excel_form import FormSheet
from workbook.writers.findings_sheet import Found
from workbook.writers.official import Case, layout
from workbook.writers.package import address, chunks, text_of
from workbook.writers.styles import Styles

_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_PROBLEMS = "问题"


def write(
    filing: Filing, scheme: Scheme, path: Path, findings: Sequence[Finding] = (), *, recompute: bool = False
) -> None:
    """Write one department's workbook: 附件2, 附件3 and, where there are findings, 问题.

    What the department entered in a derived cell stays, and a comment says what the formula gives; with `recompute`
    every derived cell holds its formula. The file is replaced only when all is written.
    """
    data = layout(filing.form)
    case = Case(filing, derive(filing, scheme), scheme, findings, recompute)
    _write_book(path, [(case, {part: str(data[part]["sheet"]) for part in data["sheets"]})])


def write_single(
    filings: Sequence[Filing],
    scheme: Scheme | Callable[[Filing], Scheme],
    path: Path,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    *,
    recompute: bool = False,
) -> None:
    """Write all departments into one workbook: two sheets a department, and one 问题 for all (`findings` by `Filing.name`)."""
    taken: set[str] = {_PROBLEMS}
    parts = []
    for filing in filings:
        data, unit = layout(filing.form), filing.name or "未命名"
        names = {part: sheet_name(unit, f" {data[part]['sheet']}", taken) for part in data["sheets"]}
        rule = scheme if isinstance(scheme, Scheme) else scheme(filing)
        own = tuple((findings or {}).get(filing.name, ()))
        parts.append((Case(filing, derive(filing, rule), rule, own, recompute), names))
    _write_book(path, parts)


def sheet_name(unit: str, suffix: str, taken: set[str]) -> str:
    """Return a sheet name of at most 31 characters that Excel takes and that is not taken yet."""
    cleaned = _SHEET_NAME.sub("_", unit).strip() or "未命名"
    for attempt in range(1, 10_000):
        tail = suffix if attempt == 1 else f"_{attempt}{suffix}"
        name = cleaned[: 31 - len(tail)] + tail
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
    raise ValueError("同名单位太多")


def _write_book(path: Path, parts: Sequence[tuple[Case, Mapping[str, str]]]) -> None:
    import xlsxwriter

    with replacing(path) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(temporary), options)
        used = dict.fromkeys(f"scheme {case.scheme.id} {case.scheme.hash}" for case, _ in parts)
        book.set_properties({"title": "部门整体支出绩效自评", "comments": "；".join(used)})
        styles = Styles(book)
        found = [entry for part in parts for entry in write_part(styles, *part)]
        if found:
            findings_sheet.write(styles, _PROBLEMS, found, with_unit=len(parts) > 1)
        _write_issued(book, [case for case, _ in parts])
        book.close()


def _write_issued(book: Any, cases: Sequence[Case]) -> None:
    """Write what is issued into a hidden sheet: a corrected workbook is held against it when it comes back."""
    sheet = book.add_worksheet(issued.SHEET)
    for row, case in enumerate(cases):
        reasons = {entry.key: entry.explanation for entry in case.findings if entry.explanation}
        for column, piece in enumerate(chunks(issued.pack(case.filing, reasons))):
            sheet.write_string(row, column, text_of(piece))
    sheet.very_hidden()


def write_part(styles: Styles, case: Case, names: Mapping[str, str]) -> list[Found]:
    """Write the sheets of one filing (part of the layout → name of the sheet) and return its findings with their cells."""
    places: dict[str, tuple[str, str]] = {}
    for part, name in names.items():
        sheet = FormSheet(styles, name, case, part)
        sheet.write()
        places |= {path: (sheet.name, address(row + 1, column + 1)) for path, (row, column) in sheet.places.items()}
    return [Found(entry, findings_sheet.link(places, entry.location.path)) for entry in case.findings]


__all__ = ["layout", "sheet_name", "write", "write_part", "write_single"]
