"""`jixiao doctor`: what is there on this machine and what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb


@verb("doctor")
@click.argument("files", type=FILE, nargs=-1)
def command(files: tuple[Path, ...]) -> int:
    from workbook.doctor import lines, lines_of

    for line in lines():
        say(line)
    for path in files:
        for line in lines_of(path):
            say(line)
    return 0
