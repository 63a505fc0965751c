"""附件2、附件3 in the official layout, with their findings, as a workbook without buttons."""

from pathlib import Path

from workbook.outcome import Checked
from workbook.writers import department


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the workbook into a folder; return the file."""
    target = to / f"{name}.xlsx"
    department.write(entry.filing, entry.scheme, target, entry.report.findings)
    return target
