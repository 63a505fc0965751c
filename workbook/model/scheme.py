"""The bureau's scheme: weights, thresholds, bands, rules on or off. Every number has a title, a source and a date.

The entries stand in `schemes/*.toml`; a scheme names its base and gives only what differs. The 参数 sheet is one more
overlay of the same kind.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from workbook import patterns as re
from workbook.model.figures import plain
from workbook.model.findings import Severity
from workbook.process import ClerkError

DEFAULT, ROOT = "luosong", "national"
_SCHEMES = Path(__file__).parents[1] / "schemes"
MEMBERS = ("value", "title", "unit", "source", "since")
# what may be written for a parameter that is one of a few words
CHOICES: dict[str, tuple[str, ...]] = {
    "execution.method": ("按比例", "分档"),
    "execution.denominator": ("全年预算数", "年初预算数"),
    "total.cap_method": ("停用", "启用"),
    "explain.errors": ("不可以", "可以"),
    "overshoot.method": ("停用", "启用"),
    "satisfaction.method": ("按比例", "分档"),
    "deduction.method": ("停用", "启用"),
}
# tables whose numbers fall (or rise) from row to row: key → column, falling
ORDERED: dict[str, tuple[int, bool]] = {
    "grade.bands": (1, True),
    "execution.steps": (0, True),
    "indicator.qualitative_tiers": (1, True),
    "total.caps": (0, False),
    "satisfaction.steps": (0, True),
}
# the first may not be above the second
PAIRS = (
    ("procurement.low", "procurement.high"),
    ("project.low", "project.high"),
    ("indicator.much_above", "indicator.target_too_low"),
)


class SchemeError(ClerkError, ValueError):
    """A scheme that cannot be used; the message says in Chinese which entry and why.

    `keys` are the entries it speaks of, `parts` the single errors where several were found at once.
    """

    def __init__(self, message: str, *keys: str, parts: tuple["SchemeError", ...] = ()) -> None:
        super().__init__(message)
        self.keys, self.parts = keys, parts or (self,)


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
class LocalRule:
    """A bureau's own rule as written (`rules.local`): id, condition, severity, what it says, what to do, source."""

    id: str
    when: str
    severity: Severity
    problem: str
    advice: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The parameters in force, what was said of single rules (off, or another severity), and the bureau's own rules."""

    id: str
    title: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    local: tuple[LocalRule, ...] = ()

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

    @property
    def grades(self) -> tuple[str, ...]:
        """Return the names of its grades, the best first."""
        return tuple(str(row[0]) for row in sorted(self.rows("grade.bands"), key=lambda row: row[1], reverse=True))

    def severity(self, rule: str, default: Severity) -> Severity | None:
        """Return the severity a rule has here: None where it is off."""
        return self.severities.get(rule, default)

    def with_values(self, values: Mapping[str, Any]) -> "Scheme":
        """Return the scheme with other values for some keys; raise SchemeError on an unknown key or a bad value."""
        merged = dict(self.parameters)
        for key, raw in values.items():
            if key not in merged:
                raise SchemeError(f"方案里没有参数「{key}」")
            value = _value(raw, merged[key].title)
            _same_shape(merged[key], value)
            merged[key] = replace(merged[key], value=value)
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
        parts += [repr(rule) for rule in self.local]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def load(name: str = DEFAULT) -> Scheme:
    """Return a scheme of the package by its id; raise SchemeError where there is none."""
    if name not in names():
        raise SchemeError(f"没有名为「{name}」的方案；已有：{'；'.join(map(_short, titles().values()))}")
    path = _SCHEMES / f"{name}.toml"
    return parse(path.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the ids of the schemes that ship with the package."""
    return sorted(entry.stem for entry in _SCHEMES.glob("*.toml"))


@cache
def titles() -> dict[str, str]:
    """Return the titles of the schemes that ship with the package by their ids."""
    return {name: load(name).title for name in names()}


def named(words: str) -> str:
    """Return the id of the scheme that a title names, whole or up to its brackets; other words are taken for an id."""
    if words in ("", load().title):
        return DEFAULT
    told = (id for id, title in titles().items() if words in (title, _short(title)))
    return words if words in names() else next(told, words)


def _short(title: str) -> str:
    return title.partition("（")[0]


def parse(text: str) -> Scheme:
    """Return the scheme that a TOML text declares, laid over its base; raise SchemeError that names the entry.

    A scheme may only change entries that its base has; one that names no base stands on the national one.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, ArithmeticError) as error:
        raise SchemeError(f"方案文件不是合格的 TOML：{error}") from error
    _only(data, ("id", "title", "base", "parameters", "rules"), "方案文件")
    base = None if data.get("id") == ROOT else load(str(data.get("base", ROOT)))
    parameters = dict(base.parameters) if base else {}
    for key, entry in _table(data, "parameters").items():
        parameters[key] = _parameter(key, entry, parameters.get(key), closed=base is not None)
    severities = dict(base.severities) if base else {}
    for rule, word in _table(data, "rules").items():
        severities[rule] = parse_severity(str(word))
    title, id = (str(data.get(name, getattr(base, name, ""))) for name in ("title", "id"))
    scheme = Scheme(id, title, parameters, severities)
    if lacking := [key for key in (*CHOICES, *ORDERED, "weights.execution") if key not in parameters]:
        raise SchemeError(f"方案里缺少参数「{'、'.join(lacking)}」")
    validate(scheme)
    return scheme


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entries = data.get(name, {})
    if not isinstance(entries, dict):
        raise SchemeError(f"方案文件里的「{name}」应为一组条目，现为「{entries}」")
    return entries


def _only(entry: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    if strange := [name for name in entry if name not in allowed]:
        raise SchemeError(f"{where}里不认识「{'、'.join(strange)}」，可用：{'、'.join(allowed)}")


def _parameter(key: str, entry: Any, known: Parameter | None, *, closed: bool) -> Parameter:
    """Return one entry of a TOML file, over what the base says of the same key; raise SchemeError."""
    if not isinstance(entry, dict):
        raise SchemeError(f'方案里的「{key}」应写成 [parameters."{key}"] 和 value = …，现为「{entry}」')
    if closed and known is None:
        raise SchemeError(f"方案里没有参数「{key}」，键名请照「参数」表")
    _only(entry, MEMBERS, f"参数「{key}」")
    if "value" not in entry and known is None:
        raise SchemeError(f"参数「{key}」没有写 value")
    shape = known or Parameter(key, str(entry.get("title", key)), None)
    value = _value(entry["value"], shape.title) if "value" in entry else shape.value
    if known is not None:
        _same_shape(known, value)
    words = {name: str(entry[name]) for name in MEMBERS[1:] if name in entry}
    return replace(shape, value=value, **words)


def _same_shape(known: Parameter, value: Any) -> None:
    """Raise SchemeError where a value is of another kind than the entry it replaces (number, text, rows of both)."""
    if isinstance(known.value, list):
        kinds = [type(cell) for cell in known.value[0]]
        rows = value if isinstance(value, list) else []
        if rows and all(isinstance(row, list) and [type(cell) for cell in row] == kinds for row in rows):
            return
        raise SchemeError(f"参数「{known.title}」的值「{_shown(value)}」写法不对，应如「{written(known.value)}」")
    if not isinstance(value, type(known.value)):
        word = "数字" if isinstance(known.value, Decimal) else "文字"
        raise SchemeError(f"参数「{known.title}」应为{word}，现为「{_shown(value)}」")


def _shown(value: Any) -> str:
    rows = isinstance(value, list) and all(isinstance(row, list) for row in value)
    return written(value) if rows or not isinstance(value, list) else "，".join(_shown(cell) for cell in value)


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


def is_untouched(rows: Iterable[tuple[str, str]]) -> bool:
    """Return whether the rows (键, 值) of 参数 are as shipped: nothing was set there."""
    shipped = load().parameters
    return all(key in shipped and written(shipped[key].value) == words.strip() for key, words in rows)


def from_rows(base: Scheme, rows: Iterable[tuple[str, str]]) -> Scheme:
    """Return the base with the values of the 参数 sheet (键, 值); raise SchemeError that names the parameter."""
    values: dict[str, Any] = {}
    slips: list[SchemeError] = []
    for key, words in rows:
        entry = base.parameters.get(key)
        try:
            if entry is None:
                raise SchemeError(f"参数表里的键「{key}」不认识，可能被改动，请照“规则说明”改回")
            if written(entry.value) != words.strip():
                values[key] = _read_back(entry, words.strip())
        except SchemeError as error:
            slips.append(SchemeError(str(error), key))
    if slips:
        raise SchemeError("；".join(map(str, slips)), parts=tuple(slips))
    scheme = base.with_values(values)
    validate(scheme)
    return scheme


def _read_back(entry: Parameter, words: str) -> Any:
    if isinstance(entry.value, list):
        rows = [[_cell(cell) for cell in re.split("[，,]", row)] for row in re.split("[；;]", words) if row.strip()]
        _same_shape(entry, rows or words)
        return rows
    value = _cell(words) if isinstance(entry.value, Decimal) else words
    _same_shape(entry, value)
    return value


def _cell(words: str) -> Decimal | str:
    text = words.strip().replace("％", "%")
    try:
        number = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    except InvalidOperation:
        return words.strip()
    return number if number.is_finite() else words.strip()


def validate(scheme: Scheme) -> None:
    """Raise SchemeError where the entries contradict each other: weights must add up, bands must fall, choices must exist."""
    total, execution = scheme.number("weights.total"), scheme.number("weights.execution")
    classes = sum((row[1] for row in scheme.rows("weights.classes")), Decimal(0))
    if execution + classes != total:
        raise SchemeError(
            f"参数不合：预算执行率 {plain(execution)} 分加一级指标 {plain(classes)} 分，不等于总分 {plain(total)} 分",
            "weights.execution",
            "weights.classes",
            "weights.total",
        )
    for entry in scheme.parameters.values():
        if any(number < 0 for number in _numbers(entry.value)):
            raise SchemeError(f"参数「{entry.title}」不能是负数，现为「{written(entry.value)}」", entry.key)
    for key, choices in CHOICES.items():
        if scheme.text(key) not in choices:
            raise SchemeError(
                f"参数「{scheme.parameters[key].title}」应为 {' 或 '.join(choices)}，现为「{scheme.text(key)}」",
                key,
            )
    for key, (column, falling) in ORDERED.items():
        steps = [row[column] for row in scheme.rows(key)]
        if steps != sorted(set(steps), reverse=falling):
            order = "从高到低" if falling else "从低到高"
            raise SchemeError(f"参数「{scheme.parameters[key].title}」各档应{order}，不可重复", key)
    for low, high in PAIRS:
        if scheme.number(low) > scheme.number(high):
            names = "」应不大于「".join(scheme.parameters[key].title for key in (low, high))
            raise SchemeError(f"参数不合：「{names}」", low, high)


def _numbers(value: Any) -> list[Decimal]:
    if isinstance(value, list):
        return [number for cell in value for number in _numbers(cell)]
    return [value] if isinstance(value, Decimal) else []


def _value(raw: Any, title: str) -> Any:
    if isinstance(raw, list):
        return [[_value(cell, title) for cell in row] for row in raw]
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float | Decimal):
        number = Decimal(str(raw))
        if not number.is_finite():
            raise SchemeError(f"参数「{title}」的值「{raw}」不是数字")
        return number
    return str(raw)
