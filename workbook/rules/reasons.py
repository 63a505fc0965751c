"""Rules on the reasons given for deviations: they must speak of the row they stand in, and of its deviation."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.scores import is_cost, is_satisfaction
from workbook.model.figures import chinese, percent, shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import is_blank, normal
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, capped, measured, name_of, points_off, rows, short

_DONE = re.compile(
    r"(?:已经?|均已?|都已?|全部|全面|按时|按期|如期|圆满|超额|按照?(?:年度|年初|全年|既定|预期)?(?:目标|计划|任务|要求))*(?:完成|达成|达到|达标)(?:了|年度|年初|预期|全部|既定|设定)*(?:任务|目标|指标|指标值)?[。.!]?"
    r"|.{0,6}(?:无|没有|不存在)偏差[。.!]?"
)
_TOO_LOW = re.compile(
    r"超额完成|超出预期|超过(?:了)?(?:预期|目标|年初)|(?:目标|指标)值?(?:设定|设置|制定|定)?得?(?:过|偏|较)低"
)
_SHORT = re.compile(r"未(?:能|完成|达到|达成|开展|实现)|没有(?:完成|达到)|滞后|不足|减少|偏少|推迟|延期|下降")
_MORE = re.compile(r"超|高于|增|多于|新|扩|追加|低|临时|任务重|加大|提高|提升|调整|变更|变化")
_CLASSES = re.compile(r"(数量|质量|时效|效益|可持续影响|满意度|成本)指标")
_MONEY = "支出|经费|成本|资金|预算|追加|超支|节约|节俭|压减|拨款|费|采购|工资|人员|价格|结转|拨付"
_SERVICE = "满意|问卷|调查|服务|群众|投诉|诉求|办事|窗口|对象"
_GENERAL = frozenset(
    "指标 完成 开展 年度 全年 情况 工作 次数 数量 实施 建设 项目 管理 提升 提高 推进 进行 达到 目标 问题 组织 单位 部门".split()  # noqa: SIM905
)


@rule(
    "I27",
    "偏差原因说的是别的事",
    Severity.WARNING,
    Category.WITHIN,
    "表样的“偏差原因分析及改进措施”一栏：写在哪一行就是哪一项的原因",
    "「{name}」{deviation}，偏差原因“{words}”{fault}",
    "请针对这一项写明为什么有偏差、怎样改进",
    ROWS,
    ("indicator.much_above",),
    derived=True,
    asks=("indicators[].reason",),
)
def reasons_speak_of_their_row(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """偏差原因说的是本项指标的偏差：不是说已经完成，不是说别的指标，也不是与偏差方向相反。"""
    degrees = {index: degree for index, row, target, _, degree in measured(filing, derived) if not capped(row, target)}
    for index, row in rows(filing):
        degree = degrees.get(index)
        far = degree is not None and degree > scheme.number("indicator.much_above")
        if is_blank(row.reason) or not (points_off(row) or far or (degree is not None and degree < 1)):
            continue
        fault = _fault(filing, index, row, degree, far)
        if fault:
            slots = {"name": name_of(row), "words": short(row.reason), "fault": fault}
            slots["deviation"] = _deviation(row, degree, far)
            yield Hit(f"indicators[{index}].reason", None, None, slots, (f"indicators[{index}].score",))


_CUT = re.compile(r"(?<![不未每各])(?:共|合计|予以|应|酌情)?扣(?:除|减|掉)?了?(\d+(?:\.\d+)?)分")
_BY_STEPS = re.compile(r"每[^，。;]{0,16}扣|[各均]扣|最多扣|扣完|扣分(?:标准|办法|规则)")


@rule(
    "I37",
    "扣分说明里的扣分与得分对不上",
    Severity.WARNING,
    Category.WITHIN,
    "算术关系：得分＝分值－扣分",
    "「{name}」说明里写扣 {cut} 分，分值 {weight} 应得 {expected}，填报 {actual}",
    "请核对扣分说明与得分，改正写错的一处",
    ROWS,
    ("score.tolerance",),
    asks=("indicators[].score",),
)
def points_told_off_are_taken_off(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """扣分说明写了扣几分的，得分就是分值减去它；写几处扣分的，得分与其中一处或与它们的和相符即可；说扣分标准的不算。"""
    for index, row in rows(filing):
        words = normal(row.reason or "")
        cuts = [] if _BY_STEPS.search(words) else [Decimal(found[1]) for found in _CUT.finditer(words)]
        if not cuts or row.weight is None or row.score is None:
            continue
        lost, tolerance = row.weight - row.score, scheme.number("score.tolerance")
        if any(abs(lost - cut) <= tolerance for cut in (*cuts, sum(cuts, Decimal(0)))):
            continue
        cut = sum(cuts, Decimal(0))
        if cut <= row.weight:
            slots = {"name": name_of(row), "cut": shown(cut), "weight": shown(row.weight)}
            related = (f"indicators[{index}].reason",)
            yield Hit(f"indicators[{index}].score", row.score, row.weight - cut, slots, related)


def _deviation(row: Indicator, degree: Decimal | None, far: bool) -> str:
    if degree is not None and (far or degree < 1):
        return f"完成目标的 {percent(degree)}"
    lost = (row.weight or Decimal(0)) - (row.score or Decimal(0))
    return f"扣了 {shown(lost)} 分"


def _fault(filing: Filing, index: int, row: Indicator, degree: Decimal | None, far: bool) -> str:
    words = normal(row.reason or "")
    if not far and _DONE.fullmatch(words):
        return "只说已经完成，没有说为什么扣分"
    if degree is not None and degree < 1 and _TOO_LOW.search(words) and not _SHORT.search(words):
        return "说的是超额完成，而这一项没有完成"
    if far and _SHORT.search(words) and not _MORE.search(words):
        return "说的是没有完成，而这一项远超目标"
    other = _other_subject(filing, index, row, words)
    return f"说的是{other}，没有提到这一项" if other else ""


def _other_subject(filing: Filing, index: int, row: Indicator, words: str) -> str:
    """Return what else a reason speaks of: another class or another indicator; "" where it touches its own row."""
    if _touches(row, words):
        return ""
    own = f"{row.level1 or ''}{row.level2 or ''}"
    named = next((found[0] for found in _CLASSES.finditer(words) if found[1] not in own), "")
    if named:
        return named
    others = (normal(other.level3 or "") for number, other in rows(filing) if number != index)
    return next((f"「{name}」" for name in others if len(name) >= 4 and name in words), "")


def _touches(row: Indicator, words: str) -> bool:
    if is_cost(row) and re.search(_MONEY, words):
        return True
    if is_satisfaction(row) and re.search(_SERVICE, words):
        return True
    name = "".join(char if chinese(char) else " " for char in normal(row.level3 or ""))
    pairs = {part[n : n + 2] for part in name.split() for n in range(len(part) - 1)}
    return any(pair in words for pair in pairs - _GENERAL)
