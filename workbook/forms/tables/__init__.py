"""Tables into filings. A row goes down these steps, each knowing only those before it:

cells (one cell into one field) → lines (titles, names, signatures) → rows (what a section makes of a row) → sections (the
walk: which section begins) ; join puts the halves of one department together. Imports the forms and the model, nothing else
of ours. A new section: its handler in rows, what its heading must name in cells.
"""

from workbook.forms.tables.cells import RATE_OF, tidy
from workbook.forms.tables.join import joined, settle
from workbook.forms.tables.sections import extract

__all__ = ["RATE_OF", "extract", "joined", "settle", "tidy"]
