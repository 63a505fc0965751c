"""What each verb changes in the master, as edits: taken in, filled, checked, removed. What the clerk wrote is kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workbook.derive import Derived, derive, grade_words
from workbook.forms import shown_as
from workbook.master import given_sheet, layout, merge, prose_sheet, results, summary_sheet, tracking
from workbook.master.layout import Column, Table
from workbook.master.merge import REASONS, UNIT, Difference, Merge, computed_for, moved_path
from workbook.master.read import LISTS, OWN, Master, Record, is_stored, unit_of, words_of_cell
from workbook.master.results import number_of, runs, single, spot
from workbook.model.edits import Block, Cell, Change, Edits, Formula, Resize, hyperlink
from workbook.model.fields import field_of, pattern_of
from workbook.model.figures import SHOWN, brief, json_number, round_half_up
from workbook.model.filing import ROW_NAMES, Explanation, Filing, from_json, to_json, unit_key
from workbook.model.findings import Report, Severity
from workbook.model.scheme import (
    Scheme,
    names,
    to_rows,
)
from workbook.ooxml import address
from workbook.process import named
from workbook.rollup import measures
from workbook.rules.registry import rules
from workbook.storage.changes import between
from workbook.storage.replacing import FOLDER
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


@dataclass(slots=True)
class Taken:
    """What taking filings in would do: the edits, the differences from what the master holds, who is new, who is not."""

    edits: Edits
    differences: list[Difference] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)


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


def edits_for_import(master: Master, filings: Sequence[Filing]) -> Edits:
    """Return what takes filings in: a department already there is updated, what the clerk changed since is kept."""
    return take_in(master, filings).edits


def take_in(master: Master, filings: Sequence[Filing], prefer: str = merge.MASTER) -> Taken:
    """Return what takes filings in, by the rules of `workbook.master.merge`; `prefer` says who wins a conflict (总表, 单位)."""
    held = {filing.unit or "": filing for filing in master.filings}
    unlisted = {filing.unit or "": filing for filing in master.unlisted}
    listed = {unit_key(unit): unit for unit in (*held, *master.missing, *unlisted)}
    snapshots = dict(master.snapshots)
    taken, reasons = Taken(Edits()), Reasons(master)
    for filing in filings:
        # a department goes by the name that 部门清单 gives it, however the file spaces it
        unit = listed.setdefault(unit_key(filing.name), filing.name)
        filing.unit = unit
        snapshot = to_json(filing)
        moved: Mapping[str, Mapping[int, int]] = {}
        if filing.claimed:
            taken.differences.append(_claim(filing))
        if unit in unlisted:
            held[unit] = unlisted.pop(unit)
        if unit in held:
            given = held[unit].given.joined(filing.given)
            merged = Merge(held[unit], snapshots.get(unit, {}), filing, master.scheme_for(filing), prefer)
            held[unit] = merged.filing
            held[unit].given = given
            taken.updated.append(unit)
            taken.differences += merged.differences
            snapshot, moved = merged.handed_in(snapshot), merged.moved
        else:
            held[unit] = filing
            taken.added.append(unit)
        taken.differences += reasons.take(filing, prefer)
        reasons.move(unit, moved)
        snapshots[unit] = with_original(snapshot, held[unit].original)
    taken.edits, anew = table_edits(master, list(held.values()), list(unlisted.values()))
    taken.edits.blocks += snapshot_blocks(snapshots, master.snapshots)
    renewed = {unit for unit in snapshots if snapshots[unit] != master.snapshots.get(unit)}
    for made in (reasons.edits(), _difference_edits(master, taken, held, renewed)):
        taken.edits.blocks += made.blocks
        taken.edits.resizes += made.resizes
    taken.edits.changes = list(between(master.filings, held.values()))
    _track(master, taken, held, renewed)
    if anew:
        taken.edits.blocks += outdated(master)
    head = f"导入：新增 {len(taken.added)} 个单位，更新 {len(taken.updated)} 个"
    taken.edits.message = "\n".join([head, *differences_said(taken)])
    return taken


def _track(master: Master, taken: Taken, held: Mapping[str, Filing], renewed: set[str]) -> None:
    """Say in 部门清单 who has handed in, or handed in again (figures or 出错说明), and when."""
    first = layout.table("部门清单").top + 1
    at = {unit: row for row, unit in enumerate(_unit_order(master, held), start=first)}
    rows = tracking.rows_of(master.records["tblUnits"])
    came = renewed | {entry.unit for entry in taken.differences if entry.case == "说明"}
    said = {unit: tracking.on_import(rows.get(unit_key(unit), {}), date.today()) for unit in at if unit in came}  # noqa: DTZ011
    taken.edits.blocks += tracking.blocks(at, master.headings["tblUnits"], said)
    taken.edits.changes += tracking.changes(rows, said)


def _claim(filing: Filing) -> Difference:
    """Return the conflict of a workbook that was issued to one department and bears another's name."""
    unit, place = filing.unit or "", filing.places.get("unit")
    cell = f"{place.sheet} {place.cell}" if place else ""
    reason = (
        f"这本工作簿是发给“{unit}”的（见其中的底稿），单位名称却填成“{filing.claimed}”：数字仍归“{unit}”，请核实；"
        f"确是“{filing.claimed}”的数，请它在自己的工作簿里填报"
    )
    return Difference(unit, "unit", "单位名称", cell, unit, unit, filing.claimed, merge.MASTER, "冲突", reason)


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


def differences_said(taken: Taken, listed: bool = True) -> list[str]:
    """Return the lines for the clerk: how many differences of which kind, and the conflicts in which the master stays.

    `listed` says whether the differences are written into 导入差异.
    """
    cases = Counter(entry.case for entry in taken.differences)
    counts = "，".join(f"{case} {cases[case]} 处" for case in merge.CASES if cases[case])
    where = f"，逐处列在「{layout.DIFFERENCES}」" if listed else ""
    out = [f"与总表的差异 {len(taken.differences)} 处（{counts}）{where}"] if cases else []
    out += [entry.reason for entry in taken.differences if entry.path == "unit"]
    conflicts = (entry for entry in taken.differences if entry.case == "冲突" and entry.path != "unit")
    kept = [entry for entry in conflicts if entry.winner == merge.MASTER]
    if kept:
        out += ["您改过的保留：", *(f"{entry.unit}：{kept_words(entry)}" for entry in kept[:50])]
        out += [f"……共 {len(kept)} 处"] if len(kept) > 50 else []
    return out


def kept_words(entry: Difference) -> str:
    """Return a conflict in which the master stays as one line."""
    if not entry.old or not entry.new:
        return f"{entry.label}{entry.reason}"
    return f"{entry.label}保留总表里的“{brief(entry.old, 20)}”，新文件为“{brief(entry.new, 20)}”"


def outdated(master: Master) -> Iterator[Block]:
    """Yield what says that 校验结果 speaks of the state before: rows have moved, so the marks are taken off."""
    if master.records["tblFindings"]:
        yield Block("校验结果", 2, 2, (("数据已更新，请再按“全审”；下列是更新前的结果",),))
        yield single(layout.STATE["verdict"], "数据已更新，尚未全审")
        yield single(layout.MARKS, "关")


def _difference_edits(master: Master, taken: Taken, held: Mapping[str, Filing], renewed: set[str]) -> Edits:
    """Return what lists the differences in 导入差异: those of the departments that handed in something new, others' stay."""
    table = layout.table(layout.DIFFERENCES)
    headings = master.headings[table.name]
    if not headings:  # a master from before this sheet
        return Edits()
    fresh = {*renewed, *(entry.unit for entry in taken.differences)}
    spots = _spots(master, held)
    rows = [row for row in master.records[table.name] if unit_of(row) not in fresh]
    said = {_but_time(row): row[_TIME] for row in master.records[table.name]}
    for entry in taken.differences:
        row = _difference_record(entry, spots(entry))
        rows.append(row | {_TIME: said.get(_but_time(row), row[_TIME])})
    return Edits(list(whole_table(master, table.name, rows)), [Resize(table.name, len(rows))])


_TIME = "导入时间"


def _but_time(row: Record) -> tuple[str, ...]:
    """Return what a difference says, whenever it was found and wherever its cell is."""
    return tuple(
        words_of_cell(row.get(name)) or "" for name in (layout.UNIT, "情形", "项目", "总表里", "文件里", "采用")
    )


def whole_table(master: Master, name: str, rows: Sequence[Record]) -> Iterator[Block]:
    """Yield what writes a table anew with these rows."""
    headings = master.headings[name]
    order = sorted(headings, key=lambda heading: headings[heading])
    table = next(entry for entry in layout.TABLES if entry.name == name)
    if rows:
        yield Block(
            table.sheet, table.top + 1, 1, tuple(tuple(cell_of(row.get(entry)) for entry in order) for row in rows)
        )


def _difference_record(entry: Difference, spot: Cell) -> Record:
    when = datetime.now().strftime("%Y-%m-%d %H:%M")  # noqa: DTZ005 — the clerk's own clock
    return {
        layout.UNIT: entry.unit,
        "情形": entry.case,
        "项目": entry.label,
        "总表位置": spot,
        "文件位置": entry.cell,
        "发出时": entry.before,
        "总表里": entry.old,
        "文件里": entry.new,
        "采用": entry.winner,
        "为什么": entry.reason,
        _TIME: when,
    }


def _spots(master: Master, held: Mapping[str, Filing]) -> Callable[[Difference], Cell]:
    """Return what gives the link to a difference's cell in the master as it will be."""
    columns = {
        column.path: (table, master.headings[table.name][column.heading])
        for table in layout.TABLES
        for column in table.columns
        if column.path and column.heading in master.headings[table.name]
    }
    first: dict[tuple[str, str], int] = {}
    for table in layout.TABLES:
        row = table.top + 1
        for unit in _unit_order(master, held) if table.name == "tblUnits" else held:
            first[table.name, unit] = row
            row += len(getattr(held[unit], table.rows_of)) if table.rows_of and unit in held else 1

    def link(entry: Difference) -> Cell:
        name, _, rest = entry.path.partition("[")
        pattern = (
            pattern_of(entry.path) if "." in rest or not rest else f"{name}[].{ROW_NAMES.get(name) or 'approved_area'}"
        )
        if pattern not in columns or (rest and entry.case in ("删除", "保留") and "." not in rest):
            return None
        table, column = columns[pattern]
        number = int(rest.partition("]")[0]) if rest else 0
        cell = address(first[table.name, entry.unit] + number, column)
        return hyperlink(table.sheet, cell, f"{table.sheet}!{cell}")

    return link


def _unit_order(master: Master, held: Mapping[str, Filing]) -> list[str]:
    listed = [unit_of(record) for record in master.records["tblUnits"]]
    return [*listed, *(unit for unit in held if unit not in listed)]


class Reasons:
    """出错说明 of 校验结果 while filings come in: the keys follow their rows, the departments' words come in."""

    def __init__(self, master: Master) -> None:
        self.headings = master.headings["tblFindings"]
        self.records = [dict(record) for record in master.records["tblFindings"]]
        self.changed: dict[tuple[int, str], Cell] = {}
        self.added: list[Record] = []

    def move(self, unit: str, moved: Mapping[str, Mapping[int, int]]) -> None:
        """Give the findings of a department the keys of the rows' new places."""
        for record in (*self.records, *self.added):
            if unit_of(record) == unit:
                self._put(record, "问题键", moved_key(str(record.get("问题键")), moved))

    def take(self, filing: Filing, prefer: str) -> Iterator[Difference]:
        """Take in what a department wrote beside its findings; yield what differs from the master."""
        for key, given in filing.explanations.items():
            record = next((row for row in (*self.records, *self.added) if row.get("问题键") == key), None)
            old = words_of_cell(record.get("出错说明")) or "" if record else ""
            then = filing.issued_reasons.get(key, "")
            if given.text in (old, then):
                continue
            case, winner = ("说明", UNIT) if old in ("", then) else ("冲突", prefer)
            reason = REASONS[case, winner] if case == "冲突" else "单位写的出错说明，并入校验结果"
            rule, unit, _ = key.split("|", 2)
            if winner == UNIT:
                self._write(rule, unit, key, given, record)
            yield Difference(unit, "", f"{rule} 的出错说明", "问题", then, old, given.text, winner, case, reason)

    def _write(self, rule: str, unit: str, key: str, given: Explanation, record: Record | None) -> None:
        if record is not None:
            self._put(record, "出错说明", given.text)
            self._put(record, "指纹", given.fingerprint)
            return
        said = "随部门工作簿带回的出错说明，请按“全审”"
        self.added.append(
            {
                "规则编号": rule,
                layout.UNIT: unit,
                "问题": said,
                "出错说明": given.text,
                "问题键": key,
                "指纹": given.fingerprint,
            }
        )

    def _put(self, record: Record, heading: str, value: Any) -> None:
        if record.get(heading) != value:
            record[heading] = value
            if "#" in record:
                self.changed[record["#"], heading] = cell_of(value)

    def edits(self) -> Edits:
        """Return what writes it into 校验结果."""
        table = layout.table("校验结果")
        out = Edits()
        for heading in sorted({heading for _, heading in self.changed}):
            by_row = {row: value for (row, name), value in self.changed.items() if name == heading}
            out.blocks += runs(table.sheet, self.headings[heading], by_row)
        if self.added:
            end = max((record["#"] for record in self.records), default=table.top)
            order = sorted(self.headings, key=lambda name: self.headings[name])
            rows = tuple(tuple(cell_of(record.get(name)) for name in order) for record in self.added)
            out.resizes.append(Resize(table.name, end - table.top + len(rows)))
            out.blocks.append(Block(table.sheet, end + 1, 1, rows))
        return out


def moved_key(key: str, moved: Mapping[str, Mapping[int, int]]) -> str:
    """Return a finding's key after the rows of its department have moved (its path is the third part)."""
    rule, unit, place = [*key.split("|", 2), "", ""][:3]
    path, colon, quote = place.partition(":")
    return "|".join((rule, unit, f"{moved_path(path, moved)}{colon}{quote}"))


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
        record |= _unit_links(number_of_row, headings, 0, record["报送"] == "已报")
    return out


def _unit_links(row: int, headings: Mapping[str, int], findings: int, handed_in: bool) -> Record:
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
    return all(words_of_cell(_plain(record[name])) == words_of_cell(standing.get(name)) for name in names)


def _plain(value: Any) -> Any:
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
        edits.blocks += _derived_in_place(master, table, derived)
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


def _derived_in_place(master: Master, table: Table, derived: Mapping[str, Derived]) -> Iterator[Block]:
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


def edits_for_check(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Edits:
    """Return what writes 校验结果, the marks, 部门清单 and the state on 首页."""
    found = results.in_order(reports)
    findings = [entry for card in found for entry in card.all]
    prose = {(unit_of(row), number_of(row)): row["#"] for row in master.records["tblProse"]}
    records = results.records(found, prose)
    blocks, resize = results.blocks(reports, records, master.headings["tblFindings"])
    edits = Edits(blocks, [resize], results.said(reports))
    edits.blocks += _mark_columns(master, Counter(str(record["行键"]) for record in records))
    edits.blocks += _unit_columns(master, reports, derived)
    edits.blocks += [block for entry in layout.TABLES for block in _derived_in_place(master, entry, derived)]
    edits.blocks += results.state(reports, master.scheme)
    if master.summarised:
        unlisted = {filing.unit or "": derive(filing, master.scheme_for(filing)) for filing in master.unlisted}
        # the cells' own formulas sum all rows that stand
        edits.blocks += summary_sheet.of_data([*master.filings, *master.unlisted], {**derived, **unlisted})
        edits.blocks += summary_sheet.of_check(master.filings, reports, derived, findings, master.scheme)
        edits.blocks += summary_sheet.top_units(list(_ranked(master, reports)))
    catalogue, listed = _catalogue(master)
    edits.blocks += listed.blocks
    edits.resizes += listed.resizes
    edits.blocks += summary_sheet.rule_counts(catalogue, master.headings["tblRules"], findings, master.summarised)
    edits.blocks += results.idle(reports, catalogue, master.headings["tblRules"])
    edits.blocks += prose_sheet.blocks(
        *(master.records["tblProse"], master.headings["tblProse"]), master.filings, reports, derived, master.scheme_for
    )
    edits.changes = list(_verdict_changes(master, reports, derived))
    return edits


def _catalogue(master: Master) -> tuple[list[Record], Edits]:
    """Return the rows of 规则说明 as they will be, with the bureau's own rules behind the others, and what writes these."""
    known = {rule.id for rule in rules()}
    records = master.records["tblRules"]
    shipped = [record for record in records if str(record["编号"]) in known]
    standing = [record for record in records if str(record["编号"]) not in known]
    if not (master.scheme.local or standing):
        return records, Edits()
    table, headings = layout.table("规则说明"), master.headings["tblRules"]
    levels = {str(record["编号"]): record.get("本地级别") for record in standing}
    first = max((record["#"] for record in shipped), default=table.top) + 1
    order = sorted(headings, key=lambda name: headings[name])
    own: list[Record] = []
    catalogue = named("workbook.rules.catalogue")
    for row, cells in enumerate(catalogue.local_rows(master.scheme), start=first):
        own.append(dict(zip(catalogue.HEADINGS, cells, strict=True)) | {"本地级别": levels.get(cells[0]), "#": row})
    out = Edits([], [Resize(table.name, first - table.top - 1 + len(own))])
    if own:
        values = tuple(tuple(cell_of(record.get(name)) for name in order) for record in own)
        out.blocks.append(Block(table.sheet, first, 1, values))
    return [*shipped, *own], out


def _mark_columns(master: Master, counts: Mapping[str, int]) -> Iterator[Block]:
    """Yield the first column of each data table: how many findings its row has, as a link to the first of them."""
    results = layout.table("校验结果")
    key = address(1, results.column("行键")).rstrip("1")
    span = f"校验结果!${key}${results.top + 1}:${key}${layout.LAST_ROW}"
    for table in layout.TABLES:
        if table.columns[0].heading != layout.MARK_COLUMN or table.sheet == "部门清单":
            continue
        by_row: dict[int, Cell] = {}
        for record in master.records[table.name]:
            this = f'"{table.sheet}|"&ROW()'
            link = f'HYPERLINK("#校验结果!A"&(MATCH({this},{span},0)+{results.top}),"{layout.FLAG} "&COUNTIF({span},{this}))'
            count = counts.get(f"{table.sheet}|{record['#']}", 0)
            formula = Formula(f'IF(COUNTIF({span},{this})=0,"",{link})', f"{layout.FLAG} {count}")
            by_row[record["#"]] = formula if count else None
        yield from runs(table.sheet, master.headings[table.name][layout.MARK_COLUMN], by_row)


_OF_REPORT = ("结论", "错误", "预警", "总分", "等级", "执行率", "预算增长", "次序")


def _ranked(master: Master, reports: Sequence[Report]) -> Iterator[tuple[int, str, int, int]]:
    """Yield rank key, name, errors and warnings of the departments that have any."""
    by_unit = {report.unit: report for report in reports}
    for record in master.records["tblUnits"]:
        if (report := by_unit.get(unit_of(record))) is not None:
            errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
            if (rank := layout.unit_rank(errors, warnings, record["#"])) is not None:
                yield rank, report.unit, errors, warnings


def _unit_columns(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Iterator[Block]:
    table = layout.table("部门清单")
    headings = master.headings[table.name]
    by_unit = {report.unit: report for report in reports}
    filings = {filing.unit or "": filing for filing in master.filings}
    columns: dict[str, dict[int, Cell]] = {}
    for record in master.records[table.name]:
        unit, row = unit_of(record), record["#"]
        report, result = by_unit.get(unit), derived.get(unit)
        values: Record = {"报送": "未报", **dict.fromkeys(_OF_REPORT)}
        if report is not None and result is not None:
            errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
            values = {
                "报送": "已报",
                "结论": report.verdict,
                "错误": errors,
                "预警": warnings,
                "总分": result.at("total.score"),
                "等级": grade_words(filings[unit], result),
                "执行率": result.at("funds.execution_rate"),
                "预算增长": measures.growth(filings[unit]),
                "次序": layout.unit_rank(errors, warnings, row),
            }
        values |= _unit_links(row, headings, len(report.cards) if report else 0, report is not None)
        for name, value in values.items():
            columns.setdefault(name, {})[row] = value
    for name, by_row in columns.items():
        yield from runs(table.sheet, headings[name], by_row)


def _verdict_changes(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Iterator[Change]:
    """Yield, for the log, the departments whose verdict, total or grade is not what 部门清单 said before."""
    before = {unit_of(record): record for record in master.records["tblUnits"]}
    filings = {filing.unit or "": filing for filing in master.filings}
    for report in reports:
        record, result = before.get(report.unit, {}), derived[report.unit]
        grade = grade_words(filings[report.unit], result)
        now = {"结论": report.verdict, "总分": result.at("total.score"), "等级": grade}
        for name, value in now.items():
            was, becomes = words_of_cell(record.get(name)), words_of_cell(_plain(value))
            if was != becomes:
                yield Change(report.unit, f"units.{name}", name, was, becomes)


def edits_for_clear(master: Master) -> Edits:
    """Return what takes the marks off the cells: one switch; the clerk's own fills were never touched."""
    return Edits([single(layout.MARKS, "关")], message="已清除标记；问题清单保留在“校验结果”，再按“全审”标记重新显示")
