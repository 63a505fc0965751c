"""`python -m workbook`: the command `jixiao` where its script is not on the path (launchers, installers)."""

from workbook.start import main

if __name__ == "__main__":  # the service's workers load the module they were started by once more
    main()
