"""The names of files that are made of departments' names."""

from workbook import patterns as re
from workbook.checking.outcome import Checked


def safe_name(name: str) -> str:
    """Return a file name that every system takes: no separators, no device names, at most 80 characters and 200 bytes.

    Nor does it begin as an option, a hidden or a lock file does.
    """
    cleaned = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', "_", name)
    cleaned = cleaned.lstrip(" .~-").encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
    cleaned = cleaned[:80].rstrip(" .") or "未命名单位"
    device = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", cleaned)
    return f"_{cleaned}" if device else cleaned


def name_for(entry: Checked, taken: set[str]) -> str:
    """Return the file name (without ending) for a department's exports, none of those taken already, and take it."""
    return free_name(entry.filing.name or entry.path.stem, taken)


def free_name(unit: str, taken: set[str]) -> str:
    """Return a department's file name that is not taken yet, and take it."""
    name = safe_name(unit)
    while name.casefold() in taken:
        name += "_2"
    taken.add(name.casefold())
    return name
