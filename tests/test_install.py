"""Installing for one user and undoing it, the launcher's copy, the offline bundle, and what doctor says."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import Parser
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

import macros
from workbook.actions import api as actions
from workbook.cli import run
from workbook.demo import YEAR, make
from workbook.install import bundle, doctor
from workbook.install.doctor import lines_of

MACROS = Path(macros.__file__).parent
INSTALL = MACROS / "install"


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the installer with home and desktop in a folder of the test; what pip would fetch is what runs the tests."""
    spec = importlib.util.spec_from_file_location("jixiao_install", INSTALL / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "数据 目录"))
    monkeypatch.setenv("JIXIAO_DESKTOP", str(tmp_path / "桌 面"))

    def borrowed(environment: Path) -> None:
        site = next((environment / "lib").glob("python*/site-packages"))
        own = sysconfig.get_path("purelib")  # with the links in it
        (site / "borrowed.pth").write_text(f"import site; site.addsitedir({own!r})\n", encoding="utf-8")

    create = module.venv.create
    monkeypatch.setattr(module.venv, "create", lambda path, with_pip: create(path, with_pip=not with_pip))
    monkeypatch.setattr(module, "pip", borrowed)
    return module


def test_install_and_undo(installer: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert installer.main([]) == 0
    desktop = tmp_path / "桌 面"
    master = desktop / installer.MASTER
    assert {path.name for path in desktop.iterdir()} == {installer.MASTER, installer.LAUNCHER}
    assert actions.is_master(master)
    assert "装好了" in capsys.readouterr().out
    before = master.read_bytes()
    assert installer.main(["--undo"]) == 0
    assert [path.name for path in desktop.iterdir()] == [installer.MASTER]
    assert master.read_bytes() == before
    assert not installer.home().exists()


def test_the_launcher_on_the_desktop_has_the_line_ends_that_cmd_needs(installer: ModuleType, tmp_path: Path):
    assert installer.main([]) == 0
    content = (tmp_path / "桌 面" / installer.LAUNCHER).read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 10


def test_an_installation_for_nobody_says_so(
    installer: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setattr(installer.Path, "home", nobody)
    assert installer.main([]) == 1
    assert "没有自己的文件夹" in capsys.readouterr().out


def test_the_buttons_of_an_installed_master_start_its_own_python(installer: ModuleType, tmp_path: Path):
    assert installer.main([]) == 0
    with zipfile.ZipFile(tmp_path / "桌 面" / installer.MASTER) as book:
        content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml")).decode()
    assert str(installer.python_of(installer.home() / "env")) in content


def test_a_failed_installation_leaves_the_one_of_before(installer: ModuleType, monkeypatch: pytest.MonkeyPatch):
    assert installer.main([]) == 0
    mark = installer.home() / "env" / "mark"
    mark.touch()

    def fails(environment: Path) -> None:
        raise installer.Problem("没有装上：没有网络")

    monkeypatch.setattr(installer, "pip", fails)
    assert installer.main([]) == 1
    assert mark.exists()


def test_pip_speaks_through_the_installer(installer: ModuleType, tmp_path: Path):
    original = importlib.util.spec_from_file_location("jixiao_install_2", INSTALL / "install.py")
    assert original is not None
    assert original.loader is not None
    module = importlib.util.module_from_spec(original)
    original.loader.exec_module(module)
    module.HERE = tmp_path
    (tmp_path / "wheels").mkdir()
    environment = tmp_path / "env"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    with pytest.raises(module.Problem, match="没有装上"):
        module.pip(environment)


@pytest.mark.parametrize("path", sorted(MACROS.rglob("*.bat")), ids=lambda path: path.name)
def test_batch_files_are_ascii(path: Path):
    text = path.read_bytes().decode("ascii")
    assert text.startswith("@echo off\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_the_batch_files_name_what_is_there():
    said = "".join(path.read_text(encoding="ascii") for path in MACROS.rglob("*.bat"))
    for name in re.findall(r"%(?:HERE%|~dp0)([\w.-]+)", said):
        assert (INSTALL / name).is_file()
    assert "-m workbook drop" in said


# --- the launcher's verb ----------------------------------------------------------------------------------------------


def test_a_dropped_master_is_copied_filled_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    master = tmp_path / "总 表.xlsm"
    received = make(tmp_path / "报来")
    actions.new(master, year=YEAR)
    actions.import_(master, received)
    before = master.read_bytes()
    assert run([str(master)]) == 1
    assert "已另存" in capsys.readouterr().out
    assert master.read_bytes() == before
    assert actions.is_master(tmp_path / "总 表-全审.xlsm")
    assert run(["drop", str(master)]) == 1
    assert (tmp_path / "总 表-全审2.xlsm").is_file()


def test_a_dropped_report_becomes_official_sheets_with_findings(tmp_path: Path):
    report = make(tmp_path)[0]
    outcome = actions.drop([report])
    assert [path.name for path in outcome.written] == [f"{report.stem}-全审.xlsx"]
    assert outcome.checked


# --- the offline bundle -----------------------------------------------------------------------------------------------


def test_the_bundle_has_all_that_windows_asks_for(tmp_path: Path):
    version = "3.12"
    try:
        folder = bundle.bundle(tmp_path / "离线 包", [version])
    except bundle.BundleError as error:
        if re.search("Could not find a version|No matching|network|resolve", str(error)):
            pytest.skip(f"软件源用不了，跳过：{error}")
        raise
    assert {path.name for path in folder.iterdir()} == {"wheels", bundle.READ_ME, *(name for _, name in bundle.FILES)}
    assert (folder / "install.bat").read_bytes().count(b"\r\n") == (folder / "install.bat").read_bytes().count(b"\n")
    held = {_canonical(path.name.split("-")[0]): path for path in (folder / "wheels").iterdir()}
    on = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "python_version": version}
    for name, path in held.items():
        assert re.search(r"-(any|win_amd64)\.whl$", path.name)
        for needed in _needs(path, {**on, "extra": "excel" if name == "jixiao" else ""}):
            assert needed in held, f"{name} needs {needed}"


def _needs(wheel: Path, environment: dict[str, str]) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        entries = Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or []
    asked = [Requirement(entry) for entry in entries]
    return {_canonical(entry.name) for entry in asked if entry.marker is None or entry.marker.evaluate(environment)}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_bundle_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "有东西").touch()
    assert run(["bundle", str(tmp_path)]) == 2
    assert "不是空的" in capsys.readouterr().err


# --- doctor -----------------------------------------------------------------------------------------------------------


def test_doctor_looks_at_a_workbook(tmp_path: Path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=YEAR)
    plain = Path(shutil.copy(make(tmp_path / "报来")[0], tmp_path))
    assert all(line.startswith("✓") for line in lines_of(master))
    assert any("没有按钮" in line for line in lines_of(plain))
    Path(f"{master}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n", encoding="ascii")
    assert any("解除锁定" in line for line in lines_of(master))
    assert any("找不到" in line for line in lines_of(tmp_path / "没有.xlsm"))


def test_doctor_names_no_excel_where_there_is_none_and_waits_for_no_font_list(monkeypatch: pytest.MonkeyPatch):
    def hangs(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("fc-list", 20)

    monkeypatch.setattr(doctor.process, "program", lambda *_: "/usr/bin/fc-list")
    monkeypatch.setattr(doctor.subprocess, "run", hangs)
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    assert not doctor._has_chinese_font()
    assert [line.partition("：")[0] for line in doctor._excel()] == ["✗ Excel"]


def test_the_record_of_the_desktop_is_json(installer: ModuleType):
    assert installer.main([]) == 0
    record = json.loads((installer.home() / installer.RECORD).read_text(encoding="utf-8"))
    assert record["desktop"]
    assert all(Path(name).exists() for name in record["desktop"])
