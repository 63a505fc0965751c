"""Of a workbook that the bureau exported: the filing as it was issued, against which the corrected one is held."""

from collections.abc import Sequence

from workbook import issued
from workbook.filing import Filing
from workbook.forms.grid import Document
from workbook.forms.labels import squeeze


def attach(source: Document, filings: Sequence[Filing]) -> None:
    """Give the filings what was issued to their departments."""
    known = {squeeze(str(held.get("unit") or "")): (held, reasons) for held, reasons in issued.unpack(source.issued)}
    for filing in filings:
        name = squeeze(filing.unit or "")
        if name not in known and len(known) == len(filings) == 1:
            name = next(iter(known))  # the department has put its name right
        if name in known:
            filing.issued, filing.issued_reasons = known[name]
