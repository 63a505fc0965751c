"""`jixiao remove`: a department out of a master."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, verb


@verb("remove")
@click.argument("master", type=FILE)
@click.argument("units", nargs=-1, required=True)
def command(master: Path, units: tuple[str, ...]) -> int:
    """Take the departments out."""
    return done(action("remove")(master, units))
