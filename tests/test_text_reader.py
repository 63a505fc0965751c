"""Text as converters from Word write it: every cell of every row comes back, whatever empty paragraphs it holds."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.readers import ReadError, document, read
from workbook.readers.text import decode

WORDS = st.text(alphabet="局报表数据12.5%项目支出一二", min_size=1, max_size=8)
# a paragraph of a cell may be empty; the first one is not, or the cell is empty altogether
CELL = st.one_of(
    st.just([""]), st.builds(lambda first, rest: [first, *rest], WORDS, st.lists(WORDS | st.just(""), max_size=3))
)
ROWS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6)
)


def converted(rows: list[list[list[str]]]) -> str:
    """Write rows of cells of paragraphs as the converter does."""
    cells = "".join("".join("\t" + "\n\n".join(cell) + "\n" for cell in row) + "\n" for row in rows)
    return f"前面一段。\n\n{cells}\n后面一段，与表无关，说的是别的事情。\n"


def words(cell: list[str]) -> list[str]:
    return [paragraph for paragraph in cell if paragraph]


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_rows_and_cells_survive_empty_paragraphs(tmp_path_factory, rows):
    rows = [[["表头"], ["金额"]], [["合计"], ["1"]], *rows]
    path = tmp_path_factory.mktemp("t") / "a.txt"
    path.write_text(converted(rows), encoding="utf-8")
    found = document(path)
    assert found.paragraphs == ["前面一段。", "后面一段，与表无关，说的是别的事情。"]
    (grid,) = found.grids
    assert [[cell.text.split() for cell in row] for row in grid.rows] == [[words(cell) for cell in row] for row in rows]


def rows_of(path: Path) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in grid.rows] for grid in document(path).grids]


@pytest.mark.parametrize(
    ("name", "text", "tables", "paragraphs"),
    [
        ("a.txt", "标题\n甲\t乙\t丙\n1\t2\t3\n完。\n", [[["甲", "乙", "丙"], ["1", "2", "3"]]], ["标题", "完。"]),
        ("a.csv", '甲,乙\n"1,000",2\n', [[["甲", "乙"], ["1,000", "2"]]], []),
        ("a.csv", "甲;乙\n1,5;2\n", [[["甲", "乙"], ["1,5", "2"]]], []),
        ("a.tsv", "甲\t乙\n1\t2\n", [[["甲", "乙"], ["1", "2"]]], []),
        # a TAB inside a sentence is no table
        ("a.txt", "一是加强\t管理。\n二是完善制度。\n", [], ["一是加强\t管理。", "二是完善制度。"]),
        # rows parted by two empty lines throughout
        ("a.txt", "\t甲\n\t乙\n\n\n\t1\n\t2\n", [[["甲", "乙"], ["1", "2"]]], []),
        # a TAB inside a cell does not turn the table into columns
        ("a.txt", "\t甲\n\t乙\n\n\t其中：\t1\n\t2\n\n\t3\n\t4\n", [[["甲", "乙"], ["其中：\t1", "2"], ["3", "4"]]], []),
        # whole sentences as paragraphs of a cell
        (
            "a.txt",
            f"\t目标\n\n\t{'一是' + '好' * 50}。\n\n{'二是' + '好' * 50}。\n\t完成\n",
            [[["目标"], [f"{'一是' + '好' * 50}。\n{'二是' + '好' * 50}。", "完成"]]],
            [],
        ),
        # a first cell that ends in a line break looks like a row of its own
        (
            "a.txt",
            "\t绩\n效\n\n\t一级\n\t二级\n\t三级\n\t分值\n\n\t\n\t产出\n\t数量\n\t甲\n\t1\n\n\t\n\t\n\t\n\t乙\n\t2\n",
            [[["绩\n效", "一级", "二级", "三级", "分值"], ["", "产出", "数量", "甲", "1"], ["", "", "", "乙", "2"]]],
            [],
        ),
        # running text right behind a table that ends with one empty line
        ("a.txt", f"\t甲\n\t乙\n\n{'好' * 50}。\n", [[["甲", "乙"]]], [f"{'好' * 50}。"]),
    ],
)
def test_tables_in_text(tmp_path, name, text, tables, paragraphs):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert rows_of(path) == tables
    assert document(path).paragraphs == paragraphs


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(encoding):
    assert decode("㎡部门（单位）".encode(encoding, "ignore"), "x").lstrip("\ufeff").endswith("部门（单位）")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{\\rtf1 x}", "另存为 .docx"),
        ("<html><table><tr><td>编制数</td></tr></table></html>", "网页"),
        ("<?xml version='1.0'?><Workbook/>", "XML 文件"),
        ("%PDF-1.7", "PDF"),
        ("编制数", "不是认得的表样"),
    ],
)
@pytest.mark.parametrize("name", ["x.xls", "x.doc", "x.txt"])
def test_text_of_other_kinds_is_refused_with_the_remedy(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=reason):
        read(path)
