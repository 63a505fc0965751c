"""The master's tables and the filings they hold; what each verb changes in them, as edits. What the clerk wrote is kept."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.derive import Derived, derive
from workbook.edits import Block, Cell, Edits, Formula, Resize, hyperlink
from workbook.fields import field_of, pattern_of
from workbook.figures import plain
from workbook.filing import Filing, Place, from_json, to_json
from workbook.findings import Finding, Report, Severity, verdict
from workbook.quantity import Unreadable, number
from workbook.scheme import Scheme, SchemeError, from_rows, load
from workbook.writers import master_layout as layout
from workbook.writers.master_layout import Column, Table
from workbook.writers.package import PackageError, address, bounds

Record = dict[str, Any]
CHUNK = 30_000
LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "N"}
NATURE = {Severity.ERROR: "错误（基本性）", Severity.WARNING: "预警（核实性）", Severity.INFO: "提示"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the clerk wrote beside a finding, and the fingerprint of the figures it was written for."""

    text: str
    fingerprint: str = ""


@dataclass(slots=True)
class Master:
    """What a master holds: its settings, the filings with their places in it, and the clerk's explanations."""

    path: Path
    year: int | None = None
    region: str = ""
    scheme: Scheme = field(default_factory=load)
    filings: list[Filing] = field(default_factory=list)
    explanations: dict[str, Explanation] = field(default_factory=dict)
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    headings: dict[str, dict[str, int]] = field(default_factory=dict)


def template() -> Path:
    """Return the shipped blank master."""
    return Path(str(resources.files("workbook") / "templates" / "master.xlsm"))


def is_master(path: Path) -> bool:
    """Return whether a workbook has the master's sheets."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = set(book.sheet_names)
    except (calamine.CalamineError, OSError, ValueError):
        return False
    return {"部门清单", "校验结果", "绩效指标"} <= names


# --- reading ----------------------------------------------------------------------------------------------------------


def read_master(path: Path) -> Master:
    """Return the contents of a master; raise PackageError where it cannot be read, SchemeError for a bad 参数 sheet."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise PackageError(
            f"总表「{path.name}」读不出来，可能已损坏；上一版在同一文件夹里，名为 .{path.stem}.上一版"
        ) from error
    master = Master(path)
    home = sheets.get(layout.HOME, [])
    year = _at(home, layout.YEAR)
    master.year = int(float(year)) if str(year).replace(".", "").isdigit() else None
    master.region = str(_at(home, layout.REGION) or "")
    for table in layout.TABLES:
        master.headings[table.name], master.records[table.name] = _records(sheets, table)
    master.scheme = _scheme(master, str(_at(home, layout.SCHEME_ID) or ""))
    master.explanations = dict(_explanations(master.records["tblFindings"]))
    master.snapshots = dict(_snapshots(sheets.get(layout.SNAPSHOT_SHEET, [])))
    master.filings = [_filing(master, unit) for unit in master.records["tblUnits"]]
    return master


def _at(rows: list[list[Any]], place: tuple[int, int]) -> Any:
    row, column = place
    return rows[row - 1][column - 1] if len(rows) >= row and len(rows[row - 1]) >= column else None


def _records(sheets: Mapping[str, list[list[Any]]], table: Table) -> tuple[dict[str, int], list[Record]]:
    if table.sheet not in sheets:
        raise PackageError(f"总表里没有工作表「{table.sheet}」，可能被改名或删除，请改回原名")
    rows = sheets[table.sheet]
    key = _key_heading(table)
    top = next((index for index, row in enumerate(rows[:30]) if key in row), None)
    if top is None:
        raise PackageError(f"工作表「{table.sheet}」里找不到表头「{key}」，请改回原来的表头")
    headings = {str(name).strip(): index for index, name in enumerate(rows[top], start=1) if name not in ("", None)}
    out: list[Record] = []
    for number_of_row, row in enumerate(rows[top + 1 :], start=top + 2):
        record = {name: row[column - 1] if column <= len(row) else None for name, column in headings.items()}
        if str(record.get(key) or "").strip():
            record["#"] = number_of_row
            out.append(record)
    return headings, out


def _key_heading(table: Table) -> str:
    names = [column.heading for column in table.columns]
    return next(name for name in ("键", "规则编号", "编号", layout.UNIT) if name in names)


def _scheme(master: Master, wanted: str) -> Scheme:
    base = load(wanted) if wanted else load()
    rows = [(str(row["键"]).strip(), _words(row.get("值")) or "") for row in master.records["tblParameters"]]
    scheme = from_rows(base, rows)
    words = {str(row["编号"]): str(row["本地级别"]) for row in master.records["tblRules"] if row.get("本地级别")}
    try:
        return scheme.with_severities(words)
    except SchemeError as error:
        raise SchemeError(f"规则说明：{error}") from error


def _explanations(records: Iterable[Record]) -> Iterator[tuple[str, Explanation]]:
    for record in records:
        text = _words(record.get("出错说明"))
        if text:
            yield str(record.get("问题键")), Explanation(text, str(record.get("指纹") or ""))


def _snapshots(rows: list[list[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        if row and row[0]:
            try:
                yield str(row[0]), json.loads("".join(str(cell) for cell in row[1:] if cell))
            except ValueError:
                continue


def _filing(master: Master, unit: Record) -> Filing:
    filing = Filing(form=_words(unit.get("表样")) or "")
    name = _words(unit[layout.UNIT]) or ""
    filing.unit = name
    filing.places["unit"] = _place(master, layout.table("部门清单"), unit, layout.UNIT)
    for table in layout.TABLES:
        rows = [row for row in master.records[table.name] if row.get(layout.UNIT) == unit[layout.UNIT]]
        if table.rows_of:
            rows.sort(key=lambda row: float(row.get(layout.NUMBER) or 0))
        for index, record in enumerate(rows if table.rows_of else rows[:1]):
            _take(master, filing, table, record, index)
    prose = [row for row in master.records["tblProse"] if row.get(layout.UNIT) == unit[layout.UNIT]]
    filing.narrative = [
        str(row.get("正文") or "") for row in sorted(prose, key=lambda row: float(row.get("段号") or 0))
    ]
    return filing


def _take(master: Master, filing: Filing, table: Table, record: Record, index: int) -> None:
    for column in table.columns:
        raw = record.get(column.heading)
        if column.path == "class_weights":
            filing.class_weights = {name: Decimal(value) for name, value in _pairs(raw)}
        elif column.path == "blank_classes":
            filing.blank_classes = [name for name in str(raw or "").split("；") if name]
        elif column.path == "years":
            filing.years = {name: int(value) for name, value in _pairs(raw)}
        elif column.path and column.path != "form" and not column.path.startswith("derived:"):
            path = column.path.replace("[]", f"[{index}]")
            filing.places[path] = _place(master, table, record, column.heading)
            _set(filing, path, raw)


def _pairs(raw: Any) -> list[tuple[str, str]]:
    parts = (entry.rpartition("=") for entry in str(raw or "").split("；") if "=" in entry)
    return [(name, value) for name, _, value in parts if value.replace(".", "").isdigit()]


def _set(filing: Filing, path: str, raw: Any) -> None:
    kind = field_of(path).kind
    if kind == "text":
        filing.set(path, _words(raw))
        return
    # the master's own cells hold rates as fractions, however large
    kind = "score" if kind == "rate" and isinstance(raw, int | float) else kind
    try:
        value = number(raw, kind=kind)
        filing.set(path, int(value) if kind == "year" and value is not None else value)
    except Unreadable as error:
        filing.set(path, None)
        filing.unread[path] = error.text


def _words(raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float):
        return plain(Decimal(f"{raw:.15g}"))
    if isinstance(raw, datetime):
        return str(raw.date() if not raw.time() else raw)
    return raw.isoformat() if isinstance(raw, date) else str(raw).strip() or None


def _place(master: Master, table: Table, record: Record, heading: str) -> Place:
    column = master.headings[table.name].get(heading, 1)
    return Place(table.sheet, address(record["#"], column), str(record.get(heading) or ""))


# --- the edits of each verb -------------------------------------------------------------------------------------------


def edits_for_new(*, year: int, region: str) -> Edits:
    """Return what makes a blank master that of a year and a region."""
    blocks = [_single(layout.YEAR, year), _single(layout.REGION, region)]
    return Edits(blocks, message="已新建")


def _single(place: tuple[int, int], value: Cell) -> Block:
    return Block(layout.HOME, place[0], place[1], ((value,),))


def edits_for_import(master: Master, filings: Sequence[Filing]) -> Edits:
    """Return what takes filings in: a department already there is updated, what the clerk changed since is kept."""
    held = {filing.unit or "": filing for filing in master.filings}
    snapshots = dict(master.snapshots)
    added, updated, kept = [], [], []
    for filing in filings:
        unit = filing.unit or ""
        if unit in held:
            merged, conflicts = _merge(held[unit], snapshots.get(unit, {}), filing)
            held[unit] = merged
            updated.append(unit)
            kept += [f"{unit}：{words}" for words in conflicts]
        else:
            held[unit] = filing
            added.append(unit)
        snapshots[unit] = _json(filing)
    edits = _table_edits(master, list(held.values()))
    edits.blocks += _snapshot_blocks(snapshots)
    edits.message = f"导入：新增 {len(added)} 个单位，更新 {len(updated)} 个"
    if kept:
        edits.message += "；您改过的保留：\n" + "\n".join(kept[:50])
    return edits


def _json(filing: Filing) -> dict[str, Any]:
    return to_json(filing)


def _merge(held: Filing, before: dict[str, Any], new: Filing) -> tuple[Filing, list[str]]:
    """Return the newer file's values except where the clerk changed the master since the last import."""
    current, incoming = _json(held), _json(new)
    conflicts: list[str] = []
    merged = {
        name: _merge_value(current.get(name), before.get(name), value, name, conflicts, bool(before))
        for name, value in incoming.items()
    }
    out = from_json(merged)
    out.class_weights, out.years, out.blank_classes = new.class_weights, new.years, new.blank_classes
    return out, conflicts


def _merge_value(current: Any, before: Any, new: Any, path: str, conflicts: list[str], known: bool) -> Any:
    if isinstance(new, dict):
        return {
            name: _merge_value(
                (current or {}).get(name), (before or {}).get(name), value, f"{path}.{name}", conflicts, known
            )
            for name, value in new.items()
        }
    if not known or current in (before, new):
        return current if new is None and path in FILLED else new
    if new != before:
        label = "内容" if isinstance(new, list) else _short(new)
        conflicts.append(
            f"{_caption(path)}保留总表里的{'' if isinstance(current, list) else _short(current)}，新文件为{label}"
        )
    return current


def _short(value: Any) -> str:
    words = "空白" if value is None else str(value)
    return f"“{words if len(words) <= 20 else words[:19] + '…'}”"


def _caption(path: str) -> str:
    names = {"indicators": "绩效指标", "project_lines": "项目明细", "buildings": "楼堂馆所", "narrative": "报告正文"}
    try:
        return names.get(path) or field_of(path).label
    except KeyError:
        return path


def _snapshot_blocks(snapshots: Mapping[str, dict[str, Any]]) -> list[Block]:
    rows: list[tuple[Cell, ...]] = []
    for unit, data in snapshots.items():
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
        rows.append((unit, *chunks))
    width = max((len(row) for row in rows), default=1)
    padded = tuple(row + (None,) * (width - len(row)) for row in rows)
    return [Block(layout.SNAPSHOT_SHEET, 1, 1, padded)] if padded else []


def _table_edits(master: Master, filings: list[Filing]) -> Edits:
    edits = Edits()
    results = {filing.unit or "": derive(filing, master.scheme) for filing in filings}
    own = {
        (table.name, row.get(layout.UNIT), _number_of(row)): row
        for table in layout.TABLES
        for row in master.records[table.name]
    }
    for table in layout.TABLES:
        if table.name in ("tblFindings", "tblParameters", "tblRules"):
            continue
        rows = [row for filing in filings for row in _rows(table, filing)]
        edits.resizes.append(Resize(table.name, len(rows)))
        edits.blocks += _row_blocks(master, table, rows, own)
    edits.blocks += [block for table in layout.TABLES for block in _derived_blocks(master, table, filings, results)]
    return edits


def _number_of(record: Record) -> int:
    return int(float(record.get(layout.NUMBER) or record.get("段号") or 0))


def _rows(table: Table, filing: Filing) -> Iterator[Record]:
    """Yield the records of one filing in one table, by heading."""
    unit = filing.unit or ""
    if table.name == "tblProse":
        for position, text in enumerate(filing.narrative, start=1):
            yield {layout.UNIT: unit, "段号": position, "正文": text}
        return
    count = len(getattr(filing, table.rows_of)) if table.rows_of else 1
    for index in range(count):
        record: Record = {layout.UNIT: unit}
        if table.rows_of:
            record[layout.NUMBER] = index + 1
        if table.name == "tblUnits":
            record["报送"] = "已报"
        for column in table.columns:
            if column.path and not column.path.startswith("derived:"):
                record[column.heading] = _stored(filing, column, index)
        yield record


def _stored(filing: Filing, column: Column, index: int) -> Cell:
    if column.path == "form":
        return filing.form
    if column.path == "blank_classes":
        return "；".join(filing.blank_classes) or None
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
        before = own.get((table.name, record.get(layout.UNIT), _number_of(record)), {})
        kept = {name: before.get(name) for name in order if name not in record and name != layout.MARK_COLUMN}
        full: Record = {**kept, **record}
        if _same(full, standing.get(position), derived):
            yield from _flush(table, start, pending)
            pending, start = [], position + 1
            continue
        pending.append(tuple(_cell(full.get(name)) for name in order))
    yield from _flush(table, start, pending)


def _flush(table: Table, start: int, pending: list[tuple[Cell, ...]]) -> Iterator[Block]:
    if pending:
        yield Block(table.sheet, start, 1, tuple(pending))


def _same(record: Record, standing: Record | None, derived: set[str]) -> bool:
    if standing is None:
        return False
    names = [name for name in record if name not in derived and name != layout.MARK_COLUMN]
    return all(_words(_plain(record[name])) == _words(standing.get(name)) for name in names)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    return value if isinstance(value, str | Decimal | int) else _words(value)


def _derived_blocks(
    master: Master, table: Table, filings: Sequence[Filing], results: Mapping[str, Derived]
) -> Iterator[Block]:
    """Yield the computed columns of a table, each whole."""
    headings = master.headings[table.name]
    for column in table.columns:
        if not column.path.startswith("derived:") or column.heading not in headings:
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
        return None if entered is None or computed is None else entered - computed
    return result.grade if name == "grade" else result.at(name)


def _quotient(row: int, headings: Mapping[str, int], top: str, bottom: str, value: Decimal | None) -> Cell:
    upper = address(row, headings[field_of(top).label])
    lower = address(row, headings[field_of(bottom).label])
    return Formula(f'IF(OR({upper}="",N({lower})=0),"",ROUND({upper}/{lower},4))', "" if value is None else value)


FILLED = (
    "staff.control_rate",
    "buildings[].area_control_rate",
    "buildings[].investment_control_rate",
    "funds.weight",
    "funds.execution_rate",
    "funds.score",
    "indicators[].score",
    "total.weight",
    "total.score",
)


def edits_for_fill(master: Master, derived: Mapping[str, Derived]) -> Edits:
    """Return what fills the blank derived fields; what was entered stays, and the computed columns show the difference."""
    edits = Edits()
    count = 0
    snapshots = dict(master.snapshots)
    for filing in master.filings:
        unit = filing.unit or ""
        result = derived[unit]
        for path in filing.paths():
            value = _fill_value(filing, path, result, master.scheme)
            if value is None:
                continue
            place = filing.places[path]
            edits.blocks.append(Block(place.sheet, *_spot(place.cell), ((value,),)))
            filing.set(path, value)
            count += 1
            if unit in snapshots:
                snapshots[unit] = _with_value(snapshots[unit], path, value)
    for table in layout.TABLES:
        edits.blocks += _derived_in_place(master, table, derived)
    edits.blocks += _snapshot_blocks(snapshots)
    edits.message = f"填充：补上 {count} 格；您填过的没有改动，差异见“差异”“（计算）”各列"
    return edits


def _with_value(snapshot: dict[str, Any], path: str, value: Decimal) -> dict[str, Any]:
    held = from_json(snapshot)
    held.set(path, value)
    return to_json(held)


def _fill_value(filing: Filing, path: str, result: Derived, scheme: Scheme) -> Decimal | None:
    if (
        pattern_of(path) not in FILLED
        or filing.get(path) is not None
        or path in filing.unread
        or path not in filing.places
    ):
        return None
    if path == "funds.weight":
        return scheme.number("weights.execution") if filing.funds.annual_budget is not None else None
    return result.at(path)


def _spot(cell: str) -> tuple[int, int]:
    row, column, _, _ = bounds(cell)
    return row, column


def _derived_in_place(master: Master, table: Table, derived: Mapping[str, Derived]) -> Iterator[Block]:
    """Yield the computed columns against the rows as they stand (the clerk may have sorted them)."""
    headings, records = master.headings[table.name], master.records[table.name]
    filings = {filing.unit or "": filing for filing in master.filings}
    columns = [column for column in table.columns if column.path.startswith("derived:") and column.heading in headings]
    for column in columns:
        by_row: dict[int, Cell] = {}
        seen: dict[str, int] = {}
        for record in sorted(records, key=_number_of) if table.rows_of else records:
            unit = _words(record[layout.UNIT]) or ""
            index = seen.get(unit, 0)
            seen[unit] = index + 1
            by_row[record["#"]] = _computed(column, filings[unit], index, derived[unit], record["#"], headings)
        yield from _runs(table.sheet, headings[column.heading], by_row)


def _runs(sheet: str, column: int, by_row: Mapping[int, Cell]) -> Iterator[Block]:
    """Yield whole blocks for rows that follow each other."""
    start, last = 0, 0
    values: list[tuple[Cell]] = []
    for row in sorted(by_row):
        if values and row != last + 1:
            yield Block(sheet, start, column, tuple(values))
            values = []
        if not values:
            start = row
        values.append((by_row[row],))
        last = row
    if values:
        yield Block(sheet, start, column, tuple(values))


def edits_for_check(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Edits:
    """Return what writes 校验结果, the marks, 部门清单 and the state on 首页."""
    table = layout.table("校验结果")
    order = list(Severity)
    findings = sorted((entry for report in reports for entry in report.findings), key=lambda f: order.index(f.severity))
    names = [column.heading for column in table.columns]
    prose = {(row.get(layout.UNIT), _number_of(row)): row["#"] for row in master.records["tblProse"]}
    rows = tuple(tuple(_finding_cells(entry, prose)[name] for name in names) for entry in findings)
    errors = sum(report.count(Severity.ERROR) for report in reports)
    warnings = sum(report.count(Severity.WARNING) for report in reports)
    said = verdict(errors, warnings)
    edits = Edits(
        [Block(table.sheet, 2, 2, ((f"{said}　（{_per_unit(reports)}）",),))], [Resize(table.name, len(rows))]
    )
    if rows:
        edits.blocks.append(Block(table.sheet, table.top + 1, 1, rows))
    edits.blocks += _mark_columns(master, findings)
    edits.blocks += _unit_columns(master, reports, derived)
    edits.blocks += [block for entry in layout.TABLES for block in _derived_in_place(master, entry, derived)]
    skipped = sum(len(report.skipped) for report in reports)
    state: dict[str, Cell] = {
        "when": datetime.now().strftime("%Y-%m-%d %H:%M"),  # noqa: DTZ005 — the clerk's own clock
        "verdict": said,
        "errors": errors,
        "warnings": warnings,
        "hash": result_hash(findings),
        "skipped": f"{skipped} 条规则缺数据未执行" if skipped else "全部规则均已执行",
    }
    edits.blocks += [_single(layout.STATE[name], value) for name, value in state.items()]
    edits.blocks.append(_single(layout.MARKS, "开"))
    edits.blocks += _summary_blocks(findings, derived.values())
    edits.message = f"{said}：错误 {errors} 条，预警 {warnings} 条"
    return edits


def _per_unit(reports: Sequence[Report]) -> str:
    verdicts = [report.verdict.split()[0] for report in reports]
    kinds = ("不可报送", "需说明", "可报送")
    return "，".join(f"{kind} {verdicts.count(kind)} 个" for kind in kinds if kind in verdicts) or "没有单位"


def result_hash(findings: Iterable[Finding]) -> str:
    """Return twelve hex digits of all findings, whatever their order: the same by button, command and launcher."""
    lines = sorted(
        f"{entry.key}|{entry.actual}|{entry.expected}|{entry.message}|{entry.explanation}" for entry in findings
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _finding_cells(finding: Finding, prose: Mapping[Any, int]) -> dict[str, Cell]:
    place = finding.location
    where: Cell = place.label or None
    row_key = mark = ""
    if place.sheet and place.cell:
        where = hyperlink(place.sheet, place.cell, f"{place.sheet}!{place.cell}")
        row_key = f"{place.sheet}|{_spot(place.cell)[0]}"
        mark = f"{place.sheet}!{place.cell}|{LETTERS[finding.severity]}"
    elif place.paragraph is not None:
        row = prose.get((finding.unit, place.paragraph))
        where = hyperlink("正文核对", f"D{row}", f"正文第{place.paragraph}段") if row else f"正文第{place.paragraph}段"
        row_key = f"正文核对|{row}" if row else ""
    return {
        "规则编号": finding.rule,
        "级别": f"{finding.severity.mark} {NATURE[finding.severity]}",
        "类别": finding.category.value,
        "部门": finding.unit,
        "位置": where,
        "填报值": finding.actual or None,
        "应为值": finding.expected or None,
        "差额": finding.difference or None,
        "说明": finding.message,
        "依据": finding.source,
        "可能出错的一处": finding.culprit or None,
        "建议": finding.suggestion,
        "出错说明": finding.explanation or None,
        "状态": finding.status or None,
        "标记键": mark or None,
        "行键": row_key or None,
        "问题键": finding.key,
        "指纹": finding.fingerprint,
    }


def _mark_columns(master: Master, findings: Sequence[Finding]) -> Iterator[Block]:
    """Yield the first column of each data table: how many findings its row has, as a link to the first of them."""
    results = layout.table("校验结果")
    key = address(1, results.column("行键")).rstrip("1")
    span = f"校验结果!${key}${results.top + 1}:${key}${layout.LAST_ROW}"
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.location.cell:
            row = f"{finding.location.sheet}|{_spot(finding.location.cell)[0]}"
            counts[row] = counts.get(row, 0) + 1
    for table in layout.TABLES:
        if table.columns[0].heading != layout.MARK_COLUMN or table.sheet == "部门清单":
            continue
        by_row: dict[int, Cell] = {}
        for record in master.records[table.name]:
            this = f'"{table.sheet}|"&ROW()'
            link = f'HYPERLINK("#校验结果!A"&(MATCH({this},{span},0)+{results.top}),"⚑ "&COUNTIF({span},{this}))'
            count = counts.get(f"{table.sheet}|{record['#']}", 0)
            shown = f"⚑ {count}" if count else ""
            by_row[record["#"]] = Formula(f'IF(COUNTIF({span},{this})=0,"",{link})', shown)
        yield from _runs(table.sheet, master.headings[table.name].get(layout.MARK_COLUMN, 1), by_row)


def _unit_columns(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Iterator[Block]:
    table = layout.table("部门清单")
    headings = master.headings[table.name]
    by_unit = {report.unit: report for report in reports}
    columns: dict[str, dict[int, Cell]] = {name: {} for name in ("结论", "错误", "预警", "总分", "等级", "执行率")}
    for record in master.records[table.name]:
        unit = _words(record[layout.UNIT]) or ""
        report, result = by_unit.get(unit), derived.get(unit)
        if report is None or result is None:
            continue
        row = record["#"]
        columns["结论"][row] = report.verdict
        columns["错误"][row] = report.count(Severity.ERROR)
        columns["预警"][row] = report.count(Severity.WARNING)
        columns["总分"][row] = result.at("total.score")
        columns["等级"][row] = result.grade
        columns["执行率"][row] = result.at("funds.execution_rate")
    for name, by_row in columns.items():
        if name in headings:
            yield from _runs(table.sheet, headings[name], by_row)


def _summary_blocks(findings: Sequence[Finding], derived: Iterable[Derived]) -> Iterator[Block]:
    """Yield the numbers of 汇总分析, formulas with their present values, for viewers that do not recalculate."""
    results = list(derived)
    rates = [rate for result in results if (rate := result.at("funds.execution_rate")) is not None]
    counted: dict[str, list[int]] = {
        "等级分布": [sum(result.grade == name for result in results) for name in layout.GRADES],
        "预算执行率分布": [sum(low <= rate < high for rate in rates) for _, low, high in layout.RATE_BANDS],
        "控制率超过100%的单位数": [
            sum(result.control_rates.get(name, Decimal(0)) > 1 for result in results) for name in layout.CONTROL
        ],
        "问题按级别": [sum(entry.severity is severity for entry in findings) for severity in Severity],
    }
    for block in layout.summary():
        pairs = zip(block.lines, counted[block.title], strict=True)
        yield Block("汇总分析", block.row + 1, 2, tuple((Formula(formula, count),) for (_, formula), count in pairs))


def edits_for_clear(master: Master) -> Edits:
    """Return what takes the marks off the cells: one switch; the clerk's own fills were never touched."""
    return Edits([_single(layout.MARKS, "关")], message="已清除标记；问题清单保留在“校验结果”，再按“全审”标记重新显示")
