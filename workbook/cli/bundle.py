"""`jixiao bundle`: a folder from which the program installs without a network."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb
from workbook.process import named


@verb("bundle")
@click.argument("folder", type=FILE)
@click.option("--python", "versions", multiple=True, help="为哪些 Python 版本准备，可给多个；默认 3.11、3.12、3.13")
@click.option("--here", is_flag=True, help="给与本机系统、Python 相同的电脑（如 Linux），不是给 Windows")
def command(folder: Path, versions: tuple[str, ...], here: bool) -> int:
    """Make the folder and say how to install from it."""
    made = named("workbook.bundle")
    how = "在里面运行 python3 install.py" if here else "双击 install.bat"
    say(f"离线安装包在 {made.bundle(folder, versions or made.VERSIONS, here=here)}，整个文件夹拷给要用的电脑，{how}")
    return 0
