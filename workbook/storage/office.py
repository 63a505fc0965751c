"""LibreOffice, where it is installed: found, and run so that it keeps to a folder of ours and ends when we do."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from workbook import process

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
_USUAL = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
# what a home folder of its own must have of the user's: the fonts that were put there, and their settings
_FONTS = (".fonts", ".local/share/fonts", ".config/fontconfig")


def find() -> str | None:
    """Return the path of LibreOffice's program, None where it is not installed."""
    return process.program("soffice", "libreoffice") or next((place for place in _USUAL if Path(place).is_file()), None)


def convert(office: str, source: Path, to: str, folder: Path, seconds: float) -> Path | None:
    """Convert a file into a format and return what was made, None where nothing was.

    All that LibreOffice writes goes below `folder`, which must be empty but for the source. Past the time it is ended together
    with what it started; it is, too, when this process is killed. Raise subprocess.TimeoutExpired and OSError.
    """
    profile, out = folder / "profile", folder / "out"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
    watch = str(Path(__file__).with_name("watch.py"))
    running = subprocess.Popen(
        [sys.executable, "-I", watch, *command, "--outdir", str(out), str(source)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder / "home"),
    )
    try:
        running.wait(timeout=seconds)
    finally:
        if running.stdin is not None:
            running.stdin.close()
        running.wait()
    made = out / f"{source.stem}.{to}"
    return made if made.is_file() else None


def _environment(home: Path) -> dict[str, str]:
    """Return the environment with a home folder of its own, where it would leave caches and settings behind."""
    own = process.home()
    (home / "tmp").mkdir(parents=True)
    for name in _FONTS:
        with suppress(OSError):
            if own is not None and (own / name).is_dir():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).symlink_to(own / name, target_is_directory=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    temporary = str(home / "tmp")
    return {**kept, "HOME": str(home), "TMPDIR": temporary, "TMP": temporary, "TEMP": temporary}
