"""Files read in a worker: which are, what a worker that falls costs, and what is said of it."""

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.compounds import compound, workbook
from tests.test_hostile import bytes_of, sheet
from tests.test_keep import run
from workbook.actions import api as actions
from workbook.bulk import tasks
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.demo.text import as_text
from workbook.master.read import read_master
from workbook.model.scheme import load
from workbook.readers import FellError, ReadError, apart, read, worker
from workbook.readers.detect import Kind
from workbook.readers.limits import LIMITS
from workbook.storage.cache import store_of
from workbook.storage.store import Store
from workbook.writers import department, word

UNIT = DEPARTMENTS[0].unit


@pytest.fixture(autouse=True)
def fresh():
    """No worker of another test, whose limits may have been lower."""
    apart._close_all()
    yield
    apart._close_all()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    department.write(compose(DEPARTMENTS[0]), load(), tmp_path / "报告.xlsx")
    return tmp_path / "报告.xlsx"


def old(path: Path, rows: dict[tuple[int, int], str | float] | None = None) -> Path:
    """Write an old workbook, which is read in a worker whatever it holds."""
    path.write_bytes(compound({"Workbook": workbook({"表": rows or {(0, 0): "会议通知"}})}))
    return path


def workers() -> list[int]:
    return [entry._process.pid for entry in apart._IDLE]


def test_what_a_worker_reads_is_what_is_read_here(report, monkeypatch):
    (here,) = read(report)
    assert not workers()
    monkeypatch.setattr(LIMITS, "here_bytes", 0)
    assert read(report) == [here]
    assert len(workers()) == 1


@pytest.mark.parametrize("kind", ["xlsx", "docx", "txt"])
def test_a_small_plain_report_starts_no_process(tmp_path, monkeypatch, kind):
    filing, path = compose(DEPARTMENTS[0]), tmp_path / f"a.{kind}"
    if kind == "txt":
        path.write_text(as_text(filing), encoding="utf-8")
    else:
        (department if kind == "xlsx" else word).write(filing, load(), path)
    monkeypatch.setattr(apart, "_Worker", None)
    assert read(path)[0].unit == UNIT


IMPLICIT = b'<row r="900"><c><v>1</v></c></row>'


def test_a_cell_that_does_not_say_where_it_stands_is_left_to_a_worker(report):
    report.write_bytes(sheet(report.read_bytes(), bytes_of(IMPLICIT)))
    assert read(report)[0].unit == UNIT
    assert len(workers()) == 1


def test_many_files_share_a_worker_and_a_fallen_one_is_replaced(tmp_path):
    for name in ("甲", "乙", "丙"):
        with pytest.raises(ReadError, match="不是认得的表样"):
            read(old(tmp_path / f"{name}.xls"))
        before = workers()
        assert len(before) == 1
    os.kill(before[0], 9)
    apart._IDLE[0]._process.wait()
    with pytest.raises(ReadError, match="不是认得的表样"):
        read(old(tmp_path / "丁.xls"))
    assert workers() != before


FALLS = {
    "abort": ("os.abort()", "程序退出了"),
    "memory": ("bytearray(10**12)", "内存超过"),
    "loop": ("(lambda: [None for _ in iter(int, 1)])()", "秒还没有读完"),
    "sleep": ("__import__('time').sleep(60)", "秒还没有读完"),
}


@pytest.fixture
def falling(monkeypatch):
    """Have the worker do something worse than reading where a file is called 坏."""

    def set_(what: str) -> None:
        trap = (
            "import os, workbook.readers as r; old = r.read_here\n"
            "def read_here(path, *a, **k):\n"
            f"    {what} if path.stem == '坏' else None\n"
            "    return old(path, *a, **k)\n"
            "r.read_here = read_here\n"
        )
        start = apart._START.replace("from workbook.readers.worker", f"exec({trap!r}); from workbook.readers.worker")
        monkeypatch.setattr(apart, "_START", start)

    return set_


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS, RLIMIT_CPU")
@pytest.mark.parametrize("how", FALLS)
def test_a_file_that_ends_its_worker_costs_itself_alone_and_is_tried_again(tmp_path, monkeypatch, capsys, falling, how):
    code, words = FALLS[how]
    falling(code)
    monkeypatch.setattr(LIMITS, "seconds", 2)
    monkeypatch.setattr(apart, "_GRACE", 1)
    folder, master = tmp_path / "来件", tmp_path / "总表.xlsm"
    folder.mkdir()
    old(folder / "坏.xls")
    old(folder / "别的.xls")
    department.write(compose(DEPARTMENTS[0]), load(), folder / "好的.xlsx")
    actions.new(master, year=YEAR)
    status, _, err = run(capsys, "import", master, folder)
    assert status == 2
    said = dict(line.split("：", 1) for line in err.splitlines() if "：" in line)
    assert words in said["坏.xls"], err
    assert "不是认得的表样" in said["别的.xls"]
    assert [filing.unit for filing in read_master(master).filings] == [UNIT]


def test_what_befell_a_file_by_chance_is_not_kept(tmp_path, monkeypatch, falling):
    falling("os.abort()")
    paths = [old(tmp_path / f"{name}.xls") for name in ("坏", "好")]
    monkeypatch.setattr("workbook.bulk.engine.THRESHOLD", 2)
    sources = [tasks.Source(path, path.name) for path in paths]

    def reasons() -> dict[str, str]:
        readings = tasks.Readings(sources, tmp_path / "缓存", tasks.Power(1))
        return {source.name: str(found) for _, source, found in readings}

    first = reasons()
    assert "程序退出了" in first["坏.xls"]
    assert reasons() == first  # tried anew, and fell anew
    monkeypatch.undo()
    monkeypatch.setattr("workbook.bulk.engine.THRESHOLD", 2)
    apart._close_all()
    second = reasons()
    assert "不是认得的表样" in second["坏.xls"]
    assert second["好.xls"] == first["好.xls"]
    assert len(Store(store_of(tmp_path / "缓存"), "read").done()) == 2


def test_the_store_keeps_what_was_refused_and_forgets_what_passes(tmp_path):
    store = Store(tmp_path, "read")
    store.put([("a", 0, '{"refused": "x"}'), ("b", 0, '{"passing": "x"}')])
    store.finish(["a", "b"])
    assert store.done() == {"a", "b"}
    store.forget_passing()
    assert store.done() == {"a"}


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")
def test_a_worker_cannot_take_more_memory_than_it_may():
    code = "from workbook.readers.worker import bound; print(bound(10**9, 9)); bytearray(2 * 10**9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True"
    assert "MemoryError" in done.stderr


def test_a_worker_takes_nothing_from_the_folder_worked_in(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "lxml.py").write_text("raise SystemExit('taken from the folder')")
    path = old(tmp_path / "a.xls")
    code = (
        "import os, sys; from workbook.readers import apart, ReadError; import workbook.forms\n"
        "sys.path[:0] = ['', os.getcwd()]\n"
        "try: apart.read_apart(__import__('pathlib').Path(sys.argv[1]), 'xls')\n"
        "except ReadError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, path],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "不是认得的表样" in done.stdout, done.stderr


def test_a_worker_ends_with_the_process_that_started_it(tmp_path):
    path = old(tmp_path / "a.xls")
    code = (
        "import os, sys; from pathlib import Path; from workbook.readers import ReadError, apart, read\n"
        "try: read(Path(sys.argv[1]))\n"
        "except ReadError: pass\n"
        "print(apart._IDLE[0]._process.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_forms_of_ones_own_are_known_to_a_worker_that_was_there_before(tmp_path, report, monkeypatch):
    from workbook import forms

    with pytest.raises(ReadError):
        read(old(tmp_path / "a.xls"))
    seen = {}

    def ask(self, question):
        seen.update(question)
        return {"refused": "x"}

    monkeypatch.setattr(apart._Worker, "ask", ask)
    with forms.using([tmp_path]), pytest.raises(ReadError):
        read(tmp_path / "a.xls")
    assert seen["forms"] == [str(tmp_path)]
    assert json.dumps(seen)


def test_a_file_that_fell_is_named_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(apart._Worker, "ask", lambda self, question: None)
    with pytest.raises(FellError, match=r"「甲.xls」读的时候程序退出了（内存超过 1,500 MB.*请单位另存一份") as caught:
        read(old(tmp_path / "甲.xls"))
    assert isinstance(caught.value, ReadError)


def test_where_no_process_may_be_started_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(FellError, match="另起一个进程"):
        read(old(tmp_path / "甲.xls"))


def test_the_doctor_says_the_limits(capsys):
    _, out, _ = run(capsys, "doctor")
    assert "seconds = 90" in out
    assert "memory = 1,500,000,000" in out
    assert "单独的进程里读" in out


def test_a_worker_answers_each_kind_that_it_may_be_asked_for(tmp_path, report):
    (tmp_path / "a.txt").write_text(as_text(compose(DEPARTMENTS[0])), encoding="utf-8")
    assert [filing.unit for filing in apart.read_apart(tmp_path / "a.txt", Kind.TEXT)] == [UNIT]
    with zipfile.ZipFile(report) as archive:
        assert archive.testzip() is None
    assert [filing.unit for filing in apart.read_apart(report, Kind.EXCEL)] == [UNIT]
    assert len(workers()) == 1
    assert worker.LIMITS is LIMITS
