"""Of a workbook that the bureau exported: the filing as it was issued, against which the corrected one is held.

To whom it was issued says whose figures they are: a name typed over another in it is a contradiction, not an answer.
"""

from collections.abc import Sequence

from workbook.forms.grid import Document
from workbook.model import issued
from workbook.model.filing import SUBJECT_MARK, Filing, unit_key


def attach(source: Document, filings: Sequence[Filing]) -> None:
    """Give the filings what was issued to their departments, and the departments' names as they were issued."""
    known = {unit_key(str(held.get("unit") or "")): (held, reasons) for held, reasons in issued.unpack(source.issued)}
    for filing, key in zip(filings, _owners(filings, list(known)), strict=True):
        if key is None:
            continue
        filing.issued, filing.issued_reasons = known[key]
        owner, subject = filing.issued.get("unit"), filing.issued.get("subject")
        if owner:
            _named(filing, str(owner).removesuffix(f"{SUBJECT_MARK}{subject}"))


def _named(filing: Filing, owner: str) -> None:
    """Call a filing by the department that it was issued to; say so where another name was typed."""
    if unit_key(filing.unit) == unit_key(owner):
        return
    if filing.unit and "unit" in filing.places:  # else the file's name stands for it
        filing.claimed = filing.unit
        filing.notes.append(f"单位名称填的是“{filing.unit}”，底稿是发给“{owner}”的，按底稿作为“{owner}”")
    filing.unit = owner


def _owners(filings: Sequence[Filing], known: Sequence[str]) -> list[str | None]:
    """Return to whom each filing was issued: by the names where each is another of them, else by the order of the sheets.

    None where neither tells: sheets were taken out of a workbook of many.
    """
    if len(known) == 1:
        return [known[0]] * len(filings)
    names = [unit_key(filing.name) for filing in filings]
    if len(known) == len(filings) and set(names) != set(known):
        return list(known)
    return [name if name in known else None for name in names]
