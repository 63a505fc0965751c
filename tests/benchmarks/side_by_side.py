"""Two states of the program side by side, each installed plainly from its own wheel, in one run on one machine, with named peers.

`python -m tests.benchmarks.side_by_side` prints the table of README and manual (Markdown); `--before` is the commit that is held
against the one checked out, `--few` makes a run of minutes that only shows that all of it works. Needs LibreOffice for its line.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.bureau import took
from tests.press import Office
from tests.reports.documents import docx, reports

BEFORE = "3374c4e"  # the last state before the house was built anew
PEERS = ("openpyxl", "python-docx", "pytest")  # what is held against, and what the tests' own helpers import
REPORT = "d4"  # a report by another hand, of the middle length of all of them
_BOOK = """
import sys
from pathlib import Path
from tests.benchmarks.bureau import exported
print(exported(Path(sys.argv[1])))
"""
_FILES = """
import sys
from pathlib import Path
from tests.benchmarks.bureau import files
print(files(Path(sys.argv[1]), int(sys.argv[2])))
"""
_MASTER = """
import sys
from pathlib import Path
from tests.benchmarks.press import master_of
print(master_of(Path(sys.argv[1]), int(sys.argv[2])))
"""
_PRESS = """
import sys
from pathlib import Path
from tests.benchmarks.press import alone
print(alone("check", Path(sys.argv[1]), Path(sys.argv[2])))
"""
_TEN_THOUSAND = """
import sys
from pathlib import Path
from tests.benchmarks import bureau
words = sys.argv[2], str(Path(sys.argv[1]) / "总表.xlsx")
print(bureau.measured(bureau._COMMON + getattr(bureau, sys.argv[3]) + bureau._END, *words)[0])
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds of a process, of a press, of what takes long; departments behind a press, files, a master's."""

    rounds: int = 15
    presses: int = 5
    long: int = 3
    departments: int = 80
    files: int = 1_000
    master: int = 10_000


FEW = Size(2, 1, 1, 4, 20, 50)


@dataclass(frozen=True, slots=True)
class State:
    """One state as it is installed: its Python, its command, and the folder with its tests, whose helpers it is measured by."""

    name: str
    place: Path

    @property
    def python(self) -> str:
        """Return its Python."""
        return str(self.place / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")

    @property
    def command(self) -> str:
        """Return its `jixiao`."""
        return str(Path(self.python).with_name("jixiao"))

    @property
    def environment(self) -> dict[str, str]:
        """Return what its processes are given: its tests beside the installed package, a cache of its own."""
        told = {"PYTHONPATH": str(self.place / "tests_alone"), "JIXIAO_CACHE": str(self.place / "cache")}
        return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | told

    def asked(self, code: str, *words: object) -> str:
        """Return the last line that a piece of code prints under it."""
        done = subprocess.run(
            [self.python, "-c", code, *map(str, words)],
            cwd=self.place,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()[-1]

    def run(self, *words: object) -> None:
        """Run a program of it; raise RuntimeError where it fails (1: it ran, and found something)."""
        done = subprocess.run(
            list(map(str, words)), cwd=self.place, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode > 1:
            raise RuntimeError(done.stderr)


@dataclass(slots=True)
class Line:
    """One line of the table: what, the seconds of each state and of the peer, how they are told, and what is aimed at."""

    what: str
    seconds: dict[str, float]
    peer: str = ""
    most: float | None = None  # of the peer's, or in `unit`
    unit: str = "s"
    told: Mapping[str, float] = field(default_factory=lambda: {"s": 1, "ms": 1000})

    def words(self) -> str:
        """Return it as a row of Markdown."""
        before, now, peer = (self.seconds.get(name) for name in ("before", "now", "peer"))
        assert now is not None
        value = now / peer if peer else now * self.told[self.unit]
        met = "" if self.most is None else ("达到" if value <= self.most else "没有达到")
        aim = "" if self.most is None else f"≤ {self.most:g}" + (" 倍" if peer else f" {self.unit}")
        against = f"{self._shown(peer)}（{self.peer}）" if peer else ""
        ratio = f"{now / peer:.2f} 倍" if peer else ""
        return f"| {self.what} | {self._shown(before)} | {self._shown(now)} | {against} | {ratio} | {aim} | {met} |"

    def _shown(self, seconds: float | None) -> str:
        if seconds is None:
            return "—"
        value = seconds * self.told[self.unit]
        return f"{value:.1f} {self.unit}" if value < 100 else f"{value:.0f} {self.unit}"


def installed(name: str, commit: str, folder: Path) -> State:
    """Return a commit's wheel, built from what it holds and nothing else, installed into a fresh environment."""
    place = folder / name
    source = place / "source"
    source.mkdir(parents=True)
    packed = subprocess.run(["git", "archive", commit], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(source, filter="data")
    shutil.move(source / "tests", place / "tests_alone" / "tests")
    state = State(name, place)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", place, source], check=True)
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    (wheel,) = place.glob("*.whl")
    own = [state.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*own, "install", wheel, *PEERS], check=True)
    shutil.rmtree(source)
    return state


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each, run in turn: what else the machine does falls on all of them."""
    for work in works.values():
        work()  # the first run writes what Python keeps, and is not counted
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(took(work))
    return {name: median(own) for name, own in times.items()}


def processes(states: Sequence[State], folder: Path, size: Size) -> Iterator[Line]:
    """Yield `jixiao check` of one Word report and of one workbook as processes, against the libraries that merely load them."""
    (report,) = [one for own in reports().values() for one in own if one.id == REPORT]
    word = docx(report.blocks, folder / "自评.docx")
    (folder / "book").mkdir()
    books = {state.name: Path(state.asked(_BOOK, _made(folder / "book" / state.name))) for state in states}
    now = states[-1]
    for what, most, peer, code, paths in (
        ("审核一份 Word 报告，整个进程", 1.2, "python-docx 只读入", "import docx; docx.Document({!r})", None),
        ("审核一个工作簿，整个进程", 0.35, "openpyxl 只读入", "import openpyxl; openpyxl.load_workbook({!r})", books),
    ):
        files = paths or dict.fromkeys([state.name for state in states], word)
        works = {state.name: partial(state.run, state.command, "check", files[state.name]) for state in states}
        works["peer"] = partial(now.run, now.python, "-c", code.format(str(files[now.name])))
        yield Line(what, in_turn(works, size.rounds), peer, most, "ms")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def presses(states: Sequence[State], folder: Path, size: Size) -> Iterator[Line]:
    """Yield a press of 全审 over a master, the process alone and in LibreOffice, that against saving a copy and calculating."""
    masters = {s.name: Path(s.asked(_MASTER, folder / f"{s.name}.xlsm", size.departments)) for s in states}
    turn = iter(range(1_000_000))
    alone: dict[str, list[float]] = {state.name: [] for state in states}
    for _ in range(size.presses + 1):
        for state in states:
            alone[state.name].append(float(state.asked(_PRESS, masters[state.name], folder / f"job{next(turn)}")))
    seconds = {name: median(own[1:]) for name, own in alone.items()}
    yield Line(f"{size.departments} 个单位的总表按一次全审，程序单独跑", seconds)
    if shutil.which("soffice") is None:
        return
    seconds = {}
    for state in states:
        office = Office(folder / f"office-{state.name}", {"JIXIAO_PYTHON": state.python})
        try:
            office.open(path=str(masters[state.name]))
            pressed = [float(office.press(sub="Buttons.ButtonCheck")) for _ in range(size.presses + 1)]
            seconds[state.name] = median(pressed[1:])
            copies = [float(office.copied(path=str(folder / f"copy{n}.xlsm"))) for n in range(size.presses + 1)]
            seconds["peer"] = median(copies[1:])
        finally:
            office.stop()
    yield Line("　在 LibreOffice 里按", seconds, "它自己存一份副本、全部重算", 1.3)


def taken_in(states: Sequence[State], folder: Path, size: Size) -> Iterator[Line]:
    """Yield the import of so many files into an empty master, on two processes, as milliseconds a file."""
    received = {state.name: state.asked(_FILES, folder / f"files-{state.name}", size.files) for state in states}
    times: dict[str, list[float]] = {state.name: [] for state in states}
    for number in range(size.long):
        for state in states:
            shutil.rmtree(state.place / "cache", ignore_errors=True)  # nothing read before
            master = folder / f"import-{state.name}-{number}.xlsm"
            state.run(state.command, "new", master)
            work = partial(state.run, state.command, "import", master, received[state.name], "--jobs", 2)
            times[state.name].append(took(work))
    each = {name: median(own) / size.files for name, own in times.items()}
    yield Line(f"导入 {size.files:,} 个文件，两个进程，每个", each, most=8, unit="ms")


def ten_thousand(states: Sequence[State], folder: Path, size: Size) -> Iterator[Line]:
    """Yield a master of so many departments with twenty indicators each, against pandas through openpyxl."""
    words = folder, size.master
    times: dict[str, list[float]] = {state.name: [] for state in states}
    for _ in range(size.long):
        for state in states:
            times[state.name].append(float(state.asked(_TEN_THOUSAND, *words, "_OURS")))
    seconds = {name: median(own) for name, own in times.items()}
    seconds["peer"] = float(states[-1].asked(_TEN_THOUSAND, *words, "_THEIRS"))
    what = f"写出 {size.master:,} 个单位、{size.master * 20:,} 行指标的总表"
    yield Line(what, seconds, "pandas.to_excel 经 openpyxl")


def main() -> None:
    """Install both states, measure, and print the table; what is measured is told on standard error as it comes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", default=BEFORE, help="the commit held against the one checked out")
    parser.add_argument("--few", action="store_true", help="a short run: shows that it works, measures nothing")
    wanted = parser.parse_args()
    size = FEW if wanted.few else Size()
    print("| 做什么 | 以前 | 现在 | 对照 | 现在÷对照 | 目标 | |", "|---|---|---|---|---|---|---|", sep="\n")
    with tempfile.TemporaryDirectory(prefix="jixiao-") as name:
        folder = Path(name)
        states = [installed("before", wanted.before, folder), installed("now", "HEAD", folder)]
        for measure in (processes, presses, taken_in, ten_thousand):
            for line in measure(states, _made(folder / measure.__name__), size):
                print(line.words(), flush=True)
                print(json.dumps([line.what, line.seconds], ensure_ascii=False), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
