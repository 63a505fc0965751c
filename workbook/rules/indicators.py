"""Rules on the indicators: what they are measured by, and where they stand."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive.scores import named_tier, not_applicable
from workbook.model.figures import shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import Quantity, is_blank, normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, SCORING, is_empty, name_of, rows, short, spans_the_year

PRACTICE = "实务（可改）"


@rule(
    "I01",
    "得分超出分值范围",
    Severity.ERROR,
    Category.WITHIN,
    "表样填报说明（北京海淀等地）：指标得分最高不能超过该指标分值上限",
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
    PRACTICE + "：得分是完成值的得分，没有完成值就没有得分",
    "「{name}」实际完成值空白，却得 {score} 分（分值 {weight}）",
    "请补填实际完成值；没有完成的填 0 或“未完成”，得分一并改",
    ROWS,
    asks=("indicators[].score",),
)
def scored_rows_have_results(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际完成值空白的指标没有得分；连指标值也空白的另有规则。"""
    for index, row in rows(filing):
        if is_blank(row.actual) and row.score and not not_applicable(row) and not is_empty(filing, row):
            slots = {"name": name_of(row), "score": row.score, "weight": row.weight or Decimal(0)}
            yield Hit(f"indicators[{index}].actual", None, slots=slots, related=(f"indicators[{index}].score",))


@rule(
    "I03",
    "指标没有填全",
    Severity.ERROR,
    Category.FORM,
    "表样的栏目：三级指标、年度指标值、分值、得分",
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
            told = name == "target" and is_empty(filing, row)
            if (value is None or value == "") and path not in filing.unread and filing.asks(path) and not told:
                yield Hit(path)


@rule(
    "I04",
    "单项指标分值过大",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：分值按重要程度分配，一项占得过多就看不出差别",
    "{what}占 {weight} 分{of}",
    "请拆分为几个更具体的指标，或在出错说明中写明理由",
    ROWS,
    ("indicator.heavy", "indicator.heavy_share"),
    asks=("indicators[].weight", "indicators[].target"),
)
def no_row_outweighs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """产出里没有哪一项分值过大，三项以上的一类里没有哪一项占一半以上；一类只设了一项的只作提示。"""
    heavy, share = scheme.number("indicator.heavy"), scheme.number("indicator.heavy_share")
    classes: dict[str, list[Decimal]] = {}
    for _, row in rows(filing):
        classes.setdefault(row.level1 or "", []).append(row.weight or Decimal(0))
    every = [weight for weights in classes.values() for weight in weights]
    for index, row in rows(filing):
        name, weight = row.level1 or "", row.weight or Decimal(0)
        total, count = sum(classes[name], Decimal(0)), len(classes[name])
        # among few rows twenty points are no more than a row's share
        output = "产出" in name and weight >= heavy and weight * len(every) > sum(every, Decimal(0)) * LARGE
        alone = count == 1 and weight >= heavy
        if not (alone or output or (count > 2 and total >= heavy and weight >= total * share)):
            continue
        what = f"{name}只设了「{name_of(row)}」1 条，" if alone else f"「{name_of(row)}」一项"
        slots = {"what": what, "weight": weight, "of": "" if alone else f"（{name}共 {shown(total)} 分）"}
        severity = Severity.INFO if alone and not output else None
        yield Hit(f"indicators[{index}].weight", weight, slots=slots, severity=severity)


LARGE = Decimal("1.5")  # so many times the average row


@rule(
    "I05",
    "产出指标的二级指标不全",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：产出一般设数量、质量指标，时效指标不作强制要求",
    "{missing}",
    "请补上缺的指标；确实没有的，填一行“无”，分值留空",
    ROWS,
    ("indicator.least_quantity",),
    asks=("indicators[].level2", "indicators[].target"),
)
def output_has_its_kinds(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """产出指标有质量指标（没有的预警），有足够的数量指标和时效指标（不足的只作提示）。"""
    first = next((index for index, row in rows(filing) if "产出" in (row.level1 or "")), None)
    kinds = Counter(kind for _, row in rows(filing) for kind in ("数量", "质量", "时效") if kind in (row.level2 or ""))
    least = scheme.number("indicator.least_quantity")
    missing = [f"没有{kind}指标" for kind in ("质量", "时效") if not kinds[kind]]
    if kinds["数量"] < least:
        missing.insert(0, f"数量指标只有 {kinds['数量']} 条，少于 {shown(least)} 条")
    if missing and first is not None and kinds:  # a form may class its output otherwise
        severity = None if not kinds["质量"] else Severity.INFO
        label = filing.indicators[first].level1 or ""
        slots = {"missing": "；".join(missing)}
        yield Hit(f"indicators[{first}].level2", None, slots=slots, severity=severity, label=label)


@rule(
    "I06",
    "指标重复",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：一项工作不计两次分",
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
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：按二级指标名称的字面意思归类",
    "「{name}」是{what}，却列在{where}下",
    "请移到{proper}下；有理由列在这里的，在出错说明中写明",
    ROWS,
    asks=("indicators[].level2",),
)
def rows_stand_where_they_belong(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """支出金额不列在生态环境成本或数量指标下，人数不列在可持续影响下；比率列在数量指标下、别的金额列在生态环境成本下只作提示。"""
    for index, row in rows(filing):
        target = parse(row.target)
        if target is None:
            continue
        found = _misplaced(row, target)
        if found:
            what, proper, severity = found
            slots = {"name": name_of(row), "what": what, "where": row.level2 or "", "proper": proper}
            yield Hit(f"indicators[{index}].level2", slots=slots, severity=severity)


_RATIO_NAME = re.compile(r"(率|比例|占比|比重|满意度)(?:[（(].*[)）])?$")
_MONEY_NAME = re.compile(r"(基本支出|项目支出|总支出|经费支出|预算成本|人员经费|公用经费)")


def _misplaced(row: Indicator, target: Quantity) -> tuple[str, str, Severity | None] | None:
    """Return what a row is, where it belongs and the severity where it is not the rule's; None where it stands right."""
    where = row.level2 or ""
    outlay = bool(_MONEY_NAME.search(row.level3 or ""))
    money = target.is_money or (not target.unit and outlay)
    if "生态环境成本" in where and money:
        return "金额", "经济成本指标", None if outlay else Severity.INFO
    if "数量" in where and money:
        return "金额", "成本指标（支出）或效益指标（收入）", None
    if "数量" in where and target.is_rate and _RATIO_NAME.search(normal(row.level3 or "")):
        return "比率", "质量指标", Severity.INFO
    if "可持续" in where and target.base_unit in ("人", "人次", "名"):
        return "人数", "数量指标或社会效益指标", None
    return None


@rule(
    "I08",
    "目标与完成值是同样的套话",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE + "：指标能量化的要量化，完成值说得出做了什么",
    "「{name}」目标与完成值都是“{words}”，看不出完成了什么",
    "请写明具体做了什么、达到什么程度；能量化的改为数字",
    ROWS,
)
def results_say_more_than_targets(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有数字的目标，完成值不是同样几个字；时效指标写成整个年度的另有规则。"""
    for index, row in rows(filing):
        if is_blank(row.target) or re.search(r"\d", normal(row.target or "")) or parse(row.target) is not None:
            continue
        if normal(row.target or "") == normal(row.actual or "") and not spans_the_year(row):
            slots = {"name": name_of(row), "words": short(row.target)}
            yield Hit(f"indicators[{index}].actual", slots=slots, related=(f"indicators[{index}].target",))


@rule(
    "I09",
    "目标不可衡量",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE + "：目标应能衡量",
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
    PRACTICE + "：完成值应与台账一致",
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
    "云南、四川表样的“指标性质”一栏（≥、≤、＝）；他处为实务（可改）",
    "有 {count} 条数字目标没有写 ≥、≤ 或＝：{names}",
    "建议写明符号，免得对达标有不同理解",
    ROWS,
)
def numeric_targets_bear_signs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """数字目标写明 ≥、≤ 或＝。"""
    bare = [(i, row) for i, row in rows(filing) if (q := parse(row.target)) and not q.comparator and q.upper is None]
    if bare:
        names = "、".join(short(row.level3, 14) for _, row in bare[:3]) + ("等" if len(bare) > 3 else "")
        yield Hit(f"indicators[{bare[0][0]}].target", slots={"count": len(bare), "names": names})


@rule(
    "I23",
    "二级指标整类空白",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：没有的指标填“无”",
    "{names}下没有指标，也没有填“无”",
    "请补填指标；确实没有的，在三级指标一栏填“无”，分值留空",
    ROWS,
    asks=("indicators[].level2",),
)
def no_class_is_left_blank(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表上印着的二级指标，没有内容的要填“无”。"""
    if filing.blank_classes:
        yield _of_classes(filing, filing.blank_classes)


def _of_classes(filing: Filing, classes: list[str]) -> Hit:
    """Return a hit that speaks of second-level classes without rows, at the last row of the class they belong to."""
    names = "、".join(dict.fromkeys(classes))
    parent = next((word for word in ("成本", "满意", "效益", "可持续") if word in classes[0]), "产出")
    parent = {"可持续": "效益"}.get(parent, parent)
    near = [index for index, row in enumerate(filing.indicators) if parent in (row.level1 or "")]
    place = near[-1] if near else len(filing.indicators) - 1
    return Hit(f"indicators[{place}].level2", slots={"names": names}, label=names)


@rule(
    "I25",
    "有的二级指标填了无",
    Severity.INFO,
    Category.FORM,
    PRACTICE + "：没有的指标填“无”",
    "{names}填了“无”，没有指标",
    "确实没有的不用改，分值留空；其分值应分给同类的其他指标",
    ROWS,
    asks=("indicators[].level2",),
)
def rows_of_nothing(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """填“无”的二级指标只作提示，请核对是否确实没有。"""
    if filing.none_classes:
        yield _of_classes(filing, filing.none_classes)
