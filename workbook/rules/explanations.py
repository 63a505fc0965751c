"""出错说明: what the clerk wrote beside a finding stays with it as long as the figures it speaks of stay the same."""

from collections.abc import Mapping
from dataclasses import replace

from workbook.model.filing import Explanation
from workbook.model.findings import EXPLAINED, Finding, Report, Severity, digest, led_anew
from workbook.model.scheme import Scheme

REVIEW, OPEN = "需复核", "待处理"
MAY_EXPLAIN_ERRORS = "explain.errors"
NOTHING: Mapping[str, Explanation] = {}


def apply(
    report: Report,
    known: Mapping[str, Explanation],
    scheme: Scheme | None = None,
    last_year: Mapping[str, Explanation] = NOTHING,
) -> Report:
    """Return the report with the explanations given before, by the findings' keys.

    A warning whose figures are unchanged is 已说明; where they changed it is 需复核, until the clerk changes the words.
    An error keeps the words but stays open (基本性: what must be right cannot be explained away) unless the scheme's
    `explain.errors` is 可以. What was written last year for the same rule and cell is offered in the suggestion.
    """
    before = {_place(key): given for key, given in last_year.items()}
    errors_too = scheme is not None and scheme.text(MAY_EXPLAIN_ERRORS) == "可以"
    findings = [_offered(_applied(finding, known.get(finding.key), errors_too), before) for finding in report.findings]
    return replace(report, findings=led_anew(findings))


def _applied(finding: Finding, given: Explanation | None, errors_too: bool) -> Finding:
    if given is None or not given.text.strip():
        return finding.explained("", "" if finding.severity is Severity.INFO else OPEN)
    written_for = _written_for(given)
    changed = written_for if written_for not in ("", finding.fingerprint) else ""
    if finding.severity is Severity.ERROR and not errors_too:
        return finding.explained(given.text, OPEN, changed)
    return finding.explained(given.text, REVIEW if changed else EXPLAINED, changed)


def _written_for(given: Explanation) -> str:
    """Return the fingerprint an explanation was written for: the one shown last, unless it still asks for a review."""
    shown, _, rest = given.fingerprint.partition(":")
    before, _, words = rest.partition(":")
    return before if before and words == digest(given.text) else shown


def _place(key: str) -> str:
    """Return the rule and the cell of a key, without the department: last year's file may space its name otherwise."""
    rule, _, rest = key.partition("|")
    return f"{rule}|{rest.partition('|')[2]}"


def _offered(finding: Finding, last_year: Mapping[str, Explanation]) -> Finding:
    before = last_year.get(_place(finding.key))
    if before is None or finding.explanation or not before.text.strip():
        return finding
    return replace(
        finding, suggestion=f"{finding.suggestion}；上年的出错说明：“{before.text.strip()}”，仍适用的可以照填"
    )
