"""The open workbook written live: the same cells as by the patched file, changed cells only, whole ranges."""

import shutil
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import live
from macros.result import LONG
from tests.fake_excel import FakeExcel, opened
from workbook.actions import api as actions
from workbook.master import layout
from workbook.model.edits import Block, Edits, Formula, Resize, Rich


def blank() -> FakeExcel:
    return FakeExcel({"表": {}}, {"tbl": ["表", 1, 1, 3]}, set())


def cells(fake: FakeExcel) -> dict[tuple[str, int, int], object]:
    when = tuple(layout.STATE["when"])
    return {
        (sheet, *place): float(value) if isinstance(value, int | float) else value
        for sheet, held in fake.cells.items()
        for place, value in held.items()
        if value not in (None, "") and (sheet, *place) != when and not isinstance(value, datetime)
    }


@pytest.mark.parametrize("verb", ["fill", "check", "clear"])
def test_live_and_file_give_the_same_cells(imported: Path, tmp_path: Path, verb: str):
    path = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    book = opened(path)
    live.carry_out(actions.edits(verb, path), live.Excel(book.book()))
    {"fill": actions.fill, "check": actions.check_master, "clear": actions.clear}[verb](path)
    assert cells(book) == cells(opened(path))


def test_a_second_press_touches_nothing_but_the_time(imported: Path, tmp_path: Path):
    path = Path(shutil.copy(imported, tmp_path / "总表.xlsm"))
    book = opened(path)
    live.carry_out(actions.edits("fill", path), live.Excel(book.book()))
    actions.fill(path)
    book.entered.clear()
    live.carry_out(actions.edits("fill", path), live.Excel(book.book()))
    assert book.entered == []


def test_ranges_are_read_whole(imported: Path, tmp_path: Path):
    edits = actions.edits("check", imported)
    book = opened(imported)
    live.carry_out(edits, live.Excel(book.book()))
    assert book.reads == len([block for block in edits.blocks if block.values and block.values[0]])


def test_only_the_cells_that_differ_are_entered():
    book = blank()
    book.cells["表"] = {(1, 1): "甲", (1, 2): 1.5, (1, 3): "=A1", (2, 1): "乙", (2, 2): 2.5}
    rows = (("甲", Decimal("1.50"), Formula("A1")), ("乙", Decimal("2.51"), Formula("A2")))
    assert live.carry_out(Edits([Block("表", 1, 1, rows)]), live.Excel(book.book())) == 2
    assert [(entry.row, entry.column, entry.entries) for entry in book.entered] == [(2, 2, ((2.51, "=A2"),))]


def test_looks_of_before_are_taken_away_where_a_figure_is_right_now():
    book = blank()
    for role, looks in (("错误", 1), ("相符", 0), ("", 0)):
        live.carry_out(Edits([Block("表", 1, 1, ((Rich([("支出", ""), ("3万元", role)]),),))]), live.Excel(book.book()))
        assert len(book.looks.get(("表", 1, 1), [])) == looks
    assert book.cells["表"][1, 1] == "支出3万元"


def test_a_blank_takes_away_what_stood_there():
    book = blank()
    book.cells["表"][1, 1] = "旧"
    live.carry_out(Edits([Block("表", 1, 1, ((None,),))]), live.Excel(book.book()))
    assert book.cells["表"][1, 1] is None


def test_what_goes_wrong_is_answered_with_false_and_the_guard_is_closed():
    book = blank()
    book.fail_after = 0
    book.protected.add("表")
    before = dict(book.state)
    assert live.write(Edits([Block("表", 1, 1, (("甲",),))]), book.book()) is False
    assert book.state == before
    assert book.protected == {"表"}
    assert live.write(Edits([Block("没有", 1, 1, (("甲",),))]), book.book()) is False


def test_a_protected_sheet_is_opened_for_the_writing():
    book = blank()
    book.protected.add("表")
    assert live.write(Edits([Block("表", 1, 1, (("甲",),))], [Resize("tbl", 0)]), book.book())
    assert book.cells["表"][1, 1] == "甲"
    assert book.protected == {"表"}
    allowed = tuple(name == "AllowSorting" for name in live.ALLOWED)
    assert book.options["表"] == ("", True, True, True, False, *allowed)


def test_the_workbook_is_found_by_its_name_alone():
    book = blank()
    assert book.book().name == book.name
    with pytest.raises(KeyError):
        book.called("--wb=C:\\数据\\" + book.name, "--from_xl=1", "--hwnd=4711")


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_a_table_takes_the_rows_it_is_given_and_blanks_the_others(rows: int):
    book = FakeExcel({"表": {(row, 1): row for row in range(1, 9)}}, {"tbl": ["表", 2, 3, 3]}, {"表"})
    live.carry_out(Edits([], [Resize("tbl", rows)]), live.Excel(book.book()))
    assert book.tables["tbl"][2] == max(rows, 1)
    gone = set(range(3 + rows, 6))
    assert {row for row, _ in book.cells["表"]} == set(range(1, 9)) - gone


def test_a_piece_of_a_text_stands_out_by_its_place():
    book = blank()
    live.carry_out(Edits([Block("表", 1, 1, ((Rich([("支出", ""), ("3万元", "错误")]),),))]), live.Excel(book.book()))
    ((place, look),) = book.looks["表", 1, 1]
    assert place == (3, 3)
    assert look["Bold"] is True


def test_the_wrapper_reads_a_property_without_its_arguments():
    """What `Range.Resize(3, 2)` does under pywin32: one cell, not six."""
    cell = blank().book().sheets["表"].range((1, 1)).api
    assert (cell.Resize(3, 2).Row, cell.Resize(3, 2).Column) == (3, 2)
    area = cell.GetResize(3, 2)
    assert (area._oleobj_.rows, area._oleobj_.wide) == (3, 2)


LOADED = """
import sys, tempfile, pathlib
from macros import buttons, live
from workbook.model.edits import Edits
print(buttons.written_live(Edits(), pathlib.Path(tempfile.mkdtemp())), "xlwings" in sys.modules)
live.possible = lambda: True
print(buttons.written_live(Edits(), pathlib.Path(tempfile.mkdtemp())), *(name for name in ("pandas", "numpy", "polars") if name in sys.modules))
import pandas
"""


def test_without_pywin32_xlwings_is_not_loaded_and_with_it_no_pandas():
    if live.possible():
        pytest.skip("这里有 pywin32，跳过")
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False"]


def test_where_the_macro_let_go_of_the_keyboard_nothing_is_written_live():
    book = blank()
    book.state["Interactive"] = True
    assert live.write(Edits([Block("表", 1, 1, (("甲",),))]), book.book()) is False
    assert book.entered == []


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    ["=1+1", "+1", "-1", "@x", "1-2", "95%", "TRUE", "'甲", "上午9点", "二〇二四年", "a" * (LONG + 5), "=" * 9000]
)
CELL = (
    st.none()
    | TEXT
    | st.integers(-(10**6), 10**6)
    | st.decimals(-(10**6), 10**6, places=2)
    | st.just(Formula("SUM(A1:A2)"))
)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=5)))
def test_text_stays_text_and_a_second_writing_finds_nothing_to_do(rows):
    book = blank()
    edits = Edits([Block("表", 2, 1, tuple(rows))])
    live.carry_out(edits, live.Excel(book.book()))
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            held = book.cells["表"].get((2 + down, 1 + across))
            if isinstance(cell, Decimal | int):
                assert float(held or 0) == float(cell)
            else:
                assert (held or None) == (f"={cell.text}" if isinstance(cell, Formula) else cell or None)
    book.entered.clear()
    assert live.carry_out(edits, live.Excel(book.book())) == 0
