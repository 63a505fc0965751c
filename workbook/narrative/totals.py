"""Totals with their parts: 其中, brackets, a list that follows, and 合计 at the end of a row."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from workbook.narrative.outline import Block
from workbook.narrative.statements import Amount, Figure, Total
from workbook.narrative.text import Paragraph, last

_TRIGGER = re.compile(r"其中:?|包括:?|分别(?:为|是):?")
_SUM = re.compile(r"(?:两项|三项|四项|以上|上述)?(?:合计|共计|总计|共)$")
_LIST_LEAD = re.compile(r"(?:其中|如下|包括|分别为|分别是|具体(?:为|是)?)?[:：。]?\s*$")
_COUNT = re.compile(
    r"(?:共计|共有|合计|共|涉及|分为|安排|设立)\s?(?P<n>[一二两三四五六七八九十]{1,3}|\d{1,2})\s?(?:个|项)(?![月百])"
)
_COUNT_BEFORE = re.compile(r"(?P<n>[一二两三四五六七八九十]{1,2}|\d{1,2})\s?(?:个|项)(?:专项)?项目")
_NUMERALS = "一二三四五六七八九十"
SEPARATORS = "，,、;和及与 "


def totals(paragraph: Paragraph) -> Iterator[Total]:
    """Yield the totals of one paragraph whose parts stand in the same paragraph."""
    figures = paragraph.figures
    ends: set[int] = set()
    for found in _TRIGGER.finditer(paragraph.flat):
        total = _after(paragraph, figures, found.start(), found.end())
        if total is not None and total.parts[0].span.start not in ends:
            ends.add(total.parts[0].span.start)
            yield total
    for index, figure in enumerate(figures):
        total = _bracket(paragraph, index)
        if total is not None and total.parts[0].span.start not in ends:
            ends.add(total.parts[0].span.start)
            yield total
        total = _row(paragraph, index)
        if total is not None:
            yield total
        del figure


def _after(paragraph: Paragraph, figures: Sequence[Figure], start: int, begin: int) -> Total | None:
    heads = [figure for figure in figures if figure.span.end <= start]
    following = [figure for figure in figures if figure.span.start >= begin]
    if not heads or not following or not _near(paragraph, heads[-1], following[0], start):
        return None
    parts = _run(paragraph, following, begin)
    return _total(paragraph, heads, parts, start)


def _near(paragraph: Paragraph, head: Figure, first: Figure, start: int) -> bool:
    """Return whether the words between are no new subject: at most the sentence before, and no list mark between."""
    return (
        paragraph.sentence(start) - head.sentence <= 1 and first.span.start - start <= 60 and first.number is not None
    )


def _run(paragraph: Paragraph, figures: Sequence[Figure], begin: int) -> list[Figure]:
    """Return the figures of one unit that follow each other, a segment each, until another thing is spoken of."""
    first = figures[0]
    parts: list[Figure] = []
    position = begin
    listed_by = ""
    for figure in figures:
        between = paragraph.flat[position : figure.span.start]
        mark = between.lstrip()[:1]
        if len(parts) == 1:
            listed_by = mark
        elif len(parts) > 1 and mark == ";" and listed_by == "、":
            break  # a semicolon after parts told apart by 、 ends them
        if figure.sentence != first.sentence or _TRIGGER.search(between) or figure.depth < first.depth:
            break
        if parts and figure.depth > first.depth:
            position = figure.span.end
            continue
        if parts and re.search(r"[，,;]", between) and _idle(between):
            break
        if parts and figure.is_rate and re.fullmatch(r"\s?[，,(]\s?(?:约?占|占比)[^\d]{0,20}", between):
            position = figure.span.end
            continue
        if figure.base == first.base:
            if parts and not re.search(r"[，,、;)]|^(?:和|及|与|以及)|[和及与]", between):
                break
            parts.append(figure)
        elif (figure.is_rate and not paragraph.flat[figure.span.end :].lstrip().startswith((";", "、", ")"))) or (
            parts and re.search(r"[，,;]", between)
        ):
            break
        position = figure.span.end
    return parts


def _idle(between: str) -> bool:
    """Return whether a whole clause without a figure stands between two figures."""
    clauses = [words for words in re.split(r"[，,;]", between)[1:-1] if len(words.strip()) > 1]
    return bool(clauses)


def _total(paragraph: Paragraph, heads: Sequence[Figure], parts: Sequence[Figure], start: int) -> Total | None:
    if not parts:
        return None
    base, sentence = parts[0].base, paragraph.sentence(start)
    depth = parts[0].depth
    fit = [
        figure
        for figure in reversed(heads)
        if figure.base == base and sentence - figure.sentence <= 1 and figure.depth <= depth and not figure.is_rate
    ]
    if not fit or parts[0].is_rate:
        return None
    head = _head(fit, parts)
    complete = _announced(paragraph.flat[paragraph.sentence_start(head.sentence) : start]) == len(parts)
    return Total(head, tuple(parts), complete, tuple(fit[:6]))


def _head(fit: Sequence[Figure], parts: Sequence[Figure]) -> Figure:
    """Return which of the figures before the parts is their total: the one they add up to, else the one of that name."""
    total = sum(part.value for part in parts)
    for figure in fit:
        if abs(figure.value - total) <= (0 if not figure.is_money else len(parts)) * figure.value.__class__("0.01"):
            return figure
    labels = "".join(part.label for part in parts)
    if "人员" in labels and "公用" in labels:
        named = next((figure for figure in fit if "基本支出" in figure.label), None)
        if named:
            return named
    return fit[0]


def _bracket(paragraph: Paragraph, index: int) -> Total | None:
    """Return the total before an opening bracket with its parts in it."""
    figures = paragraph.figures
    if index + 2 >= len(figures):
        return None
    head, first = figures[index], figures[index + 1]
    between = paragraph.flat[head.span.end : first.span.start]
    if not re.match(r"\s?(?:次|左右|以上)?\(", between) or ")" in between or head.base != first.base or head.is_rate:
        return None
    parts = [figure for figure in _run(paragraph, figures[index + 1 :], head.span.end) if figure.depth == first.depth]
    if len(parts) < 2:
        return None
    return Total(head, tuple(parts), True, (head,))


def _row(paragraph: Paragraph, index: int) -> Total | None:
    """Return a total that closes a row: 人员经费300万元、公用经费40万元，合计340万元."""
    figures = paragraph.figures
    head = figures[index]
    if not _SUM.fullmatch(head.label.strip()) and not _bare_sum(paragraph, head):
        return None
    parts: list[Figure] = []
    for figure in reversed(figures[:index]):
        follower = parts[-1] if parts else head
        between = paragraph.flat[figure.span.end : follower.span.start]
        if figure.sentence != head.sentence or figure.base != head.base or figure.is_rate or _idle(between):
            break
        if re.search(r"其中|包括", between) or len(between) > 40:
            break
        parts.append(figure)
    if len(parts) < 2:
        return None
    return Total(head, tuple(reversed(parts)), False, (head,))


def _bare_sum(paragraph: Paragraph, head: Figure) -> bool:
    before = paragraph.flat[max(0, head.span.start - 6) : head.span.start]
    return bool(re.fullmatch(r"(?:(?:以上|上述|前述)?[两二三四五六]?项)?", head.label)) and bool(
        re.search(r"(?:合计|共计|总计)(?:为|达)?\s?$", before)
    )


def _announced(words: str) -> int | None:
    """Return how many items the words announce: 共7个 → 7."""
    found = None
    for pattern in (_COUNT, _COUNT_BEFORE):
        found = last(pattern, words)
        if found:
            break
    if not found:
        return None
    mark = found["n"].replace("两", "二")
    if mark.isdigit():
        return int(mark)
    if len(mark) == 1:
        return _NUMERALS.index(mark) + 1
    return 10 + _NUMERALS.index(mark[1]) + 1 if mark[0] == "十" and mark[1] in _NUMERALS[:9] else None


def listed(paragraphs: Sequence[Paragraph], blocks: Sequence[Block], amounts: Sequence[Amount]) -> Iterator[Total]:
    """Yield the totals whose parts are the items of the list that follows in paragraphs of its own."""
    near: dict[int, list[Amount]] = defaultdict(list)
    for amount in amounts:
        near[amount.span.paragraph].append(amount)
    for position, block in enumerate(blocks):
        if block.mark and position + 1 < len(blocks) and blocks[position + 1].paragraph == block.paragraph:
            continue
        lead = [amount for amount in near[block.paragraph] if _inside(amount, block)]
        items = _items(blocks, position)
        if not lead or len(items) < 2:
            continue
        words = paragraphs[block.paragraph - 1].flat[block.start : block.end]
        count = _announced(words)
        if not re.search(r"其中:?\s*$|如下:?\s*$|:\s*$|(?:包括|分别为|分别是)\s*$", words) and count != len(items):
            continue
        head = lead[-1]
        parts = [_of_item(amounts, item, head.kind) for item in items]
        if all(parts):
            found = tuple(amount.figure for amount in parts if amount is not None)
            yield Total(head.figure, found, count == len(items) or count is None, tuple(a.figure for a in lead))


def _inside(amount: Amount, block: Block) -> bool:
    return amount.span.paragraph == block.paragraph and block.start <= amount.span.start < block.end


def _items(blocks: Sequence[Block], position: int) -> list[Block]:
    """Return the items of the list after a block: marks of one kind, counting up from one, in later paragraphs."""
    out: list[Block] = []
    lead = blocks[position]
    for block in blocks[position + 1 :]:
        if block.paragraph == lead.paragraph:
            return []
        if not block.mark:
            if out and block.number == out[-1].number:
                continue
            break
        if out and block.mark != out[0].mark:
            continue
        if block.order != len(out) + 1 or block.section != lead.section:
            break
        out.append(block)
    return out


def _of_item(amounts: Sequence[Amount], item: Block, kind: str) -> Amount | None:
    own = [amount for amount in amounts if amount.block == item.number and not amount.part]
    wanted = "支出" if kind in ("", "支出", "收入") else kind
    exact = [amount for amount in own if amount.kind == wanted and amount.explicit]
    bare = [amount for amount in own if amount.kind in (wanted, "")]
    return exact[0] if exact else bare[0] if bare else None
