"""Quantities as official forms hold them: "≥260次", "500余次", "9.33亿元", "到达90%以上".

The words are kept as written. What holds no quantity ("持续做好", "稍有增长", "2023年12月底前") gives None: nothing is
guessed.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from workbook import patterns as re
from workbook.process import named

NOT_APPLICABLE = frozenset({"不适用", "N/A", "n/a", "NA"})
BLANKS = NOT_APPLICABLE | {"", "无", "-", "--", "—", "——", "———", "/", "\\", "…", "……", "...", "......", "空"}

_SIGNS = str.maketrans({"≦": "≤", "≧": "≥", "﹤": "<", "﹥": ">", "⩽": "≤", "⩾": "≥", "〈": "<", "〉": ">", "−": "-"})
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_SCALE = {
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "千": Decimal(1000),
    "百": Decimal(100),
    "百万": Decimal(10**6),
}
# units of money: how many 万元 one is
MONEY = {
    "元": Decimal("0.0001"),
    "万元": Decimal(1),
    "亿元": Decimal(10_000),
    "千元": Decimal("0.1"),
    "百万元": Decimal(100),
}
MONEY |= {"万": Decimal(1), "亿": Decimal(10_000), "百元": Decimal("0.01"), "千万元": Decimal(1000)}
# Words for one and the same unit, by the word that stands for all of them.
_SAME = {
    "平方米": "㎡",
    "千米": "公里",
    "km": "公里",
    "日": "天",
    "名": "人",
    "位": "人",
    "件": "起",
    "宗": "起",
    "例": "起",
}
_SAME |= {"场次": "场", "小时": "个小时", "h": "个小时", "立方": "立方米"}

_BEFORE = (
    (
        "≥",
        r"≥|>=|=>|不低于|不少于|不小于|不得低于|不得少于|大于等于|大于或等于|至少|最低|高于或等于|达到?或超过|达到?|到达|实现",
    ),
    (
        "≤",
        r"≤|<=|=<|±|不超过|不高于|不大于|不多于|不得超过|不得高于|小于等于|小于或等于|至多|最多|控制在|低于或等于|压缩至|压减至",
    ),
    (">", r">|大于|超过|高于|多于|突破"),
    ("<", r"<|小于|低于|少于|不足|不到|不满"),
    ("=", r"=|等于"),
)
_AFTER = (
    ("≥", r"及?以上|或以上|起"),
    ("≤", r"以内|之内|内|及?以下|或以下"),
)
_CHANGE = {
    "增长": r"增长|增加|提高|提升|上升|上涨|增幅|增速|递增|新增率",
    "下降": r"下降|减少|降低|压减|压缩|下浮|降幅|缩减|节约",
}
# A calendar date or a year is a time, not a quantity; "1年", "30天" are quantities.
_TO = "[-~—–～至到]"
_CALENDAR = re.compile(
    rf"(?<!\d)(?:19|20)\d{{2}}年?{_TO}(?:19|20)\d{{2}}(?:年度?|$)|(?<![\d.])\d{{1,2}}月?{_TO}\d{{1,2}}月(?:份|底|初|末)?|"
    r"(?<!\d)(?:19|20)\d{2}(?:[-/年]\d{1,2}(?!\d)(?:[-/月]\d{1,2}日?)?月?|\.\d{1,2}\.\d{1,2})|(?<!\d)(?:19|20)\d{2}年度?|"
    r"(?<![\d.])\d{1,2}月(?:\d{1,2}日|份|底|初|末|中旬|上旬|下旬)?|(?<=月)\d{1,2}日|第[一二三四\d]+季度|[一二三四1-4]季度|"
    r"\d{1,2}:\d{2}"
)
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十\d]+[期批次届轮]?(?=[^\d])|[“\"][^”\"]{0,12}\d+[^”\"]{0,12}[”\"]|《[^》]*》"
)
# Digits that name something: PM2.5, GB3095-2012, 5G, the hotline 12345.
_NAME = re.compile(
    r"(?<![A-Za-z\d])[A-Za-z]+[-.]?\d[A-Za-z\d.\-]*|\d+G(?![A-Za-z])|\d+A(?=级)|"
    r"(?<![\d.,])\d{3,5}(?=(?:市长|市民|政务|便民|服务|公共)*(?:热线|报警|平台|急救))"
)
# 1:1, 3+2, 3×5米, 1/3 are no single number; the characters stay as many as they were.
_COMPOUND = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?:[:×*+/](?:\d+(?:\.\d+)?|[NXnx](?![A-Za-z])))+")
# "40个项目中33个": the first number is what the second is out of.
_OUT_OF = re.compile(r"(?<![\d.,])\d+[^\W\d_]{1,4}中的?(?=[^\d,，。;；]{0,4}\d)")
_INCLUSIVE = re.compile(r"\(含[^()\d]{0,3}\)")
_JOINED = re.compile(r"(\d+(?:\.\d+)?)亿(\d+(?:\.\d+)?)万|(\d+)万(\d+)(千?)(?=[^\d,.%万亿千])")


class Unreadable(ValueError):
    """Words where a number belongs; `text` holds them as written."""

    def __init__(self, text: str) -> None:
        super().__init__(f"「{text}」读不出数字")
        self.text = text


class Quantity(NamedTuple):
    """A quantity in words.

    `text` as written; `number` (and `upper`, the second bound of a range) in the unit as written; `comparator` one of
    ≥ ≤ > < = or "" where none is written; `unit` as written ("次", "%", "亿元"); `vague` for 余, 约, 左右; `change` is
    增长, 下降 or ""; `signed` whether the comparator is a sign and no word; `done` whether 完成, 办结 stands before it.
    """

    text: str
    number: Decimal
    comparator: str = ""
    upper: Decimal | None = None
    unit: str = ""
    vague: bool = False
    change: str = ""
    signed: bool = False
    done: bool = False

    @property
    def is_rate(self) -> bool:
        """Return whether it is a percentage or a per mille."""
        return self.unit in ("%", "‰")

    @property
    def is_money(self) -> bool:
        """Return whether its unit is one of money."""
        return self.unit.endswith("元") and self.unit in MONEY

    @property
    def factor(self) -> Decimal:
        """Return by what the number is multiplied to stand in its base unit (万元, a fraction, or the bare unit)."""
        if self.is_rate:
            return Decimal("0.01") if self.unit == "%" else Decimal("0.001")
        if self.is_money:
            return MONEY[self.unit]
        return _SCALE.get(self.unit[:1], Decimal(1)) if self.unit[:1] in ("万", "亿") else Decimal(1)

    @property
    def value(self) -> Decimal:
        """Return the number in its base unit: money in 万元, rates as fractions, 万人次 as 人次."""
        return self.number * self.factor

    @property
    def upper_value(self) -> Decimal | None:
        """Return the second bound of a range in its base unit."""
        return None if self.upper is None else self.upper * self.factor

    @property
    def base_unit(self) -> str:
        """Return the unit of `value`, by which two quantities are told to be of one kind."""
        if self.is_rate:
            return "%"
        if self.is_money:
            return "万元"
        bare = self.unit[1:] if self.unit[:1] in ("万", "亿") else self.unit
        return _SAME.get(bare, bare)


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """Return the words with full-width characters made half-width, odd signs made plain and white space taken out."""
    flat = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    return re.sub(r"[\s\u200b\u200e\u200f\ufeff]+", "", flat).replace("㎡", "㎡").replace("m2", "㎡")


def is_blank(text: str | None) -> bool:
    """Return whether a cell says nothing: empty, `——`, 无, a lone dash or dots, or that it does not apply."""
    return text is None or normal(text) in BLANKS


_NOTHING = re.compile(
    r"(?:我|本)?(?:单位|部门|局|年度?|项目)*(?:不涉及|未涉及|暂无|无此|没有)(?:此|该|这)?[项类]?(?:指标|内容|工作|情况)?[。.]?"
)


@lru_cache(maxsize=8192)
def says_nothing(text: str) -> bool:
    """Return whether words say that there is nothing here: 无, `——`, 不涉及, 暂无, 本单位不涉及此项指标."""
    return is_blank(text) or bool(_NOTHING.fullmatch(normal(text)))


def does_not_apply(text: str | None) -> bool:
    """Return whether the words say 不适用: nothing was to be reached, so nothing is scored."""
    return text is not None and normal(text) in NOT_APPLICABLE


@lru_cache(maxsize=4096)
def parse(text: str | None) -> Quantity | None:
    """Return the quantity that the words of a target or an actual value hold, None where they hold none.

    Of several, the first with a sign (≥ ≤ > < =), else the first that does not stand in brackets, else the first; a
    floor followed by a ceiling of the same unit is a range. Dates, ordinals, names (PM2.5, 12345热线) and compounds
    (1:1, 3+2) hold none.
    """
    found = parse_all(text)
    if not found:
        return None
    chosen = next((entry for entry in found if entry.comparator and entry.signed), found[0])
    after = found[found.index(chosen) + 1 :]
    ceiling = after[0] if after else None
    if (
        ceiling
        and chosen.upper is None
        and chosen.comparator in ("≥", ">")
        and ceiling.comparator in ("≤", "<")
        and ceiling.unit == chosen.unit
        and ceiling.number > chosen.number
    ):
        return chosen._replace(comparator="", upper=ceiling.number)
    return chosen


@lru_cache(maxsize=4096)
def parse_all(text: str | None) -> tuple[Quantity, ...]:
    """Return every quantity in the words, those in brackets after the others; each bears the whole text."""
    if text is None or is_blank(text):
        return ()
    words = _JOINED.sub(_join, _INCLUSIVE.sub("", normal(text)[:400]))
    words = re.sub(r"(?<=\d)(万?)m3(?![A-Za-z\d])", r"\1立方米", words)
    for pattern in (_CALENDAR, _ORDINAL, _NAME, _COMPOUND, _OUT_OF):
        words = pattern.sub("〓", words)
    bare = re.sub(r"\([^()]*\)", lambda found: "〓" * len(found[0]), words)
    outside = list(_quantities(text, bare))
    inside = [entry for entry in _quantities(text, words) if entry not in outside] if bare != words else []
    return tuple(outside + inside)


def answer(target: Quantity, words: str | None) -> Quantity | None:
    """Return the quantity among the words of an actual value that answers a target, None where they hold none.

    Where they hold several, one in the target's unit: the one said to be done (完成19项), else the first.
    """
    found = [entry for entry in parse_all(words) if entry.base_unit == target.base_unit]
    if len(found) < 2:
        return found[0] if found else parse(words)
    return next((entry for entry in found if entry.done), found[0])


def _join(found: re.Match[str]) -> str:
    """Return "12万3千" and "3亿5000万" as one number."""
    if found[1]:
        return f"{Decimal(found[1]) * 10**8 + Decimal(found[2]) * 10**4:f}"
    return str(int(found[3]) * 10**4 + int(found[4]) * (1000 if found[5] else 1))


def _quantities(text: str, words: str) -> Iterator[Quantity]:
    position = 0
    while match := _range(words, position) or _single(words, position):
        yield _quantity(text, words[position:], *match[:2], match[2] - position, match[3] - position)
        position = match[3]
    if not position and (match := _chinese(words)):
        yield _quantity(text, words, *match)


def _quantity(text: str, words: str, number: Decimal, upper: Decimal | None, start: int, end: int) -> Quantity:
    unit, vague_after, rest = _unit_after(words[end:])
    if words[max(0, start - 3) : start].endswith("百分之"):
        unit, start = "%", start - 3
    head = words[:start]
    return Quantity(
        text=text,
        number=number,
        comparator=_comparator(head, rest),
        upper=upper,
        unit=unit,
        vague=vague_after or bool(re.search(r"约|近|大概|左右|上下", head[-4:] + rest[:3])),
        change=_change(head, rest),
        signed=bool(re.search(r"[≥≤<>=]$", head)),
        done=bool(re.search(r"(?:完成|办结|实际|开展|建成|达到?|实现)(?:了|为|数|约|近|:)*$", head)),
    )


Match = tuple[Decimal, Decimal | None, int, int]


def _range(words: str, position: int) -> Match | None:
    first = _single(words, position)
    pattern = rf"({_NUMBER})(%|‰|{_short_unit()})?{_TO}+({_NUMBER})"
    found = re.compile(pattern).search(words, position)
    if not found or not first or first[2] < found.start() - 1:
        return None
    if found.start() and words[found.start() - 1] in "-.年月第":
        return None
    low, high = _decimal(found[1]), _decimal(found[3])
    return (low, high, found.start(), found.end()) if low < high else None


def _short_unit() -> str:
    return r"[个次人家件户项天年万亿元起条篇份场㎡]{1,2}"


def _single(words: str, position: int) -> Match | None:
    found = re.compile(_NUMBER).search(words, position)
    if not found:
        return None
    start = found.start()
    if start and words[start - 1] == "-" and (start == 1 or not words[start - 2].isalnum()):
        return -_decimal(found[0]), None, start - 1, found.end()
    return _decimal(found[0]), None, start, found.end()


def _chinese(words: str) -> Match | None:
    for found in re.finditer(_CHINESE, words):
        before, after = words[: found.start()], words[found.end() :]
        counted = re.match(
            r"[余多来几]?(?:次|个|人|家|件|户|项|天|年|万?元|亿元|起|条|篇|份|场|名|批|期|所|辆|台|套|%|平方米)(?=$|及?以[上下]|以?内|左右|[,，。;；()])",
            after,
        )
        if not (before.endswith("百分之") or counted) or before.endswith(("第", "之")) != before.endswith("百分之"):
            continue
        if before.endswith(("几", "数", "好", "上", "近百", "每")):
            continue
        number = _from_chinese(found[0])
        if number is not None:
            return number, None, found.start(), found.end()
    return None


def _from_chinese(words: str) -> Decimal | None:
    try:
        return Decimal(str(named("cn2an").cn2an(words, "smart")))
    except (ValueError, InvalidOperation):
        return None


def _decimal(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))


def _unit_after(tail: str) -> tuple[str, bool, str]:
    vague = False
    found = re.match(r"(万|亿|千|百)?(余|多|几|来)", tail)
    if found:
        vague, tail = True, (found[1] or "") + tail[found.end() :]
    unit = re.match(r"%|‰|万?㎡|[^\W\d_〓]{0,8}", tail)
    name = unit[0] if unit else ""
    name = re.split(r"及?以上|及?以下|或以|以内|之内|左右|上下|之间|内$|\(|,|，", name)[0]
    known = re.match(
        r"(?:百万|千万|万|亿|千|百)?(?:元|平方米|平方公里|公里|立方米|公顷|千米|个百分点|个工作日|个月|人次|人)(?![^\W\d_])?",
        name,
    )
    if known and known[0]:
        name = known[0]
    elif len(name) > 3:
        name = name[:1] if name[:1] in "次个人家件户项天年起条篇份场名批期所辆台套亩吨米" else ""
    rest = tail[len(name) :]
    if name == "个百分点":
        name = "%"
    if rest.startswith(("余", "多")):
        vague, rest = True, rest[1:]
    return name, vague, rest


def _comparator(head: str, rest: str) -> str:
    for sign, pattern in _AFTER:
        if re.match(rf"(?:{pattern})", rest):
            # 不低于…以上 and the like: the word in front wins where both speak
            front = _front(head)
            return front if front in ("≥", "≤") and front != sign else sign
    return _front(head)


def _front(head: str) -> str:
    for sign, pattern in _BEFORE:
        if re.search(rf"(?:{pattern})(?:约|近|人民币|为|到|至|:)?$", head):
            return sign
    return ""


def _change(head: str, rest: str) -> str:
    for name, pattern in _CHANGE.items():
        if re.search(
            rf"(?:{pattern})(?:率|幅度?|了|约|近|达到?|到|为|至少|超过|不低于|不少于|不超过|不高于|≥|≤|>|<|:|\()*$",
            head,
        ):
            return name
    return ""


def number(raw: object, *, kind: str) -> Decimal | None:
    """Return what a numeric cell holds, in its field's unit; None where it is blank.

    `kind` is that of the field table: an amount comes out in 万元, a rate as a fraction. A rate written with % is
    taken at its word; without, up to 2 it is a fraction and above that percent (0.9917, 99.17). Floats are read at 15
    significant digits, as Excel shows them. A unit must be one of the kind (12人 is no amount). Raise Unreadable where
    the words are no number, and for dates and TRUE.
    """
    if raw is None:
        return None
    if isinstance(raw, bool | datetime | date):
        raise Unreadable(str(raw))
    if isinstance(raw, int | float | Decimal):
        value = _from_binary(raw)
        return _as_rate(value) if kind == "rate" else value
    return _from_words(str(raw), kind)


def _from_binary(raw: int | float | Decimal) -> Decimal:
    value = raw if isinstance(raw, Decimal) else Decimal(f"{raw:.15g}" if isinstance(raw, float) else raw)
    if not value.is_finite():
        raise Unreadable(str(raw))
    return Decimal(f"{value:f}")


def _as_rate(value: Decimal) -> Decimal:
    return value / 100 if abs(value) > 2 else value


_CELL = re.compile(
    r"([-+]?)[¥￥]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(%|‰|[^\W\d_]{1,4}|㎡|万㎡)?[。,;、]?"
)
_CELL_UNITS: dict[str, dict[str, Decimal]] = {
    "amount": {name: factor for name, factor in MONEY.items() if name.endswith("元")},
    "count": {"人": Decimal(1), "名": Decimal(1), "个": Decimal(1)},
    "rate": {"%": Decimal("0.01"), "‰": Decimal("0.001")},
    "score": {"分": Decimal(1)},
    "area": {"㎡": Decimal(1), "平方米": Decimal(1), "万㎡": Decimal(10_000), "万平方米": Decimal(10_000)},
    "year": {"年": Decimal(1), "年度": Decimal(1)},
}


def _from_words(text: str, kind: str) -> Decimal | None:
    if is_blank(text):
        return None
    found = _CELL.fullmatch(normal(text).strip("()"))
    factor = Decimal(1) if found and not found[3] else _CELL_UNITS.get(kind, {}).get(found[3] if found else "")
    if not found or factor is None:
        raise Unreadable(text.strip())
    value = Decimal(found[1] + found[2].replace(",", "")) * factor
    return _as_rate(value) if kind == "rate" and not found[3] else value


_NUMERAL = re.compile(
    r"(?:([一二三四五六七八九])千零?)?(?:([一二三四五六七八九])百零?)?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?"
)
_ONES = "一二三四五六七八九"


def numeral(words: str) -> int | None:
    """Return a count spelled out in Chinese numerals, up to 9999: 一百五十八 → 158; None where the words are none."""
    found = _NUMERAL.fullmatch(words.replace("两", "二"))
    if found is None or not words:
        return None
    thousands, hundreds, tens, ten, ones = (
        1 if part == "十" else _ONES.index(part) + 1 if part else 0 for part in found.groups("")
    )
    return thousands * 1000 + hundreds * 100 + (tens or 1) * 10 * ten + ones
