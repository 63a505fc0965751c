"""A county's own form is one folder, outside the package; a file in no known form is told which form is nearest."""

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tests import layouts
from workbook import cli, forms, manual
from workbook.actions import api as actions
from workbook.bulk import engine
from workbook.checking.places import place_words
from workbook.demo import DEPARTMENTS, compose
from workbook.forms import FormError, slips
from workbook.model.filing import Expense, Income, Outlay, to_json
from workbook.model.scheme import load
from workbook.readers import ReadError, document, read
from workbook.writers import department, word

OWN = """
id = "xiangxi"
base = "l5"
title = "项目支出绩效自评表（某县）"
recognised_by = ["项目名称", "全年预算", "全年支出", "打算几何", "办成几何", "要办的事"]
must = ["打算几何"]
needed = 4

[funds.columns]
executed = ["全年支出"]

[indicators]
level3 = ["要办的事"]
target = ["打算几何"]
actual = ["办成几何"]
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
# words that nobody else has: a file whose columns can be understood by their heads is read without the folder too
RENAMED = {
    "全年执行数": "全年支出",
    "三级指标": "要办的事",
    "年度指标值": "打算几何",
    "实际完成值": "办成几何",
    "全年预算数": "全年预算",
}


@pytest.fixture
def place(tmp_path) -> Path:
    """Return a folder 表样 that holds one form; no other test knows of it."""
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
    with forms.using([place]):
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
    (filing,) = actions.open_master(master).filings
    assert filing.form == "xiangxi"
    assert actions.check_master(master).checked[0].scheme.parameters["weights.execution"].value == 20


def test_forms_beside_a_master_are_forgotten_with_the_verb(place, tmp_path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, [report(tmp_path)])
    assert forms.places() == ()
    assert forms.form("xiangxi").id == forms.FIRST
    with pytest.raises(ReadError):
        read(report(tmp_path))


def test_a_button_knows_the_forms_beside_the_open_workbook_and_not_those_beside_its_copy(place, tmp_path):
    master, job = tmp_path / "总表.xlsm", tmp_path / "job"
    actions.new(master, year=2023)
    job.mkdir()
    copy = Path(shutil.copyfile(master, job / "book.xlsm"))
    made = actions.edits("import", copy, [report(tmp_path)], master)
    assert "读不出" not in made.message
    assert "城区道路养护" in str(made.blocks)
    assert "城区道路养护" not in str(actions.edits("import", copy, [report(tmp_path)]).blocks)


def test_processes_of_its_own_are_handed_the_forms(place, tmp_path):
    sent = [report(tmp_path)]
    for number in range(engine.THRESHOLD):
        sent.append(Path(shutil.copyfile(sent[0], tmp_path / f"第{number}份.docx")))
    with forms.using([place]):
        checked = actions.check(sent, power=engine.Power(2)).checked
    assert {entry.filing.form for entry in checked} == {"xiangxi"}
    assert {entry.scheme.id for entry in checked} == {"xiangxi"}


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
        ('id = "a"\nneeded = "两个"', "「needed」要写成整数"),
        ('id = "a"\nbase = "l5"\nindicators = 3', r"「indicators」要写成单独的一节 \[indicators\]"),
        ('id = "a"\nrecognised_by = "项目名称"', "「recognised_by」要写成方括号里的几项"),
        ('id = "a"\nbase = "l5"\n[indicators]\ntarget = "计划值"', r"\[indicators\] 的「target」要写成方括号里的几项"),
        ('id = "a"\nbase = "l5"\n[funds.columns]\nexecuted = [1]', r"\[funds\.columns\] 的「executed」要写成"),
        ("id = 5", "「id」要写成带引号的文字"),
        ('id = "a"\nbase = "l5"\ntitel = "x"', "「titel」不是认得的名称，是不是想写「title」"),
        (
            'id = "a"\nbase = "l5"\n[indicator]\ntarget = ["甲"]',
            "「indicator」不是认得的名称，是不是想写「indicators」",
        ),
        ('id = "a"\nbase = "l5"\n[funds.colums]\nexecuted = ["甲"]', r"\[funds\] 的「colums」不是认得的名称"),
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


VARIANT = """
id = "mouxian"
base = "l1"
title = "部门整体支出绩效自评表（某县）"
"""
VARIANT_LAYOUT = """
[basics]
title = "某县{year}年度部门整体支出基础数据表"
expenses = [
    ["three_public", "三公两费"],
    ["project", "专项支出："],
    ["project_business", "  一般业务专项"],
    ["project_lines", "  （一个项目一行）"],
    ["operating", "机构运转经费"],
    ["procurement", "集中采购额"],
]
[evaluation]
title = "某县{year}年度部门整体支出自评表"
rows = [
    "自评部门*3 | {unit}*6",
    "预算*1 | *2 | 年初批复数 | 调整后数 | 实际支出数 | 满分 | 支出进度 | 自评分",
    "^ | 资金合计*2 | {funds.initial_budget} | {funds.annual_budget} | {funds.executed} | {funds.weight} | {funds.execution_rate} | {funds.score}",
    "^ | >收入来源：*2 | +{income.total} | >支出去向：*3 | +{outlay.total}*2",
    "目标 | 年初怎么定*3 | 年底怎么样*5",
    "^ | {goals.expected}*3 | {goals.actual}*5",
    "指标 | 大类 | 小类 | 指标名 | 计划 | 做到 | 满分 | 自评分 | 差在哪里",
    "@indicators ^ | {level1} | {level2} | {indicators[].level3} | {indicators[].target} | {indicators[].actual} | {indicators[].weight} | {indicators[].score} | {indicators[].reason}",
    "!总计分*6 | {total.weight} | {total.score} | ",
]
"""  # noqa: E501


@pytest.fixture
def variant(tmp_path) -> Iterator[Path]:
    """Return a folder 表样 with a county's own wording of the usual form: labels alone, nothing said of how to read it."""
    folder = tmp_path / "表样" / "某县"
    folder.mkdir(parents=True)
    for name, text in (("form", VARIANT), ("layout", VARIANT_LAYOUT)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with forms.using([folder.parent]):
        yield folder.parent


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_form_in_other_words_is_exported_in_them_and_read_back_as_itself(variant, tmp_path, kind):
    filing = compose(DEPARTMENTS[0])
    filing.form = "mouxian"
    filing.narrative, filing.buildings = [], []
    for name in filing.expenses.keys() - {"three_public", "project", "project_business", "operating", "procurement"}:
        filing.expenses[name] = Expense()
    filing.income, filing.outlay = Income(total=filing.income.total), Outlay(total=filing.outlay.total)
    path = tmp_path / f"出.{kind}"
    (department if kind == "xlsx" else word).write(filing, load(), path)
    words = {cell.text for grid in document(path).grids for row in grid.rows for cell in row}
    assert {"三公两费", "机构运转经费", "大类", "差在哪里", "年底怎么样"} <= words
    assert not words & {"三公经费", "公用经费", "一级指标", "偏差原因分析及改进措施", "实际完成情况"}
    (back,) = read(path)
    assert back.form == "mouxian"
    assert to_json(back) == to_json(filing)


def test_a_form_in_the_usual_words_is_not_taken_for_one_in_others(variant, tmp_path):
    filing = compose(DEPARTMENTS[0])
    department.write(filing, load(), tmp_path / "出.xlsx")
    assert read(tmp_path / "出.xlsx")[0].form == "l1"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("{funds.weight}", "{funds.wieght}", r"\[evaluation\] 的「funds\.wieght」不是认得的栏目"),
        ("自评部门*3", "{x.y}部门*3", r"\[evaluation\] 的「rows」里的 \{x\.y\} 不是认得的名称"),
        ("自评部门*3", "自评{部门*3", r"\[evaluation\] 的「rows」的花括号没有配对"),
        ("自评部门*3", "{year:>999999999}年*3", r"\[evaluation\] 的「rows」里的 \{year\} 不是认得的名称"),
        ("某县{year}年度部门整体支出自评表", "某县{years}年度自评表", r"\[evaluation\] 的「title」里的 \{years\}"),
        ('["project", "专项支出："]', '["project", "{a}支出："]', r"\[basics\] 的「expenses」里的 \{a\}"),
        ('["project", "专项支出："]', '["project"]', r"\[basics\] 的「expenses」要写成方括号里的几项"),
        ("@indicators", "@indicator", r"\[evaluation\] 第 8 行的「@indicator」不是认得的"),
        ("自评部门*3", "自评部门*4", r"\[evaluation\] 第 1 行占 10 列，widths 写了 9 列"),
        ("[basics]", "basics = 3\n[basic]", r"「basics」要写成单独的一节 \[basics\]"),
        ("[basics]", 'sheets = ["basics", "第三张"]\n[basics]', "sheets 写了「第三张」，却没有"),
    ],
)
def test_a_slip_in_a_layout_is_named(variant, right, wrong, said):
    assert right in VARIANT_LAYOUT
    (variant / "某县" / "layout.toml").write_text(VARIANT_LAYOUT.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(FormError, match=rf"表样「mouxian」的 layout\.toml 里 ?{said}"), forms.using([variant]):
        forms.forms()


def test_the_shipped_forms_and_tables_have_no_slips():
    for own in forms.forms():
        assert [slips.misfit(level, slips.FORM) for level in own.levels] == [""] * len(own.levels)
        assert slips.in_layout(own.layout) == "", own.id
        for part in own.layout.get("sheets", ()):
            sheet = own.layout[part]
            assert len(sheet.get("widths_landscape", sheet["widths"])) == len(sheet["widths"]), own.id


def test_a_form_that_was_edited_holds_for_the_next_verb_of_the_same_process(place):
    def known() -> tuple[str, str]:
        with forms.using([place]):  # as a verb does
            return forms.form("xiangxi").layout["evaluation"]["title"], forms.shown_as("xiangxi")

    assert known() == ("某县{year}年度项目自评表", "项目支出绩效自评表（某县）")
    (place / "某县" / "layout.toml").write_text(LAYOUT.replace("某县", "某某县"), encoding="utf-8")
    (place / "某县" / "form.toml").write_text(OWN.replace("（某县）", "（某某县）"), encoding="utf-8")
    assert known() == ("某某县{year}年度项目自评表", "项目支出绩效自评表（某某县）")


def test_a_place_is_called_as_the_forms_in_use_call_it(place):
    filing = compose(DEPARTMENTS[0])
    filing.form = "xiangxi"
    assert place_words(filing, "goals.actual").startswith("附件3")  # nobody knows the form: as the usual one
    for name in ("附表9", "附表10"):
        (place / "某县" / "form.toml").write_text(f'{OWN}[sheets]\nevaluation = "{name} 自评"', encoding="utf-8")
        with forms.using([place]):
            assert place_words(filing, "goals.actual").startswith(f"{name} ")


def test_words_too_long_for_the_upright_page_leave_no_column_out_where_the_base_is_wide_in_others(variant, tmp_path):
    shipped = (Path(forms.__file__).parent / "l6" / "layout.toml").read_text(encoding="utf-8")
    own = [line for line in shipped.splitlines() if not line.startswith("widths_landscape")]
    (variant / "某县" / "layout.toml").write_text("\n".join(own), encoding="utf-8")
    filing = compose(DEPARTMENTS[0])
    filing.indicators[0].reason = "年中追加任务，经批准调整指标值，下年起按调整后的口径申报。" * 12
    for filing.form in ("mouxian", "l6", "l7", "l8"):
        with forms.using([variant]):
            department.write(filing, load(), tmp_path / "出.xlsx")
            columns = len(forms.form(filing.form).layout["evaluation"]["widths"])
        sheet = load_workbook(tmp_path / "出.xlsx").worksheets[0]
        assert sheet.print_area.split("$")[-2] == get_column_letter(columns), filing.form
