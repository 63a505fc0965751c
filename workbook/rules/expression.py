"""Conditions over a filing's fields, as a bureau writes them: "三公经费本年决算数 > 三公经费本年预算数 × 0.95 且 全年预算数 > 100".

A small grammar of its own, read by hand into a tree and worked out over the tree: what is no field, number, text, sign or
function of the table below is refused, so no expression reaches beyond the fields. Numbers are Decimal; there are no powers,
no loops and no names but those of the fields, so the work is bounded by the length. Fields go by their Chinese labels or
their JSON paths; those of rows (得分, 分值) stand for the row at hand, and for all rows within 合计, 条数, 平均, 最大, 最小.
Excel's way of writing (`=AND(A>B, C<90%)`) is read too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from difflib import get_close_matches
from functools import cache
from typing import Literal, NoReturn

from workbook import patterns as re
from workbook.model.fields import BY_PATH, FIELDS, field_of, pattern_of
from workbook.model.figures import round_half_up, show
from workbook.model.filing import Filing
from workbook.model.quantity import parse as quantity_of

Kind = Literal["number", "text", "truth"]
Value = Decimal | str | bool
Rows = tuple[str, int]  # the list of the filing and the row at hand
LONGEST, DEEPEST, DIGITS = 500, 20, 15
PROSE = "正文"
_KINDS: dict[Kind, str] = {"number": "数", "text": "文字", "truth": "判断"}
_SAME_SIGNS = str.maketrans("（）＞＜＝，×÷％＋－—；“”’‘", "()><=,*/%+--;\"\"''")
_LONGER_SIGNS = (("≥", ">="), ("≤", "<="), ("≠", "<>"), ("!=", "<>"), ("==", "="), ("=>", ">="), ("=<", "<="))
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_PATH = re.compile(r"[a-z_]\w*(?:\[\d*\])?(?:\.\w+(?:\[\d*\])?)+|[a-z_]+(?=\b)", re.ASCII)
_SIGN = re.compile(r"<>|>=|<=|[-+*/()<>=,]")
_STRANGE = re.compile(r"[\w\u4e00-\u9fff、.\[\]]+|.")


class ExpressionError(ValueError):
    """An expression that cannot be read; the message says in Chinese what is wrong with it."""


class BlankError(Exception):
    """A value that is blank, or a division by zero: nothing can be said."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression: what it does (`name`), over which parts, and what kind of value it gives.

    A field has its path in `value`, a number or text itself.
    """

    name: str
    kind: Kind
    parts: tuple[Node, ...] = ()
    value: Value = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as read: its tree, the list whose rows it is worked out for ("" : the filing as a whole), its fields."""

    root: Node
    rows: str
    paths: tuple[str, ...]

    def value(self, filing: Filing, row: int | None = None) -> Value:
        """Return the value over a filing (at a row where it speaks of rows); raise BlankError where it cannot be told."""
        try:
            return _value(self.root, filing, None if row is None else (self.rows, row))
        except (DivisionByZero, InvalidOperation) as error:
            raise BlankError from error

    def shown(self, filing: Filing, row: int | None = None) -> str:
        """Return the value as a clerk reads it; 空白 where it cannot be told."""
        try:
            value = self.value(filing, row)
        except BlankError:
            return "空白"
        if isinstance(value, bool):
            return "是" if value else "否"
        kind = field_of(str(self.root.value)).kind if self.root.name == "field" and self.root.value != PROSE else ""
        return show(round_half_up(value, 4) if isinstance(value, Decimal) else value, kind)


@cache
def condition(text: str) -> Expression:
    """Return a condition as read; raise ExpressionError where it cannot be, or is none (a sum, a text)."""
    made = expression(text)
    if made.root.kind != "truth":
        raise ExpressionError(
            f"条件应是一句判断，如“三公经费本年决算数 > 三公经费本年预算数”；现在算出来的是{_KINDS[made.root.kind]}"
        )
    if not made.paths:
        raise ExpressionError("条件里没有一个栏目，条条都会一样；请写上栏目名称")
    return made


@cache
def expression(text: str) -> Expression:
    """Return an expression as read; raise ExpressionError, which says what is wrong with it."""
    root = _Reader(text).whole()
    fields = list(_fields(root))
    lists = {path.partition("[")[0] for path, within in fields if "[]" in path and not within}
    if len(lists) > 1:
        raise ExpressionError("一条里说了两种表的行，行与行对不上；请用 合计(…) 把其中一种加起来")
    return Expression(root, lists.pop() if lists else "", tuple(dict.fromkeys(path for path, _ in fields)))


def _fields(node: Node, within: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the paths of the fields and whether each stands within a sum over rows."""
    if node.name == "field":
        yield str(node.value), within
    for part in node.parts:
        yield from _fields(part, within or node.name in _OVER_ROWS)


# --- reading ----------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"写得太长（{len(text)} 字，最多 {LONGEST} 字），请拆成几条")
        self.tokens = list(_tokens(_plain(text)))
        self.place = self.depth = 0

    def whole(self) -> Node:
        if not self.tokens:
            raise ExpressionError("空白，没有写条件")
        node = self.either()
        if self.next is not None:
            raise ExpressionError(f"读到“{self.next[1]}”读不下去了，前面可能少写了 且、或、运算符或括号")
        return node

    @property
    def next(self) -> tuple[str, str] | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *signs: str) -> str:
        """Return the next sign or word where it is one of these, and go on; "" where it is none."""
        if self.next is not None and self.next[0] in ("sign", "word") and self.next[1] in signs:
            self.place += 1
            return self.tokens[self.place - 1][1]
        return ""

    def either(self) -> Node:
        return self._joined("或", self.both)

    def both(self) -> Node:
        return self._joined("且", self.denied)

    def _joined(self, word: str, inner: Callable[[], Node]) -> Node:
        parts = [inner()]
        while self.take(word):
            parts.append(inner())
        return (
            parts[0] if len(parts) == 1 else Node(word, "truth", tuple(_wanted(part, "truth", word) for part in parts))
        )

    def denied(self) -> Node:
        if self.take("非"):
            return self.deeper(lambda: Node("非", "truth", (_wanted(self.denied(), "truth", "非"),)))
        return self.compared()

    def compared(self) -> Node:
        left = self.sum()
        sign = self.take(*_COMPARE)
        if not sign:
            return left
        right = self.sum()
        if left.kind != right.kind:
            raise ExpressionError(
                f"“{sign}”的一边是{_KINDS[left.kind]}、另一边是{_KINDS[right.kind]}，不能比；文字里的数请写 数值(…)"
            )
        if left.kind != "number" and sign not in ("=", "<>"):
            raise ExpressionError(f"{_KINDS[left.kind]}只能比 = 和 ≠，不能比“{sign}”；文字里的数请写 数值(…)")
        if self.take(*_COMPARE):
            raise ExpressionError("一次只能比两个数；请写成“a < b 且 b < c”")
        return Node(sign, "truth", (left, right))

    def sum(self) -> Node:
        return self._reckoned(("+", "-"), lambda: self._reckoned(("*", "/"), self.signed))

    def _reckoned(self, signs: tuple[str, ...], inner: Callable[[], Node]) -> Node:
        node = inner()
        while sign := self.take(*signs):
            if self.next in (("sign", "*"), ("sign", "/")):
                raise ExpressionError("不支持乘方，也没有连写的运算符")
            node = Node(sign, "number", (_wanted(node, "number", sign), _wanted(inner(), "number", sign)))
        return node

    def signed(self) -> Node:
        if self.take("-"):
            return self.deeper(lambda: Node("neg", "number", (_wanted(self.signed(), "number", "-"),)))
        return self.deeper(self.single)

    def deeper(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST * 2:
            raise ExpressionError("括号套得太深，请拆成几条")
        node = inner()
        self.depth -= 1
        return node

    def single(self) -> Node:
        if self.next is None:
            raise ExpressionError("写到一半就断了，后面还缺一个栏目或数")
        kind, words = self.next
        self.place += 1
        if kind == "number":
            return Node("value", "number", value=_number(words))
        if kind == "text":
            return Node("value", "text", value=words)
        if kind == "field":
            return _field(words)
        if words == "(":
            node = self.either()
            self.closed()
            return node
        if kind == "function" or words in ("且", "或", "非"):
            return self.called(words)
        raise ExpressionError(f"“{words}”这里应该是一个栏目、数或括号")

    def called(self, name: str) -> Node:
        if not self.take("("):
            raise ExpressionError(f"{name} 后面应有括号，如 {name}(…)")
        parts = [self.either()]
        while self.take(","):
            parts.append(self.either())
        self.closed()
        return _call(name, tuple(parts))

    def closed(self) -> None:
        if not self.take(")"):
            raise ExpressionError("括号没有成对")


def _plain(text: str) -> str:
    flat = " ".join(text.split()).translate(_SAME_SIGNS)
    for written, sign in _LONGER_SIGNS:
        flat = flat.replace(written, sign)
    return flat.removeprefix("=").strip()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        kind, words, length = _token(text, place)
        place += length
        yield kind, words


def _token(text: str, place: int) -> tuple[str, str, int]:
    """Return the kind, the words and the length of what stands at a place."""
    rest = text[place:]
    if rest[0] in "\"'":
        end = rest.find(rest[0], 1)
        if end < 0:
            raise ExpressionError("引号没有成对")
        return "text", rest[1:end], end + 1
    if number := _NUMBER.match(rest):
        return "number", number[0], number.end()
    upper = rest.upper()
    for words, kind, name in _WORDS:  # the longest first: 全年预算数 before 年, 非税 within a label before 非
        if upper.startswith(words) and not _goes_on(words, rest):
            return kind, name, len(words)
    if path := _PATH.match(rest):
        return "field", path[0], path.end()
    if sign := _SIGN.match(rest):
        return "sign", sign[0], sign.end()
    return _strange(rest)


def _goes_on(words: str, rest: str) -> bool:
    """Return whether a word in Latin letters is but the beginning of a longer one."""
    return words.isascii() and bool(re.match(r"\w", rest[len(words) : len(words) + 1], re.ASCII))


def _strange(rest: str) -> NoReturn:
    words = _STRANGE.match(rest)
    said = words[0] if words else rest[0]
    if said in "^":
        raise ExpressionError("不支持乘方")
    near = get_close_matches(said, (label for label, _, _ in _WORDS), 1, 0.5)
    hint = f"，是不是“{near[0]}”" if near else "；栏目名称照各表的表头写"
    raise ExpressionError(f"不认识“{said[:20]}”{hint}")


def _number(words: str) -> Decimal:
    if len(words) > DIGITS:
        raise ExpressionError(f"数“{words[:DIGITS]}…”太长")
    return Decimal(words[:-1]) / 100 if words.endswith("%") else Decimal(words)


def _field(path: str) -> Node:
    if path == PROSE:
        return Node("field", "text", value=PROSE)
    pattern = pattern_of(path)
    if pattern not in BY_PATH:
        _strange(path)
    return Node("field", "number" if BY_PATH[pattern].is_number else "text", value=path)


def _wanted(node: Node, kind: Kind, name: str) -> Node:
    if node.kind != kind:
        hint = "；文字里的数请写 数值(…)" if (node.kind, kind) == ("text", "number") else ""
        raise ExpressionError(f"“{name}”要的是{_KINDS[kind]}，写的是{_KINDS[node.kind]}{hint}")
    return node


# --- what may be called ------------------------------------------------------------------------------------------------

_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "<>": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,  # type: ignore[operator]
    "<": lambda a, b: a < b,  # type: ignore[operator]
}
_OVER_ROWS = ("合计", "条数", "平均", "最大", "最小")
# name → kinds of what it takes, kind of what it gives; the last kind may come again where the name is in _MANY
_FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Kind]] = {
    "合计": (("number",), "number"),
    "平均": (("number",), "number"),
    "最大": (("number",), "number"),
    "最小": (("number",), "number"),
    "条数": (("truth",), "number"),
    "绝对值": (("number",), "number"),
    "四舍五入": (("number", "number"), "number"),
    "数值": (("text",), "number"),
    "字数": (("text",), "number"),
    "包含": (("text", "text"), "truth"),
    "空白": ((), "truth"),
    "如果": ((), "number"),
    "且": (("truth",), "truth"),
    "或": (("truth",), "truth"),
    "非": (("truth",), "truth"),
}
_MANY = ("合计", "最大", "最小", "且", "或")
_EXCEL = {
    "SUM": "合计",
    "AVERAGE": "平均",
    "MAX": "最大",
    "MIN": "最小",
    "COUNT": "条数",
    "ABS": "绝对值",
    "ROUND": "四舍五入",
    "VALUE": "数值",
    "LEN": "字数",
    "ISBLANK": "空白",
    "IF": "如果",
    "AND": "且",
    "OR": "或",
    "NOT": "非",
}
_JOINING = {"并且": "且", "而且": "且", "且": "且", "或者": "或", "或": "或", "不是": "非", "非": "非"}


def _words() -> list[tuple[str, str, str]]:
    """Return all that may be written in words, the longest first: the words, what they are, what they stand for."""
    out = [(entry.label.upper(), "field", entry.path) for entry in FIELDS]
    out += [(name, "function", name) for name in _FUNCTIONS if name not in _JOINING.values()]
    out += [(name, "function", meant) for name, meant in _EXCEL.items()]
    out += [(words, "word", meant) for words, meant in _JOINING.items()]
    out.append((PROSE, "field", PROSE))
    return sorted(out, key=lambda entry: -len(entry[0]))


_WORDS = _words()


def _call(name: str, parts: tuple[Node, ...]) -> Node:
    kinds, gives = _FUNCTIONS[name]
    if name == "空白":
        if len(parts) != 1 or parts[0].name != "field":
            raise ExpressionError("空白(…) 里只写一个栏目")
        return Node(name, gives, parts)
    if name == "如果":
        if len(parts) != 3 or parts[0].kind != "truth" or parts[1].kind != parts[2].kind:
            raise ExpressionError("如果(…) 里写三样：判断，是的话的值，不是的话的值")
        return Node(name, parts[1].kind, parts)
    if len(parts) != len(kinds) and not (name in _MANY and len(parts) > 1):
        raise ExpressionError(f"{name}(…) 里应写 {len(kinds)} 样，现有 {len(parts)} 样")
    wanted = (*kinds, *(kinds[-1:] * (len(parts) - len(kinds))))
    checked = tuple(_wanted(part, kind, name) for part, kind in zip(parts, wanted, strict=True))
    if name in _OVER_ROWS:
        _refuse_nested(name, checked)
    return Node(name, gives, checked)


def _refuse_nested(name: str, parts: tuple[Node, ...]) -> None:
    lists = {path.partition("[")[0] for part in parts for path, _ in _fields(part) if "[]" in path}
    if any(within for part in parts for path, within in _fields(part) if "[]" in path):
        raise ExpressionError(f"{name}(…) 里不能再套 合计、条数 等")
    if len(lists) > 1:
        raise ExpressionError(f"{name}(…) 里只能写一种表的行")
    if name in ("条数", "平均") and not lists:
        raise ExpressionError(f"{name}(…) 里应有按行填的栏目，如 得分、分值、项目本年决算数")


# --- working out -------------------------------------------------------------------------------------------------------


def _value(node: Node, filing: Filing, at: Rows | None) -> Value:
    if node.name == "value":
        return node.value
    if node.name == "field":
        value = _held(filing, str(node.value), at)
        if value is None:
            raise BlankError
        return value
    if node.name in _OVER_ROWS:
        return _over_rows(node, filing, at)
    return _OPERATIONS[node.name](node.parts, filing, at)


def _held(filing: Filing, path: str, at: Rows | None) -> Value | None:
    if path == PROSE:
        return "\n".join(filing.narrative) or None
    try:
        value = filing.get(path.replace("[]", f"[{at[1]}]") if at and "[]" in path else path)
    except KeyError:  # a row that this filing does not have
        return None
    return Decimal(value) if isinstance(value, int) else value


def _over_rows(node: Node, filing: Filing, at: Rows | None) -> Value:
    lists = {path.partition("[")[0] for part in node.parts for path, _ in _fields(part) if "[]" in path}
    if not lists:
        found = [_value(part, filing, at) for part in node.parts]
    else:
        name = lists.pop()
        rows = range(len(getattr(filing, name)))
        found = [
            value for part in node.parts for row in rows if (value := _or_none(part, filing, (name, row))) is not None
        ]
    if node.name == "条数":
        return Decimal(sum(value is True for value in found))
    numbers = [value for value in found if isinstance(value, Decimal) and not isinstance(value, bool)]
    if not numbers:
        raise BlankError
    total = sum(numbers, Decimal(0))
    return {"合计": total, "平均": total / len(numbers), "最大": max(numbers), "最小": min(numbers)}[node.name]


def _or_none(node: Node, filing: Filing, at: Rows) -> Value | None:
    try:
        return _value(node, filing, at)
    except BlankError:
        return None


Parts = tuple[Node, ...]


def _two(parts: Parts, filing: Filing, at: Rows | None) -> tuple[Decimal, Decimal]:
    first, second = (_value(part, filing, at) for part in parts)
    return first, second  # type: ignore[return-value]


def _one(parts: Parts, filing: Filing, at: Rows | None) -> Decimal:
    return _value(parts[0], filing, at)  # type: ignore[return-value]


def _divided(parts: Parts, filing: Filing, at: Rows | None) -> Decimal:
    top, bottom = _two(parts, filing, at)
    if not bottom:
        raise BlankError
    return top / bottom


def _rounded(parts: Parts, filing: Filing, at: Rows | None) -> Decimal:
    value, places = _two(parts, filing, at)
    return round_half_up(value, max(0, min(6, int(places))))


def _measured(parts: Parts, filing: Filing, at: Rows | None) -> Decimal:
    read = quantity_of(str(_value(parts[0], filing, at)))
    if read is None or read.value is None:
        raise BlankError
    return read.value


def _compared(sign: str) -> Callable[[Parts, Filing, Rows | None], Value]:
    return lambda parts, filing, at: _COMPARE[sign](_value(parts[0], filing, at), _value(parts[1], filing, at))


_OPERATIONS: dict[str, Callable[[Parts, Filing, Rows | None], Value]] = {
    "+": lambda parts, filing, at: sum(_two(parts, filing, at), Decimal(0)),
    "-": lambda parts, filing, at: (lambda pair: pair[0] - pair[1])(_two(parts, filing, at)),
    "*": lambda parts, filing, at: (lambda pair: pair[0] * pair[1])(_two(parts, filing, at)),
    "/": _divided,
    "neg": lambda parts, filing, at: -_one(parts, filing, at),
    "且": lambda parts, filing, at: all(_value(part, filing, at) for part in parts),
    "或": lambda parts, filing, at: any(_value(part, filing, at) for part in parts),
    "非": lambda parts, filing, at: not _value(parts[0], filing, at),
    "绝对值": lambda parts, filing, at: abs(_one(parts, filing, at)),
    "四舍五入": _rounded,
    "数值": _measured,
    "字数": lambda parts, filing, at: Decimal(len("".join(str(_value(parts[0], filing, at)).split()))),
    "包含": lambda parts, filing, at: str(_value(parts[1], filing, at)) in str(_value(parts[0], filing, at)),
    "空白": lambda parts, filing, at: _held(filing, str(parts[0].value), at) in (None, ""),
    "如果": lambda parts, filing, at: _value(parts[1] if _value(parts[0], filing, at) else parts[2], filing, at),
    **{sign: _compared(sign) for sign in _COMPARE},
}
