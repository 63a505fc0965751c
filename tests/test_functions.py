"""The worksheet functions: cells and ranges, numbers and the words of a form, the same answers as the check gives."""

import inspect
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlwings import conversion

from macros import functions
from tests import fake_excel
from workbook.derive.grades import grade
from workbook.derive.scores import execution_score, indicator_score
from workbook.model.filing import Indicator
from workbook.model.scheme import load


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


@pytest.fixture(scope="module")
def marked() -> dict[str, Any]:
    """Give the functions as xlwings marks them on Windows, by their names."""
    udfs = fake_excel.udfs()
    functions.offer(SimpleNamespace(func=udfs.xlfunc, arg=udfs.xlarg))
    return {function.__name__: function for function in functions.OFFERED}


def in_a_cell(function: Any, *arguments: Any) -> Any:
    """Return what Excel gets from a function for the values of ranges (rows of cells) and cells, as xlwings' call_udf goes."""
    marks = function.__xlfunc__
    pairs = zip(arguments, marks["args"], strict=False)
    given = [conversion.read(None, value, mark["options"]) for value, mark in pairs]
    return conversion.write(function(*given), None, marks["ret"]["options"])


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("jx_execution_rate", (2627.3, 2628.42), [[0.9996]]),
        ("jx_execution_rate", (((1.0,), (2.0,)), ((4.0,), (4.0,))), [[0.25], [0.5]]),
        ("jx_execution_rate", (((1.0, 2.0),), ((4.0, 4.0),)), [[0.25, 0.5]]),
        ("jx_execution_rate", (((1.0,), (2.0,)), 4.0), [[0.25], [0.5]]),
        ("jx_execution_rate", (((None,), (2.0,)), ((4.0,), (0.0,))), [[""], ["不适用"]]),
        ("jx_control_rate", (((1.0, 2.0), (3.0, 4.0)), 4.0), [[0.25, 0.5], [0.75, 1.0]]),
        ("jx_score", ((("≥90%",), ("≥90%",)), (("85%",), ("95%",)), 5.0), [[4.72], [5.0]]),
        ("jx_score", ("50万元", "100万元", 4.0, (("成本指标",), ("产出指标",))), [[2.0], [4.0]]),
        ("jx_score", ("≥3次", 2.0, 3.0, None, "national"), [[2.0]]),
        ("jx_grade", (((90.0,), (89.5,), (59.0,)),), [["优"], ["良"], ["差"]]),
        ("jx_grade", (95.0, "national"), [["优"]]),
    ],
)
def test_a_range_comes_and_goes_in_its_own_shape(marked, name, arguments, answer):
    assert in_a_cell(marked[name], *arguments) == answer


def test_the_wizard_shows_help_for_functions_and_arguments(marked):
    for function, offered in functions.OFFERED.items():
        marks = function.__xlfunc__
        assert marks["ret"]["doc"] == offered.help
        assert {mark["name"]: mark["doc"] for mark in marks["args"]} == offered.arguments


@pytest.mark.parametrize("named", ["没有这个方案", ["没有这个方案"], [["没有这个方案"]], (("没有这个方案",),)])
def test_a_scheme_that_is_none_is_said_in_the_cell(named):
    for answer in (functions.jx_grade(90.0, named), functions.jx_score("3次", "2次", 2.0, None, named)):
        assert "没有这个方案" in answer
    assert functions.jx_grade([[90.0], [40.0]], named) == [[functions.jx_grade(90.0, named)]] * 2


@pytest.mark.parametrize("named", [[["national"], ["hubei"]], ["national"], [], [[None]]])
def test_of_a_range_the_first_cell_names_the_scheme(named):
    assert functions.jx_grade(90.0, named) == "优"
