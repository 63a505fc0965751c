"""`jixiao import`: what departments hand in, into a master."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbook.cli.common import FILE, FORMAT, POWER, action, done, power_of, progress, say, verb
from workbook.process import named

if TYPE_CHECKING:
    from workbook.checking.outcome import Outcome


@verb("import")
@click.argument("master", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="只列出与总表的差异，不改动总表")
@click.option(
    "--prefer",
    type=click.Choice(["总表", "单位"]),
    default="总表",
    show_default=True,
    help="总表和单位都改过同一处时采用谁的",
)
@click.option("--year", type=click.IntRange(2000, 2100), help="把总表的年度改成这一年")
@FORMAT
@POWER
def command(
    master: Path,
    files: tuple[Path, ...],
    dry_run: bool,
    prefer: str,
    year: int | None,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Take files into a master and say what came, what is missing and what differs."""
    power = power_of(jobs, cluster)
    outcome: Outcome = action("imports:import_")(
        master, files, progress, power, dry_run=dry_run, prefer=prefer, year=year
    )
    if style == "json" and outcome.collected:
        say(json.dumps(_import_json(outcome, dry_run), ensure_ascii=False, indent=2))
        return outcome.status
    if outcome.differences:
        named("workbook.cli.console:difference_table")(outcome.differences)
    return done(outcome)


def _import_json(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    collected = named("workbook.readers.collect:to_json")(outcome.collected) if outcome.collected else {}
    return {
        **collected,
        "dry_run": dry_run,
        "notes": [words for words in outcome.notes if words],
        "differences": [asdict(entry) for entry in outcome.differences],
    }
