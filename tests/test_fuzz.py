"""Spoilt files into every reader, the master and its verbs: refused in Chinese or taken, never a traceback.

The long run is `python -m tests.fuzz MINUTES`; here hypothesis tries a few of the same mutations.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import VERBS, one, seeds

EXAMPLES = {"docx": 25, "xlsx": 25, "txt": 30, "csv": 15, "xls": 15, "xlsm": 20, "toml": 30, "zip": 12}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> dict[str, list[bytes]]:
    return seeds(tmp_path_factory.mktemp("seeds"))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_spoilt_file_is_refused_or_taken(corpus, kind, monkeypatch):
    if kind not in corpus:
        pytest.skip("没有 LibreOffice，做不出 .xls")
    monkeypatch.setattr("workbook.readers.legacy.find_office", lambda: None)

    @settings(max_examples=EXAMPLES[kind], deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.integers(1, 4), st.sampled_from(VERBS))
    def tried(seed: int, times: int, verb: str) -> None:
        dice = random.Random(seed)
        content = dice.choice(corpus[kind])
        for _ in range(times):
            content = mutated(kind, content, dice)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "里"
            folder.mkdir()
            (folder / "好的.xlsx").write_bytes(corpus["xlsx"][0])
            one(kind, content, folder, verb)
            assert [path.name for path in Path(name).iterdir()] == ["里"]

    tried()


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")
def test_what_is_read_stays_within_its_memory(corpus, tmp_path):
    """The largest file that the limits let through is read within 2 GB of address space, in a process of its own."""
    path = tmp_path / "a.txt"
    path.write_bytes(corpus["txt"][0] + b"\n".join(b"x" * 40 for _ in range(45_000)))
    shutil.copy(path, tmp_path / "b.csv")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2);"
        "from workbook import cli; sys.exit(cli.run(['read', *sys.argv[1:], '--format', 'json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path, tmp_path / "b.csv"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    assert "内部出错" not in done.stderr


def test_the_long_run_is_ready_to_be_started():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "0"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # the program keeps what it starts from looking in the folder
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"inputs": 0' in done.stdout
