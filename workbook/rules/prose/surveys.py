"""满意度的依据：问卷、访谈、测评有没有数，满意数÷有效数是不是完成值。"""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.rounding import quotient_rounding
from workbook.derive.scores import is_satisfaction
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.quantity import is_blank, parse
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Sentence, hit, is_own, number, sentences
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, measured, name_of, rows, short
from workbook.rules.words import says

PRACTICE = "实务（可改）：满意度应来自问卷、访谈或测评，写明份数"
_COUNT = r"(\d[\d,]*)\s?[余多]?(?:份|人次?|户|名|件|张|家|条)"
_MEANS = r"问卷|访谈|座谈|测评|满意度调查|抽样|电话回访|评价器|评议表|好评|回收有效|样本|受访"
# how many were asked, in digits or in words; by a call or a visit it was only where the sentence tells of 满意
_MANY = r"(?:\d[\d,，]*|[一二两三四五六七八九十百千][零一二两三四五六七八九十百千万]+)\s?[余多]?(?:份|人次?|户|名|件|张|家|条)"
_CALLS = r"访问|走访|回访|入户|随访|征求(?:了)?意见|意见卡|评价表|调查表"
SURVEY = (
    rf"(?:{_MEANS})[^。;；]{{0,40}}?{_MANY}|{_MANY}[^。;；]{{0,20}}(?:{_MEANS})"
    rf"|(?:{_CALLS})[^。;；]{{0,40}}?{_MANY}[^。;；]{{0,60}}满意|满意[^。;；]{{0,40}}(?:{_CALLS})[^。;；]{{0,20}}?{_MANY}"
    rf"|(?<!不)(?<!不太)满意(?!度|率|程度)(?:的|为|是|有|数|问卷|[:：])*\s?{_MANY}"
)
_VALID = rf"有效(?:问卷|样本|答卷|评价)?(?:数|共|计|为)?\s?{_COUNT}"
_PLEASED = rf"(?<!不)(?<!不太)((?:非常|很|十分|较|比较|基本)?)满意(?!度|率)(?:的|为|:|有|数|问卷)?\s?{_COUNT}"


def _surveyed(filing: Filing) -> bool:
    return says(filing, SURVEY)


@rule(
    "D13",
    "满意度没有调查依据",
    Severity.WARNING,
    Category.PROSE,
    PRACTICE,
    "{names}有完成值{exact}，通篇没有写问卷、访谈或测评的份数",
    "请写明怎样调查、发放和收回多少份、多少份满意，并留存问卷",
    ("narrative", "indicators[]"),
)
def satisfaction_has_a_basis(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """满意度指标填了比率的，正文、偏差原因或完成情况里写有调查的份数。"""
    found = [(n, row) for n, row in rows(filing) if is_satisfaction(row) and (q := parse(row.actual)) and q.is_rate]
    if not found or not is_own(filing) or _surveyed(filing):
        return
    names = "".join(f"「{name_of(row)}」" for _, row in found[:3]) + ("等" if len(found) > 3 else "")
    equal = sum(1 for _, row in found if (target := parse(row.target)) and target.value == _done(row.actual))
    exact = f"（{equal} 条与目标分毫不差）" if equal else ""
    yield Hit(f"indicators[{found[0][0]}].actual", slots={"names": names, "exact": exact})


def _done(words: str | None) -> Decimal | None:
    found = parse(words)
    return found.value if found and found.value < 1 else None


@rule(
    "I20",
    "满意度与目标分毫不差",
    Severity.INFO,
    Category.WITHIN,
    "实务（可改）：满意度应来自问卷统计，恰好等于目标的少见",
    "「{name}」完成值 {words} 与目标 {target} 分毫不差",
    "请附上满意度调查的有效问卷数与满意数，按实际统计填写",
    ROWS,
    derived=True,
)
def satisfaction_is_surveyed(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """满意度的完成值不恰好等于目标值；报告没有写调查依据的，另有规则一并说。"""
    if filing.narrative and not _surveyed(filing):
        return
    for index, row, target, actual, _ in measured(filing, derived):
        if is_satisfaction(row) and target.value == actual.value and actual.value < 1:
            slots = {"name": name_of(row), "words": short(row.actual), "target": short(row.target)}
            yield Hit(f"indicators[{index}].actual", slots=slots)


@rule(
    "D14",
    "满意数÷有效数不是完成值",
    Severity.WARNING,
    Category.PROSE,
    "算术关系：满意度＝满意数÷有效数",
    "正文第{paragraph}段「{quote}」，{pleased}÷{valid}＝{rate}，指标「{name}」完成值是 {done}",
    "请按问卷的统计改正完成值，或核对份数",
    ("narrative", "indicators[]"),
)
def satisfaction_is_the_surveys(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告只有一次问卷、表里只有一条满意度时，满意数÷有效数就是完成值；句中自有的比率另有规则核对。"""
    found = [(n, row) for n, row in rows(filing) if is_satisfaction(row) and not is_blank(row.actual)]
    surveys = [entry for sentence in sentences(filing, "有效") if (entry := _survey(sentence))]
    if len(found) != 1 or len(surveys) != 1:
        return
    (index, row), (sentence, pleased, valid) = found[0], surveys[0]
    done = parse(row.actual)
    printed = [number(rate) / 100 for rate in re.findall(r"(\d+(?:\.\d+)?)\s?%", sentence.text)]
    if done is None or not done.is_rate or any(done.value == rate for rate in printed):
        return  # a rate of the sentence that its own counts do not give is another rule's
    if valid and pleased <= valid and quotient_rounding(done.value, pleased, valid) is None:
        slots = {"pleased": shown(pleased), "valid": shown(valid), "rate": percent(pleased / valid)}
        slots |= {"name": name_of(row), "done": short(row.actual)}
        path = f"indicators[{index}].actual"
        yield hit(filing, sentence.paragraph, sentence.text, path=path, slots=slots)


def _survey(sentence: Sentence) -> tuple[Sentence, Decimal, Decimal] | None:
    """Return how many of the valid answers of a survey were pleased (of several degrees their sum), None where it does not say."""
    valid = re.search(_VALID, sentence.text)
    pleased = [found for found in re.finditer(_PLEASED, sentence.text) if not valid or found.start() > valid.end()]
    if valid is None or not pleased:
        return None
    plainly = [found for found in pleased if not found[1]]
    counted = plainly if len(pleased) > 1 and len(plainly) == 1 and "其中" in sentence.text else pleased
    return sentence, sum((number(found[2]) for found in counted), Decimal(0)), number(valid[1])
