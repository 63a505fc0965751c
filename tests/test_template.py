"""A bureau's own template: its fields are found wherever they stand, and filling it loses nothing."""

import json
import struct
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from tests.office import convert
from tests.test_whole_way import run
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, as_handed_in, compose
from workbook.derive import derive
from workbook.master.intake import take_in
from workbook.model.filing import Filing, to_json
from workbook.model.scheme import load
from workbook.readers import read
from workbook.templates.build import PARTS
from workbook.writers import department
from workbook.writers.package import apply
from workbook.writers.template import TemplateError, fill, survey

D = Decimal
KINDS = [
    ("产出指标", "数量指标", 5),
    ("产出指标", "质量指标", 3),
    ("产出指标", "时效指标", 3),
    ("效益指标", "经济效益指标", 2),
    ("效益指标", "社会效益指标", 3),
    ("效益指标", "生态效益指标", 2),
    ("效益指标", "可持续影响指标", 2),
    ("满意度指标", "服务对象满意度指标", 3),
    ("成本指标", "经济成本指标", 3),
    ("成本指标", "社会成本指标", 1),
    ("成本指标", "生态环境成本指标", 1),
]
EXPENSES = [
    "三公经费",
    "1、公务用车购置和维护经费",
    "其中：公车购置",
    "公车运行维护",
    "2、出国经费",
    "3、公务接待",
    "项目支出：",
    "1、业务工作经费",
    "2、运行维护经费",
    "3、市级专项资金（一个专项一行）",
    "",
    "",
    "",
    "",
    "公用经费",
    "其中：办公经费",
    "水费、电费、差旅费",
    "会议费、培训费",
    "政府采购金额",
    "部门基本支出预算调整",
]
RIBBON = '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon><tabs/></ribbon></customUI>'


def picture(path: Path) -> Path:
    """Write a picture of one red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b""))
    return path


def bureau(path: Path, leave_out: str = "") -> Path:
    """Make a bureau's own template: shifted, in its own order, with all that Excel can hold besides cells."""
    book = xlsxwriter.Workbook(str(path))
    book.add_vba_project(str(PARTS / "vbaProject.bin"))
    form, basics = book.add_worksheet("自评表（本县）"), book.add_worksheet("基础数据")
    book.set_vba_name("ThisWorkbook")
    form.set_vba_name("Sheet1"), basics.set_vba_name("Sheet2")
    thin, rate = (
        book.add_format({"border": 1, "text_wrap": True}),
        book.add_format({"border": 1, "num_format": "0.00%"}),
    )
    _evaluation(form, thin, rate, leave_out)
    _basics(basics, thin)
    _rest(book, form, picture(path.with_suffix(".png")))
    book.close()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("customUI/customUI14.xml", RIBBON)
    return path


def _blank(sheet: Any, row: int, columns: range, style: Any) -> None:
    for column in columns:
        sheet.write_blank(row, column, None, style)


def _evaluation(sheet: Any, thin: Any, rate: Any, leave_out: str) -> None:
    sheet.merge_range(2, 1, 2, 9, "部门整体支出绩效自评表", thin)
    sheet.merge_range(3, 1, 3, 2, "单位名称", thin)
    sheet.merge_range(3, 3, 3, 9, "", thin)
    heads = ["", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    for column, words in enumerate(heads, start=1):
        sheet.write_string(4, column, "" if words == leave_out else words, thin)
    sheet.merge_range(5, 1, 5, 2, "年度资金总额", thin)
    _blank(sheet, 5, range(3, 9), thin)
    sheet.write_formula(5, 7, '=IF(N(E6)=0,"",ROUND(F6/E6,4))', rate, "")
    sides = [
        ("按收入性质分：", "按支出性质分："),
        ("一般公共预算：", "基本支出："),
        ("政府性基金拨款：", "项目支出："),
        ("纳入专户管理的非税收入拨款：", ""),
        ("其他资金：", ""),
    ]
    for row, (left, right) in enumerate(sides, start=6):
        sheet.merge_range(row, 1, row, 2, left, thin)
        _blank(sheet, row, range(3, 4), thin)
        sheet.merge_range(row, 4, row, 5, right, thin)
        _blank(sheet, row, range(6, 7), thin)
    sheet.merge_range(11, 1, 11, 4, "年初设定目标", thin)
    sheet.merge_range(11, 5, 11, 9, "全年实际完成情况", thin)
    sheet.merge_range(12, 1, 12, 4, "", thin)
    sheet.merge_range(12, 5, 12, 9, "", thin)
    heads = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
    for column, words in enumerate(heads, start=1):
        sheet.write_string(13, column, words, thin)
    row = 14
    for level1, level2, count in KINDS:
        for _ in range(count):
            sheet.write_string(row, 1, level1, thin)
            sheet.write_string(row, 2, level2, thin)
            _blank(sheet, row, range(3, 9), thin)
            row += 1
    sheet.merge_range(row, 1, row, 5, "总分", thin)
    sheet.write_formula(row, 6, f"=SUM(G15:G{row})+G6", thin, 0)
    _blank(sheet, row, range(7, 9), thin)
    sheet.merge_range(
        row + 1, 1, row + 1, 9, "填表人：          填报日期：          联系电话：          单位负责人签字：", thin
    )
    sheet.write_formula(row + 4, 1, "=1+2", thin, 3)


def _basics(sheet: Any, thin: Any) -> None:
    for column, words in enumerate(["编制数", "实际在职人数", "控制率"], start=2):
        sheet.write_string(1, column, words, thin)
    sheet.write_string(2, 1, "财政供养人员", thin)
    _blank(sheet, 2, range(2, 5), thin)
    for column, words in enumerate(["经费控制情况（万元）", "上年决算数", "本年预算数", "本年决算数"], start=1):
        sheet.write_string(3, column, words, thin)
    for row, words in enumerate(EXPENSES, start=4):
        sheet.write_string(row, 1, words, thin) if words else _blank(sheet, row, range(1, 2), thin)
        _blank(sheet, row, range(2, 5), thin)
    row = 4 + len(EXPENSES)
    heads = ["批复规模", "实际规模", "规模控制率", "预算投资", "实际投资", "投资概算控制率"]
    for column, words in enumerate(heads, start=1):
        sheet.write_string(row, column, words, thin)
    for down in (1, 2):
        _blank(sheet, row + down, range(1, 7), thin)
    sheet.write_string(row + 3, 1, "厉行节约保障措施", thin)
    sheet.merge_range(row + 3, 2, row + 3, 6, "", thin)


def _rest(book: Any, sheet: Any, image: Path) -> None:
    sheet.insert_button("L2", {"macro": "ButtonCheck", "caption": "全审"})
    sheet.write_comment("D4", "填全称")
    sheet.add_sparkline("L5", {"range": "自评表（本县）!D6:F6"})
    sheet.insert_textbox("L8", "本县说明")
    sheet.insert_image("L14", str(image))
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='自评表（本县）'!$D$6:$F$6"})
    sheet.insert_chart("L20", chart)
    sheet.data_validation("G15:G42", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.conditional_format("D6:F6", {"type": "data_bar", "data_bar_2010": True})
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.set_header("&L本县财政局")
    sheet.print_area(0, 0, 50, 9)
    book.add_worksheet("名单").write_row(0, 0, ["别的", 1])
    book.define_name("本县", "='名单'!$A$1")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def around_the_cells(page: bytes) -> list[bytes]:
    """Return every element of a sheet but its cells and how far they reach."""
    root = etree.fromstring(page)
    return [etree.tostring(child) for child in root if not child.tag.endswith(("}sheetData", "}dimension"))]


def filled(template: Path, filing: Filing, target: Path) -> Any:
    return fill(survey(template), filing, derive(filing, load()), target)


def test_every_field_is_found_in_the_bureaus_own_layout(tmp_path):
    found = survey(bureau(tmp_path / "本县.xlsm"))
    assert found.missing == []
    assert found.parts == ["附件2", "附件3"]
    assert {path: found.spots[path].cell for path in ("unit", "funds.executed", "income.other", "total.score")} == {
        "unit": "D4",
        "funds.executed": "F6",
        "income.other": "D11",
        "total.score": "H43",
    }
    assert [len(found.rows[name]) for name in ("indicators", "project_lines", "buildings")] == [28, 4, 2]
    assert found.spots["signature.date"].words.startswith("填表人")
    assert found.spots["funds.execution_rate"].percent or found.spots["funds.execution_rate"].formula


def test_what_is_filled_in_is_read_back(tmp_path):
    template = bureau(tmp_path / "本县.xlsm")
    for entry in DEPARTMENTS:
        filing = compose(entry)
        filing.signature.preparer, filing.signature.date = "某甲", "2025年3月1日"
        filing.thrift_measures = "=严控支出"
        target = tmp_path / f"{filing.unit}.xlsm"
        filled(template, filing, target)
        (back,) = read(target)
        wanted = to_json(filing)
        for part in ("staff", "expenses", "project_lines", "funds", "income", "outlay", "goals", "thrift_measures"):
            assert to_json(back)[part] == wanted[part], (filing.unit, part)
        assert sorted(map(str, to_json(back)["indicators"])) == sorted(map(str, wanted["indicators"]))
        assert (back.signature.preparer, back.signature.date) == ("某甲", "2025年3月1日")
        assert (back.unit, back.total.score) == (filing.unit, filing.total.score)


def test_everything_else_stays_byte_for_byte(tmp_path):
    template = bureau(tmp_path / "本县.xlsm")
    before = parts(template)
    out = filled(template, compose(DEPARTMENTS[0]), tmp_path / "填好.xlsm")
    after = parts(tmp_path / "填好.xlsm")
    sheets = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    assert set(out.receipt.changed) <= {*sheets, "xl/worksheets/sheet3.xml", "xl/workbook.xml"}
    assert set(after) == set(before)
    assert {name for name in before if before[name] != after[name]} <= {*sheets, "xl/workbook.xml"}
    kinds = (
        "vbaProject.bin",
        "customUI14.xml",
        "drawing1.xml",
        "vmlDrawing1.vml",
        "comments1.xml",
        "chart1.xml",
        "image1.png",
    )
    for kind in kinds:
        assert any(name.endswith(kind) and after[name] == before[name] for name in before), kind
    for sheet in sheets:
        assert around_the_cells(after[sheet]) == around_the_cells(before[sheet])
    page = after["xl/worksheets/sheet1.xml"].decode()
    assert "sparkline" in page
    assert "<v>3</v>" in page, "the cached value of a formula that does not change"
    assert str(out.receipt).startswith("部件：原样保留")


def test_libreoffice_opens_and_computes_it(tmp_path):
    filing = compose(DEPARTMENTS[1])
    filled(bureau(tmp_path / "本县.xlsm"), filing, tmp_path / "填好.xlsm")
    (made,) = convert([tmp_path / "填好.xlsm"], "xlsx", tmp_path)
    sheet = openpyxl.load_workbook(made, data_only=True)["自评表（本县）"]
    assert sheet["H6"].value == pytest.approx(float(filing.funds.execution_rate))
    assert sheet["G43"].value == pytest.approx(float(filing.total.weight))


def test_a_rate_goes_as_percent_where_the_cell_shows_none(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filled(bureau(tmp_path / "本县.xlsm"), filing, tmp_path / "填好.xlsm")
    book = openpyxl.load_workbook(tmp_path / "填好.xlsm")
    assert str(book["基础数据"]["E3"].value).endswith("%")
    assert read(tmp_path / "填好.xlsm")[0].staff.control_rate == filing.staff.control_rate


def test_a_formula_of_the_template_stays_and_the_difference_is_said(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.funds.execution_rate = D("0.5")
    out = filled(bureau(tmp_path / "本县.xlsm"), filing, tmp_path / "填好.xlsm")
    assert openpyxl.load_workbook(tmp_path / "填好.xlsm")["自评表（本县）"]["H6"].value.startswith("=IF(")
    assert [words for words in out.kept_formulas if "执行率填报 50%" in words]


def test_what_has_no_place_is_refused_and_named(tmp_path):
    template = bureau(tmp_path / "缺.xlsm", leave_out="年初预算数")
    assert "funds.initial_budget" in survey(template).missing
    with pytest.raises(TemplateError, match="年初预算数"):
        filled(template, compose(DEPARTMENTS[0]), tmp_path / "填好.xlsm")
    filing = compose(DEPARTMENTS[0])
    filing.indicators *= 3
    with pytest.raises(TemplateError, match=r"数量指标 \d+ 行"):
        filled(bureau(tmp_path / "本县.xlsm"), filing, tmp_path / "填好.xlsm")
    assert not (tmp_path / "填好.xlsm").exists()


def test_our_own_blank_form_is_a_template_too(tmp_path):
    path = tmp_path / "空表.xlsx"
    department.write(Filing(unit="", year=YEAR), load(), path)
    found = survey(path)
    assert found.missing == []
    assert {entry.formula != "" for name, entry in found.spots.items() if name in ("funds.score", "total.score")} == {
        True
    }


@pytest.mark.parametrize("words", ["随便写点什么", ""])
def test_a_workbook_that_is_no_form_is_refused(tmp_path, words):
    book = openpyxl.Workbook()
    book.active["A1"] = words
    book.save(tmp_path / "别的.xlsx")
    with pytest.raises(TemplateError, match="不能用作模板"):
        survey(tmp_path / "别的.xlsx")
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    with pytest.raises(TemplateError, match="另存为"):
        survey(tmp_path / "坏.xlsx")


def test_the_commands(tmp_path):
    template = bureau(tmp_path / "本县.xlsm")
    status, out, err = run("template", "check", template)
    assert (status, err) == (0, "")
    assert "附件2、附件3：找到" in out
    status, out, _ = run("template", "check", bureau(tmp_path / "缺.xlsm", "年初预算数"), "--format", "json")
    told = json.loads(out)
    assert (status, told["complete"]) == (1, False)
    assert [entry["field"] for entry in told["fields"] if not entry["cell"]] == ["年初预算数"]
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=YEAR)
    from workbook.master.read import read_master

    apply(master, take_in(read_master(master), [as_handed_in(entry) for entry in DEPARTMENTS[:2]]).edits)
    status, out, err = run("export", master, "--to", tmp_path / "出", "--template", template)
    assert (status, err) == (0, "")
    assert out.count("原样保留") == 2
    assert {path.suffix for path in (tmp_path / "出").iterdir()} == {".xlsm"}
    status, out, err = run("template", "check", tmp_path / "没有.xlsx")
    assert status == 2
    assert "找不到模板" in err
