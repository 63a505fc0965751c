"""`jixiao rules`: the catalogue of rules, one rule explained, two schemes compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.common import FILE, SCHEME, action, explain, help_of, refused, say, scheme_of
from workbook.process import named

if TYPE_CHECKING:
    from workbook.checking.outcome import Outcome


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
    """List the rules, or explain one."""
    if context.invoked_subcommand:
        return 0
    if explained:
        return explain(explained, scheme)
    if style == "markdown":
        say(named("workbook.rules.catalogue").markdown(scheme_of(scheme)))
    else:
        named("workbook.cli.console:rule_table")(named("workbook.rules.catalogue").table_rows(scheme_of(scheme)))
    return 0


@command.command("diff", help="比较两个方案：哪些参数、哪些规则级别不同；给了文件的，还列出谁的结论会变")
@click.argument("before")
@click.argument("after")
@click.argument("files", type=FILE, nargs=-1)
def diff(before: str, after: str, files: tuple[Path, ...]) -> int:
    """Show where two schemes differ and whose verdict over the files would change."""
    pair = (scheme_of(before), scheme_of(after))
    outcome: Outcome
    rows, changed, outcome = action("schemes:compare_schemes")(*pair, action("files:expand")(files))
    named("workbook.cli.console:difference_tables")((pair[0].title, pair[1].title), rows, changed if files else None)
    refused(outcome)
    return outcome.status
