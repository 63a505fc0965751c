"""What a check says: findings, their places, the rules that could not run, and the verdict."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

OFF, LEFT_OUT, BROKEN = "参数里停用", "本次不用", "内部错误"


class Severity(StrEnum):
    """How much a finding weighs: 错误 must be put right, 预警 may be explained, 提示 is a remark."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def caption(self) -> str:
        """Return the word of the sheets, with the kind of check that clerks know from final accounts."""
        return {"error": "错误", "warning": "预警", "info": "提示"}[self.value]

    @property
    def mark(self) -> str:
        """Return the sign that stands beside the colour, for grey prints."""
        return {"error": "✗", "warning": "△", "info": "○"}[self.value]


class Category(StrEnum):
    """Between what a rule compares."""

    WITHIN = "表内"
    BETWEEN = "表间"
    PROSE = "文表"
    YEARS = "跨年"
    FORM = "格式"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is: sheet and cell of the file that was read, label and path of the field.

    In running text `paragraph` is the 1-based number of the paragraph and `quote` the words.
    """

    path: str = ""
    label: str = ""
    sheet: str = ""
    cell: str = ""
    paragraph: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found, with both figures and what to do.

    `expected`, `actual` and `difference` are as shown to the clerk ("547.40万元", "99.96%"); `related` are the paths of
    the other cells of the relation; `figures` the values the finding speaks of, by which an explanation is held to it;
    `culprit` names the likeliest wrong cell, in words, and `group` the finding that explains this one ("" where none).
    `written_for` is the fingerprint that an explanation was written for, where the figures have changed since.
    """

    rule: str
    severity: Severity
    category: Category
    unit: str
    location: Location
    message: str
    expected: str = ""
    actual: str = ""
    difference: str = ""
    suggestion: str = ""
    source: str = ""
    title: str = ""
    related: tuple[str, ...] = ()
    culprit: str = ""
    group: str = ""
    explanation: str = ""
    status: str = ""
    written_for: str = ""

    @property
    def key(self) -> str:
        """Return what identifies the same finding in the next run: rule, department, place (and words, where quoted)."""
        place, quote = self.location.path, self.location.quote
        if not place:
            place = f"正文{self.location.paragraph}:{quote}"
        elif quote:
            place = f"{place}:{quote}"
        return f"{self.rule}|{self.unit}|{place}"

    @property
    def fingerprint(self) -> str:
        """Return eight hex digits of the figures and quoted words the finding speaks of: they hold an explanation to it.

        The rule's own wording is not in it: a message put better asks nobody to explain again.
        """
        spoken = re.findall(r"\d[\d.,]*|“[^”]*”|「[^」]*」", self.message)
        return digest("|".join((self.actual, self.expected, *spoken)))

    @property
    def mark(self) -> str:
        """Return what is stored beside an explanation: the fingerprint and, where it asks for a review, the old one.

        With the old one stands a digest of the words: once the clerk changes them, they are written for what is now.
        """
        return (
            ":".join((self.fingerprint, self.written_for, digest(self.explanation)))
            if self.written_for
            else self.fingerprint
        )

    def explained(self, explanation: str, status: str, written_for: str = "") -> "Finding":
        """Return the finding with the clerk's explanation, its status and, for 需复核, the fingerprint it was written for."""
        return replace(self, explanation=explanation, status=status, written_for=written_for)


def digest(text: str) -> str:
    """Return eight hex digits of a text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:8]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with errors first, each that another one explains right behind that one where they weigh the same."""
    known, weights = list(findings), list(Severity)
    places = {finding.key: number for number, finding in enumerate(known)}

    def order(numbered: tuple[int, Finding]) -> tuple[int, int, bool, int]:
        number, finding = numbered
        return weights.index(finding.severity), places.get(finding.group, number), bool(finding.group), number

    return [finding for _, finding in sorted(enumerate(known), key=order)]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that did not run: what it lacked (labels), or the reason where it lacked nothing (停用, 内部错误)."""

    rule: str
    title: str
    missing: tuple[str, ...]
    reason: str = ""

    @property
    def words(self) -> str:
        """Return the sentence for the sheet."""
        return f"未执行：{self.reason}" if self.reason else f"未执行：缺{'、'.join(self.missing)}"


@dataclass(slots=True)
class Report:
    """All that one check of one filing gave."""

    unit: str
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity stand open."""
        return sum(1 for finding in self.findings if finding.severity is severity and finding.status != "已说明")

    @property
    def verdict(self) -> str:
        """Return 可报送, 需说明 n 项 or 不可报送."""
        return verdict(self.count(Severity.ERROR), self.count(Severity.WARNING))

    @property
    def not_run(self) -> list[Skipped]:
        """Return the rules that could not run (缺数据, 内部错误): not those that the bureau or the call left out."""
        return [entry for entry in self.skipped if entry.missing or entry.reason == BROKEN]


# what the verdicts mean, in the one sentence that clerks are shown
MEANING = (
    "“不可报送”指有错误（算不平、前后不一、缺必填项）没有改正；“需说明”指只剩预警，改正或写明原因即可；"
    "“可报送”指没有错误和待说明的预警，提示不影响报送。"
)


def verdict(errors: int, warnings: int, not_run: int = 0) -> str:
    """Return the verdict over open errors and warnings: 不可报送, 需说明 n 项, 可报送, and how many rules could not run."""
    said = "不可报送" if errors else f"需说明 {warnings} 项" if warnings else "可报送"
    return f"{said} · {not_run} 条规则未执行" if not_run else said


def not_run(reports: Iterable[Report]) -> int:
    """Return how many rules could not run somewhere."""
    return len({entry.rule for report in reports for entry in report.not_run})


def to_json(finding: Finding) -> dict[str, Any]:
    """Return the finding as the JSON of the contract."""
    place = finding.location
    location: dict[str, Any] = {
        "sheet": place.sheet,
        "cell": place.cell,
        "label": place.label,
        "path": place.path,
    }
    if place.paragraph is not None:
        location |= {"paragraph": place.paragraph, "quote": place.quote}
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "category": finding.category.value,
        "unit": finding.unit,
        "title": finding.title,
        "location": location,
        "message": finding.message,
        "expected": finding.expected or None,
        "actual": finding.actual or None,
        "difference": finding.difference or None,
        "suggestion": finding.suggestion,
        "source": finding.source,
        "culprit": finding.culprit or None,
        "group": finding.group or None,
        "explanation": finding.explanation or None,
        "status": finding.status or None,
    }
