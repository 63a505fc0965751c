"""`jixiao clear`: the marks off the cells."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, done, verb


@verb("clear")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    from workbook import actions

    return done(actions.clear(master))
