"""附件2、附件3 as PDF: LibreOffice prints the workbook."""

from pathlib import Path

from workbook.checking.outcome import Checked
from workbook.exports import xlsx
from workbook.writers.pdf import to_pdf


def write(entry: Checked, to: Path, name: str, *, filed: bool = False) -> Path:
    """Write the PDF (and the workbook, where it is not there) into a folder; return the PDF."""
    existing = to / f"{name}.xlsx"
    source = existing if existing.exists() else xlsx.write(entry, to, name, filed=filed)
    target = to / f"{name}.pdf"
    to_pdf(source, target)
    return target
