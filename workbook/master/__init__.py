"""The master and a department's own workbook: their sheets, how they are read, and the edits of every verb on them.

`layout` says where everything stands, `template` draws it, `read` reads it; the edits of the verbs are made by `write` (the
tables, new, fill, remove), `intake` (what came in, merged by `merge`) and `checked` (what a check leaves; `results` is 校验结果).
May import the roll-up, rules, readers and writers. A new column: `layout`; a new sheet: a module `…_sheet` here and its place in
`layout` and `template`, and an older master gets it by `upgrade`.
"""
