"""`jixiao sample`: the plan for re-checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from workbook.cli.common import FILE, FORMAT, POWER, action, power_of, progress, say, verb
from workbook.process import named


@verb("sample")
@click.argument("source", type=FILE)
@click.option("--number", type=click.IntRange(1, 100_000), default=10, show_default=True, help="抽几个单位")
@click.option("--random", "at_random", type=click.IntRange(0), help="其中几个随机抽取，默认五分之一")
@click.option("--seed", default="", help="随机抽取用的口令：同样的口令抽出同样的单位")
@click.option("--to", type=FILE, help="另存为工作簿（.xlsx）")
@FORMAT
@POWER
def command(
    source: Path,
    number: int,
    at_random: int | None,
    seed: str,
    to: Path | None,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Show the sampling plan, and write it where asked."""
    headings = named("workbook.rollup.frames:PLAN")
    plan = action("rollup:sample")(source, number, at_random, seed, to, progress, power_of(jobs, cluster))
    if style == "json":
        say(
            json.dumps(
                [dict(zip(headings, map(_plain, row), strict=True)) for row in plan], ensure_ascii=False, indent=2
            )
        )
    else:
        named("workbook.cli.console:plan_table")(headings, plan)
    if to is not None and style == "table":
        say(f"抽查计划已写到 {to}")
    return 0


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) or value is None else float(value)
