"""The rates of the basic data sheet and of the common framework. All are fractions; None stands for 不适用.

Those that no cell of a known form feeds yet (重点支出安排率, 支付进度率, 预算完成率, 预算控制率, 结转结余变动率, 完成率) stand here as the
framework words them, for the form that has the cells: each formula is stated once.
"""

from decimal import ROUND_CEILING, Decimal

Number = Decimal | None


def ratio(numerator: Number, denominator: Number) -> Number:
    """Return numerator ÷ denominator; None (不适用) where either is blank or the divisor is zero (算术关系)."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return numerator / denominator


def staff_control_rate(actual: Number, authorized: Number) -> Number:
    """Return 在职人员控制率 = 在职人数 ÷ 编制数 (财预〔2013〕53号, 投入-预算配置)."""
    return ratio(actual, authorized)


def execution_rate(executed: Number, budget: Number) -> Number:
    """Return 预算执行率 = 全年执行数 ÷ 全年预算数, the adjusted budget (项目支出绩效自评表表样: B/A)."""
    return ratio(executed, budget)


def expense_control_rate(final: Number, budget: Number) -> Number:
    """Return 控制率 = 本年决算数 ÷ 本年预算数, of 三公经费, 公用经费 (一般商品和服务支出) and the like (财预〔2013〕53号)."""
    return ratio(final, budget)


def completion_rate(done: Number, planned: Number) -> Number:
    """Return 实际完成率, 完成及时率, 质量达标率 or 重点工作办结率 = done ÷ planned (财预〔2013〕53号, 产出-职责履行)."""
    return ratio(done, planned)


def three_public_change_rate(this_year: Number, last_year: Number) -> Number:
    """Return 三公经费变动率 = (本年 − 上年) ÷ 上年 (财预〔2013〕53号, 投入-预算配置)."""
    return None if this_year is None or last_year is None else ratio(this_year - last_year, last_year)


def budget_completion_rate(carried_in: Decimal, initial: Decimal, added: Decimal, carried_out: Decimal) -> Number:
    """Return 预算完成率 = (上年结转 + 年初预算 + 追加 − 年末结余) ÷ (上年结转 + 年初预算 + 追加) (湖南省部门整体支出绩效评价指标, 2017).

    财预〔2013〕53号 itself takes 预算完成数 ÷ 预算数.
    """
    available = carried_in + initial + added
    return ratio(available - carried_out, available)


def budget_control_rate(added: Number, initial: Number) -> Number:
    """Return 预算控制率 = 追加预算 ÷ 年初预算; standard 0 (湖南省部门整体支出绩效评价指标, 2017)."""
    return ratio(added, initial)


def budget_adjustment_rate(initial: Number, annual: Number) -> Number:
    """Return 预算调整率 = |全年预算 − 年初预算| ÷ 年初预算, the net change (财预〔2013〕53号 counts 追加 and 追减 apart)."""
    grown = budget_growth_rate(initial, annual)
    return None if grown is None else abs(grown)


def budget_growth_rate(initial: Number, annual: Number) -> Number:
    """Return how much more 全年预算 is than 年初预算, as a fraction of it: (全年预算 − 年初预算) ÷ 年初预算 (算术关系)."""
    return None if initial is None or annual is None else ratio(annual - initial, initial)


def key_spending_rate(key_projects: Number, all_projects: Number) -> Number:
    """Return 重点支出安排率 = 重点项目支出 ÷ 项目总支出 (财预〔2013〕53号, 投入-预算配置)."""
    return ratio(key_projects, all_projects)


def payment_progress_rate(actual: Number, planned: Number) -> Number:
    """Return 支付进度率 = 实际支付进度 ÷ 既定支付进度 (财预〔2013〕53号, 过程-预算执行)."""
    return ratio(actual, planned)


def carry_over_rate(carried_out: Number, budget: Number) -> Number:
    """Return 结转结余率 = 结转结余 ÷ 支出预算数 (财预〔2013〕53号, 过程-预算执行)."""
    return ratio(carried_out, budget)


def carry_over_change_rate(this_year: Number, last_year: Number) -> Number:
    """Return 结转结余变动率 = (本年 − 上年) ÷ 上年 (财预〔2013〕53号, 过程-预算执行)."""
    return None if this_year is None or last_year is None else ratio(this_year - last_year, last_year)


def procurement_rate(actual: Number, budget: Number) -> Number:
    """Return 政府采购执行率 = 实际采购金额 ÷ 政府采购预算 (财预〔2013〕53号, 过程-预算执行)."""
    return ratio(actual, budget)


def area_control_rate(actual: Number, approved: Number) -> Number:
    """Return 规模控制率 = 实际规模 ÷ 批复规模; standard ≤ 100% (湖南省部门整体支出绩效评价指标, 2017)."""
    return ratio(actual, approved)


def investment_control_rate(actual: Number, budget: Number) -> Number:
    """Return 投资概算控制率 = 实际投资 ÷ 预算投资; standard ≤ 100% (湖南省部门整体支出绩效评价指标, 2017)."""
    return ratio(actual, budget)


def deduction(rate: Decimal, standard: Decimal, step: Decimal, points: Decimal, full: Decimal) -> Decimal:
    """Return the points off for a rate above its standard: `points` for each begun `step`, never more than `full`.

    Rates are fractions: 在职人员控制率 103% at 0.5 points a point of percent (step 0.01) takes off 1.5 of 5
    (湖南省部门整体支出绩效评价指标, 2017).
    """
    if rate <= standard:
        return Decimal(0)
    steps = ((rate - standard) / step).to_integral_value(ROUND_CEILING)
    return min(full, steps * points)
