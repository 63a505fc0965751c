"""The command `jixiao`: thin, Chinese, and quick to start (a verb imports what it needs when it runs)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbook.verbs import BY_NAME

if TYPE_CHECKING:
    from workbook.actions import Checked, Outcome
    from workbook.batch import Power

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)
FORMAT = click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", help="输出格式")
JOBS = click.option("--jobs", type=click.IntRange(1, 512), help="用几个进程，默认与处理器个数相同")
CLUSTER = click.option("--cluster", help="Dask 调度器的地址，如 tcp://主机:8786：同样的工作由许多台机器做")
SCHEME = click.option("--scheme", help="方案：自带方案的名称，或 TOML 文件的路径")


def POWER(command: F) -> F:  # noqa: N802 — a pair of options, used like the others
    """Give a command the options --jobs and --cluster."""
    return JOBS(CLUSTER(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jixiao", message="绩效自评 jixiao %(version)s")
def cli() -> None:
    """部门整体支出绩效自评：导入、填充、审核、导出。"""


def verb(name: str) -> Callable[[F], click.Command]:
    """Make a command of a function, its name and help taken from the table of verbs."""

    def make(function: F) -> click.Command:
        command = cli.command(name=name, help=_help(name))(function)
        command.params.append(
            click.Option(
                ["--forms", "own_forms"],
                type=FILE,
                expose_value=False,
                is_eager=True,
                callback=_use_forms,
                help="另外认得的表样放在哪个文件夹（总表旁边的「表样」文件夹不必写）",
            )
        )
        return command

    return make


def _use_forms(context: click.Context, parameter: click.Parameter, place: Path | None) -> None:
    if place is not None:
        from workbook.forms import use

        use(place)


def _help(name: str) -> str:
    return f"{BY_NAME[name].caption}：{BY_NAME[name].help}"


@verb("demo")
@click.option("--to", type=FILE, default=Path("demo"), show_default=True, help="放到哪个文件夹")
@click.option("--departments", type=click.IntRange(1, 100_000), help="造这么多单位（同样的个数和种子造出同样的单位）")
@click.option("--seed", type=int, default=1, show_default=True, help="造单位用的种子")
@FORMAT
@JOBS
def demo(to: Path, departments: int | None, seed: int, style: str, jobs: int | None) -> int:
    from workbook import actions

    if departments:
        outcome = actions.demo_many(to, departments, seed, progress, _power(jobs))
        say(outcome.message)
        for path in outcome.written:
            say(str(path))
        return 0
    outcome = actions.demo(to)
    _show(outcome, style)
    if style == "table":
        master, *exports = outcome.written
        say(f"\n总表（用 Excel 打开，看「校验结果」）：{master}")
        say(f"导出的附件2、附件3 与整改通知（{len(exports)} 个文件）：{to / '导出'}")
        say(f"各单位报来的原件：{to / '各单位报来'}")
    return 0


@verb("new")
@click.argument("master", type=FILE)
@click.option("--year", type=click.IntRange(2000, 2100), help="年度，默认上一年")
@click.option("--region", default="", help="地区或财政局名称")
@SCHEME
@click.option("--unit", default="", help="单位名称：新建这个单位自己用的工作簿，而不是总表")
def new(master: Path, year: int | None, region: str, scheme: str | None, unit: str) -> int:
    from datetime import date

    from workbook import actions

    given = actions.scheme_of(scheme) if scheme else None
    wanted = year or date.today().year - 1  # noqa: DTZ011
    return _done(actions.new(master, year=wanted, region=region, scheme=given, unit=unit))


@verb("import")
@click.argument("master", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="只列出与总表的差异，不改动总表")
@click.option(
    "--prefer",
    type=click.Choice(["总表", "单位"]),
    default="总表",
    show_default=True,
    help="总表和单位都改过同一处时采用谁的",
)
@FORMAT
@POWER
def import_(
    master: Path,
    files: tuple[Path, ...],
    dry_run: bool,
    prefer: str,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    from workbook import actions

    outcome = actions.import_(master, files, progress, _power(jobs, cluster), dry_run=dry_run, prefer=prefer)
    if style == "json" and outcome.collected:
        say(json.dumps(_import_json(outcome, dry_run), ensure_ascii=False, indent=2))
        return outcome.status
    if outcome.differences:
        from workbook.console import difference_table

        difference_table(outcome.differences)
    return _done(outcome)


def _import_json(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    from workbook import collect, merge

    collected = collect.to_json(outcome.collected) if outcome.collected else {}
    differences = [merge.to_json_of(entry) for entry in outcome.differences]
    return {**collected, "dry_run": dry_run, "differences": differences}


@verb("fill")
@click.argument("master", type=FILE)
def fill(master: Path) -> int:
    from workbook import actions

    return _done(actions.fill(master, progress))


@verb("check")
@click.argument("files", type=FILE, nargs=-1)
@click.option("--prior", type=FILE, multiple=True, help="上年的报告或总表，可给多个")
@click.option("--only", multiple=True, help="只用这些规则（编号）")
@click.option("--skip", multiple=True, help="不用这些规则（编号）")
@click.option("--annotate", type=FILE, help="把问题写成批注，连同原文另存为这个 Word 文件（只用于一份 .docx 报告）")
@click.option("--explain", "explained", help="不审核，只说明一条规则（编号）")
@SCHEME
@FORMAT
@POWER
def check(
    files: tuple[Path, ...],
    prior: tuple[Path, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    annotate: Path | None,
    explained: str | None,
    scheme: str | None,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    from workbook import actions

    if explained:
        return _explain(explained, scheme)
    if not files:
        raise click.UsageError("缺少参数 [FILES]...：没有给要审核的文件")
    terms = (actions.scheme_of(scheme) if scheme else None, actions.expand(prior), only, skip)
    if annotate:
        from workbook import annotation

        annotation.refuse(files, annotate)
    power = _power(jobs, cluster) if jobs or cluster else None
    outcome = actions.check(files, *terms, progress=progress, power=power)
    _show(outcome, style)
    if annotate and outcome.checked:
        click.echo(annotation.annotate(outcome.checked, files[0], annotate), err=True)
    return outcome.status


@verb("compare")
@click.argument("master", type=FILE)
@click.argument("last_year", type=FILE, nargs=-1, required=True)
@FORMAT
def compare(master: Path, last_year: tuple[Path, ...], style: str) -> int:
    from workbook import actions

    outcome = actions.check([master], prior=actions.expand(last_year), progress=progress)
    _show(outcome, style)
    return outcome.status


@verb("export")
@click.argument("source", type=FILE)
@click.option("--to", type=FILE, required=True, help="导出到哪个文件夹")
@click.option("--single", is_flag=True, help="所有单位放进一个工作簿")
@click.option(
    "--as",
    "formats",
    multiple=True,
    default=("xlsx",),
    help="xlsx、xlsm（带按钮，给单位自己填）、docx、pdf、notice 或 html（整改通知）、skeleton（报告初稿），可给多个",
)
@click.option("--template", type=FILE, help="填进本地的模板（.xlsx、.xlsm），模板里的按钮、批注、图形都保留")
@SCHEME
@JOBS
def export(
    source: Path,
    to: Path,
    single: bool,
    formats: tuple[str, ...],
    template: Path | None,
    scheme: str | None,
    jobs: int | None,
) -> int:
    from workbook import actions

    if template is not None:
        return _done(actions.export_into(source, template, to, actions.scheme_of(scheme)))
    unknown = [name for name in formats if name not in actions.FORMATS]
    if unknown:
        raise click.UsageError(f"不认识的格式「{unknown[0]}」，可用：{'、'.join(actions.FORMATS)}")
    if actions.is_book(source) or not source.exists():
        power = _power(jobs)
        return _done(actions.export(source, to, single=single, formats=formats, progress=progress, power=power))
    return _done(actions.export_file(source, to, actions.scheme_of(scheme) if scheme else None, formats))


@cli.group(name="template", help=f"{BY_NAME['template'].caption}：{BY_NAME['template'].help}")
def template_() -> None:
    pass


@template_.command(name="check", help=BY_NAME["template"].help)
@click.argument("file", type=FILE)
@FORMAT
def template_check(file: Path, style: str) -> int:
    from workbook.writers.template import report, survey

    found = survey(file)
    rows = list(report(found))
    missing = [label for label, cell, _ in rows if not cell]
    if style == "json":
        fields = [{"field": label, "cell": cell or None, "label": words or None} for label, cell, words in rows]
        data = {"form": found.form.id, "parts": found.parts, "complete": not found.missing, "fields": fields}
        say(json.dumps(data, ensure_ascii=False, indent=2))
        return int(bool(found.missing))
    from workbook.console import template_table

    template_table(rows, file.name)
    parts = "、".join(found.parts) or "没有认得的表"
    say(
        f"{parts}：找到 {len(rows) - len(missing)} 项，没有找到 {len(missing)} 项{'：' if missing else ''}{'、'.join(missing)}"
    )
    return int(bool(found.missing))


@verb("rollup")
@click.argument("source", type=FILE)
@click.option("--to", type=FILE, multiple=True, help="另存汇总：.xlsx 图表与数据，.docx、.pdf 汇总报告，可给多个")
@FORMAT
@POWER
def rollup(source: Path, to: tuple[Path, ...], style: str, jobs: int | None, cluster: str | None) -> int:
    from workbook import actions

    outcome = actions.rollup(source, to, progress, _power(jobs, cluster))
    _show(outcome, style)
    if style == "table":
        for path in to:
            say(f"汇总：{path}")
    return 2 if outcome.refused else 0


@verb("sample")
@click.argument("source", type=FILE)
@click.option("--number", type=click.IntRange(1, 100_000), default=10, show_default=True, help="抽几个单位")
@click.option("--random", "at_random", type=click.IntRange(0), help="其中几个随机抽取，默认五分之一")
@click.option("--seed", default="", help="随机抽取用的口令：同样的口令抽出同样的单位")
@click.option("--to", type=FILE, help="另存为工作簿（.xlsx）")
@FORMAT
@POWER
def sample(
    source: Path,
    number: int,
    at_random: int | None,
    seed: str,
    to: Path | None,
    style: str,
    jobs: int | None,
    cluster: str | None,
) -> int:
    from workbook import actions
    from workbook.rollup import PLAN

    plan = actions.sample(source, number, at_random, seed, to, progress, _power(jobs, cluster))
    if style == "json":
        say(json.dumps([dict(zip(PLAN, map(_plain, row), strict=True)) for row in plan], ensure_ascii=False, indent=2))
    else:
        from workbook.console import plan_table

        plan_table(PLAN, plan)
    if to is not None and style == "table":
        say(f"抽查计划：{to}")
    return 0


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) or value is None else float(value)


@verb("clear")
@click.argument("master", type=FILE)
def clear(master: Path) -> int:
    from workbook import actions

    return _done(actions.clear(master))


@verb("undo")
@click.argument("file", type=FILE)
@click.option("--list", "listed", is_flag=True, help="只列出能退回的各版，不改动")
@click.option("--to", "number", type=int, help="退回到第几个（--list 里的序号）")
def undo(file: Path, listed: bool, number: int | None) -> int:
    from workbook import actions

    if not listed:
        return _done(actions.undo(file, number))
    states = actions.states_of(file)
    for position, state in enumerate(states, start=1):
        say(f"{position}　{state.words}　{state.path.stat().st_size / 1000:,.0f} KB")
    if not states:
        say(f"「{file.name}」没有上一版")
    return 0


@verb("log")
@click.argument("file", type=FILE)
@click.option("--unit", default="", help="只看一个单位")
@FORMAT
def log(file: Path, unit: str, style: str) -> int:
    from dataclasses import asdict

    from workbook import actions

    entries = actions.log(file, unit)
    if style == "json":
        say(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        from workbook.console import log_table

        log_table(entries)
    return 0


@verb("read")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def read(files: tuple[Path, ...], style: str) -> int:
    from workbook import actions
    from workbook.filing import to_json

    filings, outcome = actions.read_files(actions.expand(files))
    if style == "json":
        say(json.dumps({"filings": [to_json(filing) for filing in filings]}, ensure_ascii=False, indent=2))
    else:
        from workbook.console import filing_table

        for filing in filings:
            filing_table(filing)
    _refused(outcome)
    return outcome.status


def _explain(rule: str, scheme: str | None) -> int:
    """Print what a rule checks, its source, what is in force of it and its cases."""
    from workbook import actions
    from workbook.rules import catalogue

    text = catalogue.explain(rule, actions.scheme_of(scheme))
    if text is None:
        raise click.UsageError(f"没有编号为「{rule}」的规则，jixiao rules 列出全部规则")
    say(text)
    return 0


@cli.group("rules", help=_help("rules"), invoke_without_command=True)
@click.option("--explain", "explained", help="说明一条规则（编号）")
@click.option("--format", "style", type=click.Choice(["table", "markdown"]), default="table", help="输出格式")
@SCHEME
@click.pass_context
def rules(context: click.Context, explained: str | None, style: str, scheme: str | None) -> int:
    from workbook import actions
    from workbook.rules import catalogue

    if context.invoked_subcommand:
        return 0
    if explained:
        return _explain(explained, scheme)
    if style == "markdown":
        say(catalogue.markdown(actions.scheme_of(scheme)))
    else:
        from workbook.console import rule_table

        rule_table(catalogue.table_rows(actions.scheme_of(scheme)))
    return 0


@rules.command("diff", help="比较两个方案：哪些参数、哪些规则级别不同；给了文件的，还列出谁的结论会变")
@click.argument("before")
@click.argument("after")
@click.argument("files", type=FILE, nargs=-1)
def diff(before: str, after: str, files: tuple[Path, ...]) -> int:
    from workbook import actions
    from workbook.console import difference_tables

    pair = (actions.scheme_of(before), actions.scheme_of(after))
    rows, changed, outcome = actions.compare_schemes(*pair, actions.expand(files))
    difference_tables((pair[0].title, pair[1].title), rows, changed if files else None)
    _refused(outcome)
    return outcome.status


@verb("drop")
@click.argument("files", type=FILE, nargs=-1, required=True)
@FORMAT
def drop(files: tuple[Path, ...], style: str) -> int:
    from workbook import actions

    outcome = actions.drop(files)
    _show(outcome, style)
    if style == "table":
        for path in outcome.written:
            say(f"已另存：{path}")
    return outcome.status


@verb("bundle")
@click.argument("folder", type=FILE)
@click.option("--python", "versions", multiple=True, help="为哪些 Python 版本准备，可给多个；默认 3.11、3.12、3.13")
def bundle(folder: Path, versions: tuple[str, ...]) -> int:
    from workbook.bundle import VERSIONS, bundle

    say(f"离线安装包在 {bundle(folder, versions or VERSIONS)}，整个文件夹拷给要用的电脑，双击 install.bat")
    return 0


@verb("forms")
@click.argument("id", required=False)
@FORMAT
def forms(id: str | None, style: str) -> int:
    from workbook import actions

    entries = actions.forms(id)
    if style == "json":
        say(json.dumps(entries, ensure_ascii=False, indent=2))
        return 0
    for entry in entries:
        say(f"{entry['id']}　{entry['title']}")
        say(f"　　凭这些字认出：{'、'.join(entry['recognised_by'])}")
        say(f"　　方案：{entry['scheme']}　{entry['place']}")
        say(f"{entry['picture']}\n")
    return 0


@verb("doctor")
@click.argument("files", type=FILE, nargs=-1)
def doctor(files: tuple[Path, ...]) -> int:
    from workbook.doctor import lines, lines_of

    for line in lines():
        say(line)
    for path in files:
        for line in lines_of(path):
            say(line)
    return 0


def _power(jobs: int | None, cluster: str | None = None) -> Power:
    from workbook.batch import Power

    return Power(jobs, cluster)


def say(text: str) -> None:
    """Print a line on standard output; characters that the console lacks become question marks, not errors."""
    click.echo(text)


class progress:  # noqa: N801 — used as a function
    """A progress bar on standard error for `total` pieces; silent where standard error is no screen or they are few."""

    def __init__(self, caption: str, total: int) -> None:
        self._caption, self._total = caption, total
        self._bar: Any = None

    def __enter__(self) -> Callable[[int], None]:
        if self._total < 2 or not sys.stderr.isatty():
            return lambda _: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True))
        task = bar.add_task(self._caption, total=self._total)
        bar.start()
        self._bar = bar
        return lambda count: bar.advance(task, count)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _done(outcome: Outcome) -> int:
    say(outcome.message)
    _refused(outcome)
    return 2 if outcome.refused else 0


def _refused(outcome: Outcome) -> None:
    for entry in outcome.refused:
        # a file in an archive goes by the archive's name too
        name = entry.path.name if entry.path.is_absolute() else entry.path.as_posix()
        click.echo(f"{name}：{entry.reason}", err=True)


def _show(outcome: Outcome, style: str) -> None:
    if style == "json":
        _say_json(outcome)
    elif outcome.parts:
        from workbook.console import parts_table

        say(outcome.message)
        parts_table(outcome.parts)
    else:
        say(outcome.verdict if outcome.checked else "没有可审核的内容")
        _show_checked(outcome.checked)
    _refused(outcome)


def _show_checked(checked: Sequence[Checked]) -> None:
    """Print tables on a screen; into a pipe or a file plain lines, whose cells are parted by tabs."""
    if sys.stdout.isatty():
        from workbook.console import check_tables

        check_tables(checked)
        return
    from workbook.lines import check_lines

    for line in check_lines(checked):
        say(line)


def _say_json(outcome: Outcome) -> None:
    """Print the verdict and the filings one by one, for ten thousand of them fill the memory; of a master in parts, the parts."""
    if outcome.parts:
        say(json.dumps({"verdict": outcome.verdict, "parts": list(outcome.parts)}, ensure_ascii=False, indent=2))
        return
    say("{")
    say(f'  "verdict": {json.dumps(outcome.verdict, ensure_ascii=False)},')
    say('  "filings": [')
    last = len(outcome.checked) - 1
    for place, entry in enumerate(outcome.checked):
        text = json.dumps(_checked_json(entry), ensure_ascii=False, indent=2).replace("\n", "\n    ")
        say(f"    {text}{',' if place < last else ''}")
    say("  ]\n}")


def _checked_json(entry: Checked) -> dict[str, Any]:
    from workbook import derive, filing, findings

    return {
        **filing.to_json(entry.filing),
        "verdict": entry.report.verdict,
        "derived": derive.to_json(entry.derived),
        "findings": [findings.to_json(found) for found in entry.report.findings],
        "skipped": [{"rule": rule.rule, "title": rule.title, "reason": rule.words} for rule in entry.report.skipped],
    }


def _words(error: BaseException) -> str:
    from workbook.keep import words_of

    return words_of(error) if isinstance(error, OSError) else str(error)


def _expected() -> tuple[type[BaseException], ...]:
    from workbook.actions import ActionError
    from workbook.batch import BatchError
    from workbook.bundle import BundleError
    from workbook.forms import FormError
    from workbook.keep import KeepError
    from workbook.readers import ReadError
    from workbook.scheme import SchemeError
    from workbook.store import StoreError

    return (ActionError, FormError, BatchError, BundleError, ReadError, SchemeError, StoreError, KeepError, OSError)


def _crashed(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="jixiao-", suffix=".log", delete=False) as log:
        traceback.print_exception(error, file=log)
    return f"程序内部出错（{type(error).__name__}），您的文件没有改动。请把这个记录发给维护人员：{log.name}"


def run(arguments: Iterable[str] | None = None) -> int:
    """Run the command and return its exit status: 0 nothing wrong, 1 an open error, 2 unreadable or a wrong call."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(arguments) if arguments is not None else sys.argv[1:]
    if given and given[0] not in cli.commands and Path(given[0]).is_file():
        given.insert(0, "drop")  # files dropped on the program's icon
    try:
        result = cli.main(given, "jixiao", standalone_mode=False)
        _tell_settings()
        return int(result or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.Abort:
        click.echo("已中断", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"用法不对：{_chinese(error)}。用 jixiao --help 看说明", err=True)
        return 2
    except BrokenPipeError:
        return 0
    except Exception as error:
        click.echo(_words(error) if isinstance(error, _expected()) else _crashed(error), err=True)
        return 2


def _tell_settings() -> None:
    """Say which settings of this machine could not be used; those nobody asked for have not been read."""
    settings = sys.modules.get("workbook.settings")
    for words in settings.PROBLEMS if settings else ():
        click.echo(words, err=True)


def _chinese(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {error.param.make_metavar(click.Context(cli)) if error.param else ''}"
    if isinstance(error, click.BadParameter):
        return f"参数不对：{error.message}"
    return error.message.replace("No such command", "没有这个命令").rstrip(".")


def main() -> None:
    """Run `jixiao` and leave with its exit status."""
    sys.exit(run())


if __name__ == "__main__":
    main()
