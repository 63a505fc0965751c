"""Filled forms of several places, laid out as they are printed: what the tests of the readers build their files from.

A document is a list of blocks: a text is a paragraph, a list of rows a table. In a row None goes on with the cell to its
left (merged), "^" with the one above.
"""

from pathlib import Path
from typing import Any

Row = list[str | None]
Block = str | list[Row]

NATIONAL_HEAD: list[Row] = [
    ["项目名称", None, "城区道路养护", None, None, None, None, None, None],
    ["主管部门", None, "某市住房和城乡建设局", None, None, "实施单位", None, "某市市政管理处", None],
    ["项目资金\n（万元）", "", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["^", "年度资金总额", None, "500.00", "520.00", "510.50", "10", "98.17%", "9.82"],
    ["^", "其中：当年财政拨款", None, "500.00", "500.00", "490.50", "—", "98.10%", "—"],
    ["^", "上年结转资金", None, "0", "20.00", "20.00", "—", "100%", "—"],
    ["^", "其他资金", None, "0", "0", "0", "—", "", "—"],
    ["年度总体目标", "预期目标", None, None, None, "实际完成情况", None, None, None],
    [
        "^",
        "全年养护道路三十公里，及时修复破损路面。",
        None,
        None,
        None,
        "养护道路31公里，破损路面全部修复。",
        None,
        None,
        None,
    ],
]
INDICATORS: list[tuple[str, str, str, str, str, str, str, str, str]] = [
    # 一级, 分值, 二级, 三级, 性质, 值, 单位, 完成值, 得分
    ("产出指标", "50", "数量指标", "养护道路里程", "≥", "30", "公里", "31", "12"),
    ("产出指标", "50", "数量指标", "修复破损路面", "≥", "5000", "平方米", "5100", "8"),
    ("产出指标", "50", "数量指标", "清理雨水井", "≥", "800", "个", "820", "5"),
    ("产出指标", "50", "质量指标", "养护验收合格率", "≥", "95", "%", "96", "10"),
    ("产出指标", "50", "时效指标", "报修及时处理率", "=", "100", "%", "100", "10"),
    ("产出指标", "50", "成本指标", "项目总成本", "≤", "520", "万元", "510.5", "5"),
    ("效益指标", "30", "社会效益指标", "主干道畅通率", "≥", "98", "%", "98.5", "15"),
    ("效益指标", "30", "生态效益指标", "扬尘投诉件数", "≤", "10", "件", "8", "10"),
    ("效益指标", "30", "可持续影响指标", "养护长效机制", "定性", "健全", "", "健全", "5"),
    ("满意度指标", "10", "服务对象满意度指标", "沿线居民满意度", "≥", "90", "%", "93", "10"),
]
SIGNED = "填表人：张某　　联系电话：12345678　　填报日期：2024年3月8日　　单位负责人签字：李某"


def _levels(number: int, bracket: bool) -> list[str]:
    """Return the first two cells of an indicator's row: words where a class begins, "^" where it goes on."""
    row, before = INDICATORS[number], INDICATORS[number - 1] if number else None
    first = f"{row[0]}\n（{row[1]}分）" if bracket else row[0]
    return [
        "^" if before and before[0] == row[0] else first,
        "^" if before and before[:3:2] == row[:3:2] else row[2],
    ]


def _target(row: tuple[str, ...]) -> tuple[str, str]:
    sign = "" if row[4] == "定性" else row[4]
    return f"{sign}{row[5]}{row[6]}", f"{row[7]}{row[6]}"


def national() -> list[Block]:
    """Return L5, the national 项目支出绩效自评表, without a slip."""
    head: Row = [
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ]
    rows: list[Row] = [*NATIONAL_HEAD, head]
    for number, row in enumerate(INDICATORS):
        rows.append(["^", *_levels(number, True), row[3], *_target(row), row[8], row[8], ""])
    rows.append(["总分", None, None, None, None, None, "100", "99.82", ""])
    return ["附件1", "项目支出绩效自评表", "（2023年度）", rows, SIGNED]


def yunnan() -> list[Block]:
    """Return L6: 指标性质, 指标值 and 度量单位 in columns of their own."""
    rows: list[Row] = [
        [row[0], *row[1:5], *([None] if index > 1 else []), *row[5:], *([None] if index <= 1 else []), None]
        for index, row in enumerate(NATIONAL_HEAD)
    ]
    rows = [row[:11] for row in rows]
    rows.append(
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标性质",
            "指标值",
            "度量单位",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        ]
    )
    for number, row in enumerate(INDICATORS):
        rows.append(["^", *_levels(number, False), row[3], row[4], row[5], row[6], row[7], row[8], row[8], ""])
    rows.append(["总分", None, None, None, None, None, None, None, "100", "99.82", ""])
    return ["2023年度项目支出绩效自评表", "编制单位：某市市政管理处", rows, SIGNED]


def sichuan() -> list[Block]:
    """Return L7: the form that Sichuan's budget system prints, 10 + 90."""
    rows: list[Row] = [
        ["项目名称", None, "城区道路养护", *[None] * 8],
        ["主管部门", None, "某市住房和城乡建设局", None, None, None, "实施单位", None, "某市市政管理处", None, None],
        [
            "预算执行情况（万元）",
            "",
            None,
            "年初预算数",
            "调整后预算数",
            None,
            "预算执行数",
            "执行率",
            "权重",
            "得分",
            "原因",
        ],
        ["^", "总额", None, "500.00", "520.00", None, "510.50", "98.17%", "10", "9.82", ""],
        ["^", "其中：财政资金", None, "500.00", "520.00", None, "510.50", "98.17%", "/", "/", ""],
        ["^", "财政专户管理资金", None, "0", "0", None, "0", "", "/", "/", ""],
        ["^", "单位资金", None, "0", "0", None, "0", "", "/", "/", ""],
        ["年度总体目标", "预期目标", *[None] * 4, "实际完成情况", *[None] * 4],
        ["^", "全年养护道路三十公里。", *[None] * 4, "养护道路31公里，任务完成。", *[None] * 4],
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标性质",
            "指标值",
            "度量单位",
            "完成值",
            "权重",
            "得分",
            "未完成原因分析",
        ],
    ]
    for number, row in enumerate(INDICATORS):
        rows.append(["^", *_levels(number, False), row[3], row[4], row[5], row[6], row[7], row[8], row[8], ""])
    rows.append(["合计", *[None] * 7, "100", "99.82", ""])
    return ["2023年度项目支出绩效自评表", rows]


def hubei() -> list[Block]:
    """Return L8: 20 points for the execution, 80 for the indicators, whose points stand behind their names."""
    points = ["8", "7", "5", "8", "7", "5", "12", "10", "8", "10"]
    rows: list[Row] = [
        ["项目名称", "城区道路养护", *[None] * 5],
        ["主管部门", "某市住房和城乡建设局", None, "项目实施单位", "某市市政管理处", None, None],
        [
            "预算执行情况（万元）（20分）",
            "",
            None,
            "预算数（A）",
            "执行数（B）",
            "执行率（B/A）",
            "得分（20分*执行率）",
        ],
        ["^", "年度财政资金总额", None, "520.00", "510.50", "98.17%", "19.63"],
        ["年度绩效目标（80分）", "一级指标", "二级指标", "三级指标", "年初目标值（A）", "实际完成值（B）", "得分"],
    ]
    for number, row in enumerate(INDICATORS):
        first, second = _levels(number, False)
        first = "^" if first == "满意度指标" else first  # stands under 效益 here
        rows.append(["^", first, second, f"{row[3]}（{points[number]}分）", *_target(row), points[number]])
    rows.append(["总分", *[None] * 5, "99.63"])
    return ["2023年度城区道路养护项目自评表", "单位名称：某市市政管理处　　填报日期：2024年3月8日", rows]


def hunan_2017() -> list[Block]:
    """Return L3: the basic data with 部门整体支出预算调整, and the indicators scored by their standards."""
    basics: list[Row] = [
        ["财政供养人员情况", "编制数", None, "2017年实际在职人数", None, "控制率", None],
        ["^", "40", None, "38", None, "95%", None],
        ["经费控制情况（万元）", "2016年决算数", None, "2017年预算数", None, "2017年决算数", None],
        ["三公经费", "12.00", None, "11.00", None, "10.20", None],
        ["1、公务用车购置和维护经费", "8.00", None, "7.00", None, "6.70", None],
        ["其中：公车购置", "0", None, "0", None, "0", None],
        ["公车运行维护", "8.00", None, "7.00", None, "6.70", None],
        ["2、出国经费", "0", None, "0", None, "0", None],
        ["3、公务接待", "4.00", None, "4.00", None, "3.50", None],
        ["项目支出", "300.00", None, "310.00", None, "305.00", None],
        ["1、业务工作专项（一个项目一行）", "200.00", None, "210.00", None, "206.00", None],
        ["2、运行维护专项（一个项目一行）", "100.00", None, "100.00", None, "99.00", None],
        ["公用经费", "80.00", None, "82.00", None, "79.00", None],
        ["政府采购金额", "——", None, "50.00", None, "48.00", None],
        ["部门整体支出预算调整", "——", None, "900.00", None, "930.00", None],
        ["厉行节约保障措施", "严格执行公务接待和公务用车管理制度。", *[None] * 5],
    ]
    scores: list[Row] = [
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评价标准", "说明", "得分"],
        ["投入", "10", "预算配置", "10", "在职人员控制率", "5", "不高于100%计5分，每超一个百分点扣0.5分", "95%", "5"],
        ["^", "^", "^", "^", "三公经费变动率", "5", "不大于0计5分，每超一个百分点扣0.5分", "-8.33%", "5"],
        ["过程", "60", "预算执行", "30", "预算完成率", "15", "100%计满分，每低5%扣2分", "98%，扣1分", "14"],
        ["^", "^", "^", "^", "预算控制率", "15", "0计满分，0至10%计12分", "3.33%", "12"],
        ["^", "^", "预算管理", "30", "管理制度健全性", "30", "制度健全并有效执行计满分", "", "30"],
        ["产出及效率", "30", "职责履行", "15", "重点工作办结率", "15", "全部办结计满分", "", "15"],
        ["^", "^", "履职效益", "15", "服务对象满意度", "15", "90%（含）以上计满分", "92%", "15"],
        ["合计", "100", None, None, None, None, None, "", "96"],
    ]
    return [
        "附件1",
        "2017年度部门整体支出绩效评价基础数据表",
        "单位名称：某县水务局",
        basics,
        SIGNED.replace("2024", "2018"),
        "附件2",
        "2017年度部门整体支出绩效评价评分表",
        scores,
    ]


def yueyang() -> list[Block]:
    """Return L4: the booklet of 岳阳 with its tables of people, income and outlay, and the scored indicators."""
    overview: list[Row] = [
        ["单位名称", "某县水务局", *[None] * 4],
        ["人员编制", "40", "实有人数", "38", None, None],
        ["年度收入情况（万元）", *[None] * 5],
        ["机构名称", "收入合计", "公共财政拨款", "政府基金拨款", "纳入专户管理的非税收入拨款", "其他收入"],
        ["局机关及二级机构汇总", "930.00", "900.00", "20.00", "0", "10.00"],
        ["1、局机关", "800.00", "780.00", "20.00", "0", "0"],
        ["年度支出情况（万元）", *[None] * 5],
        ["机构名称", "支出合计", "基本支出", "项目支出", "当年结余", "累计结余"],
        ["局机关及二级机构汇总", "930.00", "625.00", "305.00", "0", "0"],
        ["机构名称", "三公经费合计", "公务接待费", "公务用车运维费", "公务用车购置费", "因公出国费"],
        ["局机关及二级机构汇总", "10.20", "3.50", "6.70", "0", "0"],
    ]
    scores: list[Row] = [
        ["一级指标", "二级指标", "三级指标", "评分标准", "分值", "自评得分", "扣分原因"],
        ["投入", "预算配置", "在职人员控制率", "不高于100%计满分", "20", "20", ""],
        ["过程", "预算执行", "预算完成率", "100%计满分，每低1%扣1分", "30", "28", "完成率98%"],
        ["产出", "职责履行", "重点工作办结率", "全部办结计满分", "25", "25", ""],
        ["效果", "履职效益", "服务对象满意度", "90%以上计满分", "25", "25", ""],
        ["合计", None, None, None, "100", "98", ""],
    ]
    return ["2018年度部门（单位）整体支出绩效自评", overview, "2018年度部门整体支出绩效评分表", scores]


def to_word(blocks: list[Block], path: Path) -> Path:
    """Write blocks as a Word file, cells merged as they say."""
    import docx

    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), max(map(len, block)))
        for number, row in enumerate(block):
            for (first, last), text in _spans(row):
                cell = table.cell(number, first)
                cell = cell.merge(table.cell(number, last)) if last > first else cell
                if text == "^":
                    table.cell(number - 1, first).merge(cell)
                elif text:
                    cell.text = text
    document.save(str(path))
    return path


def to_sheets(pages: dict[str, list[Block]], path: Path, merged: bool = True, numbers: bool = False) -> Path:
    """Write blocks as a workbook, a sheet a page; without `merged` every cell stands alone; `numbers` as numbers."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, blocks in pages.items():
        sheet = book.create_sheet(name)
        line = 1
        for block in blocks:
            for row in [[block]] if isinstance(block, str) else block:
                for (first, last), text in _spans(row):
                    if text == "^":
                        continue
                    sheet.cell(line, first + 1).value = _value(text, numbers)
                    if merged and last > first:
                        sheet.merge_cells(start_row=line, start_column=first + 1, end_row=line, end_column=last + 1)
                line += 1
    book.save(path)
    return path


def _value(text: str, numbers: bool) -> Any:
    try:
        return float(text) if numbers and text else text or None
    except ValueError:
        return text


def _spans(row: Row) -> list[tuple[tuple[int, int], str]]:
    """Return the cells of a row with the columns they cover."""
    out: list[tuple[tuple[int, int], str]] = []
    for column, text in enumerate(row):
        if text is None:
            (first, _), words = out[-1]
            out[-1] = ((first, column), words)
        else:
            out.append(((column, column), text))
    return out


HUNAN_BASICS: list[Row] = [
    ["财政供养人员情况（人）", "编制数", "2024年实际在职人数", "控制率"],
    ["^", "40", "38", "95.00%"],
    ["经费控制情况（万元）", "2023年决算数", "2024年预算数", "2024年决算数"],
    ["三公经费", "12.00", "11.00", "10.20"],
    ["1、公务用车购置和维护经费", "8.00", "7.00", "6.70"],
    ["其中：公车购置", "0", "0", "0"],
    ["公车运行维护", "8.00", "7.00", "6.70"],
    ["2、出国经费", "0", "0", "0"],
    ["3、公务接待", "4.00", "4.00", "3.50"],
    ["项目支出：", "300.00", "310.00", "305.00"],
    ["1、业务工作经费", "200.00", "210.00", "206.00"],
    ["2、运行维护经费", "100.00", "100.00", "99.00"],
    ["公用经费", "80.00", "82.00", "79.00"],
    ["政府采购金额", "——", "50.00", "48.00"],
    ["部门基本支出预算调整", "——", "590.00", "625.00"],
    ["厉行节约保障措施", "严格执行公务接待和公务用车管理制度。", None, None],
]
HUNAN_HEAD: Row = [
    "绩效指标",
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
]
HUNAN_EVALUATION: list[Row] = [
    ["预算部门（单位）名称", None, None, "某县水务局", *[None] * 5],
    ["年度预算申请（万元）", "", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["^", "年度资金总额", None, "900.00", "940.00", "930.00", "10", "98.94%", "9.89"],
    ["^", "按收入性质分：940.00", None, None, None, "按支出性质分：940.00", None, None, None],
    ["^", "其中：一般公共预算：920.00", None, None, None, "其中：基本支出：630.00", None, None, None],
    ["^", "其他资金：20.00", None, None, None, "项目支出：310.00", None, None, None],
    ["年度总体目标", "预期目标", None, None, None, "实际完成情况", None, None, None],
    ["^", "全年治理河道二十公里。", None, None, None, "治理河道21公里，通过验收。", None, None, None],
    HUNAN_HEAD,
    ["^", "产出指标（40分）", "数量指标", "治理河道", "≥20公里", "21公里", "20", "20", ""],
    ["^", "^", "质量指标", "工程验收合格率", "≥95%", "96%", "20", "20", ""],
    ["^", "效益指标（20分）", "社会效益指标", "防汛达标率", "≥90%", "92%", "20", "20", ""],
    ["^", "满意度指标（10分）", "服务对象满意度指标", "群众满意度", "≥90%", "91%", "10", "10", ""],
    ["^", "成本指标（20分）", "经济成本指标", "项目支出", "≤310万元", "305万元", "20", "20", ""],
    ["总分", *[None] * 5, "100", "99.89", ""],
]


def hunan_basics() -> list[Block]:
    """Return 附件2 of L1."""
    return ["附件2", "2024年度部门（单位）整体支出绩效评价基础数据表", "单位名称：某县水务局", HUNAN_BASICS, SIGNED]


def hunan_evaluation() -> list[Block]:
    """Return 附件3 of L1."""
    return ["附件3", "2024年度部门（单位）整体支出绩效自评表", HUNAN_EVALUATION, SIGNED]


def hunan() -> list[Block]:
    """Return 附件2 and 附件3 of L1, one after the other."""
    return [*hunan_basics(), *hunan_evaluation()]


def replaced(blocks: list[Block], words: dict[str, str]) -> list[Block]:
    """Return blocks with other words in their cells and paragraphs, where a whole cell or paragraph is one of these."""
    return [
        words.get(block, block)
        if isinstance(block, str)
        else [[words.get(cell, cell) if cell is not None else None for cell in row] for row in block]
        for block in blocks
    ]
