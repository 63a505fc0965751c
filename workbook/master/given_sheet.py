"""决算和目标 as cells: what was given along for a department, a row a figure or an approved indicator, and read back."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from workbook.model.filing import Filing
from workbook.model.given import Figure, Given, Spot, Target

INDICATOR, GOAL, FILLED = "指标", "总体目标", "取数:"
_TRUST = "|"  # between a figure's key and how far it is to be trusted


def rows(filing: Filing) -> Iterator[dict[str, Any]]:
    """Yield what a filing was given as rows by heading, but the department and the number of the row."""
    given = filing.given
    for entry in given.figures:
        yield _place(entry.spot) | {"数": entry.value, "年度": entry.year, "键": f"{entry.key}{_TRUST}{entry.trust}"}
    for target in given.targets:
        # the columns of a figure's place hold the classes of an indicator
        classes = "/".join(word or "" for word in (target.level1, target.level2))
        own = {"行": target.level3, "栏": classes, "数": target.target, "分值": target.weight, "项目": target.subject}
        yield _place(target.spot) | own | {"年度": target.year, "键": INDICATOR}
    if given.goal:
        yield {"表": "绩效目标表", "行": "年度总体目标", "数": given.goal, "键": GOAL}
    for path, words in given.filled.items():
        yield {"表": "已填进空白格", "行": filing.label(path), "栏": words, "键": f"{FILLED}{path}"}


def _place(spot: Spot) -> dict[str, Any]:
    return {
        "表": spot.table,
        "行": spot.row,
        "栏": spot.column,
        "文件": spot.file,
        "工作表": spot.sheet,
        "单元格": spot.cell,
    }


def read(records: Iterable[Mapping[str, Any]]) -> Given:
    """Return what the rows of a department hold; a row that somebody has spoilt is left out."""
    out = Given()
    for record in records:
        key = _words(record, "键")
        spot = Spot(*(_words(record, name) for name in ("文件", "表", "行", "栏", "工作表", "单元格")))
        value, year = _number(record.get("数")), _number(record.get("年度"))
        when = None if year is None else int(year)
        if key == GOAL:
            out.goal = _words(record, "数")
        elif key == INDICATOR:
            level1, _, level2 = spot.column.partition("/")
            weight, subject = _number(record.get("分值")), _words(record, "项目") or None
            place = spot._replace(row=f"「{spot.row}」", column="")
            target = _words(record, "数") or None
            out.targets.append(Target(level1 or None, level2 or None, spot.row, target, weight, place, when, subject))
        elif key.startswith(FILLED):
            out.filled[key.removeprefix(FILLED)] = spot.column
        elif value is not None:
            name, _, trust = key.partition(_TRUST)
            out.figures.append(Figure(name, value, spot, when, int(trust) if trust.isdigit() else 0))
    return out


def _words(record: Mapping[str, Any], name: str) -> str:
    raw = record.get(name)
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return "" if raw is None else str(raw).strip()


def _number(raw: Any) -> Decimal | None:
    try:
        return None if raw in (None, "") else Decimal(f"{raw:.15g}" if isinstance(raw, int | float) else str(raw))
    except InvalidOperation:
        return None
