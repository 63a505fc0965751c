"""A draft of the report in Word, with the filing's figures in its sentences."""

from pathlib import Path

from workbook.checking.outcome import Checked
from workbook.writers import word


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the draft into a folder; return the file."""
    target = to / f"{name}-报告初稿.docx"
    word.skeleton(entry.filing, entry.scheme, target)
    return target
