"""The verb drop: a filled and checked copy, for where no button can be pressed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from workbook.actions.checks import check_master
from workbook.actions.files import expand, is_book, read_files
from workbook.actions.fill import fill
from workbook.checking.check import check_filing
from workbook.checking.outcome import Outcome
from workbook.storage.replacing import replacing
from workbook.writers import department


def drop(paths: Iterable[Path]) -> Outcome:
    """Fill and check a copy of each workbook or report beside it, for where no button can be pressed.

    A master is copied whole; of anything else the official workbook with its findings is made. The originals stay.
    """
    outcome = Outcome()
    for path in expand(paths):
        part = _drop_book(path) if is_book(path) else _drop_other(path)
        outcome.checked = [*outcome.checked, *part.checked]
        outcome.refused += part.refused
        outcome.written += part.written
    outcome.message = f"{outcome.headline}；已另存 {len(outcome.written)} 个文件"
    return outcome


def _drop_book(path: Path) -> Outcome:
    copy = _beside(path, path.suffix)
    with replacing(copy) as temporary:
        shutil.copyfile(path, temporary)
    try:
        fill(copy)
        return check_master(copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _drop_other(path: Path) -> Outcome:
    filings, outcome = read_files([path])
    outcome.checked = [check_filing(filing, None, path) for filing in filings]
    if filings:
        target = _beside(path, ".xlsx")
        findings = {entry.filing.name: entry.report.findings for entry in outcome.checked}
        schemes = {id(entry.filing): entry.scheme for entry in outcome.checked}
        department.write_single(filings, lambda filing: schemes[id(filing)], target, findings)
        outcome.written.append(target)
    return outcome


def _beside(path: Path, suffix: str) -> Path:
    """Return a name beside a file that is not taken: 总表-全审.xlsm, 总表-全审2.xlsm …"""
    names = (f"{path.stem}-全审{number if number > 1 else ''}{suffix}" for number in range(1, 10_000))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())
