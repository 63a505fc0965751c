"""What the verbs work on: files to read, masters and departments' own workbooks to open, schemes and forms to go by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.actions.outcome import ActionError, Outcome, Progress, Refused
from workbook.filing import unit_key
from workbook.readers.detect import MASTER, SPREADSHEETS, is_master, sheet_names
from workbook.scheme import DEFAULT, Scheme, load, parse

if TYPE_CHECKING:
    from workbook.batch import Power
    from workbook.edits import Edits
    from workbook.filing import Filing
    from workbook.forms import Form
    from workbook.master import Master
    from workbook.writers.package import Receipt


FORMS_FOLDER = "表样"


def scheme_of(name: str | None) -> Scheme:
    """Return a scheme by the id of a preset, the path of a TOML file or of a master; raise SchemeError or ActionError."""
    if name and Path(name).suffix.lower() in SPREADSHEETS:
        return open_book(Path(name)).scheme
    if name and name.endswith(".toml"):
        try:
            return parse(Path(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ActionError(f"打不开方案文件「{name}」，请检查路径，并存为 UTF-8") from error
    return load(name or DEFAULT)


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
    from workbook.keep import FOLDER

    return path.name.startswith("~") or any(part.startswith(".") or part == FOLDER for part in path.parts)


def read_files(paths: Iterable[Path]) -> tuple[list[Filing], Outcome]:
    """Return the filings of all files, and an outcome that names the files that could not be read."""
    from workbook.readers import ReadError, read

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
    if path.suffix.lower() not in SPREADSHEETS or not path.is_file():
        return False
    names = sheet_names(path)
    if names >= MASTER or "首页" not in names:
        return names >= MASTER
    from workbook.unit_book import is_unit_book

    return is_unit_book(path)


def open_book(path: Path) -> Master:
    """Return the contents of a master, or of a department's own workbook; raise ActionError where the file is neither."""
    if is_book(path) and not is_master(path):
        from workbook.unit_book import read_unit_book

        return read_unit_book(path)
    return open_master(path)


def open_master(path: Path) -> Master:
    """Return a master's contents; raise ActionError where the file is none."""
    from workbook.master import read_master

    refuse_none(path)
    return read_master(path)


def refuse_none(path: Path) -> None:
    """Raise ActionError where a file is no master; know the forms beside one."""
    if not path.is_file():
        raise ActionError(f"找不到总表「{path}」，请检查路径，或先用 jixiao new 新建")
    use_forms_beside(path)
    if not is_master(path):
        from workbook.actions.history import states_of

        if states_of(path):
            raise ActionError(
                f"总表「{path.name}」打不开，可能已损坏；请用 jixiao undo 退回上一版（不放心的先另存一份）"
            )
        raise ActionError(
            f"「{path.name}」不是绩效自评总表（缺「部门清单」「校验结果」等工作表），请用 jixiao new 新建一本"
        )


def use_forms_beside(master: Path) -> None:
    """Know the forms in the folder 表样 beside a master as well."""
    if (master.parent / FORMS_FOLDER).is_dir():
        from workbook.forms import use

        use(master.parent / FORMS_FOLDER)


def forms(id: str | None = None) -> list[dict[str, Any]]:
    """Return the forms known, each with a drawing of what it looks like; raise ActionError where there is none of that id."""
    from workbook import forms as known

    entries = [entry for entry in known.forms() if id in (None, entry.id)]
    if not entries:
        names = "、".join(entry.id for entry in known.forms())
        raise ActionError(f"没有编号为「{id}」的表样，现有：{names}")
    return [
        {
            "id": entry.id,
            "title": entry.title,
            "recognised_by": list(entry.recognised_by),
            "scheme": known.scheme_of(entry).title,
            "place": "自带" if entry.shipped else "自己加的",
            "picture": _picture(entry),
        }
        for entry in entries
    ]


def _picture(entry: Form) -> str:
    """Return a drawing of a form's blank sheets; of a form without sheets the names of its cells."""
    from workbook import spill
    from workbook.filing import Filing
    from workbook.forms import scheme_of
    from workbook.forms.picture import draw
    from workbook.readers import document
    from workbook.writers import department

    if not entry.layout.get("sheets"):
        return "\n".join(f"| {label}" for label in entry.recognised_by)
    with spill.folder() as folder:
        path = folder / "空表.xlsx"
        department.write(Filing(form=entry.id), scheme_of(entry), path)
        return "\n\n".join(draw(grid) for grid in document(path).grids)


def by_unit(filings: Iterable[Filing]) -> dict[str, Filing]:
    """Return the filings under their departments' names."""
    return {unit_key(filing.name): filing for filing in filings}


def filings_of(files: Iterable[Path], refused: list[Refused]) -> list[Filing]:
    """Return the filings of masters and reports; what could not be read is added to `refused`."""
    out: list[Filing] = []
    for path in files:
        if is_book(path):
            book, part = open_book(path), Outcome()
            filings = book.filings
            for filing in filings:
                filing.year = filing.year or book.year
        else:
            filings, part = read_files([path])
        out += filings
        refused += part.refused
    return out


def carry_out(book: Master, edits: Edits, verb: str) -> Receipt | None:
    """Carry out what a verb changes in a workbook; one that would be the same after is not written: it leaves no state."""
    from workbook.diff import changes
    from workbook.writers.package import apply

    if not changes(edits, book.path, book.sizes):
        return None
    return apply(book.path, edits, verb=verb, expected=book.stamp)


def remembered(source: Path) -> dict[str, list[Path]]:
    """Return what a master names on 首页, by verb: the folder of the last import, last year's master; [] where it is not there."""
    from workbook.master import paths_in

    named = paths_in(source) if is_master(source) else {}
    found = {verb: Path(words) for verb, words in named.items() if words}
    return {verb: [path] if (path := found.get(verb)) and path.exists() else [] for verb in ("import", "compare")}


def has_parts(master: Path) -> bool:
    """Return whether a master was split into parts."""
    return master.with_name(f"{master.stem}-分册").is_dir() and is_master(master)


def over_parts(master: Path, verb: str, progress: Progress, power: Power | None, **how: Any) -> Outcome:
    from workbook import parts
    from workbook.batch import Power

    return parts.over(master, parts.Duty("", verb, **how), progress, power or Power())
