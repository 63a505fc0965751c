"""A master of an earlier template, or with a column renamed or deleted: refused with the remedy, and brought up by a verb."""

import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from macros import buttons
from tests.test_keep import run
from tests.test_master import explain, put, set_parameter
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master import layout
from workbook.master.intake import take_in
from workbook.master.read import OutdatedError, letter_in, read_master, version_of
from workbook.master.results import single
from workbook.master.upgrade import is_outdated
from workbook.model.edits import Block, Edits
from workbook.model.fields import field_of
from workbook.model.filing import to_json
from workbook.model.scheme import load
from workbook.storage import history, replacing
from workbook.writers import department
from workbook.writers.package import apply

D = Decimal
UNIT = DEPARTMENTS[0].unit


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    apply(path, take_in(read_master(path), [compose(entry) for entry in DEPARTMENTS[:3]]).edits)
    return path


def rename(path: Path, sheet: str, heading: str, to: str | None) -> None:
    """Write another heading over one, in the cell and in the table, as Excel does."""
    table = layout.table(sheet)
    column = table.column(heading)
    apply(path, Edits([Block(sheet, table.top, column, ((to or f"列{column}",),))]), keep=False)


def made_by(path: Path, version: str) -> None:
    """Have a master say that it was made from another version of the template ("" : none at all)."""
    old = path.with_suffix(".old")
    path.rename(old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/custom.xml":
                named = f"{layout.VERSION}</vt:lpwstr>".encode()
                assert named in content
                content = content.replace(named, f"{version}</vt:lpwstr>".encode())
            target.writestr(entry, content)
    old.unlink()


def drop_column(path: Path, sheet: str, heading: str) -> None:
    """Delete a column of a table with its cells, as an earlier template had it not."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    at = layout.table(sheet).column(heading)
    found = book[sheet]
    table = found.tables[layout.table(sheet).name]
    last = found.max_row
    for row in found.iter_rows(min_row=table_top(sheet), max_row=last):
        for cell in row[at - 1 :]:
            follower = found.cell(cell.row, cell.column + 1).value
            cell.value = follower
    del table.tableColumns[at - 1]
    first, end = table.ref.split(":")
    letter = openpyxl.utils.get_column_letter(_column(end) - 1)
    table.ref = f"{first}:{letter}{_row(end)}"
    table.autoFilter.ref = table.ref
    book.save(path)


def table_top(sheet: str) -> int:
    return layout.table(sheet).top


def _column(cell: str) -> int:
    return openpyxl.utils.column_index_from_string(openpyxl.utils.cell.coordinate_from_string(cell)[0])


def _row(cell: str) -> int:
    return openpyxl.utils.cell.coordinate_from_string(cell)[1]


def everything(path: Path) -> dict[str, dict[str, object]]:
    return {filing.unit or "": to_json(filing) for filing in read_master(path).filings}


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", layout.TABLES, ids=lambda table: table.sheet)
def test_every_column_that_is_not_there_is_refused_with_its_name_and_nothing_is_written(
    master, tmp_path, capsys, table
):
    (tmp_path / "报来").mkdir()
    department.write(compose(DEPARTMENTS[4]), load(), tmp_path / "报来" / "一.xlsx")
    keys = {"键", "规则编号", "编号", layout.UNIT}
    columns = [column.heading for column in table.columns if column.heading not in keys]
    for heading in (columns[0], columns[-1]):
        rename(master, table.sheet, heading, f"{heading}改")
        before = master.read_bytes()
        for verb in (("import", master, tmp_path / "报来"), ("fill", master), ("check", master), ("clear", master)):
            status, _, err = run(capsys, *verb)
            assert status == 2
            assert f"「{heading}」" in err
            assert f"「{heading}改」" in err
            assert "请改回原名" in err
        assert master.read_bytes() == before
        rename(master, table.sheet, heading, heading)


def test_one_of_an_earlier_version_is_told_to_be_upgraded(master, capsys):
    drop_column(master, "自评表", "填无的二级指标")
    made_by(master, "2")
    assert version_of(master) == "2"
    status, _, err = run(capsys, "check", master)
    assert status == 2
    assert "版本 2" in err
    assert f"jixiao upgrade {master.name}" in err


@pytest.mark.parametrize("heading", ["年初预算数", "总分（计算）"])
def test_a_renamed_column_is_not_guessed_at_by_the_upgrade(master, capsys, heading):
    rename(master, "自评表", heading, "别的名称")
    before = master.read_bytes()
    status, _, err = run(capsys, "upgrade", master)
    assert status == 2
    assert "「别的名称」" in err
    assert "改回原名" in err
    assert master.read_bytes() == before


# --- brought up -------------------------------------------------------------------------------------------------------


def test_upgrade_brings_all_over_and_keeps_the_one_before(master, capsys):
    put(master, "自评表", UNIT, "全年执行数", D("600.5"))
    put(master, "部门清单", UNIT, "代码", "000123")
    actions.check_master(master)
    rule = read_master(master).records["tblFindings"][0]["规则编号"]
    explain(master, rule, "口径不同，已核对")
    set_parameter(master, "rate.warning_above", "1.1")
    row = next(r for r in read_master(master).records["tblRules"] if r["编号"] == "I19")
    apply(master, Edits([Block("规则说明", row["#"], layout.table("规则说明").column("本地级别"), (("停用",),))]))
    was, book = everything(master), read_master(master)
    drop_column(master, "基础数据", field_of("staff.control_rate").label)
    drop_column(master, "部门清单", "次序")
    made_by(master, "3")
    old = master.read_bytes()
    assert is_outdated(master)
    status, out, err = run(capsys, "upgrade", master)
    assert (status, err) == (0, "")
    assert "版本 3" in out
    assert history.states(master)[0].path.read_bytes() == old
    assert history.states(master)[0].what == "升级"
    new = read_master(master)
    assert new.version == layout.VERSION
    for filing in was.values():
        filing["staff"]["control_rate"] = None
    assert everything(master) == was
    assert (new.year, new.region, new.snapshots) == (book.year, book.region, book.snapshots)
    assert new.scheme.number("rate.warning_above") == D("1.1")
    assert new.scheme.severities == book.scheme.severities
    assert {key: said.text for key, said in new.explanations.items()} == {
        key: said.text for key, said in book.explanations.items()
    }
    assert new.records["tblUnits"][0]["代码"] == "000123"
    outcome = actions.check_master(master)
    assert any(entry.explanation for checked in outcome.checked for entry in checked.report.findings)
    actions.undo(master, len(history.states(master)))
    openpyxl.load_workbook(master, keep_vba=True)


def test_a_master_without_any_version_and_with_the_clerks_own_columns_and_sheets(master, capsys):
    table = layout.table("自评表")
    book = openpyxl.load_workbook(master, keep_vba=True)
    book.create_sheet("我的草稿")
    book["自评表"].cell(table.top, len(table.columns) + 1).value = "经办人备注"
    for row, words in enumerate(("甲", "乙", "丙"), start=table.top + 1):
        book["自评表"].cell(row, len(table.columns) + 1).value = words
    del book["导入差异"]
    book.save(master)
    drop_column(master, "绩效指标", "计算依据")
    made_by(master, "")
    status, out, _ = run(capsys, "upgrade", master)
    assert status == 0
    assert "我的草稿" in out
    new = read_master(master)
    assert [row["经办人备注"] for row in new.records["tblEvaluation"]] == ["甲", "乙", "丙"]
    area = openpyxl.load_workbook(master, keep_vba=True)["自评表"].tables["tblEvaluation"]
    assert area.tableColumns[-1].name == "经办人备注"
    assert _column(area.ref.split(":")[1]) == len(table.columns) + 1
    put(master, "自评表", UNIT, "全年执行数", D("600.5"))
    apply(master, take_in(new, [compose(DEPARTMENTS[4])]).edits)
    assert [row["经办人备注"] for row in read_master(master).records["tblEvaluation"]][:3] == ["甲", "乙", "丙"]


def test_one_of_the_present_template_is_left_as_it_is(master, capsys):
    before = master.read_bytes()
    status, out, _ = run(capsys, "upgrade", master)
    assert status == 0
    assert "没有改动" in out
    assert master.read_bytes() == before
    assert all(state.what != "升级" for state in history.states(master))


def test_a_departments_own_workbook_that_lacks_a_column_is_refused_too(tmp_path, capsys):
    path = tmp_path / "本单位.xlsm"
    actions.new(path, year=YEAR, unit="水利局")
    rename(path, "校验结果", "出错说明", "说明2")
    before = path.read_bytes()
    status, _, err = run(capsys, "check", path)
    assert status == 2
    assert "「出错说明」" in err
    assert path.read_bytes() == before


def test_what_is_no_master_cannot_be_upgraded(tmp_path, capsys):
    (tmp_path / "别的.xlsx").write_bytes(b"PK")
    for path in (tmp_path / "没有.xlsm", tmp_path / "别的.xlsx"):
        status, _, err = run(capsys, "upgrade", path)
        assert status == 2
        assert "总表" in err


def test_a_press_upgrades_by_itself_into_a_new_file_and_keeps_a_copy(master, tmp_path):
    drop_column(master, "自评表", "填无的二级指标")
    made_by(master, "3")
    job = tmp_path / "job"
    job.mkdir()
    shutil.copy(master, job / "book.xlsm")
    name = "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in str(master))
    (job / "request.txt").write_text(f"book\t{name}\n", encoding="ascii")
    before = master.read_bytes()
    assert buttons.main(["check", str(job)]) == 0
    said = (job / "result.txt").read_bytes().decode("utf-16-le")
    assert "总表-新版.xlsm" in said
    assert "state\tdone" in said
    assert master.read_bytes() == before
    assert history.states(master)[0].path.read_bytes() == before
    assert actions.log(master)[0].verb == "upgrade"
    new = read_master(master.with_name("总表-新版.xlsm"))
    assert new.version == layout.VERSION
    assert [filing.unit for filing in new.filings] == [entry.unit for entry in DEPARTMENTS[:3]]
    (job / "request.txt").write_text("book\thttps://example.org/a.xlsm\n", encoding="ascii")
    assert buttons.main(["check", str(job)]) == 0
    assert "jixiao upgrade" in (job / "result.txt").read_bytes().decode("utf-16-le")


def test_the_shipped_template_says_its_version():
    from workbook.master.read import template

    assert version_of(template()) == layout.VERSION
    with pytest.raises(replacing.KeepError):
        raise OutdatedError("is one that buttons and commands know how to say")


def test_the_bureaus_own_rules_go_along(master):
    table = layout.table(layout.LOCAL_RULES)
    own = (
        "县01",
        "三公经费本年决算数 >= 0",
        "提示",
        "三公经费 {三公经费本年决算数}",
        "请核对",
        "县财〔2024〕1号",
        "是",
    )
    apply(master, Edits([Block(table.sheet, table.top + 3, 1, (own,))]))
    made_by(master, "4")
    actions.upgrade(master)
    (rule,) = read_master(master).scheme.local
    assert (rule.id, rule.when, rule.source) == (own[0], own[1], own[5])


def test_one_from_before_the_notices_had_a_place_is_still_worked_in_and_gets_it_by_the_upgrade(
    master, tmp_path, capsys
):
    """参数 of a master of version 7 ended above the places of what the notices say; its table of parameters stood there."""
    first = layout.SETTINGS["return"][1].row
    rows = len(layout.SETTINGS) + 3 - first
    apply(master, Edits([single(layout.SETTINGS["export"][1], "D:/出")]))
    book = openpyxl.load_workbook(master, keep_vba=True)
    sheet = book[layout.PARAMETERS]
    sheet.delete_rows(first, rows)
    table = sheet.tables["tblParameters"]
    (left, top), (right, bottom) = (openpyxl.utils.cell.coordinate_from_string(end) for end in table.ref.split(":"))
    table.ref = f"{left}{top - rows}:{right}{bottom - rows}"
    book.save(master)
    made_by(master, "7")
    assert set(letter_in(master).values()) == {""}
    assert actions.check_master(master).checked
    outcome = actions.return_(master, tmp_path / "退", dry_run=True)
    assert "没有要退回的单位" in outcome.message
    assert is_outdated(master)
    assert run(capsys, "upgrade", master)[0] == 0
    new = openpyxl.load_workbook(master)[layout.PARAMETERS]
    for name, (caption, (_, row, column)) in layout.SETTINGS.items():
        assert new.cell(row, 1).value == caption
        assert name != "export" or new.cell(row, column).value == "D:/出"
