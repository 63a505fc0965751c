"""Nothing lost: what stands in the way of a write is said and harms nothing, every change can be taken back and asked after."""

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from macros import buttons
from tests.conftest import ROOT
from tests.test_master import put
from workbook import cli
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master import layout
from workbook.master.read import read_master
from workbook.model.scheme import load
from workbook.storage import history, journal, replacing, temporary
from workbook.storage.settings import PROBLEMS, overlaid
from workbook.storage.trouble import KeepError, words_of
from workbook.writers import department, package


def run(capsys, *arguments) -> tuple[int, str, str]:
    status = cli.run([str(entry) for entry in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def report(tmp_path) -> Path:
    folder = tmp_path / "各单位报来"
    folder.mkdir()
    department.write(compose(DEPARTMENTS[0]), load(), folder / "一.xlsx")
    return folder


@pytest.fixture
def master(tmp_path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    return path


def change(master: Path, words: object, verb: str = "fill") -> None:
    """Have a verb change a cell of 首页."""
    package.apply(master, package.Edits([package.Block(*layout.REGION, ((str(words),),))]), verb=verb)


def outside(path: Path) -> dict[str, bytes]:
    """Return every file in a folder but the kept states and the log."""
    return {
        str(found.relative_to(path)): found.read_bytes()
        for found in path.rglob("*")
        if found.is_file() and replacing.FOLDER not in found.parts
    }


# --- taking back ------------------------------------------------------------------------------------------------------


def test_the_last_change_is_taken_back_and_put_back(master, report):
    empty = master.read_bytes()
    actions.import_(master, [report])
    full = master.read_bytes()
    assert "导入前" in actions.undo(master).message
    assert master.read_bytes() == empty
    actions.undo(master)
    assert master.read_bytes() == full


def test_any_kept_state_can_be_chosen_and_a_lost_or_broken_file_comes_back(master, report, capsys):
    actions.import_(master, [report])
    imported = master.read_bytes()
    change(master, "填充")
    filled = master.read_bytes()
    actions.check_master(master)
    status, out, _ = run(capsys, "undo", master, "--list")
    assert status == 0
    assert [line.split("　")[1].split(" ", 2)[2] for line in out.splitlines()] == ["全审前", "填充前", "导入前"]
    assert run(capsys, "undo", master, "--to", 2)[0] == 0
    assert master.read_bytes() == imported
    master.write_bytes(b"PK broken")
    assert "jixiao undo" in run(capsys, "fill", master)[2]
    actions.undo(master, 2)
    assert master.read_bytes() == filled
    master.unlink()
    actions.undo(master)
    assert read_master(master).filings


def test_what_the_clerk_typed_since_is_kept_when_a_change_is_taken_back(master, report):
    actions.import_(master, [report])
    typed = package.apply
    typed(master, package.Edits([package.Block(*layout.REGION, (("手工改的",),))]), keep=False)
    by_hand = master.read_bytes()
    actions.undo(master)
    assert history.states(master)[0].path.read_bytes() == by_hand


def test_nothing_to_take_back_and_a_number_that_is_none_are_said(master, tmp_path, capsys):
    for arguments in (("undo", master), ("undo", tmp_path / "无.xlsm"), ("undo", master, "--to", 9)):
        status, _, err = run(capsys, *arguments)
        assert status == 2
        assert "上一版" in err


def test_only_so_many_states_stay_and_the_newest_do(master, report, monkeypatch):
    monkeypatch.setattr(replacing, "KEPT", history.Kept(states=3))
    for number in range(5):
        before = master.read_bytes()
        change(master, number)
    found = history.states(master)
    assert len(found) == 3
    assert found[0].path.read_bytes() == before
    monkeypatch.setattr(history, "KEPT", history.Kept(megabytes=0))
    change(master, "又")
    assert len(history.states(master)) == 1


def test_an_output_written_anew_leaves_the_one_before(tmp_path):
    path = tmp_path / "一.xlsx"
    department.write(compose(DEPARTMENTS[0]), load(), path)
    path.write_bytes(before := path.read_bytes() + b"corrected by hand")
    for _ in range(2):
        department.write(compose(DEPARTMENTS[0]), load(), path)
    assert len(history.states(path)) == 1
    path.write_bytes(before)
    department.write(compose(DEPARTMENTS[0]), load(), path)
    assert [state.path.read_bytes() for state in history.states(path)] == [before]


def test_kept_states_are_no_reports(master, report):
    actions.import_(master, [report])
    department.write(compose(DEPARTMENTS[1]), load(), report / "一.xlsx")
    (report / ".隐藏").mkdir()
    shutil.copy(report / "一.xlsx", report / ".隐藏" / "二.xlsx")
    assert [path.name for path in actions.expand([report])] == ["一.xlsx"]


def test_a_link_stays_a_link_and_its_file_is_changed(master, tmp_path, report):
    link = tmp_path / "别处" / "链接.xlsm"
    link.parent.mkdir()
    link.symlink_to(master)
    actions.import_(link, [report])
    assert link.is_symlink()
    assert read_master(master).filings
    actions.undo(link)
    assert not read_master(master).filings
    assert actions.log(link)[0].verb == "undo"


def test_a_very_long_name_is_kept_too(tmp_path):
    path = tmp_path / f"{'长' * 80}.xlsm"
    actions.new(path, year=YEAR)
    change(path, "甲县")
    other = tmp_path / f"{'长' * 79}短.xlsm"
    actions.new(other, year=YEAR)
    assert len(history.states(path)) == 1
    assert not history.states(other)


def test_a_press_keeps_the_open_workbook_and_tells_the_log(master, report, tmp_path, capsys):
    actions.import_(master, [report])
    job = tmp_path / "job"
    job.mkdir()
    shutil.copy(master, job / "book.xlsm")
    package.apply(job / "book.xlsm", package.Edits([package.Block(*layout.REGION, (("没存盘的",),))]), keep=False)
    name = "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in str(master))
    (job / "request.txt").write_text(f"book\t{name}\n", encoding="ascii")
    assert buttons.main(["check", str(job)]) == 0
    assert history.states(master)[0].path.read_bytes() == (job / "book.xlsm").read_bytes()
    last = actions.log(master)[0]
    assert (last.verb, last.state) == ("check", journal.PRESSED)
    assert "按钮" in run(capsys, "log", master)[1]
    actions.undo(master)
    assert read_master(master).region == "没存盘的"


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_says_what_was_changed_by_which_verb_from_what_to_what(master, report, capsys):
    filing = compose(DEPARTMENTS[0])
    actions.import_(master, [report])
    before = filing.expenses["operating"].final
    filing.expenses["operating"].final += 7
    filing.indicators[0], filing.indicators[1] = filing.indicators[1], filing.indicators[0]
    reason, filing.indicators[0].reason = filing.indicators[0].reason, "=1+1"
    department.write(filing, load(), report / "一.xlsx")
    actions.import_(master, [report])
    put(master, "自评表", filing.unit, "执行率", None)
    actions.fill(master)
    actions.check_master(master)
    status, out, _ = run(capsys, "log", master, "--format", "json")
    entries = json.loads(out)
    assert status == 0
    assert [entry["verb"] for entry in entries] == ["check", "fill", "import", "import"]
    assert {entry["state"] for entry in entries} == {journal.DONE}
    changed = {(entry["label"], entry["before"], entry["after"]) for entry in entries[2]["changes"]}
    assert ("公用经费本年决算数", float(before), float(before) + 7) in changed
    assert (f"「{filing.indicators[0].level3}」偏差原因分析及改进措施", reason, "=1+1") in changed
    assert len(changed) <= 4  # the rows that changed places have not changed
    assert entries[3]["changes"][0]["label"].startswith("新增单位（来自 一.xlsx）")
    assert all(change["before"] is None for change in entries[1]["changes"])
    assert {change["label"] for change in entries[0]["changes"]} >= {"结论"}


def test_the_log_of_one_department_and_as_a_table(master, report, capsys):
    department.write(compose(DEPARTMENTS[1]), load(), report / "二.xlsx")
    actions.import_(master, [report])
    unit = DEPARTMENTS[1].unit
    assert {change.unit for entry in actions.log(master, unit) for change in entry.changes} == {unit}
    status, out, _ = run(capsys, "log", master)
    assert status == 0
    assert "导入" in out
    status, _, err = run(capsys, "log", report / "一.xlsx")
    assert (status, "没有修改记录" in err) == (2, True)


def test_a_change_by_other_hands_shows(master, report):
    actions.import_(master, [report])
    package.apply(master, package.Edits([package.Block(*layout.REGION, (("手工改的",),))]), keep=False)
    actions.check_master(master)
    assert [entry.hand for entry in actions.log(master)] == [True, False]


def test_a_change_that_did_not_come_about_is_told_and_a_torn_line_harms_nothing(master, report, monkeypatch):
    def held(*_: object) -> None:
        raise PermissionError(errno.EACCES, "held")

    with monkeypatch.context() as patch:
        patch.setattr(replacing, "_replace", held)
        with pytest.raises(KeepError):
            actions.import_(master, [report])
    with journal.log_of(master).open("ab") as log:
        log.write(b'\n{"when":"2026-11-21T08:')
    actions.import_(master, [report])
    assert [(entry.verb, entry.state) for entry in actions.log(master)] == [
        ("import", journal.DONE),
        ("import", journal.VOID),
    ]


def test_without_its_confirmation_the_hashes_tell(master, report):
    actions.import_(master, [report])
    log = journal.log_of(master)
    log.write_text(log.read_text(encoding="utf-8").rstrip().rpartition("\n")[0], encoding="utf-8")
    assert actions.log(master)[0].state == journal.DONE
    master.write_bytes(b"other")
    assert actions.log(master)[0].state == journal.UNSURE


# --- what stands in the way -------------------------------------------------------------------------------------------


VERBS = {
    "import": lambda master, folder: ("import", master, folder),
    "fill": lambda master, folder: ("fill", master),
    "check": lambda master, folder: ("check", master),
    "review": lambda master, folder: ("review", master),
    "rollup": lambda master, folder: ("rollup", master),
    "clear": lambda master, folder: ("clear", master),
    "undo": lambda master, folder: ("undo", master),
    "remove": lambda master, folder: ("remove", master, DEPARTMENTS[0].unit),
    "export": lambda master, folder: ("export", master, "--to", folder, "--as", "xlsx", "--as", "html"),
    "new": lambda master, folder: ("new", master.with_name("新.xlsm")),
}
FULL = [errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)]


@pytest.fixture
def ready(master, report):
    """A master that every verb changes: departments handed in, marks on, something to fill, more to take in."""
    actions.import_(master, [report])
    actions.check_master(master)
    put(master, "自评表", DEPARTMENTS[0].unit, "执行率", None)
    department.write(compose(DEPARTMENTS[1]), load(), report / "二.xlsx")
    return master


@pytest.mark.parametrize(
    ("verb", "number"),
    [*((verb, errno.ENOSPC) for verb in VERBS), ("fill", errno.EIO), ("fill", errno.EACCES), ("import", errno.EROFS)],
)
def test_a_disk_that_fails_at_any_step_harms_nothing(ready, tmp_path, monkeypatch, capsys, verb, number):
    """Every call of the file system on the way fails once, one after the other, till the verb gets through."""
    out = tmp_path / "导出"
    out.mkdir()
    arguments = VERBS[verb](ready, out if verb == "export" else tmp_path / "各单位报来")
    for step in range(0, 200, 3 if verb == "export" else 1):
        before = outside(tmp_path)
        with monkeypatch.context() as patch:
            left = _fail_at(patch, step, number)
            status, _, err = run(capsys, *arguments)
        if left() >= 0:  # the failing step was not reached
            assert step > 1
            return
        if status == 2:
            assert "内部出错" not in err, err
            assert err.strip()
            after = outside(tmp_path)
            # the files of an export that were written before the disk failed are new and whole
            assert all(after.get(name) == before[name] or is_new_and_whole(tmp_path / name, verb) for name in before)
            assert not [name for name in after if temporary.PREFIX in name]
    pytest.fail("the verb never got through")


def is_new_and_whole(path: Path, verb: str) -> bool:
    return verb == "export" and path.suffix != ".xlsm" and (path.suffix == ".html" or replacing.is_whole(path))


def _fail_at(patch, step: int, number: int):
    """Have the call of that position among the writing calls raise; return a function that says how many were to go."""
    count = [step]

    def failing(original):
        def call(*arguments, **options):
            count[0] -= 1
            if count[0] == -1:
                raise OSError(number, os.strerror(number), str(arguments[0]))
            return original(*arguments, **options)

        return call

    for owner, name in ((os, "fsync"), (os, "replace"), (shutil, "copyfile"), (shutil, "copy2"), (os, "open")):
        patch.setattr(owner, name, failing(getattr(owner, name)))
    patch.setattr(journal, "_append", failing(journal._append))
    return lambda: count[0]


@pytest.mark.parametrize("lock", ["~${}", ".~{}", ".~lock.{}#"])
@pytest.mark.parametrize("verb", [name for name in VERBS if name not in ("export", "new")])
def test_a_workbook_that_is_open_is_left_alone(ready, report, capsys, verb, lock):
    ready.with_name(lock.format(ready.name)).write_bytes(b"")
    before = ready.read_bytes()
    status, _, err = run(capsys, *VERBS[verb](ready, report))
    assert (status, ready.read_bytes()) == (2, before)
    assert "打开" in err


def test_a_workbook_changed_by_another_meanwhile_is_not_overwritten(ready, report, monkeypatch, capsys):
    original = package._write

    def meanwhile(*arguments):
        ready.write_bytes(ready.read_bytes() + b" ")
        return original(*arguments)

    monkeypatch.setattr(package, "_write", meanwhile)
    status, _, err = run(capsys, "fill", ready)
    assert status == 2
    assert "被别人改过" in err
    assert ready.read_bytes().endswith(b" ")


@pytest.fixture
def somebody():
    """Give a folder that a user without rights reaches, and be that user: for root nothing is read-only."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextlib.contextmanager
def without_rights():
    if os.geteuid():
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="Linux 的权限")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_read_only_files_and_folders(ready, somebody, capsys, what):
    book = Path(shutil.copy(ready, somebody / "总表.xlsm"))
    book.chmod(0o444 if what == "file" else 0o666)
    somebody.chmod(0o777 if what == "file" else 0o555)
    before = book.read_bytes()
    with without_rights():
        status, _, err = run(capsys, "fill", book)
        exported = run(capsys, "export", book, "--to", somebody / "导出")
    assert (status, book.read_bytes()) == (2, before)
    assert "只" in err
    assert (exported[0] == 0) is (what == "file"), exported
    somebody.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="要能挂载 tmpfs")
@pytest.mark.parametrize("verb", ["import", "fill", "check", "export"])
def test_a_disk_that_is_really_full(ready, report, tmp_path, verb):
    small = tmp_path / "小盘"
    small.mkdir()
    size = 4 * ready.stat().st_size // 1024 + 64
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("不能挂载 tmpfs")
    try:
        book = small / "总表.xlsm"
        shutil.copy(ready, book)
        before = book.read_bytes()
        with (small / "填满").open("wb") as filler:
            left = os.statvfs(small)
            filler.write(bytes(max(0, left.f_bavail * left.f_frsize - len(before) // 2)))
        done = subprocess.run(
            [sys.executable, "-m", "workbook.cli", *map(str, VERBS[verb](book, small / "导出"))]
            if verb == "export"
            else [sys.executable, "-m", "workbook.cli", *map(str, VERBS[verb](book, report))],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert book.read_bytes() == before
        if verb != "export":
            assert (done.returncode, "磁盘已满" in done.stderr) == (2, True), done.stderr
        assert "内部出错" not in done.stderr
        assert not list(small.rglob(f"{temporary.PREFIX}*"))
    finally:
        subprocess.run(["umount", small], check=False)


def test_a_folder_that_vanishes_meanwhile(ready, monkeypatch, capsys):
    original = package._write

    def gone(*arguments):
        out = original(*arguments)
        ready.parent.rename(ready.parent.with_name("网络盘断开"))
        return out

    monkeypatch.setattr(package, "_write", gone)
    before = ready.read_bytes()
    status, _, err = run(capsys, "fill", ready)
    assert status == 2
    assert "断开" in err
    away = ready.parent.with_name("网络盘断开")
    assert (away / ready.name).read_bytes() == before


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "磁盘已满"),
        (PermissionError(errno.EACCES, "x"), "关闭文件"),
        (OSError(errno.EROFS, "x"), "只读"),
        (OSError(errno.EIO, "x"), "断开"),
        (FileNotFoundError(errno.ENOENT, "x"), "找不到"),
        (NotADirectoryError(errno.ENOTDIR, "x"), "同名"),
        (IsADirectoryError(errno.EISDIR, "x"), "是文件夹"),
        (OSError(errno.ENAMETOOLONG, "x"), "太长"),
        (OSError(errno.EINVAL, "x"), "再试"),
    ],
)
def test_every_error_of_the_file_system_has_its_words(error, words):
    assert words in words_of(error, "总表.xlsm")


@pytest.mark.parametrize(("number", "words"), [(32, "关闭文件"), (112, "磁盘已满"), (64, "断开")])
def test_windows_own_numbers_are_known(number, words):
    error = OSError(errno.EINVAL, "x")
    error.winerror = number  # as on Windows
    assert words in words_of(error, "总表.xlsm")


# --- leftovers and settings -------------------------------------------------------------------------------------------


def test_leftovers_of_killed_runs_go_and_those_of_the_living_stay(master, monkeypatch):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    here = temporary.HERE
    dead = master.with_name(f"{temporary.PREFIX}{here}-{process.pid}-00.xlsm")
    living = master.with_name(f"{temporary.PREFIX}{here}-{os.getppid()}-00.xlsm")
    elsewhere = master.with_name(f"{temporary.PREFIX}00000000-1-00.xlsm")
    old = master.with_name(f"{temporary.PREFIX}00000000-2-00.xlsm")
    for path in (dead, living, elsewhere, old):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    monkeypatch.setattr(temporary, "_CLEANED", set())
    actions.fill(master)
    assert [path.exists() for path in (dead, living, elsewhere, old)] == [False, True, True, False]


def test_settings_of_the_machine(tmp_path, monkeypatch):
    path = tmp_path / "jixiao.toml"
    path.write_text('[keep]\nstates = 4\nmegabytes = "many"\nunknown = 1\n', encoding="utf-8")
    monkeypatch.setenv("JIXIAO_SETTINGS", str(path))
    monkeypatch.setenv("JIXIAO_KEEP_COPIES", "0")
    PROBLEMS.clear()
    assert overlaid("keep", history.Kept(), least=0) == history.Kept(states=4, copies=0)
    assert ["megabytes" in PROBLEMS[0], "unknown" in PROBLEMS[1]] == [True, True]
    path.write_text("[keep", encoding="utf-8")
    assert overlaid("keep", history.Kept()) == history.Kept()
    PROBLEMS.clear()


@pytest.mark.parametrize(
    ("path", "longer"),
    [
        (r"C:\数据\历史版本", r"\\?\C:\数据\历史版本"),
        (r"\\server\share\历史版本", r"\\?\UNC\server\share\历史版本"),
        (r"\\?\C:\数据\历史版本", r"\\?\C:\数据\历史版本"),
    ],
)
def test_a_path_of_windows_may_be_longer_than_260_characters(path: str, longer: str):
    assert history.extended(path) == longer


def test_states_go_by_the_longer_path_only_where_they_must(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "os", SimpleNamespace(name="nt"))
    assert history.folder_of(Path("/数据/总表.xlsm")) == Path("/数据/历史版本")
    deep = Path("/", *["很长的文件夹名字"] * 22)
    assert str(history.folder_of(deep / "总表.xlsm")).startswith("\\\\?\\")
