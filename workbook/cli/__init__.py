"""The command `jixiao`: thin, Chinese, and quick to start: each command stands in a module of its own, imported when it runs.

No commands are `common` (what they share), `console` (tables on a screen), `chinese` (the words of click), `answers` (to a wrong
call) and `examples` (right calls).

May import everything, but loads a verb's modules only when it runs: of ours the commands import `common`, `process` and
`verbs`, and get the rest by name (`action`, `named`). A new command: a module here with `command`, and a row in
`workbook/model/verbs.py`; a verb with a button has a plain command already.
"""

from __future__ import annotations

import errno
import importlib
import keyword
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import click

from workbook.cli import chinese
from workbook.cli.common import FILE, action, done, verb
from workbook.model.verbs import BY_NAME, VERBS, Verb
from workbook.process import INTERRUPTED, STOPPED, ClerkError, hurry, interruptible, leave, named

APART = (
    "__init__",
    "__main__",
    "answers",
    "chinese",
    "common",
    "examples",
    "console",
)  # modules here that are no command


class Commands(click.Group):
    """The commands by the names of their modules (`import_` is import)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of their use."""
        return [verb.name for verb in VERBS if verb.name in names()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None where there is none of that name."""
        if cmd_name not in names():
            return None
        if cmd_name not in modules():
            return chinese.in_chinese(plain(BY_NAME[cmd_name]))
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"workbook.cli.{module}").command
        return chinese.in_chinese(command)


def names() -> frozenset[str]:
    """Return the names of all commands: those with a module here, and the buttons that need none."""
    return modules() | {entry.name for entry in VERBS if entry.press}


@cache
def modules() -> frozenset[str]:
    """Return the names of the commands that have a module here."""
    found = (file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in APART)
    return frozenset(stem.rstrip("_") for stem in found)


@click.group(
    cls=Commands,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="jixiao", message="绩效自评 jixiao %(version)s", help="显示版本")
def cli() -> None:
    """部门整体支出绩效自评：导入、填充、审核、导出。"""


def plain(entry: Verb) -> click.Command:
    """Return the command of a verb that has no module here: it does to a workbook what the button does to an open one."""

    @verb(entry.name)
    @click.argument("book", type=FILE)
    @click.argument("files", type=FILE, nargs=-1)
    def command(book: Path, files: tuple[Path, ...]) -> int:
        return done(action("press:carried_out")(book, entry.name, files))

    return command


def _words(error: BaseException) -> str:
    words_of = named("workbook.storage.replacing:words_of")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return "结果没有写出去：磁盘满了，或者那个地方不让写；请腾出空间，或换一个地方再试一次"
    return str(words_of(error) if isinstance(error, OSError) else error)


def _crashed(error: Exception) -> str:
    tempfile, traceback = named("tempfile"), named("traceback")
    said = f"程序内部出错（{type(error).__name__}），您的文件没有改动"
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="jixiao-", suffix=".log", delete=False) as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return f"{said}；临时文件夹写不进去，没有留下记录"
    return f"{said}。请把这个记录发给维护人员：{log.name}"


def run(arguments: Iterable[str] | None = None) -> int:
    """Run the command and return its exit status.

    0 nothing wrong, 1 an open error, 2 unreadable or a wrong call, 130 stopped by Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(arguments) if arguments is not None else sys.argv[1:]
    if given and given[0] not in names() and Path(given[0]).is_file():
        given.insert(0, "drop")  # files dropped on the program's icon
    with interruptible() as heard:
        try:
            with cli.make_context("jixiao", given) as context:  # click's main() answers Ctrl-C with a line of its own
                result = cli.invoke(context)
            _tell_settings()
            return int(result or 0)
        except KeyboardInterrupt:
            return _interrupted()
        except click.exceptions.Exit as stop:
            return stop.exit_code
        except click.exceptions.NoArgsIsHelpError as error:
            tell(error.format_message())
            return 2
        except click.ClickException as error:
            tell(named("workbook.cli.answers:answer")(error, given, cli))
            return 2
        except BrokenPipeError:
            return 0
        except Exception as error:
            if heard:
                return _interrupted()
            tell(_words(error) if isinstance(error, ClerkError | OSError) else _crashed(error))
            return 2


def _interrupted() -> int:
    tell(STOPPED)
    return INTERRUPTED


def tell(words: str) -> None:
    """Print a line on standard error, where that can be written to at all."""
    with suppress(OSError):
        click.echo(words, err=True)


def _tell_settings() -> None:
    """Say which settings of this machine could not be used; those nobody asked for have not been read."""
    settings = sys.modules.get("workbook.storage.settings")
    for words in settings.PROBLEMS if settings else ():
        tell(words)


def main() -> None:
    """Run `jixiao` and leave with its exit status."""
    hurry()
    leave(run())
