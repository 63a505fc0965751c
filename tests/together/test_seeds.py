"""All rules over the published reports: what was found by hand is found, and what is right raises no error."""

import pytest

from workbook.findings import Severity
from workbook.readers import read
from workbook.rules.registry import check
from workbook.scheme import load

# report, rule, words that the message must hold
FOUND = [
    ("000", "G01", ["一字不差"]),
    ("000", "E05", ["280.4", "202.52", "138.46%"]),
    ("000", "I18", ["547.4", "438.44", "124.85%"]),
    ("000", "I16", ["3次", "2次", "1.33", "1"]),
    ("000", "I15", ["≥90%", "90%", "9", "10"]),
    ("001", "F02", ["9.8", "9.9"]),
    ("001", "I16", ["40", "33", "8.25", "8"]),
    ("001", "I14", ["90%", "98%", "1"]),
    ("001", "I12", ["66.7%", "166.75%"]),
    ("001", "E08", ["88.26", "2.2", "4011.82%"]),
    ("001", "I18", ["311.22", "262.07", "118.75%"]),
    ("002", "F01", ["99.17%", "2627.3", "2649.39", "年初预算数", "99.96%"]),
    ("002", "F06", ["2623.42", "2628.42"]),
    ("002", "I22", ["1120.78", "1124.66"]),
    ("002", "I02", ["7.5", "8"]),
    ("002", "I10", ["增长10%", "稍有增长"]),
    ("002", "I13", ["5840", "1168%"]),
    ("002", "I13", ["401", "200.5%"]),
    ("002", "I07", ["金额", "生态环境成本指标"]),
    ("002", "I16", ["85%", "4.72", "4"]),
]


@pytest.mark.parametrize(("report", "rule", "words"), FOUND)
def test_found_by_hand_and_by_rule(seeds, report, rule, words):
    findings = check(read(seeds / f"{report}.docx")[0], load()).findings
    messages = [entry.message for entry in findings if entry.rule == rule]
    assert any(all(word in message for word in words) for message in messages), messages


ERRORS = {
    "000": ["I07", "I07"],
    "001": ["I14", "X05"],
    "002": ["F01", "F06", "I02", "I02", "I07", "I22", "X05"],
}


@pytest.mark.parametrize("report", ERRORS)
def test_no_other_errors(seeds, report):
    findings = check(read(seeds / f"{report}.docx")[0], load()).findings
    assert sorted(entry.rule for entry in findings if entry.severity is Severity.ERROR) == ERRORS[report]


def test_every_finding_of_a_cell_says_where_it_is(seeds):
    for report in ERRORS:
        for entry in check(read(seeds / f"{report}.docx")[0], load()).findings:
            assert entry.location.path
            assert entry.location.cell or entry.actual in ("空白", ""), entry
