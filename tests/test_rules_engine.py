"""The engine of the rules: nothing silent, nothing that stops the rest, explanations held to their figures."""

from dataclasses import replace

import pytest

from workbook.model.filing import Explanation
from workbook.model.findings import EXPLAINED, Severity, Skipped, headline, idle_words, verdict
from workbook.model.scheme import SchemeError, load
from workbook.rules import engine, registry
from workbook.rules.engine import check
from workbook.rules.examples import changed
from workbook.rules.explanations import OPEN, REVIEW, apply
from workbook.rules.registry import rules


def crash(filing, scheme):
    """先报一处，再出错。"""
    yield registry.Hit("total.score", filing.total.score)
    raise ZeroDivisionError


def test_a_rule_that_crashes_is_named_and_stops_no_other(monkeypatch, caplog):
    broken = [
        entry._replace(check=crash, reads=(), message="{actual}") if entry.id == "E05" else entry for entry in rules()
    ]
    monkeypatch.setattr(engine, "rules", lambda: tuple(broken))
    report = check(changed({"total.score": 50}), load())
    assert Skipped("E05", "决算数超过预算数", (), "内部错误") in report.skipped
    assert {"E05", "X03"} <= {entry.rule for entry in report.findings}
    assert "E05" in caplog.text


def test_a_failing_search_for_the_culprit_leaves_the_findings(monkeypatch):
    def fail(*_):
        raise ArithmeticError

    monkeypatch.setattr("workbook.rules.engine.attribute", fail)
    assert [entry.rule for entry in check(changed({"total.score": 50}), load()).findings] == ["X03"]


@pytest.mark.parametrize("arguments", [{"only": ["F99"]}, {"skip": ["没有"]}])
def test_unknown_rules_are_refused(arguments):
    with pytest.raises(SchemeError, match="没有编号为"):
        check(changed({}), load(), **arguments)


def test_a_scheme_that_names_an_unknown_rule_is_refused():
    with pytest.raises(SchemeError, match="Z99"):
        check(changed({}), load().with_severities({"Z99": "停用"}))


def test_a_scheme_of_before_may_name_a_rule_that_went_into_another():
    filing = changed({"total.score": 50})
    assert check(filing, load().with_severities({"I17": "停用"})).findings == check(filing, load()).findings


def test_ids_are_taken_in_any_case():
    assert [entry.rule for entry in check(changed({"total.score": 50}), load(), only=["x03"]).findings] == ["X03"]


def test_rules_off_or_left_out_are_listed():
    filing = changed({"total.score": 50})
    off = check(filing, load().with_severities({"X03": "停用"}))
    assert [entry.words for entry in off.skipped if entry.rule == "X03"] == ["未执行：参数里停用"]
    left = check(filing, load(), skip=["X03"])
    assert [entry.words for entry in left.skipped if entry.rule == "X03"] == ["未执行：本次不用"]
    assert off.findings == left.findings == []


def test_every_rule_either_ran_or_is_listed_once():
    report = check(changed({"total.score": 50}), load().with_severities({"X06": "停用"}), skip=["F01"])
    listed = [entry.rule for entry in report.skipped]
    assert len(listed) == len(set(listed))
    assert {"X06", "F01", "Y01"} <= set(listed)
    assert not set(listed) & {entry.rule for entry in report.findings}


def test_the_order_is_stable():
    changes = {"total.score": 50, "income.total": 612.3, "staff.actual": 38, "signature.date": None}
    first, second = (check(changed(changes), load()).findings for _ in range(2))
    assert first == second
    order = [list(Severity).index(entry.severity) for entry in first if entry.leads]
    assert order == sorted(order)


def test_keys_tell_findings_of_one_rule_apart():
    years = {"2022年度整体支出绩效自评表": 2022, "2021年度基础数据表": 2021}
    findings = check(changed({"years": years}), load(), only=["X07"]).findings
    assert len(findings) == 2
    assert len({entry.key for entry in findings}) == 2


def explained(changes, words, scheme=None):
    """Return the statuses of the findings whose explanation was written for other (or the same) figures."""
    report = check(changed(changes), load())
    known = {entry.key: words for entry in report.findings}
    return [entry.status for entry in apply(report, known, scheme).findings]


def test_an_explanation_stays_while_its_figures_stay():
    before = check(changed({"expenses.project.final": 200}), load(), only=["E05"])
    known = {entry.key: Explanation("追加了省级资金", entry.fingerprint) for entry in before.findings}
    assert [entry.status for entry in apply(before, known).findings] == [EXPLAINED]
    after = check(changed({"expenses.project.final": 210}), load(), only=["E05"])
    again = apply(after, known).findings
    assert [(entry.status, entry.explanation) for entry in again] == [(REVIEW, "追加了省级资金")]


def test_errors_are_explained_away_only_where_the_scheme_says_so():
    changes = {"total.score": 50}
    assert explained(changes, Explanation("系统如此")) == [OPEN]
    assert explained(changes, Explanation("系统如此"), load()) == [OPEN]
    assert explained(changes, Explanation("系统如此"), load().with_values({"explain.errors": "可以"})) == [EXPLAINED]
    assert explained(changes, Explanation("  "), load().with_values({"explain.errors": "可以"})) == [OPEN]


def test_a_review_is_asked_for_until_the_words_change():
    """The figures change once; re-checking alone settles nothing, other words do."""
    only = {"only": ["E05"]}
    first = check(changed({"expenses.project.final": 200}), load(), **only)
    known = {entry.key: Explanation("追加了省级资金", entry.mark) for entry in first.findings}
    later = check(changed({"expenses.project.final": 210}), load(), **only)
    for _ in range(3):
        report = apply(later, known)
        assert [entry.status for entry in report.findings] == [REVIEW]
        known = {entry.key: Explanation(entry.explanation, entry.mark) for entry in report.findings}
    known = {key: Explanation("追加了省级资金（已复核）", given.fingerprint) for key, given in known.items()}
    report = apply(later, known)
    assert [entry.status for entry in report.findings] == [EXPLAINED]
    back = {entry.key: Explanation(entry.explanation, entry.mark) for entry in report.findings}
    assert [entry.status for entry in apply(later, back).findings] == [EXPLAINED]


def test_going_back_to_the_old_figures_settles_a_review():
    first = check(changed({"expenses.project.final": 200}), load(), only=["E05"])
    known = {entry.key: Explanation("追加了省级资金", entry.mark) for entry in first.findings}
    later = apply(check(changed({"expenses.project.final": 210}), load(), only=["E05"]), known)
    known = {entry.key: Explanation(entry.explanation, entry.mark) for entry in later.findings}
    assert [entry.status for entry in apply(first, known).findings] == [EXPLAINED]


def test_a_message_put_better_asks_nobody_to_explain_again():
    (entry,) = check(changed({"expenses.project.final": 200}), load(), only=["E05"]).findings
    assert replace(entry, message=f"经核对，{entry.message}").fingerprint == entry.fingerprint
    assert replace(entry, message=entry.message.replace("200", "201")).fingerprint != entry.fingerprint


def test_last_years_explanation_is_offered_for_the_same_rule_and_cell():
    report = check(changed({"expenses.project.final": 200}), load(), only=["E05"])
    (key,) = (entry.key for entry in report.findings)
    rule, _, place = key.split("|", 2)
    last = {f"{rule}|云麓县 农业技术推广中心|{place}": Explanation("省级专项年中下达")}
    (entry,) = apply(report, {}, load(), last).findings
    assert (entry.explanation, entry.status) == ("", OPEN)
    assert "省级专项年中下达" in entry.suggestion
    (own,) = apply(report, {key: Explanation("自己写的")}, load(), last).findings
    assert "省级专项年中下达" not in own.suggestion


def test_why_rules_had_nothing_to_work_on_is_said_in_one_phrase():
    scheme = load().with_severities({"X03": "停用"})
    report = check(changed({"funds.executed": None}), scheme, skip=["F01"])
    lacking = {entry.rule for entry in report.not_run}
    assert {"F02", "F03", "F05", "M03", "Y01"} <= lacking
    assert not {"X03", "F01"} & lacking
    assert (
        idle_words([report, report])
        == "未附上年自评，未与上年比；未附决算表、预算表、目标表，未与它们核对；表中没有楼堂馆所、资金来源；全年执行数空白，有关的没有核对"
    )
    assert idle_words([]) == ""
    assert verdict(0, 0) == "可报送"


def test_the_headline_counts_errors_and_warnings_first():
    assert headline(3, 2, 9) == "3 处错误、2 处预警（牵出 9 条）：不可报送"
    assert headline(0, 2, 0) == "2 处预警：需说明 2 项"
    assert headline(0, 0, 0) == "没有错误和预警：可报送"


def test_rules_that_did_not_run_are_named_with_why():
    report = check(changed({"funds.executed": None}), load())
    assert all(entry.words.startswith("未执行：") for entry in report.skipped)


@pytest.mark.parametrize(
    "changes",
    [
        {"signature.date": None, "signature.preparer": None, "signature.phone": None},
        {"indicators[12].level2": "生态环境成本指标"},
        {"indicators[5].level2": "数量指标"},
        {"indicators[0].weight": 12, "indicators[0].score": 12, "indicators[1].weight": 4, "indicators[1].score": 3},
        {"indicators[10].actual": "90%"},
        {"funds.executed": 640, "income.other": 21.3, "income.general_public_budget": 600},
    ],
)
def test_what_is_blank_misfiled_or_unusual_alone_never_refuses_a_filing(changes):
    findings = check(changed(changes), load()).findings
    asked = [entry.message for entry in findings if entry.severity is Severity.ERROR and entry.category.value != "文表"]
    assert findings
    # what the change makes wrong besides (sums, rates) is another matter
    assert [words for words in asked if "相加" not in words and "÷" not in words and "表头印的是" not in words] == []


def test_the_bureaus_own_level_goes_before_that_of_a_single_hit():
    filing = changed({"funds.executed": 640})
    (entry,) = check(filing, load(), only=["F05"]).findings
    assert entry.severity is Severity.ERROR
    (entry,) = check(filing, load().with_severities({"F05": "提示"}), only=["F05"]).findings
    assert entry.severity is Severity.INFO


def test_a_hit_that_speaks_of_a_class_is_named_by_the_class():
    (entry,) = check(changed({"blank_classes": ["社会成本指标"]}), load(), only=["I23"]).findings
    assert (entry.location.label, entry.location.path) == ("社会成本指标", "indicators[12].level2")


def test_one_slip_is_said_once():
    """What two rules used to say of one row (扣分没有原因、已达到目标；成本超支、得分不成比例) is one finding."""
    reached = check(changed({"indicators[10].score": 9}), load()).findings
    assert [entry.rule for entry in reached if entry.location.path == "indicators[10].score"] == ["I14"]
    cost = {"indicators[12].level3": "示范项目成本", "indicators[12].actual": "216.72万元", "indicators[12].score": 9}
    found = check(changed({**cost, "indicators[12].reason": "农资涨价"}), load()).findings
    assert [entry.rule for entry in found if entry.location.path.startswith("indicators[12]")] == ["I18"]
    nothing = {"indicators[8].level3": "无", "indicators[8].target": None, "indicators[8].actual": None}
    assert [entry.rule for entry in check(changed(nothing), load()).findings] == ["I31"]
    left_out = {**nothing, "indicators[9].weight": 10, "indicators[9].score": 10}
    assert [entry.rule for entry in check(changed(left_out), load()).findings if entry.rule[0] in "X"] == []
