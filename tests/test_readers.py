"""Readers: real reports read right from every format, odd layouts, and files that are no reports."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compounds import compound
from tests.office import convert
from tests.reports import documents
from workbook.demo import DEPARTMENTS, compose
from workbook.demo.text import as_text
from workbook.model.filing import ONLY_PROSE, to_json
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.readers import LIMITS, ReadError, read
from workbook.rules.engine import check
from workbook.writers import department, word

GOLDEN = Path(__file__).parent / "golden" / "seeds.json"
D = Decimal


@pytest.fixture
def sheet(tmp_path) -> Path:
    path = tmp_path / "某局.xlsx"
    department.write(compose(DEPARTMENTS[0]), load(), path)
    return path


def figures(path: Path) -> dict:
    """Return what the golden table holds: figures and names, no prose and no persons."""
    (filing,) = read(path)
    data = to_json(filing)
    assert filing.unit
    for name in ("unit", "narrative", "signature", "goals", "thrift_measures"):
        del data[name]
    for row in data["indicators"]:
        del row["reason"]
    return data


@pytest.mark.parametrize("kind", ["docx", "txt"])
@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_published_reports_read_right(seeds, number, kind):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert figures(seeds / f"{number}.{kind}") == golden[number]


def test_word_and_text_say_the_same(seeds):
    for number in ("000", "001", "002"):
        one, other = (to_json(read(seeds / f"{number}.{kind}")[0]) for kind in ("docx", "txt"))
        assert one == other


def edited(path: Path, change) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def recalculated_by_hand(book) -> None:
    """Put values where openpyxl would leave formulas without any."""
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = None


def test_unmerged_and_moved_tables_read_the_same(sheet):
    before = read(sheet)[0]

    def change(book):
        recalculated_by_hand(book)
        for page in book.worksheets:
            page.protection.sheet = False
            for area in list(page.merged_cells.ranges):
                page.unmerge_cells(str(area))
            page.insert_rows(1, 3)
            page.insert_cols(1, 2)

    after = read(edited(sheet, change))[0]
    assert after.expenses == before.expenses
    assert after.project_lines == before.project_lines
    assert [(row.level3, row.weight, row.actual) for row in after.indicators] == [
        (row.level3, row.weight, row.actual) for row in before.indicators
    ]
    assert after.funds.executed == before.funds.executed
    assert [row.level1 for row in after.indicators] == [row.level1 for row in before.indicators]


def test_columns_in_another_order_and_labels_with_blanks(tmp_path):
    document = docx.Document()
    document.add_paragraph("2025年度某县档案馆整体支出绩效自评报告")
    table = document.add_table(0, 4)
    for row in (
        ["经费控制情况\n（万元）", "2025 年 决算数", "2025年预算数", "2024年\n决算数"],
        ["“三公”经费", "3.1", "３．５", "4.0"],
        ["1、公务接待费", "3.1", "3.5", "4.0"],
        ["项 目 支 出：", "88.00万元", "90", "70"],
        ["（1）档案数字化", "88", "90", "70"],
        ["公用经费", "12.5", "13", "12"],
    ):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    names = ["得分", "分值", "三级指标", "实际完成值", "年度指标值", "二级指标", "一级指标"]
    table = document.add_table(0, 7)
    for row in (
        names,
        ["10", "10", "数字化卷数", "5200卷", "≥5000卷", "数量指标", "产出指标\n（40分）"],
        names,
        ["8", "10", "利用者满意度", "89%", "≥90%", "服务对象\n满意度指标", "满意度指标（10分）"],
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    path = tmp_path / "a.docx"
    document.save(str(path))
    (filing,) = read(path)
    assert (filing.year, filing.unit) == (2025, "某县档案馆")
    three = filing.expenses["three_public"]
    assert (three.prior_final, three.budget, three.final) == (D("4.0"), D("3.5"), D("3.1"))
    assert filing.expenses["official_reception"].final == D("3.1")
    assert [(line.name, line.final) for line in filing.project_lines] == [("档案数字化", D(88))]
    assert [(row.level1, row.level2, row.target, row.score) for row in filing.indicators] == [
        ("产出指标", "数量指标", "≥5000卷", D(10)),
        ("满意度指标", "服务对象满意度指标", "≥90%", D(8)),
    ]
    assert filing.class_weights == {"产出指标": D(40), "满意度指标": D(10)}


def test_words_where_a_number_belongs_are_kept(sheet):
    def change(book):
        recalculated_by_hand(book)
        page = book["附件2"]
        for row in page.iter_rows():
            for cell in row:
                if cell.value == "公用经费":
                    page.cell(cell.row, 6).value = "见附表"

    (filing,) = read(edited(sheet, change))
    assert filing.expenses["operating"].final is None
    assert filing.unread == {"expenses.operating.final": "见附表"}
    assert to_json(filing)["expenses"]["operating"]["final"] == "见附表"


def test_a_workbook_never_calculated_is_named_not_read_as_blank(sheet, monkeypatch):
    monkeypatch.setattr("workbook.readers.legacy.find_office", lambda: None)
    filing = read(edited(sheet, lambda book: None))[0]
    assert "公式未计算" in filing.unread["funds.execution_rate"]


def test_encodings_of_text(tmp_path):
    text = as_text(compose(DEPARTMENTS[7]))
    read_back = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        read_back.append(to_json(read(path)[0]))
    assert all(data == read_back[0] for data in read_back)
    assert read_back[0]["unit"] == "云麓县老年大学"


def test_deleted_words_do_not_count_and_inserted_ones_do(tmp_path):
    path = tmp_path / "a.docx"
    word.write(compose(DEPARTMENTS[0]), load(), path)
    document = docx.Document(str(path))
    cell = next(c for t in document.tables for row in t.rows for c in row.cells if c.text == "42")
    run = cell.paragraphs[0].runs[0]._element
    deleted = run.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}del", {})
    run.addprevious(deleted)
    deleted.append(run)
    inserted = run.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}ins", {})
    deleted.addnext(inserted)
    cell.paragraphs[0].add_run("43")
    inserted.append(cell.paragraphs[0].runs[-1]._element)
    document.save(str(path))
    assert read(path)[0].expenses["operating"].budget == D(43)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BROKEN = {
    "空文件.docx": (b"", "空文件"),
    "断的.docx": (zipped({"word/document.xml": b"<a/>" * 99})[:60], "已损坏"),
    "坏的.xlsx": (zipped({"xl/workbook.xml": b"<<<"}), "已损坏"),
    "坏的.docx": (zipped({"word/document.xml": b"<<<", "[Content_Types].xml": b"<x/>"}), "损坏"),
    "加密.xlsx": (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "密码"),
    "图片.docx": (b"\x89PNG\r\n\x1a\n" + bytes(64), "不是 Word"),
    "压缩包.zip": (zipped({"a.txt": b"x"}), "压缩包"),
    "别的文件.doc": (OLE + bytes(600), "不是 Word"),
    "会议通知.txt": ("请各单位于周五开会。".encode(), "不是认得的表样"),
    "炸弹.xlsx": (zipped({"xl/workbook.xml": bytes(40_000_000)}), "过大"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_files_that_cannot_be_read_say_why(tmp_path, name):
    content, reason = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason) as error:
        read(path)
    assert name in str(error.value)


def test_a_missing_file_and_one_too_large(tmp_path, monkeypatch):
    with pytest.raises(ReadError, match="找不到"):
        read(tmp_path / "没有.docx")
    monkeypatch.setattr(LIMITS, "file_bytes", 10)
    (tmp_path / "大.txt").write_text("x" * 100)
    with pytest.raises(ReadError, match="超过上限"):
        read(tmp_path / "大.txt")


def test_wrong_extension_is_no_hindrance(sheet, tmp_path):
    other = tmp_path / "其实是表格.docx"
    other.write_bytes(sheet.read_bytes())
    assert read(other)[0].unit == DEPARTMENTS[0].unit


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", OLE]), st.sampled_from(["docx", "xlsx", "txt", "xls"])
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, head, kind):
    path = tmp_path_factory.mktemp("f") / f"a.{kind}"
    path.write_bytes(head + content)
    with pytest.raises(ReadError):
        read(path)


def test_old_formats_through_libreoffice_and_calamine(tmp_path):
    source, sheets = tmp_path / "旧报告.docx", tmp_path / "旧表.xlsx"
    filing = compose(DEPARTMENTS[0])
    word.write(filing, load(), source)
    department.write(filing, load(), sheets)
    (old,) = convert([source], "doc", tmp_path)
    (table,) = convert([sheets], "xls", tmp_path / "b")
    for path in (old, table):
        (back,) = read(path)
        assert back.expenses == filing.expenses
        assert back.funds == filing.funds
        assert [row.target for row in back.indicators] == [row.target for row in filing.indicators]


def test_an_old_word_file_without_libreoffice_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("workbook.readers.legacy.find_office", lambda: None)
    path = tmp_path / "旧.doc"
    path.write_bytes(compound({"WordDocument": b"\xec\xa5"}))
    with pytest.raises(ReadError, match=r"另存为 \.docx"):
        read(path)


def in_word(path: Path, blocks: list) -> Path:
    """Write paragraphs (str) and tables (rows of text) as a Word file; short rows end in a merged cell."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        width = max(map(len, block))
        table = document.add_table(0, width)
        for row in block:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text
            if len(row) < width:
                cells[len(row) - 1].merge(cells[width - 1])
    document.save(str(path))
    return path


def test_another_countys_wording(tmp_path):
    path = in_word(
        tmp_path / "x.docx",
        [
            "2024年度部门整体支出绩效评价基础数据表",
            "填报单位：某市水务局        单位：万元",
            [
                ["财政供养人员情况(人)", "编制人数", "2024年末在职人数", "在职人员控制率"],
                ["", "60", "58", "96.67%"],
                ["经费控制情况（万元）", "上年决算数", "本年预算数", "本年决算数"],
                ["“三公”经费合计", "12.00", "11.00", "10.20"],
                ["1、公务用车购置及运行维护费", "8", "7", "6.7"],
                ["2、因公出国（境）费", "0", "0", "0"],
                ["项目支出", "500", "520.00", "515.30"],
                ["1、业务工作专项", "200", "210", "205.3"],
                ["其中：防汛抗旱", "100", "110", "105.3"],
                ["……", "", "", ""],
                ["公用经费", "80", "82", "79"],
                ["政府采购金额", "/", "100", "95"],
            ],
            "填表人（签名）：张某   填报日期：2025年3月1日    联系电话：1234    单位负责人（签名）：李某",
            "2024年度部门整体支出绩效自评表",
            [
                ["预算部门名称", "某市水务局"],
                [
                    "年度预算申请（万元）",
                    "",
                    "年初预算",
                    "全年预算（A）",
                    "全年执行（B）",
                    "分值（10分）",
                    "执行率（B/A）",
                    "得分",
                ],
                ["", "年度资金总额", "1420", "1450", "1445.3", "10", "99.68", "9.97"],
                ["", "按收入性质分：1450万元", "按支出性质分：1450"],
                ["", "其中：一般公共预算：1400", "其中：基本支出：930"],
                ["年度总体目标", "年初设定目标", "全年实际完成情况"],
                ["", "目标甲", "完成乙"],
                [
                    "绩效指标",
                    "一级指标",
                    "二级指标",
                    "三级指标",
                    "指标值",
                    "完成值",
                    "权重",
                    "自评得分",
                    "未完成原因分析",
                ],
                ["", "产出指标（40 分）", "数量", "巡河次数", "≥100次", "120次", "20", "20", ""],
                ["", "", "质量", "达标率", "≥95%", "96%", "20", "20", ""],
                ["合计", "", "", "", "", "", "100", "98", ""],
            ],
        ],
    )
    (filing,) = read(path)
    assert (filing.unit, filing.year) == ("某市水务局", 2024)
    assert (filing.staff.authorized, filing.staff.actual, filing.staff.control_rate) == (D(60), D(58), D("0.9667"))
    assert filing.expenses["three_public"].budget == D(11)
    assert filing.expenses["official_vehicles"].final == D("6.7")
    assert filing.expenses["overseas_travel"].final == 0
    assert filing.expenses["project_business"].final == D("205.3")
    assert [(line.name, line.final) for line in filing.project_lines] == [("防汛抗旱", D("105.3"))]
    assert filing.expenses["procurement"].prior_final is None
    assert (filing.funds.annual_budget, filing.funds.execution_rate) == (D(1450), D("0.9968"))
    assert (filing.income.total, filing.income.general_public_budget, filing.outlay.basic) == (D(1450), D(1400), D(930))
    assert (filing.goals.expected, filing.goals.actual) == ("目标甲", "完成乙")
    assert (filing.total.weight, filing.total.score) == (D(100), D(98))
    assert (filing.signature.preparer, filing.signature.head) == ("张某", "李某")
    assert filing.unread == {}


def test_the_uncalculated_cell_is_the_one_named(sheet, monkeypatch):
    monkeypatch.setattr("workbook.readers.legacy.find_office", lambda: None)

    def change(book):
        recalculated_by_hand(book)
        page = book["附件2"]
        row = next(cell.row for (cell,) in page.iter_rows(max_col=1) if cell.value == "公用经费")
        page.cell(row, 4).value = None
        page.cell(row, 6).value = "=20+1"

    (filing,) = read(edited(sheet, change))
    unread = {path for path in filing.unread if path.startswith(("expenses", "staff"))}
    assert unread == {"expenses.operating.final"}
    assert filing.expenses["operating"].budget is None


def test_a_far_cell_is_refused_by_its_name_and_an_error_value_is_kept_as_words(sheet, tmp_path):
    def error(book):
        recalculated_by_hand(book)
        page = book["附件2"]
        row = next(cell.row for (cell,) in page.iter_rows(max_col=1) if cell.value == "公用经费")
        page.cell(row, 6).value = "#DIV/0!"
        page.cell(row, 6).data_type = "e"

    (filing,) = read(edited(sheet, error))
    assert filing.expenses["operating"].final is None
    assert "#DIV/0!" in filing.unread["expenses.operating.final"]
    far = edited(sheet, lambda book: book["附件2"].cell(1_048_576, 16_384, "x"))
    with pytest.raises(ReadError, match="XFD1048576"):
        read(far)


def test_halves_of_several_departments_are_joined_whatever_their_order(tmp_path):
    units = [compose(entry) for entry in DEPARTMENTS[:2]]
    path = tmp_path / "两个单位.xlsx"
    department.write_single(units, load(), path)

    def change(book):
        book._sheets.sort(key=lambda page: page.title[-1])
        recalculated_by_hand(book)

    back = {filing.unit: filing for filing in read(edited(path, change))}
    assert set(back) == {filing.unit for filing in units}
    for filing in units:
        assert back[filing.unit].expenses == filing.expenses
        assert len(back[filing.unit].indicators) == len(filing.indicators)


def test_a_report_in_no_form_that_is_known_is_read_by_its_text_and_said_to_be(tmp_path):
    (report,) = (one for one in documents.reports()["d"] if one.id == "d1")
    (filing,) = read(documents.docx(report.blocks, tmp_path / "自评.docx"))
    assert filing.notes == [ONLY_PROSE]
    assert filing.year == 2024
    assert any("年初部门预算2186.40万元" in text for text in filing.narrative)
    findings = check(filing, load()).findings
    assert [found.rule for found in findings if found.severity is not Severity.INFO] == ["X14"]


def test_a_document_that_is_no_report_is_refused_still(tmp_path):
    words = ["关于召开会议的通知", "各单位：定于三月召开绩效自评工作会议，请派一人参加。"]
    with pytest.raises(ReadError, match="不是认得的表样"):
        read(documents.docx(words, tmp_path / "通知.docx"))
