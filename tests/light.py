"""Every command, one after another, in a Python that lacks what some machines cannot have: run by test_light in a venv.

`python light.py FOLDER`: prints what each answered, as JSON: words, status, what was said.
"""

import contextlib
import io
import json
import os
import sys
from pathlib import Path

from workbook.actions import api as actions
from workbook.cli import run

MASTER, LAST = "总表.xlsm", "上年.xlsx"


def main(folder: str) -> None:
    """Walk a clerk's whole way through the commands in a folder that holds 报来的."""
    os.chdir(folder)
    report = str(next(Path("报来的").glob("*.docx")))
    told = [_answered(*words) for words in _first(report)]
    key = next(held["标记键"] for held in actions.open_master(Path(MASTER)).records["tblFindings"] if held["应为值"])
    unit = actions.open_book(Path(MASTER)).filings[0].name
    sheet = str(next(Path("导出").glob("*.xlsx")))
    told += [_answered(*words) for words in _then(report, key.partition("|")[0], unit, sheet)]
    json.dump(told, sys.__stdout__)


def _first(report: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("demo", "--to", "演示", "--departments", "2"),
        ("new", MASTER, "--year", "2024"),
        ("import", MASTER, "报来的"),
        ("fill", MASTER),
        ("review", MASTER),
        ("check", MASTER),
        (
            "export",
            MASTER,
            "--to",
            "导出",
            *(word for kind in ("xlsx", "docx", "notice", "html") for word in ("--as", kind)),
        ),
        ("read", report),
        ("drop", report),
    )


def _then(report: str, cell: str, unit: str, sheet: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("adopt", MASTER, cell),
        ("compare", MASTER, LAST),
        ("return", MASTER, "--to", "退回"),
        ("rollup", MASTER),
        ("rollup", MASTER, "--to", "汇总.xlsx"),
        ("sample", MASTER),
        ("clear", MASTER),
        ("log", MASTER),
        ("undo", MASTER),
        ("remove", MASTER, unit),
        ("upgrade", MASTER),
        ("template", "check", sheet),
        ("rules",),
        ("forms",),
        ("manual", "--to", "手册.html"),
        ("addin", "--to", "网站", "--address", "http://10.1.2.3/jixiao/"),
        ("bundle", "文件夹", "--platform", "win_amd64", "--python", report),
        ("doctor",),
        ("doctor", MASTER),
    )


def _answered(*words: str) -> dict[str, object]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = run(words)
    return {"words": words, "status": status, "said": said.getvalue()}


if __name__ == "__main__":
    main(sys.argv[1])
