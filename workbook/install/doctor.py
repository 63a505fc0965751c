"""What this machine has and lacks for the work: Python, packages, LibreOffice, fonts, Excel."""

import importlib.metadata
import os
import platform
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from workbook import patterns as re
from workbook import process
from workbook.master.read import template
from workbook.readers.limits import LIMITS
from workbook.storage import office, replacing, settings

NEEDED = re.compile(r"[\w.-]+")  # a package's name in what this one asks for, before its version


# what nearly everything works without: for some kinds of processors (LoongArch) there are no such packages
WITHOUT = {
    "duckdb": "没有也能用，只是做不了汇总表、汇总报告和抽查计划（总表里的「汇总分析」照常）；过一万个单位的总表也要它",
    "pandas": "没有也能用，只是不能把汇总的表交给 pandas 再加工",
}


def lines() -> Iterator[str]:
    """Yield the report line by line: ✓ for what is there, ✗ for what is missing and what to do."""
    good = sys.version_info >= (3, 11)
    yield _line(good, f"Python {platform.python_version()}（{platform.system()}）", "请安装 Python 3.11 或更新版本")
    if platform.system() == "Windows":
        store = "windowsapps" in f"{sys.executable} {sys.base_prefix}".lower()
        yield _line(
            not store, "Python 不是从微软商店装的", "它写出的文件 Excel 看不到：请从 python.org 装 64 位的 Python"
        )
    for name in _packages():
        version = _version(name)
        yield _line(
            version is not None,
            f"{name} {version or ''}".strip(),
            WITHOUT.get(name, f"请运行：{sys.executable} -m pip install {name}"),
        )
    served = all(_version(name) for name in ("starlette", "uvicorn"))
    yield _option(served, "网页（jixiao serve）", "没有也能用命令；要用网页的请运行 pip install 'jixiao[serve]'")
    yield _line(
        office.find() is not None,
        "LibreOffice（读 .doc、转 PDF 用）",
        "没有也能用；要读 .doc 或转 PDF 时请安装 LibreOffice",
    )
    yield _line(_has_chinese_font(), "中文字体", "请安装中文字体，如 fonts-noto-cjk")
    yield _line(template().is_file(), "总表模板（带按钮）", "安装不完整，请重新安装")
    yield from _settings()
    if platform.system() in ("Windows", "Darwin"):
        yield from _excel()
        yield _option(_version("xlwings") is not None, "xlwings（在打开的 Excel 里直接写）", "没有也能用，结果改走文件")


def _packages() -> list[str]:
    """Return the packages that this one cannot do without, as its own installation tells."""
    asked = importlib.metadata.requires("jixiao") or []
    return [found.group() for entry in asked if "extra ==" not in entry and (found := NEEDED.match(entry))]


def lines_of(path: Path) -> Iterator[str]:
    """Yield what may keep a workbook's buttons from working: its Python, the mark of the web, a read-only file, macros."""
    if not path.is_file():
        yield _line(False, path.name, "找不到这个文件，请检查路径")
        return
    yield _line(os.access(path, os.W_OK), f"{path.name} 可以写入", "文件只读：请去掉只读属性，或拷到自己的文件夹里")
    yield _line(not _is_marked(path), f"{path.name} 没有“来自网络”的标记", UNBLOCK)
    yield _line(
        _has_macros(path), f"{path.name} 带有宏", "没有按钮的工作簿：请用 jixiao new 新建总表，或用“全审（拖放）”"
    )


def _has_macros(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book:
            return "xl/vbaProject.bin" in book.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _settings() -> Iterator[str]:
    """Yield the limits on files from outside and what is kept, as they hold here, and where to set them."""
    for section, held in (("limits", LIMITS), ("keep", replacing.KEPT)):
        values = "，".join(f"{name} = {value:,}" for name, value in asdict(held).items())
        yield f"· 设置 [{section}]：{values}"
    yield f"· 单位报来的文件在单独的进程里读（小而规整的除外）：{_worker_limits()}"
    yield f"· 要改的写进 {settings.source()}，或用环境变量，如 JIXIAO_LIMITS_CELLS=5000000"


def _worker_limits() -> str:
    """Return in words what holds a worker that reads a file from outside on this system."""
    time = f"每份最多 {LIMITS.seconds} 秒"
    memory = f"内存最多 {LIMITS.memory // 1_000_000:,} MB"
    return {
        "Linux": f"{time}，{memory}",
        "Windows": f"{time}，{memory}（Job 对象，尚未在 Windows 上验证）",
    }.get(platform.system(), f"{time}；内存上限在本系统上没有效力")


UNBLOCK = "Excel 会拦住它的宏：右键文件—属性—勾选“解除锁定”，或把它放进受信任的位置"


def _is_marked(path: Path) -> bool:
    # what browsers and mail programs leave beside a file on NTFS
    try:
        return "ZoneId=3" in Path(f"{path}:Zone.Identifier").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def _excel() -> Iterator[str]:
    found: str | None = None
    if sys.platform == "win32":
        import winreg

        place = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
        with suppress(OSError):
            found = winreg.QueryValue(winreg.HKEY_LOCAL_MACHINE, place)
    yield _line(
        bool(found),
        f"Excel（{found}）" if found else "Excel",
        "没有找到 Excel；只有 WPS 的，请用“全审（拖放）”或命令 jixiao",
    )


def _line(good: bool, name: str, remedy: str) -> str:
    return f"✓ {name}" if good else f"✗ {name}：{remedy}"


def _option(there: bool, name: str, remedy: str) -> str:
    """Return the line of what the program does without."""
    return f"✓ {name}" if there else f"○ {name}：{remedy}"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _has_chinese_font() -> bool:
    if platform.system() in ("Windows", "Darwin"):
        return True
    program = process.program("fc-list")
    if program is None:
        return False
    try:
        found = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(found.stdout.strip())
