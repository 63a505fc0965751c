"""The sample departments: the clean ones hold every identity to the cent, the spoilt ones are found out where they were spoilt."""

from decimal import Decimal
from itertools import islice

import pytest

from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, as_handed_in, compose, make, synthetic
from workbook.derive.scores import indicator_score
from workbook.model.figures import percent, plain, round_half_up
from workbook.model.filing import Expense, Filing
from workbook.model.scheme import load
from workbook.readers import read

CLEAN = [department for department in DEPARTMENTS if not department.faults and not department.slips]
SPOILT = [department for department in DEPARTMENTS if department not in CLEAN]
SYNTHETIC = list(synthetic(60, seed=7))
WHOLE = [*(compose(department) for department in DEPARTMENTS), *SYNTHETIC]
COLUMNS = ("prior_final", "budget", "final")
CLASSES = {"产出指标": 40, "效益指标": 20, "满意度指标": 10, "成本指标": 20}


def name_of(value: object) -> str:
    return str(getattr(value, "unit", value))


def total(*values: Decimal | None) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def found_in(filing: Filing, tmp_path) -> dict[str, set[str]]:
    """Return the paths of all findings of a filing by severity."""
    out: dict[str, set[str]] = {"error": set(), "warning": set(), "info": set()}
    for finding in actions.check_filing(filing, load(), tmp_path / "x.docx").report.findings:
        out[finding.severity.value] |= {finding.location.path, *finding.related}
    return out


def test_three_are_clean_and_five_are_not():
    assert (len(CLEAN), len(SPOILT)) == (3, 5)
    assert len({department.unit for department in DEPARTMENTS}) == 8


@pytest.mark.parametrize("filing", WHOLE, ids=name_of)
def test_parts_add_up_in_every_column(filing):
    rows = filing.expenses
    for column in COLUMNS:

        def at(row: Expense, column: str = column) -> Decimal | None:
            return getattr(row, column)

        vehicles = total(at(rows["vehicle_purchase"]), at(rows["vehicle_operation"]))
        assert at(rows["official_vehicles"]) == vehicles
        parts = ("official_vehicles", "overseas_travel", "official_reception")
        assert at(rows["three_public"]) == total(*(at(rows[name]) for name in parts))
        assert at(rows["project"]) == total(*(at(line) for line in filing.project_lines))
        assert at(rows["operating"]) >= total(
            *(at(rows[name]) for name in ("office", "utilities_travel", "meetings_training"))
        )


@pytest.mark.parametrize("filing", WHOLE, ids=name_of)
def test_funds_agree_with_both_annexes(filing):
    funds, income, outlay, rows = filing.funds, filing.income, filing.outlay, filing.expenses
    parts = (income.general_public_budget, income.government_fund, income.special_account, income.other)
    assert funds.annual_budget == income.total == outlay.total == total(*parts) == outlay.basic + outlay.project
    basic = rows["basic_budget_adjustment"]
    assert funds.initial_budget == basic.budget + rows["project"].budget
    assert basic.final == outlay.basic
    assert rows["operating"].final < funds.executed - rows["project"].final <= outlay.basic
    assert rows["project"].final <= outlay.project
    assert funds.execution_rate == round_half_up(funds.executed / funds.annual_budget, 4)
    assert funds.score == round_half_up(10 * funds.executed / funds.annual_budget, 2)
    assert filing.staff.control_rate == round_half_up(filing.staff.actual / filing.staff.authorized, 4)
    assert Decimal("0.5") <= rows["procurement"].final / rows["procurement"].budget <= Decimal("1.5")


@pytest.mark.parametrize("filing", WHOLE, ids=name_of)
def test_weights_and_scores_add_up(filing):
    scheme = load()
    for level1, points in CLASSES.items():
        assert total(*(row.weight for row in filing.indicators if row.level1 == level1)) == points
    for row in filing.indicators:
        assert row.score == indicator_score(row, scheme).score
        assert row.score == row.weight or row.reason, row.level3
    assert filing.total.weight == total(filing.funds.weight, *(row.weight for row in filing.indicators)) == 100
    assert filing.total.score == total(filing.funds.score, *(row.score for row in filing.indicators))


@pytest.mark.parametrize("filing", WHOLE, ids=name_of)
def test_indicators_are_composed_as_asked(filing):
    kinds = [row.level2 for row in filing.indicators]
    assert kinds.count("质量指标") >= 1
    assert kinds.count("数量指标") + kinds.count("质量指标") >= 4
    assert all(row.weight < 20 for row in filing.indicators)
    money = {row.level3: row for row in filing.indicators if row.level1 == "成本指标"}
    assert money["项目支出"].actual == f"{plain(filing.expenses['project'].final)}万元"
    assert money["项目支出"].target == f"≤{plain(filing.outlay.project)}万元"
    assert money["基本支出"].target == f"≤{plain(filing.outlay.basic)}万元"


@pytest.mark.parametrize("department", DEPARTMENTS, ids=name_of)
def test_prose_repeats_the_tables(department):
    filing = compose(department)
    text = "".join(filing.narrative)
    funds, rows = filing.funds, filing.expenses
    for number in (
        funds.initial_budget,
        funds.annual_budget,
        funds.executed,
        rows["project"].final,
        rows["operating"].final,
    ):
        assert f"{plain(number)}万元" in text
    assert percent(funds.execution_rate) in text
    assert f"编制{plain(filing.staff.authorized)}人，年末在职{plain(filing.staff.actual)}人" in text
    for line in filing.project_lines:
        assert f"{line.name}：年初预算{plain(line.budget)}万元" in text
        assert f"实际支出{plain(line.final)}万元" in text
    assert [text[:1] for text in filing.narrative if text[1:2] == "、"] == list("一二三四五六七八九")


@pytest.mark.parametrize("department", CLEAN, ids=name_of)
def test_clean_ones_have_no_findings(department, tmp_path):
    found = found_in(as_handed_in(department), tmp_path)
    assert found["error"] == found["warning"] == set()


@pytest.mark.parametrize(
    ("department", "path"),
    [(department, path) for department in SPOILT for path in department.faults],
    ids=name_of,
)
def test_every_fault_is_found_at_its_place(department, path, tmp_path):
    found = found_in(as_handed_in(department), tmp_path)
    places = found["error"] | found["warning"]
    row = path.rpartition(".")[0]
    assert path in places or any(place.startswith(f"{row}.") for place in places if row), places


@pytest.mark.parametrize("department", SPOILT, ids=name_of)
def test_slips_change_only_their_own_words(department):
    before, after = compose(department).narrative, as_handed_in(department).narrative
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert len(changed) == len(department.slips)
    for (one, other), (right, wrong) in zip(changed, department.slips, strict=True):
        assert one.replace(right, wrong, 1) == other


def test_files_are_handed_in_as_different_kinds_and_read(tmp_path):
    files = make(tmp_path)
    assert sorted(path.suffix for path in files) == [".docx"] * 5 + [".txt"] + [".xlsx"] * 2
    text = next(path for path in files if path.suffix == ".txt")
    with pytest.raises(UnicodeDecodeError):
        text.read_bytes().decode("utf-8")
    for path, department in zip(files, DEPARTMENTS, strict=True):
        (filing,) = read(path)
        assert (filing.unit, filing.year) == (department.unit, YEAR)


def test_synthetic_is_the_same_for_the_same_seed():
    assert list(synthetic(20, seed=3)) == list(synthetic(20, seed=3)) != list(synthetic(20, seed=4))
    assert list(islice(synthetic(10_000, seed=3), 20)) == list(synthetic(20, seed=3))


def test_synthetic_names_are_all_different():
    assert len({filing.unit for filing in synthetic(1200, seed=1)}) == 1200


def test_synthetic_has_no_errors(tmp_path):
    for filing in SYNTHETIC:
        assert found_in(filing, tmp_path)["error"] == set(), filing.unit
