"""One verb at a time on a workbook: a lock beside the file, held from reading it until it is replaced.

The lock is a file that says who holds it. Whether its owner is still at work the operating system knows, which lets go of what
a dead process held; so what a killed run left behind is taken over, and an owner on another machine is named to the clerk.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from workbook.model.verbs import BY_NAME
from workbook.storage.history import KEPT, folder_of
from workbook.storage.spill import NODE, runs
from workbook.storage.temporary import clean
from workbook.storage.trouble import KeepError, words_of

_PAUSE = 0.05  # seconds between two looks at a lock that somebody holds
_FAR = 1 << 30  # on Windows a locked byte cannot be read, so one beyond the words is locked
_HELD: dict[Path, int] = {}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: machine, number of the process, since when (ISO 8601), which verb (Chinese)."""

    host: str
    pid: int
    since: str
    verb: str

    @property
    def words(self) -> str:
        """Return it as a clerk reads it."""
        return f"“{self.verb}”（{self.since.replace('T', ' ')} 开始，计算机 {self.host or '未知'}，进程 {self.pid}）"


def lock_of(path: Path) -> Path:
    """Return where the lock of a file lies."""
    return path.with_name(f".{path.name}.锁")


@contextlib.contextmanager
def locked(path: Path, verb: str) -> Iterator[str]:
    """Hold a file's lock; give a sentence for the clerk where it was taken over from a run that died, else "".

    It is waited for (`Kept.wait` seconds); a verb that calls another holds it already. Raise KeepError where another holds
    it for longer, where the file is open in Excel, or where the lock cannot be written.
    """
    named, path = path, path.resolve()
    if path in _HELD or not path.parent.is_dir():
        yield ""
        return
    refuse_open(named)
    for folder in (path.parent, folder_of(path)):
        clean(folder)
    try:
        handle, said = _acquire(path, BY_NAME[verb].caption)
    except OSError as error:
        raise KeepError(words_of(error, path)) from error
    _HELD[path] = handle
    try:
        yield said
    finally:
        del _HELD[path]
        _release(lock_of(path), handle)


def refuse_open(path: Path) -> None:
    """Raise KeepError where the lock file of Excel, WPS or LibreOffice says that a file is open."""
    for name in (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#"):
        owner = path.with_name(name)
        if owner.exists():
            raise KeepError(
                f"「{path.name}」正在 Excel 或 WPS 里打开，请先保存并关闭，再试一次"
                f"（确实没有打开的，删去同一文件夹里的「{owner.name}」）"
            )


def _acquire(path: Path, verb: str) -> tuple[int, str]:
    lock, until = lock_of(path), time.monotonic() + KEPT.wait
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        taken = False
        try:
            if _try(handle) and _is(handle, lock):
                before = _owner(handle)
                if before is None or before.host == NODE:
                    _write(handle, Owner(NODE, os.getpid(), datetime.now().isoformat(timespec="seconds"), verb))  # noqa: DTZ005
                    taken = True
                    return handle, _took_over(path, before) if before else ""
            if time.monotonic() > until:
                raise KeepError(_busy(path, _owner(handle)))
        finally:
            if not taken:
                os.close(handle)
        time.sleep(_PAUSE)


def _took_over(path: Path, before: Owner) -> str:
    return f"上一次对「{path.name}」的{before.words}中途退出，没有写完；文件还是那以前的样子，这次已接着处理"


def _busy(path: Path, owner: Owner | None) -> str:
    who = owner.words if owner else "另一个程序"
    elsewhere = owner is not None and owner.host != NODE
    remedy = (
        f"请到计算机 {owner.host} 上看它是否还在运行；确实没有的，删去同一文件夹里的「{lock_of(path).name}」再试一次"
        if owner and elsewhere
        else "请等它做完再试一次"
    )
    return f"「{path.name}」正在处理：{who}，为免互相覆盖，这次没有改动；{remedy}"


def _release(lock: Path, handle: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)  # an empty lock is nobody's, where the file cannot be deleted
    if os.name == "posix":  # gone before it is let go: who waits for it sees that it is no longer the one at that name
        with contextlib.suppress(OSError):
            lock.unlink()
        _let_go(handle)  # a forked child may have it open still
    os.close(handle)
    if os.name != "posix":  # Windows deletes no file that anybody has open
        with contextlib.suppress(OSError):
            lock.unlink()


def _is(handle: int, lock: Path) -> bool:
    """Return whether a handle is of the file that has the lock's name now."""
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except OSError:
        return False


def _owner(handle: int) -> Owner | None:
    """Return whom a lock names, None where it names nobody (let go, or being taken)."""
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        held = json.loads(os.read(handle, 4096).decode("utf-8"))
        return Owner(str(held["host"]), int(held["pid"]), str(held["since"]), str(held["verb"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(handle: int, owner: Owner) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(asdict(owner), ensure_ascii=False).encode("utf-8"))


def _try(handle: int) -> bool:
    """Have the operating system hold a file for this process; False where another has it."""
    if os.name == "nt":
        import msvcrt

        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that holds no locks: what it says and whether that process runs must do
        owner = _owner(handle)
        return owner is None or owner.host != NODE or not runs(owner.pid)
    return True


def _let_go(handle: int) -> None:
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)
