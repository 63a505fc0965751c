"""政府性基金、国有资本经营、社会保险基金各节：写“无”的表里没有数，写了数的表里也有。"""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.model.figures import shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Section, amounts, hit, quote, sections, sentences
from workbook.rules.registry import Hit, rule

FUNDS = ("政府性基金", "国有资本经营", "社会保险基金")
CELLS = {"政府性基金": "income.government_fund"}
NONE = r"(?:20\d\d年|[^\d。]){0,25}(?:无|没有|未(?:安排|发生|收到)|不涉及)"
# money that is told besides and is not the unit's own of the year
NOT_OWN = r"上年|去年|往年|以前年度|代管|代发|代[征收]|不列入|不纳入|不作|未纳入|上缴|全[县市区省]|财政统筹|列支|没有|无|\d{4}年度?以?前"


@rule(
    "D03",
    "基金一节的“无”与金额不符",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：没有的写“无”，有拨款的写明支出",
    "「{heading}」{said}，{other}",
    "请核对有没有这笔钱，改正正文或表中的一处",
    ("narrative",),
    ("report.sections", "sum.tolerance"),
)
def nothing_means_nothing(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写“无”的基金，附件3 和正文别处没有它的金额；写了金额的，附件3 有它的拨款。"""
    yield from _besides_all(filing)
    for section in sections(filing, scheme):
        names = [name for name in FUNDS if name in section.heading]
        told: list[Hit] = []
        for name in names if section.body else ():
            if re.match(NONE, section.text) and not amounts(section.body[0].text):
                told += _denied(filing, section, name)
            elif len(names) == 1:
                told += _unfilled(filing, scheme, section, name)
        both = _both(filing, section, names[0]) if len(names) == 1 and not told else None
        yield from told or ([both] if both is not None else [])


def _both(filing: Filing, section: Section, name: str) -> Hit | None:
    """Return the section that tells what was spent of a fund, and that there was none; None where it does not."""
    others = [other for other in FUNDS if other != name]
    none = [one for one in section.body if re.match(NONE, one.text) and not any(amounts(one.text))]
    none = [one for one in none if not any(other in one.text for other in others)]
    spent = [
        one
        for one in section.body
        if re.match(
            rf"\s*(?:20\d\d年度?|本年|全年)?(?:本?部门|本?单位)?{name}(?:预算)?(?:财政拨款)?支出\s?\d", one.text
        )
        and any(amounts(one.text))
        and not re.search(NOT_OWN, one.text)
    ]
    if not none or not spent:
        return None
    words = re.split("[，。]", spent[0].text.strip())[0]
    slots = {"heading": section.heading, "said": f"写“{words}”", "other": f"同一节又写“{none[0].text.strip()[:20]}”"}
    return hit(filing, spent[0].paragraph, words, slots=slots)


_ALL_PUBLIC = (
    r"(?:收入|拨款|来源)[^，。;]{0,12}\d[\d,.]*[万亿]?元，(?:均|全部)(?:为|系|是)一般公共预算(?:财政)?(?:拨款|收入)?"
)


def _besides_all(filing: Filing) -> Iterator[Hit]:
    """Yield an income of a fund told in the paragraph that says that all of the income is 一般公共预算."""
    said = None
    fund = rf"(?:{'|'.join(FUNDS)})(?:预算)?(?:财政)?(?:拨款)?收入(?:为|:)?\s?\d[\d,.]*\s?[万亿]?元"
    for sentence in sentences(filing, "一般公共预算", *FUNDS):
        if found := re.search(_ALL_PUBLIC, sentence.text):
            said = (sentence.paragraph, found[0])
        told = re.search(fund, sentence.text)
        earlier = {int(year) for year in re.findall(r"(20\d{2})年", sentence.text)} - {filing.year}
        if told is None or said is None or said[0] != sentence.paragraph or earlier:
            continue
        if any(amounts(told[0])) and not re.search(NOT_OWN, sentence.text):
            slots = {"heading": quote(told[0]), "said": "写了金额", "other": f"同一段却说“{quote(said[1])}”"}
            yield hit(filing, sentence.paragraph, told[0], slots=slots, severity=Severity.WARNING)


def _denied(filing: Filing, section: Section, name: str) -> Iterator[Hit]:
    path, value = _cell(filing, name)
    slots = {"heading": section.heading, "said": f"写的是“{quote(section.body[0].text).rstrip('。')}”"}
    if value:
        slots["other"] = f"附件3「{filing.label(path)}」是 {shown(value)} 万元"
        yield hit(filing, section.paragraph, section.heading, path=path, slots=slots)
    elif told := _told_elsewhere(filing, section, name):
        slots["other"] = f"正文第{told[0]}段却有「{told[1]}」"
        yield hit(filing, section.paragraph, section.heading, slots=slots, severity=Severity.WARNING)


def _cell(filing: Filing, name: str) -> tuple[str, Decimal | None]:
    """Return the cell of a fund and what stands there; of a form that splits the money by source, the source's row."""
    path = CELLS.get(name, "")
    if path and (value := filing.get(path)):
        return path, value
    for index, row in enumerate(filing.sources):
        if name in row.name and (row.annual_budget or row.executed):
            return f"sources[{index}].annual_budget", row.annual_budget or row.executed
    return path, None


def _told_elsewhere(filing: Filing, section: Section, name: str) -> tuple[int, str] | None:
    own = {sentence.paragraph for sentence in section.body}
    pattern = rf"{name}(?:预算)?(?:财政)?(?:拨款)?(?:支出|收入|安排)?\d[\d,]*(?:\.\d+)?\s?[万亿]?元"
    for sentence in sentences(filing, name):
        for clause in re.split("[，;、]", sentence.text) if sentence.paragraph not in own else ():
            words = re.search(pattern, clause)
            if words and any(amounts(words[0])) and not re.search(NOT_OWN, clause):
                return sentence.paragraph, words[0]
    return None


def _unfilled(filing: Filing, scheme: Scheme, section: Section, name: str) -> Iterator[Hit]:
    """Yield where a section tells an amount of the year and the cell is blank, though the sources of the money are filled in."""
    path, income = CELLS.get(name), filing.income
    if path is None or not filing.asks(path) or filing.get(path) or path in filing.unread or not income.total:
        return
    said = [
        value
        for sentence in section.body
        if re.search("支出|安排|预算|收入", sentence.text) and not re.search(NOT_OWN, sentence.text)
        for value in amounts(sentence.text)
        if value
    ]
    if not said or any(name in row.name for row in filing.sources):
        return
    parts = (income.general_public_budget, income.government_fund, income.special_account, income.other)
    whole = abs(sum((part or Decimal(0) for part in parts), Decimal(0)) - income.total) <= 4 * scheme.number(
        "sum.tolerance"
    )
    slots = {
        "heading": section.heading,
        "said": f"写了 {shown(said[0])} 万元",
        "other": f"附件3「{filing.label(path)}」没有填数",
    }
    yield hit(
        filing, section.paragraph, section.heading, path=path, slots=slots, severity=None if whole else Severity.WARNING
    )
