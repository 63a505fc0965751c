"""One filing through the rules: what every verb that checks does, in this process or in a worker."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from workbook.checking.outcome import Checked
from workbook.checking.places import in_words
from workbook.derive import derive
from workbook.forms import form, scheme_of
from workbook.model.filing import Filing, unit_key
from workbook.model.findings import Left, Report
from workbook.model.scheme import Scheme
from workbook.rules.engine import check as run_rules
from workbook.rules.explanations import apply as explain
from workbook.rules.registry import rules


def check_filing(
    filing: Filing,
    scheme: Scheme | None,
    path: Path,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    report: Report | None = None,
    left: Left | None = None,
) -> Checked:
    """Return one filing with what was derived and found (`report` where that is known), its explanations and last year's.

    Without a scheme it is checked by the one of its form. What an earlier check `left` stays: it came of what is not here.
    """
    own = form(filing.form)
    scheme = scheme or scheme_of(own, filing)
    derived = derive(filing, scheme)
    report = in_words(report or run_rules(filing, scheme, only, (*skip, *not_held(filing)), derived), filing)
    if left is not None:
        report.findings = left.joined(report.findings)
    last_year = filing.prior.explanations if filing.prior else {}
    return Checked(path, filing, derived, explain(report, filing.explanations, scheme, last_year), scheme)


def not_held(filing: Filing) -> list[str]:
    """Return the rules that do not hold for a filing: none in a known form, in an unknown one all but those that hold everywhere."""
    held = form(filing.form).holds
    return [entry.id for entry in rules() if entry.id not in held and entry.id[0] not in held] if held else []


def earlier(filing: Filing, prior: Mapping[str, Filing], notes: list[str], year: int | None = None) -> Filing | None:
    """Return last year's filing of a department, None where there is none; `notes` says of one that is no earlier year's.

    `year` holds where the filing names none.
    """
    found, own = prior.get(unit_key(filing.name)), filing.year or year
    if found is None or not found.year or not own or found.year < own:
        return found
    words = f"「{filing.name}」的上年文件「{found.source}」是 {found.year} 年度的，不早于本年（{own}），没有与它核对"
    if words not in notes:
        notes.append(words)
    return None
