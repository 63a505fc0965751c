"""本地规则: a bureau's own rules run like the others, are refused at their cell where they are wrong, and reach only the fields."""

import subprocess
import sys
from decimal import Decimal

import openpyxl
import pytest

from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master import layout
from workbook.master.intake import edits_for_import
from workbook.master.read import read_master
from workbook.model.edits import Block, Edits
from workbook.model.fields import BY_PATH, FIELDS, pattern_of
from workbook.model.filing import Filing
from workbook.model.findings import Severity
from workbook.model.scheme import LocalRule, SchemeError, load
from workbook.rules import catalogue
from workbook.rules.engine import check
from workbook.rules.examples import changed, clean
from workbook.rules.expression import BlankError, ExpressionError, condition, expression
from workbook.rules.local import EXAMPLES, HEADINGS, read
from workbook.writers.package import apply

D = Decimal
OWN = LocalRule(
    "本01", "三公经费本年决算数 > 1", Severity.WARNING, "三公经费 {三公经费本年决算数}", "请核对", "县财〔2024〕1号"
)


def scheme(*rules: LocalRule):
    from dataclasses import replace

    return replace(load(), local=rules)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("编制数 = 35", None),
        ("全年执行数 / 全年预算数 > 90%", True),
        ("全年执行数 ÷ 全年预算数 ＞ ０.９", None),
        ("=AND(全年执行数>0, OR(年初预算数>0, 1=2))", True),
        ("合计(分值) = 90", True),
        ("条数(得分 < 分值) >= 1", True),
        ("条数(得分 < 分值) > 100", False),
        ("最大(全年预算数, 年初预算数) >= 全年预算数 并且 最小(全年预算数, 年初预算数) <= 全年预算数", True),
        ("非 (全年执行数 > 全年预算数)", True),
        ("funds.executed <= funds.annual_budget", True),
        ("空白(填表人) 或 字数(填表人) >= 2", True),
        ("水费、电费、差旅费本年决算数 >= 0", True),
        ("如果(全年预算数 > 0, 全年执行数, 0) > 0", True),
        ("四舍五入(1/3, 2) * 全年预算数 < 全年预算数", True),
        ("绝对值(0 - 全年预算数) = 全年预算数", True),
        ("数值(indicators[0].target) > 0", True),
        ("indicators[0].level1 = “产出指标”", True),
        ("包含(正文, “没有这句话的”)", False),
        ("1 + 2 * 3 = 7 且 全年预算数 > 0", True),
    ],
)
def test_conditions_are_worked_out(text, value):
    made = condition(text.replace("０", "0")).value(clean())
    assert made is value or (value is None and isinstance(made, bool))


def test_numbers_are_decimal():
    assert expression("1 / 10 + 2 / 10 - 3 / 10").value(clean()) == 0
    assert expression("合计(得分) * 0.1").value(clean()) == sum((row.score for row in clean().indicators), D(0)) * D(
        "0.1"
    )


@pytest.mark.parametrize("text", ["全年执行数 / 编制数 > 1", "得分 > 1"])
def test_what_is_blank_or_over_zero_says_nothing(text):
    filing = changed({"staff.authorized": 0})
    filing.indicators[0].score = None
    made = condition(text)
    with pytest.raises(BlankError):
        made.value(filing, 0 if made.rows else None)
    assert (
        check(filing, scheme(LocalRule("本1", "全年执行数 / 编制数 > 1", Severity.ERROR, "x")), only=["本1"]).findings
        == []
    )


HOSTILE = [
    "().__class__.__bases__[0].__subclasses__() = 1",
    "__import__('os').system('id') = 0",
    "staff.__class__ = 1",
    "staff.actual.__class__ > 1",
    "indicators[0].__init__.__globals__ = 1",
    "indicators[0] = 1",
    "indicators.append(1) > 1",
    "filing.places = 1",
    "places > 1",
    "issued > 1",
    "explanations > 1",
    "self.narrative > 1",
    "narrative = 'x'",
    "get('unit') = 'x'",
    "eval('1') > 0 且 得分 > 0",
    "exec('1') > 0",
    "open('/etc/passwd') = 'x'",
    "getattr(得分, 'real') > 0",
    "'{0.__class__}'.format(得分) = 'x'",
    "f'{得分}' = 'x'",
    "lambda: 得分 > 1",
    "[得分 for 得分 in 分值] = 1",
    "{得分} = 1",
    "得分 := 1",
    "得分; 分值 > 1",
    "得分 > 1 # x",
    "9 ** 9 ** 9 > 得分",
    "9 ^ 9 ^ 9 > 得分",
    "9" * 100 + " > 得分",
    "(" * 200 + "得分" + ")" * 200 + " > 1",
    "非 " * 100 + "得分 > 1",
    "-" * 150 + "得分 > 1",
    "合计(合计(合计(得分))) > 1",
    "得分 > 1 且 " * 200 + "得分 > 1",
    '=HYPERLINK("http://x") = 得分',
    "=cmd|'/c calc'!A1 > 得分",
    "$A$1 > 得分",
    "校验结果!A1 > 得分",
    "1e9 > 得分",
    "0x10 > 得分",
    "得分 > inf",
    "得分 > NaN",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_expression_reaches_beyond_the_fields(text):
    with pytest.raises(ExpressionError):
        condition(text)
    with pytest.raises(SchemeError):
        read([{"编号": "本1", "条件": text, "级别": "预警", "问题": "x"}])


def test_whatever_is_read_names_fields_alone():
    """Of all members that a filing has, only those of the table of fields (and the prose) can be named."""
    members = {name for name in dir(Filing) if not name.startswith("__")} | set(Filing.__dataclass_fields__)
    for name in sorted(members):
        try:
            made = condition(f"{name} = 1")
        except ExpressionError:
            try:
                made = condition(f"{name} = 'x'")
            except ExpressionError:
                continue
        assert all(pattern_of(path) in BY_PATH for path in made.paths), name


@pytest.mark.parametrize("field", FIELDS, ids=lambda entry: entry.path)
def test_every_field_goes_by_its_label_and_its_path(field):
    for name in (field.label, field.path):
        made = expression(name)
        assert made.paths == (field.path,)
        assert made.root.kind == ("number" if field.is_number else "text")


@pytest.mark.parametrize(
    ("row", "heading", "words"),
    [
        ({"条件": "三公经费 > 1"}, "条件", "是不是“三公经费"),
        ({"条件": ""}, "条件", "空白"),
        ({"条件": "得分 + 1"}, "条件", "应是一句判断"),
        ({"条件": "1 < 2"}, "条件", "没有一个栏目"),
        ({"条件": "填表人 > 3"}, "条件", "数值(…)"),
        ({"条件": "得分 > 1 且 项目本年决算数 > 1"}, "条件", "两种表的行"),
        ({"条件": "(得分 > 1"}, "条件", "括号没有成对"),
        ({"条件": "填表人 = “张"}, "条件", "引号没有成对"),
        ({"条件": "得分 > 1 分值 > 2"}, "条件", "少写了 且、或"),
        ({"编号": ""}, "编号", "空白"),
        ({"编号": "e05"}, "编号", "已经有了"),
        ({"编号": "a" * 20}, "编号", "1 到 12 个"),
        ({"级别": "严重"}, "级别", "错误、预警 或 提示"),
        ({"级别": "停用"}, "级别", "启用"),
        ({"问题": ""}, "问题", "没有写问题"),
        ({"问题": "见 {没有的栏目}"}, "问题", "不认识"),
        ({"条件": "全年预算数 > 1", "问题": "见 {得分}"}, "问题", "合计(…)"),
        ({"怎么办": "{编制数.__class__}"}, "怎么办", "不认识"),
        ({"怎么办": "长" * 300}, "怎么办", "太长"),
        ({"启用": "也许"}, "启用", "应为“是”或“否”"),
    ],
)
def test_a_wrong_rule_is_refused_in_words_at_its_cell(row, heading, words):
    whole = {"编号": "本1", "条件": "得分 > 1", "级别": "预警", "问题": "x", "#": 7} | row
    with pytest.raises(SchemeError, match=r".") as refused:
        read([whole])
    (part,) = refused.value.parts
    assert part.keys == ("7", heading)
    assert words in str(part)


def test_a_rule_that_is_off_is_not_run_but_still_read():
    whole = dict(zip(HEADINGS, EXAMPLES[0], strict=True))
    assert read([whole]) == ()
    assert [entry.id for entry in read([whole | {"启用": "是"}])] == ["本01"]
    with pytest.raises(SchemeError):
        read([whole | {"条件": "x"}])


def test_the_examples_of_a_new_master_can_be_switched_on():
    rows = [dict(zip(HEADINGS, row, strict=True)) | {"启用": "是"} for row in EXAMPLES]
    assert len(read(rows)) == len(EXAMPLES)


def test_it_is_found_like_any_other_with_place_figures_and_source():
    (found,) = check(clean(), scheme(OWN), only=["本01"]).findings
    assert (found.rule, found.severity, found.source) == ("本01", Severity.WARNING, "县财〔2024〕1号")
    assert found.message == f"三公经费 {found.actual}"
    assert found.location.path == "expenses.three_public.final"
    assert found.suggestion == "请核对"
    assert check(clean(), scheme(OWN), skip=["本01"]).skipped[-1].reason == "本次不用"
    assert check(clean(), scheme(OWN).with_severities({"本01": "停用"})).findings == check(clean(), load()).findings


def test_a_condition_over_rows_points_at_each_row():
    rule = LocalRule("本2", "分值 > 0 且 得分 < 分值", Severity.INFO, "「{三级指标}」得 {得分} 分")
    filing = clean()
    short = [n for n, row in enumerate(filing.indicators) if row.score < row.weight]
    found = check(filing, scheme(rule), only=["本2"]).findings
    assert [entry.location.path for entry in found] == [f"indicators[{n}].weight" for n in short]
    assert filing.indicators[short[0]].level3 in found[0].message


def test_what_a_report_says_is_no_format_string_and_no_rule():
    filing = changed({"signature.preparer": "{编制数.__class__} {0} %s"})
    rule = LocalRule("本3", "非 空白(填表人)", Severity.INFO, "填表人是{填表人}")
    (found,) = check(filing, scheme(rule), only=["本3"]).findings
    assert found.message == "填表人是{编制数.__class__} {0} %s"


def test_the_catalogue_explains_it_like_the_others():
    rows = {row[0]: row for row in catalogue.table_rows(scheme(OWN))}
    assert rows["本01"][1:3] == ("预警", "表内")
    assert "三公经费本年决算数 > 1" in rows["本01"][4]
    assert "县财〔2024〕1号" in catalogue.markdown(scheme(OWN))
    assert "条件：三公经费本年决算数 > 1" in (catalogue.explain("本01", scheme(OWN)) or "")
    assert scheme(OWN).hash != load().hash


@pytest.fixture
def master(tmp_path):
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR)
    apply(path, edits_for_import(read_master(path), [compose(entry) for entry in DEPARTMENTS[:2]]))
    return path


def put(path, row, **cells):
    table = layout.table(layout.LOCAL_RULES)
    blocks = [Block(table.sheet, table.top + row, table.column(name), ((words,),)) for name, words in cells.items()]
    apply(path, Edits(blocks))


def test_a_rule_in_the_master_is_checked_listed_and_exported(master, tmp_path):
    put(master, 1, 启用="是", 条件="三公经费本年决算数 >= 0", 级别="预警")
    outcome = actions.check_master(master)
    found = [entry for held in outcome.checked for entry in held.report.findings if entry.rule == "本01"]
    assert {entry.unit for entry in found} == {entry.unit for entry in DEPARTMENTS[:2]}
    book = openpyxl.load_workbook(master)
    table = layout.table("校验结果")
    listed = [
        row
        for row in book["校验结果"].iter_rows(min_row=table.top + 1, values_only=True)
        if row[table.column("规则编号") - 1] == "本01"
    ]
    assert len(listed) == 2
    rules = [row[0].value for row in book["规则说明"].iter_rows(min_row=5) if row[0].value]
    assert rules[-1] == "本01"
    again = actions.check_master(master)
    assert again.headline == outcome.headline
    actions.export(master, tmp_path / "出", formats=("html", "xlsm"))
    page = next((tmp_path / "出").glob("*.html")).read_text(encoding="utf-8")
    assert "本01" in page
    own = next((tmp_path / "出").glob("*.xlsm"))
    assert [entry.id for entry in actions.open_book(own).scheme.local] == ["本01"]
    held = actions.check([own]).checked[0].report.findings
    assert [entry.rule for entry in held if entry.rule == "本01"] == ["本01"]
    put(master, 1, 启用="否")
    actions.check_master(master)
    rules = [row[0].value for row in openpyxl.load_workbook(master)["规则说明"].iter_rows(min_row=5) if row[0].value]
    assert "本01" not in rules


def test_a_wrong_rule_in_the_master_is_refused_at_its_cell_and_nothing_is_written(master):
    put(master, 2, 启用="是", 条件="三公 > 1")
    before = master.read_bytes()
    with pytest.raises(SchemeError, match="「本地规则」B6"):
        actions.check_master(master)
    assert master.read_bytes() == before


def test_a_row_without_a_number_is_not_passed_over(master):
    put(master, 9, 条件="得分 > 1", 级别="预警", 问题="x")
    with pytest.raises(SchemeError, match="「本地规则」A13"):
        read_master(master)


def test_a_local_level_may_be_set_for_it_too(master):
    put(master, 1, 启用="是", 条件="三公经费本年决算数 >= 0", 级别="预警")
    actions.check_master(master)
    record = next(row for row in read_master(master).records["tblRules"] if row["编号"] == "本01")
    apply(master, Edits([Block("规则说明", record["#"], layout.table("规则说明").column("本地级别"), (("停用",),))]))
    outcome = actions.check_master(master)
    assert not [entry for held in outcome.checked for entry in held.report.findings if entry.rule == "本01"]


def test_rules_and_reports_take_those_of_a_master(master):
    put(master, 1, 启用="是")
    run = [sys.executable, "-m", "workbook.cli"]
    shown = subprocess.run(
        [*run, "rules", "--scheme", str(master), "--explain", "本01"], capture_output=True, text=True, check=True
    )
    assert "95%" in shown.stdout
    assert "三公经费" in shown.stdout
