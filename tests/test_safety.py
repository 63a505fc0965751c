"""What lies in the folder worked in is never run and never believed; what was started ends, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import macros
from workbook import process
from workbook.storage import cache, office, spill
from workbook.storage.cache import CacheError, store_of
from workbook.storage.store import Store, StoreError

JIXIAO = [sys.executable, "-P", "-m", "workbook"]
SHADOWS = (
    "workbook",
    "macros",
    "json",
    "decimal",
    "pickle",
    "multiprocessing",
    "concurrent",
    "encodings",
    "click",
    "lxml",
    "pip",
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="照 Linux、macOS 的样子")
LINUX = pytest.mark.skipif(not Path("/proc").is_dir(), reason="要 /proc")


@pytest.fixture
def many(tmp_path: Path, received: Path) -> Path:
    """Return a folder with so many reports that processes share them."""
    folder = tmp_path / "报来"
    folder.mkdir()
    for path in received.rglob("*.docx"):
        for number in range(5):
            shutil.copyfile(path, folder / f"{path.stem}{number}.docx")
    return folder


@pytest.fixture
def trap(many: Path) -> Iterator[Path]:
    """Return a folder of reports among which lie modules that write down that they were run."""
    for name in SHADOWS:
        (many / f"{name}.py").write_text(
            f"import os\nwith open({str(many / 'RUN')!r}, 'a') as out: out.write('{name} ')\n", encoding="utf-8"
        )
    yield many
    assert not (many / "RUN").exists(), (many / "RUN").read_text()


def ran(*words: str, cwd: Path, **told: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        words, cwd=cwd, env={**environment, **told}, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


# --- code -------------------------------------------------------------------------------------------------------------


def test_no_module_of_the_folder_worked_in_is_run(trap: Path):
    program = Path(sys.executable).with_name("jixiao")
    commands = [[str(program)], JIXIAO] if program.is_file() else [JIXIAO]
    for number, command in enumerate(commands):
        done = ran(*command, "check", ".", "--jobs", "2", cwd=trap, JIXIAO_CACHE=str(trap.parent / f"cache{number}"))
        assert "不可报送" in done.stdout
        assert "Traceback" not in done.stderr


def test_no_module_beside_a_dropped_file_is_run(trap: Path):
    report = next(trap.glob("*.docx")).name
    done = ran(*JIXIAO, "drop", cwd=trap, JIXIAO_FILES=f' "{report}"')
    assert done.returncode in (0, 1)
    assert "已另存" in done.stdout


def test_a_button_starts_python_as_the_macro_does_and_runs_nothing_beside_the_workbook(trap: Path, imported: Path):
    job = trap / "job"
    job.mkdir()
    shutil.copyfile(imported, job / "book.xlsm")
    (job / "request.txt").write_text("", encoding="ascii")
    flags = ("-P", "-X", "utf8", "-m", "macros.buttons")
    macro = (Path(macros.__file__).parent / "vba" / "Bridge.bas").read_text(encoding="ascii")
    assert macro.count(" ".join(flags)) == macro.count(" -m ") == 2  # Windows, elsewhere
    done = ran(sys.executable, *flags, "check", str(job), "--waits", cwd=trap)
    assert (done.returncode, done.stderr) == (0, "")
    assert (job / "result.txt").is_file()


def test_pip_is_not_taken_from_the_folder_worked_in(trap: Path):
    code = "from workbook.install.bundle import pip; pip('--version')"
    assert ran(sys.executable, "-P", "-c", code, cwd=trap).returncode == 0


def test_a_program_is_never_looked_for_in_the_folder_worked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    own = tmp_path / ("soffice.exe" if os.name == "nt" else "soffice")
    own.write_text("#!/bin/sh\n", encoding="ascii")
    own.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for folders in ("", ".", os.pathsep):
        monkeypatch.setenv("PATH", folders)
        assert process.program("soffice") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert process.program("libreoffice", "soffice") == str(own)


# --- the cache --------------------------------------------------------------------------------------------------------


def test_results_that_came_with_a_folder_are_not_believed(many: Path, tmp_path: Path):
    """The results of a check, rewritten so that nothing is wrong, lie where a program might look for them."""
    told = {"JIXIAO_CACHE": str(tmp_path / "one")}
    honest = ran(*JIXIAO, "check", str(many), "--jobs", "2", cwd=tmp_path, **told)
    assert honest.returncode == 1
    assert "不可报送" in honest.stdout
    assert [path.name for path in many.iterdir() if path.suffix != ".docx"] == []
    kept = next((tmp_path / "one").glob("*/check.parquet"))
    _forge(kept)
    # in the cache itself the forgery works, so that it is one
    assert "不可报送" not in ran(*JIXIAO, "check", str(many), "--jobs", "2", cwd=tmp_path, **told).stdout
    for name in (".jixiao", ".报来.缓存", "jixiao", ".cache"):
        shutil.copytree(kept.parent, many / name)
        shutil.copytree(kept.parent, many.parent / name, dirs_exist_ok=True)
    again = ran(*JIXIAO, "check", str(many), "--jobs", "2", cwd=many, JIXIAO_CACHE=str(tmp_path / "two"))
    assert again.stdout == honest.stdout


def _forge(path: Path) -> None:
    import duckdb

    forged = path.with_name("forged")
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE rows AS FROM '{path}'")
        base.execute("""UPDATE rows SET body = replace(replace(body, '"错误"', '"提示"'), '"error"', '"info"')""")
        base.execute(f"COPY rows TO '{forged}' (FORMAT parquet)")
    forged.replace(path)


@POSIX
def test_a_cache_that_leads_elsewhere_is_refused(tmp_path: Path, many: Path):
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "cache"
    elsewhere.mkdir()
    place.symlink_to(elsewhere)
    done = ran(*JIXIAO, "check", str(many), "--jobs", "2", cwd=tmp_path, JIXIAO_CACHE=str(place))
    assert done.returncode == 2
    assert "是链接" in done.stderr
    assert list(elsewhere.iterdir()) == []
    for inner in ("x.parts", "x.parquet"):
        folder = tmp_path / f"store-{inner}"
        folder.mkdir()
        (folder / inner).symlink_to(elsewhere)
        with pytest.raises(StoreError, match="链接"):
            Store(folder, "x")
    assert list(elsewhere.iterdir()) == []


@POSIX
def test_the_cache_is_for_its_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = tmp_path / "cache"
    monkeypatch.setenv(cache.SETTING, str(place))
    cache.root.cache_clear()
    try:
        made = store_of(tmp_path / "总表.xlsm")
        assert [path.stat().st_mode & 0o777 for path in (place, made)] == [0o700, 0o700]
        assert "总表" not in str(made)
        made.chmod(0o777)
        with pytest.raises(CacheError, match="别人也能写"):
            store_of(tmp_path / "总表.xlsm")
        made.chmod(0o700)
        (made / "old").touch()
        os.utime(made, (0, 0))
        cache.root.cache_clear()
        cache.root()
        assert not made.exists()
    finally:
        cache.root.cache_clear()


@POSIX
def test_without_a_home_folder_everything_works_and_nothing_is_kept(many: Path, tmp_path: Path):
    """HOME is not set and nobody goes by the number the program runs under, as in many a container."""
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir(mode=0o777)
    code = (
        "import pwd\n"
        "def nobody(*_): raise KeyError('nobody')\n"
        "pwd.getpwuid = nobody\n"
        "import sys; from workbook.start import main; sys.argv[1:] = {!r}; main()"
    )
    for words in (["check", str(many), "--jobs", "2"], ["doctor"], ["rules"]):
        done = subprocess.run(
            [sys.executable, "-P", "-c", code.format(words)],
            cwd=many,
            env=bare,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode in (0, 1), done.stderr) == (True, "")
        assert "Traceback" not in done.stdout
    assert not [path for path in many.iterdir() if path.suffix != ".docx"]
    assert list((tmp_path / "tmp").iterdir()) == []


# --- what is left -----------------------------------------------------------------------------------------------------


def gone(processes: list[psutil.Process], seconds: float = 10) -> bool:
    """Return whether all processes end within some seconds."""
    return not psutil.wait_procs(processes, timeout=seconds)[1]


@POSIX
def test_workers_end_with_who_started_them_and_their_folders_go(many: Path, tmp_path: Path):
    for path in list(many.iterdir()):
        for number in range(12):
            shutil.copyfile(path, many / f"{path.stem}-{number}.docx")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    told = {**os.environ, "TMPDIR": str(temporary), "JIXIAO_CACHE": str(tmp_path / "cache")}
    command = [*JIXIAO, "check", str(many), "--jobs", "2"]
    running = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = psutil.Process(running.pid)
    workers: list[psutil.Process] = []
    for _ in range(600):
        workers = [child for child in seen.children() if "spawn_main" in " ".join(child.cmdline())]
        if len(workers) == 2 and list(temporary.iterdir()):
            break
        time.sleep(0.02)
    assert len(workers) == 2
    time.sleep(0.3)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert gone(workers)
    assert list(temporary.iterdir())  # what kill -9 leaves
    subprocess.run(command, env=told, stdout=subprocess.DEVNULL, check=False)
    assert list(temporary.iterdir()) == []
    assert not list((tmp_path / "cache").rglob(f"{spill.PREFIX}*"))


@POSIX
def test_only_folders_of_ones_own_that_nobody_uses_are_taken_away(tmp_path: Path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, living, other = (
        tmp_path / f"{spill.PREFIX}{machine}-{number}-abc"
        for machine, number in ((spill.HERE, ended.pid), (spill.HERE, os.getpid()), ("00000000", ended.pid))
    )
    for folder in (left, living, other):
        folder.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    link = tmp_path / f"{spill.PREFIX}{spill.HERE}-{ended.pid}-link"
    link.symlink_to(elsewhere)
    with spill.folder(tmp_path) as made:
        assert made.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {living.name, other.name, link.name, "elsewhere"}
    assert (elsewhere / "kept").exists()


@POSIX
def test_a_program_that_hangs_is_ended_and_ends_with_us(tmp_path: Path):
    """What LibreOffice starts in turn goes with it: past the time, and when we are killed."""
    hangs = tmp_path / "soffice"
    hangs.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nsleep 300\n", encoding="ascii")
    hangs.chmod(0o755)
    (tmp_path / "a").mkdir()
    with pytest.raises(subprocess.TimeoutExpired):
        office.convert(str(hangs), tmp_path / "a" / "in.doc", "docx", tmp_path / "a", 1)
    assert gone(_child(tmp_path))
    (tmp_path / "b").mkdir()
    code = f"from pathlib import Path; from workbook.storage import office; p = Path({str(tmp_path / 'b')!r})"
    code += f"; office.convert({str(hangs)!r}, p / 'in.doc', 'docx', p, 200)"
    asker = subprocess.Popen([sys.executable, "-P", "-c", code])
    for _ in range(200):
        if (tmp_path / "child").exists():
            break
        time.sleep(0.05)
    time.sleep(0.2)
    asker.kill()
    asker.wait()
    assert gone(_child(tmp_path))


def _child(folder: Path) -> list[psutil.Process]:
    number = int((folder / "child").read_text())
    (folder / "child").unlink()
    return [psutil.Process(number)] if psutil.pid_exists(number) else []


def test_libreoffice_writes_nothing_into_the_home_folder(tmp_path: Path, imported: Path):
    if office.find() is None:
        pytest.skip("没有安装 LibreOffice，跳过")
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    for folder in (home, temporary):
        folder.mkdir()
    master = shutil.copy(imported, tmp_path)
    done = ran(
        *JIXIAO, "rollup", str(master), "--to", str(tmp_path / "汇总.pdf"),
        cwd=tmp_path, HOME=str(home), TMPDIR=str(temporary), JIXIAO_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "汇总.pdf").is_file()
    assert [*home.iterdir(), *temporary.iterdir()] == []
