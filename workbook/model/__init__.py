"""What is dealt with, as plain data: fields, filings, quantities, findings, edits, the scheme, the table of verbs.

May import `process` alone: nothing of files, forms, rules or screens. A new line of 附件2: a row of `fields.py`; a new verb:
a row of `verbs.py`; a new parameter: an entry of a scheme in `schemes/`, read by `scheme.py`.
"""
