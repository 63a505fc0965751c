"""From a file to filings. What a file is, is told by its content; every failure is a ReadError in Chinese.

May import the forms, the filing and what they stand on; never rules or writers. A new format: a module with `document(path)`, a kind
in `detect` and a row in `_READERS`. What is hostile is refused here, within `limits`.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from workbook import patterns as re
from workbook.forms import FormError, alternatives, forms, last_resort, matches, places
from workbook.forms.grid import Cell, Grid
from workbook.forms.parts import parts as parts_of
from workbook.model.figures import chinese
from workbook.model.filing import Filing, squeezed
from workbook.model.given import Given
from workbook.model.issued import OURS
from workbook.process import named
from workbook.readers.detect import Kind, detect, is_pdf
from workbook.readers.explanations import lists_findings, take
from workbook.readers.limits import LIMITS, DoubtError, FellError, Limits, OfficeError, ReadError
from workbook.readers.parts import is_xml, opened
from workbook.readers.returned import attach

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbook.forms import Form
    from workbook.forms.grid import Cell, Document
    from workbook.model.filing import Filing
    from workbook.model.given import Given


# what reads a file of a kind, and what takes filings out of forms of a kind: that alone is loaded
_READERS = {Kind.WORD: "word", Kind.EXCEL: "excel", Kind.OLD_EXCEL: "excel", Kind.TEXT: "text", Kind.PDF: "pdf"}
_EXTRACTORS = {"prose": "workbook.readers.prose:extract", "tables": "workbook.forms.tables:extract"}


def read(path: Path | str) -> list["Filing"]:
    """Return the filings in a file; raise ReadError with the reason where there is none to be read, FellError where it may
    be another time.

    A file from outside may end the process that reads it: one that is not small and plain is read in a worker (`apart`).
    """
    path = Path(path)
    filings = _whole(path, detect(path))
    if filings[0].form == TABLES:
        raise TablesError(path, filings[0].given)
    return filings


def read_tables(path: Path | str) -> "Given":
    """Return what a file beside the self-evaluation gives (决算、预算、目标表); raise ReadError where it holds none of it."""
    path = Path(path)
    return _whole(path, Kind.PDF if is_pdf(path) else detect(path), tables=True)[0].given


TABLES = "tables"  # the form of what is no self-evaluation, but holds the tables beside one


class TablesError(ReadError):
    """A file that holds no self-evaluation but the tables beside one: `given`."""

    def __init__(self, path: Path, given: "Given") -> None:
        spots = [entry.spot for entry in given.figures] + [entry.spot for entry in given.targets]
        titles = list(dict.fromkeys(spot.table for spot in spots if spot.cell)) or [spot.table for spot in spots[:1]]
        listed = "、".join(titles[:3]) + (f"等 {len(titles)} 张" if len(titles) > 3 else "")
        super().__init__(
            f"「{path.name}」是{listed}，不是自评表；审核自评时用 --with 附上它（导入时放进单位自己的文件夹）"
        )
        self.given = given


def _whole(path: Path, kind: Kind, tables: bool = False) -> list["Filing"]:
    """Read a file, turned into another by LibreOffice first where it must be."""
    if kind == Kind.OLD_WORD:
        with _converted(path, kind, "docx") as target:
            return _read(target, Kind.WORD, tables=tables)
    try:
        return _read(path, kind, tables=tables)
    except OfficeError as error:
        return _calculated(path, kind, error, tables)


def _read(path: Path, kind: Kind, calculate: bool = True, tables: bool = False) -> list["Filing"]:
    """Read a file here or in a worker; raise OfficeError where LibreOffice is to turn it into another first."""
    if is_small(path, kind):
        try:
            return read_here(path, kind, here=True, calculate=calculate, tables=tables)
        except DoubtError:
            pass
    filings: list[Filing] = named("workbook.readers.apart:read_apart")(path, kind, calculate, tables)
    return filings


def _calculated(path: Path, kind: Kind, why: OfficeError, tables: bool = False) -> list["Filing"]:
    """Return the filings of a workbook as LibreOffice writes it anew; of one that is readable as it is, where that fails."""
    try:
        with _converted(path, kind, why.into) as target:
            filings = _read(target, Kind.EXCEL, calculate=False, tables=tables)
    except ReadError:
        if kind == Kind.OLD_EXCEL:
            raise
        return _read(path, kind, calculate=False, tables=tables)
    for filing in filings:
        filing.notes += [str(why)] if str(why) else []
    return filings


def _converted(path: Path, kind: Kind, into: str) -> AbstractContextManager[Path]:
    made: AbstractContextManager[Path] = named("workbook.readers.legacy:converted")(path, kind, into)
    return made


def is_small(path: Path, kind: Kind) -> bool:
    """Return whether a file can take neither much memory nor much time: old workbooks say too little of themselves."""
    if kind == Kind.TEXT:
        return path.stat().st_size <= LIMITS.here_bytes // 4
    if kind not in (Kind.WORD, Kind.EXCEL):
        return False
    with opened(path) as archive:
        return sum(member.file_size for member in archive.infolist() if is_xml(member.filename)) <= LIMITS.here_bytes


def read_here(
    path: Path, kind: Kind, here: bool = False, calculate: bool = True, tables: bool = False
) -> list["Filing"]:
    """Return the filings in a file of a kind, read in this process: a worker, or with `here` the user's own.

    What holds nothing but the tables beside a self-evaluation (or is asked for nothing else: `tables`) is one filing of the
    form TABLES that has them as `given`.
    Raise ReadError, DoubtError (only `here`) and OfficeError (not for a workbook to be taken as it is, without `calculate`).
    """
    try:
        source = document(path, kind, here, calculate)
        rest, given = (None, Given()) if tables else _beside(source, path)
        if rest is None:
            return [_beside_alone(source, path)]
        form = handed_in(rest)
        filings = _filings(form, path)
        for filing in filings:
            filing.given = given
        if form is not source or source.issued:  # our own sheets are no form of the department's
            for filing in filings:
                filing.original = ""
        if source.issued:
            attach(source, filings)
        take(source, filings)
        return filings
    except (ReadError, DoubtError, OfficeError, FormError, MemoryError):
        raise
    except BaseException as error:
        # whatever hostile content makes a library raise, the other files must go in;
        # a panic of Rust code is no Exception; an interrupt must go on its way
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        _refuse(path, error)


# what the titles of tables beside a self-evaluation hold, and its own do not
_TITLED = re.compile(
    r"(?:决算|收支|收入|支出|预算|目标|经费)(?:总|明细|总体|基本)?(?:情况|预算|决算|申报|批复|统计|公开)*(?:总|明细)?表|信息表|数字表"
)
_NOTES = re.compile(r"决算(?:公开|收支)?(?:情况|文字|编制)*(?:的)?说明")  # the words to the final accounts
PICTURED = 200  # characters that may stand beside pictures of tables
MANY = 3  # tables of final accounts in a report: it is published with them; fewer are the report's own


def _beside(source: "Document", path: Path) -> tuple["Document | None", Given]:
    """Return a document without the tables that stand beside a self-evaluation, and what these give; None where it is all of it."""
    words = (*source.paragraphs, *(grid.name for grid in source.grids))
    cells = (
        cell.text
        for grid in source.grids
        for row in grid.rows
        if len(row) < 4 or not cell_of(row, 3)
        for cell in row[:3]
    )
    explains = any(len(text) < 90 and _NOTES.search(squeezed(text)) for text in (source.name, *source.paragraphs[:3]))
    hinted = explains or any(len(text) < 90 and _TITLED.search(squeezed(text)) for text in (*words, *cells))
    if source.issued or not (hinted or own_tables()):
        return source, Given()
    accounts = named("workbook.accounts.read")
    found = accounts.read(source, path.name, alone=explains)
    if not found.titles and not (explains and found.given):
        return source, Given()
    rest = accounts.without(source, found.blocks)
    used = found.given.targets or len(found.titles) >= MANY
    is_form = any(match.fits for match in matches(rest)) or bool(_by_headings(rest))
    is_form = is_form or named("workbook.readers.prose:is_report")(rest)
    if not is_form:
        return None, Given()
    return (rest, found.given) if used else (source, Given())


def own_tables() -> bool:
    """Return whether a county has declared tables of its own, whose titles nobody knows here."""
    return any(next(place.glob("*.toml"), None) for place in places())


def cell_of(row: list[Cell], least: int) -> bool:
    """Return whether more than so many cells of a row hold words."""
    return sum(bool(cell.text.strip()) for cell in row) > least


def _beside_alone(source: "Document", path: Path) -> "Filing":
    """Return what a file given along holds, as a filing of no form; raise ReadError where that is nothing."""
    given: Given = named("workbook.accounts.read:read")(source, path.name, alone=True).given
    if not given:
        what = given.notes[0] if given.notes else _nothing_in(source, path)
        raise ReadError(f"{what}；认得决算公开表、财决表、预算公开表和绩效目标表（按标题和表头）")
    given.notes += source.notes
    return Filing(unit=given.unit, form=TABLES, given=given)


def _nothing_in(source: "Document", path: Path) -> str:
    told = sum(map(len, source.paragraphs)) > PICTURED  # a PDF without ruled lines has its words, and no table
    if not told and not any(cell.text.strip() for grid in source.grids for row in grid.rows for cell in row):
        return f"「{path.name}」里读不出表格（可能是扫描件或图片，不等于没有这几张表），没有核对"
    return f"「{path.name}」里没有认得的决算、预算、目标表，没有核对"


def document(path: Path, kind: Kind | None = None, here: bool = False, calculate: bool = False) -> "Document":
    """Return a file taken apart into paragraphs and tables, in this process; raise ReadError."""
    kind = kind or detect(path)
    if kind not in _READERS:
        raise ReadError(f"「{path.name}」是压缩包，不是 Word 或 Excel；请解压后再导入")
    options = (kind, here, calculate) if _READERS[kind] == "excel" else ()
    made: Document = named(f"workbook.readers.{_READERS[kind]}:document")(path, *options)
    return made


def _refuse(path: Path, error: BaseException) -> NoReturn:
    raise ReadError(
        f"「{path.name}」的内容读不出来（可能已损坏：{type(error).__name__}），请单位另存一份后重新报送"
    ) from error


def handed_in(source: "Document") -> "Document":
    """Return a document without the sheets that our own workbooks have beside the form: they speak of its fields."""

    def is_ours(block: object) -> bool:
        return isinstance(block, Grid) and block.is_sheet and (block.name in OURS or lists_findings(block))

    blocks = [block for block in source.blocks if not is_ours(block)]
    return source if len(blocks) == len(source.blocks) else replace(source, blocks=blocks)


def _filings(source: "Document", path: Path) -> list["Filing"]:
    best = matches(source)
    for start in range(sum(match.fits for match in best)):
        found = parts_of(source, best[start:])
        filings = [filing for part in found for filing in _extractor(part.form.kind)(part.document, part.form)]
        if filings:
            return _owned(filings, path)
    if filings := _by_headings(source) or _only_prose(source):
        return _owned(filings, path)
    nearest = max(best, key=lambda match: match.share)
    words = f"找到{_spoken(nearest.found)}，" if nearest.found else "应有的字一个也没有找到，"
    raise ReadError(
        f"「{path.name}」不是认得的表样；最接近「{nearest.form.title}」：{words}"
        f"缺{_spoken(nearest.missing) or '可读的数'}。请确认交来的是自评表（附件2、附件3 或项目自评表）；"
        "本地另有表样的可以自己加，怎样加见手册（jixiao manual）的“加上本县的表样”"
    )


def _owned(filings: list["Filing"], path: Path) -> list["Filing"]:
    for filing in filings:
        filing.unit = filing.unit or _stem(path)
    return filings


def _spoken(labels: Iterable[str]) -> str:
    return "、".join(alternatives(label)[0] for label in labels)


def _by_headings(source: "Document") -> list["Filing"]:
    """Return the filings of a document in an unknown form, as far as the headings of its columns can be understood."""
    cells = (cell.text for grid in source.grids for row in grid.rows for cell in row)
    told = (source.name, *source.paragraphs, *(grid.name for grid in source.grids), *cells)
    form = last_resort(source) if any(words in text for text in told for words in ("绩效", "自评", "自我评")) else None
    return _extractor(form.kind)(source, form) if form else []


def _only_prose(source: "Document") -> list["Filing"]:
    """Return the running text of a report in no form that is known; none where the document is no report."""
    form = next((form for form in forms() if form.kind == "prose"), None)
    prose = named("workbook.readers.prose")
    if form is None or not prose.is_report(source):
        return []
    filings: list[Filing] = prose.bare(source, form)
    return filings


def _extractor(kind: str) -> "Callable[[Document, Form], list[Filing]]":
    """Return what takes filings out of forms of a kind; only that is loaded."""
    made: Callable[[Document, Form], list[Filing]] = named(_EXTRACTORS.get(kind, _EXTRACTORS["tables"]))
    return made


def _stem(path: Path) -> str | None:
    return path.stem if chinese(path.stem) else None


__all__ = ["LIMITS", "FellError", "Limits", "ReadError", "TablesError", "document", "read", "read_tables"]
