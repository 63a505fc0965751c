"""Rules on the indicators: what they are measured by, and where they stand."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.scores import named_tier, not_applicable
from workbook.figures import plain
from workbook.filing import Filing, Indicator
from workbook.findings import Category, Severity
from workbook.quantity import Quantity, is_blank, normal, parse
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, name_of, rows, short
from workbook.scheme import Scheme

SCORING = "财预〔2020〕10号：定量指标完成得满分，未完成按完成比例计分"
FILLING = "自评表填报说明"


@rule(
    "I01",
    "得分超出分值范围",
    Severity.ERROR,
    Category.WITHIN,
    "财预〔2020〕10号：指标得分最高不能超过该指标分值上限",
    "{label}填报 {actual}，应在 0 到 {expected} 之间",
    "请核对得分与分值，得分不能高于分值",
    asks=("indicators[].score",),
)
def score_within_weight(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每项得分不小于零、不大于分值（预算执行率同）。"""
    pairs = [("funds.score", filing.funds.score, filing.funds.weight)]
    pairs += [(f"indicators[{index}].score", row.score, row.weight) for index, row in rows(filing)]
    for path, score, weight in pairs:
        if score is not None and weight is not None and not 0 <= score <= weight:
            yield Hit(path, score, weight)


@rule(
    "I02",
    "实际完成值空白却有得分",
    Severity.ERROR,
    Category.WITHIN,
    FILLING + "：先有完成值，后有得分",
    "「{name}」实际完成值空白，却得 {score} 分（分值 {weight}）",
    "请补填实际完成值；没有完成的填 0 或“未完成”，得分一并改",
    ROWS,
    asks=("indicators[].score",),
)
def scored_rows_have_results(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际完成值空白的指标没有得分。"""
    for index, row in rows(filing):
        if is_blank(row.actual) and row.score and not not_applicable(row):
            slots = {"name": name_of(row), "score": row.score, "weight": row.weight or Decimal(0)}
            yield Hit(f"indicators[{index}].actual", None, slots=slots, related=(f"indicators[{index}].score",))


@rule(
    "I03",
    "指标没有填全",
    Severity.ERROR,
    Category.FORM,
    FILLING,
    "{label}空白",
    "请补填{label}",
    ROWS,
)
def rows_are_whole(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每条指标的三级指标名称、年度指标值、分值、得分都要填。"""
    for index, row in rows(filing):
        for name in ("level3", "target", "weight") if not_applicable(row) else ("level3", "target", "weight", "score"):
            value = getattr(row, name)
            path = f"indicators[{index}].{name}"
            if (value is None or value == "") and path not in filing.unread and filing.asks(path):
                yield Hit(path)


@rule(
    "I04",
    "单项指标分值过大",
    Severity.WARNING,
    Category.FORM,
    "财预〔2021〕101号：指标分值应按重要程度合理分配",
    "「{name}」一项占 {weight} 分（{class_name}共 {total} 分）",
    "请拆分为几个更具体的指标，或在出错说明中写明理由",
    ROWS,
    ("indicator.heavy", "indicator.heavy_share"),
    asks=("indicators[].weight", "indicators[].target"),
)
def no_row_outweighs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有哪一项指标分值过大，或占了所在一级指标的一半以上（只有一项的小类不算）。"""
    heavy, share = scheme.number("indicator.heavy"), scheme.number("indicator.heavy_share")
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for _, row in rows(filing):
        totals[row.level1 or ""] += row.weight or Decimal(0)  # type: ignore[assignment]
        counts[row.level1 or ""] += 1
    for index, row in rows(filing):
        name, weight = row.level1 or "", row.weight or Decimal(0)
        total = Decimal(totals[name])
        if weight >= heavy or (counts[name] > 2 and total >= heavy and weight >= total * share):
            slots = {"name": name_of(row), "weight": weight, "class_name": name, "total": total}
            yield Hit(f"indicators[{index}].weight", weight, slots=slots)


@rule(
    "I05",
    "产出指标的二级指标不全",
    Severity.WARNING,
    Category.FORM,
    "财预〔2020〕10号：产出指标包括数量、质量、时效等",
    "{missing}",
    "请补上缺的指标；确实没有的，填一行“无”",
    ROWS,
    ("indicator.least_quantity",),
    asks=("indicators[].level2", "indicators[].target"),
)
def output_has_its_kinds(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """产出指标有足够的数量指标，并有质量指标和时效指标。"""
    kinds = Counter(kind for _, row in rows(filing) for kind in ("数量", "质量", "时效") if kind in (row.level2 or ""))
    least = scheme.number("indicator.least_quantity")
    missing = [f"没有{kind}指标" for kind in ("质量", "时效") if not kinds[kind]]
    if kinds["数量"] < least:
        missing.insert(0, f"数量指标只有 {kinds['数量']} 条，少于 {plain(least)} 条")
    if missing and any("产出" in (row.level1 or "") for _, row in rows(filing)):
        yield Hit("indicators[0].level2", None, slots={"missing": "；".join(missing)})


@rule(
    "I06",
    "指标重复",
    Severity.WARNING,
    Category.FORM,
    FILLING,
    "「{name}」与第 {first} 条指标同名同目标",
    "请删去重复的一条，或改写为不同的内容",
    ROWS,
)
def rows_differ(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有两条指标名称和目标都相同。"""
    seen: dict[tuple[str, str], int] = {}
    for index, row in rows(filing):
        identity = (normal(row.level3 or ""), normal(row.target or ""))
        if identity in seen:
            yield Hit(f"indicators[{index}].level3", slots={"name": name_of(row), "first": seen[identity] + 1})
        seen.setdefault(identity, index)


@rule(
    "I07",
    "指标归类不当",
    Severity.ERROR,
    Category.FORM,
    "财预〔2020〕10号：各级指标的含义",
    "「{name}」是{what}，却列在{where}下",
    "请移到{proper}下",
    ROWS,
    asks=("indicators[].level2",),
)
def rows_stand_where_they_belong(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """金额不列在生态环境成本或数量指标下，比率不列在数量指标下，人数不列在可持续影响下。"""
    for index, row in rows(filing):
        target = parse(row.target)
        if target is None:
            continue
        found = _misplaced(row, target)
        if found:
            what, proper = found
            slots = {"name": name_of(row), "what": what, "where": row.level2 or "", "proper": proper}
            yield Hit(f"indicators[{index}].level2", slots=slots)


_RATIO_NAME = re.compile(r"(率|比例|占比|比重|满意度)(?:[（(].*[)）])?$")
_MONEY_NAME = re.compile(r"(基本支出|项目支出|总支出|经费支出|预算成本|人员经费|公用经费)")


def _misplaced(row: Indicator, target: Quantity) -> tuple[str, str] | None:
    where = row.level2 or ""
    money = target.is_money or (not target.unit and bool(_MONEY_NAME.search(row.level3 or "")))
    if "生态环境成本" in where and money:
        return "金额", "经济成本指标"
    if "数量" in where and money:
        return "金额", "成本指标（支出）或效益指标（收入）"
    if "数量" in where and target.is_rate and _RATIO_NAME.search(normal(row.level3 or "")):
        return "比率", "质量指标"
    if "可持续" in where and target.base_unit in ("人", "人次", "名"):
        return "人数", "数量指标或社会效益指标"
    return None


@rule(
    "I08",
    "目标与完成值是同样的套话",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：绩效指标应细化量化",
    "「{name}」目标与完成值都是“{words}”，看不出完成了什么",
    "请写明具体做了什么、达到什么程度；能量化的改为数字",
    ROWS,
)
def results_say_more_than_targets(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有数字的目标，完成值不是同样几个字。"""
    for index, row in rows(filing):
        if is_blank(row.target) or re.search(r"\d", normal(row.target or "")) or parse(row.target) is not None:
            continue
        if normal(row.target or "") == normal(row.actual or "") and "全年" not in normal(row.target or ""):
            slots = {"name": name_of(row), "words": short(row.target)}
            yield Hit(f"indicators[{index}].actual", slots=slots, related=(f"indicators[{index}].target",))


@rule(
    "I09",
    "目标不可衡量",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：绩效指标应细化量化，可衡量",
    "「{name}」目标“{target}”没有数字、单位或标准，完成值“{words}”也看不出档次",
    "请给目标定出可衡量的标准，完成值写明达成、部分达成或未达成",
    ROWS,
)
def targets_can_be_measured(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标没有数字时，完成值应说得出属于哪一档。"""
    for index, row in rows(filing):
        if is_blank(row.target) or is_blank(row.actual) or re.search(r"\d", normal(row.target or "")):
            continue
        same = normal(row.target or "") == normal(row.actual or "")
        if (
            not same
            and parse(row.target) is None
            and parse(row.actual) is None
            and not named_tier(normal(row.actual or ""))
        ):
            slots = {"name": name_of(row), "target": short(row.target), "words": short(row.actual)}
            yield Hit(f"indicators[{index}].target", slots=slots)


@rule(
    "I10",
    "目标是数字而完成值不是",
    Severity.WARNING,
    Category.WITHIN,
    SCORING,
    "「{name}」目标“{target}”，完成值“{words}”不是数字，无法衡量",
    "请把完成值改为与目标同单位的数字",
    ROWS,
)
def numeric_targets_get_numbers(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """目标是数字的，完成值也是数字。"""
    for index, row in rows(filing):
        if parse(row.target) is None or is_blank(row.actual) or parse(row.actual) is not None:
            continue
        if not re.search(r"\d", normal(row.actual or "")):
            slots = {"name": name_of(row), "target": short(row.target), "words": short(row.actual)}
            yield Hit(f"indicators[{index}].actual", slots=slots, related=(f"indicators[{index}].target",))


@rule(
    "I11",
    "完成值是约数",
    Severity.WARNING,
    Category.WITHIN,
    FILLING + "：完成值应为准确数",
    "「{name}」完成值“{words}”是约数",
    "请填准确数（与台账一致）",
    ROWS,
)
def results_are_exact(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """完成值不是“余”“约”之类的约数。"""
    for index, row in rows(filing):
        actual = parse(row.actual)
        if actual is not None and actual.vague and parse(row.target) is not None:
            yield Hit(f"indicators[{index}].actual", slots={"name": name_of(row), "words": short(row.actual)})


@rule(
    "I19",
    "数字目标没有写符号",
    Severity.INFO,
    Category.FORM,
    "预算绩效目标填报：指标性质（≥、≤、＝）",
    "有 {count} 条数字目标没有写 ≥、≤ 或＝：{names}",
    "建议写明符号，免得对达标有不同理解",
    ROWS,
)
def numeric_targets_bear_signs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """数字目标写明 ≥、≤ 或＝。"""
    bare = [(i, row) for i, row in rows(filing) if (q := parse(row.target)) and not q.comparator and q.upper is None]
    if bare:
        names = "、".join(short(row.level3) for _, row in bare[:3]) + ("等" if len(bare) > 3 else "")
        yield Hit(f"indicators[{bare[0][0]}].target", slots={"count": len(bare), "names": names})


@rule(
    "I23",
    "二级指标整类空白",
    Severity.WARNING,
    Category.FORM,
    FILLING + "：没有的指标填“无”",
    "{names}下没有指标，也没有填“无”",
    "请补填指标；确实没有的，在三级指标一栏填“无”",
    ROWS,
    asks=("indicators[].level2",),
)
def no_class_is_left_blank(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表上印着的二级指标，没有内容的要填“无”。"""
    if filing.blank_classes:
        yield Hit("indicators[0].level2", slots={"names": "、".join(filing.blank_classes)})


@rule(
    "I25",
    "有的二级指标填了无",
    Severity.INFO,
    Category.FORM,
    FILLING + "：没有的指标填“无”",
    "{names}填了“无”，没有指标",
    "确实没有的不用改；其分值应分给同类的其他指标",
    ROWS,
    asks=("indicators[].level2",),
)
def rows_of_nothing(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """填“无”的二级指标只作提示，请核对是否确实没有。"""
    if filing.none_classes:
        names = "、".join(dict.fromkeys(filing.none_classes))
        yield Hit("indicators[0].level2", slots={"names": names})
