"""What the report says of 财政拨款 and of the funds against the published final accounts."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbook.derive.beside import Way, known, way
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import amounts, hit, quote, sections, sentences
from workbook.rules.prose.fund_sections import NONE, NOT_OWN
from workbook.rules.registry import Hit, rule

READS = ("given.accounts", "narrative")
MEND = "请以批复的决算为准改正正文；口径不同的写明口径"
_AMOUNT = r"(?:决算)?(?:合计|总计|总额|数)?(?:为|是|共计?|:)?(?P<amount>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>万|亿)?元"
_SCALE = {None: Decimal("0.0001"), "万": Decimal(1), "亿": Decimal(10_000)}
_OTHERS = r"(?:上年|去年|年初预算|预算数|[^\d]20\d\d年初)[^，。;]{0,12}$"
_FUNDS = ("general", "fund", "capital")
_INCOME = (
    way(*(f"summary.income_{name}.final" for name in _FUNDS)),
    way("fiscal.income_total.final"),
    way("summary.income_fiscal.final"),
)
_SPENT = (way("fiscal.spending_total.final"), way("general.total.total"))
# the words before an amount → what it must be; the first that fits
CLAIMS: tuple[tuple[str, tuple[Way, ...], tuple[Way, ...]], ...] = (
    ("一般公共预算(?:财政)?拨款收入", (way("summary.income_general.final"), way("fiscal.income_general.final")), ()),
    ("财政拨款收入", _INCOME, (way("fiscal.total_left.final"), way("summary.income_general.final"))),
    # a report may call all its money 一般公共预算支出
    (
        "一般公共预算(?:财政拨款)?支出",
        (way("general.total.total"), way("fiscal.spending_total.general")),
        (way("summary.spending_total.final"),),
    ),
    ("财政拨款支出", _SPENT, _SPENT),
)
PARTS: tuple[tuple[str, tuple[Way, ...]], ...] = (
    ("基本支出", (way("general.total.basic"), way("spending.total.basic"))),
    ("项目支出", (way("general.total.project"), way("spending.total.project"))),
    ("人员经费(?:支出)?", (way("basic.personnel"),)),
    ("公用经费(?:支出)?", (way("basic.operating"), way("basic.goods"))),
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
    """正文写明的财政拨款收入等于收支总表的各项财政拨款收入之和。"""
    yield from _claims(filing, CLAIMS[:2], scheme)


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
    yield from _claims(filing, CLAIMS[2:], scheme, parts=True)


Claims = Sequence[tuple[str, tuple[Way, ...], tuple[Way, ...]]]


def _claims(filing: Filing, claims: Claims, scheme: Scheme, parts: bool = False) -> Iterator[Hit]:
    for sentence in sentences(filing, "财政拨款", "一般公共预算"):
        years = {int(year) for year in re.findall(r"(20\d{2})年", sentence.text)}
        if filing.year and years and filing.year not in years:
            continue
        taken: set[int] = set()
        for words, ways, right in claims:
            for found in re.finditer(words + _AMOUNT, sentence.text):
                if found.end() in taken or re.search(_OTHERS, sentence.text[: found.start()]):
                    continue
                taken.add(found.end())
                yield from _held(filing, scheme, sentence.paragraph, found, ways, right)
                rest = sentence.text[found.end() :]
                for name, own in PARTS if parts else ():
                    part = re.match(rf"[^。;]{{0,120}}?(?P<whole>{name}{_AMOUNT})", rest)
                    if part:
                        yield from _held(filing, scheme, sentence.paragraph, part, own, own, part["whole"])


def _held(
    filing: Filing,
    scheme: Scheme,
    paragraph: int,
    found: re.Match[str],
    ways: Sequence[Way],
    right: Sequence[Way],
    words: str = "",
) -> Iterator[Hit]:
    """Yield the amount where it is none of those that it may be, as exactly as it is written."""
    told = Decimal(found["amount"].replace(",", ""))
    scale = _SCALE[found["scale"]]
    places = len(found["amount"].partition(".")[2])
    slack = max(Decimal(10) ** -places * scale / 2, scheme.number("sum.tolerance") * 2)
    held = list(known(filing, (*ways, *right)))
    if held and all(abs(entry.value - told * scale) > slack for entry in held):
        said = words or found[0]
        slots = {"said": quote(said), "source": held[0].words, "right": f"{shown(held[0].value)}万元"}
        yield hit(filing, paragraph, said, slots=slots)


FUNDS = {"政府性基金": "fund.total.spending", "国有资本经营": "capital.total.spending"}


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
        held = next(known(filing, (way(FUNDS[names[0]]),)), None) if len(names) == 1 else None
        if held is None or not section.body:
            continue
        slots = {"heading": section.heading, "source": held.words, "right": f"{shown(held.value)}万元"}
        told = amounts(section.text)
        if re.match(NONE, section.text) and not amounts(section.body[0].text):
            if held.value > tolerance:
                yield hit(filing, section.paragraph, section.heading, slots=slots | {"said": "写的是“无”"})
        elif told and held.value <= tolerance and not re.search(NOT_OWN, section.text):
            yield hit(filing, section.paragraph, section.heading, slots=slots | {"said": f"写了 {shown(told[0])} 万元"})
        elif told and held.value > tolerance and all(abs(value - held.value) > tolerance for value in told):
            said = {"said": f"没有写到这个数（写的是 {'、'.join(shown(value) for value in told[:3])}）"}
            yield hit(filing, section.paragraph, section.heading, slots=slots | said, severity=Severity.WARNING)
