"""项目：写明的个数与列出的个数，表里有而正文没有写到的项目。"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbook.figures import shown
from workbook.filing import Filing
from workbook.findings import Category, Severity
from workbook.quantity import normal
from workbook.rules.prose.document import hit, number, paragraphs
from workbook.rules.registry import Hit, rule
from workbook.scheme import Scheme

_COUNT = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})\s?[个项]"
# the count of all: 共8个项目, 实施项目6个, 专项资金共7个, 项目五个，分别为; not of some, and not 某类的
_SAID = (
    rf"(?:项目|专项资金|专项)[^，。;:\d一二两三四五六七八九十]{{0,6}}{_COUNT}(?!月|百分|工作日)"
    rf"|(?:共计?|合计|总共)(?:有|实施|安排|涉及|列)?{_COUNT}(?:项目|专项|[，,:]\s?合计)"
)
_SOME = r"其中|主要|重点|等$|等[，。;:]|新增|上年|去年|计划|例如|如[:：]|部分"
_ITEM = r"^\s*(?:(\d{1,2})[.、)]|\((\d{1,2})\)|([①-⑳])|([一二三四五六七八九十]{1,2})是|([●◆■▲★]))"
_MONEY = r"\d\s?[万亿]?元|[^\W\d_]\s?\d[\d,]*\.\d+"
_NUMERALS = "一二三四五六七八九十"


def _value(words: str) -> int:
    """Return a count in digits or in Chinese numerals up to ninety-nine."""
    if words.isascii():
        return int(words)
    tens, ten, ones = words.replace("两", "二").rpartition("十")
    high = (_NUMERALS.index(tens) + 1 if tens else 1) if ten else 0
    return high * 10 + (_NUMERALS.index(ones) + 1 if ones else 0)


class _Claim(NamedTuple):
    """A count of projects, where it stands, and how many the text then lists."""

    paragraph: int
    quote: str
    said: int
    listed: int


@rule(
    "D15",
    "项目个数与列出的不符",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：写明的个数＝列出的个数",
    "正文第{paragraph}段「{quote}」，其后列出 {listed} 个{rows}",
    "请核对项目个数：漏写了项目，或个数没有改",
    ("narrative",),
)
def projects_are_as_many_as_said(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写明了个数、随后逐个列出金额的，个数与列出的相同；只举其中几个的不比。"""
    rows = sum(1 for row in filing.project_lines if row.budget or row.final)
    for claim in _claims(paragraphs(filing)):
        if claim.said != claim.listed and abs(claim.said - claim.listed) <= max(2, claim.said // 3):
            beside = f"，附件2 有金额的项目 {rows} 行" if rows > 1 else ""
            slots = {"listed": claim.listed, "rows": beside}
            yield hit(filing, claim.paragraph, claim.quote, slots=slots)


def _claims(texts: tuple[str, ...]) -> Iterator[_Claim]:
    for place, text in enumerate(texts):
        for found in re.finditer(_SAID, text):
            before = re.split(r"[。;]", text[: found.start()])[-1]
            if re.search(r"其中|主要|重点|上年|去年|计划|新增|[新续在]建|部分", before + found[0]) or found[0].endswith(
                "中"
            ):
                continue
            said = _value(next(words for words in found.groups() if words))
            rest = text[found.end() :]
            listed = _inline(rest) or _below(rest, texts[place + 1 :])
            if said > 1 and listed > 1:
                yield _Claim(place + 1, (before + found[0])[-30:], said, listed)
                break


def _inline(rest: str) -> int:
    """Return how many items with their amounts a sentence lists behind a count; 0 where it lists none, or only some."""
    sentence = re.split("。", rest)[0]
    opened = re.search(r"(?:分别为|分别是|包括|包含|具体为|即|如下|:)[:：]?", sentence)
    if opened is None or re.search(_SOME, sentence[: opened.end()]) or re.search("等", sentence[opened.end() :]):
        return 0
    tail = re.split(r"[，,](?:合计|共计|总计|以上|其中)", sentence[opened.end() :])[0]
    items = re.split(r"[、;]", tail)
    money = r"(?<![\d.,])\d[\d,]*(?:\.\d+)?(?![\d.,])" + (
        "" if re.search(r"单位:\s?[万亿]?元", sentence) else r"(?=\s?[万亿]?元)"
    )
    return len(items) if all(len(re.findall(money, item)) == 1 for item in items) else 0


def _below(rest: str, following: tuple[str, ...]) -> int:
    """Return how many items, each with an amount, the paragraphs right after a count list; 0 where they list none.

    A list runs from its first mark on, in one kind of mark without a gap; it ends at the first paragraph without one.
    """
    last = re.split("[。;]", rest.rstrip())
    announced = re.search(r"(?:其中|如下|分别|具体)[^。]{0,12}[:：]?\s*$", rest)
    if len(last) > 3 or (re.search(_SOME, rest) and not announced):
        return 0
    count, kind = 0, None
    for text in following:
        mark = re.match(_ITEM, text)
        if mark is None or (kind is not None and mark.lastindex != kind):
            break
        kind = mark.lastindex
        if _order(mark, count + 1) != count + 1 or not re.search(_MONEY, text):
            return 0
        count += 1
    return count


def _order(mark: re.Match[str], following: int) -> int:
    """Return the number that a mark bears; a bullet bears the one that comes next."""
    words = str(mark[mark.lastindex or 0])
    if mark.lastindex == 5:
        return following
    if mark.lastindex == 3:
        return ord(words) - ord("①") + 1
    return _value(words)


@rule(
    "D16",
    "表里的项目正文没有写到",
    Severity.WARNING,
    Category.PROSE,
    "文表一致：附件2 的项目在正文都有说明",
    "附件2「{name}」决算 {final} 万元，正文没有写到它的名称，也没有它的金额",
    "请在正文补写这个项目的资金使用和绩效，或统一项目名称",
    ("narrative", "project_lines[]"),
)
def every_row_is_told(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """附件2 有决算数的项目行，正文里有它的名称或金额；多数项目正文都没有逐个写的不报。"""
    text = normal("".join(filing.narrative))
    lines = [(n, row) for n, row in enumerate(filing.project_lines) if row.name and row.final]
    numbers = {number(found) for found in re.findall(r"(?<![\d.])\d[\d,]*(?:\.\d+)?", "\n".join(paragraphs(filing)))}
    missing = [(n, row) for n, row in lines if not _named(row.name, text) and not {row.final, row.budget} & numbers]
    if len(lines) >= 3 and len(missing) * 4 <= len(lines):
        for index, row in missing:
            slots = {"name": " ".join(row.name.split()), "final": shown(row.final) if row.final else ""}
            yield Hit(f"project_lines[{index}].name", slots=slots)


def _named(name: str, text: str) -> bool:
    """Return whether a text names a project: whole, or with most of its pairs of characters."""
    core = re.sub(
        r"^[\d.、()一二三四五六七八九十]+|\(.*?\)|[“”\"]|(?:项目|专项|经费|资金|支出|补助|工作)+$", "", normal(name)
    )
    pairs = {core[n : n + 2] for n in range(len(core) - 1)}
    return core in text or (bool(pairs) and sum(pair in text for pair in pairs) * 2 >= len(pairs))
