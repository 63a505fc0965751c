"""Build the shipped templates from their sources: the scheme, the catalogue of rules and the layout of the master.

`python -m workbook.templates.build` writes `master.xlsm` beside this file. The same sources give the same bytes.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

from workbook.rules.catalogue import table_rows
from workbook.scheme import load, to_rows
from workbook.writers.master_template import build

MASTER = Path(__file__).parent / "master.xlsm"
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_master(target: Path = MASTER) -> Path:
    """Build the blank master at a path and return the path."""
    _, *rules = table_rows()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "master.xlsx"
        build(raw, to_rows(load()), rules)
        _as_macro_enabled(raw, target)
    return target


def _as_macro_enabled(raw: Path, target: Path) -> None:
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(_PLAIN, _MACRO)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            out.writestr(entry, content)


if __name__ == "__main__":
    sys.stdout.write(f"{build_master().name}\n")
