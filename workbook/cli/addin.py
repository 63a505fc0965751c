"""`jixiao addin`: the buttons in WPS, for this user."""

from __future__ import annotations

import click

from workbook.cli.common import say, verb


@verb("addin")
@click.option("--undo", is_flag=True, help="卸下")
def command(undo: bool) -> int:
    from workbook import actions, addin

    if undo:
        say("已卸下加载项" if addin.remove() else "没有装过加载项")
        return 0
    target = addin.install(actions.python_for_buttons())
    say(f"加载项在 {target}；请关掉所有 WPS 窗口再打开，表格里会多出“绩效自评”一栏。没有的，用网页 jixiao serve")
    return 0
