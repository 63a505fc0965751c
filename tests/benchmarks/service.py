"""How long a press takes with and without the running service. `python -m tests.benchmarks.service`."""

import statistics
import sys
import tempfile
from pathlib import Path

import pytest

from tests.benchmarks.press import PRESSES, alone, master_of
from tests.serving import serving
from workbook.cli.serve import _press
from workbook.serve import announced


def main(departments: int) -> None:
    """Print the median seconds of the process behind 全审, without LibreOffice, with the service and without it."""
    with tempfile.TemporaryDirectory(prefix="jixiao-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setenv(announced.PLACE, str(folder / "run"))
        book = master_of(folder / "总表.xlsm", departments)
        before = [_asked(book, folder / f"jixiao-{number}") for number in range(PRESSES)]
        with serving(press=_press) as service:
            announced.announce(announced.Reached(service.port, service.tokens[0], 0))
            _asked(book, folder / "jixiao-first")
            after = [_asked(book, folder / f"jixiao-with-{number}") for number in range(PRESSES)]
        print(
            f"{departments} 个单位：没有服务 {statistics.median(before):.2f} 秒，有服务 {statistics.median(after):.2f} 秒"
        )


def _asked(book: Path, job: Path) -> float:
    return alone("check", book, job)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
