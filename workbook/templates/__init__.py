"""The shipped templates, and the build that makes them: `python -m workbook.templates.build`."""

from pathlib import Path

PARTS = Path(__file__).parent / "parts"  # what the macros need, made by `python -m macros.build`
