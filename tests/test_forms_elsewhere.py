"""Forms of other places, from published headings: read to the last indicator, judged by what holds there, given back as they are."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import elsewhere, layouts
from tests.layouts import Block
from workbook.actions import api as actions
from workbook.checking.check import check_filing
from workbook.forms import form
from workbook.master.read import read_master
from workbook.model.filing import Filing, to_json
from workbook.model.findings import Finding, Severity
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department, word

D = Decimal
MONEY = {"funds.annual_budget": D(520), "funds.executed": D("510.5"), "funds.weight": D(10), "funds.score": D("9.82")}
SPLIT = {"sources[0].annual_budget": D(500), "sources[1].executed": D(20)}
# what is laid out → its form, how many indicators, their points, the scheme, and what must be read besides
FORMS: dict[str, tuple[str, int, int, str, dict[str, Any]]] = {
    "tasks": ("l9", 10, 90, "national", {**MONEY, **SPLIT, "tasks[1].name": "森林管护", "tasks[0].executed_other": D(20)}),
    "department": ("l16", 10, 90, "national", {**MONEY, **SPLIT, "funds.initial_budget": D(500)}),
    "apart": ("l16", 10, 90, "national", {**MONEY, **SPLIT, "total.score": D("99.82")}),
    "tianjin": ("l10", 10, 90, "open", {"goals.actual": "造林2100亩。\n管护林地31000亩。", "indicators[0].target": "≥30公里"}),
    "hubei_system": ("l11", 10, 100, "open", {"goals.reason": "无偏差。", "indicators[9].actual": "93%"}),
    "scoring": ("l12", 5, 100, "guangdong", {"indicators[3].standard": "调剂率不高于10%得满分", "total.score": D("97.5")}),
    "guangzhou": ("l13", 4, 90, "open", {**MONEY, **SPLIT, "goals.expected": elsewhere.GOALS[0]}),
    "henan": ("l14", 3, 90, "open", {**MONEY, **SPLIT, "tasks[0].done": "造林2100亩"}),
    "adjusted": ("l15", 3, 90, "open", {**MONEY, "indicators[0].initial_target": "≥2000亩", "indicators[1].target": "≥95%"}),
}  # fmt: skip
CASES = pytest.mark.parametrize("name", FORMS)
# true of what is laid out: full marks, a heavy row, a target in words that says no more than its result
TRUE = {"I21", "I04", "I08"}


def in_file(blocks: list[Block], kind: str, folder: Path) -> Path:
    if kind == "docx":
        return layouts.to_word(blocks, folder / "a.docx")
    return layouts.to_sheets({"表一": blocks}, folder / "a.xlsx", kind != "unmerged", kind == "numbers")


def laid(name: str) -> list[Block]:
    blocks: list[Block] = getattr(elsewhere, name)()
    return blocks


def spoilt(blocks: list[Block], slips: dict[str, str]) -> list[Block]:
    return layouts.replaced(blocks, slips)


def findings(filing: Filing) -> list[Finding]:
    return [f for f in check_filing(filing, None, Path()).report.findings if f.severity is not Severity.INFO]


@pytest.mark.parametrize("kind", ["docx", "merged", "unmerged", "numbers"])
@CASES
def test_a_form_of_another_place_is_read_to_the_last_indicator_and_nothing_in_it_is_false(tmp_path, name, kind):
    id, count, points, scheme, wanted = FORMS[name]
    (filing,) = read(in_file(laid(name), kind, tmp_path))
    assert (filing.form, filing.unit, len(filing.indicators)) == (id, elsewhere.UNIT, count)
    assert sum(row.weight for row in filing.indicators) == points
    assert {path: filing.get(path) for path in wanted} == wanted
    assert filing.unread == {}
    assert check_filing(filing, None, tmp_path).scheme.id == scheme
    assert [f.message for f in findings(filing) if f.rule not in TRUE] == []


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@CASES
def test_a_form_of_another_place_comes_back_as_it_was_exported(tmp_path, name, kind):
    (filing,) = read(in_file(laid(name), "docx", tmp_path))
    filing.original = ""  # drawn anew by its own layout
    path = tmp_path / f"导出.{kind}"
    (department if kind == "xlsx" else word).write(filing, load(FORMS[name][3]), path)
    (back,) = read(path)
    assert back.form == filing.form
    one, other = to_json(filing), to_json(back)
    if filing.total.weight is None:  # a sheet of ours adds it up
        other["total"]["weight"] = None
    assert {key: other[key] for key in one if key != "narrative"} == {
        key: one[key] for key in one if key != "narrative"
    }


SLIPS = [
    ("tasks", {"315.50": "351.50"}, {"F17"}),
    ("tasks", {"490.50": "400.50"}, {"F16", "F17"}),
    ("tasks", {"98.17%": "98.71%"}, {"F01"}),
    ("tasks", {"9.82": "9.28"}, {"F02", "X03"}),
    ("department", {"100": "101"}, {"X04"}),
    ("tianjin", {"90": "80"}, {"X03"}),
    ("hubei_system", {"93": "63"}, {"I16"}),
    ("scoring", {"97.5": "95.7"}, {"X03"}),
    ("scoring", {"一项目标没有实现，扣2分": ""}, {"I14"}),
    ("scoring", {"9.5": "19.5"}, {"I01"}),
    ("guangzhou", {"20.00": "21.00"}, {"F16"}),
    ("henan", {"98.17%": "97.18%"}, {"F01"}),
    ("adjusted", {"96.82": "98.62"}, {"X03"}),
    ("adjusted", {"37": "40"}, {"I16"}),
]


@pytest.mark.parametrize(("name", "slip", "rules"), SLIPS)
def test_slips_are_found_in_the_forms_of_other_places(tmp_path, name, slip, rules):
    (filing,) = read(in_file(spoilt(laid(name), slip), "merged", tmp_path))
    assert rules <= {found.rule for found in findings(filing)}


@pytest.mark.parametrize("order", [("金额", "指标"), ("指标", "金额")])
def test_amounts_and_indicators_on_two_sheets_make_one_form(tmp_path, order):
    title, money, _, rows = laid("apart")
    whose = f"部门名称：{elsewhere.UNIT}"
    sheets: dict[str, list[Block]] = {"金额": [title, money], "指标": [title, whose, rows]}
    path = layouts.to_sheets({name: sheets[name] for name in order}, tmp_path / "a.xlsx")
    (filing,) = read(path)
    assert (filing.funds.executed, len(filing.indicators), filing.total.score) == (D("510.5"), 10, D("99.82"))
    assert [f.message for f in findings(filing) if f.rule not in TRUE] == []


def test_amounts_in_yuan_are_brought_to_wan_yuan_in_every_form(tmp_path):
    yuan = {"520.00": "5200000", "510.50": "5105000", "500.00": "5000000", "490.50": "4905000", "20.00": "200000"}
    heads = {"年度资金（万元）": "年度资金（元）"}
    (filing,) = read(in_file(spoilt(laid("department"), {**yuan, **heads}), "docx", tmp_path))
    assert (filing.funds.annual_budget, filing.sources[1].executed) == (520, 20)


def test_heads_of_two_rows_are_read_with_both(tmp_path):
    title, rows = laid("department")
    place = next(n for n, row in enumerate(rows) if row[0] == "绩效指标")
    upper = ["绩效指标", None, None, None, "指标值", None, "分值", "得分", "未完成原因分析"]
    lower = ["类别", "一级指标", "二级指标", "三级指标", "年度目标值", "实际完成值", "^", "^", "^"]
    (filing,) = read(in_file([title, [*rows[:place], upper, lower, *rows[place + 1 :]]], "merged", tmp_path))
    assert [(row.level1, row.target, row.weight) for row in filing.indicators][:1] == [("产出指标", "≥30公里", 12)]
    assert len(filing.indicators) == 10


def test_an_unknown_form_is_read_by_its_headings_and_said_to_be_so(tmp_path):
    (filing,) = read(in_file(laid("unknown"), "docx", tmp_path))
    assert (filing.form, filing.unit, filing.year) == ("other", elsewhere.UNIT, 2023)
    rows = [(row.level3, row.target, row.actual, row.weight, row.score) for row in filing.indicators]
    assert rows[1:] == [
        ("管护合格率", "≥95%", "96%", 30, 30),
        ("护林员到岗率", "≥100%", "95%", 30, D("28.5")),
    ]
    assert (filing.funds.annual_budget, filing.funds.executed, filing.total.score) == (520, D("510.5"), D("98.5"))
    (said,) = findings(filing)
    assert (said.rule, said.severity) == ("X16", Severity.WARNING)
    assert "“考核事项”当作三级指标" in said.message
    assert "“自我评分”当作得分" in said.message
    assert "没有用到“序号”" not in said.message


@pytest.mark.parametrize("name", ["tasks", "adjusted", "unknown"])
def test_what_is_handed_in_goes_out_under_its_own_labels(tmp_path, name):
    (filing,) = read(in_file(laid(name), "merged", tmp_path))
    department.write(filing, load("open"), tmp_path / "报送.xlsx", filed=True)
    word.write(filing, load("open"), tmp_path / "报送.docx")
    for kind in ("xlsx", "docx"):
        (back,) = read(tmp_path / f"报送.{kind}")
        assert (back.form, to_json(back)) == (filing.form, to_json(filing))
    department.write(filing, load("open"), tmp_path / "审核.xlsx")
    assert read(tmp_path / "审核.xlsx")[0].form == filing.form


@pytest.mark.parametrize(
    ("slip", "rule"),
    [
        ({"98.17%": "97.18%"}, "F01"),
        ({"98.5": "95.8"}, "X03"),
        ({"28.5": "38.5"}, "I01"),
        ({"两名护林员病休": ""}, "I14"),
        ({"28.5": "30"}, "I16"),
        ({"40": "42"}, "X04"),
    ],
)
def test_an_unknown_form_is_checked_by_what_holds_for_all(tmp_path, slip, rule):
    (filing,) = read(in_file(spoilt(laid("unknown"), slip), "merged", tmp_path))
    found = {entry.rule for entry in findings(filing)}
    assert rule in found
    assert found <= {"F01", "X01", "X03", "X04", "X15", "X16", "I01", "I14", "I15", "I16"}


def test_points_that_may_stand_where_nobody_reads_are_not_missed(tmp_path):
    fewer = {"40": "30", "98.5": "88.5", "100": "90"}
    (filing,) = read(in_file(spoilt(laid("unknown"), fewer), "merged", tmp_path))
    assert [entry.rule for entry in findings(filing)] == ["X16"]


def test_a_table_of_something_else_is_no_form_of_a_self_evaluation(tmp_path):
    from workbook.readers import ReadError

    people: list[Block] = ["绩效考核名单", [["序号", "姓名", "职务"], ["1", "张某", "科员"], ["2", "李某", "科长"]]]
    with pytest.raises(ReadError, match="不是认得的表样"):
        read(layouts.to_word(people, tmp_path / "a.docx"))


def test_what_other_forms_have_goes_through_a_master_and_back(tmp_path):
    names = ("tasks", "adjusted", "hubei_system")
    sent = []
    for number, name in enumerate(names):
        blocks = spoilt(laid(name), {elsewhere.UNIT: f"第{number}局"})
        sent.append(layouts.to_word(blocks, tmp_path / f"{name}.docx"))
    read_in = [read(path)[0] for path in sent]
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2023)
    actions.import_(master, sent)
    held = {filing.unit: filing for filing in read_master(master).filings}
    for filing in read_in:
        back = held[filing.unit]
        assert (back.form, back.tasks, back.goals) == (filing.form, filing.tasks, filing.goals)
        assert back.indicators == filing.indicators
    checked = actions.check_master(master).checked
    assert {entry.scheme.id for entry in checked} == {"national", "open"}
    assert [f.message for entry in checked for f in entry.report.findings if f.severity is Severity.ERROR] == []


def test_a_scoring_table_of_two_levels_is_read_by_its_second(tmp_path):
    title, whose, rows = laid("scoring")
    two = [[*row[:1], *row[2:]] for row in rows if row[2] != "小计"]
    two[0] = ["一级指标", "二级指标", *two[0][2:]]
    (filing,) = read(in_file([title, whose, two], "docx", tmp_path))
    assert filing.form == "l12"
    assert [(row.level1, row.level3, row.weight) for row in filing.indicators][2:4] == [
        ("管理效率", "新增预算事前评估", 10),
        ("管理效率", "预算编制约束性", 10),
    ]
    assert [f.message for f in findings(filing)] == []


def test_classes_between_the_rows_of_a_list_are_no_indicators(tmp_path):
    title, whose, goals, rows = laid("tianjin")
    listed = [rows[0], ["产出指标", "", "", "", "", "50", "50", ""], ["数量指标", *[""] * 7], *rows[1:]]
    (filing,) = read(in_file([title, whose, goals, listed], "merged", tmp_path))
    assert len(filing.indicators) == 10
    assert (filing.indicators[0].level1, filing.indicators[0].level2) == ("产出指标", "数量指标")


def test_a_line_of_words_under_the_money_is_no_source_of_it(tmp_path):
    title, rows = laid("department")
    words = ["年度目标1（40分）", "保障群众出行。", *[None] * 7]
    (filing,) = read(in_file([title, [*rows[:5], words, *rows[5:]]], "docx", tmp_path))
    assert [source.name for source in filing.sources] == ["财政拨款", "其他资金"]
    assert filing.unread == {}


def test_grade_names_are_those_of_the_scheme(tmp_path):
    (filing,) = read(in_file(laid("scoring"), "docx", tmp_path))
    filing.total.score, filing.narrative = D("78"), ["自评得分78分，自评等级为“合格”。"]
    shanghai = check_filing(filing, load("shanghai"), tmp_path)
    assert shanghai.derived.grade == "优"  # of the scores as they stand
    assert {entry.rule for entry in shanghai.report.findings if entry.rule == "D10"} == {"D10"}


def test_alternatives_of_a_label_are_the_forms_own_declaration():
    own = form("l6")
    assert own.field("indicators", "计算符号") == own.field("indicators", "指标性质") == "nature"
    assert own.field("indicators", "计量单位") == own.field("indicators", "度量单位") == "measure"
    assert own.field("indicators", "实际得分") == "score"
    assert own.field("indicators", "权重") == "weight"
    assert "initial_target" in own.perhaps("indicators", "年初目标值")


def test_the_points_of_the_execution_rate_are_read_where_a_head_says_them(tmp_path):
    swaps = {"执行率": "执行率（10分）"}
    title, rows = spoilt(laid("department"), swaps)
    whose, heads, money, *rest = rows
    at = heads.index("分值")
    heads, money = [*heads[:at], "备注", *heads[at + 1 :]], [*money[:at], "", *money[at + 1 :]]
    (filing,) = read(in_file([title, [whose, heads, money, *rest]], "docx", tmp_path))
    assert (filing.funds.weight, filing.funds.score) == (10, D("9.82"))
    assert not {"X01", "X04", "F02"} & {found.rule for found in findings(filing)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["自评等级", "中"], "中"),
        (["自评等级：良"], "良"),
        (["评价等级（优≥90，80≤良＜90）", "优"], "优"),
        (["评定等次", "□优 ☑良 □中"], "良"),
        (["等级", "得分"], None),
    ],
)
def test_a_grade_in_the_table_is_read_and_held_against_the_score(tmp_path, words, told):
    *lines, rows = laid("scoring")
    (filing,) = read(in_file([*lines, [*rows, words]], "docx", tmp_path))
    assert (filing.total.score, filing.total.grade) == (D("97.5"), told)
    assert {"X17"} & {found.rule for found in findings(filing)} == ({"X17"} if told in ("良", "中") else set())


def test_the_target_in_force_is_the_adjusted_one_under_a_common_head(tmp_path):
    title, rows = laid("department")
    place = next(n for n, row in enumerate(rows) if row[0] == "绩效指标")
    name, target = (
        rows[place].index("三级指标"),
        next(n for n, cell in enumerate(rows[place]) if "指标值" in (cell or "")),
    )
    assert name < target
    heads = [*rows[place][: target + 1], None, *rows[place][target + 1 :]]
    below = ["^"] * len(heads)
    below[target], below[target + 1] = "年初目标", "调整后目标"
    body = [
        [*row[: target + 1], "≥40公里" if "≥30公里" in row else "—", *row[target + 1 :]] for row in rows[place + 1 :]
    ]
    (filing,) = read(in_file([title, [*rows[:place], heads, below, *body]], "merged", tmp_path))
    first, second = filing.indicators[:2]
    assert (first.initial_target, first.target) == ("≥30公里", "≥40公里")
    assert second.target == second.initial_target is not None


def test_tasks_of_a_form_of_ones_own_are_read_with_the_money_of_their_second_sheet(tmp_path):
    tasks: list[Block] = [
        "2023年度履职任务完成情况自我评定表",
        [
            ["填报单位", elsewhere.UNIT, *[None] * 7],
            ["工作板块", "考核事项", "全年目标", None, None, "年末结果", None, "计分", None],
            ["^", "^", "要求", "目标数", "计量单位", "完成数", "完成程度", "权重", "评定得分"],
            ["造林", "人工造林", "不低于", "2000", "亩", "2100", "105%", "60", "60"],
            ["^", "管护林地", "不低于", "30000", "亩", "28500", "95%", "40", "38"],
            ["合计", *[None] * 6, "100", "98"],
        ],
    ]
    money: list[Block] = [
        [
            ["资金渠道", "年初安排", "全年可用", "实际支出", "支出进度"],
            ["县级财政资金", "300", "320", "310.5", "97.03%"],
            ["上级专项资金", "200", "200", "200", "100%"],
            ["合计", "500", "520", "510.5", "98.17%"],
            ["支出用途", None, None, "实际支出", "占比"],
            ["人员经费", None, None, "510.5", "100%"],
        ],
    ]
    (filing,) = read(layouts.to_sheets({"任务": tasks, "资金": money}, tmp_path / "a.xlsx"))
    assert (filing.form, filing.unit) == ("other", elsewhere.UNIT)
    rows = [(row.level1, row.level3, row.target, row.actual, row.weight, row.score) for row in filing.indicators]
    assert rows[1] == ("造林", "管护林地", "≥30000亩", "28500亩", 40, 38)
    assert (filing.funds.annual_budget, filing.funds.executed, len(filing.sources)) == (520, D("510.5"), 2)
    assert filing.unread == {}
    said = {found.rule for found in findings(filing)}
    assert said == {"X16"}


def test_the_second_level_names_the_indicators_of_any_form_without_a_third(tmp_path):
    blocks = layouts.national()
    table = blocks[-1] if isinstance(blocks[-1], list) else next(b for b in reversed(blocks) if isinstance(b, list))
    heads = next(row for row in table if "三级指标" in row)
    place = heads.index("二级指标")
    start = table.index(heads)
    two = [row if n < start else [*row[:place], *row[place + 1 :], ""] for n, row in enumerate(table)]
    two[start][place] = "二级指标"
    (whole,) = read(in_file(blocks, "docx", tmp_path))
    (filing,) = read(in_file([two if block is table else block for block in blocks], "docx", tmp_path))
    assert filing.form == "l5"
    assert [(row.level3, row.weight, row.score) for row in filing.indicators] == [
        (row.level3, row.weight, row.score) for row in whole.indicators
    ]


SCORED = [
    ["单位名称：某县交通运输局", None, None, "单位：万元、分", None, None],
    ["支出类型", None, "全年预算数（万元）", "全年执行数（万元）", "预算执行率", None],
    ["基本支出", None, "900", "891", "99.00%", None],
    ["项目支出", None, "1672", "1612.2", "96.42%", None],
    ["合计", None, "2572", "2503.2", "97.33%", None],
    ["一级指标", "三级指标", "指标分值", "指标说明及评分标准", "实际完成情况", "自评得分"],
    ["产出（100分）", "农村公路养护里程", "40", "目标值≥860公里，得分=完成值÷目标值×40分。", "872公里", "40"],
    ["^", "养护经费拨付完成时间", "60", "2024年11月30日前完成拨付的得60分，逾期的不得分。", "2024年11月22日", "60"],
    ["合计", None, "100", None, None, "100"],
]


def scored(slips: dict[str, str]) -> list[Block]:
    return layouts.replaced(["2024年度部门整体支出绩效评价自评表", [list(row) for row in SCORED]], slips)


def test_a_table_of_standards_without_targets_is_read_and_held_to_what_they_say(tmp_path):
    (filing,) = read(in_file(scored({}), "docx", tmp_path))
    assert (filing.unit, [row.target for row in filing.indicators]) == ("某县交通运输局", ["≥860公里", None])
    assert [f.message for f in findings(filing) if f.rule in ("X08", "X09", "X10", "X15", "I16", "I41")] == []
    slips = {"872公里": "827公里", "2024年11月22日": "2024年12月22日", "96.42%": "94.62%"}
    (filing,) = read(in_file(scored(slips), "docx", tmp_path))
    assert {"I16", "I41", "X15"} <= {f.rule for f in findings(filing)}


def test_the_name_of_a_block_over_the_labels_of_its_rows_is_no_amount(tmp_path):
    rows: list[list[Any]] = [
        ["项目名称", "河湖管护", None, None, None, None],
        ["年度预算数（万元）", "年初预算", "调整后预算数", "预算执行数", "权重", "得分"],
        ["总额", "620", "685", "648.29", "10", "9.46"],
        ["其中：财政资金", "620", "645", "620.29", "/", ""],
        ["单位资金", "0", "40", "28", "/", ""],
        ["一级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"],
        ["产出指标", "河道清淤长度", "≥", "15", "公里", "15.4", "90", "90", ""],
    ]
    (filing,) = read(in_file(["2024年度部门预算项目支出绩效自评表", rows], "docx", tmp_path))
    assert (filing.funds.initial_budget, filing.funds.executed, filing.unread) == (620, D("648.29"), {})
    assert [source.name for source in filing.sources] == ["财政资金", "单位资金"]


def test_the_two_figures_of_a_total_are_its_points_and_its_score_wherever_they_stand(tmp_path):
    title, rows = laid("department")
    last = ["总分", *[None] * 6, "100", "99.82"]
    (filing,) = read(in_file([title, [*rows[:-1], last]], "docx", tmp_path))
    assert (filing.total.weight, filing.total.score) == (100, D("99.82"))


def test_points_short_of_a_hundred_are_found_without_a_row_of_totals(tmp_path):
    title, *blocks = laid("adjusted")
    (filing,) = read(in_file([title, *blocks], "docx", tmp_path))
    assert not filing.asks("total.weight")
    assert filing.indicators[0].weight is not None
    filing.indicators[0].weight -= 1
    assert [f.rule for f in findings(filing) if f.rule == "X01"] == ["X01"]


def test_the_money_told_below_its_sum_over_the_tasks_is_of_the_same_filing(tmp_path):
    """Tasks with their sum in 元, 预算执行情况 in a block of its own below, the grades explained on a second sheet."""
    table: Block = [
        ["年度主要任务", "任务名称", "主要内容", "全年预算数（元）", None, "全年执行数（元）", None, "完成情况"],
        ["^", "^", "^", "总额", "财政拨款", "总额", "财政拨款", "^"],
        ["^", "巡河", "河道保洁", "3200000", "3200000", "3105000", "3105000", "40公里"],
        ["^", "金额合计", "", "3200000", "3200000", "3105000", "3105000", ""],
        ["预算执行情况", "项目", "", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
        ["^", "部门整体支出", "", "3200000", "3105000", "97.03%", "10", "9.7"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "全年实际值", "分值", "得分", "未完成原因及改进措施"],
        ["产出指标", "数量指标", "保洁河道长度", "≥40公里", "40公里", "90", "90", ""],
        ["总分", "", "", "", "", "100", "99.7", ""],
    ]
    first: list[Block] = ["部门整体支出绩效自评表", "（2024年度）", "部门名称：某县水利局      金额单位：元", table]
    grades: list[Block] = ["自评等级划分", [["优：90分（含）—100分"], ["差：60分以下"]]]
    (filing,) = read(layouts.to_sheets({"自评表": first, "等级说明": grades}, tmp_path / "a.xlsx"))
    assert (filing.unit, filing.year, len(filing.tasks), len(filing.indicators)) == ("某县水利局", 2024, 1, 1)
    assert (filing.funds.executed, filing.funds.score, filing.total.score) == (D("310.5"), D("9.7"), D("99.7"))


def test_points_headed_above_the_row_of_the_other_heads_are_read_and_totals_beside_their_own_labels(tmp_path):
    table: Block = [
        ["项目名称", "", "造林项目", "", "", "", "", "", "", ""],
        ["主管部门", "", "某州林业局", "", "", "实施单位", "", "某州林业局", "", ""],
        ["项目资金（万元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "", "得分"],
        ["", "", "年度资金总额", "376", "386", "370.52", "10", "95.99%", "", "9.6"],
        ["年度总体目标", "", "预期目标", "", "", "", "实际完成情况", "", "", ""],
        ["", "", "造林3200亩。", "", "", "", "造林3260亩。", "", "", ""],
        ["绩效指标", None, None, None, None, None, None, "分值", "得分", "偏差原因分析及改进措施"],
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "实际完成值", "^", "^", "^"],
        ["产出指标", "数量指标", "造林面积", "≥", "3200", "亩", "3260", "90", "90", "无偏差"],
        ["总分", None, None, "总分值", None, "100", "总得分", "99.6", None, "自评等级：优"],
    ]
    (filing,) = read(layouts.to_sheets({"15-1": ["2024年度项目支出绩效自评表", table]}, tmp_path / "a.xlsx"))
    (row,) = filing.indicators
    assert (row.target, row.weight, row.score, row.reason) == ("≥3200亩", D(90), D(90), "无偏差")
    assert (filing.total.weight, filing.total.score, filing.total.grade) == (D(100), D("99.6"), "优")


@pytest.mark.parametrize(("subtotal", "told"), [("34.50", False), ("35.40", True)])
def test_a_subtotal_that_is_not_the_sum_of_the_scores_of_its_block_is_told(tmp_path, subtotal, told):
    table: Block = [
        ["一级指标", "二级指标", "三级指标", "目标值", "实际完成值", "权重", "自评得分", "偏差原因及改进措施"],
        ["履职", "河道", "保洁河道长度", "≥40公里", "40公里", "15", "15", ""],
        ["^", "^", "按期验收率", "≥90%", "87.75%", "20", "19.50", "两处延期，下年三月验收"],
        ["", "小计", "", "", "", "35", subtotal, ""],
        ["效益", "社会效益", "供水覆盖率", "≥92%", "93%", "35", "35", ""],
        ["^", "满意度", "群众满意度", "≥90%", "93%", "30", "30", ""],
        ["", "小计", "", "", "", "65", "65", ""],
        ["合计", "", "", "", "", "100", "99.50", ""],
    ]
    pages: dict[str, list[Block]] = {"自评表": ["2024年度部门整体支出绩效自评表", "部门名称：某县水利局", table]}
    (filing,) = read(layouts.to_sheets(pages, tmp_path / "a.xlsx"))
    said = [entry.message for entry in findings(filing) if entry.rule == "X15"]
    assert any("应为 15＋19.50＝34.5；" in words for words in said) == told, said
