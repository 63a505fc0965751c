"""`jixiao demo`: the whole way on sample departments."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, JOBS, action, power_of, progress, say, show, verb


@verb("demo")
@click.option("--to", type=FILE, default=Path("demo"), show_default=True, help="放到哪个文件夹")
@click.option("--departments", type=click.IntRange(1, 100_000), help="造这么多单位（同样的个数和种子造出同样的单位）")
@click.option("--seed", type=int, default=1, show_default=True, help="造单位用的种子")
@FORMAT
@JOBS
def command(to: Path, departments: int | None, seed: int, style: str, jobs: int | None) -> int:
    """Run the whole way on sample departments."""
    if departments:
        outcome = action("demo:demo_many")(to, departments, seed, progress, power_of(jobs))
        say(outcome.message)
        for path in outcome.written:
            say(str(path))
        return 0
    outcome = action("demo")(to)
    show(outcome, style)
    if style == "table":
        master, *exports = outcome.written
        say(f"\n总表（用 Excel 打开，看「校验结果」）：{master}")
        say(f"导出的附件2、附件3 与整改通知（{len(exports)} 个文件）：{to / '导出'}")
        say(f"各单位报来的原件：{to / '各单位报来'}")
    return 0
