"""The verbs: what buttons and commands both call. Only here do files, formulas and rules meet.

A verb that changes a workbook works out its `Edits` first (pure) and hands them to the patcher, so a run that fails
leaves the workbook as it was. What a verb needs is imported when it runs: behind a button stands one process, and the
clerk waits for it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.filing import unit_key
from workbook.findings import Finding, Report, Severity, verdict
from workbook.keep import FOLDER, KeepError
from workbook.kinds import MASTER, SPREADSHEETS, is_master, sheet_names
from workbook.scheme import DEFAULT, Scheme, SchemeError, load, parse
from workbook.verbs import BY_NAME

if TYPE_CHECKING:
    from workbook.batch import Power
    from workbook.collect import Collected
    from workbook.derive import Derived
    from workbook.edits import Change, Edits
    from workbook.filing import Filing
    from workbook.forms import Form
    from workbook.keep import State
    from workbook.keep.journal import Entry
    from workbook.master import Master
    from workbook.merge import Difference
    from workbook.rollup import Rollup
    from workbook.rules.compare import Changed
    from workbook.writers.package import Receipt

FORMS_FOLDER = "表样"
Tick = Callable[[int], None]
Progress = Callable[[str, int], AbstractContextManager[Tick]]


def silent(caption: str, total: int) -> AbstractContextManager[Tick]:
    """Give a tick that says nothing: what a progress bar is where there is none."""
    return nullcontext(lambda _: None)


class ActionError(Exception):
    """A verb that cannot be carried out; the message is a Chinese sentence with the remedy."""


@dataclass(slots=True)
class Checked:
    """One filing after a check: the file it came from, what was derived and what was found."""

    path: Path
    filing: Filing
    derived: Derived
    report: Report
    scheme: Scheme = field(default_factory=load)


@dataclass(slots=True)
class Refused:
    """A file that could not be taken in, and why (Chinese)."""

    path: Path
    reason: str


@dataclass
class Outcome:
    """What a verb did: filings it dealt with, files it refused, files it wrote, and a sentence for the clerk.

    `differences` are those of an import from what the master held.
    """

    message: str = ""
    checked: Sequence[Checked] = ()
    refused: list[Refused] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    receipt: Receipt | None = None
    collected: Collected | None = None
    parts: Sequence[Mapping[str, Any]] = ()  # a row a part, where a master has parts
    differences: list[Difference] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Return the number of errors that stand open."""
        return self.counted[0]

    @property
    def warnings(self) -> int:
        """Return the number of warnings that stand open."""
        return self.counted[1]

    @cached_property
    def counted(self) -> tuple[int, int, int]:
        """Return the open errors and warnings, and how many rules could not run; gone through once: there may be many."""
        errors = warnings = 0
        idle: set[str] = set()
        for entry in self.checked:
            errors += entry.report.count(Severity.ERROR)
            warnings += entry.report.count(Severity.WARNING)
            idle |= {rule.rule for rule in entry.report.not_run}
        return errors, warnings, len(idle)

    @property
    def verdict(self) -> str:
        """Return the verdict over all that was checked, and how many rules could not run."""
        return verdict(*self.counted)

    @property
    def status(self) -> int:
        """Return the exit status of the contract: 0 nothing wrong, 1 an open error, 2 something could not be read."""
        return 2 if self.refused else int(self.errors > 0)


def scheme_of(name: str | None) -> Scheme:
    """Return a scheme by the id of a preset or the path of a TOML file; raise SchemeError or ActionError."""
    if name and name.endswith(".toml"):
        try:
            return parse(Path(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ActionError(f"打不开方案文件「{name}」，请检查路径，并存为 UTF-8") from error
    return load(name or DEFAULT)


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


def check_filing(
    filing: Filing,
    scheme: Scheme | None,
    path: Path,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    report: Report | None = None,
) -> Checked:
    """Return one filing with what was derived and found (`report` where that is known), its explanations and last year's.

    Without a scheme it is checked by the one of its form.
    """
    from workbook.derive import derive
    from workbook.forms import form, scheme_of
    from workbook.rules.explanations import apply as explain
    from workbook.rules.registry import check as run_rules

    scheme = scheme or scheme_of(form(filing.form))
    derived = derive(filing, scheme)
    report = report or run_rules(filing, scheme, only, skip, derived)
    last_year = filing.prior.explanations if filing.prior else {}
    return Checked(path, filing, derived, explain(report, filing.explanations, scheme, last_year), scheme)


def check(
    paths: Sequence[Path],
    scheme: Scheme | None = None,
    prior: Sequence[Path] = (),
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
) -> Outcome:
    """Check masters, departments' workbooks and reports; a master gets its 校验结果 written."""
    from workbook import many
    from workbook.batch import Power

    outcome = Outcome()
    last_year = by_unit(_filings_of(prior, outcome.refused))
    books = [path for path in paths if is_book(path)]
    if books and scheme is not None:
        raise ActionError("总表按自己的「参数」表审核，不能另给 --scheme；要看换方案会怎样，用 jixiao rules diff")
    for path in books:
        part = check_master(path, last_year, only, skip, progress, power)
        if part.parts and len(paths) == 1:
            return part
        outcome.checked = [*outcome.checked, *part.checked]
        outcome.written += part.written
    if loose := [path for path in paths if path not in books]:
        terms = many.Terms(scheme, tuple(only), tuple(skip))
        part = many.check_files(loose, terms, last_year, progress, power or Power())
        outcome.checked = [*outcome.checked, *part.checked] if books else part.checked
        outcome.refused += part.refused
    outcome.message = outcome.verdict
    return outcome


def compare_schemes(
    before: Scheme, after: Scheme, files: Iterable[Path] = ()
) -> tuple[list[tuple[str, str, str, str]], list[Changed], Outcome]:
    """Return what differs between two schemes, whose verdict over the files would change, and what could not be read."""
    from workbook.rules.compare import changed_verdicts, differences

    outcome = Outcome()
    filings = _filings_of(files, outcome.refused)
    return differences(before, after), changed_verdicts(filings, before, after), outcome


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


def by_unit(filings: Iterable[Filing]) -> dict[str, Filing]:
    """Return the filings under their departments' names."""
    return {unit_key(filing.name): filing for filing in filings}


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
    from workbook.filing import Filing
    from workbook.forms import scheme_of
    from workbook.forms.picture import draw
    from workbook.readers import document
    from workbook.writers import department

    if not entry.layout.get("sheets"):
        return "\n".join(f"| {label}" for label in entry.recognised_by)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        path = Path(folder) / "空表.xlsx"
        department.write(Filing(form=entry.id), scheme_of(entry), path)
        return "\n\n".join(draw(grid) for grid in document(path).grids)


def open_master(path: Path) -> Master:
    """Return a master's contents; raise ActionError where the file is none."""
    from workbook.master import read_master

    if not path.is_file():
        raise ActionError(f"找不到总表「{path}」，请检查路径，或先用 jixiao new 新建")
    use_forms_beside(path)
    if not is_master(path):
        if states_of(path):
            raise ActionError(
                f"总表「{path.name}」打不开，可能已损坏；请用 jixiao undo 退回上一版（不放心的先另存一份）"
            )
        raise ActionError(
            f"「{path.name}」不是绩效自评总表（缺「部门清单」「校验结果」等工作表），请用 jixiao new 新建一本"
        )
    return read_master(path)


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
        _write_own(Filing(unit=unit, year=year, form="l1"), scheme or load(), path)
        return Outcome(f"已新建「{unit}」的自评工作簿 {path}", written=[path])
    made = edits_for_new(year=year, region=region, python=python_for_buttons(), scheme=scheme)
    receipt = apply(template(), made, path)
    return Outcome(f"已新建总表 {path}", written=[path], receipt=receipt)


def python_for_buttons() -> str:
    """Return the Python that a master made here starts when a button is pressed: this one, on Windows without a console."""
    own = Path(sys.executable)
    silent = own.with_name("pythonw.exe")
    return str(silent if silent.is_file() else own)


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
    outcome.message = f"{outcome.verdict}；已另存 {len(outcome.written)} 个文件"
    return outcome


def _drop_book(path: Path) -> Outcome:
    from workbook.keep import replacing

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


def import_(
    master: Path,
    paths: Iterable[Path],
    progress: Progress = silent,
    power: Power | None = None,
    *,
    dry_run: bool = False,
    prefer: str = "总表",
) -> Outcome:
    """Take in what departments hand in (files, folders, .zip); what the clerk wrote in the master is kept.

    A department that handed in twice is taken once; who is missing, twice or unreadable stands in `collected`. With
    `dry_run` nothing is written: the outcome says what would be. `prefer` says who wins where both the clerk and the
    department have changed a value since it was issued: 总表 (it is reported and left to the clerk) or 单位.
    """
    from workbook import many, parts
    from workbook.batch import Power
    from workbook.collect import lines
    from workbook.master import differences_said, take_in
    from workbook.writers.package import apply

    book = open_master(master)
    choice, collected = many.collect_for(book, paths, progress, power or Power())
    if parts.too_many(book, collected.taken) and not dry_run:
        split = parts.take_in_parts(book, choice, collected, prefer, progress, power or Power())
        split.collected = collected
        split.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
        return split
    filings = list(choice.filings(collected.taken))
    taken = take_in(book, filings, prefer)
    outcome = Outcome(collected=collected, differences=taken.differences)
    outcome.refused = [Refused(Path(entry.name), entry.reason) for entry in collected.unread]
    said = [*lines(collected, reasons=False), *differences_said(taken, listed=not dry_run)]
    outcome.message = "\n".join(["试导入，没有改动总表。", *said] if dry_run else said)
    if not dry_run:
        outcome.receipt = apply(master, taken.edits, verb="import", expected=book.stamp)
        outcome.written = [master]
    return outcome


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


def fill(master: Path, progress: Progress = silent, power: Power | None = None) -> Outcome:
    """Fill the derived fields that are blank; what the clerk entered stays, and the difference shows."""
    if has_parts(master):
        return _over_parts(master, "fill", progress, power)
    return _change(master, "fill")


def clear(master: Path) -> Outcome:
    """Take the marks off the cells; the list of findings stays."""
    return _change(master, "clear")


def check_master(
    master: Path,
    prior: Mapping[str, Filing] | None = None,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
    verb: str = "check",
) -> Outcome:
    """Check every department of a master and write 校验结果; explanations given before stay with their findings."""
    from workbook.writers.package import apply

    if has_parts(master):
        return _over_parts(master, verb, progress, power)
    book = open_book(master)
    checked = _checked(book, master, prior or {}, only, skip, progress, power)
    edits = _check_edits(book, checked)
    receipt = apply(master, edits, verb=verb, expected=book.stamp)
    return Outcome(edits.message, checked=checked, written=[master], receipt=receipt)


def _check_into(raw: Path, target: Path, explained: Iterable[Finding]) -> None:
    """Check a department's own workbook just written, with the explanations that these findings had, into its place."""
    from workbook.filing import Explanation
    from workbook.writers.package import apply

    book = open_book(raw)
    given = {entry.key: Explanation(entry.explanation, entry.mark) for entry in explained if entry.explanation}
    book.filings[0].explanations = given
    apply(raw, _check_edits(book, _checked(book, target, {})), target)


def edits(verb: str, path: Path, **options: Any) -> Edits:
    """Return what a verb changes in a master or a department's own workbook; raise ActionError on an unknown verb.

    `path` is the saved copy of the open workbook. Options: `files` for import and compare (paths).
    """
    book = open_book(path)
    files = [Path(entry) for entry in options.get("files", ())]
    if verb == "import" and not book.own:
        from workbook import many
        from workbook.batch import Power
        from workbook.collect import lines

        choice, collected = many.collect_for(book, files, silent, Power())
        made = _import_edits(book, list(choice.filings(collected.taken)))
        made.message = "\n".join((*lines(collected), *made.message.splitlines()[1:]))
        return made
    if verb in ("check", "compare"):
        refused: list[Refused] = []
        prior = by_unit(_filings_of(expand(files), refused))
        if verb == "compare" and not prior:
            raise ActionError("没有上年的总表或报告可核对，请先选择上年的文件")
        made = _check_edits(book, _checked(book, path, prior))
        made.message += "".join(f"\n{entry.path.name}：{entry.reason}" for entry in refused)
        return made
    return _edits_of(verb, book)


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
        return _over_parts(master, "export", progress, power, to=str(to), formats=tuple(formats))
    book = open_book(master)
    checked = _checked(book, master, {}, progress=progress, power=power)
    if single:
        target = to / f"{safe_name(book.region or '全部单位')}{book.year or ''}年度绩效自评.xlsx"
        findings = {entry.filing.name: entry.report.findings for entry in checked}
        department.write_single([entry.filing for entry in checked], book.scheme_for, target, findings)
        return Outcome(f"已导出 {len(checked)} 个单位到 {target}", checked=checked, written=[target])
    written = many.export(checked, to, formats, many.store_of(master), progress, power or Power())
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


def rollup(source: Path, to: Sequence[Path] = (), progress: Progress = silent, power: Power | None = None) -> Outcome:
    """Bring a master's 部门清单 and 汇总分析 up to date, or check a folder of reports; write the roll-up where `to` says.

    `.xlsx` is the workbook with charts and tables, `.docx` and `.pdf` the report.
    """
    if strange := [path.name for path in to if path.suffix.lower() not in (".xlsx", ".docx", ".pdf")]:
        raise ActionError(f"汇总表的文件名应以 .xlsx、.docx 或 .pdf 结尾，现为「{strange[0]}」")
    if is_master(source):
        outcome = check_master(source, verb="rollup", progress=progress, power=power)
    else:
        outcome = check([source], progress=progress, power=power)
    if to:
        from workbook.rollup import write, write_report

        title = _rollup_title(source)
        with _rolled_up(source, outcome) as tables:
            for path in to:
                path.parent.mkdir(parents=True, exist_ok=True)
                (write if path.suffix.lower() == ".xlsx" else write_report)(tables, path, title)
                outcome.written.append(path)
    return outcome


def sample(
    source: Path,
    number: int,
    at_random: int | None = None,
    seed: str = "",
    to: Path | None = None,
    progress: Progress = silent,
    power: Power | None = None,
) -> list[tuple[Any, ...]]:
    """Return the sampling plan of a master or a folder of reports: whom to look at again, and why; also as a workbook."""
    from workbook.rollup import write_plan

    if has_parts(source):
        outcome = check_master(source, progress=progress, power=power)
    elif is_master(source):
        outcome = Outcome(checked=_checked(open_master(source), source, {}, progress=progress, power=power))
    else:
        outcome = check([source], progress=progress, power=power)
    with _rolled_up(source, outcome) as tables:
        plan = tables.plan(number, at_random, seed)
    if to is not None:
        write_plan(plan, to)
    return plan


def has_parts(master: Path) -> bool:
    """Return whether a master was split into parts."""
    return master.with_name(f"{master.stem}-分册").is_dir() and is_master(master)


def _over_parts(master: Path, verb: str, progress: Progress, power: Power | None, **how: Any) -> Outcome:
    from workbook import parts
    from workbook.batch import Power

    return parts.over(master, parts.Duty("", verb, **how), progress, power or Power())


def _rolled_up(source: Path, outcome: Outcome) -> AbstractContextManager[Rollup]:
    from workbook.many import Checks, records_at
    from workbook.rollup import from_lines, from_parquet, from_records, records_of

    if outcome.parts:
        return from_lines(records_at(source))
    if isinstance(outcome.checked, Checks):
        return from_parquet([outcome.checked.parquet])
    return from_records(records_of(outcome.checked))


def _rollup_title(source: Path) -> str:
    if is_master(source):
        book = open_master(source)
        return f"{book.region}{book.year or ''}年度部门整体支出绩效自评汇总"
    return "部门整体支出绩效自评汇总"


def demo(folder: Path) -> Outcome:
    """Run the whole way on the departments that ship with the package: new, import, fill, check, export."""
    from workbook.demo import YEAR, make

    if folder.exists() and any(folder.iterdir()):
        raise ActionError(f"文件夹「{folder}」不是空的，没有动它；请用 --to 换一个文件夹")
    received = make(folder / "各单位报来")
    master = folder / "绩效自评总表.xlsm"
    new(master, year=YEAR, region="云麓县（示例）")
    taken = import_(master, received)
    fill(master)
    outcome = check_master(master)
    exported = export(master, folder / "导出", formats=("xlsx", "docx", "notice"))
    outcome.refused = taken.refused
    outcome.written = [master, *exported.written]
    return outcome


DEMO_NOTE = ".演示.json"
STEPS = ("made", "import", "fill", "check", "rollup", "export")


def demo_many(
    folder: Path, departments: int, seed: int = 1, progress: Progress = silent, power: Power | None = None
) -> Outcome:
    """Run the whole way on so many invented departments: hand in, import, fill, check, roll up, export.

    The same number and seed give the same files. A run that was killed goes on where it was when it is started again.
    """
    from workbook.batch import Power
    from workbook.demo import YEAR

    done = _demo_state(folder, departments, seed)
    received, master, to = folder / "各单位报来", folder / "绩效自评总表.xlsm", folder / "导出"
    power, outcome = power or Power(), Outcome()
    rolled = (folder / "汇总.xlsx", folder / "汇总报告.docx")
    steps: dict[str, Callable[[], Outcome | None]] = {
        "made": lambda: _hand_in(received, departments, seed, progress, power),
        "import": lambda: import_(_demo_master(master, YEAR), [received], progress, power),
        "fill": lambda: fill(master, progress, power),
        "check": lambda: check_master(master, progress=progress, power=power),
        "rollup": lambda: rollup(master, rolled, progress, power),
        "export": lambda: export(master, to, formats=("xlsx",), progress=progress, power=power),
    }
    for name in STEPS:
        if name not in done:
            outcome = steps[name]() or outcome
            done.append(name)
            _note_demo(folder, departments, seed, done)
    outcome.message = f"{departments} 个单位走完全过程，在「{folder}」"
    outcome.written = [master, *rolled, to]
    return outcome


def _demo_state(folder: Path, departments: int, seed: int) -> list[str]:
    """Return the steps that an earlier run of the same demonstration finished; raise ActionError where something else is there."""
    note = folder / DEMO_NOTE
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        _note_demo(folder, departments, seed, [])
        return []
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = {}
    if (held.get("departments"), held.get("seed")) != (departments, seed):
        raise ActionError(f"文件夹「{folder}」里有别的东西，没有动它；请用 --to 换一个文件夹")
    return list(held["done"])


def _note_demo(folder: Path, departments: int, seed: int, done: list[str]) -> None:
    words = json.dumps({"departments": departments, "seed": seed, "done": done})
    draft = folder / f"{DEMO_NOTE}.tmp"
    draft.write_text(words, encoding="utf-8")
    draft.replace(folder / DEMO_NOTE)


def _demo_master(master: Path, year: int) -> Path:
    if not master.exists():
        new(master, year=year, region="湘南省（示例）")
    return master


def _hand_in(received: Path, departments: int, seed: int, progress: Progress, power: Power) -> None:
    """Write what the departments hand in, but the files that stand there already."""
    from workbook import batch
    from workbook.demo.province import HandIn, deliveries, write_task
    from workbook.many import store_of
    from workbook.records import digest, pack
    from workbook.store import Store

    def pieces() -> Iterator[batch.Piece]:
        for name, filing in deliveries(departments, seed):
            text, path = pack(filing), received / name
            yield batch.Piece(digest(batch.version(), name, text), HandIn(str(path), text))

    with progress("报送", departments) as tick:
        batch.run(write_task, pieces(), Store(store_of(received), "made"), power, total=departments, tick=tick)


def undo(path: Path, number: int | None = None) -> Outcome:
    """Take the last change of a file back (or go back to a state by its number in `states_of`); raise ActionError, KeepError."""
    from workbook import keep

    path = keep.real(path)
    listed = keep.states.states(path)
    if number is not None and not 1 <= number <= len(listed):
        raise ActionError(f"「{path.name}」没有第 {number} 个上一版，现有 {len(listed)} 个；用 jixiao undo --list 查看")
    chosen = listed[number - 1] if number is not None else keep.previous(path)
    changes = _undone(path, chosen.path) if chosen else ()
    found = keep.undo(path, chosen, changes)
    message = f"「{path.name}」已退回到 {found.words}；退回以前的也留着，再运行一次 jixiao undo 就恢复"
    return Outcome(message, written=[path])


def _undone(path: Path, earlier: Path) -> list[Change]:
    """Return what taking back changes in a master, nothing where one of the two states is none that can be read."""
    from workbook.keep.changes import between
    from workbook.master import read_master

    try:
        if is_master(path) and is_master(earlier):
            return list(between(read_master(path).filings, read_master(earlier).filings))
    except (KeepError, SchemeError):
        pass
    return []


def states_of(path: Path) -> list[State]:
    """Return the earlier states of a file that `undo` can go back to, the newest first."""
    from workbook import keep

    return keep.states.states(keep.real(path))


def log(path: Path, unit: str = "") -> list[Entry]:
    """Return what was changed in a file, the newest first; with `unit` only what concerns that department.

    Raise ActionError where there is no log.
    """
    from workbook import keep

    path = keep.real(path)
    if not keep.journal.log_of(path).is_file():
        raise ActionError(f"「{path.name}」还没有修改记录（记录在同一文件夹的“{FOLDER}”里）；请检查路径")
    found = keep.journal.entries(path)[::-1]
    if not unit:
        return found
    for entry in found:
        entry.changes = [change for change in entry.changes if unit_key(change.unit) == unit_key(unit)]
    return [entry for entry in found if entry.changes]


def safe_name(name: str) -> str:
    """Return a file name that every system takes: no separators, no device names, at most 80 characters and 200 bytes.

    Nor does it begin as an option, a hidden or a lock file does.
    """
    cleaned = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', "_", name)
    cleaned = cleaned.lstrip(" .~-").encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
    cleaned = cleaned[:80].rstrip(" .") or "未命名单位"
    device = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", cleaned)
    return f"_{cleaned}" if device else cleaned


def _change(master: Path, verb: str) -> Outcome:
    from workbook.writers.package import apply

    book = open_book(master)
    made = _edits_of(verb, book)
    return Outcome(made.message, written=[master], receipt=apply(master, made, verb=verb, expected=book.stamp))


def _edits_of(verb: str, book: Master) -> Edits:
    from workbook import master
    from workbook.derive import derive

    if verb == "fill":
        derived = {filing.unit or "": derive(filing, book.scheme_for(filing)) for filing in book.filings}
        if book.own:
            from workbook import unit_book

            return unit_book.edits_for_fill(book, derived)
        return master.edits_for_fill(book, derived)
    if verb == "clear":
        return master.edits_for_clear(book)
    if verb == "rollup" and not book.own:
        return _check_edits(book, _checked(book, book.path, {}))
    raise ActionError(
        f"这本工作簿里没有「{BY_NAME[verb].caption if verb in BY_NAME else verb}」这个操作，它是财政局总表里的"
    )


def _import_edits(book: Master, filings: list[Filing]) -> Edits:
    from workbook.master import edits_for_import

    return edits_for_import(book, filings)


def _checked(
    book: Master,
    path: Path,
    prior: Mapping[str, Filing],
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    progress: Progress = silent,
    power: Power | None = None,
) -> list[Checked]:
    """Return every department of a master as checked, over processes where they are many."""
    from workbook import many
    from workbook.batch import Power

    for filing in book.filings:
        filing.prior = prior.get(unit_key(filing.name))
    terms = many.Terms(book.scheme, tuple(only), tuple(skip))
    held = [(filing, book.scheme_for(filing)) for filing in book.filings]
    with progress("审核", len(book.filings)) as tick:
        reports = many.reports(held, terms, many.store_of(path), power or Power(), tick)
        return [
            check_filing(filing, scheme, path, report=report)
            for (filing, scheme), report in zip(held, reports, strict=True)
        ]


def _check_edits(book: Master, checked: list[Checked]) -> Edits:
    from workbook import master

    if book.own:
        from workbook import unit_book

        return unit_book.edits_for_check(book, [entry.report for entry in checked])
    return master.edits_for_check(
        book, [entry.report for entry in checked], {e.filing.unit or "": e.derived for e in checked}
    )


def _filings_of(files: Iterable[Path], refused: list[Refused]) -> list[Filing]:
    """Return the filings of masters and reports; what could not be read is added to `refused`."""
    out: list[Filing] = []
    for path in files:
        filings, part = (open_book(path).filings, Outcome()) if is_book(path) else read_files([path])
        out += filings
        refused += part.refused
    return out


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
    """Write one department in all formats wanted; a notice only where something was found."""
    wanted = (kind for kind in formats if kind not in ("notice", "html") or entry.report.findings)
    return [_WRITERS[kind](entry, scheme, to, name) for kind in wanted]


def _write_xlsx(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers import department

    target = to / f"{name}.xlsx"
    department.write(entry.filing, scheme, target, entry.report.findings)
    return target


def _write_xlsm(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    target = to / f"{name}.xlsm"
    _write_own(entry.filing, scheme, target, entry.report.findings)
    return target


def _write_own(filing: Filing, scheme: Scheme, target: Path, explained: Iterable[Finding] = ()) -> None:
    """Write a department's own workbook, checked, into its place."""
    from workbook import unit_book
    from workbook.rules.catalogue import table_rows
    from workbook.templates import PARTS

    _, *rules = table_rows(scheme)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".jixiao-") as folder:
        raw = Path(folder) / target.name
        unit_book.write(filing, scheme, raw, rules, PARTS)
        _check_into(raw, target, explained)


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
    write_html(entry.report, target)
    return target


def _write_skeleton(entry: Checked, scheme: Scheme, to: Path, name: str) -> Path:
    from workbook.writers.word import skeleton

    target = to / f"{name}-报告初稿.docx"
    skeleton(entry.filing, scheme, target)
    return target


_WRITERS: dict[str, Callable[[Checked, Scheme, Path, str], Path]] = {
    "xlsx": _write_xlsx,
    "xlsm": _write_xlsm,
    "docx": _write_docx,
    "pdf": _write_pdf,
    "notice": _write_notice,
    "html": _write_html,
    "skeleton": _write_skeleton,
}
FORMATS = tuple(_WRITERS)
