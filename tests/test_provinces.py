"""Forms with the headings of other provinces: every column understood, nothing false said, slips of their own columns found."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import layouts, provinces
from tests.layouts import Block
from tests.provinces import NAMES, UNIT
from workbook.actions import api as actions
from workbook.checking.check import check_filing
from workbook.master.intake import take_in
from workbook.master.read import read_master
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Severity
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department, word
from workbook.writers.package import apply

D = Decimal
MONEY = {"annual_budget": D(900), "executed": D(855), "execution_rate": D("0.95")}
SCORED = {"weight": D(10), "score": D("9.5")}
# what is laid out → its form, 万元 of the money, the score, columns that are read besides target and result
FORMS: dict[str, tuple[str, dict[str, Decimal], str | None, set[str]]] = {
    "liaoning": ("l16", MONEY | SCORED, "98.7", {"completion", "reason", "nature", "measure"}),
    "jiangsu": ("l12", {}, "99.2", {"completion", "reason", "standard"}),
    "zhejiang": ("other", MONEY | SCORED, "98.7", {"reason"}),
    "guangdong": ("other", MONEY, "98.7", {"reason", "nature", "measure"}),
    "transfer": ("l17", MONEY, None, {"reason"}),
    "hebei": ("other", MONEY | SCORED, "98.7", set()),
    "shandong": ("other", MONEY | SCORED, "98.7", {"reason"}),
    "anhui": ("other", {}, "99.2", {"reason", "deducted"}),
    "shaanxi": ("other", MONEY, "99.2", {"reason"}),
    "transposed": ("other", MONEY, "99.2", {"reason"}),
    "class_rows": ("other", {}, "99.2", {"completion"}),
    "points_off": ("l12", {}, "99.2", {"standard", "reason", "deducted"}),
    "total_above": ("other", MONEY | SCORED, "98.7", {"reason"}),
    "symbols": ("other", MONEY, "98.7", {"completion", "reason", "nature", "measure"}),
    "blocks_of_tasks": ("other", {"annual_budget": D(900), "executed": D(855)}, "99.2", set()),
}
USUAL = {"X16", "I21"}  # said of every unknown form; true of what is laid out
KINDS = pytest.mark.parametrize("kind", ["docx", "merged", "unmerged"])


def in_file(blocks: list[Block], kind: str, folder: Path) -> Path:
    if kind == "docx":
        return layouts.to_word(blocks, folder / "a.docx")
    return layouts.to_sheets({"自评表": blocks}, folder / "a.xlsx", kind != "unmerged")


def laid(name: str) -> list[Block]:
    blocks: list[Block] = getattr(provinces, name)()
    return blocks


def findings(filing: Filing) -> list[Finding]:
    found = check_filing(filing, None, Path()).report.findings
    return [entry for entry in found if entry.severity is not Severity.INFO and entry.rule not in USUAL]


@KINDS
@pytest.mark.parametrize("name", FORMS)
def test_the_columns_of_a_province_are_understood_by_their_headings(tmp_path, name, kind):
    form, money, total, columns = FORMS[name]
    (filing,) = read(in_file(laid(name), kind, tmp_path))
    unit = "某县公路事务中心" if name == "zhejiang" else UNIT
    assert (filing.form, filing.unit, filing.year, filing.unread) == (form, unit, 2023, {})
    rows = [row for row in filing.indicators if row.level3 != "预算执行率"]
    assert tuple(row.level3 for row in rows) == NAMES
    if name != "points_off":
        assert [row.actual for row in rows] == ["42公里", "46座", "96%", "96%", "93%"]
        assert [(row.target or "").lstrip("≥=") for row in rows] == ["40公里", "46座", "95%", "100%", "90%"]
    assert [row.score for row in rows][:4] == ([None] * 4 if total is None else [20, 20, 20, D("19.2")])
    assert {field: getattr(filing.funds, field) for field in money} == money
    assert filing.total.score == (None if total is None else D(total))
    held = ("completion", "coefficient", "deducted", "reason", "nature", "measure", "standard")
    assert {field for field in held if any(getattr(row, field) for row in rows)} == columns
    assert [entry.message for entry in findings(filing)] == []


SLIPS = [
    ("liaoning", {"105%": "150%"}, {"I38"}),
    ("jiangsu", {"101.05%": "110.05%"}, {"I38"}),
    ("symbols", {"103.33": "130.33"}, {"I38"}),
    ("anhui", {"0.8": "1.8"}, {"I40"}),
    ("zhejiang", {"8,550,000.00": "8,505,000.00"}, {"F01"}),
    ("hebei", {"9.5": "5.9"}, {"X03"}),
    ("transposed", {"740": "704"}, {"F16"}),
    ("transfer", {"570": "507"}, {"F16"}),
    ("total_above", {"优秀": "良好"}, {"X17"}),
    ("class_rows", {"19.2分": "20分"}, {"I16", "X03"}),
]


@pytest.mark.parametrize(("name", "slip", "rules"), SLIPS)
def test_slips_in_the_forms_of_provinces_are_found(tmp_path, name, slip, rules):
    (filing,) = read(in_file(layouts.replaced(laid(name), slip), "merged", tmp_path))
    assert rules <= {entry.rule for entry in findings(filing)}


@KINDS
def test_several_projects_in_one_file_are_a_filing_each(tmp_path, kind):
    one, other = read(in_file(laid("chongqing"), kind, tmp_path))
    assert [(entry.subject, entry.funds.executed) for entry in (one, other)] == [
        ("农村公路养护", 855),
        ("桥梁检测", 57),
    ]
    assert [(len(entry.indicators), entry.total.score) for entry in (one, other)] == [(3, D("99.5"))] * 2
    assert findings(one) == findings(other) == []


def test_of_several_sheets_the_one_that_matters_is_read(tmp_path):
    notes: list[Block] = [
        "填表说明",
        [["序号", "事项", "说明"], ["1", "分值", "各项分值之和为100分"], ["2", "得分", "按完成率计分"]],
    ]
    listed: list[Block] = ["佐证材料目录", [["序号", "名称", "页码"], ["1", "验收报告", "3"], ["2", "问卷", "9"]]]
    sheets = {"填表说明": notes, "自评表": laid("zhejiang"), "材料": listed}
    (filing,) = read(layouts.to_sheets(sheets, tmp_path / "a.xlsx"))
    assert (filing.subject, len(filing.indicators), filing.funds.executed) == ("农村公路养护", 5, 855)
    assert findings(filing) == []


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_form_drawn_anew_prints_its_own_columns_and_the_grade(tmp_path, kind):
    kept: dict[str, Any] = {"grade": "良", "completion": "105%", "deducted": "0", "coefficient": "100"}
    for form in ("other", "l15", "l17", "l1"):
        (filing,) = read(in_file(laid("transfer" if form == "l17" else "anhui"), "docx", tmp_path))
        filing.original, filing.form, filing.notes = "", form, []
        filing.total.grade = kept["grade"]
        for row in filing.indicators:
            row.completion, row.deducted, row.coefficient = (
                kept[name] for name in ("completion", "deducted", "coefficient")
            )
        path = tmp_path / f"{form}.{kind}"
        (department if kind == "xlsx" else word).write(filing, load("open"), path)
        (back,) = read(path)
        wanted = {"other": ("105%", "0", None), "l15": (None, None, "100")}.get(form, (None, None, None))
        assert back.form == form or form == "other"
        assert back.total.grade == (None if form == "l17" else "良")
        row = back.indicators[0]
        assert (row.completion, row.deducted, row.coefficient) == wanted


def test_the_columns_of_provinces_go_through_a_master(tmp_path):
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=2023)
    (filing,) = read(in_file(laid("liaoning"), "docx", tmp_path))
    apply(path, take_in(read_master(path), [filing]).edits)
    (held,) = read_master(path).filings
    assert [row.completion for row in held.indicators] == ["105%", "100%", "101.05%", "96%", "103.33%"]
