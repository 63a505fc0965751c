"""Statements out of the running text of a report: amounts, totals, rates, changes, goals, head counts.

Pure and linear in the length of the text: what is read is what stands there, nothing is guessed. `read` takes
the paragraphs of a filing and gives a `Narrative`. What reads is loaded when the first text is read: the check of a workbook
without text need not wait for its patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook.narrative.outline import Block
    from workbook.narrative.statements import Amount, Narrative, Project, Span


def read(paragraphs: Sequence[str]) -> Narrative:
    """Return the statements in the running text of a report (a list of paragraphs)."""
    return _read(tuple(paragraphs))


@lru_cache(maxsize=100)  # rules and marks ask one after the other over all of a master
def _read(words: tuple[str, ...]) -> Narrative:
    from workbook.narrative.amounts import amounts
    from workbook.narrative.outline import outline
    from workbook.narrative.ratios import changes, goals, headcounts, ratios, scores
    from workbook.narrative.statements import Narrative
    from workbook.narrative.text import paragraph
    from workbook.narrative.totals import listed, totals

    made = [paragraph(number, text) for number, text in enumerate(words, 1)]
    blocks = outline(made)
    by_paragraph: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_paragraph[block.paragraph].append(block)
    out = Narrative()
    for entry in made:
        own = by_paragraph[entry.number]
        out.figures += entry.figures
        out.amounts += amounts(entry, own)
        out.totals += totals(entry)
        out.ratios += ratios(entry)
        out.changes += changes(entry)
        out.goals += goals(entry)
        out.headcounts += headcounts(entry)
        out.scores += scores(entry)
        out.years += _title_years(entry.number, entry.flat)
    out.totals += listed(made, blocks, out.amounts)
    out.projects = _projects(blocks, out.amounts)
    return out


def _title_years(number: int, flat: str) -> list[tuple[int, Span]]:
    """Return the year that a title of the report names: 2023年度…整体支出(绩效自评报告)."""
    from workbook.narrative.statements import Span

    found = re.match(r"\s*((?:19|20)\d{2})年度?[^，。;:\d]{0,60}(?:整体支出|绩效(?:自评|评价)报告)", flat)
    return [(int(found[1]), Span(number, found.start(1), found.end(1)))] if found and len(flat) < 80 else []


def _projects(blocks: Sequence[Block], found: Sequence[Amount]) -> list[Project]:
    """Return the projects that list items and amounts name, once a list."""
    from workbook.narrative.names import core
    from workbook.narrative.statements import Project, Span

    out: dict[tuple[str, int], Project] = {}  # two hands of one name in one list are one project
    groups = _groups(blocks)
    for block in blocks:
        if block.project and block.mark:
            place = Span(block.paragraph, block.start, block.end)
            group = groups[block.number]
            out.setdefault((core(block.project), group), Project(block.project, place, group))
    for amount in found:
        if amount.project:
            group = groups[amount.block]
            out.setdefault((core(amount.subject), group), Project(amount.subject, amount.span, group))
    return list(out.values())


def _groups(blocks: Sequence[Block]) -> dict[int, int]:
    """Return for each block the number of the list it stands in: a new section begins a new list."""
    sections: dict[str, int] = {}
    return {block.number: sections.setdefault(block.section, len(sections)) for block in blocks}
