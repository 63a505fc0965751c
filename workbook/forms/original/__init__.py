"""A form as it was handed in: its lines and tables word for word, each cell with the fields that it holds.

A reader keeps it with the filing (`recorder`); what is given back is drawn from it (`pages`), with nothing changed but what
was changed in the filing since: a department's own rows, order, names, notes, blank and “无” rows, decimals as printed.

`model.original` (what is kept, as plain data and as one text) → recorder (while reading) ; words, rows, widths → pages (giving back).
Each is imported by its own name: who reads needs nothing of what draws.

May import the filing, the forms' grids and labels. Something new that a form is to keep goes into `model.original`, how it is drawn again into
`pages`.
"""
