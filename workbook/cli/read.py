"""`jixiao read`: what was read of a file, unchecked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.common import FILE, FORMAT, action, refused, say, verb
from workbook.process import named

if TYPE_CHECKING:
    from workbook.outcome import Outcome


@verb("read")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    """Show what was read."""
    outcome: Outcome
    filings, outcome = action("files:read_files")(action("files:expand")(files))
    if style == "json":
        say(
            json.dumps(
                {"filings": [named("workbook.filing:to_json")(filing) for filing in filings]},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for filing in filings:
            named("workbook.console:filing_table")(filing)
    refused(outcome)
    return outcome.status
