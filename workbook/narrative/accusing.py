"""Which figure of a claim that fails is accused, by which slip, and how strongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import log2

from workbook import patterns as re
from workbook.narrative.hints import is_old
from workbook.narrative.ledger import Entry
from workbook.narrative.neighbours import CHANCE, Neighbours
from workbook.narrative.printed import BASE, LAST_YEAR, TOP, TURNED, UPSIDE_DOWN, Slip, significant, slip, values
from workbook.narrative.relations import Expected, Ratio, Relation, Sum, shown
from workbook.narrative.verdicts import Accusation, Case

SPOKEN = 1.5  # bits that the figure is wrong which the words give as the result
SURE = 4.0  # bits of a sum whose parts are by their names all that there is
CONFIRMED = 1.5  # bits that the figure is wrong where all the others are borne out by another claim
ROUND = 6.0  # bits at most that a round price speaks for the slip that makes it so
ALONE = 3.0  # bits for a claim that fails, where no slip mends it


def accusations(case: Case, group: Sequence[Relation], wide: Neighbours) -> Iterable[Accusation]:
    """Yield what the readings of one statement accuse where none of them holds, surer with what speaks for each."""
    if any(one.holds for one in group):
        yield from _beside(group, wide)
        return
    for relation in group:
        alone = _unexplained(case, relation, wide) if relation.trust + ALONE > 0 else None
        for index, term in enumerate(relation.terms):
            vague = isinstance(term, Entry) and (term.print.vague or bool(term.figure.comparator))
            if not isinstance(term, Entry) or (vague and relation.kind != "换算"):
                continue
            expected = relation.expected(index)
            if expected is None or _better_borne(case, term, relation):
                continue
            other = _based(relation, index, expected, wide) or _last_years(relation, index, expected, wide)
            found = other or _turned(relation, index, expected) or slip(term.print, expected.value, expected.slack)
            if found is not None:
                bits = relation.trust + found.bits - log2(max(1, relation.tries) * len(relation.terms))
                bits += SPOKEN if index == _spoken(relation) else 0.0
                bits += _roundness(relation, index, expected)
                bits += CONFIRMED if _others_hold(case, relation, term) else 0.0
                bits -= explained(case, term, relation, None if other else wide) / 2
                if bits > 0:
                    yield Accusation(term, relation, found.meant * term.print.scale, found, bits)
            if index == alone:
                told = 0.0 if _closed(relation) else explained(case, term, relation, wide)
                bits = relation.trust + ALONE - told - log2(max(2, relation.tries) / 2) / 2
                if bits > 0:
                    yield Accusation(term, relation, expected.value, None, bits)


def _better_borne(case: Case, term: Entry, relation: Relation) -> bool:
    """Return whether a rate comes out of a claim of its kind that is as sure: of the table's pair, not of what stands before it."""
    fits = case.verdicts[term.number].fits
    return term.figure.is_rate and any(one.kind == relation.kind and one.trust >= relation.trust for one in fits)


def _others_hold(case: Case, relation: Relation, term: Entry) -> bool:
    """Return whether each other figure of a claim is given by a claim of the words that this one takes no part in."""
    others = [one for one in relation.terms if isinstance(one, Entry) and one is not term]
    return (
        isinstance(relation, Sum)
        and relation.trust >= CLEAR
        and bool(others)
        and all(
            any(term not in fit.terms and fit.trust >= 0 for fit in case.verdicts[one.number].fits) for one in others
        )
    )


def _roundness(relation: Relation, index: int, expected: Expected) -> float:
    """Return, in bits, what it says for a price or a count that it comes out round: 4.81万元÷185辆＝260元.

    A quotient of figures that have nothing to do with each other is no round number; that of round figures may well be one,
    so it counts no more than the digits that go in have over the ones that come out.
    """
    if relation.kind != "单价" or expected.value <= 0:
        return 0.0
    print_ = relation.terms[index].print
    exact, room = expected.value / print_.scale, max(expected.slack / print_.scale, Decimal("0.001"))
    power = exact.adjusted() + 1
    while power > -3 and abs(exact.quantize(Decimal(1).scaleb(power)) - exact) > room:
        power -= 1
    round_ = exact.quantize(Decimal(1).scaleb(power))
    if not round_ or abs(round_ - exact) > room:
        return 0.0
    others = [term.print for n, term in enumerate(relation.terms) if n != index]
    surplus = sum(one.digits for one in others) - significant(round_) - 1
    return max(0.0, min(ROUND, log2(float(Decimal(1).scaleb(power) / (2 * room))), surplus * log2(10) / 2))


def _unexplained(case: Case, relation: Relation, wide: Neighbours) -> int | None:
    """Return which term of a claim that fails is given least by anything else; of several the one the words give."""
    spoken = _spoken(relation)
    entries = [
        (n, term)
        for n, term in enumerate(relation.terms)
        if isinstance(term, Entry) and (n == spoken or _possible(relation.expected(n)))
    ]
    held = {n: explained(case, term, relation, wide) for n, term in entries}
    return min(held, key=lambda n: (held[n], n != spoken, -n), default=None)


def _possible(expected: Expected | None) -> bool:
    """Return whether a figure can be what a claim makes it: no part of a total is less than nothing."""
    return expected is None or expected.value >= 0


def _closed(relation: Relation) -> bool:
    """Return whether a claim leaves nothing open though each of its figures stands elsewhere too: an account of a year, heads."""
    if relation.kind == "分项之和" and relation.trust >= SURE:  # few heads are figures that stand anywhere
        return all(isinstance(term, Entry) and term.base in _COUNTED for term in relation.terms)
    return relation.complete and relation.kind in ("预算结余", "占比")


_COUNTED = ("人", "个", "项", "户", "件")


def _turned(relation: Relation, index: int, expected: Expected) -> Slip | None:
    """Return the slip of a change told in the wrong direction: 增长 for 下降."""
    if index or relation.kind not in ("增减幅度", "增减额"):
        return None
    print_ = relation.terms[0].print
    if expected.value >= 0 or not print_.fits(-expected.value, expected.slack):
        return None
    return Slip(TURNED, print_.number, values(print_) + 2)


_FARTHEST = 5  # times that a rate over a wrong base is too large at most
CLEAR = 2.5  # bits from which words say for sure what a rate is of


def _based(relation: Relation, index: int, expected: Expected, wide: Neighbours) -> Slip | None:
    """Return the slip of a rate that was worked out of another pair: over 年初预算 for 全年预算, of last year's figure."""
    if index or not isinstance(relation, Ratio):
        return None
    print_, top, bottom = (term.print for term in relation.terms)
    meant = abs(expected.value) / print_.scale
    if relation.mistaken:
        return Slip(f"{BASE}（用了{relation.said}）", meant, values(print_))
    if relation.kind == "占比" and re.search("占(?:比|的?比[重例])?(?:为|达)?$", _lead(relation)):
        return None  # of what is not said
    clear = relation.kind in _OF_TWO or bool(
        relation.kind == "比率"
        and re.search("执行率|支出率|支付率|使用率", _lead(relation))
        and _side_by_side(relation)
    )
    if not clear or relation.change or relation.trust < CLEAR or not print_.value / _FARTHEST < expected.value <= 1:
        return None
    if relation.kind != "占比" and bottom.value > top.value > 0 and print_.fits(bottom.value / top.value):
        return Slip(UPSIDE_DOWN, meant, values(print_))
    others = wide.beside(relation)
    reach = log2(2 * len(others) + 1)
    for other in others:
        if isinstance(other, Entry) and _akin(_lead(relation), other.lead):
            continue  # 占项目结转的: what it came out of may be what the words mean
        value = other.print.value
        if print_.fits(top.value / value):
            return Slip(f"{BASE}（用了 {shown(other)}）", meant, values(print_) - reach)
        if relation.kind != "占比" and bottom.value and print_.fits(value / bottom.value):
            return Slip(f"{TOP}（用了 {shown(other)}）", meant, values(print_) - reach)
    return None


_OF_TWO = ("占比", "预算执行率", "完成率", "文表执行率")


def _side_by_side(relation: Ratio) -> bool:
    """Return whether a rate follows right behind its two figures: 可用3070万元，支出2882万元，执行率."""
    numbers = [term.number for term in relation.terms if isinstance(term, Entry)]
    return len(numbers) == 3 and max(numbers) - min(numbers) <= 3


def _akin(words: str, lead: str) -> bool:
    """Return whether the words of a rate and of a figure have a pair of characters in common that says something."""
    pairs = {lead[n : n + 2] for n in range(len(lead) - 1)} - _SAYING_NOTHING
    return any(pair in words for pair in pairs)


_SAYING_NOTHING = frozenset(("支出", "预算", "全年", "其中", "资金", "收入", "执行", "行率", "总支"))


def _lead(relation: Relation) -> str:
    """Return the words before the figure that the words give as a claim's result."""
    first = relation.terms[0]
    return first.lead if isinstance(first, Entry) else ""


def _beside(group: Sequence[Relation], wide: Neighbours) -> Iterator[Accusation]:
    """Yield the rate that the words clearly say to be of one pair, while it comes out only of one that they do not name."""
    best = max(group, key=lambda one: one.trust)
    rate = best.terms[0]
    held = max(one.trust for one in group if one.holds)
    if best.holds or best.trust - held < CLEAR or held > SPOKEN or not isinstance(rate, Entry) or rate.print.vague:
        return
    expected = best.expected(0)
    found = _based(best, 0, expected, wide) if expected else None
    if found is not None and expected is not None:
        bits = best.trust + found.bits - log2(max(1, best.tries) * len(best.terms)) + SPOKEN
        yield Accusation(rate, best, found.meant * rate.print.scale, found, bits)


def _last_years(relation: Relation, index: int, expected: Expected, wide: Neighbours) -> Slip | None:
    """Return the slip of a figure that is last year's while another, known elsewhere, would do."""
    term = relation.terms[index]
    least = -CHANCE if isinstance(relation, Sum) else 1.0
    if not isinstance(term, Entry) or term.prior or relation.kind.startswith("增减") or relation.trust < least:
        return None
    if term.print.digits < 3 or term.print.value not in wide.last_years or is_old(wide.told, term):
        return None
    if not any(
        abs(value - expected.value) <= unit for value, unit in wide.prints_of(term.base) if value != term.print.value
    ):
        return None
    bits = values(term.print) - log2(len(wide.last_years) + 1)
    return Slip(LAST_YEAR, expected.value / term.print.scale, bits)


def _spoken(relation: Relation) -> int:
    """Return which term the words give as a claim's result: the first, or where that is said without a number the last."""
    if isinstance(relation, Ratio) and relation.exact:
        return 1  # 每吨 180 元，计 65.7 万元
    return 0 if isinstance(relation.terms[0], Entry) else len(relation.terms) - 1


def explained(case: Case, entry: Entry, accuser: Relation, wide: Neighbours | None) -> float:
    """Return in bits what explains an entry as it stands, besides the claim that accuses it; `wide` None: by words alone."""
    best = 0.0
    for one in case.verdicts[entry.number].fits:
        if one is not accuser:
            at = next((n for n, term in enumerate(one.terms) if term is entry), None)
            expected = one.expected(at) if at is not None else None
            loose = log2(1 + 2 * float(expected.slack / entry.print.unit)) if expected and entry.print.unit else 0.0
            best = max(best, values(entry.print) - log2(one.tries * 2) + min(0.0, one.trust) - loose)
    return max(best, wide.explains(entry)) if wide else best
