"""What the commands share: options, how a verb becomes a command, and how an outcome is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbook.model.verbs import BY_NAME
from workbook.process import named

if TYPE_CHECKING:
    from workbook.bulk.engine import Power
    from workbook.checking.outcome import Checked, Outcome
    from workbook.model.scheme import Scheme

SPREADSHEETS = (".xlsx", ".xlsm")
F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)
FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    help="结果怎么列：table 给人看，json 给别的程序用",
)
JOBS = click.option("--jobs", type=click.IntRange(1, 512), help="同时做几份，不写就按处理器的个数")
TLS_OF = "workbook.tls"
TLS = click.option(
    "--tls",
    type=FILE,
    expose_value=False,
    callback=lambda context, _, path: context.meta.__setitem__(TLS_OF, path),
    help="集群的证书：一个 TOML 文件，写明 ca、cert、key 三个文件（地址用 tls://）",
)
OPEN = (
    "注意：集群「{0}」不核对身份，能连到这个端口的任何人都能在各节点上、用各节点的账号运行程序，也能看到送去的自评。"
    "请用 --tls（地址 tls://），或只让调度器监听本机（dask scheduler --host 127.0.0.1）"
)
CLUSTER = click.option("--cluster", help="Dask 调度器的地址，如 tcp://主机:8786：同样的工作由许多台机器做")
SCHEME = click.option("--scheme", help="用哪个方案：自带方案的名称，或方案文件（.toml）")


def POWER(command: F) -> F:  # noqa: N802 — a pair of options, used like the others
    """Give a command the options --jobs, --cluster and --tls."""
    return JOBS(CLUSTER(TLS(command)))


def verb(name: str) -> Callable[[F], click.Command]:
    """Make a command of a function, its name and help taken from the table of verbs."""

    def make(function: F) -> click.Command:
        command = click.command(name=name, help=help_of(name))(function)
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
        context.with_resource(named("workbook.forms:using")([place]))


def help_of(name: str) -> str:
    """Return what the help says of a command: the word on its button and one sentence."""
    return f"{BY_NAME[name].caption}：{BY_NAME[name].help}"


def refuse_unused(options: Sequence[str], why: str) -> None:
    """Raise UsageError where one of these options was given and nothing would come of it."""
    context = click.get_current_context()
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "")
        if option.opts[0] in options and given is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"{option.opts[0]} {why}")


def explain(rule: str, scheme: str | None) -> int:
    """Print what a rule checks, its source, what is in force of it and its cases."""
    text = named("workbook.rules.catalogue:explain")(rule, scheme_of(scheme))
    if text is None:
        raise click.UsageError(f"没有编号为「{rule}」的规则，jixiao rules 列出全部规则")
    say(text)
    return 0


def power_of(jobs: int | None, cluster: str | None = None) -> Power:
    """Return what the work is done with: processes, or the machines of a cluster."""
    batch = named("workbook.bulk.engine")
    power: Power = batch.Power(jobs, cluster, click.get_current_context().meta.get(TLS_OF))
    if batch.is_open(power):
        click.echo(OPEN.format(cluster), err=True)
    return power


def action(name: str) -> Any:
    """Return a verb's function, its module of `workbook.actions` loaded now: `fill`, or `log:states_of` where the names differ."""
    module, _, function = name.partition(":")
    return named(f"workbook.actions.{module}:{function or module}")


def scheme_of(name: str | None) -> Scheme:
    """Return a scheme by the id of a preset, the path of a TOML file or of a master; raise SchemeError or ActionError."""
    room = "books" if name and Path(name).suffix.lower() in SPREADSHEETS else "files"
    scheme: Scheme = action(f"{room}:scheme_of")(name)
    return scheme


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
        bar = named("workbook.cli.console:bar")()
        task = bar.add_task(self._caption, total=self._total)
        bar.start()
        self._bar = bar
        return lambda count: bar.advance(task, count)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def done(outcome: Outcome) -> int:
    """Say what a verb did and which files it refused; return the exit status."""
    say(outcome.message)
    refused(outcome)
    return 2 if outcome.refused else 0


def refused(outcome: Outcome) -> None:
    """Say on standard error what the clerk must know besides, and name the files that could not be taken in, with why."""
    for words in filter(None, outcome.notes):
        click.echo(words, err=True)
    for entry in outcome.refused:
        # a file in an archive goes by the archive's name too
        name = entry.path.name if entry.path.is_absolute() else entry.path.as_posix()
        click.echo(f"{name}：{entry.reason}", err=True)


def show(outcome: Outcome, style: str, *, ledger: bool = False, verbose: bool = False) -> None:
    """Print what was checked, as tables or as JSON; with `ledger` the figures of the prose one by one.

    `verbose` names the rules that did not run.
    """
    if style == "json":
        _say_json(outcome, ledger)
    elif outcome.parts:
        say(outcome.message)
        named("workbook.cli.console:parts_table")(outcome.parts)
        if ledger:
            click.echo("这本总表分了册，没有列出正文里的数：请对每一分册用 --ledger", err=True)
    else:
        say(outcome.headline)
        if ledger:
            _show_ledger(outcome.checked)
        else:
            _show_checked(outcome.checked, verbose=verbose)
    refused(outcome)


def _show_checked(checked: Sequence[Checked], *, verbose: bool) -> None:
    """Print tables on a screen; into a pipe or a file plain lines, whose cells are parted by tabs."""
    if sys.stdout.isatty():
        named("workbook.cli.console:check_tables")(checked, verbose=verbose)
        return
    for line in named("workbook.checking.lines:check_lines")(checked, verbose=verbose):
        say(line)


def _show_ledger(checked: Iterable[Checked]) -> None:
    """Print the figures of the prose as tables on a screen; into a pipe or a file a line a figure."""
    if sys.stdout.isatty():
        named("workbook.cli.console:ledger_tables")(
            (entry, named("workbook.checking.ledgers:ledger_of")(entry)) for entry in checked
        )
        return
    for line in named("workbook.checking.ledgers:lines_of")(checked):
        say(line)


def _say_json(outcome: Outcome, ledger: bool) -> None:
    """Print the verdict and the filings one by one, for ten thousand of them fill the memory; of a master in parts, the parts."""
    if outcome.parts:
        say(json.dumps({"verdict": outcome.verdict, "parts": list(outcome.parts)}, ensure_ascii=False, indent=2))
        return
    say("{")
    say(f'  "verdict": {json.dumps(outcome.verdict, ensure_ascii=False)},')
    say('  "filings": [')
    last = len(outcome.checked) - 1
    for place, entry in enumerate(outcome.checked):
        text = json.dumps(_checked_json(entry, ledger), ensure_ascii=False, indent=2).replace("\n", "\n    ")
        say(f"    {text}{',' if place < last else ''}")
    say("  ]\n}")


def _checked_json(entry: Checked, ledger: bool) -> dict[str, Any]:
    out = {
        **named("workbook.model.filing:to_json")(entry.filing),
        "verdict": entry.report.verdict,
        "derived": named("workbook.derive:to_json")(entry.derived),
        "findings": [named("workbook.model.findings:to_json")(found) for found in entry.report.findings],
        "skipped": [{"rule": rule.rule, "title": rule.title, "reason": rule.words} for rule in entry.report.skipped],
    }
    if ledger:
        figures = named("workbook.checking.ledgers:ledger_of")(entry)
        out["ledger"] = [named("workbook.model.figure_lines:to_json")(line) for line in figures]
    return out
