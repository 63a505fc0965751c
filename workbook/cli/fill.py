"""`jixiao fill`: the derived fields that are blank."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, progress, verb


@verb("fill")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    """Fill what is blank and say how much it was."""
    return done(action("fill")(master, progress))
