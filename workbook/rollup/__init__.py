"""Any number of departments as one: the measures, the tables over them, the workbook and the report of a region.

`measures` holds each measure once (cell formula, SQL, value), `frames` the tables, `risk` whom to look at again, `book`,
`report` and `files` what is written. May import readers, writers and what they stand on. A new measure: an entry of
`measures`; a new table: one of `frames`, with its heading in `files`.
"""
