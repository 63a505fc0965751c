"""A form as it was handed in: its lines and tables word for word, each cell with the fields that it holds.

A reader keeps it with the filing (`Recorder`); what is given back is drawn from it (`pages`), with nothing changed but what
was changed in the filing since: a department's own rows, order, names, notes, blank and “无” rows, decimals as printed.

kept (what is kept, as plain data and as one text) → recorder (while reading) ; words, rows, widths → pages (giving back).

May import the filing, the forms' grids and labels. Something new that a form is to keep goes into `kept`, how it is drawn again into
`pages`.
"""

from workbook.forms.original.kept import ABOVE, BELOW, MARK, Line, Original, Prose, pack, unpack
from workbook.forms.original.pages import Page, pages
from workbook.forms.original.recorder import Recorder
from workbook.forms.original.rows import rows_behind

__all__ = [
    "ABOVE",
    "BELOW",
    "MARK",
    "Line",
    "Original",
    "Page",
    "Prose",
    "Recorder",
    "pack",
    "pages",
    "rows_behind",
    "unpack",
]
