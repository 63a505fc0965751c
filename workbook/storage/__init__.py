"""What is on the disk: files replaced whole and kept (`replacing`, `history`, `journal`, `lock`), settings, caches, LibreOffice.

May import the model; nothing that knows a form, a rule or a workbook's sheets. Whoever writes a file a user keeps does it by
`replacing`; a new setting goes into `settings`, a new kind of thing kept between runs into `store` or `cache`.
"""

FOLDER = "历史版本"  # beside a workbook: what it was before, and the log
