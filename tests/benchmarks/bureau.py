"""What the bureau's work costs, each against a named peer on the same files in the same run; the peers are run in turn with ours.

`python -m tests.benchmarks.bureau` prints one table (Markdown); `--departments` and `--files` make it shorter or longer.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median

from workbook.demo import synthetic
from workbook.derive import derive
from workbook.model.scheme import load
from workbook.readers import read
from workbook.rules.engine import check
from workbook.storage import cache
from workbook.writers import department

ROUNDS = 15
PER_RUN = 40  # different departments; more files are the same ones under other names, which are worked on anew


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what, ours and the peer's figure in words, the ratio, what was aimed at."""

    what: str
    ours: str
    peer: str
    ratio: str
    aim: str


def exported(folder: Path) -> Path:
    """Return one department's exported workbook, as a bureau gets it back."""
    (filing,) = synthetic(1)
    path = folder / "单位.xlsx"
    department.write(filing, load(), path, check(filing, load()).findings)
    return path


def files(folder: Path, count: int) -> Path:
    """Return a folder of so many departments' workbooks."""
    folder.mkdir()
    for place, filing in enumerate(synthetic(min(count, PER_RUN))):
        first = folder / f"{place:05d}.xlsx"
        department.write(filing, load(), first)
        for more in range(place + PER_RUN, count, PER_RUN):
            shutil.copy(first, folder / f"{more:05d}.xlsx")
    return folder


def read_and_check(path: Path) -> None:
    """Read a workbook, derive, and run every rule."""
    for filing in read(path):
        derive(filing, load())
        check(filing, load())


def read_by_openpyxl(path: Path) -> None:
    """Let openpyxl read the workbook, and do nothing with it."""
    import openpyxl

    openpyxl.load_workbook(path)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median seconds of both, run in turn, so that what else the machine does falls on both."""
    ours(), theirs()
    pairs = [(took(ours), took(theirs)) for _ in range(rounds)]
    return median(one for one, _ in pairs), median(two for _, two in pairs)


def took(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def program(*words: str) -> Callable[[], object]:
    """Return the running of a Python program, as a whole process."""
    return lambda: subprocess.run([sys.executable, *words], capture_output=True, check=False)


def line(what: str, seconds: tuple[float, float], peer: str, aim: str) -> Line:
    """Return a line of the table for two times."""
    ours, theirs = (f"{value * 1000:.1f} ms" if value < 1 else f"{value:.1f} s" for value in seconds)
    return Line(what, ours, f"{theirs}（{peer}）", f"{seconds[1] / seconds[0]:.1f} 倍", aim)


# --- one file ---------------------------------------------------------------------------------------------------------


def one_file(folder: Path) -> Iterator[Line]:
    """Yield reading and checking one workbook, and the command on it, against openpyxl's reading it."""
    path = exported(folder)
    seconds = in_turn(lambda: read_and_check(path), lambda: read_by_openpyxl(path))
    yield line("读入、计算、审核全部规则（一个单位）", seconds, "openpyxl 只读入", "≥4 倍")
    peer = f"import openpyxl; openpyxl.load_workbook({str(path)!r})"
    seconds = in_turn(program("-m", "workbook.cli", "check", str(path)), program("-c", peer), 9)
    yield line("jixiao check 整个进程", seconds, "python -c 用 openpyxl 只读入", "≥2 倍")
    yield line("导出一个单位（填入财政局自己的模板）", in_turn(*export(folder)), "openpyxl 打开、填入、保存", "≥4 倍")


def export(folder: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return the export of one department into a bureau's template, and the same cells written by openpyxl."""
    import openpyxl

    from tests.test_template import bureau
    from workbook.model.edits import Formula
    from workbook.writers.template import cells_for, fill, survey

    template = bureau(folder / "模板.xlsm")
    found, (filing,) = survey(template), synthetic(1)
    derived, target = derive(filing, load()), folder / "导出.xlsm"
    blocks = cells_for(found, filing, derived).blocks

    def ours() -> object:
        target.unlink(missing_ok=True)
        return fill(found, filing, derived, target)

    def theirs() -> object:
        book = openpyxl.load_workbook(template, keep_vba=True)
        for block in blocks:
            ((value,),) = block.values
            book[block.sheet].cell(block.row, block.column).value = (
                f"={value.text}" if isinstance(value, Formula) else value
            )
        return book.save(folder / "对照.xlsm")

    return ours, theirs


# --- a master of many -------------------------------------------------------------------------------------------------

_COMMON = """
import json, resource, sys, time
from pathlib import Path
from tests.benchmarks.bureau import records
from workbook.rollup import frames as rollup
count, target = int(sys.argv[1]), Path(sys.argv[2])
queries = [query for query in rollup.LONG if query.title in ("部门", "绩效指标")]
"""
_OURS = """
from workbook.rollup.book import Grid, write as write_book
with rollup.from_records(records(count)) as tables:
    start = time.perf_counter()
    grids = [Grid(q.title, q.headings, q.kinds, tables.rows(q), tables.count(q)) for q in queries]
    write_book(target, "总表", [], [], grids)
"""
_THEIRS = """
import pandas as pd
with rollup.from_records(records(count)) as tables:
    frames = {q.title: tables.frame(q) for q in queries}
    start = time.perf_counter()
    with pd.ExcelWriter(target, engine="openpyxl") as book:
        for name, frame in frames.items():
            frame.to_excel(book, sheet_name=name, index=False)
"""
_END = """
took = time.perf_counter() - start
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def records(count: int) -> Iterator[dict[str, object]]:
    """Yield the records of so many departments with twenty indicators each."""
    from workbook.rollup.frames import record

    samples = [record(filing, derive(filing, load()), check(filing, load()), load()) for filing in synthetic(PER_RUN)]
    for place in range(count):
        sample = samples[place % PER_RUN]
        indicators = [{**row, "number": number} for number, row in enumerate((sample["indicators"] * 2)[:20], start=1)]
        yield {**sample, "unit": f"{sample['unit']}{place:05d}", "indicators": indicators}


def measured(code: str, *words: str) -> list[float]:
    """Run a program and return the figures it prints."""
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return [float(value) for value in json.loads(done.stdout.splitlines()[-1])]


def many_departments(folder: Path, count: int) -> Iterator[Line]:
    """Yield a master of many departments, written by us and by pandas through openpyxl."""
    ours = measured(_COMMON + _OURS + _END, str(count), str(folder / "a.xlsx"))
    theirs = measured(_COMMON + _THEIRS + _END, str(count), str(folder / "b.xlsx"))
    what = f"写出 {count:,} 个单位、{count * 20:,} 行指标的总表"
    yield line(what, (ours[0], theirs[0]), "pandas.to_excel 经 openpyxl", "≥3 倍")
    yield Line("　其内存峰值", f"{ours[1]:.0f} MB", f"{theirs[1]:.0f} MB", f"{theirs[1] / ours[1]:.1f} 倍", "")


# --- many files -------------------------------------------------------------------------------------------------------

_CHECK = """
import json, resource, sys, time
from pathlib import Path
from workbook.actions import api as actions
from workbook.bulk.engine import Power
if __name__ == "__main__":
    folder, jobs = Path(sys.argv[1]), int(sys.argv[2])
    start = time.perf_counter()
    outcome = actions.rollup(folder, [folder.with_suffix(".xlsx")], power=Power(jobs))
    took = time.perf_counter() - start
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([took, *peaks]))
"""


def many_files(folder: Path, counts: Sequence[int]) -> Iterator[Line]:
    """Yield reading, checking and rolling up folders on one and two processes, and a line fitted through their sizes."""
    code = folder / "many.py"  # a file, for the processes that it starts read it again
    code.write_text(_CHECK, encoding="utf-8")
    times: dict[tuple[int, int], list[float]] = {}
    for count in counts:
        received = files(folder / f"n{count}", count)
        for jobs in (1, 2) if count == counts[len(counts) // 2] else (2,):
            done = subprocess.run(
                [sys.executable, str(code), str(received), str(jobs)],
                env={**os.environ, cache.SETTING: str(folder / f"cache-{count}-{jobs}")},  # nothing read before
                capture_output=True,
                text=True,
                check=True,
            )
            times[count, jobs] = json.loads(done.stdout.splitlines()[-1])
        shutil.rmtree(received)
    middle = counts[len(counts) // 2]
    one, two = times[middle, 1][0], times[middle, 2][0]
    yield line(f"读入、审核、汇总 {middle:,} 个文件，两个进程", (two, one), "一个进程", "两核近 2 倍")
    slope, start = linear_regression(counts, [times[count, 2][0] for count in counts])
    parts = "，".join(f"{count:,} 个 {times[count, 2][0]:.0f} s、{max(times[count, 2][1:]):.0f} MB" for count in counts)
    yield Line(
        "文件数与时间、内存（两个进程）",
        parts,
        f"拟合：{start:.1f} s + {slope * 1000:.1f} ms × 个数",
        "",
        "直线；内存平",
    )


def table(lines: Sequence[Line]) -> str:
    """Return the table as Markdown."""
    rows = [f"| {entry.what} | {entry.ours} | {entry.peer} | {entry.ratio} | {entry.aim} |" for entry in lines]
    return "\n".join(["| 做什么 | 我们 | 对照 | 快多少 | 目标 |", "|---|---|---|---|---|", *rows])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--departments", type=int, default=10_000)
    parser.add_argument("--files", type=int, nargs="+", default=[100, 300, 1_000, 3_000, 10_000])
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jixiao-") as name:
        folder = Path(name)
        lines = list(one_file(folder))
        print(table(lines), file=sys.stderr, flush=True)
        lines += many_departments(folder, wanted.departments)
        print(table(lines[-2:]), file=sys.stderr, flush=True)
        print(table([*lines, *many_files(folder, wanted.files)]))


if __name__ == "__main__":
    main()
