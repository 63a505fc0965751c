"""年度与期间：只到年中的数，写成别的年份的本年数，往年的支出。"""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Sentence, chapters, hit, number, paragraphs, quote, sentences, under
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import name_of, rows, short

_TO = r"\s?(?:月份?)?\s?[-—–~～至到]{1,2}\s?"
_LATE = r"(?:[6-9]|1[01])\s?月"  # a span that begins in January and ends here is meant to be the year so far
PARTIAL = rf"(?<!\d)1{_TO}{_LATE}|截[至止](?:到)?(?:(\d{{4}})年)?\s?(?:[1-9]|1[01])\s?月|前三个?季度|一至三季度"
UP_TO_NOW = r"(?:截[至止](?:到)?目前|到目前为止)(?=[^。]{0,30}(?:累计|共|完成))"
ASIDE = ("问题", "不足", "措施")  # sections that tell of progress and plans
# the year's own figures stand beside it, or it is a plan, a deadline, a thing that was finished by then
NOT_PART = (
    r"全年|下半年|四季度|年末|年底|年终|12\s?月|计划(?:于|在|到|开展|完成|投资)|力争|拟|应当|要求|同期|(?:竣工|完工|验收)(?!率|了?[\d一二三四五六七八九十]+个)|全部(?:完成|办结|拨付|支付|到位)"
    r"|监控|月份?起|每[^，。;\d]{0,2}月|[仅才只仍尚]|还有|零|总投资|概算|工期|期限|周期"
)
# a date that the year's own figure is told of (截至10月底，全年支出…) is no date beside it
_YEAR_OF_A_DATE = r"^(?:份|底|末|\d{1,2}日|\s)*[，,]?全年(?:预算(?:数)?[\d,.]+[万亿]?元[，,]?)?"
_YEAR_END = 12
WHOLE_YEAR = "填报要求：自评按全年的数"


@rule(
    "D07",
    "正文用了部分期间的数",
    Severity.WARNING,
    Category.PROSE,
    WHOLE_YEAR,
    "正文第{paragraph}段「{quote}」只到{period}，不是全年的数{also}",
    "请改为全年的数；确需写进度的，同时写明全年数",
    ("narrative", "year"),
    ("report.sections",),
)
def figures_are_of_the_year(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文里带数字的成绩不停在 1—10月、截至11月、前三季度；旁边写了全年数的、说问题和打算的不报。"""
    aside = {n for word in ASIDE for section in under(filing, scheme, word) for n in section.paragraphs}
    told: set[int] = set()
    now = []
    for sentence in sentences(filing, "整体支出"):
        whole = re.search(rf"20\d{{2}}年\s?1{_TO}(\d{{1,2}})月(?:份)?(?:的)?(?:部门|单位|预算)*整体支出", sentence.text)
        if whole and int(whole[1]) != _YEAR_END:
            told.add(sentence.paragraph)
            slots = {"period": f"{whole[1]}月", "also": ""}
            yield hit(filing, sentence.paragraph, whole[0], slots=slots)
    for sentence in sentences(filing, "截至", "截止", "季度", "目前", "月"):
        if sentence.paragraph in aside or sentence.paragraph in told:
            continue
        if (found := re.search(PARTIAL, sentence.text)) and _bears_the_years(filing, sentence.text[found.end() :]):
            told.add(sentence.paragraph)
            yield _until(filing, sentence, found)
            continue
        if found := _partial(filing, sentence, PARTIAL):
            told.add(sentence.paragraph)
            yield _until(filing, sentence, found)
        elif found := _partial(filing, sentence, UP_TO_NOW):
            now.append((sentence, found))
    if now:  # a manner of speaking: one finding, wherever it stands
        others = dict.fromkeys(sentence.paragraph for sentence, _ in now if sentence.paragraph != now[0][0].paragraph)
        yield _until(filing, *now[0], f"；第{'、'.join(map(str, others))}段同" if others else "")


def _bears_the_years(filing: Filing, words: str) -> bool:
    """Return whether the clause behind a part of the year tells what was spent in the whole of it: 截至10月底支出15696.68万元."""
    found = re.match(r"[^。;\d]{0,24}支出(?:总额|合计)?(?:为|:)?\s?(\d[\d,]*(?:\.\d+)?)\s?(万元|元)", words)
    return found is not None and _value_of(found) == filing.funds.executed


def _value_of(found: re.Match[str]) -> Decimal:
    return number(found[1]) * (1 if found[2] == "万元" else Decimal("0.0001"))


def _until(filing: Filing, sentence: Sentence, found: re.Match[str], also: str = "") -> Hit:
    words = re.split(r"[，;]", sentence.text[found.start() :])
    said = "，".join(words[:2]) if len(words[0]) <= len(found[0]) + 6 else words[0]
    slots = {"period": re.sub("^截[至止]到?", "", found[0]), "also": also}
    return hit(filing, sentence.paragraph, said.rstrip("。"), slots=slots)


def _partial(filing: Filing, sentence: Sentence, pattern: str) -> re.Match[str] | None:
    """Return the words for a part of the year that a sentence gives figures for, None where it gives none."""
    found = re.search(pattern, sentence.text)
    if found is None or re.search(
        NOT_PART, sentence.text[: found.start()] + re.sub(_YEAR_OF_A_DATE, "", _behind(sentence, found))
    ):
        return None
    return found if _ends_in(filing, found) and _figures(sentence.text[found.end() :]) else None


def _behind(sentence: Sentence, found: re.Match[str]) -> str:
    return sentence.text[found.end() :]


def _ends_in(filing: Filing, found: re.Match[str]) -> bool:
    """Return whether a period that names its year ends in the filing's year."""
    return not found.lastindex or not found[1] or int(found[1]) == filing.year


def _figures(text: str) -> bool:
    """Return whether a text holds a number besides months, days and years, in digits or as 十七个."""
    rest = re.sub(r"\d+\s?月(?:份|底|末|\d+日)?|^\d{1,2}日|\d{4}年", "", text)
    return bool(re.search(r"\d|[一二三四五六七八九十]+个", rest))


@rule(
    "D08",
    "完成值不是全年的数",
    Severity.ERROR,
    Category.FORM,
    WHOLE_YEAR,
    "「{name}」实际完成值“{words}”只到年中",
    "请改填全年的完成数",
    ("indicators[]", "year"),
)
def results_are_of_the_year(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """指标的完成值不是 1—10月、截至11月的数；目标写着期限的、写了全年数的不报，写到某一天的（可能是规定的期限）作预警。"""
    for index, row in rows(filing):
        words = normal(row.actual or "")
        found = re.search(PARTIAL, words)
        if found is None or re.search(NOT_PART, words) or re.search("[月日]|季度", normal(row.target or "")):
            continue
        if _ends_in(filing, found) and _figures(words[: found.start()] + words[found.end() :]):
            severity = Severity.WARNING if re.search(r"月\d{1,2}日", words) else None
            slots = {"name": name_of(row), "words": short(row.actual)}
            yield Hit(f"indicators[{index}].actual", slots=slots, severity=severity)


_YEAR = r"(20\d{2})\s?年(?:度)?(?!末|底|初|以来|起)"
_COMPARED = r"上年|去年|上一年|同期|比|较|增长|增加|下降|减少|结转|全年|本年|今年|当年"
_SIGNIFICANT = 4  # a number of so many digits is no other's by chance


@rule(
    "D09",
    "本年的数写成了别的年份",
    Severity.WARNING,
    Category.PROSE,
    "填报要求：正文、表头、列头为同一年度",
    "正文第{paragraph}段「{quote}」写的是 {said} 年，{fault}",
    "请核对年份，沿用上年报告的须逐处改过",
    ("narrative", "year"),
)
def the_years_facts_bear_its_year(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写着以前年份的句子里，数字不是本年表里的数，也不是说本年的话；与上年比较的、上年也是这个数的不报。"""
    yield from _misdated(filing)
    now, before = _cells(filing), _prior_values(filing)
    for sentence in sentences(filing, *(str(filing.year - n) for n in (1, 2, 3) if filing.year)):
        for found in re.finditer(_YEAR, sentence.text):
            if int(found[1]) >= (filing.year or 0) or re.search(
                r"(?:比|较|与|同|超过?|自|从|由)\s?$", sentence.text[: found.start()]
            ):
                continue
            aside = r"|\)" if _opened(sentence.text[: found.start()]) else ""
            rest = re.split(rf"{_COMPARED}|20\d{{2}}\s?年{aside}", sentence.text[found.end() :])[0]
            for figure in re.finditer(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s?(万元|亿元|元|%)", rest):
                value = _value(figure)
                if value in now and value not in before and _digits(figure[1]) >= _SIGNIFICANT:
                    words = sentence.text[found.start() : found.end() + figure.end()]
                    fault = f"{figure[0]} 却与本年的{filing.label(now[value])}相同"
                    slots = {"said": found[1], "fault": fault}
                    yield hit(filing, sentence.paragraph, words, slots=slots, related=(now[value],))
                    break
            else:
                if score := _scored(filing, rest):
                    words = sentence.text[found.start() : found.end() + rest.index(score) + len(score)]
                    slots = {"said": found[1], "fault": f"{score} 却是本年自评表的得分"}
                    yield hit(filing, sentence.paragraph, words[-40:], slots=slots)
                    break
                continue
            break


def _scored(filing: Filing, words: str) -> str:
    """Return the score of this year's own table that words tell, "" where they tell none."""
    own = {filing.total.score, filing.funds.score} - {None}
    for found in re.finditer(r"得分?[^，。;\d]{0,6}(\d{1,3}\.\d{1,2})\s?分", words):
        if Decimal(found[1]) in own and "上年" not in words:
            return found[0]
    return ""


def _opened(before: str) -> bool:
    return before.count("(") > before.count(")")


_HEADS = r"编制|在职|在编|实有"
_ITSELF = (
    r"(?<![\d比较与由从])(20\d{2})(届|年)(?:度)?[^。;]*?\d[^。;]*?(?:比|较)\1\2(?:的\d|\(|的?同期|增|减|上升|下降|提高)"
)
# what was done by the end of the year before, what was done in a year, and what both make
_FIGURE = r"(\d[\d,]*(?:\.\d+)?)\s?([万亿]?元|公里|平方米|亩|户|处|个)"
_CUMULATIVE = rf"截[至止](20\d{{2}})年(?:年?[末底])[^。;，\d]*{_FIGURE}[，,](20\d{{2}})年[^。;，\d]*{_FIGURE}[，,;]?[^。;\d]*累计[^。;，\d]*{_FIGURE}"


_ALL_MONEY = (
    r"(?:一般公共预算|本年|全年|部门|单位|整体|我[^\W\d_]|本[^\W\d_])*(?:总)?(?:支出|收入)\d[\d,.]*\s?[万亿]?元"
)


def _misdated(filing: Filing) -> Iterator[Hit]:
    """Yield what bears another year than the thing that it tells can be of."""
    if not filing.year:
        return
    yield from _titles(filing)
    yield from _openings(filing)
    yield from _none_of_last_year(filing)
    yield from _published(filing)
    for sentence in sentences(filing, str(filing.year), str(filing.year - 1)):
        if found := re.search(_ITSELF, sentence.text):
            fault = f"后面又与{found[1]}{found[2]}自己比较"
            yield _dated(filing, sentence.paragraph, found[0][-30:], found[1], fault)
        for found in re.finditer(_CUMULATIVE, sentence.text):
            before, added, all_ = (number(found[n]) for n in (2, 5, 7))
            if {found[3], found[6], found[8]} == {found[3]} and before + added == all_ and found[4] <= found[1]:
                fault = f"而截至{found[1]}年末已累计 {found[2]}{found[3]}，不会再含这一年"
                yield _dated(filing, sentence.paragraph, found[0][found[0].index(found[3]) :], found[4], fault)
        found = re.match(rf"[^，]{{0,4}}截[至止]({filing.year - 1})年(?:12月)?(?:31日|[底末])", sentence.text.strip())
        own = {plain(value) for value in (filing.staff.actual, filing.staff.authorized) if value}
        told = {words.replace(",", "") for words in re.findall(r"(?<![\d.,])\d[\d,]*(?=[名人个])", sentence.text)}
        rest = sentence.text.strip()[found.end() :] if found else ""
        if found and re.search(_HEADS, rest) and own & told and not _tells(rest, filing.year):
            yield _dated(filing, sentence.paragraph, found[0], found[1], f"说的却是本年末的人数，应为 {filing.year} 年")


def _none_of_last_year(filing: Filing) -> Iterator[Hit]:
    """Yield the year before where it is said that there was no fund: 2023年度无政府性基金预算."""
    for sentence in sentences(filing, "基金", "国有资本"):
        found = re.search(
            r"(20\d{2})年度?(?:本?部?门?单?位?)?(?:无|没有|未安排|不涉及)(?:政府性基金|国有资本|社会保险基金)",
            sentence.text,
        )
        if found and int(found[1]) == (filing.year or 0) - 1 and str(filing.year) not in sentence.text:
            yield _dated(filing, sentence.paragraph, found[0], found[1], f"本次自评的是 {filing.year} 年")


_WITH_ACCOUNTS = r"(?:随|与|同)(?:本部门|部门|本单位|单位)?(20\d{2})年度?(?:部门|单位)?决算(?:报告|信息)?(?:一并|一同|一起|同步|同时|公开)"
_OWN_EVALUATED = (
    r"(?:[我本](?:单位|部门|局|委|办|中心|院|校|馆|站|镇|乡|街道)|认真|组织)[^，。;\d]{0,8}(?:对|开展)[^，。;\d]{0,10}(20\d{2})年度?"
    r"(?:部门|单位)?整体支出(?![^。;]{0,6}(?:上年|结果|相比|比))"
)


def _published(filing: Filing) -> Iterator[Hit]:
    """Yield another year's accounts that the evaluation is to be published with, another year that the unit says it evaluated."""
    for sentence in sentences(filing, "决算", "整体支出"):
        for pattern in (_WITH_ACCOUNTS, _OWN_EVALUATED):
            found = re.search(pattern, sentence.text)
            if found and abs(int(found[1]) - (filing.year or 0)) in (1, 2) and not re.search("已|去年|往年", found[0]):
                yield _dated(filing, sentence.paragraph, found[0], found[1], f"本次自评的是 {filing.year} 年")


def _tells(text: str, year: int) -> bool:
    """Return whether a text names the year, or compares with the year before."""
    return str(year) in text or bool(re.search("上年|去年|本年|年末|比|较|同期", text))


def _titles(filing: Filing) -> Iterator[Hit]:
    """Yield the year that the title, or the sentence that says what was evaluated, gives otherwise than the tables."""
    last = next((chapter.paragraph for chapter in chapters(filing)), 2)
    for sentence in sentences(filing, "整体支出"):
        if sentence.paragraph >= last:
            return
        found = re.search(r"(?<!\d)(20\d{2})年(?:度)?(?:部门|单位|预算)*(?:\(单位\))?整体支出", sentence.text)
        another = re.search("得分|等级|等次|上年|去年|比|较", sentence.text)
        if found and int(found[1]) == (filing.year or 0) - 1 and not another:
            yield _dated(filing, sentence.paragraph, found[0], found[1], f"本次自评的是 {filing.year} 年")


def _openings(filing: Filing) -> Iterator[Hit]:
    """Yield a section that opens with last year's income or outlay and tells nothing of this year's beside it."""
    texts = paragraphs(filing)
    for chapter in chapters(filing):
        text = texts[chapter.paragraph] if chapter.paragraph < len(texts) else ""
        found = re.match(rf"\s*({(filing.year or 0) - 1})年(?:度)?{_ALL_MONEY}", text)
        if found and not _tells(text, filing.year or 0):
            yield _dated(filing, chapter.paragraph + 1, found[0], found[1], f"这一段没有写 {filing.year} 年的数")


def _dated(filing: Filing, paragraph: int, words: str, said: str, fault: str) -> Hit:
    return hit(filing, paragraph, words, slots={"said": said, "fault": fault})


def _value(figure: re.Match[str]) -> Decimal:
    """Return a figure as a cell would hold it: money in 万元, a rate as a fraction."""
    scale = {"万元": Decimal(1), "亿元": Decimal(10_000), "元": Decimal("0.0001"), "%": Decimal("0.01")}
    return number(figure[1]) * scale[figure[2]]


def _digits(words: str) -> int:
    return len(plain(number(words)).replace(".", "").strip("0"))


def _cells(filing: Filing) -> dict[Decimal, str]:
    """Return the year's own amounts (and its execution rate), each with the path of its cell."""
    paths = [f"funds.{name}" for name in ("executed", "annual_budget", "initial_budget", "execution_rate")]
    paths += [f"income.{name}" for name in ("total", "general_public_budget", "government_fund", "other")]
    paths += [f"outlay.{name}" for name in ("total", "basic", "project")]
    paths += [f"expenses.{name}.{column}" for name in filing.expenses for column in ("final", "budget")]
    paths += [
        f"project_lines[{n}].{column}" for n in range(len(filing.project_lines)) for column in ("final", "budget")
    ]
    return {value: path for path in reversed(paths) if (value := filing.get(path))}


def _prior_values(filing: Filing) -> set[Decimal | None]:
    values = {row.prior_final for row in (*filing.expenses.values(), *filing.project_lines)}
    return values | (set(_cells(filing.prior)) if filing.prior else set())


@rule(
    "D22",
    "列支了往年的支出",
    Severity.INFO,
    Category.PROSE,
    "实务（可改）：往年的支出应说明为什么在本年列支",
    "正文第{paragraph}段「{quote}」是往年的支出{also}",
    "请写明为什么在本年支付、有没有纳入本年预算和绩效目标",
    ("narrative", "year"),
)
def arrears_are_explained(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """用本年的钱支付往年费用的，逐处列出，一份报告一条。"""
    found = [
        (sentence.paragraph, match[0])
        for sentence in sentences(filing, "支付", "发放", "兑付", "补发", "清偿", "偿还")
        for match in re.finditer(
            r"(?:支付|发放|兑付|补发|清偿|偿还)[^，。;\d]{0,15}(?:\d{1,3}家)?[^，。;\d]{0,12}(20\d{2})年(?![末底])[^，。;]{0,30}?(?:费用|费|款|工资|奖金|补贴|补助|资金)",
            sentence.text,
        )
        if int(match[1]) < (filing.year or 0) and not re.search("上年同期|比上年|较上年", sentence.text)
    ]
    if found:
        others = list(dict.fromkeys(str(paragraph) for paragraph, _ in found[1:]))
        also = f"；第{'、'.join(others)}段同" if others else ""
        yield hit(filing, found[0][0], quote(found[0][1]), slots={"also": also})
