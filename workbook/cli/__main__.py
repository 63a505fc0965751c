"""`python -m workbook.cli`: the command `jixiao`."""

from workbook.start import main

if __name__ == "__main__":  # the service's workers load the module they were started by once more
    main()
