"""What a press leaves out because the workbook holds it already, and what it never leaves out."""

from decimal import Decimal
from pathlib import Path

import pytest

from workbook.master.diff import lean
from workbook.model.edits import Block, Cell, Edits, Formula, Resize, Rich


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as book:
        sheet = book.add_worksheet("表")
        for row, cells in enumerate((("甲", 1.5), ("乙", 2), ("丙", None), ("丁", 4))):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        sheet.write_formula(0, 2, "=A1", None, "甲")
        sheet.write_formula(1, 2, "=B2", None, 2)
    return tmp_path / "book.xlsx"


def left(
    copy: Path, row: int, column: int, *rows: tuple[Cell, ...]
) -> list[tuple[int, int, tuple[tuple[Cell, ...], ...]]]:
    edits = lean(Edits([Block("表", row, column, rows)], [Resize("tbl", 3)], "说明"), copy)
    assert (edits.resizes, edits.message) == ([Resize("tbl", 3)], "说明")
    return [(block.row, block.column, block.values) for block in edits.blocks]


@pytest.mark.parametrize(
    ("row", "column", "rows", "expected"),
    [
        (1, 1, [("甲", Decimal("1.5")), ("乙", Decimal(2))], []),
        (1, 1, [("甲", Decimal("1.5")), ("戊", Decimal(2)), ("丙", None)], [(2, 1, (("戊", Decimal(2)),))]),
        (1, 1, [("子",), ("乙",), ("丑",)], [(1, 1, (("子",),)), (3, 1, (("丑",),))]),
        (3, 2, [(None,)], []),
        (4, 2, [(None,)], [(4, 2, ((None,),))]),
        (4, 2, [("4",)], [(4, 2, (("4",),))]),
        (9, 9, [("新",)], [(9, 9, (("新",),))]),
        (1, 3, [(Formula("A1", "甲"),), (Formula("B2", Decimal(2)),)], []),
        (1, 3, [(Formula("A1", "甲"),), (Formula("B2", Decimal(3)),)], [(2, 3, ((Formula("B2", Decimal(3)),),))]),
    ],
)
def test_only_rows_that_differ_are_left(copy, row, column, rows, expected):
    assert left(copy, row, column, *rows) == expected


def test_a_text_with_looks_is_written_again_where_its_row_says_something_else(copy):
    texts = [(Rich([("甲", "错误")]),), (Rich([("乙", "预警")]),), (Rich([("新", "")]),), (Rich([("丁", "相符")]),)]
    beside = [(Decimal("1.5"),), (Decimal(3),), (None,), (Decimal(5),)]
    edits = lean(Edits([Block("表", 1, 1, tuple(texts)), Block("表", 1, 2, tuple(beside))]), copy)
    assert [(block.row, block.column, block.values) for block in edits.blocks] == [
        (2, 1, (texts[1], texts[2])),
        (2, 2, (beside[1],)),
        (4, 2, (beside[3],)),
    ]


def test_a_text_that_bore_looks_loses_them(tmp_path: Path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ("甲", "✗ 错误 1"))
        sheet.write_row(1, 0, ("乙", "✓ 相符 1"))
    texts, beside = ((Rich([("甲", "相符")]),), (Rich([("乙", "")]),)), (("✓ 相符 1",), (None,))
    edits = lean(Edits([Block("表", 1, 1, texts), Block("表", 1, 2, beside)]), tmp_path / "book.xlsx")
    assert [(block.row, block.column, block.values) for block in edits.blocks] == [
        (1, 1, (texts[0],)),
        (1, 2, beside),
    ]


def test_a_copy_that_cannot_be_read_leaves_all(tmp_path):
    edits = Edits([Block("表", 1, 1, (("甲",),))])
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    assert lean(edits, tmp_path / "坏.xlsx") is edits
