"""正文对表的说法：各项比率、年末结转结余、表里空着的费用、只在正文里写到的项目。

Each is held against the sheets only where nothing in the words themselves gives it: figures of the sentence or the paragraph
that make the rate or the balance are of a scope of their own, and are weighed with the figures of the prose.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from workbook import patterns as re
from workbook.derive.rates import carry_over_rate, expense_control_rate
from workbook.model.fields import field_of
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.basis import general_only
from workbook.rules.expenses import CHANGED, NOTHING_CHANGED
from workbook.rules.prose.document import Sentence, amounts, hit, is_own, number, paragraphs, sentences
from workbook.rules.registry import Hit, rule
from workbook.rules.sheet_figures import SHEET_RATES, SheetRate
from workbook.rules.words import alike

TABLES = "文表一致：同一口径的数字在正文与表格中应相同"
_OTHERS = (
    r"上年|去年|往年|20\d{2}年以前|下属|所属|各(?:股室|单位|镇|村)|全[县市区镇乡]|[该此本]项目|上级|标准|要求|目标"
    r"|本级|口径|汇总|不含|剔除|扣除"
)
_FUND = r"一般公共预算|基金|国有资本|专户|财政拨款|单位资金|事业收入|其他资金|基本支出|项目|专项"
_RATE = r"(?:为|是|达到?|完成|:|约)?\s?(\d{1,3}(?:\.\d+)?)\s?%"
_GROWTH = (
    r"“?三公”?经费(?:支出|决算|决算数|总额)?(?:比|较)(?:上年|去年)(?:决算)?(?:数)?(?:同期)?"
    r"(增长|增加|上升|下降|减少|降低|压减)(?:了)?\s?(\d{1,3}(?:\.\d+)?)\s?%"
)


def _carried(annual: Decimal | None, executed: Decimal | None) -> Decimal | None:
    return None if annual is None or executed is None else carry_over_rate(annual - executed, annual)


# last the rate that no indicator bears: what of the year's budget is left
RATES = (
    *SHEET_RATES,
    SheetRate(
        r"结转(?:和)?结余率", "（全年预算数－全年执行数）÷全年预算数", "funds.annual_budget", "funds.executed", _carried
    ),
)


@rule(
    "D24",
    "正文的比率与表内数不符",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2013〕53号：各率的计算公式；" + TABLES,
    "正文第{paragraph}段「{quote}」，按表内数 {formula}（{figures}）＝{right}",
    "请改正比率，或核对表内的两个数；口径不同的在正文写明",
    ("narrative",),
    (),
)
def rates_are_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写的三公经费、公用经费、在职人员控制率，政府采购执行率，预算调整率，结转结余率，三公经费比上年的增减，与表内数相符；句中另有数能得出它的不比。"""
    if not is_own(filing):
        return
    for sentence in sentences(filing, "率", "三公"):
        for entry in RATES:
            value = entry.value(filing)
            for found in re.finditer(rf"(?:{entry.names}){_RATE}", sentence.text) if value is not None else ():
                if not _of_another(filing, sentence, found) and value is not None:
                    printed = number(found[1]) / 100
                    wanted = (value, abs(value)) if entry.is_change else (value,)
                    if not _fits(found[1], printed, sentence, filing, entry, wanted):
                        yield _rate_hit(filing, sentence, found[0], entry, value)
        yield from _growth(filing, sentence)


def _growth(filing: Filing, sentence: Sentence) -> Iterator[Hit]:
    entry = next(rate for rate in RATES if rate.top == "expenses.three_public.final" and rate.is_change)
    value = entry.value(filing)
    found = re.search(_GROWTH, sentence.text)
    if found is None or value is None or re.search("预算", found[0]):
        return
    signed = number(found[2]) / 100 * (-1 if found[1][0] in "下减降压" else 1)
    if not _fits(found[2], signed, sentence, filing, entry, (value,)):
        yield _rate_hit(filing, sentence, found[0], entry, value)


def _rate_hit(filing: Filing, sentence: Sentence, words: str, entry: SheetRate, value: Decimal) -> Hit:
    figures = "，".join(f"{field_of(path).label} {shown(filing.get(path))}" for path in (entry.top, entry.bottom))
    slots = {"formula": entry.formula, "figures": figures, "right": percent(value)}
    return hit(filing, sentence.paragraph, words, slots=slots, related=(entry.top, entry.bottom))


def _clause(sentence: Sentence, found: re.Match[str]) -> str:
    """Return the words of a clause before what was found in it."""
    return re.split("[，;。(]", sentence.text[: found.start()])[-1]


def _of_another_year(filing: Filing, words: str) -> bool:
    return any(int(year) != filing.year for year in re.findall(r"20\d{2}(?=年|$)", words))


def _of_another(filing: Filing, sentence: Sentence, found: re.Match[str]) -> bool:
    """Return whether a rate is a bound, another's or another year's by the words of its clause."""
    before = _clause(sentence, found)
    behind = sentence.text[found.end() : found.end() + 4]
    return _of_another_year(filing, before) or bool(
        re.search(_OTHERS, before) or re.search("以[内下上]|左右|的目标|要求", behind)
    )


def _fits(
    words: str, printed: Decimal, sentence: Sentence, filing: Filing, entry: SheetRate, wanted: tuple[Decimal, ...]
) -> bool:
    """Return whether a rate as printed is that of the sheets (rounded or cut off), or one that other figures at hand give."""
    slack = Decimal(1).scaleb(-len(words.partition(".")[2]) - 2)
    told = [value for value in amounts(sentence.text) if value] + _counts(sentence.text)
    pairs = [*combinations(told, 2)] + ([] if entry.is_change else [(filing.get(entry.top), filing.get(entry.bottom))])
    others = [quotient for pair in pairs for quotient in _quotients(*pair)]
    return any(abs(printed - value) < slack for value in (*wanted, *others))


def _counts(text: str) -> list[Decimal]:
    return [number(found) for found in re.findall(r"(?<![\d.])(\d[\d,]*)\s?[名人个]", text)]


def _quotients(one: Decimal | None, other: Decimal | None) -> Iterator[Decimal]:
    if one and other:
        for top, bottom in ((one, other), (other, one)):
            yield from (top / bottom, (top - bottom) / bottom, (bottom - top) / bottom)


_LEFT = r"年末(?:财政)?(?:资金)?结(?:转|余)(?:(?:和|、)?结余|结转)?(?:资金)?(?:共计?|合计|为|:)?\s?(\d[\d,]*(?:\.\d+)?)\s?(万|亿)?元"
_NOTHING_LEFT = r"(?:年末|全年|本年度?)(?:资金)?(?:均|也)?(?:无|没有|未形成|不存在)(?:资金)?(?:结转结余|结余结转|结转和结余|结余|结转)"
# a balance is the whole's only where the words say so: beside it may stand one of a project, a fund, an account
_OF_ALL = r"全年(?:实际)?(?:执行|支出|预算|可用)|全部资金|(?:本|我|全)(?:部门|单位|局|委|办|院|校|中心|镇|乡|街道)|整体|部门(?:全年|年末|预算|支出)"
_TAKEN_BACK = r"收回|注销|核减|作废|上缴|清零"


@rule(
    "D25",
    "年末结转结余与表内数不符",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：年末结转结余＝全年预算数－全年执行数",
    "正文第{paragraph}段「{quote}」，附件3 全年预算数 {budget}－全年执行数 {spent}＝{left}{gap}",
    "请核对三个数；含历年结转、财政收回指标等口径不同的，在正文写明",
    ("narrative", "funds.annual_budget", "funds.executed"),
    ("sum.tolerance",),
)
def what_is_left_is_the_tables(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写的全部资金年末结转结余等于全年预算数减全年执行数，写没有结余的两数相等；说单个项目、一种资金的，段中另有数得出的不比。"""
    budget, spent = filing.funds.annual_budget, filing.funds.executed
    if budget is None or spent is None or not is_own(filing):
        return
    left, slack = budget - spent, 3 * scheme.number("sum.tolerance")
    slots = {"budget": shown(budget), "spent": shown(spent), "left": shown(left), "gap": ""}
    texts = paragraphs(filing)
    if any(
        abs(value - left) <= slack for text in texts if re.search("结余|结转", text) for value in amounts(text) if left
    ):
        return  # told right in one place: what is told in another is of something else, or the prose against itself
    taken_back = any(re.search(_TAKEN_BACK, text) for text in texts)
    for sentence in sentences(filing, "结余", "结转"):
        found = re.search(_LEFT, sentence.text)
        if found is not None and not _of_a_part(filing, sentence, found):
            told = amounts(found[0])[0]
            near = Decimal("0.01").scaleb(4) if found[2] == "亿" else slack
            if abs(told - left) > near and not _is_made_of(told, texts[sentence.paragraph - 1], slack):
                gap = {"gap": f"，相差 {shown(abs(told - left))}"}
                yield hit(filing, sentence.paragraph, found[0], slots=slots | gap, related=("funds.executed",))
            continue
        found = re.search(_NOTHING_LEFT, sentence.text)
        if found is not None and left > slack and not taken_back and not _of_a_part(filing, sentence, found):
            yield hit(filing, sentence.paragraph, found[0], slots=slots, related=("funds.executed",))


def _of_a_part(filing: Filing, sentence: Sentence, found: re.Match[str]) -> bool:
    """Return whether a balance is a project's, of one kind of money, of years before, a part, or of what is not said."""
    text = paragraphs(filing)[sentence.paragraph - 1]
    project = any(line.name and alike(line.name, text) for line in filing.project_lines)
    one_fund = "基本支出|项目|专项" if general_only(filing) else _FUND
    before = sentence.text[: found.start()]
    part = re.search(f"{one_fund}|上年|去年|往年|历年|累计|其中", before) or re.match(_ITEM, text)
    whole = {filing.funds.annual_budget, filing.funds.executed} & set(amounts(text)) or re.search(
        _OF_ALL, sentence.text
    )
    return project or bool(part) or not whole or _of_another_year(filing, _clause(sentence, found))


_ITEM = r"^\s*(?:\d{1,2}[.、)]|\(\d{1,2}\)|[①-⑳]|[一二三四五六七八九十]{1,2}是)"


def _is_made_of(told: Decimal, text: str, slack: Decimal) -> bool:
    """Return whether two amounts of a text make a third, or their difference does."""
    others = [value for value in amounts(text) if value != told]
    return any(
        abs(abs(one - other) - told) <= slack or abs(one + other - told) <= slack
        for one, other in combinations(others, 2)
    )


# what 附件2 has a row for: its name in the words of a report, and the row
_OUTLAYS = (
    (r"公务接待(?:费|支出)?", "official_reception"),
    (r"(?:公务用车|公车)(?:购置及)?运行(?:和)?(?:维护)?费", "vehicle_operation"),
    (r"因公出国(?:\(境\))?(?:费|经费)?用?", "overseas_travel"),
    (r"政府采购(?:金额|支出|总额)?", "procurement"),
)
_AMOUNT = r"(?:支出|决算|决算数|实际|共计?|为|:)*\s?(\d[\d,]*(?:\.\d+)?)\s?(?:万|亿)?元"
_VISITS = r"公务接待(?:共|累计|活动)?\s?(\d+)(?:批次?|次)"


@rule(
    "D26",
    "正文写了费用，表里空着",
    Severity.WARNING,
    Category.PROSE,
    TABLES,
    "正文第{paragraph}段「{quote}」，附件2「{label}」却{blank}",
    "请在附件2 补填，或核对正文；不在财政拨款之内的，在正文写明资金来源",
    ("narrative",),
)
def what_is_told_is_in_the_table(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写了本年的公务接待、公车运行、因公出国、政府采购金额（或接待批次）的，附件2 那一行有数。"""
    filled = {value for row in filing.expenses.values() for value in (row.budget, row.final) if value}
    if not filled or not is_own(filing):
        return
    done = set()
    for sentence in sentences(filing, "公务接待", "运行", "出国", "政府采购"):
        for names, name in _OUTLAYS:
            path = f"expenses.{name}.final"
            visits = re.search(_VISITS, sentence.text) if name == "official_reception" else None
            found = re.search(names + _AMOUNT, sentence.text) or visits
            if (
                found is None
                or name in done
                or filing.get(path)
                or not filing.asks(path)
                or not Decimal(number(found[1]))
            ):
                continue
            before = re.split("[;。]", sentence.text[: found.start()])[-1]
            if re.search(rf"{_OTHERS}|预算|计划|节约|减少|压减|平均", before) or set(amounts(found[0])) & filled:
                continue
            done.add(name)
            blank = "空着" if filing.get(path) is None else "是 0"
            yield hit(filing, sentence.paragraph, found[0], path=path, slots={"blank": blank})


_TOLD = (
    r"^\s*(?:\d{1,2}[.、)]|\(\d{1,2}\)|[①-⑳]|[一二三四五六七八九十]{1,2}是)\s*([^，。;:\d]{3,30}?)(?:项目)?[，:]"
    r"(?:年初|全年)?预算(?:安排|数|支出)?(?:为)?(\d[\d,]*(?:\.\d+)?)万元(?:(?!全年预算|调整后)[^。])*?(?:实际)?支出(?:数|为)?(\d[\d,]*(?:\.\d+)?)万元"
)


@rule(
    "D27",
    "正文的项目超支或执行过低没有说明",
    Severity.WARNING,
    Category.PROSE,
    "实务（可改）：项目支出偏离预算较多的，应有说明",
    "正文第{paragraph}段「{quote}」，支出是预算的 {rate}，没有说明原因",
    "请写明追加、结转或没有执行的原因",
    ("narrative",),
    ("project.low", "project.high"),
)
def projects_told_alone_are_explained(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """只在正文里列出的项目，支出不到预算的一定比例或超出一定比例的，同一段要有调整、结转或原因；附件2 里有的另有规则。"""
    low, high = scheme.number("project.low"), scheme.number("project.high")
    for paragraph, text in enumerate(paragraphs(filing), 1):
        found = re.match(_TOLD, text)
        if found is None or any(line.name and alike(line.name, found[1]) for line in filing.project_lines):
            continue
        rate = expense_control_rate(number(found[3]), number(found[2]))
        if rate is not None and not low <= rate <= high and not CHANGED.search(NOTHING_CHANGED.sub("", text)):
            yield hit(filing, paragraph, found[0], slots={"rate": percent(rate)})
