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


def build_master(target: Path = MASTER, parts: Path | None = PARTS) -> Path:
    """Build the blank master at a path and return the path; without `parts` it has no buttons and no ribbon."""
    _, *rules = table_rows()
    scheme = load()
    properties = {"方案": scheme.id, "方案指纹": scheme.hash}
    vba = parts / "vbaProject.bin" if parts else None
    texts: Sequence[Sequence[str]] = json.loads((parts / "texts.json").read_text("utf-8")) if parts else ()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "master.xlsm"
        build(raw, to_rows(scheme), rules, vba, texts, properties, EXAMPLES)
        finish(raw, target, (parts / "customUI14.xml").read_bytes() if parts else b"")
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{build_master().name}\n")
