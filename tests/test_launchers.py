"""What starts the program on Windows: batch files under wine's cmd, and names that cmd would take for its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import macros
from tests.test_portable import windows_folder
from tests.wine import Wine
from workbook.cli.drop import dropped
from workbook.install import portable

HERE = Path(macros.__file__).parent
CHECK, INSTALL = HERE / "launchers" / "check.bat", HERE / "install" / "install.bat"
LAUNCHER = r"C:\Users\李 四\Desktop\全审（拖放）.bat"
CMD = r"C:\Windows\system32\cmd.exe /c "
# a name with % is not among them: wine reads it a second time, which cmd does not
NAMES = ("x & y.docx", "a&b.docx", "e(f).docx", "100!x!.docx", "c^d.docx", "k;l,m=n.docx")
STAND_IN = """#!/bin/sh
{ printf '%s' "$(basename "$0")"; for given in "$@"; do printf '\\t%s' "$given"; done; } >> "@LOG@"
printf '\\n%s\\t%s\\t%s\\n' "$PYTHONSAFEPATH" "$JIXIAO_FILES" "$JIXIAO_DROPPED" >> "@LOG@"
exit 7
"""


@pytest.mark.parametrize(
    ("line", "files"),
    [
        (f'{CMD}""{LAUNCHER}" C:\\a&b.docx"', [r"C:\a&b.docx"]),
        (
            f'{CMD}""{LAUNCHER}" "C:\\甲 & 乙.docx" C:\\100%TEMP%!x!^.docx"',
            [r"C:\甲 & 乙.docx", r"C:\100%TEMP%!x!^.docx"],
        ),
        (f'{CMD}""{LAUNCHER.lower()}" C:\\e(f).docx"', [r"C:\e(f).docx"]),
        (f'{CMD}"{LAUNCHER}"', []),
        (CMD, []),
        ("", []),
    ],
)
def test_the_names_in_the_line_that_explorer_starts_cmd_with_are_taken_whole(line: str, files: list[str]):
    assert dropped(line, LAUNCHER, "") == files


def test_the_names_come_as_cmd_parted_them_where_somebody_typed_them():
    files = ' "C:\\甲 & 乙.docx" "C:\\100%!x!.docx"'
    for line in ("cmd.exe", f"{CMD}other.bat", ""):
        assert dropped(line, LAUNCHER, files) == [r"C:\甲 & 乙.docx", r"C:\100%!x!.docx"]
    assert dropped("", "", files) == dropped("", LAUNCHER, files)


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """Give a Windows with the program installed, as far as a batch file can see; skip where wine is not there."""
    if shutil.which("wine") is None:
        pytest.skip("没有安装 wine，跳过批处理文件的测试")
    made = Wine(tmp_path_factory.mktemp("wine"), STAND_IN)
    if not made.works():
        pytest.skip("wine 在这台电脑上启动不了，跳过批处理文件的测试")
    made.put(made.local() / "jixiao" / "env" / "Scripts" / "python.exe")
    yield made
    made.stop()


def windows_lines(path: Path, target: Path) -> Path:
    target.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of what was sent in, with programs in it that must never run."""
    place = tmp_path / "报来"
    place.mkdir()
    return place


def test_names_that_cmd_would_take_for_its_own_reach_the_program_whole(wine: Wine, folder: Path):
    windows_lines(CHECK, folder / "check.bat")
    names = " ".join(f'"{name}"' for name in NAMES)
    (folder / "drive.bat").write_bytes(f"@echo off\r\ncheck.bat {names}\r\n".encode("ascii"))
    wine.cmd("drive.bat", cwd=folder)
    first, second = wine.said()
    assert first == ["python.exe", "-P", "-X", "utf8", "-m", "workbook", "drop"]
    assert second == ["1", f" {names}", ""]
    assert dropped("", "", second[1]) == list(NAMES)


def test_what_explorer_drops_is_handed_on_as_it_is_and_never_run(wine: Wine, folder: Path):
    windows_lines(CHECK, folder / "check.bat")
    wine.put(folder / "b.docx")
    line = f'{CMD}""Z:{folder}\\check.bat" Z:\\a&b.docx"'.replace("/tmp", "\\tmp")
    (folder / "drive.bat").write_bytes(b"@echo off\r\ncheck.bat Z:\\a\r\necho still here\r\n")
    done = wine.cmd("drive.bat", cwd=folder, CMDCMDLINE=line)
    first, second = wine.said()
    assert first == ["python.exe", "-P", "-X", "utf8", "-m", "workbook", "drop"]
    assert second == ["1", ' "Z:\\a"', line]
    assert b"still here" not in done.stdout


def test_a_program_among_the_files_is_not_run_in_place_of_python(wine: Wine, folder: Path):
    for name in ("py.exe", "py.bat", "python.exe", "find.exe"):
        wine.put(folder / name)
    elsewhere, here = folder.parent / "装", folder.parent / "python"
    elsewhere.mkdir()
    windows_lines(CHECK, elsewhere / "check.bat")
    windows_lines(INSTALL, elsewhere / "install.bat")
    for name in ("install.py", "suitable.py", "python-missing.html"):
        (elsewhere / name).touch()
    wine.put(here / "py.exe")
    installed = wine.local() / "jixiao"
    installed.rename(wine.prefix / "aside")
    try:
        for name in ("check.bat", "install.bat"):
            batch = f"Z:{elsewhere}/{name}".replace("/", "\\")
            wine.cmd(batch, "a.docx", cwd=folder)
            assert wine.said() == [], name
            wine.cmd(batch, "a.docx", cwd=folder, WINEPATH=f"Z:{here}".replace("/", "\\"))
            called = [line for line in wine.said() if line[0] == "py.exe"]
            assert called, name
            assert all({"-P", "-I"} & set(line) for line in called), name
    finally:
        (wine.prefix / "aside").rename(installed)


def test_the_folder_without_installation_starts_its_own_python_alone(wine: Wine, folder: Path, tmp_path: Path):
    made = windows_folder(tmp_path)
    own = made / "python" / "python.exe"
    own.write_text(STAND_IN.replace("@LOG@", str(wine.log)).replace('"$(basename "$0")"', "own"), encoding="utf-8")
    own.chmod(0o755)
    for name, words in (
        (portable.DROP, "workbook\tdrop"),
        (portable.PAGE, "workbook\tserve"),
        (portable.OPEN, "workbook.install.portable"),
    ):
        (made / "x.bat").write_bytes((made / name).read_bytes())
        wine.cmd("x.bat", cwd=made)
        first = wine.said()[0]
        assert first[0] == "own"
        assert "\t".join(first).endswith(words)
