"""Forms: what a form is recognised by and where its fields stand, as data. One folder a form, `form.toml` inside."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from workbook.forms.grid import Cell, Document, Grid
from workbook.forms.labels import key


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

    @property
    def missing(self) -> frozenset[str]:
        """Return the fields (paths, or the beginnings of paths) that the form does not ask for."""
        return frozenset(self.data.get("missing", {}).get("fields", ()))

    def table(self, name: str) -> dict[str, str]:
        """Return a section as a table from label key to field name."""
        return _table(self, name)

    def field(self, name: str, label: str) -> str | None:
        """Return the field that a label names in a section: spelt out, or by its ending where declared as "*ending"."""
        known, wanted = self.table(name), key(label)
        if wanted in known:
            return known[wanted]
        endings = (entry for entry in known if entry.startswith("*"))
        return next((known[entry] for entry in endings if wanted.endswith(entry[1:])), None)


@dataclass(frozen=True, slots=True)
class Match:
    """How well a document fits a form: the form, the labels found and those missing."""

    form: Form
    found: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Return whether enough labels were found."""
        return len(self.found) >= self.form.needed


_TABLES: dict[tuple[str, str], dict[str, str]] = {}


def _table(form: Form, name: str) -> dict[str, str]:
    known = _TABLES.get((form.id, name))
    if known is None:
        section: Any = form.data
        for step in name.split("/"):
            section = section.get(step, {})
        known = {key(label): target for target, labels in section.items() for label in labels}
        _TABLES[form.id, name] = known
    return known


@cache
def forms(extra: tuple[Path, ...] = ()) -> tuple[Form, ...]:
    """Return every form of the package and of extra folders; raise FormError on a bad or doubled one."""
    folders: list[Traversable] = [*_folders(resources.files("workbook") / "forms")]
    for place in extra:
        folders += _folders(place)
    known: dict[str, dict[str, Any]] = {}
    for folder in sorted(folders, key=lambda entry: entry.name):
        data = _load(folder)
        if data["id"] in known:
            raise FormError(f"表样编号重复：{data['id']}")
        known[data["id"]] = data
    return tuple(_form(data, known) for data in known.values())


def _folders(place: Traversable | Path) -> Iterable[Traversable]:
    return [entry for entry in place.iterdir() if entry.is_dir() and (entry / "form.toml").is_file()]


def _load(folder: Traversable) -> dict[str, Any]:
    try:
        data = tomllib.loads((folder / "form.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"表样「{folder.name}」的 form.toml 读不了：{error}") from error
    if "id" not in data:
        raise FormError(f"表样「{folder.name}」的 form.toml 没有写 id")
    return data


def _form(data: dict[str, Any], known: dict[str, dict[str, Any]]) -> Form:
    merged = data
    if base := data.get("base"):
        if base not in known:
            raise FormError(f"表样「{data['id']}」的底本「{base}」不存在")
        merged = _over(known[base], data)
    labels = tuple(merged.get("recognised_by", ()))
    needed = int(merged.get("needed", len(labels)))
    return Form(data["id"], str(merged.get("title", data["id"])), labels, needed, merged.get("kind", "tables"), merged)


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for name, value in changes.items():
        out[name] = _over(out[name], value) if isinstance(value, dict) and isinstance(out.get(name), dict) else value
    return out


def missing_in(form_id: str) -> frozenset[str]:
    """Return the fields that a form of the package does not ask for, by its id; none for a form not known here."""
    return next((form.missing for form in forms() if form.id == form_id), frozenset())


def matches(document: Document, extra: tuple[Path, ...] = ()) -> list[Match]:
    """Return how well the document fits each form, the best first."""
    keys = {key(cell.text) for grid in document.grids for row in grid.rows for cell in row if 0 < len(cell.text) < 60}
    out = []
    for form in forms(extra):
        found = tuple(label for label in form.recognised_by if any(key(label) in known for known in keys))
        missing = tuple(label for label in form.recognised_by if label not in found)
        out.append(Match(form, found, missing))
    return sorted(out, key=lambda match: len(match.found) / max(1, len(match.form.recognised_by)), reverse=True)


__all__ = ["Cell", "Document", "Form", "FormError", "Grid", "Match", "forms", "matches", "missing_in"]
