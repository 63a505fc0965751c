"""What the page has done: the verbs on one file of a workspace, in a process of its own, the result as plain data for JSON.

A file keeps its result and what the clerk explained beside it (`RESULT`, `REASONS`): who restarts a worker loses nothing.
Explanations are kept with the mark of the finding they were written for, as in a workbook.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from workbook import patterns as re
from workbook.actions.books import carry_out, open_book
from workbook.actions.checks import check_edits, check_master, checked_in
from workbook.actions.checks import warm as warm_up
from workbook.actions.exports import export
from workbook.actions.files import is_book
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
from workbook.model import quantity
from workbook.model.fields import field_of
from workbook.model.figures import plain
from workbook.model.filing import Explanation, Filing, unit_key
from workbook.model.findings import Card, Finding, idle_words
from workbook.model.given import from_json as given_from_json
from workbook.model.given import to_json as given_to_json
from workbook.model.records import digest
from workbook.process import ClerkError, hurry
from workbook.readers import FellError, ReadError, TablesError, read, read_tables
from workbook.readers.collect import Beside, hand_out, not_given, sorted_out
from workbook.readers.detect import Kind, detect, ending, is_master
from workbook.readers.legacy import converted, find_office
from workbook.readers.limits import within
from workbook.rollup import measures
from workbook.rules.prose_marks import span_of
from workbook.serve import corrected, picture
from workbook.storage import cache
from workbook.storage.replacing import words_of
from workbook.storage.store import LACKING, has_duckdb
from workbook.writers import department

RESULT, REASONS, PROGRESS = "result.json", "reasons.json", "progress.json"
BESIDE, GIVEN, CHANGES = "beside.json", "given.json", "changes.json"
Data = dict[str, Any]
MOST_UNITS = 400  # departments of a master that a page shows; more are for the command
LONGEST_REASON = 2_000  # characters
MOST_UNPACKED = 500_000_000  # bytes of the files in an archive: what one person's import may take of the disk


def apart(function: Callable[..., Data], *arguments: Any) -> Data:
    """Call a function in a worker's process, which has no main module where the service was started by an .exe: DuckDB asks for one."""
    sys.modules.setdefault("__main__", ModuleType("__main__"))
    return function(*arguments)


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


def read_of(folder: Path) -> Path:
    """Return what is read of the file of a folder: with the clerk's changes in it where there are any; raise ReadError.

    An old Word report is turned into a new one once, and that is read, shown and annotated from then on.
    """
    changes: corrected.Changes = _kept(folder, CHANGES) or {}
    filed = _filed(folder, bool(changes))
    if not changes:
        return filed
    place = folder / f"changed-{digest(json.dumps(changes, sort_keys=True))[:24]}"
    if not place.is_dir():
        document = picture.taken_apart(filed)
        if document is None:
            raise ActionError(f"「{filed.name}」不能在网页上改；请在原来的程序里改好，再拖进来")
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        with picture.bounded():
            corrected.write(filed, document, changes, draft / filed.name)
        for before in folder.glob("changed-*"):
            shutil.rmtree(before, ignore_errors=True)
        draft.replace(place)
    return next(entry for entry in place.iterdir() if entry.is_file())


def _filed(folder: Path, to_change: bool = False) -> Path:
    """Return the file as it was filed, in a format that is read (`to_change`: written) here; raise ReadError."""
    path = file_of(folder)
    if path.suffix.lower() in (".pdf", ".zip"):
        return path
    kind = detect(path)
    if kind == Kind.OLD_WORD:
        return _renewed(folder, path, kind, "docx")
    if to_change and kind == Kind.OLD_EXCEL:
        return _renewed(folder, path, kind, "xlsx")
    if kind in _NAMES and path.suffix.lower() not in _NAMES[kind]:
        return _renewed(folder, path, kind, ending(path, kind))
    return path


_NAMES = {Kind.WORD: (".docx", ".docm"), Kind.EXCEL: (".xlsx", ".xlsm")}


def _renewed(folder: Path, path: Path, kind: Kind, into: str) -> Path:
    """Return a file as LibreOffice turned it into another format, or under the name of its own; kept. Raise ReadError."""
    place = folder / "renewed"
    if not place.is_dir():
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        with nullcontext(path) if kind in _NAMES else converted(path, kind, into) as made:
            shutil.copyfile(made, draft / f"{path.stem}.{into}")
        draft.replace(place)
    return next(place.iterdir())


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
    """Check the file, with what the clerk explained and changed and the tables beside it; keep and return the result."""
    path = file_of(folder)
    if path.suffix.lower() == ".zip":
        result = _waiting(path)
    elif is_book(path):
        with picture.bounded():  # a workbook that somebody made hostile costs its own check alone
            result = _check_book(folder, read_of(folder))
    else:
        result = _check_report(folder)
    result["name"] = path.name
    changes: corrected.Changes = _kept(folder, CHANGES) or {}
    result["changes"] = [{"at": at, **entry, "was": _seen(result, at, entry["was"])} for at, entry in changes.items()]
    if changes:
        result["downloads"].insert(0, "changed")
        if (made := read_of(folder)).suffix.lower() != path.suffix.lower():
            result["notes"].append(f"改好的文件存成 {made.suffix}，交来的 {path.suffix} 没有动")
    _keep(folder, RESULT, result)
    return result


def _waiting(path: Path) -> Data:
    """Return what is said of an archive, which is there to be taken into a master."""
    result = _result(path, "archive", [])
    result["notes"] = ["压缩包不单独审核：请勾选它，导入总表；单份报告请解压后再拖进来"]
    return result


def _check_report(folder: Path) -> Data:
    path = read_of(folder)
    try:
        checked, notes = _checked_report(folder)
    except ReadError as error:
        return _check_tables(folder, error)
    drawn = picture.of(path, [entry.filing for entry in checked])
    result = _result(path, "report", checked, drawn.anchors)
    result["notes"] = notes
    _draw(result, drawn, checked)
    kind = detect(path)
    result["editable"] = drawn.anchors.drawn and (kind in _NAMES or (kind == Kind.OLD_EXCEL and bool(find_office())))
    if drawn.anchors.drawn and kind == Kind.OLD_EXCEL and not result["editable"]:
        result["notes"].append(
            "旧版 Excel 里的数要在这里改，先用 Excel 或 WPS 另存为 .xlsx 再拖进来（本机没有 LibreOffice）"
        )
    result["downloads"] = ["workbook", "notice", "html"]
    if drawn.anchors.drawn and path.suffix.lower() == ".docx":
        result["downloads"].insert(0, "annotated")
    return result


def _checked_report(folder: Path) -> tuple[list[Checked], list[str]]:
    """Return the filings of a report as checked, and what the clerk must know; raise ReadError where it holds none."""
    path = read_of(folder)
    filings = read(path)
    notes = _handed_out(folder, filings)
    given = _given(folder)
    for filing in filings:
        filing.source = file_of(folder).name
        filing.explanations.update(given)
    return [check_filing(filing, None, path) for filing in filings], notes


def _check_tables(folder: Path, why: ReadError) -> Data:
    """Return what a file gives that is no self-evaluation but holds the tables beside one; raise `why` where it holds none."""
    path = file_of(folder)
    try:
        given = why.given if isinstance(why, TablesError) else read_tables(path)
    except FellError:
        raise
    except ReadError as error:
        raise (error if path.suffix.lower() == ".pdf" else why) from None
    _keep(folder, GIVEN, given_to_json(given))
    result = _result(path, "tables", [])
    spots = [entry.spot for entry in given.figures] + [entry.spot for entry in given.targets]
    titles = list(dict.fromkeys(spot.table for spot in spots))
    years = "、".join(map(str, sorted(given.years)))
    result["verdict"] = "附上核对的表"
    result["headline"] = f"附上核对的表 {len(titles)} 张"
    result["notes"] = [
        "、".join(titles),
        f"{given.unit or '表上没有写单位名称'}{f'，{years} 年度' if years else ''}",
        "同一单位的自评已经和它核对，结果在自评那一份里；财政局的请勾选它，和报告一起导入总表",
        *given.notes,
    ]
    return result


def _handed_out(folder: Path, filings: Sequence[Filing]) -> list[str]:
    """Give filings the tables that lie beside them in the workspace; return what the clerk must know of it."""
    parts = _tables_beside(folder)
    if not parts:
        return []
    owners = dict.fromkeys([*_kept(folder, BESIDE)["owners"], *(filing.owner for filing in filings)])
    given = sorted_out(parts, owners)
    said = list(dict.fromkeys(hand_out(filings, given)))
    own = {unit_key(filing.owner) for filing in filings}
    used = [part.name for owner, held in given.items() if owner in own for part in held]
    lost = [f"{entry.name}：{entry.reason}" for entry in not_given(given, list(owners))]
    return [*([f"一起核对了：{'、'.join(used)}"] if used else []), *said, *lost]


def _tables_beside(folder: Path) -> list[Beside]:
    """Return the tables that lie beside a file in the workspace."""
    told = [(Path(entry["folder"]), entry["came_in"]) for entry in (_kept(folder, BESIDE) or {}).get("tables", ())]
    held = ((place, came_in, _kept(place, GIVEN)) for place, came_in in told)
    return [Beside(file_of(place).name, came_in, given_from_json(given)) for place, came_in, given in held if given]


def _check_book(folder: Path, path: Path) -> Data:
    book = open_book(path)
    if len(book.filings) > MOST_UNITS or volumes.has_parts(path):
        raise ActionError(
            f"这本总表有 {len(book.filings)} 个单位，超过网页一次能看的 {MOST_UNITS} 个；请用 jixiao check 审核"
        )
    given = _given(folder)
    for filing in book.filings:
        filing.explanations.update(given)
    notes = [*book.notes, *(_handed_out(folder, book.filings) if book.own else ())]
    checked = checked_in(book, path, {}, progress=_Progress(folder), notes=notes)
    carry_out(book, check_edits(book, checked), "check")
    drawn = picture.of_book(path, book.filings[0]) if book.own and book.filings else picture.Picture()
    result = _result(path, "book" if book.own else "master", checked, drawn.anchors)
    result["notes"] = notes
    _draw(result, drawn, checked)
    result["editable"] = book.own and drawn.anchors.drawn
    result["downloads"] = ["workbook", "notice", "html"]
    if not book.own:
        result["desk"] = _desk(book, checked)
        result["downloads"] = ["workbook", *(["rollup", "report"] if has_duckdb() else []), "exports"]
        if not has_duckdb():
            result["notes"].append(LACKING)
    return result


def import_(folder: Path, sources: Sequence[tuple[Path, str]], prefer: str = "总表") -> Data:
    """Take what departments handed in (folders of files here, and the folder each came in) into the master, and check it."""
    with within(archive_bytes=MOST_UNPACKED), tempfile.TemporaryDirectory(prefix="in-", dir=folder) as place:
        _lay_out(sources, Path(place))
        outcome = take_in(file_of(folder), [Path(place)], _Progress(folder), Power(1), prefer=prefer, remembering=False)
    result = check(folder)
    result["said"] = outcome.message.splitlines()
    result["notes"] += [f"{entry.path.name}：{entry.reason}" for entry in outcome.refused]
    _keep(folder, RESULT, result)
    return result


def _lay_out(sources: Sequence[tuple[Path, str]], place: Path) -> None:
    """Lay files out as they came, each in the folder of its department where it came in one: tables without a name go by it."""
    for number, (item, came_in) in enumerate(sources):
        try:
            path = read_of(item)
        except ReadError:
            path = file_of(item)  # is told with the others why not
        target = place / came_in / path.name
        if target.exists():
            target = place / f"{came_in}({number})" / path.name
        target.parent.mkdir(exist_ok=True)
        shutil.copy2(path, target)


def change(folder: Path, at: str, words: str | None) -> Data:
    """Put words where the clerk wants others (`corrected`), or take that back (None), and check again.

    Where the file cannot be read with it any more, it stays as it was.
    """
    before: corrected.Changes = _kept(folder, CHANGES) or {}
    if words is None:
        after = corrected.withdrawn(before, at)
    else:
        if at in (_kept(folder, RESULT) or {}).get("rates", ()) and _BARE.fullmatch(words.strip()):
            words = f"{words.strip()}%"  # as the cell is shown, and as a workbook takes it
        filed = picture.taken_apart(_filed(folder, to_change=True))
        if filed is None:
            raise ActionError("这份文件不能在网页上改；请在原来的程序里改好，再拖进来")
        after = corrected.entered(before, filed, at, words)
    _keep(folder, CHANGES, after)
    try:
        return check(folder)
    except BaseException:
        _keep(folder, CHANGES, before)
        raise


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
        return {"path": str(MAKERS[kind](read_of(folder), to, folder)), "folder": str(to)}
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise


def _annotated(source: Path, to: Path, folder: Path) -> Path:
    target = to / f"{source.stem}-批注.docx"
    annotation.refuse([source], target)
    annotation.annotate(_checked_report(folder)[0], source, target)
    return target


def _changed(source: Path, to: Path, folder: Path) -> Path:
    """Return the clerk's own file with her changes in it, under a name of its own."""
    return Path(shutil.copyfile(source, to / f"{source.stem}-已改{source.suffix}"))


def _workbook(source: Path, to: Path, folder: Path) -> Path:
    """Return the file itself where it is a workbook of ours, filled and checked as it stands; else the official sheets."""
    if is_book(source):
        return _filled(source, to, folder)
    checked = _some(_checked_report(folder)[0])
    target = to / f"{source.stem}-已审.xlsx"
    schemes = {id(entry.filing): entry.scheme for entry in checked}
    findings = {entry.filing.name: entry.report.findings for entry in checked}
    if len(checked) == 1:
        department.write(checked[0].filing, checked[0].scheme, target, checked[0].report.findings)
    else:
        filings = [entry.filing for entry in checked]
        department.write_single(filings, lambda filing: schemes[id(filing)], target, findings)
    return target


def _filled(source: Path, to: Path, folder: Path) -> Path:
    target = to / source.name
    shutil.copyfile(source, target)
    fill(target)
    check_master(target, beside=_tables_beside(folder) if not is_master(target) else ())
    return target


def _notice(source: Path, to: Path, folder: Path) -> Path:
    return _told(source, to, folder, "notice")


def _html(source: Path, to: Path, folder: Path) -> Path:
    return _told(source, to, folder, "html")


def _told(source: Path, to: Path, folder: Path, kind: str) -> Path:
    if is_book(source):
        checked: Sequence[Checked] = checked_in(open_book(source), source, {})
    else:
        checked = _checked_report(folder)[0]
    taken: set[str] = set()
    found = [entry for entry in _some(checked) if any(entry.report.counts[:2])]
    if not found:
        raise ActionError("没有错误和待说明的预警，不需要整改通知")
    written = [path for entry in found for path in export_one(entry, to, (kind,), name_for(entry, taken))]
    return _one(written, to, f"{source.stem}-整改通知")


def _exports(source: Path, to: Path, folder: Path) -> Path:
    made = to / "单位"
    formats, progress = ("xlsx", "notice"), _Progress(folder)
    outcome = export(source, made, formats=formats, progress=progress, power=Power(1), remembering=False)
    return _one(outcome.written or sorted(made.rglob("*.*")), to, f"{source.stem}-各单位")


def _rollup(source: Path, to: Path, folder: Path) -> Path:
    return _rolled(source, to / f"{source.stem}-汇总.xlsx", folder)


def _report(source: Path, to: Path, folder: Path) -> Path:
    return _rolled(source, to / f"{source.stem}-汇总报告.docx", folder)


def _rolled(source: Path, target: Path, folder: Path) -> Path:
    rollup(source, [target], _Progress(folder), remembering=False)
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
    "changed": _changed,
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
        "editable": False,
    }


_BARE = re.compile(r"[-+]?\d+(?:\.\d+)?")


def _draw(result: Data, drawn: picture.Picture, checked: Sequence[Checked]) -> None:
    """Put the document into a result; rates that a sheet keeps as fractions are shown as everybody sees them there."""
    rates = {}
    for number, entry in enumerate(checked):
        for path, place in entry.filing.places.items():
            if field_of(path).kind == "rate" and (at := drawn.anchors.cell(number, entry.filing, place)):
                rates[at] = entry.filing.get(path)
    result["rates"] = []
    for cell in (cell for block in drawn.blocks for row in block.get("rows", ()) for cell in row if cell[4] in rates):
        if _BARE.fullmatch(cell[0]) and rates[cell[4]] == Decimal(cell[0]):
            cell[0] = _percent(cell[0])
        if cell[0].endswith("%"):
            result["rates"].append(cell[4])
    result["blocks"] = drawn.blocks


def _seen(result: Data, at: str, words: str) -> str:
    """Return what was filed in a cell as it is shown."""
    return _percent(words) if at in result.get("rates", ()) and _BARE.fullmatch(words) else words


def _percent(words: str) -> str:
    return f"{plain(Decimal(words) * 100)}%"


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
        "owner": entry.filing.owner,
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
        "files": _files(entry, leader),
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
        "fix": _fix(number, entry, found, anchors) if anchors is not None and at else "",
    }


def _files(entry: Checked, found: Finding) -> list[str]:
    """Return the files that a finding names beside the report's own, where it names any: that one first."""
    named = sorted(name for name in entry.filing.given.files if f"「{name}」" in found.message)
    return [entry.filing.source or entry.path.name, *named] if named else []


_FIGURE = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)(\D*)")


def _fix(number: int, entry: Checked, found: Finding, anchors: picture.Anchors) -> str:
    """Return what to put in the place of a finding so that it is as it should be, "" where that is for the clerk to judge."""
    if found.location.paragraph is not None:
        span = span_of(entry.filing, found, entry.scheme, entry.derived)
        words = entry.filing.narrative[span.paragraph - 1][span.start : span.end] if span else ""
        is_, should = _FIGURE.fullmatch(words), _FIGURE.fullmatch(found.expected)
        return found.expected if is_ and should and is_[2] == should[2] and is_[1] != should[1] else ""
    path = found.location.path
    place = entry.filing.places.get(path)
    if place is None or not anchors.cell(number, entry.filing, place) or not field_of(path).is_number:
        return ""
    kind = field_of(path).kind
    try:
        value = quantity.number(found.expected, kind=kind)
    except quantity.Unreadable:
        return ""
    if value is None or value == entry.filing.get(path) or not _is_as_read(entry.filing, path):
        return ""
    return f"{plain(value * 100)}%" if kind == "rate" else plain(value)


def _is_as_read(filing: Filing, path: str) -> bool:
    """Return whether a cell's value is what stands there: a form in 元 is read in 万元, and what should stand there is not known."""
    kind, place = field_of(path).kind, filing.places[path]
    like = (
        [path]
        if place.text.strip()
        else [
            other
            for other, its in filing.places.items()
            if its.sheet == place.sheet and its.text.strip() and field_of(other).kind == kind
        ]
    )
    try:
        return kind != "amount" or any(
            quantity.number(filing.places[one].text, kind=kind) == filing.get(one) for one in like[:1]
        )
    except quantity.Unreadable:
        return False


def _desk(book: Master, checked: Sequence[Checked]) -> Data:
    """Return the bureau's desk: who has filed, and the measures of the roll-up as lines of (name, number)."""
    units = [measures.unit_of(entry.filing, entry.derived) for entry in checked]
    grades = measures.grade_names([*(entry.scheme for entry in checked)] or [book.scheme])
    findings = [found for entry in checked for found in entry.report.findings]

    def lines(of: Iterable[measures.Count], entries: Sequence[Any]) -> list[tuple[str, int]]:
        return [(line.name, line.value(entries)) for line in of]

    return {
        "year": book.year,
        "region": book.region,
        "missing": list(book.missing),
        "charts": [
            {"title": "等级分布", "lines": lines(measures.by_grade(grades), units)},
            {"title": "预算执行率分布", "lines": lines(measures.BY_EXECUTION, units)},
            {"title": "控制率超过100%的单位数", "lines": lines(measures.OVER_CONTROL, units)},
            {"title": "预算增长（全年预算比年初预算）", "lines": lines(measures.BY_GROWTH, units)},
            {"title": "问题按级别", "lines": lines(measures.BY_LEVEL, findings)},
        ],
    }
