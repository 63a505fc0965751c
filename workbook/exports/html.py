"""整改通知 as a page: what was found, with the report's text and its figures."""

from pathlib import Path

from workbook.checking.ledgers import ledger_of
from workbook.checking.outcome import Checked
from workbook.writers import notice


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the page into a folder; return the file."""
    target = to / f"{name}-整改通知.html"
    notice.write_html(entry.report, target, entry.filing.narrative, ledger_of(entry))
    return target
