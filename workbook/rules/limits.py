"""Rules on what a result cannot be: later than the day that its target sets with full points, a share above the whole."""

from collections.abc import Iterator
from datetime import date, timedelta

from workbook import patterns as re
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import normal, parse
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, SCORING, name_of, points_off, rows, short

_DAY = re.compile(
    r"(?:(20\d{2})\s*(?:年度?|[-./])|(?<![\d.\-/年]))(1[0-2]|0?[1-9])(?:\s*月份?|(?<=\d[-./]\d)[-./](?=\d)|(?<=\d[-./]\d\d)[-./](?=\d))"
    r"(?:(3[01]|[12]\d|0?[1-9])[日号]?(?![\d%.])|(上旬|中旬|下旬|底|末|初))?"
)
_YEAR_END = re.compile(r"(?:(20\d{2})年|当年|本年|年)(?:度)?(?:底|末)")
_SPAN = re.compile(r"[-~—–～至到](?:20\d{2}年)?(?:1[0-2]|0?[1-9])月|每月|每季|每年|后|以来|起")
_PARTS_OF_A_MONTH = {"上旬": 10, "初": 10, "中旬": 20}
_LAST_MONTH = 12
_BEFORE = re.compile(r"前|止|底|末|≤|<|不晚于|不迟于|截")
_MENTION = re.compile(r"时间|时限|时点|期限|日期")


@rule(
    "I41",
    "晚于目标时限却得满分",
    Severity.WARNING,
    Category.WITHIN,
    SCORING,
    "「{name}」要求{limit}，完成值是“{words}”，已经逾期，仍得满分 {actual}",
    "请核对两个日期；确已逾期的，酌情扣分并写明原因",
    ROWS,
    asks=("indicators[].score",),
)
def late_results_are_not_full(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """完成值写明日期的，不晚于目标（没有目标一栏的，评分标准）所定的时限；只写到月的，按月初算。"""
    for index, row in rows(filing):
        words, limit = _limit(row, filing.year)
        done = _only_day(row.actual, limit.year if limit else filing.year, first=True)
        if limit and done and done > limit and row.score is not None and not points_off(row):
            slots = {"name": name_of(row), "limit": f"“{short(words)}”", "words": short(row.actual)}
            yield Hit(f"indicators[{index}].score", row.score, None, slots, (f"indicators[{index}].actual",))


def _limit(row: Indicator, year: int | None) -> tuple[str, date | None]:
    """Return the words that set a day for an indicator and that day; None where none or several do."""
    if row.target is not None:
        dated = _BEFORE.search(normal(row.target)) or _MENTION.search(row.level3 or "")
        return row.target, _only_day(row.target, year) if dated else None
    clause = next(
        (part for part in re.split("[，,；;。]", row.standard or "") if re.search(r"[月年底末日].{0,2}前", part)), ""
    )
    return clause, _only_day(clause, year)


def _only_day(words: str | None, year: int | None, *, first: bool = False) -> date | None:
    """Return the one day that words tell; of a month or a part of one the last day, or the first; None where they tell none or more."""
    text = normal(words or "")
    if _SPAN.search(text) and not re.search(r"[前止]", text):
        return None
    found = list(_DAY.finditer(text))
    ends = [] if found else list(_YEAR_END.finditer(text))
    if len(found) + len(ends) != 1:
        return None
    said = (found or ends)[0]
    known = int(said[1]) if said[1] else year
    if known is None or (re.search("次年|下年|第二年", text) and not said[1]):
        return None
    if ends:
        return date(known, _LAST_MONTH, 1 if first else 31)
    return _day(known, int(said[2]), int(said[3]) if said[3] else None, said[4] or "", first=first)


def _day(year: int, month: int, day: int | None, part: str, *, first: bool) -> date | None:
    after = date(year + month // _LAST_MONTH, month % _LAST_MONTH + 1, 1)
    last = (after - timedelta(days=1)).day
    if day is None:
        day = 1 if first else _PARTS_OF_A_MONTH.get(part, last)
    return date(year, month, day) if day <= last else None


# shares of a whole; what may be above it (完成率, 执行率, 增长率, 毛入学率, 使用率, 到位率…) is not among them
_SHARES = (
    "合格|优良|优秀|完好|达标|覆盖|及时|准确|正确|通过|公开|知晓|规范|有效|合规|响应|受理|成活|就业|取得|差错|故障|事故|死亡|"
    "满意|按期完工|按时完工|按期办结|按时办结|及时办结|安全|一致|真实|保障|持证|签约|建档|入户|健全|完整|绿化|硬化|精准"
)
_SHARE = re.compile(rf"(?:{_SHARES})(?:率|比例|比率|度)$")
_MORE_THAN_ALL = re.compile(r"增长|提高|提升|增加|下降|减少|降低|同比|较|增幅|毛|每|密度|倍")


@rule(
    "I42",
    "不可能超过100%的比率超过了100%",
    Severity.WARNING,
    Category.WITHIN,
    "算术关系：合格、完好、达标、覆盖、及时的是全部里的一部分，不多于全部",
    "「{name}」完成值 {words} 超过了 100%",
    "请核对分子、分母和完成值",
    ROWS,
)
def shares_are_no_more_than_all(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """合格率、完好率、达标率、覆盖率、及时率、满意度一类部分占全部的比率，完成值不超过 100%；目标本身就超过的不报。"""
    for index, row in rows(filing):
        name = re.sub(r"[(（][^()（）]*[)）]|\s", "", row.level3 or "")
        actual, target = parse(row.actual), parse(row.target)
        if not _SHARE.search(name) or _MORE_THAN_ALL.search(name) or actual is None or actual.change:
            continue
        rate = actual.value if actual.is_rate else None
        if rate is None and not actual.unit and target is not None and target.is_rate:
            rate = actual.number / 100
        if rate is not None and rate > 1 and (target is None or not target.is_rate or target.value <= 1):
            slots = {"name": name_of(row), "words": short(row.actual)}
            yield Hit(f"indicators[{index}].actual", slots=slots)
