"""Install jixiao for one user: a private environment, the master and a launcher on the desktop. `--undo` takes it back.

Runs under any Python from 3.11 on without a package beside it. Nothing is registered system-wide and no administrator is
needed; everything lies in one folder, and what was put on the desktop is written down there so that it can be undone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ISOLATED = ("-P", "-X", "utf8")  # never a module from the folder that the installer is started in
HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
TAB = "绩效自评"
RECORD = "installed.json"
MASTER, LAUNCHER, LINK = "绩效自评总表.xlsm", "全审（拖放）.bat", "绩效自评 程序文件夹.lnk"


class Problem(Exception):
    """What stops the installation; the message is a Chinese sentence with the remedy."""


def own() -> Path:
    """Return the user's own folder; raise Problem where there is none."""
    try:
        return Path.home()
    except RuntimeError as error:
        raise Problem("这个用户没有自己的文件夹（HOME），请换一个用户再安装") from error


def home() -> Path:
    """Return the one folder for everything: %LOCALAPPDATA%\\jixiao."""
    told = os.environ.get("LOCALAPPDATA" if WINDOWS else "XDG_DATA_HOME")
    return (Path(told) if told else own() / ("AppData/Local" if WINDOWS else ".local/share")) / "jixiao"


def desktop() -> Path:
    """Return the desktop, wherever OneDrive or the bureau has moved it."""
    told = os.environ.get("JIXIAO_DESKTOP")
    if told:
        return Path(told)
    if sys.platform == "win32":
        import winreg

        place = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
            return Path(os.path.expandvars(winreg.QueryValueEx(key, "Desktop")[0]))
    return own() / "Desktop"


def python_of(environment: Path) -> Path:
    """Return the Python inside an environment."""
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")


def source() -> list[str]:
    """Return what pip is to install from: the wheels beside this file, the source tree around it, or the index."""
    wanted = "jixiao[excel,serve]" if WINDOWS else "jixiao[serve]"
    wheels = HERE / "wheels"
    if wheels.is_dir():
        return ["--no-index", "--find-links", str(wheels), wanted]
    root = HERE.parents[1]
    return [wanted.replace("jixiao", str(root))] if (root / "pyproject.toml").is_file() else [wanted]


def install() -> None:
    """Make the environment, fill it, and put master and launcher on the desktop."""
    folder = home()
    environment = folder / "env"
    say(f"一、建立独立环境：{environment}")
    before = _aside(environment)
    try:
        venv.create(environment, with_pip=True)
        say("二、安装程序（几分钟）")
        pip(environment)
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        if before:
            before.rename(environment)
        raise
    if before:
        shutil.rmtree(before, ignore_errors=True)
    say("三、放到桌面")
    placed = [str(path) for path in on_desktop(environment)]
    (folder / RECORD).write_text(json.dumps({"desktop": placed}, ensure_ascii=False), encoding="utf-8")
    say(f"装好了。请打开桌面上的“{MASTER}”，按“启用内容”，就可以用“{TAB}”一栏里的按钮。")


def _aside(environment: Path) -> Path | None:
    """Move an environment of before out of the way, to be put back should this installation fail."""
    if not environment.exists():
        return None
    before = environment.with_name("env.old")
    shutil.rmtree(before, ignore_errors=True)
    try:
        environment.rename(before)
    except OSError as error:
        raise Problem(f"「{environment}」正在使用，请关闭所有 Excel 窗口再运行 install.bat") from error
    return before


def pip(environment: Path) -> None:
    """Install into an environment; raise Problem with pip's last words."""
    command = [
        str(python_of(environment)),
        *ISOLATED,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *source(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["没有更多信息"]
        raise Problem(f"没有装上：{last[0]}。不能上网的，请用 jixiao bundle 做好的离线安装包")


def on_desktop(environment: Path) -> list[Path]:
    """Put master, launcher and a link on the desktop and return what undoing may take away: never a workbook."""
    target = desktop()
    target.mkdir(parents=True, exist_ok=True)
    master, launcher = target / MASTER, target / LAUNCHER
    if not master.exists():
        year = str(date.today().year - 1)  # noqa: DTZ011 — the clerk's own calendar
        new = [*ISOLATED, "-m", "workbook", "new", str(master), "--year", year]
        subprocess.run([str(python_of(environment)), *new], check=True)
    bat = HERE / "check.bat" if (HERE / "check.bat").is_file() else HERE.parent / "launchers" / "check.bat"
    # cmd loses its place in a batch file whose lines end with a bare LF, as they do in the source tree
    launcher.write_bytes(bat.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return [launcher, *link(target / LINK)]


def link(path: Path) -> list[Path]:
    """Make a shortcut to the program's folder; nothing where Windows does not let us."""
    if not WINDOWS:
        return []
    make = "$s=(New-Object -ComObject WScript.Shell).CreateShortcut($env:JIXIAO_LINK)"
    script = f"{make};$s.TargetPath=$env:JIXIAO_HOME;$s.Save()"
    told = {**os.environ, "JIXIAO_LINK": str(path), "JIXIAO_HOME": str(home())}
    shell = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "WindowsPowerShell", "v1.0", "powershell.exe")
    try:
        subprocess.run([str(shell), "-NoProfile", "-Command", script], env=told, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path] if path.exists() else []


def undo() -> None:
    """Take away the environment and what was put on the desktop; the clerk's workbooks stay."""
    folder = home()
    record = folder / RECORD
    placed = json.loads(record.read_text(encoding="utf-8"))["desktop"] if record.is_file() else []
    environment = _aside(folder / "env")
    for name in placed:
        Path(name).unlink(missing_ok=True)
    if environment:
        shutil.rmtree(environment, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    say("已卸载。您的工作簿都没有动。")


def say(words: str) -> None:
    """Print a line; where the console lacks a character it shows a question mark."""
    print(words, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Install or undo; return 0 where all went well, 1 with a sentence where not."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description="安装绩效自评（只为本用户）")
    parser.add_argument("--undo", action="store_true", help="卸载")
    try:
        if parser.parse_args(arguments).undo:
            undo()
        else:
            install()
    except (Problem, OSError, subprocess.CalledProcessError) as problem:
        say(f"没有完成：{problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
