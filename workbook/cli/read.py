"""`jixiao read`: what was read of a file, unchecked."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, refused, say, verb


@verb("read")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    from workbook import actions
    from workbook.filing import to_json

    filings, outcome = actions.read_files(actions.expand(files))
    if style == "json":
        say(json.dumps({"filings": [to_json(filing) for filing in filings]}, ensure_ascii=False, indent=2))
    else:
        from workbook.console import filing_table

        for filing in filings:
            filing_table(filing)
    refused(outcome)
    return outcome.status
