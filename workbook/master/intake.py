"""What departments handed in, taken into the master: merged row by row, every difference from what it held said. What the clerk wrote is kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workbook.master import layout, merge, tracking
from workbook.master.merge import REASONS, UNIT, Difference, Merge, moved_path
from workbook.master.read import Master, Record, unit_of, words_of_cell
from workbook.master.results import runs
from workbook.master.write import cell_of, outdated, snapshot_blocks, table_edits, whole_table, with_original
from workbook.model.edits import Block, Cell, Edits, Resize, hyperlink
from workbook.model.fields import pattern_of
from workbook.model.figures import brief
from workbook.model.filing import ROW_NAMES, Explanation, Filing, to_json, unit_key
from workbook.ooxml import address
from workbook.storage.changes import between


@dataclass(slots=True)
class Taken:
    """What taking filings in would do: the edits, the differences from what the master holds, who is new, who is not."""

    edits: Edits
    differences: list[Difference] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)


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
