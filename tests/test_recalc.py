"""LibreOffice, the independent second engine, recalculates exports and gets what Python computed."""

import json
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings

from tests.office import convert
from tests.strategies import filings
from tests.test_export import KEEP, came_back, expected, without_derived
from workbook.demo import DEPARTMENTS, compose
from workbook.derive import derive
from workbook.model.filing import Building, Filing, Indicator, ProjectLine, from_json
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department

D = Decimal
# target, actual, first-level class: shapes of words the formulas must take the figure out of
WORDS = [
    ("≥260次", "198次", "产出指标"),
    ("200起以上", "150起", "产出指标"),
    ("到达90%以上", "85%", "效益指标"),
    ("≥26万人次", "19.5万人次", "产出指标"),
    ("≥2万册", "1500册", "产出指标"),
    ("≤440.7万元", "512.33万元", "成本指标"),
    ("不超过1亿元", "12000万元", "成本指标"),
    ("1,200次", "900次", "产出指标"),
    ("80%-90%", "95%", "效益指标"),
    ("3", "2", "产出指标"),
    ("0", "5", "产出指标"),
    ("≥40次", "0次", "产出指标"),
    ("按时完成", "已完成", "产出指标"),
    ("一百次", "80次", "产出指标"),
    ("≤2%", "0%", "产出指标"),
    ("=100%", "97.5%", "产出指标"),
    ("≥95%", "94", "满意度指标"),
]


def worded() -> Filing:
    """Return a filing whose indicators hold every shape of words, with blank scores."""
    rows = [
        Indicator(level1, "数量指标", f"指标{number}", target, actual, Decimal("6.7"))
        for number, (target, actual, level1) in enumerate(WORDS)
    ]
    filing = Filing(unit="某县某局", year=2024, form="l1", indicators=rows)
    filing.funds.annual_budget, filing.funds.executed = Decimal("3"), Decimal("2")
    return filing


def plain_scores(filing: Filing) -> Filing:
    """Blank the indicators' scores as well: all of them are live then."""
    for row in without_derived(filing).indicators:
        row.score = None
    return filing


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory) -> list[tuple[Path, Path, Filing, str]]:
    """Write many exports, recalculate all of them in one run: export, recalculated, filing, scheme id."""
    folder = tmp_path_factory.mktemp("recalc")
    made: list[tuple[Path, Filing, str]] = []

    def add(filing: Filing, scheme: str = "luosong", **parameters: str) -> None:
        path = folder / f"made{len(made)}.xlsx"
        department.write(filing, load(scheme).with_values(parameters), path)
        made.append((path, filing, parameters.get("execution.method", "")))

    @settings(KEEP, max_examples=30)
    @given(filing=filings())
    def hypotheses(filing: Filing) -> None:
        add(filing)

    hypotheses()
    for entry in DEPARTMENTS:
        add(compose(entry))
        add(plain_scores(compose(entry)))
    clean = resources.files("workbook") / "rules" / "clean.json"
    add(plain_scores(from_json(json.loads(clean.read_text(encoding="utf-8")))))
    add(worded())
    many = worded()  # more rows than a page holds, a divisor of zero and a blank one in every rate
    many.indicators = [replace(row, level3=f"{row.level3}之{number}") for number in range(9) for row in many.indicators]
    many.project_lines = [ProjectLine(D(number), D(0), D(1), f"项目{number}") for number in range(40)]
    many.buildings = [
        Building(D(0), D(5), None, None, D(7)),
        Building(None, D(5), None, D(0), D(0)),
        Building(D(3), D(4)),
    ]
    many.staff.authorized, many.staff.actual, many.funds.annual_budget = D(0), D(9), D(0)
    add(many)
    unscored = worded()  # points given, but nothing done yet that could be scored
    unscored.funds.executed = None
    unscored.indicators = [replace(row, actual=None) for row in unscored.indicators]
    add(unscored)
    for weight, executed in ((None, None), (Decimal(10), None), (None, Decimal(7)), (Decimal(12), Decimal(9))):
        blank = Filing(unit="某县某局", year=2024, form="l1")
        blank.funds.weight, blank.funds.annual_budget, blank.funds.executed = weight, executed, executed
        add(blank)
    for executed in ("100", "95", "94.99", "60", "59.99", "0"):
        filing = worded()
        filing.funds.annual_budget, filing.funds.executed = Decimal(100), Decimal(executed)
        add(filing, **{"execution.method": "分档"})
    done = convert([path for path, _, _ in made], "xlsx", folder)
    return [(path, again, filing, method) for (path, filing, method), again in zip(made, done, strict=True)]


def test_every_field_is_what_python_computes(recalculated):
    for _, again, filing, method in recalculated:
        scheme = load().with_values({"execution.method": method}) if method else load()
        assert came_back(again) == expected(filing, scheme), again.name


def test_no_cached_value_changes(recalculated):
    """Every formula, the controls beside the sheets too, holds the value that a recalculation gives."""
    seen = 0
    for path, again, _, _ in recalculated:
        formulas, cached, fresh = (
            openpyxl.load_workbook(path),
            openpyxl.load_workbook(path, data_only=True),
            openpyxl.load_workbook(again, data_only=True),
        )
        for sheet in formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        before, after = (book[sheet.title][cell.coordinate].value for book in (cached, fresh))
                        assert same(before, after), (path.name, sheet.title, cell.coordinate, cell.value, before, after)
                        seen += 1
    assert seen > 1000


def same(before: object, after: object) -> bool:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return abs(before - after) < 1e-6 * max(1.0, abs(before))
    return (before or "") == (after or "")


def test_a_corrected_figure_moves_its_score(tmp_path):
    """The score follows the words: 150 of 200 becomes 190 of 200 when the clerk corrects the actual value."""
    filing = worded()
    path, changed = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    department.write(filing, load(), path)
    book = openpyxl.load_workbook(path)
    sheet = book["附件3"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "150起"]
    cell.value = "190起"
    book.save(changed)
    (again,) = convert([changed], "xlsx", tmp_path)
    filing.indicators[1].actual = "190起"
    (back,) = read(again)
    wanted = derive(filing, load())
    assert back.indicators[1].score == wanted.at("indicators[1].score") == Decimal("6.37")
    assert back.total.score == wanted.at("total.score")


def test_the_published_reports(seeds, tmp_path):
    made = []
    for source in sorted(seeds.glob("00[012].docx")):
        filing = without_derived(read(source)[0])
        path = tmp_path / f"{source.stem}.xlsx"
        department.write(filing, load(), path)
        made.append((path, filing))
    for again, (_, filing) in zip(convert([path for path, _ in made], "xlsx", tmp_path), made, strict=True):
        assert came_back(again) == expected(filing), again.name
    assert len(made) == 3
