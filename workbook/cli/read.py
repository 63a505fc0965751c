"""`jixiao read`: what was read of a file, unchecked: a self-evaluation, or the tables beside one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbook.cli.common import FILE, FORMAT, action, refused, say, verb
from workbook.model.figures import json_number, shown
from workbook.process import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbook.checking.outcome import Outcome
    from workbook.readers.collect import Beside


@verb("read")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def command(files: tuple[Path, ...], style: str) -> int:
    """Show what was read."""
    outcome: Outcome
    filings, outcome = action("files:read_files")(action("files:expand")(files))
    # what is no self-evaluation may be final accounts, a budget or targets
    left, outcome.refused = outcome.refused, []
    tables: list[Beside] = []
    for entry in left:
        if parts := action("beside:read_beside")([entry.path], []):
            tables += parts
        else:
            outcome.refused.append(entry)
    if style == "json":
        held: dict[str, Any] = {"filings": [named("workbook.model.filing:to_json")(filing) for filing in filings]}
        if tables:
            held["tables"] = [{"file": part.name, "unit": part.given.unit, **_plain(part)} for part in tables]
        say(json.dumps(held, ensure_ascii=False, indent=2))
    else:
        for filing in filings:
            named("workbook.cli.console:filing_table")(filing)
        for part in tables:
            for line in _lines(part):
                say(line)
    refused(outcome)
    return outcome.status


def _plain(part: Beside) -> dict[str, Any]:
    figures = [
        {"key": e.key, "value": json_number(e.value), "year": e.year, **e.spot._asdict()} for e in part.given.figures
    ]
    weights = [None if entry.weight is None else json_number(entry.weight) for entry in part.given.targets]
    targets = [
        {**e._asdict(), "weight": weight, "spot": e.spot._asdict()}
        for e, weight in zip(part.given.targets, weights, strict=True)
    ]
    return {"figures": figures, "targets": targets, "notes": part.given.notes}


def _lines(part: Beside) -> Iterator[str]:
    """Yield what was read of a file, a line a figure or an indicator, its cells parted by tabs."""
    yield f"{part.name}\t{part.given.unit or ''}"
    for figure in part.given.figures:
        yield "\t".join(
            (figure.spot.source, shown(figure.value), str(figure.year or ""), figure.spot.sheet, figure.spot.cell)
        )
    for entry in part.given.targets:
        points = "" if entry.weight is None else f"{shown(entry.weight)}分"
        yield "\t".join((entry.level1 or "", entry.level2 or "", entry.level3, entry.target or "", points))
    yield from part.given.notes
