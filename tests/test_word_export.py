"""Reports as Word: every field comes back when they are read, whatever stands in it, and the skeleton holds the figures."""

import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.office import convert
from tests.strategies import filings
from workbook.demo import DEPARTMENTS, as_handed_in, compose
from workbook.derive import derive
from workbook.model.filing import Filing, to_json
from workbook.model.scheme import load
from workbook.readers import read
from workbook.storage.replacing import KeepError
from workbook.templates.word.build import build
from workbook.writers import word

SECTIONS = list("一二三四五六七八九")


def name_of(value: object) -> str:
    return str(getattr(value, "unit", value))


def round_trip(filing: Filing, path: Path) -> Filing:
    word.write(filing, load(), path)
    (back,) = read(path)
    return back


def expected(filing: Filing) -> dict:
    """Return the filing as JSON with the computed values in its blank derived fields: that is what is printed."""
    for path, value in derive(filing, load()).values.items():
        if value is not None and filing.get(path) is None and path not in filing.unread:
            filing.set(path, value)
    return to_json(filing)


@pytest.mark.parametrize("department", DEPARTMENTS, ids=name_of)
def test_every_field_comes_back(department, tmp_path):
    filing = as_handed_in(department)
    back = round_trip(filing, tmp_path / "报告.docx")
    assert to_json(back) == expected(filing)
    assert back.class_weights == filing.class_weights


@pytest.mark.parametrize("name", ["000", "001", "002"])
def test_published_reports_come_back(seeds, tmp_path, name):
    (filing,) = read(seeds / f"{name}.docx")
    back = to_json(round_trip(filing, tmp_path / "报告.docx"))
    wanted = expected(filing)
    for part in ("staff", "expenses", "project_lines", "funds", "income", "outlay", "indicators", "total"):
        assert back[part] == wanted[part], part


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(filing=filings())
def test_made_filings_come_back(filing, tmp_path):
    back = to_json(round_trip(filing, tmp_path / "报告.docx"))
    assert back == expected(filing), "the prose too"


@pytest.mark.parametrize("year", [2019, 2024, 2031])
def test_year_of_every_heading_is_the_filings(tmp_path, year):
    path = tmp_path / "报告.docx"
    word.write(compose(DEPARTMENTS[0], year), load(), path)
    text = paragraphs(path)
    headings = [line for line in text if line.endswith(("报告", "基础数据表", "自评表"))]
    assert len(headings) == 3
    assert all(line.startswith(f"{year}年度") for line in headings)
    (filing,) = read(path)
    assert set(filing.years.values()) <= {year, year - 1}


def paragraphs(path: Path) -> list[str]:
    import docx

    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


@pytest.mark.parametrize(
    "words", ["{{ 7*7 }}", "{% for x in y %}", "<w:p/>&amp;", "=1+1", "坏\x00字\x1f符", "第一行\n第二行"], ids=repr
)
def test_words_from_outside_stay_words(tmp_path, words):
    filing = compose(DEPARTMENTS[0])
    filing.goals.expected, filing.indicators[0].level3, filing.project_lines[0].name = words, f"名{words}", f"项{words}"
    kept = words.replace("\x00", "").replace("\x1f", "")
    for writer, name in ((word.write, "w.docx"), (word.skeleton, "s.docx")):
        writer(filing, load(), tmp_path / name)
        (back,) = read(tmp_path / name)
        assert "".join((back.goals.expected or "").split()) == "".join(kept.split())
        assert "".join((back.indicators[0].level3 or "").split()) == "".join(f"名{kept}".split())


def test_skeleton_has_nine_sections_with_the_figures(tmp_path):
    filing = compose(DEPARTMENTS[0])
    filing.narrative = []
    path = tmp_path / "骨架.docx"
    word.skeleton(filing, load(), path)
    text = paragraphs(path)
    assert [line[0] for line in text if line[1:2] == "、"] == SECTIONS
    whole = "\n".join(text)
    for words in (
        "年初预算611万元",
        "全年预算621.3万元",
        "全年执行617.35万元",
        "预算执行率99.36%",
        "自评总分97.94分",
        "等级为“优”",
    ):
        assert words in whole
    for line in filing.project_lines:
        assert f"{line.name}：年初预算" in whole
    assert "扣2分" in whole
    assert "{" not in whole
    (back,) = read(path)
    assert {**to_json(back), "narrative": []} == to_json(filing)


def test_skeleton_of_a_blank_filing_leaves_lines_to_write_on(tmp_path):
    filing = Filing(unit="云麓县某所", year=2024, form="l1")
    word.skeleton(filing, load(), tmp_path / "空.docx")
    text = "\n".join(paragraphs(tmp_path / "空.docx"))
    assert f"核定编制{word.BLANK}人" in text
    assert "None" not in text
    assert "【请填写：存在的问题及原因】" in text


def test_shipped_skeleton_is_what_its_source_builds(tmp_path):
    fresh = tmp_path / "skeleton.docx"
    build(fresh)
    shipped = Path(word.__file__).parents[1] / "templates" / "word" / "skeleton.docx"
    with zipfile.ZipFile(fresh) as one, zipfile.ZipFile(shipped) as other:
        assert one.namelist() == other.namelist()
        assert one.read("word/document.xml") == other.read("word/document.xml")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "报告.docx"
    path.write_bytes("旧".encode())
    monkeypatch.setattr("docx.document.Document.save", lambda *_: (_ for _ in ()).throw(OSError(28, "满了")))
    with pytest.raises(KeepError, match="磁盘已满"):
        word.write(compose(DEPARTMENTS[0]), load(), path)
    assert path.read_bytes() == "旧".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_heavy_libraries_wait_until_a_file_is_written():
    code = "import sys, workbook.exports, workbook.actions.exports; print([m for m in ('docx', 'docxtpl') if m in sys.modules])"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "[]"


@pytest.mark.office
def test_libreoffice_shows_every_page_and_table(tmp_path):
    import docx

    filing = compose(DEPARTMENTS[1])
    filing.indicators[2].reason = "原因说明" * 60
    path = tmp_path / "报告.docx"
    word.write(filing, load(), path)
    (again,) = convert([path], "docx:MS Word 2007 XML", tmp_path)
    assert len(docx.Document(str(again)).tables) == 2
    (back,) = read(again)
    assert back.funds.executed == filing.funds.executed
    assert [row.level3 for row in back.indicators] == [row.level3 for row in filing.indicators]
    assert back.total.score == filing.total.score != Decimal(0)
