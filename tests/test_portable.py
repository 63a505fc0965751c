"""The folder that needs no installation: made from an archive of a Python, and run where there is no other."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import macros
import workbook
from workbook.actions import api as actions
from workbook.cli import run as jixiao
from workbook.install import bundle, portable
from workbook.master import layout
from workbook.master.read import sheets_of

LEFT_OUT = {
    "test",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "site-packages",
    "__pycache__",
    "pandas",
    "duckdb",
}
SERVED = ("starlette", "uvicorn")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="压缩包由本机的 Python 做成，这里只在 Linux 上试"),
    pytest.mark.xdist_group("serve"),
]


def _trimmed(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in LEFT_OUT or name.startswith("config-") or name.endswith(".pyc")}


def _archive(folder: Path) -> Path:
    """Pack this machine's Python as those that stand alone are packed: python/bin, python/lib."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    home = folder / "python"
    (home / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.base_prefix) / "bin" / version, home / "bin")
    (home / "bin" / "python3").symlink_to(version)
    shutil.copytree(Path(sys.base_prefix) / "lib" / version, home / "lib" / version, ignore=_trimmed)
    target = folder / "独立 Python.tar"
    with tarfile.open(target, "w") as packed:
        packed.add(home, "python")
    return target


def asked_for() -> Iterator[importlib.metadata.Distribution]:
    """Yield the program and what it asks for, as installed here, but for pandas and DuckDB."""
    wanted, seen = ["jixiao", *SERVED], set()
    while wanted:
        asked = Requirement(wanted.pop())
        if asked.name in seen or asked.name in LEFT_OUT:
            continue
        seen.add(asked.name)
        held = importlib.metadata.distribution(asked.name)
        yield held
        for entry in held.requires or ():
            needed = Requirement(entry)
            extras = asked.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append(entry)


def _borrowed(*arguments: str) -> None:
    """Stand in for pip: what would be fetched is what runs the tests; pandas and DuckDB are left out."""
    assert {"--no-compile", "--only-binary=:all:"} <= set(arguments)
    target = Path(arguments[arguments.index("--target") + 1])
    for package in (workbook, macros):
        assert package.__file__
        source = Path(package.__file__).parent
        shutil.copytree(source, target / source.name, ignore=_trimmed)
    for held in asked_for():
        for file in held.files or ():
            if held.name == "jixiao" and not file.parts[0].endswith("-info"):
                continue  # its packages are copied above; a list of sources may name what is no longer there
            if (
                ".." not in file.parts
                and file.suffix not in (".pyc", ".pth")
                and not str(file).startswith("__editable__")
            ):
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(file.locate()), target / file)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a machine like this one."""
    for name in SERVED:
        pytest.importorskip(name, reason="没有安装 jixiao[serve]，免安装文件夹里的网页试不了，跳过")
    place = tmp_path_factory.mktemp("做")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "pip", _borrowed)
        patch.setattr(portable, "own_wheel", lambda wheels: wheels / "jixiao.whl")
        return portable.portable(place / "绩效 自评", "linux_x86_64", _archive(place))


class Bare:
    """A tree that holds the folder, a shell and the system's libraries, and no Python; `run` runs the folder's in it."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self.tree, self.folder = tree, tree / "home" / "绩效 自评"
        self.folder.parent.mkdir(parents=True)
        shutil.copytree(folder, self.folder, symlinks=True, copy_function=os.link)
        for name in ("bin", "tmp", "dev", "home/clerk"):
            (tree / name).mkdir(parents=True)
        (tree / "dev" / "null").touch(mode=0o666)
        shutil.copy2("/bin/sh", tree / "bin" / "sh")
        programs = [Path("/bin/sh"), self.folder / "python" / "bin" / "python3", *self.folder.rglob("*.so")]
        for library in _libraries(programs):
            (tree / library.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, tree / library.relative_to("/"))
        shared = next(Path(sys.base_prefix, "lib").glob("libpython3.*.so.1.0"), None)
        if shared is not None:  # this machine's own Python may keep itself in a library
            shutil.copy2(shared, tree / "lib" / "x86_64-linux-gnu" / shared.name)

    def start(self, name: str, *words: str) -> "subprocess.Popen[str]":
        line = [str(shutil.which("chroot")), str(self.tree), "/bin/sh", f"/home/绩效 自评/{name}", *words]
        told = {"HOME": "/home/clerk", "PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"}
        return subprocess.Popen(
            line, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )


def _libraries(programs: list[Path]) -> set[Path]:
    told = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    found = {Path(path) for path in re.findall(r"(?:=> )?(/\S+) \(0x", told)}
    return {
        path
        for path in found
        if path.is_relative_to("/lib") or path.is_relative_to("/lib64") or path.is_relative_to("/usr/lib")
    }


@pytest.fixture(scope="module")
def bare(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """The folder in a tree without Python."""
    if os.geteuid() != 0 or shutil.which("chroot") is None:
        pytest.skip("要换根目录才能有一棵没有 Python 的目录树（要 root 和 chroot），跳过")
    return Bare(tmp_path_factory.mktemp("树") / "root", made)


def test_it_runs_where_there_is_no_python(bare: Bare, received: Path):
    report = next(path for path in sorted(received.glob("*.docx")))
    shutil.copy(report, bare.tree / "home" / "clerk" / "报告.docx")
    assert not [
        path for path in bare.tree.rglob("python3*") if bare.folder not in path.parents and "libpython" not in path.name
    ]
    checked = bare.start("jixiao", "check", "/home/clerk/报告.docx", "--format", "json")
    out, err = checked.communicate(timeout=60)
    assert checked.returncode == actions.check([report]).status, err
    assert f'"verdict": "{actions.check([report]).verdict}"' in out
    dropped = bare.start(portable.START, "/home/clerk/报告.docx")
    assert dropped.communicate(timeout=60)[1] == ""
    assert (bare.tree / "home" / "clerk" / "报告-全审.xlsx").is_file()


def test_its_page_opens_where_there_is_no_python(bare: Bare):
    serving = bare.start("jixiao", "serve", "--no-browser", "--idle", "1")
    try:
        assert serving.stdout
        address = re.search(r"http://127\.0\.0\.1:\d+/", serving.stdout.readline())
        assert address
        with urllib.request.urlopen(address[0], timeout=20) as answer:
            assert "绩效自评审核" in answer.read().decode()
    finally:
        serving.terminate()
        err = serving.communicate(timeout=20)[1]
    assert (serving.returncode, err) == (0, "")
    assert not [path for path in (bare.tree / "tmp").rglob("*") if path.is_file()]


def _windows_archive(folder: Path) -> Path:
    """A stand-in for the embeddable package of python.org: its names, no programs."""
    target = folder / "python-3.12.9-embed-amd64.zip"
    with zipfile.ZipFile(target, "w") as packed:
        for name in ("python.exe", "pythonw.exe", "python3.dll", "python312.dll", "python312.zip", "python312._pth"):
            packed.writestr(name, b"#import site\n")
    return target


def windows_folder(place: Path) -> Path:
    """Return a folder for Windows, made with stand-ins for its programs."""
    asked: list[tuple[str, ...]] = []

    def pip(*words: str) -> None:
        asked.append(words)
        Path(words[words.index("--target") + 1]).mkdir(parents=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "pip", pip)
        patch.setattr(portable, "own_wheel", lambda wheels: wheels / "jixiao.whl")
        made = portable.portable(place / "免安装", "win_amd64", _windows_archive(place))
    (words,) = asked
    assert words[words.index("--python-version") + 1] == "3.12"
    assert words[words.index("--platform") + 1] == "win_amd64"
    assert {"colorama", "pywin32"} <= set(words)
    return made


def test_the_folder_for_arm64_asks_for_what_runs_there_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home, asked = tmp_path / "python", list[tuple[str, ...]]()
    (home / "lib" / "python3.12").mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "bin" / "python3").write_bytes(b"\x7fELF")
    with tarfile.open(tmp_path / "独立.tar.gz", "w:gz") as packed:
        packed.add(home, "python")
    monkeypatch.setattr(portable, "pip", lambda *words: asked.append(words))
    monkeypatch.setattr(portable, "own_wheel", lambda wheels: wheels / "jixiao.whl")
    made = portable.portable(tmp_path / "免安装", "linux_aarch64", tmp_path / "独立.tar.gz")
    (words,) = asked
    wanted = {words[number + 1] for number, word in enumerate(words) if word == "--platform"}
    assert wanted
    assert all(name.startswith("manylinux") and name.endswith("_aarch64") for name in wanted)
    assert words[words.index("--python-version") + 1] == "3.12"
    assert {path.name for path in made.iterdir()} == {"python", portable.START, portable.COMMAND, bundle.READ_ME}
    assert os.access(made / portable.START, os.X_OK)
    assert "linux_aarch64" in (made / bundle.READ_ME).read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def for_windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for Windows."""
    return windows_folder(tmp_path_factory.mktemp("窗"))


def test_the_folder_for_windows_asks_nothing_of_the_machine(for_windows: Path):
    names = {path.name for path in for_windows.iterdir()}
    assert names == {"python", portable.MASTER, portable.PAGE, portable.DROP, portable.OPEN, bundle.READ_ME}
    shut = (for_windows / "python" / "python312._pth").read_text(encoding="ascii").split()
    assert "Lib\\site-packages" in shut
    assert "#import" not in shut
    for name in (portable.PAGE, portable.DROP, portable.OPEN):
        content = (for_windows / name).read_bytes()
        text = content.decode("ascii")
        assert content.count(b"\r\n") == content.count(b"\n")
        assert "%~dp0python\\python.exe" in text
        assert "LOCALAPPDATA" not in text
        assert "py.exe" not in text
    assert actions.is_master(for_windows / portable.MASTER)


def test_the_buttons_of_its_master_go_with_the_folder(for_windows: Path):
    python = for_windows / "python" / "python.exe"
    book = portable.open_beside(python)
    row, column = layout.PYTHON
    assert sheets_of(book)[layout.TEXTS_SHEET][row - 1][column - 1] == str(python.with_name("pythonw.exe"))
    assert actions.open_book(book).filings == []


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4broken"])
def test_what_is_no_python_is_told_of_and_leaves_nothing(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
):
    archive = tmp_path / "x.zip"
    archive.write_bytes(content)
    folder = tmp_path / "做"
    assert jixiao(["bundle", str(folder), "--platform", "win_amd64", "--python", str(archive)]) == 2
    assert "x.zip" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_an_archive_with_a_password_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    archive = tmp_path / "locked.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("python.exe", b"MZ")
    data = bytearray(archive.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + place] |= 1
    archive.write_bytes(bytes(data))
    assert jixiao(["bundle", str(tmp_path / "做"), "--platform", "win_amd64", "--python", str(archive)]) == 2
    assert capsys.readouterr().err.startswith("「locked.zip」不是能解开的")


def test_a_python_that_cannot_unpack_safely_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    with tarfile.open(tmp_path / "x.tar", "w") as packed:
        packed.addfile(tarfile.TarInfo("python"))
    monkeypatch.delattr(tarfile, "data_filter")
    call = ["bundle", str(tmp_path / "做"), "--platform", "linux_x86_64", "--python", str(tmp_path / "x.tar")]
    assert jixiao(call) == 2
    assert "3.11.4" in capsys.readouterr().err


def test_an_archive_writes_nothing_outside_and_must_fit_the_platform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with tarfile.open(tmp_path / "evil.tar", "w") as packed:
        told = tarfile.TarInfo("../../outside")
        packed.addfile(told)
    assert (
        jixiao(["bundle", str(tmp_path / "做"), "--platform", "linux_x86_64", "--python", str(tmp_path / "evil.tar")])
        == 2
    )
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as packed_zip:
        for name in ("python.exe", "python38.dll"):
            packed_zip.writestr(name, b"")
    capsys.readouterr()
    assert (
        jixiao(["bundle", str(tmp_path / "做"), "--platform", "win_amd64", "--python", str(tmp_path / "old.zip")]) == 2
    )
    assert "太旧" in capsys.readouterr().err
    assert (
        jixiao(["bundle", str(tmp_path / "做"), "--platform", "linux_x86_64", "--python", str(tmp_path / "old.zip")])
        == 2
    )
    assert "--platform" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"evil.tar", "old.zip"}
