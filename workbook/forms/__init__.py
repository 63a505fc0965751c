"""Forms: what a form is recognised by and where its fields stand, as data. One folder a form, `form.toml` inside."""

import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workbook.fields import BY_PATH
from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key, keys
from workbook.scheme import DEFAULT, Scheme, load, parse

OWN_FORMS = "JIXIAO_FORMS"  # the environment variable that carries the folders to the processes this one starts
FIRST = "l1"


class FormError(ValueError):
    """A form that cannot be used; the message says in Chinese which and why."""


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
    folders: tuple[Path, ...] = ()
    scheme_text: str = ""
    shipped: bool = True
    tables: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)
    endings: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def layout(self) -> dict[str, Any]:
        """Return how its sheets are drawn: layout.toml of its folder over that of its base; read when first asked for."""
        return _layout(self.folders)

    @property
    def scored_apart(self) -> bool:
        """Return whether the form brings a scheme of its own, by name or in its folder."""
        return bool(self.scheme_text or self.data.get("scheme"))

    @property
    def missing(self) -> frozenset[str]:
        """Return the fields (paths, or the beginnings of paths) that the form does not ask for."""
        return frozenset(self.data.get("missing", {}).get("fields", ()))

    def table(self, name: str) -> dict[str, str]:
        """Return a section as a table from label key to field name."""
        if name not in self.tables:
            section: Any = self.data
            for step in name.split("/"):
                section = section.get(step, {})
            known = {key(label): target for target, labels in section.items() for label in labels}
            self.tables[name] = known
            self.endings[name] = tuple(entry[1:] for entry in known if entry.startswith("*"))
        return self.tables[name]

    def field(self, name: str, label: str) -> str | None:
        """Return the field that a label names in a section: spelt out, or by its ending where declared as "*ending"."""
        known = self.table(name)
        for wanted in keys(label[:200]):  # beyond that no label is told from another
            if wanted in known:
                return known[wanted]
            # most labels are none of these, and a report has hundreds of them
            if wanted.endswith(self.endings[name]):
                return next(known[f"*{entry}"] for entry in self.endings[name] if wanted.endswith(entry))
        return None

    def knows(self, label: str) -> bool:
        """Return whether any section of the form has a label."""
        sections = ("heads", "unit", "funds/columns", "funds/rows", "goals", "indicators", "total")
        return any(self.field(section, label) for section in sections)


class Match(NamedTuple):
    """How well a document fits a form: the form, the labels found and those missing."""

    form: Form
    found: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """Return which part of the form's labels was found."""
        return len(self.found) / max(1, len(self.form.recognised_by))

    @property
    def fits(self) -> bool:
        """Return whether enough labels were found, and all that no other form has."""
        return len(self.found) >= self.form.needed and not set(self.form.must) & set(self.missing)


def use(place: Path) -> None:
    """Add a folder of forms of one's own for this process and those it starts; raise FormError where there is none."""
    if not place.is_dir():
        raise FormError(f"找不到表样文件夹「{place}」，请检查路径")
    if place.resolve() not in places():
        os.environ[OWN_FORMS] = os.pathsep.join(map(str, (*places(), place.resolve())))


def places() -> tuple[Path, ...]:
    """Return the folders of forms of one's own that are in use."""
    return tuple(Path(entry) for entry in os.environ.get(OWN_FORMS, "").split(os.pathsep) if entry)


def forms(extra: tuple[Path, ...] = ()) -> tuple[Form, ...]:
    """Return every form of the package, of the folders in use and of extra ones; raise FormError on a bad or doubled one."""
    return _forms(tuple(dict.fromkeys((*places(), *extra))))


def scheme_of(own: Form) -> Scheme:
    """Return the scheme that a form is scored by: scheme.toml in its folder, the one it names, or the usual one."""
    return parse(own.scheme_text) if own.scheme_text else load(own.data.get("scheme") or DEFAULT)


def form(id: str) -> Form:
    """Return a form by its id; the first one of the package where nobody knows the id any more."""
    known = {entry.id: entry for entry in forms()}
    return known.get(id) or known[FIRST]


@cache
def _forms(extra: tuple[Path, ...]) -> tuple[Form, ...]:
    folders: list[Path] = [*_folders(Path(__file__).parent)]
    shipped = len(folders)
    for place in extra:
        folders += _folders(place)
    known: dict[str, dict[str, Any]] = {}
    places: dict[str, Path] = {}
    for folder in folders:
        data = _load(folder)
        if data["id"] in known:
            raise FormError(f"表样编号重复：{data['id']}")
        known[data["id"]], places[data["id"]] = data, folder
    made: list[Form] = []
    for number, data in enumerate(known.values()):
        entry = _form(data, known, places)
        text = _text(places[entry.id] / "scheme.toml")
        made.append(replace(entry, scheme_text=text, shipped=number < shipped))
        if number >= shipped:
            _layout(entry.folders)  # a slip in a form of one's own is better said than met later
    return tuple(made)


@cache
def _layout(folders: tuple[Path, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for folder in folders:
        out = _over(out, _toml(folder, "layout.toml"))
    return out


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _folders(place: Path) -> Iterable[Path]:
    found = (entry for entry in place.iterdir() if entry.is_dir() and (entry / "form.toml").is_file())
    return sorted(found, key=lambda entry: entry.name)


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


def _form(data: dict[str, Any], known: dict[str, dict[str, Any]], places: dict[str, Path]) -> Form:
    merged, above = _over_base(data["id"], known, ())
    _check_fields(data["id"], merged)
    labels = tuple(merged.get("recognised_by", ()))
    needed = int(merged.get("needed", len(labels)))
    title, kind, must = str(merged.get("title", data["id"])), str(merged.get("kind", "tables")), merged.get("must", ())
    folders = tuple(places[id] for id in above)
    return Form(data["id"], title, labels, needed, kind, merged, tuple(must), folders)


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
    named += [(section, name) for section in ("heads", "colon") for name in data.get(section, {})]
    for section, path in named:
        if path not in BY_PATH:
            raise FormError(f"表样「{id}」的 form.toml 里 [{section}] 的「{path.rpartition('.')[2]}」不是认得的栏目")


def fingerprint() -> str:
    """Return what tells the forms and tables of one's own that are in use from others, "" where there are none."""
    import hashlib

    files = sorted(file for place in places() for kind in ("*/*.toml", "*.toml") for file in place.glob(kind))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16] if files else ""


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for name, value in changes.items():
        out[name] = _over(out[name], value) if isinstance(value, dict) and isinstance(out.get(name), dict) else value
    return out


def missing_in(form_id: str) -> frozenset[str]:
    """Return the fields that a form of the package does not ask for, by its id; none for a form not known here."""
    return next((form.missing for form in forms() if form.id == form_id), frozenset())


def label_keys(grids: Iterable[Grid]) -> set[str]:
    """Return what may be labels in tables: the keys of short texts."""
    return {key(cell.text) for grid in grids for row in grid.rows for cell in row if 0 < len(cell.text) < 60}


def matches(document: Document, extra: tuple[Path, ...] = ()) -> list[Match]:
    """Return how well the document fits each form, the best first."""
    keys = label_keys(document.grids)
    out = []
    for form in forms(extra):
        found = tuple(label for label in form.recognised_by if any(key(label) in known for known in keys))
        missing = tuple(label for label in form.recognised_by if label not in found)
        out.append(Match(form, found, missing))
    return sorted(out, key=lambda match: (match.fits, match.share), reverse=True)


__all__ = [
    "Cell",
    "Document",
    "Form",
    "FormError",
    "Grid",
    "Match",
    "fingerprint",
    "form",
    "forms",
    "label_keys",
    "matches",
    "missing_in",
    "places",
    "scheme_of",
    "use",
]
