"""`jixiao template`: what of a form a bureau's own workbook holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workbook.cli.common import FILE, FORMAT, say
from workbook.model.verbs import BY_NAME
from workbook.process import named


@click.group(name="template", help=f"{BY_NAME['template'].caption}：{BY_NAME['template'].help}")
def command() -> None:
    """Look into templates."""


@command.command(name="check", help=BY_NAME["template"].help)
@click.argument("file", type=FILE)
@FORMAT
def template_check(file: Path, style: str) -> int:
    """Show which fields a template has, and where; return 1 where any is missing."""
    template = named("workbook.writers.template")
    found = template.survey(file)
    rows = list(template.report(found))
    missing = [label for label, cell, _ in rows if not cell]
    if style == "json":
        fields = [{"field": label, "cell": cell or None, "label": words or None} for label, cell, words in rows]
        data = {"form": found.form.id, "parts": found.parts, "complete": not found.missing, "fields": fields}
        say(json.dumps(data, ensure_ascii=False, indent=2))
        return int(bool(found.missing))
    named("workbook.cli.console:template_table")(rows, file.name)
    parts = "、".join(found.parts) or "没有认得的表"
    say(
        f"{parts}：找到 {len(rows) - len(missing)} 项，没有找到 {len(missing)} 项{'：' if missing else ''}{'、'.join(missing)}"
    )
    return int(bool(found.missing))
