"""Two schemes held together: what differs between them, and over the same filings whose verdict would change."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbook.model.filing import Filing
from workbook.model.findings import Finding, Severity
from workbook.model.scheme import Scheme, written
from workbook.rules.engine import check
from workbook.rules.local import rules_of
from workbook.rules.registry import Rule, rules


@dataclass(frozen=True, slots=True)
class Changed:
    """One department under two schemes: both verdicts, and the rules that find more or less (ids, + gained, − lost)."""

    unit: str
    before: str
    after: str
    rules: tuple[str, ...]


def differences(before: Scheme, after: Scheme) -> list[tuple[str, str, str, str]]:
    """Return what differs between two schemes in Chinese: (title, key or rule id, value before, value after)."""
    out = []
    for key, entry in {**after.parameters, **before.parameters}.items():
        one, other = (
            written(scheme.parameters[key].value) if key in scheme.parameters else "没有这一项"
            for scheme in (before, after)
        )
        if one != other:
            out.append((f"参数：{entry.title}", key, one, other))
    for rule in {entry.id: entry for scheme in (before, after) for entry in rules_of(scheme)}.values():
        one, other = (_level(rule, scheme) for scheme in (before, after))
        if one != other:
            out.append((f"规则级别：{rule.title}", rule.id, one, other))
    return out


def _level(rule: Rule, scheme: Scheme) -> str:
    own = {entry.id: entry for entry in scheme.local}
    if rule.id not in own and rule.id not in {entry.id for entry in rules()}:
        return "没有这一条"
    severity = scheme.severity(rule.id, own[rule.id].severity if rule.id in own else rule.severity)
    return "停用" if severity is None else severity.caption


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
