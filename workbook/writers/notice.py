"""整改通知: a department's findings as a Word file to send, and as one HTML page to open or print."""

from html import escape
from pathlib import Path

from workbook.findings import Card, Report, Severity
from workbook.keep import replacing
from workbook.writers import paper

TITLE = "绩效自评整改通知"
HEADINGS = ("序号", "级别", "位置", "问题", "整改建议", "依据与规则")
WIDTHS = (10, 15, 34, 62, 34, 25)

_STYLE = """
body{font-family:"仿宋",FangSong,"Noto Serif CJK SC",serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.6;color:#000}
h1{font-family:"宋体",SimSun,"Noto Serif CJK SC",serif;text-align:center;font-size:1.5em}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{border:1px solid #000;padding:.3em .5em;text-align:left;vertical-align:middle;overflow-wrap:anywhere}
th{background:#eee;text-align:center}
td:nth-child(-n+2){text-align:center;white-space:nowrap}
.error{background:#fbe3e3}.warning{background:#fdf3d8}.info{background:#e6eef8}
td:nth-child(3){width:18%}td:nth-child(4){width:36%}
.more{color:#555;font-size:.9em}
@page{size:A4;margin:18mm}
@media print{body{margin:0;max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}
.error,.warning,.info,th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def write(report: Report, path: Path) -> None:
    """Write the open findings of a department as 整改通知 (.docx): 问题, 位置, 依据, 整改建议; errors come first."""
    from docx.shared import Pt

    document = paper.start(margin=15)
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
    for number, card in enumerate(_open(report), start=1):
        for column, (cell, text) in enumerate(zip(paper.row(table, WIDTHS).cells, _cells(number, card), strict=True)):
            paper.fill(cell, text, center=column < 2)
    paper.save(document, path)


def write_html(report: Report, path: Path) -> None:
    """Write the same as one HTML page that needs nothing else: no script, no picture, no address, all words escaped."""
    with replacing(path) as temporary:
        temporary.write_text(html(report), encoding="utf-8", newline="\n")


def html(report: Report) -> str:
    """Return 整改通知 as the text of an HTML page."""
    heads = "".join(f'<th scope="col">{text}</th>' for text in HEADINGS)
    rows = "\n".join(_html_row(number, card) for number, card in enumerate(_open(report), start=1))
    unit = _escaped(report.unit)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{TITLE} {unit}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{TITLE}</h1>\n<p>{unit}：</p>\n<p>{_escaped(_opening(report))}</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _html_row(number: int, card: Card) -> str:
    cells = (_led(text) for text in _cells(number, card))
    return f'<tr class="{card.severity.value}">{"".join(f"<td>{text}</td>" for text in cells)}</tr>'


def _led(text: str) -> str:
    """Return the first line as it is, the lines behind it smaller."""
    first, _, more = text.partition("\n")
    return _escaped(first) + (f'<br><span class="more">{_escaped(more)}</span>' if more else "")


def _escaped(text: str) -> str:
    return escape(paper.clean(text)).replace("\n", "<br>")


def _opening(report: Report) -> str:
    errors, warnings, more = report.counts
    drawn = f"，这些之外牵出或同样的还有 {more} 条，列在各处之下" if more else ""
    return (
        f"你单位报送的部门整体支出绩效自评经审核，有错误 {errors} 处（必须改正）、预警 {warnings} 处（改正或写明原因）{drawn}，"
        f"结论为“{report.verdict}”。请对照下表整改后重新报送。"
    )


def _open(report: Report) -> list[Card]:
    """Return what stands open, the heaviest first; of a card only what does."""
    standing = (Card(card.standing[0], card.standing[1:]) for card in report.cards if card.standing)
    return sorted(standing, key=lambda card: list(Severity).index(card.severity))


def _cells(number: int, card: Card) -> tuple[str, ...]:
    found = card.leader
    problem = "\n".join((found.message, *card.consequences()))
    advice = "\n".join(filter(None, (found.suggestion, found.culprit)))
    mark = f"{card.severity.mark}{card.severity.caption}"
    return str(number), mark, found.location.shown, problem, advice, f"{found.source}\n（{card.codes}）"
