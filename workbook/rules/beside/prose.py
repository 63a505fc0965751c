"""What the report says of 财政拨款 and of the funds against the published final accounts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from workbook import patterns as re
from workbook.derive.beside import Way, known, way
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import (
    LONGEST_TITLE,
    Chapter,
    Sentence,
    amounts,
    chapters,
    hit,
    quote,
    sections,
    sentences,
)
from workbook.rules.prose.fund_sections import NONE, NOT_OWN
from workbook.rules.registry import Hit, rule

READS = ("given.accounts", "narrative")
MEND = "请以批复的决算为准改正正文；口径不同的写明口径"
_AMOUNT = r"(?:决算)?(?:合计|总计|总额|数)?(?:为|是|共计?|:)?(?P<amount>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>万|亿)?元"
_SCALE = {None: Decimal("0.0001"), "万": Decimal(1), "亿": Decimal(10_000)}
_BEFORE = r"(?:上年|去年|年初预算|预算数|[^\d]20\d\d年初)[^，。;]{0,12}$"
# words right before a figure that make it another one: a part of the department, of its money, or a change
_PART = (
    r"基金|国有资本|社会保险|专户|非$|上级|本级|机关|下属|所属|二级|各单位|中心|项目|专项|追加|追减|调[增减整]|增加|减少|新增"
    r"|结转|结余|人均|平均|较|比|占|计划"
)
_CLAUSE = r"[，。;:、()]"
_FUND = r"一般公共预算|政府性基金|国有资本经营|(?:合计|共计?|总计|全年|本年)(?=财政拨款)"
_OF_FUND = r"基金|国有资本|社会保险"
# words from which on a sentence speaks of what was budgeted, and of what was received or spent
_BUDGETED = r"年初(?!财政拨款结|结)|(?<!公共|基金|经营)预算(?:数|收入|安排|批复|下达|总|为|申请|编制|情况|\d)|批复|全年预算|预算调整|调整预算"
_DONE = r"决算|实际|完成|执行|到位|实现|本年(?:收入|支出|财政)|全年(?:收入|支出|财政)"
_OTHER_MONEY = r"基金|国有资本|其他资金|其他收入|自有|上年|去年|年初|[^\d]20\d\d年"
_FUNDS = ("general", "fund", "capital")
_INCOME = (
    way(*(f"summary.income_{name}.final" for name in _FUNDS)),
    way("fiscal.income_total.final"),
    way("summary.income_fiscal.final"),
)


class Claim(NamedTuple):
    """Words before an amount, the ways that it must be, those that are as right; `fund` is whose money alone is meant."""

    words: str
    ways: tuple[Way, ...]
    right: tuple[Way, ...] = ()
    fund: str = ""


# the first that fits; a figure whose own words name one fund is held against that fund's row only
INCOME = (
    Claim(
        "一般公共预算(?:财政)?(?:拨款)?收入",
        (way("summary.income_general.final"), way("fiscal.income_general.final")),
        fund="一般公共预算",
    ),
    Claim(
        "政府性基金(?:预算)?(?:财政)?(?:拨款)?收入",
        (way("summary.income_fund.final"), way("fiscal.income_fund.final"), way("fund.total.income")),
        fund="政府性基金",
    ),
    Claim(
        "国有资本经营(?:预算)?(?:财政)?(?:拨款)?收入",
        (way("summary.income_capital.final"), way("fiscal.income_capital.final"), way("capital.total.income")),
        fund="国有资本经营",
    ),
    Claim("财政拨款收入", _INCOME, (way("fiscal.total_left.final"), way("summary.income_general.final"))),
)
SPENDING = (
    # a report may call all its money 一般公共预算支出
    Claim(
        "一般公共预算(?:财政拨款)?支出",
        (way("general.total.total"), way("fiscal.spending_total.general")),
        (way("summary.spending_total.final"),),
        fund="一般公共预算",
    ),
    Claim(
        "政府性基金(?:预算)?(?:财政)?(?:拨款)?支出",
        (way("fund.total.spending"), way("fiscal.spending_total.fund")),
        fund="政府性基金",
    ),
    Claim(
        "国有资本经营(?:预算)?(?:财政)?(?:拨款)?支出",
        (way("capital.total.spending"), way("fiscal.spending_total.capital")),
        fund="国有资本经营",
    ),
    Claim("财政拨款支出", (way("fiscal.spending_total.final"),), (way("general.total.total"),)),
)
_ALL_FISCAL = ("general.total.{0}", "fund.total.{0}", "capital.total.{0}")
# a part of the spending → what it must be, and what is as right
PARTS: tuple[tuple[str, tuple[Way, ...], tuple[Way, ...]], ...] = (
    *(
        (
            words,
            (way(f"general.total.{row}"),),
            (way(f"spending.total.{row}"), way(*(e.format(row) for e in _ALL_FISCAL))),
        )
        for words, row in (("基本支出", "basic"), ("项目支出", "project"))
    ),
    ("人员经费(?:支出)?", (way("basic.personnel"),), (way("summary.personnel.final"),)),
    ("公用经费(?:支出)?", (way("basic.operating"),), (way("basic.goods"), way("summary.operating.final"))),
)


@rule(
    "T19",
    "正文的财政拨款收入与决算不符",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：正文与已批复（公开）的决算是同一个数",
    "正文「{said}」，{source}是 {right}",
    MEND,
    READS,
    ("sum.tolerance",),
)
def income_is_the_accounts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写明的财政拨款收入等于收支总表的各项财政拨款收入之和；写明是哪一项的，等于那一项。"""
    yield from _claims(filing, INCOME, scheme)


@rule(
    "T20",
    "正文的财政拨款支出与决算不符",
    Severity.ERROR,
    Category.PROSE,
    "算术关系：正文与已批复（公开）的决算是同一个数",
    "正文「{said}」，{source}是 {right}",
    MEND,
    READS,
    ("sum.tolerance",),
)
def spending_is_the_accounts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写明的财政拨款支出及其中的基本、项目、人员、公用，等于一般公共预算财政拨款支出决算表和基本支出决算表。"""
    yield from _claims(filing, SPENDING, scheme)
    yield from _of_basic(filing, scheme)


_BASIC = r"财政拨款(?:安排)?的?基本支出(?:决算)?(?:中|里|包括|包含|由|，|,|:|分为)"


def _of_basic(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """Yield 人员经费 and 公用经费 of a sentence on 财政拨款基本支出 that tells no amount of the spending itself."""
    for sentence in sentences(filing, "财政拨款"):
        found = re.search(_BASIC, sentence.text)
        if found is None:
            continue
        before, after = sentence.text[: found.start()], sentence.text[found.end() :]
        claimed = any(re.search(claim.words + _AMOUNT, sentence.text) for claim in SPENDING)
        if claimed or _of_another(filing, _WHOLE, before, "") or re.search(_BUDGETED, after.partition("人员经费")[0]):
            continue
        yield from _parts(filing, scheme, sentence, found.end())


_WHOLE = Claim("", ())


def _claims(filing: Filing, claims: Sequence[Claim], scheme: Scheme) -> Iterator[Hit]:
    own = [chapter for chapter in chapters(filing) if chapter.level <= _DEEPEST]
    for sentence in sentences(filing, "财政拨款", "一般公共预算", "政府性基金", "国有资本经营"):
        above = "".join(_headings(own, sentence.paragraph))
        taken: set[int] = set()
        for claim in claims:
            for found in re.finditer(claim.words + _AMOUNT, sentence.text):
                before = sentence.text[: found.start()]
                if found.end() in taken:
                    continue
                taken.add(found.end())
                if _of_another(filing, claim, before, above) or re.match("/|每", sentence.text[found.end() :]):
                    continue
                yield from _held(filing, scheme, sentence.paragraph, found, claim.ways, claim.right)
                if claims is SPENDING and claim.fund in ("", "一般公共预算"):
                    yield from _parts(filing, scheme, sentence, found.end())


_DEEPEST = 2


def _headings(own: Sequence[Chapter], paragraph: int) -> Iterator[str]:
    """Yield the headings that a paragraph stands under: the last of each level above it."""
    for level in range(1, _DEEPEST + 1):
        above = [chapter for chapter in own if chapter.level <= level and chapter.paragraph <= paragraph]
        if above and above[-1].level == level:
            yield above[-1].heading[:LONGEST_TITLE]


def _of_another(filing: Filing, claim: Claim, before: str, above: str) -> bool:
    """Return whether the words before a figure make it another year's, a part's, another fund's, or what was budgeted."""
    years = re.findall(r"(20\d{2})年", before)
    if filing.year and years and int(years[-1]) != filing.year:
        return True
    if re.search(_BEFORE, before) or _is_part(filing, before) or _last(_BUDGETED, before) > _last(_DONE, before):
        return True
    if claim.fund:
        return False
    named = re.findall(_FUND, before)
    return bool(re.search(_OF_FUND, named[-1] if named else above))


def _is_part(filing: Filing, before: str) -> bool:
    clause = re.split(_CLAUSE, before.replace(filing.unit or "\n", ""))[-1]
    return bool(re.search(_PART, clause))


def _last(words: str, text: str) -> int:
    """Return where a pattern is found last in a text, -1 where nowhere."""
    return max((found.start() for found in re.finditer(words, text)), default=-1)


def _parts(filing: Filing, scheme: Scheme, sentence: Sentence, start: int) -> Iterator[Hit]:
    """Yield the parts of a spending that stand behind it, but those whose own words narrow them."""
    rest = sentence.text[start:]
    for name, ways, right in PARTS:
        part = re.match(rf"[^。;]{{0,120}}?(?P<whole>{name}{_AMOUNT})", rest)
        if part is None:
            continue
        before = rest[: part.start("whole")]
        if not _is_part(filing, before) and not re.search(_OTHER_MONEY, before):
            yield from _held(filing, scheme, sentence.paragraph, part, ways, right, part["whole"])


def _held(
    filing: Filing,
    scheme: Scheme,
    paragraph: int,
    found: re.Match[str],
    ways: Sequence[Way],
    right: Sequence[Way],
    words: str = "",
) -> Iterator[Hit]:
    """Yield the amount where what it must be is at hand, and it is none of those that it may be, as exactly as it is written."""
    told = Decimal(found["amount"].replace(",", ""))
    scale = _SCALE[found["scale"]]
    places = len(found["amount"].partition(".")[2])
    slack = max(Decimal(10) ** -places * scale / 2, scheme.number("sum.tolerance") * 2)
    own = list(known(filing, ways))
    held = [*own, *known(filing, right)]
    if own and all(abs(entry.value - told * scale) > slack for entry in held):
        said = words or found[0]
        slots = {"said": quote(said), "source": held[0].words, "right": f"{shown(held[0].amount)}万元"}
        yield hit(filing, paragraph, said, slots=slots)


FUNDS = {"政府性基金": "fund", "国有资本经营": "capital"}


@rule(
    "T21",
    "正文基金各节与决算不符",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：决算有支出的写明，没有的写“无”",
    "「{heading}」{said}，{source}是 {right}",
    "请以批复的决算为准改正这一节",
    READS,
    ("report.sections", "sum.tolerance"),
)
def funds_are_the_accounts(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """政府性基金、国有资本经营各节写“无”的决算表里没有支出，写了金额的决算表里有、且相等。"""
    tolerance = scheme.number("sum.tolerance") * 2
    for section in sections(filing, scheme):
        names = [name for name in FUNDS if name in section.heading]
        table = FUNDS[names[0]] if len(names) == 1 else ""
        held = next(known(filing, (way(f"{table}.total.spending"),)), None) if table else None
        if held is None or not section.body:
            continue
        slots = {"heading": section.heading, "source": held.words, "right": f"{shown(held.amount)}万元"}
        told = list(_told(section.text))
        if re.match(NONE, section.text) and not amounts(section.body[0].text):
            if held.value > tolerance:
                yield hit(filing, section.paragraph, section.heading, slots=slots | {"said": "写的是“无”"})
        elif not told or any(abs(value - held.value) <= tolerance for value in told):
            continue
        elif held.value <= tolerance and not re.search(NOT_OWN, section.text):
            yield hit(filing, section.paragraph, section.heading, slots=slots | {"said": f"写了 {shown(told[0])} 万元"})
        elif held.value > tolerance:
            own = [e.value for name in _OF_TABLE for e in known(filing, (way(f"{table}.total.{name}"),))]
            strange = [value for value in told if all(abs(value - entry) > tolerance for entry in own)]
            said = {"said": f"没有写到这个数（写的是 {'、'.join(shown(value) for value in told[:3])}）"}
            if strange:
                yield hit(filing, section.paragraph, section.heading, slots=slots | said, severity=Severity.WARNING)


_OF_TABLE = ("brought", "income", "basic", "project", "carried")


def _told(text: str) -> Iterator[Decimal]:
    """Yield the amounts of a section that may be the year's: none of last year's, of a change, or of what was budgeted."""
    for clause in re.split(r"(?<=[，。;])", text):
        if not re.search(r"上年(?!结转|结余)|去年|比|较|增加|减少|年初(?!结)|预算(?:数|为|安排)|占", clause):
            yield from amounts(clause)
