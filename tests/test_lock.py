"""One verb at a time on a master, and its history: nothing is lost whoever else is at work, in whatever order."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros import buttons
from tests.conftest import ROOT
from tests.test_keep import change, outside, run
from tests.test_master import put
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master.read import read_master
from workbook.model.scheme import load
from workbook.storage import history, journal, lock, replacing
from workbook.storage.replacing import KeepError, Note
from workbook.writers import department


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    return path


def report(folder: Path, number: int, name: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    filing = compose(DEPARTMENTS[number % len(DEPARTMENTS)])
    filing.unit = name or filing.unit
    department.write(filing, load(), folder / f"{number}.xlsx")
    return folder / f"{number}.xlsx"


# --- at once ----------------------------------------------------------------------------------------------------------


def test_many_imports_at_once_lose_nothing(master, tmp_path):
    names = [f"第{number}局" for number in range(6)]
    files = [report(tmp_path / "报来", number, name) for number, name in enumerate(names)]
    code = "import sys; from workbook.cli import run; sys.exit(run(['import', *sys.argv[1:]]))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(master), str(file)], cwd=ROOT, stdout=subprocess.DEVNULL)
        for file in files
    ]
    assert [process.wait(timeout=200) for process in running] == [0] * len(files)
    assert {filing.unit for filing in read_master(master).filings} == set(names)
    assert not lock.lock_of(master).exists()
    assert [state.number for state in history.states(master)] == [6, 5, 4, 3, 2, 1]


HOLDER = """
import sys, time
from pathlib import Path
from workbook.storage import replacing
with replacing.locked(Path(sys.argv[1]), "import"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(path: Path, seconds: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", HOLDER, str(path), str(seconds)]
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("verb", ["import", "fill", "check", "clear", "rollup", "undo", "remove", "upgrade"])
def test_every_verb_that_writes_waits_for_another_and_says_whom(master, tmp_path, monkeypatch, capsys, verb):
    file = report(tmp_path / "报来", 0)
    actions.import_(master, [file])
    extra = {"import": [file], "remove": [DEPARTMENTS[0].unit]}.get(verb, [])
    before = master.read_bytes()
    process = holder(master, 60)
    try:
        monkeypatch.setattr(lock, "KEPT", history.Kept(wait=0))
        status, _, err = run(capsys, verb, master, *extra)
        assert status == 2
        assert f"进程 {process.pid}" in err
        assert "“导入”" in err
        assert "请等它做完再试一次" in err
        assert master.read_bytes() == before
    finally:
        process.kill()
        process.wait()


def test_one_that_is_done_in_time_is_waited_for(master):
    process = holder(master, 1)
    change(master, "后来的")
    assert process.wait(timeout=20) == 0
    assert read_master(master).region == "后来的"


def test_the_lock_of_a_run_that_was_killed_is_taken_over_and_said(master, capsys):
    process = holder(master, 60)
    process.kill()
    process.wait()
    assert lock.lock_of(master).exists()
    status, _, err = run(capsys, "check", master)
    assert status == 0
    assert "“导入”" in err
    assert f"进程 {process.pid}" in err
    assert "中途退出" in err
    assert not lock.lock_of(master).exists()


def test_the_lock_of_another_machine_is_left_alone_with_a_remedy(master, monkeypatch, capsys):
    owner = {"host": "另一台", "pid": 7, "since": "2026-01-02T03:04:05", "verb": "全审"}
    lock.lock_of(master).write_text(json.dumps(owner), encoding="utf-8")
    monkeypatch.setattr(lock, "KEPT", history.Kept(wait=0))
    status, _, err = run(capsys, "check", master)
    assert status == 2
    assert "请到计算机 另一台 上看它是否还在运行" in err
    assert lock.lock_of(master).name in err
    assert json.loads(lock.lock_of(master).read_text(encoding="utf-8")) == owner
    lock.lock_of(master).unlink()
    assert run(capsys, "check", master)[0] == 0


@pytest.mark.parametrize(("who", "passes"), [("nobody", True), ("dead", True), ("living", False)])
def test_where_the_file_system_holds_no_locks_the_owners_process_tells(master, monkeypatch, who, passes):
    import fcntl

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    if who != "nobody":
        pid = dead.pid if who == "dead" else os.getppid()
        owner = {"host": lock.NODE, "pid": pid, "since": "2026-01-02T03:04:05", "verb": "全审"}
        lock.lock_of(master).write_text(json.dumps(owner), encoding="utf-8")
    monkeypatch.setattr(fcntl, "flock", none)
    monkeypatch.setattr(lock, "KEPT", history.Kept(wait=0))
    if passes:
        change(master, "改")
        assert read_master(master).region == "改"
    else:
        with pytest.raises(KeepError, match="“全审”"):
            change(master, "改")


@pytest.mark.parametrize("content", [b"", b"\xff{", b'{"host": 1}'])
def test_a_lock_that_names_nobody_stands_in_nobodys_way(master, content):
    lock.lock_of(master).write_bytes(content)
    change(master, "改")
    assert read_master(master).region == "改"


def test_a_dead_lock_is_taken_over_by_one_of_many(tmp_path):
    path = tmp_path / "数.txt"
    path.write_text("0", encoding="utf-8")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    owner = {"host": lock.NODE, "pid": dead.pid, "since": "2026-01-02T03:04:05", "verb": "全审"}
    lock.lock_of(path).write_text(json.dumps(owner), encoding="utf-8")
    code = """
import sys
from pathlib import Path
from workbook.storage import replacing
path = Path(sys.argv[1])
for _ in range(20):
    with replacing.locked(path, "fill"):
        path.write_text(str(int(path.read_text()) + 1))
"""
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT) for _ in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    assert path.read_text(encoding="utf-8") == "80"


# --- what changes nothing ---------------------------------------------------------------------------------------------


def test_a_verb_that_changes_nothing_leaves_no_state_and_the_master_as_it_is(master, tmp_path, capsys):
    folder = report(tmp_path / "报来", 0).parent
    for verb in (
        ("import", master, folder),
        ("fill", master),
        ("check", master),
        ("rollup", master),
        ("clear", master),
    ):
        run(capsys, *verb)
        seen, kept = master.read_bytes(), history.states(master)
        log = journal.log_of(master).read_bytes()
        status, _, err = run(capsys, *verb)
        assert status in (0, 1), err
        assert master.read_bytes() == seen, verb[0]
        assert history.states(master) == kept
        assert journal.log_of(master).read_bytes() == log
        run(capsys, "check", master)


def test_taking_the_same_files_in_again_says_that_nothing_changed(master, tmp_path):
    folder = report(tmp_path / "报来", 0).parent
    assert "没有变化" not in actions.import_(master, [folder]).message
    actions.check_master(master)
    before = master.read_bytes()
    outcome = actions.import_(master, [folder])
    assert "没有变化" in outcome.message
    assert outcome.written == []
    assert master.read_bytes() == before


def test_a_press_that_takes_in_the_same_files_says_so_and_keeps_no_state(master, tmp_path):
    folder = report(tmp_path / "报来", 0).parent
    actions.import_(master, [folder])
    kept = history.states(master)
    job = tmp_path / "job"
    job.mkdir()
    shutil.copy(master, job / "book.xlsm")
    asked = {"book": str(master), "path": str(folder)}
    words = {key: "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in value) for key, value in asked.items()}
    request = "".join(f"{key}\t{value}\n" for key, value in words.items())
    (job / "request.txt").write_text(request, encoding="ascii")
    assert buttons.main(["import", str(job)]) == 0
    assert "没有变化" in (job / "result.txt").read_bytes().decode("utf-16-le")
    assert history.states(master) == kept


def test_a_conflict_that_stays_is_said_again_and_writes_nothing(master, tmp_path):
    file = report(tmp_path / "报来", 0)
    actions.import_(master, [file])
    put(master, "自评表", DEPARTMENTS[0].unit, "全年执行数", 610)
    filing = compose(DEPARTMENTS[0])
    filing.funds.executed += 1
    department.write(filing, load(), file)
    assert len(actions.import_(master, [file]).differences) == 1
    before = master.read_bytes()
    time.sleep(0.01)
    assert len(actions.import_(master, [file]).differences) == 1
    assert master.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"%PDF-1.4"])
def test_an_import_of_nothing_that_can_be_read_leaves_no_state(master, tmp_path, capsys, content):
    (tmp_path / "报来").mkdir()
    (tmp_path / "报来" / "坏.xlsx").write_bytes(content)
    before = outside(tmp_path)
    assert run(capsys, "import", master, tmp_path / "报来")[0] == 2
    assert outside(tmp_path) == before
    assert not history.states(master)


def test_a_change_that_could_not_take_its_place_leaves_no_state_and_drops_none(master, monkeypatch):
    monkeypatch.setattr(replacing, "KEPT", history.Kept(states=2))
    for number in range(3):
        change(master, number)
    kept = history.states(master)

    def held(*_: object) -> None:
        raise PermissionError(13, "held")

    with monkeypatch.context() as patch:
        patch.setattr(replacing, "_replace", held)
        with pytest.raises(KeepError):
            change(master, "没成")
    assert history.states(master) == kept


# --- any sequence -----------------------------------------------------------------------------------------------------


def test_states_go_by_their_count_when_the_clock_is_set_back(master, monkeypatch):
    class Clock(history.datetime):
        hour_of = 12

        @classmethod
        def now(cls, tz=None):
            cls.hour_of -= 1
            return cls(2026, 1, 1, cls.hour_of)

    monkeypatch.setattr(history, "datetime", Clock)
    contents = []
    for number in range(4):
        contents.append(master.read_bytes())
        change(master, number)
    assert [state.path.read_bytes() for state in history.states(master)] == contents[::-1]
    actions.undo(master)
    assert master.read_bytes() == contents[-1]


def test_states_of_an_earlier_program_are_the_oldest(master):
    change(master, 1)
    (state,) = history.states(master)
    old = state.path.with_name(f"{master.stem}.20991231-235959-000000.全审前.xlsm")
    shutil.copy(state.path, old)
    assert [entry.path for entry in history.states(master)] == [state.path, old]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["change", "hand"]), st.integers(0, 3)),
        st.tuples(st.sampled_from(["undo", "same", "fail", "lost", "broken"]), st.just(0)),
        st.tuples(st.just("to"), st.integers(1, 6)),
    ),
    max_size=14,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS, limit=st.integers(0, 4))
def test_undo_keeps_what_it_promises_after_any_sequence(tmp_path_factory, steps, limit):
    """Whatever came before: where it says that it can itself be undone, that brings back what was there before."""
    path = tmp_path_factory.mktemp("序") / "总表.xlsm"
    path.write_bytes(blank())
    kept = history.Kept(states=limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replacing, "KEPT", kept)
        for step, number in steps:
            _step(path, step, number)
            if step in ("undo", "to"):
                continue
            before = path.read_bytes() if path.exists() else None
            if (said := _undone(path)) is None:
                continue
            assert path.exists()
            if "再运行一次" in said:
                assert before is not None
                _undone(path)
                assert path.read_bytes() == before


def blank() -> bytes:
    """Return a small package that is whole."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "0")
    return out.getvalue()


def _content(number: int) -> bytes:
    import io
    import zipfile

    out = io.BytesIO(blank())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("b.txt", str(number))
    return out.getvalue()


def _step(path: Path, step: str, number: int) -> None:
    if step == "change" and path.exists():
        with replacing.replacing(path, Note("fill", str(number))) as made:
            made.write_bytes(_content(number))
    elif step == "hand":
        path.write_bytes(_content(number + 10))
    elif step == "broken":
        path.write_bytes(b"PK broken")
    elif step == "lost":
        path.unlink(missing_ok=True)
    elif step == "undo":
        _undone(path)
    elif step == "to":
        _undone(path, number)
    elif step == "fail" and path.exists():
        with pytest.raises(RuntimeError), replacing.replacing(path, Note("fill", "x")):
            raise RuntimeError("gone wrong")


def _undone(path: Path, number: int | None = None) -> str | None:
    try:
        return actions.undo(path, number).message
    except (actions.ActionError, KeepError):
        return None


def test_undo_to_what_is_there_already_changes_nothing_and_says_so(master):
    change(master, 1)
    actions.undo(master)
    kept = history.states(master)
    same = next(n for n, state in enumerate(kept, start=1) if state.path.read_bytes() == master.read_bytes())
    assert "没有改动" in actions.undo(master, same).message
    assert history.states(master) == kept


def test_the_lock_is_no_file_that_is_taken_in(master):
    lock.lock_of(master).write_bytes(b"{}")
    assert lock.lock_of(master) not in actions.expand([master.parent])
    assert os.name == "nt" or lock.lock_of(master).name.startswith(".")
