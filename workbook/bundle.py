"""The offline installation for clerks: wheels for Windows, the installer and what it needs, in one folder to hand on."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

PLATFORM = "win_amd64"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("excel",)
# what the packages ask for on Windows alone: pip reads such conditions by the machine it runs on
ON_WINDOWS = ("colorama", "pywin32")
FILES = (
    ("install", "install.bat"),
    ("install", "uninstall.bat"),
    ("install", "install.py"),
    ("install", "suitable.py"),
    ("install", "python-missing.html"),
    ("launchers", "check.bat"),
)
READ_ME = "请先读我.txt"
HOW = """绩效自评（jixiao）离线安装包

一、双击 install.bat。没有 Python 的电脑会打开一页说明，照着装好 Python 再来。
二、装好后桌面上有“绩效自评总表.xlsm”和“全审（拖放）.bat”。
三、卸载：双击 uninstall.bat。您的工作簿不会被删除。
适用：64 位 Windows，64 位的 Python {versions}（从 python.org 装，不要从微软商店装）。
"""


class BundleError(Exception):
    """What could not be fetched or built; the message is a Chinese sentence with the remedy."""


def bundle(folder: Path, versions: Sequence[str] = VERSIONS) -> Path:
    """Make the folder for an installation without a network; raise BundleError where pip cannot.

    The folder is made beside its place and moved there when it is whole. `versions` are those of Python to carry wheels for.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"文件夹「{folder}」不是空的，没有动它；请换一个文件夹")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".jixiao-") as place:
        made = Path(place) / "bundle"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        own = _own_wheel(wheels)
        for version in versions:
            _download(own, wheels, version)
        for kind, name in FILES:
            content = resources.files("macros").joinpath(kind, name).read_bytes()
            (made / name).write_bytes(_windows_lines(content) if name.endswith(".bat") else content)
        (made / READ_ME).write_text(HOW.format(versions="、".join(versions)), encoding="utf-8-sig", newline="\r\n")
        if folder.exists():
            folder.rmdir()
        shutil.move(made, folder)
    return folder


def _windows_lines(content: bytes) -> bytes:
    # cmd loses its place in labels and blocks of a batch file whose lines end with a bare LF
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _own_wheel(wheels: Path) -> Path:
    """Build this package's own wheel from its source tree; raise BundleError where it was installed without one."""
    root = Path(__file__).resolve().parents[1]
    if not (root / "pyproject.toml").is_file():
        raise BundleError("离线安装包要从源代码的文件夹里做：请下载源代码，在那里运行 jixiao bundle")
    with tempfile.TemporaryDirectory() as place:
        # a copy, so that building leaves nothing behind in the source tree
        copy = Path(place) / "source"
        shutil.copytree(
            root, copy, ignore=shutil.ignore_patterns(".*", "tests", "build", "dist", "*.egg-info", "__pycache__")
        )
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(copy))
    return next(wheels.glob("jixiao-*.whl"))


def _download(own: Path, wheels: Path, version: str) -> None:
    target = ["--platform", PLATFORM, "--python-version", version, "--implementation", "cp", "--only-binary=:all:"]
    _pip("download", "--dest", str(wheels), *target, f"{own}[{','.join(EXTRAS)}]", *ON_WINDOWS)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.startswith("ERROR")][-1:] or ["没有更多信息"]
        raise BundleError(f"pip 没有成功（{last[0]}）。请检查网络或软件源后再试")
