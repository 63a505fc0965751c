"""The master's tables and the filings they hold, as they are read; what a verb changes in them stands in `write`."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import python_calamine as calamine

from workbook.forms import called, form, missing_in, scheme_of
from workbook.master import given_sheet, layout, summary_sheet
from workbook.master.layout import Column, Table
from workbook.master.results import number_of
from workbook.model.fields import field_of
from workbook.model.figures import plain
from workbook.model.filing import Explanation, Filing, Place, unit_key
from workbook.model.findings import Left
from workbook.model.quantity import Unreadable, number
from workbook.model.scheme import (
    DEFAULT,
    LocalRule,
    Scheme,
    SchemeError,
    from_rows,
    is_untouched,
    load,
    parse_severity,
)
from workbook.model.scheme import named as scheme_named
from workbook.ooxml import address
from workbook.process import named
from workbook.readers.limits import ReadError, quiet
from workbook.readers.parts import property_of
from workbook.readers.survey import reaches
from workbook.storage import FOLDER
from workbook.storage.replacing import Stamp, stamp
from workbook.writers.package import PackageError

T = TypeVar("T")
Record = dict[str, Any]
HELD = (
    "tblBasics",
    "tblEvaluation",
    "tblIndicators",
    "tblProjects",
    "tblBuildings",
    "tblSources",
    "tblTasks",
    "tblProse",
    "tblGiven",
)
OWN = ("form", "source")  # members of a filing that are no fields
# members of a filing that are lists of words, in one cell each
LISTS = ("blank_classes", "none_classes", "absent", "notes")


@dataclass(slots=True)
class Master:
    """What a master holds: its settings, the filings with their places in it, and the clerk's explanations.

    `missing` are the departments that stand in 部门清单 and have not handed in; `stamp` tells the state that was read;
    `own` says that this is a department's own workbook, which holds one filing in its official sheets, `summarised` that
    汇总分析 has its tables where they are now; `unlisted` are the filings whose departments are no longer in 部门清单,
    `version` is that of its template, `others` are the sheets that somebody added; `left` is, in a department's own workbook,
    what the bureau's check had found.
    """

    path: Path
    year: int | None = None
    region: str = ""
    scheme: Scheme = field(default_factory=load)
    filings: list[Filing] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    explanations: dict[str, Explanation] = field(default_factory=dict)
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    headings: dict[str, dict[str, int]] = field(default_factory=dict)
    stamp: Stamp | None = None
    own: bool = False
    summarised: bool = False
    unlisted: list[Filing] = field(default_factory=list)
    version: str = ""
    others: tuple[str, ...] = ()
    left: Left | None = None

    @property
    def notes(self) -> list[str]:
        """Return what the clerk must be told of the master whatever is done with it."""
        if not self.unlisted:
            return []
        names = "、".join(filing.unit or "" for filing in self.unlisted)
        return [
            f"「部门清单」里没有、各数据表里却有数据的单位，没有审核：{names}。"
            f"要移出的，运行 jixiao remove {self.path.name} {self.unlisted[0].unit}（移出单位，可撤销）；"
            "误删的或改了名称的，请在「部门清单」补上原来的单位名称"
        ]

    @property
    def in_year(self) -> str:
        """Return the year as titles say it ("2024年度"), "" where none is set."""
        return f"{self.year}年度" if self.year else ""

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return {name: len(rows) for name, rows in self.records.items()}

    def scheme_for(self, filing: Filing) -> Scheme:
        """Return the scheme that a filing is scored by: that of its form, with what the bureau changed in 参数 over it.

        Where 首页 names another scheme than the usual one, the bureau has said which one holds for all.
        """
        own = form(filing.form)
        if self.scheme.id != DEFAULT or not own.scored_apart:
            return self.scheme
        usual = load().parameters
        changed = {
            key: entry.value
            for key, entry in self.scheme.parameters.items()
            if not key.startswith("weights.") and entry.value != usual[key].value
        }
        theirs = scheme_of(own, filing)
        severities = {**theirs.severities, **self.scheme.severities}
        applied = replace(theirs, severities=severities, local=self.scheme.local)
        return applied.with_values(changed)


def template() -> Path:
    """Return the shipped blank master."""
    return Path(__file__).parents[1] / "templates" / "master.xlsm"


# --- reading ----------------------------------------------------------------------------------------------------------


class OutdatedError(PackageError):
    """A master made by another template than this program's: it lacks columns, and `jixiao upgrade` brings it up."""


def read_master(path: Path) -> Master:
    """Return the contents of a master; raise PackageError where it cannot be read, OutdatedError where it lacks columns,
    SchemeError for a bad 参数 sheet.
    """
    return guarded(_read, path)


def read_as_it_is(path: Path) -> Master:
    """Return the contents of a master whatever its template, to be brought up to the present one; raises as `read_master`.

    What it has no column for is blank.
    """
    return guarded(lambda entry: _read(entry, lacking=True), path)


def guarded(of: Callable[[Path], T], path: Path) -> T:
    """Return what a reader makes of a workbook of ours; whatever a broken one makes a library raise is a PackageError."""
    try:
        return of(path)
    except (PackageError, SchemeError):
        raise
    except ReadError as error:
        raise PackageError(str(error)) from error
    except BaseException as error:
        # a panic of Rust code is no Exception; an interrupt must go on its way
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise PackageError(
            f"「{path.name}」读不出来，可能已损坏；请用 jixiao undo 退回上一版（在同一文件夹的“{FOLDER}”里）"
        ) from error


Cells = dict[str, list[list[Any]]]


def sheets_of(path: Path) -> Cells:
    """Return the cells of all sheets of a workbook of ours, not to be changed; raise ReadError past the limits.

    The last one stays at hand: a press looks twice at one copy, for what it holds and for what must be written.
    """
    return _sheets_of(path, stamp(path))


@lru_cache(maxsize=1)
def _sheets_of(path: Path, seen: Stamp) -> Cells:
    with zipfile.ZipFile(path) as archive:
        reaches(archive, path.name)
    with quiet(), calamine.CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _read(path: Path, *, lacking: bool = False) -> Master:
    seen = stamp(path)
    sheets = sheets_of(path)
    master = Master(path, stamp=seen, version=version_of(path))
    ours = (*layout.SHEETS, layout.SNAPSHOT_SHEET, layout.TEXTS_SHEET)
    master.others = tuple(name for name in sheets if name not in ours)
    home = home_of(sheets)
    master.year, master.region = home.year, home.region
    if home.moved and not lacking:
        raise OutdatedError(outdated_words(master, f"「{layout.PARAMETERS}」里没有「标记」等设置"))
    for table in layout.TABLES:
        master.headings[table.name], master.records[table.name] = records_of(sheets, table, lacking=lacking)
    if not lacking:
        refuse_lacking(master)
    master.scheme = scheme_in(master, home.scheme)
    master.explanations = dict(explanations_in(master.records["tblFindings"]))
    master.summarised = summary_sheet.stands(sheets.get(summary_sheet.SHEET))
    master.snapshots = dict(_snapshots(sheets.get(layout.SNAPSHOT_SHEET, [])))
    _take_filings(master)
    named = {unit_key(filing.unit): filing for filing in master.filings}
    for key, said in master.explanations.items():
        rule, unit, place = f"{key}||".split("|", 2)
        if filing := named.get(unit_key(unit)):
            filing.explanations[f"{rule}|{filing.unit}|{place.removesuffix('||')}"] = said
    return master


def _take_filings(master: Master) -> None:
    """Put the rows of the tables together by department: each goes by the name that 部门清单 gives it, however it is written."""
    listed = {unit_key(unit_of(row)): unit_of(row) for row in reversed(master.records["tblUnits"])}
    held: dict[str, dict[str, list[Record]]] = {}
    for name in HELD:
        for row in master.records[name]:
            key = unit_key(unit_of(row))
            row[layout.UNIT] = listed.get(key, unit_of(row))
            held.setdefault(key, {}).setdefault(name, []).append(row)
    seen: set[str] = set()
    for row in master.records["tblUnits"]:
        key = unit_key(unit_of(row))
        if key in held:
            master.filings.append(_filing(master, row, held.pop(key)))
        elif key not in seen:
            master.missing.append(unit_of(row))
        seen.add(key)
    for rows in held.values():
        first = next(iter(rows.values()))[0]
        given = master.snapshots.get(unit_of(first), {})
        unit = {layout.UNIT: unit_of(first), "年度": given.get("year"), "表样": given.get("form")}
        master.unlisted.append(_filing(master, unit | {"#": first["#"]}, rows))


def version_of(path: Path) -> str:
    """Return the version of the template that a workbook of ours was made from, "" where it says none."""
    with zipfile.ZipFile(path) as archive:
        return property_of(archive, layout.VERSION_PROPERTY)


def refuse_lacking(master: Master) -> None:
    """Raise OutdatedError where a table lacks a column: what belongs into it would be lost."""
    for table in layout.TABLES:
        headings = master.headings.get(table.name, {})
        lacking = [column.heading for column in table.columns if headings and column.heading not in headings]
        if lacking:
            raise OutdatedError(_lacking_words(master, table, lacking))


def _lacking_words(master: Master, table: Table, lacking: Sequence[str]) -> str:
    what = f"「{table.sheet}」第 {table.top} 行缺少表头「{'」「'.join(lacking[:5])}」" + (
        "等" if len(lacking) > 5 else ""
    )
    if master.own:
        return f"{what}，没有改动；改了名的请改回，列被删去的请用 jixiao undo 退回，或用 jixiao new --unit 新建一本再填"
    if master.version != layout.VERSION:
        return outdated_words(master, what)
    upgrade = f"jixiao upgrade {master.path.name}"
    strange = strange_headings(master, table)
    renamed = f"现有认不得的表头「{'」「'.join(strange)}」，是改了名的请改回原名；" if strange else ""
    return f"{what}，没有改动；{renamed}列被删去的，用 jixiao undo 退回，或运行 {upgrade} 补上空列"


def outdated_words(master: Master, what: str) -> str:
    """Return what to tell the clerk of a workbook of an earlier template; `what` it lacks."""
    if master.own:
        return f"这本由较早版本的程序建成，{what}，没有改动；请用 jixiao new --unit 新建一本再填"
    made = f"版本 {master.version}" if master.version else "较早版本"
    return (
        f"这本总表由{made}的模板建成（现为版本 {layout.VERSION}），{what}，没有改动；"
        f"请运行 jixiao upgrade {master.path.name} 升级"
    )


def strange_headings(master: Master, table: Table) -> list[str]:
    """Return the headings of a table that the template does not have: a clerk's own columns, or renamed ones."""
    known = {column.heading for column in table.columns}
    return [name for name in master.headings[table.name] if name not in known]


@dataclass(frozen=True, slots=True)
class Home:
    """What is set: the year, the region (in a department's book the department), the scheme's id.

    `moved` says that an earlier template made the workbook, which had it all on 首页.
    """

    year: int | None
    region: str
    scheme: str
    moved: bool = False


def home_of(sheets: Mapping[str, list[list[Any]]]) -> Home:
    """Return what is set on 首页 and 参数."""
    caption, marks = layout.SETTINGS["marks"]
    moved = _at(sheets, marks._replace(column=1)) != caption
    held = settings_before(sheets) if moved else {}
    region = held.get("地区") or held.get("单位") if moved else _at(sheets, layout.REGION)
    year = str(held.get("年度") if moved else _at(sheets, layout.YEAR)).strip()
    whole = int(float(year)) if year.replace(".", "").isdigit() else None
    chosen = held.get("方案") if moved else _at(sheets, layout.SCHEME_ID)
    return Home(whole, str(region or ""), scheme_named(str(chosen or "").strip()), moved)


def settings_before(sheets: Mapping[str, list[list[Any]]]) -> dict[str, Any]:
    """Return what earlier templates had on 首页, by the words before it."""
    rows = sheets.get(layout.HOME, [])
    return {str(row[1]).strip(): row[2] for row in rows if len(row) > 2 and row[1] and row[2] not in ("", None)}


def paths_in(path: Path) -> dict[str, str]:
    """Return the paths that a master's buttons work with, by verb ("" where there is none); raises as `read_master`."""
    held = guarded(lambda entry: settings_now(sheets_of(entry)), path)
    return {verb: str(held.get(caption) or "") for verb, caption in layout.BUTTON_PATHS.items()}


def letter_in(path: Path) -> dict[str, str]:
    """Return what a master has the notices say, by the names of `layout.LETTER`; a date as 2026-12-05, "" where nothing is set."""
    held = settings_now(sheets_of(path))
    return {name: (words_of_cell(held.get(layout.SETTINGS[name][0])) or "").strip() for name in layout.LETTER}


def settings_now(sheets: Mapping[str, list[list[Any]]]) -> dict[str, Any]:
    """Return what is set on 参数, by the words before it: an earlier template has fewer of them."""
    spots = layout.SETTINGS.values()
    return {caption: _at(sheets, spot) for caption, spot in spots if _at(sheets, spot._replace(column=1)) == caption}


def _at(sheets: Mapping[str, list[list[Any]]], spot: layout.Spot) -> Any:
    rows = sheets.get(spot.sheet, [])
    return (
        rows[spot.row - 1][spot.column - 1]
        if len(rows) >= spot.row and len(rows[spot.row - 1]) >= spot.column
        else None
    )


LATER = (layout.DIFFERENCES, layout.LOCAL_RULES, layout.GIVEN)  # sheets that a workbook of before them does without


def records_of(
    sheets: Mapping[str, list[list[Any]]], table: Table, *, lacking: bool = False
) -> tuple[dict[str, int], list[Record]]:
    """Return a table's headings with their columns, and its rows (1-based row under "#"); raise PackageError.

    With `lacking` a sheet that is not there has none.
    """
    if table.sheet not in sheets and (lacking or table.sheet in LATER):
        return {}, []  # a workbook from before this sheet
    if table.sheet not in sheets:
        raise PackageError(
            f"总表里没有工作表「{table.sheet}」，可能被改名或删除，请改回原名；旧版程序建的总表，请用 jixiao upgrade 升级"
        )
    rows = sheets[table.sheet]
    key = _key_heading(table)
    top = next((index for index, row in enumerate(rows[:30]) if key in row), None)
    if top is None:
        raise PackageError(f"工作表「{table.sheet}」里找不到表头「{key}」，请改回原来的表头")
    alias = layout.ALIASES.get(table.sheet, {})
    names = (str(name).strip() for name in rows[top])
    headings = {alias.get(name, name): index for index, name in enumerate(names, start=1) if name}
    out: list[Record] = []
    for number_of_row, row in enumerate(rows[top + 1 :], start=top + 2):
        record = {name: row[column - 1] if column <= len(row) else None for name, column in headings.items()}
        if (
            any(str(cell or "").strip() for cell in record.values())
            if table.loose
            else str(record.get(key) or "").strip()
        ):
            record["#"] = number_of_row
            out.append(record)
    return headings, out


def _key_heading(table: Table) -> str:
    names = [column.heading for column in table.columns]
    return next(name for name in ("键", "规则编号", "编号", layout.UNIT) if name in names)


def scheme_in(master: Master, wanted: str) -> Scheme:
    """Return the scheme that 参数 and 规则说明 hold over a preset (by its id); raise SchemeError."""
    base = load(wanted) if wanted else load()
    rows = [(str(row["键"]).strip(), words_of_cell(row.get("值")) or "") for row in master.records["tblParameters"]]
    try:
        # another preset chosen on 首页 holds as long as nothing was set on 参数
        scheme = base if is_untouched(rows) else from_rows(base, rows)
    except SchemeError as error:
        raise SchemeError("；".join(_at_its_cell(master, part) for part in error.parts)) from error
    return replace(scheme.with_severities(_local_severities(master)), local=_local_rules(master))


def _local_rules(master: Master) -> tuple[LocalRule, ...]:
    """Return the bureau's own rules of 本地规则; raise SchemeError with the cell of each slip."""
    records = master.records["tblLocalRules"]
    if not any(str(record.get("启用") or "").strip() != "否" for record in records):
        return ()
    try:
        read = named("workbook.rules.local:read")
        return read(  # type: ignore[no-any-return]
            {name: words_of_cell(value) if name != "#" else value for name, value in record.items()}
            for record in records
        )
    except SchemeError as error:
        columns = master.headings["tblLocalRules"]
        said = (
            f"「{layout.LOCAL_RULES}」{address(int(part.keys[0]), columns.get(part.keys[1], 1))}：{part}"
            if part.keys[0]
            else str(part)
            for part in error.parts
        )
        raise SchemeError("；".join(said)) from error


def local_cells(scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the bureau's own rules as rows of 本地规则."""
    return [(own.id, own.when, own.severity.caption, own.problem, own.advice, own.source, "是") for own in scheme.local]


def _at_its_cell(master: Master, error: SchemeError) -> str:
    """Return an error in a parameter with the cells of 参数 that it speaks of."""
    column = master.headings["tblParameters"]["值"]
    rows = [row["#"] for row in master.records["tblParameters"] if str(row["键"]).strip() in error.keys]
    where = "、".join(address(row, column) for row in rows)
    return f"「参数」{where}：{error}" if where else str(error)


def _local_severities(master: Master) -> dict[str, str]:
    """Return what 规则说明 says of single rules; raise SchemeError with the cell of a word that is none."""
    words = {}
    for row in master.records["tblRules"]:
        word = words_of_cell(row.get("本地级别"))
        if not word:
            continue
        try:
            parse_severity(word)
        except SchemeError as error:
            place = address(row["#"], master.headings["tblRules"]["本地级别"])
            raise SchemeError(f"「规则说明」{place}：{error}") from error
        words[str(row["编号"])] = word
    return words


def unit_of(record: Record) -> str:
    """Return the department of a row, "" where it names none."""
    return words_of_cell(record.get(layout.UNIT)) or ""


def explanations_in(records: Iterable[Record]) -> Iterator[tuple[str, Explanation]]:
    """Yield the explanations of 校验结果 under the findings' keys."""
    for record in records:
        text = words_of_cell(record.get("出错说明"))
        if text:
            yield str(record.get("问题键")), Explanation(text, str(record.get("指纹") or ""))


def _snapshots(rows: list[list[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        if row and row[0]:
            try:
                yield str(row[0]), json.loads("".join(str(cell) for cell in row[1:] if cell))
            except ValueError:
                continue


def _filing(master: Master, unit: Record, held: Mapping[str, list[Record]]) -> Filing:
    form_id = called(words_of_cell(unit.get("表样")) or "")
    filing = Filing(form=form_id, source=words_of_cell(unit.get("来源文件")) or "", absent=missing_in(form_id))
    filing.unit = unit_of(unit)
    filing.places["unit"] = _place(master, layout.table("部门清单"), unit, layout.UNIT)
    for table in layout.TABLES:
        rows = [unit] if table.name == "tblUnits" else held.get(table.name, [])
        if table.rows_of:
            rows = sorted(rows, key=number_of)
        for index, record in enumerate(rows if table.rows_of else rows[:1]):
            _take(master, filing, table, record, index)
    filing.original = str(master.snapshots.get(filing.unit, {}).get("original", ""))
    filing.narrative = [str(row.get("正文") or "") for row in sorted(held.get("tblProse", []), key=number_of)]
    filing.given = given_sheet.read(held.get("tblGiven", []))
    return filing


def _take(master: Master, filing: Filing, table: Table, record: Record, index: int) -> None:
    for column in table.columns:
        raw = record.get(column.heading)
        if column.path == "class_weights":
            filing.class_weights = {name: Decimal(value) for name, value in _pairs(raw)}
        elif column.path == "absent":
            filing.absent = filing.absent | {name for name in str(raw or "").split("；") if name}
        elif column.path in LISTS:
            setattr(filing, column.path, [name for name in str(raw or "").split("；") if name])
        elif column.path == "years":
            filing.years = {name: int(value) for name, value in _pairs(raw)}
        elif column.heading in master.headings[table.name] and is_stored(column) and column.path not in OWN:
            path = column.path.replace("[]", f"[{index}]")
            filing.places[path] = _place(master, table, record, column.heading)
            _set(filing, path, raw)


def is_stored(column: Column) -> bool:
    """Return whether a column holds a field of the filing: none that is worked out, no link."""
    return bool(column.path) and not column.path.startswith(("derived:", "link:"))


def _pairs(raw: Any) -> list[tuple[str, str]]:
    parts = (entry.rpartition("=") for entry in str(raw or "").split("；") if "=" in entry)
    return [(name, value) for name, _, value in parts if value.replace(".", "").isdigit()]


def _set(filing: Filing, path: str, raw: Any) -> None:
    kind = field_of(path).kind
    if kind == "text":
        filing.set(path, words_of_cell(raw))
        return
    # the master's own cells hold rates as fractions, however large
    kind = "score" if kind == "rate" and isinstance(raw, int | float) else kind
    try:
        value = number(raw, kind=kind)
        filing.set(path, int(value) if kind == "year" and value is not None else value)
    except Unreadable as error:
        filing.set(path, None)
        filing.unread[path] = error.text


def words_of_cell(raw: Any) -> str | None:
    """Return a cell as words, None where it is blank; a number as it is shown, without what a float adds."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float):
        return plain(Decimal(f"{raw:.15g}"))
    if isinstance(raw, datetime):
        return str(raw.date() if not raw.time() else raw)
    return raw.isoformat() if isinstance(raw, date) else str(raw).strip() or None


def _place(master: Master, table: Table, record: Record, heading: str) -> Place:
    column = master.headings[table.name][heading]
    return Place(table.sheet, address(record["#"], column), str(record.get(heading) or ""))
