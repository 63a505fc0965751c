"""Rules on the points of indicators: by how far the target was reached, by tier, and with which reason."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.rounding import score_holds
from workbook.derive.scores import is_cost, is_graded, not_applicable, overshoot_limit, tier_band
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import is_blank, normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, SCORING, capped, measured, name_of, points_off, rows, short
from workbook.rules.sheet_figures import annual_of_initial, cost_rows_repeat_the_sheet
from workbook.rules.words import alike


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
    derived=True,
    asks=("indicators[].reason",),
)
def overshoot_has_reason(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """完成值超过目标较多时有原因说明。"""
    above, too_low = scheme.number("indicator.much_above"), scheme.number("indicator.target_too_low")
    for index, row, target, _, degree in measured(filing, derived):
        if above < degree <= too_low and not row.reason and not capped(row, target):
            yield Hit(f"indicators[{index}].actual", slots=_degree_slots(row, degree))


def _degree_slots(row: Indicator, degree: Decimal) -> dict[str, object]:
    return {
        "name": name_of(row),
        "actual_words": short(row.actual),
        "target": short(row.target),
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
    derived=True,
)
def targets_are_not_too_low(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """完成值没有达到目标的若干倍；已写明原因并酌减了得分的不再提。"""
    for index, row, target, _, degree in measured(filing, derived):
        settled = points_off(row) and not is_blank(row.reason)
        if degree > scheme.number("indicator.target_too_low") and not capped(row, target) and not settled:
            yield Hit(f"indicators[{index}].actual", slots=_degree_slots(row, degree))


@rule(
    "I14",
    "扣了分没有写原因",
    Severity.ERROR,
    Category.WITHIN,
    "表样的“偏差原因分析及改进措施”一栏；某预算管理一体化绩效模块：自评得分小于分值的要填理由及依据",
    "「{name}」分值 {weight} 得 {actual}，扣了 {lost} 分，{where}{reached}",
    "请补写偏差原因分析及改进措施；已达到目标的不应扣分",
    ROWS,
    derived=True,
    asks=("indicators[].score",),
)
def deductions_have_reasons(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """扣分的指标写有偏差原因；原因集中写在表末的，要提到这项指标。"""
    together = filing.goals.reason or ""
    if not filing.asks("indicators[].reason") and not together:
        return
    for index, row in rows(filing):
        if (
            points_off(row)
            and not not_applicable(row)
            and is_blank(row.reason)
            and not (together and alike(normal(row.level3 or ""), normal(together)))
            and row.score is not None
            and row.weight is not None
        ):
            full = derived.indicators[index].score == row.weight
            said = f"；完成 {short(row.actual)} 已达到目标 {short(row.target)}，按规定应得 {shown(row.weight)}"
            slots = {"name": name_of(row), "weight": row.weight, "lost": row.weight - row.score}
            slots["reached"] = said if full else ""
            expected = row.weight if full else None
            own = filing.asks("indicators[].reason")
            slots["where"] = "偏差原因空白" if own else "表末的原因分析里没有说明原因"
            related = f"indicators[{index}].reason" if own else "goals.reason"
            yield Hit(f"indicators[{index}].score", row.score, expected, slots, (related,))


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
    derived=True,
    asks=("indicators[].score",),
)
def reached_rows_are_not_cut(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """定量指标达到目标的得满分；远超目标、写明原因而酌减的除外，没有写原因的另有规则。"""
    above = scheme.number("indicator.much_above")
    asked = filing.asks("indicators[].reason") and scheme.severity("I14", Severity.ERROR) is not None
    for index, row, target, _, degree in measured(filing, derived):
        if asked and is_blank(row.reason):
            continue
        meant = degree > above and not is_blank(row.reason) and not capped(row, target)
        if degree >= 1 and points_off(row) and not meant and derived.indicators[index].score == row.weight:
            slots = {"name": name_of(row), "words": short(row.actual), "target": short(row.target)}
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
    derived=True,
    asks=("indicators[].score",),
)
def scores_are_in_proportion(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """没有达到目标的定量指标按完成比例得分。"""
    for index, row, _, _, degree in measured(filing, derived):
        expected = derived.indicators[index].score
        cheap = is_cost(row) and derived.indicators[index].direction == "越低越好"
        if degree >= 1 or row.score is None or expected is None or cheap or is_graded(row, scheme):
            continue
        if not score_holds(row.score, expected, scheme.number("score.tolerance")):
            full = "（没有达到目标却得满分）" if row.score == row.weight else ""
            slots = {"name": name_of(row), "words": short(row.actual), "target": short(row.target), "full": full}
            yield Hit(f"indicators[{index}].score", row.score, expected, slots)


@rule(
    "I18",
    "成本实际超过目标",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：成本为反向指标，超过目标的按比例计分，或写明追加",
    "「{name}」目标 {target}，实际 {words}，是目标的 {rate}{basis}{points}",
    "请核对目标是否漏了追加（目标应为全年预算数）；确实超支的，按比例计分并在偏差原因里写明",
    ROWS,
    ("score.tolerance", "sum.tolerance"),
    derived=True,
    asks=("indicators[].level1",),
)
def costs_within_targets(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """成本指标的实际值不超过目标值，超过的按比例计分；目标是年初预算、没有超过全年预算而得分说得通的，只作提示。"""
    contested = {hit.path for hit in cost_rows_repeat_the_sheet(filing, scheme) if hit.severity is not Severity.INFO}
    for index, row, target, actual, degree in measured(filing, derived):
        result, path = derived.indicators[index], f"indicators[{index}]"
        if not is_cost(row) or result.direction != "越低越好" or degree >= 1 or not target.value:
            continue
        if f"{path}.actual" in contested:
            continue
        slots = {"name": name_of(row), "words": short(row.actual), "target": short(row.target)}
        slots |= {"rate": percent(actual.value / target.value), "basis": "", "points": ""}
        annual = annual_of_initial(filing, row, target, actual, scheme.number("sum.tolerance"))
        if annual is not None:
            slots["basis"] = f"；目标是年初预算口径，按全年预算 {shown(annual)} 没有超支"
        expected, wanted = result.score, [result.score] if annual is None else [result.score, row.weight]
        if row.score is None or expected is None:
            severity = Severity.INFO if annual is not None else None
            yield Hit(f"{path}.actual", slots=slots, related=(f"{path}.target",), severity=severity)
        elif any(score is not None and _holds(row.score, score, scheme) for score in wanted):
            yield Hit(f"{path}.actual", slots=slots, related=(f"{path}.target",), severity=Severity.INFO)
        else:
            whole = f"，按全年预算应得 {shown(row.weight or Decimal(0))}" if annual is not None else ""
            slots["points"] = f"；按目标应得 {shown(expected)}{whole}，填报 {shown(row.score)}"
            yield Hit(f"{path}.score", row.score, expected, slots, (f"{path}.actual", f"{path}.target"))


def _holds(score: Decimal, expected: Decimal, scheme: Scheme) -> bool:
    return score_holds(score, expected, scheme.number("score.tolerance"))


@rule(
    "I21",
    "几乎全部满分",
    Severity.WARNING,
    Category.WITHIN,
    "实务（可改）：得分应能区分完成情况",
    "指标得分 {score} 占分值 {weight} 的 {rate}，几乎都是满分",
    "请对照佐证材料复核各项得分，特别是没有数字的指标",
    ROWS,
    ("indicator.all_full",),
    derived=True,
    asks=("indicators[].score",),
)
def scores_tell_apart(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """指标得分不超过分值的一定比例（如98%），超过的要复核；有扣分、各项得分都与完成值相符的只作提示。"""
    scored = [row for _, row in rows(filing) if row.weight and row.score is not None]
    weight = sum((row.weight or Decimal(0) for row in scored), Decimal(0))
    score = sum((row.score or Decimal(0) for row in scored), Decimal(0))
    if any((row.score or Decimal(0)) > (row.weight or Decimal(0)) for row in scored):
        return  # what is above its weight is to be put right first
    if len(scored) >= 3 and weight and score / weight > scheme.number("indicator.all_full"):
        slots = {"score": score, "weight": weight, "rate": percent(score / weight)}
        severity = Severity.INFO if score < weight and _are_earned(filing, scheme, derived) else None
        yield Hit("total.score", filing.total.score, slots=slots, severity=severity)


def _are_earned(filing: Filing, scheme: Scheme, derived: Derived) -> bool:
    """Return whether every score that can be worked out is the one entered, and every cut has its reason."""
    for index, row in rows(filing):
        expected = derived.indicators[index].score
        if row.score is None or (expected is not None and not _holds(row.score, expected, scheme)):
            return False
        if points_off(row) and is_blank(row.reason):
            return False
    return True


@rule(
    "I24",
    "定性指标得分与档次不符",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：定性指标按达成、部分达成、未达成三档，分别得分值的100%–80%、80%–60%、60%–0%",
    "「{name}」完成值“{words}”属于“{tier}”，得分应在 {least} 至 {most} 之间，填报 {actual}",
    "请按档次改得分，或把完成值写成实际达到的档次",
    ROWS,
    ("indicator.qualitative_tiers",),
    asks=("indicators[].score",),
)
def scores_lie_in_their_tier(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """定性指标的完成值写明达成、部分达成或未达成的，得分在那一档的上下限之间。"""
    for index, row in rows(filing):
        words = normal(row.actual or "")
        if parse(row.target) is not None or row.weight is None or row.score is None or not _SURE_TIER.search(words):
            continue
        band = tier_band(words, row.weight, scheme)
        if band is not None and row.score <= row.weight and not band[2] <= row.score <= band[1]:
            tier, most, least = band
            slots = {"name": name_of(row), "words": short(row.actual), "tier": tier}
            slots |= {"least": shown(least), "most": shown(most)}
            yield Hit(f"indicators[{index}].score", row.score, most if row.score > most else least, slots)


# only the words of the regulation itself: 较好, 有所 and the like are no sure tier
_SURE_TIER = re.compile(
    r"^(?:已|仅)?部分(?:完成|达成|实现|达到)|(?<!无)(?:未|没有)(?:完成|达成|达到|实现|开展)|"
    r"^(?:已|全部)?(?:完成|达成|达到)(?:年度|预期|年初)*(?:指标|目标)?$"
)


@rule(
    "I28",
    "超过目标较多而没有按方案扣分",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2020〕10号：年初指标值设定明显偏低造成的，按偏离度适度调减分值；地方规定的偏离比例与扣分",
    "「{name}」完成 {words}，超过目标 {target} 达 {over}，按方案应扣 {points} 分、得 {expected}，填报 {actual}",
    "请按方案改为 {expected}，并在偏差原因里说明；本地不这样扣的，在参数里停用",
    ROWS,
    ("overshoot.method", "overshoot.limit", "overshoot.points"),
    derived=True,
    asks=("indicators[].score",),
)
def overshoot_is_cut(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """方案启用时，完成值超过目标达到规定比例的指标按规定扣分。"""
    limit = overshoot_limit(scheme)
    for index, row, target, _, degree in measured(filing, derived):
        expected = derived.indicators[index].score
        if degree < limit or capped(row, target) or is_graded(row, scheme) or expected is None or row.score is None:
            continue
        if row.score > expected:
            slots = {"name": name_of(row), "words": short(row.actual), "target": short(row.target)}
            slots |= {"over": percent(degree - 1), "points": shown(scheme.number("overshoot.points"))}
            yield Hit(f"indicators[{index}].score", row.score, expected, slots)


@rule(
    "I29",
    "满意度得分与分档不符",
    Severity.WARNING,
    Category.WITHIN,
    "财预〔2021〕101号所举示例：满意度按档计分（90%以上得满分，80%–90%、60%–80% 递减，60%以下不得分）",
    "「{name}」完成值 {words}，{basis}，应得 {expected}，填报 {actual}",
    "请改为 {expected}；本地按比例计分的，在参数里把满意度得分办法改为按比例",
    ROWS,
    ("satisfaction.method", "satisfaction.steps", "score.tolerance"),
    derived=True,
    asks=("indicators[].score",),
)
def satisfaction_by_its_steps(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """方案规定满意度分档计分时，满意度得分等于所在一档的分数。"""
    for index, row, _, actual, _ in measured(filing, derived):
        result = derived.indicators[index]
        if not is_graded(row, scheme) or not actual.is_rate or row.score is None or result.score is None:
            continue
        if not score_holds(row.score, result.score, scheme.number("score.tolerance")):
            slots = {"name": name_of(row), "words": short(row.actual), "basis": result.basis}
            yield Hit(f"indicators[{index}].score", row.score, result.score, slots)
