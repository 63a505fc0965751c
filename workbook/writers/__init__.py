"""What is written: official sheets and documents, the master, notices, roll-up files, and cells of workbooks that exist.

| file | holds |
|---|---|
| `package` | cells of a workbook that exists, everything else in it kept; `stream` many rows into one being made |
| `department`, `official`, `styles`, `formulas`, `word`, `paper` | 附件2, 附件3 in Excel and Word, from the forms' layouts |
| `master_layout`, `master_template`, `macro_book`, `unit_template` | the master and a department's own workbook |
| `template` | a bureau's own template, found out and filled |
| `notice`, `annotate`, `rollup_book`, `rollup_report`, `charts`, `pdf` | 整改通知, comments in Word, the roll-up |

May import forms, `derive`, filing and findings; never rules, readers or verbs. Nothing here checks: findings are handed in. A
new kind of file: a module here, and where departments are exported in it, a row and a module in `workbook/exports`.
"""
