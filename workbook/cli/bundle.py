"""`jixiao bundle`: a folder from which the program installs without a network."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb


@verb("bundle")
@click.argument("folder", type=FILE)
@click.option("--python", "versions", multiple=True, help="为哪些 Python 版本准备，可给多个；默认 3.11、3.12、3.13")
def command(folder: Path, versions: tuple[str, ...]) -> int:
    from workbook.bundle import VERSIONS, bundle

    say(f"离线安装包在 {bundle(folder, versions or VERSIONS)}，整个文件夹拷给要用的电脑，双击 install.bat")
    return 0
