"""From a document to what was given along: each table known by its title and its headings, never by number or position.

Tables of two sides are parted by their label columns; amounts are brought to 万元; what is not known is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from workbook import patterns as re
from workbook.accounts import ALONE, Layout, Table, bare, is_unneeded, looks_like_one, tables, titled
from workbook.forms import Form, form
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, keys, squeeze
from workbook.forms.tables import extract
from workbook.forms.targets import compose
from workbook.model.figures import brief
from workbook.model.filing import Indicator
from workbook.model.given import Figure, Given, Spot, Target
from workbook.model.quantity import MONEY, Unreadable, is_blank, number

HEAD = 14  # rows in which the headings must have ended
_TITLE_ROWS = 3  # a part of no more rows is but words between two tables
ABOVE = 6  # paragraphs above a table among which its title is looked for
_MEASURE = re.compile(r"单位[:：]\s*(?:人民币)?(元|千元|万元|亿元)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_UNIT = re.compile(
    r"(?:^|\s)(?:编制|填报|预算|公开)?(?:部门|单位)(?:\(单位\))?(?:名称)?(?:\(盖?公?章\))?[:：]\s*"
    r"(?!万元|元|千元|亿元)(?P<name>[^\s:：]{2,40}?)(?:\s|金额|单位[:：]|$)"
)
_NOTHING = re.compile(r"本表(?:为空|无数据|无内容)|没有.{0,30}(?:收入|支出|安排)|无.{0,20}(?:收入|支出)|空表")
_BUREAUS_OWN = re.compile(r"财决|^\s*(?:Z|F)\d+")  # the final accounts as the bureau's programme holds them, in 元
_CODE = re.compile(r"\d{3}|\d{5}|\d{7}")  # of a subject of the accounts
APPROVED, PUBLISHED, WORDS = 3, 2, 1


@dataclass(slots=True)
class Part:
    """One table of a document: the words above it, its rows, and the table it was known as (None: not known)."""

    grid: Grid
    rows: list[list[Cell]]
    title: str
    above: list[str]
    table: Table | None = None
    block: int = 0
    money: str = "万元"  # the unit of money of the document, for a table that names none

    @property
    def head(self) -> str:
        """Return the words that stand above the figures: title, department, year, unit of money."""
        cells = [cell.text for row in self.rows[:HEAD] for cell in row if cell.text.strip() and len(cell.text) < 80]
        return "\n".join([*self.above, self.grid.name, *cells])


@dataclass(slots=True)
class Found:
    """What a document gave: the parts that are tables of ours, what was read, and the parts that nobody knows."""

    given: Given = field(default_factory=Given)
    blocks: set[int] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)


def read(document: Document, file: str, alone: bool = False) -> Found:
    """Return what the tables of a document give; with `alone` the document was given for that, and its sentences count too."""
    found = Found()
    known = parts(document)
    taken: list[tuple[Part, list[Figure]]] = []
    _hand_on_money(known)
    for part in known:
        before = len(found.given.figures)
        _take(part, file, found)
        taken.append((part, found.given.figures[before:]))
    _of_one_unit(taken, file, found)
    # a sheet that holds something else besides is not taken away from who reads that
    found.blocks -= {part.block for part in known if part.table is None and len(part.rows) > _TITLE_ROWS}
    if alone or found.titles:
        _sentences(document, file, found)
        found.given.unit = found.given.unit or _unit_in_title(document)
        _say_unknown(known, file, found)
    year = _year_of_document(document, file)
    found.given.figures = [e if e.year else e._replace(year=year) for e in found.given.figures]
    found.given.targets = [e if e.year else e._replace(year=year) for e in found.given.targets]
    return found


def _hand_on_money(known: Sequence[Part]) -> None:
    """Give tables that name no unit of money that of the others, where these all name one: a page may have cut it off."""
    named = {match[1] for part in known if (match := _MEASURE.search(squeeze(part.head)))}
    for part in known if len(named) == 1 else ():
        (part.money,) = named


# a table of a part of a department, and of all of it
_PART_OF = re.compile(r"本级|局机关|委机关|办机关|下属|所属|二级")
_ALL_OF = re.compile(r"汇总|合并|全部门")
_SAME = Decimal("0.02")


def _of_one_unit(taken: Sequence[tuple[Part, list[Figure]]], file: str, found: Found) -> None:
    """Leave out the tables of a part of a department where one of the whole is there too; all of them where none tells which."""
    groups: dict[tuple[str, int | None], list[tuple[Part, list[Figure]]]] = {}
    for part, figures in taken:
        if part.table is not None and part.table.kind == "figures" and figures:
            groups.setdefault((part.table.id, figures[0].year), []).append((part, figures))
    gone: set[int] = set()
    for own in groups.values():
        values: dict[str, Decimal] = {}
        if all(abs(values.setdefault(e.key, e.value) - e.value) <= _SAME for _, figures in own for e in figures):
            continue
        kept = _whole([part for part, _ in own])
        left = [(part, figures) for part, figures in own if part is not kept]
        gone |= {id(entry) for _, figures in left for entry in figures}
        what = "只用了汇总的" if kept is not None else "分不清哪一张是整个部门的，都没有核对"
        found.given.notes.append(f"「{file}」里有 {len(own)} 张“{bare(own[0][0].title)}”，数不同，{what}")
    found.given.figures = [entry for entry in found.given.figures if id(entry) not in gone]


def _whole(parts: Sequence[Part]) -> Part | None:
    """Return the one of several that is of the whole department by its words; None where that is not told."""
    said = {
        id(part): squeeze("".join((part.title, *part.above, part.grid.name, unit_of(part) or ""))) for part in parts
    }
    named = [part for part in parts if _ALL_OF.search(said[id(part)])]
    rest = named or [part for part in parts if not _PART_OF.search(said[id(part)])]
    return rest[0] if len(rest) == 1 else None


_WHOSE = re.compile(
    r"(?:关于)?([^\W\d]{2,30}(?:局|委|委员会|办|办公室|院|校|学|政府|街道|处|中心|馆|所|站|会|队|部))(?:19|20)\d{2}年度?[^，。]{0,12}决算"
)


def _unit_in_title(document: Document) -> str | None:
    """Return the department that the words to the accounts name in their title: 某局2024年度部门决算情况说明."""
    titles = (squeeze(text) for text in document.paragraphs[:3] if len(text) < 80)
    return next((match[1] for title in titles if (match := _WHOSE.match(title))), None)


def _year_of_document(document: Document, file: str) -> int | None:
    """Return the year that the file's name or the first words of a document give; of a table that names none it is the year too."""
    said = (match for text in (file, *document.paragraphs[:12]) if (match := _YEAR.search(squeeze(text))))
    return next((int(match[1]) for match in said), None)


def parts(document: Document) -> list[Part]:
    """Return the tables of a document, sheets parted where another title begins; the rest of a parted one goes to the first."""
    out: list[Part] = []
    above: list[str] = []
    begun: Part | None = None  # the table that the next page may go on with
    for index, block in enumerate(document.blocks):
        if isinstance(block, str):
            above = [*above, block][-ABOVE:] if block.strip() else above
            continue
        for part in _cut(block, above):
            part.block = index
            goes_on = begun is not None and part.table is None and not above and not block.is_sheet
            if begun is not None and goes_on and _breadth(begun.rows) == _breadth(part.rows):
                begun.rows += part.rows
                out.append(Part(part.grid, [], "", [], begun.table, index))
            else:
                out.append(part)
                begun = part if part.table is not None else None
        above = []
    return out


def _breadth(rows: Sequence[Sequence[Cell]]) -> int:
    return max((cell.last for row in rows for cell in row), default=0)


def _cut(grid: Grid, above: Sequence[str]) -> Iterator[Part]:
    """Yield the tables of a grid: a row in which a title stands begins one."""
    starts = [(at, title) for at, row in enumerate(grid.rows) if (title := _title_in(row))]
    if not starts:
        titles = [*reversed(above), grid.name]
        title = next((text for text in titles if titled(text)), next((t for t in titles if looks_like_one(t)), ""))
        yield Part(grid, grid.rows, title, list(above), titled(title) if title else None)
        return
    ends = [at for at, _ in starts[1:]] + [len(grid.rows)]
    for (at, title), end in zip(starts, ends, strict=True):
        first = starts[0][0] == at
        yield Part(grid, grid.rows[0 if first else at : end], title, list(above) if first else [], titled(title))


def _title_in(row: Sequence[Cell]) -> str:
    """Return the title in a row: in a cell that stands alone but for a number or a unit of money."""
    filled = [cell.text for cell in row if cell.text.strip()]
    if not filled or len(filled) > 3:
        return ""
    for text in filled:
        for line in [text, *text.splitlines()]:
            if len(line) < 80 and (titled(line) or looks_like_one(line)):
                return line
    return ""


# --- one table --------------------------------------------------------------------------------------------------------


def _take(part: Part, file: str, found: Found) -> None:
    table = part.table
    if table is None or not part.rows:
        if table is not None:
            found.blocks.add(part.block)
        return
    seen: set[str] = set()
    ways = [_figures(part, table, layout, file, found, seen) for layout in table.layouts]
    if _targets(part, file, found) if table.kind == "targets" else any(ways):
        found.blocks.add(part.block)
        found.titles.append(bare(part.title))
        found.given.unit = found.given.unit or unit_of(part)
    elif len(part.rows) > 3:
        known = any(frame_of(part.rows, layout) for layout in table.layouts)
        why = "里没有数" if known else "表头与认得的几种都不同"
        if table.kind == "targets" and _only_goals(part):
            why = "只有资金和目标，没有指标"
        said = f"「{file}」的“{bare(part.title)}”{why}，没有核对"
        found.given.notes += [] if said in found.given.notes else [said]


def unit_of(part: Part) -> str | None:
    """Return the department that the head of a table names."""
    for line in part.head.splitlines():
        if match := _UNIT.search(squeeze_lines(line)):
            return match["name"]
    for row in part.rows[:HEAD]:
        cells = [cell.text for cell in row if cell.text.strip()]
        for label, name in pairwise(cells) if len(cells) <= 4 else ():
            if key(label) in _UNIT_LABELS and not _NO_NAME.search(squeeze(name)) and len(name) < 60:
                return " ".join(name.split())
    return None


_UNIT_LABELS = frozenset(
    map(
        key,
        (
            "部门名称",
            "单位名称",
            "部门（单位）名称",
            "编制单位",
            "填报单位",
            "预算单位",
            "编制部门",
            "项目单位",
            "实施单位",
        ),
    )
)


_NO_NAME = re.compile(r"^[\d.,]*$|合计|总计|支出|收入|经费|编码|科目|^(?:项目|类|款|项)$")


def squeeze_lines(text: str) -> str:
    """Return text in half-width characters, its white space kept as single blanks."""
    return " ".join(squeeze(word) for word in text.split())


def year_of(part: Part, file: str) -> int | None:
    """Return the year that the title, the words above or the file's name give."""
    for text in (part.title, *part.above[-3:], *part.head.splitlines()[len(part.above) :], file):
        if match := _YEAR.search(squeeze(text)):
            return int(match[1])
    return None


def _factor(part: Part) -> Decimal:
    if match := _MEASURE.search(squeeze(part.head)):
        return MONEY[match[1]]
    return MONEY["元" if _BUREAUS_OWN.search(part.head) else part.money]


def _trust(part: Part) -> int:
    return APPROVED if _BUREAUS_OWN.search(f"{part.title}\n{part.grid.name}") else PUBLISHED


@dataclass(slots=True)
class Frame:
    """The headings of a table: where they end, each column's headings from above down, and the blocks of label columns."""

    end: int
    paths: dict[int, tuple[str, ...]]
    printed: dict[int, tuple[str, ...]]
    blocks: list[tuple[list[int], list[int]]]  # label columns, columns of figures


def frame_of(rows: Sequence[Sequence[Cell]], layout: Layout) -> Frame | None:
    """Return the headings of a table in a layout; None where it lacks one that the layout needs."""
    known = {part for name in (*layout.columns.values(), *layout.across.values()) for entry in name for part in entry}
    known = known - {ALONE} | layout.labels | {word for ways in layout.headings for word in ways}
    named = {
        label for side in layout.sides for label in side
    }  # one of them alone: a row of which all amounts are blank
    first = last = None
    for at, row in enumerate(rows[:HEAD]):
        words = [_word(cell.text, known) for cell in row if cell.text.strip()]
        hits = sum(word in known for word in words)
        if first is not None and (_has_amount(row) or _is_body(row) or (len(words) == 1 and words[0] in named)):
            break
        if hits >= 2 or (first is not None and hits):
            first, last = (at if first is None else first), at
    if first is None or last is None:
        return None
    paths: dict[int, list[str]] = {}
    printed: dict[int, list[str]] = {}
    for row in rows[first : last + 1]:
        for cell in row:
            if not cell.text.strip() or cell.continued:
                continue
            for column in range(cell.column, cell.last + 1):
                paths.setdefault(column, []).append(_word(cell.text, known))
                printed.setdefault(column, []).append(squeeze(cell.text))
    said = {word for path in paths.values() for word in path}
    if not all(any(need in word for need in ways for word in said) for ways in layout.headings):
        return None
    blocks: list[tuple[list[int], list[int]]] = []
    for column in sorted(paths):
        if any(
            word in layout.labels or (layout.labels and _LABEL.search(word)) for word in paths[column]
        ) and not _column(layout, paths[column]):
            if not blocks or blocks[-1][1]:
                blocks.append(([], []))
            blocks[-1][0].append(column)
        elif _column(layout, paths[column]):
            if not blocks:
                blocks.append(([], []))
            blocks[-1][1].append(column)
    shown = {column: tuple(dict.fromkeys(words)) for column, words in printed.items()}
    return Frame(last + 1, {column: tuple(words) for column, words in paths.items()}, shown, blocks)


_LABEL = re.compile(r"(?:编码|代码|名称|科目)$")  # 功能分类科目: places name the columns of the subjects in many ways


def _word(text: str, known: set[str]) -> str:
    """Return a heading as it is declared: with what it says in brackets or without."""
    return next((word for word in keys(text) if word in known), key(text))


def _has_amount(row: Sequence[Cell]) -> bool:
    """Return whether a row holds figures that are no numbers of columns: it is no heading."""
    codes = (cell for cell in row if not _CODE.fullmatch(squeeze(cell.text)))
    return any(_value(cell) is not None for cell in codes) and not _numbers_columns(row)


def _is_body(row: Sequence[Cell]) -> bool:
    """Return whether a row has a subject's code before it, or a dash for an amount: it is no heading either."""
    filled = [squeeze(cell.text) for cell in row if cell.text.strip()]
    return bool(filled) and (bool(_CODE.fullmatch(filled[0])) or any(map(is_blank, filled)))


def _column(layout: Layout, path: Iterable[str]) -> str:
    """Return the name of the column that stands under these headings; the name declared first wins."""
    return _named(layout.columns, frozenset(path))


def _named(names: Mapping[str, tuple[frozenset[str], ...]], path: frozenset[str]) -> str:
    alone = path | {ALONE} if sum(not word.isdigit() for word in path) == 1 else path
    return next((name for name, ways in names.items() if any(way <= alone for way in ways)), "")


def _value(cell: Cell) -> Decimal | None:
    try:
        return number(cell.text if cell.value is None else cell.value, kind="amount")
    except Unreadable:
        return None


def _figures(part: Part, table: Table, layout: Layout, file: str, found: Found, seen: set[str]) -> bool:
    """Take the figures of a table in a layout, but those `seen` in another; return whether it is one."""
    frame = frame_of(part.rows, layout)
    if frame is None or not any(columns for _, columns in frame.blocks):
        return False
    year, trust = year_of(part, file), _trust(part)
    factor = Decimal(1) if table.data.get("count") else _factor(part)
    taken = 0
    blank: list[tuple[str, Spot]] = []
    for name, cell, row, heads, value in _entries(part, layout, frame):
        spot = _spot(part, file, row, heads, cell)
        if value is None:
            blank.append((name, spot))
        elif name not in seen:
            seen.add(name)
            taken += 1
            own = (
                Decimal(1) if squeeze(cell.text).endswith("元") else factor
            )  # one that names its money is in 万元 already
            found.given.figures.append(Figure(name, value * own, spot, year, trust))
    for name, spot in blank if taken else ():
        if name in table.blank and name not in seen:
            seen.add(name)
            found.given.figures.append(Figure(name, Decimal(0), spot, year, trust))
    if not taken:
        columns = {column for _, own in frame.blocks for column in own}
        rows = (row for row in part.rows[frame.end :] if not _numbers_columns(row))
        below = (cell for row in rows for cell in row if cell.column in columns)
        empty = _NOTHING.search(part.head) or not any(map(_value, below))
        for name in table.zero if empty and not seen else ():
            spot = Spot(file, bare(part.title), "", "本表无数据", part.grid.name if part.grid.is_sheet else "")
            found.given.figures.append(Figure(name, Decimal(0), spot, year, trust))
        return bool(empty)
    return True


def _spot(part: Part, file: str, row: str, heads: Sequence[str], cell: Cell) -> Spot:
    sheet = part.grid.name if part.grid.is_sheet else ""
    column = brief("·".join(heads), _LONGEST)
    return Spot(file, bare(part.title), brief(row, _LONGEST), column, sheet, part.grid.address(cell))


_LONGEST = 60  # characters of a row's or a column's name


def _entries(
    part: Part, layout: Layout, frame: Frame
) -> Iterator[tuple[str, Cell, str, Sequence[str], Decimal | None]]:
    """Yield key, cell, row and headings as printed, and value of every figure that the layout names (None: blank)."""
    rowless = "{row}" not in layout.key and not any(layout.sides)
    told: set[tuple[int, str]] = set()
    for row in _sum_alone(part.rows[frame.end :], frame) if rowless else part.rows[frame.end :]:
        at = {column: cell for cell in row if not cell.continued for column in range(cell.column, cell.last + 1)}
        for place, (labels, columns) in enumerate(frame.blocks):
            side = layout.sides[min(place, len(layout.sides) - 1)] if layout.sides else {}
            words = _words(at, labels)
            name = next((side[known] for text in words for known in keys(text) if known in side), "")
            if not name and not (rowless and len(_amounts_in(at, columns)) > 1 and not _numbers_columns(row)):
                continue
            if name in layout.again:
                name, first = (layout.again[name] if (place, name) in told else name), name
                told.add((place, first))
            if name and len(layout.sides) == 1 and not _amounts_in(at, columns):
                columns = _further_right(at, frame.blocks[place + 1 :]) or columns
            shown = squeeze(words[-1]) if words else ""
            for column in columns:
                cell = at.get(column)
                value = _value(cell) if cell is not None else None
                path = frozenset(frame.paths[column])
                named, across = _named(layout.columns, path), _named(layout.across, path)
                if cell is not None and (value is not None or is_blank(cell.text)) and (across or not layout.across):
                    key_of = layout.key.format(row=name, column=named, across=across)
                    yield key_of, cell, shown, frame.printed[column], value


def _sum_alone(rows: Sequence[list[Cell]], frame: Frame) -> Sequence[list[Cell]]:
    """Return the row of the sum where a table with a row a unit has one, wherever it stands; else all rows."""
    columns = {column for labels, _ in frame.blocks for column in labels}
    sums = [row for row in rows if any(cell.column in columns and key(cell.text) in _SUMS for cell in row)]
    return sums[:1] or rows


_SUMS = frozenset(("合计", "总计"))
Row = Mapping[int, Cell]


def _words(row: Row, columns: Iterable[int]) -> list[str]:
    return [row[at].text for at in columns if at in row and row[at].text.strip()]


def _amounts_in(row: Row, columns: Iterable[int]) -> list[Decimal]:
    return [value for at in columns if at in row and (value := _value(row[at])) is not None]


def _further_right(row: Row, blocks: Sequence[tuple[list[int], list[int]]]) -> list[int]:
    """Return the columns of the next block that has an amount, where no label of its own stands before it: a sum over blocks."""
    for labels, columns in blocks:
        if _words(row, labels):
            return []
        if _amounts_in(row, columns):
            return columns
    return []


def _numbers_columns(row: Sequence[Cell]) -> bool:
    """Return whether a row only numbers the columns (栏次): 1, 2, 3 …"""
    if any(key(cell.text) in ("栏次", "行次") for cell in row):
        return True
    values = [value for cell in row if (value := _value(cell)) is not None]
    return len(values) > 2 and all(after - before == 1 for before, after in pairwise(values))


# --- targets ----------------------------------------------------------------------------------------------------------


def _targets(part: Part, file: str, found: Found) -> bool:
    own = part.table.data if part.table else {}
    words = {key(cell.text) for row in part.rows for cell in row if 0 < len(cell.text) < 40}
    # a self-evaluation has the same columns, and what was reached besides
    valued = any("指标值" in word or "目标值" in word for word in words)
    if words & _REACHED or not words & set(_LEVEL3) or not valued:
        return False
    year = year_of(part, file)
    if targets := list(_targets_of_rows(part, file, year)):
        found.given.targets += targets
        return True
    of_project = _speaks_of_projects(part, words)
    made = Document("", [Grid(part.grid.name, part.rows, part.grid.aligned, part.grid.is_sheet)])
    filings = [filing for filing in extract(made, _form(of_project, _short_heads(part))) if filing.indicators]
    if not filings:
        return False
    for filing in filings:
        # of a project whose name is not read they are still none of the department's
        subject = (filing.subject or bare(part.title)) if of_project else None
        for index, row in enumerate(filing.indicators):
            if row.level3:
                spot = _spot_of_target(part, file, row.level3, filing.places[f"indicators[{index}].level3"].cell)
                entry = Target(row.level1, row.level2, row.level3, row.target, row.weight, spot, year, subject)
                found.given.targets.append(entry)
    if not of_project:
        _amounts(part, own, file, year, found)
        found.given.goal = _goal(part, own.get("goals", {}).get("expected", ())) or found.given.goal
    return True


def _only_goals(part: Part) -> bool:
    """Return whether a table lists projects and tells their goals in words alone."""
    heads = ({key(cell.text) for cell in row} for row in part.rows[:HEAD])
    return any(key("项目名称") in words and words & _GOALS and not words & set(_LEVEL3) for words in heads)


_GOALS = frozenset(map(key, ("绩效目标", "项目绩效目标", "年度绩效目标", "总体目标", "年度目标", "绩效总目标")))


def _spot_of_target(part: Part, file: str, name: str, cell: str) -> Spot:
    sheet = part.grid.name if part.grid.is_sheet else ""
    return Spot(file, bare(part.title), f"「{' '.join(name.split())}」", "", sheet, cell)


def _speaks_of_projects(part: Part, words: set[str]) -> bool:
    """Return whether a table of targets is a project's: by its title, and by its labels where the title leaves it open."""
    title = bare(part.title)
    if "整体" in title or "部门" in title:
        return False
    return "项目" in title or bool(words & _PROJECT)


def _targets_of_rows(part: Part, file: str, year: int | None) -> Iterator[Target]:
    """Yield the targets of a table that lists projects, a row or several each: its heads name the project and the target."""
    columns: dict[str, Cell] = {}
    last: dict[str, str] = {}
    for row in part.rows:
        if not columns:
            heads = {name: cell for cell in row if (name := _LIST_HEADS.get(key(cell.text)))}
            if {"subject", "level3", "target"} <= heads.keys():
                short = _short_heads(part)
                columns = {short[word]: cell for cell in row if (word := key(cell.text)) in short} | heads
            continue
        at = {name: cell for name, head in columns.items() if (cell := _under(row, head)) is not None}
        for name in ("subject", "level1", "level2"):
            if name in at and at[name].text.strip():
                last[name] = " ".join(at[name].text.split())
        words = at["level3"].text.strip() if "level3" in at else ""
        if words and not at["level3"].continued and last.get("subject"):
            own = Indicator()
            for name in {"target", "nature", "measure"} & at.keys():
                setattr(own, name, at[name].text.strip() or None)
            compose(own)
            weight = _value(at["weight"]) if "weight" in at else None
            spot = _spot_of_target(part, file, words, part.grid.address(at["level3"]))
            levels = last.get("level1"), last.get("level2")
            yield Target(*levels, words, own.target, weight, spot, year, last["subject"])


def _under(row: Sequence[Cell], head: Cell) -> Cell | None:
    return next((cell for cell in row if cell.column <= head.column <= cell.last), None)


_REACHED = frozenset(
    map(key, ("实际完成值", "全年完成值", "完成值", "自评得分", "得分", "全年执行数", "实际完成情况", "执行率"))
)
_PROJECT = frozenset(map(key, ("项目名称", "项目单位", "项目属性")))


def _short_heads(part: Part) -> dict[str, str]:
    """Return the headings beside that of the target that say in short what they are: 性质, 单位."""
    for row in part.rows:
        filled = [key(cell.text) for cell in row if cell.text.strip() and not cell.continued]
        for at, word in enumerate(filled):
            if _LIST_HEADS.get(word) == "target":
                near = {*filled[max(0, at - 1) : at], *filled[at + 1 : at + 2]}
                return {word: name for word, name in _BESIDE_TARGET.items() if word in near}
    return {}


def _form(of_project: bool, short: Mapping[str, str]) -> Form:
    """Return the form by which targets are read: the labels of the self-evaluation, where a target needs no result."""
    base = form("l5" if of_project else "l1")
    data = {name: value for name, value in base.data.items() if name in _READ_OF_TARGETS}
    data |= {"needs": {"goals": ["nothing"]}}
    heads = {name: [*labels, *(word for word in short if short[word] == name)] for name, labels in _INDICATORS.items()}
    return replace(base, id="targets", data=data, levels=(*base.levels, {"indicators": heads}), tables={}, endings={})


_INDICATORS = {
    "level1": ["一级指标"],
    "level2": ["二级指标"],
    "level3": ["三级指标", "指标名称", "指标内容", "具体指标"],
    "target": ["指标值", "年度指标值", "目标值", "年度目标值"],
    "nature": ["指标性质", "指标符号", "计算符号", "运算符号"],
    "measure": ["度量单位", "计量单位", "指标单位"],
    "weight": ["分值", "权重"],
}
# what a column is called only beside that of the target: 单位 elsewhere is a department
_BESIDE_TARGET = {key("性质"): "nature", key("符号"): "nature", key("单位"): "measure"}
_LIST_HEADS = {
    key(label): name for name, labels in {**_INDICATORS, "subject": ["项目名称"]}.items() for label in labels
}
_LEVEL3 = ("三级指标", "指标名称", "指标内容", "具体指标")
_READ_OF_TARGETS = ("indicators", "total", "unit", "heads", "funds", "signature")


def _amounts(part: Part, own: Mapping[str, object], file: str, year: int | None, found: Found) -> None:
    factor, spot_of = _factor(part), found.given.figures.append
    tasks = own.get("tasks", {})
    names = {key(label): name for name, labels in _section(own.get("amounts")).items() for label in labels}
    seen: set[str] = set()
    heads: dict[int, str] = {}
    sums: dict[str, Decimal] = {}
    columns = {key(label): name for name, labels in _section(tasks).items() if name != "sum" for label in labels}
    ends = {key(label) for label in _section(tasks).get("sum", ())}
    for row in part.rows:
        cells = [cell for cell in row if not cell.continued and cell.text.strip()]
        found_heads = {cell.column: columns[key(cell.text)] for cell in cells if key(cell.text) in columns}
        if len(found_heads) >= 2:
            heads = found_heads
            continue
        if heads:
            at = {cell.column: (cell, value) for cell in cells if (value := _value(cell)) is not None}
            whole = any(key(cell.text) in ends for cell in cells)
            for column, name in heads.items():
                if column in at and whole:
                    cell, value = at[column]
                    spot = _spot(part, file, "金额合计", [name_of_task(name)], cell)
                    spot_of(Figure(f"targets.task_{name}", value * factor, spot, year, PUBLISHED))
                elif column in at:
                    sums[name] = sums.get(name, Decimal(0)) + at[column][1]
            if whole or not set(at) & set(heads):
                heads = {} if whole else heads
            if whole or set(at) & set(heads):
                continue
        for place, cell in enumerate(cells):
            label, _, inline = squeeze(cell.text).removeprefix("其中:").partition(":")
            name = names.get(key(label), "")
            if not name or name in seen:
                continue
            beside = cells[place + 1] if place + 1 < len(cells) else None
            value = _said(inline) if inline else _value(beside) if beside else None
            if value is not None:
                seen.add(name)
                spot = _spot(part, file, label, [], cell if inline or beside is None else beside)
                spot_of(Figure(f"targets.{name}", value * factor, spot, year, PUBLISHED))
    if "total" in sums and any(entry.key == "targets.task_total" for entry in found.given.figures):
        spot = Spot(
            file, bare(part.title), "年度主要任务", "各任务总额之和", part.grid.name if part.grid.is_sheet else ""
        )
        spot_of(Figure("targets.task_parts", sums["total"] * factor, spot, year, PUBLISHED))


def name_of_task(name: str) -> str:
    """Return what a column of the tasks is called."""
    return {"total": "总额", "fiscal": "财政拨款", "other": "其他资金"}[name]


def _section(value: object) -> Mapping[str, Sequence[str]]:
    return value if isinstance(value, Mapping) else {}


def _said(words: str) -> Decimal | None:
    match = re.match(r"[\d,]+(?:\.\d+)?", words)
    return Decimal(match[0].replace(",", "")) if match else None


def _goal(part: Part, labels: Iterable[str]) -> str | None:
    known = {key(label) for label in labels}
    for at, row in enumerate(part.rows):
        cells = [cell for cell in row if cell.text.strip()]
        for place, cell in enumerate(cells):
            if key(cell.text) not in known and key(cell.text.replace("预期目标", "")) not in known:
                continue
            below = part.rows[at + 1] if at + 1 < len(part.rows) else []
            beside = [entry for entry in cells[place + 1 :] if len(entry.text.strip()) > 8]
            under = [entry for entry in below if entry.column == cell.column and len(entry.text.strip()) > 8]
            for entry in (*beside, *under):
                if not is_blank(entry.text):
                    return entry.text.strip()
    return None


# --- the words of the final accounts ----------------------------------------------------------------------------------


def _sentences(document: Document, file: str, found: Found) -> None:
    """Read the fixed sentences of the 决算说明, each once, with the paragraph as its place."""
    flat = [(at, squeeze(text)) for at, text in enumerate(document.paragraphs, start=1) if len(text) > 12]
    for table in tables():
        if table.kind != "sentences":
            continue
        for name, pattern in table.data.get("sentences", {}).items():
            for at, text in flat:
                if not (match := re.search(pattern, text)):
                    continue
                amount = Decimal(match["amount"].replace(",", "").rstrip("."))
                value = amount * MONEY.get(match["unit"], Decimal(1))
                spot = Spot(file, "决算说明", f"第{at}段")
                found.given.figures.append(Figure(name, value, spot, None, WORDS))
                break


def _say_unknown(known: Sequence[Part], file: str, found: Found) -> None:
    strange = [bare(part.title) for part in known if _is_strange(part)]
    if strange := list(dict.fromkeys(strange)):
        found.given.notes.append(f"「{file}」里这几张表没有要核对的数，或不认得，没有用到：{'、'.join(strange)}")


def _is_strange(part: Part) -> bool:
    return part.table is None and bool(part.title) and not is_unneeded(part.title) and _holds_figures(part)


def _holds_figures(part: Part) -> bool:
    return sum(_value(cell) is not None for row in part.rows for cell in row) > 3


def without(document: Document, blocks: Iterable[int]) -> Document:
    """Return a document without some of its blocks."""
    left_out = set(blocks)
    kept = [block for index, block in enumerate(document.blocks) if index not in left_out]
    return Document(document.name, kept, document.issued, document.notes)


__all__ = ["Found", "Part", "parts", "read", "without"]
