"""Other places' forms: read from Word and Excel, checked by their own weights and denominators, exported as they came."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import layouts
from workbook.actions import api as actions
from workbook.forms import form, forms
from workbook.model.filing import to_json
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department, word

D = Decimal
PROJECT = {"subject": "城区道路养护", "unit": "某市市政管理处", "year": 2023}
# layout, form, scheme, and what must be read
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "national": ("l5", "national", {**PROJECT, "supervisor": "某市住房和城乡建设局", "funds.annual_budget": D(520)}),
    "yunnan": ("l6", "national", {**PROJECT, "funds.executed": D("510.5"), "sources[1].name": "上年结转资金"}),
    "sichuan": ("l7", "sichuan", {**PROJECT, "funds.weight": D(10), "sources[0].executed": D("510.5")}),
    "hubei": ("l8", "hubei", {**PROJECT, "funds.score": D("19.63"), "indicators[0].weight": D(8)}),
    "hunan_2017": ("l3", "scored", {"unit": "某县水务局", "year": 2017, "expenses.budget_adjustment.final": D(930)}),
    "yueyang": ("l4", "scored", {"unit": "某县水务局", "year": 2018, "outlay.project": D(305), "staff.actual": D(38)}),
}
CASES = pytest.mark.parametrize("name", FORMS)


def pages(name: str) -> list[layouts.Block]:
    blocks: list[layouts.Block] = getattr(layouts, name)()
    return blocks


def in_file(name: str, kind: str, folder: Path) -> Path:
    """Write a layout in one of the ways it comes."""
    if kind == "docx":
        return layouts.to_word(pages(name), folder / f"{name}.docx")
    return layouts.to_sheets({"表一": pages(name)}, folder / f"{name}.xlsx", kind != "unmerged", kind == "numbers")


def same(one: Any, other: Any) -> bool:
    return {k: v for k, v in to_json(one).items() if k != "narrative"} == {
        k: v for k, v in to_json(other).items() if k != "narrative"
    }


@pytest.mark.parametrize("kind", ["docx", "merged", "unmerged", "numbers"])
@CASES
def test_a_form_is_read_however_it_was_made(tmp_path, name, kind):
    id, scheme, wanted = FORMS[name]
    (filing,) = read(in_file(name, kind, tmp_path))
    assert filing.form == id
    assert {path: filing.get(path) for path in wanted} == wanted
    assert not filing.unread
    assert len({row.level1 for row in filing.indicators}) > 1
    assert all(row.level1 and row.level2 and row.weight for row in filing.indicators)
    entry = actions.check_filing(filing, None, tmp_path)
    assert entry.scheme.id == scheme
    assert [found.message for found in entry.report.findings if found.severity is Severity.ERROR] == []


@CASES
def test_rules_that_need_what_a_form_lacks_are_named(tmp_path, name):
    (filing,) = read(in_file(name, "docx", tmp_path))
    report = actions.check_filing(filing, None, tmp_path).report
    assert all(filing.asks(found.location.path) for found in report.findings if found.location.path)
    skipped = {entry.rule: entry.words for entry in report.skipped}
    lacking = "F06" if name != "yueyang" else "E01"
    assert skipped[lacking].startswith("未执行：缺")


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@CASES
def test_a_form_comes_back_as_it_was_exported(tmp_path, name, kind):
    (filing,) = read(in_file(name, "docx", tmp_path))
    path = tmp_path / f"导出.{kind}"
    scheme = load(FORMS[name][1])
    (department if kind == "xlsx" else word).write(filing, scheme, path)
    (back,) = read(path)
    assert back.form == filing.form
    assert same(back, filing)


@CASES
def test_a_blank_form_is_printed_with_its_classes(tmp_path, name):
    from workbook.model.filing import Filing

    path = tmp_path / "空表.xlsx"
    department.write(Filing(form=FORMS[name][0], year=2024), load(FORMS[name][1]), path)
    from workbook.readers import document

    words = "".join(cell.text for grid in document(path).grids for row in grid.rows for cell in row)
    assert all(kind in words for kind in ("一级指标", "三级指标", "得分"))
    layout = form(FORMS[name][0]).layout
    classes = layout["classes"] if "classes" in layout else layout[layout["sheets"][-1]]["classes"]
    assert all(level in words for level, _ in classes)


SLIPS = [
    ("national", {"510.50": "501.50"}, {"F01", "F16"}),
    ("national", {"20.00": "21.00"}, {"F16"}),
    ("national", {"99.82": "98.92"}, {"X03"}),
    ("yunnan", {"9.82": "9.28"}, {"F02", "X03"}),
    ("sichuan", {"98.17%": "98.71%"}, {"F01"}),
    ("hubei", {"19.63": "16.93"}, {"F02", "X03"}),
    ("hunan_2017", {"305.00": "350.00"}, {"E03"}),
    ("hunan_2017", {"96": "69"}, {"X03"}),
    ("yueyang", {"98": "89"}, {"X03"}),
]


@pytest.mark.parametrize(("name", "slip", "rules"), SLIPS)
def test_slips_are_found_in_every_form(tmp_path, name, slip, rules):
    blocks = [
        block if isinstance(block, str) else [[slip.get(cell, cell) if cell else cell for cell in row] for row in block]
        for block in pages(name)
    ]
    (filing,) = read(layouts.to_word(blocks, tmp_path / "a.docx"))
    report = actions.check_filing(filing, None, tmp_path).report
    assert rules <= {found.rule for found in report.findings}


def test_a_target_in_three_columns_is_one_target(tmp_path):
    (filing,) = read(in_file("yunnan", "docx", tmp_path))
    rows = {row.level3: (row.target, row.actual, row.nature, row.measure) for row in filing.indicators}
    assert rows["养护道路里程"] == ("≥30公里", "31公里", "≥", "公里")
    assert rows["项目总成本"] == ("≤520万元", "510.5万元", "≤", "万元")
    assert rows["养护长效机制"] == ("健全", "健全", "定性", None)


def test_projects_of_one_department_stand_apart_in_a_master(tmp_path):
    from tests.test_readers import in_word
    from workbook.master.read import read_master

    one = layouts.to_word(layouts.national(), tmp_path / "一.docx")
    other = [
        block
        if isinstance(block, str)
        else [["城区绿化管护" if cell == "城区道路养护" else cell for cell in row] for row in block]
        for block in layouts.national()
    ]
    both = layouts.to_word([*other, *layouts.yunnan()[:0]], tmp_path / "二.docx")
    assert in_word
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, [one, both])
    held = read_master(master).filings
    assert sorted((filing.owner, filing.subject) for filing in held) == [
        ("某市市政管理处", "城区绿化管护"),
        ("某市市政管理处", "城区道路养护"),
    ]
    assert [len(filing.sources) for filing in held] == [3, 3]
    checked = actions.check_master(master)
    assert {entry.scheme.id for entry in checked.checked} == {"national"}
    assert checked.errors == 0
    written = actions.export(master, tmp_path / "出").written
    assert sorted(path.name for path in written) == [
        "某市市政管理处｜城区绿化管护.xlsx",
        "某市市政管理处｜城区道路养护.xlsx",
    ]
    (back,) = read(written[0])
    assert back.unit == "某市市政管理处"


def test_a_departments_report_with_its_projects_behind_it(tmp_path):
    from workbook.demo import DEPARTMENTS, compose

    path = tmp_path / "全套.docx"
    filing = compose(DEPARTMENTS[0])
    word.write(filing, load(), path)
    import docx

    document = docx.Document(str(path))
    extra = docx.Document(str(layouts.to_word([*layouts.national(), *layouts.national()], tmp_path / "项目.docx")))
    for element in list(extra.element.body)[:-1]:
        document.element.body.insert(len(document.element.body) - 1, element)
    document.save(str(path))
    own, *projects = read(path)
    assert (own.form, own.subject, len(own.indicators)) == ("l1", None, len(filing.indicators))
    assert own.expenses == filing.expenses
    assert [(entry.form, entry.subject, len(entry.indicators)) for entry in projects] == [
        ("l5", "城区道路养护", 10)
    ] * 2


def test_the_users_scheme_wins_over_the_forms(tmp_path):
    path = in_file("hubei", "docx", tmp_path)
    outcome = actions.check([path], load("national"))
    assert "F12" in {found.rule for found in outcome.checked[0].report.findings}


def test_every_form_has_a_title_and_labels():
    for entry in forms():
        assert entry.title
        assert entry.recognised_by or entry.kind == "prose"
        assert set(entry.must) <= set(entry.recognised_by), entry.id
