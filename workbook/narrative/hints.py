"""What the words around an entry say of it beside its facets: what was before, what it rose by, what it is told again as."""

from __future__ import annotations

from workbook import patterns as re
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.text import last

_FROM = re.compile(r"[从由自](?:[^，。;]{0,12})$")
_TO = re.compile(
    r"[^，。;\d]{0,6}(?:到|至)|，?[^，。;\d]{0,4}(?:增[加长至]|减[少至]|降[低至]|提高|提升|上升|下降|压[缩减]|调[整增减]|扩大|回落)"
)
NEAR = 6
FAR = 40  # figures back at most


def counts(rate: Entry, one: Entry, inside: bool = False) -> bool:
    """Return whether an entry may be what a rate is of: a figure with a unit, of its period, in brackets only with `inside`."""
    return one.period == rate.period and (
        not one.figure.is_rate
        and bool(one.figure.unit)
        and one.base not in ("年", "月", "分")
        and (inside or one.figure.depth <= rate.figure.depth)
    )


AGAIN = re.compile(r"(?:约|即|折合|约合)(?:人民币)?约?$")


def again(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an amount is told again in another unit: 27071.26万元，折合2.71亿元."""
    before = ledger.entries[entry.number - 1] if entry.number else None
    if before is None or before.paragraph != entry.paragraph or before.base != entry.base:
        return False
    return entry.print.unit > before.print.unit and entry.print.fits(before.print.value)


def is_now(ledger: Ledger, one: Entry) -> bool:
    """Return whether an entry may be what a figure came to: not what was before, was aimed at, or stands inside a rate."""
    return not (is_old(ledger, one) or compared(ledger, one) or _aimed(ledger, one) or of_rate(ledger, one))


def compared(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is what another is held against: 比 X 的控制价低, 离 X 的目标差."""
    return bool(re.search(r"[比距离较][^，。;]{0,10}$", entry.lead)) and bool(
        re.match(r"[^，。;\d]{0,12}(?:差|低|高|少|多|节约|增|减|下降|提高|上升)", ledger.after(entry, 20))
    )


def of_rate(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry stands inside the words of a rate: 完成预算 11 万元的 78%."""
    following = ledger.entries[entry.number + 1 : entry.number + 2]
    return bool(following) and following[0].figure.is_rate and ledger.after(entry, 1) == "的"


def _aimed(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is what was to be reached, not what was: 未达到 90% 的目标."""
    return bool(re.search(r"(?:目标|计划|任务|达到|不低于|不少于|≥|应为?)$", entry.lead)) or bool(
        re.match(r"以?上?的?(?:年度)?(?:目标|计划|任务|要求)", ledger.after(entry))
    )


_WAYS = re.compile(r"增|多|高|升|涨|超|减|少|低|降|差|节|压|缩")


def rose(gap: Entry) -> bool:
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


def is_gap(entry: Entry) -> bool:
    """Return whether an entry is told as a difference: 增加 24 万元, 少支出 3 万元."""
    return bool(
        re.search(
            r"(?:增加|减少|增长|下降|多|少|压减|节约|提高|降低|增|差|低|高|超|超出|超过)(?:了|支出|收入|资金|额|年度?|收|支|花)?(?:目标|计划|任务)?(?:约)?$",
            entry.lead,
        )
    ) and not (entry.figure.is_money and entry.kind.startswith("调"))


def about(entry: Entry, words: str) -> bool:
    """Return whether an entry is what the words name: its subject or the last characters of its lead stand in them."""
    if f"{words}中" in entry.lead:
        return False  # 医疗收入中门诊收入: a part of it
    if entry.subject and entry.subject in words:
        return True
    name = re.sub(r"(?:共|为|达到?|有|数|总)+$", "", re.sub(r"[^\w]", "", entry.lead))
    return len(name) >= 2 and (name[-4:] in words or (len(words) >= 2 and words[-4:] in name))


def is_monthly(entry: Entry) -> bool:
    """Return whether an amount is told by the month: 每月 50 元."""
    return bool(re.fullmatch(r"[^每]{0,8}每月[^\W\d]{0,4}", entry.lead))
