"""check --ledger: every figure of the prose with what is known of it, what gives it, what it was held against, its state."""

import contextlib
import dataclasses
import io
import json
from html.parser import HTMLParser

import pytest

from tests.test_prose_form import ROWS, report
from workbook import cli as commands
from workbook.actions import api as actions
from workbook.model.figure_lines import COLUMNS, FACETS
from workbook.narrative.accounts import accounts
from workbook.narrative.ledger import ledger

BUDGET = "2024年度年初预算1180万元，年中调增28.4万元，总支出1280.4万元。"
WORK = "受理4903件，办结4521件，办结率92.12%。\n渠道清淤由上年的31公里<b>&amp;增加到38公里</b>。"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Return a report of prose with an amount and a rate whose digits are swapped, and words that look like markup."""
    rows = [list(row) for row in ROWS]
    rows[4][2], rows[5][2] = BUDGET, WORK
    return report(tmp_path_factory.mktemp("报告") / "水利局.docx", rows)


def run(*arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = commands.run(["check", *map(str, arguments)])
    return status, out.getvalue()


def records(source):
    status, said = run(source, "--ledger", "--format", "json")
    (filing,) = json.loads(said)["filings"]
    return status, filing


def test_the_json_has_a_record_for_every_figure_of_the_text(source):
    status, filing = records(source)
    ledger = filing["ledger"]
    assert status == 1
    texts = filing["narrative"]
    assert [texts[one["paragraph"] - 1][one["start"] : one["end"]] for one in ledger] == [
        one["figure"] for one in ledger
    ]
    assert {"1180万元", "28.4万元", "1280.4万元", "4903件", "92.12%", "38公里"} <= {one["figure"] for one in ledger}
    assert all(set(one["facets"]) == set(FACETS.values()) for one in ledger)


def test_without_the_option_the_json_is_as_the_contract_says(source):
    _, said = run(source, "--format", "json")
    assert "ledger" not in json.loads(said)["filings"][0]


def test_a_figure_says_what_it_was_held_against_and_how_much_speaks_against_it(source):
    _, filing = records(source)
    rate = next(one for one in filing["ledger"] if one["figure"] == "92.12%")
    assert (rate["state"], rate["rule"]) == ("error", "N06")
    assert rate["failed"] == ["比率：4521件÷4903件＝92.21%，正文写 92.12%"]
    assert rate["evidence"] > 11
    assert rate["facets"]["rate"] == {"value": "比率", "words": "办结率"}
    given = next(one for one in filing["ledger"] if one["figure"] == "1180万元")
    assert (given["state"], given["evidence"], given["facets"]["scope"]) == ("right", None, None)
    assert given["facets"]["kind"]["value"] == "年初预算"
    assert given["explained"]


def test_no_figure_is_unverified_without_a_reason(source):
    _, filing = records(source)
    assert [one["figure"] for one in filing["ledger"] if one["state"] != "right" and not one["reason"]] == []


def test_into_a_pipe_goes_a_line_a_figure_with_its_department(source, tmp_path):
    _, filing = records(source)
    status, said = run(source, "--ledger")
    _, heads, *lines = said.splitlines()
    assert heads.split("\t") == list(COLUMNS)
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]
    assert [row["数"] for row in rows] == [one["figure"] for one in filing["ledger"]]
    rate = next(row for row in rows if row["数"] == "92.12%")
    assert (status, rate["单位"], rate["结论"]) == (1, filing["unit"], "✗ 错误 N06")
    assert (rate["对象"], rate["单位数"]) == ("不明", "—")
    assert "1/" in rate["证据"]


def test_several_files_are_listed_under_one_row_of_headings(source, tmp_path):
    other = tmp_path / "另一份.docx"
    other.write_bytes(source.read_bytes())
    _, said = run(source, other, "--ledger")
    assert said.count("\t".join(COLUMNS)) == 1
    assert said.count("\t总支出1280.4万元\t1280.4万元\t") == 2


def test_the_table_on_the_screen_names_facets_reasons_and_evidence(source, monkeypatch, capsys):
    from workbook.cli.console import ledger_tables

    monkeypatch.setenv("COLUMNS", "400")
    ledger_tables((entry, actions.ledger_of(entry)) for entry in actions.check([source]).checked)
    said = capsys.readouterr().out
    for words in (
        "是什么",
        "由什么得出",
        "对照不符",
        "性质：年初预算（",
        "不明：",
        "✗ 错误 N06",
        "凑巧如此的可能",
        "· 未核对",
    ):
        assert words in said


class Page(HTMLParser):
    """The tags, ids and inner links of a page, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.words = set(), [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def page(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("导出")
    assert commands.run(["export", str(source), "--to", str(folder), "--as", "html"]) == 0
    return next(folder.glob("*.html")).read_text(encoding="utf-8")


def test_the_page_of_a_notice_lists_every_figure_and_links_both_ways(page, source):
    made = Page(page)
    _, filing = records(source)
    assert "正文逐数核对" in made.words
    figures = [name for name in made.ids if name.startswith("f")]
    assert len(figures) == len(filing["ledger"])
    assert len(made.ids) == len(set(made.ids))
    assert {link.removeprefix("#") for link in made.links} <= set(made.ids)
    rate = next(place for place, one in enumerate(filing["ledger"], start=1) if one["figure"] == "92.12%")
    number = [found["rule"] for found in filing["findings"]].index("N06") + 1
    assert f'<a href="#f{rate}">' in page.split("正文逐数核对")[0]
    assert f'<a href="#n{number}">✗ 错误 N06</a>' in page


def test_the_words_of_the_report_stay_words_on_the_page(page):
    made = Page(page)
    assert "<b>&amp;增加到" in made.words
    assert not {"script", "img", "iframe", "link"} & made.tags
    assert all(link.startswith("#") for link in made.links)


def test_what_is_known_of_a_figure_is_decided_as_the_ledger_is_written():
    told = ledger(
        [
            "年初安排136万元，自治区下达42万元。维修年初120万元、全年160万元，支出150万元。河道清淤全年预算380万元、支出371万元。"
        ],
        ["河道清淤项目"],
        2024,
    )
    assert [one.kind for one in told.entries] == [
        "年初预算",
        "调增",
        "年初预算",
        "全年预算",
        "支出",
        "全年预算",
        "支出",
    ]
    assert told.entries[-1].project == "河道清淤项目"
    before = [dataclasses.astuple(one) for one in told.entries]
    assert accounts(told)[1].full is told.entries[3]
    assert [dataclasses.astuple(one) for one in told.entries] == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        told.entries[0].kind = "支出"
