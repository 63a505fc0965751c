"""Worksheet functions for Excel through xlwings: 预算执行率, 控制率, 指标得分, 评价等级 by the same formulas as everywhere.

Excel takes a function's name from VBA, which is ASCII here; what they do is said in Chinese in the function wizard. Each
takes a cell, a row, a column or a block, numbers or the words of a form, and answers in the shape it was asked in: a
number, "" where a cell is blank, 不适用 where the divisor is zero, else why not (Chinese).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from workbook.derive import RATE_PLACES, rates
from workbook.derive.grades import grade
from workbook.derive.scores import indicator_score
from workbook.model.figures import round_half_up
from workbook.model.filing import Indicator
from workbook.model.quantity import Unreadable, is_blank, number
from workbook.model.scheme import DEFAULT, Scheme, SchemeError, load

NOT_APPLICABLE = "不适用"
Answer = float | str


@dataclass(frozen=True, slots=True)
class Offered:
    """What Excel's function wizard shows of a function: its help and the help of each argument (Chinese)."""

    help: str
    arguments: dict[str, str]


def jx_execution_rate(executed: Any, budget: Any) -> Any:
    """Return 预算执行率 = 全年执行数 ÷ 全年预算数, a fraction at four decimals (财预〔2020〕10号)."""
    return over(lambda top, bottom: _rate(rates.execution_rate, top, bottom, "amount"), executed, budget)


def jx_control_rate(final: Any, budget: Any) -> Any:
    """Return 控制率 = 决算数 ÷ 预算数 (or 在职人数 ÷ 编制数), a fraction at four decimals (财预〔2013〕53号)."""
    return over(lambda top, bottom: _rate(rates.expense_control_rate, top, bottom, "amount"), final, budget)


def jx_score(target: Any, actual: Any, weight: Any, level1: Any = None, scheme: Any = None) -> Any:
    """Return 指标得分 of target, actual and 分值 as the form words them (财预〔2020〕10号); 成本 in `level1` turns it round."""
    held = _scheme(scheme)
    return over(
        lambda goal, done, points, level: _score(goal, done, points, level, held), target, actual, weight, level1
    )


def jx_grade(score: Any, scheme: Any = None) -> Any:
    """Return 评价等级 of a total: 优, 良, 中, 差 by the scheme's bands (财预〔2020〕10号)."""
    held = _scheme(scheme)
    return over(lambda points: _grade(points, held), score)


OFFERED: dict[Callable[..., Any], Offered] = {
    jx_execution_rate: Offered(
        "预算执行率＝全年执行数÷全年预算数（调整后预算）",
        {"executed": "全年执行数，可写“2,627.30万元”", "budget": "全年预算数；为零时得“不适用”"},
    ),
    jx_control_rate: Offered(
        "控制率＝决算数÷预算数；人员控制率＝在职人数÷编制数",
        {"final": "决算数或在职人数", "budget": "预算数或编制数；为零时得“不适用”"},
    ),
    jx_score: Offered(
        "指标得分：达到目标得满分，没有达到的按比例",
        {
            "target": "年度指标值，如“≥260次”“控制在50万元以内”",
            "actual": "实际完成值，如“500余次”",
            "weight": "分值",
            "level1": "一级指标（可不填）；成本指标没有写符号的按越低越好",
            "scheme": f"方案名称（可不填），默认 {DEFAULT}",
        },
    ),
    jx_grade: Offered(
        "评价等级：按总分定优、良、中、差",
        {"score": "总分", "scheme": f"方案名称（可不填），默认 {DEFAULT}"},
    ),
}


def over(function: Callable[..., Answer], *values: Any) -> Any:
    """Return the function over cells, rows, columns or blocks; single cells stand for every place of the others."""
    lists = [value for value in values if isinstance(value, list | tuple)]
    if not lists:
        return function(*values)
    length = max(map(len, lists))
    if any(len(value) not in (1, length) for value in lists):
        return "各区域的大小不同"
    return [over(function, *(_at(value, place) for value in values)) for place in range(length)]


def _at(value: Any, place: int) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return value[place if len(value) > 1 else 0]


def _rate(formula: Callable[..., Decimal | None], top: Any, bottom: Any, kind: str) -> Answer:
    try:
        numerator, denominator = _figure(top, kind), _figure(bottom, kind)
    except Unreadable as error:
        return f"读不出“{error.text}”"
    if numerator is None or denominator is None:
        return ""
    result = formula(numerator, denominator)
    return NOT_APPLICABLE if result is None else float(round_half_up(result, RATE_PLACES))


def _figure(raw: Any, kind: str) -> Decimal | None:
    try:
        return number(raw, kind=kind)
    except Unreadable:
        return number(raw, kind="count")


def _score(target: Any, actual: Any, weight: Any, level1: Any, scheme: Scheme | str) -> Answer:
    if isinstance(scheme, str):
        return scheme
    if is_blank(_words(target)) or is_blank(_words(weight)):
        return ""
    try:
        points = number(weight, kind="score")
    except Unreadable as error:
        return f"读不出“{error.text}”"
    row = Indicator(level1=_words(level1), target=_words(target), actual=_words(actual), weight=points)
    result = indicator_score(row, scheme)
    return result.basis if result.score is None else float(result.score)


def _grade(points: Any, scheme: Scheme | str) -> Answer:
    if isinstance(scheme, str):
        return scheme
    try:
        score = number(points, kind="score")
    except Unreadable as error:
        return f"读不出“{error.text}”"
    return grade(score, scheme) or ""


def _words(raw: Any) -> str | None:
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return None if raw is None else str(raw)


def _scheme(named: Any) -> Scheme | str:
    """Return the scheme that a cell (of several the first) names, or why there is none (Chinese)."""
    while isinstance(named, list | tuple):
        named = named[0] if named else None
    return _scheme_of(str(named) if named else DEFAULT)


@cache
def _scheme_of(name: str) -> Scheme | str:
    try:
        return load(name)
    except SchemeError as error:
        return str(error)


def offer(xlwings: Any) -> None:
    """Mark the functions for xlwings, which lets Excel import them (on Windows; elsewhere xlwings does nothing)."""
    for function, offered in OFFERED.items():
        function.__doc__ = offered.help  # what the wizard shows; xlwings takes it when it marks the function
        xlwings.func(function)
        for name, words in offered.arguments.items():
            # as rows of cells whatever its shape: else a column comes as a list and its answers go back as a row
            shape = {} if name == "scheme" else {"ndim": 2}
            xlwings.arg(name, doc=words, **shape)(function)


if find_spec("xlwings"):
    offer(import_module("xlwings"))
