"""领导摘要: what the head of a county asks of all self-evaluations, on one page; every figure is one of the roll-up's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbook.model.figures import brief, listed, percent
from workbook.rollup import leader_paper as writer
from workbook.rollup.files import lagging_words, money_words, three_public_words, verdicts_words
from workbook.rollup.frames import Query, Rollup
from workbook.storage import spill
from workbook.writers.pdf import to_pdf

NAMED = 8  # departments that have not handed in, by name
FLATTERED = 5  # departments with money unspent and a high score, by name
LOOKED_AT = 7
NAME, REASON = 16, 58  # characters of a name and of what is said of a department: the page is one page
CHARTED = ("预算执行率分布", "自评得分与执行率")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the page is made of besides this year's roll-up: who has not handed in (None: not known), last year's facts."""

    missing: Sequence[str] | None = None
    prior: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the page: what it is about, its sentence, and the table of the roll-up that its figures stand in."""

    head: str
    words: str
    source: str


def lines(rollup: Rollup, sources: Sources) -> Iterator[Line]:
    """Yield the paragraphs of the page."""
    facts = rollup.facts()
    yield Line("谁没有报", _handed_in(facts, sources.missing), "总体、部门清单")
    yield Line("钱花得怎样", f"{money_words(facts)}。{lagging_words(rollup)}", "总体、预算执行率分布")
    yield Line("钱没花完而得分高", _flattered(rollup), "自评得分与执行率")
    yield Line("与上年比", _compared(rollup, sources.prior), "总体、三公经费两年对比")


def _handed_in(facts: dict[str, Any], missing: Sequence[str] | None) -> str:
    came = facts["units"]
    if missing is None:
        return f"汇总了 {came} 个单位。{verdicts_words(facts)}。"
    names = listed([brief(name, NAME) for name in missing], NAMED)
    said = f"应报 {came + len(missing)} 个单位，已报 {came} 个，" + (
        f"未报 {len(missing)} 个：{names}" if names else "全部报齐"
    )
    return f"{said}。{verdicts_words(facts)}。"


def _flattered(rollup: Rollup) -> str:
    rows = [row for row in rollup.rows(query(rollup, "自评得分与执行率")) if row[3]]
    if not rows:
        return "没有执行率偏低而自评得分高的单位。"
    named = [f"{brief(unit, NAME)}（执行率 {percent(rate)}、自评 {total:.2f} 分）" for unit, rate, total, _ in rows]
    return f"{len(rows)} 个单位：{listed(named, FLATTERED)}。应核实得分依据，并问明钱为什么没有花完。"


def _compared(rollup: Rollup, prior: dict[str, Any] | None) -> str:
    words = three_public_words(list(rollup.rows(query(rollup, "三公经费两年对比"))))
    if prior is None:
        return f"没有上年的自评可比；{words}"
    return f"上年 {prior['units']} 个单位，{money_words(prior)}。{words}"


def looked_at(rollup: Rollup) -> list[tuple[str, str, str]]:
    """Return whom to look at first: department, points of risk, why (the sampling plan without its lot)."""
    plan = rollup.plan(LOOKED_AT, 0)
    return [
        (brief(unit, NAME), f"{points:f}", clauses(words, REASON)) for _, unit, _, points, words, _ in plan if points
    ]


def clauses(words: str, most: int) -> str:
    """Return as many whole clauses as fit, "等" where some are left out."""
    kept: list[str] = []
    for clause in words.split("；"):
        if kept and len("；".join([*kept, clause])) > most:
            return "；".join(kept) + "等"
        kept.append(clause)
    return brief("；".join(kept), most)


def query(rollup: Rollup, title: str) -> Query:
    """Return a table of the roll-up by its title."""
    return next(entry for entry in rollup.overview if entry.title == title)


def write(rollup: Rollup, path: Path, title: str, sources: Sources) -> None:
    """Write the page (.docx, or .pdf through LibreOffice)."""
    charts = [(table, list(rollup.rows(table))) for table in (query(rollup, name) for name in CHARTED)]
    drawn = [(entry.title, entry.headings, rows) for entry, rows in charts if rows]
    said = [(line.head, line.words, line.source) for line in lines(rollup, sources)]
    page = writer.Page(brief(title, 34), date.today(), said, looked_at(rollup), drawn)  # noqa: DTZ011
    if path.suffix.lower() != ".pdf":
        writer.write(page, path)
        return
    with spill.folder() as folder:
        draft = folder / "draft.docx"
        writer.write(page, draft)
        to_pdf(draft, path)
