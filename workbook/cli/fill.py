"""`jixiao fill`: the blank cells that can be worked out, or stand in the department's other tables."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, progress, refuse_unused, verb


@verb("fill")
@click.argument("master", type=FILE, required=False)
@click.option(
    "--with",
    "beside",
    type=FILE,
    multiple=True,
    help="从这些决算公开表、财决表、预算公开表、绩效目标表取数，填进空白格（可给多个）",
)
@click.option(
    "--to", type=FILE, help="不改原件，填好的另存为这个 .xlsx（来源写在批注里）或 .docx；没有正文的另生成报告初稿"
)
@click.option("--unit", default="", help="还没有自评表时：单位名称（与 --to、--with 同用）")
def command(master: Path | None, beside: tuple[Path, ...], to: Path | None, unit: str) -> int:
    """Fill what is blank and say how much it was."""
    if master is not None:
        refuse_unused(["--unit"], "用于还没有自评表的单位，不能与文件同用")
    if to:
        if master is None and not unit:
            raise click.UsageError("缺少参数：自评表的文件，或用 --unit 写明单位名称")
        return done(action("fill_report")(master, beside, to, unit))
    if master is None:
        raise click.UsageError("缺少参数：总表或单位工作簿")
    return done(action("fill")(master, progress, beside=beside))
