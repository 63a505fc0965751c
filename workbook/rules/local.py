"""本地规则: a bureau's own rules, written in the master's sheet as conditions over named fields, and run like the others.

What they say is text: `{栏目}` in it stands for the value of an expression, read by the same grammar, never by format().
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbook import patterns as re
from workbook.model.figures import brief
from workbook.model.filing import Filing
from workbook.model.findings import Category
from workbook.model.scheme import LocalRule, Scheme, SchemeError, parse_severity
from workbook.rules.expression import PROSE, BlankError, Expression, ExpressionError, condition, expression
from workbook.rules.registry import Hit, Rule, rules

ID, WHEN, LEVEL, PROBLEM, ADVICE, SOURCE, ACTIVE = "编号", "条件", "级别", "问题", "怎么办", "依据", "启用"
HEADINGS = (ID, WHEN, LEVEL, PROBLEM, ADVICE, SOURCE, ACTIVE)
YES, NO = "是", "否"
MOST = 200  # rules; more are a mistake
LONGEST = 200  # characters of what a rule says
_ID = re.compile(r"[A-Z0-9\u4e00-\u9fff][A-Z0-9\u4e00-\u9fff_-]{0,11}")
_SLOT = re.compile(r"\{([^{}]*)\}")
# written in a new master, not in use: they show how
EXAMPLES = (
    (
        "本01",
        "三公经费本年决算数 > 三公经费本年预算数 * 95%",
        "提示",
        "三公经费决算 {三公经费本年决算数}，已用到预算 {三公经费本年预算数} 的 95% 以上",
        "请核对明细，说明厉行节约的做法",
        "本县厉行节约的要求（请写上文号）",
        NO,
    ),
    (
        "本02",
        "分值 >= 8 且 得分 = 分值 且 空白(偏差原因分析及改进措施) 且 字数(实际完成值) <= 4",
        "预警",
        "分值 {分值} 的指标得满分，实际完成值只写“{实际完成值}”",
        "请写明完成的数量和佐证",
        "本县审核口径（请写上文号）",
        NO,
    ),
)


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[LocalRule, ...]:
    """Return the rules that rows of the sheet hold (heading → words), those in use.

    Raise SchemeError with a part for each slip, whose `keys` are the row's "#" and the heading of its cell.
    """
    out: list[LocalRule] = []
    slips: list[SchemeError] = []
    taken = {entry.id for entry in rules()}
    for row in rows:
        words = {name: str(row.get(name) or "").strip() for name in HEADINGS}
        if not any(words.values()):
            continue
        found = list(_slips(words, taken))
        slips += [SchemeError(said, str(row.get("#", "")), heading) for heading, said in found]
        taken.add(words[ID].upper())
        if not found and words[ACTIVE] != NO:
            severity = parse_severity(words[LEVEL])
            assert severity is not None
            out.append(
                LocalRule(
                    words[ID].upper(), words[WHEN], severity, *(words[name] for name in (PROBLEM, ADVICE, SOURCE))
                )
            )
    if len(out) > MOST:
        slips.append(SchemeError(f"本地规则有 {len(out)} 条，最多 {MOST} 条", "", ""))
    if slips:
        raise SchemeError("；".join(map(str, slips)), parts=tuple(slips))
    return tuple(out)


def _slips(words: Mapping[str, str], taken: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a row: the heading of the cell, and why."""
    id = words[ID].upper()
    if not _ID.fullmatch(id):
        yield (
            ID,
            "编号应是 1 到 12 个汉字、字母、数字，如“本01”" + (f"，现为“{brief(words[ID])}”" if id else "，现为空白"),
        )
    elif id in taken:
        yield ID, f"编号“{id}”已经有了，请换一个"
    row = ""
    try:
        row = condition(words[WHEN]).rows
    except ExpressionError as error:
        yield WHEN, f"条件{error}" if not words[WHEN] else f"条件读不懂：{error}"
    try:
        if parse_severity(words[LEVEL]) is None:
            yield LEVEL, f"要停用请在“启用”一栏写“{NO}”"
    except SchemeError:
        yield LEVEL, f"级别应为 错误、预警 或 提示，现为“{brief(words[LEVEL]) or '空白'}”"
    if not words[PROBLEM]:
        yield PROBLEM, "没有写问题：查出来时给单位看的一句话"
    for heading in (PROBLEM, ADVICE):
        if len(words[heading]) > LONGEST:
            yield heading, f"写得太长（{len(words[heading])} 字，最多 {LONGEST} 字）"
        for slot in _SLOT.findall(words[heading]):
            if said := _bad_slot(slot, row):
                yield heading, f"“{{{brief(slot)}}}”读不懂：{said}"
    if words[ACTIVE] not in ("", YES, NO):
        yield ACTIVE, f"应为“{YES}”或“{NO}”，现为“{brief(words[ACTIVE])}”"


def _bad_slot(slot: str, rows: str) -> str:
    try:
        made = expression(slot)
    except ExpressionError as error:
        return str(error)
    return "条件不是按这种表的行写的，这里请用 合计(…) 等" if made.rows not in ("", rows) else ""


def rules_of(scheme: Scheme) -> tuple[Rule, ...]:
    """Return the rules that a scheme runs: those of the package, by id, then the bureau's own."""
    return (*rules(), *(_rule(entry) for entry in scheme.local))


def _rule(own: LocalRule) -> Rule:
    made = condition(own.when)

    def check(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
        rows: Iterable[int | None] = range(len(getattr(filing, made.rows))) if made.rows else (None,)
        for row in rows:
            if _holds(made, filing, row):
                yield _hit(own, made, filing, row)

    check.__doc__ = f"本地规则，条件：{own.when}"
    category = Category.PROSE if PROSE in made.paths else Category.WITHIN
    title = f"本地：{brief(_SLOT.sub('…', own.problem), 24)}"
    return Rule(own.id, title, own.severity, category, own.source, (), "{message}", "{advice}", check)


def _holds(made: Expression, filing: Filing, row: int | None) -> bool:
    """Return whether a condition is met; where a value is blank nothing can be said."""
    try:
        return made.value(filing, row) is True
    except BlankError:
        return False


def _hit(own: LocalRule, made: Expression, filing: Filing, row: int | None) -> Hit:
    paths = [path.replace("[]", f"[{row or 0}]") for path in made.paths if path != PROSE]
    first = next((path for path in paths if _stands(filing, path)), "")
    message, advice = (
        _SLOT.sub(lambda slot: expression(slot[1]).shown(filing, row), words) for words in (own.problem, own.advice)
    )
    value = filing.get(first) if first else None
    return Hit(
        first, value, None, {"message": message, "advice": advice}, tuple(path for path in paths if path != first)
    )


def _stands(filing: Filing, path: str) -> bool:
    try:
        filing.get(path)
    except KeyError:
        return False
    return filing.asks(path)
