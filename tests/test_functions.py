"""The worksheet functions: cells and ranges, numbers and the words of a form, the same answers as the check gives."""

import inspect
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import functions
from workbook.derive.grades import grade
from workbook.derive.scores import execution_score, indicator_score
from workbook.filing import Indicator
from workbook.scheme import load


@pytest.mark.parametrize(
    ("executed", "budget", "answer"),
    [
        (2627.3, 2628.42, 0.9996),
        ("2,627.30万元", "2628.42", 0.9996),
        ("９９", 100, 0.99),
        ("0.5亿元", "5000万元", 1.0),
        (5.0, 0.0, "不适用"),
        (None, 3.0, ""),
        ("——", 3.0, ""),
        ("约一半", 3.0, "读不出“约一半”"),
        ([1.0, 2.0], 4.0, [0.25, 0.5]),
        ([[1.0], [2.0]], [[4.0], [0.0]], [[0.25], ["不适用"]]),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "各区域的大小不同"),
    ],
)
def test_execution_rate(executed, budget, answer):
    assert functions.jx_execution_rate(executed, budget) == answer


@pytest.mark.parametrize(
    ("final", "budget", "answer"), [(280.4, 202.52, 1.3846), ("45人", "49人", 0.9184), (0.0, 0.0, "不适用")]
)
def test_control_rate(final, budget, answer):
    assert functions.jx_control_rate(final, budget) == answer


@pytest.mark.parametrize(
    ("target", "actual", "weight", "level1", "answer"),
    [
        ("≥260次", "500余次", 5.0, None, 5.0),
        ("3次", "2次", 2.0, None, 1.33),
        (40.0, 33.0, 10.0, None, 8.25),
        ("50万元", "100万元", 4.0, "成本指标", 2.0),
        ("50万元", "100万元", 4.0, None, 4.0),
        ("", "100万元", 4.0, None, ""),
        ("≥3次", None, 4.0, None, "实际完成值空白"),
        (["≥90%", "≥90%"], ["85%", "95%"], 5.0, None, [4.72, 5.0]),
    ],
)
def test_score(target, actual, weight, level1, answer):
    assert functions.jx_score(target, actual, weight, level1) == answer


def test_grade():
    assert functions.jx_grade([[90.0, 89.5], [79.99, 59.0], [None, "八十五"]]) == [
        ["优", "良"],
        ["中", "差"],
        ["", "读不出“八十五”"],
    ]


@given(st.decimals(0, 100, places=2), st.decimals("0.01", 100, places=2), st.integers(1, 50))
def test_the_functions_answer_as_the_check_does(actual, target, weight):
    row = Indicator(target=f"≥{target}", actual=str(actual), weight=Decimal(weight))
    expected = indicator_score(row, load()).score
    assert functions.jx_score(f"≥{target}", str(actual), float(weight)) == float(expected)
    rate = functions.jx_execution_rate(float(actual), float(target))
    assert execution_score(Decimal(10), Decimal(str(rate)), load()) == execution_score(
        Decimal(10), Decimal(str(functions.jx_control_rate(float(actual), float(target)))), load()
    )
    assert functions.jx_grade(float(actual)) == grade(actual, load())


@pytest.mark.parametrize("function", functions.OFFERED, ids=lambda function: function.__name__)
def test_every_argument_has_its_help(function):
    offered = functions.OFFERED[function]
    assert function.__name__.isascii()
    assert list(inspect.signature(function).parameters) == list(offered.arguments)
    assert function.__doc__ == offered.help


def test_xlwings_is_told_of_every_function():
    told: list[tuple[str, str]] = []
    fake = SimpleNamespace(
        func=lambda function: told.append((function.__name__, function.__doc__)),
        arg=lambda name, doc: lambda function: told.append((function.__name__, f"{name}：{doc}")),
    )
    functions.offer(fake)
    assert len(told) == sum(1 + len(offered.arguments) for offered in functions.OFFERED.values())
