"""What the check says of the reports by other hands: findings on the clean ones, slips found in their faulty twins.

`python -m tests.reports.judge [SET ...] [--words]` prints a line a set, and with --words every finding and every slip missed.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from tests.reports.documents import Block, Report, docx, reports
from workbook.model.filing import Filing
from workbook.model.findings import Finding, Severity, to_json
from workbook.model.scheme import load
from workbook.readers import ReadError, read
from workbook.rules.engine import check
from workbook.rules.registry import rules

SETS = Path(__file__).parent / "sets.yaml"
PROSE = tuple(entry.id for entry in rules() if entry.subject.startswith("prose."))


@dataclass
class Judged:
    """A set of reports as it was judged: reports not read, findings of the rules on prose on clean ones, slips found."""

    unread: list[str] = field(default_factory=list)
    wrong: list[tuple[str, Finding]] = field(default_factory=list)
    holding: list[tuple[str, Finding]] = field(default_factory=list)
    found: int = 0
    planted: int = 0
    missed: list[str] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """Return how many wrong findings of a severity there are on clean reports."""
        return sum(finding.severity is severity for _, finding in self.wrong)

    @property
    def reached(self) -> dict[str, int]:
        """Return the figures of a set as sets.yaml writes them."""
        return {
            "errors": self.count(Severity.ERROR),
            "warnings": self.count(Severity.WARNING),
            "slips": self.found,
            "unread": len(self.unread),
        }

    @property
    def words(self) -> list[str]:
        """Return each wrong finding in words."""
        return [f"{id} {finding.severity.caption} {finding.rule} {finding.message}" for id, finding in self.wrong]


def table() -> dict[str, dict]:
    """Return what sets.yaml says of each set."""
    return yaml.safe_load(SETS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def read_blocks(blocks: list[Block], only: tuple[str, ...] = ()) -> tuple[Filing, list[Finding]] | None:
    """Return the filing and the findings of blocks, by way of a Word file and the readers; None where it is not read."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            filing = read(docx(blocks, Path(folder) / "自评.docx"))[0]
        except ReadError:
            return None
    return filing, check(filing, load(), only=only).findings


@cache
def clean(id: str) -> tuple[Filing, list[Finding]] | None:
    """Return the filing and the findings of a clean report."""
    (report,) = [one for own in reports().values() for one in own if one.id == id]
    return read_blocks(report.blocks)


def said(finding: Finding) -> str:
    """Return all that a finding says, as one string."""
    return json.dumps(to_json(finding), ensure_ascii=False)


def fresh(findings: list[Finding], before: list[Finding]) -> list[Finding]:
    """Return the findings that were not there before."""
    known = {(entry.rule, entry.message) for entry in before}
    return [entry for entry in findings if (entry.rule, entry.message) not in known]


def judged(letter: str) -> Judged:
    """Return a set judged: what is true of a clean report (`holds` in sets.yaml) is not counted as wrong."""
    out = Judged()
    holds = table()[letter].get("holds", {})
    for report in reports()[letter]:
        _judge(report, out, {rule for rule, ids in holds.items() if report.id in ids})
    return out


def _judge(report: Report, out: Judged, holds: set[str]) -> None:
    out.planted += len(report.slips)
    right, bent = clean(report.id), read_blocks(report.faulty)
    if right is None or not right[0].narrative:
        out.unread.append(report.id)
    if right is None or bent is None:
        out.missed += [f"{report.id} {slip.kind}（{slip.place}）：{slip.good}" for slip in report.slips]
        return
    for finding in right[1]:
        if finding.rule in PROSE and finding.severity is not Severity.INFO:
            (out.holding if finding.rule in holds else out.wrong).append((report.id, finding))
    new = [said(finding) for finding in fresh(bent[1], right[1])]
    for slip in report.slips:
        if any(all(re.search(pattern, text) for pattern in way) for way in slip.expect for text in new):
            out.found += 1
        else:
            out.missed.append(f"{report.id} {slip.kind}（{slip.place}）：{slip.good}")


def main(words: list[str]) -> None:
    """Print what is reached on each set, or on those named, as sets.yaml writes it."""
    letters = [word for word in words if not word.startswith("--")] or list(reports())
    every = Counter[str]()
    for letter in letters:
        told = judged(letter)
        reached = told.reached
        print(f"{letter}:\n  reached: {{{', '.join(f'{name}: {value}' for name, value in reached.items())}}}")
        every.update({**reached, "planted": told.planted})
        if "--words" in words:
            print(*(f"    {line}" for line in told.words), *(f"    漏 {line}" for line in told.missed), sep="\n")
    print(
        f"# 合计：错误 {every['errors']}，错报的预警 {every['warnings']}，查出 {every['slips']}/{every['planted']}，未读 {every['unread']} 份"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
