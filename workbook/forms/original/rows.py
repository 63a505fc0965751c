"""The rows of a table as they are now: those of lists follow the filing, new ones in the shape of the one before them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher

from workbook.forms.original.words import ROW, amount_words, now, shown_words
from workbook.model.filing import ROW_NAMES, Filing
from workbook.model.original import LEVEL, Original, Printed, Table, unpack


def rows_now(table: Table, filing: Filing, held: Original) -> Iterator[list[Printed]]:
    """Yield the rows as they are now: those of lists in the filing's order, new ones behind the one before them."""
    moves = {name: _moved(name, filing, held) for name in ROW_NAMES}
    fresh: dict[tuple[str, int], list[int]] = {
        (name, after): added for name, (_, new) in moves.items() for after, added in new.items()
    }
    orphans: list[Printed] = []
    for row in table.rows:
        name, index = _list_row(row)
        kept = moves[name][0].get(index, -1) if name else 0
        if name and kept < 0:
            orphans += [cell for cell in row if not cell.goes_on and cell.text and not _belongs(cell, name)]
            continue
        made = [_renumbered(cell, name, index, kept) if name else _of_no_row(cell) for cell in row]
        made = [_inherited(cell, orphans) for cell in made]
        orphans = []
        yield [replace(cell, text=now(cell.text, cell.paths, filing, held, index, kept)) for cell in made]
        for number_of_row in fresh.pop((name, index), ()) if name else ():
            first = next(cell.column for cell in row if _belongs(cell, name))
            yield [_blank_row(cell, name, index, number_of_row, filing, cell.column < first) for cell in row]


def rows_behind(filing: Filing) -> dict[int, str]:
    """Return behind which printed row each row of its own stood in the form that a department handed in: number → name."""
    held = unpack(filing.original) if filing.original else None
    if held is None:
        return {}
    out: dict[int, str] = {}
    before = ""
    places, _ = _moved("project_lines", filing, held)
    for row in (row for block in held.blocks if isinstance(block, Table) for row in block.rows):
        paths = [path for cell in row for path in cell.paths]
        before = next((path.split(".")[1] for path in paths if path.startswith("expenses.")), before)
        name, index = _list_row(row)
        if name == "project_lines" and index in places:
            out[places[index]] = before
    return out


def _list_row(row: Sequence[Printed]) -> tuple[str, int]:
    """Return of which list's row this is ("" : of none), and which."""
    for cell in row:
        for path in cell.paths:
            found = ROW.match(path)
            if found and not path.endswith(LEVEL):
                return found[1], int(found[2])
    return "", 0


def _belongs(cell: Printed, name: str) -> bool:
    return any(path.startswith(f"{name}[") and not path.endswith(LEVEL) for path in cell.paths)


def _inherited(cell: Printed, orphans: Sequence[Printed]) -> Printed:
    """Return a cell that went on with one in a row that is gone as the first of its kind."""
    if not cell.goes_on:
        return cell
    lost = next((orphan for orphan in orphans if orphan.column == cell.column), None)
    return replace(cell, text=lost.text, goes_on=False, paths=[]) if lost else cell


def _renumbered(cell: Printed, name: str, index: int, kept: int) -> Printed:
    if not name or index == kept:
        return cell
    return replace(cell, paths=[path.replace(f"{name}[{index}]", f"{name}[{kept}]") for path in cell.paths])


def _of_no_row(cell: Printed) -> Printed:
    """Return a cell of a row that is no row of a list: a class that stands there is no indicator's."""
    return replace(cell, paths=[path for path in cell.paths if not path.endswith(LEVEL)])


def _blank_row(cell: Printed, name: str, index: int, added: int, filing: Filing, heads: bool) -> Printed:
    """Return a cell of a new row, in the shape of the row before it: what `heads` that goes on, a dash stays a dash."""
    if not _belongs(cell, name):
        goes_on = cell.goes_on or (heads and bool(cell.text))
        return replace(cell, text="" if goes_on else cell.text, goes_on=goes_on, paths=[])
    paths = [path.replace(f"{name}[{index}]", f"{name}[{added}]") for path in cell.paths]
    return replace(cell, text=_fresh(filing, paths[0]), paths=paths)


def _fresh(filing: Filing, path: str) -> str:
    value = shown_words(filing, path)
    return amount_words(value, "", path) if isinstance(value, Decimal) else value or ""


def _moved(name: str, filing: Filing, held: Original) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return where a list's rows stand now (old number → new), and which are new behind which (old number → new ones)."""
    own = ROW_NAMES[name]
    numbers = {int(found[2]) for path in held.read if (found := ROW.match(path)) and found[1] == name}
    before = [held.read.get(f"{name}[{index}].{own}", "") for index in range(max(numbers, default=-1) + 1)]
    now = [str(getattr(row, own) or "") if own else "" for row in getattr(filing, name)]
    if len(before) == len(now):
        return dict(enumerate(range(len(now)))), {}
    places: dict[int, int] = {}
    fresh: dict[int, list[int]] = {}
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        both = min(i2 - i1, j2 - j1) if kind in ("equal", "replace") else 0
        places |= {i1 + step: j1 + step for step in range(both)}
        if j2 - j1 > both:
            fresh.setdefault(max(0, i1 + both - 1), []).extend(range(j1 + both, j2))
    return places, fresh
