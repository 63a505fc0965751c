"""雷同：与别的单位的报告、与本单位上年的报告写的是同样的话。

What the reports of many departments have in common is found once over all of them (`peers_of`); a filing carries its like as
`peers`, as it carries last year's as `prior`. A share is counted in characters: how many stand in a run of at least `RUN`
that the other report has too, so that an edit costs only what it changes and paragraphs may have changed places. Headings,
the section on what the department is, figures, its own name, and what most reports say alike count for nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from heapq import nsmallest
from typing import NamedTuple
from zlib import crc32

from workbook import patterns as re
from workbook.model.figures import percent
from workbook.model.filing import Filing, Peer, unit_key
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import LONGEST_BARE_TITLE, chapters, hit, paragraphs, sections
from workbook.rules.registry import Hit, rule

RUN = 8  # characters in a row: fewer are a turn of speech
SKETCH = 64  # runs of a text by which its like are looked for
CANDIDATE = SKETCH // 4  # so many of them in common make two texts worth comparing
NEXT, CLOSEST = 100, 5  # of many that share a run the next are counted, and the closest compared word by word
SAMPLE, GIVEN = 24, 6  # among so many texts more than half, and so many at least, say what was given to all of them
SHOWN = 3  # departments named in a message
WHAT_IT_IS, REMEDIES = r"概况|职能|职责|基本情况", r"问题|不足|措施|打算"
PRACTICE = "实务（可改）：自评报告应是本单位、本年度的"
LIMITS = ("likeness.share", "likeness.least")
_OURSELVES = r"[我本全](?:部门|单位|局|委|办|中心|大队|院|校|镇|乡|馆|站|所|街道|县|市|区)"
_SHORT = r"以下简称[:“”\"‘’]*([^()“”\"‘’，。;]{2,16})"
_PLACE = r"^.{2,12}?(?:自治县|自治旗|县|市|区|旗)(?=.{3})"


class _Report(NamedTuple):
    """What counts of a report: the department's key and name, and its own words, whole and on problems and measures."""

    owner: str
    name: str
    whole: str
    remedies: str


def _report(filing: Filing, scheme: Scheme) -> _Report:
    texts = paragraphs(filing)
    bare = {chapter.paragraph for chapter in chapters(filing) if len(chapter.heading) <= LONGEST_BARE_TITLE}
    held = _headings(filing, scheme)
    ends = [*sorted(held)[1:], len(texts) + 1]
    under = [(held[start], range(start, end)) for start, end in zip(sorted(held), ends, strict=False)]
    prescribed, remedies = (
        {n for heading, within in under if re.search(words, heading) for n in within}
        for words in (WHAT_IT_IS, REMEDIES)
    )
    names = _names(filing, texts)
    whole, part = (
        _bare("\n".join(texts[n - 1] for n in sorted(numbers)), names)
        for numbers in ({*range(1, len(texts) + 1)} - bare - prescribed, remedies - bare)
    )
    return _Report(unit_key(filing.owner), filing.owner, whole, part)


def _headings(filing: Filing, scheme: Scheme) -> dict[int, str]:
    """Return the headings of the first level, those of the outline and those that are numbered, by paragraph."""
    numbered = {chapter.paragraph: chapter.heading for chapter in chapters(filing) if chapter.level == 1}
    return numbered | {held.paragraph: held.heading for held in sections(filing, scheme) if held.level == 1}


def _names(filing: Filing, texts: Sequence[str]) -> list[str]:
    """Return what a report calls its own department, longest first."""
    unit = unit_key(filing.owner)
    names = {unit, re.sub(_PLACE, "", unit), *(found[1] for text in texts[:20] for found in re.finditer(_SHORT, text))}
    return sorted((name for name in names if len(name) > 1), key=len, reverse=True)


def _bare(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return re.sub(r"[\W\d_]+", "", re.sub(_OURSELVES, "", text))


def _runs(text: str) -> Iterator[str]:
    return (text[start : start + RUN] for start in range(len(text) - RUN + 1))


def _shared(text: str, other: Set[str], given: Set[str] = frozenset()) -> tuple[Decimal, int]:
    """Return which share of a text stands in runs of another, and of how many characters: those of `given` count for nothing."""
    held, dropped = bytearray(len(text)), bytearray(len(text))
    for start, run in enumerate(_runs(text)):
        marked = dropped if run in given else held if run in other else None
        if marked is not None:
            marked[start : start + RUN] = b"\1" * RUN
    counted = len(text) - sum(dropped)
    same = sum(one for one, no in zip(held, dropped, strict=True) if not no)
    return Decimal(same) / counted if counted else Decimal(0), counted


def peers_of(held: Iterable[tuple[Filing, Scheme]]) -> list[list[Peer] | None]:
    """Return for each filing, in their order, the reports of other departments that are like its own, the likest first.

    None where there is nothing to compare: the filing has no prose, or no other department has any. Only likenesses of
    about half and more are found.
    """
    reports = [_report(filing, scheme) if filing.narrative else None for filing, scheme in held]
    told = [report for report in reports if report and report.owner]
    if len({report.owner for report in told}) < 2:
        return [None] * len(reports)
    owners = [report.owner for report in told]
    # of the several filings of one department the likest
    found: list[dict[tuple[str, bool], Peer]] = [{} for _ in told]
    for whole, texts in ((True, [report.whole for report in told]), (False, [report.remedies for report in told])):
        for one, other, same, count in _pairs(owners, texts):
            known = found[one].get((owners[other], whole))
            if known is None or known.share < same:
                found[one][owners[other], whole] = Peer(told[other].name, whole, same, count)
    like = iter(sorted(peers.values(), key=lambda peer: (-peer.share, peer.unit)) for peers in found)
    return [next(like) if report and report.owner else None for report in reports]


def _pairs(owners: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[int, int, Decimal, int]]:
    """Yield the numbers of texts of two owners that are alike, which share of the first the second has, and of how many characters."""
    given = _given(texts)
    bearers: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        own = {crc32(run.encode()) for run in _runs(text) if run not in given}
        for mark in nsmallest(SKETCH, own):
            bearers.setdefault(mark, []).append(number)
    common = Counter(
        (one, other)
        for held in bearers.values()
        for place, one in enumerate(held)
        for other in held[place + 1 : place + 1 + NEXT]
        if owners[one] != owners[other]
    )
    alike: dict[int, list[tuple[int, int]]] = {}
    for (one, other), count in common.items():
        if count >= min(CANDIDATE, _size(texts[one]) // 4, _size(texts[other]) // 4):
            alike.setdefault(one, []).append((-count, other))
            alike.setdefault(other, []).append((-count, one))
    asked: dict[int, list[int]] = {}
    for one, others in sorted(alike.items()):
        for _, other in nsmallest(CLOSEST, others):
            asked.setdefault(other, []).append(one)
    for other, ones in asked.items():
        runs = set(_runs(texts[other]))
        for one in ones:
            yield one, other, *_shared(texts[one], runs, given)


def _size(text: str) -> int:
    return max(len(text) - RUN + 1, RUN)


def _given(texts: Sequence[str]) -> frozenset[str]:
    """Return the runs that most texts have: the words of a form, or of a sample that all were given."""
    step = -(-len(texts) // SAMPLE) or 1
    sample = texts[::step]
    counted = Counter(run for text in sample for run in set(_runs(text)))
    return frozenset(run for run, count in counted.items() if count >= max(GIVEN, len(sample) // 2 + 1))


@rule(
    "D23",
    "与别的单位的报告雷同",
    Severity.WARNING,
    Category.FORM,
    PRACTICE,
    "「{unit}」{where}有 {share} 的字句与{names}的相同（标题、职能、数字和单位名称不算，共比 {count} 字）",
    "请核对是哪一家照抄的，照抄的按本单位的情况重写；确实相同的，在出错说明中写明",
    ("narrative", "peers"),
    LIMITS,
)
def the_report_is_no_other_departments(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告正文，或问题、措施两节，不与同批别的单位的大半相同；多数单位都有的字句（发下来的范文）不算。"""
    like = [peer for peer in filing.peers or [] if _is_copy(peer.share, peer.count, scheme)]
    like = [peer for peer in like if peer.whole] or like
    if like:
        first = like[0]
        others = [f"「{peer.unit}」{percent(peer.share, 0)}" for peer in like[1:SHOWN]]
        names = f"「{first.unit}」" + (
            f"（另有{'、'.join(others)}{'等' if len(like) > SHOWN else ''}）" if others else ""
        )
        slots = {
            "unit": filing.owner,
            "where": "正文" if first.whole else "“问题”“措施”两节",
            "names": names,
            "count": first.count,
        }
        yield _at(filing, scheme, slots | {"share": percent(first.share, 0)}, whole=first.whole)


@rule(
    "Y09",
    "与本单位上年的报告雷同",
    Severity.WARNING,
    Category.YEARS,
    PRACTICE,
    "正文有 {share} 的字句与上年的报告相同（标题、职能、数字不算，共比 {count} 字）",
    "请写本年做了什么、有什么问题、怎样改进；确实没有变化的，在出错说明中写明",
    ("narrative", "prior"),
    LIMITS,
)
def the_report_is_not_last_years(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告正文不是只改了数字的上年报告。"""
    last = _report(filing.prior, scheme).whole if filing.prior and filing.prior.narrative else ""
    same, count = _shared(_report(filing, scheme).whole, set(_runs(last)))
    if _is_copy(same, count, scheme):
        yield _at(filing, scheme, {"share": percent(same, 0), "count": count}, whole=True)


def _is_copy(share: Decimal, count: int, scheme: Scheme) -> bool:
    return share >= scheme.number("likeness.share") and count >= scheme.number("likeness.least")


def _at(filing: Filing, scheme: Scheme, slots: Mapping[str, object], *, whole: bool) -> Hit:
    """Return a hit at the heading of what is alike: of the problems, or the first behind what the department is."""
    words = WHAT_IT_IS if whole else REMEDIES
    for paragraph, heading in sorted(_headings(filing, scheme).items()):
        if bool(re.search(words, heading)) != whole:
            return hit(filing, paragraph, heading[:LONGEST_BARE_TITLE], slots=slots)
    first = next(n for n, text in enumerate(filing.narrative, 1) if text.strip())
    return hit(filing, first, filing.narrative[first - 1], slots=slots)
