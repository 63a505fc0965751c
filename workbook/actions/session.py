"""What a verb goes by besides its arguments, for as long as it runs: the forms beside the workbook it works on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from workbook.forms import using

P = ParamSpec("P")
T = TypeVar("T")
FORMS_FOLDER = "表样"


def beside(book: Path) -> list[Path]:
    """Return the folder of forms beside a workbook, none where there is none."""
    place = book.parent / FORMS_FOLDER
    return [place] if place.is_dir() else []


def with_forms(verb: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Have a function know the forms beside the workbook that it is given first, for as long as it runs."""

    @wraps(verb)
    def run(book: Path, /, *arguments: P.args, **named: P.kwargs) -> T:
        with using(beside(book)):
            return verb(book, *arguments, **named)

    return run
