"""The engine: runs all rules over one filing.

It stamps id and severity, fills the templates, finds the cell of each hit, and says which rules could not run and why.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from workbook.derive import Derived, derive, execution_base_path
from workbook.model.fields import field_of
from workbook.model.figures import curbed, plain, round_half_up, show, shown
from workbook.model.filing import Filing
from workbook.model.findings import (
    BESIDE,
    BROKEN,
    LEFT_OUT,
    NOT_ASKED,
    OFF,
    PEERS,
    PRIOR,
    PROSE,
    ROW_LABELS,
    Finding,
    Location,
    Report,
    Severity,
    Skipped,
    in_order,
)
from workbook.model.scheme import Scheme, SchemeError
from workbook.process import named
from workbook.rules.causes import grouped
from workbook.rules.culprit import attribute
from workbook.rules.registry import EXECUTION_BASE, Hit, Rule, rules


def check(
    filing: Filing,
    scheme: Scheme,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    derived: Derived | None = None,
) -> Report:
    """Run every rule over the filing and return its findings, errors first, and the rules that did not run, with why.

    `only` and `skip` are rule ids, `derived` what was derived of the filing, where the caller has it. A rule that
    crashes stops no other: it is named as 未执行：内部错误, what it found before stays, and the crash is logged. Raise
    SchemeError on an id that no rule bears, here or in the scheme.
    """
    report = Report(filing.unit or "")
    entries = (*rules(), *_local(scheme))
    known = {entry.id for entry in entries}
    wanted, unwanted = _known(only, known), _known(skip, known)
    _known(scheme.severities, known)
    result = derived or derive(filing, scheme)
    for entry in entries:
        if not wanted or entry.id in wanted:
            _run(entry, filing, scheme, result, report, entry.id in unwanted)
    report.findings = _attributed(filing, report.findings, scheme, result)
    report.findings = in_order(_as_cards(report.findings))
    return report


# rules that went into another one: a scheme or a master of before may still name them
RETIRED = frozenset({"I17", "N09", "N10", "N11", "N15"})


def _local(scheme: Scheme) -> tuple[Rule, ...]:
    """Return the bureau's own rules; most schemes have none, and need not load what reads them."""
    if not scheme.local:
        return ()
    own: tuple[Rule, ...] = named("workbook.rules.local:rules_of")(scheme)
    return own[len(rules()) :]


def _known(ids: Iterable[str], known: set[str]) -> set[str]:
    """Return rule ids in capitals; raise SchemeError where no rule bears one."""
    out = {id.strip().upper() for id in ids}
    if strange := sorted(out - known - RETIRED):
        raise SchemeError(f"没有编号为「{'、'.join(strange)}」的规则，请照「规则说明」改正")
    return out


def _run(entry: Rule, filing: Filing, scheme: Scheme, derived: Derived, report: Report, left_out: bool) -> None:
    severity = scheme.severity(entry.id, entry.severity)
    if severity is None or left_out:
        report.skipped.append(Skipped(entry.id, entry.title, (), LEFT_OUT if left_out else OFF))
        return
    base = execution_base_path(scheme)
    reads = (base if path == EXECUTION_BASE else path for path in entry.reads)
    missing = (*_missing(filing, reads), *_not_asked(filing, entry.asks))
    if missing:
        report.skipped.append(Skipped(entry.id, entry.title, missing))
        return
    try:
        handed = (derived,) if entry.derived else ()
        for hit in entry.check(filing, scheme, *handed):
            if not hit.path or filing.asks(hit.path):  # nobody can put right a cell that the form does not have
                own = None if entry.id in scheme.severities else hit.severity
                report.findings.append(_finding(filing, entry, hit, own or severity))
    except Exception:
        _crashed(f"规则 {entry.id} 出错")
        report.skipped.append(Skipped(entry.id, entry.title, (), BROKEN))


def _crashed(what: str) -> None:
    """Write the exception at hand into the log, for whoever mends it."""
    named("logging").getLogger(__name__).exception(what)


def _attributed(filing: Filing, findings: list[Finding], scheme: Scheme, derived: Derived) -> list[Finding]:
    """Return the findings with their likeliest culprits; as they are where that search fails (it only adds words)."""
    try:
        return attribute(filing, findings, scheme, derived)
    except Exception:
        _crashed("查找可能出错的一处时出错")
        return findings


def _as_cards(findings: list[Finding]) -> list[Finding]:
    """Return the findings, those of one cause under one leader; as they are where that fails (nothing is lost by it)."""
    try:
        return grouped(findings)
    except Exception:
        _crashed("把同一处的问题归在一起时出错")
        return findings


def _not_asked(filing: Filing, paths: Iterable[str]) -> Iterator[str]:
    return (f"{field_of(path).label}{NOT_ASKED}" for path in paths if not filing.asks(path))


def _missing(filing: Filing, reads: Iterable[str]) -> Iterator[str]:
    for path in reads:
        if "[]" in path:
            name = path.partition("[")[0]
            if not getattr(filing, name):
                yield ROW_LABELS[name]
        elif path == "narrative":
            if not filing.narrative:
                yield PROSE
        elif path == "prior":
            if filing.prior is None:
                yield PRIOR
        elif path in BESIDE:
            if not any(filing.given.has(name) for name in BESIDE[path].keys):
                yield BESIDE[path].name
        elif path == "peers":
            if filing.peers is None:
                yield PEERS
        elif filing.get(path) is None:
            yield field_of(path).label


def _finding(filing: Filing, entry: Rule, hit: Hit, severity: Severity) -> Finding:
    kind = hit.kind or (field_of(hit.path).kind if hit.path else "")
    difference = ""
    if isinstance(hit.actual, Decimal) and isinstance(hit.expected, Decimal):
        gap = hit.actual - hit.expected
        difference = f"{plain(round_half_up(gap * 100, 2))}个百分点" if kind == "rate" else shown(gap)
    stands = hit.actual if hit.actual is not None or not hit.path else filing.get(hit.path)
    place = filing.places.get(hit.path)
    label = hit.label or (filing.label(hit.path) if hit.path else "")
    slots = {
        "label": label,
        "actual": show(hit.actual, kind),
        "expected": show(hit.expected, kind),
        "difference": difference.lstrip("-"),  # in words it is 相差; the column 差额 says which is more
        **{name: show(value) if isinstance(value, Decimal) else value for name, value in hit.slots.items()},
    }
    location = Location(
        path=hit.path,
        label=label,
        sheet=place.sheet if place else "",
        cell=place.cell if place else "",
        paragraph=hit.paragraph,
        quote=hit.quote,
    )
    return Finding(
        rule=entry.id,
        severity=severity,
        category=entry.category,
        unit=filing.unit or "",
        location=location,
        message=curbed(entry.message.format(**slots)),
        expected="" if hit.expected is None else slots["expected"],
        actual=show(stands, kind) if hit.path else "",
        difference=difference,
        suggestion=entry.suggestion.format(**slots),
        source=entry.source,
        title=entry.title,
        related=hit.related,
        culprit=hit.culprit,
    )
