"""附件2、附件3 in the official layout, with their findings, as a workbook without buttons."""

from pathlib import Path

from workbook.checking.outcome import Checked
from workbook.writers import department


def write(entry: Checked, to: Path, name: str, *, filed: bool = False) -> Path:
    """Write the workbook into a folder, with its findings or `filed` as it is signed; return the file."""
    target = to / f"{name}.xlsx"
    found = () if filed else entry.report.findings
    department.write(entry.filing, entry.scheme, target, found, filed=filed)
    return target
