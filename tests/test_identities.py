"""Identities stated once: the rule, the culprit and the live control say the same of them, whatever the scheme."""

from dataclasses import replace
from decimal import Decimal

import pytest

from workbook.derive import derive, execution_base_path
from workbook.derive.identities import BUILDERS, Identity, broken, identities
from workbook.model.fields import field_of
from workbook.model.figures import plain, show
from workbook.model.filing import Filing, ProjectLine
from workbook.model.scheme import load, names
from workbook.rules.engine import check
from workbook.rules.examples import changed
from workbook.rules.registry import rules
from workbook.writers.official import Case

D = Decimal
SCHEMES = [
    load(name).with_values({"execution.denominator": base})
    for name in sorted(names())
    for base in ("全年预算数", "年初预算数")
]
IDS = [f"{scheme.id} {scheme.text('execution.denominator')}" for scheme in SCHEMES]


def with_rate_of(path: str) -> Filing:
    """Return a filing whose 执行率 is taken over a total, and whose totals at the year's beginning and end differ."""
    filing = changed({"funds.initial_budget": 600, "funds.annual_budget": 621.3, "funds.executed": 580})
    filing.funds.execution_rate = (D(580) / filing.get(path)).quantize(D("0.0001"))
    return filing


@pytest.mark.parametrize("scheme", SCHEMES, ids=IDS)
def test_the_rate_over_the_schemes_base_is_right_and_over_the_other_wrong(scheme):
    base = execution_base_path(scheme)
    other = "funds.annual_budget" if base == "funds.initial_budget" else "funds.initial_budget"
    assert not check(with_rate_of(base), scheme, only=["F01"]).findings
    wrong = with_rate_of(other)
    (found,) = check(wrong, scheme, only=["F01"]).findings
    right = (D(580) / wrong.get(base)).quantize(D("0.0001"))
    assert found.expected == show(right, "rate")
    assert found.related == ("funds.executed", base)


@pytest.mark.parametrize("scheme", SCHEMES, ids=IDS)
@pytest.mark.parametrize("slip", ["funds.execution_rate", "funds.executed"])
def test_the_culprit_never_turns_a_right_figure_into_a_wrong_one(scheme, slip):
    """A slip beside a right rate over the scheme's base: the figure named is the one that was spoilt, with its right value."""
    filing = with_rate_of(execution_base_path(scheme))
    filing.funds.score = derive(filing, scheme).at("funds.score")
    filing.total.score = derive(filing, scheme).at("total.score")
    right = filing.get(slip)
    assert not [entry.culprit for entry in check(filing, scheme).findings if "执行率" in entry.culprit]
    spoilt = D("0.3907") if slip == "funds.execution_rate" else D(850)
    filing.set(slip, spoilt)
    for entry in check(filing, scheme).findings:
        if entry.culprit.startswith("若") and f"『{filing.label(slip)}』" in entry.culprit:
            kind = "rate" if slip == "funds.execution_rate" else ""
            assert f"改为 {show(right, kind)}" in entry.culprit
        assert "『全年预算数』" not in entry.culprit or "改为" not in entry.culprit


@pytest.mark.parametrize("scheme", SCHEMES, ids=IDS)
def test_the_prose_may_say_the_rate_over_the_schemes_base_and_is_told_of_the_other(scheme):
    base = execution_base_path(scheme)
    other = "funds.annual_budget" if base == "funds.initial_budget" else "funds.initial_budget"
    filing = with_rate_of(base)
    wrong = f"{D(580) / filing.get(other):.2%}"
    filing.narrative = [f"2024年部门整体预算执行率{filing.funds.execution_rate:.2%}。"]
    assert not [found for found in check(filing, scheme).findings if found.location.paragraph]
    filing.narrative = [f"2024年部门整体预算执行率{wrong}。"]
    (found,) = check(filing, scheme, only=["N13"]).findings
    assert found.expected == show(filing.funds.execution_rate, "rate")
    assert (
        f"（附件3 {field_of(base).label}）＝{found.expected}，分母用错（用了{field_of(other).label}）" in found.message
    )


@pytest.mark.parametrize("scheme", SCHEMES, ids=IDS)
def test_every_identity_is_reported_by_its_rule_just_where_it_does_not_hold(scheme):
    single = {rule for rule in BUILDERS if not rule.startswith("I") and rule != "F12"}
    filing = changed({})
    for path in sorted({path for entry in identities(filing, scheme) for path in entry.cells}):
        value = filing.get(path)
        if value is None:
            continue
        spoilt = changed({})
        spoilt.set(path, value * 7 + 1)
        failing = {
            (rule, entry.place) for rule in single for entry in broken(rule, spoilt, scheme, derive(spoilt, scheme))
        }
        found = {(entry.rule, entry.location.path) for entry in check(spoilt, scheme, only=single).findings}
        assert found == failing, path


def test_each_identity_belongs_to_a_rule_that_there_is():
    known = {rule.id for rule in rules()}
    assert set(BUILDERS) <= known
    for entry in identities(changed({}), load()):
        assert set(entry.rules) <= known
        assert entry.rules[0] in BUILDERS


def test_what_would_mend_an_identity_mends_it():
    filing, scheme = changed({}), load()
    for entry in identities(filing, scheme):
        values = entry.values(filing)
        for path in entry.cells:
            if values.get(path) is None or entry.holds(values) is not True:
                continue
            solved = entry.solve(path, {**values, path: None} if path == entry.whole else values)
            if solved is not None and solved > 0:
                assert entry.holds({**values, path: solved}), (entry, path)


def test_the_rows_of_projects_may_stand_beside_the_printed_ones_or_within_them():
    filing = changed({"project_lines": []})
    for name, value in (("project_business", 60), ("project_maintenance", 40)):
        filing.expenses[name].final = D(value)
    filing.project_lines = [ProjectLine(final=D(25), name="甲")]
    for whole, right in ((125, True), (100, True), (25, True), (110, False)):
        filing.expenses["project"].final = D(whole)
        hits = [entry for entry in broken("E03", filing, load()) if entry.whole.endswith("final")]
        assert (hits == []) is right
    (entry,) = hits
    assert plain(entry.expected(entry.values(filing))) == "100"
    assert entry.solve(entry.whole, entry.values(filing)) is None


def test_a_row_of_nothing_may_count_in_the_sums_or_not():
    scheme, filing = load(), changed({})
    filing.indicators.append(
        replace(filing.indicators[-1], level3="无", target=None, actual=None, weight=D(5), score=D(5))
    )
    counted = derive(filing, scheme).at("total.score")
    for less, right in ((0, True), (5, True), (2, False)):
        filing.total.score, filing.total.weight = counted - less, D(105 - less)
        found = {rule for rule in ("X01", "X03", "X04") for _ in broken(rule, filing, scheme, derive(filing, scheme))}
        assert found == (set() if right else {"X03", "X04"})
        words = [entry.culprit for entry in check(filing, scheme).findings if "总分" in entry.culprit]
        assert words == [] or not right


def test_a_line_of_income_that_few_counties_print_counts_where_it_is_filled():
    filing, scheme = changed({}), load()
    (ordinary,) = (entry for entry in identities(filing, scheme) if "F08" in entry.rules)
    assert "income.state_capital" not in ordinary.parts
    filing.income.state_capital = D(30)
    (short,) = broken("F08", filing, scheme)
    assert short.expected(short.values(filing)) == filing.income.total + 30
    filing.income.total += 30
    assert not list(broken("F08", filing, scheme))


def test_an_ordinary_sheet_has_the_control_of_its_income(monkeypatch, tmp_path):
    from workbook.writers import department, official

    shown: set[str] = set()
    control = official.OfficialSheet.control
    monkeypatch.setattr(
        official.OfficialSheet, "control", lambda self, *own: (shown.update(own[2].rules), control(self, *own))
    )
    department.write(changed({}), load(), tmp_path / "一.xlsx")
    assert {"E01", "E02", "E03", "F06", "F07", "F08", "F09", "X01", "X02"} <= shown


def test_a_blank_weight_stands_for_the_schemes():
    filing = changed({"funds.weight": None})
    assert not list(broken("X01", filing, load(), derive(filing, load())))


@pytest.mark.parametrize("scheme", SCHEMES[:2], ids=IDS[:2])
def test_live_controls_are_the_rules_identities(scheme):
    from workbook.writers import official

    case = Case(changed({}), derive(changed({}), scheme), scheme)
    known = {entry.rules[0]: entry for entry in identities(case.filing, scheme)}
    sheet = official.OfficialSheet.__new__(official.OfficialSheet)
    sheet.case, sheet.filing, sheet.derived = case, case.filing, case.derived
    sheet.places = dict.fromkeys(case.filing.paths(), (0, 0))
    controls = sheet.controls(("F06", "F07", "F08", "F09", "X01", "X03"))
    assert [entry.rules[0] for entry in controls] == ["F06", "F07", "F08", "F09", "X01", "X03"]
    assert all(isinstance(entry, Identity) and entry == known[entry.rules[0]] for entry in controls)


def test_a_rule_that_needs_the_base_says_which_one_is_missing():
    filing = changed({"funds.initial_budget": None})
    scheme = load().with_values({"execution.denominator": "年初预算数"})
    skipped = {entry.rule: entry.words for entry in check(filing, scheme).skipped}
    assert "年初预算数" in skipped["F01"]
    assert "F01" not in {entry.rule for entry in check(filing, load()).skipped}
