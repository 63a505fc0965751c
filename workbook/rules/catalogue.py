"""The catalogue of rules, generated from the rules themselves."""

from workbook.rules.registry import Rule, rules

HEADINGS = ("编号", "级别", "类别", "名称", "审核什么", "依据", "参数", "建议")


def table_rows() -> list[tuple[str, ...]]:
    """Return the catalogue as rows of text, the headings first."""
    return [HEADINGS, *(_row(entry) for entry in rules())]


def _row(entry: Rule) -> tuple[str, ...]:
    return (
        entry.id,
        entry.severity.caption,
        entry.category.value,
        entry.title,
        entry.description,
        entry.source,
        "、".join(entry.parameters),
        entry.suggestion.replace("{", "［").replace("}", "］"),
    )


def markdown() -> str:
    """Return the catalogue as a Markdown table."""
    heading, *body = table_rows()
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    lines += [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in body]
    return "\n".join(lines)


def explain(rule_id: str) -> str | None:
    """Return one rule in words, None where there is none of that id."""
    for entry in rules():
        if entry.id == rule_id.upper():
            pairs = zip(HEADINGS, _row(entry), strict=True)
            return "\n".join(f"{heading}：{cell}" for heading, cell in pairs if cell)
    return None
