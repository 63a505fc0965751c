"""The tables beside a self-evaluation (决算、预算、绩效目标): what each is known by and what is read of it, as data.

May import the forms and what they stand on; the readers import it. A new table: one TOML file in `tables/`; a county's own
lie as `*.toml` in the folder 表样 beside its master, and one of the same name goes over the shipped one.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from workbook import patterns as re
from workbook.forms import FormError, Own, in_use
from workbook.forms.labels import key, squeeze
from workbook.forms.slips import TABLE_OF_WORDS, WORDS, in_pattern, misfit, strange_slot

LAYOUT = {
    "key": str,
    **dict.fromkeys(("headings", "labels"), WORDS),
    **dict.fromkeys(("columns", "across", "rows", "left", "right"), TABLE_OF_WORDS),
    "again": {"*": str},
}
SHAPE = {
    **LAYOUT,
    "kind": str,
    "count": bool,
    **dict.fromkeys(("titles", "zero", "blank"), WORDS),
    **dict.fromkeys(("amounts", "goals", "tasks"), TABLE_OF_WORDS),
    "sentences": {"*": str},
}
Names = Mapping[str, tuple[frozenset[str], ...]]
ALONE = "="  # among the headings of a column: it stands under no other


@dataclass(frozen=True, slots=True)
class Layout:
    """How one layout of a table stands: the headings it needs, which headings are labels, columns, rows and the keys made of them.

    A name stands for several spellings; "甲+乙" is a column under both headings, "=甲" one under no other, "甲|乙" a needed
    heading of either spelling.
    `sides` are the rows by block, where the table has several beside each other; `again` names a row whose label stands there
    once more; `across` names what columns of the same heading differ by.
    """

    headings: tuple[frozenset[str], ...]
    labels: frozenset[str]
    key: str
    columns: Names
    across: Names = field(default_factory=dict)
    sides: tuple[Mapping[str, str], ...] = ()
    again: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One declared table: id, the titles it goes by, its layouts; `zero` are the keys that an empty one says are 0, `blank` those of
    which a blank cell says it where others are filled.
    """

    id: str
    title: str
    titles: frozenset[str]
    kind: str = "figures"
    layouts: tuple[Layout, ...] = ()
    zero: tuple[str, ...] = ()
    blank: frozenset[str] = frozenset()
    data: Mapping[str, Any] = field(default_factory=dict)


def tables() -> tuple[Table, ...]:
    """Return every declared table: the shipped ones and those of the folders in use; raise FormError on a bad one."""
    return _tables(in_use())


@cache
def _tables(extra: tuple[Own, ...]) -> tuple[Table, ...]:
    files = {
        file.stem: file
        for place in (Path(__file__).parent / "tables", *(own.folder for own in extra))
        for file in sorted(place.glob("*.toml"))
    }
    return tuple(_table(name, _data(file), file) for name, file in files.items())


def _data(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"表「{file.name}」的写法读不了：{error}") from error


def _table(name: str, data: dict[str, Any], file: Path) -> Table:
    layouts_of = {part: own for part, own in data.items() if part.endswith("_layout")}
    if slip := misfit({part: own for part, own in data.items() if part not in layouts_of}, SHAPE):
        raise FormError(f"表「{file.name}」的{slip}")
    titles = tuple(data.get("titles", ()))
    kind = str(data.get("kind", "figures"))
    if kind not in ("figures", "targets", "sentences", "unneeded") or (
        kind == "figures" and not (titles and "key" in data)
    ):
        raise FormError(f"表「{file.name}」要写 titles（标题）、headings（表头）、columns（栏目）和 key")
    if slip := next(filter(None, _slips(data, layouts_of)), ""):
        raise FormError(f"表「{file.name}」的{slip}")
    parts = [data, *layouts_of.values()]
    layouts = tuple(_layout(part) for part in parts) if kind == "figures" else ()
    shown = _spelled(titles[0])[-1] if titles else name
    known = frozenset(bare(each) for title in titles for each in _spelled(title))
    blank = frozenset(each for entry in data.get("blank", ()) for each in _spelled(entry))
    return Table(name, shown, known, kind, layouts, tuple(data.get("zero", ())), blank, data)


def _slips(data: dict[str, Any], layouts: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with what a table's names hold ("" is nothing)."""
    for name, part in {"": data, **layouts}.items():
        yield misfit(part, LAYOUT, (name,)) if name else ""
        yield f"[{name}] 没有写 key" if name and "key" not in part else ""
        yield strange_slot(part.get("key", ""), ("row", "column", "across"), (name, "key") if name else ("key",))
    for name, pattern in data.get("sentences", {}).items():
        yield in_pattern(pattern, ("amount", "unit"), ("sentences", name))


def _spelled(entry: str) -> list[str]:
    """Return all that an entry stands for: "{甲,乙}丙" is 甲丙 and 乙丙, "{,甲}丙" is 丙 and 甲丙."""
    head, opened, rest = entry.partition("{")
    names, _, tail = rest.partition("}")
    return [f"{head}{name}{more}" for name in names.split(",") for more in _spelled(tail)] if opened else [entry]


def _layout(data: dict[str, Any]) -> Layout:
    sides = [data[side] for side in ("left", "right") if side in data] or [data.get("rows", {})]
    return Layout(
        tuple(frozenset(key(word) for word in entry.split("|")) for entry in data.get("headings", ())),
        frozenset(key(entry) for entry in data.get("labels", ())),
        str(data["key"]),
        _names(data.get("columns", {})),
        _names(data.get("across", {})),
        tuple({key(label): name for name, labels in side.items() for label in labels} for side in sides),
        data.get("again", {}),
    )


def _names(section: Mapping[str, Iterable[str]]) -> Names:
    return {
        name: tuple(
            frozenset([*(key(part) for part in entry.lstrip("=").split("+")), *([ALONE] if entry[:1] == "=" else ())])
            for entry in spellings
        )
        for name, spellings in section.items()
    }


# --- titles -----------------------------------------------------------------------------------------------------------

_QUOTES = re.compile(r"[\"'“”‘’「」『』《》<>＂]")
_BRACKETS = re.compile(r"\([^()]*\)|\([^()]*$|【[^】]*】|\[[^\]]*\]")
# white space is gone by then: the 一 of 附表4一般公共预算, the 三 of 表七三公经费 are no numbers
_ONE = r"(?:\d{1,2}(?!\d)|[一二三四五六七八九十]+(?!般|公经费))"
_NUMBER = re.compile(
    rf"^(?:附件?表?(?:{_ONE}(?:[-—]{_ONE})*)?[:：.、]?|表{_ONE}[:：.、]?|公开\d+表"
    r"|(?:GK|Z|F|CS|YS)\d+(?:_\d+)?|[一二三四五六七八九十]+、|\d{1,2}[.、．]|\d{1,2}(?=[^\d年]))"
)
_TO_YEAR = re.compile(r"^.{0,40}?(?:19|20)\d{2}年?度?(?:年度)?")
_CODE_AT_END = re.compile(r"(?:公开\d+表|财决\S*表|预算?\d+表|表\d+)$")
# a title that says more than a declared one is of another table
_MORE = re.compile(
    r"预算|决算|拨款|支出|收入|收支|基金|资本|经营|基本|项目|专项|经费|三公|明细|政府性|一般公共|非税|专户|采购|资产|结转|绩效"
    r"|财政(?!局|厅|所|部|分局|事务|金融)"
)
_PLAIN_HEAD = re.compile(r"^(?:本部门|部门\(?单位\)?|部门|本单位|单位|本级)")


def bare(title: str) -> str:
    """Return a title without white space, quotes, brackets, numbers, year and what stands before the year."""
    flat = _QUOTES.sub("", squeeze(title[:200]))
    flat = _CODE_AT_END.sub("", _BRACKETS.sub("", flat)).strip(":：-—_ .")
    before = ""
    while flat != before:
        before = flat
        flat = _NUMBER.sub("", flat)
    return _TO_YEAR.sub("", flat).strip(":：-—_ .、").replace("、", "")


def titled(title: str) -> Table | None:
    """Return the table that a title names: by all of its words, with at most a department's name before them."""
    found = _titled(title)
    return None if found is None or found.kind == "unneeded" else found


def is_unneeded(title: str) -> bool:
    """Return whether a title is of a table that is known and holds nothing to check."""
    found = _titled(title)
    return found is not None and found.kind == "unneeded"


def _titled(title: str) -> Table | None:
    flat = bare(title)
    if len(flat) < 4 or not flat.endswith("表"):
        return None
    best: tuple[int, Table] | None = None
    for entry in tables():
        for known in entry.titles:
            before = flat.removesuffix(known)
            if before != flat and not _MORE.search(_PLAIN_HEAD.sub("", before)) and (not best or len(known) > best[0]):
                best = (len(known), entry)
    return best[1] if best else None


_SELF = re.compile(r"自评|评价|评分|基础数据")  # the self-evaluation's own
LIKE_A_TABLE = re.compile(r"(?:决算|预算|收支|收入|支出|三公|绩效目标).{0,24}表$")


def looks_like_one(title: str) -> bool:
    """Return whether a title is one of such tables, known or not."""
    flat = bare(title)
    return len(flat) < 60 and bool(LIKE_A_TABLE.search(flat)) and not _SELF.search(flat)
