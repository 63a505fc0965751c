"""Findings of one cause under one leader: the one place that says what belongs together.

First what speaks of the same slip is joined: a culprit that clears several (`rules.culprit`), a figure that several rules
hold for wrong, the same words of the report, a wrong figure or a difference that turns up again, and families of rules
that say one thing in several ways. What then still stands alone is joined with its like elsewhere: the same slip repeated.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from workbook import patterns as re
from workbook.model.figures import QUOTED, brief
from workbook.model.findings import Category, Finding, Severity

_SPOKEN = re.compile(r"第(\d+)段「([^」]*)」")  # how a message speaks of words elsewhere
_CROWDED = 60  # quotations of one paragraph looked for in each other
TELLING = 3  # digits of a figure that do not turn up again by chance

# rules that speak of one thing within one row of a table, one paragraph, or the whole form; the first to speak leads
ROW, PARAGRAPH, FORM = "row", "paragraph", "form"
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # what a row was given for what it reached
    (ROW, ("I01", "I02", "I14", "I15", "I16", "I18", "I24", "I28", "I29", "I12", "I13", "I27")),
    # whether a target can be measured
    (ROW, ("D08", "I10", "I09", "I08", "I11", "I32")),
    # what a row is called and where it stands
    (ROW, ("I33", "I07")),
    # a project that was not carried out as planned
    (ROW, ("N14", "E11")),
    # the same words as last year
    (FORM, ("Y09", "Y08", "Y04")),
    (PARAGRAPH, ("D15", "N03")),
    # the points do not add up
    (FORM, ("I31", "X02", "X01", "X04", "X11", "F12")),
    # the rate and what is made of it
    (FORM, ("F01", "F02", "N13")),
    # money not spent
    (FORM, ("F03", "M05", "M03", "M04")),
    # the budget was changed
    (FORM, ("F15", "F04", "F11", "F13")),
    (FORM, ("X05", "X06")),
    # the same figure of the final accounts
    (FORM, ("T03", "T06")),
    (FORM, ("T04", "T24")),
    (FORM, ("D16", "D15")),
    (FORM, ("D13", "I20")),
    (FORM, ("I04", "I35")),
    (FORM, ("I05", "I23", "I34", "I25")),
)
# rules whose remark is the same wherever it is made, so that several make one card with their places under it
REPEATED = frozenset(
    re.findall(
        r"\w+",
        "B01 B02 B03 D02 D04 D06 D07 D08 D12 D16 D17 D22 E03 E05 E08 E10 E11 G02 G03 I01 I02 I03 I04 I06 I07 I08 I09 I10 I11 "
        "I12 I13 I14 I15 I16 I18 I20 I24 I26 I27 I28 I29 I30 I32 I33 I34 I37 I38 I39 I40 I41 I42 M02 N05 N08 N12 N13 N14 N17 X05 X07 "
        "X08 X09 X13 Y01 Y02 Y03 Y06 T02 T07 T08 T11 T12 T13 T14 T15 T17 T28 T29 T30 T31",
    )
)


def grouped(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings in their order, those of one cause with their leader's key as `group`."""
    parts = _Parts(len(findings))
    for number, found in enumerate(findings):
        for name in _names(found):
            parts.join(number, name)
    _join_words(findings, parts)
    for held in _repeated(findings, parts):
        for one, other in pairwise(held):
            parts.unite(one, other)
    out = [replace(found, group="") for found in findings]
    for held in parts.groups():
        if len(held) > 1:
            leader = min(held, key=lambda number: _rank(findings[number], number))
            for number in held:
                out[number] = replace(findings[number], group=findings[leader].key)
    return out


class _Parts:
    """Numbers joined into groups, directly or by a name that several bear."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))
        self._bearer: dict[Hashable, int] = {}

    def root(self, number: int) -> int:
        while self._above[number] != number:
            number = self._above[number]
        return number

    def unite(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above[second] = first

    def join(self, number: int, name: Hashable) -> None:
        """Put a number to those that bear the same name."""
        self.unite(self._bearer.setdefault(name, number), number)

    def bears(self, name: Hashable) -> bool:
        """Return whether any number bears a name."""
        return name in self._bearer

    def groups(self) -> list[list[int]]:
        out: dict[int, list[int]] = {}
        for number in range(len(self._above)):
            out.setdefault(self.root(number), []).append(number)
        return list(out.values())


def _names(found: Finding) -> Iterator[Hashable]:
    """Yield what a finding shares with others of its cause."""
    place = found.location
    if found.culprit or found.group:
        yield ("culprit", found.group or found.key)
    if place.path and found.expected and _is_figure(found.actual):
        yield ("cell", place.path)
        if _tells(found.actual):
            yield ("slip", found.actual, found.expected)
    if _tells(found.difference) and found.severity is not Severity.INFO:
        yield ("gap", found.difference.lstrip("-"))
    for entry, (scope, rules) in enumerate(FAMILIES):
        if found.rule in rules and (spot := _spot(found, scope)):
            yield ("family", entry, spot)


def _spot(found: Finding, scope: str) -> Hashable:
    if scope == FORM:
        return "form"
    if scope == PARAGRAPH:
        return found.location.paragraph
    return found.location.path.rpartition(".")[0]


def _is_figure(shown: str) -> bool:
    return bool(re.fullmatch(r"-?[\d.]+%?", shown))


def _tells(shown: str) -> bool:
    """Return whether a figure is so particular that two of it are one."""
    return _is_figure(shown) and len(re.sub(r"\D", "", shown).strip("0")) >= TELLING


def _join_words(findings: Sequence[Finding], parts: _Parts) -> None:
    """Join findings in running text that quote the same words, or words that another one speaks of."""
    by_paragraph: dict[int, list[int]] = {}
    for number, found in enumerate(findings):
        place = found.location
        if place.paragraph and place.quote:
            by_paragraph.setdefault(place.paragraph, []).append(number)
            parts.join(number, ("words", str(place.paragraph), brief(place.quote, QUOTED)))
    for number, found in enumerate(findings):
        if found.location.paragraph:
            for paragraph, quote in _SPOKEN.findall(found.message):
                if parts.bears(name := ("words", paragraph, quote)):
                    parts.join(number, name)
    for held in by_paragraph.values():
        # longer quotations first: each shorter one is looked for in them
        ordered = sorted(held, key=lambda number: -len(findings[number].location.quote))[:_CROWDED]
        for rank, number in enumerate(ordered):
            for other in ordered[:rank]:
                if findings[number].location.quote in findings[other].location.quote:
                    parts.unite(number, other)


def _repeated(findings: Sequence[Finding], parts: _Parts) -> Iterable[list[int]]:
    """Return the findings that still stand alone, those of one rule and weight together."""
    out: dict[tuple[str, Severity], list[int]] = {}
    for held in parts.groups():
        found = findings[held[0]]
        if len(held) == 1 and found.rule in REPEATED:
            out.setdefault((found.rule, found.severity), []).append(held[0])
    return out.values()


def _rank(found: Finding, number: int) -> tuple[int, bool, int, bool, int]:
    """Return what makes a finding the leader: its weight, the culprit's own cell, its place in a family, a table's cell."""
    places = [rules.index(found.rule) for _, rules in FAMILIES if found.rule in rules]
    names_it = bool(found.culprit) and not found.culprit.startswith("↳")
    return (
        list(Severity).index(found.severity),
        not names_it,
        min(places, default=99),
        found.category is Category.PROSE,
        number,
    )
