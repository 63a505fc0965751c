"""The outline of a report: its sections, its list items (一是…, 1.…, （一）, ①), and the projects that items name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from workbook import patterns as re
from workbook.narrative.names import clean
from workbook.narrative.text import Paragraph

_NUMERALS = "一二三四五六七八九十"
_SECTION = re.compile(rf"\s*(?:第?[{_NUMERALS}]{{1,3}}、|[{_NUMERALS}]{{1,3}}\.)")
_SUBSECTION = re.compile(rf"\s*[(‹][{_NUMERALS}]{{1,3}}[)›]、?")
_ITEM = re.compile(
    rf"(?:^\s*|(?<=[。;:，,、\n元)›])\s?)(?:(?:其中:?)?(?P<is>[{_NUMERALS}]{{1,2}})是(?!否)|(?P<dot>\d{{1,2}})[.、](?!\d)\s?"
    rf"|\((?P<round>\d{{1,2}})\)、?|(?P<circle>[①-⑳])|第(?P<nth>[{_NUMERALS}])[，,、])"
)
_TITLE_END = re.compile(
    r"[，,。;:(!?\n]|\d[\d.,]{0,30}\s?[万亿]?元|(?<=.)(?:年初|全年|年中)预算|预算(?:支出|安排|资金|金额)|预算\s?\d|实际支出|项目支出\s?\d"
)
_NO_PROJECT = re.compile(
    r"情况|方面|分析|措施|问题|制度|目标|指标|原因|建议|经验|做法|工作$|主要|为全面|根据|加强|推进|完善|开展|做好"
)
_PROJECT = re.compile(r"(?:项目|专项|经费|资金|工程|补助|补贴|基金|费|支出|款|课题|奖补)$")
_NOT_THERE = re.compile(r"问题|原因|措施|建议|改进|政府性基金|国有资本|社会保险")
_UNNUMBERED = re.compile(
    r"(?:部门|单位|政府性基金|国有资本|社会保险|资金使用|存在的?|下一步|改进|绩效|一般公共|其他需要|附件)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A list item, or a paragraph that is none: where it stands, its number, the section, its kind of mark, its title.

    `project` is the name of the project that the item is about, "" where it is about none; `lead` says that the
    block announces a list that follows.
    """

    paragraph: int
    start: int
    end: int
    number: int
    section: str
    mark: str = ""
    order: int = 0
    title: str = ""
    project: str = ""


def outline(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """Return the blocks of a report, in the order of the text."""
    out: list[Block] = []
    section = subsection = ""
    current: Block | None = None
    number = 0
    for paragraph in paragraphs:
        heading = _heading(paragraph.flat)
        if heading:
            level, title = heading
            section, subsection = (title, "") if level == 1 else (section, title)
            current = None
        where = subsection or section
        listed = bool(re.search(r"(?:项目|专项|资金)[^。]{0,40}(?:其中|如下|分别|包括)?\s*:?\s*$", _lead(out)))
        pieces = [(0, len(paragraph.flat), "", 0)] if heading and heading[0] == 1 else _pieces(paragraph.flat)
        for start, end, mark, order in pieces:
            if mark or current is None:
                number += 1
                current = _block(paragraph, (start, end), number, where, mark, order, listed)
                out.append(current)
                if not mark:
                    current = None
            else:
                out.append(
                    Block(
                        paragraph.number,
                        start,
                        end,
                        current.number,
                        current.section,
                        "",
                        current.order,
                        current.title,
                        current.project,
                    )
                )
    return out


def _lead(blocks: list[Block]) -> str:
    unmarked = [block for block in blocks[-12:] if not block.mark]
    return unmarked[-1].title if unmarked else ""


def _heading(flat: str) -> tuple[int, str] | None:
    """Return level and title where a paragraph is (or begins with) a heading."""
    words = flat.strip()
    for level, pattern in ((1, _SECTION), (2, _SUBSECTION)):
        found = pattern.match(words)
        if found:
            return level, re.split(r"[。:]", words[found.end() :], maxsplit=1)[0][:60]
    if len(words) <= 30 and not re.search(r"[。，,;:\d]", words) and _UNNUMBERED.match(words):
        return 1, words
    found = re.match(r"\s*\d{1,2}、\s+([^。，,;:\d]{4,24}情况)$", words)
    return (1, found[1]) if found else None


def _pieces(flat: str) -> Iterator[tuple[int, int, str, int]]:
    """Yield (start, end, kind of mark, its number) for each list item of a paragraph, and for what stands before."""
    marks = [found for found in _ITEM.finditer(flat) if found.lastgroup]
    first = marks[0].start() if marks else len(flat)
    if first > 0 or not marks:
        yield 0, first, "", 0
    for found, following in zip_longest(marks, marks[1:]):
        end = following.start() if following else len(flat)
        kind = str(found.lastgroup)
        yield found.start(), end, kind, _order(found[kind])


def _order(mark: str) -> int:
    if mark.isdigit() and mark.isascii():
        return int(mark)
    if mark.strip() in "●◆■▲★※◎○◇□•➢":
        return 0
    if mark in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(mark) - ord("①") + 1
    if len(mark) == 2:
        return 10 + _NUMERALS.index(mark[1]) + 1 if mark[0] == "十" else 0
    return _NUMERALS.index(mark) + 1


def _block(
    paragraph: Paragraph, span: tuple[int, int], number: int, where: str, mark: str, order: int, listed: bool
) -> Block:
    start, end = span
    words = paragraph.flat[start:end]
    found = _ITEM.match(words) if mark else None
    body = words[found.end() :] if found else words
    title = body[:80] if not mark else re.split(_TITLE_END, body, maxsplit=1)[0].strip()[:60]
    inside = bool(mark) and not _NOT_THERE.search(where) and (listed or bool(re.search(r"项目|专项", where)))
    project = _project(title, body) if inside else ""
    return Block(paragraph.number, start, end, number, where, mark, order, title, project)


def _project(title: str, body: str) -> str:
    name = clean(title)
    if (
        len(name) < 2
        or len(title) > 45
        or re.search(r"、.*[和及为]|[为由是]", name)
        or (_NO_PROJECT.search(title) and not _PROJECT.search(title))
    ):
        return ""
    has_money = bool(re.search(r"\d\s?[万亿]?元", body[:400]))
    return name if has_money or _PROJECT.search(title) else ""
