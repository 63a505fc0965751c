"""What has been worked out already: Parquet files keyed by the hash of the content, through DuckDB; where a machine has no
DuckDB, one SQLite file instead.

A store is a folder. While a run goes on, each batch of results is one file in `NAME.parts`, written whole or not at all; at
its end all are put into `NAME.parquet`, ordered by key, so that the file is the same to the byte however the work was done.
A run that was killed finds its batches again. Nothing in a store is needed: whoever deletes it waits once more.
"""

import importlib.util
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from workbook.model.records import PASSING, digest
from workbook.process import ClerkError, named
from workbook.storage import spill

MEMORY = "400MB"
AT_ONCE = 1024  # results sorted or handed out in one go: reports are long, and all of them take all memory
FORMAT = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)"
Row = tuple[str, int, str]  # key of the content, number of the result within it, the result as JSON text


class StoreError(ClerkError):
    """A store that cannot be used; the message is a Chinese sentence with the remedy."""


LACKING = (
    "本机没有程序包 duckdb，做不了汇总表、汇总报告和抽查计划；导入、全审、导出和总表里的「汇总分析」照常。"
    "要做的，请换一台能装 duckdb 的电脑，打开同一本总表"
)


def has_duckdb() -> bool:
    """Return whether this machine has DuckDB: for some kinds of processors there is none."""
    return importlib.util.find_spec("duckdb") is not None


def refuse_without_duckdb() -> None:
    """Raise StoreError where what is asked for needs DuckDB, and this machine has none."""
    if not has_duckdb():
        raise StoreError(LACKING)


@contextmanager
def connection(folder: Path | None = None, *, on_disk: bool = False) -> Iterator[Any]:
    """Give a DuckDB connection that keeps to its bounds and spills into a folder; one thread keeps the order of rows.

    `on_disk` keeps its tables in a file, for those that memory should not hold.
    """
    refuse_without_duckdb()
    with spill.folder(folder) as place:
        settings: dict[str, Any] = {
            "memory_limit": MEMORY,
            "threads": 1,
            "temp_directory": str(place),
            "enable_external_access": True,
        }
        with named("duckdb").connect(f"{place}/work" if on_disk else ":memory:", config=settings) as made:
            yield made


class Store:
    """One kind of results in a folder: `name` says which (read, check …). Without DuckDB it is a `PlainStore`."""

    def __new__(cls, folder: Path, name: str) -> "Store":
        return super().__new__(cls if has_duckdb() else PlainStore)

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.parts = folder / f"{name}.parts"
        self.whole = folder / f"{name}.parquet"
        try:
            self.parts.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"写不进文件夹「{folder}」，请看磁盘是否已满，或删掉它再试一次") from error
        if any(path.is_symlink() for path in (folder, self.parts, self.whole)):
            raise StoreError(f"存放中间结果的「{folder}」里有链接，没有使用；请删掉它再试一次")

    def done(self) -> set[str]:
        """Return the keys whose results are here."""
        if not (source := self._source()):
            return set()
        with connection(self.folder) as base:
            return {key for (key,) in base.execute(f"SELECT DISTINCT key FROM {source}").fetchall()}

    def forget_passing(self) -> None:
        """Forget what befell pieces in an earlier run by chance (a worker that fell, no memory): they are tried again."""
        for path in self._files():
            with connection(self.folder) as base:
                source = f"read_parquet([{quoted(path)}])"
                passing = f"starts_with(body, {_text(PASSING)})"
                if base.execute(f"SELECT count(*) FROM {source} WHERE {passing}").fetchone() != (0,):
                    self._copy(base, f"SELECT * FROM {source} WHERE NOT {passing}", path)

    def put(self, rows: Sequence[Row]) -> None:
        """Keep the results of one batch: all of them or, where the run is killed, none."""
        if not rows:
            return
        target = self.parts / f"{digest(*(row[0] for row in rows))}.parquet"
        with connection(self.folder) as base:
            base.execute("CREATE TABLE rows (key VARCHAR, number INTEGER, body VARCHAR)")
            base.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
            self._copy(base, "SELECT * FROM rows", target)

    def finish(self, keys: Iterable[str]) -> None:
        """Put all batches into one file that holds the results of these keys, ordered; forget the others."""
        source = self._source()
        if not source:
            return
        with connection(self.folder, on_disk=True) as base:
            # the way over a table makes the file the same to the byte however many parts it comes from
            base.execute("CREATE TABLE rows (key VARCHAR NOT NULL, number INTEGER NOT NULL, body VARCHAR NOT NULL)")
            for some in _slices(sorted(set(keys))):
                base.execute(f"INSERT INTO rows {_some_of(source)} ORDER BY key, number", [some])
            self._copy(base, "FROM rows", self.whole)
        for part in self.parts.iterdir():
            part.unlink(missing_ok=True)

    def rows(self, keys: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the place of each key in the list given, and its results, in that order, a few at a time."""
        source = self._source()
        if not source:
            return
        with connection(self.folder) as base:
            start = 0
            for some in _slices(keys):
                held: dict[str, list[tuple[int, str]]] = defaultdict(list)
                for key, number, body in base.execute(_some_of(source), [some]).fetchall():
                    held[key].append((number, body))
                for place, key in enumerate(some, start=start):
                    yield from ((place, body) for _, body in sorted(held[key]))
                start += len(some)

    def _source(self) -> str:
        names = ", ".join(quoted(path) for path in self._files())
        return f"read_parquet([{names}])" if names else ""

    def _files(self) -> list[Path]:
        return [path for path in (self.whole, *sorted(self.parts.glob("*.parquet"))) if path.is_file()]

    def _copy(self, base: Any, query: str, target: Path) -> None:
        with spill.folder(self.folder) as place:
            made = place / target.name
            base.execute(f"COPY ({query}) TO {quoted(made)} {FORMAT}")
            made.replace(target)


class PlainStore(Store):
    """The same in one SQLite file, which every Python has."""

    def done(self) -> set[str]:
        """Return the keys whose results are here."""
        with self._open() as base:
            return {key for (key,) in base.execute("SELECT DISTINCT key FROM rows")}

    def forget_passing(self) -> None:
        """Forget what befell pieces in an earlier run by chance: they are tried again."""
        with self._open() as base:
            base.execute("DELETE FROM rows WHERE substr(body, 1, ?) = ?", (len(PASSING), PASSING))

    def put(self, rows: Sequence[Row]) -> None:
        """Keep the results of one batch: all of them or, where the run is killed, none."""
        with self._open() as base:
            base.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows)

    def finish(self, keys: Iterable[str]) -> None:
        """Keep the results of these keys, and forget the others."""
        with self._open() as base:
            base.execute("CREATE TEMP TABLE kept (key TEXT PRIMARY KEY)")
            base.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keys))
            base.execute("DELETE FROM rows WHERE key NOT IN (SELECT key FROM kept)")

    def rows(self, keys: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the place of each key in the list given, and its results, in that order."""
        with self._open() as base:
            for place, key in enumerate(keys):
                for (body,) in base.execute("SELECT body FROM rows WHERE key = ? ORDER BY number", (key,)).fetchall():
                    yield place, body

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.folder / f"{self.name}.sqlite")) as base, base:
                base.execute(
                    "CREATE TABLE IF NOT EXISTS rows (key TEXT, number INTEGER, body TEXT, PRIMARY KEY (key, number))"
                )
                yield base
        except sqlite3.Error as error:
            raise StoreError(
                f"存放中间结果的「{self.folder}」用不了（{error}），请看磁盘是否已满，或删掉它再试一次"
            ) from error


def _some_of(source: str) -> str:
    """Return SQL for the results of some keys."""
    return f"SELECT DISTINCT key, number, body FROM {source} WHERE key IN (SELECT unnest(?::VARCHAR[]))"


def _slices(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield list(keys[start : start + AT_ONCE])


def quoted(path: Path) -> str:
    """Return a path as a literal of SQL."""
    return _text(str(path))


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
