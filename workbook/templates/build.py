"""Build the shipped templates from their sources: the scheme, the catalogue of rules and the layout of the master.

`python -m workbook.templates.build` writes `master.xlsm` beside this file. The same sources give the same bytes.
Macros, ribbon and their texts lie in `parts/`, made by `python -m macros.build`.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from workbook.master.template import build
from workbook.model.scheme import load, to_rows
from workbook.rules.catalogue import table_rows
from workbook.rules.local import EXAMPLES
from workbook.templates import PARTS
from workbook.writers.macro_book import finish

MASTER = Path(__file__).parent / "master.xlsm"


def build_master(target: Path = MASTER) -> Path:
    """Build the blank master, with its buttons and its ribbon, at a path and return the path."""
    _, *rules = table_rows()
    scheme = load()
    properties = {"方案": scheme.id, "方案指纹": scheme.hash}
    texts: Sequence[Sequence[str]] = json.loads((PARTS / "texts.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "master.xlsm"
        build(raw, to_rows(scheme), rules, PARTS / "vbaProject.bin", texts, properties, EXAMPLES)
        finish(raw, target, (PARTS / "customUI14.xml").read_bytes())
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{build_master().name}\n")
