"""Who has an entrance to a bureau's service: a list of names, and beside it the addresses to hand out, one a name."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from workbook.serve.announced import written
from workbook.serve.run import ServeError
from workbook.serve.terms import digest, token

HEADINGS = ("单位", "入口（只发给这个单位）")
MOST = 2_000
_FORMULA = ("=", "+", "-", "@", "\t")


def entrances(names: Path, address: str) -> tuple[dict[str, str], Path]:
    """Return the workspaces' names by the digests of their tokens, and the file of entrances beside the list of names.

    Who had an entrance before keeps it; a name that is no longer in the list has none any more. Raise ServeError.
    """
    wanted = _names(names)
    place = names.with_name(f"{names.stem}-入口.csv")
    held = _held(place)
    tokens = {name: held.get(name) or token() for name in wanted}
    _write(place, [(name, f"{address}/#{own}") for name, own in tokens.items()])
    return {digest(own): name for name, own in tokens.items()}, place


def _names(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="gb18030", errors="replace")
    except OSError as error:
        raise ServeError(f"打不开单位名单「{path}」，请检查路径（一行一个单位名称的文本文件）") from error
    out = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not out:
        raise ServeError(f"单位名单「{path}」是空的：请一行写一个单位名称")
    if len(out) > MOST:
        raise ServeError(f"单位名单有 {len(out)} 行，超过 {MOST} 个")
    if strange := [name for name in out if name.startswith(_FORMULA)]:
        raise ServeError(f"单位名单里的「{strange[0][:40]}」不是单位名称，请改正")
    return out


def _held(path: Path) -> dict[str, str]:
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except OSError:
        return {}
    except (ValueError, csv.Error) as error:
        raise ServeError(f"入口文件「{path}」读不了：请改回 UTF-8 的 CSV，或删去它重新发放入口") from error
    found = {row[0]: row[1].rpartition("#")[2] for row in rows[1:] if len(row) > 1}
    return {name: own for name, own in found.items() if len(own) >= 40}


def _write(path: Path, rows: list[tuple[str, str]]) -> None:
    held = io.StringIO(newline="")
    csv.writer(held).writerows([HEADINGS, *rows])
    written(path, f"\ufeff{held.getvalue()}")  # the mark by which Excel knows UTF-8
