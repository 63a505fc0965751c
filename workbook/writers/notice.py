"""整改通知: a department's findings as a Word file to send."""

import os
import tempfile
from pathlib import Path

from workbook.findings import Finding, Report, Severity

HEADINGS = ("序号", "级别", "问题", "位置", "依据", "整改建议")
WIDTHS = (10, 16, 58, 28, 34, 34)


def write(report: Report, path: Path) -> None:
    """Write the open findings of a department as 整改通知 (.docx): 问题, 位置, 依据, 整改建议; remarks come last."""
    import docx
    from docx.shared import Mm

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    document.add_heading("绩效自评整改通知", level=1)
    document.add_paragraph(f"{report.unit}：")
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    document.add_paragraph(
        f"你单位报送的部门整体支出绩效自评经审核，结论为“{report.verdict}”，"
        f"其中错误 {errors} 条（必须改正），预警 {warnings} 条（改正或写明原因）。请对照下表整改后重新报送。"
    )
    table = document.add_table(1, len(HEADINGS))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.text = text
    for number, finding in enumerate((entry for entry in report.findings if entry.status != "已说明"), start=1):
        for cell, text in zip(table.add_row().cells, _cells(number, finding), strict=True):
            cell.text = text
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Mm(width)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".jixiao-", suffix=".docx")
    os.close(handle)
    document.save(name)
    os.replace(name, path)  # noqa: PTH105 — atomic


def _cells(number: int, finding: Finding) -> tuple[str, ...]:
    place = finding.location
    where = place.label or (f"正文第{place.paragraph}段" if place.paragraph else "")
    sheet = f"{place.sheet} {place.cell}".strip()
    mark = f"{finding.severity.mark}{finding.severity.caption}"
    return str(number), mark, finding.message, f"{where}\n{sheet}".strip(), finding.source, finding.suggestion
