"""整改通知 in Word: what was found, for the department."""

from pathlib import Path

from workbook.checking.outcome import Checked
from workbook.writers import notice


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the notice into a folder; return the file."""
    target = to / f"{name}-整改通知.docx"
    notice.write(entry.report, target)
    return target
