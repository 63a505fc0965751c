"""The program: budget self-evaluations read, computed, checked, rolled up and written.

A file → `readers` (by a form of `forms`) → a filing (`model/filing.py`) → `derive` → `rules` → findings →
`writers`; `actions` are the verbs that do this, called by `cli` and by the buttons of `macros`. Who may import whom stands in
pyproject.toml (import-linter): one way down, no circle. New: a rule goes into `rules`, a form into `forms`, a button into
`model/verbs.py` and `actions`, an export format into `exports`, a line of 附件2 into `model/fields.py`, a threshold into `schemes`.
"""
