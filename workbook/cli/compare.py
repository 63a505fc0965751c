"""`jixiao compare`: a master against last year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.common import FILE, FORMAT, action, progress, show, verb

if TYPE_CHECKING:
    from workbook.checking.outcome import Outcome


@verb("compare")
@click.argument("master", type=FILE)
@click.argument("last_year", type=FILE, nargs=-1, required=True)
@FORMAT
def command(master: Path, last_year: tuple[Path, ...], style: str) -> int:
    """Check a master against last year and show what was found."""
    outcome: Outcome = action("checks:check")([master], prior=action("files:expand")(last_year), progress=progress)
    show(outcome, style)
    return outcome.status
