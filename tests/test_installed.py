"""The program as it is installed: what the README tells to type, as processes, in an empty folder; what the wheel holds.

tests/run.sh has two environments outside the checkout: one with the wheel alone, in which a newcomer's commands run here
(JIXIAO_PLAIN is its Python), one with the wheel and what the tests need, in which all tests run.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import macros
import workbook
from tests.conftest import CHECKOUT
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.install import bundle
from workbook.model.scheme import load
from workbook.writers import department

pytestmark = pytest.mark.xdist_group("installed")  # one folder, made once
PLAIN = Path(os.environ.get("JIXIAO_PLAIN") or sys.executable)
BY_RUN = bool(os.environ.get("JIXIAO_CHECKOUT"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JIXIAO"))}
EVERY = [kind for kind in actions.FORMATS if kind != "pdf" or shutil.which("soffice")]


def test_the_whole_suite_runs_against_what_is_installed():
    """Neither this process nor one that the tests start takes a module from the checkout."""
    if not BY_RUN:
        pytest.skip("不是用 tests/run.sh 跑的：用的是源代码文件夹里的程序")
    code = "import workbook, macros; print(workbook.__file__, macros.__file__, sep='\\n')"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    plain = subprocess.run([str(PLAIN), "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    for name in (workbook.__file__, macros.__file__, *filter(None, started + plain)):
        assert "site-packages" in name
        assert not Path(name).resolve().is_relative_to(CHECKOUT)


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path):
    """What git knows of the two packages and what the wheel holds are the same files, to the byte."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "workbook", "macros"], cwd=CHECKOUT, capture_output=True, check=False
    )
    if told.returncode:
        pytest.skip("源代码不在 git 里，跳过")
    wanted = {name for name in told.stdout.decode().split("\0") if name and (CHECKOUT / name).is_file()}
    given = os.environ.get("JIXIAO_WHEEL")
    wheel = Path(given) if given else bundle.own_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert wanted - held == set()
        assert {name for name in held - wanted if not (CHECKOUT / name).is_file()} == set()
        for name in wanted:
            assert archive.read(name) == (CHECKOUT / name).read_bytes(), name


class Clerk:
    """Somebody who types commands in a folder of their own."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.folder, self.program = folder, program

    def types(self, *words: str, status: int | None = 0) -> str:
        done = subprocess.run(
            [str(self.program), *words],
            cwd=self.folder,
            env=ENVIRONMENT | {"JIXIAO_CACHE": str(self.folder.parent / "cache")},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode in ((0, 1) if status is None else (status,)), (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Clerk:
    """Return a clerk in an empty folder, whose program is the installed command itself."""
    made = Clerk(tmp_path_factory.mktemp("空 的") / "文件夹", PLAIN.with_name("jixiao"))
    made.folder.mkdir()
    return made


@pytest.fixture(scope="module")
def master(clerk: Clerk, received: Path) -> str:
    """Return the name of a master made, filled and checked by the commands."""
    shutil.copytree(received, clerk.folder / "报来的")
    clerk.types("new", "总表.xlsm", "--year", str(YEAR), "--region", "某某县")
    clerk.types("import", "总表.xlsm", "报来的")
    clerk.types("fill", "总表.xlsm")
    assert "不可报送" in clerk.types("check", "总表.xlsm", status=1)
    return "总表.xlsm"


def test_a_newcomer_sees_the_demonstration(clerk: Clerk):
    assert "导出的附件2、附件3" in clerk.types("demo")
    assert (clerk.folder / "demo" / "绩效自评总表.xlsm").is_file()


def test_a_departments_own_workbook_is_made(clerk: Clerk):
    clerk.types("new", "单位.xlsm", "--unit", "某某局")
    assert actions.is_master(clerk.folder / "单位.xlsm") or (clerk.folder / "单位.xlsm").stat().st_size > 50_000


@pytest.mark.parametrize("kind", EVERY)
def test_every_format_is_exported(clerk: Clerk, master: str, kind: str):
    clerk.types("export", master, "--to", f"导出 {kind}", "--as", kind)
    assert len([path for path in (clerk.folder / f"导出 {kind}").rglob("*") if path.is_file()]) >= 1


def test_the_master_is_rolled_up(clerk: Clerk, master: str):
    clerk.types("rollup", master, "--to", "汇总.xlsx", "--to", "汇总报告.docx")
    assert (clerk.folder / "汇总.xlsx").is_file()
    assert (clerk.folder / "汇总报告.docx").is_file()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("check", "报来的"), 1),
        (("compare", "总表.xlsm", "上年.xlsx"), 1),
        (("import", "总表.xlsm", "报来的", "--dry-run"), 0),
        (("sample", "总表.xlsm", "--number", "3"), 0),
        (("log", "总表.xlsm"), 0),
        (("forms",), 0),
        (("manual",), 0),
        (("rules",), 0),
        (("rules", "diff", "luosong", "national"), 0),
        (("clear", "总表.xlsm"), 0),
        (("undo", "总表.xlsm"), 0),
        (("drop", "总表.xlsm"), 1),
        (("--version",), 0),
        (("--help",), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_other_commands_of_the_readme_run(clerk: Clerk, master: str, words: tuple[str, ...], status: int):
    copy = Clerk(clerk.folder / "-".join(words).replace("--", ""), clerk.program)
    copy.folder.mkdir()
    (copy.folder / "报来的").symlink_to(clerk.folder / "报来的")
    department.write(compose(DEPARTMENTS[0], YEAR - 1), load(), copy.folder / "上年.xlsx")
    if words[0] == "undo":
        copy.types("new", master)
        copy.types("import", master, "报来的/" + next(path.name for path in (clerk.folder / "报来的").iterdir()))
    else:
        shutil.copyfile(clerk.folder / master, copy.folder / master)
        shutil.copytree(clerk.folder / "历史版本", copy.folder / "历史版本")
    assert copy.types(*words, status=status) or words[0] == "clear"


def test_a_report_is_read_and_annotated(clerk: Clerk, master: str):
    report = next((clerk.folder / "报来的").rglob("*.docx"))
    assert clerk.types("read", str(report), "--format", "json").startswith(("{", "["))
    before = report.read_bytes()
    clerk.types("check", str(report), "--annotate", "批注.docx", status=None)
    assert (clerk.folder / "批注.docx").is_file()
    assert report.read_bytes() == before


def test_doctor_finds_all_that_is_needed(clerk: Clerk, master: str):
    said = clerk.types("doctor", master)
    assert [
        line for line in said.splitlines() if line.startswith("✗") and "LibreOffice" not in line and "字体" not in line
    ] == []
    assert "duckdb" in said


def test_the_offline_bundle_installs_without_a_network_and_works(clerk: Clerk, received: Path, tmp_path: Path):
    try:
        clerk.types("bundle", "离线 包", "--here")
    except AssertionError as error:
        if re.search("Could not find a version|No matching|network|resolve", str(error)):
            pytest.skip("软件源用不了，跳过")
        raise
    moved = tmp_path / "拷过去的"
    shutil.move(clerk.folder / "离线 包", moved)
    home, desktop = tmp_path / "数据", tmp_path / "桌 面"
    told = {**ENVIRONMENT, "XDG_DATA_HOME": str(home), "JIXIAO_DESKTOP": str(desktop)}
    told |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    told.pop("PIP_FIND_LINKS", None)
    python = sys._base_executable  # type: ignore[attr-defined]
    done = subprocess.run(
        [python, "-I", str(moved / "install.py")],
        cwd=tmp_path,
        env=told,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (desktop / "绩效自评总表.xlsm").is_file()
    other = Clerk(tmp_path / "用", home / "jixiao" / "env" / "bin" / "jixiao")
    other.folder.mkdir()
    assert "报送" in other.types("check", str(received), status=1)
    other.types("new", "单位.xlsm", "--unit", "某某局")
    with zipfile.ZipFile(next((moved / "wheels").glob("jixiao-*.whl"))) as archive:
        assert archive.testzip() is None
