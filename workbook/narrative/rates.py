"""Rates that the words claim — degrees, execution, named rates — with the pairs of figures that can give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbook import patterns as re
from workbook.narrative.accounts import Account
from workbook.narrative.changes import changes
from workbook.narrative.hints import FAR, NEAR, again, counts, is_gap
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.printed import of_cell
from workbook.narrative.relations import Given, Ratio, Sum, Term
from workbook.narrative.shares import bases, heads_of, shares
from workbook.narrative.totals import Totals


def rates(ledger: Ledger, made: Sequence[Account], totals: Sequence[Sum], named: Totals) -> Iterator[list[Ratio]]:
    """Yield for each printed rate the pairs that it may be the quotient of, the likeliest first."""
    heads = heads_of(totals)
    for entries in ledger.by_paragraph.values():
        for index, entry in enumerate(entries):
            if entry.figure.is_rate and (entry.rate or _bare(ledger, entry)) and "百分点" not in entry.figure.quote:
                moved = list(_of_moves(ledger, entries, index, named))
                pairs = moved or [one for one in _pairs(ledger, entries, index, made, heads, named) if not _loose(one)]
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


def _of_total(rate: Entry, own: Sequence[Entry], named: Totals) -> Iterator[Ratio]:
    """Yield the change of a named total of which the sentence tells last year's figure alone: 其中基本支出上年3196万元，增长5.7%."""
    told = [one for one in own if one.figure.is_money and not one.per]
    if len(told) != 1 or not told[0].prior or not told[0].subject:
        return
    now = named.known.get((told[0].subject, "支出"))
    if now is not None and told[0].print.value:
        yield Ratio("增减幅度", (rate, now, told[0]), 3.0, 1, change=1 if rate.rate == "up" else -1)


def _is_result(ledger: Ledger, rate: Entry) -> bool:
    """Return whether a rate is what was reached of one aimed at: 满意度目标90%，完成91%."""
    before = ledger.entries[rate.number - 1] if rate.number else rate
    aimed = (
        before.figure.is_rate
        and before.sentence == rate.sentence
        and bool(re.search("(?:目标|计划|指标)值?(?:为|是)?$", before.lead))
    )
    return aimed and bool(re.fullmatch("(?:实际|已)?(?:完成|达到|实现)(?:值|了)?(?:为|是)?", rate.lead))


def _of_goal(ledger: Ledger, rate: Entry) -> Iterator[Ratio]:
    """Yield a degree of what stands right before it: 目标95%，完成93.1%，完成率98%; 138人次（目标150人次，完成率92%）."""
    near = [one for one in ledger.around(rate, 2) if one.number < rate.number and one.sentence == rate.sentence]
    if not re.fullmatch("(?:目标)?完成率(?:为|达)?", rate.lead) or len(near) < 2 or near[0].base != near[1].base:
        return
    first, second = near
    if second.figure.is_rate and _is_result(ledger, second):
        yield Ratio("完成率", (rate, second, first), 4.0, 1, capped=True)
    elif second.lead in ("目标", "计划", "任务") and second.figure.depth == rate.figure.depth > first.figure.depth:
        yield Ratio("完成率", (rate, first, second), 4.0, 1, capped=True)


def _loose(one: Ratio) -> bool:
    """Return whether an unlikely pair would give nearly any rate: 上年6.72万元 and 预算7万元."""
    expected = one.expected(0)
    return one.trust < 0 and expected is not None and expected.slack > 20 * one.terms[0].print.unit


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
        if (counts(entry, one) or ((one.prior if changed else _aimed_at(one)) and counts(entry, one, inside=True)))
        and not again(ledger, one)
    ][-NEAR:]
    own = [one for one in before if one.sentence == entry.sentence]
    if changed and re.search("目标|计划|预期|要求|不低于|不超过", entry.lead):
        return  # what was to be
    saved = list(_saved(ledger, entry, own)) if changed and _LEFT_RATE.search(entry.lead) else []
    if saved:
        yield from saved
        return
    if changed:
        yield from changes(ledger, entries, index, own if len(own) > 1 else before)
        yield from _of_total(entry, own, named)
        return
    if entry.rate == "share":
        yield from shares(ledger, entry, own, before, heads, named)
        return
    told = list(_of_goal(ledger, entry))
    if told or _is_result(ledger, entry):
        yield from told
        return
    inner = _inner(ledger, entry, own)
    if inner is not None:
        earlier = [one for one in own if one.number < inner.number and one.base == inner.base and one.per == inner.per]
        earlier = [one for one in earlier if not one.prior and not is_gap(one)]
        whole = heads.get(earlier[-1].number) if earlier else None
        tops = [*([whole] if isinstance(whole, Entry) else []), *reversed(earlier[-3:])]
        for n, top in enumerate(tops):
            yield Ratio("完成率", (entry, top, inner), 4.0 - 2 * n - (len(tops) > 1), 1, capped=True)
        if earlier:
            return
    of = _DEGREE_OF.search(_said(ledger, entry)) if entry.rate == "degree" and inner is None else None
    clear = list(_of_named(ledger, entry, own[-1], of["of"], named)) if of and own and len(of["of"]) >= 3 else []
    if any(one.trust >= 3 for one in clear):
        yield from clear
        return
    yield from _of_account(ledger, entry, made)
    yield from _of_project(ledger, entry, own, named)
    yield from _of_stem(ledger, entry, own)
    yield from _degrees(ledger, entry, own)
    if entry.rate == "name" and len({one.base for one in own}) == len(own):
        yield from _of_name(ledger, entry, own)
    yield from clear
    if len(own) < 2 and entry.rate == "degree" and not re.search(r"完成[^，。;]{0,6}目标的$", _said(ledger, entry)):
        yield from _degrees(ledger, entry, [one for one in before if entry.figure.sentence - one.figure.sentence <= 1])


_DEGREE_OF = re.compile(r"(?:为|是|相当于|占)(?P<of>[^，。;\d]{2,14})的$")


def _of_named(ledger: Ledger, rate: Entry, top: Entry, of: str, named: Totals) -> Iterator[Ratio]:
    """Yield a rate of what is named again and stands elsewhere: 为事业收入的 58.5%."""
    total = named.of(of)
    if total is not None:
        yield Ratio("占比", (rate, top, total), 3.0, 1)
        return
    yield from (Ratio("占比", (rate, top, base), trust, 1) for trust, base in bases(ledger, rate, top, of))


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
        if beside and counted and counts(rate, other):
            yield Ratio("比率", (rate, top, other), 1.5, 1)  # 床位 2460 张，入住 1353 人，入住率 55%
        near = [one for one in ledger.around(rate, NEAR) if one.number < top.number and one.base == top.base]
        near = [one for one in near if rate.figure.sentence - one.figure.sentence in (1, 2) and counts(rate, one)]
        near = [one for one in near if one.print.value >= top.print.value and not (one.per or one.prior or is_gap(one))]
        for bottom in reversed(near[-3:]):
            yield Ratio("比率", (rate, top, bottom), 2.0 if len(near) == 1 else 1.0, max(1, len(near[-3:])))


def _of_stem(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield a rate that is called what the figure before it is: 建档680人，规范管理578人，规范管理率85%."""
    stem = re.sub(r"(?:率|为|达|到|了|约)+$", "", re.sub(r"[^\w]", "", rate.lead))
    before = [one for one in ledger.around(rate, NEAR) if one.number < rate.number and one.sentence == rate.sentence]
    before = [one for one in before if counts(rate, one) and not (one.per or one.prior or is_gap(one))]
    if (
        len(stem) < 2
        or stem in ("执行", "支出", "支付")
        or not rate.lead.rstrip("为达到了约").endswith("率")
        or not before
        or not before[-1].lead.endswith(stem)
    ):
        return
    top = before[-1]
    rest = [one for one in reversed(before[:-1]) if stem not in one.lead and one.print.value >= top.print.value]
    same = [one for one in rest if one.base == top.base]
    counted = [one for one in rest if not (one.figure.is_money or top.figure.is_money)]
    for n, bottom in enumerate((same or counted)[:3]):
        yield Ratio("比率", (rate, top, bottom), (3.5 if same else 3.0) - 1.5 * n, 1)


def _saved(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield what was saved over what was planned, where the words tell both: 采购预算1520万元，实际1486.30万元，节约33.70万元，节约率2.22%."""
    amounts = [one for one in own if one.figure.is_money and not (one.per or one.prior)]
    saved = next(
        (one for one in reversed(amounts) if re.search("(?:节约|节支|审减|核减|结余)(?:资金|金额|额)?$", one.lead)),
        None,
    )
    planned = next((one for one in reversed(amounts) if _PLANNED.search(one.lead) and one is not saved), None)
    spent = next(
        (
            one
            for one in amounts
            if one not in (saved, planned) and re.search("实际|合同|成交|中标|审定|支出", one.lead)
        ),
        None,
    )
    if planned is not None and saved is not None and saved.print.value < planned.print.value:
        yield Ratio("比率", (rate, saved, planned), 3.5, 1, other=spent, said="实际数")
    elif planned is not None and saved is None and spent is not None and spent.print.value < planned.print.value:
        yield Ratio("比率", (rate, spent, planned), 3.0, 1, change=-1, other=spent, said="实际数")


_PLANNED = re.compile(r"预算(?!外)|控制价|最高限价|限价|概算|送审|估算|计划")


def _degrees(ledger: Ledger, rate: Entry, own: Sequence[Entry]) -> Iterator[Ratio]:
    """Yield quotients of neighbouring figures of one unit: 受理 B，办结 A，办结率 r; 完成 A，占计划 B 的 r."""
    own = [one for one in own if not is_gap(one)]
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
            trust = -2.5 if own[-1].base != top.base and own[-1].segment == rate.segment != top.segment else 0.0
            trust += (1.5 if clear else 0.0) + (1.0 if rate.rate == "degree" else 0.0) + likely - distance
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
