"""`jixiao log`: what was changed in a file, when and by which verb."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, action, say, verb
from workbook.process import named


@verb("log")
@click.argument("file", type=FILE)
@click.option("--unit", default="", help="只看一个单位")
@FORMAT
def command(file: Path, unit: str, style: str) -> int:
    """List the changes, the newest first."""
    entries = action("log")(file, unit)
    if style == "json":
        say(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        named("workbook.cli.console:log_table")(entries)
    return 0
