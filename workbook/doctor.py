"""What this machine has and lacks for the work: Python, packages, LibreOffice, fonts, Excel."""

import importlib.metadata
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator

PACKAGES = ("click", "rich", "lxml", "python-calamine", "python-docx", "openpyxl", "XlsxWriter", "pandas")


def lines() -> Iterator[str]:
    """Yield the report line by line: ✓ for what is there, ✗ for what is missing and what to do."""
    good = sys.version_info >= (3, 11)
    yield _line(good, f"Python {platform.python_version()}（{platform.system()}）", "请安装 Python 3.11 或更新版本")
    for name in PACKAGES:
        version = _version(name)
        yield _line(
            version is not None, f"{name} {version or ''}".strip(), f"请运行：{sys.executable} -m pip install {name}"
        )
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield _line(
        office is not None, "LibreOffice（读 .doc、转 PDF 用）", "没有也能用；要读 .doc 或转 PDF 时请安装 LibreOffice"
    )
    yield _line(_has_chinese_font(), "中文字体", "请安装中文字体，如 fonts-noto-cjk")
    if platform.system() in ("Windows", "Darwin"):
        yield _line(_version("xlwings") is not None, "xlwings（在打开的 Excel 里直接写）", "没有也能用，结果改走文件")


def _line(good: bool, name: str, remedy: str) -> str:
    return f"✓ {name}" if good else f"✗ {name}：{remedy}"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _has_chinese_font() -> bool:
    if platform.system() in ("Windows", "Darwin"):
        return True
    program = shutil.which("fc-list")
    if program is None:
        return False
    found = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)
    return bool(found.stdout.strip())
