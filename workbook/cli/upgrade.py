"""`jixiao upgrade`: a master of an earlier template, brought up to the present one."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, verb


@verb("upgrade")
@click.argument("master", type=FILE)
def command(master: Path) -> int:
    """Bring the master up to the present template."""
    return done(action("upgrade")(master))
