"""The bureau's scheme: weights, thresholds, bands, rules on or off. Every number has a title, a source and a date.

The entries stand in `schemes/*.toml`; a scheme names its base and gives only what differs. The 参数 sheet is one more
overlay of the same kind.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from workbook.figures import plain
from workbook.findings import Severity

DEFAULT = "luosong"


class SchemeError(ValueError):
    """A scheme that cannot be used; the message says in Chinese which entry and why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of a scheme: key, Chinese title, value (Decimal, text, or list of rows), unit, source, since (date)."""

    key: str
    title: str
    value: Any
    unit: str = ""
    source: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The parameters in force, and what was said of single rules (off, or another severity)."""

    id: str
    title: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    severities: Mapping[str, Severity | None] = field(default_factory=dict)

    def number(self, key: str) -> Decimal:
        """Return a numeric parameter; raise KeyError where the scheme has none of that key."""
        value = self.parameters[key].value
        if not isinstance(value, Decimal):
            raise SchemeError(f"参数「{self.parameters[key].title}」应为数字，现为「{value}」")
        return value

    def text(self, key: str) -> str:
        """Return a parameter in words."""
        return str(self.parameters[key].value)

    def rows(self, key: str) -> list[list[Any]]:
        """Return a table parameter: rows whose numbers are Decimal (bands, tiers, steps)."""
        value = self.parameters[key].value
        if not isinstance(value, list):
            raise SchemeError(f"参数「{self.parameters[key].title}」应为表，现为「{value}」")
        return value

    def severity(self, rule: str, default: Severity) -> Severity | None:
        """Return the severity a rule has here: None where it is off."""
        return self.severities.get(rule, default)

    def with_values(self, values: Mapping[str, Any]) -> "Scheme":
        """Return the scheme with other values for some keys; raise SchemeError on an unknown key or a bad value."""
        merged = dict(self.parameters)
        for key, raw in values.items():
            if key not in merged:
                raise SchemeError(f"方案里没有参数「{key}」")
            merged[key] = replace(merged[key], value=_value(raw, merged[key].title))
        return replace(self, parameters=merged)

    def with_severities(self, words: Mapping[str, str]) -> "Scheme":
        """Return the scheme with other severities for some rules (rule id → 错误, 预警, 提示, 停用); raise SchemeError."""
        changed = {rule: parse_severity(word) for rule, word in words.items()}
        return replace(self, severities={**self.severities, **changed})

    @property
    def hash(self) -> str:
        """Return twelve hex digits that change whenever anything in force changes."""
        parts = [f"{key}={entry.value}" for key, entry in sorted(self.parameters.items())]
        parts += [f"{rule}:{severity}" for rule, severity in sorted(self.severities.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def load(name: str = DEFAULT) -> Scheme:
    """Return a scheme of the package by its id; raise SchemeError where there is none."""
    path = resources.files("workbook") / "schemes" / f"{name}.toml"
    if not path.is_file():
        raise SchemeError(f"没有名为「{name}」的方案；已有：{'、'.join(names())}")
    return parse(path.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the ids of the schemes that ship with the package."""
    folder = resources.files("workbook") / "schemes"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def parse(text: str) -> Scheme:
    """Return the scheme that a TOML text declares, laid over its base; raise SchemeError."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SchemeError(f"方案文件不是合格的 TOML：{error}") from error
    base = load(data["base"]) if "base" in data else Scheme("", "")
    parameters = dict(base.parameters)
    for key, entry in data.get("parameters", {}).items():
        known = parameters.get(key) or Parameter(key, entry.get("title", key), None)
        changes = {name: entry[name] for name in ("title", "unit", "source", "since") if name in entry}
        parameters[key] = replace(known, value=_value(entry["value"], known.title), **changes)
    severities = dict(base.severities)
    for rule, word in data.get("rules", {}).items():
        severities[rule] = parse_severity(word)
    scheme = Scheme(str(data.get("id", base.id)), str(data.get("title", base.title)), parameters, severities)
    validate(scheme)
    return scheme


def parse_severity(word: str) -> Severity | None:
    """Return the severity that a word names (错误, 预警, 提示 or the English), None for 停用; raise SchemeError."""
    table: dict[str, Severity | None] = {"停用": None, "off": None}
    for severity in Severity:
        table[severity.value] = table[severity.caption] = severity
    if word.strip() not in table:
        raise SchemeError(f"规则级别「{word}」应为 错误、预警、提示 或 停用")
    return table[word.strip()]


def to_rows(scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the scheme as rows for the 参数 sheet: 参数, 键, 值, 单位, 来源, 起用日期."""
    return [
        (entry.title, entry.key, written(entry.value), entry.unit, entry.source, entry.since)
        for entry in scheme.parameters.values()
    ]


def written(value: Any) -> str:
    """Return a parameter's value as a clerk edits it: a table as "优，90；良，80"."""
    if isinstance(value, list):
        return "；".join("，".join(written(cell) for cell in row) for row in value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def from_rows(base: Scheme, rows: Iterable[tuple[str, str]]) -> Scheme:
    """Return the base with the values of the 参数 sheet (键, 值); raise SchemeError that names the parameter."""
    values: dict[str, Any] = {}
    for key, words in rows:
        if key not in base.parameters:
            raise SchemeError(f"参数表里的键「{key}」不认识，可能被改动，请照“规则说明”改回")
        entry = base.parameters[key]
        if written(entry.value) != words.strip():
            values[key] = _read_back(entry, words.strip())
    scheme = base.with_values(values)
    validate(scheme)
    return scheme


def _read_back(entry: Parameter, words: str) -> Any:
    if isinstance(entry.value, list):
        rows = [[_cell(cell) for cell in re.split("[，,]", row)] for row in re.split("[；;]", words) if row.strip()]
        shape = [type(cell) for cell in entry.value[0]]
        if not rows or any([type(cell) for cell in row] != shape for row in rows):
            raise SchemeError(f"参数「{entry.title}」的值「{words}」写法不对，应如「{written(entry.value)}」")
        return rows
    if isinstance(entry.value, Decimal) and not isinstance(_cell(words), Decimal):
        raise SchemeError(f"参数「{entry.title}」应为数字，现为「{words}」")
    return _cell(words) if isinstance(entry.value, Decimal) else words


def _cell(words: str) -> Decimal | str:
    text = words.strip().replace("％", "%")
    try:
        return Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    except InvalidOperation:
        return words.strip()


def validate(scheme: Scheme) -> None:
    """Raise SchemeError where the entries contradict each other: weights must add up, bands must fall, choices must exist."""
    total, execution = scheme.number("weights.total"), scheme.number("weights.execution")
    classes = sum((row[1] for row in scheme.rows("weights.classes")), Decimal(0))
    if execution + classes != total:
        raise SchemeError(
            f"参数不合：预算执行率 {plain(execution)} 分加一级指标 {plain(classes)} 分，不等于总分 {plain(total)} 分"
        )
    for key, choices in (
        ("execution.method", ("按比例", "分档")),
        ("execution.denominator", ("全年预算数", "年初预算数")),
    ):
        if scheme.text(key) not in choices:
            raise SchemeError(
                f"参数「{scheme.parameters[key].title}」应为 {' 或 '.join(choices)}，现为「{scheme.text(key)}」"
            )
    bands = [row[1] for row in scheme.rows("grade.bands")]
    if bands != sorted(bands, reverse=True) or len(set(bands)) != len(bands):
        raise SchemeError("参数「等级」各档的分数应从高到低")


def _value(raw: Any, title: str) -> Any:
    if isinstance(raw, list):
        return [[_value(cell, title) for cell in row] for row in raw]
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float | Decimal):
        try:
            return Decimal(str(raw))
        except InvalidOperation as error:
            raise SchemeError(f"参数「{title}」的值「{raw}」读不出数字") from error
    return raw
