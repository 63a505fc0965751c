"""Forms whose cells are prose: a label on the left, paragraphs on the right, targets written as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbook import patterns as re
from workbook.forms import Form
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import squeeze
from workbook.forms.original.recorder import Recorder
from workbook.forms.tables import settle, tidy
from workbook.model.filing import ONLY_PROSE, Filing, Place
from workbook.model.original import pack
from workbook.model.quantity import is_blank, parse
from workbook.narrative.goals import goals
from workbook.narrative.text import paragraph

if TYPE_CHECKING:
    from workbook.narrative.statements import Goal

_BARE = re.compile(r"^(?:年度|总体|本年)?(?:绩效)?(?:目标|指标)值?$")
_ITEM_MARK = re.compile(
    r"^\s*(?:[①-⑳]|[(（]?\d{1,2}[)）.、]|[一二三四五六七八九十]{1,2}[是、])?\s*(?:(?:绩效)?目标\s*[:：])?\s*"
)
_YEAR = re.compile(r"((?:19|20)\d{2})\s?年度")
_SHORT_LABEL = 30


_LONG_CELL = 60  # characters from which a cell holds sentences
_LEAST = (800, 12)  # characters of running text, and amounts or rates in it, of a report
_FIGURES = re.compile(r"\d\s?(?:万元|亿元|元|%|％)")


def is_report(document: Document) -> bool:
    """Return whether a document is a self-evaluation report by its running text, whatever tables it has."""
    cells = [cell.text for grid in document.grids for row in grid.rows for cell in row if len(cell.text) >= _LONG_CELL]
    texts = [block for block in document.blocks if isinstance(block, str) and block.strip()]
    head = squeeze(document.name + "".join(texts[:12]))[:600]
    whole = "\n".join([*texts, *cells])
    titled = re.search(r"绩效[^，。]{0,12}(?:自评|评价)|自评[^，。]{0,6}(?:报告|表)", head)
    return bool(titled) and "支出" in whole and len(whole) >= _LEAST[0] and len(_FIGURES.findall(whole)) >= _LEAST[1]


def bare(document: Document, form: Form) -> list[Filing]:
    """Return the one filing of a report whose tables are no form that is known: its running text, with a note that says so."""
    filing = _filing(document, form)
    filing.notes.append(ONLY_PROSE)
    filing.absent |= {"funds", "indicators"}
    return [filing] if filing.narrative else []


def extract(document: Document, form: Form) -> list[Filing]:
    """Return the one filing of a document whose table holds prose; none where no declared cell was found.

    Every paragraph of a prose cell becomes one of the running text, under its label; the sentences of target, done and
    degree in the cells declared as targets become indicators as well.
    """
    filing = _filing(document, form)
    return [filing] if filing.places else []


def _filing(document: Document, form: Form) -> Filing:
    filing = Filing(form=form.id, absent=form.missing)
    targets: list[tuple[int, int, Place]] = []
    kept = Recorder()
    for block in document.blocks:
        if isinstance(block, str):
            if block.strip():
                filing.narrative.append(block.strip())
                kept.prose(filing, block.strip())
            continue
        for row in block.rows:
            kept.row(filing, block, row)
        for label, value in _pairs(block):
            place = kept.place(Place(block.name, block.address(value), value.text.strip()[:200]), value)
            if not _take(filing, form, label, value, place):
                first = _say(filing, label, value)
                if len(filing.narrative) > first:
                    kept.said(value, first, len(filing.narrative) - first)
                if form.field("prose", label.text) == "targets":
                    targets.append((first, len(filing.narrative), place))
    settle(filing, document)
    original = kept.original(filing)
    filing.original = pack(original) if original else ""
    filing.year = filing.year or _year_of(filing.narrative)
    _add_indicators(filing, targets)
    return filing


def _pairs(grid: Grid) -> Iterator[tuple[Cell, Cell]]:
    """Yield (label, value) of each row: the last filled cell, and the one before it (else a label that goes on)."""
    above: Cell | None = None
    for row in grid.rows:
        filled = [cell for cell in row if not cell.continued and cell.text.strip()]
        if not filled:
            continue
        if len(filled) == 1:
            value, label = filled[0], above
            if label is None or len(squeeze(value.text)) <= _SHORT_LABEL:
                above = value
                continue
        else:
            value, label = filled[-1], filled[-2]
            above = label
        yield label, value


def _take(filing: Filing, form: Form, label: Cell, value: Cell, place: Place) -> bool:
    """Put a cell that is one value at its path; return whether it was one."""
    path = form.field("cells", label.text)
    if path is None:
        return False
    filing.places[path] = place
    if path == "unit":
        filing.unit = squeeze(value.text)
        return True
    words = re.sub(r"[()（）]", "", value.text).strip()
    found = parse(words)
    if found is not None:
        filing.set(path, found.value if found.is_money else found.number)
    elif not is_blank(words):
        filing.unread[path] = words
    return True


def _say(filing: Filing, label: Cell, value: Cell) -> int:
    """Add label and paragraphs to the running text; return how many paragraphs stood there before them."""
    filing.narrative.append(squeeze(label.text))
    first = len(filing.narrative)
    if not is_blank(value.text):
        filing.narrative += [line.strip() for line in tidy(value.text).split("\n") if line.strip()]
    return first


def _year_of(paragraphs: list[str]) -> int | None:
    """Return the year that the text speaks of most."""
    counted = Counter(int(found[1]) for text in paragraphs for found in _YEAR.finditer(text))
    return counted.most_common(1)[0][0] if counted else None


def _add_indicators(filing: Filing, targets: list[tuple[int, int, Place]]) -> None:
    for goal in (goal for number, text in enumerate(filing.narrative, 1) for goal in goals(paragraph(number, text))):
        number = goal.target.span.paragraph
        place = next((place for first, last, place in targets if first < number <= last), None)
        if place is None or (goal.actual is None and goal.degree is None):
            continue
        index, text = len(filing.indicators), filing.narrative[number - 1]
        for name, words in (
            ("level3", _name(goal, text)),
            ("target", _words(goal.target.span.start, goal.target.span.end, text)),
            ("actual", _words(goal.actual.span.start, goal.actual.span.end, text) if goal.actual else None),
        ):
            filing.set(f"indicators[{index}].{name}", words)
            filing.places[f"indicators[{index}].{name}"] = Place(place.sheet, place.cell, text)


def _name(goal: Goal, text: str) -> str:
    """Return what a target is about: the words at its figure, or where they say only 绩效目标, those of its sentence."""
    label = re.sub(r"^(?:绩效)?目标\s*[①-⑳]?", "", goal.name).strip()
    if label and not _BARE.match(goal.name):
        return re.sub(r"(?<=..)(?:年度)?(?:绩效)?目标值?$", "", label)
    before = re.split(r"[。;；]", text[: goal.target.span.start])[-1]
    words = _ITEM_MARK.sub("", before)
    return re.sub(r"[，,、:：\s]*(?:绩效)?(?:目标|指标)值?[^，,]{0,6}$", "", words).strip(" ，,") or goal.name


def _words(start: int, end: int, text: str) -> str:
    """Return a figure's words with the sign before it: ≥80次, 不低于3%."""
    sign = re.search(r"(?:≥|≤|>|<|＝|=|≧|≦|不低于|不少于|不超过|不高于|大于|小于|至少|达到)\s*$", text[:start])
    return text[sign.start() if sign else start : end].strip()
