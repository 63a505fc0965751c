"""Changes and differences that the words claim, with the pairs of years that can give them; amounts told again in another unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from workbook import patterns as re
from workbook.narrative.hints import AGAIN, FAR, again, compared, counts, is_gap, is_now, is_old, of_rate, rose
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.relations import Equal, Given, Ratio, Sum, Term, shown
from workbook.narrative.totals import Totals

CLOSE = 1.5  # bits of a pair of years that stands right before its change


def changes(ledger: Ledger, entries: Sequence[Entry], index: int, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield what a change that the words claim may be of: two years told, or a difference and what was before."""
    rate = entries[index]
    behind = entries[index + 1] if index + 1 < len(entries) else None
    if (
        behind is not None
        and behind.prior
        and behind.figure.depth > rate.figure.depth
        and behind.segment == rate.segment
    ):
        own = [*own, behind]
    sign = 1 if rate.rate == "up" else -1
    found = _pairs_of_years(ledger, rate, [one for one in own if not is_gap(one)])
    beside = (
        entries[index - 1] if index and is_gap(entries[index - 1]) and not entries[index - 1].figure.is_rate else None
    )
    made: list[tuple[float, Entry, Entry]] = []
    if beside is not None and beside.segment == rate.segment:  # 增加 142 万元，增长 8.9%: the pair that differs by it
        made = [one for one in found if beside.print.fits(abs(one[1].print.value - one[2].print.value))]
        by_gap = [] if made else list(_of_gap(ledger, rate, beside, [one for one in own if one is not beside], sign))
        if any(one.holds for one in by_gap) and rose(beside) == (rate.rate == "up"):
            yield from by_gap
            return
        found = made or [one for one in found if one[0] >= CLOSE]
    joined = beside is not None and re.fullmatch(_JOINED, ledger.between(beside, rate))
    if beside is not None and joined and not made and rose(beside) != (rate.rate == "up") and rate.print.value < 1:
        yield _opposed(rate, beside)
        return
    alone = [one for one in own if not is_gap(one)]
    if len(own) > len(before_rate := [one for one in alone if one.sentence == rate.sentence]) == 1:
        found = [
            one for one in found if before_rate[0] in one[1:]
        ]  # 其中基本支出 4788 万元，同比下降: of it and no other
    clear = len(found) == 1 or (bool(found) and found[0][0] - found[1][0] >= 1.0)
    for trust, now, old in found:
        words = ledger.between(*sorted((now, old), key=lambda one: one.number))
        close = len(words) <= 40
        yield Ratio(
            "增减幅度",
            (rate, now, old),
            trust + (2.0 if close and trust > 1.5 and clear else 0),
            1 if clear else len(found),
            change=sign,
            other=now,
            said="本年数",
        )
    if found:
        yield from _from_afar(ledger, rate, sign)
        return
    told = any(one.sentence == rate.sentence for one in own)
    gaps = [one for one in own if is_gap(one) and (one.sentence == rate.sentence or not told)]
    for gap in gaps[-1:]:
        yield from _of_gap(ledger, rate, gap, [one for one in own if one is not gap], sign)
    if not gaps:
        yield from _from_afar(ledger, rate, sign)
        yield from _of_carried(ledger, rate, sign)


_JOINED = "[，、(]?(?:增长|上升|提高|下降|降低|减少|增加|同比|增幅|降幅|[增升降])*[了约]?"


def _opposed(rate: Entry, gap: Entry) -> Ratio:
    """Return the change that a difference right before it claims to go the other way: 减少1人、上升16.7%."""
    one = rate.print._replace(value=Decimal(1), unit=Decimal(0), number=Decimal(1), scale=Decimal(1))
    way = 1 if rose(gap) else -1
    now = Given(one._replace(value=1 + way * rate.print.value), f"{gap.lead}{shown(gap)}后", "", (gap,))
    return Ratio("增减幅度", (rate, now, Given(one, "原来的数")), 4.0, 1, change=-way)


def _of_carried(ledger: Ledger, rate: Entry, sign: int) -> Iterator[Ratio]:
    """Yield the change of what is left on what was brought forward, which stands elsewhere: 年末结转 A，…。较年初下降 r."""
    if not re.search("[较比](?:年初|上年|期初)", rate.lead):
        return
    near = [one for one in ledger.around(rate, FAR) if one.number < rate.number and one.figure.is_money]
    now = next((one for one in near if one.kind == "结余结转" and not one.figure.depth), None)
    if now is None or now is not near[0] or rate.figure.sentence - now.figure.sentence > 1:
        return
    then = [one for one in ledger.entries if one.kind == "上年结转" and one.figure.is_money and one.scope == now.scope]
    if len({one.print.value for one in then}) == 1:
        yield Ratio("增减幅度", (rate, now, then[0]), 2.5, 1, change=sign)


def _pairs_of_years(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> list[tuple[float, Entry, Entry]]:
    """Return this year's and last year's figures that a change may be of, with how likely (bits), the likeliest first."""
    planned_base = bool(re.search(r"[较比](?:(?:年初|全年)?预算|年初)", rate.lead))
    found: list[tuple[float, Entry, Entry]] = []
    for b, later in enumerate(own):
        for a, earlier in enumerate(own):
            if a == b or earlier.base != later.base or later.per != earlier.per:
                continue
            before = earlier.kind in ("预算", "年初预算", "全年预算") if planned_base else is_old(ledger, earlier)
            if not before or is_old(ledger, later) or of_rate(ledger, later):
                continue
            planned = later.kind in ("预算", "年初预算", "全年预算", "结余结转") and earlier.kind != later.kind
            planned = planned and not planned_base
            far = (
                0.7 * (len(own) - 1 - max(a, b)) + (abs(a - b) > 2) + 2.5 * planned + 1.5 * (_size(later, earlier) > 2)
            )
            far -= 1.5 * bool(earlier.prior and later.subject and later.subject == earlier.subject)
            far += 2.5 * (not _speaks_of(rate, later, earlier)) + 1.5 * (later.sentence != earlier.sentence)
            found.append((2.5 - far, later, earlier))
    return sorted(found, key=lambda one: -one[0])


def _of_gap(ledger: Ledger, rate: Entry, gap: Entry, own: Sequence[Entry], sign: int) -> Iterator[Ratio]:
    """Yield the change that a difference is of what was before: 本年 B，增加 A，增长 r."""
    up = rose(gap)
    bases = [one for one in own if one.base == gap.base and one.figure.depth <= gap.figure.depth]
    bases = [one for one in bases if one.number < gap.number][-4:]
    bases = [one for one in bases if one.kind not in ("预算", "年初预算", "全年预算")] or bases
    nearest = [one for one in bases if one.number == gap.number - 1 and is_old(ledger, one)]
    nearest = [one for one in nearest if len(ledger.between(one, gap)) <= len(gap.lead) + 1]
    bases = nearest or [one for one in bases if one.subject == gap.subject] or bases
    for base in bases:
        if is_old(ledger, base):
            trust = 3.5 if len(bases) == 1 else 2.5
            wrong = _moved(gap, base, up)
            yield Ratio("增减幅度", (rate, gap, base), trust, len(bases), other=wrong, said="本年数")
            continue
        then, other = _moved(gap, base, not up), _moved(gap, base, up)
        trust = 2.5 if len(bases) == 1 else 1.0
        if other.print.value > 0 and rate.print.fits(gap.print.value / other.print.value):
            yield Ratio("增减幅度", (rate, base, other), trust, len(bases), change=sign)
        elif then.print.value > 0:
            yield Ratio("增减幅度", (rate, gap, then), trust, len(bases))


def _from_afar(ledger: Ledger, rate: Entry, sign: int) -> Iterator[Ratio]:
    """Yield the pair of years of the paragraph that gives a change as printed, whichever way it went."""
    near = [one for one in ledger.around(rate, FAR) if one.number < rate.number and counts(rate, one, inside=True)]
    pairs = _pairs_of_years(ledger, rate, [one for one in near if not is_gap(one)])
    for trust, now, old in pairs:
        if old.print.value and rate.print.fits(abs(now.print.value / old.print.value - 1)):
            yield Ratio("增减幅度", (rate, now, old), max(0.0, trust), len(pairs), change=sign)


_CHANGE_WORDS = re.compile(
    r"其中|较|比|同比|上年|去年|同期|年初|预算|决算|分别|均|[增长加减少下降提高上升了为约达到的数率额]"
)


def _speaks_of(rate: Entry, *terms: Entry) -> bool:
    """Return whether the words of a change name nothing else than its figures: 死亡人数下降 is not of 事故起数."""
    name = _CHANGE_WORDS.sub("", re.sub(r"[^\w]", "", rate.lead))
    if len(name) < 3:
        return True
    return any(name[-2:] in term.lead or (term.subject and term.subject == rate.subject) for term in terms)


def _moved(gap: Entry, base: Entry, up: bool) -> Given:
    """Return what a figure came to by a gap."""
    value = base.print.value + gap.print.value if up else base.print.value - gap.print.value
    print_ = base.print._replace(value=value, number=value / base.print.scale)
    return Given(print_, f"（{base.figure.number}{'＋' if up else '－'}{gap.figure.number}）", "", (base, gap))


def conversions(ledger: Ledger) -> Iterator[Equal]:
    """Yield an amount told again in another unit: 6,220.60万元，即0.62亿元."""
    for before, entry in pairwise(ledger.entries):
        units = {before.figure.unit, entry.figure.unit}
        if before.per or entry.per:
            continue
        if before.sentence != entry.sentence or len(units) < 2 or not units <= {"元", "万元", "亿元"}:
            continue
        beside = entry.figure.depth > before.figure.depth and not re.sub(r"[约即折合]", "", entry.lead)
        if beside or (AGAIN.search(entry.lead) and len(entry.lead) <= 5):
            yield Equal("换算", (entry, before), 4.0, 1)


def _size(now: Entry, then: Entry) -> float:
    """Return how many times one figure is the other, at least 1."""
    a, b = float(now.print.value), float(then.print.value)
    return max(a, b) / min(a, b) if min(a, b) > 0 else 99.0


def gaps(ledger: Ledger, heads: Mapping[int, Term], named: Totals) -> Iterator[Sum]:
    """Yield the differences that the words claim: 本年 A，上年 B，增加 C; also of two rates in 百分点."""
    for entries in ledger.by_paragraph.values():
        for index, gap in enumerate(entries):
            points = gap.figure.is_rate and "百分点" in gap.figure.quote
            if re.match("主要(?:是|为|系|因)|其中", gap.lead) and gap.label.rest:
                continue  # 主要是救助支出增加 116 万元: another thing grew
            if (gap.figure.is_rate and not points) or not (
                is_gap(gap)
                or (points and (gap.rate in ("up", "down") or re.search(r"[差低高]$|^的?[^\d]{0,6}目标$", gap.lead)))
            ):
                continue
            before = entries[max(0, index - FAR) : index]
            yield from _of_the_year(gap, named)
            yield from _of_brought_forward(ledger, gap)
            found = _spared(gap, before) or _difference(ledger, gap, before)
            if found is not None:
                now, then, trust = _of_the_whole(gap, found, heads, named)
                if _borne_out(ledger, gap, then):
                    trust = min(trust, CLOSE)
                aim = _exactly(then, gap) if points and isinstance(then, Entry) and compared(ledger, then) else then
                sign = -1 if gap.rate == "up" or (not gap.rate and rose(gap)) else 1
                yield Sum("增减额", (gap, now, aim), trust, 1, signs=(1, sign, -sign))


def _exactly(aim: Entry, gap: Entry) -> Given:
    """Return what was aimed at as a figure that is just that: 95% of 距95%的目标差0.79个百分点."""
    return Given(aim.print._replace(unit=min(aim.print.unit, gap.print.unit)), shown(aim), "", (aim,))


def _of_the_year(gap: Entry, named: Totals) -> Iterator[Sum]:
    """Yield by how much the year's budget is another than that of its beginning: 全年预算…，较年初预算增加343.55万元."""
    start, full = named.known.get(("", "年初预算")), named.known.get(("", "全年预算"))
    told = re.fullmatch("(?:数)?[较比]年初(?:部门)?预算数?(?:净)?(?:增加|减少|增|减)了?", gap.lead)
    if told and start is not None and full is not None and not (gap.project or gap.topic or gap.subject or gap.scope):
        sign = -1 if rose(gap) else 1
        yield Sum("增减额", (gap, full, start), 3.0, 1, signs=(1, sign, -sign))


def _of_brought_forward(ledger: Ledger, gap: Entry) -> Iterator[Sum]:
    """Yield by how much what is left is another than what was brought forward, which stands elsewhere: 年末结转 A，较年初结转减少 B."""
    before = ledger.entries[gap.number - 1] if gap.number else gap
    told = re.search(
        "[较比](?:年初|上年|期初)(?:末)?(?:结转|结余)?(?:和结余|结余)?(?:资金)?(?:增加|减少|增|减)了?$", gap.lead
    )
    if not told or before.kind != "结余结转" or before.sentence != gap.sentence or before.figure.depth:
        return
    then = [
        one for one in ledger.entries if one.kind == "上年结转" and one.figure.is_money and one.scope == before.scope
    ]
    then = [one for one in then if one is not gap and not is_gap(one)]
    if len({one.print.value for one in then}) == 1:
        sign = -1 if rose(gap) else 1
        yield Sum("增减额", (gap, before, then[0]), 2.5, 1, signs=(1, sign, -sign))


def _borne_out(ledger: Ledger, gap: Entry, then: Entry) -> bool:
    """Return whether the rate right behind a difference is that of it: what it came to need not be the figure before."""
    behind = ledger.entries[gap.number + 1 : gap.number + 2]
    changed = bool(behind) and behind[0].rate in ("up", "down") and behind[0].sentence == gap.sentence
    return changed and bool(then.print.value) and behind[0].print.fits(gap.print.value / then.print.value)


def _spared(gap: Entry, before: Sequence[Entry]) -> tuple[Entry, Entry, float] | None:
    """Return what was spent and what was planned, where what was spared is told of the two: 支出 8.15，预算 9.00，节约 0.85."""
    if not re.fullmatch("(?:共|可|实际|比预算)?(?:节约|节支|节省|少支出?|少花)(?:了|资金|经费|支出)?", gap.lead):
        return None
    own = [
        one for one in before if one.sentence == gap.sentence and one.base == gap.base and not (one.per or one.prior)
    ]
    spent = [one for one in own if one.kind == "支出" and not one.figure.depth]
    planned = [one for one in own if one.kind in ("预算", "年初预算", "全年预算") and not one.figure.depth]
    return (spent[0], planned[0], 3.5) if len(spent) == len(planned) == 1 else None


def _of_the_whole(
    gap: Entry, found: tuple[Entry, Entry, float], heads: Mapping[int, Term], named: Totals
) -> tuple[Term, Entry, float]:
    """Return a pair of years whose difference does not come out with the whole for its part, the named total for another's figure."""
    now, then, trust = found
    if gap.print.fits(abs(now.print.value - then.print.value)):
        return found
    total = named.known.get((then.subject, "支出")) if then.subject and then.subject != now.subject else None
    if total is not None and then.prior:
        return total, then, 2.5  # 其中项目支出较上年1251.08万元增加: of what was spent on projects
    whole = heads.get(now.number)
    if whole is not None and gap.print.fits(abs(whole.print.value - then.print.value)):
        return whole, then, trust
    if isinstance(whole, Entry) and whole.sentence == gap.sentence and not whole.prior:
        return whole, then, max(trust, 2.0)
    return found


def _difference(ledger: Ledger, gap: Entry, before: Sequence[Entry]) -> tuple[Entry, Entry, float] | None:
    """Return what a difference is between, and how sure the words are: of several pairs the one that gives it."""
    before = [
        one
        for one in before
        if one.base == gap.base
        and not (is_gap(one) or again(ledger, one))
        and (not gap.figure.is_rate or "百分点" not in one.figure.quote)
    ]
    priced = gap.per or bool(before and before[-1].per and compared(ledger, before[-1]))
    before = [one for one in before if one.per == priced]
    if priced and not gap.per:  # what prices differ by is less than they are; what they come to in sum is not said
        before = [one for one in before if one.print.value > gap.print.value and one.figure.unit == gap.figure.unit]
    own = [one for one in before if one.sentence == gap.sentence and one.figure.depth <= gap.figure.depth][-4:]
    then = next((one for one in reversed(own) if is_old(ledger, one) or compared(ledger, one)), None)
    now = next((one for one in reversed(own) if one is not then and is_now(ledger, one)), None)
    if then is not None and then.kind == "上年结转" and now is not None and now.kind != "结余结转":
        left = [
            one for one in before if one.sentence == gap.sentence and one.kind == "结余结转" and is_now(ledger, one)
        ]
        if left and re.search("[比较](?:上年|年初|期初)", then.lead):
            return left[0], then, 3.5  # 年末结转 A，其中基本支出 B，项目支出 C，比年初结转 D 减少: of A
    if re.search("目标|计划|任务", gap.lead):
        own = [one for one in own if one.segment == gap.segment and not one.prior]
        if then not in own:
            return None
    aside = (
        gap.figure.depth > 0
        and ledger.paragraphs[gap.paragraph - 1].flat[: gap.figure.span.start - len(gap.lead)][-1:] == "("
    )
    if aside and (not own or not re.fullmatch(r"[^，。;]{0,3}\([^，。;]*", ledger.between(before[-1], gap))):
        return None  # 主要来自管网（比上年多支出 3222 万元）: of what is named, not of the figures before
    if then is not None and now is None:
        now = _said_before(ledger, gap)
    if then is not None and now is not None and gap.print.fits(abs(now.print.value - then.print.value)):
        return now, then, 3.5
    near = [one for one in before if gap.figure.sentence - one.figure.sentence <= 4][-12:]
    for old in [then] if then is not None else [one for one in reversed(near) if is_old(ledger, one)][:2]:
        for new in reversed(near):
            if new is not old and is_now(ledger, new) and gap.print.fits(abs(new.print.value - old.print.value)):
                return new, old, 2.0
    budget = then is not None and then.kind in ("预算", "年初预算", "全年预算")
    if re.search("[比较](?:年初|全年|当年)?预算", gap.lead) and not budget:
        return None  # 比年初预算少支 0.78 万元: of a budget that is not told here
    if now is None or then is None or (re.search(r"[比较](?:上年|去年)", gap.lead) and then.number != now.number + 1):
        return None  # 较上年减少 24 万元: what it was is not told, or of something else
    return now, then, 3.5 if abs(now.number - then.number) <= 2 else 1.0


def _said_before(ledger: Ledger, gap: Entry) -> Entry | None:
    """Return the last figure of the unit in the sentence before, where this one opens with 比上年."""
    earlier = [one for one in ledger.around(gap, FAR) if one.sentence[1] == gap.figure.sentence - 1]
    same = [one for one in earlier if one.base == gap.base and not one.prior and not one.per]
    return same[-1] if len(same) == 1 else None
