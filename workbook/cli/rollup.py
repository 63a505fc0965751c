"""`jixiao rollup`: 部门清单 and 汇总分析 of a region, and its report."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, POWER, action, power_of, progress, say, show, verb


@verb("rollup")
@click.argument("source", type=FILE)
@click.option("--to", type=FILE, multiple=True, help="另存汇总：.xlsx 图表与数据，.docx、.pdf 汇总报告，可给多个")
@click.option("--brief", is_flag=True, help="给 .docx、.pdf 的是一页的领导摘要（文件名里有“领导摘要”的也是）")
@click.option("--prior", type=FILE, multiple=True, help="上年的总表或报告，领导摘要里与它比；不给时用参数里写的那份")
@FORMAT
@POWER
def command(
    source: Path,
    to: tuple[Path, ...],
    brief: bool,
    prior: tuple[Path, ...],
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Roll up, and write the files named."""
    outcome = action("rollup")(source, to, progress, power_of(jobs, cluster), brief=brief, prior=prior)
    show(outcome, style)
    if style == "table":
        for path in to:
            say(f"汇总已写到 {path}")
    return 2 if outcome.refused else 0
