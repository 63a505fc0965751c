"""Every rule against its own table of cases: small changes to the one clean filing, with what must be found."""

import json
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from workbook.fields import field_of
from workbook.filing import Expense, Filing, from_json
from workbook.findings import Severity
from workbook.rules.registry import check, rules
from workbook.scheme import load

FOLDER = Path(str(resources.files("workbook.rules")))
LISTS = ("indicators", "buildings", "project_lines")
NOT_ALL_AT_ONCE = {"E06"}


def clean() -> Filing:
    """Return the one clean filing."""
    return from_json(json.loads((FOLDER / "clean.json").read_text(encoding="utf-8")))


def changed(changes: dict[str, Any]) -> Filing:
    """Return the clean filing with changes laid over it."""
    filing = clean()
    for path, value in changes.items():
        if path in LISTS:
            setattr(filing, path, getattr(from_json({path: value}), path))
        elif path in ("narrative", "years", "blank_classes"):
            setattr(filing, path, value)
        elif path == "class_weights":
            filing.class_weights = {name: Decimal(str(points)) for name, points in value.items()}
        elif path == "expenses":
            filing.expenses = {k: row if k == "project" else Expense() for k, row in filing.expenses.items()}
            filing.expenses["project"].final = filing.expenses["project"].prior_final
        elif value is not None and field_of(path).is_number and isinstance(value, str):
            filing.set(path, None)
            filing.unread[path] = value
        else:
            number = value is not None and field_of(path).is_number
            filing.set(path, Decimal(str(value)) if number else value)
    return filing


def cases() -> list[Any]:
    """Return every case of every rule, named by rule and case."""
    out = []
    for path in sorted(FOLDER.glob("*.cases.yaml")):
        for rule, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            out += [pytest.param(rule, entry, id=f"{rule}-{entry['name']}") for entry in entries]
    return out


@pytest.mark.parametrize(("rule", "case"), cases())
def test_case(rule, case):
    filing = changed(case["change"])
    filing.prior = changed(case["prior"]) if "prior" in case else None
    report = check(filing, load().with_values(case.get("scheme", {})), only=[rule])
    found = [entry.location.path or f"正文{entry.location.paragraph}" for entry in report.findings]
    assert found == case["finds"], [entry.message for entry in report.findings]
    for entry in report.findings:
        assert entry.rule == rule
        assert entry.message
        assert "{" not in entry.message + entry.suggestion
    if "expected" in case:
        assert report.findings[0].expected == case["expected"]


def test_every_rule_has_cases_both_ways():
    both: dict[str, set[bool]] = {entry.id: set() for entry in rules()}
    for case in cases():
        rule, entry = case.values
        assert rule in both, f"没有规则 {rule}"
        both[rule].add(bool(entry["finds"]))
    assert [rule for rule, kinds in both.items() if kinds != {True, False}] == []


def test_the_clean_filing_is_clean():
    report = check(clean(), load())
    assert [entry.message for entry in report.findings] == []
    assert report.verdict == "可报送"


@pytest.mark.parametrize("rule", rules(), ids=lambda entry: entry.id)
def test_promises_of_every_rule(rule):
    assert rule.source
    assert rule.suggestion
    assert rule.title
    assert rule.description.endswith("。")
    assert isinstance(rule.severity, Severity)
    for key in rule.parameters:
        assert key in load().parameters, key


def test_nothing_is_silent():
    """A rule either ran or is named as skipped with what it lacks."""
    report = check(Filing(), load())
    skipped = {entry.rule for entry in report.skipped}
    needing = {entry.id for entry in rules() if entry.reads}
    assert skipped == needing
    assert all(entry.words.startswith("未执行：缺") for entry in report.skipped)
