"""照此改: the value that a check worked out put into the cell it belongs to, as a change that the log and undo know."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workbook.master import layout
from workbook.master.read import Master
from workbook.master.results import spot
from workbook.model.edits import Block, Change, Edits
from workbook.model.fields import field_of
from workbook.model.figures import json_number, plain
from workbook.model.filing import unit_key
from workbook.model.quantity import Unreadable, number
from workbook.writers.package import PackageError

Record = Mapping[str, Any]
NO_VALUE = (
    "这一处没有一个现成的数可以照改（要改哪个数，得由您判断），没有改动；请按“怎么办”自己改，确实没有错的按“写原因”"
)


def edits_for_adopt(master: Master, wanted: str) -> Edits:
    """Return what puts a finding's 应为值 into its cell; raise PackageError where there is none, or nothing to put.

    `wanted` is the finding's key (问题键), or the address of its cell ("自评表!G8").
    """
    record = _finding(master, wanted)
    unit, path = _of(record)
    filing = next((entry for entry in master.filings if unit_key(entry.unit) == unit_key(unit)), None)
    place = filing.places.get(path) if filing else None
    if filing is None or place is None or not place.cell or path in filing.unread:
        raise PackageError(NO_VALUE)
    value = _proposed(record, path)
    before, label = filing.get(path), filing.label(path)
    if before == value:
        return Edits(message=f"{unit}的“{label}”已经是 {_shown(value, path)}，没有改动")
    now = int(value) if field_of(path).kind == "year" else value
    blocks = [Block(place.sheet, *spot(place.cell), ((now,),))]
    table = layout.table("校验结果")
    column = master.headings[table.name]["状态"]
    blocks.append(Block(table.sheet, record["#"], column, ((layout.CHANGED,),)))
    said = f"{unit}的“{label}”已由 {_shown(before, path)} 改为 {_shown(value, path)}（{place.sheet} {place.cell}，可用 jixiao undo 撤销）"
    return Edits(blocks, message=said, changes=[Change(unit, path, label, _json(before), _json(value))])


def _finding(master: Master, wanted: str) -> Record:
    held = [
        record
        for record in master.records["tblFindings"]
        if str(record.get("问题键")) == wanted or str(record.get("标记键")).partition("|")[0] == wanted
    ]
    if not held:
        raise PackageError(f"「校验结果」里没有“{wanted}”这一处问题，没有改动；请先全审，再在那一处上按“照此改”")
    return next((record for record in held if str(record.get("应为值") or "").strip()), held[0])


def _of(record: Record) -> tuple[str, str]:
    """Return the department and the path of a finding, from its key."""
    _, unit, place = [*str(record.get("问题键")).split("|", 2), "", ""][:3]
    return unit, place.partition(":")[0]


def _proposed(record: Record, path: str) -> Decimal:
    try:
        kind = field_of(path).kind
        value = number(str(record.get("应为值") or ""), kind=kind) if kind != "text" else None
    except (Unreadable, KeyError):
        value = None
    if value is None:
        raise PackageError(NO_VALUE)
    return value


def _shown(value: Any, path: str) -> str:
    if value is None:
        return "空白"
    if field_of(path).kind == "rate":
        return f"{plain(value * 100)}%"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _json(value: Any) -> Any:
    return json_number(value) if isinstance(value, Decimal) else value
