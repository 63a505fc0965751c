"""The tables of the master as edits: written whole or row by row, made new, filled, emptied. What the clerk wrote is kept."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from workbook.derive import Derived, derive, grade_words
from workbook.forms import shown_as
from workbook.master import given_sheet, layout, summary_sheet
from workbook.master.layout import Column, Table
from workbook.master.merge import computed_for
from workbook.master.read import LISTS, OWN, Master, Record, is_stored, unit_of, words_of_cell
from workbook.master.results import number_of, runs, single, spot
from workbook.model.edits import Block, Cell, Change, Edits, Formula, Resize
from workbook.model.fields import field_of
from workbook.model.figures import SHOWN, json_number, round_half_up
from workbook.model.filing import Filing, from_json, to_json, unit_key
from workbook.model.scheme import (
    Scheme,
    names,
    to_rows,
)
from workbook.ooxml import address
from workbook.rules.registry import rules
from workbook.storage import FOLDER
from workbook.storage.changes import between
from workbook.writers.package import PackageError, chunks


def edits_for_new(*, year: int, region: str, python: str = "", scheme: Scheme | None = None) -> Edits:
    """Return what makes a blank master that of a year, a region and a scheme; `python` is what its buttons start first."""
    blocks = [single(layout.YEAR, year), single(layout.REGION, region), *_scheme_blocks(scheme)]
    if python:
        blocks.append(Block(layout.TEXTS_SHEET, *layout.PYTHON, ((python,),)))
    return Edits(blocks, message="已新建")


def edits_for_year(master: Master, year: int) -> list[Block]:
    """Turn a master to another year and return what writes it."""
    master.year = year
    return [single(layout.YEAR, year)]


def _scheme_blocks(scheme: Scheme | None) -> Iterator[Block]:
    """Yield what puts a scheme into a blank master: its parameters into 参数, its severities into 规则说明."""
    if scheme is None:
        return
    if scheme.id in names():
        yield single(layout.SCHEME_ID, scheme.title)
    parameters, catalogue = layout.table("参数"), layout.table("规则说明")
    yield Block(parameters.sheet, parameters.top + 1, 1, tuple(to_rows(scheme)))
    for row, rule in enumerate(rules(), start=catalogue.top + 1):
        if rule.id in scheme.severities:
            level = scheme.severities[rule.id]
            word = "停用" if level is None else level.caption
            yield Block(catalogue.sheet, row, catalogue.column("本地级别"), ((word,),))


def edits_for_remove(master: Master, units: Iterable[str]) -> Edits:
    """Return what takes departments out of a master altogether; raise PackageError where it holds none of that name."""
    wanted = {unit_key(unit): unit for unit in units}
    known = {unit_key(filing.unit) for filing in (*master.filings, *master.unlisted)} | set(
        map(unit_key, master.missing)
    )
    if strange := [unit for key, unit in wanted.items() if key not in known]:
        raise PackageError(
            f"「{master.path.name}」里没有单位「{'」「'.join(strange)}」，没有改动；请照「部门清单」写名称"
        )
    filings, unlisted = (
        [filing for filing in part if unit_key(filing.unit) not in wanted] for part in (master.filings, master.unlisted)
    )
    listed = [name for row in master.records["tblUnits"] if unit_key(name := unit_of(row)) not in wanted]
    edits, _ = table_edits(master, filings, unlisted, listed)
    snapshots = {unit: held for unit, held in master.snapshots.items() if unit_key(unit) not in wanted}
    edits.blocks += snapshot_blocks(snapshots, master.snapshots)
    for name in ("tblFindings", "tblDifferences"):
        rows = [row for row in master.records[name] if unit_key(unit_of(row)) not in wanted]
        edits.blocks += whole_table(master, name, rows)
        edits.resizes += [Resize(name, len(rows))] if master.headings[name] else []
    edits.blocks += outdated(master)
    edits.changes = list(between([*master.filings, *master.unlisted], [*filings, *unlisted]))
    edits.message = f"已移出 {len(wanted)} 个单位：{'、'.join(wanted.values())}；数据连同移出以前的总表都留在“{FOLDER}”，可用 jixiao undo 撤销"
    return edits


def outdated(master: Master) -> Iterator[Block]:
    """Yield what says that 校验结果 speaks of the state before: rows have moved, so the marks are taken off."""
    if master.records["tblFindings"]:
        yield Block("校验结果", 2, 2, (("数据已更新，请再按“全审”；下列是更新前的结果",),))
        yield single(layout.STATE["verdict"], "数据已更新，尚未全审")
        yield single(layout.MARKS, "关")


def whole_table(master: Master, name: str, rows: Sequence[Record]) -> Iterator[Block]:
    """Yield what writes a table anew with these rows."""
    headings = master.headings[name]
    order = sorted(headings, key=lambda heading: headings[heading])
    table = next(entry for entry in layout.TABLES if entry.name == name)
    if rows:
        yield Block(
            table.sheet, table.top + 1, 1, tuple(tuple(cell_of(row.get(entry)) for entry in order) for row in rows)
        )


def snapshot_blocks(snapshots: Mapping[str, dict[str, Any]], before: Mapping[str, dict[str, Any]]) -> list[Block]:
    """Return what writes what the departments handed in last, over what stands there of `before`."""
    rows = [_snapshot_row(unit, data) for unit, data in snapshots.items()]
    rows += [()] * (len(before) - len(rows))
    # as wide as what stood there, or the end of a longer text would stay behind a shorter one
    width = max((len(row) for row in (*rows, *(_snapshot_row(*entry) for entry in before.items()))), default=1)
    padded = tuple(row + (None,) * (width - len(row)) for row in rows)
    return [Block(layout.SNAPSHOT_SHEET, 1, 1, padded)] if padded else []


def _snapshot_row(unit: str, data: dict[str, Any]) -> tuple[Cell, ...]:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return (unit, *chunks(text))


def table_edits(
    master: Master, filings: list[Filing], unlisted: list[Filing], listed: Sequence[str] | None = None
) -> tuple[Edits, bool]:
    """Return what makes the tables hold these filings, and whether that changes anything that is entered in them.

    `unlisted` are the filings that 部门清单 does not name; `listed` the names it has first (those it has now).
    """
    edits, anew = Edits(), False
    every = [*filings, *unlisted]
    results = {filing.unit or "": derive(filing, master.scheme_for(filing)) for filing in every}
    own = {
        (table.name, unit_of(row), number_of(row)): row for table in layout.TABLES for row in master.records[table.name]
    }
    for table in layout.TABLES:
        if table.name in ("tblFindings", "tblDifferences", "tblParameters", "tblRules", "tblLocalRules"):
            continue
        if table.name == "tblGiven" and not master.headings[table.name]:
            continue  # a master of before this sheet
        rows = [row for filing in (filings if table.name == "tblUnits" else every) for row in _rows(table, filing)]
        if table.name == "tblUnits":
            names = map(unit_of, master.records["tblUnits"]) if listed is None else listed
            rows = _listed(master, rows, names)
        changed = list(_row_blocks(master, table, rows, own))
        anew = anew or bool(changed) or len(rows) != len(master.records[table.name])
        edits.resizes.append(Resize(table.name, len(rows)))
        edits.blocks += changed
    edits.blocks += [block for table in layout.TABLES for block in _derived_blocks(master, table, every, results)]
    if master.summarised:
        edits.blocks += summary_sheet.of_data(every, results)
    return edits, anew


def _listed(master: Master, rows: list[Record], names: Iterable[str]) -> list[Record]:
    """Return the rows of 部门清单: those of the names in their order, then new ones; who has not handed in is said."""
    fresh = {unit_of(row): row for row in rows}
    out = [fresh.pop(unit, {}) or {layout.UNIT: unit, "报送": "未报"} for unit in names]
    out += fresh.values()
    headings = master.headings["tblUnits"]
    for number_of_row, record in enumerate(out, start=layout.table("部门清单").top + 1):
        record |= unit_links(number_of_row, headings, 0, record["报送"] == "已报")
    return out


def unit_links(row: int, headings: Mapping[str, int], findings: int, handed_in: bool) -> Record:
    """Return the formulas of a row of 部门清单 with what they show now."""
    shown = {layout.MARK_COLUMN: f"{layout.FLAG} {findings}" if findings else ""}
    return {
        name: Formula(formula, shown.get(name, layout.ARROW if handed_in else ""))
        for name, formula in layout.unit_formulas(row, headings).items()
    }


def _rows(table: Table, filing: Filing) -> Iterator[Record]:
    """Yield the records of one filing in one table, by heading."""
    unit = filing.unit or ""
    if table.name == "tblProse":
        for position, text in enumerate(filing.narrative, start=1):
            yield {layout.UNIT: unit, "段号": position, "正文": text}
        return
    if table.name == "tblGiven":
        for position, row in enumerate(given_sheet.rows(filing), start=1):
            yield {layout.UNIT: unit, layout.NUMBER: position, **row}
        return
    count = len(getattr(filing, table.rows_of)) if table.rows_of else 1
    for index in range(count):
        record: Record = {layout.UNIT: unit}
        if table.rows_of:
            record[layout.NUMBER] = index + 1
        if table.name == "tblUnits":
            record["报送"] = "已报"
        for column in table.columns:
            if is_stored(column):
                record[column.heading] = _stored(filing, column, index)
        yield record


def _stored(filing: Filing, column: Column, index: int) -> Cell:
    if column.path == "form":
        return shown_as(filing.form) or None
    if column.path in OWN:
        return getattr(filing, column.path) or None
    if column.path in LISTS:
        words = getattr(filing, column.path)
        return "；".join(sorted(words) if column.path == "absent" else words) or None
    if column.path in ("class_weights", "years"):
        pairs: dict[str, Any] = getattr(filing, column.path)
        return "；".join(f"{name}={value}" for name, value in pairs.items()) or None
    path = column.path.replace("[]", f"[{index}]")
    value: Cell = filing.get(path)
    return filing.unread.get(path) if value is None else value


def _row_blocks(master: Master, table: Table, rows: list[Record], own: Mapping[Any, Record]) -> Iterator[Block]:
    """Yield blocks for the rows that change; columns the clerk added go along with their rows."""
    headings = master.headings[table.name]
    standing = {record["#"]: record for record in master.records[table.name]}
    order = sorted(headings, key=lambda name: headings[name])
    derived = {column.heading for column in table.columns if column.role in ("计算", "审核")}
    pending: list[tuple[Cell, ...]] = []
    start = table.top + 1
    for position, record in enumerate(rows, start=table.top + 1):
        before = own.get((table.name, unit_of(record), number_of(record)), {})
        kept = {name: before.get(name) for name in order if name not in record and name != layout.MARK_COLUMN}
        full: Record = {**kept, **record}
        if _same(full, standing.get(position), derived):
            yield from _flush(table, start, pending)
            pending, start = [], position + 1
            continue
        pending.append(tuple(cell_of(full.get(name)) for name in order))
    yield from _flush(table, start, pending)


def _flush(table: Table, start: int, pending: list[tuple[Cell, ...]]) -> Iterator[Block]:
    if pending:
        yield Block(table.sheet, start, 1, tuple(pending))


def _same(record: Record, standing: Record | None, derived: set[str]) -> bool:
    if standing is None:
        return False
    names = [name for name, value in record.items() if name not in derived and not isinstance(value, Formula)]
    names = [name for name in names if name != layout.MARK_COLUMN]
    return all(words_of_cell(plain_value(record[name])) == words_of_cell(standing.get(name)) for name in names)


def plain_value(value: Any) -> Any:
    """Return a value as a cell gives it back: a figure as a float."""
    return float(value) if isinstance(value, Decimal) else value


def cell_of(value: Any) -> Cell:
    """Return a value read from a workbook as it is written into one."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    return value if isinstance(value, str | Decimal | int | Formula) else words_of_cell(value)


def _derived_blocks(
    master: Master, table: Table, filings: Sequence[Filing], results: Mapping[str, Derived]
) -> Iterator[Block]:
    """Yield the computed columns of a table, each whole."""
    headings = master.headings[table.name]
    for column in table.columns:
        if not column.path.startswith("derived:"):
            continue
        values: list[tuple[Cell]] = []
        for filing in filings:
            count = len(getattr(filing, table.rows_of)) if table.rows_of else 1
            for index in range(count):
                row = table.top + 1 + len(values)
                values.append((_computed(column, filing, index, results[filing.unit or ""], row, headings),))
        if values:
            yield Block(table.sheet, table.top + 1, headings[column.heading], tuple(values))


def _computed(
    column: Column, filing: Filing, index: int, result: Derived, row: int, headings: Mapping[str, int]
) -> Cell:
    name = column.path.removeprefix("derived:")
    if name in filing.expenses:
        return _quotient(
            row, headings, f"expenses.{name}.final", f"expenses.{name}.budget", result.control_rates.get(name)
        )
    if name == "score":
        return result.at(f"indicators[{index}].score")
    if name == "basis":
        return result.indicators[index].basis
    if name == "difference":
        entered, computed = filing.indicators[index].score, result.at(f"indicators[{index}].score")
        return None if entered is None or computed is None else round_half_up(entered - computed, SHOWN)
    return grade_words(filing, result) if name == "grade" else result.at(name)


def _quotient(row: int, headings: Mapping[str, int], top: str, bottom: str, value: Decimal | None) -> Cell:
    labels = (field_of(top).label, field_of(bottom).label)
    upper, lower = (address(row, headings[label]) for label in labels)
    return Formula(f'IF(OR({upper}="",N({lower})=0),"",ROUND({upper}/{lower},4))', "" if value is None else value)


def edits_for_fill(master: Master, derived: Mapping[str, Derived]) -> Edits:
    """Return what fills the blank derived fields; what was entered stays, and the computed columns show the difference."""
    edits = Edits()
    count = 0
    snapshots = dict(master.snapshots)
    for filing in master.filings:
        unit = filing.unit or ""
        result = derived[unit]
        for path in filing.paths():
            value = fill_value(filing, path, result, master.scheme_for(filing))
            if value is None:
                continue
            place = filing.places[path]
            edits.blocks.append(Block(place.sheet, *spot(place.cell), ((value,),)))
            filing.set(path, value)
            edits.changes.append(Change(unit, path, filing.label(path), None, json_number(value)))
            count += 1
            if unit in snapshots:
                snapshots[unit] = _with_value(snapshots[unit], path, value)
    for table in layout.TABLES:
        edits.blocks += derived_in_place(master, table, derived)
    edits.blocks += snapshot_blocks(snapshots, master.snapshots)
    edits.message = f"填充：补上 {count} 格；您填过的没有改动，差异见“差异”“（计算）”各列"
    return edits


def fill_derived(filing: Filing, result: Derived, scheme: Scheme) -> int:
    """Fill the blank derived fields of a filing itself, wherever they stand; return how many."""
    count = 0
    for path in list(filing.paths()):
        if filing.get(path) is None and path not in filing.unread and filing.asks(path):
            value = computed_for(filing, path, result, scheme)
            if value is not None:
                filing.set(path, value)
                count += 1
    return count


def keep_given(master: Master, edits: Edits) -> None:
    """Have edits write the tables that were given along into 决算和目标 besides."""
    table = layout.table(layout.GIVEN)
    if not master.headings[table.name]:
        return
    every = [*master.filings, *master.unlisted]
    rows = [row for filing in every for row in _rows(table, filing)]
    edits.blocks += whole_table(master, table.name, rows)
    edits.resizes.append(Resize(table.name, len(rows)))


def _with_value(snapshot: dict[str, Any], path: str, value: Decimal) -> dict[str, Any]:
    held = from_json(snapshot)
    held.set(path, value)
    return with_original(to_json(held), held.original)


def with_original(snapshot: dict[str, Any], original: str) -> dict[str, Any]:
    """Return what was handed in together with its form word for word, where that is known."""
    return snapshot | {"original": original} if original else snapshot


def fill_value(filing: Filing, path: str, result: Derived, scheme: Scheme) -> Decimal | None:
    """Return what 填充 puts into a field, None where it holds something or nothing can be computed."""
    if filing.get(path) is not None or path in filing.unread or path not in filing.places:
        return None
    return computed_for(filing, path, result, scheme)


def derived_in_place(master: Master, table: Table, derived: Mapping[str, Derived]) -> Iterator[Block]:
    """Yield the computed columns against the rows as they stand (the clerk may have sorted them)."""
    headings, records = master.headings[table.name], master.records[table.name]
    filings = {filing.unit or "": filing for filing in master.filings}
    columns = [column for column in table.columns if column.path.startswith("derived:")]
    for column in columns:
        by_row: dict[int, Cell] = {}
        seen: dict[str, int] = {}
        for record in sorted(records, key=number_of) if table.rows_of else records:
            unit = unit_of(record)
            if unit not in filings:
                continue
            index = seen.get(unit, 0)
            seen[unit] = index + 1
            by_row[record["#"]] = _computed(column, filings[unit], index, derived[unit], record["#"], headings)
        yield from runs(table.sheet, headings[column.heading], by_row)


def edits_for_clear(master: Master) -> Edits:
    """Return what takes the marks off the cells: one switch; the clerk's own fills were never touched."""
    return Edits([single(layout.MARKS, "关")], message="已清除标记；问题清单保留在“校验结果”，再按“全审”标记重新显示")
