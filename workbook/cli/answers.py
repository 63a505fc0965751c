"""The answer to a wrong call: what is wrong with it, the nearest right word, a right call, and where to read on, in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import click

from workbook import patterns as re
from workbook.cli import examples
from workbook.model.verbs import BY_NAME

_FILE = re.compile(r"[\\/]|\.\w{2,5}$")  # looks like the name of a file, not of a command


def answer(error: click.ClickException, given: Sequence[str], root: click.Group) -> str:
    """Return what to say of a wrong call: `given` are its words, `root` is the command `jixiao`."""
    context = getattr(error, "ctx", None) or _context_of(given, root)
    option = None
    if isinstance(error, click.exceptions.NoSuchCommand):
        said, context = _no_command(context, error.command_name)
    elif isinstance(error, click.NoSuchOption):
        said, option = _no_option(context, _as_given(error.option_name, given))
    elif isinstance(error, click.BadParameter) and isinstance(error.param, click.Parameter):
        said, option = _bad(error, error.param)
    else:
        said = error.format_message()
        option = _options(context.command).get(getattr(error, "option_name", ""))
    call = examples.with_option(context, option) if option else examples.of(context)[0]
    help_of = " ".join(filter(None, ("jixiao", examples.words_of(context), "--help")))
    said = said if said.endswith("？") else f"{said.rstrip('。. ')}。"
    return f"{said}例如：{call}（全部用法：{help_of}）"


def _context_of(given: Sequence[str], root: click.Group) -> click.Context:
    """Return the context of the command that was called: click gives none with what its parser refuses."""
    context = click.Context(root, info_name="jixiao")
    for word in given:
        command = context.command.get_command(context, word) if isinstance(context.command, click.Group) else None
        if command is not None:
            context = click.Context(command, context, word)
    return context


def _as_given(option: str, given: Sequence[str]) -> str:
    """Return an option as it was typed: of `-prior` click names but `-p`."""
    return next((word.partition("=")[0] for word in given if word.startswith(option)), option)


def _no_command(context: click.Context, word: str) -> tuple[str, click.Context]:
    group = context.command
    assert isinstance(group, click.Group)
    names = group.list_commands(context)
    known = {name: name for name in names}
    if context.parent is None:
        known |= {BY_NAME[name].caption: name for name in names}
        if _FILE.search(word):
            said = f"没有找到文件「{word}」，请核对文件名和所在的文件夹，名称里有空格的用双引号括起来"
            return said, _child(context, group, "check")
    nearest = _nearest(word, known)
    if nearest is None:
        return f"没有命令「{word}」", context
    return f"没有命令「{word}」，您要的是不是 {nearest}{_caption(context, nearest)}？", _child(context, group, nearest)


def _caption(context: click.Context, name: str) -> str:
    return f"（{BY_NAME[name].caption}）" if context.parent is None else ""


def _child(context: click.Context, group: click.Group, name: str) -> click.Context:
    command = group.get_command(context, name)
    return click.Context(command, context, name) if command else context


def _no_option(context: click.Context, word: str) -> tuple[str, click.Option | None]:
    options = _options(context.command)
    nearest = _nearest(word, {name: name for name in options})
    if nearest is not None:
        return f"没有选项「{word}」，您要的是不是 {nearest}{_about(options[nearest])}？", options[nearest]
    return f"没有选项「{word}」{_owners(context, word)}", None


def _about(option: click.Option) -> str:
    """Return what an option is for, in its help's first clause."""
    clause = re.split("[，；：（。]", option.help or "")[0]
    return f"（{clause}）" if clause else ""


def _owners(context: click.Context, word: str) -> str:
    """Say which other commands have an option of this very name."""
    root = context.find_root()
    if not isinstance(root.command, click.Group):
        return ""
    known = [(name, root.command.get_command(root, name)) for name in root.command.list_commands(root)]
    owners = [name for name, command in known if command and word in _options(command)]
    return f"，它是 {'、'.join(owners)} 的选项" if owners else ""


def _options(command: click.Command) -> dict[str, click.Option]:
    return {
        name: parameter
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }


def _bad(error: click.BadParameter, parameter: click.Parameter) -> tuple[str, click.Option | None]:
    if isinstance(parameter, click.Option):
        name, option = f"选项 {max(parameter.opts, key=len)}{_about(parameter)}", parameter
    else:
        name, option = f"「{(parameter.metavar or '').strip('[].')}」", None
    if isinstance(error, click.MissingParameter):
        return f"还缺少{name}，请写在命令后面", option
    return f"{name}的值不对：{error.message}", option


def _nearest(word: str, known: Mapping[str, str]) -> str | None:
    """Return what the word most resembles, with what is cut off, left out or in another order."""
    bare = {name.lstrip("-"): meant for name, meant in known.items()}
    given = word.lstrip("-").lower()
    close: Iterable[str] = get_close_matches(given, bare, n=1, cutoff=0.6)
    begun = (name for name in bare if len(given) > 1 and (name.startswith(given) or given.startswith(name)))
    found = next(iter(close), None) or next(begun, None)
    return bare[found] if found else None
