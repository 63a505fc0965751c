"""Rules that hold the self-evaluation against the tables beside it: final accounts, budget, approved targets.

May import what other rules may (never a file); the figures are those of `filing.given`. A new identity: a `Match` in
`workbook/derive/beside.py` or an `Inside` in `inside`, a rule over it here, its cases beside it.
"""
