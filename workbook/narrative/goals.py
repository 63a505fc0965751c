"""Targets in words with what was done and the degree of completion: 目标…，完成…，完成率…."""

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache

from workbook import patterns as re
from workbook.narrative.printed import of_figure
from workbook.narrative.statements import Figure, Goal
from workbook.narrative.text import Paragraph

_CUT = re.compile(r"[，,。;:、()\n]")
_SIGNS = re.compile(r"[“”\"\s≥≤<>=]")
_DEGREE = re.compile(r"(?:完成率|完成度|完成比例|完成程度|目标达成率|达成率)(?:均?达到?了?|为|是|约)?$")
_DEGREE_OF = re.compile(r"(?:完成|达到)[^，。;]{0,20}(?:目标|任务|计划)[^，。;]{0,10}的$")
_ACTUAL = re.compile(r"完成|已(?!经批准)|实际|达成|达到|实现|举办了|开展了")
_TARGET = re.compile(r"目标|任务|计划|指标值|应(?=$|完成|办)|拟|不低于|不少于|≥|≤|预计")


def _before(paragraph: Paragraph, figure: Figure) -> str:
    return _words_before(paragraph.flat, figure.span.start, figure.label)


@lru_cache(maxsize=256)  # every kind of statement asks for every figure
def _words_before(flat: str, start: int, label: str) -> str:
    pieces = _CUT.split(flat[max(0, start - 60) : start])
    words = pieces[-1] if len(pieces) > 1 else flat[:start]
    return _SIGNS.sub("", words.strip() or label)


def goals(paragraph: Paragraph) -> Iterator[Goal]:
    """Yield the targets of one paragraph with what was done; a target without an actual only where a degree is given."""
    floor = 0
    figures = paragraph.figures
    for index, figure in enumerate(figures):
        words = _before(paragraph, figure)
        is_degree = figure.is_rate and (_DEGREE.search(words) or _DEGREE_OF.search(words))
        ends = index + 1 == len(figures) or figures[index + 1].sentence != figure.sentence
        if ends and not is_degree and index + 1 < len(figures) and _goes_on(paragraph, figures[index + 1]):
            continue
        if not is_degree and not ends:
            continue
        own = list(figures[floor : index if is_degree else index + 1])
        floor = index + 1
        yield from _one_goal(paragraph, own, figure if is_degree else None)


def _goes_on(paragraph: Paragraph, following: Figure) -> bool:
    """Return whether the next sentence says what was done: 目标…。实际完成…，完成率…."""
    start = paragraph.sentence_start(following.sentence)
    return bool(re.match(r"\s*(?:实际|目标完成|完成|截至)", paragraph.flat[start : following.span.start]))


def _one_goal(paragraph: Paragraph, figures: Sequence[Figure], degree: Figure | None) -> Iterator[Goal]:
    if degree is not None:
        figures = [entry for entry in figures if degree.sentence - entry.sentence <= 1]
    roles = [(entry, _role(paragraph, entry)) for entry in figures]
    targets = [entry for entry, role in roles if role == "target"] or _said_before(paragraph, roles)
    if not targets:
        return
    name = targets[0].label
    done = [entry for entry, role in roles if role == "actual" and entry.span.start > targets[0].span.start]
    if degree is not None and not done:
        behind = [
            entry for entry in figures if entry.span.start > targets[-1].span.start and entry.base == targets[-1].base
        ]
        done = behind[-1:]
    if degree is not None and not done:
        target = next((entry for entry in targets if entry.comparator), None)
        listed = "目标" in paragraph.flat[max(0, targets[0].span.start - 60) : degree.span.start]
        if target is not None and listed:
            yield Goal(name, target, None, degree)
        return
    pair = next(((a, b) for b in reversed(done) for a in reversed(targets) if a.base == b.base), None)
    if pair is None:
        pair = next(((a, b) for b in done for a in targets if not a.unit or not b.unit), None)
    if pair:
        yield Goal(name, pair[0], pair[1], degree)


def _said_before(paragraph: Paragraph, roles: Sequence[tuple[Figure, str]]) -> list[Figure]:
    """Return the figure right before 目标完成…, where nothing else is called a target."""
    for (before, role), (entry, following) in itertools.pairwise(roles):
        if following == "actual" and not role and re.search(r"目标(?:实际)?完成", entry.label):
            return [before]
    return []


def _role(paragraph: Paragraph, figure: Figure) -> str:
    words = _before(paragraph, figure)
    label = figure.label + words
    last = [(found.start(), "target") for found in _TARGET.finditer(words)]
    last += [(found.start(), "actual") for found in _ACTUAL.finditer(words)]
    if re.search(r"应(?:当)?(?:完成|办)", words):
        return "target"
    if re.search(r"目标(?:实际)?(?:完成|达成)|(?:完成|达成)(?:情况|值|数)|实际", words):
        return "actual"
    if figure.comparator in ("≥", "≤") and not re.search(r"实际|完成了", words):
        return "target"
    if not last:
        return "target" if "绩效目标" in label else ""
    return max(last)[1]


def degree_fits(goal: Goal, degree: Figure, done: Figure) -> bool:
    """Return whether a degree of completion is done ÷ target: as it is, capped at 100%, or turned where lower is better."""
    target, print_ = goal.target, of_figure(degree)
    if not target.value:
        return True
    quotient = done.value / target.value
    lower = target.comparator in ("≤", "<")
    reached = done.value <= target.value if lower else done.value >= target.value
    if print_.fits(quotient) or (reached and degree.value == 1):
        return True
    return lower and bool(done.value) and print_.fits(target.value / done.value)
