"""The two halves of one department's form, wherever they stood in a file, and whose and of which year they are."""

from collections.abc import Callable

from workbook import patterns as re
from workbook.forms.grid import Document
from workbook.forms.labels import squeeze
from workbook.model.filing import Filing, unit_key

United = Callable[[Filing, Filing], None]
# a unit's name and a goal alone make no filing: the form that holds them is another one
_SUBSTANCE = (
    "staff",
    "expenses",
    "project_lines",
    "buildings",
    "thrift",
    "funds",
    "sources",
    "tasks",
    "income",
    "outlay",
    "indicators",
    "total",
)
_BASICS = ("staff", "expenses", "project_lines", "buildings", "thrift_measures")
_FIGURES = ("funds", "sources", "tasks", "income", "outlay", "goals", "indicators", "total")
_EVALUATION = (*_FIGURES, "class_weights", "blank_classes", "none_classes")


def with_text(filings: list[Filing], united: United) -> list[Filing]:
    """Return the filings that hold something; the text of one that holds nothing (another table began it) goes on to the next."""
    out: list[Filing] = []
    without: list[Filing] = []
    for filing in filings:
        if not _holds(filing, _SUBSTANCE):
            without.append(filing)
            continue
        for other in without:
            united(filing, other)
        filing.narrative[:0] = [text for other in without for text in other.narrative]
        out.append(filing)
        without = []
    return out


def joined(filings: list[Filing], united: United = lambda filing, other: None) -> list[Filing]:
    """Return the filings with the two halves of one department put together, wherever they stood in the file.

    A 附件2 goes with the 附件3 of the same unit; where the 附件2 say no unit, in their order, if there are as many. `united`
    is told which filing took up which.
    """
    out = list(filings)
    basics = [
        filing
        for filing in out
        if filing.subject is None and _holds(filing, _BASICS) and not _holds(filing, _EVALUATION)
    ]
    evaluations = [
        filing
        for filing in out
        if filing.subject is None and _holds(filing, _EVALUATION) and not _holds(filing, _BASICS)
    ]
    in_order = len(basics) == len(evaluations) and not any(filing.unit for filing in basics)
    for index, basic in enumerate(basics):
        named = [other for other in evaluations if basic.unit and unit_key(other.unit) == unit_key(basic.unit)]
        partner = evaluations[index] if in_order else (named[0] if len(named) == 1 else None)
        if partner is not None:
            _unite(basic, partner)
            united(basic, partner)
            out = [filing for filing in out if filing is not partner]
    return _completed(out, united)


_MONEY, _ROWS = ("funds", "tasks"), ("indicators",)
_PARTS = (*_BASICS, *_FIGURES)


def _completed(filings: list[Filing], united: United) -> list[Filing]:
    """Return the filings, those with the money alone put together with those with the indicators alone, whichever stood first."""
    money = [filing for filing in filings if _holds(filing, _MONEY) and not _holds(filing, _ROWS)]
    out = list(filings)
    for filing in money:
        others = [
            other for other in out if _holds(other, _ROWS) and not _holds(other, _MONEY) and _alike(filing, other)
        ]
        if len(others) == 1 and sum(_alike(one, others[0]) for one in money) == 1:
            _complete(filing, others[0])
            united(filing, others[0])
            out = [other for other in out if other is not others[0]]
    return out


def _alike(filing: Filing, other: Filing) -> bool:
    """Return whether two halves may be of one department, and of one project."""
    units = {unit_key(unit) for unit in (filing.unit, other.unit) if unit}
    return len(units) < 2 and len({subject for subject in (filing.subject, other.subject) if subject}) < 2


def _complete(filing: Filing, other: Filing) -> None:
    for name in _PARTS:
        if not _holds(filing, (name,)) and _holds(other, (name,)):
            setattr(filing, name, getattr(other, name))
    for name in ("class_weights", "years", "unread"):
        setattr(filing, name, {**getattr(other, name), **getattr(filing, name)})
    for name in ("unit", "subject", "supervisor"):
        setattr(filing, name, getattr(filing, name) or getattr(other, name))
    filing.places = {**other.places, **filing.places}
    filing.blank_classes = filing.blank_classes or other.blank_classes
    filing.none_classes = filing.none_classes or other.none_classes
    filing.narrative += other.narrative


def _holds(filing: Filing, names: tuple[str, ...]) -> bool:
    return any(path.startswith(names) for path in filing.places)


def _unite(filing: Filing, other: Filing) -> None:
    for name in _EVALUATION:
        setattr(filing, name, getattr(other, name))
    filing.unit = filing.unit or other.unit
    for name in ("preparer", "date", "phone", "head"):
        if getattr(filing.signature, name) is None:
            setattr(filing.signature, name, getattr(other.signature, name))
    filing.places = {**other.places, **filing.places}
    filing.unread = {**other.unread, **filing.unread}
    filing.years = {**filing.years, **other.years}
    filing.narrative += other.narrative


def settle(filing: Filing, document: Document) -> None:
    """Put year and unit in, where titles, column heads or the head of the report name them."""
    titles = [year for heading, year in filing.years.items() if "表" in heading]
    columns = [year for heading, year in filing.years.items() if "表" not in heading]
    head = "".join(squeeze(text) for text in [document.name, *filing.narrative[:12]])[:600]
    tops = "".join(squeeze(cell.text) for grid in document.grids for cell in (grid.rows[0] if grid.rows else ()))
    report = (
        re.search(r"((?:19|20)\d{2})年度?[^，。；:]{0,60}?(?:整体支出|绩效)", head)
        or re.search(r"(?:评价|自评|所属|报告)年度:?((?:19|20)\d{2})年?", head + tops)
        or re.search(r"(?:自评|评价|评分)表\(((?:19|20)\d{2})年度?\)", tops)
    )
    if report:
        filing.years.setdefault("自评报告标题", int(report[1]))
    named = int(report[1]) if report else None
    filing.year = titles[0] if titles else max(columns, default=named)
    if filing.unit is None:
        filing.unit = _unit_of_heading(filing)


def _unit_of_heading(filing: Filing) -> str | None:
    head = [squeeze(text) for text in filing.narrative[:14]]
    joined = "".join(head)
    for place, pattern in enumerate(
        (
            r"(?:(?:部门|单位|部门\(单位\)|预算单位)名称|(?:填报|编制|申报)单位):(.{2,40}?)(?:\(盖章\)|\(公章\)|(?:金额)?单位:|(?:19|20)\d{2}|年月日|$)",
            r"(?:19|20)\d{2}年度?([^，。；:]{2,40}?)(?:部门)?整体支出",
            r"^(?:附件\d*)?([^，。；:\d]{3,40}?)(?:部门)?整体支出绩效",
        )
    ):
        for text in (*head, joined) if place == 0 else (joined,):
            found = re.search(pattern, text)
            if found and "部门" not in found[1][:2]:
                return found[1]
    return None
