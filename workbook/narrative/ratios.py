"""Rates, changes, goals, head counts and scores in words."""

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from workbook.narrative.statements import Change, Figure, Goal, Headcount, Ratio, Score
from workbook.narrative.text import Paragraph

LONGEST_CLAUSE = 300
_CUT = re.compile(r"[，,。;:、()\n]")
_SIGNS = re.compile(r"[“”\"\s≥≤<>=]")
_RATE_NAME = re.compile(r"([^\W\d]{0,20}?(?:率|占比|比重|比例|满意度))(?:达到?了?|超过|为|是|约)*$")
_SHARE = re.compile(r"占(?!地|用|道|有)[^\d，。;]{0,20}$")
_SHARE_OF = re.compile(r"占(?!地|用|道|有)[^，。;\d]{0,16}\d[\d,.]*[^，。;\d]{1,4}的$")
_DEGREE = re.compile(r"(?:完成率|完成度|完成比例|完成程度|目标达成率|达成率)(?:均?达到?了?|为|是|约)?$")
_DEGREE_OF = re.compile(r"(?:完成|达到)[^，。;]{0,20}(?:目标|任务|计划)[^，。;]{0,10}的$")
_MONEY_RATE = re.compile(r"执行率|控制率|支付率|支出进度|支出率|完成进度|使用率|到位率")
_NOT_DONE = re.compile(r"增长率|增幅|降幅|增速|下降率|提高率|上升率")
_ACTUAL = re.compile(r"完成|已(?!经批准)|实际|达成|达到|实现|举办了|开展了")
_TARGET = re.compile(r"目标|任务|计划|指标值|应(?=$|完成|办)|拟|不低于|不少于|≥|≤|预计")
_RISE = r"增长|增加|提高|延长|上升|提升|增至|上涨|升至|扩大|增"
_FALL = r"下降|减少|降低|压减|缩短|精简|削减|降至|减至|缩减|回落|压缩|降|减"
_CHANGE = re.compile(rf"(?:(?P<up>{_RISE})|(?P<down>{_FALL}))(?:了|率|幅度?|约|近|达到?|为|幅度为)*$")
_CHANGE_TO = re.compile(rf"(?:(?P<up>{_RISE})|(?P<down>{_FALL}))?[^，。;]{{0,4}}(?:到|至|为|达)")
_HEADS = (
    ("离退休", r"离退休?(?:人员|干部|职工|教师)?|离休及?退休(?:人员)?"),
    ("退休", r"退休(?:人员|干部|职工|教师|教职工|民警)?"),
    ("离休", r"离休(?:人员|干部)?"),
    ("在职", r"(?:在职|在编|在岗)(?:在编|在岗|在职)?(?:人员|干部|职工|干部职工|教职工|教师|民警)?"),
    ("编制", r"(?:核定|批准|现有|共有)?(?:人员|行政|事业|行政、?事业|行政‧事业|机关|参公|工勤)*编制"),
    ("实有", r"(?:年末|现|目前)?实(?:有(?:人员)?)?"),
    ("聘用", r"(?:临聘|聘用|编外|劳务派遣|外聘|临时)(?:人员|职工)?"),
)
_HEAD = re.compile(
    "(?:"
    + "|".join(f"(?P<h{n}>{words})" for n, (_, words) in enumerate(_HEADS))
    + r")(?:总?人?数|名额|数)?(?:共有|共|为|有|合计)*$"
)
_NARROW = re.compile(r"(?:行政|事业|机关|参公|工勤|政法专项)(?:人员)?编制")
_SCORE = re.compile(
    r"(?:自评|评价|绩效|综合)[^，。;]{0,12}(?:得分|分数|总分|评分|分值)[^，。;]{0,3}$|自评(?:得|为)?$|综合得分$|自评(?:结果)?(?:得分)?为?$"
)


def ratios(paragraph: Paragraph) -> Iterator[Ratio]:
    """Yield the rates of one paragraph with what they may be the quotient of."""
    figures = paragraph.figures
    for index, figure in enumerate(figures):
        if not figure.is_rate or (figure.unit == "%" and "百分点" in figure.quote):
            continue
        words = _before(paragraph, figure)
        if _NOT_DONE.search(words) or _CHANGE.search(words):
            continue
        inner = _SHARE_OF.search(words)
        if inner:
            yield _share_of(paragraph, index, words)
            continue
        share = _SHARE.search(words) or re.search(r"占比(?:达到?|为|约)?$", words)
        named = _RATE_NAME.search(words)
        if share:
            yield _share(paragraph, index, words)
        elif named and not _DEGREE.search(named[1]):
            yield _rate(paragraph, index, named[1])


def _before(paragraph: Paragraph, figure: Figure) -> str:
    return _words_before(paragraph.flat, figure.span.start, figure.label)


@lru_cache(maxsize=256)  # every kind of statement asks for every figure
def _words_before(flat: str, start: int, label: str) -> str:
    pieces = _CUT.split(flat[max(0, start - 60) : start])
    words = pieces[-1] if len(pieces) > 1 else flat[max(0, start - LONGEST_CLAUSE) : start]
    return _SIGNS.sub("", words.strip() or label)


def _share(paragraph: Paragraph, index: int, words: str) -> Ratio:
    """Return a share: numerator is the figure before it, denominators those before that, of the same unit."""
    figure = paragraph.figures[index]
    before = [entry for entry in paragraph.figures[:index] if figure.sentence - entry.sentence <= 1]
    counted = [entry for entry in before if not entry.is_rate and entry.unit]
    if not counted or counted[-1].sentence != figure.sentence:
        return Ratio(words, figure)
    top = counted[-1]
    below = tuple(entry for entry in reversed(counted[:-1]) if _alike(entry, top))
    return Ratio(words, figure, top, below)


def _share_of(paragraph: Paragraph, index: int, words: str) -> Ratio:
    """Return the share of: 38人，占总数126人的30.16%."""
    figure = paragraph.figures[index]
    counted = [entry for entry in paragraph.figures[:index] if entry.sentence == figure.sentence and not entry.is_rate]
    if len(counted) < 2 or not _alike(counted[-1], counted[-2]):
        return Ratio(words, figure)
    return Ratio(words, figure, counted[-2], (counted[-1],))


def _rate(paragraph: Paragraph, index: int, name: str) -> Ratio:
    figure = paragraph.figures[index]
    root = re.sub(r"(?:率|占比|比重|比例|度)$", "", re.split(r"的|达到?(?!标)", name)[-1])
    before = [entry for entry in paragraph.figures[:index] if figure.sentence - entry.sentence <= 1]
    counted = [entry for entry in before if not entry.is_rate and entry.unit and _countable(entry)]
    if _MONEY_RATE.search(name) or len(root) < 2:
        return Ratio(name, figure)
    tops = [entry for entry in counted if _about(entry.label, root)]
    if not tops:
        return Ratio(name, figure)
    top = tops[-1]
    position = counted.index(top)
    around = [*reversed(counted[:position]), *counted[position + 1 :]]
    below = tuple(
        entry
        for entry in around
        if _alike(entry, top)
        and entry.sentence == top.sentence
        and entry is not top
        and (entry.value >= top.value or figure.value > 1)
    )
    return Ratio(name, figure, top, below)


def _countable(figure: Figure) -> bool:
    """Return whether a figure may stand in a rate by counts: money only where it is called due (应缴) or done (实缴)."""
    return not figure.is_money or bool(re.search(r"应|实际|实", figure.label))


def _about(label: str, root: str) -> bool:
    """Return whether a label speaks of what a rate's name speaks of: 整改 in 已整改, 办结 in 按期办结."""
    keys = {root, root[-2:]} | ({root[-4:-2]} if len(root) >= 4 else set())
    if root[-2:] in ("完成", "达标", "到位") and len(root) > 2:
        keys = {root, root[:-2][-2:]}
    near = all(char in label for char in root) or bool(re.match(rf"实(?:际)?[{re.escape(root)}]", label))
    return near or any(len(key) >= 2 and key in label for key in keys)


def _alike(one: Figure, other: Figure) -> bool:
    return one.base == other.base or {one.base, other.base} <= {"人", "名", "人次"}


def changes(paragraph: Paragraph) -> Iterator[Change]:
    """Yield the changes of one paragraph whose both values are known."""
    figures = paragraph.figures
    for index, figure in enumerate(figures):
        words = _before(paragraph, figure)
        found = _CHANGE.search(words)
        if not found or not figure.is_rate:
            continue
        same = [entry for entry in figures[:index] if entry.sentence == figure.sentence]
        values = _from_to(paragraph, same) or _by(paragraph, same, bool(found["up"]))
        if values:
            points = "百分点" in paragraph.flat[figure.span.start : figure.span.end]
            yield Change(figure, *values, rising=bool(found["up"]), points=points)


def _from_to(paragraph: Paragraph, figures: Sequence[Figure]) -> tuple[Decimal, Decimal] | None:
    """Return the two values of 从A(…)到B where they are the last two figures."""
    if len(figures) < 2 or figures[-2].base != figures[-1].base:
        return None
    first, second = figures[-2], figures[-1]
    opening = paragraph.flat[max(0, first.span.start - 40) : first.span.start]
    between = paragraph.flat[first.span.end : second.span.start]
    lead = re.search(r"[从由](?!事|于|业)[^，。;]{0,38}$", opening)
    if lead and len(between) <= 40 and _CHANGE_TO.search(between) and second.number is not None:
        return first.value, second.value
    return None


def _by(paragraph: Paragraph, figures: Sequence[Figure], rising: bool) -> tuple[Decimal, Decimal] | None:
    """Return before and after of: 今年B，比上年增加D，增长C%."""
    if len(figures) < 2 or figures[-2].base != figures[-1].base or figures[-1].is_rate:
        return None
    now, gap = figures[-2], figures[-1]
    between = paragraph.flat[now.span.end : gap.span.start]
    found = _CHANGE.search(between.rstrip())
    if (
        not found
        or bool(found["up"]) != rising
        or not re.search(r"[比较]|同比|上年|去年", paragraph.flat[max(0, now.span.start - 14) : gap.span.start])
        or len(between) > 25
    ):
        return None
    if re.search(r"[比较][^，。;]{0,12}$", paragraph.flat[max(0, now.span.start - 14) : now.span.start]):
        same = [entry for entry in figures[:-2] if entry.base == now.base]  # …，比上年的A减少D，下降C%
        return (now.value, same[-1].value) if same else None
    before = now.value - gap.value if rising else now.value + gap.value
    return (before, now.value) if before > 0 else None


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


def headcounts(paragraph: Paragraph) -> Iterator[Headcount]:
    """Yield the numbers of people by 编制, 在职, 退休 … of one paragraph."""
    for figure in paragraph.figures:
        if figure.unit not in ("人", "名", "个"):
            continue
        label = re.sub(r"[“”\"\s]|‹[^›]*›", "", figure.label)
        found = _HEAD.search(label)
        if not found or (figure.unit == "个" and "编制" not in label):
            continue
        group = next(name for name, value in found.groupdict().items() if value)
        kind = _HEADS[int(group[1:])][0]
        before = paragraph.flat[paragraph.sentence_start(figure.sentence) : figure.span.start]
        part = bool(_NARROW.search(label)) and "、" not in label and not re.search(r"行政[、‧和]?事业", before)
        yield Headcount(figure, kind, part or _is_part(before, kind))


def _is_part(before: str, kind: str) -> bool:
    """Return whether the number is a part of the same kind's total (其中行政编制12人)."""
    opened = re.search(r"其中", before)
    return bool(opened) and kind == "编制"


def scores(paragraph: Paragraph) -> Iterator[Score]:
    """Yield 自评得分 where the text gives it in points."""
    for figure in paragraph.figures:
        if figure.unit != "分" or not 30 <= figure.value <= 120:
            continue
        if _SCORE.search(re.sub(r"(?:为|是|达|得分为)$", "", _before(paragraph, figure))):
            yield Score(figure)
