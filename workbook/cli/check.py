"""`jixiao check`: the findings of masters, departments' workbooks and reports."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, POWER, SCHEME, action, explain, power_of, progress, scheme_of, show, verb
from workbook.process import named


@verb("check")
@click.argument("files", type=FILE, nargs=-1)
@click.option("--prior", type=FILE, multiple=True, help="上年的报告或总表，可给多个")
@click.option(
    "--with",
    "beside",
    type=FILE,
    multiple=True,
    help="一同核对的决算公开表、财决表、预算公开表、绩效目标表（Excel、Word、PDF，可给多个，自己认得是哪张）",
)
@click.option("--only", multiple=True, help="只用这些规则（编号），可给多个")
@click.option("--skip", multiple=True, help="不用这些规则（编号），可给多个")
@click.option("--ledger", is_flag=True, help="逐个列出正文里的数：是什么数、由什么得出、与什么对照过、结论和证据")
@click.option("--annotate", type=FILE, help="把问题写成批注，连同原文另存为这个 Word 文件（只用于一份 .docx 报告）")
@click.option("--explain", "explained", help="不审核，只说明一条规则（编号）")
@click.option("--verbose", is_flag=True, help="逐条列出没有执行的规则和原因")
@SCHEME
@FORMAT
@POWER
def command(
    files: tuple[Path, ...],
    prior: tuple[Path, ...],
    beside: tuple[Path, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    ledger: bool,
    annotate: Path | None,
    explained: str | None,
    verbose: bool,
    scheme: str | None,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Check the files and show what was found; return the exit status of the contract."""
    if explained:
        return explain(explained, scheme)
    if not files:
        raise click.UsageError("没有写要审核哪个文件")
    if annotate:
        annotation = named("workbook.checking.annotation")
        annotation.refuse(files, annotate)
    earlier = action("files:expand")(prior)
    # what a master needs is loaded for a master
    room = "checks" if any(map(action("files:is_book"), (*files, *earlier))) else "reports"
    power = power_of(jobs, cluster) if jobs or cluster else None
    terms = (scheme_of(scheme) if scheme else None, earlier, only, skip)
    outcome = action(f"{room}:check")(files, *terms, progress=progress, power=power, beside=beside)
    show(outcome, style, ledger=ledger, verbose=verbose)
    if annotate and outcome.checked:
        click.echo(annotation.annotate(outcome.checked, files[0], annotate), err=True)
    status: int = outcome.status
    return status
