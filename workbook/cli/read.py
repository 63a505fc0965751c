"""`jixiao read`: what was read of a file, unchecked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.common import FILE, FORMAT, action, refused, say, verb

if TYPE_CHECKING:
    from workbook.outcome import Outcome


@verb("read")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    from workbook.filing import to_json

    outcome: Outcome
    filings, outcome = action("files:read_files")(action("files:expand")(files))
    if style == "json":
        say(json.dumps({"filings": [to_json(filing) for filing in filings]}, ensure_ascii=False, indent=2))
    else:
        from workbook.console import filing_table

        for filing in filings:
            filing_table(filing)
    refused(outcome)
    return outcome.status
