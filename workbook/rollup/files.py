"""The roll-up as files: the workbook with charts and long tables, the report in sentences, the sampling plan."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workbook.model.bands import LOW_EXECUTION
from workbook.model.figures import percent
from workbook.rollup import measures
from workbook.rollup.book import Grid, plain, write_table
from workbook.rollup.book import write as write_book
from workbook.rollup.frames import INFLATION, LONG, PLAN, PLAN_KINDS, SAMPLED, Record, Rollup
from workbook.rollup.report import write as write_document
from workbook.storage import spill
from workbook.writers.pdf import to_pdf

TITLES = {
    "units": "单位",
    "clean": "可报送",
    "explained": "需说明",
    "refused": "不可报送",
    "errors": "错误",
    "warnings": "预警",
    "budget": "全年预算数（万元）",
    "executed": "全年执行数（万元）",
    "mean": "平均总分",
    "unscored": "没有总分的单位（不计入平均）",
}


def write(rollup: Rollup, path: Path, title: str, sampled: int = SAMPLED) -> None:
    """Write the roll-up as a workbook with native charts, the tables behind them and the long tables for pivots."""
    facts = [(TITLES[name], plain(value)) for name, value in rollup.facts().items()]
    tables = [Grid(q.title, q.headings, q.kinds, rollup.rows(q)) for q in (*rollup.overview, INFLATION)]
    long = [Grid(q.title, q.headings, q.kinds, rollup.rows(q), rollup.count(q)) for q in LONG]
    tables.append(Grid("抽查计划", PLAN, PLAN_KINDS, rollup.plan(sampled)))
    write_book(path, title, facts, tables, long)


def write_report(rollup: Rollup, path: Path, title: str, sampled: int = SAMPLED) -> None:
    """Write the roll-up report (.docx, or .pdf through LibreOffice): sentences, charts as pictures, short tables."""
    sections = list(_sections(rollup, sampled))
    if path.suffix.lower() != ".pdf":
        write_document(path, title, sections)
        return
    with spill.folder() as folder:
        draft = folder / f"{path.stem}.docx"
        write_document(draft, title, sections)
        to_pdf(draft, path)


def _sections(rollup: Rollup, sampled: int) -> Iterator[tuple[str, list[str], Any]]:
    grids = {q.title: Grid(q.title, q.headings, q.kinds, list(rollup.rows(q))) for q in (*rollup.overview, INFLATION)}
    yield "一、总体情况", [_overall(rollup.facts()), _graded(grids["等级分布"])], grids["等级分布"]
    yield "二、预算执行", [lagging_words(rollup)], grids["预算执行率分布"]
    yield "三、预算增长", [], grids["预算增长"]
    yield "四、三公经费", [three_public_words(grids["三公经费两年对比"].rows)], grids["三公经费两年对比"]
    yield "五、控制率超过100%的经费", [], grids["控制率超过100%"]
    yield (
        "六、得分与支出",
        ["图中每点是一个单位。执行率低而总分高的，另用颜色标出，应核实得分依据。"],
        grids["自评得分与执行率"],
    )
    yield "七、审核发现的问题（按规则）", [], grids["问题按规则"]
    yield "八、审核发现的问题（按单位）", [], grids["问题按单位"]
    yield "九、评分虚高的迹象", ["下列是迹象，不是结论，供抽查时核实。"], grids["评分虚高的迹象"]
    plan = Grid("抽查计划", PLAN[:5], PLAN_KINDS[:5], [row[:5] for row in rollup.plan(sampled)])
    yield "十、建议抽查的单位", ["按风险分从高到低，另有五分之一随机抽取；同样的数据抽出同样的单位。"], plan


def _overall(facts: Record) -> str:
    return f"共汇总 {facts['units']} 个单位：{verdicts_words(facts)}。{money_words(facts)}。"


def verdicts_words(facts: Record) -> str:
    """Return how many departments may hand in, and what was found, of the facts."""
    return (
        f"可报送 {facts['clean']} 个，需说明 {facts['explained']} 个，不可报送 {facts['refused']} 个；"
        f"错误 {facts['errors']} 处，预警 {facts['warnings']} 处"
    )


def money_words(facts: Record) -> str:
    """Return what the money did and what the departments scored, of the facts."""
    rate = percent(facts["executed"] / facts["budget"]) if facts["budget"] else "不适用"
    scored = facts["units"] - facts["unscored"]
    mean = f"平均总分 {facts['mean']}" if scored else "没有单位有总分"
    if scored and facts["unscored"]:
        mean += f"（{scored} 个单位的平均，另 {facts['unscored']} 个未附自评表或没有得分，不计入）"
    return f"全年预算 {facts['budget']:,.2f} 万元，全年执行 {facts['executed']:,.2f} 万元，总体执行率 {rate}，{mean}"


def _graded(grid: Any) -> str:
    return "等级为" + "，".join(f"{row[0]}的 {row[1]} 个" for row in grid.rows) + "。"


def lagging_words(rollup: Rollup) -> str:
    """Return how many departments lag behind in spending or spent too much, as a sentence."""
    low, over = rollup.lagging()
    return f"执行率低于 {percent(LOW_EXECUTION)} 的 {low} 个单位，超过 100% 的 {over} 个单位。"


def three_public_words(rows: Iterable[Sequence[Any]]) -> str:
    """Return how 三公经费 of this year stands to last year's, of the rows of 三公经费两年对比."""
    whole = next((row for row in rows if row[0] == measures.SPENT[0].name), None)
    if whole is None or not whole[1]:
        return "没有上年数可比。"
    change = (whole[3] - whole[1]) / whole[1]
    if not change:
        return f"三公经费本年决算 {whole[3]:,.2f} 万元，与上年持平。"
    word = "增长" if change > 0 else "下降"
    return f"三公经费本年决算 {whole[3]:,.2f} 万元，比上年 {whole[1]:,.2f} 万元{word} {percent(abs(change))}。"


def write_plan(plan: Sequence[tuple[Any, ...]], path: Path) -> None:
    """Write the sampling plan as a workbook of its own."""
    write_table(path, Grid("抽查计划", PLAN, PLAN_KINDS, plan))
