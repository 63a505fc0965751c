"""`jixiao undo`: back to an earlier state of a file."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, say, verb


@verb("undo")
@click.argument("file", type=FILE)
@click.option("--list", "listed", is_flag=True, help="只列出能退回的各版，不改动")
@click.option("--to", "number", type=int, help="退回到第几个（--list 里的序号）")
def command(file: Path, listed: bool, number: int | None) -> int:
    """Take the last change back, or list what can be gone back to."""
    if not listed:
        return done(action("undo")(file, number))
    states = action("log:states_of")(file)
    for position, state in enumerate(states, start=1):
        say(f"{position}　{state.words}　{state.path.stat().st_size / 1000:,.0f} KB")
    if not states:
        say(f"「{file.name}」没有上一版")
    return 0
