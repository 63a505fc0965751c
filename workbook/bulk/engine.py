"""Many pieces of work over processes of one machine or a Dask cluster: batches, never a task a piece, in bounded memory.

A task is a module's function from a list of pieces to the list of their results (texts); results go into a store as they come.
What is there already is not done again. Whatever the engine, the order and the number of workers, the store ends the same.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from workbook.forms import places, using
from workbook.model.records import digest
from workbook.process import ClerkError, named, uncut
from workbook.storage.store import Row, Store

if TYPE_CHECKING:
    from pathlib import Path

THRESHOLD = 16  # pieces; fewer are done at once in this process
BATCH = 32  # pieces that go to a worker together, at most
AHEAD = 2  # batches a worker that are under way or wait
CONNECT = "10s"  # how long a cluster's scheduler may take to answer
RETIRE = 40  # batches after which a process is replaced, so that no leak adds up over a night


class BatchError(ClerkError):
    """Work that cannot be shared out; the message is a Chinese sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work: the key of its content (with all else that its result depends on), what the task is given."""

    key: str
    data: Any


Task = Callable[[list[Any]], list[list[str]]]
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Power:
    """What may be used: processes (None is one a processor) or the address of a Dask scheduler, with the file on its TLS."""

    jobs: int | None = None
    cluster: str | None = None
    tls: Path | None = None

    @property
    def processes(self) -> int:
        """Return how many processes work."""
        return max(1, self.jobs or _processors())


class Engine(Protocol):
    """Something that a batch can be handed to: `width` batches are worked on at the same time."""

    width: int

    def submit(self, task: Task, data: list[Any]) -> futures.Future[list[list[str]]]:
        """Start a batch."""
        ...

    def first(self, running: Iterable[futures.Future[list[list[str]]]]) -> list[futures.Future[list[list[str]]]]:
        """Return what is done, waiting for one at least."""
        ...


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    task: Task,
    pieces: Iterable[Piece],
    store: Store,
    power: Power,
    *,
    total: int,
    fallback: str = "",
    tick: Tick = lambda _: None,
    redo: frozenset[str] = frozenset(),
    alone: bool = False,
) -> list[str]:
    """Have all pieces worked on whose results the store lacks (or that are to be done again); return all their keys.

    `total` says about how many pieces come; `tick` hears of pieces done, those found in the store too. A piece that kills its
    process gets `fallback` as its one result, for this run only. `alone` hands out each piece by itself: where pieces are large.
    """
    store.forget_passing()
    done = store.done() - redo
    keys: list[str] = []

    def lacking() -> Iterator[Piece]:
        for piece in pieces:
            keys.append(piece.key)
            if piece.key in done:
                tick(1)
            else:
                done.add(piece.key)
                yield piece

    with _engine(power, total, alone) as engine:
        size = 1 if alone else sizes(total, engine.width)
        for batch, results in _shared(engine, task, lacking(), size, fallback):
            store.put(_rows(batch, results))
            tick(len(batch))
    store.finish(keys)
    return keys


def each(task: Task, pieces: Iterable[Piece], power: Power, total: int) -> Iterator[list[str]]:
    """Have large pieces worked on one by one over processes, and yield the results of each as they come; nothing is kept."""
    with _engine(power, total, alone=True) as engine:
        for _, results in _shared(engine, task, iter(pieces), 1, ""):
            yield from results


def _rows(batch: Sequence[Piece], results: Sequence[Sequence[str]]) -> list[Row]:
    pairs = zip(batch, results, strict=True)
    return [(piece.key, number, body) for piece, bodies in pairs for number, body in enumerate(bodies)]


def sizes(count: int, width: int) -> int:
    """Return how many pieces go into one batch: four batches a worker where that is enough, never more than BATCH."""
    return max(1, min(BATCH, -(-count // (4 * width))))


def _shared(
    engine: Engine, task: Task, pieces: Iterator[Piece], size: int, fallback: str
) -> Iterator[tuple[Sequence[Piece], list[list[str]]]]:
    """Yield batches with their results as they come, only so many under way that memory stays bounded."""
    # a process of its own, or of another machine, knows only what it is handed
    known = partial(_knowing, places(), task)
    batches: Iterator[Sequence[Piece]] = iter(lambda: list(islice(pieces, size)), [])
    running: dict[futures.Future[list[list[str]]], Sequence[Piece]] = {}
    while True:
        for batch in islice(batches, max(0, AHEAD * engine.width - len(running))):
            running[engine.submit(known, [piece.data for piece in batch])] = batch
        if not running:
            return
        broken: list[Piece] = []
        for future in engine.first(running):
            batch = running.pop(future)
            try:
                yield batch, future.result()
            except Exception as error:
                if not _fell(error):
                    raise
                broken += batch
        if broken:
            # every batch under way may have fallen with the process: each piece by itself shows which one fells it
            broken += [piece for batch in running.values() for piece in batch]
            running.clear()
            yield from _one_by_one(known, broken, fallback)


def _knowing(folders: tuple[Path, ...], task: Task, data: list[Any]) -> list[list[str]]:
    """Do a task with the forms of one's own that are in use where it was given out."""
    with using(folders):
        return task(data)


def _fell(error: Exception) -> bool:
    """Return whether a worker died under its work (of a cluster: several workers, one after the other)."""
    return type(error).__name__ in ("BrokenProcessPool", "KilledWorker")


def _one_by_one(
    task: Task, pieces: Sequence[Piece], fallback: str
) -> Iterator[tuple[Sequence[Piece], list[list[str]]]]:
    with _processes(1) as pool:
        for piece in pieces:
            try:
                yield [piece], pool.submit(task, [piece.data]).result()
            except futures.BrokenExecutor:
                yield [piece], [[fallback] if fallback else []]


@contextmanager
def _engine(power: Power, count: int, alone: bool = False) -> Iterator[Engine]:
    if power.cluster and count:
        with _dask(power.cluster, power.tls) as engine:
            yield engine
    elif power.processes == 1 or count < (2 if alone else THRESHOLD):
        yield _Here()
    else:
        with _processes(min(power.processes, count)) as pool:
            yield pool


@contextmanager
def _processes(width: int) -> Iterator[_Processes]:
    pool = _Processes(width)
    try:
        yield pool
    except BaseException:
        pool.kill()
        raise
    finally:
        pool.close()


class _Here:
    """This very process."""

    width = 1

    def submit(self, task: Task, data: list[Any]) -> futures.Future[list[list[str]]]:
        future: futures.Future[list[list[str]]] = futures.Future()
        future.set_result(task(data))
        return future

    def first(self, running: Iterable[futures.Future[list[list[str]]]]) -> list[futures.Future[list[list[str]]]]:
        return list(running)


class _Processes:
    """Processes of this machine, started afresh (spawn) on every system, so that all behave as on Windows."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._pool: futures.ProcessPoolExecutor | None = None

    def submit(self, task: Task, data: list[Any]) -> futures.Future[list[list[str]]]:
        with uncut():  # a process that is being started
            try:
                return self._open().submit(task, data)
            except futures.BrokenExecutor:
                self.close()
                return self._open().submit(task, data)

    def first(self, running: Iterable[futures.Future[list[list[str]]]]) -> list[futures.Future[list[list[str]]]]:
        return list(futures.wait(running, return_when=futures.FIRST_COMPLETED).done)

    def _open(self) -> futures.ProcessPoolExecutor:
        if self._pool is None:
            workers = named("workbook.bulk.workers")
            self._pool = futures.ProcessPoolExecutor(
                self.width, workers.Context(), workers.begin, max_tasks_per_child=RETIRE
            )
        return self._pool

    def kill(self) -> None:
        """End the processes in the midst of their work: nobody waits for it any more."""
        held = getattr(self._pool, "_processes", None) or {}
        for process in list(held.values()):
            process.kill()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class _Dask:
    """Workers of a Dask cluster; a batch whose worker is lost is given to another by the scheduler."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.width = max(1, sum(client.ncores().values()))

    def submit(self, task: Task, data: list[Any]) -> futures.Future[list[list[str]]]:
        future: futures.Future[list[list[str]]] = self._client.submit(task, data, pure=False, retries=2)
        return future

    def first(self, running: Iterable[futures.Future[list[list[str]]]]) -> list[futures.Future[list[list[str]]]]:
        import distributed

        until: Any = distributed.wait
        with self._client.as_current():
            return list(until(list(running), return_when="FIRST_COMPLETED").done)


@contextmanager
def _dask(address: str, tls: Path | None) -> Iterator[_Dask]:
    try:
        import distributed
    except ImportError as error:
        raise BatchError("要用 --cluster，请先安装：pip install 'jixiao[cluster]'") from error
    try:
        connect: Any = distributed.Client
        client = connect(address, timeout=CONNECT, set_as_default=False, security=_security(address, tls))
    except (OSError, ValueError, TimeoutError) as error:
        raise BatchError(f"连不上集群「{address}」，请检查地址（如 tcp://主机:8786），并确认调度器已启动") from error
    try:
        if not client.ncores():
            raise BatchError(f"集群「{address}」没有工作节点，请先启动 dask worker")
        _same_version(client)
        yield _Dask(client)
    finally:
        client.close()


TLS = {"ca": "tls_ca_file", "cert": "tls_client_cert", "key": "tls_client_key"}  # our names: those of distributed


def _security(address: str, tls: Path | None) -> Any:
    """Return how to prove who we are to a cluster and have it prove who it is; None for one that asks nobody."""
    if tls is None:
        if address.startswith("tls://"):
            raise BatchError(f"集群「{address}」要用证书：请用 --tls 文件.toml 写明 ca、cert、key 三个文件")
        return None
    from distributed import security

    if not address.startswith("tls://"):
        raise BatchError(f"给了 --tls，集群的地址就要以 tls:// 开头（现为「{address}」）")
    try:
        told = tomllib.loads(tls.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BatchError(f"证书的设置「{tls}」读不了，请检查路径和写法（TOML）") from error
    files = {name: tls.parent / str(told.get(name, "")) for name in TLS}
    wrong = [name for name in TLS if not told.get(name) or not files[name].is_file()]
    if wrong or set(told) - set(TLS):
        raise BatchError(
            f"证书的设置「{tls}」要写 ca、cert、key 三个文件，{'、'.join(wrong) or '多余的栏目'} 不对，请改正"
        )
    make: Any = security.Security
    return make(require_encryption=True, **{TLS[name]: str(path) for name, path in files.items()})


def is_open(power: Power) -> bool:
    """Return whether a cluster takes work from whoever reaches its port, and that is not this machine alone."""
    if not power.cluster or power.tls:
        return False
    host = urlsplit(power.cluster if "//" in power.cluster else f"//{power.cluster}").hostname or ""
    return not (host in ("localhost", "::1") or host.startswith("127.") or power.cluster.startswith("inproc"))


def _same_version(client: Any) -> None:
    """Raise BatchError where a worker's program differs from ours: its results would be others, too."""
    ours = version()
    others = client.run(version, on_error="return")
    strange = sorted({str(theirs) for theirs in others.values() if theirs != ours})
    if strange:
        raise BatchError(f"集群上的 jixiao 与本机不同（本机 {ours}，节点 {'、'.join(strange)}），请装成同一版本")


@cache
def version() -> str:
    """Return what names this program to a store: results of another version are not taken for its own."""
    metadata = named("importlib.metadata")
    try:
        number = metadata.version("jixiao")
    except metadata.PackageNotFoundError:
        number = "0"
    return f"{number}+{digest(*_sources())[:12]}"


def _sources() -> Iterator[bytes]:
    """Yield the program's own texts: rules and forms change between versions of the same number."""
    folder = Path(__file__).parents[1]
    kinds = ("*.py", "*.toml")
    for path in sorted(path for kind in kinds for path in folder.rglob(kind)):
        yield path.relative_to(folder).as_posix().encode()
        yield path.read_bytes().replace(b"\r\n", b"\n")
