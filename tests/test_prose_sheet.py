"""正文核对: each checked figure bears its state and leads to its cell and its finding, and no word is lost."""

import pickle
import re
import zipfile

import pytest

from workbook import actions
from workbook.derive import derive
from workbook.edits import Rich
from workbook.master import read_master
from workbook.rules.examples import changed
from workbook.rules.prose_marks import marks
from workbook.rules.registry import check
from workbook.scheme import load


def states(narrative, **changes):
    """Return (words, state, path) of every mark on a text over the clean filing."""
    filing = changed({"narrative": narrative, **changes})
    filing.places = dict.fromkeys(filing.paths())
    derived = derive(filing, load())
    found = check(filing, load(), derived=derived).findings
    texts = filing.narrative
    return [
        (texts[mark.span.paragraph - 1][mark.span.start : mark.span.end], mark.state, mark.path)
        for mark in marks(filing, found, load(), derived)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年项目支出178.5万元。", [("178.5万元", "相符", "expenses.project.final")]),
        ("全年项目支出176.5万元。", [("176.5万元", "错误", "expenses.project.final")]),
        ("预算执行率99.36%。", [("99.36%", "相符", "funds.execution_rate")]),
        ("全年受理2753件，办结2532件，办结率93%。", [("93%", "错误", "")]),
        ("全年受理2753件，办结2532件，办结率91.97%。", [("91.97%", "相符", "")]),
        ("培训148次，其中田间126次，课堂22次。", [("148次", "相符", "")]),
        ("核定编制36人，年末在职33人。", [("36人", "相符", "staff.authorized"), ("33人", "错误", "staff.actual")]),
        ("种植面积扩大到３万亩。", []),
    ],
)
def test_every_checked_figure_is_marked(text, expected):
    assert states([text]) == expected


def test_a_rich_text_is_its_words_and_survives_another_process():
    text = Rich([("支出", ""), ("3万元", "错误"), ("", ""), ("。", "")])
    assert text == "支出3万元。"
    again = pickle.loads(pickle.dumps(text))
    assert (again, again.runs) == (text, (("支出", ""), ("3万元", "错误"), ("。", "")))


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    folder = tmp_path_factory.mktemp("总表")
    assert actions.demo(folder).refused == []
    return folder / "绩效自评总表.xlsm"


def sheet_xml(path):
    with zipfile.ZipFile(path) as archive:
        names = re.findall(r'<sheet [^>]*name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        return archive.read(f"xl/worksheets/sheet{names.index('正文核对') + 1}.xml").decode()


def test_figures_are_coloured_and_linked(master):
    xml = sheet_xml(master)
    assert '<u val="double"/>' in xml  # an error is told without its colour too
    assert re.search(r"<r><rPr>.{0,200}FF9C0006.{0,120}</rPr><t[^>]*>702\.4元</t></r>", xml)
    assert re.search(r"<r><rPr>.{0,200}FF2E7D32", xml)
    assert re.search(r"HYPERLINK\([^<]*项目支出[^<]*✗", xml)
    assert "N05 元与万元混用" in xml


def test_no_word_of_the_text_is_lost_and_a_second_check_says_the_same(master):
    texts = {filing.unit: list(filing.narrative) for filing in read_master(master).filings}
    before = sheet_xml(master)
    actions.check_master(master)
    assert {filing.unit: filing.narrative for filing in read_master(master).filings} == texts
    assert sheet_xml(master) == before
