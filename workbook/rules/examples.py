"""The cases that stand beside the rules (`*.cases.yaml`): each a small change to the one clean filing.

The tests run all of them; the catalogue shows what the first one of a rule says.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.model.fields import field_of
from workbook.model.filing import Expense, Filing, Indicator, from_json
from workbook.model.findings import Finding
from workbook.model.given import Figure, Given, Spot, Target
from workbook.model.original import Line, Original, Printed, Prose, Table, pack
from workbook.model.scheme import Scheme, load
from workbook.process import named
from workbook.rules.engine import check
from workbook.rules.prose.likeness import peers_of

CASES = ".cases.yaml"
LISTS = ("indicators", "buildings", "project_lines", "sources", "tasks")
PLAIN = ("narrative", "years", "blank_classes", "none_classes", "notes", "subject")


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a rule: its name, the change to the clean filing, and the paths that must be found ([] for none).

    `scheme` holds parameters laid over the scheme, `prior` the change that makes last year's filing (None: none given),
    `others` the changes that make the filings of other departments handed in with it,
    `expected` the value that the first finding must ask for, `severity` its level and `says` words of its message (""
    where the case does not say). `given` are figures of the tables beside it: a key, "2022:" before it where it is that
    year's, "甲.xlsx!" where it is from that file → value, or value and what the table, row and column are called. `targets` are
    the approved ones: the clean filing's own with changes by row (None: not approved).
    """

    rule: str
    name: str
    change: dict[str, Any]
    finds: list[str]
    expected: str = ""
    severity: str = ""
    says: str = ""
    scheme: dict[str, Any] = field(default_factory=dict)
    prior: dict[str, Any] | None = None
    given: dict[str, Any] = field(default_factory=dict)
    targets: dict[int, dict[str, Any] | None] | None = None
    others: list[dict[str, Any]] = field(default_factory=list)

    def filing(self) -> Filing:
        """Return the clean filing with the case's change laid over it, with last year's and others' where the case has them."""
        filing = changed(self.change)
        filing.peers = peers_of((each, load()) for each in (filing, *map(changed, self.others)))[0]
        filing.prior = changed(self.prior) if self.prior is not None else None
        filing.given = Given(list(_figures(self.given)), [] if self.targets is None else list(_targets(self.targets)))
        return filing


FILE = "决算和目标.xlsx"
TITLES = {
    "summary": "收入支出决算总表",
    "income": "收入决算表",
    "spending": "支出决算表",
    "fiscal": "财政拨款收入支出决算总表",
    "general": "一般公共预算财政拨款支出决算表",
    "basic_all": "基本支出决算明细表",
    "basic": "一般公共预算财政拨款基本支出决算表",
    "three_public": "财政拨款三公经费支出决算表",
    "fund": "政府性基金预算财政拨款收入支出决算表",
    "capital": "国有资本经营预算财政拨款支出决算表",
    "targets": "部门整体支出绩效目标表",
    "notes": "决算说明",
    "budget_spending": "部门支出总体情况表",
    "budget_three_public": "一般公共预算三公经费支出情况表",
    "staff": "基本数字表",
}


def _figures(given: dict[str, Any]) -> Iterator[Figure]:
    for name, told in given.items():
        value, place = told if isinstance(told, list) else (told, "")
        year, _, rest = name.rpartition(":")
        file, _, key = rest.rpartition("!")
        row, _, column = str(place).partition("·")
        spot = Spot(file or FILE, TITLES[key.partition(".")[0]], row, column)
        yield Figure(key, Decimal(str(value)), spot, int(year) if year else None)


def _targets(changes: dict[int, dict[str, Any] | None]) -> Iterator[Target]:
    known = {index: vars_of(row) for index, row in enumerate(clean().indicators)}
    rows = {**known, **{n: {**known.get(n, {}), **more} for n, more in changes.items() if more}}
    for index, row in rows.items():
        if index not in changes or changes[index] is not None:
            weight = None if row.get("weight") is None else Decimal(str(row["weight"]))
            spot = Spot(FILE, TITLES["targets"], f"「{row['level3']}」")
            yield Target(row.get("level1"), row.get("level2"), row["level3"], row.get("target"), weight, spot)


def vars_of(row: Indicator) -> dict[str, Any]:
    """Return what is approved of an indicator."""
    return {name: getattr(row, name) for name in ("level1", "level2", "level3", "target", "weight")}


@cache
def _clean() -> dict[str, Any]:
    text = (resources.files("workbook.rules") / "clean.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def clean() -> Filing:
    """Return the one clean filing, a new one each time."""
    return from_json(_clean())


def changed(changes: dict[str, Any]) -> Filing:
    """Return the clean filing with changes laid over it (path → value)."""
    filing = clean()
    for path, value in changes.items():
        _change(filing, path, value)
    return filing


def _change(filing: Filing, path: str, value: Any) -> None:
    if path == "narrative" and isinstance(value, dict):
        filing.narrative = _reworded(filing.narrative, value)
    elif path in LISTS:
        setattr(filing, path, getattr(from_json({path: value}), path))
    elif path == "absent":
        filing.absent = frozenset(value)
    elif path in PLAIN:
        setattr(filing, path, value)
    elif path == "tables":  # as printed: rows of words
        blocks: list[Line | Prose | Table] = [Table("", [], [_printed(row) for row in table]) for table in value]
        filing.original = pack(Original(blocks, {}))
    elif path == "class_weights":
        filing.class_weights = {name: Decimal(str(points)) for name, points in value.items()}
    elif path == "expenses":  # only_project: nothing but the line 项目支出
        project = filing.expenses["project"]
        filing.expenses = {name: Expense() for name in filing.expenses} | {"project": project}
        project.final = project.prior_final
    elif value is not None and field_of(path).is_number and isinstance(value, str):
        filing.set(path, None)
        filing.unread[path] = value
    else:
        number = value is not None and field_of(path).is_number
        filing.set(path, Decimal(str(value)) if number else value)


def _printed(row: list[Any]) -> list[Printed]:
    return [Printed(column, 1, str(words)) for column, words in enumerate(row)]


def _reworded(paragraphs: list[str], changes: dict[str, str | list[str] | None]) -> list[str]:
    """Return the paragraphs, each that holds the words of a change put in other words, in several paragraphs, or left out (None).

    Raise ValueError where no paragraph holds the words: a case that changes nothing shows nothing.
    """
    out = list(paragraphs)
    for words, text in changes.items():
        at = next((n for n, paragraph in enumerate(out) if words in paragraph), None)
        if at is None:
            raise ValueError(f"no paragraph of the clean report holds {words!r}")
        out[at : at + 1] = [text] if isinstance(text, str) else text or []
    return out


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of every rule, in the order of the files."""
    out = []
    for table in sorted(Path(__file__).parent.rglob(f"*{CASES}")):
        for rule, entries in named("yaml").safe_load(table.read_text(encoding="utf-8")).items():
            out += [Case(rule, **entry) for entry in entries]
    return tuple(out)


def of_rule(rule: str) -> list[Case]:
    """Return the cases of one rule."""
    return [case for case in cases() if case.rule == rule]


def found(case: Case, scheme: Scheme) -> list[Finding]:
    """Return what the case's rule finds in it, under a scheme with the case's own parameters laid over."""
    own = scheme.with_values(case.scheme).with_severities({case.rule: "预警"})
    return check(case.filing(), own, only=[case.rule]).findings


def example(rule: str, scheme: Scheme) -> Finding | None:
    """Return what a rule says of the first case that trips it; None where it has none."""
    case = next((case for case in of_rule(rule) if case.finds), None)
    findings = found(case, scheme) if case else []
    return findings[0] if findings else None
