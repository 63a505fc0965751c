"""`jixiao doctor`: what is there on this machine and what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb
from workbook.process import named


@verb("doctor")
@click.argument("files", type=FILE, nargs=-1)
def command(files: tuple[Path, ...]) -> int:
    """Say what is there and what is missing."""
    doctor = named("workbook.install.doctor")
    for line in doctor.lines():
        say(line)
    for path in files:
        for line in doctor.lines_of(path):
            say(line)
    return 0
