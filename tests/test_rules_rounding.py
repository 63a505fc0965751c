"""Rounding proved: whatever was rounded by a usual rule is never called wrong, and what no rule explains is."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.derive.rounding import quotient_rounding, sum_holds
from workbook.model.figures import round_half_up

D = Decimal
CENT = D("0.01")
MODES = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN])
# 元 with cents, as the books hold them; the form prints 万元 with two decimals
BOOKED = st.integers(0, 10**12).map(lambda fen: D(fen) / 1_000_000)


@given(st.lists(BOOKED, min_size=1, max_size=12), MODES)
def test_sums_of_rounded_figures_hold(values, mode):
    printed = [value.quantize(CENT, rounding=mode) for value in values]
    total = sum(values, D(0)).quantize(CENT, rounding=mode)
    assert sum_holds(total, printed, CENT)


@given(st.lists(BOOKED, min_size=1, max_size=12), st.integers(1, 10**6))
def test_sums_off_by_more_than_rounding_fail(values, more):
    printed = [value.quantize(CENT) for value in values]
    wrong = sum(printed, D(0)) + CENT * (len(printed) + more)
    assert not sum_holds(wrong, printed, CENT)


@given(BOOKED, BOOKED.filter(lambda value: value >= 1), MODES, st.integers(2, 4))
def test_quotients_of_rounded_figures_hold(top, bottom, mode, places):
    rate = (top / bottom).quantize(D(1).scaleb(-places), rounding=mode)
    printed_top, printed_bottom = (
        top.quantize(CENT, rounding=ROUND_HALF_UP),
        bottom.quantize(CENT, rounding=ROUND_HALF_UP),
    )
    if mode != ROUND_DOWN:
        assert quotient_rounding(rate, printed_top, printed_bottom) is not None
    exact = (printed_top / printed_bottom).quantize(D(1).scaleb(-places), rounding=mode)
    assert quotient_rounding(exact, printed_top, printed_bottom, exact=True) is not None


# published figures: those that are right as they are, and one that is not
@pytest.mark.parametrize(
    ("total", "parts", "holds"),
    [
        ("857.71", ["546.48", "311.22"], True),
        ("311.22", ["289.91", "21.32"], True),
        ("621.3", ["440.7", "180.6"], True),
        ("10.02", ["2.01", "2.01", "2.01", "2.01", "1.96"], True),
        ("10.04", ["2", "2", "2", "2", "2"], True),
        ("2628.42", ["2612.36", "11.06"], False),
    ],
)
def test_published_sums_hold_within_rounding(total, parts, holds):
    assert sum_holds(D(total), [D(part) for part in parts], CENT) is holds


@pytest.mark.parametrize(
    ("printed", "top", "bottom", "by"),
    [
        ("0.9062", "8.7", "9.6", "四舍六入五成双"),
        ("0.9063", "8.7", "9.6", "四舍五入"),
        ("0.9996", "2627.30", "2628.42", "四舍五入"),
        ("0.9917", "2627.30", "2628.42", None),
        ("0.9999", "2.6666", "2.6667", "截去尾数"),
    ],
)
def test_which_rounding_explains_a_rate(printed, top, bottom, by):
    assert quotient_rounding(D(printed), D(top), D(bottom)) == by


def test_a_number_too_large_to_have_decimals_is_left_as_it_is():
    huge = Decimal("1E+40")
    assert round_half_up(huge, 2) == huge
