"""The verb forms: the forms known, drawn."""

from __future__ import annotations

from typing import Any

from workbook import forms as known
from workbook.checking.outcome import ActionError
from workbook.forms import Form, scheme_of
from workbook.forms.picture import draw
from workbook.model.filing import Filing
from workbook.readers import document
from workbook.storage import spill
from workbook.writers import department


def forms(id: str | None = None) -> list[dict[str, Any]]:
    """Return the forms known, each with a drawing of what it looks like; raise ActionError where there is none of that id."""
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
    if not entry.layout.get("sheets"):
        return "\n".join(f"| {label}" for label in entry.recognised_by)
    with spill.folder() as folder:
        path = folder / "空表.xlsx"
        department.write(Filing(form=entry.id), scheme_of(entry), path)
        return "\n\n".join(draw(grid) for grid in document(path).grids)
