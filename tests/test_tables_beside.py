"""The tables beside a self-evaluation: read by title and headings, handed to their departments, held against it, drawn from."""

import copy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Border, Side

from tests import printed
from tests.office import convert
from workbook import forms
from workbook.accounts import is_unneeded, looks_like_one, titled
from workbook.accounts import tables as accounts_tables
from workbook.accounts.read import read as read_document
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose, make_tables, synthetic, tables
from workbook.forms.grid import Cell, Document, Grid
from workbook.master.read import read_master
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Finding
from workbook.model.given import Given, from_json, to_json
from workbook.model.records import pack, unpack
from workbook.model.scheme import load
from workbook.readers import ReadError, TablesError, read, read_tables
from workbook.readers.collect import Beside, hand_out, not_given, sorted_out
from workbook.rules.engine import check
from workbook.rules.registry import rules
from workbook.writers import department, word

D = Decimal
LINED = Border(*(Side(style="thin") for _ in range(4)))
SOME = [DEPARTMENTS[0], DEPARTMENTS[1], DEPARTMENTS[2], DEPARTMENTS[4]]  # the last has 其他资金


def accounts(filing: Filing, folder: Path) -> dict[str, Path]:
    unit, year = filing.unit or "", filing.year or 0
    return {
        "有行次.xlsx": tables.write_xlsx(tables.published(filing), unit, year, folder / "有行次.xlsx"),
        "无行次.xlsx": tables.write_xlsx(tables.published(filing, False), unit, year, folder / "无行次.xlsx"),
        "有行次.docx": tables.write_docx(tables.published(filing), unit, year, folder / "有行次.docx"),
        "无行次.docx": tables.write_docx(tables.published(filing, False), unit, year, folder / "无行次.docx"),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    filing, folder = compose(DEPARTMENTS[0]), tmp_path_factory.mktemp("tables")
    out = accounts(filing, folder)
    unit = filing.unit or ""
    out["财决"] = tables.write_xlsx(tables.bureaus(filing), unit, YEAR, folder / "财决.xlsx")
    out["预算"] = tables.write_xlsx(tables.budget(filing), unit, YEAR, folder / "预算.xlsx")
    out["目标"] = tables.write_xlsx([tables.targets(filing)], unit, YEAR, folder / "目标.xlsx")
    out["目标.docx"] = tables.write_docx([tables.targets(filing)], unit, YEAR, folder / "目标.docx")
    word.write(filing, load(), folder / "自评.docx")
    out["自评"] = folder / "自评.docx"
    return out


def values(given: Given) -> dict[str, Decimal]:
    return {entry.key: entry.value.normalize() for entry in given.figures}


# --- what is which ----------------------------------------------------------------------------------------------------

PUBLISHED = {
    "收入支出决算总表": "summary",
    "2023年度收入支出决算总表": "summary",
    "一、收入支出决算总表（公开01表）": "summary",
    "GK01 收入支出决算总表(公开01表)": "summary",
    "Z01 收入支出决算总表(财决01表)": "summary",
    "部门收支决算总表": "summary",
    "表二 收入决算表": "income",
    "收入决算总表": "income",
    "三、支出决算总表": "spending",
    "某某县农业农村局2024年度支出决算表": "spending",
    "某某县财政局支出决算表": "spending",
    "附件2-4：财政拨款收入支出决算总表": "fiscal",
    "六、一般公共预算财政拨款支出决算表": "general",
    "六、一般公共预算财政拨款基本支出决算明细表": "basic",
    "Z08_1 一般公共预算财政拨款基本支出决算明细表(财决08-": "basic",
    "Z05_1 基本支出决算明细表(财决05-1表)": "basic_all",
    "七、财政拨款“三公”经费支出决算表": "three_public",
    "九、一般公共预算财政拨款“三公”经费支出决算表": "three_public",
    "七、一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表": "three_public",
    "2017年度一般公共预算财政拨款“三公”经费及机关运行经费支出决算表": "three_public",
    "F03 机构运行信息表(财决附03表)": "operation",
    "Z07 一般公共预算财政拨款收入支出决算表(财决07表)": "general_flows",
    "附表4  一般公共预算“三公”经费支出预算表": "budget_three_public",
    "表四一般公共预算支出表": "budget_general",
    "表十一般公共预算支出表": "budget_general",
    "表七“三公”经费支出决算表": "three_public",
    "政府性基金预算财政拨款收入支出决算表": "fund",
    "九、国有资本经营预算财政拨款支出决算表": "capital",
    "十三、国有资本经营预算财政拨款收入支出决算表": "capital",
    "部门收支总体情况表": "budget_summary",
    "三、部门支出总体情况表": "budget_spending",
    "2015年桂林市司法局部门“三公”经费情况统计表": "budget_three_public",
    "十一、一般公共预算“三公”经费支出情况表": "budget_three_public",
    "部门整体支出绩效目标申报表": "targets",
    "2024年部门（单位）整体支出绩效目标表": "targets",
    "项目支出绩效目标申报表（2024年度）": "targets",
}
NONE_OF_OURS = (
    "财政拨款支出决算明细表",
    "一般公共预算财政拨款项目支出决算表",
    "Z05_2 项目支出决算明细表(财决05-2表)",
    "政府性基金预算财政拨款“三公”经费支出决算表",
    "部门整体支出绩效自评表",
    "部门整体支出绩效目标自评表",
    "部门整体支出绩效评价基础数据表",
    "收入支出决算总体情况说明",
)


@pytest.mark.parametrize(("title", "id"), PUBLISHED.items())
def test_a_table_is_known_by_all_words_of_its_title(title, id):
    assert titled(title).id == id


@pytest.mark.parametrize("title", NONE_OF_OURS)
def test_a_title_that_says_more_is_another_table(title):
    assert titled(title) is None


def test_a_table_nobody_knows_is_still_known_for_one():
    assert looks_like_one("一般公共预算财政拨款项目支出决算表")
    assert not looks_like_one("部门整体支出绩效自评表")


# --- reading ----------------------------------------------------------------------------------------------------------


def test_both_layouts_in_excel_and_word_say_the_same(files):
    first = values(read_tables(files["有行次.xlsx"]))
    assert len(first) == 76
    assert first["summary.spending_total.final"] == D("617.35")
    assert first["spending.total.project"] == D("178.5")
    for name in ("无行次.xlsx", "有行次.docx", "无行次.docx"):
        assert values(read_tables(files[name])) == first, name


def test_the_two_sides_of_a_table_are_parted(files):
    held = values(read_tables(files["有行次.xlsx"]))
    assert held["summary.brought.final"] == 0
    assert held["summary.carried.final"] == D("3.95")
    assert held["fiscal.income_general.final"] == D("621.3")
    assert held["fiscal.spending_total.general"] == D("617.35")


def test_yuan_become_ten_thousands_and_three_amounts_are_told_apart(files):
    held = values(read_tables(files["财决"]))
    named = [held[f"summary.spending_total.{column}"] for column in ("initial", "annual", "final")]
    assert named == [D(611), D("621.3"), D("617.35")]
    assert held["summary.basic.initial"] == D("428.4")
    assert held["three_public.reception.final"] == D("1.64")
    assert held["three_public.procurement.final"] == D("63.5")


def test_every_figure_remembers_file_table_row_and_cell(files):
    entry = read_tables(files["有行次.xlsx"]).get("spending.total.project", YEAR)
    assert entry.spot.words == "「有行次.xlsx」支出决算表 合计·项目支出（支出决算表!E6）"
    book = load_workbook(files["有行次.xlsx"])
    assert D(str(book["支出决算表"][entry.spot.cell].value)) == entry.value


def test_a_budget_and_targets_are_read(files):
    held = values(read_tables(files["预算"]))
    assert (held["budget_spending.project"], held["budget_three_public.total"]) == (D("182.6"), D("10.5"))
    for name in ("目标", "目标.docx"):
        given = read_tables(files[name])
        assert [entry.target for entry in given.targets[:2]] == ["≥12个", "≥40期"]
        assert {entry.level1 for entry in given.targets} == {"产出指标", "效益指标", "满意度指标", "成本指标"}
        assert values(given)["targets.total"] == D(611)
        assert given.goal == compose(DEPARTMENTS[0]).goals.expected


def test_an_order_of_its_own_and_other_numbers_change_nothing(tmp_path):
    filing = compose(DEPARTMENTS[0])
    sheets = tables.published(filing)
    for number, sheet in enumerate(reversed(sheets), start=1):
        sheet.code = f"公开{number:02d}表"
    path = tables.write_xlsx(list(reversed(sheets)), filing.unit, YEAR, tmp_path / "倒序.xlsx")
    straight = tables.write_xlsx(tables.published(filing), filing.unit, YEAR, tmp_path / "顺序.xlsx")
    assert values(read_tables(path)) == values(read_tables(straight))


def grid(rows, name="Sheet1"):
    cells = [
        [Cell(text, row, column) for column, text in enumerate(line, start=1)] for row, line in enumerate(rows, start=1)
    ]
    return Grid(name, cells, is_sheet=True)


def test_several_tables_under_each_other_in_one_sheet_are_parted():
    found = read_document(
        Document(
            "x",
            [
                grid(
                    [
                        ["收入决算表", "", ""],
                        ["项目", "本年收入合计", "财政拨款收入", "事业收入"],
                        ["合计", "12.50", "12.50", ""],
                        ["支出决算表", "", ""],
                        ["项目", "本年支出合计", "基本支出", "项目支出", "经营支出"],
                        ["合计", "12.00", "7", "5", ""],
                    ]
                )
            ],
        ),
        "一页.xlsx",
    )
    held = values(found.given)
    assert (held["income.total.total"], held["spending.total.total"]) == (D("12.5"), D(12))
    assert found.given.get("spending.total.project", None).spot.cell == "D6"


def test_small_whole_amounts_are_no_headings():
    rows = [
        ["支出决算表"],
        ["项目", "本年支出合计", "基本支出", "项目支出", "经营支出"],
        ["合计", "50", "30", "20", ""],
    ]
    found = read_document(Document("x", [grid(rows)]), "小.xlsx")
    assert values(found.given)["spending.total.project"] == D(20)


def test_a_table_that_nobody_knows_is_said_and_never_called_missing(tmp_path):
    filing = compose(DEPARTMENTS[0])
    sheets = tables.published(filing)[:2]
    sheets[1].title = "专项业务费支出决算表"
    path = tables.write_xlsx(sheets, filing.unit, YEAR, tmp_path / "另一张.xlsx")
    given = read_tables(path)
    assert "summary.spending_total.final" in values(given)
    assert any("专项业务费支出决算表" in note and "没有用到" in note for note in given.notes)
    assert "缺" not in "".join(given.notes)


def test_headings_of_another_kind_are_said(tmp_path):
    rows = [["支出决算表"], ["科目", "甲", "乙"], ["合计", "1", "2"], ["其中", "1", "2"]]
    found = read_document(Document("x", [grid(rows)]), "怪.xlsx", alone=True)
    assert found.given.figures == []
    assert "表头与认得的几种都不同" in found.given.notes[0]


def test_pictures_are_said_to_be_unreadable(tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("部门决算公开表（扫描件）")
    document.save(tmp_path / "扫描.docx")
    with pytest.raises(ReadError, match="读不出表格（可能是扫描件"):
        read_tables(tmp_path / "扫描.docx")


def test_tables_handed_in_for_a_self_evaluation_say_what_they_are(files):
    for name in ("有行次.docx", "财决", "目标"):
        with pytest.raises(TablesError, match="不是自评表；审核自评时用 --with 附上它"):
            read(files[name])


def test_a_self_evaluation_published_with_the_final_accounts_brings_them_along(tmp_path):
    import docx

    filing = compose(DEPARTMENTS[0])
    word.write(filing, load(), tmp_path / "自评.docx")
    tables.write_docx(tables.published(filing), filing.unit, YEAR, tmp_path / "公开.docx")
    whole, more = docx.Document(str(tmp_path / "自评.docx")), docx.Document(str(tmp_path / "公开.docx"))
    for element in list(more.element.body)[:-1]:
        whole.element.body.append(copy.deepcopy(element))
    whole.save(str(tmp_path / "一起.docx"))
    (found,) = read(tmp_path / "一起.docx")
    assert found.funds.executed == filing.funds.executed
    assert values(found.given)["summary.spending_total.final"] == D("617.35")


def test_a_report_with_a_table_of_its_own_stays_a_report(tmp_path):
    filing = compose(DEPARTMENTS[0])
    own = tables.budget(filing)[1]
    path = tables.write_docx([own], filing.unit, YEAR, tmp_path / "自评报告.docx", filing.narrative)
    (found,) = read(path)
    assert not found.given
    assert filing.narrative[0] in found.narrative


def test_a_countys_own_table_is_one_file_beside_its_master(tmp_path):
    (tmp_path / "own.toml").write_text(
        'titles = ["乡镇财政决算简表"]\nheadings = ["项目", "金额"]\nlabels = ["项目"]\nkey = "summary.{row}.final"\n'
        '[columns]\nfinal = ["金额"]\n[rows]\nspending_total = ["支出合计"]\n',
        encoding="utf-8",
    )
    with forms.using([tmp_path]):
        made = {entry.id: entry for entry in accounts_tables()}
    assert made["own"].layouts[0].sides == ({"支出合计": "spending_total"},)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("left = 3", r"「left」要写成单独的一节 \[left\]"),
        ("columns = []", r"「columns」要写成单独的一节 \[columns\]"),
        ('[columns]\nfinal = "金额"', r"\[columns\] 的「final」要写成方括号里的几项"),
        ('[across_layout]\nheadings = ["项目"]', r"\[across_layout\] 没有写 key"),
        ('[sentences]\n"general.total" = "支出([0-9"', r"\[sentences\] 的「general.total」不是能用的正则表达式"),
        ('[sentences]\n"general.total" = "支出"', r"\[sentences\] 的「general.total」没有写 \(\?P<amount>"),
        ("", "要写 titles"),
    ],
)
def test_a_slip_in_a_countys_own_table_is_named_and_not_laid_to_the_departments_file(files, tmp_path, more, said):
    heads = 'titles = ["乡镇财政决算简表"]\nheadings = ["项目"]\nkey = "summary.{row}"\n' if more else "titles = []"
    (tmp_path / "本县.toml").write_text(f"{heads}{more}\n", encoding="utf-8")
    with forms.using([tmp_path]), pytest.raises(forms.FormError, match=f"表「本县.toml」.*{said}"):
        read_tables(files["有行次.xlsx"])


@pytest.fixture(scope="module")
def pdfs(files, tmp_path_factory) -> list[Path]:
    pytest.importorskip("pdfplumber")
    folder = tmp_path_factory.mktemp("pdf")
    book = load_workbook(files["无行次.xlsx"])
    for sheet in book:  # as it is printed for publication: a table as wide as the page, its words within their cells
        sheet.page_setup.orientation = "landscape"
        sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0
        for column in "ABCDEFGHIJKLM":
            sheet.column_dimensions[column].width = 44 if sheet.max_column < 10 else 16
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                cell.border = LINED
    book.save(folder / files["无行次.xlsx"].name)
    return convert([files["有行次.docx"], folder / "无行次.xlsx"], "pdf", folder)


@pytest.fixture(scope="module")
def pdf(pdfs) -> Path:
    return pdfs[0]


@pytest.mark.office
@pytest.mark.parametrize("which", [0, 1])
def test_a_pdf_says_the_same(files, pdfs, which):
    assert values(read_tables(pdfs[which])) == values(read_tables(files["有行次.docx"]))


@pytest.mark.office
def test_a_pdf_in_a_departments_folder_goes_beside_its_self_evaluation(files, pdf, tmp_path):
    import shutil

    folder = tmp_path / "报来" / (compose(DEPARTMENTS[0]).unit or "")
    folder.mkdir(parents=True)
    shutil.copy2(files["自评"], folder)
    shutil.copy2(pdf, folder)
    (folder / "照片.pdf").write_bytes(b"%PDF-1.4\nnothing in it")
    outcome = actions.check([tmp_path / "报来"])
    assert outcome.checked[0].filing.given.get("summary.spending_total.final", YEAR)
    assert [entry.reason for entry in outcome.refused] == ["「照片.pdf」是 PDF 文件，请交来 Word 或 Excel 原件"]


def test_a_sheet_that_holds_more_than_tables_stays_with_its_form():
    from workbook.accounts.read import without

    rows = [["收入决算表"], ["项目", "本年收入合计", "财政拨款收入", "事业收入"], ["合计", "12.50", "12.50", ""]]
    other = [["另一张支出情况表（本局自制）"], *[["甲", "乙", "1", "2"]] * 5]
    mixed = Document("x", [grid(rows), grid([*rows, *other])])
    found = read_document(mixed, "混.xlsx")
    assert found.blocks == {0}
    assert len(without(mixed, found.blocks).blocks) == 1


# --- handing out ------------------------------------------------------------------------------------------------------


def test_nothing_is_lost_between_processes(files):
    filing = compose(DEPARTMENTS[0])
    filing.given = read_tables(files["财决"]).joined(read_tables(files["目标"]))
    filing.given.filled["funds.executed"] = "取自……"
    assert from_json(to_json(filing.given)) == filing.given
    assert unpack(pack(filing)) == filing


def part(name: str, unit: str | None, folder: str = "", year: int = YEAR) -> Beside:
    filing = compose(DEPARTMENTS[0])
    from workbook.model.given import Figure, Spot

    figure = Figure("summary.spending_total.final", filing.funds.executed, Spot(name, "收入支出决算总表"), year)
    return Beside(name, folder, Given([figure], unit=unit))


def test_tables_go_to_the_department_that_they_name():
    filings = [compose(entry) for entry in DEPARTMENTS[:2]]
    one, other = (filing.unit for filing in filings)
    given = sorted_out(
        [
            part("甲.xlsx", f"{one}（本级）"),
            part("乙.xlsx", None, other),
            part(f"{one}决算.xlsx", None),
            part("丁.xlsx", None),
        ],
        [one, other],
    )
    assert [entry.name for entry in given[one]] == ["甲.xlsx", f"{one}决算.xlsx"]
    assert [entry.name for entry in given[other]] == ["乙.xlsx"]
    assert [entry.name for entry in not_given(given, [one, other])] == ["丁.xlsx"]


def test_tables_of_another_department_or_year_are_not_used():
    filing = compose(DEPARTMENTS[0])
    given = sorted_out([part("别人.xlsx", "某某县水务局")], [filing.owner])
    assert "表上写的是「某某县水务局」" in next(not_given(given, [filing.owner])).reason
    said = list(hand_out([filing], sorted_out([part("旧.xlsx", None, year=YEAR - 3)], [filing.owner])))
    assert not filing.given
    assert f"「旧.xlsx」是 {YEAR - 3} 年度的" in said[0]


def test_a_check_without_tables_says_so_in_one_phrase(files):
    report = actions.check([files["自评"]]).checked[0].report
    assert [entry for entry in report.findings if entry.rule.startswith("T")] == []
    from workbook.model.findings import idle_words

    assert "未附决算表、预算表、目标表，未与它们核对" in idle_words([report])


def test_tables_given_along_are_held_against_the_self_evaluation(files):
    beside = [files[name] for name in ("有行次.docx", "财决", "预算", "目标")]
    outcome = actions.check([files["自评"]], beside=beside)
    assert (outcome.status, outcome.headline) == (0, "没有错误和预警：可报送")
    assert {entry.rule for entry in outcome.checked[0].report.not_run} & {"T03", "T04", "T28"} == set()


def test_a_file_that_holds_no_table_is_refused_with_its_reason(files, tmp_path):
    (tmp_path / "说明.txt").write_text("没有表", encoding="utf-8")
    outcome = actions.check([files["自评"]], beside=[tmp_path / "说明.txt"])
    assert outcome.status == 2
    assert "说明.txt" in outcome.refused[0].reason


# --- slips that only the tables show -----------------------------------------------------------------------------------

FOUND_BY = {
    "全年执行数": ("T03", lambda f: f.set("funds.executed", f.funds.executed + D("1.2"))),
    "年初预算数": ("T04", lambda f: f.set("funds.initial_budget", f.funds.initial_budget + D(10))),
    "全年预算数": ("T05", lambda f: f.set("funds.annual_budget", f.funds.annual_budget - D(5))),
    "一般公共预算": ("T07", lambda f: f.set("income.general_public_budget", f.income.general_public_budget - 3)),
    "基本支出": ("T08", lambda f: f.set("outlay.basic", f.outlay.basic + 7)),
    "项目支出": ("T09", lambda f: f.set("expenses.project.final", f.expenses["project"].final + D("0.9"))),
    "公用经费": ("T10", lambda f: f.set("expenses.operating.final", f.expenses["operating"].final + D("0.5"))),
    "公务接待": (
        "T11",
        lambda f: f.set("expenses.official_reception.final", f.expenses["official_reception"].final + D("0.2")),
    ),
    "三公预算": ("T12", lambda f: f.set("expenses.three_public.budget", f.expenses["three_public"].budget + 1)),
    "水电差旅": ("T14", lambda f: f.set("expenses.utilities_travel.final", f.expenses["utilities_travel"].final - 1)),
    "政府采购": ("T16", lambda f: f.set("expenses.procurement.final", f.expenses["procurement"].final + 2)),
    "基本支出调整": (
        "T18",
        lambda f: f.set("expenses.basic_budget_adjustment.final", f.expenses["basic_budget_adjustment"].final + 4),
    ),
    "漏列项目": ("T22", lambda f: f.project_lines.pop()),
    "成本指标": ("T23", lambda f: f.set(f"indicators[{len(f.indicators) - 1}].actual", "1万元")),
    "项目预算": ("T26", lambda f: f.set("expenses.project.budget", f.expenses["project"].budget + 2)),
    "删去指标": ("T28", lambda f: f.indicators.pop(1)),
    "目标调低": ("T29", lambda f: f.set("indicators[0].target", "≥1")),
    "分值改动": ("T30", lambda f: f.set("indicators[0].weight", f.indicators[0].weight + 1)),
    "新增指标": (
        "T31",
        lambda f: (
            f.indicators.append(copy.copy(f.indicators[0]))
            or f.set("indicators[-1]".replace("-1", str(len(f.indicators) - 1)) + ".level3", "与批复无关的一项")
        ),
    ),
    "正文收入": ("T19", lambda f: f.narrative.insert(3, "本年财政拨款收入1.11万元。")),
    "正文支出": ("T20", lambda f: f.narrative.insert(3, "全年财政拨款支出1.11万元。")),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> list[Filing]:
    """Departments with their tables in three layouts, as read from the files."""
    out = []
    for number, filing in enumerate([*(compose(entry) for entry in SOME), *synthetic(2)]):
        folder = tmp_path_factory.mktemp(f"unit{number}")
        unit, year = filing.unit or "", filing.year or 0
        nine = tables.published(filing, number % 2 == 0)
        write = tables.write_docx if number % 3 == 0 else tables.write_xlsx
        paths = [write(nine, unit, year, folder / f"决算.{'docx' if number % 3 == 0 else 'xlsx'}")]
        paths.append(tables.write_xlsx(tables.bureaus(filing), unit, year, folder / "财决.xlsx"))
        paths.append(tables.write_xlsx(tables.budget(filing), unit, year, folder / "预算.xlsx"))
        paths.append(tables.write_xlsx([tables.targets(filing)], unit, year, folder / "目标.xlsx"))
        for path in paths:
            filing.given = filing.given.joined(read_tables(path))
        out.append(filing)
    return out


def found_by_tables(filing: Filing) -> set[str]:
    return {entry.rule for entry in check(filing, load()).findings if entry.rule.startswith("T")}


def test_departments_that_agree_with_their_tables_have_no_finding(clean):
    assert [(filing.unit, found_by_tables(filing)) for filing in clean] == [(filing.unit, set()) for filing in clean]


@pytest.mark.parametrize("slip", FOUND_BY)
def test_a_slip_is_found_by_its_identity(clean, slip):
    rule, change = FOUND_BY[slip]
    for filing in clean:
        if rule == "T22" and len(filing.project_lines) < 3:
            continue
        spoilt = copy.deepcopy(filing)
        change(spoilt)
        report = check(spoilt, load(), only=[rule])
        assert [entry.rule for entry in report.findings], filing.unit
        assert "「" in report.findings[0].message


SLIPS_IN_TABLES = {
    "支出合计": {"spent": "617.53"},
    "基本支出": {"basic": "438.58"},
    "公用经费": {"operating": "41.05"},
    "年末结转": {"carried": "9.35"},
    "三公合计": {"three_public.final": "9.65"},
    "财政拨款支出": {"fiscal_spent": "671.35"},
}


@pytest.mark.parametrize("slip", SLIPS_IN_TABLES)
def test_a_table_that_does_not_add_up_is_named_itself(slip, tmp_path):
    filing = compose(DEPARTMENTS[0])
    change = {name: D(value) for name, value in SLIPS_IN_TABLES[slip].items()}
    path = tables.write_xlsx(tables.published(filing, True, change), filing.unit, YEAR, tmp_path / "决算.xlsx")
    filing.given = read_tables(path)
    findings = check(filing, load(), only=["T01"]).findings
    assert findings
    assert "「决算.xlsx」" in findings[0].location.label
    assert "不是自评表的错" in findings[0].suggestion


def test_other_money_is_told_from_fiscal_money(clean):
    filing = copy.deepcopy(next(entry for entry in clean if entry.income.other))
    filing.funds.executed = filing.given.get("fiscal.spending_total.final", YEAR).value
    (found,) = check(filing, load(), only=["T03"]).findings
    assert found.severity.caption == "提示"
    assert "只填了财政拨款，口径不同" in found.message


# --- filling ----------------------------------------------------------------------------------------------------------


def test_blank_cells_are_filled_and_what_was_written_stays(clean):
    from workbook.master.takeover import take_figures

    for whole in clean:
        filing = copy.deepcopy(whole)
        blanked = (
            "funds.initial_budget",
            "funds.executed",
            "expenses.project.final",
            "outlay.basic",
            "indicators[2].weight",
        )
        for path in blanked:
            filing.set(path, None)
        filing.funds.annual_budget = D("1.23")
        filing.goals.expected = None
        taken = take_figures(filing)
        assert [filing.get(path) for path in blanked] == [whole.get(path) for path in blanked]
        assert filing.funds.annual_budget == D("1.23")
        assert filing.goals.expected == whole.goals.expected
        assert "funds.annual_budget" not in filing.given.filled
        assert {change.path for change in taken} == set(filing.given.filled)
        assert filing.given.filled["funds.executed"].startswith("取自「财决.xlsx」收入支出决算总表")


def test_a_blank_form_fills_itself(files, tmp_path):
    beside = [files[name] for name in ("有行次.docx", "财决", "目标")]
    outcome = actions.fill_report(None, beside, tmp_path / "填好.xlsx", unit=compose(DEPARTMENTS[0]).unit or "")
    assert [path.name for path in outcome.written] == ["填好.xlsx", "填好-报告初稿.docx"]
    (filled,) = read(tmp_path / "填好.xlsx")
    whole = compose(DEPARTMENTS[0])
    assert (filled.year, filled.funds.executed, filled.funds.execution_rate) == (
        YEAR,
        whole.funds.executed,
        whole.funds.execution_rate,
    )
    assert [(row.level3, row.target, row.weight) for row in filled.indicators] == [
        (row.level3, row.target, row.weight) for row in whole.indicators
    ]
    notes = [
        cell.comment.text for row in load_workbook(tmp_path / "填好.xlsx")["附件3"] for cell in row if cell.comment
    ]
    assert any("取自「财决.xlsx」收入支出决算总表 本年支出合计·决算数" in words for words in notes)


def test_an_earlier_file_is_not_written_over(files, tmp_path):
    (tmp_path / "有.xlsx").write_text("x")
    with pytest.raises(actions.ActionError, match="已经有了"):
        actions.fill_report(files["自评"], [files["财决"]], tmp_path / "有.xlsx")
    with pytest.raises(actions.ActionError, match="--with"):
        actions.fill_report(files["自评"], [], tmp_path / "没有.xlsx")
    with pytest.raises(actions.ActionError, match=r"另存为 \.xlsx 或 \.docx"):
        actions.fill_report(files["自评"], [files["财决"]], tmp_path / "没有.pdf")


# --- in a master ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory) -> Path:
    """A folder a department: the self-evaluation and the tables of three."""
    folder = tmp_path_factory.mktemp("in") / "报来"
    make_tables(folder)
    for entry in DEPARTMENTS[:3]:
        filing = compose(entry)
        if entry is DEPARTMENTS[0]:
            filing.funds.executed = filing.funds.execution_rate = filing.funds.score = None
        department.write(filing, load(), folder / filing.unit / "自评.xlsx")
    return folder


@pytest.fixture(scope="module")
def master(handed_in, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("master") / "总表.xlsm"
    actions.new(path, year=YEAR, region="示例")
    outcome = actions.import_(path, [handed_in])
    assert outcome.refused == []
    assert len(outcome.collected.beside) == 10
    return path


def test_a_folder_a_department_brings_its_tables_into_the_master(master):
    book = read_master(master)
    held = {filing.unit: filing.given for filing in book.filings}
    assert all(given.get("summary.spending_total.final", YEAR) for given in held.values())
    assert held[DEPARTMENTS[0].unit].get("budget_spending.total", YEAR).spot.file == "部门预算公开表.xlsx"
    rows = list(load_workbook(master, read_only=True)["决算和目标"].iter_rows(min_row=5, values_only=True))
    assert ("财决报表.xlsx", "Z01 收入支出决算总表(财决01表)") in {(row[9], row[10]) for row in rows}


def test_what_the_master_holds_is_what_was_read(master, handed_in):
    unit = DEPARTMENTS[2].unit
    kept = next(filing.given for filing in read_master(master).filings if filing.unit == unit)
    for name in ("部门决算公开表.docx", "财决报表.xlsx", "绩效目标表.xlsx"):
        given = read_tables(handed_in / unit / name)
        own = [entry for entry in kept.figures if entry.spot.file == name]
        assert [(e.key, e.value, e.spot, e.year, e.trust) for e in own] == [
            (e.key, e.value, e.spot, e.year, e.trust) for e in given.figures
        ]
        assert [entry for entry in kept.targets if entry.spot.file == name] == given.targets


def test_the_master_is_checked_against_them_and_filled_from_them(master, handed_in, tmp_path):
    import shutil

    path = Path(shutil.copy2(master, tmp_path / "总表.xlsm"))
    found = {
        entry.filing.unit: {finding.rule for finding in entry.report.findings if finding.rule.startswith("T")}
        for entry in actions.check_master(path).checked
    }
    assert found[DEPARTMENTS[1].unit] == set()
    assert found[DEPARTMENTS[2].unit] == {"T03", "T06", "T09", "T11", "T23", "T28", "T29"}
    outcome = actions.fill(path)
    assert "取数：" in outcome.message
    filing = next(entry for entry in read_master(path).filings if entry.unit == DEPARTMENTS[0].unit)
    assert filing.funds.executed == compose(DEPARTMENTS[0]).funds.executed
    assert filing.funds.execution_rate == compose(DEPARTMENTS[0]).funds.execution_rate
    assert filing.given.filled["funds.executed"].startswith("取自「财决报表.xlsx」")
    assert actions.fill(path).written == []  # nothing is blank any more
    assert actions.import_(path, [handed_in / DEPARTMENTS[1].unit]).written == []  # the same once more


def test_tables_given_to_a_check_of_a_master_stay_in_it(handed_in, tmp_path):
    path, unit = tmp_path / "总表.xlsm", DEPARTMENTS[2].unit
    actions.new(path, year=YEAR, region="示例")
    actions.import_(path, [handed_in / unit / "自评.xlsx"])
    actions.check([path], beside=[handed_in / unit / "财决报表.xlsx"])
    (filing,) = read_master(path).filings
    assert filing.given.get("summary.spending_total.final", YEAR)
    again = actions.check_master(path).checked[0].report
    assert "T03" in {entry.rule for entry in again.findings}


def test_the_sample_tables_are_of_three_departments(handed_in):
    assert sorted(path.name for path in handed_in.iterdir()) == sorted(entry.unit for entry in DEPARTMENTS[:3])


def test_a_project_form_is_held_against_its_own_targets_alone():
    from workbook.model.given import Spot, Target

    project = Filing(unit="某局", year=YEAR, subject="甲项目", form="l5")
    project.set("indicators[0].level3", "培训场次")
    project.set("indicators[0].target", "≥3场")
    spot = Spot("目标.xlsx", "项目支出绩效目标表", "「培训场次」")
    own = Target("产出指标", "数量指标", "培训场次", "≥5场", None, spot, YEAR, "甲项目")
    other = Target("产出指标", "数量指标", "印发资料", "≥9份", None, spot, YEAR, "乙项目")
    whole = Target("产出指标", "数量指标", "全年任务", "≥1项", None, spot, YEAR, None)
    given = Given(targets=[own, other, whole])
    list(hand_out([project], sorted_out([Beside("目标.xlsx", "", given)], ["某局"])))
    rules = [entry.rule for entry in check(project, load(), only=["T28", "T29", "T31"]).findings]
    assert rules == ["T29"]


def test_the_national_frame_of_targets_is_read_with_its_tasks():
    rows = [
        ["部门整体支出绩效目标申报表", "", "", "", ""],
        ["（2024年度）", "", "", "", ""],
        ["部门名称", "某某县水利局", "", "", ""],
        ["年度主要任务", "任务名称", "主要内容", "总额", "财政拨款", "其他资金"],
        ["", "水库除险", "除险加固", "300", "290", "10"],
        ["", "农村饮水", "管网改造", "311", "311", "0"],
        ["金额合计", "", "", "621", "601", "10"],
        ["年度总体目标", "完成除险加固和农村饮水两项任务，保障供水安全。", "", "", "", ""],
        ["一级指标", "二级指标", "指标内容", "指标值（包含数字及文字描述）", "", ""],
        ["产出指标", "数量指标", "除险加固水库", "≥3座", "", ""],
        ["", "", "改造管网", "≥12公里", "", ""],
        ["效益指标", "社会效益指标", "受益人口", "≥2万人", "", ""],
    ]
    found = read_document(Document("x", [grid(rows)]), "目标.xlsx", alone=True)
    held = values(found.given)
    names = ("targets.task_total", "targets.task_fiscal", "targets.task_other", "targets.task_parts")
    assert [held[name] for name in names] == [D(621), D(601), D(10), D(611)]
    assert [(e.level1, e.level2, e.level3, e.target) for e in found.given.targets] == [
        ("产出指标", "数量指标", "除险加固水库", "≥3座"),
        ("产出指标", "数量指标", "改造管网", "≥12公里"),
        ("效益指标", "社会效益指标", "受益人口", "≥2万人"),
    ]
    assert found.given.goal.startswith("完成除险加固")
    assert (found.given.unit, found.given.years) == ("某某县水利局", {2024})
    filing = Filing(unit="某某县水利局", year=2024, given=found.given)
    said = [entry.message for entry in check(filing, load(), only=["T25"]).findings]
    assert len(said) == 2  # 621 is neither 601 + 10 nor 300 + 311
    filing.funds.initial_budget = D(620)
    assert [e.location.path for e in check(filing, load(), only=["T24"]).findings] == ["funds.initial_budget"]


def test_a_master_of_before_keeps_no_tables_and_says_so(handed_in, tmp_path):
    from workbook.bulk import tasks
    from workbook.bulk.engine import Power
    from workbook.checking.outcome import silent

    path, unit = tmp_path / "总表.xlsm", DEPARTMENTS[1].unit
    actions.new(path, year=YEAR, region="示例")
    book = read_master(path)
    book.headings["tblGiven"] = {}
    choice, collected = tasks.collect_for(book, [handed_in / unit], silent, Power())
    assert {entry.name for entry in collected.left} == {"部门决算公开表.docx", "财决报表.xlsx", "绩效目标表.xlsx"}
    assert "jixiao upgrade" in collected.left[0].reason
    assert all(not filing.given for filing in choice.filings(collected.taken))


OTHER_LAYOUTS = {
    "2019年以前的收支总表，元": (
        [
            ["收入支出决算总表"],
            ["编制单位：某某县水利局", "", "", "", "", "金额单位：元"],
            ["项    目", "行次", "金额", "项    目", "行次", "金额"],
            ["栏    次", "", "1", "栏    次", "", "2"],
            ["一、财政拨款收入", "1", "1,234,567.00", "一、一般公共服务支出", "29", "1,000,000.00"],
            ["本年收入合计", "22", "1,234,667.00", "本年支出合计", "50", "1,200,000.00"],
            ["总计", "26", "1,240,000.00", "总计", "54", "1,240,000.00"],
        ],
        {
            "summary.income_fiscal.final": "123.4567",
            "summary.spending_total.final": "120",
            "summary.total_left.final": "124",
        },
    ),
    "表头四行，有类款项和栏次": (
        [
            ["支出决算表"],
            ["项目", "", "本年支出合计", "基本支出", "项目支出", "经营支出"],
            ["功能分类科目编码", "科目名称", "", "", "", ""],
            ["类", "款", "", "", "", ""],
            ["栏次", "", "1", "2", "3", "4"],
            ["合计", "", "100", "60", "40", ""],
            ["201", "一般公共服务支出", "100", "60", "40", ""],
        ],
        {"spending.total.total": "100", "spending.total.project": "40", "spending.total.operating": "0"},
    ),
    "竖排的三公和机关运行经费": (
        [
            ["“三公”经费、行政参公单位机关运行经费情况表"],
            ["项  目", "行次", "预算数", "决算统计数"],
            ["（一）支出合计", "2", "10.00", "8.50"],
            ["  2．公务用车购置及运行维护费", "4", "8", "7"],
            ["  3．公务接待费", "7", "2", "1.5"],
            ["二、机关运行经费", "24", "—", "30"],
        ],
        {"three_public.total.budget": "10", "three_public.reception.final": "1.5", "three_public.running.final": "30"},
    ),
    "三对并排，公用经费合计跨两对": (
        [
            ["一般公共预算财政拨款基本支出决算表"],
            [
                "经济分类科目编码",
                "科目名称",
                "金额",
                "经济分类科目编码",
                "科目名称",
                "金额",
                "经济分类科目编码",
                "科目名称",
                "金额",
            ],
            ["301", "工资福利支出", "80", "302", "商品和服务支出", "20", "310", "资本性支出", "1.2"],
            ["", "人员经费合计", "80", "", "公用经费合计", "", "", "", "21.2"],
        ],
        {"basic.personnel": "80", "basic.operating": "21.2", "basic.capital": "1.2"},
    ),
    "横排的三公预算": (
        [
            ["一般公共预算“三公”经费支出表"],
            ["单位名称", "“三公”经费合计", "因公出国（境）费", "公务用车购置费", "公务用车运行费", "公务接待费"],
            ["某局", "10.5", "0", "0", "8.5", "2"],
        ],
        {
            "budget_three_public.total": "10.5",
            "budget_three_public.operation": "8.5",
            "budget_three_public.reception": "2",
        },
    ),
}


@pytest.mark.parametrize("layout", OTHER_LAYOUTS)
def test_other_printed_layouts_are_read(layout):
    rows, wanted = OTHER_LAYOUTS[layout]
    held = values(read_document(Document("x", [grid(rows)]), "表.xlsx", alone=True).given)
    assert {name: held.get(name) for name in wanted} == {name: D(value).normalize() for name, value in wanted.items()}


# --- many prints of many departments -----------------------------------------------------------------------------------

TABLE_RULES = [entry.id for entry in rules() if entry.id.startswith("T")]
PRINTED = {"决算": printed.published, "财决": printed.bureaus, "预算": printed.budget, "目标": printed.targets}


def beside(held, how, which=tuple(PRINTED)) -> Given:
    """Return what the tables of a ledger give, printed in one way."""
    out = Given()
    for name in which:
        own = replace(how, word=how.word and name != "财决")
        found = read_document(printed.document(PRINTED[name](held, own), own), f"{name}.xlsx", alone=True)
        out = out.joined(found.given)
    return out


def judged(filing: Filing, given: Given) -> list[Finding]:
    filing.given = given
    return check(filing, load(), only=TABLE_RULES).findings


@pytest.mark.parametrize("seed", range(24))
def test_tables_that_agree_are_read_and_found_in_order_however_they_are_printed(seed):
    held, how = printed.ledger(seed), printed.Print.drawn(seed)
    given = beside(held, how)
    read = {entry.key: entry.value for entry in given.figures}
    assert {name: value for name, value in read.items() if abs(value - held.get(name, value)) > D("0.0051")} == {}
    wanted = ("general.total.basic", "basic.operating", "fund.total.spending", "capital.total.spending")
    wanted += ("summary.project.annual", "three_public.vehicles.final", "three_public.reception.budget", "staff.actual")
    wanted += ("budget.total_right", "budget_income.total", "budget_spending.basic", "budget_general.total")
    wanted += (
        "budget_fiscal.total_right",
        "budget_basic.personnel",
        "budget_three_public.total",
        "fiscal.brought.final",
    )
    assert set(wanted) <= read.keys()
    assert {entry.subject is None for entry in given.targets} == {True, False}
    assert given.notes == []
    assert [entry.message for entry in judged(printed.filing_of(held), given)] == []


@pytest.mark.parametrize("which", ["决算", "财决", "预算", "目标", "决算 预算", "财决 目标"])
def test_some_of_the_tables_alone_accuse_nobody(which):
    for seed in range(4):
        held, how = printed.ledger(seed), printed.Print.drawn(seed)
        found = judged(printed.filing_of(held), beside(held, how, tuple(which.split())))
        assert [entry.message for entry in found] == []


# one figure of one table bent: K1–K7 and what stands in two tables
BENT = [
    "summary:summary.carried.final",
    "summary:summary.brought.final",
    "summary:summary.income_total.final",
    "summary:summary.total_left.final",
    "summary:summary.spending_total.final",
    "summary:summary.income_general.final",
    "income:income.total.total",
    "income:income.total.other",
    "spending:spending.total.total",
    "spending:spending.total.basic",
    "spending:spending.total.project",
    "fiscal:fiscal.income_general.final",
    "fiscal:fiscal.brought.final",
    "fiscal:fiscal.carried.final",
    "fiscal:fiscal.spending_total.final",
    "fiscal:fiscal.spending_total.general",
    "general:general.total.total",
    "general:general.total.basic",
    "general:general.total.project",
    "basic:basic.personnel",
    "basic:basic.operating",
    "three_public:three_public.total.final",
    "three_public:three_public.vehicles.final",
    "three_public:three_public.purchase.budget",
    "fund:fund.total.spending",
    "fund:fund.total.carried",
    "fund:fund.total.income",
    "Z01:annual.project",
    "Z01:initial.basic",
    "Z01:annual",
    "F03:three_public.procurement.final",
    "F03:three_public.reception.final",
    "budget:initial.basic",
    "budget:initial.project",
    "budget:budget.general.project",
    "budget_three_public:three_public.total.budget",
    "budget_three_public:three_public.overseas.budget",
]


@pytest.mark.parametrize("bent", BENT)
def test_a_figure_bent_in_one_table_is_found(bent):
    seed = 13  # all sources of money
    held = printed.ledger(seed)
    name = bent.partition(":")[2]
    how = replace(printed.Print.drawn(seed), bent={bent: held[name] + D("7.20")})
    assert judged(printed.filing_of(held), beside(held, how))


def test_running_costs_above_public_costs_are_found_on_either_side_of_their_table():
    held = printed.ledger(1)
    more = held["basic.operating"] + 3
    how = replace(printed.Print.drawn(1), bent={"F03:three_public.running.final": more})
    (found,) = judged(printed.filing_of(held), beside(held, how))
    assert found.rule == "T02"
    assert shown(more) in found.message


def test_what_a_table_in_yuan_says_is_shown_as_the_form_is_filled():
    held = printed.ledger(3)
    filing = printed.filing_of(held)
    filing.set("outlay.project", filing.outlay.project - 18)
    given = beside(held, printed.Print.drawn(3), ("财决",))
    found = next(entry for entry in judged(filing, given) if entry.rule == "T08")
    assert found.expected == shown(held["annual.project"].quantize(D("0.01"), "ROUND_HALF_UP"))


@pytest.mark.parametrize("marks", [("（本级）", ""), ("", "（汇总）"), ("（本级）", "（汇总）")])
def test_of_the_tables_of_a_part_and_of_the_whole_the_whole_counts(marks):
    how = printed.Print()
    held = printed.ledger(2)
    part = printed.summary({name: value / 2 for name, value in held.items()}, how)
    whole = printed.summary(held, how)
    for sheet, mark in zip((part, whole), marks, strict=True):
        sheet.unit += mark
    found = read_document(printed.document([part, whole], how), "决算.xlsx", alone=True)
    assert found.given.get("summary.spending_total.final", None).value == held["summary.spending_total.final"]
    assert "只用了汇总的" in found.given.notes[0]


def test_of_two_tables_that_nothing_tells_apart_none_counts():
    how, held = printed.Print(), printed.ledger(2)
    part = printed.summary({name: value / 2 for name, value in held.items()}, how)
    found = read_document(printed.document([part, printed.summary(held, how)], how), "决算.xlsx", alone=True)
    assert found.given.figures == []
    assert "分不清哪一张是整个部门的" in found.given.notes[0]


def test_a_file_of_a_part_of_the_department_gives_way_to_one_of_the_whole():
    filing = compose(DEPARTMENTS[0])
    unit = filing.unit or ""
    given = sorted_out([part(f"{unit}本级决算.xlsx", unit), part(f"{unit}决算.xlsx", unit)], [filing.owner])
    said = list(hand_out([filing], given))
    assert filing.given.files == {f"{unit}决算.xlsx"}
    assert "本级或下属单位的" in said[0]


def test_tables_that_are_known_and_hold_nothing_to_check_are_not_spoken_of():
    assert is_unneeded("附件2-11：一般公共预算财政拨款项目支出决算表")
    assert is_unneeded("Z05_2 项目支出决算明细表(财决05-2表)")
    assert not is_unneeded("支出决算表")


def test_a_table_in_which_only_the_columns_are_numbered_says_that_there_is_nothing():
    rows = [
        ["政府性基金预算财政拨款收入支出决算表", "", "", "", ""],
        ["项目", "", "本年收入", "本年支出", "", ""],
        ["科目编码", "科目名称", "", "小计", "基本支出", "项目支出"],
        ["栏次", "", "1", "2", "3", "4"],
        ["合计", "", "", "", "", ""],
        ["", "", "", "", "", ""],
    ]
    given = read_document(Document("x", [grid(rows)]), "决算.xlsx", alone=True).given
    assert values(given) == {"fund.total.spending": D(0)}
    assert given.notes == []


def test_an_amount_that_names_its_money_is_not_brought_to_it_twice():
    rows = [
        ["支出决算表（金额单位：元）"],
        ["项目", "本年支出合计", "基本支出", "项目支出", "经营支出"],
        ["合计", "1,000,000.00元", "600000", "400000", ""],
    ]
    held = values(read_document(Document("x", [grid(rows)]), "决算.xlsx", alone=True).given)
    assert (held["spending.total.total"], held["spending.total.basic"]) == (D(100), D(60))


def test_targets_in_a_list_of_projects_are_the_projects():
    rows = [
        ["绩效目标表", "", "", ""],
        ["序号", "项目名称", "三级指标", "指标值"],
        ["1", "甲项目", "任务按期完成率", "100%"],
        ["", "", "培训场次", "≥3场"],
        ["2", "乙项目", "任务按期完成率", "100%"],
        ["", "合计", "", ""],
    ]
    found = read_document(Document("x", [grid(rows)]), "目标.xlsx", alone=True).given.targets
    assert [(entry.subject, entry.level3) for entry in found] == [
        ("甲项目", "任务按期完成率"),
        ("甲项目", "培训场次"),
        ("乙项目", "任务按期完成率"),
    ]


def test_a_projects_form_whose_project_is_not_named_is_none_of_the_departments():
    rows = [
        ["项目支出绩效目标申报表", "", "", ""],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "培训场次", "≥3场"],
    ]
    (found,) = read_document(Document("x", [grid(rows)]), "目标.xlsx", alone=True).given.targets
    assert found.subject == "项目支出绩效目标申报表"


# --- as another hand printed them ---------------------------------------------------------------------------------------


def given_of(rows, file="决算.xlsx", name="Sheet1"):
    return read_document(Document("x", [grid(rows, name)]), file, alone=True).given


Z07 = "Z07 一般公共预算财政拨款收入支出决算表(财决07表)"


def table_07(project):
    return [
        ["一般公共预算财政拨款收入支出决算表", "", "", "", "", "", "", "", "", ""],
        ["编制单位：某某县水利局", "", "", "", "", "", "", "", "", "金额单位：元"],
        ["功能分类科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", "", "", "", "年末结转和结余", ""],
        ["", "", "合计", "合计", "合计", "基本支出", "其中：人员经费", "项目支出", "合计", "项目支出结转和结余"],
        ["合计", "", "50000", "2450000", "2400000", "1400000", "1300000", project, "100000", "100000"],
        ["208", "社会保障和就业支出", "", "150000", "150000", "150000", "150000", "", "", ""],
    ]


def table_of(rows):
    wide = {"本年支出": 4, "年末结转和结余": 2}
    made = grid(rows, Z07)
    for row in made.rows:
        row[:] = [replace(cell, span=wide.get(cell.text, 1)) for cell in row if cell.text or cell.row != 3]
    return Document("x", [made])


def test_table_07_of_the_bureau_adds_up_by_itself():
    filing = Filing(unit="某某县水利局", year=YEAR)
    for project, wrong in (("1000000", []), ("1036000", ["T01"])):
        filing.given = read_document(table_of(table_07(project)), "财决.xlsx", alone=True).given
        held = values(filing.given)
        names = ("brought", "income", "total", "basic", "carried")
        assert [held[f"general.total.{name}"] for name in names] == [D(5), D(245), D(240), D(140), D(10)]
        assert [entry.rule for entry in check(filing, load(), only=["T01"]).findings] == wrong


def test_a_target_in_three_columns_is_the_same_target():
    heads = {"full": ("指标性质", "指标值", "度量单位"), "short": ("性质", "指标值", "单位")}
    for nature, value, measure in heads.values():
        rows = [
            ["整体支出绩效目标表", "", "", "", "", "", ""],
            ["一级指标", "二级指标", "三级指标", nature, value, measure, "分值"],
            ["产出指标", "数量指标", "服务行政村数量", "=", "14", "个", "6"],
            ["", "", "村道硬化里程", "≥", "3.5", "公里", "6"],
            ["", "质量指标", "验收合格率", "=", "100", "%", "8"],
        ]
        targets = [entry.target for entry in given_of(rows, "目标.xlsx").targets]
        assert targets == ["=14个", "≥3.5公里", "=100%"], nature


def test_a_department_beside_its_projects_is_no_measure():
    rows = [
        ["项目支出绩效目标表", "", "", "", ""],
        ["单位", "项目名称", "三级指标", "指标值", "度量单位"],
        ["某某县水利局", "水库除险", "除险加固水库", "3", "座"],
    ]
    (found,) = given_of(rows, "目标.xlsx").targets
    assert (found.subject, found.target) == ("水库除险", "3座")


def test_projects_with_goals_in_words_alone_are_said_to_have_no_indicators():
    rows = [
        ["项目支出绩效目标表", "", "", ""],
        ["单位", "项目名称", "资金总额", "绩效目标"],
        ["某镇", "集镇环境卫生整治", "124.00", "按年度计划完成整治任务。"],
        ["某镇", "村级组织运转经费", "236.00", "保障村级组织运转。"],
        ["合计", "", "360.00", ""],
    ]
    assert "只有资金和目标，没有指标" in given_of(rows, "预算.xlsx").notes[0]


def test_columns_of_subjects_are_known_by_what_they_end_in():
    rows = [
        ["部门支出预算表", "", "", "", ""],
        ["功能分类科目", "", "合计", "基本支出", "项目支出"],
        ["编码", "名称", "", "", ""],
        ["合计", "", "2511.50", "1138.50", "1373.00"],
        ["208", "社会保障和就业支出", "229", "133", "96"],
    ]
    held = values(given_of(rows, "批复.docx"))
    assert [held[f"budget_spending.{name}"] for name in ("total", "basic", "project")] == [
        D("2511.5"),
        D("1138.5"),
        1373,
    ]


def test_a_table_over_three_pages_is_one():
    pages = [
        [["项目", "决算数", "项目", "决算数"], ["本年收入合计", "12.50", "本年支出合计", "12.00"]],
        [["", "", "结余分配", "0.20"], ["年初结转和结余", "0.50", "年末结转和结余", "0.80"]],
        [["总计", "13.00", "总计", "13.00"]],
    ]
    blocks = ["收入支出决算总表", "金额单位：万元", *(replace(grid(page, ""), is_sheet=False) for page in pages)]
    held = values(read_document(Document("x", blocks), "决算.pdf", alone=True).given)
    assert (held["summary.carried.final"], held["summary.total_right.final"]) == (D("0.8"), D(13))


def test_a_table_that_names_no_money_is_in_that_of_the_others():
    heads = ["项目", "本年支出合计", "基本支出", "项目支出", "经营支出"]
    first = grid([["支出决算表（金额单位：千元）"], heads, ["合计", "120", "70", "50", ""]], "a")
    second = grid([["一般公共预算财政拨款支出决算表"], heads[:4], ["合计", "110", "70", "40"]], "b")
    held = values(read_document(Document("x", [first, second]), "决算.pdf", alone=True).given)
    assert (held["spending.total.total"], held["general.total.total"]) == (D(12), D(11))


def test_nothing_is_taken_off_a_figure_that_is_not_at_hand():
    filing = compose(DEPARTMENTS[0])
    rows = [
        ["一般公共预算财政拨款基本支出决算表", "", ""],
        ["经济分类科目编码", "科目名称", "决算数"],
        ["301", "工资福利支出", "388.70"],
        ["303", "对个人和家庭的补助", "9.00"],
    ]
    filing.given = given_of(rows)
    assert values(filing.given).keys() == {"basic.wages", "basic.families"}
    assert check(filing, load(), only=["T10"]).findings == []


WORDS_TO_THE_ACCOUNTS = """某某县农业农村局2024年度部门决算情况说明
一、收入支出决算总体情况说明
2024年度收入支出总计621.30万元。
六、政府采购支出情况
2024年度政府采购支出总额63.50万元，其中：政府采购货物支出63.50万元。
七、人员情况
年末汇总编制40人，实有在职人员38人，其中本级20人。"""


def test_the_words_to_the_accounts_are_read_from_a_file_of_their_own(tmp_path):
    import docx

    made = docx.Document()
    for line in WORDS_TO_THE_ACCOUNTS.splitlines():
        made.add_paragraph(line)
    made.save(tmp_path / "决算情况说明.docx")
    wanted = {"notes.procurement": D("63.5"), "notes.authorized": D(40), "notes.actual": D(38)}
    given = read_tables(tmp_path / "决算情况说明.docx")
    assert (values(given), given.unit, given.years) == (wanted, "某某县农业农村局", {2024})
    with pytest.raises(TablesError, match="是决算说明，不是自评表") as told:
        read(tmp_path / "决算情况说明.docx")
    assert values(told.value.given) == wanted


def test_a_countys_own_table_that_was_edited_holds_for_the_next_verb(tmp_path):
    for title in ("本县收支总表", "本县资金总表"):
        (tmp_path / "本县.toml").write_text(
            f'titles = ["{title}"]\nheadings = ["项目"]\nkey = "summary.{{row}}"\n', encoding="utf-8"
        )
        with forms.using([tmp_path]):
            assert titled(title).id == "本县"
