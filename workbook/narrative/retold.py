"""Results told once more in words: a figure of a short text (目标完成情况, 自评分析) that the row of its own indicator contradicts.

It is the target where the result was another, or one slip of the hand from the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.narrative.cells import family, named_cells
from workbook.narrative.ledger import Entry, Ledger, ledger
from workbook.narrative.likely import core, named_half
from workbook.narrative.printed import DIGIT, USUAL, slip
from workbook.narrative.strays import Named, tells

_PLANNED = re.compile(
    r"计划|目标|任务|应当?|拟|原定|预计|预期|预算|确保|力争|将于?|要求|年初|调整|安排|上级下达|批复|考核|"
    r"累计|其中|剩余|其余|尚|还有|未|上半年|季度|部分|超|差|低于|高于|增|减|下降|提高|比|较|截至|以来|次年|下年"
)
_AFTER = re.compile(r"\s?(?:的?(?:计划|目标|任务|指标)|未|没有|尚|正在|以上|以内|以下)")
_LEAST_NAMED = 4  # characters that name an indicator beyond doubt
_LEAST_TOLD = 3  # digits from which one wrong digit is a slip and no other figure


class Retold(NamedTuple):
    """A figure in words that is not the result of its indicator: the entry, the cell, and the slip ("" : it is the target)."""

    entry: Entry
    named: Named
    slip: str


def retold(filing: Filing, text: str) -> Iterator[Retold]:
    """Yield the figures of a text that bear half of an indicator's name and its unit, and stand where its result should."""
    told = ledger([text], (), filing.year)
    rows = [named for named in named_cells(filing, ()) if named.row.startswith("indicators[")]
    for entry in told.entries:
        if _says_else(told, entry):
            continue
        words = _words(told, entry)
        own = [one for one in rows if one.family == family(entry.figure.base) and named_half(one.name, words)]
        if not own or any(_is(entry, one) for one in own):
            continue
        best, *others = sorted(own, key=lambda one: -named_half(one.name, words))
        if any(named_half(one.name, words) == named_half(best.name, words) for one in others):
            continue  # who can say which one is meant?
        if entry.print.value in best.beside:
            yield Retold(entry, best, "")
        elif made := _slip(entry, best, rows, words):
            yield Retold(entry, best, made)


def _says_else(told: Ledger, entry: Entry) -> bool:
    """Return whether the words tell a plan, a part, a change, another year or about how many."""
    vague = entry.print.vague or entry.figure.comparator or entry.figure.depth or not entry.figure.unit
    elsewhere = entry.prior or entry.period or entry.per or entry.rate in ("share", "up", "down", "degree")
    return bool(vague or elsewhere or _PLANNED.search(entry.lead) or _AFTER.match(told.after(entry)))


def _words(told: Ledger, entry: Entry) -> str:
    """Return what names an entry: its own words, or those before it in its sentence where they are only 实际完成."""
    for one in reversed([one for one in told.sentences[entry.sentence] if one.number <= entry.number]):
        if tells(one.lead):
            return one.lead
    return entry.lead


def _is(entry: Entry, named: Named) -> bool:
    """Return whether a figure is a cell's, be it shorter or longer."""
    return abs(entry.print.value - named.cell.print.value) < max(entry.print.unit, named.cell.print.unit)


def _slip(entry: Entry, named: Named, rows: Sequence[Named], words: str) -> str:
    """Return by which slip a figure is not the result of its row; "" where by none, or where another row has it."""
    if entry.print.written < 2 or any(one.family == named.family and _is(entry, one) for one in rows):
        return ""
    made = slip(entry.print, named.cell.print.value)
    few = made is not None and made.name == DIGIT and entry.print.digits < _LEAST_TOLD
    if made is None or made.name not in USUAL or (few and not _begins(named.name, words)):
        return ""
    return made.name


def _begins(name: str, words: str) -> bool:
    """Return whether the words right before a figure are those that a name begins with: 义务植树66万株 of 义务植树株数."""
    last = core(re.split(r"[，。；;、,:：\s]", words.strip("，。；;、,:： "))[-1])
    return len(last) >= _LEAST_NAMED and core(name).startswith(last)
