"""Rules on the indicators: what they are measured by, how they are scored, and where they stand."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from workbook.derive.rounding import score_holds
from workbook.derive.scores import (
    attainment,
    in_named_unit,
    indicator_score,
    is_cost,
    is_satisfaction,
    named_tier,
    tier_band,
)
from workbook.figures import percent, plain
from workbook.filing import Filing, Indicator
from workbook.findings import Category, Severity
from workbook.quantity import Quantity, answer, is_blank, normal, parse
from workbook.rules.registry import Hit, rule
from workbook.scheme import Scheme

SCORING = "财预〔2020〕10号：定量指标完成得满分，未完成按完成比例计分"
FILLING = "自评表填报说明"
ROWS = ("indicators[]",)

Row = tuple[int, Indicator]
Measured = tuple[int, Indicator, Quantity, Quantity, Decimal]


def _rows(filing: Filing) -> Iterator[Row]:
    yield from enumerate(filing.indicators)


def _measured(filing: Filing) -> Iterator[Measured]:
    """Yield the indicators whose target and actual are numbers of one kind, with how far the target was reached."""
    for index, row in _rows(filing):
        target = parse(row.target)
        actual = answer(target, row.actual) if target else None
        if target is None or actual is None:
            continue
        degree, _ = attainment(row, target, actual)
        if degree is not None:
            yield index, row, target, actual, degree


def _off(row: Indicator) -> bool:
    return row.weight is not None and row.score is not None and row.score < row.weight


@rule(
    "I01",
    "得分超出分值范围",
    Severity.ERROR,
    Category.WITHIN,
    "财预〔2020〕10号：指标得分最高不能超过该指标分值上限",
    "{label}填报 {actual}，应在 0 到 {expected} 之间",
    "请核对得分与分值，得分不能高于分值",
)
def score_within_weight(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每项得分不小于零、不大于分值（预算执行率同）。"""
    pairs = [("funds.score", filing.funds.score, filing.funds.weight)]
    pairs += [(f"indicators[{index}].score", row.score, row.weight) for index, row in _rows(filing)]
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
)
def scored_rows_have_results(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """实际完成值空白的指标没有得分。"""
    for index, row in _rows(filing):
        if is_blank(row.actual) and row.score:
            slots = {"name": _name(row), "score": row.score, "weight": row.weight or Decimal(0)}
            yield Hit(f"indicators[{index}].actual", None, slots=slots, related=(f"indicators[{index}].score",))


def _name(row: Indicator) -> str:
    return " ".join((row.level3 or "").split())


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
    """每条指标的年度指标值、分值、得分都要填。"""
    for index, row in _rows(filing):
        for name in ("target", "weight", "score"):
            value = getattr(row, name)
            path = f"indicators[{index}].{name}"
            if (value is None or value == "") and path not in filing.unread:
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
)
def no_row_outweighs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有哪一项指标分值过大，或占了所在一级指标的一半以上（只有一项的小类不算）。"""
    heavy, share = scheme.number("indicator.heavy"), scheme.number("indicator.heavy_share")
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for _, row in _rows(filing):
        totals[row.level1 or ""] += row.weight or Decimal(0)  # type: ignore[assignment]
        counts[row.level1 or ""] += 1
    for index, row in _rows(filing):
        name, weight = row.level1 or "", row.weight or Decimal(0)
        total = Decimal(totals[name])
        if weight >= heavy or (counts[name] > 2 and total >= heavy and weight >= total * share):
            slots = {"name": _name(row), "weight": weight, "class_name": name, "total": total}
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
)
def output_has_its_kinds(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """产出指标有足够的数量指标，并有质量指标和时效指标。"""
    kinds = Counter(kind for _, row in _rows(filing) for kind in ("数量", "质量", "时效") if kind in (row.level2 or ""))
    least = scheme.number("indicator.least_quantity")
    missing = [f"没有{kind}指标" for kind in ("质量", "时效") if not kinds[kind]]
    if kinds["数量"] < least:
        missing.insert(0, f"数量指标只有 {kinds['数量']} 条，少于 {plain(least)} 条")
    if missing and any("产出" in (row.level1 or "") for _, row in _rows(filing)):
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
    for index, row in _rows(filing):
        identity = (normal(row.level3 or ""), normal(row.target or ""))
        if identity in seen:
            yield Hit(f"indicators[{index}].level3", slots={"name": _name(row), "first": seen[identity] + 1})
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
)
def rows_stand_where_they_belong(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """金额不列在生态环境成本或数量指标下，比率不列在数量指标下，人数不列在可持续影响下。"""
    for index, row in _rows(filing):
        target = parse(row.target)
        if target is None:
            continue
        found = _misplaced(row, target)
        if found:
            what, proper = found
            slots = {"name": _name(row), "what": what, "where": row.level2 or "", "proper": proper}
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
    for index, row in _rows(filing):
        if is_blank(row.target) or re.search(r"\d", normal(row.target or "")) or parse(row.target) is not None:
            continue
        if normal(row.target or "") == normal(row.actual or "") and "全年" not in normal(row.target or ""):
            slots = {"name": _name(row), "words": _short(row.target)}
            yield Hit(f"indicators[{index}].actual", slots=slots, related=(f"indicators[{index}].target",))


def _short(words: str | None) -> str:
    flat = " ".join((words or "").split())
    return flat if len(flat) <= 30 else flat[:29] + "…"


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
    for index, row in _rows(filing):
        if is_blank(row.target) or is_blank(row.actual) or re.search(r"\d", normal(row.target or "")):
            continue
        same = normal(row.target or "") == normal(row.actual or "")
        if (
            not same
            and parse(row.target) is None
            and parse(row.actual) is None
            and not named_tier(normal(row.actual or ""))
        ):
            slots = {"name": _name(row), "target": _short(row.target), "words": _short(row.actual)}
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
    for index, row in _rows(filing):
        if parse(row.target) is None or is_blank(row.actual) or parse(row.actual) is not None:
            continue
        if not re.search(r"\d", normal(row.actual or "")):
            slots = {"name": _name(row), "target": _short(row.target), "words": _short(row.actual)}
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
    for index, row in _rows(filing):
        actual = parse(row.actual)
        if actual is not None and actual.vague and parse(row.target) is not None:
            yield Hit(f"indicators[{index}].actual", slots={"name": _name(row), "words": _short(row.actual)})


def _percent_capped(row: Indicator, target: Quantity) -> bool:
    # a rate cannot rise far above its own target when both end at 100%
    return is_cost(row) or target.comparator in ("≤", "<", "=") or target.upper is not None


@rule(
    "I12",
    "远超目标而未说明原因",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：完成值高于指标值较多的，要分析原因",
    "「{name}」完成 {actual_words}，是目标 {target} 的 {degree}，没有说明原因",
    "请在偏差原因里说明为什么远超目标",
    ROWS,
    ("indicator.much_above", "indicator.target_too_low"),
)
def overshoot_has_reason(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """完成值超过目标较多时有原因说明。"""
    above, too_low = scheme.number("indicator.much_above"), scheme.number("indicator.target_too_low")
    for index, row, target, _, degree in _measured(filing):
        if above < degree <= too_low and not row.reason and not _percent_capped(row, target):
            yield Hit(f"indicators[{index}].actual", slots=_degree_slots(row, degree))


def _degree_slots(row: Indicator, degree: Decimal) -> dict[str, object]:
    return {
        "name": _name(row),
        "actual_words": _short(row.actual),
        "target": _short(row.target),
        "degree": percent(degree),
    }


@rule(
    "I13",
    "目标定得明显偏低",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：年初指标值设定明显偏低造成的，按偏离度适度调减分值",
    "「{name}」完成 {actual_words}，是目标 {target} 的 {degree}，目标定得过低",
    "请说明原因并按偏离程度酌减得分；下年提高目标",
    ROWS,
    ("indicator.target_too_low",),
)
def targets_are_not_too_low(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """完成值没有达到目标的若干倍；已写明原因并酌减了得分的不再提。"""
    for index, row, target, _, degree in _measured(filing):
        settled = _off(row) and not is_blank(row.reason)
        if degree > scheme.number("indicator.target_too_low") and not _percent_capped(row, target) and not settled:
            yield Hit(f"indicators[{index}].actual", slots=_degree_slots(row, degree))


@rule(
    "I14",
    "扣了分没有写原因",
    Severity.ERROR,
    Category.WITHIN,
    "财预〔2020〕10号：未完成绩效目标的要分析原因，提出改进措施",
    "「{name}」分值 {weight} 得 {actual}，扣了 {lost} 分，偏差原因空白{reached}",
    "请补写偏差原因分析及改进措施；已达到目标的不应扣分",
    ROWS,
)
def deductions_have_reasons(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """扣分的指标写有偏差原因。"""
    for index, row in _rows(filing):
        if _off(row) and is_blank(row.reason) and row.score is not None and row.weight is not None:
            result = indicator_score(row, scheme)
            reached = (
                f"（完成 {_short(row.actual)} 已达到目标 {_short(row.target)}）" if result.score == row.weight else ""
            )
            slots = {"name": _name(row), "weight": row.weight, "lost": row.weight - row.score, "reached": reached}
            yield Hit(f"indicators[{index}].score", row.score, None, slots, (f"indicators[{index}].reason",))


@rule(
    "I15",
    "已达到目标却扣分",
    Severity.WARNING,
    Category.WITHIN,
    SCORING,
    "「{name}」完成 {words}，已达到目标 {target}，得 {actual}，按规定应得 {expected}",
    "请改为满分，或在偏差原因里写明为什么扣分",
    ROWS,
    ("indicator.much_above",),
)
def reached_rows_are_not_cut(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """定量指标达到目标的得满分；远超目标、写明原因而酌减的除外。"""
    above = scheme.number("indicator.much_above")
    for index, row, target, _, degree in _measured(filing):
        meant = degree > above and not is_blank(row.reason) and not _percent_capped(row, target)
        if degree >= 1 and _off(row) and not meant and indicator_score(row, scheme).score == row.weight:
            slots = {"name": _name(row), "words": _short(row.actual), "target": _short(row.target)}
            yield Hit(f"indicators[{index}].score", row.score, row.weight, slots)


@rule(
    "I16",
    "得分与完成比例不符",
    Severity.WARNING,
    Category.WITHIN,
    SCORING,
    "「{name}」目标 {target}，完成 {words}，按比例应得 {expected}，填报 {actual}{full}",
    "请按比例改为 {expected}，或在偏差原因里写明依据",
    ROWS,
    ("score.tolerance",),
)
def scores_are_in_proportion(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有达到目标的定量指标按完成比例得分。"""
    for index, row, _, _, degree in _measured(filing):
        expected = indicator_score(row, scheme).score
        if degree >= 1 or row.score is None or expected is None or is_cost(row):
            continue
        if not score_holds(row.score, expected, scheme.number("score.tolerance")):
            full = "（没有达到目标却得满分）" if row.score == row.weight else ""
            slots = {"name": _name(row), "words": _short(row.actual), "target": _short(row.target), "full": full}
            yield Hit(f"indicators[{index}].score", row.score, expected, slots)


@rule(
    "I17",
    "成本超支扣分与超支程度不符",
    Severity.WARNING,
    Category.WITHIN,
    SCORING + "（成本为反向指标）",
    "「{name}」目标 {target}，实际 {words}，超支 {over}，按比例应得 {expected}，填报 {actual}",
    "请按比例改为 {expected}，或在偏差原因里写明依据",
    ROWS,
    ("score.tolerance",),
)
def cost_overruns_are_cut(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """成本指标超过目标的，按超支比例扣分。"""
    for index, row, target, actual, degree in _measured(filing):
        expected = indicator_score(row, scheme).score
        if not is_cost(row) or degree >= 1 or row.score is None or expected is None or not target.value:
            continue
        if not score_holds(row.score, expected, scheme.number("score.tolerance")):
            over = percent(actual.value / target.value - 1)
            slots = {"name": _name(row), "words": _short(row.actual), "target": _short(row.target), "over": over}
            yield Hit(f"indicators[{index}].score", row.score, expected, slots)


@rule(
    "I18",
    "成本实际超过目标",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：成本指标",
    "「{name}」实际 {words} 是目标 {target} 的 {rate}",
    "请核对目标是否漏了追加；确实超支的，在偏差原因里写明",
    ROWS,
)
def costs_within_targets(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """成本指标的实际值不超过目标值。"""
    for index, row, target, actual, degree in _measured(filing):
        if is_cost(row) and degree < 1 and target.value:
            rate = percent(actual.value / target.value)
            slots = {"name": _name(row), "words": _short(row.actual), "target": _short(row.target), "rate": rate}
            yield Hit(f"indicators[{index}].actual", slots=slots, related=(f"indicators[{index}].target",))


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
    bare = [(i, row) for i, row in _rows(filing) if (q := parse(row.target)) and not q.comparator and q.upper is None]
    if bare:
        names = "、".join(_short(row.level3) for _, row in bare[:3]) + ("等" if len(bare) > 3 else "")
        yield Hit(f"indicators[{bare[0][0]}].target", slots={"count": len(bare), "names": names})


@rule(
    "I20",
    "满意度与目标分毫不差",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：满意度应来自问卷统计，恰好等于目标的少见",
    "「{name}」完成值 {words} 与目标 {target} 分毫不差",
    "请附上满意度调查的有效问卷数与满意数，按实际统计填写",
    ROWS,
)
def satisfaction_is_surveyed(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """满意度的完成值不恰好等于目标值。"""
    for index, row, target, actual, _ in _measured(filing):
        if is_satisfaction(row) and target.value == actual.value and actual.value < 1:
            slots = {"name": _name(row), "words": _short(row.actual), "target": _short(row.target)}
            yield Hit(f"indicators[{index}].actual", slots=slots)


@rule(
    "I21",
    "几乎全部满分",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：得分应能区分完成情况",
    "指标得分 {score} 占分值 {weight} 的 {rate}",
    "请对照佐证材料复核各项得分，特别是没有数字的指标",
    ROWS,
    ("indicator.all_full",),
)
def scores_tell_apart(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """指标得分不超过分值的一定比例（如98%），超过的要复核。"""
    scored = [row for _, row in _rows(filing) if row.weight and row.score is not None]
    weight = sum((row.weight or Decimal(0) for row in scored), Decimal(0))
    score = sum((row.score or Decimal(0) for row in scored), Decimal(0))
    if len(scored) >= 3 and weight and score / weight > scheme.number("indicator.all_full"):
        slots = {"score": score, "weight": weight, "rate": percent(score / weight)}
        yield Hit("total.score", filing.total.score, slots=slots)


@rule(
    "I23",
    "二级指标整类空白",
    Severity.WARNING,
    Category.FORM,
    FILLING + "：没有的指标填“无”",
    "{names}下没有指标，也没有填“无”",
    "请补填指标；确实没有的，在三级指标一栏填“无”",
    ROWS,
)
def no_class_is_left_blank(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表上印着的二级指标，没有内容的要填“无”。"""
    if filing.blank_classes:
        yield Hit("indicators[0].level2", slots={"names": "、".join(filing.blank_classes)})


@rule(
    "I24",
    "定性指标得分与档次不符",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：定性指标按达成、部分达成、未达成三档，分别得分值的100%–80%、80%–60%、60%–0%",
    "「{name}」完成值“{words}”属于“{tier}”，得分应在 {least} 至 {expected} 之间，填报 {actual}",
    "请按档次改得分，或把完成值写成实际达到的档次",
    ROWS,
    ("indicator.qualitative_tiers",),
)
def scores_lie_in_their_tier(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """定性指标的完成值写明部分达成或未达成的，得分不高于那一档的上限。"""
    for index, row in _rows(filing):
        words = normal(row.actual or "")
        if parse(row.target) is not None or row.weight is None or row.score is None or not _SURE_TIER.search(words):
            continue
        band = tier_band(words, row.weight, scheme)
        if band is not None and band[0] != "达成" and row.score > band[1]:
            tier, most, least = band
            slots = {"name": _name(row), "words": _short(row.actual), "tier": tier, "least": least}
            yield Hit(f"indicators[{index}].score", row.score, most, slots)


# only the words of the regulation itself: 较好, 有所 and the like are no sure tier
_SURE_TIER = re.compile(r"^(?:已|仅)?部分(?:完成|达成|实现|达到)|(?<!无)(?:未|没有)(?:完成|达成|达到|实现|开展)")


SHEET_FIGURES = (
    (r"项目支出", "expenses.project.final", "附件2 项目支出决算数"),
    (r"总支出|总经费|经费总支出|整体支出", "funds.executed", "全年执行数"),
)


@rule(
    "I22",
    "成本指标与表内支出不一致",
    Severity.ERROR,
    Category.BETWEEN,
    "算术关系：同一支出在各处为同一个数",
    "「{name}」实际完成值 {words}，{where}是 {expected}，相差 {gap} 万元",
    "请核对两处口径（财政拨款还是全部资金）与数字，改为一致",
    ROWS,
    ("sum.tolerance",),
)
def cost_rows_repeat_the_sheet(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """名为项目支出、总支出的成本指标，完成值等于表内的项目支出决算数、全年执行数。"""
    for index, row in _rows(filing):
        found = parse(row.actual)
        actual = in_named_unit(row, found) if found else None
        if not is_cost(row) or actual is None or not (actual.is_money or not actual.unit):
            continue
        if re.search(r"控制|率|压减|节约", row.level3 or ""):
            continue
        for pattern, path, where in SHEET_FIGURES:
            figure = filing.get(path)
            if not re.search(pattern, row.level3 or "") or figure is None:
                continue
            gap = actual.value - figure
            if abs(gap) > scheme.number("sum.tolerance"):
                slots = {"name": _name(row), "words": _short(row.actual), "where": where, "gap": abs(gap)}
                yield Hit(f"indicators[{index}].actual", actual.value, figure, slots, (path,), kind="amount")
            break
