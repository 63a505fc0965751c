"""The shipped templates, and the build that makes them: `python -m workbook.templates.build`.

May import the writers, the rules' catalogue and the schemes, of which the master is built. What is built is shipped: after a change of
layout, rules or schemes run `python -m macros.build`. A new sheet goes into `master/layout.py`, not here.
"""

from pathlib import Path

PARTS = Path(__file__).parent / "parts"  # what the macros need, made by `python -m macros.build`
