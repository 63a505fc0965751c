"""The verb check over what departments hand in: reports and workbooks without a master."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.actions.files import by_unit, read_files
from workbook.checking.check import check_filing, earlier
from workbook.checking.outcome import Outcome, Progress, silent
from workbook.model.filing import Filing
from workbook.model.scheme import Scheme
from workbook.process import named

if TYPE_CHECKING:
    from workbook.bulk.engine import Power
    from workbook.readers.collect import Beside


def check(
    paths: Sequence[Path],
    scheme: Scheme | None = None,
    prior: Sequence[Path] = (),
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    beside: Sequence[Path] = (),
) -> Outcome:
    """Check reports, with the reports of last year to hold them against; none of them a master or a workbook with buttons."""
    earlier_ones, outcome = read_files(prior)
    tables = named("workbook.actions.beside:read_beside")(beside, outcome.refused) if beside else []
    found = check_reports(paths, scheme, by_unit(earlier_ones), (tuple(only), tuple(skip)), progress, power, tables)
    found.refused = [*outcome.refused, *found.refused]
    found.message = found.headline
    return found


def check_reports(
    paths: Sequence[Path],
    scheme: Scheme | None,
    last_year: Mapping[str, Filing],
    rules: tuple[tuple[str, ...], tuple[str, ...]],
    progress: Progress,
    power: Power | None,
    tables: Sequence[Beside] = (),
) -> Outcome:
    """Check reports and departments' workbooks; a single one without what is there for many."""
    only, skip = rules
    if len(paths) > 1 or power or paths[0].suffix.lower() == ".zip" or not paths[0].is_file():
        many = named("workbook.bulk.tasks")
        outcome: Outcome = many.check_files(
            paths,
            many.Terms(scheme, only, skip),
            last_year,
            progress,
            power or named("workbook.bulk.engine:Power")(),
            tables,
        )
        return outcome
    filings, outcome = read_files(paths)
    outcome.notes += named("workbook.actions.beside:given_out")(filings, tables) if tables else []
    for filing in filings:
        filing.prior = earlier(filing, last_year, outcome.notes)
    outcome.checked = [check_filing(filing, scheme, paths[0], only, skip) for filing in filings]
    return outcome
