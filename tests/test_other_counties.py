"""Forms of the L1 kind as other counties lay them out: each variation is read like the usual one."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.layouts import (
    HUNAN_BASICS,
    HUNAN_EVALUATION,
    Block,
    Row,
    hunan,
    hunan_basics,
    hunan_evaluation,
    replaced,
    to_sheets,
    to_word,
)
from tests.test_files_as_they_come import USUAL, checked
from workbook.actions import api as actions
from workbook.master.read import read_master
from workbook.model.filing import Filing
from workbook.readers import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOX = (
    f'<w:p xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox>'
    "<w:txbxContent/></v:textbox></v:shape></w:pict></w:r></w:p>"
)
# the amounts of 附件2, in 元
IN_YUAN = {
    cell: f"{Decimal(cell) * 10_000:,.0f}"
    for row in HUNAN_BASICS[3:15]
    for cell in row[1:]
    if cell and cell.replace(".", "").isdigit()
}


def brackets(folder: Path) -> Path:
    words = {
        "经费控制情况（万元）": "经费控制情况【万元】",
        "产出指标（40分）": "产出指标【40分】",
        "财政供养人员情况（人）": "财政供养人员情况〔人〕",
        "预算部门（单位）名称": "预算部门【单位】名称",
    }
    return to_word(replaced(hunan(), words), folder / "a.docx")


def blanks_in_labels(folder: Path) -> Path:
    words = {
        "三公经费": "“三 公” 经 费",
        "公用经费": "公 用\n经 费",
        "三级指标": "三级\n指标",
        "预期目标": "预 期 目 标",
    }
    return to_word(replaced(hunan(), words), folder / "a.docx")


def with_remarks(folder: Path) -> Path:
    rows: list[Row] = [[*row, "备注" if index == 8 else ""] for index, row in enumerate(HUNAN_EVALUATION)]
    return to_word([*hunan_basics(), "附件3", "2024年度部门整体支出绩效自评表", rows], folder / "a.docx")


def columns_moved(folder: Path) -> Path:
    rows = [
        row if index < 8 or None in row else [*row[:4], *row[6:8], *row[4:6], row[8]]
        for index, row in enumerate(HUNAN_EVALUATION)
    ]
    rows[-1] = ["总分", None, None, None, "100", "99.89", "", "", ""]
    return to_word([*hunan_basics(), "附件3", "2024年度部门整体支出绩效自评表", rows], folder / "a.docx")


def side_by_side(folder: Path) -> Path:
    left = openpyxl.load_workbook(to_sheets({"表": hunan_basics()}, folder / "左.xlsx"))
    right = openpyxl.load_workbook(to_sheets({"表": hunan_evaluation()}, folder / "右.xlsx"))["表"]
    sheet = left["表"]
    for row in right.iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column + 8).value = cell.value
    left.save(folder / "并排.xlsx")
    return folder / "并排.xlsx"


def stacked(folder: Path) -> Path:
    return to_sheets({"表": hunan()}, folder / "a.xlsx", merged=False)


def year_in_the_title_alone(folder: Path) -> Path:
    words = {
        "2024年实际在职人数": "实际在职人数",
        "2023年决算数": "上年决算数",
        "2024年预算数": "本年预算数",
        "2024年决算数": "本年决算数",
    }
    return to_word(replaced(hunan(), words), folder / "a.docx")


def title_in_a_box(folder: Path) -> Path:
    return _boxed(folder, 0)


def table_in_a_box(folder: Path) -> Path:
    return _boxed(folder, 1)


def _boxed(folder: Path, tables: int) -> Path:
    import docx
    from docx.oxml import parse_xml

    path = to_word(hunan(), folder / "框.docx")
    document = docx.Document(str(path))
    box = parse_xml(BOX)
    inner = box.find(f".//{{{W}}}txbxContent")
    moved = [document.paragraphs[1]._p, *(table._tbl for table in document.tables[:tables])]
    document.paragraphs[2]._p.addprevious(box)
    for element in moved:
        inner.append(element)
    document.save(str(path))
    return path


def merged_cells_filled_down(folder: Path) -> Path:
    rows: list[Row] = []
    for row in HUNAN_EVALUATION:
        above = rows[-1] if rows else row
        rows.append([above[column] if cell == "^" else cell for column, cell in enumerate(row)])
    return to_word([*hunan_basics(), "附件3", "2024年度部门整体支出绩效自评表", rows], folder / "a.docx")


def units_beside_points(folder: Path) -> Path:
    return to_word(
        replaced(hunan(), {"20": "20分", "10": "10分", "100": "100分", "99.89": "99.89分"}), folder / "a.docx"
    )


WAYS: list[Callable[[Path], Path]] = [
    brackets, blanks_in_labels, with_remarks, columns_moved, side_by_side, stacked, year_in_the_title_alone,
    title_in_a_box, table_in_a_box, merged_cells_filled_down, units_beside_points,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_another_countys_layout_is_read_like_the_usual_one(tmp_path, way):
    (filing,) = read(way(tmp_path))
    checked(filing, USUAL)
    assert filing.class_weights["产出指标"] == 40


@pytest.mark.parametrize(
    "words",
    [
        {"经费控制情况（万元）": "经费控制情况（元）"},
        {"经费控制情况（万元）": "经费控制情况", "单位名称：某县水务局": "单位名称：某县水务局    金额单位：元"},
    ],
)
def test_amounts_in_yuan_become_wan_yuan_and_it_is_said(tmp_path, words):
    blocks: list[Block] = [*replaced(hunan_basics(), {**IN_YUAN, **words}), *hunan_evaluation()]
    (filing,) = read(to_word(blocks, tmp_path / "a.docx"))
    checked(filing, USUAL)
    report = actions.check_filing(filing, None, tmp_path).report
    assert [found.message for found in report.findings if found.rule == "X13"] == [
        "附件2 基础数据表注明单位是元，金额已折算成万元"
    ]


def with_rows(rows: list[Row], after: int) -> list[Block]:
    evaluation = [*HUNAN_EVALUATION[: after + 1], *rows, *HUNAN_EVALUATION[after + 1 :]]
    return [*hunan_basics(), "附件3", "2024年度部门（单位）整体支出绩效自评表", evaluation]


@pytest.mark.parametrize("words", ["无", "——", "不涉及", "本单位不涉及此项指标"])
def test_a_row_of_nothing_is_left_out_but_for_its_points(tmp_path, words):
    blank: Row = ["^", "^", "社会成本指标", words, "", "", "", "", ""]
    (filing,) = read(to_word(with_rows([blank], 13), tmp_path / "a.docx"))
    assert len(filing.indicators) == 5
    assert filing.none_classes == ["社会成本指标"]
    scored: Row = ["^", "^", "社会成本指标", words, "", "", "5", "5", ""]
    (filing,) = read(to_word(with_rows([scored], 13), tmp_path / "b.docx"))
    assert (filing.indicators[5].weight, filing.indicators[5].score, filing.none_classes) == (5, 5, [])
    found = [entry for entry in actions.check_filing(filing, None, tmp_path).report.findings if entry.rule == "I31"]
    assert [entry.location.path for entry in found] == ["indicators[5].weight"]
    assert found[0].location.cell
    # the sums are as the department made them, without the row
    assert [e.rule for e in actions.check_filing(filing, None, tmp_path).report.findings if e.rule[0] == "X"] == []


def test_a_row_of_nothing_with_points_goes_through_a_master_and_back(tmp_path):
    scored: Row = ["^", "^", "社会成本指标", "无", "", "", "5", "5", ""]
    to_word(with_rows([scored], 13), tmp_path / "a.docx")
    actions.new(tmp_path / "总表.xlsm", year=2024)
    actions.import_(tmp_path / "总表.xlsm", [tmp_path / "a.docx"])
    (back,) = read_master(tmp_path / "总表.xlsm").filings
    assert [(row.level3, row.weight, row.score) for row in back.indicators][5] == ("无", 5, 5)


def test_money_of_the_states_capital_is_read_and_counted(tmp_path):
    words = {
        "其中：一般公共预算：920.00": "其中：一般公共预算：900.00",
        "其他资金：20.00": "其他资金（上年结转）：20.00",
    }
    capital: Row = ["^", "国有资本经营预算拨款：20.00", None, None, None, "", None, None, None]
    (filing,) = read(to_word(replaced(with_rows([capital], 4), words), tmp_path / "a.docx"))
    assert (filing.income.state_capital, filing.income.other, filing.income.general_public_budget) == (20, 20, 900)
    assert [e.rule for e in actions.check_filing(filing, None, tmp_path).report.findings if e.rule == "F08"] == []


def test_amounts_under_the_columns_of_the_total_are_taken_from_the_annual_one(tmp_path):
    split: Row = ["^", "其中：一般公共预算拨款", None, "800.00", "920.00", "910.00", "——", "98.91%", "——"]
    words = {"其中：一般公共预算：920.00": ""}
    (filing,) = read(to_word(replaced(with_rows([split], 2), words), tmp_path / "a.docx"))
    assert filing.income.general_public_budget == 920
    assert filing.funds.annual_budget == 940


def test_a_line_that_only_some_places_print_goes_out_where_it_is_filled(tmp_path):
    words = {"其中：一般公共预算：920.00": "其中：一般公共预算：900.00"}
    capital: Row = ["^", "国有资本经营预算拨款：20.00", None, None, None, "", None, None, None]
    blocks = replaced(with_rows([capital], 4), words)
    for name, filled in (("有", blocks), ("无", hunan())):
        (filing,) = read(to_word(filled, tmp_path / f"{name}.docx"))
        actions.export_file(tmp_path / f"{name}.docx", tmp_path / f"{name}-出", None, ("xlsx", "docx"))
        written = [path for path in (tmp_path / f"{name}-出").iterdir() if path.suffix in (".xlsx", ".docx")]
        assert len(written) == 2
        for out in written:
            assert [back.income for back in read(out)] == [filing.income]


def test_lines_that_the_form_lacks_are_counted_where_they_are_what_the_sum_lacks(tmp_path):
    carried: Row = ["^", "上年结转：20.00", None, None, None, "", None, None, None]
    words = {"其中：一般公共预算：920.00": "其中：一般公共预算（本年）：900.00"}
    (filing,) = read(to_word(replaced(with_rows([carried], 4), words), tmp_path / "a.docx"))
    assert sum(value for path, value in _parts(filing)) == 940
    assert [e.rule for e in actions.check_filing(filing, None, tmp_path).report.findings if e.rule == "F08"] == []


def test_lines_that_tell_a_source_again_are_not_counted_twice(tmp_path):
    again: Row = ["^", "当年一般公共预算：900.00", None, None, None, "", None, None, None]
    carried: Row = ["^", "上年结转：20.00", None, None, None, "", None, None, None]
    (filing,) = read(to_word(with_rows([again, carried], 4), tmp_path / "a.docx"))
    assert sum(value for path, value in _parts(filing)) == 940


def test_a_sum_without_its_lines_is_still_accused(tmp_path):
    (filing,) = read(to_word(replaced(hunan(), {"其他资金：20.00": "其他资金：50.00"}), tmp_path / "a.docx"))
    assert "F08" in [e.rule for e in actions.check_filing(filing, None, tmp_path).report.findings]


def _parts(filing: Filing) -> list[tuple[str, Decimal]]:
    named = ("general_public_budget", "government_fund", "state_capital", "fiscal_account", "other")
    return [(name, value) for name in named if (value := getattr(filing.income, name, None)) is not None]


@pytest.mark.parametrize(
    "words", ["支出合计", "部门支出合计", "支出合计（全部资金）", "其中：政府性基金", "其中：一般公共预算"]
)
def test_a_row_below_the_projects_that_is_no_project_is_none(tmp_path, words):
    rows: list[Row] = [*HUNAN_BASICS[:12], [words, "300.00", "310.00", "305.00"], *HUNAN_BASICS[12:]]
    blocks: list[Block] = [*hunan_basics()[:3], rows, *hunan_evaluation()]
    (filing,) = read(to_word(blocks, tmp_path / "a.docx"))
    (usual,) = read(to_word(hunan(), tmp_path / "b.docx"))
    assert filing.project_lines == usual.project_lines
    assert filing.expenses == usual.expenses
    assert [e.rule for e in actions.check_filing(filing, None, tmp_path).report.findings if e.rule == "E03"] == []


@pytest.mark.parametrize(
    "rows",
    [
        [["评价年度：2024年", *[None] * 8]],
        [["部门整体支出绩效自评表（2024年度）", *[None] * 8]],
    ],
)
def test_the_year_may_stand_in_the_tables_own_first_row(tmp_path, rows):
    words = {
        "2024年实际在职人数": "实际在职人数",
        "2023年决算数": "上年决算数",
        "2024年预算数": "本年预算数",
        "2024年决算数": "本年决算数",
        "2024年度部门（单位）整体支出绩效评价基础数据表": "部门（单位）整体支出绩效评价基础数据表",
    }
    blocks: list[Block] = [*hunan_basics(), "附件3", [*rows, *HUNAN_EVALUATION]]
    (filing,) = read(to_word(replaced(blocks, words), tmp_path / "a.docx"))
    assert filing.year == 2024
