"""Workspaces: one a token, each a folder that nobody else's requests reach; emptied when it has not been used for long."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.to_process

from workbook.exports.names import safe_name
from workbook.process import ClerkError
from workbook.serve import work
from workbook.serve.terms import Terms

SUFFIXES = (".docx", ".docm", ".doc", ".wps", ".xlsx", ".xlsm", ".xls", ".et", ".txt", ".pdf", ".zip")
CHECKED = ("report", "book")  # kinds of files that tables beside them are held against
MASTER_NAME = "绩效自评总表.xlsm"


class SpaceError(ClerkError):
    """What a workspace refuses; the message is a Chinese sentence, `status` that of the answer."""

    def __init__(self, words: str, status: int = 409) -> None:
        super().__init__(words)
        self.status = status


@dataclass(slots=True)
class Item:
    """One file of a workspace, and what is being done with it.

    `state` is 待审, 正在处理, 完成 or 没有做成; `words` its verdict, or why not. `version` counts the results. `came_in` is the
    folder it was dropped in, "" where it came by itself; `owners` are the departments it is of, `told` what it was held against.
    """

    id: str
    name: str
    folder: Path
    size: int = 0
    kind: str = ""
    state: str = "待审"
    words: str = ""
    headline: str = ""
    version: int = 0
    came_in: str = ""
    owners: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    task: asyncio.Task[None] | None = None

    def shown(self) -> dict[str, Any]:
        """Return what the page is told of it."""
        out: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("id", "name", "came_in", "size", "kind", "state", "words", "headline", "version")
        }
        if self.task is not None:
            with contextlib.suppress(OSError, ValueError):
                out["progress"] = json.loads((self.folder / work.PROGRESS).read_text(encoding="utf-8"))
        return out


@dataclass(slots=True)
class Space:
    """The files of one token."""

    folder: Path
    name: str
    items: dict[str, Item] = field(default_factory=dict)
    used: float = field(default_factory=time.monotonic)
    turns: anyio.CapacityLimiter | None = None

    def item(self, id: str) -> Item:
        """Return a file by its number; raise SpaceError where this workspace has none of it."""
        found = self.items.get(id)
        if found is None:
            raise SpaceError("没有这个文件（可能已到期删除），请刷新", 404)
        return found

    def beside(self, item: Item) -> tuple[list[Item], list[str]]:
        """Return the files of tables that lie beside a file, and the other departments that they may be of."""
        tables = [other for other in self.items.values() if other.kind == "tables" and item.kind in ("", *CHECKED)]
        owners = {owner for other in self.items.values() if other is not item for owner in other.owners}
        return tables, sorted(owners) if tables else []

    @property
    def size(self) -> int:
        """Return how many bytes its files take."""
        return sum(item.size for item in self.items.values())


class Spaces:
    """All workspaces below a folder that goes with the service."""

    def __init__(self, root: Path, terms: Terms) -> None:
        self.root, self.terms = root, terms
        self._held: dict[str, Space] = {}
        self._limiter: anyio.CapacityLimiter | None = None
        self.waiting = 0

    def of(self, who: str) -> Space:
        """Return the workspace of a token's digest, made when it is first asked for."""
        if who not in self._held:
            folder = self.root / secrets.token_hex(16)
            folder.mkdir(mode=0o700)
            self._held[who] = Space(folder, self.terms.people[who])
        space = self._held[who]
        space.used = time.monotonic()
        return space

    def place(self, space: Space, name: str, came_in: str = "") -> Item:
        """Return a new, empty place for a file under a name from outside, in a folder named there.

        Raise SpaceError where there is no room or no use.
        """
        given = Path(name.replace("\\", "/").rpartition("/")[2])
        if given.suffix.lower() not in SUFFIXES:
            raise SpaceError(f"「{given.name[:80]}」不是 Word、Excel、WPS 文件或压缩包，没有收", 415)
        if len(space.items) >= self.terms.files:
            raise SpaceError(f"已有 {len(space.items)} 个文件，到了上限；请先移除用完的", 413)
        id = secrets.token_hex(16)
        folder = space.folder / id
        (folder / "file").mkdir(parents=True, mode=0o700)
        item = Item(id, f"{safe_name(given.stem)}{given.suffix.lower()}", folder)
        parts = [part for part in came_in.replace("\\", "/").split("/") if part.strip(" .")]
        item.came_in = safe_name(" ".join(parts)) if parts else ""
        space.items[id] = item
        return item

    async def remove(self, space: Space, item: Item) -> None:
        """Take a file and all made of it away; what is being done with it is stopped."""
        space.items.pop(item.id, None)
        if item.task is not None:
            item.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await item.task
        shutil.rmtree(item.folder, ignore_errors=True)
        self._follow(space)

    async def clear(self, space: Space) -> None:
        """Take all files of a workspace away, and what is remembered of them."""
        gone, space.items = list(space.items.values()), {}
        for item in gone:
            await self.remove(space, item)
        shutil.rmtree(space.folder / "cache", ignore_errors=True)

    async def expire(self) -> None:
        """Empty the workspaces that have not been used for as long as is said, and show that the rest is in use.

        Where nobody can ask after a process (Windows), another run would take the folder away as that of a killed one.
        """
        with contextlib.suppress(OSError):
            os.utime(self.root)
        for space in list(self._held.values()):
            idle = time.monotonic() - space.used
            if space.items and idle > self.terms.keep_seconds and not any(item.task for item in space.items.values()):
                await self.clear(space)

    # --- work ---------------------------------------------------------------------------------------------------------

    def begin(self, space: Space, item: Item, verb: Callable[..., work.Data], *arguments: Any) -> None:
        """Begin a verb on a file; raise SpaceError where one is under way, or too many wait."""
        if item.task is not None:
            raise SpaceError("这个文件正在处理，请稍候")
        tables, owners = space.beside(item)
        told = {"tables": [{"folder": str(o.folder), "came_in": o.came_in} for o in tables], "owners": owners}
        (item.folder / work.BESIDE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        item.told = (*(other.id for other in tables), *owners)
        item.state, item.words = "正在处理", ""
        item.task = asyncio.create_task(self._do(space, item, verb, arguments))

    async def _do(self, space: Space, item: Item, verb: Callable[..., work.Data], arguments: tuple[Any, ...]) -> None:
        try:
            async with self._turns(space):
                result = await self.do(verb, item.folder, *arguments)
            failed = result.get("failed")
            item.state = "没有做成" if failed else "完成"
            item.words = failed or result.get("verdict", "")
            item.headline = "" if failed else result.get("headline", "")
            item.kind = result.get("kind", item.kind)
            if "units" in result and item.kind in CHECKED:
                item.owners = tuple(dict.fromkeys(entry["owner"] for entry in result["units"]))
            with contextlib.suppress(OSError):
                item.size = sum(path.stat().st_size for path in item.folder.rglob("*") if path.is_file())
        finally:
            item.version += 1
            item.task = None
            space.used = time.monotonic()
        self._follow(space)

    def _turns(self, space: Space) -> anyio.CapacityLimiter:
        """Return how much of a workspace is done at once: where there are others, one place is left for them."""
        if space.turns is None:
            space.turns = anyio.CapacityLimiter(max(1, self.terms.jobs - (len(self.terms.people) > 1)))
        return space.turns

    def _follow(self, space: Space) -> None:
        """Check those files again that would be held against other tables now than they were."""
        for item in list(space.items.values()):
            tables, owners = space.beside(item)
            if item.kind in CHECKED and item.task is None and item.told != (*(o.id for o in tables), *owners):
                self.begin(space, item, work.check)

    async def do(self, verb: Callable[..., work.Data], folder: Path, *arguments: Any) -> work.Data:
        """Do a verb in a process of its own and return its result; a process that takes too long or falls is ended."""
        return await self.apart(work.done, verb, folder, *arguments)

    async def apart(self, function: Callable[..., work.Data], *arguments: Any) -> work.Data:
        """Call a function in a process of its own, as many at once as the terms say; {"failed": why} where it falls."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self.terms.jobs)
        if self.waiting >= self.terms.queue:
            return {"failed": "排队的太多，请过一会儿再试"}
        self.waiting += 1
        try:
            async with self._limiter:
                with anyio.fail_after(self.terms.work_seconds):
                    return await anyio.to_process.run_sync(
                        work.apart, function, *arguments, cancellable=True, limiter=anyio.CapacityLimiter(1)
                    )
        except TimeoutError:
            minutes = round(self.terms.work_seconds / 60, 1)
            return {"failed": f"处理超过 {minutes:g} 分钟，已停止；文件没有改动，请分成几次，或用命令 jixiao"}
        except anyio.BrokenWorkerProcess:
            return {"failed": "处理这份文件的程序退出了（文件过大，或有意做坏）；别的文件不受影响，请另存一份再试"}
        finally:
            self.waiting -= 1
