"""`jixiao new`: an empty master, or the workbook of one department."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from workbook.cli.common import FILE, SCHEME, action, done, scheme_of, verb


@verb("new")
@click.argument("master", type=FILE)
@click.option("--year", type=click.IntRange(2000, 2100), help="自评的是哪一年，默认去年（自评在次年做）")
@click.option("--region", default="", help="地区或财政局名称")
@SCHEME
@click.option("--unit", default="", help="单位名称：新建这个单位自己用的工作簿，而不是总表")
def command(master: Path, year: int | None, region: str, scheme: str | None, unit: str) -> int:
    """Make the workbook and say where it lies."""
    given = scheme_of(scheme) if scheme else None
    wanted = year or date.today().year - 1  # noqa: DTZ011
    outcome = action("new")(master, year=wanted, region=region, scheme=given, unit=unit)
    if year is None:
        outcome.message += f"，自评年度 {wanted}（默认去年；不是的，在「首页」改，或删去它，用 --year 重建）"
    return done(outcome)
