"""A kill -9 at any moment of any verb: the old or the new state is there, whole, and the next run cleans up.

JIXIAO_KILLS sets how many runs are killed (a few by default; hundreds in a long run), JIXIAO_KILL_SEED where.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(not hasattr(os, "fork"), reason="要 fork（Linux、macOS）")
def test_killed_at_any_moment_a_verb_leaves_the_old_or_the_new_state():
    kills = os.environ.get("JIXIAO_KILLS", "24")
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill", kills, os.environ.get("JIXIAO_KILL_SEED", "1")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # the program keeps what it starts from looking in the folder
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["faults"] == []
    assert result["kills"] == int(kills)
    assert len(result["by_verb"]) == 8
