"""The roll-up of a master as tables, through pandas: a row a department, findings by rule, expenses this year and last."""

from pathlib import Path
from typing import TYPE_CHECKING

from workbook.keep import replacing
from workbook.master import Master

if TYPE_CHECKING:
    import pandas as pd

COMPARED = ("三公经费", "项目支出", "公用经费")


def frames(master: Master) -> "dict[str, pd.DataFrame]":
    """Return the tables of the roll-up by sheet name: 部门, 问题按规则, 经费对比."""
    import pandas as pd

    units = pd.DataFrame(master.records["tblUnits"])
    findings = pd.DataFrame(master.records["tblFindings"])
    basics = pd.DataFrame(master.records["tblBasics"])
    out: dict[str, pd.DataFrame] = {}
    if not units.empty:
        columns = [name for name in ("单位", "年度", "结论", "错误", "预警", "执行率", "总分", "等级") if name in units]
        out["部门"] = units[columns].sort_values(["错误", "预警"], ascending=False)
    if not findings.empty:
        grouped = findings.groupby(["规则编号", "级别"], sort=False)["部门"].agg(["count", "nunique"])
        out["问题按规则"] = grouped.rename(columns={"count": "条数", "nunique": "涉及单位"}).reset_index()
    if not basics.empty:
        out["经费对比"] = _compared(basics)
    return out


def _compared(basics: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    rows = []
    for name in COMPARED:
        sums = {
            heading: pd.to_numeric(basics[f"{name}{heading}"], errors="coerce").sum()
            for heading in ("上年决算数", "本年预算数", "本年决算数")
        }
        rows.append({"经费": name, **sums})
    return pd.DataFrame(rows).round(2)


def write(master: Master, path: Path) -> None:
    """Write the tables of the roll-up into a workbook, a sheet each; text stays text."""
    import pandas as pd

    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with (
        replacing(path) as temporary,
        pd.ExcelWriter(temporary, engine="xlsxwriter", engine_kwargs=options) as book,
    ):
        for sheet, frame in frames(master).items() or {"部门": pd.DataFrame(columns=["单位"])}.items():
            frame.to_excel(book, sheet_name=sheet, index=False)
