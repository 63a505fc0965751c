"""What click says of wrong calls and in its help, in Chinese.

click speaks through gettext, by the words it imported from there; a catalogue of our own on the disk would be found by the
language of the machine alone, which is English on many a clerk's.
"""

from __future__ import annotations

import gettext
from typing import Any

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from workbook.process import named

SAID = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示这页说明",
    "Show the version and exit.": "显示版本",
    "default: {default}": "默认 {default}",
    "required": "必填",
    "deprecated": "不再使用",
    "(dynamic)": "（随情况而定）",
    "Missing command.": "缺少命令",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Got unexpected extra argument ({args})": "多出了「{args}」；名称里有空格的，请用双引号括起来",
    "Got unexpected extra arguments ({args})": "多出了「{args}」；名称里有空格的，请用双引号括起来",
    "Takes {nargs} values but 1 was given.": "要 {nargs} 个值，只给了 1 个",
    "Takes {nargs} values but {len} were given.": "要 {nargs} 个值，给了 {len} 个",
    "Value must be an iterable.": "要给多个值",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 要 {nargs} 个值",
    "Option {name!r} does not take a value.": "选项 {name} 后面不带值",
    "Option {name!r} requires an argument.": "选项 {name} 后面要写一个值",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写 {nargs} 个值",
    "{value!r} is not a valid {number_type}.": "「{value}」不是{number_type}",
    "{value} is not in the range {range}.": "应为 {range}，给的是 {value}",
    "{value!r} is not a valid boolean. Recognized values: {states}": "「{value}」不认识，只能是 {states}",
    "{value!r} does not match the format {format}.": "「{value}」不是日期，请写成 2026-12-05 的样子",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name}「{filename}」不存在",
    "{name} {filename!r} is a file.": "{name}「{filename}」是文件",
    "{name} {filename!r} is a directory.": "{name}「{filename}」是文件夹",
    "{name} {filename!r} is not readable.": "{name}「{filename}」读不了",
    "{name} {filename!r} is not writable.": "{name}「{filename}」写不进去",
    "Could not open file {filename!r}: {message}": "打不开文件「{filename}」：{message}",
    "unknown error": "原因不明",
    "Aborted!": "已中断",
}
# what a value is, in the help and where it is wrong
KINDS = {
    click.types.IntParamType: "整数",
    click.IntRange: "整数",
    click.types.FloatParamType: "数字",
    click.FloatRange: "数字",
    click.types.StringParamType: "文字",
}
# what stands for an argument in the help and where it is missing, by its name
ARGUMENTS = {
    "files": "文件",
    "file": "文件",
    "folder": "文件夹",
    "master": "总表",
    "book": "工作簿",
    "last_year": "上年总表",
    "source": "总表或文件夹",
    "before": "方案甲",
    "after": "方案乙",
    "units": "单位",
    "id": "编号",
}
_MODULES = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)


def speak() -> None:
    """Have click say all it says in Chinese."""
    for module in _MODULES:
        for name, speaks in (("_", _one), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, speaks)
    for owner, attribute, said in (
        *((kind, "name", name) for kind, name in KINDS.items()),
        (click.IntRange, "_describe_range", _range),
        (click.FloatRange, "_describe_range", _range),
        (click.Choice, "get_invalid_choice_message", _not_a_choice),
        (click.Command, "format_epilog", _examples),
    ):
        setattr(owner, attribute, said)


def _range(kind: click.IntRange | click.FloatRange) -> str:
    if kind.max is None:
        return f"不小于 {kind.min} 的数"
    return f"不大于 {kind.max} 的数" if kind.min is None else f"{kind.min} 到 {kind.max} 之间的数"


def _not_a_choice(kind: click.Choice[Any], value: Any, ctx: click.Context | None) -> str:
    return f"「{value}」不认识，只能写 {'、'.join(map(str, kind.choices))}"


def _examples(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    with formatter.section("例如"):
        for call in named("workbook.cli.examples:of")(context):
            formatter.write(f"{'':>{formatter.current_indent}}{call}\n")


def _one(text: str) -> str:
    return SAID.get(text) or gettext.gettext(text)


def _counted(one: str, many: str, count: int) -> str:
    text = one if count == 1 else many
    return SAID.get(text) or gettext.ngettext(one, many, count)


def in_chinese(command: click.Command) -> click.Command:
    """Give a command's arguments Chinese names, where they have none of their own."""
    command.options_metavar = "[选项]"
    for parameter in command.params:
        if parameter.metavar is None and isinstance(parameter, click.Argument):
            name = ARGUMENTS.get(parameter.name or "", "参数") + ("..." if parameter.nargs != 1 else "")
            parameter.metavar = name if parameter.required else f"[{name}]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for inner in command.commands.values():
            in_chinese(inner)
    return command


speak()  # before any option is made: a path takes its name when it is
