"""Planted faults: clean filings, one realistic slip at a time wherever it can stand, and what was found of it."""

import copy
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal

import pytest

from workbook.demo import DEPARTMENTS, compose, synthetic
from workbook.derive.identities import identities
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.scheme import load
from workbook.rules.engine import check

D = Decimal


def transposed(value: Decimal) -> Decimal | None:
    text = plain(value)
    for n in range(len(text) - 1):
        if text[n] != text[n + 1] and text[n].isdigit() and text[n + 1].isdigit():
            return D(text[:n] + text[n + 1] + text[n] + text[n + 2 :])
    return None


def dropped(value: Decimal) -> Decimal | None:
    text = plain(value)
    return D(text[0] + text[2:]) if len(text) > 3 and text[1].isdigit() else None


def mistyped(value: Decimal) -> Decimal | None:
    text = plain(value)
    return D(f"{(int(text[0]) % 9) + 1}{text[1:]}") if text[0].isdigit() and len(text) > 2 else None


def doubled(value: Decimal) -> Decimal | None:
    text = plain(value)
    return D(text[0] + text) if text[0].isdigit() and len(text) > 2 else None


KINDS: dict[str, Callable[[Decimal], Decimal | None]] = {
    "相邻数字颠倒": transposed,
    "少写一位": dropped,
    "多写一位": doubled,
    "一个数字写错": mistyped,
    "小数点右移": lambda value: value * 10,
    "小数点左移": lambda value: value / 10,
    "元当万元": lambda value: value * 10_000,
    "清空": lambda value: None,
}


# slips that are no change of one figure: kind → (paths at which it should be found, change to the filing);
# of a row left out the name of the class it belongs to
Slip = tuple[tuple[str, ...], Callable[[Filing], None]]


def set_to(path: str, value: Decimal | None) -> Callable[[Filing], None]:
    return lambda filing: filing.set(path, value)


def columns_swapped(filing: Filing) -> Iterator[Slip]:
    for name in ("three_public", "official_vehicles", "project"):
        row = filing.expenses[name]
        parts = {"project": len(filing.project_lines)}.get(name, 2)
        if row.budget and row.final and abs(row.budget - row.final) > D("0.1") and parts:

            def swap(spoilt: Filing, name: str = name) -> None:
                row = spoilt.expenses[name]
                row.budget, row.final = row.final, row.budget

            yield (f"expenses.{name}.budget", f"expenses.{name}.final"), swap


def row_left_out(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.project_lines):
        if len(filing.project_lines) > 1 and row.final and row.final > D("0.1"):
            yield ("项目支出",), lambda spoilt, index=index: spoilt.project_lines.pop(index)
    for index, row in enumerate(filing.indicators):
        if row.weight and sum(other.level1 == row.level1 for other in filing.indicators) > 1:
            yield (row.level1 or "",), lambda spoilt, index=index: spoilt.indicators.pop(index)


def score_above_weight(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.indicators):
        if row.weight and row.score is not None:
            path = f"indicators[{index}].score"
            yield (path,), set_to(path, row.weight + 2)


def weight_changed(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.indicators):
        if row.weight and row.weight > 2:
            path = f"indicators[{index}].weight"
            first = next(n for n, other in enumerate(filing.indicators) if other.level1 == row.level1)
            yield (path, "total.weight", f"indicators[{first}].weight"), set_to(path, row.weight - 2)


def total_not_updated(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.indicators):
        if row.score and row.score > 1:
            path = f"indicators[{index}].score"
            yield ("total.score", path), set_to(path, row.score - 1)


def actual_blanked(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.indicators):
        if row.score and row.actual:
            path = f"indicators[{index}].actual"
            yield (path,), lambda spoilt, path=path: spoilt.set(path, None)


def other_total(filing: Filing) -> Iterator[Slip]:
    funds = filing.funds
    if funds.initial_budget and funds.executed and funds.initial_budget != funds.annual_budget:
        wrong = (funds.executed / funds.initial_budget).quantize(D("0.0001"))
        if abs(wrong - (funds.execution_rate or wrong)) > D("0.0005"):
            yield ("funds.execution_rate",), set_to("funds.execution_rate", wrong)


def upside_down(filing: Filing) -> Iterator[Slip]:
    staff = filing.staff
    if staff.actual and staff.authorized and staff.actual != staff.authorized:
        wrong = (staff.authorized / staff.actual).quantize(D("0.0001"))
        yield ("staff.control_rate",), set_to("staff.control_rate", wrong)
    for index, row in enumerate(filing.buildings):
        if row.area_control_rate and row.approved_area != row.actual_area:
            path = f"buildings[{index}].area_control_rate"
            yield (path,), set_to(path, ((row.approved_area or D(1)) / (row.actual_area or D(1))).quantize(D("0.0001")))


def scored_too_high(filing: Filing) -> Iterator[Slip]:
    """满分 for what was missed: the row's own proportion speaks against it, and so does the total."""
    for index, row in enumerate(filing.indicators):
        if row.weight and row.score is not None and row.weight - row.score > D("0.1"):
            path = f"indicators[{index}].score"
            yield (path, "total.score"), set_to(path, row.weight)


def yuan_in_a_cost_row(filing: Filing) -> Iterator[Slip]:
    for index, row in enumerate(filing.indicators):
        if row.level3 == "项目支出" and row.actual and row.actual.endswith("万元"):
            path, words = f"indicators[{index}].actual", row.actual.replace("万元", "元")
            yield (path,), lambda spoilt, path=path, words=words: spoilt.set(path, words)


AMOUNT = re.compile(r"(?<=支出)\d+\.\d+(?=万元)")


def prose_transposed(filing: Filing) -> Iterator[Slip]:
    """An amount of the report with two digits transposed; it must be found in its paragraph."""
    for number, text in enumerate(filing.narrative):
        for found in AMOUNT.finditer(text):
            wrong = transposed(D(found[0]))
            if wrong is None or found[0].rstrip("0") != found[0]:
                continue
            spoilt_text = f"{text[: found.start()]}{plain(wrong)}{text[found.end() :]}"

            def put(spoilt: Filing, number: int = number, words: str = spoilt_text) -> None:
                spoilt.narrative = [*spoilt.narrative[:number], words, *spoilt.narrative[number + 1 :]]

            yield (f"正文{number + 1}",), put


SLIPS: dict[str, Callable[[Filing], Iterator[Slip]]] = {
    "两列填反": columns_swapped,
    "漏填一行": row_left_out,
    "得分高于分值": score_above_weight,
    "改动分值": weight_changed,
    "总分没有改": total_not_updated,
    "完成值漏填": actual_blanked,
    "执行率分母用错": other_total,
    "分子分母颠倒": upside_down,
    "没完成却得满分": scored_too_high,
    "成本指标元万元": yuan_in_a_cost_row,
    "正文数字颠倒": prose_transposed,
}


def contradicting(filing: Filing) -> Iterator[str]:
    """Yield the cells that stand in an identity which can be judged: a slip there contradicts another figure."""
    seen: set[str] = set()
    for entry in identities(filing, load()):
        values = {path: filing.get(path) for path in entry.cells}
        if entry.holds(values):
            seen |= {path for path, value in values.items() if value}
    yield from sorted(seen)


def clean_filings() -> list[Filing]:
    return [*(compose(entry) for entry in DEPARTMENTS), *synthetic(6)]


def plant(filing: Filing) -> Iterator[tuple[str, str, Filing]]:
    sums = [entry for entry in identities(filing, load()) if entry.kind == "sum" and entry.whole]
    parts = {path for entry in sums if sum(bool(filing.get(part)) for part in entry.parts) > 1 for path in entry.parts}
    for path in contradicting(filing):
        before = filing.get(path)
        for kind, change in KINDS.items():
            after = change(before)
            # a blank contradicts only where the sum that it is a part of still stands
            blanked = kind == "清空"
            if (
                after == before
                or (after is None) != blanked
                or (blanked and (path not in parts or path.startswith("funds")))
            ):
                continue
            spoilt = copy.deepcopy(filing)
            spoilt.set(path, after)
            yield kind, path, spoilt


@pytest.fixture(scope="module")
def harvest() -> dict[str, Counter]:
    """Plant every slip and count: planted, found, the right cell first or named."""
    table: dict[str, Counter] = {kind: Counter() for kind in (*KINDS, *SLIPS)}
    with ProcessPoolExecutor(
        min(4, os.cpu_count() or 1)
    ) as pool:  # the last of all tests: the other processors stand idle
        for own in pool.map(harvest_of, clean_filings()):
            for kind, counts in own.items():
                table[kind] += counts
    return table


def harvest_of(filing: Filing) -> dict[str, Counter]:
    """Plant every slip in one filing and count."""
    scheme, table = load(), {kind: Counter() for kind in (*KINDS, *SLIPS)}
    known = {entry.key for entry in check(filing, scheme).findings}
    for kind, path, spoilt in plant(filing):
        news = [entry for entry in check(spoilt, scheme).findings if entry.key not in known]
        table[kind]["planted"] += 1
        table[kind]["found"] += bool(news)
        table[kind]["right"] += bool(news) and points_at(news, path, spoilt)
    for kind, slips in SLIPS.items():
        for places, change in slips(filing):
            spoilt = copy.deepcopy(filing)
            change(spoilt)
            news = [entry for entry in check(spoilt, scheme).findings if entry.key not in known]
            table[kind]["planted"] += 1
            table[kind]["found"] += bool(news)
            table[kind]["right"] += bool(news) and any(
                names_the_row(news, path) if kind == "漏填一行" else points_at(news, path, spoilt) for path in places
            )
    return table


def names_the_row(findings, name: str) -> bool:
    """Return whether the culprit named first is a row missing under that heading."""
    named = [entry.culprit for entry in findings if entry.culprit]
    return bool(named) and f"『{name}』" in named[0] and "漏填一行" in named[0]


def points_at(findings, path: str, filing: Filing) -> bool:
    """Return whether the named culprit or the first finding is the planted cell."""
    if path.startswith("正文"):
        return any(f"正文{entry.location.paragraph}" == path for entry in findings)
    named = [entry.culprit for entry in findings if entry.culprit.startswith("若")]
    if named:
        return f"『{filing.label(path)}』" in named[0]
    return findings[0].location.path == path or path in findings[0].related


def test_planted_slips(harvest, capsys):
    total: Counter = Counter()
    with capsys.disabled():
        print(f"\n{'种类':　<8}{'种下':>6}{'找到':>6}{'认对':>6}")
        for kind, counts in harvest.items():
            total += counts
            print(f"{kind:　<8}{counts['planted']:>8}{counts['found']:>8}{counts['right']:>8}")
    assert total["planted"] > 1000
    assert all(counts["planted"] for counts in harvest.values())
    assert total["found"] / total["planted"] >= 0.99
    assert total["right"] / total["planted"] >= 0.97
    poor = {kind for kind, counts in harvest.items() if counts["found"] < 0.97 * counts["planted"]}
    assert poor == set()


# each identity is stated once: its rule reports it just where it does not hold
SHARED = {"E01", "E02", "F06", "F07", "F08", "F09", "X01", "X03", "X04", "S01", "B01"}


@pytest.mark.parametrize(
    "filing", [*(compose(entry) for entry in DEPARTMENTS[:3]), *synthetic(2)], ids=lambda f: f.unit
)
def test_rules_and_relations_say_the_same(filing):
    scheme = load()
    for _, _, spoilt in plant(filing):
        failing = set()
        for entry in identities(spoilt, scheme):
            if entry.holds(entry.values(spoilt)) is False:
                failing |= {(rule, entry.place) for rule in entry.rules if rule in SHARED}
        report = check(spoilt, scheme, only=SHARED)
        found = {(entry.rule, entry.location.path) for entry in report.findings}
        assert found == failing
