"""`jixiao forms`: the forms known, drawn."""

from __future__ import annotations

import json

import click

from workbook.cli.common import FORMAT, action, say, verb


@verb("forms")
@click.argument("id", required=False)
@FORMAT
def command(id: str | None, style: str) -> int:
    """List the forms with their drawings."""
    entries = action("forms")(id)
    if style == "json":
        say(json.dumps(entries, ensure_ascii=False, indent=2))
        return 0
    for entry in entries:
        say(f"{entry['id']}　{entry['title']}")
        say(f"　　凭这些字认出：{'、'.join(entry['recognised_by'])}")
        say(f"　　方案：{entry['scheme']}　{entry['place']}")
        say(f"{entry['picture']}\n")
    return 0
