"""出错说明: what the clerk wrote beside a finding stays with it as long as the figures it speaks of stay the same."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from workbook.findings import Finding, Report, Severity
from workbook.scheme import Scheme

EXPLAINED, REVIEW, OPEN = "已说明", "需复核", "待处理"
MAY_EXPLAIN_ERRORS = "explain.errors"


class Explained(Protocol):
    """An explanation as it stands in 校验结果, with the fingerprint of the figures it was written for."""

    @property
    def text(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


def apply(report: Report, known: Mapping[str, Explained], scheme: Scheme | None = None) -> Report:
    """Return the report with the explanations given before, by the findings' keys.

    A warning whose figures are unchanged is 已说明; where they changed it is 需复核. An error keeps the words but stays
    open (基本性: what must be right cannot be explained away) unless the scheme's `explain.errors` is 可以.
    """
    errors_too = scheme is not None and scheme.text(MAY_EXPLAIN_ERRORS) == "可以"
    findings = [_applied(finding, known.get(finding.key), errors_too) for finding in report.findings]
    return replace(report, findings=findings)


def _applied(finding: Finding, given: Explained | None, errors_too: bool) -> Finding:
    if given is None or not given.text.strip():
        return finding.explained("", "" if finding.severity is Severity.INFO else OPEN)
    if finding.severity is Severity.ERROR and not errors_too:
        return finding.explained(given.text, OPEN)
    same = not given.fingerprint or given.fingerprint == finding.fingerprint
    return finding.explained(given.text, EXPLAINED if same else REVIEW)
