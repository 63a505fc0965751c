"""整改通知: a department's findings as a Word file to send, and as one HTML page to open or print."""

from html import escape
from pathlib import Path

from workbook.findings import Finding, Report, Severity
from workbook.issued import NOTICE
from workbook.keep import replacing
from workbook.writers import paper

TITLE = "绩效自评整改通知"
HEADINGS = ("序号", "级别", "问题", "位置", "依据", "整改建议")
WIDTHS = (11, 17, 56, 30, 30, 36)

_STYLE = """
body{font-family:"仿宋",FangSong,"Noto Serif CJK SC",serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.6;color:#000}
h1{font-family:"宋体",SimSun,"Noto Serif CJK SC",serif;text-align:center;font-size:1.5em}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{border:1px solid #000;padding:.3em .5em;text-align:left;vertical-align:middle;overflow-wrap:anywhere}
th{background:#eee;text-align:center}
td:nth-child(-n+2){text-align:center;white-space:nowrap}
.error{background:#fbe3e3}.warning{background:#fdf3d8}.info{background:#e6eef8}
.place{color:#555;font-size:.9em}
@page{size:A4;margin:18mm}
@media print{body{margin:0;max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}
.error,.warning,.info,th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def write(report: Report, path: Path) -> None:
    """Write the open findings of a department as 整改通知 (.docx): 问题, 位置, 依据, 整改建议; errors come first."""
    from docx.shared import Pt

    document = paper.start(margin=15)
    document.core_properties.category = NOTICE
    paper.heading(document, TITLE, "Title", paper.SONG, 18, center=True)
    paper.line(document, f"{report.unit}：", paper.FANG, 14).paragraph_format.line_spacing = 1.5
    opening = paper.line(document, _opening(report), paper.FANG, 14)
    form = opening.paragraph_format
    form.first_line_indent, form.line_spacing, form.space_after = Pt(28), 1.5, Pt(8)
    table = paper.table(document, WIDTHS)
    head = paper.row(table, WIDTHS)
    paper.repeat(head)
    for cell, text in zip(head.cells, HEADINGS, strict=True):
        paper.fill(cell, text, bold=True)
    for number, finding in enumerate(_open(report), start=1):
        for column, (cell, text) in enumerate(
            zip(paper.row(table, WIDTHS).cells, _cells(number, finding), strict=True)
        ):
            paper.fill(cell, text, center=column < 2)
    paper.save(document, path)


def write_html(report: Report, path: Path) -> None:
    """Write the same as one HTML page that needs nothing else: no script, no picture, no address, all words escaped."""
    with replacing(path) as temporary:
        temporary.write_text(html(report), encoding="utf-8", newline="\n")


def html(report: Report) -> str:
    """Return 整改通知 as the text of an HTML page."""
    heads = "".join(f'<th scope="col">{text}</th>' for text in HEADINGS)
    rows = "\n".join(_html_row(number, finding) for number, finding in enumerate(_open(report), start=1))
    unit = _escaped(report.unit)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{TITLE} {unit}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{TITLE}</h1>\n<p>{unit}：</p>\n<p>{_escaped(_opening(report))}</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _html_row(number: int, finding: Finding) -> str:
    first, mark, problem, where, source, advice = _cells(number, finding)
    label, _, cell = where.partition("\n")
    place = _escaped(label) + (f'<br><span class="place">{_escaped(cell)}</span>' if cell else "")
    cells = (first, _escaped(mark), _escaped(problem), place, _escaped(source), _escaped(advice))
    return f'<tr class="{finding.severity.value}">{"".join(f"<td>{text}</td>" for text in cells)}</tr>'


def _escaped(text: str) -> str:
    return escape(paper.clean(text)).replace("\n", "<br>")


def _opening(report: Report) -> str:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    return (
        f"你单位报送的部门整体支出绩效自评经审核，结论为“{report.verdict}”，"
        f"其中错误 {errors} 条（必须改正），预警 {warnings} 条（改正或写明原因）。请对照下表整改后重新报送。"
    )


def _open(report: Report) -> list[Finding]:
    order = list(Severity)
    standing = [finding for finding in report.findings if finding.is_open]
    return sorted(standing, key=lambda finding: order.index(finding.severity))


def _cells(number: int, finding: Finding) -> tuple[str, ...]:
    place = finding.location
    where = place.label or (f"正文第{place.paragraph}段" if place.paragraph else "")
    detail = f"“{place.quote}”" if place.quote else f"{place.sheet} {place.cell}".strip()
    mark = f"{finding.severity.mark}{finding.severity.caption}"
    return str(number), mark, finding.message, f"{where}\n{detail}".strip(), finding.source, finding.suggestion
