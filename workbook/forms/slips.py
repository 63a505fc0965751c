"""Slips in what a county wrote (a form, its layout, a table beside it): the first one, said with its section and its name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any, NamedTuple

from workbook import patterns as re
from workbook import process
from workbook.forms.language import LEVELS, line_of
from workbook.model.fields import BY_PATH, pattern_of


class Either(NamedTuple):
    """What may be written in one of two ways."""

    one: Any
    other: Any


# What may stand where: a type; [kind] a list of such; (kind, kind) a list of these; {name: kind} a table, "*" any other name
WORDS = [str]
TABLE_OF_WORDS = {"*": WORDS}
FORM = {
    **dict.fromkeys(("id", "base", "title", "kind"), str),
    **dict.fromkeys(("recognised_by", "must", "unlike", "without", "optional", "holds"), WORDS),
    **dict.fromkeys(
        ("across_expenses", "across_income", "across_outlay", "buildings", "cells", "colon", "goals", "heads"),
        TABLE_OF_WORDS,
    ),
    **dict.fromkeys(
        ("indicators", "missing", "needs", "signature", "staff", "thrift", "total", "unit"), TABLE_OF_WORDS
    ),
    "scheme": Either(str, WORDS),
    "needed": int,
    **dict.fromkeys(("by_headings", "goal_rows", "repeats"), bool),
    "tasks": {"parts": TABLE_OF_WORDS, "*": WORDS},
    "sheets": {"*": str},
    "prose": TABLE_OF_WORDS,
    "expenses": {"columns": TABLE_OF_WORDS, "rows": TABLE_OF_WORDS},
    "funds": {"columns": TABLE_OF_WORDS, "rows": TABLE_OF_WORDS, "sources": bool, "bare": bool},
}
_SHEET = {
    **dict.fromkeys(("sheet", "title", "mark", "note", "whose", "above"), str),
    **dict.fromkeys(("rows", "sources", "not_applicable", "no_spending"), WORDS),
    "widths": [float],
    "widths_landscape": [float],
    "size": float,
    "signed": bool,
    "expenses": [(str, str)],
    "classes": [(str, WORDS)],
    "beside": {"rate": str, "heads": Either({"*": str}, WORDS), "rules": Either({"*": str}, WORDS)},
}
LAYOUT = {"sheets": WORDS, "signature": {"words": str}, "*": _SHEET}
_NEEDED = ("sheet", "title", "rows", "widths")
_REPEATED = ("", "expenses", "buildings", "sources", "tasks", "indicators")
_YEARS = ("year", "prior")
_SLOTS = {  # what braces may name in the words around a sheet
    "title": _YEARS,
    "whose": (*_YEARS, "unit"),
    "above": (*_YEARS, "unit", "filing.signature.date"),
    "words": ("preparer", "date", "phone", "head"),
}
_CALLED = {str: "带引号的文字", int: "整数（不带引号）", float: "数（不带引号）", bool: "true 或 false"}


def misfit(value: Any, kind: Any, path: Sequence[str] = ()) -> str:
    """Return what is wrong with the kind of a value or of what it holds, "" where all is right; `path` are the names to it."""
    if isinstance(kind, Either):
        return misfit(value, kind.one, path) and misfit(value, kind.other, path)
    if isinstance(kind, Mapping):
        if not isinstance(value, Mapping):
            return f"「{path[-1]}」要写成单独的一节 [{'.'.join(path)}]"
        held = ((name, entry, kind.get(name, kind.get("*"))) for name, entry in value.items())
        return _first(
            _strange(name, kind, path) if own is None else misfit(entry, own, (*path, name))
            for name, entry, own in held
        )
    if isinstance(kind, type):
        fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
        right = fits and (kind is bool or not isinstance(value, bool))
    else:
        right = isinstance(value, list) and (isinstance(kind, list) or len(value) == len(kind))
        each = kind * len(value) if right and isinstance(kind, list) else kind
        right = right and not any(misfit(entry, own, path) for entry, own in zip(value, each, strict=True))
    return "" if right else f"{_place(path)}要写成{_called(kind)}"


def _strange(name: str, known: Iterable[str], path: Sequence[str]) -> str:
    near = process.named("difflib:get_close_matches")(name, known, 1, 0.7)
    meant = f"，是不是想写「{near[0]}」" if near else ""
    return f"{_place((*path, name))}不是认得的名称{meant}；可用：{'、'.join(known)}"


def _called(kind: Any) -> str:
    if isinstance(kind, type):
        return _CALLED[kind]
    example = {str: '["甲", "乙"]', float: "[8, 11.5]"}.get(kind[0], '[["甲", …], ["乙", …]]') if kind else "[]"
    return f"方括号里的几项，如 {example}"


def _place(path: Sequence[str]) -> str:
    return f"[{'.'.join(path[:-1])}] 的「{path[-1]}」" if len(path) > 1 else f"「{path[0]}」"


def _first(found: Iterable[str]) -> str:
    return next(filter(None, found), "")


def strange_slot(words: str, known: Iterable[str], path: Sequence[str]) -> str:
    """Return what is wrong with the braces in words that stand for what is `known`, "" where nothing is."""
    try:
        parts = [(name, spec or how) for _, name, spec, how in Formatter().parse(words) if name is not None]
    except ValueError:
        return f"{_place(path)}的花括号没有配对：{words}"
    strange = (name for name, shaped in parts if name not in known or shaped)
    return _first(f"{_place(path)}里的 {{{name}}} 不是认得的名称" for name in strange)


def in_layout(data: Mapping[str, Any]) -> str:
    """Return what is wrong with a layout laid over that of its base, "" where nothing is."""
    parts = data.get("sheets", ())
    lacking = (f"sheets 写了「{part}」，却没有 [{part}] 一节" for part in parts if part not in data)
    signed = data.get("signature", {}).get("words", "")
    return (
        misfit(data, LAYOUT)
        or _first(lacking)
        or strange_slot(signed, _SLOTS["words"], ("signature", "words"))
        or _first(_in_sheet(part, data[part]) for part in parts)
    )


def _in_sheet(part: str, sheet: Mapping[str, Any]) -> str:
    if lacking := [name for name in _NEEDED if name not in sheet]:
        return f"[{part}] 没有写 {lacking[0]}"
    around = (strange_slot(sheet[name], known, (part, name)) for name, known in _SLOTS.items() if name in sheet)
    expenses = (strange_slot(label, _YEARS, (part, "expenses")) for _, label in sheet.get("expenses", ()))
    return _first((*around, *expenses, *_in_rows(part, sheet["rows"], len(sheet["widths"]))))


def _in_rows(part: str, rows: Sequence[str], columns: int) -> Iterator[str]:
    for number, text in enumerate(rows, start=1):
        line = line_of(text)
        if line.list not in _REPEATED:
            yield f"[{part}] 第 {number} 行的「@{line.list}」不是认得的，可用 {'、'.join(f'@{e}' for e in _REPEATED if e)}"
        for mark in line.marks:
            if not mark.field:
                yield strange_slot(mark.label, _YEARS, (part, "rows"))
            elif mark.field not in (*LEVELS, "label", "unit") and _pattern(mark.field) not in BY_PATH:
                yield f"[{part}] 的「{mark.field}」不是认得的栏目"
        if (wide := sum(mark.span for mark in line.marks)) != columns:
            yield f"[{part}] 第 {number} 行占 {wide} 列，widths 写了 {columns} 列"


def _pattern(name: str) -> str:
    return pattern_of(name.replace("expenses[]", "expenses.project"))


def in_pattern(pattern: str, groups: Iterable[str], path: Sequence[str]) -> str:
    """Return what is wrong with a regular expression that is to name these groups, "" where nothing is."""
    try:
        lacking = [name for name in groups if name not in re.compile(pattern).groupindex]
    except re.error as error:
        return f"{_place(path)}不是能用的正则表达式：{error}"
    return f"{_place(path)}没有写 (?P<{lacking[0]}>…)" if lacking else ""
