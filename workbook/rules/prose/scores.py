"""正文的分项得分：与自评表各部分的得分，各项相加与总分。"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, zip_longest
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.figures import round_half_up, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Sentence, hit, is_own, paragraphs, sentences
from workbook.rules.prose.grades import is_others
from workbook.rules.registry import Hit, rule

_POINTS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,2})?)\s?分(?!钟|别|局|公司|项|档|为|之|段|制|以)")
_FULL = re.compile(r"(?:满分|总?分值|标准分|权重|共)(?:各?为|共|是|:)?\s?$")
_SCORED = re.compile(r"得(?:分|到)?(?:分别)?(?:为|共计?|:)?\s?$")
_SEVERAL = 2  # scores of one part that a text may tell apart by a slip; more are those of projects
_TITLE, _REACH = 14, 24  # characters of a title, and behind a name
_LOST = re.compile(r"扣[^，、。;()]*")
_NAMES_OF_NONE = r"满意度|项目(?=按期|完成|支出)|\([^()]*以[上下][^()]*\)"  # no other's score for these words
_TOTAL = re.compile(
    r"(?:合计|共计|总计|总得?分|综合得分|综合评分|自评得分|最终得分|项目自评|项目得分)(?:为|是|得分|得|:)*\s?(\d{1,3}(?:\.\d{1,2})?)\s?分(?!值|制)"
)


class Told(NamedTuple):
    """The score that words give a part of the sheet: its name there, the points, the words."""

    name: str
    score: Decimal
    said: str


@rule(
    "D12",
    "正文分项得分与自评表不符",
    Severity.WARNING,
    Category.PROSE,
    "文表一致：正文的分项得分应与自评表相同",
    "正文第{paragraph}段「{quote}」，自评表是 {expected} 分，相差 {difference} 分",
    "请核对正文与自评表的得分",
    ("narrative", "indicators[]"),
    asks=("indicators[].score",),
)
def part_scores_are_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写的预算执行率得分、各类指标得分与自评表相同。"""
    parts = _part_scores(filing)
    if not parts or not is_own(filing):
        return
    found: list[tuple[Sentence, Told]] = []
    for sentence in _own(filing):
        scored = re.search("自评(?:综合)?得分|总得?分", paragraphs(filing)[sentence.paragraph - 1])
        for told in _told(sentence.text, parts, bool(scored) and sentence.text.startswith("其中")):
            found.append((sentence, told))
    for sentence, told in found:
        path, value = parts[told.name]
        if not _is(told.score, value) and len({one.score for _, one in found if one.name == told.name}) <= _SEVERAL:
            more = {"path": path, "actual": told.score, "expected": value, "kind": "score"}
            yield hit(filing, sentence.paragraph, told.said, **more)


@rule(
    "D30",
    "正文各项得分相加不等于总分",
    Severity.WARNING,
    Category.PROSE,
    "各项得分之和＝总得分",
    "正文第{paragraph}段「{quote}」，{terms} 相加为 {sum} 分，相差 {off} 分",
    "请核对各项得分与总分，改写错的一个",
    ("narrative",),
)
def part_scores_make_the_total(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """同一段里逐项写了满分与得分、满分合计 100 的，各项得分之和就是所写的总分；自评表自己的各部分由别的规则核对。"""
    for number, text in enumerate(paragraphs(filing), 1):
        scored = [*_pairs(text)] if "得" in text else []
        if len(scored) < 3 or sum(full for full, _ in scored) != scheme.number("weights.total"):
            continue
        totals = [
            one
            for part in re.findall("[^。]+", text)
            if not re.search("上年|去年", part)
            for one in _TOTAL.finditer(part)
        ]
        added = sum((score for _, score in scored), Decimal(0))
        if len({one[1] for one in totals}) == 1 and added != Decimal(totals[0][1]):
            slots = {
                "terms": "＋".join(shown(score) for _, score in scored),
                "sum": shown(added),
                "off": shown(abs(added - Decimal(totals[0][1]))),
            }
            yield hit(filing, number, totals[0][0], slots=slots)


def _pairs(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield what could be had and what was had, as told side by side: 建成面积15分得14.44分, 效益指标满分30分、得29.44分."""
    told = list(_POINTS.finditer(_LOST.sub("", text)))
    for one, two in pairwise(told):
        between = one.string[one.end() : two.start()]
        if re.fullmatch(r"[)，、,;\s]*(?:实际|自评)?得(?:分)?(?:为|:)?\s?", between):
            yield Decimal(one[1]), Decimal(two[1])
        elif re.fullmatch(r"\((?:分值|满分|权重|标准分)(?:为|:)?\s?", between) and _SCORED.search(
            one.string[: one.start()]
        ):
            yield Decimal(two[1]), Decimal(one[1])


def _own(filing: Filing) -> Iterator[Sentence]:
    """Yield the sentences that give scores, but for those of others' and of other years; one under a short title with it."""
    before = Sentence(0, "")
    for sentence in sentences(filing):
        title = before.text.rstrip("。") if before.paragraph == sentence.paragraph and len(before.text) < _TITLE else ""
        before = sentence
        if "分" not in sentence.text:
            continue
        text = title + sentence.text if re.match("分值|满分|得", sentence.text) else sentence.text
        if not is_others(filing, re.sub(_NAMES_OF_NONE, "", _LOST.sub("", text))):
            yield Sentence(sentence.paragraph, text)


def _told(text: str, parts: dict[str, tuple[str, Decimal]], told_before: bool) -> Iterator[Told]:
    """Yield the scores that a sentence gives to parts of the sheet.

    What could be had is told apart by its words (满分, 分值) or as the first of two with 得 between them; points that stand alone
    are a score where 得 stands before them, where what could be had stands in brackets behind them, or in a row of scores.
    """
    names = {short: name for name in parts for short in (name, name.removesuffix("指标").removeprefix("预算"))}
    names |= {"预算执行": "预算执行率"} if "预算执行率" in parts else {}
    mention = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    text = _LOST.sub(lambda lost: " " * len(lost[0]), text)
    found = list(re.finditer(rf"(?:{mention})(?:指标|部分|方面|\d?项)*", text))
    row = told_before or bool(re.search("得分|总分|自评得", text))
    joined = -1
    for one, following in zip_longest(found, found[1:]):
        together, joined = joined == one.start(), -1
        if following and re.fullmatch("[、和及与]", text[one.end() : following.start()]):
            joined = following.start()
        name = re.match(mention, one[0])
        rest = text[one.end() : following.start() if following else len(text)]
        rest = re.split("[。;]|综合|总得?分|[合共总]计", rest)[0][:_REACH]
        opened = re.search(r"(?:^|[^\w]|其中|是)$", text[: one.start()])
        if name is None or opened is None or together or joined >= 0:
            continue  # several told together: 产出、效益、满意度指标得88.38分
        score = _score(rest, row)
        if score is not None:
            yield Told(names[name[0]], Decimal(score[1]), one[0] + rest[: score.end()])


def _score(rest: str, row: bool) -> re.Match[str] | None:
    """Return the score among the points behind a name, None where it is not clear which it is."""
    points = [one for one in _POINTS.finditer(rest) if not re.search(r"[^\W\d]{5,}$", rest[: one.start()])]
    if not points:
        return None
    had = [one for one in points if not _FULL.search(rest[: one.start()])]
    scored = [one for one in had if _SCORED.search(rest[: one.start()])]
    if scored:
        return scored[0] if len(scored) == 1 else None
    first = points[0]
    if first not in had or re.sub(r"[为:\s]", "", rest[: first.start()]):
        return None
    behind = rest[first.end() :]
    alone = len(points) == 1 and row and "." in first[1] and re.match(r"[，、;。()]|$", behind)
    return first if alone or (len(points) == 2 and re.match(r"\((?:满分|分值|权重|共)", behind)) else None


def _is(told: Decimal, value: Decimal) -> bool:
    """Return whether a score in words is a value, to the decimals printed."""
    exponent = told.as_tuple().exponent
    return round_half_up(value, max(0, -exponent) if isinstance(exponent, int) else 0) == told


def _part_scores(filing: Filing) -> dict[str, tuple[str, Decimal]]:
    """Return the scores of the execution rate and of each class of indicators, by name, with a cell; none where one is blank."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[str, str] = {}
    blank = set()
    for index, row in enumerate(filing.indicators):
        for name in {row.level1 or "", row.level2 or ""} - {""}:
            first.setdefault(name, f"indicators[{index}].score")
            if row.weight and row.score is None:
                blank.add(name)
            sums[name] += row.score or Decimal(0)
    out = {name: (first[name], value) for name, value in sums.items() if name not in blank and name.endswith("指标")}
    if filing.funds.score is not None:
        out["预算执行率"] = ("funds.score", filing.funds.score)
    return out
