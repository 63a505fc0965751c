"""The verbs rollup and sample: a region as a whole, and whom to look at again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.actions.books import filings_of, last_year_of, open_master, remembered
from workbook.actions.checks import check, check_master, checked_in
from workbook.actions.files import expand
from workbook.actions.session import with_forms
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.bulk.tasks import Checks, records_at
from workbook.checking.check import check_filing
from workbook.checking.outcome import ActionError, Outcome, Progress, silent
from workbook.model.findings import Report
from workbook.readers.detect import is_master
from workbook.rollup import leader_page
from workbook.rollup.files import write, write_plan, write_report
from workbook.rollup.frames import INFLATION, LONG, Rollup, from_lines, from_parquet, from_records, records_of
from workbook.storage.store import refuse_without_duckdb

if TYPE_CHECKING:
    import pandas as pd

LEADERS = "领导摘要"


@with_forms
def rollup(
    source: Path,
    to: Sequence[Path] = (),
    progress: Progress = silent,
    power: Power | None = None,
    *,
    brief: bool = False,
    prior: Sequence[Path] = (),
    remembering: bool = True,
) -> Outcome:
    """Bring a master's 部门清单 and 汇总分析 up to date, or check a folder of reports; write the roll-up where `to` says.

    `.xlsx` is the workbook with charts and tables, `.docx` and `.pdf` the report, or with `brief` (and where a file's name
    says 领导摘要) the one page for the head of the county, which holds against `prior`, last year's masters or reports.
    What 参数 names of last year is looked at unless not `remembering`: a master from outside may name anything.
    """
    if strange := [path.name for path in to if path.suffix.lower() not in (".xlsx", ".docx", ".pdf")]:
        raise ActionError(f"汇总表的文件名应以 .xlsx、.docx 或 .pdf 结尾，现为「{strange[0]}」")
    if to:
        refuse_without_duckdb()
    if is_master(source):
        last_year = last_year_of(source) if remembering else {}
        outcome = check_master(source, last_year, verb="rollup", progress=progress, power=power)
    else:
        outcome = check([source], progress=progress, power=power)
    if to:
        title = _rollup_title(source)
        with _rolled_up(source, outcome) as tables:
            for path in to:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.suffix.lower() != ".xlsx" and (brief or LEADERS in path.stem):
                    _write_page(tables, path, source, prior, outcome)
                else:
                    (write if path.suffix.lower() == ".xlsx" else write_report)(tables, path, title)
                outcome.written.append(path)
    return outcome


def _write_page(tables: Rollup, path: Path, source: Path, prior: Sequence[Path], outcome: Outcome) -> None:
    book = open_master(source) if is_master(source) else None
    # a master in parts does not know who is missing from them
    missing = None if book is None or outcome.parts else book.missing
    title = f"{book.region}{book.in_year}" if book else ""
    sources = leader_page.Sources(missing, _facts_before(prior or remembered(source)["compare"], outcome))
    leader_page.write(tables, path, f"{title}部门整体支出绩效自评情况", sources)


def _facts_before(prior: Sequence[Path], outcome: Outcome) -> dict[str, Any] | None:
    """Return the facts of last year's roll-up, None where nothing of last year is there; what cannot be read is refused."""
    filings = filings_of(expand(prior), outcome.refused)
    if not filings:
        return None
    # its sums and scores are wanted, not what is wrong with them
    checked = (check_filing(entry, None, prior[0], report=Report(entry.unit or "")) for entry in filings)
    with from_records(records_of(checked)) as tables:
        return tables.facts()


@with_forms
def sample(
    source: Path,
    number: int,
    at_random: int | None = None,
    seed: str = "",
    to: Path | None = None,
    progress: Progress = silent,
    power: Power | None = None,
) -> list[tuple[Any, ...]]:
    """Return the sampling plan of a master or a folder of reports: whom to look at again, and why; also as a workbook."""
    refuse_without_duckdb()
    with _rolled_up(source, _looked_at(source, progress, power)) as tables:
        plan = tables.plan(number, at_random, seed)
    if to is not None:
        write_plan(plan, to)
    return plan


@with_forms
def frames(source: Path, progress: Progress = silent, power: Power | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables of the roll-up of a master or a folder of reports as frames of pandas, by their titles.

    Those behind the charts (等级分布, 按地区 …) and the long ones to be turned and grouped (部门, 经费, 绩效指标, 问题, 评分虚高);
    amounts in 万元, rates as fractions. Raise StoreError or ActionError where DuckDB or pandas is lacking.
    """
    refuse_without_duckdb()
    if find_spec("pandas") is None:
        raise ActionError(
            "本机没有程序包 pandas，不能把汇总的表交给它：请运行 pip install pandas，或用 jixiao rollup --to 汇总.xlsx"
        )
    with _rolled_up(source, _looked_at(source, progress, power)) as tables:
        return {query.title: tables.frame(query) for query in (*tables.overview, INFLATION, *LONG)}


def _looked_at(source: Path, progress: Progress, power: Power | None) -> Outcome:
    """Return what a check finds in a master, or in the reports of a folder; nothing is written."""
    if volumes.has_parts(source):
        return check_master(source, progress=progress, power=power)
    if is_master(source):
        return Outcome(
            checked=checked_in(open_master(source), source, last_year_of(source), progress=progress, power=power)
        )
    return check([source], progress=progress, power=power)


def _rolled_up(source: Path, outcome: Outcome) -> AbstractContextManager[Rollup]:
    if outcome.parts:
        return from_lines(records_at(source))
    if isinstance(outcome.checked, Checks):
        return from_parquet([outcome.checked.parquet])
    return from_records(records_of(outcome.checked))


def _rollup_title(source: Path) -> str:
    if is_master(source):
        book = open_master(source)
        return f"{book.region}{book.in_year}部门整体支出绩效自评汇总"
    return "部门整体支出绩效自评汇总"
