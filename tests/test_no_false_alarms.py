"""What is right raises nothing: filings in which every identity holds, however they are written."""

from hypothesis import HealthCheck, given, settings

from tests.strategies import clean_filings
from workbook.demo import DEPARTMENTS, compose
from workbook.model.findings import Severity
from workbook.model.scheme import load, names
from workbook.rules.engine import check

# true of the filing whatever its figures are: nearly full marks, more staff than posts
TRUE = {"I21", "S02"}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clean_filings())
def test_a_clean_filing_raises_no_error_and_no_warning(filing):
    found = [entry for entry in check(filing, load()).findings if entry.severity is not Severity.INFO]
    assert [entry.message for entry in found if entry.rule not in TRUE] == []


def test_the_sample_departments_are_clean_before_they_are_spoilt():
    for department in DEPARTMENTS:
        found = check(compose(department), load()).findings
        assert [e.message for e in found if e.severity is not Severity.INFO and e.rule not in TRUE] == []


def test_another_scheme_finds_nothing_but_its_own_weights():
    """A clean filing under any preset: what is found speaks of the points, not of the figures."""
    for name in names():
        for department in DEPARTMENTS[:3]:
            found = check(compose(department), load(name)).findings
            rules = {entry.rule for entry in found if entry.severity is not Severity.INFO} - TRUE
            assert rules <= {"F02", "F12", "X11", "X01", "I28", "I13"}, (name, rules)
