"""What a check says: findings, their places, the rules that could not run, and the verdict."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from workbook import patterns as re

UNDER = "↳"  # before what follows from the cause above it
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


EXPLAINED = "已说明"  # the status of a finding that needs no more


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is: sheet and cell of the file that was read, label and path of the field.

    In running text `paragraph` is the 1-based number of the paragraph and `quote` the words. `words` is the place as the
    department knows it ("附件3 绩效指标第8行「办结率」得分").
    """

    path: str = ""
    label: str = ""
    sheet: str = ""
    cell: str = ""
    paragraph: int | None = None
    quote: str = ""
    words: str = ""

    @property
    def shown(self) -> str:
        """Return the place in words."""
        return self.words or self.label or (f"正文第{self.paragraph}段" if self.paragraph else self.path)

    @property
    def address(self) -> str:
        """Return the cell besides, where the file has cells that bear addresses: "绩效指标!H12", "" in a Word table."""
        return f"{self.sheet}!{self.cell}" if re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", self.cell) else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found, with both figures and what to do.

    `expected`, `actual` and `difference` are as shown to the clerk ("547.40万元", "99.96%"); `related` are the paths of
    the other cells of the relation; `figures` the values the finding speaks of, by which an explanation is held to it;
    `culprit` names the likeliest wrong cell, in words; `group` is the key of the finding that leads those of one cause, which
    that one bears too ("" where a finding stands alone).
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
    def is_open(self) -> bool:
        """Return whether nobody has explained it."""
        return self.status != EXPLAINED

    @property
    def fingerprint(self) -> str:
        """Return eight hex digits of the figures and quoted words the finding speaks of: they hold an explanation to it.

        The rule's own wording is not in it: a message put better asks nobody to explain again.
        """
        spoken = re.findall(r"\d[\d.,]*|“[^”]*”|「[^」]*」", self.message)
        return digest("|".join((self.actual, self.expected, *spoken)))

    @property
    def leads(self) -> bool:
        """Return whether a card begins here: the finding stands alone, or is the cause of those behind it."""
        return self.group in ("", self.key)

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
    return hashlib.sha256(text.encode()).hexdigest()[:8]


_MOST_SAID = 12  # lines under a cause


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown as one: the finding that names the cause, and those that follow from it or repeat it elsewhere."""

    leader: Finding
    others: tuple[Finding, ...] = ()

    @property
    def all(self) -> tuple[Finding, ...]:
        """Return its findings, the leader first."""
        return (self.leader, *self.others)

    @property
    def standing(self) -> tuple[Finding, ...]:
        """Return those of its findings that still ask for something."""
        return tuple(entry for entry in self.all if entry.is_open)

    @property
    def severity(self) -> Severity:
        """Return the heaviest of what stands open in it; of all, where nothing does."""
        return min((entry.severity for entry in self.standing or self.all), key=list(Severity).index)

    @property
    def codes(self) -> str:
        """Return the rules that speak in it, the leader's first: "F06、F08"."""
        return "、".join(dict.fromkeys(entry.rule for entry in self.all))

    def consequences(self) -> list[str]:
        """Return what stands under the cause, a line each; beyond twelve lines the rest is counted."""
        head = {True: "同样的还有", False: "牵出"}
        lines = [f"{head[entry.rule == self.leader.rule]}：{entry.message}" for entry in self.others]
        return lines if len(lines) <= _MOST_SAID else [*lines[: _MOST_SAID - 1], f"……共 {len(lines)} 条"]


def cards(findings: Iterable[Finding]) -> list[Card]:
    """Return findings as cards, errors first; where a leader is not among them, the first of its followers leads."""
    groups: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        # keys of findings that stand alone may coincide: each is a card of its own
        groups.setdefault((finding.unit, finding.group) if finding.group else number, []).append(finding)
    made = []
    for held in groups.values():
        leader = next((entry for entry in held if entry.leads), held[0])
        made.append(Card(leader, tuple(entry for entry in held if entry is not leader)))
    weights = list(Severity)
    return sorted(made, key=lambda card: weights.index(card.severity))


def led_anew(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings in order, each card that is not settled led by the heaviest of what still stands open in it."""
    out = list(findings)
    for card in cards(findings):
        if card.others and card.standing and not card.leader.is_open:
            lead = min(card.standing, key=lambda entry: list(Severity).index(entry.severity))
            held = {id(entry) for entry in card.all}
            out = [replace(entry, group=lead.key) if id(entry) in held else entry for entry in out]
    return in_order(out)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings card by card, errors first, each card's leader before what it explains."""
    return [finding for card in cards(findings) for finding in card.all]


@dataclass(frozen=True, slots=True)
class Left:
    """What an earlier check left that had more before it than the filing alone (its prose, last year's).

    `findings` came of what is not here; `groups` are the leaders of all that it found, by their keys, and `cleared`, with their
    fingerprints, what a check of the filing alone finds and that one did not.
    """

    findings: tuple[Finding, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    cleared: Mapping[str, str] = field(default_factory=dict)

    def joined(self, found: Sequence[Finding]) -> list[Finding]:
        """Return what a check of the filing alone found with what was left, counted as the earlier check counted it."""
        own = [entry for entry in found if self.cleared.get(entry.key) != entry.fingerprint]
        here = {entry.key for entry in own}
        held = [*own, *(entry for entry in self.findings if entry.key not in here)]
        leaders = {"", *(entry.key for entry in held)}
        groups = {entry.key: self.groups.get(entry.key, entry.group) for entry in held}
        return in_order(
            replace(entry, group=groups[entry.key]) if groups[entry.key] in leaders else entry for entry in held
        )


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

    @property
    def cards(self) -> list[Card]:
        """Return the findings as they are shown: one card a cause."""
        return cards(self.findings)

    def count(self, severity: Severity) -> int:
        """Return how many cards of a severity stand open."""
        return sum(1 for card in self.cards if card.severity is severity and card.standing)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return the open errors and warnings as cards, and the findings that follow from them."""
        weighty = [card for card in self.cards if card.standing and card.severity is not Severity.INFO]
        errors = sum(card.severity is Severity.ERROR for card in weighty)
        return errors, len(weighty) - errors, sum(len(card.others) for card in weighty)

    @property
    def headline(self) -> str:
        """Return what the report comes to: errors and warnings first, then the verdict."""
        return headline(*self.counts)

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


def verdict(errors: int, warnings: int) -> str:
    """Return the verdict over open errors and warnings: 不可报送, 需说明 n 项, 可报送."""
    return "不可报送" if errors else f"需说明 {warnings} 项" if warnings else "可报送"


NOTHING = "没有可审核的内容"  # in place of a verdict where there is no filing


def headline(errors: int, warnings: int, more: int) -> str:
    """Return the counts, errors and warnings first, then the verdict: "3 处错误、2 处预警（牵出 9 条）：不可报送".

    `more` are the findings that follow from those or repeat them.
    """
    kinds = ((errors, Severity.ERROR), (warnings, Severity.WARNING))
    said = "、".join(f"{count} 处{severity.caption}" for count, severity in kinds if count) or "没有错误和预警"
    return said + (f"（牵出 {more} 条）" if more else "") + f"：{verdict(errors, warnings)}"


PRIOR, PROSE, PEERS = "上年自评", "报告正文", "别的单位的报告"


class Papers(NamedTuple):
    """One kind of the tables beside a self-evaluation: its name, and how the keys of its figures begin."""

    name: str
    keys: tuple[str, ...]


# what a rule may read beside the filing's own fields
BESIDE = {
    "given.accounts": Papers(
        "决算表",
        (
            "summary.",
            "income.",
            "spending.",
            "fiscal.",
            "general.",
            "basic",
            "three_public.",
            "fund.",
            "capital.",
            "notes.",
            "staff.",
        ),
    ),
    "given.budget": Papers("预算表", ("summary.", "budget")),
    "given.targets": Papers("目标表", ("targets",)),
    "given.money": Papers(
        "决算表", ("summary.", "budget", "three_public.", "spending.", "general.", "basic", "fiscal.")
    ),
}
ROW_LABELS = {
    "indicators": "绩效指标",
    "buildings": "楼堂馆所",
    "project_lines": "项目明细",
    "sources": "资金来源",
    "tasks": "年度主要任务",
}
NOT_ASKED = "（本表样没有这一栏）"
_NAMED = 3  # fields named in a phrase; the rest are counted


def idle_words(reports: Iterable[Report]) -> str:
    """Return why rules had nothing to work on, each reason once: "未附上年自评，未与上年比；本表没有得分栏"; "" where all ran."""
    lacking: dict[str, None] = {}
    broken: set[str] = set()
    for entry in (entry for report in reports for entry in report.not_run):
        lacking.update(dict.fromkeys(entry.missing))
        broken |= {entry.rule} if entry.reason == BROKEN else set()
    out = ["未附上年自评，未与上年比"] if PRIOR in lacking else []
    beside = [papers.name for papers in BESIDE.values() if papers.name in lacking]
    if beside:
        names = list(dict.fromkeys(beside))
        out.append(f"未附{'、'.join(names)}，未与{'它们' if len(names) > 1 else '它'}核对")
    out += ["没有报告正文，未与正文核对"] if PROSE in lacking else []
    absent = [name.removesuffix(NOT_ASKED) for name in lacking if name.endswith(NOT_ASKED)]
    # a department by itself never has others' reports beside it: nothing is left undone
    blank = [name for name in lacking if name not in (PRIOR, PROSE, PEERS, *beside) and not name.endswith(NOT_ASKED)]
    out += [f"本表没有{_some(absent)}栏"] if absent else []
    rows = [name for name in blank if name in ROW_LABELS.values()]
    cells = [name for name in blank if name not in rows]
    out += [f"表中没有{_some(rows)}"] if rows else []
    out += [f"{_some(cells)}空白，有关的没有核对"] if cells else []
    out += [f"{len(broken)} 条规则出了内部错误，没有审完（{_some(sorted(broken))}）"] if broken else []
    return "；".join(out)


def _some(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等 {len(names)} 项" if len(names) > _NAMED else "")


def to_json(finding: Finding) -> dict[str, Any]:
    """Return the finding as the JSON of the contract."""
    place = finding.location
    location: dict[str, Any] = {
        "sheet": place.sheet,
        "cell": place.cell,
        "label": place.label,
        "words": place.shown,
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
