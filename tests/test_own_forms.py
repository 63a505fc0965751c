"""A county's own form is one folder, outside the package; a file in no known form is told which form is nearest."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests import layouts
from workbook import actions, cli, forms, manual
from workbook.forms import FormError
from workbook.readers import ReadError, read

OWN = """
id = "xiangxi"
base = "l5"
title = "项目支出绩效自评表（某县）"
recognised_by = ["项目名称", "全年预算", "全年支出", "计划值", "完成值", "三级指标"]
must = ["计划值"]
needed = 4

[funds.columns]
executed = ["全年支出"]

[indicators]
target = ["计划值"]
actual = ["完成值"]
"""
SCHEME = """
id = "xiangxi"
title = "某县"
base = "national"
[parameters."weights.execution"]
value = 20
[parameters."weights.classes"]
value = [["产出指标", 40], ["效益指标", 30], ["满意度指标", 10]]
"""
LAYOUT = """
[evaluation]
title = "某县{year}年度项目自评表"
"""
RENAMED = {"全年执行数": "全年支出", "年度指标值": "计划值", "实际完成值": "完成值", "全年预算数": "全年预算"}


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Return a folder 表样 that holds one form; no other test knows of it."""
    monkeypatch.setenv(forms.OWN_FORMS, "")
    folder = tmp_path / "表样" / "某县"
    folder.mkdir(parents=True)
    for name, text in (("form", OWN), ("scheme", SCHEME), ("layout", LAYOUT)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder.parent


def report(folder: Path) -> Path:
    blocks = [
        block
        if isinstance(block, str)
        else [[RENAMED.get(cell, cell) if cell else cell for cell in row] for row in block]
        for block in layouts.national()
    ]
    return layouts.to_word(blocks, folder / "某县的.docx")


def test_one_folder_makes_a_form_known(place, tmp_path):
    path = report(tmp_path)
    forms.use(place)
    (filing,) = read(path)
    assert (filing.form, filing.subject) == ("xiangxi", "城区道路养护")
    assert filing.funds.executed == Decimal("510.5")
    assert filing.indicators[0].target == "≥30公里"
    outcome = actions.check([path])
    assert outcome.checked[0].scheme.id == "xiangxi"
    assert "F12" in {found.rule for found in outcome.checked[0].report.findings}
    written = actions.export_file(path, tmp_path / "出", None, ("xlsx",)).written
    (back,) = read(written[0])
    # the layout is the base's where it says nothing else: its words are those of the base
    assert back.funds == filing.funds


def test_without_the_folder_the_file_is_met_with_the_nearest_form(place, tmp_path):
    with pytest.raises(ReadError, match=r"最接近「.+」.+缺.+"):
        read(report(tmp_path))


def test_forms_beside_a_master_are_known(place, tmp_path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    assert actions.import_(master, [report(tmp_path)]).refused == []
    assert str(place) in os.environ[forms.OWN_FORMS]


def test_the_command_lists_forms_and_takes_a_folder(place, tmp_path, capsys):
    assert cli.run(["forms", "--format", "json"]) == 0
    known = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert {"l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"} <= set(known)
    assert "xiangxi" not in known
    for entry in known.values():
        assert entry["picture"].count("\n") > 4, entry["id"]
    assert "指标性质" in known["l6"]["picture"]
    assert cli.run(["forms", "xiangxi", "--forms", str(place)]) == 0
    said = capsys.readouterr().out
    assert "自己加的" in said
    assert "某县年度项目自评表" in said
    assert cli.run(["forms", "没有"]) == 2
    assert "没有编号为「没有」的表样" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "读不了"),
        ('title = "x"', "没有写 id"),
        ('id = "l1"', "重复"),
        ('id = "a"\nbase = "没有"', "底本「没有」不存在"),
        ('id = "a"\nbase = "l5"\n[indicators]\nzhibiao = ["指标"]', "zhibiao.*不是认得的栏目"),
    ],
)
def test_a_slip_in_a_form_is_named(place, text, said):
    (place / "某县" / "form.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormError, match=said):
        forms.forms((place,))


def test_the_page_on_forms_is_true():
    page = (Path(manual.__file__).parent / "forms.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    import tomllib

    data = tomllib.loads(example)
    assert data["base"] == "l1"
    known = {entry.id: entry for entry in forms.forms()}
    for entry in ("l1", "l3", "l5"):
        assert f"`{entry}`" in page
        assert entry in known
