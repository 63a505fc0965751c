"""`python -m workbook.cli`: the command `jixiao`."""

from workbook.cli import main

main()
