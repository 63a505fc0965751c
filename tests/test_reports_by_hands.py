"""Reports by hands that had not seen the program: nothing false on clean ones, and no slip found before is lost (tests/reports)."""

import random

import pytest

from tests.reports.documents import docx, edited, reports
from tests.reports.judge import PROSE, clean, judged, table
from tests.reports.mutate import DIRECTION, PRIOR, SWAPPED, TENFOLD, UNIT, bent, outcomes, shares
from tests.reports.relations import Relations, cells, figures, number
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.readers import read
from workbook.rules.engine import check

SETS = list(reports())
BESIDE = 0  # wrong warnings on the set beside the repository
EACH = 6  # figures a report that are bent here; python -m tests.reports.mutate bends more


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(f"报告-{name}")) for name in SETS]
)
def letter(request):
    """Return a set: what belongs to one runs in one process, where its reports are read once."""
    return request.param


@pytest.fixture(scope="module")
def told(letter):
    return judged(letter)


def test_every_set_has_six_reports_with_twelve_slips(letter):
    assert [len(report.slips) for report in reports()[letter]] == [12] * 6
    assert table().keys() == reports().keys()


def test_no_clean_report_has_an_error_in_its_prose(told):
    assert [words for words in told.words if Severity.ERROR.caption in words.split()[1]] == []


def test_no_more_wrong_warnings_on_clean_reports_than_before(letter, told):
    assert told.reached["warnings"] <= table()[letter]["reached"]["warnings"], told.words


def test_what_holds_of_a_clean_report_is_still_said(letter, told):
    holds = {(id, rule) for rule, ids in table()[letter].get("holds", {}).items() for id in ids}
    assert {(id, finding.rule) for id, finding in told.holding} == holds


def test_no_fewer_slips_are_found_than_before(letter, told):
    assert told.planted == 72
    assert told.found >= table()[letter]["reached"]["slips"], told.missed


def test_no_report_is_left_unread_that_was_read_before(letter, told):
    assert len(told.unread) <= table()[letter]["reached"]["unread"], told.unread


def test_figures_bent_are_found_as_before(letter):
    sample = [one for report in reports()[letter] for one in outcomes(report, EACH)]
    found, stands, _, _ = shares(sample)
    assert stands >= 10
    missed = [f"{one.report} {one.way}：{one.words}" for one in sample if one.relation and not one.found]
    assert found / stands >= table()[letter]["reached"]["bent"], missed


def test_the_set_that_lies_beside_the_repository_has_no_error_either(seeds):
    """Its reports are not ours to keep: read where they lie, skipped (and said so) where they do not."""
    files = sorted((seeds.parent / "reports" / "docx").glob("*_clean.docx"))
    if not files:
        pytest.skip("没有 ../shared/reports，跳过")
    findings = [
        (file.stem, entry)
        for file in files
        for entry in check(read(file)[0], load(), only=PROSE).findings
        if entry.rule != "D13"
    ]
    wrong = [f"{name} {entry.rule} {entry.message}" for name, entry in findings if entry.severity is not Severity.INFO]
    assert [f"{name} {entry.message}" for name, entry in findings if entry.severity is Severity.ERROR] == []
    assert len(wrong) <= BESIDE, wrong


TEXT = [
    "全年支出132.50万元，比上年118.64万元增加13.86万元，增长11.68%，其中培训64.25万元、宣传68.25万元。",
    "村级防疫员126人，每人4200元，计52.92万元。另有赞助37.19万元。",
]


def relation(words, tables=()):
    own = figures(TEXT)
    return Relations(own, cells(tables)).of(next(one for one in own if one.number == words))


@pytest.mark.parametrize(
    ("words", "name"),
    [("13.86", "和差"), ("11.68", "商"), ("64.25", "和差"), ("52.92", "积"), ("126", "积"), ("37.19", "")],
)
def test_a_relation_is_told_by_arithmetic(words, name):
    assert relation(words) == name


def test_a_figure_that_a_table_has_stands_in_a_relation():
    assert relation("37.19", ["37.19"]) == "表"
    assert relation("11.68", ["11.68"]) == "商"  # a rate is no amount
    assert number("1,234.50", "元").value == pytest.approx(0.12345)


@pytest.mark.parametrize(
    ("words", "way", "expected"),
    [
        ("132.50", UNIT, "支出132.50元，"),
        ("132.50", PRIOR, "支出118.64万元，"),
        ("132.50", TENFOLD, "支出1325.0万元，"),
        ("11.68", DIRECTION, "下降11.68%"),
        ("13.86", DIRECTION, "减少13.86万元"),
        ("64.25", DIRECTION, None),
        ("126", PRIOR, None),
        ("4200", UNIT, "每人4200万元"),
    ],
)
def test_a_figure_is_bent_in_one_way(words, way, expected):
    own = figures(TEXT)
    figure = next(one for one in own if one.number == words)
    new = bent(TEXT[figure.paragraph], figure, way, own, random.Random(1))
    assert new is None if expected is None else expected in new


def test_swapped_digits_are_the_same_digits():
    own = figures(TEXT)
    for seed in range(20):
        new = bent(TEXT[0], own[0], SWAPPED, own, random.Random(seed))
        assert new != TEXT[0]
        assert sorted(new) == sorted(TEXT[0])


def test_a_slip_that_does_not_fit_its_report_is_refused():
    blocks = ["全年支出12万元。", [[("项目", 1), ("支出", 2)], [(None, 1), ("12", 2)]]]
    assert edited(blocks, ["p", "12万元", "21万元"])[0] == "全年支出21万元。"
    assert edited(blocks, ["t", 0, "12", "12", "21"])[1][1] == [(None, 1), ("21", 2)]
    assert edited(blocks, ["p-", "支出"])[0] == blocks[1]
    for edit in (
        ["p", "13万元", "31万元"],
        ["t", 0, "公用", "12", "21"],
        ["t", 0, "12", "13", "31"],
        ["c", "支出和", ""],
    ):
        with pytest.raises(ValueError, match=r"\["):
            edited(blocks, edit)


def test_a_report_becomes_a_word_file_with_its_cells_merged(tmp_path):
    report = reports()["b"][0]
    (filing,) = read(docx(report.blocks, tmp_path / "自评.docx"))
    assert (filing.unit, filing.year, filing.form) == (report.unit, report.year, "l1")
    assert len(filing.indicators) == 10
    assert filing.indicators[1].level2 == "数量指标"
    assert clean(report.id)[0].narrative == filing.narrative
