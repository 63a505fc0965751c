"""Whole reports in the manner of ten departments, all of whose figures agree: no rule on the prose finds anything."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from workbook.fields import field_of
from workbook.filing import Filing
from workbook.narrative import read
from workbook.rules.prose_marks import RIGHT, marks
from workbook.rules.registry import check, rules
from workbook.scheme import load

REPORTS = sorted((Path(__file__).parent / "cases" / "reports").glob("*.yaml"))
PROSE = [rule.id for rule in rules() if rule.subject == "narrative"]


def filing_of(path):
    """Return the filing that a case describes: fields of the sheets, project rows (name, budget, final) and the text."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    filing = Filing(unit=path.stem)
    rows = {}
    for index, row in enumerate(data.get("projects", ())):
        rows |= {
            f"project_lines[{index}].{name}": value
            for name, value in zip(("name", "budget", "final"), row, strict=True)
        }
    for place, value in (data["fields"] | rows).items():
        number = field_of(place).is_number and place != "year"
        filing.set(place, Decimal(str(value)) if number else value)
    filing.narrative = [line.strip() for line in data["text"].splitlines() if line.strip()]
    return filing


def prose_findings(filing):
    """Return what the rules on the prose find."""
    return check(filing, load(), only=PROSE).findings


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_nothing_false_arises(path):
    expected = yaml.safe_load(path.read_text(encoding="utf-8")).get("finds", [])
    found = prose_findings(filing_of(path))
    assert [entry.rule for entry in found] == expected, [entry.message for entry in found]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_the_figures_of_the_sheets_are_recognised(path):
    """A report in which nothing is found because nothing is read would prove nothing."""
    filing = filing_of(path)
    assert len(read(filing.narrative).amounts) >= 5
    assert sum(mark.state == RIGHT for mark in marks(filing, [])) >= 5


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_slip_in_any_recognised_amount_is_found(path):
    """Every amount that agrees with a cell is seen once its cell is another."""
    filing = filing_of(path)
    seen = {mark.path for mark in marks(filing, []) if mark.path.startswith(("expenses.", "funds.", "project_lines"))}
    blind = []
    for place in sorted(seen - {"funds.execution_rate"}):
        value = filing.get(place)
        filing.set(place, value + max(Decimal("1.37"), value / 7))
        if not any(place in (entry.location.path, *entry.related) for entry in prose_findings(filing)):
            blind.append(place)
        filing.set(place, value)
    assert blind == []
