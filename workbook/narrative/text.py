"""Paragraphs made plain without moving a character, and the numbers in them."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workbook import patterns as re
from workbook.model.quantity import numeral, parse
from workbook.narrative.statements import Figure, Span

LONGEST = 20_000
LONGEST_LABEL = 60
_MARK_ENDS = (".", "、", ")", "．")
DELIMITERS = "，,。;:、!?()\n\t"

_FULL = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20, 0xA0: 0x20}
_FULL |= {ord("≦"): ord("≤"), ord("≧"): ord("≥"), ord("﹥"): ord(">"), ord("﹤"): ord("<"), ord("％"): ord("%")}
_FULL.pop(ord("，"))
_WIDE_THOUSANDS = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")

_NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?(?=\s?[万亿]?元)|\d+(?:\.\d+)?"
# fmt: off
_WORDS = [
    "千瓦时", "册次", "人份", "台套", "个百分点", "个工作日", "平方公里", "立方米", "平方米", "工作日", "小时",
    "课时", "学时", "公里", "公顷", "公斤", "平方千米", "千克", "人次", "户次", "家次", "台次", "件次", "辆次",
    "批次", "车次", "场次", "班次", "个月", "人天", "分钟", "㎡", "个", "件", "起", "次", "家", "户", "人",
    "名", "项", "场", "期", "条", "份", "处", "台", "辆", "所", "篇", "张", "本", "套", "批", "支", "幅", "块",
    "盏", "座", "栋", "间", "亩", "吨", "米", "美元", "港元", "欧元", "日元", "分", "天", "株", "头", "只",
    "羽", "例", "宗", "笔", "单", "度", "秒", "对", "门", "棵", "岁", "周", "层", "级", "类", "种", "组", "队",
    "册", "卷", "幢", "宅", "顶", "部", "首", "段", "封", "架", "箱", "袋", "集", "讲", "轮", "堂", "餐", "桶",
    "根", "面", "兆瓦", "床位", "床", "站", "校", "班", "园", "厂", "井", "床日", "人日", "元次", "工日",
    "项次", "家庭", "车", "桥", "库", "线", "街", "片区", "社区", "网点", "站点", "点位", "宗次", "单元",
    "街区", "片林", "台班", "例次", "位", "页", "升", "把", "枚", "艘", "孔", "眼", "口", "片", "村", "%",
    "‰",
]
# fmt: on
# after 万 or 亿 any other word is a unit that the list lacks, and no money
_OTHER_UNIT = re.compile(r"(?![的和与及或以左上余多元为用到至内已在等超、])[^\W\d_]")
_UNIT = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_FIGURE = re.compile(rf"(?<![\d.])({_NUMBER})\s{{0,2}}(余|多)?\s?(百万|千万|万|亿|千|百)?(余|多)?\s?(元|{_UNIT})?")
_CHINESE_RATE = re.compile(r"百分之([零一二三四五六七八九十百点\d.]{1,12})")
# What looks like a number and is a time, a document, an ordinal, or a name.
# numbers of thirty digits at most: from each place on, so many are looked at
_NO_FIGURE = re.compile(
    r"(?:19|20)\d{2}\s?年(?:度)?(?:\s?\d{1,2}\s?[-—~至到]\s?\d{1,2}\s?月份?)?(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?"
    r"|(?:19|20)\d{2}[-—~至](?:19|20)\d{2}年?|(?:19|20)\d{2}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d|万|元|%)"
    r"|\d{1,2}\s?[-—~至到]\s?\d{1,2}\s?月份?|\d{1,2}\s?月(?:份|底|初|末)?(?:\s?\d{1,2}\s?日?(?:\s?[-—~至到]\s?\d{1,2}\s?日)?)?"
    r"|[〔\[【(](?:19|20)\d{2}[〕\]】)]\s?(?:第)?\d*\s?号?|第\s?\d+|\d{1,30}\s?[×*xX]\s?\d+|\d{1,2}:\d{2}"
    r"|附[件表]\s?\d+|\d{1,9}(?:\.\d{1,9})?\s?:\s?\d{1,9}(?:\.\d{1,9})?(?![\d.]*[%万元])|《[^》\n]{0,60}》|[A-Za-z]\d+|\d{1,30}[A-Za-z]+\b|\d{1,30}[号强届]|\d{1,2}日|\d{1,30}年(?!期)|\d{3,4}-\d{7,8}|\d{1,30}\s?(?:热线|平台)"
)
_QUOTED = re.compile(r"[“\"「][^”\"」\n]{0,40}[”\"」]")
_RANGE = re.compile(r"[-—–~～至到]\s?\d")
_BEFORE = tuple(
    (sign, re.compile(rf"(?:{words})(?:约|为)?\s?$"))
    for sign, words in (
        ("≥", r"≥|>=|不低于|不少于|不小于|不得低于|不得少于|大于等于|至少"),
        ("≤", r"≤|<=|不超过|不高于|不大于|不多于|不得超过|控制在|小于等于"),
        (">", r">|大于|超过|高于|多于"),
        ("<", r"<|小于|低于|少于"),
    )
)
_ROUGH = re.compile(
    r"(?:(?<![节预合违签公条履特邀制契])约合?|折合|近|接近|大约|将近|逾|超|超过|不到|不足|突破)(?:为|有|达|计)?$"
)
_FILLER = re.compile(
    r"(?:(?:也|均|已|仅|只|全部|累计|总计|共计|合计|一共|总共|共有|共|约为|(?<![节预合违签公条履特邀制契])约|近|逾|超过|超|不足|不到|突破|达到了|达到|达|到|为|是|有|计"
    r"|≥|≤|>|<|=|不低于|不少于|不超过|控制在|人民币|金额|:|\s)+)$"
)
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SENTENCE_END = re.compile(r"[。!?\n]")
_UNIT_ASIDE = re.compile(r"(?<=\d)\(([万亿]?元)\)")
_WORDS_ASIDE = re.compile(r"\((?![^()]*[一二三四五六七八九十百][名人])([^()\d\n]{1,30})\)")
_YEAR_ASIDE = re.compile(r"\(((?:19|20)\d{2}年?度?)\)")
_TWINS = re.compile(r"(水费|会议费|电费)、(?=电费|培训费|差旅费)")
_MASKED = str.maketrans(dict.fromkeys(DELIMITERS, "‧"))
_DELIMITER = re.compile(f"[{re.escape(DELIMITERS)}]")
_MONEY = re.compile(r"\d\s?[万亿]?元")
_RANGE_BEFORE = re.compile(r"\d[%万亿元个次人家分岁]{0,2}(?:[(‹][含不]含?[)›])?\s?[-—–~～至到]\s?$")
_MARK_END = re.compile(r"[.、)．](?!\d)")
_VAGUE_AFTER = re.compile(r"左右|上下|以上|以下|以内|多|余")
_AT_LEAST, _AT_MOST = re.compile(r"及?以上"), re.compile(r"以内|之内|及?以下")


@dataclass(slots=True)
class Paragraph:
    """One paragraph: as written, made plain (same length), with brackets that hold no figure masked, and its figures."""

    number: int
    raw: str
    flat: str
    figures: list[Figure] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)

    def sentence(self, position: int) -> int:
        """Return the number of the sentence (0-based) in which a character stands."""
        return bisect_right(self.sentences, position) - 1

    def sentence_start(self, number: int) -> int:
        """Return where a sentence begins."""
        return self.sentences[max(0, number)]


def plain(text: str) -> str:
    """Return the text with full-width signs made half-width, character for character; the Chinese comma stays."""
    return _WIDE_THOUSANDS.sub(",", text).translate(_FULL)


def paragraph(number: int, raw: str) -> Paragraph:
    """Return one paragraph with its figures; what is longer than twenty thousand characters is cut."""
    flat = _masked(plain(raw[:LONGEST]))
    starts = [0] + [found.end() for found in _SENTENCE_END.finditer(flat) if found.end() < len(flat)]
    out = Paragraph(number, raw, flat, [], starts)
    out.figures = _with_shared_units(list(_figures(out)), flat)
    out.figures = (
        sorted([*out.figures, *_spelled(out)], key=lambda entry: entry.span.start)
        if _SPELLED.search(flat)
        else out.figures
    )
    if stated := _STATED.search(flat):
        out.figures = [_stated(entry, stated[1]) if entry.span.start > stated.end() else entry for entry in out.figures]
    return out


def _masked(flat: str) -> str:
    """Return the text with brackets that hold no figure turned into ‹›, so that they part nothing."""

    def mask(found: re.Match[str]) -> str:
        return f"‹{found[1].translate(_MASKED)}›"

    if "(" in flat:
        flat = _UNIT_ASIDE.sub(r" \1 ", flat)
        flat = _YEAR_ASIDE.sub(mask, _WORDS_ASIDE.sub(mask, flat))
    return _TWINS.sub(r"\1‧", flat)


def _figures(paragraph: Paragraph) -> Iterator[Figure]:
    flat = paragraph.flat
    found_all = sorted(
        [*_FIGURE.finditer(flat), *_CHINESE_RATE.finditer(flat)], key=lambda found: (found.start(), -found.end())
    )
    if not found_all:
        return
    barred = _barred(flat)
    depth = _depths(flat)
    floor = 0
    last_end = 0
    for found in found_all:
        if found.start() < last_end or barred[found.start()]:
            continue
        last_end = found.end()
        figure = _figure(paragraph, found, floor, depth[found.start()])
        floor = found.end() + (figure is None and flat[found.end() : found.end() + 1] in _MARK_ENDS)
        if figure is not None:
            yield figure


def _barred(flat: str) -> bytearray:
    barred = bytearray(len(flat) + 1)
    spans = [found.span() for found in _NO_FIGURE.finditer(flat)]
    spans += [found.span() for found in _QUOTED.finditer(flat) if not _MONEY.search(found[0])]
    for start, end in spans:
        barred[start:end] = b"\1" * (end - start)
    return barred


def _depths(flat: str) -> list[int]:
    out, depth = [], 0
    for char in flat:
        depth = max(0, depth + (char == "(") - (char == ")"))
        out.append(depth)
    return [*out, depth]


def _figure(paragraph: Paragraph, found: re.Match[str], floor: int, depth: int) -> Figure | None:
    flat, start, end = paragraph.flat, found.start(), found.end()
    if found.re.pattern == _CHINESE_RATE.pattern:
        quantity = parse(found[0])
        if quantity is None:
            return None
        number, scale, vague, unit = quantity.number, "", "", "%"
    else:
        number = Decimal(found[1].replace(",", "").replace(" ", ""))
        scale, vague, unit = found[3] or "", found[2] or found[4] or "", found[5] or ""
        if _is_mark(flat, found) or _in_range(flat, start, found.end(1), end):
            return None
        if not found[5] and not scale:
            end = found.end(1)
        if not found[5] and scale and _OTHER_UNIT.match(flat, end):
            unit, end = flat[end], end + 1
    label, after, label_start = label_before(flat, start, floor)
    head = flat[max(0, start - 8) : start]
    tail = flat[end : end + 3]
    vague = vague or _vague(head, tail)
    value = _value(number, scale, unit)
    span = Span(paragraph.number, start, end)
    return Figure(
        span=span,
        quote=paragraph.raw[label_start:end].strip(),
        number=number,
        unit=("%" if unit == "个百分点" else scale + unit),
        value=value,
        label=label,
        after=after,
        vague=vague,
        comparator=_comparator(head, tail),
        depth=depth,
        sentence=paragraph.sentence(start),
    )


def _is_mark(flat: str, found: re.Match[str]) -> bool:
    """Return whether a number is the mark of a list item: "1." "2、" "(3)" in front of words."""
    if re.fullmatch(r"\d{1,2}\.(?:19|20)\d{2}", found[1]) and flat[found.end(1) : found.end(1) + 1] == "年":
        return True  # the mark of an item and a year: 2.2025年…
    if found[5] or found[3] or len(found[1]) > 2:
        return False
    before, after = flat[: found.start()].rstrip()[-1:], flat[found.end(1) : found.end(1) + 2]
    opening = before in ("", "。", ";", ":", "，", ",", "(", "元", ")", "?", "!")
    return opening and bool(_MARK_END.match(after))


def _in_range(flat: str, start: int, number_end: int, end: int) -> bool:
    if _RANGE.match(flat, end) or _RANGE.match(flat, number_end):
        return True
    return bool(_RANGE_BEFORE.search(flat[max(0, start - 10) : start]))


def _value(number: Decimal, scale: str, unit: str) -> Decimal:
    if unit in ("%", "个百分点"):
        return number / 100
    if unit == "‰":
        return number / 1000
    if unit == "元" or (not unit and scale in ("万", "亿")):
        return number * _SCALES[scale] / 10_000
    return number * _SCALES[scale]


def _vague(head: str, tail: str) -> str:
    before = _ROUGH.search(head)
    after = _VAGUE_AFTER.match(tail)
    return before[0] if before else after[0] if after else ""


def _comparator(head: str, tail: str) -> str:
    for sign, words in _BEFORE:
        if words.search(head):
            return sign
    if _AT_LEAST.match(tail):
        return "≥"
    return "≤" if _AT_MOST.match(tail) else ""


def label_before(flat: str, start: int, floor: int) -> tuple[str, str, int]:
    """Return the words in front of a figure, the delimiter before them, and where they begin.

    Where nothing but filler stands between a colon or a bracket and the figure, the words before that are taken.
    """
    floor = max(floor, start - LONGEST_LABEL)
    end = start
    for _ in range(2):
        begin = end - len(_DELIMITER.split(flat[floor:end])[-1])
        words = strip_filler(flat[begin:end])
        after = flat[begin - 1 : begin] if begin else ""
        if words or after not in (":", "(") or begin - 1 <= floor:
            return words, after, begin + len(flat[begin:end]) - len(flat[begin:end].lstrip())
        end = begin - 1
    return words, after, begin


def strip_filler(words: str) -> str:
    """Return a label without the verbs and signs between it and its figure: 为, 达到, 共计, ≥."""
    return _FILLER.sub("", words.strip()).strip()


_SPELLED = re.compile(
    r"(?<![第几数一二三四五六七八九十百千万零几好近、])(?!一(?![十百千]))([一二两三四五六七八九十百千零]{1,8})(个|名|家|台|辆|所|座|条|处|项|户|支|场|期|类|批|部|件|份|栋|人)(?!公|大|月|方面|性|结合|级|化|维护|坚持|统一|确保|意识|自信|代表)"
)


def _spelled(paragraph: Paragraph) -> Iterator[Figure]:
    """Yield the counts that are spelled out, from two on: 三台车, 十二个村, 一百五十八人."""
    taken = [(figure.span.start, figure.span.end) for figure in paragraph.figures]
    depth = _depths(paragraph.flat)
    for found in _SPELLED.finditer(paragraph.flat):
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        number = numeral(found[1])
        if number is None:
            continue
        label, after, begin = label_before(
            paragraph.flat, found.start(), max((end for _, end in taken if end <= found.start()), default=0)
        )
        span = Span(paragraph.number, found.start(), found.end())
        value = Decimal(number)
        quote = paragraph.raw[begin : found.end()].strip()
        yield Figure(
            span,
            quote,
            value,
            found[2],
            value,
            label,
            after,
            depth=depth[found.start()],
            sentence=paragraph.sentence(found.start()),
            spelled=True,
        )


_STATED = re.compile(r"单位[:：]\s?([百千万亿]*元)")


def _stated(figure: Figure, unit: str) -> Figure:
    """Return a bare number with the unit that the paragraph states once: （单位：万元）."""
    if figure.unit or figure.number != figure.value:
        return figure
    return replace(figure, unit=unit, value=_value(figure.number, unit[:-1], "元"), shared=True)


def _with_shared_units(figures: list[Figure], flat: str) -> list[Figure]:
    """Give a unit said once to the figures before it: 分别为3.2、4.5和6.1万元."""
    out = list(figures)
    for index in range(len(out) - 2, -1, -1):
        here, following = out[index], out[index + 1]
        between = flat[here.span.end : following.span.start].strip()
        if here.unit or not following.is_money or between not in ("、", "和", "及", "与", "以及"):
            continue
        scale = following.value / following.number if following.number else Decimal(1)
        out[index] = replace(here, unit=following.unit, value=here.number * scale, shared=True)
    return out


def last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    """Return the last place where a pattern fits, None where it fits nowhere."""
    found = deque(pattern.finditer(words), maxlen=1)
    return found[0] if found else None
