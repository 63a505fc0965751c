"""The roll-up of any number of departments as tables, through DuckDB: a row a department, and what a director asks of them all.

What is known of a department is one record (plain data); ten thousand of them lie in Parquet and are never all in memory. Sums
are of decimals, and every table has an order of its own, so that the roll-up is the same whatever order the records came in.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.derive import Derived
from workbook.model.bands import LOW_EXECUTION
from workbook.model.fields import ALL_EXPENSES
from workbook.model.filing import Filing
from workbook.model.findings import Report, Severity
from workbook.model.records import digest
from workbook.model.scheme import Scheme, load
from workbook.readers.collect import region_of_name
from workbook.rollup import measures
from workbook.rollup.risk import SPENDING, TWINS, figures_of, risk, sample, signs
from workbook.storage import spill
from workbook.storage.store import connection, quoted

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]
AMOUNT, RATE = "DECIMAL(20,4)", "DECIMAL(16,6)"
GRADES_APART = "\n"  # between the names of a scheme's grades, in the order of its bands
FUNDS = ("initial_budget", "annual_budget", "executed")
SHAPE = {
    "unit": "VARCHAR",
    "region": "VARCHAR",
    "year": "INTEGER",
    "verdict": "VARCHAR",
    "errors": "INTEGER",
    "warnings": "INTEGER",
    "gap": "BOOLEAN",
    **dict.fromkeys(FUNDS, AMOUNT),
    "execution_rate": RATE,
    "growth": RATE,
    "total": AMOUNT,
    "computed": AMOUNT,
    "grade": "VARCHAR",
    "grades": "VARCHAR",
    "figures": "VARCHAR",
    "expenses": f"STRUCT(name VARCHAR, prior_final {AMOUNT}, budget {AMOUNT}, final {AMOUNT}, rate {RATE})[]",
    "indicators": "STRUCT(number INTEGER, level1 VARCHAR, level2 VARCHAR, level3 VARCHAR, target VARCHAR, actual VARCHAR, "
    f"weight {AMOUNT}, score {AMOUNT}, computed {AMOUNT}, degree {RATE}, reason VARCHAR)[]",
    "findings": "STRUCT(number INTEGER, rule VARCHAR, title VARCHAR, severity VARCHAR, category VARCHAR, label VARCHAR, "
    "actual VARCHAR, expected VARCHAR, message VARCHAR, status VARCHAR, leads BOOLEAN)[]",
    "signs": "STRUCT(kind VARCHAR, words VARCHAR)[]",
}


def record(filing: Filing, derived: Derived, report: Report, scheme: Scheme, region: str = "") -> Record:
    """Return what the roll-up keeps of one department, as plain data for JSON; amounts in 万元, rates as fractions."""
    funds = filing.funds
    return {
        "unit": filing.unit or "",
        "region": region or region_of_name(filing.unit or ""),
        "year": filing.year,
        "verdict": report.verdict.partition(" ")[0],
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "gap": any(entry.rule == SPENDING for entry in report.findings),
        **{name: _text(getattr(funds, name)) for name in FUNDS},
        "execution_rate": _text(derived.at("funds.execution_rate")),
        "growth": _text(measures.growth(filing)),
        "total": _text(derived.at("total.score")),
        "computed": _text(derived.computed_total),
        "grade": derived.grade,
        "grades": GRADES_APART.join(scheme.grades),
        "figures": figures_of(filing),
        "expenses": list(_expenses(filing, derived)),
        "indicators": list(_indicators(filing, derived)),
        "findings": list(_findings(report)),
        "signs": [{"kind": entry.kind, "words": entry.words} for entry in signs(filing, derived, report, scheme)],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _expenses(filing: Filing, derived: Derived) -> Iterator[Record]:
    for name, row in filing.expenses.items():
        amounts = {part: _text(getattr(row, part)) for part in ("prior_final", "budget", "final")}
        if any(amounts.values()):
            yield {"name": ALL_EXPENSES[name], **amounts, "rate": _text(derived.control_rates.get(name))}


def _indicators(filing: Filing, derived: Derived) -> Iterator[Record]:
    for number, (row, entry) in enumerate(zip(filing.indicators, derived.indicators, strict=False), start=1):
        words = {name: getattr(row, name) for name in ("level1", "level2", "level3", "target", "actual", "reason")}
        points = {"weight": _text(row.weight), "score": _text(row.score), "computed": _text(entry.score)}
        degree = None if entry.degree is None or entry.degree > 10**9 else f"{entry.degree:.6f}"
        yield {"number": number, **words, **points, "degree": degree}


def _findings(report: Report) -> Iterator[Record]:
    for number, entry in enumerate(report.findings, start=1):
        yield {
            "number": number,
            "rule": entry.rule,
            "title": entry.title,
            "severity": entry.severity.caption,
            "category": entry.category.value,
            "label": entry.location.label,
            "leads": entry.leads,
            **{name: getattr(entry, name) for name in ("actual", "expected", "message", "status")},
        }


@dataclass(frozen=True, slots=True)
class Query:
    """One table of the roll-up: its title, the headings, and the SQL whose columns they are; kinds say how figures look."""

    title: str
    headings: tuple[str, ...]
    sql: str
    kinds: tuple[str, ...] = ()


def _counts(lines: Sequence[measures.Count], amount: str, order: str = "place") -> str:
    """Return SQL of a measure's counts, each with the sum of an amount; those of none stay, for the chart's sake."""
    return measures.table_sql([line.sql(amount) for line in lines], order)


T, C, A, R, S = "text", "count", "amount", "rate", "score"

_OVERVIEW: tuple[Query, ...] = (
    Query(
        "预算执行率分布",
        ("执行率", "单位数", "全年预算数"),
        _counts(measures.BY_EXECUTION, "annual_budget"),
        (T, C, A),
    ),
    Query(
        "控制率超过100%",
        ("经费", "超过100%的单位数", "超出金额"),
        _counts(measures.OVER_CONTROL, "final - budget", "n DESC, place"),
        (T, C, A),
    ),
    Query(
        "预算增长",
        ("全年预算比年初预算", "单位数", "增减额"),
        _counts(measures.BY_GROWTH, "annual_budget - initial_budget"),
        (T, C, A),
    ),
    Query(
        "三公经费两年对比",
        ("经费", "上年决算数", "本年预算数", "本年决算数"),
        measures.table_sql([line.sql() for line in measures.SPENT]),
        (T, A, A, A),
    ),
    Query(
        "问题按规则",
        ("规则", "级别", "条数", "涉及单位"),
        f"SELECT rule || ' ' || any_value(title), severity, count(*), count(DISTINCT unit) FROM findings WHERE {measures.OPEN_SQL} "
        "GROUP BY rule, severity ORDER BY 3 DESC, 1, 2",
        (T, T, C, C),
    ),
    Query(
        "问题按单位",
        ("单位", "错误", "预警", "总分", "等级"),
        "SELECT unit, errors, warnings, total, grade FROM units WHERE errors + warnings > 0 "
        "ORDER BY errors DESC, warnings DESC, unit",
        (T, C, C, S, T),
    ),
    Query(
        "自评得分与执行率",
        ("单位", "执行率", "总分", "执行偏低而得分高"),
        "SELECT unit, execution_rate, total, CASE WHEN gap THEN '是' ELSE '' END FROM units "
        "WHERE execution_rate IS NOT NULL AND total IS NOT NULL ORDER BY gap DESC, execution_rate, unit",
        (T, R, S, T),
    ),
)


def overview(grades: Sequence[str]) -> tuple[Query, ...]:
    """Return the tables behind the charts, for grades of these names, the best first."""
    graded = Query(
        "等级分布", ("等级", "单位数", "全年执行数"), _counts(measures.by_grade(grades), "executed"), (T, C, A)
    )
    return (graded, *_OVERVIEW, _by_region(grades))


def _by_region(grades: Sequence[str]) -> Query:
    columns = {"地区": ("region", T), "单位数": ("count(*)", C), "平均总分": (measures.MEAN_TOTAL_SQL, S)}
    columns |= {"没有总分": (measures.UNSCORED_SQL, C)}
    columns |= {line.name: (f"count(*) FILTER ({line.where})", C) for line in measures.by_grade(grades)}
    columns |= {"错误": ("sum(errors)", C), "预警": ("sum(warnings)", C)}
    columns |= {"全年预算数": ("sum(annual_budget)", A), "全年执行数": ("sum(executed)", A)}
    columns |= {"执行率": ("round(sum(executed)::DOUBLE / nullif(sum(annual_budget), 0), 4)", R)}
    sql = f"SELECT {', '.join(sql for sql, _ in columns.values())} FROM units GROUP BY region ORDER BY region"
    return Query("按地区", tuple(columns), sql, tuple(kind for _, kind in columns.values()))


LONG: tuple[Query, ...] = (
    Query(
        "部门",
        (
            "地区",
            "单位",
            "年度",
            "结论",
            "错误",
            "预警",
            "年初预算数",
            "全年预算数",
            "全年执行数",
            "执行率",
            "总分",
            "计算总分",
            "等级",
        ),
        "SELECT region, unit, year, verdict, errors, warnings, initial_budget, annual_budget, executed, execution_rate, total, "
        "computed, grade FROM units ORDER BY region, unit",
        (T, T, C, T, C, C, A, A, A, R, S, S, T),
    ),
    Query(
        "经费",
        ("地区", "单位", "经费", "上年决算数", "本年预算数", "本年决算数", "控制率"),
        "SELECT region, unit, name, prior_final, budget, final, rate FROM expenses ORDER BY region, unit, place",
        (T, T, T, A, A, A, R),
    ),
    Query(
        "绩效指标",
        (
            "地区",
            "单位",
            "序号",
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "计算得分",
            "完成程度",
            "偏差原因",
        ),
        "SELECT region, unit, number, level1, level2, level3, target, actual, weight, score, computed, degree, reason "
        "FROM indicators ORDER BY region, unit, number",
        (T, T, C, T, T, T, T, T, S, S, S, R, T),
    ),
    Query(
        "问题",
        ("地区", "单位", "规则", "名称", "级别", "类别", "位置", "填报值", "应为值", "说明", "状态"),
        "SELECT region, unit, rule, title, severity, category, label, actual, expected, message, status FROM findings "
        "ORDER BY region, unit, number",
        (T,) * 11,
    ),
    Query(
        "评分虚高",
        ("地区", "单位", "总分", "等级", "迹象", "依据"),
        "SELECT region, unit, total, grade, kind, words FROM signs ORDER BY region, unit, kind, words",
        (T, T, S, T, T, T),
    ),
)
INFLATION = Query(
    "评分虚高的迹象",
    ("迹象", "单位数"),
    "SELECT kind, count(DISTINCT unit) FROM signs GROUP BY kind ORDER BY 2 DESC, kind",
    (T, C),
)
SAMPLED = 20  # departments of the sampling plan where nobody says how many
PLAN_KINDS = (C, T, T, S, T, A)
PLAN = ("次序", "单位", "方式", "风险分", "理由", "全年执行数")


class Rollup:
    """The tables of a roll-up, held by DuckDB within its bounds."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def rows(self, query: Query) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table, a few at a time."""
        found = self._base.cursor().execute(query.sql)
        while chunk := found.fetchmany(512):
            yield from chunk

    def count(self, query: Query) -> int:
        """Return how many rows a table has."""
        return int(self.one(f"SELECT count(*) FROM ({query.sql})")[0])

    def frame(self, query: Query) -> "pd.DataFrame":
        """Return a table for pandas: amounts and rates are floats there, whole numbers integers."""
        made: pd.DataFrame = self._base.cursor().execute(query.sql).df()
        return made.set_axis(list(query.headings), axis="columns")

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        row: tuple[Any, ...] = self._base.execute(sql).fetchone()
        return row

    @cached_property
    def overview(self) -> tuple[Query, ...]:
        """Return the tables behind the charts, with the grades that its departments are graded by."""
        schemes = self._base.execute(
            "SELECT grades FROM units WHERE grades <> '' GROUP BY grades ORDER BY count(*) DESC, grades"
        ).fetchall()
        names = [name for (words,) in schemes for name in words.split(GRADES_APART)]
        given = self._base.execute("SELECT DISTINCT grade FROM units WHERE grade <> '' ORDER BY grade").fetchall()
        return overview(tuple(dict.fromkeys([*names, *(name for (name,) in given)])) or load().grades)

    def facts(self) -> dict[str, Any]:
        """Return the few figures that stand above all: departments, verdicts, sums, findings."""
        names = (
            "units",
            "clean",
            "explained",
            "refused",
            "errors",
            "warnings",
            "budget",
            "executed",
            "mean",
            "unscored",
        )
        sql = f"""SELECT count(*), count(*) FILTER (verdict = '可报送'), count(*) FILTER (verdict = '需说明'),
            count(*) FILTER (verdict = '不可报送'), coalesce(sum(errors), 0), coalesce(sum(warnings), 0),
            coalesce(sum(annual_budget), 0), coalesce(sum(executed), 0), {measures.MEAN_TOTAL_SQL}, {measures.UNSCORED_SQL} FROM units"""
        return dict(zip(names, self.one(sql), strict=True))

    def lagging(self) -> tuple[int, int]:
        """Return how many departments lag behind in spending, and how many spent more than their budget."""
        low, over = self.one(
            f"SELECT count(*) FILTER (execution_rate < {LOW_EXECUTION}), count(*) FILTER (execution_rate > 1) FROM units"
        )
        return low, over

    def plan(self, number: int, at_random: int | None = None, seed: str = "") -> list[tuple[Any, ...]]:
        """Return the sampling plan: the departments to look at, with points and reasons (columns of PLAN).

        A fifth is drawn by lot unless `at_random` says how many; the same seed draws the same.
        """
        (large,) = self.one("SELECT quantile_disc(executed, 0.9) FROM units WHERE executed > 0")
        sql = """SELECT unit, errors, warnings, execution_rate, executed, gap, coalesce(said, []) FROM units
            LEFT JOIN (SELECT unit, list(DISTINCT words ORDER BY words) AS said FROM signs GROUP BY unit) USING (unit)"""
        names = ("unit", "errors", "warnings", "execution_rate", "executed", "gap", "signs")
        found = self._base.cursor().execute(sql).fetchall()
        risks = [risk(dict(zip(names, row, strict=True)), large or Decimal(0), seed) for row in found]
        lot = number // 5 if at_random is None else at_random
        return [
            (place, entry.unit, way, entry.points, "；".join(entry.reasons) or "没有发现风险", entry.money)
            for place, (way, entry) in enumerate(sample(risks, number, lot), start=1)
        ]

    def digest(self) -> str:
        """Return what names the whole roll-up: the same for the same departments, however and in what order they were done."""
        lines = (repr(row) for query in (*self.overview, *LONG) for row in (query.title, *self.rows(query)))
        return digest(*lines)


@contextmanager
def from_records(records: Iterable[Record]) -> Iterator[Rollup]:
    """Give the roll-up of records."""
    with spill.folder() as folder:
        lines = folder / "records.json"
        with lines.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in records)
        with from_lines(lines) as tables:
            yield tables


@contextmanager
def from_lines(lines: Path) -> Iterator[Rollup]:
    """Give the roll-up of records in a file, one a line, as JSON."""
    shape = ", ".join(f"{name}: '{kind}'" for name, kind in SHAPE.items())
    source = f"read_json({quoted(lines)}, format = 'newline_delimited', columns = {{{shape}}})"
    with connection(on_disk=True) as base:
        yield _loaded(base, f"SELECT * FROM {source}")


@contextmanager
def from_parquet(files: Sequence[Path]) -> Iterator[Rollup]:
    """Give the roll-up of the records that checks left in stores (`check.parquet`)."""
    names = ", ".join(quoted(path) for path in files)
    shape = json.dumps({name: _json_shape(kind) for name, kind in SHAPE.items()})
    with connection(on_disk=True) as base:
        source = f"SELECT from_json(body::JSON -> 'record', '{shape}') AS r FROM read_parquet([{names}])"
        yield _loaded(base, f"SELECT unnest(r) FROM ({source})")


def _json_shape(kind: str) -> Any:
    """Return a column's kind as from_json takes it."""
    if not kind.startswith("STRUCT"):
        return kind
    inner = kind.removeprefix("STRUCT(").removesuffix(")[]").split(", ")
    return [dict(entry.split(" ", 1) for entry in inner)]


def _loaded(base: Any, source: str) -> Rollup:
    """Lay the records out as tables: units, expenses, indicators, findings, signs."""
    base.execute(f"CREATE TABLE records AS {source}")
    flat = ", ".join(name for name, kind in SHAPE.items() if not kind.startswith("STRUCT"))
    base.execute(f"CREATE TABLE units AS SELECT {flat} FROM records")
    base.execute("""CREATE TABLE expenses AS SELECT region, unit, i AS place, unnest(expenses[i]) FROM
        (SELECT region, unit, expenses, unnest(range(1, len(expenses) + 1)) AS i FROM records)""")
    for name in ("indicators", "findings"):
        base.execute(f"CREATE VIEW {name} AS SELECT region, unit, unnest({name}, recursive := true) FROM records")
    base.execute(f"""CREATE TABLE signs AS
        SELECT region, unit, total, grade, unnest(signs, recursive := true) FROM records UNION ALL
        SELECT region, unit, total, grade, '{TWINS}', '经费数字与「' || other || '」完全相同' FROM
            (SELECT *, CASE WHEN unit = lo THEN hi ELSE lo END AS other FROM units JOIN
                (SELECT figures, min(unit) AS lo, max(unit) AS hi FROM units WHERE figures <> ''
                 GROUP BY figures HAVING count(DISTINCT unit) > 1) USING (figures))""")
    return Rollup(base)


def records_of(checked: Iterable[Any]) -> Iterator[Record]:
    """Yield the records of filings as checked (with filing, derived, report, scheme)."""
    for entry in checked:
        yield record(entry.filing, entry.derived, entry.report, entry.scheme)
