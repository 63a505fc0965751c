"""A department's own workbook with buttons: read, filled and checked like the master, with one filing in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbook.derive import Derived
from workbook.master import layout, results
from workbook.master.read import (
    Master,
    guarded,
    home_of,
    outdated_words,
    records_of,
    refuse_lacking,
    scheme_in,
    sheets_of,
)
from workbook.master.results import spot
from workbook.master.write import fill_value
from workbook.model.edits import Block, Change, Edits
from workbook.model.figures import json_number
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Left, Report
from workbook.model.issued import LEFT_SHEET, OURS
from workbook.model.records import pack_report, unpack_report
from workbook.readers import read
from workbook.storage.replacing import stamp
from workbook.writers.package import PackageError, chunks

TABLES = tuple(sorted(OURS))


def read_unit_book(path: Path) -> Master:
    """Return the workbook as a master of one filing; raise PackageError where it cannot be read."""
    return guarded(_read, path)


def _read(path: Path) -> Master:
    seen = stamp(path)
    sheets = sheets_of(path)
    out = Master(path, stamp=seen, own=True)
    home = home_of(sheets)
    out.year, out.region = home.year, home.region
    if home.moved:
        raise PackageError(outdated_words(out, f"「{layout.PARAMETERS}」里没有「标记」等设置"))
    for sheet in TABLES:
        table = layout.table(sheet)
        out.headings[table.name], out.records[table.name] = records_of(sheets, table)
    refuse_lacking(out)
    out.scheme = scheme_in(out, home.scheme)
    out.filings = read(path)
    if len(out.filings) != 1:
        raise PackageError(f"「{path.name}」里应有一个单位的附件2、附件3，现有 {len(out.filings)} 个")
    out.left = _left(sheets.get(LEFT_SHEET, []), out.filings[0])
    return out


def _left(rows: Sequence[Sequence[Any]], filing: Filing) -> Left | None:
    """Return what the bureau's check left, at the cells of this workbook; None where there is none, or somebody spoilt it."""
    try:
        held = json.loads("".join(str(cell) for row in rows[:1] for cell in row))
        findings = tuple(at_home(unpack_report(held), filing).findings)
        return Left(findings, dict(held.get("groups", {})), dict(held.get("cleared", {})))
    except (ValueError, KeyError, TypeError):
        return None


def left_block(report: Report, here: Report) -> Block:
    """Return what goes along hidden of the bureau's `report`: wherein a check of the workbook itself (`here`) differs from it.

    The workbook holds neither prose nor last year; what came of these stays in it until the bureau checks again.
    """
    found = {entry.key for entry in here.findings}
    left = Report(report.unit, [entry for entry in report.findings if entry.key not in found])
    groups = {entry.key: entry.group for entry in report.findings}
    cleared = {entry.key: entry.fingerprint for entry in here.findings if entry.key not in groups}
    held = {**pack_report(left), "groups": groups, "cleared": cleared}
    return Block(LEFT_SHEET, 1, 1, (tuple(chunks(json.dumps(held, ensure_ascii=False))),))


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
    changes = []
    for path, value in blanks:
        if value is not None:
            filing.set(path, value)
            changes.append(Change(filing.unit or "", path, filing.label(path), None, json_number(value)))
    return Edits(
        blocks, changes=changes, message=f"填充：补上 {len(blocks)} 格；您填过的没有改动，绿色格里的公式自动重算"
    )


def edits_for_check(book: Master, reports: Sequence[Report]) -> Edits:
    """Return what writes 校验结果, the marks and the state on 首页."""
    records = results.records(results.in_order(reports), {})
    blocks, resize = results.blocks(reports, records, book.headings["tblFindings"])
    idle = results.idle(reports, book.records["tblRules"], book.headings["tblRules"])
    return Edits([*blocks, *results.state(reports, book.scheme), *idle], [resize], results.said(reports))
