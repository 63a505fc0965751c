"""附件2、附件3 in the official layout as a Word document."""

from pathlib import Path

from workbook.checking import annotation
from workbook.checking.outcome import Checked
from workbook.storage import spill
from workbook.writers import word


def write(entry: Checked, to: Path, name: str, *, filed: bool = False) -> Path:
    """Write the document into a folder, with what was found as comments at its words or `filed` without; return the file."""
    target = to / f"{name}.docx"
    if filed or not entry.report.findings:
        word.write(entry.filing, entry.scheme, target)
        return target
    with spill.folder() as folder:
        raw = folder / target.name
        word.write(entry.filing, entry.scheme, raw)
        annotation.annotate_export(entry, raw, target)
    return target
