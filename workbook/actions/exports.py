"""The verbs that write new files: new, export in every format, into a bureau's own template, a checked copy."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.actions.books import expand, has_parts, is_book, open_book, open_master, over_parts, read_files
from workbook.actions.checks import check_filing, check_master, checked_in, fill
from workbook.actions.outcome import ActionError, Checked, Outcome, Progress, Refused, silent
from workbook.readers.detect import SPREADSHEETS, is_master
from workbook.scheme import Scheme, load

if TYPE_CHECKING:
    from workbook.batch import Power
    from workbook.filing import Filing
    from workbook.findings import Report


def new(path: Path, *, year: int, region: str = "", scheme: Scheme | None = None, unit: str = "") -> Outcome:
    """Make an empty master with a scheme's parameters, or the workbook of one department (`unit`); never over a file."""
    from workbook.filing import Filing
    from workbook.master import edits_for_new, template
    from workbook.writers.package import apply

    if path.suffix.lower() not in SPREADSHEETS:
        raise ActionError(f"总表的文件名应以 .xlsm 结尾，现为「{path.name}」")
    if path.exists():
        raise ActionError(f"「{path}」已经存在，没有覆盖；请换一个文件名")
    path.parent.mkdir(parents=True, exist_ok=True)
    if unit:
        write_own(Filing(unit=unit, year=year, form="l1"), scheme or load(), path)
        return Outcome(f"已新建「{unit}」的自评工作簿 {path}", written=[path])
    made = edits_for_new(year=year, region=region, python=python_for_buttons(), scheme=scheme)
    receipt = apply(template(), made, path)
    return Outcome(f"已新建总表 {path}", written=[path], receipt=receipt)


def python_for_buttons() -> str:
    """Return the Python that a master made here starts when a button is pressed: this one, on Windows without a console."""
    own = Path(sys.executable)
    silent = own.with_name("pythonw.exe")
    return str(silent if silent.is_file() else own)


def export(
    master: Path,
    to: Path,
    *,
    single: bool = False,
    formats: Sequence[str] = ("xlsx",),
    progress: Progress = silent,
    power: Power | None = None,
) -> Outcome:
    """Write every department's 附件2 and 附件3 in the official layout, with its findings, into a folder."""
    from workbook import many
    from workbook.batch import Power
    from workbook.writers import department

    to.mkdir(parents=True, exist_ok=True)
    if has_parts(master) and not single:
        return over_parts(master, "export", progress, power, to=str(to), formats=tuple(formats))
    book = open_book(master)
    checked = checked_in(book, master, {}, progress=progress, power=power)
    if single:
        target = to / f"{safe_name(book.region or '全部单位')}{book.year or ''}年度绩效自评.xlsx"
        findings = {entry.filing.name: entry.report.findings for entry in checked}
        department.write_single([entry.filing for entry in checked], book.scheme_for, target, findings)
        return Outcome(f"已导出 {len(checked)} 个单位到 {target}", checked=checked, written=[target])
    written = many.export(checked, to, formats, master, progress, power or Power())
    return Outcome(f"已导出 {len(checked)} 个单位到 {to}", checked=checked, written=written)


def export_file(source: Path, to: Path, scheme: Scheme | None, formats: Sequence[str]) -> Outcome:
    """Write the official sheets of the filings in one report or workbook, without a master."""
    filings, outcome = read_files([source])
    to.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for filing in filings:
        entry = check_filing(filing, scheme, source)
        outcome.checked = [*outcome.checked, entry]
        outcome.written += export_one(entry, entry.scheme, to, formats, name_for(entry, taken))
    outcome.message = f"已导出 {len(filings)} 个单位到 {to}"
    return outcome


def export_into(source: Path, template: Path, to: Path, scheme: Scheme) -> Outcome:
    """Fill each department's figures into a copy of a bureau's own template; everything else in it stays as it is.

    `source` is a master or a report. A department that does not fit is named in `refused`; the others are written. The
    message holds a receipt for each file: parts unchanged, parts changed.
    """
    from workbook.derive import derive
    from workbook.writers.template import TemplateError, fill, survey

    found = survey(template)
    book = open_master(source) if is_master(source) else None
    filings, outcome = (book.filings, Outcome()) if book else read_files([source])
    to.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    lines = []
    for filing in filings:
        target = to / f"{_free_name(filing.unit or source.stem, taken)}{template.suffix.lower()}"
        try:
            filled = fill(found, filing, derive(filing, book.scheme if book else scheme), target)
        except TemplateError as error:
            outcome.refused.append(Refused(Path(filing.unit or source.name), str(error)))
            continue
        outcome.written.append(target)
        lines += [f"{target.name}　{filled.receipt}", *(f"　　{words}" for words in filled.kept_formulas)]
    outcome.message = "\n".join([f"已填入模板 {len(outcome.written)} 个单位，放在 {to}", *lines])
    return outcome


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
    from workbook.keep import replacing

    copy = _beside(path, path.suffix)
    with replacing(copy) as temporary:
        import shutil

        shutil.copyfile(path, temporary)
    try:
        fill(copy)
        return check_master(copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _drop_other(path: Path) -> Outcome:
    from workbook.writers import department

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


def safe_name(name: str) -> str:
    """Return a file name that every system takes: no separators, no device names, at most 80 characters and 200 bytes.

    Nor does it begin as an option, a hidden or a lock file does.
    """
    cleaned = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', "_", name)
    cleaned = cleaned.lstrip(" .~-").encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
    cleaned = cleaned[:80].rstrip(" .") or "未命名单位"
    device = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", cleaned)
    return f"_{cleaned}" if device else cleaned


def name_for(entry: Checked, taken: set[str]) -> str:
    """Return the file name (without ending) for a department's exports, none of those taken already, and take it."""
    return _free_name(entry.filing.name or entry.path.stem, taken)


def _free_name(unit: str, taken: set[str]) -> str:
    """Return a department's file name that is not taken yet, and take it."""
    name = safe_name(unit)
    while name.casefold() in taken:
        name += "_2"
    taken.add(name.casefold())
    return name


def export_one(entry: Checked, scheme: Scheme, to: Path, formats: Sequence[str], name: str) -> list[Path]:
    """Write one department in all formats wanted; a notice only where an error or a warning stands open."""
    wanted = (kind for kind in formats if kind not in ("notice", "html") or any(entry.report.counts[:2]))
    return [_WRITERS[kind](entry, scheme, to, name) for kind in wanted]


def _write_xlsx(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers import department

    target = to / f"{name}.xlsx"
    department.write(entry.filing, scheme, target, entry.report.findings)
    return target


def write_xlsm(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    """Write a department's own workbook with buttons and all findings; of another form than 附件2 and 附件3 the official one.

    Such a form has no workbook with buttons, and its figures belong into no other form.
    """
    from workbook.unit_book import has_form

    if not has_form(entry.filing):
        return _write_xlsx(entry, scheme, to, name)
    target = to / f"{name}.xlsm"
    write_own(entry.filing, scheme, target, entry.report)
    return target


def write_own(filing: Filing, scheme: Scheme, target: Path, report: Report | None = None) -> None:
    """Write a department's own workbook into its place, with what a check found (`report`), else checked by itself."""
    from workbook import spill, unit_book
    from workbook.rules.catalogue import table_rows
    from workbook.templates import PARTS
    from workbook.writers.package import apply

    _, *rules = table_rows(scheme)
    with spill.folder() as folder:
        raw = folder / target.name
        unit_book.write(filing, scheme, raw, rules, PARTS)
        book = open_book(raw)
        (here,) = (entry.report for entry in checked_in(book, target, {}))
        if report is None:
            apply(raw, unit_book.edits_for_check(book, [here]), target)
            return
        edits = unit_book.edits_for_check(book, [unit_book.at_home(report, book.filings[0])])
        edits.blocks.append(unit_book.left_block(report, here))
        apply(raw, edits, target)


def _write_docx(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.word import write

    target = to / f"{name}.docx"
    write(entry.filing, scheme, target)
    return target


def _write_pdf(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.pdf import to_pdf

    existing = to / f"{name}.xlsx"
    source = existing if existing.exists() else _write_xlsx(entry, scheme, to, name)
    target = to / f"{name}.pdf"
    to_pdf(source, target)
    return target


def _write_notice(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.notice import write

    target = to / f"{name}-整改通知.docx"
    write(entry.report, target)
    return target


def _write_html(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.notice import write_html

    target = to / f"{name}-整改通知.html"
    write_html(entry.report, target, entry.filing.narrative, entry.ledger)
    return target


def _write_skeleton(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.word import skeleton

    target = to / f"{name}-报告初稿.docx"
    skeleton(entry.filing, scheme, target)
    return target


_WRITERS: dict[str, Callable[[Checked, Scheme, Path, str], Path]] = {
    "xlsx": _write_xlsx,
    "xlsm": write_xlsm,
    "docx": _write_docx,
    "pdf": _write_pdf,
    "notice": _write_notice,
    "html": _write_html,
    "skeleton": _write_skeleton,
}


FORMATS = tuple(_WRITERS)
