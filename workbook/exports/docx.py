"""附件2、附件3 in the official layout as a Word document."""

from pathlib import Path

from workbook.outcome import Checked
from workbook.writers import word


def write(entry: Checked, to: Path, name: str, *, filed: bool = False) -> Path:
    """Write the document into a folder, which is signed as it is; return the file."""
    target = to / f"{name}.docx"
    word.write(entry.filing, entry.scheme, target)
    return target
