"""Which part of a document is in which form: a department's report often has its projects' forms behind it."""

from collections.abc import Sequence
from typing import NamedTuple

from workbook.forms import Form, Match, alternatives, label_keys
from workbook.forms.grid import Document, Grid
from workbook.forms.labels import key


class Part(NamedTuple):
    """The blocks of a document that are in one form."""

    form: Form
    document: Document


def parts(document: Document, found: Sequence[Match]) -> list[Part]:
    """Return the parts of a document by the forms that fit it: one, or the department's form and the projects'.

    Tables that name a project go to the project's form, tables that hold what only the department's form asks for
    to that; a table that says neither (the rest of a form parted by a page) goes with the one before it.
    """
    fitting = [match.form for match in found if match.fits]
    if not fitting:
        return []
    own = next((form for form in fitting if not _of_project(form)), None)
    project = next((form for form in fitting if _of_project(form)), None)
    if own is None or project is None:
        return [Part(fitting[0], document)]
    sides = _sides(document, own, project)
    if not any(sides.values()):
        return [Part(own, document)]
    if all(sides.values()):
        return [Part(project, document)]
    return _split(document, own, project, sides)


def _of_project(form: Form) -> bool:
    return "subject" in form.table("heads").values()


def _sides(document: Document, own: Form, project: Form) -> dict[int, bool]:
    """Return for each table (by identity) whether it is in the project's form."""
    subjects = (label for label, field in project.table("heads").items() if field == "subject")
    must = (key(word) for label in project.must for word in alternatives(label))
    marks = {label for label in (*must, *subjects) if not label.startswith("*")}
    shared = {key(word) for label in project.recognised_by for word in alternatives(label)}
    departments = {key(word) for label in own.recognised_by for word in alternatives(label) if not project.knows(word)}
    departments -= shared | marks
    out: dict[int, bool] = {}
    before = anything = False
    for grid in document.grids:
        known = label_keys([grid])
        theirs = any(label in words for label in departments for words in known)
        anything = anything or theirs
        if theirs:
            before = False
        elif known & marks and sum(any(label in words for words in known) for label in shared - marks) >= 1:
            before = True
        out[id(grid)] = before
    # a table of equipment in a project's report is no department's form
    return out if anything or not any(out.values()) else dict.fromkeys(out, True)


def _split(document: Document, own: Form, project: Form, sides: dict[int, bool]) -> list[Part]:
    departments, projects = (Document(document.name, notes=list(document.notes)) for _ in range(2))
    waiting: list[str] = []
    for block in document.blocks:
        if not isinstance(block, Grid):
            waiting.append(block)
            continue
        mine = not sides[id(block)]
        # the title of a project's table stands right above it; all other text is the department's report
        titles = [] if mine else waiting[-3:]
        departments.blocks += waiting[: len(waiting) - len(titles)]
        (departments if mine else projects).blocks += [*titles, block]
        waiting = []
    departments.blocks += waiting
    return [Part(own, departments), Part(project, projects)]
