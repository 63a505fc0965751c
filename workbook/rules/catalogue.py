"""The catalogue of rules, generated from the rules themselves."""

from workbook.rules.registry import Rule, rules
from workbook.scheme import Scheme, load, written

HEADINGS = ("编号", "级别", "类别", "名称", "审核什么", "依据", "参数", "建议")


def table_rows(scheme: Scheme | None = None) -> list[tuple[str, ...]]:
    """Return the catalogue as rows of text, the headings first, with what is in force under a scheme."""
    return [HEADINGS, *(_row(entry, scheme or load()) for entry in rules())]


def _row(entry: Rule, scheme: Scheme) -> tuple[str, ...]:
    severity = scheme.severity(entry.id, entry.severity)
    return (
        entry.id,
        "停用" if severity is None else severity.caption,
        entry.category.value,
        entry.title,
        entry.description,
        entry.source,
        "；".join(_in_force(key, scheme) for key in entry.parameters),
        entry.suggestion.replace("{", "［").replace("}", "］"),
    )


def _in_force(key: str, scheme: Scheme) -> str:
    entry = scheme.parameters[key]
    unit = entry.unit if not isinstance(entry.value, list) else ""
    return f"{entry.title}＝{written(entry.value)}{unit}（{key}）"


def markdown(scheme: Scheme | None = None) -> str:
    """Return the catalogue as a Markdown table."""
    heading, *body = table_rows(scheme)
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    lines += [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in body]
    return "\n".join(lines)


def explain(rule_id: str, scheme: Scheme | None = None) -> str | None:
    """Return one rule in words, None where there is none of that id."""
    for entry in rules():
        if entry.id == rule_id.upper():
            pairs = zip(HEADINGS, _row(entry, scheme or load()), strict=True)
            return "\n".join(f"{heading}：{cell}" for heading, cell in pairs if cell)
    return None
