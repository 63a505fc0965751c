"""The roll-up: the same from records and from Parquet, in any order; its workbook, report, signs and sampling plan."""

import json
import random
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.test_collect import hand_in
from workbook.actions import api as actions
from workbook.cli import run
from workbook.demo import as_handed_in, synthetic
from workbook.demo.departments import DEPARTMENTS
from workbook.derive import derive
from workbook.model.filing import Filing, Indicator
from workbook.model.scheme import load
from workbook.rollup import files, frames
from workbook.rollup.book import CHARTS
from workbook.rollup.frames import INFLATION, LONG, Record, from_parquet, from_records, record
from workbook.rollup.risk import EASILY, EXACT, FULL, TWINS, signs
from workbook.rules.engine import check
from workbook.storage.cache import store_of


def filings() -> list[Filing]:
    return [*map(as_handed_in, DEPARTMENTS), *synthetic(16)]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [record(entry, derive(entry, load()), check(entry, load()), load()) for entry in filings()]


def table(tables: frames.Rollup, title: str) -> list[tuple[Any, ...]]:
    query = next(entry for entry in (*tables.overview, *LONG, INFLATION) if entry.title == title)
    return list(tables.rows(query))


def test_order_does_not_matter(records: list[Record], tmp_path: Path) -> None:
    mixed = records[:]
    random.Random(5).shuffle(mixed)
    made = []
    for place, some in enumerate((records, mixed)):
        with from_records(some) as tables:
            files.write(tables, tmp_path / f"{place}.xlsx", "汇总")
            made.append((tables.digest(), tables.plan(10), (tmp_path / f"{place}.xlsx").read_bytes()))
    assert made[0] == made[1]


def test_figures_are_those_of_the_filings(records: list[Record]) -> None:
    with from_records(records) as tables:
        facts = tables.facts()
        grades = {row[0]: row[1] for row in table(tables, "等级分布")}
        expenses = {row[0]: row[1:] for row in table(tables, "三公经费两年对比")}
        over = {row[0]: row[1] for row in table(tables, "控制率超过100%")}
        by_rule = sum(row[2] for row in table(tables, "问题按规则"))
    held = filings()
    results = [derive(entry, load()) for entry in held]
    assert facts["units"] == len(held)
    assert facts["executed"] == sum(entry.funds.executed or 0 for entry in held)
    assert sum(grades.values()) == sum(result.grade is not None for result in results)
    wanted = [
        getattr(entry.expenses["three_public"], part) or 0
        for part in ("prior_final", "budget", "final")
        for entry in held
    ]
    assert sum(expenses["三公经费"]) == sum(wanted)
    assert over.get("项目支出", 0) == sum(result.control_rates.get("project", 0) > 1 for result in results)
    assert by_rule == sum(len(entry["findings"]) for entry in records)


def test_parquet_gives_what_records_give(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder rolled up by the command (two processes, Parquet) has the figures of its filings checked one by one."""
    from workbook.readers import read

    paths = hand_in(tmp_path / "报来", filings())
    assert run(["rollup", str(tmp_path / "报来"), "--to", str(tmp_path / "汇总.xlsx"), "--jobs", "2"]) == 0
    capsys.readouterr()
    one_by_one = [filing for path in paths for filing in read(path)]
    with (
        from_parquet([store_of(tmp_path / "报来") / "check.parquet"]) as many,
        from_records(record(entry, derive(entry, load()), check(entry, load()), load()) for entry in one_by_one) as few,
    ):
        assert many.digest() == few.digest()


def test_the_workbook_has_its_charts(records: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    with from_records(records) as tables:
        files.write(tables, path, "汇总")
        filled = sum(bool(table(tables, chart.title)) for chart in CHARTS)
    with zipfile.ZipFile(path) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == filled >= 8


def test_a_table_longer_than_a_sheet_goes_on_another(
    records: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    monkeypatch.setattr(rollup_book(), "LAST", 51)
    with from_records(records) as tables:
        files.write(tables, tmp_path / "汇总.xlsx", "汇总")
        count = len(table(tables, "绩效指标"))
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", read_only=True)
    sheets = [name for name in book.sheetnames if name.startswith("绩效指标")]
    assert len(sheets) == -(-count // 50)
    assert sum(len(list(book[name].iter_rows())) - 1 for name in sheets) == count


def rollup_book() -> Any:
    from workbook.rollup import book as module

    return module


def test_text_from_outside_is_never_a_formula(tmp_path: Path) -> None:
    (filing,) = synthetic(1)
    filing.unit = '=HYPERLINK("http://x","局")'
    filing.indicators[0].level3 = "+1"
    with from_records([record(filing, derive(filing, load()), check(filing, load()), load())]) as tables:
        files.write(tables, tmp_path / "汇总.xlsx", "=1+1")
    with zipfile.ZipFile(tmp_path / "汇总.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in text for text in sheets)


def test_the_report_has_sections_tables_and_pictures(records: list[Record], tmp_path: Path) -> None:
    import docx

    with from_records(records) as tables:
        files.write_report(tables, tmp_path / "报告.docx", "云麓县2024年度汇总")
    document = docx.Document(str(tmp_path / "报告.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert f"共汇总 {len(records)} 个单位" in text
    assert len(document.tables) >= 7
    pytest.importorskip("matplotlib")
    assert len(document.inline_shapes) >= 6


def kinds(filing: Filing) -> set[str]:
    result = derive(filing, load())
    return {entry.kind for entry in signs(filing, result, check(filing, load()), load())}


def rows(*values: tuple[str, str, str]) -> Filing:
    filing = Filing(unit="某县水利局", year=2024, form="l1")
    filing.indicators = [
        Indicator("产出指标", "数量指标", f"完成{place}", target, actual, Decimal(8), Decimal(score))
        for place, (target, actual, score) in enumerate(values)
    ]
    return filing


@pytest.mark.parametrize(
    ("values", "present", "absent"),
    [
        ([("≥10个", "11个", "8")] * 6, {FULL}, {EXACT, EASILY}),
        ([("≥10个", "10个", "8")] * 5 + [("≥10个", "9个", "7.2")], {EXACT}, {FULL, EASILY}),
        ([("≥10个", "13个", "8")] * 5 + [("≥10个", "9个", "7.2")], {EASILY}, {FULL, EXACT}),
        ([("≥10个", "10个", "8")] * 4, set(), {FULL, EXACT, EASILY}),
        ([("≥10个", "10.5个", "8")] * 3 + [("≥10个", "9个", "7.2")] * 3, set(), {FULL, EXACT, EASILY}),
    ],
)
def test_signs(values: list[tuple[str, str, str]], present: set[str], absent: set[str]) -> None:
    found = kinds(rows(*values))
    assert present <= found
    assert not absent & found


def test_twins_are_seen_in_two_departments_and_no_other(records: list[Record]) -> None:
    copied = {**records[0], "unit": "云麓县抄写局"}
    with from_records([*records, copied]) as tables:
        twins = {row[1]: row[5] for row in table(tables, "评分虚高") if row[4] == TWINS}
    assert set(twins) == {records[0]["unit"], "云麓县抄写局"}
    assert "云麓县抄写局" in twins[records[0]["unit"]]


def plan(records: list[Record], number: int, **options: Any) -> list[tuple[Any, ...]]:
    with from_records(records) as tables:
        return tables.plan(number, **options)


def test_the_plan_ranks_by_risk_and_says_why(records: list[Record]) -> None:
    rows = plan(records, 10, at_random=2)
    points = [row[3] for row in rows if row[2] == "按风险"]
    assert len(points) == 8
    assert points == sorted(points, reverse=True)
    assert [row[2] for row in rows[8:]] == ["随机", "随机"]
    assert len({row[1] for row in rows}) == 10
    worst = next(entry for entry in records if entry["unit"] == rows[0][1])
    assert worst["errors"] > 1
    assert f"错误 {worst['errors']} 处" in rows[0][4]


def test_the_lot_is_drawn_by_its_seed(records: list[Record]) -> None:
    drawn = [[row[1] for row in plan(records, 12, at_random=8, seed=seed)] for seed in ("甲", "甲", "乙")]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize("number", [1, 3, 1000])
def test_the_plan_is_never_longer_than_the_departments(records: list[Record], number: int) -> None:
    assert len(plan(records, number)) == min(number, len(records))


def empty() -> Iterator[Record]:
    yield from ()


def test_no_department_is_no_crash(tmp_path: Path) -> None:
    with from_records(empty()) as tables:
        files.write(tables, tmp_path / "汇总.xlsx", "汇总")
        files.write_report(tables, tmp_path / "报告.docx", "汇总")
        assert tables.plan(5) == []


def test_the_command_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(tmp_path / "报来", filings()[:5])
    arguments = [
        "sample",
        str(tmp_path / "报来"),
        "--number",
        "3",
        "--to",
        str(tmp_path / "抽查.xlsx"),
        "--format",
        "json",
    ]
    assert run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert [entry["次序"] for entry in said] == [1, 2, 3]
    assert all(entry["理由"] for entry in said)
    assert (tmp_path / "抽查.xlsx").is_file()


def test_the_tables_are_given_to_pandas_to_be_turned(imported: Path) -> None:
    made = actions.frames(imported)
    by_unit = made["经费"].pivot_table(index="单位", columns="经费", values="本年决算数", aggfunc="sum")
    filings = {filing.unit: filing for filing in actions.open_master(imported).filings}
    assert set(by_unit.index) == set(filings)
    for unit, filing in filings.items():
        assert round(by_unit.at[unit, "项目支出"], 2) == float(filing.expenses["project"].final or 0)
    assert made["问题"].groupby("单位").size().sum() == len(made["问题"]) > 0
    assert made["按地区"]["单位数"].sum() == len(made["部门"]) == len(filings)
