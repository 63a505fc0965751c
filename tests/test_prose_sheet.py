"""正文核对: each figure bears its state, an unverified one says why, and each leads to its cell and its finding, and no word is lost."""

import pickle
import re
import zipfile

import pytest

from workbook.actions import api as actions
from workbook.derive import derive
from workbook.master import layout
from workbook.master.prose_sheet import unverified
from workbook.master.read import read_master
from workbook.model.edits import Rich
from workbook.model.scheme import load
from workbook.rules.engine import check
from workbook.rules.examples import changed
from workbook.rules.prose_marks import marks
from workbook.writers.package import lines_of


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
        ("全年项目支出178.5万元。", ["178.5万元 相符"]),
        ("全年项目支出187.5万元。", ["187.5万元 错误"]),
        ("预算执行率99.36%。", ["99.36% 相符"]),
        ("全年受理2753件，办结2532件，办结率91.79%。", ["2753件 未核对", "2532件 未核对", "91.79% 错误"]),
        ("全年受理2753件，办结2532件，办结率91.97%。", ["2753件 相符", "2532件 相符", "91.97% 相符"]),
        ("培训148次，其中田间126次，课堂22次。", ["148次 相符", "126次 相符", "22次 相符"]),
        ("核定编制36人，年末在职33人。", ["36人 相符", "33人 预警"]),
        ("种植面积扩大到３万亩。", ["３万亩 未核对"]),
    ],
)
def test_every_figure_is_marked_verified_or_not(text, expected):
    assert [f"{words} {state}" for words, state, _ in states([text])] == expected


def test_what_agrees_with_the_tables_leads_to_its_cell():
    assert states(["全年项目支出178.5万元。"])[0][2] == "expenses.project.final"
    assert states(["核定编制36人。"])[0][2] == "staff.authorized"


def marked(text, rules=()):
    filing = changed({"narrative": [text]})
    derived = derive(filing, load())
    found = check(filing, load(), only=rules, derived=derived).findings
    return marks(filing, found, load(), derived)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("种植面积扩大到３万亩。", "「３万亩」：正文和表格里没有能与它对照的数"),
        (
            "全年受理2753件，办结2532件，办结率91.79%。",
            "「2753件」「2532件」：与比率不合，疑错在「办结率91.79%」那一处",
        ),
        ("上年新建厕所317座。", "「317座」：是上年的数，没有同期的数能与它对照"),
    ],
)
def test_it_is_said_why_a_figure_is_not_verified(text, words):
    assert unverified(text, marked(text)) == words


def test_a_figure_whose_rule_was_left_out_is_not_called_right():
    (mark,) = marked("全年项目支出187.5万元。", ["F01"])
    assert (mark.state, "规则没有执行" in mark.words) == ("未核对", True)


def test_many_unverified_figures_keep_the_row_low():
    text = "".join(
        f"修缮{place}号渠道{place * 7 + 2.5}公里，投放设备{place + 3}台约{place + 1}套。" for place in range(40, 300)
    )
    words = unverified(text, marked(text))
    assert words
    assert lines_of(words, layout.table("正文核对").columns[5].width) <= 3
    assert layout.table("正文核对").columns[5].heading == "未核对的数"


def test_the_figures_are_weighed_once_for_check_and_sheet(monkeypatch, tmp_path):
    from workbook.narrative import evidence

    weighed = []
    judge = evidence.judge
    monkeypatch.setattr(evidence, "judge", lambda filing, *more: weighed.append(filing.unit) or judge(filing, *more))
    assert actions.demo(tmp_path / "总表").refused == []
    weighed.clear()
    actions.check_master(tmp_path / "总表" / "绩效自评总表.xlsm")
    assert weighed
    assert len(weighed) == len(set(weighed))


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
    assert re.search(r"<r><rPr>.{0,200}FF7F7F7F", xml)
    assert "没有能与它对照的数" in xml
    assert re.search(r"HYPERLINK\([^<]*项目支出[^<]*✗", xml)
    assert "N05 元与万元混用" in xml


def test_no_word_of_the_text_is_lost_and_a_second_check_says_the_same(master):
    texts = {filing.unit: list(filing.narrative) for filing in read_master(master).filings}
    before = sheet_xml(master)
    actions.check_master(master)
    assert {filing.unit: filing.narrative for filing in read_master(master).filings} == texts
    assert sheet_xml(master) == before
