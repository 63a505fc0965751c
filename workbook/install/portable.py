"""The folder that needs no installation: a stand-alone Python that IT has downloaded once, with the program and all it needs
inside, and what starts it. Nothing outside the folder is written or asked: no registry, no other Python.

`python -m workbook.install.portable` opens the master that lies beside such a Python: its buttons are told where the folder is now.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import zipfile
from datetime import date
from importlib import resources
from pathlib import Path

from workbook import patterns as re
from workbook.actions.new import new
from workbook.install.bundle import ON_WINDOWS, READ_ME, BundleError, own_wheel, pip, windows_lines
from workbook.master import layout
from workbook.model.edits import Block, Edits
from workbook.process import ClerkError
from workbook.readers.detect import is_master
from workbook.storage import spill
from workbook.writers.package import apply

WINDOWS = "win_amd64"
_MINORS = range(17, 29)  # of glibc, as the names of wheels have it; the domestic systems have 2.28 and later
PLATFORMS = {
    WINDOWS: (WINDOWS,),
    **{
        f"linux_{machine}": (f"manylinux2014_{machine}", *(f"manylinux_2_{minor}_{machine}" for minor in _MINORS))
        for machine in ("x86_64", "aarch64")
    },
}
LEAST = (3, 11)
PYTHON = "python"
MASTER = "绩效自评总表.xlsm"
START, COMMAND = "开始（双击）.sh", "jixiao"
PAGE, DROP, OPEN = "绩效自评（网页）.bat", "全审（拖放）.bat", "打开总表.bat"
_DEPTH = 3  # folders of the archive around the Python
_LAUNCHED = 'set "PYTHON=%LOCALAPPDATA%\\jixiao\\env\\Scripts\\python.exe"'
_ELSEWHERE = 'for %%P in (py.exe) do set "PYTHON=%%~$PATH:P"'

# %~dp0 is the folder of the file itself; nothing of the machine's own Pythons is asked
_BATCH = """@echo off
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
set "PYTHONHOME="
set "PYTHONPATH="
"%~dp0python\\python.exe" -P -X utf8 -m {0}
if errorlevel 1 pause
"""
_SHELL = """#!/bin/sh
# {0}
here=${{0%/*}}
[ "$here" = "$0" ] && here=.
here=$(cd "$here" && pwd -P) || exit 2
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP
{1}
"""
_RUN = 'exec "$here/python/bin/python3" -I -X utf8 -m workbook {0}'
_START = f"""if [ $# -eq 0 ]; then {_RUN.format("serve")}; fi
{_RUN.format('drop "$@"')}"""
_HOW = {
    True: f"""绩效自评（jixiao）免安装文件夹：64 位 Windows

一、整个文件夹拷到自己的盘上（不要只拷一部分，不要放在压缩包里用），不要管理员权限，不要网络。
二、用 Excel 的：双击“{OPEN}”，总表的按钮就用这个文件夹里的 Python；挪过文件夹的，再这样打开一次。
三、没有 Excel、用不了宏的：双击“{PAGE}”，在浏览器里审核；或把报告、工作簿拖到“{DROP}”上，旁边另存一份审过的。
四、不用了，删掉整个文件夹即可；注册表和电脑上别的 Python 都没有动过。
""",
    False: f"""绩效自评（jixiao）免安装文件夹：{{0}}

一、整个文件夹拷到自己的目录里，不要管理员权限，不要网络。
二、双击“{START}”（问起来选“运行”），在浏览器里审核；或在终端里：./{COMMAND} check 报告.docx。
三、把报告拖到终端里的“./{START}”后面，旁边另存一份审过的工作簿。
四、不用了，删掉整个文件夹即可；系统里别的 Python 没有动过。
""",
}


def portable(folder: Path, platform: str, archive: Path) -> Path:
    """Make the folder from an archive with a stand-alone Python (.zip, .tar, .tar.gz …); raise BundleError.

    It is made beside its place and moved there when it is whole.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"文件夹「{folder}」不是空的，没有动它；请换一个文件夹")
    windows = platform == WINDOWS
    folder.parent.mkdir(parents=True, exist_ok=True)
    with spill.folder(folder.parent) as place:
        made = place / "folder"
        made.mkdir()
        _unpack(archive, place / "unpacked")
        shutil.move(_home(place / "unpacked", windows, archive), made / PYTHON)
        version = _version(made / PYTHON, windows, archive)
        _install(_packages(made / PYTHON, windows, version), platform, version)
        if windows:
            _lay_out_windows(made)
        else:
            _lay_out(made)
        how = _HOW[windows].format(platform)
        (made / READ_ME).write_text(how, encoding="utf-8-sig", newline="\r\n" if windows else "\n")
        if folder.exists():
            folder.rmdir()
        shutil.move(made, folder)
    return folder


# --- the Python -------------------------------------------------------------------------------------------------------


def _unpack(archive: Path, place: Path) -> None:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as held:
                held.extractall(place)
            return
        if not hasattr(tarfile, "data_filter"):
            raise BundleError("本机的 Python 太旧，不能稳妥地解开压缩包：请先升级到 3.11.4 或更新的，再运行一次")
        with tarfile.open(archive) as held:
            held.extractall(place, filter="data")  # nothing outside the folder, whatever stands in it
    except OSError as error:
        raise BundleError(f"「{archive}」打不开或解不开（{error.strerror or error}），请检查路径和磁盘空间") from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, RuntimeError) as error:  # RuntimeError: it has a password
        raise BundleError(
            f"「{archive.name}」不是能解开的 .zip、.tar、.tar.gz：请用 python.org 的 embeddable 压缩包（Windows），"
            "或独立版 Python 的 install_only .tar.gz（Linux）"
        ) from error


def _home(place: Path, windows: bool, archive: Path) -> Path:
    """Return the folder of the Python in what was unpacked; raise BundleError where there is none for the platform."""
    wanted = "python.exe" if windows else "bin/python3"
    patterns = ("/".join(["*"] * depth + [wanted]) for depth in range(_DEPTH))
    found = next((path for pattern in patterns for path in sorted(place.glob(pattern))), None)
    if found is None:
        raise BundleError(f"「{archive.name}」里没有 {wanted}：它不是给这个系统的独立版 Python，请核对 --platform")
    return found.parent if windows else found.parent.parent


def _version(home: Path, windows: bool, archive: Path) -> tuple[int, int]:
    names = home.glob("python3*.dll" if windows else "lib/python3.*")
    numbers = (re.fullmatch(r"python3\.?(\d+)(?:\.dll)?", path.name) for path in names)
    minors = [int(found[1]) for found in numbers if found]
    if not minors or (3, max(minors)) < LEAST:
        raise BundleError(f"「{archive.name}」里的 Python 太旧或认不出版本：要 3.{LEAST[1]} 或更新的")
    return 3, max(minors)


def _packages(home: Path, windows: bool, version: tuple[int, int]) -> Path:
    """Return where the Python looks for packages; on Windows say so in its ._pth, which also shuts everything else out."""
    if not windows:
        return home / "lib" / f"python{version[0]}.{version[1]}" / "site-packages"
    name = f"python{version[0]}{version[1]}"
    lines = (f"{name}.zip", ".", "DLLs", "Lib", "Lib\\site-packages", "import site")
    (home / f"{name}._pth").write_text("".join(f"{line}\r\n" for line in lines), encoding="ascii", newline="")
    return home / "Lib" / "site-packages"


def _install(target: Path, platform: str, version: tuple[int, int]) -> None:
    tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
    windows = platform == WINDOWS
    with spill.folder() as place:
        own = own_wheel(place)
        extras = "excel,serve" if windows else "serve"
        wanted = [f"{own}[{extras}]", *(ON_WINDOWS if windows else ())]
        kind = ["--python-version", f"{version[0]}.{version[1]}", "--implementation", "cp", "--only-binary=:all:"]
        pip("install", "--target", str(target), "--upgrade", "--no-compile", *tags, *kind, *wanted)
    shutil.rmtree(target / "bin", ignore_errors=True)  # scripts that name the Python of this machine


# --- what starts it ---------------------------------------------------------------------------------------------------


def _lay_out(made: Path) -> None:
    for name, note, lines in (
        (START, "双击打开网页；后面给出文件的，旁边各另存一份审过的", _START),
        (COMMAND, "命令 jixiao", _RUN.format('"$@"')),
    ):
        (made / name).write_text(_SHELL.format(note, lines), encoding="utf-8", newline="\n")
        (made / name).chmod(0o755)


def _lay_out_windows(made: Path) -> None:
    for name, started in ((PAGE, "workbook serve"), (OPEN, "workbook.install.portable")):
        (made / name).write_bytes(windows_lines(_BATCH.format(started).encode("ascii")))
    launcher = resources.files("macros").joinpath("launchers", "check.bat").read_text(encoding="ascii")
    if _LAUNCHED not in launcher or _ELSEWHERE not in launcher:
        raise BundleError("安装不完整（check.bat 不是这一版的），请重新安装再试")
    launcher = launcher.replace(_LAUNCHED, 'set "PYTHON=%~dp0python\\python.exe"').replace(_ELSEWHERE, 'set "PYTHON="')
    (made / DROP).write_bytes(windows_lines(launcher.encode("ascii")))
    new(made / MASTER, year=date.today().year - 1)  # noqa: DTZ011 — the evaluation is of the year before


def adopt(book: Path, python: Path) -> bool:
    """Have a master's buttons start a Python; return whether that was another one before."""
    told = Block(layout.TEXTS_SHEET, *layout.PYTHON, ((str(python),),))
    return apply(book, Edits(blocks=[told])) is not None


def open_beside(python: Path) -> Path:
    """Open the master in the folder around a Python, its buttons told of that; raise BundleError where there is none."""
    folder = python.parent.parent
    books = [path for path in (folder / MASTER, *sorted(folder.glob("*.xlsm"))) if is_master(path)]
    if not books:
        raise BundleError(f"「{folder}」里没有总表：请把总表放回这个文件夹，或用 jixiao new 新建一本")
    silent = python.with_name("pythonw.exe")
    adopt(books[0], silent if silent.is_file() else python)
    return books[0]


def main() -> int:
    """Open the master beside this Python with the program that the system has for it."""
    try:
        book = open_beside(Path(sys.executable))
    except (ClerkError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if sys.platform == "win32":
        os.startfile(book)
    else:
        sys.stdout.write(f"{book}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
