"""Whole reports in the manner of ten departments, all of whose figures agree: no rule on the prose finds anything."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from workbook.derive import derive
from workbook.model.fields import field_of
from workbook.model.figure_lines import RIGHT
from workbook.model.filing import Filing
from workbook.model.scheme import load
from workbook.rules.engine import check
from workbook.rules.prose_marks import marks
from workbook.rules.registry import rules

REPORTS = sorted((Path(__file__).parent / "cases" / "reports").glob("*.yaml"))
PROSE = [rule.id for rule in rules() if rule.subject == "prose.figures"]


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


def marked(filing):
    """Return the marks of a filing's figures before anything is found."""
    return marks(filing, [], load(), derive(filing, load()))


def prose_findings(filing):
    """Return what the rules on the figures of the prose find."""
    return check(filing, load(), only=PROSE).findings


# what is found falsely as yet, with why; once it is not, the line goes
FALSE: dict[str, str] = {}


def _known(path):
    reason = FALSE.get(path.stem)
    return pytest.param(path, id=path.stem, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [])


@pytest.mark.parametrize("path", [_known(path) for path in REPORTS])
def test_nothing_false_arises(path):
    found = prose_findings(filing_of(path))
    assert [entry.message for entry in found] == []


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_the_figures_of_the_sheets_are_recognised(path):
    """A report in which nothing is found because nothing is read would prove nothing."""
    filing = filing_of(path)
    assert sum(mark.state == RIGHT for mark in marked(filing)) >= 5


def slipped(value):
    """Return an amount with its first two unlike neighbouring digits swapped, or a wrong first digit where it has none."""
    words = str(value)
    at = [n for n, char in enumerate(words) if char.isdigit()]
    for a, b in pairwise(at):
        if words[a] != words[b] and (a or words[b] != "0"):
            return Decimal(words[:a] + words[b] + words[a + 1 : b] + words[a] + words[b + 1 :])
    return value + Decimal(1).scaleb(value.adjusted())


def test_a_slip_in_a_recognised_amount_is_found():
    """Amounts that agree with a cell are seen once two digits of the cell are swapped: most of them, for few digits prove little."""
    seen, blind = 0, []
    for path in REPORTS:
        filing = filing_of(path)
        before = {entry.message for entry in prose_findings(filing)}
        own = {mark.path for mark in marked(filing) if mark.path.startswith(("expenses.", "funds.", "project_lines"))}
        for place in sorted(own - {"funds.execution_rate"}):
            value = filing.get(place)
            filing.set(place, slipped(value))
            new = [entry for entry in prose_findings(filing) if entry.message not in before]
            seen += 1
            if not any(place in (entry.location.path, *entry.related) for entry in new):
                blind.append(f"{path.stem} {place} {value}")
            filing.set(place, value)
    assert seen >= 70
    assert len(blind) <= seen * 0.22, blind
