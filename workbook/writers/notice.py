"""整改通知: a department's findings as a Word file to send, and as one HTML page to open or print.

On the page stands also 正文逐数核对: every figure of the prose with what it was held against, linked with the findings.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from workbook.model.figure_lines import HEADINGS as FIGURE_HEADINGS
from workbook.model.figure_lines import OPEN, RIGHT, FigureLine, tally
from workbook.model.findings import Card, Finding, Report, Severity
from workbook.model.issued import NOTICE
from workbook.ooxml import legal
from workbook.storage.replacing import replacing
from workbook.writers import paper

TITLE = "绩效自评整改通知"
_ANSWER = "改正后重新报送。表里的数在随附的工作簿里改，{}；预警属实的，在工作簿的问题清单里“出错说明”一栏写明原因。"
_PROSE = {True: "正文在随附的 Word 报告里照批注改", False: "正文在原报告里改"}
_CONTACT = "联系人：＿＿＿＿＿＿　电话：＿＿＿＿＿＿"
HEADINGS = ("序号", "级别", "位置", "问题", "整改建议", "依据与规则")
WIDTHS = (11, 14, 32, 57, 34, 32)

_STYLE = """
body{font-family:"仿宋",FangSong,"Noto Serif CJK SC",serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.6;color:#000}
h1{font-family:"宋体",SimSun,"Noto Serif CJK SC",serif;text-align:center;font-size:1.5em}
table{border-collapse:collapse;width:100%;font-size:.92em}
th,td{border:1px solid #000;padding:.3em .5em;text-align:left;vertical-align:middle;overflow-wrap:anywhere}
th{background:#eee;text-align:center;white-space:nowrap}
td:nth-child(-n+2){text-align:center;white-space:nowrap}
.error{background:#fbe3e3}.warning{background:#fdf3d8}.info{background:#e6eef8}
td:nth-child(3){width:18%}td:nth-child(4){width:36%}
.more{color:#555;font-size:.9em}
h2{font-family:"宋体",SimSun,"Noto Serif CJK SC",serif;font-size:1.2em;margin-top:2em}
.figures{font-size:.82em;table-layout:fixed}
.figures th:first-child{width:3em}
.figures .text td{background:#f6f6f6;text-align:left;white-space:normal}
.figures td{vertical-align:top;width:auto}
.figures td:nth-child(2){text-align:left;white-space:normal}
.figures a{color:inherit}
.right{color:#2e7d32}.open{color:#666}
:target{outline:2px solid #9c0006}
@page{size:A4;margin:18mm}
@media print{h2{break-before:page}body{margin:0;max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}
.error,.warning,.info,th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """What makes a notice a letter, in words: its number, until when, whom to ask, who sends it, and its date; "" is left out."""

    number: str = ""
    with_report: bool = False  # the Word report goes along
    deadline: str = ""
    contact: str = ""
    office: str = ""
    day: str = ""


def write(report: Report, path: Path, letter: Letter | None = None) -> None:
    """Write the open errors and warnings of a department as 整改通知 (.docx): 问题, 位置, 依据, 整改建议; errors come first."""
    document = paper.start(margin=15)
    document.core_properties.category = NOTICE
    paper.heading(document, TITLE, "Title", paper.SONG, 18, center=True)
    if letter and letter.number:
        paper.line(document, letter.number, paper.FANG, 12, center=True).paragraph_format.space_after = Pt(6)
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
    if letter:
        _close(document, letter)
    paper.save(document, path)


def _close(document: Any, letter: Letter) -> None:
    """Append until when the answer is wanted and how, whom to ask, and at the right who sends it and when."""
    until = f"请于{letter.deadline}前" if letter.deadline else "请"
    closing = [
        until + _ANSWER.format(_PROSE[letter.with_report]),
        f"联系人：{letter.contact}" if letter.contact else _CONTACT,
    ]
    for number, words in enumerate(closing):
        form = paper.line(document, words, paper.FANG, 14).paragraph_format
        form.first_line_indent, form.line_spacing, form.keep_with_next = Pt(28), 1.5, True
        form.space_before = Pt(0 if number else 10)
    for words in filter(None, (letter.office, letter.day)):
        signed = paper.line(document, words, paper.FANG, 14)
        signed.alignment, signed.paragraph_format.line_spacing = WD_ALIGN_PARAGRAPH.RIGHT, 1.5
        signed.paragraph_format.right_indent, signed.paragraph_format.keep_with_next = Pt(28), words is letter.office


def write_html(report: Report, path: Path, texts: Sequence[str] = (), figures: Sequence[FigureLine] = ()) -> None:
    """Write the same as one HTML page that needs nothing else: no script, no picture, no address, all words escaped."""
    with replacing(path) as temporary:
        temporary.write_text(html(report, texts, figures), encoding="utf-8", newline="\n")


def html(report: Report, texts: Sequence[str] = (), figures: Sequence[FigureLine] = ()) -> str:
    """Return 整改通知 as the text of an HTML page; `figures` are those of the prose, whose paragraphs are `texts`."""
    standing = _open(report)
    places = _Places(standing, figures)
    rows = "\n".join(_html_row(number, card, places) for number, card in enumerate(standing, start=1))
    unit = _escaped(report.unit)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{TITLE} {unit}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{TITLE}</h1>\n<p>{unit}：</p>\n<p>{_escaped(_opening(report))}</p>\n"
        f"<table>\n{_html_heads(HEADINGS)}<tbody>\n{rows}\n</tbody>\n</table>\n{_html_figures(texts, figures, places)}"
        "</body>\n</html>\n"
    )


class _Places:
    """Where on the page findings and figures stand, for the links between them."""

    def __init__(self, standing: Sequence[Card], figures: Sequence[FigureLine]) -> None:
        self._findings = {
            found.key: f"n{number}" for number, card in enumerate(standing, start=1) for found in card.all
        }
        self._figures: dict[str, str] = {}
        self._paragraphs = {line.paragraph for line in figures}
        for number, line in enumerate(figures, start=1):
            if line.finding is not None:
                self._figures.setdefault(line.finding.key, f"f{number}")

    def figure(self, finding: Finding) -> str:
        """Return the anchor of the figure that a finding is about, else of its paragraph; "" where neither is shown."""
        number = finding.location.paragraph
        return self._figures.get(finding.key) or (f"p{number}" if number in self._paragraphs else "")

    def finding(self, line: FigureLine) -> str:
        """Return the anchor of the finding on a figure, "" where there is none or it is explained."""
        return self._findings.get(line.finding.key, "") if line.finding else ""


def _linked(words: str, anchor: str) -> str:
    return f'<a href="#{anchor}">{words}</a>' if anchor else words


def _html_heads(headings: Sequence[str]) -> str:
    heads = "".join(f'<th scope="col">{text}</th>' for text in headings)
    return f"<thead><tr>{heads}</tr></thead>\n"


_CLASSES: Mapping[str, str] = {severity.caption: severity.value for severity in Severity} | {
    RIGHT: "right",
    OPEN: "open",
}


def _html_figures(texts: Sequence[str], figures: Sequence[FigureLine], places: _Places) -> str:
    """Return 正文逐数核对: each paragraph that holds figures as it is written, and under it a row a figure."""
    if not figures:
        return ""
    by_paragraph: dict[int, list[tuple[int, FigureLine]]] = defaultdict(list)
    for number, line in enumerate(figures, start=1):
        by_paragraph[line.paragraph].append((number, line))
    rows: list[str] = []
    for paragraph, own in by_paragraph.items():
        written = "".join(_html_text(texts[paragraph - 1], own))
        rows.append(f'<tr class="text" id="p{paragraph}"><td colspan="{len(FIGURE_HEADINGS)}">{written}</td></tr>')
        rows += [_html_figure(number, line, places) for number, line in own]
    body = "\n".join(rows)
    return (
        f"<h2>正文逐数核对</h2>\n<p>正文里的数 {len(figures)} 个：{tally(line.state for line in figures)}。"
        "“不明”是原文没有写明的，不拿它作依据；“证据”是偶然凑巧的可能有多小。</p>\n"
        f'<table class="figures">\n{_html_heads(FIGURE_HEADINGS)}<tbody>\n{body}\n</tbody>\n</table>\n'
    )


def _html_text(text: str, own: Sequence[tuple[int, FigureLine]]) -> Iterator[str]:
    """Yield a paragraph in pieces, its figures in the look of their states with links to their rows."""
    position = 0
    for number, line in own:
        yield _escaped(text[position : line.start])
        yield f'<b class="{_CLASSES[line.state]}">{_linked(_escaped(text[line.start : line.end]), f"f{number}")}</b>'
        position = line.end
    yield _escaped(text[position:])


def _html_figure(number: int, line: FigureLine, places: _Places) -> str:
    *cells, verdict = map(_escaped, line.cells)
    mark, _, rest = verdict.partition("<br>")
    said = _linked(mark, places.finding(line)) + (f"<br>{rest}" if rest else "")
    columns = "".join(f"<td>{text}</td>" for text in (*cells, said))
    return f'<tr class="{_CLASSES[line.state]}" id="f{number}">{columns}</tr>'


def _html_row(number: int, card: Card, places: _Places) -> str:
    first, mark, where, *rest = map(_led, _cells(number, card))
    cells = (first, mark, _linked(where, places.figure(card.leader)), *rest)
    return f'<tr class="{card.severity.value}" id="n{number}">{"".join(f"<td>{text}</td>" for text in cells)}</tr>'


def _led(text: str) -> str:
    """Return the first line as it is, the lines behind it smaller."""
    first, _, more = text.partition("\n")
    return _escaped(first) + (f'<br><span class="more">{_escaped(more)}</span>' if more else "")


def _escaped(text: str) -> str:
    return escape(legal(text)).replace("\n", "<br>")


def _opening(report: Report) -> str:
    errors, warnings, more = report.counts
    drawn = f"，这些之外牵出或同样的还有 {more} 条，列在各处之下" if more else ""
    return (
        f"你单位报送的部门整体支出绩效自评经审核，有错误 {errors} 处（必须改正）、预警 {warnings} 处（改正或写明原因）{drawn}，"
        f"结论为“{report.verdict}”。请对照下表整改后重新报送。"
    )


def _open(report: Report) -> list[Card]:
    """Return the errors and warnings that stand open, errors first; of a card only what does."""
    standing = (Card(card.standing[0], card.standing[1:]) for card in report.cards if card.standing)
    weighty = (card for card in standing if card.severity is not Severity.INFO)
    return sorted(weighty, key=lambda card: list(Severity).index(card.severity))


def _cells(number: int, card: Card) -> tuple[str, ...]:
    found = card.leader
    problem = "\n".join((found.message, *card.consequences()))
    advice = "\n".join(filter(None, (found.suggestion, found.culprit)))
    mark = f"{card.severity.mark}{card.severity.caption}"
    return str(number), mark, found.location.shown, problem, advice, f"{found.source}\n（{card.codes}）"
