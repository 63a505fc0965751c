"""How long the clerk waits: 全审 pressed in LibreOffice on a master of so many departments. `python -m tests.benchmarks.press`."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.press import Office
from workbook.actions import api as actions
from workbook.demo import YEAR, synthetic
from workbook.master.intake import edits_for_import
from workbook.writers.package import apply

PRESSES = 5


def master_of(path: Path, departments: int) -> Path:
    """Make a master that holds so many departments, not yet checked."""
    actions.new(path, year=YEAR)
    apply(path, edits_for_import(actions.open_book(path), list(synthetic(departments))))
    return path


def alone(verb: str, copy: Path, job: Path) -> float:
    """Return the seconds of the process behind the button on a copy of the workbook, without LibreOffice."""
    job.mkdir()
    shutil.copy(copy, job / "book.xlsm")
    (job / "request.txt").touch()
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "macros.buttons", verb, str(job)], check=True)
    return time.perf_counter() - start


def main(departments: int) -> None:
    """Press and print: the first press after opening, the median of those after it, and the share of the process."""
    with tempfile.TemporaryDirectory(prefix="jixiao-") as name:
        folder = Path(name)
        book = master_of(folder / "总表.xlsm", departments)
        process = statistics.median(alone("check", book, folder / f"job{turn}") for turn in range(3))
        office = Office(folder / "office", {"JIXIAO_PYTHON": sys.executable, "PYTHONPATH": str(Path.cwd())})
        try:
            office.open(path=str(book))
            first, *others = (float(office.press(sub="Buttons.ButtonCheck")) for _ in range(PRESSES + 1))
        finally:
            office.stop()
    print(
        f"{departments} 个单位的总表按一次全审：第一次 {first:.2f} 秒，以后 {statistics.median(others):.2f} 秒"
        f"（其中程序单独跑 {process:.2f} 秒）"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80)
