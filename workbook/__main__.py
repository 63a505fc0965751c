"""`python -m workbook`: the command `jixiao` where its script is not on the path (launchers, installers)."""

from workbook.start import main

main()
