"""`jixiao bundle`: a folder from which the program installs without a network, or that runs without being installed."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb
from workbook.process import named

PLATFORMS = ("win_amd64", "linux_x86_64", "linux_aarch64")


@verb("bundle")
@click.argument("folder", type=FILE)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    help="为哪些 Python 版本准备，可给多个，默认 3.11 到 3.14；有 --platform 时是独立版 Python 的压缩包",
)
@click.option("--here", is_flag=True, help="给与本机系统、Python 相同的电脑（如 Linux），不是给 Windows")
@click.option(
    "--platform",
    type=click.Choice(PLATFORMS),
    help="做免安装文件夹，给哪种系统；Python 也放在里面（用 --python 给压缩包）",
)
def command(folder: Path, pythons: tuple[str, ...], here: bool, platform: str | None) -> int:
    """Make the folder and say how to install from it, or how to start it."""
    if platform:
        if here or len(pythons) != 1:
            raise click.UsageError("免安装文件夹要用 --python 给一个独立版 Python 的压缩包，不能同时用 --here")
        place = named("workbook.install.portable:portable")(folder, platform, Path(pythons[0]))
        say(f"免安装文件夹在 {place}，整个文件夹拷给要用的电脑，先看里面的说明")
        return 0
    made = named("workbook.install.bundle")
    how = "在里面运行 python3 install.py" if here else "双击 install.bat"
    say(f"离线安装包在 {made.bundle(folder, pythons or made.VERSIONS, here=here)}，整个文件夹拷给要用的电脑，{how}")
    return 0
