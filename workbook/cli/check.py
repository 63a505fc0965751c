"""`jixiao check`: the findings of masters, departments' workbooks and reports."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, POWER, SCHEME, explain, power_of, progress, show, verb


@verb("check")
@click.argument("files", type=FILE, nargs=-1)
@click.option("--prior", type=FILE, multiple=True, help="上年的报告或总表，可给多个")
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
    from workbook import actions

    if explained:
        return explain(explained, scheme)
    if not files:
        raise click.UsageError("没有写要审核哪个文件")
    terms = (actions.scheme_of(scheme) if scheme else None, actions.expand(prior), only, skip)
    if annotate:
        from workbook import annotation

        annotation.refuse(files, annotate)
    power = power_of(jobs, cluster) if jobs or cluster else None
    outcome = actions.check(files, *terms, progress=progress, power=power)
    show(outcome, style, ledger=ledger, verbose=verbose)
    if annotate and outcome.checked:
        click.echo(annotation.annotate(outcome.checked, files[0], annotate), err=True)
    return outcome.status
