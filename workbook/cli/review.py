"""`jixiao review`: fill what is blank, then check."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, progress, verb


@verb("review")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    """Fill, check and say what it came to."""
    return done(action("review")(master, progress))
