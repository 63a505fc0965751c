"""The command `jixiao`: thin, Chinese, and quick to start: each command stands in a module of its own, imported when it runs."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import click

from workbook.process import hurry, leave

APART = ("__init__", "__main__", "common")  # modules here that are no command


class Commands(click.Group):
    """The commands by the names of their modules (`import_` is import)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None where there is none of that name."""
        if cmd_name not in names():
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"workbook.cli.{module}").command
        return command


@cache
def names() -> frozenset[str]:
    """Return the names of all commands."""
    found = (file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in APART)
    return frozenset(stem.rstrip("_") for stem in found)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jixiao", message="绩效自评 jixiao %(version)s")
def cli() -> None:
    """部门整体支出绩效自评：导入、填充、审核、导出。"""


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
    if given and given[0] not in names() and Path(given[0]).is_file():
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
    hurry()
    leave(run())
