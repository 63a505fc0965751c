"""Prices and averages that the words claim, with the amounts and counts that can give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.narrative.cells import given
from workbook.narrative.hints import NEAR, is_gap, is_monthly
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.printed import Print
from workbook.narrative.relations import Given, Ratio, Term, entries_of
from workbook.narrative.text import last
from workbook.narrative.totals import Totals


def prices(ledger: Ledger) -> Iterator[list[Ratio]]:
    """Yield for each price or average the counts and amounts of its sentence that may give it: price ＝ amount ÷ count."""
    for entries in segments(ledger):
        for entry in entries:
            if (
                not (entry.per or is_monthly(entry))
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
    word = word_of(price)
    earlier = [one for one in ledger.around(price, NEAR) if one.number < price.number and not is_gap(one)]
    earlier = [one for one in earlier if word and word in one.figure.unit and price.segment - one.segment <= 2]
    return [*earlier, *segment] if len(earlier) == 1 else segment


_YEARLY = re.compile(r"(?:全年|一年|年度?)(?:共|合计|支付|支出|计|为)*")
_MAKES = re.compile(r"^(?:合?共?小?计|共|合计|总计|金额|折合)?(?:支付|支出|发放|补助|补贴|资金|金额|为)*$")


def _priced(ledger: Ledger, price: Entry, segment: Sequence[Entry]) -> Ratio | None:
    """Return what is told in one breath: 3650吨，每吨180元，计65.70万元; the bracket of an amount: 3.5万元（5人，每人7000元）."""
    at = segment.index(price)
    word = word_of(price)
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
        named = [one for one in segment[:at] if prefix[1] in one.lead and names(ledger, one, word)]
        before = named[-1] if named else before
    if not names(ledger, before, word) and not (re.match(r"(?:每|单价)", price.lead) and not word):
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


def word_of(price: Entry) -> str:
    """Return what a price is of: 吨 of 每吨, "" where it does not say."""
    found = last(_UNIT_WORD, price.lead)
    return next((group for group in found.groups() if group), "") if found else ""


def names(ledger: Ledger, count: Entry, word: str) -> bool:
    """Return whether a count is of what a price is of: 35个村 of 每村."""
    if len(word) > 1:
        return count.figure.unit.endswith(word)
    return bool(word) and (
        word in count.figure.unit
        or count.figure.unit in _UNITS_OF.get(word, ())
        or (word in "人生" and count.base in _PEOPLE)
        or (word in _before_unit(count) and not re.search("[就用聚供配]餐", count.lead))
        or ledger.after(count, 2).startswith(word)
        or (word == "村" and bool(re.match("(?:个)?(?:行政|自然|建制|脱贫)村", ledger.after(count, 4))))
    )


_UNITS_OF = {"车": ("辆", "台"), "船": ("艘",), "校": ("所",), "畜": ("头",), "树": ("株", "棵")}


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
    near = [one for one in near if price.segment - one.segment == 1 and names(ledger, one, word)]
    near = [one for one in near if not (is_gap(one) or one.prior or one.figure.is_rate)]
    if len(near) == 1 and re.search("不合格|不达标|问题", near[0].lead):
        return []  # 检出不合格 43 批次…。抽检费用 175.68 万元，平均每批次 960 元: of all that were tried
    rest = sum((one.print.value for one in near[1:]), Decimal(0))
    return near[:1] if len(near) == 1 or (near and near[0].print.value == rest) else []


_SET = re.compile(r"^按|标准|定额|补助|补贴|津贴|工资|单价")
_NO_COUNT = ("年", "分", "周", "岁", "期")


def _triples(ledger: Ledger, price: Entry, segment: Sequence[Entry]) -> Iterator[Ratio]:
    entries = [one for one in segment if abs(one.number - price.number) <= NEAR * 2]
    at = entries.index(price)
    amounts = [one for one in entries if one is not price and one.base == price.base and not one.per and not one.prior]
    amounts = [one for one in amounts if not is_gap(one) and one.kind in ("", "支出", "收入")]
    from_afar = not amounts
    if from_afar:
        amounts = _spent_before(ledger, price)
        entries = [*amounts, *entries]
        at = entries.index(price)
    shared = len(amounts) < sum(one.per for one in entries)  # one amount of several prices
    counts = [one for one in entries if one.base != price.base and not one.figure.is_rate and one.figure.unit]
    word = word_of(price)
    counts = [one for one in counts if one.print.value and (one.base not in _NO_COUNT or one.base == word)]
    if word and not any(names(ledger, one, word) for one in counts):
        counts = _counted_before(ledger, price, word) or counts
        entries = [*(one for one in counts if one not in entries), *entries]
        at = entries.index(price)
    everything = counts
    named = [one for one in counts if names(ledger, one, word)]
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
