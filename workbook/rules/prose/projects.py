"""项目、股室、单位：写明的个数与列出的个数；表里有而正文没有写到的项目。"""

from collections.abc import Iterator
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import chapters, count, hit, number, paragraphs, sentences
from workbook.rules.registry import Hit, rule

_COUNT = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})\s?[个项]"
# the count of all: 共8个项目, 实施项目6个, 专项资金共7个, 项目五个，分别为; not of some, and not 某类的
_SAID = (
    rf"(?:项目|专项资金|专项)[^，。;:\d一二两三四五六七八九十]{{0,6}}{_COUNT}(?!月|百分|工作日)"
    rf"|(?:共计?|合计|总共)(?:有|实施|安排|涉及|列)?{_COUNT}(?:项目|专项|[，,:]\s?合计)"
    rf"|(?:其他|其余|另外){_COUNT}(?:项目|专项)(?:支出|资金)?(?=:)"
)
_SOME = r"其中|主要|重点|等$|等[，。;:]|新增|上年|去年|计划|例如|如[:：]|部分"
_ITEM = r"^\s*(?:(\d{1,2})[.、)]|\((\d{1,2})\)|([①-⑳])|([一二三四五六七八九十]{1,2})是|([●◆■▲★]))"
_MONEY = r"\d\s?[万亿]?元|[^\W\d_]\s?\d[\d,]*\.\d+"


_HOW_MANY = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_ALL_YEAR = r"(?:^|[，。;:])\s*(?:\d{1,2}[.、])?(?:本年度?|全年|当年|年度|\d{4}年度?)?"
# all the projects of the year: 全年实施项目7个, 共安排七个项目; of one fund's (一般公共预算项目5个) nothing is held against all
_TOTAL = (
    rf"{_ALL_YEAR}共?(?:计)?(?:安排|实施|开展|组织实施)了?(?:项目(?:支出)?(?:共)?{_HOW_MANY}个|{_HOW_MANY}个项目)(?=[，。;:、(])"
    rf"|{_ALL_YEAR}项目共?{_HOW_MANY}个(?:\([^()]*\))?(?=[，。;:](?:年初|全年|预算))"
    rf"|(?:^|[，。;:])[^，。;:\d]{{0,8}}共(?:有|计|安排|实施|涉及)?{_HOW_MANY}个项目(?=[，。;:、(]|$)"
)
_GOALS = rf"项目(?:支出)?(?:绩效)?目标{_HOW_MANY}[个份]"
# the same total where it is not counted but spoken of
_ALL_OF_THEM = rf"(?:以上|上述|在|^|[，。;:])\s*{_HOW_MANY}个项目(?=中|年初预算|全年预算|支出合计|全部编报)"
_ONE_FUND = "一般公共预算|基金|国有资本|财政拨款"


class _Claim(NamedTuple):
    """A count of projects, where it stands, and how many the text then lists."""

    paragraph: int
    quote: str
    said: int
    listed: int


@rule(
    "D15",
    "个数与列出的不符",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：写明的个数＝列出的个数",
    "正文第{paragraph}段「{quote}」，{listed}{rows}",
    "请核对个数：漏写了一项，或个数没有改",
    ("narrative",),
)
def projects_are_as_many_as_said(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写明了个数、随后逐个列出的，个数与列出的相同；说全年项目共几个的，与表里的项目、别处说的个数相同；只举其中几个的不比。"""
    rows = sum(1 for row in filing.project_lines if row.budget or row.final)
    told = set()
    for claim in _claims(paragraphs(filing)):
        if claim.said != claim.listed and abs(claim.said - claim.listed) <= max(2, claim.said // 3):
            told.add(claim.paragraph)
            beside = f"，附件2 有金额的项目 {rows} 行" if rows > 1 else ""
            listed = f"其后{'只' if claim.listed < claim.said else '却'}列出 {claim.listed} 个"
            yield hit(filing, claim.paragraph, claim.quote, slots={"listed": listed, "rows": beside})
    counted = (
        *_totals(filing, rows),
        *_rests(filing),
        *_listed_with_money(filing),
        *_lists_of_units(filing),
        *_parts(filing),
    )
    for paragraph, words, listed in counted:
        if paragraph not in told:
            told.add(paragraph)
            yield hit(filing, paragraph, words, slots={"listed": listed, "rows": ""})


_Counted = tuple[int, str, str]


def _totals(filing: Filing, rows: int) -> Iterator[_Counted]:
    """Yield totals of the year's projects that are not the rows of the table, all of them told, or not those told elsewhere."""
    texts = paragraphs(filing)
    elsewhere = {count(found[1]) for text in texts for found in re.finditer(_ALL_OF_THEM, text) if "其" not in found[0]}
    prose = normal("".join(texts))
    lines = [row for row in filing.project_lines if row.budget or row.final]
    whole = rows >= _FEWEST and all(_named(row.name, prose) for row in lines)
    for place, text in enumerate(texts, 1):
        if re.search(_ONE_FUND, _heading_of(filing, place)):
            continue
        for found in re.finditer(_TOTAL, text):
            said = count(next(words for words in found.groups() if words))
            if whole and 0 < abs(said - rows) <= _NEAR:
                yield place, found[0].strip("，。;: "), f"附件2 有金额的项目却是{rows}个，正文都写到了"
            elif len(elsewhere) == 1 and not whole and 0 < abs(said - min(elsewhere)) <= _NEAR:
                yield place, found[0].strip("，。;: "), f"别处说的却是{min(elsewhere)}个项目"
        for found in re.finditer(_GOALS, text):
            if whole and rows < count(found[1]) <= rows + _NEAR:
                yield place, found[0], f"附件2 有金额的项目却只有{rows}个，正文都写到了"


_FEWEST, _NEAR = 3, 2
_COUNTED = rf"共(?:有|计|安排|实施)?{_HOW_MANY}个项目|项目共?{_HOW_MANY}个(?=[，。;:])"


def _rests(filing: Filing) -> Iterator[_Counted]:
    """Yield the rest of the projects where it is not what the part before leaves: 4个项目全部支出，其余6个 of ten."""
    texts = paragraphs(filing)
    told = {count(next(filter(None, found.groups()))) for text in texts for found in re.finditer(_COUNTED, text)}
    for place, text in enumerate(texts, 1):
        for found in re.finditer(
            rf"{_HOW_MANY}个项目[^。;\d]{{0,30}}，?(?:其余|其他|剩余)的?{_HOW_MANY}个(?:项目)?", text
        ):
            both = count(found[1]) + count(found[2])
            if len(told) == 1 and both not in told and abs(both - min(told)) <= _NEAR:
                yield place, found[0][-30:], f"合起来是{both}个，全部项目却是{min(told)}个"


_OPENS_LIST = rf"(?:项目共?(?:有|计)?{_HOW_MANY}个|共(?:有|安排|实施)?{_HOW_MANY}个项目)[^。;]{{0,80}}?[:：]"
_WITH_MONEY = r"[^\d，。;]{3,36}(?:预算|安排)[^\d，。;]{0,6}\d[^;。]*(?:支出|执行)[^\d，。;]{0,4}\d"


def _listed_with_money(filing: Filing) -> Iterator[_Counted]:
    """Yield numbers of projects behind which another number is told one by one with its money: 项目共6个：甲全年预算…，支出…；乙…"""
    for place, text in enumerate(paragraphs(filing), 1):
        for found in re.finditer(_OPENS_LIST, text):
            said = count(next(filter(None, found.groups())))
            told = re.split("[;]", re.split("。", text[found.end() :])[0])
            listed = sum(bool(re.match(_WITH_MONEY, one.strip())) for one in told)
            if listed >= _FEWEST and listed == len(told) and 0 < abs(said - listed) <= _NEAR:
                yield place, found[0][:30], f"其后逐个写了预算和支出的却是 {listed} 个"


def _heading_of(filing: Filing, paragraph: int) -> str:
    """Return the heading above a paragraph; "" above the first."""
    return next((each.heading for each in reversed(chapters(filing)) if each.paragraph <= paragraph), "")[:40]


_UNITS = r"(?:股室|科室|处室|部\(室\)|机构|办公室|(?:综合)?办事机构|(?:预算|事业|下属|所属)*单位|校区|教学点|村|社区)"
_ENDS_UNIT = r"(?:室|股|科|办|部|所|站|队|中心|处|馆|会|院|校|组|局|园|区|村)$"


def _lists_of_units(filing: Filing) -> Iterator[_Counted]:
    """Yield counts of offices and units beside which all are named, and more or fewer; and 局机关及所属三个单位共五个."""
    for sentence in sentences(filing, "个"):
        text = sentence.text
        for found in re.finditer(
            rf"(?:设有?|辖|包括|分为)([^，。;:()\d]+、[^，。;:()\d]+?)共(?:有|计)?{_HOW_MANY}个{_UNITS}", text
        ):
            yield from _listed(sentence.paragraph, found[0], found[1], found[2])
        for found in re.finditer(rf"{_UNITS}{_HOW_MANY}个(?::|\()([^，。;:()\d]+、[^，。;:()\d]+)[。)]", text):
            yield from _listed(sentence.paragraph, found[0], found[2], found[1])
        for found in re.finditer(
            rf"(?:机关|本级)(?:及|和|与|、)(?:所|下)属{_HOW_MANY}个[^，。;()]{{0,10}}(?:\([^()]*\))?[，]?(共(?:有|计)?{_HOW_MANY}个(?:预算)?单位)",
            text,
        ):
            if count(found[3]) != count(found[1]) + 1:
                yield sentence.paragraph, found[2], f"机关和所属单位合起来却是{count(found[1]) + 1}个"


def _listed(paragraph: int, words: str, names: str, said: str) -> Iterator[_Counted]:
    items = names.split("、")
    joined = any(re.search(rf"{_ENDS_UNIT[:-1]}(?:和|及|以及|与)", item) for item in items)
    sure = not joined and not re.search("等", names) and all(re.search(_ENDS_UNIT, item) for item in items)
    if sure and count(said) != len(items) and abs(count(said) - len(items)) <= _NEAR:
        yield paragraph, words, f"列出的却是{len(items)}个"


def _parts(filing: Filing) -> Iterator[_Counted]:
    """Yield counts that are not the sum of all parts told of them, where the sum is told of the same things elsewhere."""
    whole = "".join(paragraphs(filing))
    for sentence in sentences(filing, "其中"):
        for found in re.finditer(
            rf"{_HOW_MANY}个([^\W\d_]{{2,8}})[，(]其中[:：]?((?:[^，。、;()\d]{{1,14}}\d+个[、，]?)+)(?=[。;)])",
            sentence.text,
        ):
            total = sum(int(part) for part in re.findall(r"(\d+)个", found[3]))
            if count(found[1]) != total and re.search(rf"(?<!\d){total}个{found[2][-2:]}", whole):
                yield sentence.paragraph, found[0], f"各部分之和却是{total}个，别处说的也是{total}个{found[2][-2:]}"


def _claims(texts: tuple[str, ...]) -> Iterator[_Claim]:
    for place, text in enumerate(texts):
        for found in re.finditer(_SAID, text):
            before = re.split(r"[。;]", text[: found.start()])[-1]
            if re.search(r"其中|主要|重点|上年|去年|计划|新增|[新续在]建|部分", before + found[0]) or found[0].endswith(
                "中"
            ):
                continue
            said = count(next(words for words in found.groups() if words))
            rest = text[found.end() :]
            if "年初" in before + found[0] and re.search(
                rf"(?:新增|追加|增加)[^。]{{0,20}}{_COUNT}", rest.split("。")[0]
            ):
                continue  # seven at the beginning of the year, and one more
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

    A list runs from its first mark on, in one kind of mark with at most one number left out; it ends at the first paragraph without one.
    """
    before = re.split("[。;]", rest.rstrip())
    announced = re.search(r"(?:其中|如下|分别|具体)[^。]{0,12}[:：]?\s*$", rest)
    if len(before) > 3 or (re.search(_SOME, rest) and not announced):
        return 0
    last, listed, kind = 0, 0, None
    for text in following:
        mark = re.match(_ITEM, text)
        if mark is None or (kind is not None and mark.lastindex != kind):
            break
        kind = mark.lastindex
        number_of = _order(mark, last + 1)
        skipped = number_of - listed - 1  # one left out, and then not the first
        if number_of <= last or skipped > min(listed, 1) or not re.search(_MONEY, text):
            return 0
        last, listed = number_of, listed + 1
    return listed


def _order(mark: re.Match[str], following: int) -> int:
    """Return the number that a mark bears; a bullet bears the one that comes next."""
    words = str(mark[mark.lastindex or 0])
    if mark.lastindex == 5:
        return following
    if mark.lastindex == 3:
        return ord(words) - ord("①") + 1
    return count(words)


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
        r"^(?:[\d.、()]|[一二三四五六七八九十]{1,3}(?=[、.)]))+|\(.*?\)|[“”\"]|(?:项目|专项|经费|资金|支出|补助|工作)+$",
        "",
        normal(name),
    )
    pairs = {core[n : n + 2] for n in range(len(core) - 1)}
    return core in text or (bool(pairs) and sum(pair in text for pair in pairs) * 2 >= len(pairs))
