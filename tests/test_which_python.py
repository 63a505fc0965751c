"""Which Python install.bat takes: of 64 bits, not from the Store, of a version whose wheels are there; else it says why."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import macros
from tests.conftest import CHECKOUT
from tests.wine import Wine, windows_path
from workbook.install import bundle

INSTALL = Path(macros.__file__).parent / "install"
STORE = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0"
USUAL = r"C:\Users\李四\AppData\Local\Programs\Python\Python312\python.exe"
CARRIED = [(3, 11), (3, 12), (3, 13), (3, 14)]


@pytest.fixture(scope="module")
def suitable() -> ModuleType:
    spec = importlib.util.spec_from_file_location("suitable", INSTALL / "suitable.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("version", "bits", "place", "system", "wheels", "words"),
    [
        ((3, 12), 64, USUAL, "win-amd64", CARRIED, ""),
        ((3, 11), 64, USUAL, "win-amd64", [], ""),
        ((3, 12), 64, "/usr/bin/python3", "linux-x86_64", [], ""),
        ((3, 12), 64, STORE, "win-amd64", CARRIED, "微软商店"),
        ((3, 12), 64, STORE.lower(), "win-amd64", [], "微软商店"),
        ((3, 12), 32, USUAL, "win32", CARRIED, "不是 64 位"),
        ((3, 12), 64, USUAL, "win-arm64", CARRIED, "不是 64 位（x64）"),
        ((3, 10), 64, USUAL, "win-amd64", [], "太旧"),
        ((2, 7), 32, USUAL, "win32", CARRIED, "太旧"),
        ((3, 15), 64, USUAL, "win-amd64", CARRIED, "3.11、3.12、3.13、3.14"),
        ((3, 14), 64, USUAL, "win-amd64", [(3, 12)], "带的是 3.12"),
    ],
)
def test_a_python_is_taken_or_refused_with_the_reason_and_the_one_to_take(
    suitable: ModuleType, version, bits, place, system, wheels, words
):
    said = suitable.problem(version, bits, [place], system, wheels)
    assert words in said
    assert bool(said) == bool(words)
    assert not said or "python.org" in said


def test_the_versions_carried_are_those_of_the_wheels(tmp_path: Path):
    shutil.copy(INSTALL / "suitable.py", tmp_path)
    (tmp_path / "wheels").mkdir()
    for name in (
        "lxml-6-cp311-cp311-win_amd64.whl",
        "pandas-3-cp39-cp39-win_amd64.whl",
        "calamine-1-cp38-abi3-win_amd64.whl",
    ):
        (tmp_path / "wheels" / name).touch()
    spec = importlib.util.spec_from_file_location("suitable_there", tmp_path / "suitable.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.carried() == [(3, 9), (3, 11)]


def test_the_python_that_runs_the_tests_is_suitable():
    done = subprocess.run([sys.executable, str(INSTALL / "suitable.py")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_bundle_and_the_help_page_tell_of_the_same_versions():
    page = (INSTALL / "python-missing.html").read_text(encoding="utf-8")
    assert f"Python {bundle.VERSIONS[0]} 到 {bundle.VERSIONS[-1]}" in page
    assert "不要从微软商店装" in page
    assert ("install", "suitable.py") in bundle.FILES


def test_batch_files_have_lines_of_windows_wherever_they_are_checked_out():
    told = subprocess.run(
        ["git", "check-attr", "eol", "--", "macros/install/install.bat", "macros/launchers/check.bat"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        pytest.skip("不在 git 工作区里，跳过")
    assert [line.rsplit(" ", 1)[1] for line in told.stdout.splitlines()] == ["crlf", "crlf"]


# --- under wine -------------------------------------------------------------------------------------------------------

# no %: wine reads it a second time, which cmd does not
FOLDERS = ("离线 包", "install (1) & more", "a & b, c! [1]")


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    if shutil.which("wine") is None:
        pytest.skip("没有安装 wine，跳过批处理文件的测试")
    made = Wine(tmp_path_factory.mktemp("wine"))
    if not made.works():
        pytest.skip("wine 在这台电脑上启动不了，跳过批处理文件的测试")
    yield made
    made.stop()


def unpacked(folder: Path) -> Path:
    folder.mkdir()
    for name in ("install.bat", "install.py", "suitable.py", "python-missing.html"):
        content = (INSTALL / name).read_bytes()
        lines = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        (folder / name).write_bytes(lines if name.endswith(".bat") else content)
    return folder


def started(wine: Wine, folder: Path, programs: Path) -> tuple[int, list[list[str]], bytes]:
    """Start install.bat from another folder; return how it ended, what was called and what it said."""
    before = sorted(folder.iterdir())
    (folder.parent / "go.bat").write_bytes(b'@echo off\r\ncall "%WHERE%\\install.bat"\r\nexit /b %ERRORLEVEL%\r\n')
    place = windows_path(folder)
    done = wine.cmd("go.bat", cwd=folder.parent, WHERE=place, WINEPATH=windows_path(programs))
    assert sorted(folder.iterdir()) == before
    return done.returncode, wine.said(), done.stdout


@pytest.mark.parametrize("name", FOLDERS)
def test_it_installs_from_folders_of_any_name(wine: Wine, tmp_path: Path, name: str):
    wine.put(tmp_path / "python" / "py.exe")
    code, called, _ = started(wine, unpacked(tmp_path / name), tmp_path / "python")
    assert code == 0
    assert called[0][:2] == ["py.exe", "-3.14"]
    assert [line[-1].rpartition("\\")[0].endswith(name) for line in called] == [True, True]
    assert [line[-1].rpartition("\\")[2] for line in called] == ["suitable.py", "install.py"]


def test_a_python_of_the_wrong_kind_is_passed_over_for_the_next(wine: Wine, tmp_path: Path):
    wine.put_ending(tmp_path / "python" / "py.exe", 1)
    wine.put(tmp_path / "python" / "python.exe")
    code, called, _ = started(wine, unpacked(tmp_path / "包"), tmp_path / "python")
    assert code == 0
    assert [line[0] for line in called] == ["python.exe", "python.exe"]
    assert called[-1][-1].endswith("install.py")


@pytest.mark.parametrize("names", [(), ("py.exe",), ("py.exe", "python.exe")], ids=["none", "launcher", "both"])
def test_without_a_python_of_use_nothing_is_installed(wine: Wine, tmp_path: Path, names: tuple[str, ...]):
    for name in names:
        wine.put_ending(tmp_path / "python" / name, 1)
    code, called, _ = started(wine, unpacked(tmp_path / "包"), tmp_path / "python")
    assert (code, called) == (1, [])


def test_started_from_the_view_of_a_zip_it_says_so(wine: Wine, tmp_path: Path):
    folder = unpacked(tmp_path / "Temp1_jixiao.zip")
    for name in ("install.py", "suitable.py", "python-missing.html"):
        (folder / name).unlink()
    wine.put(tmp_path / "python" / "py.exe")
    code, called, said = started(wine, folder, tmp_path / "python")
    assert (code, called) == (1, [])
    assert b"Unpack the whole ZIP" in said
