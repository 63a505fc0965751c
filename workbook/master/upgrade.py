"""A master of an earlier template, brought up to the present one: all that it holds goes into a new blank master."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.master import layout, read, write
from workbook.master.read import Master, OutdatedError, read_as_it_is, read_master, sheets_of, strange_headings
from workbook.master.results import single
from workbook.model.edits import Block, Edits, Resize
from workbook.model.scheme import is_untouched, titles
from workbook.storage import FOLDER
from workbook.storage.replacing import stamp
from workbook.writers.package import apply

if TYPE_CHECKING:
    from workbook.writers.package import Receipt


def is_outdated(path: Path) -> bool:
    """Return whether a master was made by another template than this program's, or lacks columns; raises as `read_master`."""
    try:
        return read_master(path).version != layout.VERSION
    except OutdatedError:
        return True


def upgrade(path: Path, to: Path, python: str = "") -> tuple[str, Receipt | None]:
    """Write a master into the present template, at `to` (its own place, or beside it); return what to say, and the receipt.

    None where it is of the present template already. Raise PackageError where it cannot be read, or where columns were
    renamed, for nobody can know which is which.
    """
    if not is_outdated(path):
        return f"「{path.name}」已经是现在的模板（版本 {layout.VERSION}），没有改动", None
    seen, old = stamp(path), read_as_it_is(path)
    _refuse_renamed(old)
    edits = edits_for_upgrade(old, read_master(read.template()), python)
    expected = seen if path == to else None
    receipt = apply(read.template(), edits, to, verb="upgrade", expected=expected)
    return edits.message, receipt


def _refuse_renamed(old: Master) -> None:
    """Raise PackageError where a master of the present template has columns of another name in place of its own."""
    for table in layout.TABLES:
        headings, strange = old.headings[table.name], strange_headings(old, table)
        lacking = [column.heading for column in table.columns if column.heading not in headings]
        if headings and lacking and strange and old.version == layout.VERSION:
            raise OutdatedError(
                f"「{table.sheet}」第 {table.top} 行缺少表头「{'」「'.join(lacking)}」，却有「{'」「'.join(strange)}」：是改了名的，"
                "请改回原名，不必升级；是您自己另加的列，请先把它移到别的工作表，再运行 jixiao upgrade"
            )


def edits_for_upgrade(old: Master, blank: Master, python: str = "") -> Edits:
    """Return what makes a blank master of the present template hold what an earlier one holds."""
    added = {table.name: strange_headings(old, table) for table in layout.TABLES}
    mixed = replace(old, headings={}, summarised=True)
    for table in layout.TABLES:
        names = [*(column.heading for column in table.columns), *added[table.name]]
        mixed.headings[table.name] = {name: place for place, name in enumerate(names, start=1)}
    mixed.records = {name: [row | {"#": 0} for row in rows] for name, rows in old.records.items()}  # nothing stands yet
    edits, _ = write.table_edits(mixed, old.filings, old.unlisted)
    edits.blocks += write.snapshot_blocks(old.snapshots, {})
    kept = ["tblFindings", "tblDifferences"]
    kept += ["tblLocalRules"] if old.headings["tblLocalRules"] else []  # else the examples of the blank one stay
    for name in kept:
        edits.blocks += write.whole_table(mixed, name, old.records[name])
        edits.resizes.append(Resize(name, len(old.records[name])))
    edits.blocks += [*_home(old), *_own_columns(added), *_scheme(old, blank)]
    edits.blocks += write.outdated(old)
    if python:
        edits.blocks.append(Block(layout.TEXTS_SHEET, *layout.PYTHON, ((python,),)))
    edits.resizes = [replace(entry, added=tuple(added[entry.table])) for entry in edits.resizes]
    edits.message = _said(old)
    return edits


def _said(old: Master) -> str:
    before = f"版本 {old.version}" if old.version else "较早的模板"
    said = f"「{old.path.name}」已由{before}升级到版本 {layout.VERSION}，{len(old.filings)} 个单位的数据、说明和参数都已照搬；"
    said += f"原来的一份在“{FOLDER}”里；请再按一次“全审”"
    if old.others:
        said += f"。您自己加的工作表没有带过来，仍在那一份里：{'、'.join(old.others)}"
    return said


def _home(old: Master) -> Iterator[Block]:
    """Yield what was set on 首页 and 参数, wherever the earlier template had it."""
    sheets = sheets_of(old.path)
    home = read.home_of(sheets)
    held = read.settings_before(sheets) if home.moved else read.settings_now(sheets)
    if home.year:
        yield single(layout.YEAR, home.year)
    if home.region:
        yield single(layout.REGION, home.region)
    if home.scheme in titles():
        yield single(layout.SCHEME_ID, titles()[home.scheme])
    for name in layout.ENTERED[1:]:  # the scheme was said above
        words, place = layout.SETTINGS[name]
        if held.get(words) not in ("", None):
            yield single(place, write.cell_of(held[words]))


def _own_columns(added: dict[str, list[str]]) -> Iterator[Block]:
    """Yield the headings of the clerk's own columns, right of the tables."""
    for table in layout.TABLES:
        if added[table.name]:
            yield Block(table.sheet, table.top, len(table.columns) + 1, (tuple(added[table.name]),))


def _scheme(old: Master, blank: Master) -> Iterator[Block]:
    """Yield what the bureau set in 参数 and 规则说明, in the rows that now hold it."""
    rows = [(str(row["键"]).strip(), str(row.get("值") or "")) for row in old.records["tblParameters"]]
    changes: list[tuple[str, str, str, dict[str, Any]]] = []
    if not is_untouched(rows):
        changes.append(("参数", "键", "值", {str(row["键"]): row.get("值") for row in old.records["tblParameters"]}))
    levels = {str(row["编号"]): row.get("本地级别") for row in old.records["tblRules"]}
    changes.append(("规则说明", "编号", "本地级别", levels))
    for sheet, key, heading, held in changes:
        table = layout.table(sheet)
        for row in blank.records[table.name]:
            value = held.get(str(row[key]))
            if value not in ("", None):
                yield Block(sheet, row["#"], table.column(heading), ((write.cell_of(value),),))
