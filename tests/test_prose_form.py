"""Forms whose cells are prose: read into the same filing, from Word and from other widths of the same table."""

from decimal import Decimal

import docx
import pytest

from workbook.model.scheme import load
from workbook.readers import ReadError, read
from workbook.rules.engine import check

ROWS = [
    ("部门概况", "单位名称", "青石岭县水利局"),
    ("", "年度预算金额", "1,208.4万元"),
    ("", "主管部门", "青石岭县人民政府"),
    ("", "单位基本职能", "（一）编制水利规划。\n（二）管护中小型水库。"),
    (
        "绩效完成情况",
        "部门整体支出管理和使用基本情况",
        "2024年度年初预算1180万元，年中调增28.4万元，总支出1208.4万元。",
    ),
    (
        "",
        "绩效目标完成情况",
        "1.绩效目标：病险水库除险加固不少于6座，实际完成6座，完成率100%；\n"
        "2.山洪灾害预警广播维修，绩效目标≥120处，完成132处，完成率110%；\n"
        "3.灌区渠道清淤目标≥40公里，完成38公里，完成率95%。",
    ),
    ("问题与措施", "存在的问题", "灌区渠道清淤因汛期停工，预算编制不够细。"),
    ("", "改进措施", "按季度调度。"),
    ("", "其他需要说明问题", "无"),
]


def report(path, rows=ROWS, columns=3):
    """Write a report of one table of prose, the first column merged over the rows that leave it blank."""
    document = docx.Document()
    document.add_paragraph("部门整体支出绩效评价报告")
    table = document.add_table(len(rows), columns)
    for index, row in enumerate(rows):
        for cell, words in zip(table.rows[index].cells, row[-columns:], strict=True):
            lines = words.split("\n")
            cell.paragraphs[0].add_run(lines[0])
            for line in lines[1:]:
                cell.add_paragraph(line)
        if columns == 3 and not row[0] and index:
            table.cell(index - 1, 0).merge(table.cell(index, 0))
    document.save(str(path))
    return path


@pytest.mark.parametrize("columns", [3, 2])
def test_a_table_of_prose_becomes_a_filing(tmp_path, columns):
    (filing,) = read(report(tmp_path / "水利局.docx", columns=columns))
    assert (filing.unit, filing.year, filing.form) == ("青石岭县水利局", 2024, "l2")
    assert filing.funds.annual_budget == Decimal("1208.4")
    assert [(row.level3, row.target, row.actual) for row in filing.indicators] == [
        ("病险水库除险加固", "不少于6座", "6座"),
        ("山洪灾害预警广播维修", "≥120处", "132处"),
        ("灌区渠道清淤", "≥40公里", "38公里"),
    ]
    assert "（二）管护中小型水库。" in filing.narrative
    assert filing.asks("indicators[0].target")
    assert not filing.asks("indicators[0].weight")


def test_a_right_report_of_prose_raises_nothing(tmp_path):
    (filing,) = read(report(tmp_path / "水利局.docx"))
    assert [entry.message for entry in check(filing, load()).findings] == []


def test_an_amount_that_is_none_is_kept_as_words(tmp_path):
    rows = [row if row[1] != "年度预算金额" else ("", "年度预算金额", "见附表") for row in ROWS]
    (filing,) = read(report(tmp_path / "水利局.docx", rows))
    assert filing.unread == {"funds.annual_budget": "见附表"}
    assert [entry.rule for entry in check(filing, load()).findings] == ["X08"]


def test_any_other_table_is_still_refused(tmp_path):
    with pytest.raises(ReadError, match="不是认得的表样"):
        read(report(tmp_path / "值班.docx", [("", "日期", "值班人"), ("", "一日", "甲")]))
