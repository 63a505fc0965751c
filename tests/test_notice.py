"""整改通知: the open findings of a department, errors first, as Word and as one page of HTML that holds words as words."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, as_handed_in
from workbook.model.findings import Card, Category, Finding, Location, Report, Severity
from workbook.model.scheme import load
from workbook.writers import notice


def finding(severity: Severity, message: str, **more: object) -> Finding:
    place = Location(path="funds.score", label="得分", sheet="附件3", cell="H5")
    return Finding(
        "F1", severity, Category.WITHIN, "某所", place, message, source="财预〔2020〕10号", suggestion="改正", **more
    )


def report(*findings: Finding, unit: str = "某所") -> Report:
    return Report(unit, list(findings))


class Page(HTMLParser):
    """What a browser would see: tags, attributes, the words of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def rows_of(path: Path) -> list[list[str]]:
    import docx

    (table,) = docx.Document(str(path)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture(params=[department for department in DEPARTMENTS if department.faults], ids=lambda entry: entry.unit)
def checked(request, tmp_path) -> Report:
    return actions.check_filing(as_handed_in(request.param), load(), tmp_path / "x.docx").report


def weighty(made: Report) -> list[Card]:
    return [card for card in made.cards if card.severity is not Severity.INFO]


def test_every_error_and_warning_has_its_row(checked, tmp_path):
    path = tmp_path / "通知.docx"
    notice.write(checked, path)
    head, *rows = rows_of(path)
    assert tuple(head) == notice.HEADINGS
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(weighty(checked)) + 1)]
    assert [row[3].split("\n")[0] for row in rows] == [card.leader.message for card in weighty(checked)]
    assert all(any(entry.message in row[3] for row in rows) for card in weighty(checked) for entry in card.all)
    assert all(all(row[column].strip() for column in range(1, 6)) for row in rows)


def test_html_says_the_same_as_word(checked, tmp_path):
    notice.write(checked, tmp_path / "通知.docx")
    notice.write_html(checked, tmp_path / "通知.html")
    page = Page((tmp_path / "通知.html").read_text(encoding="utf-8"))
    in_word = ["".join(cell.split()) for row in rows_of(tmp_path / "通知.docx")[1:] for cell in row]
    assert ["".join(cell.split()) for cell in page.cells] == in_word


def test_errors_come_first_and_explained_ones_are_left_out(tmp_path):
    made = report(
        finding(Severity.INFO, "提示一"),
        finding(Severity.WARNING, "预警一"),
        finding(Severity.WARNING, "已说明的", explanation="确有其事", status="已说明"),
        finding(Severity.ERROR, "错误一"),
    )
    notice.write(made, tmp_path / "n.docx")
    assert [row[3] for row in rows_of(tmp_path / "n.docx")[1:]] == ["错误一", "预警一"]
    text = notice.html(made)
    assert text.index("错误一") < text.index("预警一")
    assert "已说明的" not in text
    assert "错误 1 处" in text
    assert "不可报送" in text


def test_place_in_prose_is_quoted():
    place = Location(paragraph=12, quote="实际支出72.04元", words="正文第12段「实际支出72.04元」")
    made = report(Finding("N1", Severity.ERROR, Category.PROSE, "某所", place, "单位写错"))
    assert "正文第12段「实际支出72.04元」" in notice.html(made)


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b < c", "{{ 7*7 }}", "坏\x00字\x0b符"]
)
def test_words_from_outside_stay_words(tmp_path, words):
    made = report(finding(Severity.ERROR, words), unit=words)
    page = Page(notice.html(made))
    kept = words.replace("\x00", "").replace("\x0b", "")
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert not {"src", "href", "onerror"} & set(page.attributes)
    assert page.cells[3] == kept
    notice.write(made, tmp_path / "n.docx")
    assert rows_of(tmp_path / "n.docx")[1][3] == kept


def test_html_needs_nothing_from_outside(checked):
    text = notice.html(checked)
    for word in ("http:", "https:", "url(", "@import", "<script", "<link"):
        assert word not in text
    assert "@media print" in text
    assert '<meta charset="utf-8">' in text


def test_heading_row_repeats_on_every_page(tmp_path):
    import docx

    path = tmp_path / "n.docx"
    notice.write(report(*(finding(Severity.ERROR, f"第{number}条") for number in range(60))), path)
    (table,) = docx.Document(str(path)).tables
    assert len(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")) == 1
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
