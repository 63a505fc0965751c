"""`jixiao addin`: the buttons in WPS, for this user or for an intranet."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, say, verb
from workbook.process import named


@verb("addin")
@click.option("--undo", is_flag=True, help="卸下")
@click.option("--to", type=FILE, help="不装在本机，写到这个文件夹，由内网的网站提供给各台电脑（要 --address）")
@click.option("--address", default="", help="内网上这个文件夹的网址，如 http://10.1.2.3/jixiao/")
def command(undo: bool, to: Path | None, address: str) -> int:
    """Put the buttons in place, or take them away."""
    addin = named("workbook.install.addin")
    if bool(to) != bool(address) or (undo and to):
        raise click.UsageError("--to 和 --address 要一起给，不能与 --undo 同用")
    if to:
        listed = addin.publish(to, address)
        say(f"加载项在 {to}；各台电脑的 oem.ini 里写：")
        say("[Support]\nJsApiPlugin=true\n[Server]")
        say(f"JSPluginsServer={address.rstrip('/')}/{listed.name}")
        return 0
    if undo:
        say("已卸下加载项" if addin.remove() else "没有装过加载项")
        return 0
    target = addin.install(named("workbook.actions.new:python_for_buttons")())
    say(f"加载项在 {target}；请关掉所有 WPS 窗口再打开，表格里会多出“绩效自评”一栏。没有的，用网页 jixiao serve")
    return 0
