"""问题与措施：自认没有完成而得了满分，问题写得空。"""

from collections.abc import Iterator

from workbook import patterns as re
from workbook.derive import execution_base
from workbook.derive.rates import execution_rate
from workbook.model.figures import chinese
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Section, hit, is_own, sentences, under
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import points_off

_SHARE = (
    r"完成(?:了)?(?:年度|年初|全年|计划|既定)?(?:目标)?(?:任务|目标|计划)(?:数|量|的|值){0,2}\s?(\d{1,2}(?:\.\d+)?)\s?%"
)
ADMITTED = (
    rf"{_SHARE}|未(?:能)?(?:完成|达到|实现)(?:年度|年初|全年|计划|预期|既定|设定|绩效)(?:确定的|下达的)?[^，。;]{{0,8}}(?:目标|任务|计划|指标|要求)"
    r"|未达目标|未(?:能)?按[期时](?:完成|完工|交付)|(?:任务|目标|计划)未(?:能)?(?:完成|达成|实现)"
)
_NOT_ADMITTED = (
    r"如未|凡未|对未|若未|未完成[^，。;]{0,12}(?:的，|的[单部股]|问责|通报|扣|整改)|没有未|无未|不存在|预算|支出进度|资金"
    r"|上年|去年|避免|防止"
)


@rule(
    "D17",
    "正文说没有完成，指标却全是满分",
    Severity.WARNING,
    Category.PROSE,
    "财预〔2020〕10号：定量指标未完成的按完成比例计分",
    "正文第{paragraph}段「{quote}」，自评表 {count} 条指标却都是满分",
    "请核对是哪一条指标没有完成，按完成程度计分并写明原因；没有列作指标的请说明",
    ("narrative", "indicators[]"),
    asks=("indicators[].score",),
)
def what_was_missed_loses_points(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文自己说有任务没有完成的，自评表不会条条满分。"""
    if not is_own(filing):
        return
    scored = [row for row in filing.indicators if row.weight and row.score is not None]
    if (
        len(scored) < 3
        or any(points_off(row) for row in scored)
        or len(scored) < sum(bool(row.weight) for row in filing.indicators)
    ):
        return
    for sentence in sentences(filing, "完成", "未达", "未实现", "未能", "未按"):
        for clause in re.split(r"[，;]", sentence.text):
            found = re.search(ADMITTED, clause)
            if found and not re.search(_NOT_ADMITTED, clause):
                yield hit(filing, sentence.paragraph, clause, slots={"count": len(scored)})
                return


_STOCK = (
    r"(?:有待|需要?|还需|须)(?:进一步)?(?:加强|完善|提高|提升|优化|改进|细化)|意识不(?:够)?强|不够(?:科学|合理|完善|精细|细化|规范|准确)"
    r"|水平不高|精细化程度|不完善|没有细化|编制不|重视程度不"
)
_REASON = r"因(?!素|此|地|而)|由于|所致|导致|造成|受.{1,12}影响"


@rule(
    "D18",
    "存在的问题写得空",
    Severity.INFO,
    Category.FORM,
    "实务（可改）：问题写明是什么、差多少、为什么，措施对着问题写",
    "「{heading}」{fault}",
    "请写明是哪个项目、哪条指标、差多少、为什么，措施与问题对应",
    ("narrative",),
    ("report.sections", "report.problem_words", "grade.bands", "execution.reason_below"),
)
def problems_are_concrete(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """问题一节有数字、有本单位项目或指标的名称、有原因，不全是套话；得分低或执行率低的作预警。"""
    found = [section for section in under(filing, scheme, "问题") if section.body]
    if found and (fault := _empty(filing, found[-1], scheme) or _unanswered(filing, found[-1], scheme)):
        section = found[-1]
        severity = Severity.WARNING if _poor(filing, scheme) else None
        yield hit(
            filing,
            section.paragraph,
            section.heading,
            slots={"heading": section.heading, "fault": fault},
            severity=severity,
        )


def _empty(filing: Filing, section: Section, scheme: Scheme) -> str:
    """Return in words what makes a section on problems empty; "" where it says something of its own."""
    text = normal(section.text)
    if re.search(
        r"\d|[一二三四五六七八九十]个(?:项目|指标)", re.sub(r"\d{4}年度?|\d{1,2}[.、]|\(\d\)", "", text)
    ) or _names_own(filing, text):
        return ""
    if not re.search(_STOCK, text):
        return ""
    said = sum(map(chinese, text))
    if said < scheme.number("report.problem_words"):
        return f"只有 {said} 个字，没有写到具体的项目、指标或数字"
    return "" if re.search(_REASON, text) else "没有数字，没有写到本单位的项目或指标，也没有原因"


# what any report says of any problem and any measure
_GENERAL = (
    "预算|绩效|管理|资金|支出|工作|项目|情况|问题|不足|存在|原因|分析|措施|改进|进一步|下一步|加强|提高|提升|完善|优化|强化|规范|"
    "单位|部门|年度|今年|执行|编制|目标|指标"
)
_MATTERS = ("执行率", "满意度", "进度", "采购", "结余", "结转")  # matters that are made of such words
_ANSWERING = 40  # characters of a section that must speak of something


def _unanswered(filing: Filing, problems: Section, scheme: Scheme) -> str:
    """Return in words that the measures take up nothing of the problems: they have no two characters of the matter in common."""
    measures = "".join(
        section.text for section in under(filing, scheme, "措施") if section.paragraph != problems.paragraph
    )
    told, answered = (re.sub(rf"{_GENERAL}|[^\u4e00-\u9fff]", " ", normal(text)) for text in (problems.text, measures))
    if min(len(told.replace(" ", "")), len(answered.replace(" ", ""))) < _ANSWERING:
        return ""
    if any(word in problems.text and word in measures for word in _MATTERS):
        return ""
    pairs = {word[n : n + 2] for word in told.split() for n in range(len(word) - 1)}
    return "" if any(pair in answered for pair in pairs) else "说的事，改进措施一节一件也没有提到"


def _names_own(filing: Filing, text: str) -> bool:
    names = [normal(row.name) for row in filing.project_lines] + [normal(row.level3 or "") for row in filing.indicators]
    return any(name[n : n + 4] in text for name in names for n in range(len(name) - 3))


def _poor(filing: Filing, scheme: Scheme) -> bool:
    rate = execution_rate(filing.funds.executed, execution_base(filing, scheme))
    best = max(row[1] for row in scheme.rows("grade.bands"))
    low = rate is not None and rate < scheme.number("execution.reason_below")
    return low or (filing.total.score is not None and filing.total.score < best)
