"""The result file: formulas of neighbouring columns go in one go where nothing stands between, and nothing else is blanked."""

from decimal import Decimal

import pytest

from macros.result import lines
from workbook.model.edits import Block, Cell, Edits, Formula

F = Formula("A1", "甲")


def written(*rows: tuple[Cell, ...]) -> dict[tuple[int, int], str]:
    """Carry the lines out as the macro does, on an empty sheet."""
    out: dict[tuple[int, int], str] = {}
    found = list(lines("ok", "", Edits([Block("表", 3, 2, rows)])))[3:-1]
    while found:
        kind, _, top, side, high, wide = found.pop(0).split("\t")
        for down in range(int(high)):
            pieces = found.pop(0).split("\t")
            assert len(pieces) == int(wide)
            for across, piece in enumerate(pieces):
                place = (int(top) + down, int(side) + across)
                assert kind == "values" or piece.startswith("f=") or not out.get(place), "a value is blanked"
                out[place] = piece
    return out


@pytest.mark.parametrize(
    "rows",
    [
        [(F, F), (F, F)],
        [(F, None), (None, F)],
        [(F, "乙"), (None, F), (F, F)],
        [("乙", F, None), (None, F, F), (Decimal(1), None, F)],
        [(F, None, F), (F, "丙", F), (F, None, F)],
        [(None, None), (F, None)],
        [(F, F), ("丁", None), (F, F)],
    ],
)
def test_every_cell_ends_as_it_should(rows):
    out = written(*rows)
    for down, row in enumerate(rows, start=3):
        for across, cell in enumerate(row, start=2):
            wanted = "f=A1" if isinstance(cell, Formula) else "" if cell is None else "n1" if cell == 1 else f"t{cell}"
            assert out.get((down, across), "").replace("'", "") == wanted


def test_neighbours_go_together():
    block = Block("表", 3, 2, ((F, None, F), (None, F, None), (F, F, F)))
    found = lines("ok", "", Edits([block]))
    assert [line for line in found if line.startswith("formulas")] == ["formulas\t表\t3\t2\t3\t3"]
