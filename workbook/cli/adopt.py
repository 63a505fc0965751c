"""`jixiao adopt`: the value that a check worked out, put into the cell it belongs to."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, verb


@verb("adopt")
@click.argument("master", type=FILE)
@click.argument("cell", metavar="格（如 自评表!G8）")
def command(master: Path, cell: str) -> int:
    """Put the value into the cell and say what it was."""
    return done(action("adopt")(master, cell))
