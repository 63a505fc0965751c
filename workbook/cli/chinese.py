"""What click says of wrong calls and in its help, in Chinese.

click speaks through gettext, by the words it imported from there; a catalogue of our own on the disk would be found by the
language of the machine alone, which is English on many a clerk's.
"""

from __future__ import annotations

import gettext

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

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
    "Missing parameter: {param_name}": "缺少参数 {param_name}",
    "Missing {param_type}": "缺少 {param_type}",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "No such option {name!r}.": "没有选项 {name}。",
    "No such option: {name}": "没有选项 {name}。",
    "No such command {name!r}.": "没有这个命令「{name}」。",
    "Did you mean {possibility}?": "您要的是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（您要的是不是其中一个：{possibilities}？）",
    "(Possible options: {possibilities})": "（您要的是不是其中一个：{possibilities}？）",
    "Got unexpected extra argument ({args})": "多出了参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出了参数（{args}）",
    "Takes {nargs} values but 1 was given.": "要 {nargs} 个值，只给了 1 个",
    "Takes {nargs} values but {len} were given.": "要 {nargs} 个值，给了 {len} 个",
    "Value must be an iterable.": "要给多个值",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 要 {nargs} 个值",
    "Option {name!r} does not take a value.": "选项 {name} 后面不带值",
    "Option {name!r} requires an argument.": "选项 {name} 后面要写一个值",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写 {nargs} 个值",
    "Choose from:\n\t{choices}": "请从这些里选一个：\n\t{choices}",
    "{value!r} is not {choice}.": "「{value}」不认识，只能是 {choice}",
    "{value!r} is not one of {choices}.": "「{value}」不认识，只能是其中一个：{choices}",
    "{value!r} is not a valid {number_type}.": "「{value}」不是整数",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 里",
    "{value!r} is not a valid boolean. Recognized values: {states}": "「{value}」不认识，只能是 {states}",
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
# what stands for a value in the help, by the name of click's type
KINDS = {"integer": "整数", "integer range": "整数", "float": "数", "text": "文字", "path": "路径", "boolean": "是否"}
# what stands for an argument in the help and where it is missing, by its name
ARGUMENTS = {
    "files": "文件",
    "file": "文件",
    "folder": "文件夹",
    "master": "总表",
    "last_year": "上年总表",
    "source": "总表或文件夹",
    "before": "甲",
    "after": "乙",
    "id": "编号",
}
_MODULES = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)


def speak() -> None:
    """Have click say all it says in Chinese."""
    for module in _MODULES:
        for name, said in (("_", _one), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, said)


def _one(text: str) -> str:
    return SAID.get(text) or gettext.gettext(text)


def _counted(one: str, many: str, count: int) -> str:
    text = one if count == 1 else many
    return SAID.get(text) or gettext.ngettext(one, many, count)


def named(command: click.Command) -> click.Command:
    """Give a command's arguments and the values of its options Chinese names, where they have none of their own."""
    command.options_metavar = "[选项]"
    for parameter in command.params:
        if parameter.metavar is not None:
            continue
        if isinstance(parameter, click.Argument):
            name = ARGUMENTS.get(parameter.name or "", "参数") + ("..." if parameter.nargs != 1 else "")
            parameter.metavar = name if parameter.required else f"[{name}]"
        elif isinstance(parameter, click.Option) and not parameter.is_flag:
            parameter.metavar = KINDS.get(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for inner in command.commands.values():
            named(inner)
    return command
