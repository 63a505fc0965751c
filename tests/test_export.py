"""Exports: what goes out comes back the same, derived cells are live, and LibreOffice computes what Python computes."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.office import convert
from tests.strategies import filings
from workbook.demo import DEPARTMENTS, compose
from workbook.derive import derive
from workbook.fields import FIELDS
from workbook.filing import Filing, to_json
from workbook.readers import read
from workbook.scheme import load
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


def expected(filing: Filing) -> dict:
    """Return the filing as it comes back: blank derived fields hold what their formulas give."""
    result = derive(filing, load())
    for path in filing.paths():
        pattern = path if "[" not in path else path[: path.index("[")] + "[]" + path[path.index("]") + 1 :]
        live = pattern in DERIVED and not (path == "funds.score" and filing.funds.weight is None)
        if live and filing.get(path) is None and path not in filing.unread:
            filing.set(path, result.at(path))
    data = to_json(filing)
    del data["narrative"]
    return data


def came_back(path: Path) -> dict:
    (filing,) = read(path)
    data = to_json(filing)
    del data["narrative"]
    return data


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


def test_libreoffice_computes_what_python_computes(tmp_path):
    made: list[tuple[Path, Filing]] = []

    @settings(KEEP, max_examples=20)
    @given(filing=filings())
    def make(filing):
        path = tmp_path / f"made{len(made)}.xlsx"
        without_derived(filing)
        filing.funds.weight = Decimal(10)
        department.write(filing, load(), path)
        made.append((path, filing))

    make()
    for number, entry in enumerate(DEPARTMENTS):
        filing = without_derived(compose(entry))
        path = tmp_path / f"demo{number}.xlsx"
        department.write(filing, load(), path)
        made.append((path, filing))
    recalculated = convert([path for path, _ in made], "xlsx", tmp_path)
    for path, (_, filing) in zip(recalculated, made, strict=True):
        assert came_back(path) == expected(filing), path.name


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
    assert notes == ["按公式应为 0.9936"]


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
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text
    words = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
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
