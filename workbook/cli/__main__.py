"""`python -m workbook.cli`: the command `jixiao`."""

from workbook.start import main

main()
