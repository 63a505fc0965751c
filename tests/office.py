"""LibreOffice for the tests: found or skipped with a word, each run with a profile of its own."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def convert(files: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """Convert files in one LibreOffice run, everything recalculated; skip where it is not installed."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("没有安装 LibreOffice，跳过")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    out = folder / "converted"
    command = [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, files)], capture_output=True, timeout=240, check=True)
    made = [out / f"{path.stem}.{to.partition(':')[0]}" for path in files]
    assert all(path.is_file() for path in made)
    return made
