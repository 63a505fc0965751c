"""领导摘要: exactly one page whatever comes, plain sentences, and every figure one of the roll-up's."""

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.test_rollup import filings
from workbook.actions import api as actions
from workbook.cli import run
from workbook.demo import synthetic
from workbook.derive import derive
from workbook.model.figures import percent
from workbook.model.scheme import load
from workbook.rollup import leader_page
from workbook.rollup.frames import INFLATION, LONG, Record, from_records, record
from workbook.rollup.leader_page import Sources
from workbook.rules.engine import check
from workbook.storage import office

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [record(entry, derive(entry, load()), check(entry, load()), load()) for entry in filings()]


def slow(records: list[Record]) -> list[Record]:
    """Return the records with two departments that spent little and score high."""
    first, second, *rest = records
    return [{**first, "gap": True, "execution_rate": "0.5512"}, {**second, "gap": True, "execution_rate": "0.7"}, *rest]


def shown(value: Any) -> set[str]:
    """Return how a figure of the roll-up may be written on the page."""
    if value is None or isinstance(value, str):
        return set(NUMBER.findall(value or ""))
    return {f"{value}", f"{value:,.2f}", f"{value:.2f}", percent(Decimal(str(value)))}


def test_every_figure_stands_in_the_roll_up(records: list[Record]) -> None:
    missing = ["云麓县甲局", "云麓县乙局"]
    with from_records(slow(records)) as tables:
        facts = tables.facts()
        known = {f"{facts['units'] + len(missing)}", f"{len(missing)}", "80%", "100%"}
        known |= {percent(facts["executed"] / facts["budget"])}
        for value in (*facts.values(), *tables.lagging()):
            known |= shown(value)
        for query in (*tables.overview, *LONG, INFLATION):
            for row in tables.rows(query):
                known |= {words for value in row for words in shown(value)}
        spent = next(row for row in tables.rows(leader_page.query(tables, "三公经费两年对比")))
        known |= {percent(abs((spent[3] - spent[1]) / spent[1]))}
        said = list(leader_page.lines(tables, Sources(missing, facts)))
        plan = {(entry[1], f"{entry[3]:f}") for entry in tables.plan(leader_page.LOOKED_AT, 0) if entry[3]}
        looked_at = leader_page.looked_at(tables)
    assert len(said) == 4
    for line in said:
        assert set(NUMBER.findall(line.words)) <= known, line
    assert "云麓县甲局、云麓县乙局" in said[0].words
    assert "2 个单位" in said[2].words
    assert "55.12%" in said[2].words
    assert {(unit, points) for unit, points, _ in looked_at} == plan


def test_what_is_not_known_is_not_said(records: list[Record]) -> None:
    with from_records(records) as tables:
        first, *_, last = leader_page.lines(tables, Sources())
    assert "应报" not in first.words
    assert last.words.startswith("没有上年的自评可比")
    with from_records([]) as tables:
        assert all(line.words for line in leader_page.lines(tables, Sources([], None)))


def test_the_page_has_its_sentences_two_charts_and_a_table(imported: Path, tmp_path: Path) -> None:
    path, master = tmp_path / "领导摘要.docx", Path(shutil.copy(imported, tmp_path))
    actions.rollup(master, [path, tmp_path / "一页.docx"], brief=True, prior=[imported])
    document = docx.Document(str(path))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in (
        "云麓县2024年度",
        "一、谁没有报",
        "应报 8 个单位，已报 8 个，全部报齐",
        "上年 8 个单位",
        "五、先看谁",
    ):
        assert words in text
    assert docx.Document(str(tmp_path / "一页.docx")).core_properties.category == document.core_properties.category
    assert len(document.tables[-1].rows) > 1
    pytest.importorskip("matplotlib")
    assert len(document.inline_shapes) == 2


def test_a_file_of_that_name_is_the_page_and_another_the_report(imported: Path, tmp_path: Path) -> None:
    page, report = tmp_path / "云麓县领导摘要.docx", tmp_path / "报告.docx"
    master = shutil.copy(imported, tmp_path)
    assert run(["rollup", str(master), "--to", str(page), "--to", str(report)]) == 0
    assert "一、谁没有报" in "\n".join(entry.text for entry in docx.Document(str(page)).paragraphs)
    assert len(docx.Document(str(report)).tables) > 5


def test_eighty_departments_with_long_names_are_one_page(tmp_path: Path) -> None:
    if office.find() is None:
        pytest.skip("没有安装 LibreOffice，跳过")
    made = []
    for number, entry in enumerate(synthetic(80)):
        entry.unit = f"云麓县名称特别特别长的经济技术开发区管理委员会下属第{number}事务中心"
        made.append(record(entry, derive(entry, load()), check(entry, load()), load()))
    long = [{**entry, "gap": True, "execution_rate": "0.5512", "errors": 12, "warnings": 30} for entry in made]
    missing = [f"{entry['unit']}分中心" for entry in made]
    with from_records(long) as tables:
        leader_page.write(tables, tmp_path / "页.pdf", "云麓县" * 30, Sources(missing, tables.facts()))
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "页.pdf").read_bytes())) == 1
