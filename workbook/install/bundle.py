"""The offline installation for clerks: wheels for Windows, the installer and what it needs, in one folder to hand on."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path, PurePosixPath

from workbook.process import ClerkError
from workbook.storage import spill

NAME = "jixiao"
PLATFORM = "win_amd64"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("excel", "serve")
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
ELSEWHERE = """绩效自评（jixiao）离线安装包：{machine}

一、在这个文件夹里运行：python3 install.py。不要管理员权限，不要网络。
二、装好后桌面上有“绩效自评总表.xlsm”；命令在 ~/.local/share/jixiao/env/bin/jixiao。
三、卸载：python3 install.py --undo。您的工作簿不会被删除。
适用：与做这个安装包的电脑相同的系统，Python {versions}。
"""
HOW = """绩效自评（jixiao）离线安装包

一、双击 install.bat。没有 Python 的电脑会打开一页说明，照着装好 Python 再来。
二、装好后桌面上有“绩效自评总表.xlsm”和“全审（拖放）.bat”。
三、卸载：双击 uninstall.bat。您的工作簿不会被删除。
适用：64 位 Windows，64 位的 Python {versions}（从 python.org 装，不要从微软商店装）。
"""


class BundleError(ClerkError):
    """What could not be fetched or built; the message is a Chinese sentence with the remedy."""


def bundle(folder: Path, versions: Sequence[str] = VERSIONS, *, here: bool = False) -> Path:
    """Make the folder for an installation without a network; raise BundleError where pip cannot.

    The folder is made beside its place and moved there when it is whole. `versions` are those of Python to carry wheels for;
    `here` carries those for a machine like this one instead of Windows.
    """
    if here:
        versions = [f"{sys.version_info.major}.{sys.version_info.minor}"]
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"文件夹「{folder}」不是空的，没有动它；请换一个文件夹")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with spill.folder(folder.parent) as place:
        made = place / "bundle"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        own = own_wheel(wheels)
        for version in versions:
            _download(own, wheels, None if here else version)
        for kind, name in FILES:
            content = resources.files("macros").joinpath(kind, name).read_bytes()
            (made / name).write_bytes(windows_lines(content) if name.endswith(".bat") else content)
        how = (ELSEWHERE if here else HOW).format(versions="、".join(versions), machine=platform.platform(terse=True))
        (made / READ_ME).write_text(how, encoding="utf-8-sig", newline="\r\n")
        if folder.exists():
            folder.rmdir()
        shutil.move(made, folder)
    return folder


def windows_lines(content: bytes) -> bytes:
    """Return a batch file as cmd reads it."""
    # cmd loses its place in labels and blocks of a batch file whose lines end with a bare LF
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def own_wheel(wheels: Path) -> Path:
    """Make this package's own wheel: built from the source tree it runs from, else put together from what is installed."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file():
        return _packed(importlib.metadata.distribution(NAME), wheels)
    with spill.folder() as place:
        # a copy, so that building leaves nothing behind in the source tree
        copy = place / "source"
        shutil.copytree(
            root, copy, ignore=shutil.ignore_patterns(".*", "tests", "build", "dist", "*.egg-info", "__pycache__")
        )
        pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(copy))
    return next(wheels.glob(f"{NAME}-*.whl"))


def _packed(installed: importlib.metadata.Distribution, wheels: Path) -> Path:
    """Put an installed pure package back into the wheel it came from, by its RECORD (PEP 427); raise BundleError."""
    held = {str(entry): Path(str(entry.locate())) for entry in installed.files or ()}
    record = next((name for name in held if name.endswith(".dist-info/RECORD")), None)
    if record is None:
        raise BundleError("这份程序不是用 pip 装的，做不了离线安装包：请用 pip 重新安装，再运行 jixiao bundle")
    info = record.removesuffix("RECORD")
    # what pip wrote down about this one installation, and what it made outside the packages (the script)
    own = {f"{info}{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")}
    taken = {
        name: path
        for name, path in held.items()
        if name not in own and ".." not in PurePosixPath(name).parts and "__pycache__" not in name
    }
    missing = [name for name, path in taken.items() if not path.is_file()]
    if missing or not any(name.startswith("workbook/") for name in taken):
        raise BundleError("安装不完整，做不了离线安装包：请用 pip 重新安装，再运行 jixiao bundle")
    wheel = wheels / f"{NAME}-{installed.version}-py3-none-any.whl"
    lines = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(taken.items()):
            content = path.read_bytes()
            digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(content)}\n")
            archive.writestr(name, content)
        archive.writestr(record, "".join([*lines, f"{record},,\n"]))
    return wheel


def _download(own: Path, wheels: Path, version: str | None) -> None:
    if version is None:
        pip("download", "--dest", str(wheels), "--only-binary=:all:", f"{own}[serve]")
        return
    target = ["--platform", PLATFORM, "--python-version", version, "--implementation", "cp", "--only-binary=:all:"]
    pip("download", "--dest", str(wheels), *target, f"{own}[{','.join(EXTRAS)}]", *ON_WINDOWS)


def pip(*arguments: str) -> None:
    """Run pip; raise BundleError with its last complaint where it fails."""
    # -P: never a module from the folder the clerk happens to stand in
    command = [sys.executable, "-P", "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
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
