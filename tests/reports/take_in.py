"""Take in a set as its writer hands it in: `python -m tests.reports.take_in FOLDER` (once read, and its first reading noted).

The folder holds `sources/*.py`, each with REPORT = dict(id, unit, year, blocks, slips): blocks are ("p", text) and ("t", rows of
(text, span)); what else they import lies beside them. They are run, so take in only what you would run.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.reports.documents import FOLDER, load


def written(report: dict[str, Any]) -> str:
    """Return a report as its file holds it: a line for each paragraph, row and slip."""
    blocks = [_json(body) if kind == "p" else _lines([_row(row) for row in body], 3) for kind, body in report["blocks"]]
    slips = [
        _json({key: slip[key] for key in ("kind", "place", "good", "expect", "edits")}) for slip in report["slips"]
    ]
    head = f'"id": {_json(report["id"])}, "unit": {_json(report["unit"])}, "year": {report["year"]}'
    return f'{{\n {head},\n "blocks": {_lines(blocks, 2)},\n "slips": {_lines(slips, 2)}\n}}\n'


def _row(cells: list[tuple[str | None, int]]) -> str:
    return _json([text if span == 1 else [text, span] for text, span in cells])


def _lines(entries: list[str], depth: int) -> str:
    inner = ",\n".join(" " * depth + entry for entry in entries)
    return f"[\n{inner}\n{' ' * (depth - 1)}]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(folder: Path) -> None:
    """Write a file for each report of a folder; the faulty twin is made once, so that no edit misses."""
    sys.path[:0] = [str(folder), str(folder / "sources")]
    for source in sorted((folder / "sources").glob("*.py")):
        report = import_module(source.stem).REPORT
        path = FOLDER / f"{report['id']}.json"
        path.write_text(written(report), encoding="utf-8")
        print(path.name, len(load(path).faulty), "段和表")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
