"""Shares that the words claim, alone or told in one row, with what they may be of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from workbook import patterns as re
from workbook.narrative.hints import FAR, NEAR, about, again, is_gap
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.relations import Given, Ratio, Sum, Term, entries_of
from workbook.narrative.totals import Totals
from workbook.narrative.words import read_label

_SHARE_OF = re.compile(r"占(?!地|用|道|有)(?P<of>[^，。;\d]{0,20}?)(?:\d|的|$)")


def heads_of(totals: Sequence[Sum]) -> dict[int, Term]:
    """Return for each part of a total that comes out (by number) the total."""
    return {
        part.number: total.terms[0]
        for total in totals
        if total.holds
        for part in total.terms[1:]
        if isinstance(part, Entry) and total.terms[0].print.unit <= 10 * part.print.unit
    }


def shared_out(ledger: Ledger, totals: Sequence[Sum], named: Totals) -> Iterator[list[Ratio]]:
    """Yield the shares that are told in one row after their figures: A、B、C，分别占 a%、b%、c%."""
    heads = heads_of(totals)
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
                if not one.figure.is_rate
                and not one.per
                and one.base == entries[at - 1].base
                and not again(ledger, one)
            ]
            tops = tops[-len(row) :] if at else []
            if len(row) < 2 or len(tops) != len(row):
                continue
            said = re.search(r"占([^，。;]{3,12}?)的?(?:比[重例])?(?:分别|依次)", first.lead)
            base = named.of(said[1]) if said else None
            if said and base is None:
                base = next((one for _, one in bases(ledger, first, tops[0], said[1])), None)
            whole = base or next((heads[top.number] for top in tops if top.number in heads), None)
            whole = whole or _whole_of(tops, entries, named)
            if whole is None:
                yield from _all_but_one(row, tops)
                continue
            made = [
                Ratio("占比", (rate, top, base or heads.get(top.number, whole)), 3.5, 1)
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


def shares(
    ledger: Ledger,
    rate: Entry,
    own: Sequence[Entry],
    before: Sequence[Entry],
    heads: Mapping[int, Term],
    totals: Totals,
) -> Iterator[Ratio]:
    """Yield shares: A，占 B 的 r (B before the rate, inside the words), else the last figure of what was named before."""
    made = ledger.paragraphs[rate.paragraph - 1]
    clause = re.split(r"[，。;:(\n]|(?<=%)[、和]", made.flat[: rate.figure.span.start])[-1]
    if not clause.strip():
        return  # 分别为54.00%和46.00%: told in a row
    inside = _inside(ledger, rate, clause, own)
    if inside is not None:
        earlier = [
            one for one in own if one.number < inside.number and one.base == inside.base and one.per == inside.per
        ]
        earlier = [one for one in earlier if not one.prior and not is_gap(one)]
        whole = heads.get(earlier[-1].number) if earlier else None
        if isinstance(whole, Entry) and whole.sentence == rate.sentence:  # 采购86.40万元，其中…，占预算90万元的96%
            yield Ratio("占比", (rate, whole, inside), 4.0, 1)
        if earlier:
            yield Ratio("占比", (rate, earlier[-1], inside), 4.0 if whole is None else 2.0, 1)
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
        item = [one for one in ledger.around(rate, FAR) if one.number < rate.number and one.block is rate.block]
        spent = [
            one for one in reversed(item) if one.kind == "支出" and one.figure.is_money and not (one.per or one.prior)
        ]
        yield from (Ratio("占比", (rate, top, one), 3.0, 1) for one in spent[:1] if one is not top)
        return
    said = re.sub(r"^的|的$|[^\w]", "", named["of"]) if named else ""
    of = re.sub(r"^(?:的|本|全(?!部)|年度?|当年)+", "", said)
    inside_of = (
        re.match(r"(?:其中)?([^\W\d]{2,12}?)(?<![其集当])中(?![央小学医心])", top.lead)
        if not of and isinstance(top, Entry)
        else None
    )
    if inside_of is not None:  # 专任教师中“双师型”96人，占63.16%
        said = of = inside_of[1]
    general = not of or bool(re.fullmatch(r"(?:总数|总额|全部|总量|总|合计|比|总人数|总户数|总面积)*", of))
    common = _common(ledger, rate, top, totals) if general else None
    if general and isinstance(top, Entry) and top.number in heads:
        agreed = common is not None and common.print.value == heads[top.number].print.value
        yield Ratio("占比", (rate, top, heads[top.number]), 4.0, 1, complete=agreed)
    elif common is not None:
        yield Ratio("占比", (rate, top, common), 4.0, 1, complete=_in_series(ledger, rate, common) > 1)
    elif general and isinstance(top, Entry) and (whole := _whole_of_row(ledger, top, totals)) is not None:
        yield Ratio("占比", (rate, top, whole), 3.5, 1, complete=True)
    owner = isinstance(top, Entry) and top.subject in ("基本支出", "项目支出") and top.kind in ("", "支出")
    if (
        general
        and owner
        and (whole := totals.known.get(("", "支出"))) is not None
        and top.print.value < whole.print.value
    ):
        yield Ratio("占比", (rate, top, whole), 2.5, 1)
    if (
        said not in ("年初", "全年")
        and not general
        and (total := totals.of(said)) is not None
        and top.print.value <= total.print.value
    ):
        for n, one in enumerate((top, *_head_of(ledger, rate, top, heads))):
            yield Ratio("占比", (rate, one, total), (3.5 if isinstance(total, Given) else 2.0) - n, 1)
    taken = entries_of((top,))
    bottoms = [
        one
        for one in reversed(before)
        if one not in taken and one.base == taken[0].base and not one.per and not one.prior
    ]
    bottoms = [one for one in bottoms if _holds(one, top)]
    chosen = [one for one in bottoms if of and about(one, of)]
    bottoms = [one for one in bottoms if one in chosen or not _shared(ledger, one)]
    found = [] if chosen or general else list(bases(ledger, rate, top, said))
    if found:
        tops = [top, *_head_of(ledger, rate, top, heads)]
        for trust, base in found:
            yield from (Ratio("占比", (rate, one, base), trust - n, 1) for n, one in enumerate(tops))
        return
    for n, bottom in enumerate(chosen or bottoms):
        alone = len(chosen or bottoms) == 1
        sure = 4.0 if chosen and alone else 3.0 if chosen else 0.5
        if general and alone and bottom.sentence == rate.sentence:
            sure = 4.0
        yield Ratio("占比", (rate, top, bottom), sure - n, max(1, len(bottoms)))


def _of_topic(entry: Entry, subject: str) -> bool:
    """Return whether an entry is the whole of a subject that its item named: 1.基本支出。…共支出1021.68万元."""
    bare = not entry.subject and bool(re.fullmatch("(?:共|合计|总计|全年|本年|当年|实际)*支出", entry.lead))
    return bool(subject) and bare and entry.topic == subject


def _made_with(ledger: Ledger, top: Term, wholes: Sequence[Entry]) -> Entry | None:
    """Return of several figures of one name the one that a part and a figure beside it make up: 人员 A，公用 B of 基本支出."""
    part = entries_of((top,))[0]
    beside = [one for one in ledger.around(part, NEAR) if one.base == part.base and one.sentence == part.sentence]
    sums = {part.print.value + one.print.value for one in beside if one is not part}
    return next((one for one in wholes if one.print.value in sums), None)


_OF_ALL = re.compile(r"(?:全?部门|单位)?(?:汇总|合计)(?:数|支出|总数|总额)?|全部门(?:支出)?")


def bases(ledger: Ledger, rate: Entry, top: Term, of: str) -> Iterator[tuple[float, Entry]]:
    """Yield what is named as that which a rate is of, wherever it stands before, with how sure: of the paragraph, of the report."""
    first = entries_of((top,))[0]
    if _OF_ALL.fullmatch(of):  # 局本级三公经费 38.15 万元，占部门汇总数的 62.07%
        words = [one for one in ledger.around(rate, FAR) if one.number < first.number and one.base == first.base]
        words = [one for one in words if one.kind in ("", "支出") and not (one.per or one.prior) and _holds(one, top)]
        same = [one for one in words if (one.subject or one.topic) == (first.subject or first.topic)]
        yield from ((2.5, one) for one in same if "本级" not in one.lead and one.kind == "支出")
        return
    earlier = [one for one in ledger.entries[: rate.number] if one.base == first.base and not (one.per or one.prior)]
    earlier = [one for one in earlier if _holds(one, top) and one not in entries_of((top,)) and not is_gap(one)]
    subject = read_label(of).subject
    earlier = [
        one for one in reversed(earlier) if (about(one, of) or _of_topic(one, subject)) and f"{of}中" not in one.lead
    ]
    near = [one for one in earlier if one.paragraph == rate.paragraph]
    if near:
        exact = [one for one in near if re.sub(r"[^\w]", "", one.lead).endswith(of)]
        values = {one.print.value for one in (exact or near)}
        yield from (
            (3.0 - n, one) for n, one in enumerate((exact or near)[:2] if len(values) > 1 else (exact or near)[:1])
        )
    elif len(of) >= 3:
        values = {one.print.value for one in earlier}
        made = _made_with(ledger, top, earlier)
        if made is not None:
            yield 3.5, made
            return
        yield from ((2.5 if len(values) == 1 else 1.5 - n, one) for n, one in enumerate(earlier[: min(2, len(values))]))


def _head_of(ledger: Ledger, rate: Entry, top: Term, heads: Mapping[int, Term]) -> list[Entry]:
    """Return the total of the row that ends right before a share: 公用经费 A，由 B、C 和 D 组成，占基本支出的 r."""
    whole = heads.get(top.number) if isinstance(top, Entry) else None
    return [whole] if isinstance(whole, Entry) and whole.sentence == rate.sentence else []


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


def _in_series(ledger: Ledger, rate: Entry, whole: Term) -> int:
    """Return how many other shares of the sentence are of a total."""
    near = [one for one in ledger.around(rate, FAR) if one.sentence == rate.sentence]
    parts = [(a, b) for a, b in pairwise(near) if b.rate == "share" and b is not rate and not a.figure.is_rate]
    return sum(b.print.fits(a.print.value / whole.print.value) for a, b in parts)


def _whole_of_row(ledger: Ledger, top: Entry, totals: Totals) -> Term | None:
    """Return the named total that the row of amounts adds up to in which a part stands: 一般公共预算 A，基金 B，上年结转 C."""
    row = [one for one in ledger.sentences[top.sentence] if one.base == top.base and not (one.per or one.prior)]
    return _whole_of(row, [], totals) if len(row) > 2 and top in row and top.figure.is_money else None


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
    words = re.sub(r"[“”\"]|(?<=..)(?:支出|资金|收入)$", "", named[1])[-4:]
    money = bool(re.search("(?:支出|资金|收入|经费)$", named[1]))
    by_name = [one for one in reversed([*inside, *before]) if not (one.per or one.figure.spelled) and words in one.lead]
    by_name = [one for one in by_name if one.figure.is_money or not money]
    return next((one for one in by_name if one.lead.endswith(words)), by_name[0] if by_name else None)


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
