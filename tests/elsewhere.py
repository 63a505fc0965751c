"""Filled forms of other places, department-wide and of projects, laid out from published headings: without a slip."""

from tests.layouts import INDICATORS, Block, Row

UNIT = "某市林业局"
GOALS = ("全年造林两千亩，管护林地三万亩，群众满意。", "造林2100亩，管护林地31000亩，群众满意度93%。")


def _classed(number: int) -> list[str]:
    row, before = INDICATORS[number], INDICATORS[number - 1] if number else None
    return [
        "^" if before and before[0] == row[0] else f"{row[0]}\n（{row[1]}分）",
        "^" if before and before[:3:2] == row[:3:2] else row[2],
    ]


def _said(row: tuple[str, ...]) -> tuple[str, str]:
    sign = "" if row[4] == "定性" else row[4]
    return f"{sign}{row[5]}{row[6]}", f"{row[7]}{row[6]}"


def tasks() -> list[Block]:
    """Return the national frame with 年度主要任务, its heads in two rows, the ten points in the row 金额合计."""
    head = [
        "年度主要任务",
        "任务名称",
        "主要内容",
        "完成情况",
        "全年预算数（A）",
        None,
        None,
        "全年执行数（B）",
        None,
        None,
    ]
    rows: list[Row] = [
        ["部门名称", None, UNIT, *[None] * 10],
        [*head, "分值", "执行率（B/A）", "得分"],
        ["^", "^", "^", "^", "总额", "财政拨款", "其他资金", "总额", "财政拨款", "其他资金", "^", "^", "^"],
        [
            "^",
            "造林绿化",
            "荒山造林",
            "造林2100亩",
            "320.00",
            "300.00",
            "20.00",
            "315.50",
            "295.50",
            "20.00",
            "",
            "",
            "",
        ],
        ["^", "森林管护", "护林员补助", "管护到位", "200.00", "200.00", "0.00", "195.00", "195.00", "0.00", "", "", ""],
        ["^", "金额合计", None, None, "520.00", "500.00", "20.00", "510.50", "490.50", "20.00", "10", "98.17%", "9.82"],
        ["年度总体目标", "年初设定目标", *[None] * 4, "实际完成情况", *[None] * 6],
        ["^", GOALS[0], *[None] * 4, GOALS[1], *[None] * 6],
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            None,
            "实际完成值",
            None,
            "分值",
            "得分",
            "偏差原因分析与改进措施",
            None,
            None,
        ],
    ]
    for number, row in enumerate(INDICATORS):
        target, actual = _said(row)
        rows.append(["^", *_classed(number), row[3], target, None, actual, None, row[8], row[8], "", None, None])
    rows.append(["总分", *[None] * 7, "100", "99.82", "", None, None])
    return ["部门整体支出绩效自评表", "（2023年度）", rows]


FUNDS: list[Row] = [
    ["年度资金（万元）", "", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["^", "年度资金总额", None, "500.00", "520.00", "510.50", "10", "98.17%", "9.82"],
    ["^", "其中：财政拨款", None, "500.00", "500.00", "490.50", "—", "", "—"],
    ["^", "其他资金", None, "0", "20.00", "20.00", "—", "", "—"],
]


def department() -> list[Block]:
    """Return the same frame without tasks, as most departments publish it."""
    rows: list[Row] = [
        ["部门名称", None, UNIT, *[None] * 6],
        *FUNDS,
        ["年度总体目标", "预期目标", *[None] * 3, "实际完成情况", *[None] * 3],
        ["^", GOALS[0], *[None] * 3, GOALS[1], *[None] * 3],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "未完成原因分析"],
    ]
    for number, row in enumerate(INDICATORS):
        rows.append(["^", *_classed(number), row[3], *_said(row), row[8], row[8], ""])
    rows.append(["总分", *[None] * 5, "100", "99.82", ""])
    return ["2023年度部门整体支出绩效自评表", rows]


def apart() -> list[Block]:
    """Return that form in two tables, the indicators without the department's name."""
    title, rows = department()
    assert isinstance(rows, list)
    return [title, rows[:5], "绩效指标完成情况", rows[5:]]


def tianjin() -> list[Block]:
    """Return the form of a system: a row a goal, indicators without classes, signs and units in columns of their own."""
    goals: list[Row] = [
        ["年度绩效目标", "实际完成情况", "偏差原因分析及改进措施"],
        ["全年造林两千亩。", "造林2100亩。", ""],
        ["管护林地三万亩。", "管护林地31000亩。", ""],
    ]
    rows: list[Row] = [
        ["指标名称", "计算符号", "指标值", "实际完成值", "计量单位", "分值", "得分", "偏差原因分析及改进措施"]
    ]
    rows += [[row[3], row[4], row[5], row[7], row[6], row[8], row[8], ""] for row in INDICATORS]
    rows.append(["合计", "", "", "", "", "90", "90", ""])
    return ["2023年度部门整体支出绩效自评表", f"部门名称：{UNIT}", goals, rows]


def hubei_system() -> list[Block]:
    """Return the form of another system: 权重 and 实际得分, a block a goal, 自评分析 at the end."""
    head: Row = ["指标名称", "计算符号", "指标值", "实际完成值", "计量单位", "权重", "实际得分"]
    rows: list[Row] = [["部门名称", UNIT, *[None] * 5], ["年度绩效目标1", GOALS[0], *[None] * 5], head]
    for number, row in enumerate(INDICATORS):
        if number == 6:
            rows += [["年度绩效目标2", "保障群众出行。", *[None] * 5], head]
        points = str(int(row[8]) + 1)
        rows.append([row[3], row[4], row[5], row[7], row[6], points, points])
    rows += [
        ["合计", "", "", "", "", "100", "100"],
        ["偏差大或目标未完成的原因分析", "无偏差。", *[None] * 5],
        ["改进措施及结果应用方案", "按季度调度，结果用于下年预算安排。", *[None] * 5],
    ]
    return ["2023年度部门整体绩效自评表", rows]


def scoring() -> list[Block]:
    """Return a table scored by standards, 50/50, with subtotals."""
    rows: list[Row] = [["一级指标", "二级指标", "三级指标", "分值", "计分标准", "评价得分", "扣分说明"]]
    scored = [
        ("履职效能", "整体效能", "重点工作完成率", "30", "完成率×30", "30", ""),
        ("履职效能", "专项效能", "政策资金绩效", "20", "绩效目标全部实现得满分", "18", "一项目标没有实现，扣2分"),
        ("管理效率", "预算编制", "新增预算事前评估", "10", "全部评估得满分", "10", ""),
        ("管理效率", "预算执行", "预算编制约束性", "10", "调剂率不高于10%得满分", "9.5", "调剂率11%，扣0.5分"),
        ("管理效率", "运行成本", "三公经费控制情况", "30", "不超预算得满分", "30", ""),
    ]
    for number, row in enumerate(scored):
        before = scored[number - 1][0] if number else ""
        rows.append(["^" if row[0] == before else f"{row[0]}（50分）", *row[1:]])
        if number in (1, 4):
            rows.append(["^", "小计", "小计", "50", "", "48" if number == 1 else "49.5", ""])
    rows.append(["合计", None, None, "100", "", "97.5", ""])
    return ["2023年度部门整体支出绩效自评评分表", f"部门名称：{UNIT}", rows]


def guangzhou() -> list[Block]:
    """Return a form with labels left of its goals, and why they were missed."""
    rows: list[Row] = [
        ["单位名称", None, UNIT, *[None] * 6],
        ["年度整体绩效目标", None, GOALS[0], *[None] * 6],
        ["整体绩效目标完成情况", None, GOALS[1], None, None, "未能完成原因", None, "无", None],
        [
            "年度部门整体支出规模（万元）",
            "按资金来源",
            None,
            "年初预算数",
            "全年预算数",
            "全年执行数",
            "分值",
            "执行率",
            "得分",
        ],
        ["^", "合计", None, "500.00", "520.00", "510.50", "10", "98.17%", "9.82"],
        ["^", "财政拨款", None, "500.00", "500.00", "490.50", "", "", ""],
        ["^", "其他资金", None, "0", "20.00", "20.00", "", "", ""],
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因及改进措施",
        ],
        ["^", "履职效能", "整体效能", "造林面积", "≥2000亩", "2100亩", "25", "25", ""],
        ["^", "^", "专项效能", "管护合格率", "≥95%", "96%", "20", "20", ""],
        ["^", "管理效率", "预算编制", "预算调整率", "≤5%", "4%", "25", "25", ""],
        ["^", "^", "运行成本", "公用经费控制率", "≤100%", "98%", "20", "20", ""],
        ["总分", *[None] * 5, "100", "99.82", ""],
    ]
    return ["2021年度部门整体支出绩效自评表", rows]


def henan() -> list[Block]:
    """Return a form with 年度履职目标, its tasks without amounts, the money as a table of its own."""
    rows: list[Row] = [
        ["部门名称", None, UNIT, *[None] * 6],
        ["年度履职目标", None, GOALS[0], *[None] * 6],
        ["年度主要任务", "任务名称", None, "主要内容", None, None, "完成情况", None, None],
        ["^", "造林绿化", None, "荒山造林", None, None, "造林2100亩", None, None],
        ["^", "森林管护", None, "护林员补助", None, None, "管护到位", None, None],
        ["预算情况（万元）", "", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["^", "部门预算总额", None, "500.00", "520.00", "510.50", "10", "98.17%", "9.82"],
        ["^", "其中：政府预算资金", None, "500.00", "500.00", "490.50", "", "", ""],
        ["^", "单位资金", None, "0", "20.00", "20.00", "", "", ""],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分", "偏差原因分析"],
        ["^", "投入管理指标", "预算和财务管理", "预算执行及时率", "≥95%", "98%", "20", "20", ""],
        ["^", "产出指标", "重点工作任务完成", "造林面积", "≥2000亩", "2100亩", "40", "40", ""],
        ["^", "效益指标", "满意度", "群众满意度", "≥90%", "93%", "30", "30", ""],
        ["总分", *[None] * 5, "100", "99.82", ""],
    ]
    return ["2023年度部门整体绩效自评表", rows]


def adjusted() -> list[Block]:
    """Return a form with an initial and an adjusted target, no classes, and the money in a row without a label."""
    rows: list[Row] = [
        ["主管部门", UNIT, None, None, "自评总分（分）", "96.82", None, None, None],
        [
            "部门预算执行情况",
            "年初预算数",
            "全年（调整）预算数",
            "全年执行数",
            "执行率（%）",
            "执行率权重",
            None,
            "执行率得分（分）",
            None,
        ],
        ["^", "500.00", "520.00", "510.50", "98.17", "10", None, "9.82", None],
        ["当年绩效目标", "年初绩效目标", None, "全年（调整）绩效目标", None, "全年目标实际完成情况", None, None, None],
        ["^", GOALS[0], None, "无", None, GOALS[1], None, None, None],
        [
            "指标名称",
            "计量单位",
            "指标性质",
            "年初指标值",
            "调整指标值",
            "全年完成值",
            "得分系数（%）",
            "指标权重（分）",
            "指标得分（分）",
        ],
        ["造林面积", "亩", "≥", "2000", "2050", "2100", "100", "30", "30"],
        ["管护合格率", "%", "≥", "95", "", "96", "100", "20", "20"],
        ["护林员到岗率", "%", "＝", "100", "", "92.5", "92.5", "40", "37"],
    ]
    return ["2023年度部门整体绩效自评表", rows]


def unknown() -> list[Block]:
    """Return a form that nobody has declared: its columns can be understood all the same."""
    rows: list[Row] = [
        ["责任单位", UNIT, None, None, "总得分", "98.5", None],
        ["全年预算数（万元）", "520.00", None, "全年执行数（万元）", "510.50", "执行率", "98.17%"],
        ["序号", "考核事项", "目标任务", "完成数", "配分", "自我评分", "失分原因"],
        ["1", "造林面积", "≥2000亩", "2100亩", "40", "40", ""],
        ["2", "管护合格率", "≥95%", "96%", "30", "30", ""],
        ["3", "护林员到岗率", "≥100%", "95%", "30", "28.5", "两名护林员病休"],
        ["合计", "", "", "", "100", "98.5", ""],
    ]
    return ["2023年度绩效自评情况", rows]
