"""Two schemes over the same filings: whose verdict would change, and by which rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbook.filing import Filing
from workbook.findings import Finding, Severity
from workbook.rules.registry import check
from workbook.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Changed:
    """One department under two schemes: both verdicts, and the rules that find more or less (ids, + gained, − lost)."""

    unit: str
    before: str
    after: str
    rules: tuple[str, ...]


def changed_verdicts(filings: Iterable[Filing], before: Scheme, after: Scheme) -> list[Changed]:
    """Return the departments whose verdict is another under the second scheme, in the order given."""
    out = []
    for filing in filings:
        first, second = check(filing, before), check(filing, after)
        if first.verdict != second.verdict:
            one, other = _weighty(first.findings), _weighty(second.findings)
            rules = [f"＋{rule}" for rule, _ in other - one] + [f"－{rule}" for rule, _ in one - other]
            out.append(Changed(filing.unit or "", first.verdict, second.verdict, tuple(sorted(set(rules)))))
    return out


def _weighty(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """Return rule and place-with-severity of what decides a verdict (提示 does not)."""
    return {(entry.rule, f"{entry.key}{entry.severity}") for entry in findings if entry.severity is not Severity.INFO}
