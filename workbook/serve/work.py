"""What the page has done: the verbs on one file of a workspace, in a process of its own, the result as plain data for JSON.

A file keeps its result and what the clerk explained beside it (`RESULT`, `REASONS`): who restarts a worker loses nothing.
Explanations are kept with the mark of the finding they were written for, as in a workbook.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.actions.books import carry_out, open_book
from workbook.actions.checks import check_edits, check_master, checked_in
from workbook.actions.checks import warm as warm_up
from workbook.actions.exports import export
from workbook.actions.files import is_book, read_files
from workbook.actions.fill import fill
from workbook.actions.imports import import_ as take_in
from workbook.actions.new import new as new_master
from workbook.actions.rollup import rollup
from workbook.bulk import volumes
from workbook.bulk.engine import Power
from workbook.checking import annotation
from workbook.checking.check import check_filing
from workbook.checking.ledgers import ledger_of
from workbook.checking.outcome import ActionError, Checked, Outcome
from workbook.exports import export_one
from workbook.exports.names import name_for
from workbook.forms import form
from workbook.master.read import Master
from workbook.master.results import result_hash
from workbook.model.filing import Explanation, Filing
from workbook.model.findings import Card, Finding, idle_words
from workbook.process import ClerkError, hurry
from workbook.readers.detect import Kind, detect
from workbook.readers.legacy import converted
from workbook.readers.limits import LIMITS
from workbook.rollup import measures
from workbook.serve import picture
from workbook.storage import cache
from workbook.storage.replacing import words_of
from workbook.writers import department

RESULT, REASONS, PROGRESS = "result.json", "reasons.json", "progress.json"
Data = dict[str, Any]
MOST_UNITS = 400  # departments of a master that a page shows; more are for the command
LONGEST_REASON = 2_000  # characters
MOST_UNPACKED = 500_000_000  # bytes of the files in an archive: what one person's import may take of the disk


def done(verb: Callable[..., Data], folder: Path, *arguments: Any) -> Data:
    """Do one of the verbs below on the file of a folder and keep its result there; {"failed": why} where it cannot be done."""
    before = os.environ.get(cache.SETTING)
    # what is remembered of the files goes when the workspace goes
    os.environ[cache.SETTING] = str(folder.parent / "cache")
    cache.root.cache_clear()
    try:
        return verb(folder, *arguments)
    except Exception as error:
        return {"failed": words_for(error)}
    finally:
        (folder / PROGRESS).unlink(missing_ok=True)
        os.environ.pop(cache.SETTING)
        if before is not None:
            os.environ[cache.SETTING] = before
        cache.root.cache_clear()


def warm() -> Data:
    """Load what every check needs, in a process that waits for work: who comes first does not wait for it."""
    hurry()
    warm_up()
    return {}


def words_for(error: Exception) -> str:
    """Return what to tell the clerk of an error: its own sentence where it is one of ours."""
    if isinstance(error, ClerkError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"本机没有程序包 {error.name}，这一步做不了；请管理员运行 jixiao doctor"
    if isinstance(error, MemoryError):
        return "文件过大，要用的内存超过上限，没有处理；请删去与自评无关的工作表和内容再试"
    if isinstance(error, OSError):
        return words_of(error, Path(error.filename).name if error.filename else None)
    return f"程序内部出错（{type(error).__name__}），您的文件没有改动；请把这份文件和这句话交给维护人员"


def file_of(folder: Path) -> Path:
    """Return the one file that a folder is for."""
    return next(entry for entry in (folder / "file").iterdir() if not entry.name.startswith(".") and entry.is_file())


def _keep(folder: Path, name: str, data: Any) -> None:
    draft = folder / f"{name}.new"
    draft.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / name)


def _kept(folder: Path, name: str) -> Any:
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@dataclass(slots=True)
class _Progress:
    """Progress of long work as a file beside the result, which the page asks for."""

    folder: Path

    def __call__(self, caption: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        count = 0

        def tick(more: int) -> None:
            nonlocal count
            count += more
            _keep(self.folder, PROGRESS, {"caption": caption, "done": count, "total": total})

        tick(0)
        return nullcontext(tick)


# --- the verbs --------------------------------------------------------------------------------------------------------


def check(folder: Path) -> Data:
    """Check the file, with what the clerk explained; keep and return the result."""
    path = file_of(folder)
    if path.suffix.lower() == ".zip":
        return _waiting(folder, path)
    if is_book(path):
        with picture.bounded():  # a workbook that somebody made hostile costs its own check alone
            result = _check_book(folder, path)
    else:
        result = _check_report(path, _given(folder))
    _keep(folder, RESULT, result)
    return result


def _waiting(folder: Path, path: Path) -> Data:
    """Return what is said of an archive, which is there to be taken into a master."""
    result = _result(path, "archive", [])
    result["notes"] = ["压缩包不单独审核：请勾选它，导入总表；单份报告请解压后再拖进来"]
    _keep(folder, RESULT, result)
    return result


def _check_report(path: Path, given: Mapping[str, Explanation]) -> Data:
    checked, outcome = _checked_report(path, given)
    drawn = picture.of(path, [entry.filing for entry in checked])
    result = _result(path, "report", checked, drawn.anchors)
    result["blocks"] = drawn.blocks
    result["notes"] = [entry.reason for entry in outcome.refused] + [*filter(None, outcome.notes)]
    result["downloads"] = ["workbook", "notice", "html"]
    if drawn.kind == Kind.OLD_WORD or (drawn.kind == Kind.WORD and path.suffix.lower() == ".docx"):
        result["downloads"].insert(0, "annotated")
    if not checked and outcome.refused:
        result["failed"] = outcome.refused[0].reason
    return result


def _checked_report(path: Path, given: Mapping[str, Explanation]) -> tuple[list[Checked], Outcome]:
    filings, outcome = read_files([path])
    for filing in filings:
        filing.explanations.update(given)
    return [check_filing(filing, None, path) for filing in filings], outcome


def _check_book(folder: Path, path: Path) -> Data:
    book = open_book(path)
    if len(book.filings) > MOST_UNITS or volumes.has_parts(path):
        raise ActionError(
            f"这本总表有 {len(book.filings)} 个单位，超过网页一次能看的 {MOST_UNITS} 个；请用 jixiao check 审核"
        )
    given = _given(folder)
    for filing in book.filings:
        filing.explanations.update(given)
    notes = list(book.notes)
    checked = checked_in(book, path, {}, progress=_Progress(folder), notes=notes)
    carry_out(book, check_edits(book, checked), "check")
    drawn = picture.of_book(path, book.filings[0]) if book.own and book.filings else picture.Picture()
    result = _result(path, "book" if book.own else "master", checked, drawn.anchors)
    result["blocks"], result["notes"] = drawn.blocks, notes
    result["downloads"] = ["workbook", "notice", "html"] if book.own else ["workbook", "rollup", "report", "exports"]
    if not book.own:
        result["desk"] = _desk(book, checked)
    return result


def import_(folder: Path, sources: Sequence[Path], prefer: str = "总表") -> Data:
    """Take what departments handed in into the master of the folder, and check it."""
    before = LIMITS.archive_bytes
    LIMITS.archive_bytes = min(before, MOST_UNPACKED)
    try:
        outcome = take_in(file_of(folder), sources, _Progress(folder), Power(1), prefer=prefer)
    finally:
        LIMITS.archive_bytes = before
    result = check(folder)
    result["said"] = outcome.message.splitlines()
    result["notes"] += [f"{entry.path.name}：{entry.reason}" for entry in outcome.refused]
    _keep(folder, RESULT, result)
    return result


def explain(folder: Path, key: str, text: str) -> Data:
    """Keep what the clerk wrote beside a finding (a finding's key; "" takes it back), and check again."""
    held = _kept(folder, REASONS) or {}
    mark = next((entry["mark"] for entry in _shown(folder) if entry["key"] == key), None)
    if mark is None:
        return {"failed": "这条问题已经不在了（文件改过，或重新审过），请刷新后再写"}
    held[key] = {"text": text.strip()[:LONGEST_REASON], "mark": mark}
    _keep(folder, REASONS, held)
    return check(folder)


def _given(folder: Path) -> dict[str, Explanation]:
    held = _kept(folder, REASONS) or {}
    return {key: Explanation(entry["text"], entry["mark"]) for key, entry in held.items()}


def _shown(folder: Path) -> Iterator[Data]:
    for unit in (_kept(folder, RESULT) or {}).get("units", []):
        for card in unit["cards"]:
            yield from card["all"]


def new(folder: Path, name: str, year: int, region: str) -> Data:
    """Make an empty master as the file of the folder."""
    new_master(folder / "file" / name, year=year, region=region)
    return check(folder)


# --- what is taken away -----------------------------------------------------------------------------------------------


def make(folder: Path, kind: str) -> Data:
    """Make what the clerk downloads, in a folder of its own, and return {"path": where it lies, "folder": what to take away}."""
    to = Path(tempfile.mkdtemp(prefix="out-", dir=folder))
    try:
        return {"path": str(MAKERS[kind](file_of(folder), to, folder)), "folder": str(to)}
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise


def _annotated(source: Path, to: Path, folder: Path) -> Path:
    target, kind = to / f"{source.stem}-批注.docx", detect(source)
    with converted(source, kind, "docx") if kind == Kind.OLD_WORD else nullcontext(source) as report:
        annotation.refuse([report], target)
        annotation.annotate(_checked_report(source, _given(folder))[0], report, target)
    return target


def _workbook(source: Path, to: Path, folder: Path) -> Path:
    """Return the file itself where it is a workbook of ours, filled and checked as it stands; else the official sheets."""
    if is_book(source):
        return _filled(source, to)
    checked = _some(_checked_report(source, _given(folder))[0])
    target = to / f"{source.stem}-已审.xlsx"
    schemes = {id(entry.filing): entry.scheme for entry in checked}
    findings = {entry.filing.name: entry.report.findings for entry in checked}
    if len(checked) == 1:
        department.write(checked[0].filing, checked[0].scheme, target, checked[0].report.findings)
    else:
        filings = [entry.filing for entry in checked]
        department.write_single(filings, lambda filing: schemes[id(filing)], target, findings)
    return target


def _filled(source: Path, to: Path) -> Path:
    target = to / source.name
    shutil.copyfile(source, target)
    fill(target)
    check_master(target)
    return target


def _notice(source: Path, to: Path, folder: Path) -> Path:
    return _told(source, to, folder, "notice")


def _html(source: Path, to: Path, folder: Path) -> Path:
    return _told(source, to, folder, "html")


def _told(source: Path, to: Path, folder: Path, kind: str) -> Path:
    if is_book(source):
        checked: Sequence[Checked] = checked_in(open_book(source), source, {})
    else:
        checked = _checked_report(source, _given(folder))[0]
    taken: set[str] = set()
    found = [entry for entry in _some(checked) if any(entry.report.counts[:2])]
    if not found:
        raise ActionError("没有错误和待说明的预警，不需要整改通知")
    written = [path for entry in found for path in export_one(entry, to, (kind,), name_for(entry, taken))]
    return _one(written, to, f"{source.stem}-整改通知")


def _exports(source: Path, to: Path, folder: Path) -> Path:
    made = to / "单位"
    outcome = export(source, made, formats=("xlsx", "notice"), progress=_Progress(folder), power=Power(1))
    return _one(outcome.written or sorted(made.rglob("*.*")), to, f"{source.stem}-各单位")


def _rollup(source: Path, to: Path, folder: Path) -> Path:
    return _rolled(source, to / f"{source.stem}-汇总.xlsx", folder)


def _report(source: Path, to: Path, folder: Path) -> Path:
    return _rolled(source, to / f"{source.stem}-汇总报告.docx", folder)


def _rolled(source: Path, target: Path, folder: Path) -> Path:
    rollup(source, [target], _Progress(folder))
    return target


def _some(checked: Sequence[Checked]) -> Sequence[Checked]:
    if not checked:
        raise ActionError("没有读出自评，没有可下载的")
    return checked


def _one(written: Sequence[Path], to: Path, name: str) -> Path:
    """Return the one file written, or all of them in an archive; raise ActionError where there is none."""
    if not written:
        raise ActionError("里面没有单位，没有可下载的")
    if len(written) == 1:
        return written[0]
    target = to / f"{name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in written:
            archive.write(path, path.name)
    return target


MAKERS: dict[str, Callable[[Path, Path, Path], Path]] = {
    "annotated": _annotated,
    "workbook": _workbook,
    "notice": _notice,
    "html": _html,
    "rollup": _rollup,
    "report": _report,
    "exports": _exports,
}


# --- as data ----------------------------------------------------------------------------------------------------------


def _result(path: Path, kind: str, checked: Sequence[Checked], anchors: picture.Anchors | None = None) -> Data:
    outcome = Outcome(checked=checked)
    return {
        "name": path.name,
        "kind": kind,
        "verdict": outcome.verdict if checked else "",
        "headline": outcome.headline if checked else "",
        "hash": result_hash(found for entry in checked for found in entry.report.findings),
        "units": [_unit(number, entry, anchors) for number, entry in enumerate(checked)],
        "blocks": [],
        "notes": [],
        "said": [],
        "downloads": [],
    }


def _unit(number: int, entry: Checked, anchors: picture.Anchors | None) -> Data:
    report = entry.report
    total = entry.derived.at("total.score")
    return {
        "name": entry.filing.name or entry.path.stem,
        "form": form(entry.filing.form).title,
        "year": entry.filing.year,
        "verdict": report.verdict,
        "headline": report.headline,
        "total": None if total is None else f"{total:f}",
        "grade": entry.derived.grade,
        "idle": idle_words([report]),
        "cards": [_card(number, entry, card, anchors) for card in report.cards],
        "fields": list(_fields(entry.filing)) if anchors is None or not anchors.drawn else [],
        "figures": [
            {"n": line.paragraph, "from": line.start, "to": line.end, "state": line.state, "words": line.reason}
            for line in (ledger_of(entry) if anchors is not None and anchors.drawn else ())
        ],
    }


def _fields(filing: Filing) -> Iterator[tuple[str, str, str]]:
    """Yield what a filing holds (path, label, words) where there is no document to draw."""
    for path in filing.paths():
        value = filing.get(path)
        if value is not None:
            yield path, filing.label(path), str(value)


def _card(number: int, entry: Checked, card: Card, anchors: picture.Anchors | None) -> Data:
    leader = card.leader
    return {
        "severity": card.severity.value,
        "caption": card.severity.caption,
        "mark": card.severity.mark,
        "open": bool(card.standing),
        "title": leader.title,
        "message": leader.message,
        "suggestion": leader.suggestion,
        "culprit": leader.culprit,
        "source": leader.source,
        "codes": card.codes,
        "all": [_finding(number, entry, found, anchors) for found in card.all],
    }


def _finding(number: int, entry: Checked, found: Finding, anchors: picture.Anchors | None) -> Data:
    at = anchors.of(number, entry, found) if anchors is not None else ""
    return {
        "key": found.key,
        "mark": found.mark,
        "rule": found.rule,
        "where": found.location.shown,
        "path": found.location.path,
        "message": found.message,
        "severity": found.severity.value,
        "explanation": found.explanation,
        "status": found.status,
        "at": at,
    }


def _desk(book: Master, checked: Sequence[Checked]) -> Data:
    """Return the bureau's desk: who has filed, and the measures of the roll-up as lines of (name, number)."""
    units = [measures.unit_of(entry.filing, entry.derived) for entry in checked]
    findings = [found for entry in checked for found in entry.report.findings]

    def lines(of: Iterable[measures.Count], entries: Sequence[Any]) -> list[tuple[str, int]]:
        return [(line.name, line.value(entries)) for line in of]

    return {
        "year": book.year,
        "region": book.region,
        "missing": list(book.missing),
        "charts": [
            {"title": "等级分布", "lines": lines(measures.BY_GRADE, units)},
            {"title": "预算执行率分布", "lines": lines(measures.BY_EXECUTION, units)},
            {"title": "控制率超过100%的单位数", "lines": lines(measures.OVER_CONTROL, units)},
            {"title": "预算增长（全年预算比年初预算）", "lines": lines(measures.BY_GROWTH, units)},
            {"title": "问题按级别", "lines": lines(measures.BY_LEVEL, findings)},
        ],
    }
