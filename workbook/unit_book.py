"""A department's own workbook with buttons: read, filled and checked like the master, with one filing in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbook import results
from workbook.derive import Derived, derive
from workbook.edits import Block, Edits
from workbook.filing import Filing
from workbook.findings import Finding, Report
from workbook.forms import form
from workbook.issued import LEFT_SHEET, OURS
from workbook.keep import stamp
from workbook.master import (
    Master,
    fill_value,
    guarded,
    home_of,
    local_cells,
    records_of,
    refuse_lacking,
    scheme_in,
    sheets_of,
)
from workbook.readers import read
from workbook.readers.detect import is_master, sheet_names
from workbook.records import pack_report, unpack_report
from workbook.results import spot
from workbook.scheme import Scheme, to_rows
from workbook.writers import master_layout as layout
from workbook.writers import unit_template
from workbook.writers.official import Case
from workbook.writers.package import PackageError, chunks

TABLES = tuple(sorted(OURS))
NEEDED = OURS - {layout.LOCAL_RULES}  # a workbook of before the bureau had rules of its own lacks that sheet


def is_unit_book(path: Path) -> bool:
    """Return whether a workbook has the sheets of a department's own one."""
    return {layout.HOME, *unit_template.OFFICIAL, *NEEDED} <= sheet_names(path) and not is_master(path)


def has_form(filing: Filing) -> bool:
    """Return whether a filing's form is the one that these workbooks are made in."""
    return tuple(form(filing.form).layout.get("sheets", ())) == unit_template.PARTS


def write(filing: Filing, scheme: Scheme, path: Path, rules: Sequence[Sequence[str]], parts: Path) -> None:
    """Write the workbook of one department at a path, not yet checked; `parts` is the folder of what the macros need.

    The Python of this machine is not written into it: the department has one of its own.
    """
    import json

    from workbook.writers.macro_book import finish

    texts = json.loads((parts / "texts.json").read_text(encoding="utf-8"))
    raw = path.with_name(f"raw-{path.name}")
    try:
        case = Case(filing, derive(filing, scheme), scheme)
        unit_template.write(
            case, raw, to_rows(scheme), rules, parts / "unit-vbaProject.bin", texts, local_cells(scheme)
        )
        finish(raw, path, (parts / "unit-customUI14.xml").read_bytes())
    finally:
        raw.unlink(missing_ok=True)


def read_unit_book(path: Path) -> Master:
    """Return the workbook as a master of one filing; raise PackageError where it cannot be read."""
    return guarded(_read, path)


def _read(path: Path) -> Master:
    seen = stamp(path)
    sheets = sheets_of(path)
    out = Master(path, stamp=seen, own=True)
    for sheet in TABLES:
        table = layout.table(sheet)
        out.headings[table.name], out.records[table.name] = records_of(sheets, table)
    refuse_lacking(out)
    home = home_of(sheets)
    out.year, out.region = home.year, home.region
    out.scheme = scheme_in(out, home.scheme)
    out.filings = read(path)
    if len(out.filings) != 1:
        raise PackageError(f"「{path.name}」里应有一个单位的附件2、附件3，现有 {len(out.filings)} 个")
    out.left = list(_left(sheets.get(LEFT_SHEET, []), out.filings[0]))
    return out


def _left(rows: Sequence[Sequence[Any]], filing: Filing) -> Iterator[Finding]:
    """Yield what the bureau's check found besides, at the cells of this workbook; nothing where somebody spoilt it."""
    import json

    try:
        report = unpack_report(json.loads("".join(str(cell) for row in rows[:1] for cell in row)))
    except (ValueError, KeyError, TypeError):
        return
    yield from at_home(report, filing).findings


def left_block(report: Report, here: Report) -> Block:
    """Return what goes along hidden of the bureau's `report`: that which a check of the workbook itself (`here`) does not find.

    The workbook holds neither prose nor last year; what came of these stays in it until the bureau checks again.
    """
    import json

    found = {entry.key for entry in here.findings}
    left = Report(report.unit, [entry for entry in report.findings if entry.key not in found])
    return Block(LEFT_SHEET, 1, 1, (tuple(chunks(json.dumps(pack_report(left), ensure_ascii=False))),))


def at_home(report: Report, filing: Filing) -> Report:
    """Return a report of the master with the places of its findings in the department's own workbook."""
    return replace(report, findings=[_placed(entry, filing) for entry in report.findings])


def _placed(finding: Finding, filing: Filing) -> Finding:
    place = filing.places.get(finding.location.path)
    sheet, cell = (place.sheet, place.cell) if place else ("", "")
    return replace(finding, location=replace(finding.location, sheet=sheet, cell=cell))


def edits_for_fill(book: Master, derived: Mapping[str, Derived]) -> Edits:
    """Return what fills the derived cells that were blanked; what was entered stays."""
    filing = book.filings[0]
    result = derived[filing.unit or ""]
    blanks = [(path, fill_value(filing, path, result, book.scheme)) for path in filing.paths()]
    filled = [(filing.places[path], value) for path, value in blanks if value is not None]
    blocks = [Block(place.sheet, *spot(place.cell), ((value,),)) for place, value in filled]
    return Edits(blocks, message=f"填充：补上 {len(blocks)} 格；您填过的没有改动，绿色格里的公式自动重算")


def edits_for_check(book: Master, reports: Sequence[Report]) -> Edits:
    """Return what writes 校验结果, the marks and the state on 首页."""
    records = results.records(results.in_order(reports), {})
    blocks, resize = results.blocks(reports, records, book.headings["tblFindings"])
    idle = results.idle(reports, book.records["tblRules"], book.headings["tblRules"])
    return Edits([*blocks, *results.state(reports, book.scheme), *idle], [resize], results.said(reports))
