"""What a workbook is, told by its sheets: light, because every check of a file asks it first."""

from pathlib import Path

SPREADSHEETS = (".xlsx", ".xlsm")
MASTER = {"部门清单", "校验结果", "绩效指标"}


def sheet_names(path: Path) -> set[str]:
    """Return the names of a workbook's sheets, none where it cannot be read."""
    import zipfile

    from workbook.readers.survey import names_of_sheets

    try:
        with zipfile.ZipFile(path) as archive:
            return names_of_sheets(archive)
    except Exception:  # whatever hostile content makes a library raise: it has none that can be read
        return set()


def is_master(path: Path) -> bool:
    """Return whether a file is a master workbook: it has the master's sheets, whatever its name."""
    return path.suffix.lower() in SPREADSHEETS and path.is_file() and sheet_names(path) >= MASTER
