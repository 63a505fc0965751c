"""LibreOffice for the tests that press buttons: a server with a private profile, and a worker that speaks UNO to it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).with_name("press_worker.py")
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Save"><prop oor:name="WarnAlienFormat" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
</oor:items>
"""


TOOLS = ("Xvfb", "openbox", "soffice")  # what a display with an office on it is made of


@contextlib.contextmanager
def display(size: str) -> Iterator[str]:
    """Give the name of a display of so many pixels ("1366x768") with a window manager on it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        name = f":{told.readline().strip()}"
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name}, stderr=subprocess.DEVNULL)
    try:
        yield name
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)


def on_screen(name: str) -> dict[str, str]:
    """Return the environment of a LibreOffice that is seen on a display."""
    return {"DISPLAY": name, "SAL_USE_VCLPLUGIN": "gen", "LANG": "C.UTF-8"}


def profile(folder: Path) -> Path:
    """Return a fresh profile folder: macros allowed, no questions asked."""
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    return folder


@cache
def python_with_uno() -> str | None:
    """Return a Python that can import uno: the system's, or the one LibreOffice brings along."""
    office = shutil.which("soffice")
    beside = [str(Path(office).resolve().parent / "python")] if office else []
    for candidate in ("/usr/bin/python3", *beside, sys.executable):
        try:
            done = subprocess.run([candidate, "-c", "import uno"], capture_output=True, timeout=60, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    return None


class Office:
    """A running LibreOffice with one workbook open at a time; every method is an order to the worker."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None, *, headless: bool = True) -> None:
        office, python = shutil.which("soffice"), python_with_uno()
        if office is None:
            pytest.skip("没有安装 LibreOffice，跳过")
        if python is None:
            pytest.skip("没有能用 uno 的 Python（python3-uno），跳过")
        pipe = f"jixiao{uuid.uuid4().hex[:12]}"
        folder.mkdir(exist_ok=True)
        self.log = (folder / "soffice.log").open("wb")
        where = f"-env:UserInstallation={profile(folder / 'profile').as_uri()}"
        flags = [*(["--headless"] if headless else []), "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
        self.server = subprocess.Popen(
            [office, where, *flags, f"--accept=pipe,name={pipe};urp;"],
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.worker = subprocess.Popen(
            [python, str(WORKER), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self.worker.stdout is not None
        assert json.loads(self.worker.stdout.readline())["ready"]

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: self.order(name, **arguments)

    def order(self, name: str, **arguments: Any) -> Any:
        """Have the worker do something; raise RuntimeError with its words where that fails."""
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
        self.worker.stdin.flush()
        line = self.worker.stdout.readline()
        if not line:
            raise RuntimeError(f"LibreOffice is gone after {name}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def stop(self) -> None:
        """End LibreOffice and the worker, gently first."""
        with contextlib.suppress(RuntimeError, OSError):
            self.order("quit")
        assert self.worker.stdin is not None
        with contextlib.suppress(OSError):
            self.worker.stdin.close()
        for process in (self.worker, self.server):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.log.close()
