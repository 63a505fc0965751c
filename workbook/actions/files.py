"""What the verbs are given: files and folders, reports to read, schemes by name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbook.checking.outcome import ActionError, Outcome, Refused
from workbook.model.filing import Filing, unit_key
from workbook.model.scheme import DEFAULT, Scheme, load, named, parse
from workbook.readers import ReadError, read
from workbook.readers.detect import SPREADSHEETS, is_master, is_unit_book
from workbook.storage import FOLDER


def scheme_of(name: str | None) -> Scheme:
    """Return a scheme by the name of a preset, or the path of a TOML file; raise SchemeError or ActionError."""
    if name and name.endswith(".toml"):
        try:
            return parse(Path(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ActionError(f"打不开方案文件「{name}」，请检查路径，并存为 UTF-8") from error
    return load(named(name or DEFAULT))


def expand(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: a folder stands for all files below it but hidden, lock and earlier ones."""
    out: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = (entry for entry in path.rglob("*") if not _is_aside(entry.relative_to(path)) and entry.is_file())
            out += sorted(found)
        else:
            out.append(path)
    return out


def _is_aside(path: Path) -> bool:
    """Return whether a file is no report: hidden, a lock file, or an earlier state that we keep."""
    return path.name.startswith("~") or any(part.startswith(".") or part == FOLDER for part in path.parts)


def read_files(paths: Iterable[Path]) -> tuple[list[Filing], Outcome]:
    """Return the filings of all files, and an outcome that names the files that could not be read."""
    filings: list[Filing] = []
    outcome = Outcome()
    for path in paths:
        try:
            held = read(path)
            for filing in held:
                filing.source = path.name
            filings += held
        except ReadError as error:
            outcome.refused.append(Refused(path, str(error)))
    return filings, outcome


def is_book(path: Path) -> bool:
    """Return whether the file is a master, or a department's own workbook with buttons."""
    return path.suffix.lower() in SPREADSHEETS and path.is_file() and (is_master(path) or is_unit_book(path))


def by_unit(filings: Iterable[Filing]) -> dict[str, Filing]:
    """Return the filings under their departments' names."""
    return {unit_key(filing.name): filing for filing in filings}
