"""Exports: what goes out comes back the same, and looks as the form prescribes. Recalculation is in test_recalc.py."""

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.strategies import filings
from workbook.checking.check import check_filing
from workbook.demo import DEPARTMENTS, compose
from workbook.derive import derive
from workbook.model.fields import FIELDS
from workbook.model.filing import Filing, to_json
from workbook.model.findings import Finding, Report
from workbook.model.scheme import Scheme, load
from workbook.readers import read
from workbook.writers import department, word

DERIVED = [field.path for field in FIELDS if field.derived]
KEEP = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def without_derived(filing: Filing) -> Filing:
    """Blank every derived field, so that each is written as a live formula."""
    filing.staff.control_rate = filing.funds.execution_rate = filing.funds.score = None
    filing.total.weight = filing.total.score = None
    for building in filing.buildings:
        building.area_control_rate = building.investment_control_rate = None
    return filing


def expected(filing: Filing, scheme: Scheme | None = None) -> dict:
    """Return the filing as it comes back: blank derived fields hold what their formulas give."""
    result = derive(filing, scheme or load())
    for path in filing.paths():
        pattern = path if "[" not in path else path[: path.index("[")] + "[]" + path[path.index("]") + 1 :]
        if pattern in DERIVED and filing.get(path) is None and path not in filing.unread:
            filing.set(path, result.at(path))
    data = to_json(filing)
    del data["narrative"]
    return data | printed_of(filing)


def printed_of(filing: Filing) -> dict:
    """Return what a form prints besides its fields: the classes' points, the classes left blank or answered by 无."""
    if not filing.indicators:
        return {}  # a blank form prints all classes
    return {
        "points": filing.class_weights,
        "blank": sorted(filing.blank_classes),
        "none": sorted(filing.none_classes),
    }


def came_back(path: Path) -> dict:
    (filing,) = read(path)
    data = to_json(filing)
    del data["narrative"]
    return data | printed_of(filing)


@KEEP
@given(filing=filings())
def test_excel_comes_back_the_same(tmp_path_factory, filing):
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    department.write(filing, load(), path)
    assert came_back(path) == expected(filing)


@settings(KEEP, max_examples=10)
@given(filing=filings())
def test_word_comes_back_the_same(tmp_path_factory, filing):
    path = tmp_path_factory.mktemp("x") / "a.docx"
    filing.funds.weight = Decimal(10)
    word.write(filing, load(), path)
    assert came_back(path) == expected(filing)


def test_derived_cells_are_formulas_with_their_values(tmp_path):
    filing = without_derived(compose(DEPARTMENTS[1]))
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path)
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    seen = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert values[sheet.title][cell.coordinate].value is not None, cell.coordinate
                    assert cell.protection.locked
                    seen += 1
    assert seen > 20


def test_an_entered_value_stays_and_bears_a_note(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.funds.execution_rate = Decimal("0.5")
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path)
    assert read(path)[0].funds.execution_rate == Decimal("0.5")
    notes = [
        cell.comment.text for row in openpyxl.load_workbook(path)["附件3"].iter_rows() for cell in row if cell.comment
    ]
    assert notes == ["按公式应为 99.36%"]


@pytest.mark.parametrize("words", ["=1+1", "+A1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_text_is_never_a_formula(tmp_path, words):
    filing = compose(DEPARTMENTS[0])
    filing.indicators[1].reason = filing.indicators[1].level3 = words
    filing.unit = f"{words}局"
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert not (cell.data_type == "f" and words.lstrip("=") in str(cell.value))
    assert read(path)[0].indicators[1].level3 == words


def test_page_is_a4_with_the_year_in_every_heading(tmp_path):
    path = tmp_path / "a.xlsx"
    department.write(compose(DEPARTMENTS[0], 2031), load(), path)
    book = openpyxl.load_workbook(path)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in shown:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text
    words = [str(cell.value) for sheet in shown for row in sheet.iter_rows() for cell in row if cell.value]
    headings = [
        text for text in words if "决算数" in text or "预算数" in text or "年度部门" in text or "在职人数" in text
    ]
    years = {text[:4] for text in headings if text[:2] == "20"}
    assert years == {"2030", "2031"}
    assert sum("2030" in text for text in headings) == 1


def test_sheet_names_are_legal_and_unique():
    taken: set[str] = set()
    names = [
        department.sheet_name(unit, " 附件2", taken) for unit in ("甲" * 40, "甲" * 40, "a/b:c*?[]", "", "甲" * 40)
    ]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


# a formula: LibreOffice cuts the words of any other link where they are longer than the column
LINK = re.compile(r'=HYPERLINK\("#(.+?)","(.+)"\)')


def findings_of(filing: Filing) -> list[Finding]:
    return list(check_filing(filing, load(), Path("a.xlsx")).report.findings)


def test_findings_stand_in_a_sheet_linked_to_their_cells(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.indicators[0].actual, filing.income.total = None, Decimal(7)
    found, path = findings_of(filing), tmp_path / "a.xlsx"
    department.write(filing, load(), path, found)
    book = openpyxl.load_workbook(path)
    sheet = book["问题"]
    assert sheet["A1"].value == Report("", found).headline
    assert [cell.value for cell in sheet[3]][:3] == ["级别", "位置", "说明"]
    links = [(row[9].value, *LINK.fullmatch(row[1].value).groups()) for row in sheet.iter_rows(min_row=4)]
    targets = {rule + words.removeprefix("↳ "): target for rule, target, words in links}
    for entry in found:
        name, _, cell = targets[entry.rule + entry.location.shown].partition("!")
        assert book[name.strip("'")][cell].comment.text.count(entry.rule)
    heads = {cell.value: cell.column for cell in sheet[3]}
    assert not sheet.cell(4, heads["出错说明"]).protection.locked
    printed = sheet.print_area.replace("$", "").partition("!")[2]
    assert printed.startswith("A1:E")  # what is wrong and what to do, large enough to be read on A4
    assert sheet.cell(4, 9).protection.locked


def test_one_workbook_for_all_names_each_unit(tmp_path):
    filings_made = [compose(entry) for entry in DEPARTMENTS[:3]]
    filings_made[1].staff.control_rate = Decimal("0.1")
    path = tmp_path / "all.xlsx"
    department.write_single(filings_made, load(), path, {row.unit: findings_of(row) for row in filings_made})
    names = [sheet.title for sheet in openpyxl.load_workbook(path) if sheet.sheet_state == "visible"]
    assert names[:2] == [f"{filings_made[0].unit} 附件2", f"{filings_made[0].unit} 附件3"]
    assert names[6:] == ["问题"]
    back = {row.unit: to_json(row) for row in read(path)}
    assert back.keys() == {row.unit for row in filings_made}
    for row in filings_made:
        assert back[row.unit] == to_json(row) | {"narrative": []}


def test_recompute_puts_the_formula_over_what_was_entered(tmp_path):
    filing = compose(DEPARTMENTS[0])
    entered, right = Decimal("0.5"), derive(filing, load()).at("funds.execution_rate")
    filing.funds.execution_rate = entered
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path, recompute=True)
    assert read(path)[0].funds.execution_rate == right
    sheet = openpyxl.load_workbook(path)["附件3"]
    notes = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert notes == ["单位填报为 50%"]


def test_a_class_left_blank_is_printed_and_read_as_blank(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.blank_classes = ["社会成本指标", "生态环境成本指标"]
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path)
    (back,) = read(path)
    assert back.blank_classes == filing.blank_classes
    assert len(back.indicators) == len(filing.indicators)


def test_an_empty_filing_is_the_blank_form(tmp_path):
    path = tmp_path / "a.xlsx"
    department.write(Filing(unit="某县某局", year=2030), load(), path)
    words = {str(cell.value) for row in openpyxl.load_workbook(path)["附件3"].iter_rows() for cell in row}
    assert {"产出指标\n（40分）", "成本指标\n（20分）", "时效指标", "可持续影响指标"} <= words
    (back,) = read(path)
    assert back.unit == "某县某局"
    assert back.indicators == back.project_lines == back.buildings == []


def test_long_words_get_the_rows_they_need(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.goals.expected = "完成全年目标任务，" * 300
    filing.indicators[0].reason = "因汛期延误" * 20
    path = tmp_path / "a.xlsx"
    department.write(filing, load(), path)
    sheet = openpyxl.load_workbook(path)["附件3"]
    assert sheet.page_setup.orientation == "landscape"
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == filing.goals.expected]
    (merged,) = [area for area in sheet.merged_cells.ranges if cell.coordinate in area]
    room = sum(sheet.row_dimensions[row].height for row in range(merged.min_row, merged.max_row + 1))
    wide = sum(sheet.column_dimensions[letter].width for letter in "BCD")
    assert room >= len(filing.goals.expected) * 2 / wide * 14
    assert all(entry.height <= 409 for entry in sheet.row_dimensions.values() if entry.height)
    assert read(path)[0].goals.expected == filing.goals.expected
