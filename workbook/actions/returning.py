"""Back to the departments in one go: for each its notice, its own Word report with comments, its workbook with all findings."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from workbook.actions.books import carry_out, filings_of, open_master, remembered
from workbook.actions.checks import check_edits, checked_in
from workbook.actions.files import by_unit, expand, read_files
from workbook.actions.session import with_forms
from workbook.bulk import volumes as parts
from workbook.checking.annotation import annotate_original, is_word
from workbook.checking.outcome import ActionError, Checked, Outcome, Progress, Refused, silent
from workbook.exports import xlsm
from workbook.exports.names import name_for, safe_name
from workbook.master import tracking
from workbook.master.read import Master
from workbook.model.figures import listed
from workbook.model.filing import Filing, unit_key
from workbook.model.findings import Severity
from workbook.process import ClerkError
from workbook.readers import collect
from workbook.storage import spill
from workbook.storage.replacing import FOLDER, locked, words_of
from workbook.writers import notice
from workbook.writers.notice import Letter

DAYS = 10  # until the deadline, where nobody says
_ASIDE = re.compile(r"[（(][^（）()]*[）)]$")  # 云麓县（示例）
LISTED = 20  # departments that a message names


@dataclass(frozen=True, slots=True)
class Terms:
    """What the notices say besides what was found: until when, whom to ask, who sends them, what stands before the number.

    "" or None is what the master gives: so many days, a line to fill in by hand, the county's 财政局, the prefix used last.
    """

    deadline: date | None = None
    contact: str = ""
    office: str = ""
    prefix: str | None = None


@dataclass(slots=True)
class Package:
    """What one department gets: its check, the name of its folder, the number of its notice, its Word reports."""

    entry: Checked
    name: str
    number: str
    reports: tuple[tuple[Path, Filing], ...] = ()


@with_forms
def return_(
    master: Path,
    to: Path,
    *,
    only: Sequence[str] = (),
    originals: Sequence[Path] = (),
    prior: Sequence[Path] = (),
    terms: Terms = Terms(),
    zipped: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Check a master and make for each department with open errors or warnings what goes back to it, below `to`.

    `originals` are folders with what came in (else the one of the last import), `prior` last year's. 部门清单 then says 已退回.
    What stood in a department's place moves into 历史版本. Raise ActionError where a name of `only` is not in the master.
    """
    if parts.has_parts(master):
        raise ActionError(f"「{master.name}」已按地区分册，请对「{master.stem}-分册」里的各册分别运行 jixiao return")
    with nullcontext("") if dry_run else locked(master, "return") as taken_over:
        return _return(master, to, only, originals, prior, terms, zipped, dry_run, progress, taken_over)


def _return(
    master: Path,
    to: Path,
    only: Sequence[str],
    originals: Sequence[Path],
    prior: Sequence[Path],
    terms: Terms,
    zipped: bool,
    dry_run: bool,
    progress: Progress,
    taken_over: str,
) -> Outcome:
    book = open_master(master)
    wanted = _wanted(book, only)
    out = Outcome(notes=[taken_over, *book.notes])
    places = remembered(master)
    last_year = by_unit(filings_of(expand(prior or places["compare"]), out.refused))
    checked = checked_in(book, master, last_year, progress=progress, notes=out.notes)
    out.checked = [entry for entry in checked if not wanted or unit_key(entry.filing.unit) in wanted]
    due = [entry for entry in out.checked if _is_due(entry)]
    today = date.today()  # noqa: DTZ011 — the clerk's own clock
    rows = tracking.rows_of(book.records["tblUnits"])
    numbers = tracking.numbers(rows, [entry.filing.unit or "" for entry in due], today.year, terms.prefix)
    taken: set[str] = set()
    packages = [Package(entry, name_for(entry, taken), numbers[entry.filing.unit or ""]) for entry in due]
    with spill.folder() as folder:
        unfound = _find_originals(packages, list(originals) or places["import"], folder)
        if dry_run:
            lines = [f"{package.name}：{_contents(package)}" for package in packages]
            out.message = "\n".join(
                ["试退回，没有写文件，也没有改动总表。", *_said(out, packages, to, terms, today), *lines]
            )
        else:
            made = _make_all(packages, to, _letter(book, terms, today), zipped, out, progress)
    out.notes += _notes(packages, unfound, book, terms)
    if dry_run:
        return out
    said = {package.entry.filing.unit or "": tracking.on_return(package.number, today) for package in made}
    edits = check_edits(book, checked)
    at = {unit: int(rows[unit_key(unit)]["#"]) for unit in said}
    edits.blocks += tracking.blocks(at, book.headings["tblUnits"], said)
    edits.changes += tracking.changes(rows, said)
    out.receipt = carry_out(book, edits, "return")
    out.message = "\n".join(_said(out, made, to, terms, today))
    return out


def _wanted(book: Master, only: Sequence[str]) -> set[str]:
    known = {unit_key(filing.unit) for filing in book.filings}
    if strange := [unit for unit in only if unit_key(unit) not in known]:
        not_in = "、".join(strange)
        raise ActionError(f"「{book.path.name}」里没有报来自评的单位「{not_in}」，没有退回；请照「部门清单」写名称")
    return {unit_key(unit) for unit in only}


# --- the departments' own reports -------------------------------------------------------------------------------------


def _find_originals(packages: Sequence[Package], folders: Sequence[Path], spill: Path) -> list[str]:
    """Find the Word reports that the filings came from below the folders; return the departments whose report is not there.

    Files of one name are told apart by the department in them; of two the one changed last is taken.
    """
    wanted: dict[str, list[Package]] = {}
    for package in packages:
        for name in package.entry.filing.source.split("；"):
            if Path(name).suffix.lower() in (".docx", ".doc"):
                wanted.setdefault(name, []).append(package)
    deliveries, _ = collect.gather(folders, spill) if wanted else ([], [])
    for delivery in sorted(deliveries, key=lambda entry: -entry.modified):
        waiting = wanted.get(Path(delivery.name).name, [])
        if not waiting or not is_word(delivery.path):
            continue
        found = by_unit(read_files([delivery.path])[0])
        for package in list(waiting):
            if filing := found.get(unit_key(package.entry.filing.name)):
                package.reports = (*package.reports, (delivery.path, filing))
                waiting.remove(package)
    return sorted({package.entry.filing.unit or "" for waiting in wanted.values() for package in waiting})


# --- the files --------------------------------------------------------------------------------------------------------


def _letter(book: Master, terms: Terms, today: date) -> Letter:
    region = _ASIDE.sub("", book.region.strip())
    office = terms.office or (region if region.endswith("局") else f"{region}财政局" if region else "")
    return Letter("", False, _day(_deadline(terms, today)), terms.contact, office, _day(today))


def _deadline(terms: Terms, today: date) -> date:
    return terms.deadline or today + timedelta(days=DAYS)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _make_all(
    packages: Sequence[Package], to: Path, letter: Letter, zipped: bool, out: Outcome, progress: Progress
) -> list[Package]:
    """Make every department's package in its place and return those made; one that cannot be is refused by its name."""
    to.mkdir(parents=True, exist_ok=True)
    made: list[Package] = []
    with progress("退回", len(packages)) as tick:
        for package in packages:
            try:
                out.written.append(_make(package, to, letter, zipped))
                made.append(package)
            except (OSError, ClerkError) as error:
                words = words_of(error) if isinstance(error, OSError) else str(error)
                out.refused.append(Refused(Path(package.name), words))
            tick(1)
    return made


def _make(package: Package, to: Path, letter: Letter, zipped: bool) -> Path:
    """Write a package beside its place and put it there in one step; what stood there goes into 历史版本."""
    draft = to / f".jixiao-{package.name}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        _fill(package, draft, letter)
        ready = Path(shutil.make_archive(str(draft), "zip", draft)) if zipped else draft
        target = to / f"{package.name}{'.zip' if zipped else ''}"
        if target.exists():
            _put_aside(target)
        ready.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_name(f"{draft.name}.zip").unlink(missing_ok=True)
    return target


def _put_aside(target: Path) -> None:
    kept = target.parent / FOLDER
    kept.mkdir(exist_ok=True)
    when = datetime.now().strftime("%Y-%m-%d %H%M%S %f")  # noqa: DTZ005 — the clerk's own clock
    target.rename(kept / (f"{target.stem} {when}{target.suffix}" if target.is_file() else f"{target.name} {when}"))


def _fill(package: Package, folder: Path, letter: Letter) -> None:
    entry = package.entry
    xlsm.write(entry, folder, package.name)
    taken = {f"{package.name}-整改通知".casefold()}
    for path, filing in package.reports:
        name = safe_name(f"{path.stem[:60]}（批注）")
        while name.casefold() in taken:
            name += "_2"
        taken.add(name.casefold())
        annotate_original(entry, filing, path, folder / f"{name}.docx")
    own = replace(letter, number=package.number, with_report=bool(package.reports))
    notice.write(entry.report, folder / f"{package.name}-整改通知.docx", own)


def _is_due(entry: Checked) -> bool:
    """Return whether there is anything that the department must put right or explain."""
    return any(entry.report.counts[:2])


# --- what is said -----------------------------------------------------------------------------------------------------


def _contents(package: Package) -> str:
    report = package.entry.report
    counts = (f"{report.count(severity)} 处{severity.caption}" for severity in Severity if report.count(severity))
    parts = [f"整改通知 {package.number}"]
    parts += [f"Word 原件带批注 {len(package.reports)} 份"] if package.reports else []
    return f"{'、'.join(counts)}；{'、'.join([*parts, '带问题清单的工作簿'])}"


def _said(out: Outcome, packages: Sequence[Package], to: Path, terms: Terms, today: date) -> Iterator[str]:
    with_report = sum(bool(package.reports) for package in packages)
    yield (
        f"退回 {len(packages)} 个单位，放在 {to}：每个单位一份整改通知、一本带问题的工作簿，"
        f"Word 原件带批注的 {with_report} 个单位"
    )
    if packages:
        yield f"整改期限写的是 {_day(_deadline(terms, today))}" + ("" if terms.deadline else "（用 --deadline 另定）")
    if clean := [entry.filing.unit or "" for entry in out.checked if not _is_due(entry)]:
        yield f"没有错误和待说明的预警、不必退回的 {len(clean)} 个：{listed(clean, LISTED)}"


def _notes(packages: Sequence[Package], unfound: Sequence[str], book: Master, terms: Terms) -> Iterator[str]:
    if unfound:
        yield f"没有找到 Word 原件、没有批注的 {len(unfound)} 个：{listed(unfound, LISTED)}；请用 --from 指明报来的文件夹（.doc 要先另存为 .docx）"
    if packages:
        if not terms.contact:
            yield '通知里的联系人留了空，可用 --contact 写上，如 --contact "预算绩效股 电话"'
        if not terms.office and not book.region.strip():
            yield "「首页」没有填地区，通知没有落款单位；请填地区，或用 --office 写上"
