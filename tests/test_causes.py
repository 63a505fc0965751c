"""One finding a cause: what speaks of the same slip comes as one card, with its cause first; no report has more than a reader takes in."""

import json
from pathlib import Path

import pytest

from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, as_handed_in
from workbook.model.filing import Explanation
from workbook.model.findings import Card, Category, Finding, Location, Report, Severity, cards, to_json
from workbook.model.scheme import load
from workbook.rules.causes import grouped
from workbook.rules.engine import check
from workbook.rules.examples import changed
from workbook.rules.explanations import EXPLAINED, apply
from workbook.rules.registry import rules

MOST = 25
LINE = 50  # characters; a message takes at most two lines
REPORTS = Path(__file__).parents[2] / "shared" / "reports" / "docx"


def codes(changes, **more) -> list[str]:
    return [card.codes for card in Report("", check(changed(changes), load(), **more).findings).cards]


def made(rule: str, path: str = "", **more) -> Finding:
    severity = more.pop("severity", Severity.WARNING)
    place = Location(path=path, paragraph=more.pop("paragraph", None), quote=more.pop("quote", ""))
    return Finding(rule, severity, Category.WITHIN, "某所", place, more.pop("message", rule), **more)


def groups(*findings: Finding) -> list[list[str]]:
    return [[entry.rule for entry in card.all] for card in cards(grouped(findings))]


def test_one_wrong_total_that_breaks_several_sums_is_one_card():
    assert codes({"income.total": 612.3}) == ["F06、F08"]


def test_points_that_do_not_add_up_are_one_card():
    held = codes({"indicators[0].weight": 12, "indicators[0].score": 12})
    assert len([entry for entry in held if "X01" in entry or "X02" in entry or "X04" in entry]) == 1


def test_a_figure_held_for_wrong_by_table_and_prose_is_one_card():
    filing = changed({"expenses.three_public.final": 9.65})
    (card,) = [card for card in Report("", check(filing, load()).findings).cards if "E01" in card.codes]
    assert "N01" in card.codes


def test_the_same_slip_repeated_is_one_card_with_its_places():
    blank = {f"indicators[{row}].actual": None for row in (0, 1, 2)}
    findings = check(changed(blank), load(), only=["I02"]).findings
    (card,) = cards(findings)
    assert (card.leader.rule, len(card.others)) == ("I02", 2)
    assert all(line.startswith("同样的还有：") for line in card.consequences())


def test_two_slips_of_one_rule_that_are_no_repetition_stay_apart():
    one, other = (
        made("E01", f"expenses.{name}.final", actual=str(value), expected="9") for name, value in (("a", 1), ("b", 2))
    )
    assert groups(one, other) == [["E01"], ["E01"]]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (made("N01", "a.b", actual="1", expected="2"), made("E01", "a.b", actual="1", expected="3"), True),
        (made("N01", "a.b", actual="1", expected="2"), made("E05", "a.b", actual="1"), False),
        (
            made("N01", "a", actual="1120.78", expected="1124.66"),
            made("I22", "b", actual="1120.78", expected="1124.66"),
            True,
        ),
        (made("N01", "a", actual="9", expected="10"), made("I22", "b", actual="9", expected="10"), False),
        (made("N01", "a", difference="-3.88"), made("N02", "", difference="3.88"), True),
        (made("N01", "a", difference="5"), made("N02", "", difference="5"), False),
        (made("N06", paragraph=3, quote="执行率97%"), made("N13", paragraph=3, quote="预算执行率97%"), True),
        (made("N06", paragraph=3, quote="执行率97%"), made("N13", paragraph=4, quote="执行率97%"), False),
        (
            made("N01", paragraph=3, quote="支出5万元"),
            made("N02", paragraph=9, quote="甲", message="第3段「支出5万元」与第9段「甲」"),
            True,
        ),
        (made("I18", "indicators[3].score"), made("I27", "indicators[3].reason"), True),
        (made("I18", "indicators[3].score"), made("I27", "indicators[4].reason"), False),
    ],
)
def test_what_belongs_together(one, other, together):
    assert (len(groups(one, other)) == 1) is together


def test_the_heaviest_leads_and_the_card_counts_once():
    card = Card(made("A", severity=Severity.ERROR), (made("B"), made("C")))
    held = [made(entry.rule, severity=entry.severity, group="k") for entry in card.all]
    report = Report("某所", held)
    assert report.counts == (1, 0, 2)
    assert report.verdict == "不可报送"
    assert report.headline == "1 处错误（牵出 2 条）：不可报送"


def test_a_card_stands_open_as_long_as_anything_in_it_does():
    findings = check(changed({f"indicators[{row}].actual": "健全" for row in (0, 1)}), load(), only=["I10"]).findings
    report = Report("", findings)
    assert report.counts == (0, 1, 1)
    half = Report("", [findings[0].explained("已核", EXPLAINED), findings[1]])
    assert half.count(Severity.WARNING) == 1
    assert Report("", [entry.explained("已核", EXPLAINED) for entry in findings]).counts == (0, 0, 0)


def test_a_card_whose_leader_is_explained_is_led_by_what_stands_open():
    report = check(changed({f"indicators[{row}].actual": "健全" for row in (0, 1)}), load(), only=["I10"])
    leader, other = report.findings
    known = {leader.key: Explanation("已核", leader.mark)}
    first, second = apply(report, known).findings
    assert (first.key, first.leads, second.key, second.leads) == (other.key, True, leader.key, False)
    assert apply(report, known).counts == (0, 1, 1)


def test_no_finding_is_lost_and_leaders_come_first():
    findings = check(changed({"income.total": 612.3, "total.score": 50, "staff.actual": 38}), load()).findings
    again = grouped(findings)
    assert sorted(entry.key for entry in again) == sorted(entry.key for entry in findings)
    seen: set[str] = set()
    for entry in findings:
        assert not entry.group or entry.leads or entry.group in seen
        seen.add(entry.key)


def test_json_gives_the_group_to_all_of_one_cause_the_leader_first():
    said = [to_json(entry) for entry in check(changed({"income.total": 612.3}), load()).findings]
    assert said[0]["group"] == said[1]["group"] is not None
    json.dumps(said, ensure_ascii=False)


def test_rules_named_in_families_exist():
    from workbook.rules import causes

    known = {entry.id for entry in rules()}
    named = causes.REPEATED | {name for _, names in causes.FAMILIES for name in names}
    assert named <= known


def reports(seeds):
    for path in sorted([*seeds.glob("*.docx"), *REPORTS.glob("*.docx")]):
        yield from ((path.name, entry.report) for entry in actions.check([path]).checked)
    for department in DEPARTMENTS:
        yield department.unit, actions.check_filing(as_handed_in(department), load(), Path("x.docx")).report


def test_no_report_has_more_cards_than_a_reader_takes_in(seeds):
    held = {name: len(report.cards) for name, report in reports(seeds)}
    assert len(held) > 4
    assert {name: count for name, count in held.items() if count > MOST} == {}


def test_messages_and_places_are_short_and_know_no_rows_of_word_tables(seeds):
    for name, report in reports(seeds):
        for entry in report.findings:
            place = entry.location.shown
            assert place, (name, entry.rule)
            assert "列" not in place, (name, place)
            assert len(place) <= LINE, (name, place)
            # those on figures of the prose quote several sums
            assert len(entry.message) <= (2 if entry.rule[0] != "N" else 3) * LINE, (name, entry.rule, entry.message)
            assert len(entry.suggestion) <= 1.2 * LINE, (name, entry.rule, entry.suggestion)


def test_places_are_those_of_the_form():
    filing = changed({"indicators[7].score": 1, "expenses.three_public.final": 99, "funds.executed": 640})
    filing.form = "l1"
    filing.narrative = ["六、资金使用及绩效情况", "实际支出72.04元。"]
    from workbook.checking.places import place_words

    assert place_words(filing, "indicators[7].score") == f"附件3 绩效指标第8行「{filing.indicators[7].level3}」得分"
    assert place_words(filing, "expenses.three_public.final") == "附件2 三公经费本年决算数"
    assert place_words(filing, "funds.executed") == "附件3 全年执行数"
    assert place_words(filing, "", "", 2, "实际支出72.04元") == "正文“六、资金使用及绩效情况”第2段「实际支出72.04元」"
    assert place_words(filing, "indicators[12].level2", "社会成本指标") == "附件3 绩效指标社会成本指标"
    filing.form = "l5"
    assert place_words(filing, "funds.executed") == "项目支出绩效自评表 全年执行数"


def test_names_beyond_measure_are_cut_in_messages():
    (entry, *_) = check(
        changed({"indicators[0].level3": "很长" * 40, "indicators[0].actual": None}), load(), only=["I02"]
    ).findings
    assert len(entry.message) < 60
