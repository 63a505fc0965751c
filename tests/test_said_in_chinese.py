"""What the command says of wrong calls, and how it ends: in Chinese, in one line, whatever it is stopped by."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbook.cli import cli, names
from workbook.process import INTERRUPTED, STOPPED

JIXIAO = [sys.executable, "-P", "-m", "workbook"]
# the names of commands, options, formats and files are what they are
NAMES = re.compile(r"--?[a-z][\w-]*|\b(jixiao|table|json|Windows|Word|Excel|[a-z]+\.\w+|" + "|".join(names()) + r")\b")
WRONG = (
    "",
    "chek",
    "--foo",
    "check",
    "check --jbs",
    "check --jobs",
    "check --jobs=0 x",
    "check --jobs=x x",
    "check --format=html x",
    "check --explain=Z99",
    "new",
    "new a.xlsm b.xlsm",
    "new a.xlsm --year=99",
    "drop",
    "compare",
    "compare a.xlsm",
    "import a.xlsm --dry-run=1",
    "rules diff",
    "rules foo",
    "template",
    "template check",
    "undo",
    "bundle",
    "demo --seed=x",
    "sample",
    "read",
)


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_call_is_answered_in_chinese(words: str, tmp_path: Path):
    done = subprocess.run([*JIXIAO, *words.split()], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search("[\u4e00-\u9fff]{4}", done.stderr)
    given = re.compile("|".join(map(re.escape, re.split(r"[\s=]", words))) or "$^")
    assert not re.search("[A-Za-z]{2,}", given.sub("", NAMES.sub("", done.stderr))), done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(names()))
def test_the_help_has_no_english_but_names(name: str):
    said = CliRunner().invoke(cli, [name, "--help"]).output
    for word in (
        "Usage",
        "Options",
        "Commands",
        "OPTIONS",
        "ARGS",
        "Show",
        "default",
        "TEXT",
        "PATH",
        "INTEGER",
        "FILE",
    ):
        assert word not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="没有 /dev/full")
@pytest.mark.parametrize("words", ["rules", "--help", "check 没有.docx", "chek"])
def test_a_full_disk_behind_the_output_is_said_in_a_line(words: str, tmp_path: Path):
    with Path("/dev/full").open("w") as full:
        for streams in ({"stdout": full, "stderr": subprocess.PIPE}, {"stdout": full, "stderr": full}):
            done = subprocess.run([*JIXIAO, *words.split()], cwd=tmp_path, encoding="utf-8", check=False, **streams)
            assert done.returncode == 2
            assert len((done.stderr or "").splitlines()) <= 1
            assert "Exception" not in (done.stderr or "")


def test_a_pipe_that_is_closed_early_is_no_error():
    process = subprocess.Popen([*JIXIAO, "forms", "l1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait()) == (b"", 0)


# --- Ctrl-C -----------------------------------------------------------------------------------------------------------


def stopped(command: list[str], after: float, folder: Path) -> tuple[int, str]:
    """Press Ctrl-C on a command's whole group of processes, as a terminal does, after so many seconds."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def under_way() -> float:
    """Return how many seconds pass until a Python has started and hears signals."""
    code = "import signal, workbook.start; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True)"
    start = time.monotonic()
    subprocess.run([sys.executable, "-P", "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C 按 Linux、macOS 的样子按")
def test_ctrl_c_is_answered_in_one_line_at_any_moment(tmp_path: Path, received: Path):
    """While modules load, while many files are worked on by processes, and at the end."""
    many = tmp_path / "报来"
    many.mkdir()
    for path in received.rglob("*.docx"):
        for number in range(40):
            (many / f"{path.stem}{number}.docx").write_bytes(path.read_bytes())
    command = [*JIXIAO, "check", str(many), "--jobs", "2"]
    begin = under_way() * 2 + 0.1
    hits = 0
    for number in range(6):
        status, said = stopped(command, begin + 0.3 * number, tmp_path)
        assert status in (1, 2, INTERRUPTED), said
        if status == INTERRUPTED:
            hits += 1
            assert said == f"{STOPPED}\n"
    assert hits > 2
