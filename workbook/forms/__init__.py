"""Forms: what a form is recognised by and where its fields stand, as data. One folder a form, `form.toml` inside.

May import the fields and the schemes; knows no file format. A new form: one folder here or beside the master (see manual/forms.md);
no code.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workbook.forms import slips
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, keys
from workbook.forms.language import labels
from workbook.model.fields import BY_PATH
from workbook.model.filing import Filing
from workbook.model.scheme import DEFAULT, Scheme, load, parse
from workbook.process import ClerkError

FIRST = "l1"


class FormError(ClerkError, ValueError):
    """A form that cannot be used; the message says in Chinese which and why."""


class Own(NamedTuple):
    """A folder of declarations, and what tells what is in it from what was there before ("" for the package's own)."""

    folder: Path
    content: str = ""


_ASKED = 20_000  # labels of which is remembered what they name: the same heads are asked for again and again


@dataclass(frozen=True, slots=True)
class Form:
    """One form as declared: id, title, the labels it is recognised by, how many of them are needed, and its fields."""

    id: str
    title: str
    recognised_by: tuple[str, ...]
    needed: int
    kind: str = "tables"
    data: dict[str, Any] = field(default_factory=dict)
    must: tuple[str, ...] = ()
    folders: tuple[Own, ...] = ()
    levels: tuple[dict[str, Any], ...] = field(default=(), compare=False, repr=False)
    scheme_text: str = ""
    shipped: bool = True
    tables: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)
    doubtful: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)
    endings: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    beginnings: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    asked: dict[tuple[str, str], str | None] = field(default_factory=dict, compare=False, repr=False)
    naming: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def layout(self) -> dict[str, Any]:
        """Return how its sheets are drawn: layout.toml of its folder over that of its base; read when first asked for."""
        return _layout(self.folders)

    @property
    def scored_apart(self) -> bool:
        """Return whether the form brings a scheme of its own, by name or in its folder."""
        return bool(self.scheme_text or self.data.get("scheme"))

    @property
    def by_headings(self) -> bool:
        """Return whether it is no place's form, but the one that unknown forms are read as, by their headings alone."""
        return bool(self.data.get("by_headings"))

    @property
    def holds(self) -> tuple[str, ...]:
        """Return the rules that hold for it, by id or by the letter of their family; none where all do."""
        return tuple(self.data.get("holds", ()))

    @property
    def missing(self) -> frozenset[str]:
        """Return the fields (paths, or the beginnings of paths) that the form does not ask for."""
        return frozenset(self.data.get("missing", {}).get("fields", ()))

    @property
    def printed(self) -> dict[tuple[str, str], str]:
        """Return the key of the label that its own layout prints for a field: (section, field) → key."""
        return _printed(self.folders)

    def table(self, name: str) -> dict[str, str]:
        """Return a section as a table from label key to field name: what the layout prints, and other words for it.

        What a form declares comes to what its base does and goes before it; an empty list takes a field's words away.
        """
        if name not in self.tables:
            known: dict[str, str] = {}
            doubtful: dict[str, tuple[str, ...]] = {}
            for place, declared in enumerate(self.levels, start=1):
                if name.partition("/")[0] in declared.get("without", ()):
                    known, doubtful = {}, {}
                for target, words in _section(declared, name).items():
                    if not words:
                        known = {label: other for label, other in known.items() if other != target}
                        doubtful = {
                            label: tuple(f for f in fields if f != target) for label, fields in doubtful.items()
                        }
                    known |= {key(label): target for label in words if not label.startswith("?")}
                    for label in (key(label[1:]) for label in words if label.startswith("?")):
                        doubtful[label] = (*doubtful.get(label, ()), target)
                known |= {
                    label: target for (part, target), label in _printed(self.folders[:place]).items() if part == name
                }
            self.endings[name] = tuple(entry[1:] for entry in known if entry.startswith("*"))
            self.beginnings[name] = tuple(entry[:-1] for entry in known if entry.endswith("*"))
            self.doubtful[name] = doubtful
            self.tables[name] = known  # last: who finds it finds its endings
        return self.tables[name]

    def perhaps(self, name: str, label: str) -> tuple[str, ...]:
        """Return the fields that a label may name where no other label does ("?label"), the likeliest first."""
        self.table(name)
        if not self.doubtful[name]:
            return ()
        return next((fields for wanted in keys(label[:200]) if (fields := self.doubtful[name].get(wanted))), ())

    def field(self, name: str, label: str) -> str | None:
        """Return the field that a label names in a section: spelt out, or by its ending or beginning ("*ending", "beginning*")."""
        label = label[:200]  # beyond that no label is told from another
        if (name, label) not in self.asked:
            if len(self.asked) >= _ASKED:
                self.asked.clear()
            self.asked[name, label] = self._field(name, label)
        return self.asked[name, label]

    def sections_of(self, label: str, sections: Iterable[str]) -> frozenset[str]:
        """Return the sections, of those with heads of columns, in which a label names a field or may name one."""
        label = label[:200]
        if label not in self.naming:
            if len(self.naming) >= _ASKED:
                self.naming.clear()
            named = (name for name in sections if self.field(name, label) or self.perhaps(name, label))
            self.naming[label] = frozenset(named)
        return self.naming[label]

    def _field(self, name: str, label: str) -> str | None:
        known = self.table(name)
        for wanted in keys(label):
            if wanted in known:
                return known[wanted]
            # most labels are none of these, and a report has hundreds of them
            if wanted.endswith(self.endings[name]):
                return next(known[f"*{entry}"] for entry in self.endings[name] if wanted.endswith(entry))
            if wanted.startswith(self.beginnings[name]):
                return next(known[f"{entry}*"] for entry in self.beginnings[name] if wanted.startswith(entry))
        return None

    def knows(self, label: str) -> bool:
        """Return whether any section of the form has a label."""
        sections = ("heads", "unit", "funds/columns", "funds/rows", "goals", "indicators", "total")
        return any(self.field(section, label) for section in sections)


class Match(NamedTuple):
    """How well a document fits a form: the form, the labels found, those missing, and those that only other forms have."""

    form: Form
    found: tuple[str, ...]
    missing: tuple[str, ...]
    strange: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Return which part of the form's labels was found."""
        return len(self.found) / max(1, len(self.form.recognised_by))

    @property
    def fits(self) -> bool:
        """Return whether enough labels were found, all that no other form has, and none that the form has not."""
        enough = len(self.found) >= self.form.needed and not set(self.form.must) & set(self.missing)
        return enough and not self.strange


# the folders of forms of one's own: those of the run, and those that a verb found beside its workbook
_IN_USE: ContextVar[tuple[Own, ...]] = ContextVar("forms", default=())


@contextmanager
def using(folders: Iterable[Path]) -> Iterator[None]:
    """Know the forms in these folders as well, as they are now, within the block; raise FormError where one is no folder."""
    known = {own.folder: own for own in in_use()}
    for place in folders:
        if not place.is_dir():
            raise FormError(f"找不到表样文件夹「{place}」，请检查路径")
        folder = place.resolve()
        known[folder] = known.get(folder) or _own(folder)
    before = _IN_USE.set(tuple(known.values()))
    try:
        yield
    finally:
        _IN_USE.reset(before)


def in_use() -> tuple[Own, ...]:
    """Return the folders of forms of one's own that are in use, with what tells their content: what is made of them goes by both."""
    return _IN_USE.get()


def places() -> tuple[Path, ...]:
    """Return the folders of forms of one's own that are in use."""
    return tuple(own.folder for own in in_use())


def _own(folder: Path) -> Own:
    files = sorted(file for kind in ("*/*.toml", "*.toml") for file in folder.glob(kind))
    parts = [part for file in files for part in (str(file.relative_to(folder)).encode(), file.read_bytes())]
    return Own(folder, hashlib.sha256(b"\0".join(parts)).hexdigest()[:16] if parts else "")


def forms(extra: tuple[Path, ...] = ()) -> tuple[Form, ...]:
    """Return every form of the package, of the folders in use and of extra ones; raise FormError on a bad or doubled one."""
    known = {own.folder: own for own in (*in_use(), *map(_own, extra))}
    return _forms(tuple(known.values()))


def scheme_of(own: Form, filing: Filing | None = None) -> Scheme:
    """Return the scheme that a form is scored by: scheme.toml in its folder, the one it names, or the usual one.

    Where it names several, it is the first whose points a filing bears, else the first.
    """
    if own.scheme_text:
        return parse(own.scheme_text)
    named = own.data.get("scheme") or DEFAULT
    if isinstance(named, str):
        return load(named)
    fitting = (scheme for scheme in map(load, named) if filing is not None and _bears(filing, scheme))
    return next(fitting, load(named[0]))


def _bears(filing: Filing, scheme: Scheme) -> bool:
    """Return whether a filing's first-level classes and its execution rate bear the points that a scheme gives them."""
    sums: dict[str, Decimal] = {}
    for row in filing.indicators:
        sums[row.level1 or ""] = sums.get(row.level1 or "", Decimal(0)) + (row.weight or Decimal(0))
    given = {str(name): points for name, points in scheme.rows("weights.classes")}
    known = [name for name in sums if name in given]
    told = "F12" in scheme.severities and scheme.severities["F12"] is None  # the scheme does not say
    execution = told or filing.funds.weight in (None, scheme.number("weights.execution"))
    return execution and len(known) > 1 and all(sums[name] == given[name] for name in known)


def form(id: str) -> Form:
    """Return a form by its id; the first one of the package where nobody knows the id any more."""
    known = {entry.id: entry for entry in forms()}
    return known.get(id) or known[FIRST]


@cache
def _forms(extra: tuple[Own, ...]) -> tuple[Form, ...]:
    folders: list[Own] = [*_folders(Own(Path(__file__).parent))]
    shipped = len(folders)
    for place in extra:
        folders += _folders(place)
    for folder in folders[shipped:]:  # a slip in a form of one's own is better said than met later
        if slip := slips.misfit(_load(folder.folder), slips.FORM):
            raise FormError(f"表样「{folder.folder.name}」的 form.toml 里{slip}")
    known: dict[str, dict[str, Any]] = {}
    places: dict[str, Own] = {}
    for folder in folders:
        data = _load(folder.folder)
        if data["id"] in known:
            raise FormError(f"表样编号重复：{data['id']}")
        known[data["id"]], places[data["id"]] = data, folder
    made: list[Form] = []
    for number, data in enumerate(known.values()):
        entry = _form(data, known, places)
        text = _text(places[entry.id].folder / "scheme.toml")
        entry = replace(entry, scheme_text=text, shipped=number < shipped)
        if number >= shipped and (slip := slips.in_layout(entry.layout)):
            raise FormError(f"表样「{entry.id}」的 layout.toml 里 {slip}")
        made.append(replace(entry, recognised_by=_recognised(entry)))
    return tuple(made)


def _section(declared: dict[str, Any], name: str) -> dict[str, list[str]]:
    out: Any = declared
    for step in name.split("/"):
        out = out.get(step, {})
    return {target: words for target, words in out.items() if isinstance(words, list)}


def alternatives(label: str) -> list[str]:
    """Return the labels of which one is enough: "指标性质|计算符号"."""
    return label.split("|")


def _recognised(own: Form) -> tuple[str, ...]:
    """Return what a form of one's own is recognised by: what it says, else its base's labels as it prints them and its others."""
    if "recognised_by" in own.levels[-1] or len(own.folders) == 1:
        return own.recognised_by
    before = _printed(own.folders[:-1])
    changed = {label: own.printed[spot] for spot, label in before.items() if own.printed.get(spot, label) != label}
    other = [label for spot, label in own.printed.items() if before.get(spot) != label]
    usual = ("|".join(changed.get(key(word), word) for word in alternatives(label)) for label in own.recognised_by)
    return tuple(dict.fromkeys((*usual, *other)))


@cache
def _layout(folders: tuple[Own, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for folder in folders:
        out = _over(out, _toml(folder.folder, "layout.toml"))
    return out


@cache
def _printed(folders: tuple[Own, ...]) -> dict[tuple[str, str], str]:
    data = _layout(folders)
    drawn = (entry for part in data.get("sheets", ()) for entry in labels(data[part]))
    return {(section, target): key(label.format(year=2000, prior=1999)) for section, label, target in drawn}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _folders(place: Own) -> Iterable[Own]:
    found = (entry for entry in place.folder.iterdir() if entry.is_dir() and (entry / "form.toml").is_file())
    return [Own(entry, place.content) for entry in sorted(found, key=lambda entry: (len(entry.name), entry.name))]


def _load(folder: Path) -> dict[str, Any]:
    data = _toml(folder, "form.toml")
    if "id" not in data:
        raise FormError(f"表样「{folder.name}」的 form.toml 没有写 id")
    return data


def _toml(folder: Path, name: str) -> dict[str, Any]:
    file = folder / name
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"表样「{folder.name}」的 {name} 读不了：{error}") from error


def _form(data: dict[str, Any], known: dict[str, dict[str, Any]], places: dict[str, Own]) -> Form:
    merged, above = _over_base(data["id"], known, ())
    _check_fields(data["id"], merged)
    shown = tuple(merged.get("recognised_by", ()))
    needed = int(merged.get("needed", len(shown)))
    title, kind, must = str(merged.get("title", data["id"])), str(merged.get("kind", "tables")), merged.get("must", ())
    folders, levels = tuple(places[id] for id in above), tuple(known[id] for id in above)
    return Form(data["id"], title, shown, needed, kind, merged, tuple(must), folders, levels)


def _over_base(
    id: str, known: dict[str, dict[str, Any]], above: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what a form declares laid over its base, and that over its own, and their ids; raise FormError on a circle."""
    data, base = known[id], str(known[id].get("base", ""))
    if not base:
        return data, (id,)
    if base not in known:
        raise FormError(f"表样「{id}」的底本「{base}」不存在")
    if base in (*above, id):
        raise FormError(f"表样「{id}」的底本绕成了圈：{' → '.join((*above, id, base))}")
    declared, bases = _over_base(base, known, (*above, id))
    kept = {name: value for name, value in declared.items() if name not in data.get("without", ())}
    return _over(kept, data), (*bases, id)


def _check_fields(id: str, data: dict[str, Any]) -> None:
    """Raise FormError where a form names a field that no filing has: a slip in the file, better said than met later."""
    named = [(section, f"{section}.{name}") for section in ("staff", "goals") for name in data.get(section, {})]
    named += [("funds.columns", f"funds.{name}") for name in data.get("funds", {}).get("columns", {})]
    named += [("expenses.rows", f"expenses.{name}.final") for name in data.get("expenses", {}).get("rows", {})]
    named += [("buildings", f"buildings[].{name}") for name in data.get("buildings", {})]
    named += [("indicators", f"indicators[].{name}") for name in data.get("indicators", {})]
    named += [("tasks", f"tasks[].{name}") for name in data.get("tasks", {}) if name not in ("total", "parts")]
    named += [(section, name) for section in ("heads", "colon") for name in data.get(section, {})]
    for section, path in named:
        if path not in BY_PATH:
            raise FormError(f"表样「{id}」的 form.toml 里 [{section}] 的「{path.rpartition('.')[2]}」不是认得的栏目")


def fingerprint() -> str:
    """Return what tells the forms and tables of one's own that are in use from others, "" where there are none."""
    return "-".join(own.content for own in in_use() if own.content)


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for name, value in changes.items():
        out[name] = _over(out[name], value) if isinstance(value, dict) and isinstance(out.get(name), dict) else value
    return out


def _stands(label: str, labels: Iterable[str]) -> bool:
    """Return whether a cell is a label, by itself or with its value behind a colon."""
    return any(held == label or held.startswith(f"{label}:") for held in labels)


def missing_in(form_id: str) -> frozenset[str]:
    """Return the fields that a form of the package does not ask for, by its id; none for a form not known here."""
    return next((form.missing for form in forms() if form.id == form_id), frozenset())


def shown_as(form_id: str) -> str:
    """Return what a clerk reads for a form's id: its title, where no other form has the same; else the id."""
    return _titles(in_use()).get(form_id, form_id)


def called(words: str) -> str:
    """Return the id of the form that a title names; words that are no form's title are taken for an id."""
    return next((id for id, title in _titles(in_use()).items() if title == words), words)


@cache
def _titles(own: tuple[Own, ...]) -> dict[str, str]:
    known = _forms(own)
    titles = [form.title for form in known]
    return {form.id: form.title for form in known if form.title and titles.count(form.title) == 1}


def label_keys(grids: Iterable[Grid]) -> set[str]:
    """Return what may be labels in tables: the keys of short texts."""
    return {key(cell.text) for grid in grids for row in grid.rows for cell in row if 0 < len(cell.text) < 60}


def matches(document: Document, extra: tuple[Path, ...] = ()) -> list[Match]:
    """Return how well the document fits each form, the best first; what reads unknown forms is none of them."""
    known = [form for form in forms(extra) if not form.by_headings]
    return sorted(
        _matched(document, known), key=lambda match: (match.fits, match.share, len(match.found)), reverse=True
    )


def last_resort(document: Document) -> Form | None:
    """Return the form that a document in an unknown one is read as, where enough of its headings can be understood."""
    general = [form for form in forms() if form.by_headings]
    return next((match.form for match in _matched(document, general) if match.fits), None)


def _matched(document: Document, known: Iterable[Form]) -> list[Match]:
    labels = label_keys(document.grids)
    held = "\0".join(labels)  # one text to look in: there are a hundred labels, and more of forms
    out = []
    for form in known:
        wanted = {label: [key(word) for word in alternatives(label)] for label in form.recognised_by}
        found = tuple(label for label, keys in wanted.items() if any(one in held for one in keys))
        missing = tuple(label for label in form.recognised_by if label not in found)
        match = Match(form, found, missing)
        unlike = form.data.get("unlike", ()) if match.fits else ()
        out.append(match._replace(strange=tuple(label for label in unlike if _stands(key(label), labels))))
    return out


__all__ = [
    "Cell",
    "Document",
    "Form",
    "FormError",
    "Grid",
    "Match",
    "alternatives",
    "called",
    "fingerprint",
    "form",
    "forms",
    "label_keys",
    "last_resort",
    "matches",
    "missing_in",
    "places",
    "scheme_of",
    "shown_as",
    "using",
]
