"""`jixiao return`: back to the departments in one go, each with its notice, its report with comments and its workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from workbook.cli.common import FILE, action, done, progress, verb


@verb("return")
@click.argument("master", type=FILE)
@click.option("--to", type=FILE, required=True, help="放到哪个文件夹，一个单位一个文件夹")
@click.option("--zip", "zipped", is_flag=True, help="一个单位一个 .zip，便于发送")
@click.option("--only", multiple=True, metavar="单位", help="只退回这个单位，可给多个")
@click.option(
    "--from",
    "originals",
    type=FILE,
    multiple=True,
    help="报来的文件夹或 .zip，从中找 Word 原件；不给时用上次导入的那个",
)
@click.option("--prior", type=FILE, multiple=True, help="上年的总表或报告，一并核对；不给时用参数里写的那份")
@click.option(
    "--deadline", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="整改期限，如 2026-12-05；不给时为十天以后"
)
@click.option("--contact", default="", help="联系人和电话，不给时留空待填")
@click.option("--office", default="", help="落款单位，不给时为首页的地区加“财政局”")
@click.option("--number", "prefix", help="通知编号的字头，如 云财绩：云财绩〔2026〕1号；不给时沿用上次的")
@click.option("--dry-run", is_flag=True, help="只说会备哪些，不写文件，不改动总表")
def command(
    master: Path,
    to: Path,
    zipped: bool,
    only: tuple[str, ...],
    originals: tuple[Path, ...],
    prior: tuple[Path, ...],
    deadline: datetime | None,
    contact: str,
    office: str,
    prefix: str | None,
    dry_run: bool,
) -> int:
    """Make what goes back to the departments."""
    terms = action("returning:Terms")(deadline.date() if deadline else None, contact, office, prefix)
    return done(
        action("returning:return_")(
            master,
            to,
            only=only,
            originals=originals,
            prior=prior,
            terms=terms,
            zipped=zipped,
            dry_run=dry_run,
            progress=progress,
        )
    )
