"""Files that only LibreOffice reads (.doc, a few .xls, formulas never calculated), where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.readers.limits import LIMITS, ReadError

# Macros never run, and nothing that a document refers to is fetched.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def find_office() -> str | None:
    """Return the path of LibreOffice's program, None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    usual = (
        r"C:\Program Files\LibreOffice\program\soffice.exe",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    )
    return next((place for place in usual if Path(place).is_file()), None)


@contextmanager
def converted(path: Path, old: str, new: str) -> Iterator[Path]:
    """Give the path of a copy of the file in a newer format and under its own name, gone afterwards; raise ReadError."""
    program = "Word" if new == "docx" else "Excel"
    office = find_office()
    if office is None:
        raise ReadError(
            f"「{path.name}」是旧版 .{old}，本机没有 LibreOffice，读不了；请用 {program} 另存为 .{new} 再导入"
        )
    with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / "given" / f"in.{old}"
        source.parent.mkdir()
        shutil.copyfile(path, source)
        made = _convert(office, source, new, f"「{path.name}」", f"请用 {program} 另存为 .{new} 再导入")
        yield made.replace(folder / f"{path.stem}.{new}")


def _convert(office: str, source: Path, new: str, title: str, remedy: str) -> Path:
    folder = source.parent.parent
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    profile = (folder / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", new, "--outdir", str(folder)]
    try:
        _run([*command, str(source)])
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"{title}用 LibreOffice 转换超过 {LIMITS.seconds} 秒，{remedy}") from error
    except OSError as error:
        raise ReadError(f"{title}要用 LibreOffice 转换，但它启动不了，{remedy}") from error
    target = folder / f"in.{new}"
    if not target.is_file():
        raise ReadError(f"{title}转换失败（可能加了密码或已损坏），{remedy}")
    return target


def _run(command: list[str]) -> None:
    """Run the program within the time limit; past it, end it together with what it started."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=os.name == "posix")
    try:
        process.wait(timeout=LIMITS.seconds)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        raise
