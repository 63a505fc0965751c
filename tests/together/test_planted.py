"""Planted faults: clean filings, one realistic slip at a time wherever it can stand, and what was found of it."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from workbook.demo import DEPARTMENTS, compose, synthetic
from workbook.derive.relations import relations
from workbook.figures import plain
from workbook.filing import Filing
from workbook.rules.registry import check
from workbook.scheme import load

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


KINDS: dict[str, Callable[[Decimal], Decimal | None]] = {
    "相邻数字颠倒": transposed,
    "少写一位": dropped,
    "小数点右移": lambda value: value * 10,
    "小数点左移": lambda value: value / 10,
    "元当万元": lambda value: value * 10_000,
    "清空": lambda value: None,
}


def contradicting(filing: Filing) -> Iterator[str]:
    """Yield the cells that stand in an identity which can be judged: a slip there contradicts another figure."""
    tolerance = load().number("sum.tolerance")
    seen: set[str] = set()
    for entry in relations(filing, load()):
        values = {path: filing.get(path) for path in entry.cells}
        if entry.holds(values, tolerance):
            seen |= {path for path, value in values.items() if value}
    yield from sorted(seen)


def clean_filings() -> list[Filing]:
    return [*(compose(entry) for entry in DEPARTMENTS), *synthetic(6)]


def plant(filing: Filing) -> Iterator[tuple[str, str, Filing]]:
    sums = [entry for entry in relations(filing, load()) if entry.kind == "sum" and entry.whole]
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
    scheme, table = load(), {kind: Counter() for kind in KINDS}
    for filing in clean_filings():
        known = {entry.key for entry in check(filing, scheme).findings}
        for kind, path, spoilt in plant(filing):
            news = [entry for entry in check(spoilt, scheme).findings if entry.key not in known]
            table[kind]["planted"] += 1
            table[kind]["found"] += bool(news)
            table[kind]["right"] += bool(news) and points_at(news, path, spoilt)
    return table


def points_at(findings, path: str, filing: Filing) -> bool:
    """Return whether the named culprit or the first finding is the planted cell."""
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
    assert total["found"] / total["planted"] >= 0.99
    assert total["right"] / total["planted"] >= 0.9
