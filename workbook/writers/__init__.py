"""What is written: official sheets and documents, the master, notices, roll-up files, and cells of workbooks that exist.

| file | holds |
|---|---|
| `package` | cells of a workbook that exists, everything else in it kept; `stream` many rows into one being made |
| `department`, `official`, `styles`, `formulas` | 附件2, 附件3 in Excel: `excel_form` from a form's layout, `excel_page` as handed in |
| `findings_sheet` | the sheet 问题 beside them |
| `word`, `paper` | 附件2, 附件3 and the report in Word |
| `macro_book` | a workbook with macros: the master, a department's own |
| `template` | a bureau's own template, found out and filled |
| `notice`, `annotate`, `charts`, `pdf` | 整改通知, comments in Word, charts, PDF through LibreOffice |

May import forms, `derive`, filing and findings; never rules, readers or verbs. Nothing here checks: findings are handed in. A
new kind of file: a module here, and where departments are exported in it, a row and a module in `workbook/exports`.
"""
