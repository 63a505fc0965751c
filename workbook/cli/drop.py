"""`jixiao drop`: files dropped on the program's icon."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, say, show, verb


@verb("drop")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    from workbook import actions

    outcome = actions.drop(files)
    show(outcome, style)
    if style == "table":
        for path in outcome.written:
            say(f"已另存：{path}")
    return outcome.status
