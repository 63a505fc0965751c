"""What a check found as rows of text: the screen makes tables of them, a pipe gets them as they are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from workbook.figures import plain, show
from workbook.findings import Finding, Severity

if TYPE_CHECKING:
    from workbook.actions import Checked

SUMMARY = ("单位", "结论", "错误", "预警", "执行率", "总分", "等级")
FINDING = ("规则", "级别", "位置", "填报值", "应为值", "说明与建议")
FEW = 3  # departments, up to which every finding is printed


def check_lines(checked: Sequence["Checked"]) -> Iterator[str]:
    """Yield a line a department and, for few departments, a line a finding; cells are parted by tabs."""
    if len(checked) > 1:
        yield "\t".join(SUMMARY)
        for entry in checked:
            yield "\t".join(summary(entry))
    for entry in checked if len(checked) <= FEW else ():
        yield f"{name_of(entry)}：{entry.report.verdict}"
        for found in entry.report.findings:
            yield "\t".join(" ".join(cell.split()) for cell in finding(found))
        for names, words in skipped(entry):
            yield f"未执行\t{names}\t{words}"


def ledger_lines(checked: Iterable["Checked"]) -> Iterator[str]:
    """Yield a line a figure of the prose of all departments, under one row of headings; cells are parted by tabs."""
    from workbook.figure_lines import COLUMNS

    yield "\t".join(COLUMNS)
    for entry in checked:
        for line in entry.ledger:
            yield "\t".join(" ".join(cell.split()) for cell in line.columns(name_of(entry)))


def name_of(entry: "Checked") -> str:
    """Return what a department is called by: its name, where it has none the file's."""
    return entry.filing.unit or entry.path.name


def summary(entry: "Checked") -> tuple[str, ...]:
    """Return the row of a department, by SUMMARY."""
    report = entry.report
    score = entry.derived.at("total.score")
    return (
        name_of(entry),
        report.verdict,
        str(report.count(Severity.ERROR)),
        str(report.count(Severity.WARNING)),
        show(entry.derived.at("funds.execution_rate"), "rate"),
        "" if score is None else plain(score),
        entry.derived.grade or "",
    )


def skipped(entry: "Checked") -> Iterator[tuple[str, str]]:
    """Yield the rules that did not run, those of one reason together: their names, the reason."""
    reasons: dict[str, list[str]] = {}
    for rule in entry.report.skipped:
        reasons.setdefault(rule.words, []).append(f"{rule.rule} {rule.title}")
    for words, names in reasons.items():
        yield "；".join(names), words


def finding(found: Finding) -> tuple[str, ...]:
    """Return the row of a finding, by FINDING."""
    place = found.location
    where = f"{place.sheet} {place.cell}".strip() or (f"正文第{place.paragraph}段" if place.paragraph else "")
    words = " ".join(filter(None, (found.message, found.suggestion, found.culprit)))
    mark = f"{found.severity.mark}{found.severity.caption}"
    return found.rule, mark, f"{where} {place.label}".strip(), found.actual, found.expected, words
