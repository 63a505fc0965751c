# -*- coding: utf-8 -*-
"""Whether this Python can carry jixiao: leaves with 0, or with 1 after a Chinese sentence that says why not.

Started by install.bat with every Python it finds, so it must run under any of them, the second among them.
"""

import os
import re
import struct
import sys

OLDEST = (3, 11)
WHERE = u"请到 python.org 下载 Windows installer (64-bit)，版本 {0}，装好后再双击 install.bat"


def carried():
    """Return the versions that the wheels beside this file are for, () where there are none."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wheels")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    tags = [re.search(r"-cp3(\d+)-cp3\d+-win_amd64\.whl$", name) for name in names]
    return tuple(sorted({(3, int(tag.group(1))) for tag in tags if tag}))


def problem(version, bits, places, system, wheels):
    """Return why a Python is of no use (Chinese), "" where it is: version, pointer bits, its folders, system, wheels."""
    wanted = u"、".join(u"%d.%d" % pair for pair in wheels) or u"%d.%d 或更新" % OLDEST
    shown = u"Python %d.%d" % tuple(version[:2])
    remedy = WHERE.format(wanted)
    if any("windowsapps" in place.lower() for place in places):
        return shown + u" 是从微软商店装的：它写出的文件会被 Windows 放到别处，Excel 看不到。" + remedy
    if tuple(version[:2]) < OLDEST:
        return shown + u" 太旧。" + remedy
    if bits != 64 or (system.startswith("win") and system != "win-amd64"):
        return shown + u" 不是 64 位（x64）的。" + remedy
    if wheels and tuple(version[:2]) not in wheels:
        return shown + u" 不在这个离线安装包里（带的是 " + wanted + u" 的程序）。" + remedy
    return u""


def main():
    """Say what is wrong with this Python, if anything."""
    import sysconfig

    bits = struct.calcsize("P") * 8
    places = (sys.executable or "", sys.prefix, getattr(sys, "base_prefix", ""))
    said = problem(sys.version_info, bits, places, sysconfig.get_platform(), carried())
    if said:
        sys.stdout.write(said + "\n" if sys.version_info[0] > 2 else (said + u"\n").encode("utf-8"))
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
