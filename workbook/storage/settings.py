"""What a bureau may set on a machine: `jixiao.toml` in the home folder (or the file JIXIAO_SETTINGS names), and environment
variables over it: `[limits] cells = 5000000` is JIXIAO_LIMITS_CELLS=5000000.

Never a file from the folder worked in: what departments send could bring its own limits along.
"""

import os
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from workbook.process import home

T = TypeVar("T")
NAME = "jixiao.toml"
PREFIX = "JIXIAO"
# what could not be used and why, in Chinese: told once, the defaults hold
PROBLEMS: list[str] = []


def overlaid(section: str, defaults: T, least: int = 1) -> T:
    """Return a dataclass of whole numbers, none below `least`, with what this machine sets; bad values go to PROBLEMS."""
    held = _section(section)
    values: dict[str, int] = {}
    for entry in fields(defaults):  # type: ignore[arg-type]
        key = f"{PREFIX}_{section}_{entry.name}".upper()
        raw = os.environ.get(key, held.pop(entry.name, None))
        if raw is None:
            continue
        number = _whole(raw)
        if number is None or number < least:
            PROBLEMS.append(
                f"设置 {section}.{entry.name} 的值「{raw}」不能用（要整数，不小于 {least}），仍用 {getattr(defaults, entry.name)}"
            )
        else:
            values[entry.name] = number
    PROBLEMS.extend(f"设置文件里的 {section}.{name} 不认识，没有用" for name in held)
    return type(defaults)(**values)


def source() -> Path:
    """Return where the settings file of this machine is or would be."""
    named = os.environ.get(f"{PREFIX}_SETTINGS")
    if named:
        return Path(named)
    folder = home()
    return (folder or Path(os.devnull)) / NAME  # without a home folder there are no settings


def _section(name: str) -> dict[str, Any]:
    path = source()
    try:
        if not path.is_file():
            return {}
        found = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    except (OSError, ValueError) as error:
        PROBLEMS.append(f"设置文件「{path}」读不了（{type(error).__name__}），仍用默认设置")
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _whole(raw: Any) -> int | None:
    words = str(raw).replace("_", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else None
