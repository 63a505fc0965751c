"""What a rule is, and the table of all of them.

A rule is declared with its id, title, severity, category, source, the paths it reads and one message template, over a
generator `(filing, scheme) -> hits`; an id that is taken is refused. `engine` runs them.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from workbook.model.findings import Category, Severity

Value = Decimal | int | str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields: the path it points at, the value there, the value that was to be, and more for the message.

    `slots` fill the rule's templates beside {label}, {actual}, {expected}, {difference}; `related` are the other cells
    of the relation. A hit in running text has `paragraph` (1-based) and `quote`. `kind` says how both figures are
    shown where the path does not tell. `culprit` names the likeliest wrong cell where the rule knows it. `severity` is
    the hit's own where it is not the rule's; a level that the bureau set for the rule goes before both. `label` says what
    the hit speaks of where it is no single cell (a class of indicators); its path is then the nearest cell.
    """

    path: str = ""
    actual: Value = None
    expected: Value = None
    slots: dict[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    kind: str = ""
    paragraph: int | None = None
    quote: str = ""
    severity: Severity | None = None
    culprit: str = ""
    label: str = ""


# a rule that asks for it is handed what was derived of the filing, worked out once a check
Check = Callable[..., Iterable[Hit]]


class Rule(NamedTuple):
    """One rule as declared. `reads` are the paths without which it cannot run (rows as `[]`).

    `asks` are the fields that the filing's form must ask for: blank they may be, but not absent from the form.
    `check` takes the filing and the scheme, and with `derived` what was derived of the filing as well.
    """

    id: str
    title: str
    severity: Severity
    category: Category
    source: str
    reads: tuple[str, ...]
    message: str
    suggestion: str
    check: Check
    parameters: tuple[str, ...] = ()
    derived: bool = False
    asks: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """Return what the rule checks, in one sentence: the first line of its function's docstring."""
        return (self.check.__doc__ or "").strip().splitlines()[0]

    @property
    def subject(self) -> str:
        """Return the module it stands in (`funds`, `prose.sections`, …)."""
        return self.check.__module__.removeprefix(f"{_ROOM}.")


EXECUTION_BASE = "execution.denominator"  # among what a rule reads: the total that the scheme takes 执行率 over

_RULES: dict[str, Rule] = {}


def rule(
    id: str,
    title: str,
    severity: Severity,
    category: Category,
    source: str,
    message: str,
    suggestion: str,
    reads: tuple[str, ...] = (),
    parameters: tuple[str, ...] = (),
    derived: bool = False,
    asks: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Declare a rule over its function; raise ValueError where the id is taken."""

    def declare(check: Check) -> Check:
        if id in _RULES:
            raise ValueError(f"规则编号重复：{id}")
        shown = (message, suggestion)
        _RULES[id] = Rule(id, title, severity, category, source, reads, *shown, check, parameters, derived, asks)
        return check

    return declare


_ROOM = "workbook.rules"
# modules here that hold no rules: what is not named is looked through for them, and loaded with every check
APART = {
    "__init__",
    "accusations",
    "basis",
    "catalogue",
    "causes",
    "compare",
    "culprit",
    "document",
    "engine",
    "examples",
    "explanations",
    "expression",
    "local",
    "prose_ledger",
    "prose_marks",
    "registry",
    "rows",
    "words",
}


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of the package, by id; raise RuntimeError where there is none: all would pass a check without rules."""
    here = Path(__file__).parent
    for file in sorted(here.rglob("*.py")):
        if file.stem not in APART:
            importlib.import_module(".".join((_ROOM, *file.relative_to(here).parent.parts, file.stem)))
    if not _RULES:
        raise RuntimeError(f"no rules in {here}: the installation is broken")
    return tuple(_RULES[id] for id in sorted(_RULES))
