"""`jixiao export`: the official sheets, notices and reports of a master or a report."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, JOBS, SCHEME, action, done, power_of, progress, refuse_unused, scheme_of, verb
from workbook.exports import FORMATS
from workbook.model.issued import EDITIONS, REVIEW


@verb("export")
@click.argument("source", type=FILE)
@click.option("--to", type=FILE, required=True, help="导出到哪个文件夹")
@click.option("--single", is_flag=True, help="所有单位放进一个工作簿")
@click.option(
    "--as",
    "formats",
    multiple=True,
    default=("xlsx",),
    help=f"{'、'.join(f'{name}（{entry.help}）' for name, entry in FORMATS.items())}，可给多个",
)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    default=REVIEW,
    show_default=True,
    help="审核版带颜色、批注和问题；报送版照单位交来的原表，白底、无批注，打印签字用（xlsx、docx、pdf）",
)
@click.option("--template", type=FILE, help="填进本地的模板（.xlsx、.xlsm），模板里的按钮、批注、图形都保留")
@SCHEME
@JOBS
def command(
    source: Path,
    to: Path,
    single: bool,
    formats: tuple[str, ...],
    edition: str,
    template: Path | None,
    scheme: str | None,
    jobs: int | None,
) -> int:
    """Export a master or a report in the formats named, or into a template."""
    of_book = action("files:is_book")(source) or not source.exists()
    if of_book:
        refuse_unused(["--scheme"], "用于报告；总表按它自己的方案，请在「首页」上改")
    else:
        refuse_unused(["--single"], "用于总表：把它的所有单位放进一个工作簿")
    own = scheme_of(scheme) if scheme else None
    if template is not None:
        refuse_unused(["--single", "--as", "--edition"], "不能与 --template 同用：模板决定格式，一个单位一个文件")
        return done(action("into_template:export_into")(source, template, to, own))
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise click.UsageError(f"不认识的格式「{unknown[0]}」，可用：{'、'.join(FORMATS)}")
    if of_book:
        power = power_of(jobs)
        return done(
            action("exports:export")(
                source, to, single=single, formats=formats, edition=edition, progress=progress, power=power
            )
        )
    return done(action("exports:export_file")(source, to, own, formats, edition))
