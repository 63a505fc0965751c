"""What a check found as rows of text: the screen makes tables of them, a pipe gets them as they are."""

from collections.abc import Iterator, Sequence

from workbook.checking.outcome import Checked
from workbook.model.figures import plain, show
from workbook.model.findings import UNDER, Card, Finding, Severity, idle_words

SUMMARY = ("单位", "结论", "错误", "预警", "执行率", "总分", "等级")
FINDING = ("级别", "位置", "填报值", "应为值", "说明与建议", "规则")
FEW = 3  # departments, up to which every finding is printed


def check_lines(checked: Sequence[Checked], *, verbose: bool = False) -> Iterator[str]:
    """Yield a line a department and, for few departments, a line a finding; cells are parted by tabs.

    With `verbose` the rules that did not run stand behind with their ids, else why in one phrase.
    """
    if len(checked) > 1:
        yield "\t".join(SUMMARY)
        for entry in checked:
            yield "\t".join(summary(entry))
    for entry in checked if len(checked) <= FEW else ():
        yield f"{name_of(entry)}：{entry.report.headline}"
        for row in (row for card in entry.report.cards for row in rows(card)):
            yield "\t".join(" ".join(cell.split()) for cell in row)
        if words := idle(entry):
            yield words
        for names, words in skipped(entry) if verbose else ():
            yield f"未执行\t{names}\t{words}"


def name_of(entry: Checked) -> str:
    """Return what a department is called by: its name, where it has none the file's."""
    return entry.filing.unit or entry.path.name


def summary(entry: Checked) -> tuple[str, ...]:
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


def skipped(entry: Checked) -> Iterator[tuple[str, str]]:
    """Yield the rules that did not run, those of one reason together: their names, the reason."""
    reasons: dict[str, list[str]] = {}
    for rule in entry.report.skipped:
        reasons.setdefault(rule.words, []).append(f"{rule.rule} {rule.title}")
    for words, names in reasons.items():
        yield "；".join(names), words


def idle(entry: Checked) -> str:
    """Return in one phrase why rules had nothing to work on, "" where all ran."""
    words = idle_words([entry.report])
    return f"没有核对的：{words}" if words else ""


def rows(card: Card) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a card, by FINDING: the cause, then what follows from it."""
    yield _row(card.leader, f"{card.leader.severity.mark}{card.leader.severity.caption}")
    for found in card.others:
        yield _row(found, UNDER)


def _row(found: Finding, mark: str) -> tuple[str, ...]:
    place = found.location
    where = f"{place.shown}（{place.address}）" if place.address else place.shown
    # what follows from a cause is put right with it: no second advice
    said = (found.message,) if mark == UNDER else (found.message, found.suggestion, found.culprit)
    return mark, where, found.actual, found.expected, " ".join(filter(None, said)), found.rule
