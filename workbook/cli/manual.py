"""`jixiao manual`: the manual as one page for a browser."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb
from workbook.process import named


@verb("manual")
@click.option("--to", type=FILE, default=Path("手册.html"), show_default=True, help="写成哪个网页文件（.html）")
def command(to: Path) -> int:
    """Write the manual to a file."""
    if to.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"手册写成网页，文件名应以 .html 结尾，现为「{to.name}」")
    to.parent.mkdir(parents=True, exist_ok=True)
    with named("workbook.storage.replacing:replacing")(to) as made:
        made.write_text(named("workbook.manual:html")(), encoding="utf-8", newline="\n")
    say(f"手册在 {to}：双击就在浏览器里打开，不要网络，可以拷给别人")
    return 0
