"""The rows of the hidden sheet of texts: what the macros say, and where things stand in the master."""

import tomllib
from pathlib import Path

from workbook.verbs import VERBS
from workbook.writers import master_layout as layout
from workbook.writers.package import address

SOURCE = Path(__file__).with_name("texts.toml")
HEADS = {"key": "标记键", "status": "状态", "rule": "规则编号", "explanation": "出错说明", "message": "说明"}


def rows() -> list[tuple[str, str]]:
    """Return key and words of every text; the first row is for the path of Python, which `jixiao new` fills in."""
    findings, rules = layout.table("校验结果"), layout.table("规则说明")
    places = {
        "sheet.home": layout.HOME,
        "sheet.findings": findings.sheet,
        "sheet.rules": rules.sheet,
        "sheet.manual": layout.MANUAL,
        "findings.top": str(findings.top),
        "rules.top": str(rules.top),
        **{f"head.{name}": heading for name, heading in HEADS.items()},
        **{f"cell.{name}": address(*place) for name, place in layout.BUTTON_CELLS.items()},
        **{f"verb.{verb.name}": verb.caption for verb in VERBS if verb.sub},
    }
    words = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return [("python", ""), *places.items(), *((key, str(value)) for key, value in words.items())]
