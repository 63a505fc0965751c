"""`jixiao rules`: the catalogue of rules, one rule explained, two schemes compared."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, SCHEME, explain, help_of, refused, say


@click.group("rules", help=help_of("rules"), invoke_without_command=True)
@click.option("--explain", "explained", help="说明一条规则（编号）")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "markdown"]),
    default="table",
    help="结果怎么列：table 给人看，markdown 可贴进文档",
)
@SCHEME
@click.pass_context
def command(context: click.Context, explained: str | None, style: str, scheme: str | None) -> int:
    from workbook import actions
    from workbook.rules import catalogue

    if context.invoked_subcommand:
        return 0
    if explained:
        return explain(explained, scheme)
    if style == "markdown":
        say(catalogue.markdown(actions.scheme_of(scheme)))
    else:
        from workbook.console import rule_table

        rule_table(catalogue.table_rows(actions.scheme_of(scheme)))
    return 0


@command.command("diff", help="比较两个方案：哪些参数、哪些规则级别不同；给了文件的，还列出谁的结论会变")
@click.argument("before")
@click.argument("after")
@click.argument("files", type=FILE, nargs=-1)
def diff(before: str, after: str, files: tuple[Path, ...]) -> int:
    from workbook import actions
    from workbook.console import difference_tables

    pair = (actions.scheme_of(before), actions.scheme_of(after))
    rows, changed, outcome = actions.compare_schemes(*pair, actions.expand(files))
    difference_tables((pair[0].title, pair[1].title), rows, changed if files else None)
    refused(outcome)
    return outcome.status
