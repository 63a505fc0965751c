"""`jixiao review`: fill what is blank, then check."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, done, progress, verb


@verb("review")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    from workbook import actions

    return done(actions.review(master, progress))
