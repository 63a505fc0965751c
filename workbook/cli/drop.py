"""`jixiao drop`: files dropped on the program's icon."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook import patterns as re
from workbook.cli.common import FILE, FORMAT, action, say, show, verb

LINE, LAUNCHER, FILES = "JIXIAO_DROPPED", "JIXIAO_LAUNCHER", "JIXIAO_FILES"  # what the launcher says of the files
_NAME = re.compile(r'"([^"]*)"|([^\s"]+)')


if TYPE_CHECKING:
    from workbook.checking.outcome import Outcome


@verb("drop")
@click.argument("files", type=FILE, nargs=-1)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    """Check a copy of each file and say where it lies."""
    told = [os.environ.get(name, "") for name in (LINE, LAUNCHER, FILES)]
    given = files or tuple(map(Path, dropped(*told)))
    if not given:
        raise click.UsageError("没有给文件：请把工作簿或报告拖到“全审（拖放）”上")
    outcome: Outcome = action("drop")(given)
    show(outcome, style)
    if style == "table":
        for path in outcome.written:
            say(f"已另存：{path}")
    return outcome.status


def dropped(line: str, launcher: str, files: str) -> list[str]:
    """Return the files that the launcher was given: from the line that cmd was started with, or as cmd parted them.

    Explorer quotes a name with a blank and no other; cmd cuts one with & in two, and takes % and ^ for its own.
    """
    _, found, rest = line.lower().rpartition(launcher.lower()) if launcher else ("", "", "")
    if found:
        rest = line[len(line) - len(rest) :].removeprefix('"')
        if rest.count('"') % 2:  # cmd /c "…": the one that closes the whole
            rest = rest.rstrip().removesuffix('"')
    return [quoted or bare for quoted, bare in _NAME.findall(rest if found else files)]
