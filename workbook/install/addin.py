"""The add-in for WPS: the same buttons where its VBA is missing, put beside the user's other add-ins, no rights needed.

Its JavaScript lies in `macros/wps`, its ribbon is made from the one of the workbooks. Where WPS keeps add-ins and how they are
listed (`publish.xml`) is as WPS' own tool for add-ins writes them; none of it has been seen in WPS itself.
"""

import json
import os
import shutil
from importlib import resources
from pathlib import Path

from lxml import etree

from workbook import patterns as re
from workbook.master import layout
from workbook.process import ClerkError, home
from workbook.storage.replacing import replacing
from workbook.templates import PARTS

NAME, VERSION = "jixiao", "1.0.0"
LIST, PUBLIC = "publish.xml", "jsplugins.xml"
STARTER = "绩效自评（网页）"
_OLD, _NEW = (
    "http://schemas.microsoft.com/office/2006/01/customui",
    "http://schemas.microsoft.com/office/2009/07/customui",
)


class AddinError(ClerkError):
    """An add-in that cannot be put in place; the message is a Chinese sentence with the remedy."""


def place() -> Path:
    """Return the folder of this user's add-ins for WPS; raise AddinError where there is no home."""
    if os.name == "nt" and os.environ.get("APPDATA"):
        return Path(os.environ["APPDATA"]) / "kingsoft" / "wps" / "jsaddons"
    folder = home()
    if folder is None:
        raise AddinError("没有用户主目录，不知道把加载项放在哪里；请以本人的账号登录后再运行")
    return folder / ".local" / "share" / "Kingsoft" / "wps" / "jsaddons"


def install(python: str, folder: Path | None = None) -> Path:
    """Put the add-in among a user's add-ins and into their list; return its folder. What else stands there stays."""
    folder = folder or place()
    folder.mkdir(parents=True, exist_ok=True)
    listed = _listed(folder)
    target = _lay(folder, python)
    _write(folder, listed, own=True)
    return target


def publish(folder: Path, address: str) -> Path:
    """Write what a bureau's own web server offers to every WPS of the intranet; return the list that oem.ini is to name.

    `address` is where the folder is reached. Each machine starts the Python of its own installation.
    """
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w.~/-]*)?", address):
        raise AddinError(f"「{address}」不是网址：要写成 http://服务器/文件夹/")
    folder.mkdir(parents=True, exist_ok=True)
    _lay(folder, "")
    url = f"{address.rstrip('/')}/{NAME}_{VERSION}/"
    path = folder / PUBLIC
    with replacing(path, limit=0) as temporary:
        lines = ("<jsplugins>", f'<jspluginonline name="{NAME}" type="et" url="{url}"/>', "</jsplugins>")
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def _lay(folder: Path, python: str) -> Path:
    target = folder / f"{NAME}_{VERSION}"
    target.mkdir(exist_ok=True)
    starter = _starter(target, python) if python else ""
    for name, content in (("main.js", script(python, starter)), ("ribbon.xml", ribbon())):
        with replacing(target / name, limit=0) as temporary:
            temporary.write_text(content, encoding="utf-8", newline="\n")
    return target


def _starter(target: Path, python: str) -> str:
    """Write what a double click opens the page with, for where WPS starts no programs; return its path."""
    windows = os.name == "nt"
    path = target / f"{STARTER}.{'bat' if windows else 'desktop'}"
    with replacing(path, limit=0) as temporary:
        if windows:  # cmd reads it in the system's own code page
            words = _BATCH.format(python.replace("%", "%%"))
            temporary.write_text(words, encoding="mbcs", errors="replace", newline="\r\n")
        else:
            quoted = re.sub(r'(["`$\\])', r"\\\1", python).replace("%", "%%")
            temporary.write_text(_DESKTOP.format(STARTER, quoted), encoding="utf-8", newline="\n")
            temporary.chmod(0o755)
    return str(path)


_BATCH = """@echo off
set "NoDefaultCurrentDirectoryInExePath=1"
start "" "{0}" -P -X utf8 -m workbook serve
"""
_DESKTOP = """[Desktop Entry]
Type=Application
Name={0}
Exec="{1}" -P -X utf8 -m workbook serve
Terminal=true
"""


def remove(folder: Path | None = None) -> bool:
    """Take the add-in away, and off the list; return whether it was there."""
    folder = folder or place()
    target = folder / f"{NAME}_{VERSION}"
    there = target.is_dir()
    if (folder / LIST).is_file():
        _write(folder, _listed(folder), own=False)
    shutil.rmtree(target, ignore_errors=True)
    return there


def script(python: str, starter: str = "") -> str:
    """Return the add-in's one script: what holds on this machine, and the logic."""
    settings = json.dumps({"python": python, "starter": starter, "texts": layout.TEXTS_SHEET}, ensure_ascii=True)
    logic = resources.files("macros").joinpath("wps", "addin.js").read_text(encoding="utf-8")
    return f"window.JIXIAO = {settings};\n{logic}"


def ribbon() -> str:
    """Return the ribbon of the workbooks as WPS takes it: the first namespace, the handlers of the script."""
    made = (PARTS / "customUI14.xml").read_text(encoding="utf-8")
    made = made.replace(f'xmlns="{_NEW}"', f'xmlns="{_OLD}" onLoad="OnAddinLoad"', 1).replace("RibbonPress", "OnAction")
    return re.sub(r' imageMso="\w+"', "", made)  # names of Excel's own pictures


def _listed(folder: Path) -> list[str]:
    """Return the other add-ins' entries of the list, as they stand; raise AddinError where it is none."""
    path = folder / LIST
    if not path.is_file():
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AddinError(f"加载项清单「{path}」读不了，没有改动；请先让 WPS 或原来的安装程序把它修好") from error
    if root.tag != "jsplugins":
        raise AddinError(f"「{path}」不是 WPS 的加载项清单，没有改动")
    return [etree.tostring(entry, encoding="unicode").strip() for entry in root if entry.get("name") != NAME]


def _write(folder: Path, others: list[str], *, own: bool) -> None:
    mine = (
        f'<jsplugin name="{NAME}" type="et" url="{NAME}_{VERSION}" version="{VERSION}" '
        'enable="enable_dev" install="null" customDomain=""/>'
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<jsplugins>", *others, *([mine] if own else []), "</jsplugins>"]
    with replacing(folder / LIST) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
