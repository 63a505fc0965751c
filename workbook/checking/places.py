"""Places as the department knows them: which of its forms, which row, which column; in running text section and paragraph."""

from __future__ import annotations

from dataclasses import replace

from workbook import patterns as re
from workbook.forms import form
from workbook.model.fields import field_of
from workbook.model.figures import brief
from workbook.model.filing import ROW_NAMES, Filing
from workbook.model.findings import Finding, Report

# the part of a filing → the form it stands in (`sheets` of form.toml) and what its rows are called there
_PARTS = {
    "staff": ("basics", ""),
    "expenses": ("basics", ""),
    "project_lines": ("basics", "项目支出"),
    "buildings": ("basics", "楼堂馆所"),
    "thrift_measures": ("basics", ""),
    "funds": ("evaluation", ""),
    "sources": ("evaluation", "年度资金总额"),
    "tasks": ("evaluation", "年度主要任务"),
    "income": ("evaluation", ""),
    "outlay": ("evaluation", ""),
    "goals": ("evaluation", "年度总体目标"),
    "indicators": ("evaluation", "绩效指标"),
    "total": ("evaluation", ""),
    "signature": ("evaluation", "表尾"),
}
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|（[一二三四五六七八九十]{1,3}）)")
_LONGEST_HEADING = 40


def in_words(report: Report, filing: Filing) -> Report:
    """Return a report whose findings say their places in words."""
    return replace(report, findings=[_placed(found, filing) for found in report.findings])


def _placed(found: Finding, filing: Filing) -> Finding:
    place = found.location
    own = place.label if place.path and place.label != filing.label(place.path) else ""
    words = place_words(filing, place.path, own, place.paragraph, place.quote)
    return replace(found, location=replace(place, words=words))


def place_words(filing: Filing, path: str, label: str = "", paragraph: int | None = None, quote: str = "") -> str:
    """Return a place in words: "附件3 绩效指标第8行「办结率」得分", "正文“六、资金使用情况”第43段「支出72.04元」".

    A quotation goes before a field: what is said of both stands where the words are. `label` names what is no single cell.
    """
    if paragraph:
        return _prose(filing, paragraph, quote)
    if not path:
        return label
    name = path.partition(".")[0].partition("[")[0]
    sheet, part = _PARTS.get(name, ("", ""))
    attached = _attached(filing.form, sheet) if sheet else ""
    return f"{attached} {part}{'' if label else _row(path)}{label or _cell(filing, path)}".strip()


def _row(path: str) -> str:
    number = re.match(r"\w+\[(\d+)\]", path)
    return f"第{int(number[1]) + 1}行" if number else ""


def _cell(filing: Filing, path: str) -> str:
    list_name = path.partition("[")[0]
    if "[" not in path:
        return field_of(path).label
    own = ROW_NAMES.get(list_name)
    row = filing.get(path.rpartition(".")[0])
    name = brief(getattr(row, own) or "") if own else ""
    return (f"「{name}」" if name else "") + field_of(path).label


def _attached(form_id: str, sheet: str) -> str:
    """Return what a form's table is called: "附件3", where it has a number, else its name."""
    name = str(form(form_id).data.get("sheets", {}).get(sheet, ""))
    return name.partition(" ")[0]


def _prose(filing: Filing, paragraph: int, quote: str) -> str:
    section = _section(filing.narrative, paragraph)
    said = f"「{brief(quote)}」" if quote else ""
    return f"正文{f'“{brief(section)}”' if section else ''}第{paragraph}段{said}"


def _section(narrative: list[str], paragraph: int) -> str:
    """Return the heading that a paragraph stands under; "" where none does, or where it is one itself."""
    if not _is_heading(narrative[paragraph - 1 : paragraph]):
        for place in range(min(paragraph, len(narrative)) - 1, 0, -1):
            if _is_heading(narrative[place - 1 : place]):
                return narrative[place - 1].strip()
    return ""


def _is_heading(paragraph: list[str]) -> bool:
    text = "".join(paragraph).strip()
    return len(text) <= _LONGEST_HEADING and bool(_HEADING.match(text)) and text[-1] not in "。；，,;"
