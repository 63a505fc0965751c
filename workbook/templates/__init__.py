"""The shipped templates, and the build that makes them: `python -m workbook.templates.build`."""
