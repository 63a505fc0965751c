"""Back to the departments in one go: for each its notice, its own Word report with comments, its workbook with all findings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from workbook import patterns as re
from workbook.actions.books import carry_out, filings_of, open_master, remembered
from workbook.actions.checks import check_edits, checked_in
from workbook.actions.files import by_unit, expand, read_files
from workbook.actions.press import Press
from workbook.actions.session import with_forms
from workbook.bulk import volumes as parts
from workbook.checking.annotation import annotate_original, is_word
from workbook.checking.outcome import ActionError, Checked, Outcome, Progress, Refused, silent
from workbook.exports import xlsm
from workbook.exports.names import name_for, safe_name
from workbook.master import tracking
from workbook.master.layout import NOTICE, SETTINGS
from workbook.master.read import Master, letter_in
from workbook.model.edits import Edits
from workbook.model.figures import listed
from workbook.model.filing import Filing, unit_key
from workbook.model.findings import Severity
from workbook.process import ClerkError
from workbook.readers import collect
from workbook.storage import FOLDER, spill
from workbook.storage.replacing import locked, words_of
from workbook.writers import notice
from workbook.writers.notice import Letter

DAYS = 10  # until the deadline, where nobody says
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]$")  # 云麓县（示例）
LISTED = 20  # departments that a message names


@dataclass(frozen=True, slots=True)
class Terms:
    """What the notices say besides what was found: until when, whom to ask, who sends them, what stands before the number.

    "" or None is what 参数 of the master says, and where that says nothing: so many days, a line to fill in by hand, the
    county's 财政局, the prefix used last.
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
    round_ = Round(to, only, originals, prior, terms, zipped, dry_run, progress)
    if parts.has_parts(master):
        return _return_parts(master, round_)
    return _return(master, round_)[0]


@dataclass(frozen=True, slots=True)
class Round:
    """What is asked of one going back: as the arguments of `return_`; `given` are numbers of notices in other parts."""

    to: Path
    only: Sequence[str] = ()
    originals: Sequence[Path] = ()
    prior: Sequence[Path] = ()
    terms: Terms = Terms()
    zipped: bool = False
    dry_run: bool = False
    progress: Progress = silent
    given: Sequence[str] = ()


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook; the papers are made in the folder named."""
    (to,) = pressed.files
    book = open_master(pressed.copy)
    if not book.filings:
        raise ActionError("总表里还没有单位，没有可退回的；请先按“① 导入”")
    out, edits, numbers = _made(book, Round(to))
    edits.then = None if numbers else "按“④ 导出”"
    refused = (f"{entry.path.name}：{entry.reason}" for entry in out.refused)
    edits.message = "\n".join(filter(None, (out.message, *refused, *out.notes)))
    return edits


def _return(master: Path, asked: Round) -> tuple[Outcome, list[str]]:
    with nullcontext("") if asked.dry_run else locked(master, "return") as taken_over:
        book = open_master(master)
        _refuse_strange(book.path, asked.only, [book])
        out, edits, numbers = _made(book, asked)
        out.notes.insert(0, taken_over)
        if not asked.dry_run:
            out.receipt = carry_out(book, edits, "return")
    return out, numbers


def _return_parts(master: Path, asked: Round) -> Outcome:
    """Return the departments of every part, a folder a part; the numbers of the notices run on through all of them."""
    paths = parts.parts_of(master)
    books = [open_master(path) for path in paths]
    _refuse_strange(master, asked.only, books)
    given = [str(row.get(NOTICE) or "") for book in books for row in book.records["tblUnits"]]
    held = [{unit_key(filing.unit) for filing in book.filings} for book in books]
    places = remembered(master)
    asked = replace(
        asked,
        originals=asked.originals or places["import"],
        prior=asked.prior or places["compare"],
        terms=_settled(asked.terms, master),
    )
    whole, said = Outcome(), []
    for path, units in zip(paths, held, strict=True):
        own = [unit for unit in asked.only if unit_key(unit) in units]
        if asked.only and not own:
            continue
        out, numbers = _return(path, replace(asked, to=asked.to / path.stem, only=own, given=given))
        given += numbers
        said.append(f"{path.stem}：{out.message}")
        whole.checked = [*whole.checked, *out.checked]
        whole.written += out.written
        whole.refused += out.refused
        whole.notes += [f"{path.stem}：{words}" for words in filter(None, out.notes)]
    whole.message = "\n".join(said)
    return whole


def _made(book: Master, asked: Round) -> tuple[Outcome, Edits, list[str]]:
    """Check a master and make what goes back below the folder; return what is said, what the master is to hold then, and
    the numbers of the notices.
    """
    out = Outcome(notes=list(book.notes))
    terms = _settled(asked.terms, book.path)
    wanted = {unit_key(unit) for unit in asked.only}
    places = remembered(book.path)
    last_year = by_unit(filings_of(expand(asked.prior or places["compare"]), out.refused))
    checked = checked_in(book, book.path, last_year, progress=asked.progress, notes=out.notes)
    out.checked = [entry for entry in checked if not wanted or unit_key(entry.filing.unit) in wanted]
    due = [entry for entry in out.checked if _is_due(entry)]
    today = date.today()  # noqa: DTZ011 — the clerk's own clock
    rows = tracking.rows_of(book.records["tblUnits"])
    units = [entry.filing.unit or "" for entry in due]
    numbers = tracking.numbers(rows, units, today.year, terms.prefix, asked.given)
    taken: set[str] = set()
    packages = [Package(entry, name_for(entry, taken), numbers[entry.filing.unit or ""]) for entry in due]
    with spill.folder() as folder:
        unfound = _find_originals(packages, list(asked.originals) or places["import"], folder)
        made = packages if asked.dry_run else _make_all(packages, asked, _letter(book, terms, today), out)
    out.notes += _notes(packages, unfound, book, terms)
    lines = list(_said(out, made, asked.to, terms, today))
    if asked.dry_run:
        contents = (f"{package.name}：{_contents(package)}" for package in packages)
        lines = ["试退回，没有写文件，也没有改动总表。", *lines, *contents]
    out.message = "\n".join(lines)
    said = {package.entry.filing.unit or "": tracking.on_return(package.number, today) for package in made}
    edits = check_edits(book, checked)
    at = {unit: int(rows[unit_key(unit)]["#"]) for unit in said}
    edits.blocks += tracking.blocks(at, book.headings["tblUnits"], said)
    edits.changes += tracking.changes(rows, said)
    return out, edits, [package.number for package in made]


def _settled(terms: Terms, master: Path) -> Terms:
    """Return the terms with what 参数 says where nothing was said; raise ActionError for a deadline that is none, or is over."""
    held = letter_in(master)
    contact = " ".join(filter(None, (held["contact"], held["phone"])))
    return Terms(
        terms.deadline or _deadline_in(held["deadline"]),
        terms.contact or contact,
        terms.office or held["office"],
        (held["number"] or None) if terms.prefix is None else terms.prefix,
    )


def _deadline_in(words: str) -> date | None:
    if not words:
        return None
    where = f"「{SETTINGS['deadline'][1].sheet}」的“{SETTINGS['deadline'][0]}”"
    try:
        found = _DATE.match(words)
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise ActionError(
            f"{where}里的「{words}」不是日期，没有退回；请写成 2026-12-05 这样，或清空（就是 {DAYS} 天以后）"
        )
    if day < date.today():  # noqa: DTZ011 — the clerk's own clock
        raise ActionError(f"{where}是 {_day(day)}，已经过了，没有退回；请改成新的期限，或清空（就是 {DAYS} 天以后）")
    return day


def _refuse_strange(path: Path, only: Sequence[str], books: Sequence[Master]) -> None:
    known = {unit_key(filing.unit) for book in books for filing in book.filings}
    if strange := [unit for unit in only if unit_key(unit) not in known]:
        not_in = "、".join(strange)
        raise ActionError(f"「{path.name}」里没有报来自评的单位「{not_in}」，没有退回；请照「部门清单」写名称")


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


def _make_all(packages: Sequence[Package], asked: Round, letter: Letter, out: Outcome) -> list[Package]:
    """Make every department's package in its place and return those made; one that cannot be is refused by its name."""
    asked.to.mkdir(parents=True, exist_ok=True)
    made: list[Package] = []
    with asked.progress("退回", len(packages)) as tick:
        for package in packages:
            try:
                out.written.append(_make(package, asked.to, letter, asked.zipped))
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
    if packages:
        yield (
            f"退回 {len(packages)} 个单位，放在 {to}：每个单位一份整改通知、一本带问题的工作簿，"
            f"Word 原件带批注的 {with_report} 个单位"
        )
        how = "" if terms.deadline else "（在「参数」里或用 --deadline 另定）"
        yield f"整改期限写的是 {_day(_deadline(terms, today))}{how}"
    else:
        yield "没有要退回的单位"
    if clean := [entry.filing.unit or "" for entry in out.checked if not _is_due(entry)]:
        yield f"没有错误和待说明的预警、不必退回的 {len(clean)} 个：{listed(clean, LISTED)}"


def _notes(packages: Sequence[Package], unfound: Sequence[str], book: Master, terms: Terms) -> Iterator[str]:
    if unfound:
        yield f"没有找到 Word 原件、没有批注的 {len(unfound)} 个：{listed(unfound, LISTED)}；请用 --from 指明报来的文件夹（.doc 要先另存为 .docx）"
    if packages:
        if not terms.contact:
            yield "通知里的联系人留了空；在「参数」里填联系人、联系电话，再退回一次就印上（命令用 --contact）"
        if not terms.office and not book.region.strip():
            yield "「首页」没有填地区，通知没有落款单位；请填地区，或用 --office 写上"
