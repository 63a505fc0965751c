"""从决算表和目标表取数: what a department's other tables determine goes into its blank cells, each with its source."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from workbook.derive import derive
from workbook.derive.beside import COSTS, fillings, known, way
from workbook.master import unit_book
from workbook.master.read import Master
from workbook.master.results import spot
from workbook.master.write import fill_derived, keep_given, snapshot_blocks, table_edits
from workbook.model.edits import Block, Change, Edits
from workbook.model.figures import json_number, plain
from workbook.model.filing import Filing, Indicator, from_json, to_json, unit_key
from workbook.model.quantity import normal


def take_figures(filing: Filing) -> list[Change]:
    """Fill the blank cells of a filing from its tables, and return what was filled; `given.filled` says where each stands."""
    out: list[Change] = []
    if not filing.given:
        return out
    for path, found in list(fillings(filing)):
        _put(filing, path, found.amount, found.words, out)
    _take_targets(filing, out)
    return out


def _put(filing: Filing, path: str, value: Decimal | str, words: str, out: list[Change]) -> None:
    filing.set(path, value)
    filing.given.filled[path] = f"取自{words}"
    shown: Any = json_number(value) if isinstance(value, Decimal) else value
    out.append(Change(filing.unit or "", path, filing.label(path), None, shown))


def _take_targets(filing: Filing, out: list[Change]) -> None:
    """Put the approved indicators where the filing has none; beside those it has, the target or the points that it lacks."""
    own = normal(filing.subject or "")
    targets = [
        entry
        for entry in filing.given.targets
        if (entry.subject is None) == (filing.subject is None)
        and (entry.subject is None or normal(entry.subject) == own)
        and (filing.year is None or entry.year in (None, filing.year))
    ]
    if filing.given.goal and not filing.goals.expected and filing.subject is None and filing.asks("goals.expected"):
        _put(filing, "goals.expected", filing.given.goal, "绩效目标表 年度总体目标", out)
    if not filing.indicators and targets:
        filing.blank_classes, filing.none_classes = [], []
        for index, entry in enumerate(targets):
            filing.indicators.append(Indicator(entry.level1, entry.level2))
            _put(filing, f"indicators[{index}].level3", entry.level3, entry.spot.words, out)
    _take_costs(filing, out)
    by_name = {normal(entry.level3): entry for entry in targets}
    for index, row in enumerate(filing.indicators):
        known = by_name.get(normal(row.level3 or ""))
        for name in ("target", "weight"):
            path = f"indicators[{index}].{name}"
            value = getattr(known, name) if known else None
            if (
                known
                and value is not None
                and filing.get(path) is None
                and path not in filing.unread
                and filing.asks(path)
            ):
                _put(filing, path, value, known.spot.words, out)


def _take_costs(filing: Filing, out: list[Change]) -> None:
    """Put what was spent where an indicator is a sum of the final accounts and says not yet what was reached."""
    for index, row in enumerate(filing.indicators):
        path, item = f"indicators[{index}].actual", COSTS.get(normal(row.level3 or ""))
        spent = next(known(filing, (way(f"spending.total.{item}"),)), None) if item and filing.subject is None else None
        if spent is not None and row.actual is None and filing.asks(path):
            _put(filing, path, f"{plain(spent.amount)}万元", spent.words, out)


def edits_for_fill(book: Master, *, fresh: bool = False) -> Edits | None:
    """Return what fills a workbook from the tables of its departments and then its derived cells; None where there is nothing
    to take (`fresh`: tables that it does not hold yet are written all the same).
    """
    before = deepcopy(book.filings)
    taken = [change for filing in book.filings for change in take_figures(filing)]
    if not taken and not (fresh and not book.own):
        book.filings = before
        return None
    if book.own:
        return _own_edits(book, before[0], taken)
    counted = 0
    for filing in book.filings:
        scheme = book.scheme_for(filing)
        counted += fill_derived(filing, derive(filing, scheme), scheme)
    edits, _ = table_edits(book, book.filings, book.unlisted)
    if not any(block.sheet == "决算和目标" for block in edits.blocks):
        keep_given(book, edits)
    snapshots = dict(book.snapshots)
    held = {unit_key(filing.unit): filing for filing in before}
    for filing in book.filings:
        unit = filing.unit or ""
        if unit in snapshots and to_json(filing) != to_json(held[unit_key(unit)]):
            snapshots[unit] = _snapshot(snapshots[unit], filing, taken)
    edits.blocks += snapshot_blocks(snapshots, book.snapshots)
    edits.changes = taken
    units = len({change.unit for change in taken})
    edits.message = (
        f"取数：从决算表、预算表、目标表给 {units} 个单位填了 {len(taken)} 处，各处的来源列在「决算和目标」；"
        f"另算出 {counted} 格；您填过的没有改动"
    )
    return edits


def _snapshot(snapshot: dict[str, Any], filing: Filing, taken: list[Change]) -> dict[str, Any]:
    """Return what a department handed in, with what was taken for it: it is no change of the clerk's."""
    held = from_json(snapshot)
    if not held.indicators:
        held.indicators = deepcopy(filing.indicators)
    for change in taken:
        if change.unit == filing.unit and not change.path.startswith("indicators["):
            held.set(change.path, filing.get(change.path))
    return to_json(held)


def _own_edits(book: Master, before: Filing, taken: list[Change]) -> Edits:
    """Return what fills a department's own workbook: the blank cells that it has; its formulas reckon the rest."""
    filing = book.filings[0]
    placed = [change for change in taken if change.path in before.places and before.places[change.path].cell]
    blocks = []
    for change in placed:
        place = before.places[change.path]
        blocks.append(Block(place.sheet, *spot(place.cell), ((filing.get(change.path),),)))
    result = derive(filing, book.scheme)
    blocks += unit_book.edits_for_fill(book, {filing.unit or "": result}).blocks
    sources = "；".join(f"{change.label}{filing.given.filled[change.path]}" for change in placed[:5])
    more = f"……共 {len(placed)} 处" if len(placed) > 5 else ""
    lacking = len(taken) - len(placed)
    rows = f"；另有 {lacking} 处表里没有空行可填，可用 jixiao fill --to 另存一份填好的" if lacking else ""
    return Edits(
        blocks, message=f"取数：填了 {len(placed)} 处，您填过的没有改动：{sources}{more}{rows}", changes=placed
    )
