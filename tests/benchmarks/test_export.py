"""What an export into a bureau's template takes, against openpyxl's load, fill and save of the same cells of the same file.

`pytest tests/benchmarks/test_export.py` (not part of the default run: it measures, and other work on the machine disturbs it).
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import openpyxl
import pytest

from tests.test_template import bureau
from workbook.demo import DEPARTMENTS, compose
from workbook.derive import derive
from workbook.model.edits import Formula
from workbook.model.scheme import load
from workbook.writers.package import apply
from workbook.writers.template import cells_for, fill, survey

ROUNDS = 25
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl tells of what it drops


@pytest.fixture
def ours(tmp_path) -> Callable[[], object]:
    """Return one department's export into the template; the template was looked through before, as for all departments of a run."""
    found, filing, target = survey(bureau(tmp_path / "本县.xlsm")), compose(DEPARTMENTS[0]), tmp_path / "我们.xlsm"

    def export() -> object:
        target.unlink(missing_ok=True)
        return fill(found, filing, derive(filing, load()), target)

    return export


@pytest.fixture
def theirs(tmp_path) -> Callable[[], object]:
    """Return the same cells written by openpyxl."""
    template, filing = bureau(tmp_path / "本县2.xlsm"), compose(DEPARTMENTS[0])
    blocks = cells_for(survey(template), filing, derive(filing, load())).blocks

    def export() -> object:
        book = openpyxl.load_workbook(template, keep_vba=True)
        for block in blocks:
            ((value,),) = block.values
            words = f"={value.text}" if isinstance(value, Formula) else value
            book[block.sheet].cell(block.row, block.column).value = words
        return book.save(tmp_path / "它.xlsm")

    return export


def test_export_into_a_template(benchmark, ours):
    benchmark.pedantic(ours, rounds=ROUNDS, warmup_rounds=2)


def test_openpyxl_load_fill_save(benchmark, theirs):
    benchmark.pedantic(theirs, rounds=ROUNDS, warmup_rounds=2)


def test_survey_of_a_template(benchmark, tmp_path):
    """What is done once a run, however many departments follow."""
    template = bureau(tmp_path / "本县.xlsm")
    benchmark.pedantic(survey, (template,), rounds=ROUNDS, warmup_rounds=2)


def test_at_most_a_quarter(benchmark, ours, theirs):
    """Both in turn, so that what else the machine does falls on both: the medians' ratio."""
    pairs = [(_took(ours), _took(theirs)) for _ in range(ROUNDS)]
    ratio = median(one for one, _ in pairs) / median(two for _, two in pairs)
    benchmark.extra_info["ratio"] = round(ratio, 3)
    benchmark.pedantic(ours, rounds=5)
    print(f"\nexport into a template takes {ratio:.3f} of openpyxl's load, fill, save")
    assert ratio <= 0.25


def test_a_patch_alone(benchmark, tmp_path):
    """The lossless patch without working out what stands where: the floor."""
    template, filing = bureau(tmp_path / "本县.xlsm"), compose(DEPARTMENTS[0])
    edits = cells_for(survey(template), filing, derive(filing, load()))

    def patch() -> object:
        target: Path = tmp_path / "补.xlsm"
        target.unlink(missing_ok=True)
        return apply(template, edits, target)

    benchmark.pedantic(patch, rounds=ROUNDS, warmup_rounds=2)


def _took(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
