"""The rules, a file a subject, with a table of cases beside each (`funds.py`, `funds.cases.yaml`).

| file | holds |
|---|---|
| `registry` | what a rule is (`@rule`, `Hit`) and the table of all; finds the modules by itself |
| `engine` | runs them over a filing: what is skipped, cells, messages, then `culprit` (the likeliest wrong cell) and `causes` (cards) |
| `explanations`, `compare`, `catalogue`, `examples` | 出错说明, two schemes, 规则说明, the cases |
| `local`, `expression` | a bureau's own rules, and the conditions they are written in |
| `basis`, `rows`, `words` | what several rules share: 口径, the rows of indicators, words |
| `prose_ledger`, `prose_marks` | the figures of the running text for people: each with what gives it, and what became of it |
| `beside/`, `prose/` | rules on the tables beside the form; on the running text |

May import `derive`, `narrative`, the scheme, the filing and what they stand on; nothing of files, forms or writers. A new rule:
a function under `@rule` in the file of its subject (its threshold in `schemes/national.toml`), and cases both ways beside
it. An identity between cells goes into `derive/identities.py`, of which rule, culprit and live control are made.
"""
