"""`jixiao compare`: a master against last year."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, progress, show, verb


@verb("compare")
@click.argument("master", type=FILE)
@click.argument("last_year", type=FILE, nargs=-1, required=True)
@FORMAT
def command(master: Path, last_year: tuple[Path, ...], style: str) -> int:
    from workbook import actions

    outcome = actions.check([master], prior=actions.expand(last_year), progress=progress)
    show(outcome, style)
    return outcome.status
