"""What differs between two states of departments' filings, as the log names it: value by value."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from workbook.model.edits import Change
from workbook.model.figures import json_number
from workbook.model.filing import ROW_NAMES, Filing, squeezed, unit_key

Key = tuple[str, str, int, str]


def between(before: Iterable[Filing], after: Iterable[Filing]) -> Iterator[Change]:
    """Yield the changes from one state to another; departments go by their names.

    A department that was not there is one change with the number of its values: what was blank before needs no list.
    """
    old = {unit_key(filing.unit): filing for filing in before}
    for filing in after:
        unit = filing.unit or ""
        earlier = old.pop(unit_key(unit), None)
        if earlier is None:
            origin = f"（来自 {filing.source}）" if filing.source else ""
            yield Change(unit, "unit", f"新增单位{origin}，填有数据的格数", None, len(_flat(filing)))
        else:
            yield from _of_unit(unit, earlier, filing)
    for filing in old.values():
        yield Change(filing.unit or "", "unit", "不再有这个单位，原有数据的格数", len(_flat(filing)), None)


def _of_unit(unit: str, before: Filing, after: Filing) -> Iterator[Change]:
    old, new = _flat(before), _flat(after)
    for key in dict.fromkeys((*new, *old)):
        was, becomes = old.get(key), new.get(key)
        if (was and was[1]) != (becomes and becomes[1]):
            path, holder = (becomes[0], after) if becomes else (old[key][0], before)
            yield Change(unit, path, holder.label(path), was and was[1], becomes and becomes[1])
    if before.narrative != after.narrative:
        yield Change(unit, "narrative", "报告正文（段数）", len(before.narrative), len(after.narrative))


def _flat(filing: Filing) -> dict[Key, tuple[str, Any]]:
    """Return path and value of every field that is not blank; a row goes by its name, so a moved row has not changed."""
    names = {
        (list_name, index): name
        for list_name, member in ROW_NAMES.items()
        for index, name in enumerate(_row_names(getattr(filing, list_name), member))
    }
    out: dict[Key, tuple[str, Any]] = {}
    for path in filing.paths():
        value = filing.get(path)
        value = filing.unread.get(path) if value is None else value
        if value is None:
            continue
        list_name, _, rest = path.partition("[")
        if rest:
            index, _, member = rest.partition("].")
            key = (list_name, *names[list_name, int(index)], member)
        else:
            key = ("", "", 0, path)
        out[key] = (path, json_number(value) if isinstance(value, Decimal) else value)
    return out


def _row_names(rows: list[Any], member: str) -> Iterator[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for row in rows:
        name = squeezed(getattr(row, member)) if member else ""
        seen[name] += 1
        yield name, seen[name]
