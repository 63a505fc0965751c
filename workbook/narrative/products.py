"""Amounts that the words make up of several prices and counts: 2台（单价386万元）和4套（单价137.62万元），合计1322.48万元."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbook import patterns as re
from workbook.narrative.hints import FAR
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.prices import names, word_of
from workbook.narrative.relations import Product, Products

_CLOSES = re.compile(r"^(?:[两三四五六七八九十]项)?(?:合计|共计|总计|共)(?:支付|支出|发放|补助|补贴|资金|金额|需|为)*$")
_MONTHLY = re.compile(r"每?月")
_YEAR = Decimal(12)
_LEAST = 2  # counts of which several things are made


def products(ledger: Ledger) -> Iterator[Products]:
    """Yield the amounts with what they are made of, where the words tell all of it: two prices or two counts at least."""
    for entries in ledger.by_paragraph.values():
        if sum(one.per for one in entries) == 0:
            continue
        for row in _rows(ledger, entries):
            if sum(len(one.counts) for one in row) >= _LEAST:
                yield from _made(ledger, row)


def _rows(ledger: Ledger, entries: Sequence[Entry]) -> Iterator[list[Product]]:
    """Yield the prices of a paragraph with their counts, those together that follow one another with nothing else between."""
    row: list[Product] = []
    last = -1
    for price in entries:
        if not price.per or not price.figure.is_money or price.prior or re.search("均|[比较低高]", price.lead):
            continue
        counts = _counts(ledger, price)
        if not counts or (
            len(re.findall("每", price.lead)) > 1 + bool(_MONTHLY.search(price.lead)) and len(counts) < _LEAST
        ):
            row, last = [], -1
            continue
        if row and counts[0].number != last + 1:
            yield row
            row = []
        row.append(Product(price, tuple(counts), _times(ledger, price)))
        last = price.number
    if row:
        yield row


def _counts(ledger: Ledger, price: Entry) -> list[Entry]:
    """Return the counts right before a price that it is told of: 春季1935人、秋季2018人，每生400元."""
    out: list[Entry] = []
    word = word_of(price)
    for one in reversed(ledger.around(price, FAR)):
        if one.number >= price.number:
            continue
        beside = one.number == price.number - 1 - len(out) and one.figure.depth in (
            price.figure.depth,
            price.figure.depth - 1,
        )
        counted = not (one.figure.is_money or one.figure.is_rate or one.per or one.prior) and one.print.value > 0
        if not (beside and counted and one.figure.unit and (names(ledger, one, word) or (not word and not out))):
            break
        if out and (
            one.figure.unit != out[0].figure.unit
            or not re.fullmatch(r"[、和及与](?!其中)[^，。;\d]{0,8}", ledger.between(one, out[0]))
        ):
            break
        out.insert(0, one)
    return out


def _times(ledger: Ledger, price: Entry) -> Decimal:
    """Return how many times a price is paid: the months that the item tells of a monthly one, else twelve."""
    if not _MONTHLY.search(price.lead):
        return Decimal(1)
    near = [one for one in ledger.around(price, FAR) if one.block is price.block and one.figure.unit in ("个月", "月")]
    return near[0].print.value if len(near) == 1 else _YEAR


def _made(ledger: Ledger, row: Sequence[Product]) -> Iterator[Products]:
    first, last = row[0].counts[0], row[-1].price
    following = ledger.entries[last.number + 1] if last.number + 1 < len(ledger.entries) else None
    if following is not None and following.sentence == last.sentence and _is_amount(following) and len(row) >= _LEAST:
        alone = following.print.fits(row[-1].price.print.value * row[-1].many)
        if _CLOSES.match(following.lead) and not alone and all(len(one.counts) == 1 for one in row):
            yield Products("单价", (following,), 4.0, 1, made_of=tuple(row))
        return
    head = ledger.entries[first.number - 1] if first.number else None
    opened = head is not None and head.sentence == first.sentence and first.figure.depth == head.figure.depth + 1
    if head is None or not opened or not _is_amount(head):
        return
    if re.match(r"[^，。;、\d]{0,4}\(", ledger.after(head, 6)) and re.match(r"[^，。;、\d]{0,6}\)", ledger.after(last)):
        yield Products("单价", (head,), 4.0, 1, made_of=tuple(row))


def _is_amount(entry: Entry) -> bool:
    return entry.figure.is_money and not (entry.per or entry.prior)
