"""The 报送版: what went in comes out, row by row and word for word; white, without marks, on A4."""

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SEEDS
from tests.office import convert
from tests.reports import documents
from tests.reports.documents import reports
from workbook.actions import api as actions
from workbook.checking.outcome import ActionError
from workbook.forms.grid import Cell
from workbook.forms.original.pages import Page, pages
from workbook.master.read import read_master
from workbook.master.results import spot
from workbook.model.edits import Block, Edits
from workbook.model.filing import Filing, Indicator, ProjectLine, to_json
from workbook.model.issued import FILED
from workbook.model.original import Original, pack, unpack
from workbook.model.scheme import load
from workbook.readers import document, read
from workbook.writers import department, word
from workbook.writers.excel_page import PAGE, SMALLEST, on_pages
from workbook.writers.package import apply
from workbook.writers.styles import SIZE

NAMES = ("000", "001", "002", "003")
Shape = list[list[tuple[int, int, bool, str]]]


def tables(path: Path) -> list[Shape]:
    """Return the tables of a Word file: each cell with its column, how many it spans, whether it goes on, its words."""
    return [[[_cell(cell) for cell in row] for row in grid.rows] for grid in document(path).grids]


def _cell(cell: Cell) -> tuple[int, int, bool, str]:
    return cell.column, cell.span, cell.continued, cell.text.strip()


def lines(path: Path) -> list[str]:
    return [text.strip() for text in document(path).paragraphs if text.strip()]


def shown(path: Path) -> list[list[str]]:
    """Return the words of each visible sheet in their order, numbers as the sheet shows them, without blanks."""
    out = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        assert sheet.sheet_state == "visible", sheet.title
        cells = (cell for row in sheet.iter_rows() for cell in row)
        out.append([words for cell in cells if (words := _shown(cell))])
    return out


def _shown(cell: openpyxl.cell.Cell) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, int | float):
        places = len(cell.number_format.rstrip("%").partition(".")[2])
        percent = cell.number_format.endswith("%")
        return f"{Decimal(str(cell.value)) * (100 if percent else 1):.{places}f}{'%' if percent else ''}"
    return str(cell.value).strip()


def printed(path: Path) -> list[list[str]]:
    """Return the words of each table of a Word file in their order, without blanks."""
    return [[words for row in table for _, _, _, words in row if words] for table in tables(path)]


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample reports given back as 报送版 out of a master; skip where there are none."""
    if not SEEDS.is_dir():
        pytest.skip("没有样本报告（../shared/seeds），跳过")
    folder = tmp_path_factory.mktemp("报送")
    master = folder / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, [SEEDS / f"{name}.docx" for name in NAMES])
    actions.fill(master)
    actions.export(master, folder / "出", formats=("xlsx", "docx"), edition=FILED)
    return folder / "出"


def given_back(folder: Path, name: str, kind: str) -> Path:
    (filing,) = read(SEEDS / f"{name}.docx")
    return folder / f"{filing.unit}-{FILED}.{kind}"


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_given_back_in_word_cell_by_cell(filed, name):
    source, back = SEEDS / f"{name}.docx", given_back(filed, name, "docx")
    assert tables(back) == tables(source)
    assert lines(back) == lines(source)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_given_back_in_excel_cell_by_cell(filed, name):
    source, back = printed(SEEDS / f"{name}.docx"), shown(given_back(filed, name, "xlsx"))
    assert len(back) == len(source)
    for sheet, table in zip(back, source, strict=True):
        start = sheet.index(table[0])
        assert sheet[start : start + len(table)] == table


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_table_of_prose_is_never_given_back_as_another_form(filed, kind):
    back = given_back(filed, "003", kind)
    words = {cell.text for grid in document(back).grids for row in grid.rows for cell in row}
    assert {"部门概况", "单位基本职能", "其他需要说明问题"} <= words
    assert not words & {"三公经费", "三级指标", "年度资金总额"}
    assert read(back)[0].form == "l2"


def test_a_table_of_prose_keeps_its_form_in_the_review_too_and_where_its_table_is_not_known(seeds, tmp_path):
    (filing,) = read(seeds / "003.docx")
    found = actions.check_filing(filing, None, seeds / "003.docx").report.findings
    department.write(filing, load(), tmp_path / "审核.xlsx", found)
    book = openpyxl.load_workbook(tmp_path / "审核.xlsx")
    assert "问题" in book.sheetnames
    assert any(cell.value == "其他需要说明问题" for row in book.worksheets[0].iter_rows() for cell in row)
    filing.original = ""
    word.write(filing, load(), tmp_path / "文.docx")
    (back,) = read(tmp_path / "文.docx")
    assert (back.form, back.unit, back.funds.annual_budget) == ("l2", filing.unit, filing.funds.annual_budget)
    assert [row.level3 for row in back.indicators] == [row.level3 for row in filing.indicators]


def test_the_demos_reports_are_given_back_cell_by_cell(received, tmp_path):
    sources = [path for path in sorted(received.iterdir()) if path.suffix == ".docx"]
    assert len(sources) > 2
    for source in sources:
        (written,) = actions.export_file(source, tmp_path, None, ("docx",), FILED).written
        assert tables(written) == tables(source), source.name
        assert lines(written) == lines(source), source.name


@pytest.mark.parametrize("letter", sorted(reports()))
def test_reports_by_other_hands_are_given_back_cell_by_cell(letter, tmp_path):
    source = documents.docx(reports()[letter][0].blocks, tmp_path / "报告.docx")
    in_word, in_excel = actions.export_file(source, tmp_path / "出", None, ("docx", "xlsx"), FILED).written
    assert tables(in_word) == tables(source)
    assert lines(in_word) == lines(source)
    for sheet, table in zip(shown(in_excel), printed(source), strict=True):
        start = sheet.index(table[0])
        assert sheet[start : start + len(table)] == table


def test_all_the_demos_reports_say_the_same_when_they_are_given_back(received, tmp_path):
    for source in sorted(received.iterdir()):
        (before,) = read(source)
        for written in actions.export_file(source, tmp_path, None, ("docx", "xlsx"), FILED).written:
            (back,) = read(written)
            rest = {"narrative": []} if written.suffix == ".xlsx" else {}
            assert to_json(back) == to_json(before) | rest, written.name


OWN = [
    ["财政供养人员情况（人）", "编制数", "2023年实际在职人数", "控制率"],
    ["", "100", "83", "83%"],
    ["经费控制情况（万元）", "2022年决算数", "2023年预算数", "2023年决算数"],
    ["三公经费", "50.90", "55", "40.59"],
    ["项目支出：", "1297.27", "1342.35", "1124.66"],
    ["    1、协管员经费", "1083.53", "933.30", "965.12"],
    ["    2、执法经费", "213.74", "409.05", "159.54"],
    ["……", "", "", ""],
    ["3、市级专项资金（一个专项一行）", "", "", ""],
    ["公用经费", "171.89", "164.24", "162.42"],
    ["厉行节约保障措施", "无", "", ""],
]
SCORES = [
    ["区级预算部门（单位）名称", "某县某大队", "", "", "", "", "", ""],
    ["年度预算申请（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "2649.39", "2628.42", "2627.30", "10", "99.96%", " 9.5  "],
    ["", "按收入性质分：2628.42", "", "", "按支出性质分：2628.42", "", "", ""],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ["产出指标（40分）", "数量指标", "案件查处数", "200起以上", "401", "20", "20.0", ""],
    ["产出指标（40分）", "质量指标", "无", "0", "", "0", "0", "无"],
    ["产出指标（40分）", "时效指标", "响应时效", "全年", "全年", "20", "20", ""],
    ["总分", "", "", "", "", "100", "94", ""],
]


def word_of(folder: Path) -> Path:
    import docx

    made = docx.Document()
    for title, rows, under in (
        (
            "2023年度部门（单位）整体支出绩效评价基础数据表",
            OWN,
            ["说明：本表由财务股填。", "填表人：某甲  填报日期：    联系电话：1"],
        ),
        (
            "2023年度部门（单位）整体支出绩效自评表（某县用）",
            SCORES,
            ["填表人：某甲    填报日期：    单位负责人签字："],
        ),
    ):
        made.add_paragraph(title)
        table = made.add_table(0, len(rows[0]))
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
        for words in under:
            made.add_paragraph(words)
    path = folder / "某县某大队.docx"
    made.save(str(path))
    return path


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Return a report with rows of its own, a “无” row with 0, notes and decimals as one clerk prints them."""
    return word_of(tmp_path)


def words_of(filing: Filing) -> list[str]:
    return [spot.text for page in pages(filing) if isinstance(page, Page) for spot in page.plan.spots]


def test_own_rows_notes_and_rows_of_none_stay_where_they_stood(handed_in, tmp_path):
    (filing,) = read(handed_in)
    back = tmp_path / "回.docx"
    word.write(filing, load(), back)
    assert tables(back) == tables(handed_in)
    assert lines(back) == lines(handed_in)


def test_own_rows_and_rows_of_none_stand_in_their_places_in_the_review_too(handed_in, tmp_path):
    (filing,) = read(handed_in)
    department.write(filing, load(), tmp_path / "审核.xlsx")
    book = openpyxl.load_workbook(tmp_path / "审核.xlsx")
    first = [str(row[0].value or "").strip() for row in book["附件2"].iter_rows()]
    at = first.index("项目支出：")
    assert first[at + 1 : at + 4] == ["协管员经费", "执法经费", "1、业务工作经费"]
    kinds = [row[2].value for row in book["附件3"].iter_rows() if str(row[2].value or "").endswith("指标")]
    assert kinds == ["二级指标", "数量指标", "质量指标", "时效指标"]
    (back,) = read(tmp_path / "审核.xlsx")
    assert to_json(back) == to_json(filing)


def changed_words(before: Filing, after: Filing) -> list[tuple[str, str]]:
    return [pair for pair in zip(words_of(before), words_of(after), strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("path", "value", "was", "now"),
    [
        ("project_lines[0].budget", Decimal("933.5"), "933.30", "933.50"),
        ("project_lines[1].name", "城管执法经费", "    2、执法经费", "    2、城管执法经费"),
        ("funds.execution_rate", Decimal("0.9996"), "99.96%", None),
        ("funds.execution_rate", Decimal("0.9917"), "99.96%", "99.17%"),
        ("income.total", Decimal("2623.42"), "按收入性质分：2628.42", "按收入性质分：2623.42"),
        ("indicators[0].score", Decimal("19.5"), "20.0", "19.5"),
        ("indicators[0].actual", "402起", "401", "402起"),
        ("thrift_measures", "少开会", "无", "少开会"),
        ("staff.authorized", None, "100", ""),
        ("unit", "某县城管大队", "某县某大队", "某县城管大队"),
    ],
)
def test_only_what_was_changed_since_is_printed_otherwise(handed_in, path, value, was, now):
    (filing,), (before,) = read(handed_in), read(handed_in)
    filing.set(path, value)
    assert changed_words(before, filing) == ([] if now is None else [(was, now)])


def test_a_form_in_yuan_is_given_back_in_yuan(handed_in, tmp_path):
    import docx

    made = docx.Document(str(handed_in))
    made.tables[0].rows[2].cells[0].text = "经费控制情况（元）"
    cells = made.tables[0].rows[4].cells
    for cell, words in zip(cells[1:], ("12972700", "13423500", "11246600.00"), strict=True):
        cell.text = words
    made.save(str(tmp_path / "元.docx"))
    (filing,), (before,) = read(tmp_path / "元.docx"), read(tmp_path / "元.docx")
    assert filing.expenses["project"].final == Decimal("1124.66")
    filing.expenses["project"].final = Decimal("1120.78")
    assert changed_words(before, filing) == [("11246600.00", "11207800.00")]


def test_a_new_row_stands_behind_the_one_before_it_in_its_shape(handed_in):
    (filing,) = read(handed_in)
    filing.project_lines.insert(1, ProjectLine(Decimal(1), Decimal(2), Decimal("3.5"), "宣传经费"))
    filing.indicators.append(Indicator("产出指标", "时效指标", "新的一条", "≥1次", "1次", Decimal(5), Decimal(5)))
    words = words_of(filing)
    at = words.index("宣传经费")
    assert words[at - 4 : at + 5] == [
        "    1、协管员经费",
        "1083.53",
        "933.30",
        "965.12",
        "宣传经费",
        "1",
        "2",
        "3.5",
        "    2、执法经费",
    ]
    at = words.index("新的一条")
    assert words[at + 1 : at + 5] == ["≥1次", "1次", "5", "5"]


def test_a_row_that_is_gone_is_printed_no_more_and_its_class_stays(handed_in):
    (filing,) = read(handed_in)
    del filing.project_lines[0], filing.indicators[0]
    words = words_of(filing)
    assert "    1、协管员经费" not in words
    assert "案件查处数" not in words
    assert {"    2、执法经费", "213.74", "409.05", "响应时效", "产出指标（40分）"} <= set(words)


def test_what_has_no_place_in_the_form_as_it_was_is_not_left_out(handed_in, tmp_path):
    (filing,) = read(handed_in)
    filing.expenses["office"].final = Decimal(7)
    assert pages(filing) == []
    department.write(filing, load(), tmp_path / "回.xlsx", filed=True)
    (back,) = read(tmp_path / "回.xlsx")
    assert back.expenses["office"].final == 7


def test_a_signature_given_since_stands_behind_its_label(handed_in):
    (filing,) = read(handed_in)
    filing.signature.date = "2024年3月1日"
    below = [words for page in pages(filing) if isinstance(page, Page) for words in page.below]
    assert below[1] == "填表人：某甲  填报日期：2024年3月1日    联系电话：1"


def test_the_filed_edition_is_white_and_bare_on_a4(handed_in, tmp_path):
    (filing,) = read(handed_in)
    found = actions.check_filing(filing, None, handed_in).report.findings
    assert found
    for source in (filing, Filing(unit="某局", year=2023, form="l1")):
        path = tmp_path / "报送.xlsx"
        department.write(source, load(), path, found, filed=True)
        book = openpyxl.load_workbook(path)
        assert "问题" not in book.sheetnames
        for sheet in book.worksheets:
            assert sheet.sheet_state == "visible"
            assert sheet.page_setup.paperSize == 9
            assert sheet.page_setup.fitToHeight in (None, 1) or source is not filing
            assert not sheet.data_validations.dataValidation
            assert not sheet.conditional_formatting
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not any(cell.fill.fill_type or cell.comment for cell in cells)
            assert not any("核对" in str(cell.value) for cell in cells)


def test_the_command_tells_editions_apart_by_name(handed_in, tmp_path):
    from workbook import cli

    for edition in ("报送版", "审核版"):
        assert cli.run(["export", str(handed_in), "--to", str(tmp_path / "出"), "--edition", edition]) == 0
    names = {path.name for path in (tmp_path / "出").iterdir()}
    assert names == {"某县某大队-报送版.xlsx", "某县某大队.xlsx"}
    assert "问题" in openpyxl.load_workbook(tmp_path / "出" / "某县某大队.xlsx").sheetnames
    with pytest.raises(ActionError, match="报送版是用来打印、签字的，没有「notice」"):
        actions.export_file(handed_in, tmp_path, None, ("notice",), FILED)


def test_the_master_keeps_the_form_through_corrections_and_our_own_exports(handed_in, tmp_path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, [handed_in])
    (filing,) = read_master(master).filings
    place = filing.places["project_lines[1].final"]
    apply(master, Edits([Block(place.sheet, *spot(place.cell), ((160.0,),))]), master)
    (sent,) = actions.export(master, tmp_path / "发出").written
    actions.import_(master, [sent])  # what the bureau sent comes back: that is no form of the department's own
    (back,) = read_master(master).filings
    (before,) = read(handed_in)
    assert changed_words(before, back) == [("159.54", "160.00")]


def test_what_somebody_spoilt_is_no_original():
    whole = pack(Original([], {}))
    assert unpack(whole) == Original([], {})
    for words in ("", "x", whole[:-6], "AAAA", "无"):
        assert unpack(words) is None
    assert pages(Filing(original="坏的")) == []


def test_rows_and_classes_may_go_until_nothing_is_left(handed_in):
    (filing,) = read(handed_in)
    while filing.indicators or filing.project_lines:
        for rows in (filing.indicators, filing.project_lines):
            del rows[:1]
        words = words_of(filing)
        assert {"总分", "一级指标", "项目支出：", "公用经费"} <= set(words)
    assert "响应时效" not in words
    assert "无" in words, "a row that says 无 is none of the indicators"


def pages_of(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


@pytest.mark.office
def test_a_form_of_one_page_is_printed_on_one(handed_in, tmp_path):
    (filing,) = read(handed_in)
    department.write(filing, load(), tmp_path / "表.xlsx", filed=True)
    word.write(filing, load(), tmp_path / "文.docx")
    assert [pages_of(path) for path in convert([tmp_path / "表.xlsx", tmp_path / "文.docx"], "pdf", tmp_path)] == [2, 2]


def test_the_reviewed_word_file_bears_every_finding_as_a_comment(handed_in, tmp_path):
    import docx

    outcome = actions.export_file(handed_in, tmp_path / "出", None, ("docx",))
    found = outcome.checked[0].report.findings
    comments = [comment.text for comment in docx.Document(str(outcome.written[0])).comments]
    assert len(found) > 3
    assert all(any(entry.message in words for words in comments) for entry in found)
    (filed,) = actions.export_file(handed_in, tmp_path / "出", None, ("docx",), FILED).written
    assert not list(docx.Document(str(filed)).comments)


@pytest.mark.office
def test_a_form_takes_no_more_pages_than_it_took(seeds, tmp_path):
    """Each table by itself: on one page where the department's own Word file has it on one, on no more where it has more."""
    import docx

    files: list[Path] = []
    for source in sorted(seeds.glob("00[02].docx")):
        (filing,) = read(source)
        whole = tmp_path / f"{source.stem}.xlsx"
        department.write(filing, load(), whole, filed=True)
        for place, name in enumerate(openpyxl.load_workbook(whole).sheetnames):
            book, document = openpyxl.load_workbook(whole), docx.Document(str(source))
            for other in {*book.sheetnames} - {name}:
                del book[other]
            table = document.tables[place]._tbl
            for element in [entry for entry in document.element.body if entry is not table]:
                if not element.tag.endswith("sectPr"):
                    document.element.body.remove(element)
            files += [tmp_path / f"{source.stem}-{place}.xlsx", tmp_path / f"{source.stem}-{place}.docx"]
            book.save(files[-2])
            document.save(str(files[-1]))
    pages = [[pages_of(path) for path in convert(files[kind::2], "pdf", tmp_path / str(kind))] for kind in (0, 1)]
    ours, theirs = pages
    assert len(ours) == len(theirs) == 4
    assert all(own <= had for own, had in zip(ours, theirs, strict=True)), (ours, theirs)
    assert ours.count(1) == 3


def test_a_table_is_shrunk_no_further_than_can_be_read():
    readable = PAGE * SIZE / SMALLEST
    assert [on_pages(high) for high in (0, PAGE, readable - 1, readable + 2, 2 * readable + 4)] == [1, 1, 1, 2, 3]
