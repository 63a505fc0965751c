"""The official formulas, identities and checkable faults, each with the rule (or formula) that stands for it.

The list follows the project's collection of rules: its sections are scoring, rates, identities, faults. A row without
a rule must say why; a rule without a row must not exist.
"""

import pytest

from workbook.derive import rates, scores
from workbook.model.scheme import load
from workbook.rules.registry import rules

SCORING = {
    "预算执行率＝全年执行数÷全年预算数": "F01",
    "预算执行率得分＝分值×执行率，不超过分值": "F02 I01",
    "分母属于表样（年初预算数）": "F01 execution.denominator",
    "执行率分档得分": "F02 M03 execution.method execution.steps",
    "执行率低于九成要有原因": "F03",
    "年初预算与全年预算不同要有原因": "F04",
    "达到目标得满分": "I15",
    "没有达到按比例": "I16",
    "远超目标要有原因，目标过低要酌减": "I12 I13",
    "反向指标按目标÷完成值": "I18",
    "等于、区间按接近程度": "I16",
    "得分在0与分值之间": "I01",
    "不适用的指标不计，其余折算": "X12",
    "定性指标三档": "I24 indicator.qualitative_tiers",
    "满意度分档": "I29 satisfaction.method satisfaction.steps",
    "一级指标分值": "X02 X11 weights.classes",
    "预算执行率分值": "F12 weights.execution",
    "等级": "grade.bands",
    "偏离三成扣两分": "I28 overshoot.method overshoot.limit overshoot.points",
    "总分按执行率封顶": "M04 total.cap_method total.caps",
    "预算调整率三成以上要有原因": "F15 adjustment.warning_above",
    "低于分值的得分要有理由": "I14",
    "指标得分与支出不相称": "M03 score.spending_gap",
    "全年预算为零或两成以上没有花": "M05 spending.unspent",
}
RATES = {
    "在职人员控制率": "S01 S02 deduction.method deduction.rates",
    "三公经费变动率": "E10 Y06 deduction.method deduction.rates",
    "三公经费控制率": "E05 I26 deduction.method deduction.rates",
    "公用经费控制率": "E05 E07 I26 deduction.method deduction.rates",
    "政府采购执行率": "E08 I26 deduction.method deduction.rates",
    "预算完成率": "F03 deduction.method deduction.rates",
    "预算控制率": "F15 tiers.rates",
    "预算调整率": "F15 I26 tiers.rates",
    "结转结余率、结转结余变动率": "Y05 year.carry_over",
    "规模控制率": "B01 B02 deduction.method deduction.rates",
    "投资概算控制率": "B01 B02 deduction.method deduction.rates",
    "实际完成率等": "I16",
    "除数为零或空白为不适用": "M02 S03 I30",
    "基本支出预算调整一行": "E09 F13",
}
IDENTITIES = {
    "1 控制率": "S01",
    "2 三公与公务用车": "E01 E02",
    "3 项目支出＝各行之和": "E03",
    "4 公用经费≥其中各项": "E04",
    "5 全年预算数＝收入分项＝支出分项": "F06 F07 F08 F09",
    "6 年初预算数": "F11 F13",
    "7 全年执行数": "F10 F14",
    "9 执行率": "F01",
    "年度资金总额＝各资金来源之和": "F16",
    "基本支出总额＋项目支出总额": "F18",
    "金额合计＝主要任务各项之和，总额＝财政拨款＋其他资金": "F17",
    "13 成本指标重复表内数": "I22 F14",
    "14 分值、得分、总分": "X01 X02 X03 X04",
}
FAULTS = {
    "分值不足100或与表头不符": "X01 X02",
    "得分高于分值或为负": "I01",
    "完成值空白却有得分": "I02",
    "目标、名称、分值空白": "I03",
    "总分不等于各项之和": "X03",
    "二级指标整类空白而未填无": "I23",
    "一项占二十分或半类": "I04",
    "数量指标少于三条、没有质量指标": "I05",
    "填表人、日期、电话、签字": "X05 X06",
    "年度前后不一": "X07",
    "指标重复": "I06",
    "填无的一行": "I25",
    "执行率分母用错或不符": "F01",
    "执行率得分不成比例": "F02",
    "执行率低于九成没有原因": "F03",
    "预算调整没有原因": "F04",
    "执行数大于全年预算": "F05",
    "收入与支出两边不等": "F06 F07",
    "元与万元": "M01 I22",
    "各处合计": "E01 E02 E03 E04 F08 F09",
    "控制率与公式不符": "S01 B01 I26",
    "比率超过100%": "S02 E05 B02 I18",
    "决算与预算分毫不差": "E06",
    "公用经费与预算相差过大": "E07",
    "政府采购在50%–150%以外": "E08",
    "基本支出预算调整空白": "E09",
    "楼堂馆所有率无数": "B03",
    "零除以零填100%": "M02 S03 I30",
    "归类不当": "I07",
    "目标与完成值是同样的话": "I08",
    "预期目标与完成情况相同": "G01",
    "目标、任务完成情况的文字与指标的完成值不符": "G03",
    "不可衡量": "I09",
    "完成值不是数字或是约数": "I10 I11",
    "远超目标没有原因": "I12 I13",
    "扣分没有原因": "I14",
    "达到目标却扣分": "I15",
    "没达到却满分或不成比例": "I16",
    "原因说的是别的事": "I27",
    "扣分说明里的扣分与得分对不上": "I37",
    "表里印的完成率、得分系数、扣分": "I38 I39 I40",
    "晚于目标时限却得满分": "I41",
    "不可能超过100%的比率": "I42",
    "成本超支轻扣": "I18",
    "数字没有符号": "I19",
    "满意度恰好等于目标": "I20",
    "几乎满分": "I21",
    "填无、不涉及而有分值": "I31",
    "时效写成整个年度": "I32",
    "一条两个名称、照抄二级指标": "I33",
    "表样印好的二级指标被删": "I34 form.classes",
    "指标过碎": "I35 indicator.most_rows indicator.tiny indicator.tiny_share",
    "定性指标过多": "I36 indicator.qualitative_share",
    "单个项目超支、执行过低没有说明": "E11 project.low project.high",
    "指标的元与万元": "M01",
}
# what the form itself demands, and what a filing is held against besides
MORE = {
    "数字栏读不出数字": "X08",
    "必填项、总体目标、指标空白": "X09 X10 G02",
    "比上年三公增长": "E10",
    "读入时的折算": "X13",
    "表样不认得，只读了正文": "X14",
    "表样不认得、有的栏没有认出，说明哪一栏当作什么": "X16",
    "表样没有的行、自编的表各行各栏之间": "X15",
    "与上年自评核对": "Y01 Y02 Y03 Y04 Y07 Y08 Y09",
}
# the report as a document
DOCUMENT = {
    "规定章节缺失、空白、只写无": "D01 D02 report.sections report.sections_missing",
    "基金各节的无与金额": "D03",
    "模板残留": "D04",
    "别的单位的名字、自称": "D05 D06",
    "部分期间的数": "D07 D08",
    "写成别的年份、往年支出": "D09 D22",
    "等级、得分、分项得分": "D10 D11 D12 X17 grade.margin",
    "满意度的依据": "D13 D14",
    "项目个数、漏写的项目": "D15 D16",
    "自认未完成而满分": "D17",
    "问题空话": "D18 report.problem_words",
    "涉密、公开、自评覆盖": "D19 D20 D21",
    "比率、结余、空行、只在正文的项目": "D24 D25 D26 D27",
    "章节次序": "D28",
    "条目的编号跳号": "D29",
    "各项得分之和": "D30",
    "与别的单位、与上年雷同": "D23 Y09 likeness.share likeness.least",
}
# the tables beside it: final accounts, budget, approved targets
BESIDE = {
    "决算、预算、目标表自身的勾稽，两份不同": "T01 T02 T25",
    "年初、全年预算数，全年执行数，结转结余": "T03 T04 T05 T06 T24",
    "按收入性质、支出性质分": "T07 T08",
    "附件2 项目、公用、三公、政府采购": "T09 T10 T11 T12 T14 T15 T16 T26 T32",
    "上年决算数": "T13",
    "人数": "T17",
    "基本支出预算调整": "T18",
    "正文的财政拨款收支，基金各节": "T19 T20 T21",
    "各项目之和，成本指标": "T22 T23",
    "自评得分": "T27",
    "与批复的指标：缺、目标、分值、新增": "T28 T29 T30 T31",
}
# not of the sheets: stated in the report's prose, or not held by any form yet read
ELSEWHERE = {
    "8 全年预算数－全年执行数＝年末结转结余": "表内没有年末结转结余一栏；正文里的由文表规则核对",
    "10–12、15 正文": "文表规则（N）",
    "重点支出安排率、支付进度率": "表内没有重点项目、既定进度的数；公式在 derive.rates",
}
TABLES = {
    "计分": SCORING,
    "比率": RATES,
    "恒等": IDENTITIES,
    "错误": FAULTS,
    "其他": MORE,
    "文稿": DOCUMENT,
    "决算": BESIDE,
}
ROWS = [
    pytest.param(entry, words, id=f"{name}-{entry}") for name, rows in TABLES.items() for entry, words in rows.items()
]


@pytest.mark.parametrize(("entry", "words"), ROWS)
def test_every_fault_of_the_list_has_its_rule(entry, words):
    ids, keys = {rule.id for rule in rules()}, load().parameters
    for word in words.split():
        assert word in ids or word in keys, f"{entry}：没有 {word}"


def test_every_rule_of_the_sheets_stands_in_the_list():
    named = {word for rows in TABLES.values() for words in rows.values() for word in words.split()}
    assert {rule.id for rule in rules() if rule.subject != "prose.figures"} <= named


def test_every_rule_names_the_parameters_it_is_listed_with():
    known = {rule.id: set(rule.parameters) for rule in rules()}
    for rows in (SCORING, RATES):
        for entry, words in rows.items():
            listed = {word for word in words.split() if word not in known}
            used = set().union(*(known[word] for word in words.split() if word in known)) | {"grade.bands"}
            assert listed <= used, entry


@pytest.mark.parametrize("name", ["key_spending_rate", "payment_progress_rate", "carry_over_change_rate"])
def test_formulas_without_a_cell_stand_ready(name):
    assert getattr(rates, name).__doc__
    assert scores.rescaled.__doc__
    assert ELSEWHERE
