"""A Windows of its own under wine, in which programs that stand in for Python write down what they are given."""

import os
import struct
import subprocess
from pathlib import Path

STAND_IN = """#!/bin/sh
{ printf '%s' "$(basename "$0")"; for given in "$@"; do printf '\\t%s' "$given"; done; printf '\\n'; } >> "@LOG@"
"""


class Wine:
    """A fresh prefix; `cmd` runs a line in it, `put` lays a stand-in program, `said` tells what these were called with."""

    def __init__(self, folder: Path, stand_in: str = STAND_IN) -> None:
        self.stand_in = stand_in
        self.log = folder / "log.txt"
        self.prefix = folder / "prefix"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JIXIAO", "PYTHON"))},
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "winemenubuilder.exe,mscoree,mshtml=d",
            "LC_ALL": "C.UTF-8",
            "JIXIAO_QUIET": "1",
            "HOME": str(folder),
        }
        self.cmd("echo", "ready")

    def cmd(self, *words: str, cwd: Path | None = None, **told: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a line in cmd."""
        line = ["wine", "cmd", "/c", *words]
        environment = {**self.environment, **told}
        return subprocess.run(line, env=environment, cwd=cwd, capture_output=True, timeout=120, check=False)

    def works(self) -> bool:
        """Return whether a Windows is there."""
        return any(self.prefix.glob("drive_c/users/*/AppData/Local"))

    def local(self) -> Path:
        """Return the folder that Windows calls %LOCALAPPDATA%."""
        return next(self.prefix.glob("drive_c/users/*/AppData/Local"))

    def put(self, path: Path) -> None:
        """Lay a program that writes down its arguments; for wine it always ends with 0."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.stand_in.replace("@LOG@", str(self.log)), encoding="utf-8")
        path.chmod(0o755)

    def put_ending(self, path: Path, code: int) -> None:
        """Lay a Windows program that does nothing but end with a code."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(program(code))

    def said(self) -> list[list[str]]:
        """Return what the stand-ins were called with since the last time: name and arguments."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.split("\t") for line in lines]

    def stop(self) -> None:
        """End this Windows and no other."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False, timeout=60)


def program(code: int) -> bytes:
    """Return the smallest Windows program (PE32+, console) that ends with a code: mov eax, code; ret."""
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    file = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x23)
    optional = struct.pack("<HBBIIIII", 0x20B, 0, 0, 0x200, 0, 0, 0x1000, 0x1000)
    optional += struct.pack("<QIIHHHHHHIIIIHH", 0x140000000, 0x1000, 0x200, 6, 0, 0, 0, 6, 0, 0, 0x2000, 0x200, 0, 3, 0)
    optional += struct.pack("<QQQQII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(128)
    section = struct.pack("<8sIIIIIIHHI", b".text", 6, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)
    code_bytes = b"\xb8" + struct.pack("<I", code) + b"\xc3"
    return (dos + file + optional + section).ljust(0x200, b"\0") + code_bytes.ljust(0x200, b"\0")


def windows_path(path: Path) -> str:
    """Return a path of this machine as wine calls it."""
    return f"Z:{path}".replace("/", "\\")
