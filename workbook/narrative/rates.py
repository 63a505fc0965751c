"""Rates, shares, growth and prices that the words claim, with the pairs of figures that can give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from workbook.model.filing import Filing
from workbook.narrative.accounts import Account
from workbook.narrative.cells import given
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.printed import Print, of_cell
from workbook.narrative.relations import Equal, Given, Ratio, Sum, Term, entries_of
from workbook.narrative.text import last
from workbook.narrative.totals import Totals

_FROM = re.compile(r"[从由自](?:[^，。;]{0,12})$")
_TO = re.compile(
    r"[^，。;\d]{0,6}(?:到|至)|，?[^，。;\d]{0,4}(?:增[加长至]|减[少至]|降[低至]|提高|提升|上升|下降|压[缩减]|调[整增减]|扩大|回落)"
)
_SHARE_OF = re.compile(r"占(?!地|用|道|有)(?P<of>[^，。;\d]{0,20}?)(?:\d|的|$)")
NEAR = 6
FAR = 40  # figures back at most
CLOSE = 1.5  # bits of a pair of years that stands right before its change


def rates(ledger: Ledger, made: Sequence[Account], totals: Sequence[Sum], named: Totals) -> Iterator[list[Ratio]]:
    """Yield for each printed rate the pairs that it may be the quotient of, the likeliest first."""
    heads = _heads(totals)
    for entries in ledger.by_paragraph.values():
        for index, entry in enumerate(entries):
            if entry.figure.is_rate and (entry.rate or _bare(ledger, entry)) and "百分点" not in entry.figure.quote:
                moved = list(_of_moves(ledger, entries, index, named))
                pairs = moved or list(_pairs(ledger, entries, index, made, heads, named))
                if pairs:
                    yield pairs


_MOVES = re.compile(r"(?:调整|追加|调增)(?:增加)?(?:幅度|比例|率|额|数|资金|的资金)?(?![^，。;]*项目)[^，。;\d]{0,24}$")


def _of_moves(ledger: Ledger, entries: Sequence[Entry], index: int, named: Totals) -> Iterator[Ratio]:
    """Yield what was added to the year's budget as a rate of it: 追加额相当于年初预算的 34.02%, 年中追加占全年预算的 22.9%."""
    rate = entries[index]
    words = re.split(r"[。;，]", ledger.paragraphs[rate.paragraph - 1].flat[: rate.figure.span.start])[-1]
    start, full = named.known.get(("", "年初预算")), named.known.get(("", "全年预算"))
    if not _MOVES.search(words) or rate.project or rate.prior or start is None or full is None or "占全部" in words:
        return
    moved = full.print.value - start.print.value
    if moved <= 0 or re.search("控制|降|目标|以内", words):
        return
    base = full if "全年预算" in words else start
    made = Given(of_cell(moved), "附件3 全年预算数－年初预算数", "funds.annual_budget")
    before = [
        one for one in entries[:index] if one.kind in ("调增", "全年预算") and one.figure.is_money and not one.project
    ]
    told = [one for one in before if one.kind == "调增"][-2:]
    tops: list[Entry | Given] = [made, *told]
    for n, top in enumerate(tops):
        yield Ratio("占比", (rate, top, base), 2.5 - n, 1 + len(told))


def _pairs(
    ledger: Ledger,
    entries: Sequence[Entry],
    index: int,
    made: Sequence[Account],
    heads: Mapping[int, Term],
    named: Totals,
) -> Iterator[Ratio]:
    entry = entries[index]
    changed = entry.rate in ("up", "down")
    before = [
        one
        for one in entries[max(0, index - FAR) : index]
        if (_counts(entry, one) or ((one.prior if changed else _aimed_at(one)) and _counts(entry, one, inside=True)))
        and not _again(ledger, one)
    ][-NEAR:]
    own = [one for one in before if one.sentence == entry.sentence]
    if changed and re.search("目标|计划|预期|要求|不低于|不超过", entry.lead):
        return  # what was to be
    if changed:
        yield from _changes(ledger, entries, index, own if len(own) > 1 else before)
        return
    if entry.rate == "share":
        yield from _shares(ledger, entry, own, before, heads, named)
        return
    inner = _inner(ledger, entry, own)
    if inner is not None:
        earlier = [one for one in own if one.number < inner.number and one.base == inner.base and one.per == inner.per]
        earlier = [one for one in earlier if not one.prior and not _is_gap(one)]
        whole = heads.get(earlier[-1].number) if earlier else None
        tops = [*([whole] if isinstance(whole, Entry) else []), *reversed(earlier[-3:])]
        for n, top in enumerate(tops):
            yield Ratio("完成率", (entry, top, inner), 4.0 - 2 * n - (len(tops) > 1), 1, capped=True)
        if earlier:
            return
    yield from _of_account(ledger, entry, made)
    yield from _of_project(ledger, entry, own, named)
    yield from _degrees(ledger, entry, own)
    if entry.rate == "name" and len({one.base for one in own}) == len(own):
        yield from _of_name(ledger, entry, own)
    of = _DEGREE_OF.search(_said(ledger, entry)) if entry.rate == "degree" and inner is None else None
    if of is not None and own and len(of["of"]) >= 3:
        yield from _of_named(ledger, entry, own[-1], of["of"], named)
    if len(own) < 2 and entry.rate == "degree" and not re.search(r"完成[^，。;]{0,6}目标的$", _said(ledger, entry)):
        yield from _degrees(ledger, entry, [one for one in before if entry.figure.sentence - one.figure.sentence <= 1])


_DEGREE_OF = re.compile(r"(?:为|是|相当于|占)(?P<of>[^，。;\d]{2,14})的$")


def _of_named(ledger: Ledger, rate: Entry, top: Entry, of: str, named: Totals) -> Iterator[Ratio]:
    """Yield a rate of what is named again and stands elsewhere: 为事业收入的 58.5%."""
    total = named.of(of)
    if total is not None:
        yield Ratio("占比", (rate, top, total), 3.0, 1)
        return
    far = [one for one in ledger.entries[: rate.number] if one.base == top.base and not (one.per or one.prior)]
    chosen = [one for one in far if _about(one, of) and one is not top and one.print.value > top.print.value]
    values = {one.print.value for one in chosen}
    if len(values) == 1:
        yield Ratio("占比", (rate, top, chosen[-1]), 2.5, 1)


def _aimed_at(one: Entry) -> bool:
    """Return whether an entry is by its own words what another is of: 12.92公里（目标15公里）, 308天（全年365天）."""
    return one.lead in ("目标", "计划", "任务", "目标值", "计划数", "年度目标", "全年", "总数", "共", "应完成")


def _bare(ledger: Ledger, entry: Entry) -> bool:
    """Return whether a rate stands alone in brackets behind its figure: 587户（95.9%）."""
    return entry.figure.depth > 0 and not entry.lead and ledger.after(entry, 2).strip().startswith(")")


def _said(ledger: Ledger, rate: Entry) -> str:
    """Return the words in front of a rate, back to the delimiter before."""
    return re.split(r"[，。;:(\n]", ledger.paragraphs[rate.paragraph - 1].flat[: rate.figure.span.start])[-1]


def _inner(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Entry | None:
    """Return the figure that stands inside the words of a rate, as what it is of: 完成 200 座计划的 93%."""
    if not own:
        return None
    words = ledger.between(own[-1], rate)
    named = re.search(r"计划|目标|任务|概算|预算|总|合同|应", words) or (words == "的" and _AIM.search(own[-1].lead))
    return own[-1] if named and words.endswith("的") and not re.search(r"[，,。;:]", words) else None


_AIM = re.compile(
    r"(?:为|是|占|达到?|完成|相当于)[^，。;]{0,8}(?:计划|目标|任务|概算|预算|总[^，。;]{0,4}|合同[价额])$"
)


def _heads(totals: Sequence[Sum]) -> dict[int, Term]:
    """Return for each part of a total that comes out (by number) the total."""
    return {
        part.number: total.terms[0]
        for total in totals
        if total.holds
        for part in total.terms[1:]
        if isinstance(part, Entry) and total.terms[0].print.unit <= 10 * part.print.unit
    }


def _counts(rate: Entry, one: Entry, inside: bool = False) -> bool:
    return one.period == rate.period and (
        not one.figure.is_rate
        and bool(one.figure.unit)
        and one.base not in ("年", "月", "分")
        and (inside or one.figure.depth <= rate.figure.depth)
    )


def _changes(ledger: Ledger, entries: Sequence[Entry], index: int, own: Sequence[Entry]) -> Iterator[Ratio]:
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
    found = _pairs_of_years(ledger, rate, [one for one in own if not _is_gap(one)])
    beside = (
        entries[index - 1] if index and _is_gap(entries[index - 1]) and not entries[index - 1].figure.is_rate else None
    )
    if beside is not None and beside.segment == rate.segment:  # 增加 142 万元，增长 8.9%: the pair that differs by it
        made = [one for one in found if beside.print.fits(abs(one[1].print.value - one[2].print.value))]
        found = made or [one for one in found if one[0] >= CLOSE]
    alone = [one for one in own if not _is_gap(one)]
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
        return
    gaps = [one for one in own if _is_gap(one)]
    for gap in gaps[-1:]:
        yield from _of_gap(ledger, rate, gap, [one for one in own if one is not gap], sign)
    if not gaps:
        yield from _from_afar(ledger, rate, sign)


def _pairs_of_years(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> list[tuple[float, Entry, Entry]]:
    """Return this year's and last year's figures that a change may be of, with how likely (bits), the likeliest first."""
    planned_base = bool(re.search(r"[较比](?:(?:年初|全年)?预算|年初)", rate.lead))
    found: list[tuple[float, Entry, Entry]] = []
    for b, later in enumerate(own):
        for a, earlier in enumerate(own):
            if a == b or earlier.base != later.base or later.per != earlier.per:
                continue
            before = earlier.kind in ("预算", "年初预算", "全年预算") if planned_base else is_old(ledger, earlier)
            if not before or is_old(ledger, later) or _of_rate(ledger, later):
                continue
            planned = later.kind in ("预算", "年初预算", "全年预算", "结余结转") and earlier.kind != later.kind
            planned = planned and not planned_base
            far = (
                0.7 * (len(own) - 1 - max(a, b)) + (abs(a - b) > 2) + 2.5 * planned + 1.5 * (_size(later, earlier) > 2)
            )
            far += 2.5 * (not _speaks_of(rate, later, earlier)) + 1.5 * (later.sentence != earlier.sentence)
            found.append((2.5 - far, later, earlier))
    return sorted(found, key=lambda one: -one[0])


def _of_gap(ledger: Ledger, rate: Entry, gap: Entry, own: Sequence[Entry], sign: int) -> Iterator[Ratio]:
    """Yield the change that a difference is of what was before: 本年 B，增加 A，增长 r."""
    up = _rose(gap)
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
    near = [one for one in ledger.around(rate, FAR) if one.number < rate.number and _counts(rate, one, inside=True)]
    pairs = _pairs_of_years(ledger, rate, [one for one in near if not _is_gap(one)])
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


_AGAIN = re.compile(r"(?:约|即|折合|约合)(?:人民币)?约?$")


def _again(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an amount is told again in another unit: 27071.26万元，折合2.71亿元."""
    before = ledger.entries[entry.number - 1] if entry.number else None
    if before is None or before.paragraph != entry.paragraph or before.base != entry.base:
        return False
    return entry.print.unit > before.print.unit and entry.print.fits(before.print.value)


def conversions(ledger: Ledger) -> Iterator[Equal]:
    """Yield an amount told again in another unit: 6,220.60万元，即0.62亿元."""
    for before, entry in pairwise(ledger.entries):
        units = {before.figure.unit, entry.figure.unit}
        if before.per or entry.per:
            continue
        if before.sentence != entry.sentence or len(units) < 2 or not units <= {"元", "万元", "亿元"}:
            continue
        beside = entry.figure.depth > before.figure.depth and not re.sub(r"[约即折合]", "", entry.lead)
        if beside or (_AGAIN.search(entry.lead) and len(entry.lead) <= 5):
            yield Equal("换算", (entry, before), 4.0, 1)


def shared_out(ledger: Ledger, totals: Sequence[Sum], named: Totals) -> Iterator[list[Ratio]]:
    """Yield the shares that are told in one row after their figures: A、B、C，分别占 a%、b%、c%."""
    heads = _heads(totals)
    for entries in ledger.sentences.values():
        for at, first in enumerate(entries):
            if (
                not first.figure.is_rate
                or not re.search(r"分别|依次|各占", first.lead)
                or not re.search(r"占|比重|比例", first.lead)
            ):
                continue
            row = [first]
            for entry in entries[at + 1 :]:
                if not entry.figure.is_rate or re.sub(r"[、和及与\s]", "", ledger.between(row[-1], entry)):
                    break
                row.append(entry)
            tops = [
                one
                for one in entries[max(0, at - FAR) : at]
                if not one.figure.is_rate and not one.per and one.base == entries[at - 1].base
            ]
            tops = tops[-len(row) :] if at else []
            if len(row) < 2 or len(tops) != len(row):
                continue
            whole = next((heads[top.number] for top in tops if top.number in heads), None) or _whole_of(
                tops, entries, named
            )
            if whole is None:
                yield from _all_but_one(row, tops)
                continue
            made = [
                Ratio("占比", (rate, top, heads.get(top.number, whole)), 3.5, 1)
                for rate, top in zip(row, tops, strict=True)
            ]
            yield from _in_a_row(made)


def _all_but_one(row: Sequence[Entry], tops: Sequence[Entry]) -> Iterator[list[Ratio]]:
    """Yield the share in a row that is not of what the figures add up to, where all others are."""
    total = sum((one.print.value for one in tops), Decimal(0))
    whole = Given(tops[0].print._replace(value=total), "各项之和", "", tuple(tops))
    made = [Ratio("占比", (rate, top, whole), 3.5, 1) for rate, top in zip(row, tops, strict=True)]
    if total and len(made) > 2 and sum(one.holds for one in made) == len(made) - 1:
        yield from _in_a_row(made)


def _in_a_row(made: Sequence[Ratio]) -> Iterator[list[Ratio]]:
    """Yield the shares of a row; where all but one come out, the one must too."""
    if len(made) > 2 and sum(one.holds for one in made) == len(made) - 1:
        for one in made:
            one.trust, one.complete = 4.0, True
    yield from ([one] for one in made)


def _whole_of(tops: Sequence[Entry], entries: Sequence[Entry], named: Totals) -> Term | None:
    """Return the figure of the sentence, or the named total, that figures add up to."""
    value = sum((one.print.value for one in tops), Decimal(0))
    terms: list[Term] = [one for one in entries if one not in tops and one.base == tops[0].base]
    terms += named.known.values() if tops[0].figure.is_money else ()
    fine = 10 * tops[0].print.unit
    return next((term for term in terms if term.print.unit <= fine and term.print.fits(value)), None)


def _size(now: Entry, then: Entry) -> float:
    """Return how many times one figure is the other, at least 1."""
    a, b = float(now.print.value), float(then.print.value)
    return max(a, b) / min(a, b) if min(a, b) > 0 else 99.0


def gaps(ledger: Ledger) -> Iterator[Sum]:
    """Yield the differences that the words claim: 本年 A，上年 B，增加 C; also of two rates in 百分点."""
    for entries in ledger.by_paragraph.values():
        for index, gap in enumerate(entries):
            points = gap.figure.is_rate and "百分点" in gap.figure.quote
            if re.match("主要(?:是|为|系|因)|其中", gap.lead) and gap.label.rest:
                continue  # 主要是救助支出增加 116 万元: another thing grew
            if (gap.figure.is_rate and not points) or not (
                _is_gap(gap)
                or (points and (gap.rate in ("up", "down") or re.search(r"[差低高]$|^的?[^\d]{0,6}目标$", gap.lead)))
            ):
                continue
            found = _difference(ledger, gap, entries[max(0, index - FAR) : index])
            if found is not None:
                now, then, trust = found
                sign = -1 if gap.rate == "up" or (not gap.rate and _rose(gap)) else 1
                yield Sum("增减额", (gap, now, then), trust, 1, signs=(1, sign, -sign))


def _difference(ledger: Ledger, gap: Entry, before: Sequence[Entry]) -> tuple[Entry, Entry, float] | None:
    """Return what a difference is between, and how sure the words are: of several pairs the one that gives it."""
    before = [
        one
        for one in before
        if one.base == gap.base
        and not (_is_gap(one) or _again(ledger, one))
        and (not gap.figure.is_rate or "百分点" not in one.figure.quote)
    ]
    priced = gap.per or bool(before and before[-1].per and _compared(ledger, before[-1]))
    before = [one for one in before if one.per == priced]
    if priced and not gap.per:  # what prices differ by is less than they are; what they come to in sum is not said
        before = [one for one in before if one.print.value > gap.print.value and one.figure.unit == gap.figure.unit]
    own = [one for one in before if one.sentence == gap.sentence and one.figure.depth <= gap.figure.depth][-4:]
    then = next((one for one in reversed(own) if is_old(ledger, one) or _compared(ledger, one)), None)
    now = next((one for one in reversed(own) if one is not then and _is_now(ledger, one)), None)
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
            if new is not old and _is_now(ledger, new) and gap.print.fits(abs(new.print.value - old.print.value)):
                return new, old, 2.0
    if now is None or then is None or (re.search(r"[比较](?:上年|去年)", gap.lead) and then.number != now.number + 1):
        return None  # 较上年减少 24 万元: what it was is not told, or of something else
    return now, then, 3.5 if abs(now.number - then.number) <= 2 else 1.0


def _is_now(ledger: Ledger, one: Entry) -> bool:
    """Return whether an entry may be what a figure came to: not what was before, was aimed at, or stands inside a rate."""
    return not (is_old(ledger, one) or _compared(ledger, one) or _aimed(ledger, one) or _of_rate(ledger, one))


def _compared(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is what another is held against: 比 X 的控制价低, 离 X 的目标差."""
    return bool(re.search(r"[比距离较][^，。;]{0,10}$", entry.lead)) and bool(
        re.match(r"[^，。;\d]{0,12}(?:差|低|高|少|多|节约|增|减|下降|提高|上升)", ledger.after(entry, 20))
    )


def _of_rate(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry stands inside the words of a rate: 完成预算 11 万元的 78%."""
    following = ledger.entries[entry.number + 1 : entry.number + 2]
    return bool(following) and following[0].figure.is_rate and ledger.after(entry, 1) == "的"


def _aimed(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is what was to be reached, not what was: 未达到 90% 的目标."""
    return bool(re.search(r"(?:目标|计划|任务|达到|不低于|不少于|≥|应为?)$", entry.lead)) or bool(
        re.match(r"以?上?的?(?:年度)?(?:目标|计划|任务|要求)", ledger.after(entry))
    )


def _said_before(ledger: Ledger, gap: Entry) -> Entry | None:
    """Return the last figure of the unit in the sentence before, where this one opens with 比上年."""
    earlier = [one for one in ledger.around(gap, FAR) if one.sentence[1] == gap.figure.sentence - 1]
    same = [one for one in earlier if one.base == gap.base and not one.prior and not one.per]
    return same[-1] if len(same) == 1 else None


_WAYS = re.compile(r"增|多|高|升|涨|超|减|少|低|降|差|节|压|缩")


def _rose(gap: Entry) -> bool:
    """Return whether a difference is told as a rise: by the last word that says which way."""
    found = last(_WAYS, gap.lead)
    return found is not None and found[0] in "增多高升涨超"


def is_old(ledger: Ledger, entry: Entry) -> bool:
    """Return whether the words give a figure as what was before: last year's, 由 A 到, 比 A 增加."""
    return (
        entry.prior
        or (bool(_FROM.search(entry.lead)) and bool(_TO.match(ledger.after(entry))))
        or bool(
            re.search(r"(?:[比较]|同比)(?:[^，。;]{0,10})(?:的|为)?$", entry.lead)
            and re.match(r"[^，。;]{0,3}(?:增|减|下降|提高|上升|增长|降|多|少)", ledger.after(entry))
        )
    )


def _is_gap(entry: Entry) -> bool:
    return bool(
        re.search(
            r"(?:增加|减少|增长|下降|多|少|压减|节约|提高|降低|增|差|低|高|超|超出|超过)(?:了|支出|收入|资金|额|年度?)?(?:目标|计划|任务)?(?:约)?$",
            entry.lead,
        )
    ) and not entry.kind.startswith("调")


def _shares(
    ledger: Ledger,
    rate: Entry,
    own: Sequence[Entry],
    before: Sequence[Entry],
    heads: Mapping[int, Term],
    totals: Totals,
) -> Iterator[Ratio]:
    """Yield shares: A，占 B 的 r (B before the rate, inside the words), else the last figure of what was named before."""
    made = ledger.paragraphs[rate.paragraph - 1]
    clause = re.split(r"[，。;:(\n]", made.flat[: rate.figure.span.start])[-1]
    inside = _inside(ledger, rate, clause, own)
    if inside is not None:
        earlier = [
            one for one in own if one.number < inside.number and one.base == inside.base and one.per == inside.per
        ]
        earlier = [one for one in earlier if not one.prior and not _is_gap(one)]
        if earlier:
            yield Ratio("占比", (rate, earlier[-1], inside), 4.0, 1)
        return
    inside_brackets = [
        one
        for one in ledger.around(rate, NEAR * 2)
        if one.number < rate.number and one.figure.depth and not one.figure.is_rate
    ]
    top = _part(rate, clause, own, before, inside_brackets)
    if top is None:
        return
    named = _SHARE_OF.search(clause)
    if named and re.match("[本该此]项目", named["of"]):
        own_spent = [one for one in reversed(before) if one.kind == "支出" and one.figure.is_money and not one.per]
        yield from (Ratio("占比", (rate, top, one), 3.0, 1) for one in own_spent[:1] if one is not top)
        return
    of = re.sub(r"^(?:的|本|全(?!部)|年度?|当年)+|的$", "", named["of"].strip()) if named else ""
    general = not of or bool(re.fullmatch(r"(?:总数|总额|全部|总量|总|合计|比|总人数|总户数|总面积)*", of))
    if general and isinstance(top, Entry) and top.number in heads:
        yield Ratio("占比", (rate, top, heads[top.number]), 4.0, 1)
    elif general and (common := _common(ledger, rate, top, totals)) is not None:
        yield Ratio("占比", (rate, top, common), 4.0, 1)
    owner = isinstance(top, Entry) and top.subject in ("基本支出", "项目支出") and top.kind in ("", "支出")
    if (
        general
        and owner
        and (whole := totals.known.get(("", "支出"))) is not None
        and top.print.value < whole.print.value
    ):
        yield Ratio("占比", (rate, top, whole), 2.5, 1)
    if of and not general and (total := totals.of(of)) is not None and top.print.value <= total.print.value:
        yield Ratio("占比", (rate, top, total), 3.5 if isinstance(total, Given) else 2.0, 1)
    taken = entries_of((top,))
    bottoms = [
        one
        for one in reversed(before)
        if one not in taken and one.base == taken[0].base and not one.per and not one.prior
    ]
    bottoms = [one for one in bottoms if _holds(one, top) and not _shared(ledger, one)]
    chosen = [one for one in bottoms if of and _about(one, of)]
    distant = False
    if len(of) >= 3 and not chosen and not general:
        far = [
            one for one in ledger.entries[: rate.number] if one.base == taken[0].base and not one.per and not one.prior
        ]
        chosen = [one for one in reversed(far) if _about(one, of) and one.print.value > top.print.value][:2]
        distant = True
    for n, bottom in enumerate(chosen or bottoms):
        alone = len(chosen or bottoms) == 1
        sure = 4.0 if chosen and alone else 3.0 if chosen else 0.5
        sure -= 2.5 if distant and len({one.print.value for one in chosen}) > 1 else 1.5 if distant else 0.0
        if general and alone and bottom.sentence == rate.sentence:
            sure = 4.0
        yield Ratio("占比", (rate, top, bottom), sure - n, max(1, len(bottoms)))


def _holds(whole: Entry, top: Term) -> bool:
    """Return whether a figure can be what a share is of: larger, or larger were its unit right (总投资1.86万元)."""
    slipped = whole.figure.unit in ("元", "万元") and re.search(r"总|概算|规模|规划", whole.lead)
    return whole.print.value * (10_000 if slipped else 1) > top.print.value


def _common(ledger: Ledger, rate: Entry, top: Term, known: Totals) -> Term | None:
    """Return what the other shares of the paragraph are of, where they agree: A，占 a%；B，占 b% of one total."""
    entries = ledger.around(rate, FAR)
    parts = [(a, b) for a, b in pairwise(entries) if b.rate == "share" and not a.figure.is_rate and b is not rate]
    base = entries_of((top,))[0].base
    parts = [(a, b) for a, b in parts if a.base == base]
    if not parts:
        return None
    totals = [one for one in entries if one.base == base and not one.per and not one.prior and one.number < rate.number]
    known_totals: list[Term] = [*reversed(totals), *(known.known.values() if base == "万元" else ())]
    for total in known_totals:
        others = [(a, b) for a, b in parts if a is not total]
        if others and total.print.value and all(b.print.fits(a.print.value / total.print.value) for a, b in others):
            return total
    return None


def _inside(ledger: Ledger, rate: Entry, clause: str, own: Sequence[Entry]) -> Entry | None:
    """Return the figure that stands between 占 and a share: 占预算 34 万元的 83%."""
    start = rate.figure.span.start
    if not own or own[-1].figure.span.start < start - len(clause):
        return None
    words = ledger.paragraphs[rate.paragraph - 1].flat[start - len(clause) : own[-1].figure.span.start]
    return own[-1] if "占" in words else None


def _part(
    rate: Entry, clause: str, own: Sequence[Entry], before: Sequence[Entry], inside: Sequence[Entry]
) -> Entry | Given | None:
    """Return what a share is of: what the words name, the last two where they say 两项, else the figure before.

    `inside` are the figures in brackets before, which are taken only by name.
    """
    counted = [one for one in own if not one.per and not one.figure.spelled]
    if not counted:
        return None
    together = re.search(r"([两二三四五])[项者类]", clause)
    if together and (n := "〇一二三四五".find(together[1].replace("两", "二"))) <= len(counted):
        return _sum_of(counted[-n:])
    named = re.match(r"(?:其中)?(.{2,14}?)占", clause.strip())
    if named is None or re.search(r"[项者类]$", named[1]):
        return counted[-1] if counted[-1].segment == rate.segment else None
    words = re.sub(r"[“”\"]", "", named[1])[-4:]
    return next((one for one in reversed([*inside, *before]) if not one.per and words in one.lead), None)


def _sum_of(entries: Sequence[Entry]) -> Given:
    """Return several figures taken together."""
    value = sum((one.print.value for one in entries), Decimal(0))
    words = f"（{'＋'.join(str(one.figure.number) for one in entries)}）"
    first = entries[0].print
    return Given(first._replace(value=value, number=value / first.scale), words, "", tuple(entries))


def _shared(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is itself told as a share, and so is one of several: A，占 a%；B，占 b%."""
    following = ledger.entries[entry.number + 1 : entry.number + 2]
    return bool(following) and following[0].rate == "share" and following[0].paragraph == entry.paragraph


def _about(entry: Entry, words: str) -> bool:
    """Return whether an entry is what the words name: its subject or the last characters of its lead stand in them."""
    if entry.subject and entry.subject in words:
        return True
    name = re.sub(r"(?:共|为|达到?|有|数|总)+$", "", re.sub(r"[^\w]", "", entry.lead))
    return len(name) >= 2 and (name[-4:] in words or (len(words) >= 2 and words[-4:] in name))


def _of_account(ledger: Ledger, rate: Entry, made: Sequence[Account]) -> Iterator[Ratio]:
    """Yield 支出 ÷ 预算 of the account that the rate stands in."""
    if re.search(r"其中[^，。;]{2,}|总体|整体|综合|平均", rate.lead) or len(rate.label.rest) >= 4:
        return  # another's rate, told in passing, or that of all of them
    if not re.search(r"执行率|支出率|支付率|进度|完成率|使用率|控制率", rate.lead) and rate.rate != "degree":
        return
    for account in made:
        bottom = account.start if "年初" in rate.lead else account.budget
        if account.spent is None or bottom is None or account.entries[0].paragraph != rate.paragraph:
            continue
        last = account.entries[-1]
        if account.spent.segment != rate.segment and _has_own(ledger, rate):
            continue
        item = account.project and last.block is rate.block
        if not item and rate.sentence != account.spent.sentence:
            continue
        trust = 4.0 if item or account.spent.segment == rate.segment else 3.0
        start = account.start if account.start is not bottom else None
        yield Ratio("预算执行率", (rate, account.spent, bottom), trust, 1, other=start, said="年初预算")


def _has_own(ledger: Ledger, rate: Entry) -> bool:
    """Return whether an amount stands before a rate between the semicolons around it: of that it is, not of one before."""
    near = ledger.around(rate, NEAR)
    return any(one.segment == rate.segment and one.number < rate.number and one.figure.is_money for one in near)


def _of_project(ledger: Ledger, rate: Entry, own: Sequence[Entry], named: Totals) -> Iterator[Ratio]:
    """Yield what a project spent over its budget, where that stands elsewhere: 仅支出 87.5 万元，为该项目全年预算的 r."""
    found = re.search(r"(?:项目|全年|年初)(?:预算|总?概算)", _said(ledger, rate))
    top = next((one for one in reversed(own) if one.figure.is_money and not one.prior), None)
    account = named.project(top.label.name) if found and top is not None else None
    if account is None or top is None:
        return
    bottom = account.start if "年初" in found[0] and account.start else account.budget  # type: ignore[index]
    if bottom is not None:
        yield Ratio("预算执行率", (rate, top, bottom), 3.0, 1)


def _of_name(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield a rate of what it is named for and what the sentences before tell: 多发 8940 元…。已追回 6720 元，追回率 r."""
    root = _root(rate)
    tops = [one for one in own if root and root in one.lead and not one.per]
    for top in tops[-1:]:
        other = ledger.entries[top.number - 1] if top.number else top
        beside = other.sentence == top.sentence and other.base != top.base and other.print.value > top.print.value
        counted = not any(one.figure.is_money or one.per or one.prior for one in (top, other))
        if beside and counted and _counts(rate, other):
            yield Ratio("比率", (rate, top, other), 1.5, 1)  # 床位 2460 张，入住 1353 人，入住率 55%
        near = [one for one in ledger.around(rate, NEAR) if one.number < top.number and one.base == top.base]
        near = [one for one in near if rate.figure.sentence - one.figure.sentence in (1, 2) and _counts(rate, one)]
        near = [
            one for one in near if one.print.value >= top.print.value and not (one.per or one.prior or _is_gap(one))
        ]
        for bottom in reversed(near[-3:]):
            yield Ratio("比率", (rate, top, bottom), 2.0 if len(near) == 1 else 1.0, max(1, len(near[-3:])))


def _degrees(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield quotients of neighbouring figures of one unit: 受理 B，办结 A，办结率 r; 完成 A，占计划 B 的 r."""
    own = [one for one in own if not _is_gap(one)]
    pairs = []
    for b in range(len(own) - 1, -1, -1):
        for a in range(b - 1, -1, -1):
            one, other = own[a], own[b]
            if one.base == other.base and one.per == other.per and one.prior == other.prior:
                pairs.append((len(own) - 1 - b + (b - a - 1), one, other))
    pairs.sort(key=lambda entry: entry[0])
    for distance, one, other in pairs[:6]:
        clear = distance == 0 and len(pairs) == 1
        if re.search(r"(?<![不未])(?:合格率|达标率|准确率|及时率)", rate.lead):
            wrong = next((a for a in (one, other) if re.search(r"[不未]合格|[不未]达标|超期|差错", a.lead)), None)
            if wrong is not None:
                yield Ratio("比率", (rate, wrong, other if wrong is one else one), 2.0, 2, change=-1)
                continue
        if _LEFT_RATE.search(rate.lead):  # what is saved of the budget, not what is spent
            high, low = (one, other) if one.print.value >= other.print.value else (other, one)
            yield Ratio("比率", (rate, low, high), 2.0 if clear else 0.5, len(pairs), change=-1)
            continue
        for top, bottom in ((other, one), (one, other)):
            if _rated(ledger, top, rate):
                continue
            likely = _likely(rate, top, bottom)
            if rate.figure.depth > top.figure.depth and not _TARGET.search(bottom.lead):
                likely -= 3.0  # a rate in brackets behind its figure: the other need not be what it is of
            trust = (1.5 if clear else 0.0) + (1.0 if rate.rate == "degree" else 0.0) + likely - distance
            kind = "完成率" if rate.rate == "degree" else "比率"
            yield Ratio(kind, (rate, top, bottom), trust, 2 * len(pairs), capped=kind == "完成率" and likely >= 1)


_LEFT_RATE = re.compile(r"(?:节约|节支|审减|核减|结余|空编|缺编|下浮)(?:资金)?率")


def _rated(ledger: Ledger, entry: Entry, rate: Entry) -> bool:
    """Return whether an entry has a rate of its own behind it: 甲 5 万元（执行率 99%），乙 3 万元（执行率 98%）."""
    following = ledger.entries[entry.number + 1 : entry.number + 2]
    return (
        bool(following)
        and following[0].figure.is_rate
        and following[0] is not rate
        and following[0].sentence == rate.sentence
    )


_TARGET = re.compile(
    r"目标|任务|计划|应[^有急收]|预计|≥|≤|不低于|不少于|概算|预算|总投资|需|拟|受理|接[到收]|核定|编制|合同"
)
_ROOTS = {
    "办结": "结案",
    "结案": "办结",
    "就业": "上岗",
    "成功": "调成",
    "回收": "收回",
    "收回": "回收",
    "整改": "完成",
}
_DONE = re.compile(r"完成|实际|已|建成|办结|达到|实现|支出|执行|处置|整改|化解|支付|在职|回复|采纳|合格|按时")


def _likely(rate: Entry, top: Entry, bottom: Entry) -> float:
    """Return, in bits, how well the words tell which of two figures was to be done and which was done."""
    out = 0.0
    out += 1.0 if _TARGET.search(bottom.lead) or bottom.figure.comparator else 0.0
    out += 1.0 if _DONE.search(top.lead) else 0.0
    out -= 2.0 if _TARGET.search(top.lead) and not _DONE.search(top.lead) else 0.0
    if named := re.search(r"年初|全年", rate.lead):  # what it is of is said: 为年初预算的
        out += 0.0 if not bottom.kind else 1.0 if bottom.kind.startswith(named[0]) else -4.0
    out -= 4.0 if "执行率" in rate.lead and bottom.kind == "支出" else 0.0
    root = _root(rate)
    out += 3.0 if root and (root in top.lead or _ROOTS.get(root, "无") in top.lead) and root not in bottom.lead else 0.0
    out += 2.5 if "控制" in rate.lead and "编" in bottom.lead and re.search(r"在职|在编|在岗|实有", top.lead) else 0.0
    return out


def _root(rate: Entry) -> str:
    """Return what a rate is named for: 办结 of 信访办结率."""
    return re.sub(r"(?:率|进度|为|达|到|了|均)+$", "", re.sub(r"[^\w]", "", rate.lead))[-2:]


def prices(ledger: Ledger) -> Iterator[list[Ratio]]:
    """Yield for each price or average the counts and amounts of its sentence that may give it: price ＝ amount ÷ count."""
    for entries in segments(ledger):
        for entry in entries:
            if (
                not entry.per
                or re.search(r"[比较低高]|控制价|分别", entry.lead)
                or entry.figure.is_rate
                or not entry.print.value
            ):
                continue
            made = _priced(ledger, entry, _with_before(ledger, entries, entry))
            pairs = [made] if made is not None else list(_triples(ledger, entry, entries))
            if pairs:
                yield pairs


def _with_before(ledger: Ledger, segment: Sequence[Entry], price: Entry) -> Sequence[Entry]:
    """Return a segment, with the count of the sentence before where the price opens it: 采稿3126条。按每条40元，共…"""
    if segment[0] is not price:
        return segment
    word = _word(price)
    earlier = [one for one in ledger.around(price, NEAR) if one.number < price.number and not _is_gap(one)]
    earlier = [one for one in earlier if word and word in one.figure.unit and price.segment - one.segment <= 2]
    return [*earlier, *segment] if len(earlier) == 1 else segment


_YEARLY = re.compile(r"(?:全年|一年|年度?)(?:共|合计|支付|支出|计|为)*")
_MAKES = re.compile(r"^(?:合?共?小?计|共|合计|总计|金额|折合)?(?:支付|支出|发放|补助|补贴|资金|金额|为)*$")


def _priced(ledger: Ledger, price: Entry, segment: Sequence[Entry]) -> Ratio | None:
    """Return what is told in one breath: 3650吨，每吨180元，计65.70万元; the bracket of an amount: 3.5万元（5人，每人7000元）."""
    at = segment.index(price)
    word = _word(price)
    before = segment[at - 1] if at else None
    following = segment[at + 1] if at + 1 < len(segment) else None
    if following is not None and re.fullmatch(r"[^每]*每月", price.lead) and _YEARLY.fullmatch(following.lead):
        same = following.base == price.base and following.figure.depth == price.figure.depth and not following.per
        year: Term = Given(Print(Decimal(12), Decimal(1), Decimal(12), Decimal(1), money=False), "12个月")
        if before is not None and before.base in _PEOPLE and before.figure.depth == price.figure.depth:
            year = next(iter(_counted(price, before, [])), year)
        return Ratio("单价", (price, following, year), 4.0, 1, exact=True) if same else None
    if (
        before is None
        or before.base == price.base
        or before.figure.is_rate
        or before.prior
        or before.print.value == 1  # each has one
        or "均" in price.lead
    ):
        return None
    prefix = re.match(r"([^\W\d每]{2,6})每", price.lead)
    if prefix is not None:  # 新建82户、修缮123户，新建每户补助…
        named = [one for one in segment[:at] if prefix[1] in one.lead and _named(ledger, one, word)]
        before = named[-1] if named else before
    if not _named(ledger, before, word) and not (re.match(r"(?:每|单价)", price.lead) and not word):
        return None
    amount = segment[at + 1] if at + 1 < len(segment) else None
    if amount is not None and amount.base == price.base and not amount.per and _MAKES.match(amount.lead):
        months = re.search(r"每?月", price.lead)
        open_ = [n for n, one in enumerate(segment[:at]) if one.per and one.base == price.base]
        open_ = [n for n in open_ if segment[n + 1].base != price.base or segment[n + 1].per]
        if open_ and re.search("计|共", amount.lead):
            return None  # 检测6座，每座3万元，加固2座，每座35.1万元，合计88.2万元: of both
        opened = before.figure.depth == price.figure.depth - 1 and bool(
            re.match(r"[^，。;、\d]{0,3}\(", ledger.after(before, 4))
        )
        same = amount.figure.depth == price.figure.depth and (opened or before.figure.depth == price.figure.depth)
        if same and not months and amount.sentence == price.sentence and not _times_more(ledger, before, price):
            return Ratio("单价", (price, amount, before), 4.5, 1, exact=True)
    return None


def _times_more(ledger: Ledger, count: Entry, price: Entry) -> bool:
    """Return whether a price is told by more than its count: 每人每次, 每生每学期, 每户每年 of several."""
    return len(re.findall("每", price.lead)) > 1 and not re.search(r"每(?:人|户|名|生)每年", price.lead)


def _word(price: Entry) -> str:
    """Return what a price is of: 吨 of 每吨, "" where it does not say."""
    found = last(_UNIT_WORD, price.lead)
    return next((group for group in found.groups() if group), "") if found else ""


def _named(ledger: Ledger, count: Entry, word: str) -> bool:
    """Return whether a count is of what a price is of: 35个村 of 每村."""
    if len(word) > 1:
        return count.figure.unit.endswith(word)
    return bool(word) and (
        word in count.figure.unit
        or (word in "人生" and count.base in _PEOPLE)
        or (word in _before_unit(count) and not re.search("[就用聚供配]餐", count.lead))
        or ledger.after(count, 2).startswith(word)
    )


def per_head(filing: Filing, ledger: Ledger, named: Totals) -> Iterator[list[Ratio]]:
    """Yield what an expense comes to per head of the staff: 在职人员人均公用经费 1.55 万元."""
    staff = filing.staff.actual
    for entry in ledger.entries:
        if not entry.per or entry.subject not in ("公用经费", "人员经费", "基本支出") or not staff or entry.prior:
            continue
        top = named.known.get((entry.subject, "支出"))
        if top is not None and re.search(r"人均", entry.lead) and not re.search(r"编制|退休", entry.lead):
            cell = given(filing, "staff.actual", staff, "count")
            yield [Ratio("单价", (entry, top, cell), 2.0, 1)]


def segments(ledger: Ledger) -> Iterator[list[Entry]]:
    """Yield the entries between two semicolons or full stops."""
    for entries in ledger.by_paragraph.values():
        for _, group in groupby(entries, key=lambda entry: entry.segment):
            yield list(group)


_UNIT_WORD = re.compile(
    r"每一?(千瓦时|千瓦|兆瓦|平方米|立方米|平方公里|公里|公斤|公顷|人次|件次|班次|[^\W\d月日年季周天学])|([^\W\d平])均|[/每](人|户|亩|㎡|吨|公里|辆|台|次|生|件|床|座|个|盏|名|份|册|场|村|所)"
)


def _spent_before(ledger: Ledger, price: Entry) -> list[Entry]:
    """Return what the item spent, where its price is told after: 支出21.36万元…，参审1068件次，按每件次200元."""
    near = [one for one in ledger.around(price, NEAR * 2) if one.number < price.number and one.block is price.block]
    spent = [
        one for one in near if one.kind == "支出" and one.figure.is_money and not (one.prior or one.per or one.subject)
    ]
    return spent if len(spent) == 1 and price.segment - spent[0].segment <= 2 else []


def _counted_before(ledger: Ledger, price: Entry, word: str) -> list[Entry]:
    """Return the count that the segment before a price tells, alone or as the total of the others: 2760人次；平均每人次240元."""
    near = [one for one in ledger.around(price, NEAR) if one.number < price.number and one.base != price.base]
    near = [one for one in near if price.segment - one.segment == 1 and _named(ledger, one, word)]
    near = [one for one in near if not (_is_gap(one) or one.prior or one.figure.is_rate)]
    rest = sum((one.print.value for one in near[1:]), Decimal(0))
    return near[:1] if len(near) == 1 or (near and near[0].print.value == rest) else []


_SET = re.compile(r"^按|标准|定额|补助|补贴|津贴|工资|单价")
_NO_COUNT = ("年", "分", "周", "岁", "期")


def _triples(ledger: Ledger, price: Entry, segment: Sequence[Entry]) -> Iterator[Ratio]:
    entries = [one for one in segment if abs(one.number - price.number) <= NEAR * 2]
    at = entries.index(price)
    amounts = [one for one in entries if one is not price and one.base == price.base and not one.per and not one.prior]
    amounts = [one for one in amounts if not _is_gap(one) and one.kind in ("", "支出", "收入")]
    from_afar = not amounts
    if from_afar:
        amounts = _spent_before(ledger, price)
        entries = [*amounts, *entries]
        at = entries.index(price)
    shared = len(amounts) < sum(one.per for one in entries)  # one amount of several prices
    counts = [one for one in entries if one.base != price.base and not one.figure.is_rate and one.figure.unit]
    word = _word(price)
    counts = [one for one in counts if one.print.value and (one.base not in _NO_COUNT or one.base == word)]
    if word and not any(_named(ledger, one, word) for one in counts):
        counts = _counted_before(ledger, price, word) or counts
        entries = [*(one for one in counts if one not in entries), *entries]
        at = entries.index(price)
    everything = counts
    named = [one for one in counts if _named(ledger, one, word)]
    counts = named or ([one for one in counts if not one.figure.spelled] if not word else [])
    average = bool(re.search(r"平均|均(?!价)|均价", price.lead)) or price.figure.depth > 0
    ranked: list[tuple[float, Entry, Entry | Given]] = []
    for amount in amounts:
        for count in counts:
            places = sorted((entries.index(amount), entries.index(count), at))
            before = entries.index(amount) < at
            beside = not before and bool(
                re.match(r"[^，。;、\d]{0,6}\)\s?[^，。;、\d]{0,4}$", ledger.between(price, amount))
            )
            if price.figure.depth > amount.figure.depth and not before and not beside:
                continue
            if _times_more(ledger, count, price) and re.search("每[天日次学]", price.lead):
                continue  # 每生每天 3 元: of how many days is not told here
            gap = places[2] - places[0] - 2 + (0.5 if before != average and not beside else -0.6 if beside else 0.0)
            ranked += [(gap + more, amount, one) for more, one in enumerate(_counted(price, count, everything))]
    ranked.sort(key=lambda one: one[0])
    least = ranked[0][0] if ranked else 0.0
    for gap, amount, one in ranked[:12]:
        rivals = sum(other <= least + 0.5 for other, _, _ in ranked)
        trust = (2.0 if named else 0.0) + (2.0 if rivals == 1 else 0.0) - gap
        trust -= (2.5 if shared else 0.0) + (2.5 if from_afar else 0.0)
        trust -= 2.0 if one.print.value == 1 else 0.0  # 每村1名 is no count of what is paid
        trust -= 2.0 if any(term.figure.spelled for term in entries_of((one,))) else 0.0
        yield Ratio("单价", (price, amount, one), trust, rivals, exact=bool(_SET.search(price.lead)) and not average)


def _counted(price: Entry, count: Entry, counts: Sequence[Entry]) -> Iterator[Entry | Given]:
    """Yield a count, and what it may be taken with: the months of a monthly price (twelve, where none are told), a second count beside it."""
    if re.search(r"每?月", price.lead) and not re.search(r"月", count.lead + count.figure.unit):
        told = next((one for one in counts if "月" in one.figure.unit), None)
        months = told.print.value if told else Decimal(12)
        print_ = count.print._replace(value=count.print.value * months, number=count.print.number * months)
        yield Given(print_, f"（{count.figure.number}×{months:f}个月）", "", (count, told) if told else (count,))
        return
    yield count
    times = next(
        (one for one in counts if one is not count and one.figure.spelled and one.base not in count.base), None
    )
    if times is None:
        times = next(
            (
                one
                for one in counts
                if one is not count and one.base in ("天", "工作日", "个工作日", "个月", "次", "学期")
            ),
            None,
        )
    if times is not None and times.print.value <= 366:
        value = count.print.value * times.print.value
        words = f"（{count.figure.number}×{times.print.value}）"
        yield Given(count.print._replace(value=value, number=value), words, "", (count,))
    at = counts.index(count)
    if at + 1 < len(counts) and counts[at + 1].base == count.base:
        both = count.print.value + counts[at + 1].print.value
        words = f"（{count.figure.number}＋{counts[at + 1].figure.number}）"
        yield Given(count.print._replace(value=both, number=both), words, "", (count, counts[at + 1]))


_PEOPLE = ("人", "名", "人次")


def _before_unit(count: Entry) -> str:
    """Return the last character before a number: 村 of 35个村 stands after, 户 of 户数120 before."""
    return count.lead[-2:]
