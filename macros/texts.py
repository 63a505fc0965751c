"""The rows of the hidden sheet of texts: what the macros say, and where things stand in the master."""

import tomllib
from pathlib import Path

from workbook.master import layout, view_sheet
from workbook.model.findings import EXPLAINED, Severity
from workbook.model.verbs import VERBS

SOURCE = Path(__file__).with_name("texts.toml")
HEADS = {
    "key": "标记键",
    "status": "状态",
    "rule": "规则编号",
    "explanation": "出错说明",
    "message": "问题",
    "unit": layout.UNIT,
    "level": "级别",
    "id": "问题键",
}
UNIT_HEADS = {"verdict": "结论", "reported": "报送"}
VIEW = {
    "unit": layout.VIEW_UNIT,
    "current": layout.VIEW_CURRENT,
    "name": view_sheet.NAME,
    "count": view_sheet.COUNT,
    "row": view_sheet.THIS_ROW,
}


def rows() -> list[tuple[str, str]]:
    """Return key and words of every text; the first row is for the path of Python, which `jixiao new` fills in."""
    findings, rules, units = layout.table("校验结果"), layout.table("规则说明"), layout.table("部门清单")
    places = {
        "sheet.home": layout.HOME,
        "sheet.findings": findings.sheet,
        "sheet.rules": rules.sheet,
        "sheet.manual": layout.MANUAL,
        "findings.top": str(findings.top),
        "rules.top": str(rules.top),
        **{f"head.{name}": heading for name, heading in HEADS.items()},
        **{f"cell.{name}": f"{place.sheet}!{place.cell}" for name, place in layout.BUTTON_CELLS.items()},
        "view.sheet": layout.VIEW,
        **{f"view.{name}": spot.cell for name, spot in VIEW.items()},
        "view.numbers": view_sheet.numbers(),
        "view.left": str(view_sheet.LEFT - 1),
        "units.sheet": units.sheet,
        "units.table": units.name,
        "units.top": str(units.top),
        "findings.table": findings.name,
        "findings.status": str(findings.column("状态")),
        "status.explained": EXPLAINED,
        "status.remark": layout.REMARK,
        "status.changed": layout.CHANGED,
        "level.warning": Severity.WARNING.caption,
        **{f"units.{name}": str(units.column(heading)) for name, heading in UNIT_HEADS.items()},
        **{f"high.{table.name}": str(table.lines) for table in layout.TABLES if table.lines},
        **{f"verb.{verb.name}": verb.caption for verb in VERBS if verb.sub},
        **{f"ask.{verb.name}": f"请选择{verb.asks}" for verb in VERBS if verb.asks},
    }
    words = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return [("python", ""), *places.items(), *((key, str(value)) for key, value in words.items())]
