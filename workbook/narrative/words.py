"""What the words at a figure say: a subject of the budget, a kind of amount, a source of money, a time. No default."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from workbook import patterns as re
from workbook.model.fields import EXPENSE_LINES
from workbook.narrative.text import last

_SUBJECTS = (
    *((line.label, line.told) for line in EXPENSE_LINES if line.told),
    ("人员经费", r"人员经费|人员支出|人员类?经费"),
    ("基本支出", r"基本支出"),
    ("其他资金", r"其他资金|其他收入"),
)
_SUBJECT = re.compile("|".join(f"(?P<s{n}>{words})" for n, (_, words) in enumerate(_SUBJECTS)))
_KINDS = (
    ("上年结转", r"(?:上年|年初|上年度)(?:财政拨款)?(?:结转|结余)(?:和?结[余转])?(?:资金|数)?"),
    (
        "调增",
        r"(?:(?:年中|预算)?(?:执行)?(?:调增|追加|追增|调整增加|净增(?:加)?)|(?:年中|中途|期中|执行中)(?:净|又|共)?增加)"
        r"(?:了?(?:预算|资金|指标|经费|项目|数|金额))*",
    ),
    (
        "调减",
        r"(?:(?:年中|预算)?(?:执行)?(?:净?调减|核减|压减|追减|收回|调整减少)|(?:年中|中途|期中|执行中)(?:净|又|共)?减少)(?:了?(?:预算|资金|指标|经费|项目|数|金额))*",
    ),
    (
        "结余结转",
        r"(?:年末|年终|期末)?(?:结余结转|结转结余|结转和结余|结余和结转|结余|结转|未使用|剩余|剩下|未支出|未执行|未支付|未用|尚余|还剩|尚有|余额|(?<=[^多其])余(?=$)|^余(?=$))(?:资金|数|指标|金额)*(?:合计)?",
    ),
    (
        "年初预算",
        r"年初(?:部门|财政|批复|下达|核定|安排|项目|单位|批准)*的?预算(?:安排|批复|数|资金|金额|支出|指标|收入|总额|总支出|下达|核定|为)*"
        r"|年初(?:安排|批复|下达)(?:资金|经费|预算)*|年初(?:为|数)?$",
    ),
    (
        "全年预算",
        r"(?:全年|调整后的?|调整|最终|变动后的?|后的?)(?:年度|全年|部门|支出)*预算(?:总支出|总收入|数|资金|金额|总额|总量)*|预算(?:数)?调整后|调整后(?:为|的?(?:数|金额|资金))?$"
        r"|(?<!本)年度预算(?:总支出|总收入|数|金额|资金|总额)*",
    ),
    ("调整", r"(?:年中|年度|预算|执行中)*调整(?:数|金额|资金|预算)*$"),
    (
        "支出",
        r"(?:累计|实际|当年|共|已)*(?:已付|实付|拨付|实际花了|总支出|支出决算|决算支出|决算|发生额|执行|支出|(?<!转移)支付|列支|开支|花费|用款|使用|花[了去]|用[了去])(?:合计|总计|总额|数|金额|资金|决算|完成)*|实际完成支出|实际发生",
    ),
    (
        "预算",
        r"预算(?:安排|总支出|总收入|支出|数|资金|金额|批复|总额|总量|指标|额|经费|下达|为|总)*|(?:安排|下达|批复)(?:资金|经费|指标)?",
    ),
    (
        "收入",
        r"(?:总|各项|本年|当年)?(?:(?<!非税)收入)(?:合计|总计|决算|总额|数)*|(?:到位|拨入)(?:资金)?|资金到位|拨款(?:合计|总额)?$",
    ),
)
_KIND = re.compile("|".join(f"(?P<k{n}>{words})" for n, (_, words) in enumerate(_KINDS)))
_SCOPES = (
    ("政府性基金", r"政府性基金(?:预算)?(?:财政)?(?:拨款)?"),
    ("国有资本经营预算", r"国有资本经营预算"),
    ("社会保险基金", r"社会保险基金(?:预算)?"),
    ("财政拨款", r"一般公共预算(?:财政)?(?:拨款|补助)?|财政(?:预算)?拨款|财政性资金"),
    ("上级资金", r"(?:中央|省级|市级|上级|省|市)(?:财政)?(?:专项|补助|转移支付)(?=资金|经费)"),
)
_SCOPE = re.compile("|".join(f"(?P<c{n}>{words})" for n, (_, words) in enumerate(_SCOPES)))
YEAR = re.compile(r"((?:19|20)\d{2})\s?年度?")
PRIOR = re.compile(r"上一?年(?!度?末?(?:财政拨款)?(?:结转|结余))度?|去年|上年同期")
PERIOD = re.compile(
    r"(?P<months>\d{1,2})\s?月?(?:份)?\s?[-—~–至到]\s?(?P<last>\d{1,2})\s?月|截[至止到][^，。]{0,8}?(?P<until>\d{1,2})\s?月(?:(?P<day>\d{1,2})日)?"
    r"|(?P<part>上半年|下半年|[一二三四1-4]季度|前三季度|前[一二三四五六七八九十]{1,2}个?月)|(?<![\d年])(?P<ends>\d{1,2})\s?月[末底](?!前)|截[至止到]目前"
)
_GENERIC = re.compile(
    r"其中:?|主要|用于|包括|全部|到年底|年底|年末|年终|截至?|本年度?|当年|全年|年度|本部门|本单位|我单位|我局|我委|我办|我中心|我镇|我校|"
    r"部门|单位|整体|取得|(?:年中)?追加和?|实现|各项|报告|财政|上级|存量|执行|下达|资金|经费|合计|总计|总额|总|共计|累计|共|实际|发生|完成|安排|严格|控制|有效|落实|金额|预算|情况|本级|批复|调整后?|核定|"
    r"分别|约|元|\d+[个项]|[的了中为由将在至到和及与一是:,，、;\"“”‹›‧\s]"
)
_ENDS = re.compile(f"^(?:{_GENERIC.pattern})+|(?:{_GENERIC.pattern})+$")
_TOTAL = re.compile(r"合计|总计|共计|总(?=支出|收入|预算)|一共|^共$|总额|总经费")
_PER_UNIT = re.compile(
    r"每|人均|户均|亩均|均价|单价|标准|同比|(?<![本当全上去今])年收入|集体(?:经济)?收入|可支配|票价|价格|罚款|罚没|损失|增收|产值|销售|营业|贷款|(?<!非)税收|总值|投资|零售|差异|差额|相差|差距|资产|负债|债务|全[区县市省镇乡州](?:一般公共预算|财政|地方)|进出口|引资"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: subject ("" none), kind, scope, the words left over, whether it calls itself a total.

    `name` are the words left over without general words at their ends;
    `bare` says that the label holds nothing but a time.
    """

    subject: str
    kind: str
    scope: str
    rest: str
    total: bool
    per_unit: bool
    name: str = ""
    bare: bool = False


_QUOTES = re.compile(r"[“”\"「」'\s]")
_COMPARED = re.compile(r"^(?:较|比|与)")
_MOVED = re.compile(r"[增减降升多少]|节约|结余|压缩")


@lru_cache(maxsize=4096)  # departments write alike
def read_label(words: str) -> Label:
    """Return what the words in front of an amount say."""
    flat = PERIOD.sub("", YEAR.sub("", _QUOTES.sub("", words)))
    bare = bool(words) and not re.sub(r"‹[^›]*›|[其则]", "", flat)
    compared = bool(_COMPARED.match(flat)) and bool(_MOVED.search(flat) or not _KIND.search(flat))
    flat = _COMPARED.sub("", flat)
    total = bool(_TOTAL.search(flat)) or words == "共"
    per_unit = compared or bool(_PER_UNIT.search(flat))
    several = len({found.lastgroup for found in _SCOPE.finditer(flat)}) > 1
    flat, scope = _taken(flat, _SCOPE, _SCOPES)
    scope = "" if several else scope
    masked, subject = _taken(flat, _SUBJECT, _SUBJECTS)
    rest, kind = _taken(masked, _KIND, _KINDS)
    if not kind and ("实际" in masked or (subject == "其他资金" and "收入" in flat)):
        kind = "支出" if "实际" in masked else "收入"
    rest = PRIOR.sub("", rest)
    rest = re.sub(r"‹[^›]*›", "", rest)
    name = _ENDS.sub("", rest)
    rest = _GENERIC.sub("", rest)
    if rest in ("支出", "收入"):
        rest = ""
    return Label(subject, kind, scope, rest, total, per_unit, name, bare)


def _taken(words: str, pattern: re.Pattern[str], table: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the words without what the pattern finds last, and what it was."""
    found = last(pattern, words)
    if found is None or found.lastgroup is None:
        return words, ""
    rest = words[: found.start()] + words[found.end() :]
    return rest, table[int(found.lastgroup[1:])][0]


def period_of(words: str) -> str:
    """Return the part of the year that the words speak of ("1-10月", "截至11月", 上半年), "" for the whole year."""
    found = last(PERIOD, words)
    if found is None:
        return ""
    if found["months"]:
        whole = found["months"] == "1" and found["last"] == "12"
        return "" if whole else f"{found['months']}-{found['last']}月"
    if found["until"]:
        return "" if found["until"] == "12" else f"截至{found['until']}月"
    if found["ends"]:
        return "" if found["ends"] == "12" else f"{found['ends']}月末"
    return found["part"] or "截至目前"
