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


# what the bureau's own workbooks are, by sheets that each of them has
OURS = (
    (MASTER, "绩效自评总表"),
    ({"汇总分析", "等级分布", "抽查计划"}, "汇总表"),
    ({"分册索引"}, "总表的分册索引"),
    ({"抽查计划"}, "抽查计划"),
)


def ours(path: Path) -> str:
    """Return what a file is where the bureau made it for itself (总表, 汇总表 …), "" for what a department may hand in."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return ""
    names = sheet_names(path)
    return next((words for sheets, words in OURS if names >= sheets), "" if names else _document(path))


def _document(path: Path) -> str:
    """Return what a document of ours says that it is, "" of any other."""
    import re
    import zipfile

    from workbook.issued import NOTICE, REPORT

    try:
        with zipfile.ZipFile(path) as archive:
            held = archive.open("docProps/core.xml").read(100_000).decode("utf-8", "replace")
    except Exception:  # whatever hostile content makes a library raise: it says nothing
        return ""
    found = re.search(r"<cp:category>([^<]{1,20})</cp:category>", held)
    return found[1] if found and found[1] in (REPORT, NOTICE) else ""
