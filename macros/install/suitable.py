"""Whether this Python can carry jixiao: leaves with 0, or with 1 after a Chinese sentence that says why not.

Started by install.bat with every Python it finds, so it is written for old ones too (from 3.7 on; older ones cannot read it).
"""

from __future__ import annotations

import re
import struct
import sys
import sysconfig
from pathlib import Path

OLDEST = (3, 11)
WHERE = "请到 python.org 下载 Windows installer (64-bit)，版本 {0}，装好后再双击 install.bat"


def carried() -> list[tuple[int, int]]:
    """Return the versions that the wheels beside this file are for; none where there are no wheels."""
    names = [path.name for path in (Path(__file__).resolve().parent / "wheels").glob("*.whl")]
    tags = [re.search(r"-cp3(\d+)-cp3\d+-win_amd64\.whl$", name) for name in names]
    return sorted({(3, int(tag.group(1))) for tag in tags if tag})


def problem(version: tuple[int, int], bits: int, places: list[str], system: str, wheels: list[tuple[int, int]]) -> str:
    """Return why a Python is of no use (Chinese), "" where it is: version, pointer bits, its folders, system, wheels."""
    wanted = "、".join(f"{major}.{minor}" for major, minor in wheels) or f"{OLDEST[0]}.{OLDEST[1]} 或更新"
    shown, remedy = f"Python {version[0]}.{version[1]}", WHERE.format(wanted)
    if any("windowsapps" in place.lower() for place in places):
        return f"{shown} 是从微软商店装的：它写出的文件会被 Windows 放到别处，Excel 看不到。{remedy}"
    if version < OLDEST:
        return f"{shown} 太旧。{remedy}"
    if bits != 64 or (system.startswith("win") and system != "win-amd64"):
        return f"{shown} 不是 64 位（x64）的。{remedy}"
    if wheels and version not in wheels:
        return f"{shown} 不在这个离线安装包里（带的是 {wanted} 的程序）。{remedy}"
    return ""


def main() -> int:
    """Say what is wrong with this Python, if anything."""
    places = [sys.executable or "", sys.prefix, sys.base_prefix]
    bits = struct.calcsize("P") * 8
    said = problem(sys.version_info[:2], bits, places, sysconfig.get_platform(), carried())
    if said:
        sys.stdout.write(f"{said}\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
