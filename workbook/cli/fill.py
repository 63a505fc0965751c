"""`jixiao fill`: the derived fields that are blank."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, done, progress, verb


@verb("fill")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    from workbook import actions

    return done(actions.fill(master, progress))
