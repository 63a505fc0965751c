"""A department's 附件2 and 附件3 in the official layout, ready to print, with live formulas in the derived cells."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from workbook import patterns as re
from workbook.derive import derive
from workbook.forms import form
from workbook.forms.original.pages import Page, pages
from workbook.model import issued
from workbook.model.filing import Filing
from workbook.model.findings import Finding
from workbook.model.scheme import Scheme
from workbook.ooxml import address
from workbook.storage.replacing import replacing
from workbook.writers import findings_sheet
from workbook.writers.excel_form import FormSheet
from workbook.writers.excel_page import PageSheet
from workbook.writers.findings_sheet import Found
from workbook.writers.official import Case, OfficialSheet, layout
from workbook.writers.package import chunks, text_of
from workbook.writers.styles import Styles, base

_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_MARK = re.compile(r"附件\s*[\d一二三四]+")
_PROBLEMS = "问题"


def write(
    filing: Filing,
    scheme: Scheme,
    path: Path,
    findings: Sequence[Finding] = (),
    *,
    recompute: bool = False,
    filed: bool = False,
) -> None:
    """Write one department's workbook: 附件2, 附件3 and, where there are findings, 问题.

    What the department entered in a derived cell stays, and a comment says what the formula gives; with `recompute`
    every derived cell holds its formula. `filed` is the 报送版: the form as it was handed in where that is known, white,
    without marks and findings. The file is replaced only when all is written.
    """
    case = Case(filing, derive(filing, scheme), scheme, () if filed else findings, recompute, filed)
    taken = {_PROBLEMS}
    _write_book(path, [(case, [(sheet_name("", name, taken), drawn) for name, drawn in _sheets(case)])])


def write_single(
    filings: Sequence[Filing],
    scheme: Scheme | Callable[[Filing], Scheme],
    path: Path,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    *,
    recompute: bool = False,
    filed: bool = False,
) -> None:
    """Write all departments into one workbook: two sheets a department, and one 问题 for all (`findings` by `Filing.name`)."""
    taken: set[str] = {_PROBLEMS}
    parts = []
    for filing in filings:
        rule = scheme if isinstance(scheme, Scheme) else scheme(filing)
        own = () if filed else tuple((findings or {}).get(filing.name, ()))
        case = Case(filing, derive(filing, rule), rule, own, recompute, filed)
        unit = filing.name or "未命名"
        parts.append((case, [(sheet_name(unit, f" {name}", taken), drawn) for name, drawn in _sheets(case)]))
    _write_book(path, parts)


Drawn = Page | Mapping[str, Any]  # a table as it was handed in, or a part of a form's layout


def _sheets(case: Case) -> list[tuple[str, Drawn]]:
    """Return what the sheets of a filing are called and drawn from: the form as it was handed in, or its layout.

    What has no layout (a table of prose, a form that is not known) is given back as it came in either case.
    """
    own = form(case.filing.form)
    as_it_came = case.filed or own.by_headings or not own.layout
    kept = [entry for entry in pages(case.filing) if isinstance(entry, Page)] if as_it_came else []
    if kept:
        return [(_page_name(page, number), page) for number, page in enumerate(kept, start=1)]
    data = layout(case.filing.form)
    return [(str(data[part]["sheet"]), data[part]) for part in data["sheets"]]


def _page_name(page: Page, number: int) -> str:
    """Return what the sheet of a table is called: as in the file it came in, by its 附件n or its title."""
    if page.name:
        return page.name
    mark = next((found for words in reversed(page.above) if (found := _MARK.match(words))), None)
    title = next((words for words in reversed(page.above) if words.strip().endswith("表")), "")
    kind = re.search(r"基础数据表|自评表|评价表|评分表", title)
    return mark[0] if mark else kind[0] if kind else f"表{number}"


def sheet_name(unit: str, suffix: str, taken: set[str]) -> str:
    """Return a sheet name of at most 31 characters that Excel takes and that is not taken yet."""
    cleaned = _SHEET_NAME.sub("_", unit).strip()
    suffix = _SHEET_NAME.sub("_", suffix)[: 31 if cleaned else 26] or ("" if cleaned else "未命名")
    for attempt in range(1, 10_000):
        tail = suffix if attempt == 1 else f"_{attempt}{suffix}" if cleaned else f"{suffix}_{attempt}"
        name = cleaned[: 31 - len(tail)] + tail
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
    raise ValueError("同名单位太多")


def _write_book(path: Path, parts: Sequence[tuple[Case, Sequence[tuple[str, Drawn]]]]) -> None:
    with replacing(path) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, **base()}
        book = xlsxwriter.Workbook(str(temporary), options)
        used = dict.fromkeys(f"scheme {case.scheme.id} {case.scheme.hash}" for case, _ in parts)
        book.set_properties({"title": "部门整体支出绩效自评", "comments": "；".join(used)})
        filed = all(case.filed for case, _ in parts)
        styles = Styles(book, white=filed)
        found = [entry for part in parts for entry in write_part(styles, *part)]
        if found:
            findings_sheet.write(styles, _PROBLEMS, found, with_unit=len(parts) > 1)
        if not filed:
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


def write_part(styles: Styles, case: Case, sheets: Sequence[tuple[str, Drawn]]) -> list[Found]:
    """Write the sheets of one filing (name, what it is drawn from) and return its findings with their cells."""
    places: dict[str, tuple[str, str]] = {}
    for name, drawn in sheets:
        sheet: OfficialSheet = (
            PageSheet(styles, name, case, drawn) if isinstance(drawn, Page) else FormSheet(styles, name, case, drawn)
        )
        sheet.write()
        places |= {path: (sheet.name, address(row + 1, column + 1)) for path, (row, column) in sheet.places.items()}
    return [Found(entry, findings_sheet.link(places, entry.location.path)) for entry in case.findings]


__all__ = ["layout", "sheet_name", "write", "write_part", "write_single"]
