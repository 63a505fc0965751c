"""Amounts of money with what they mean: whose they are, of what kind, of which year and period."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workbook.narrative.names import clean, core
from workbook.narrative.outline import Block
from workbook.narrative.statements import Amount, Figure
from workbook.narrative.text import Paragraph, last

WHOLE = "总"
_SUBJECTS = (
    ("公务用车购置和维护经费", r"(?:公务用车|公车)购置[及和与、‧]?(?:运行维护|运行|维护)(?:经费|费用|费)?"),
    ("公车购置", r"(?:公务用车|公车)购置(?:费|经费|费用)?"),
    ("公车运行维护", r"(?:公务用车|公车|车辆)(?:运行维护|运行|运维|维护)(?:费|经费|费用)?"),
    ("出国经费", r"因公出国(?:‹境›|境)?(?:费|经费|费用)?|出国(?:‹境›|境)?(?:费用?|经费)"),
    ("公务接待", r"公务接待(?:费|经费|费用)?|(?<![^\W])接待费用?"),
    ("三公经费", r"三公(?:经费|费用|支出)?"),
    ("会议费、培训费", r"会议费[‧和及](?:培训费)"),
    ("水费、电费、差旅费", r"水费[‧]电费[‧和及]?差旅费"),
    ("人员经费", r"人员经费|人员支出|人员类?经费"),
    ("公用经费", r"(?:日常)?公用(?:经费|支出)"),
    ("办公经费", r"办公(?:经费|费)"),
    ("基本支出", r"基本支出"),
    ("项目支出", r"项目支出|项目(?:经费|资金)(?:支出)?|专项(?:资金|经费|支出)"),
    ("政府采购金额", r"政府采购|(?<=实际)采购(?=$|金额|支出)"),
    ("其他资金", r"其他资金|其他收入"),
)
_SUBJECT = re.compile("|".join(f"(?P<s{n}>{words})" for n, (_, words) in enumerate(_SUBJECTS)))
_NAMES = frozenset(name for name, _ in _SUBJECTS)
_KINDS = (
    ("上年结转", r"(?:上年|年初|上年度)(?:财政拨款)?(?:结转|结余)(?:和?结[余转])?(?:资金|数)?"),
    ("调增", r"(?:年中|预算)?(?:执行)?(?:调增|追加|追增|调整增加|净增加)(?:了?(?:预算|资金|指标|经费|项目|数|金额))*"),
    (
        "调减",
        r"(?:年中|预算)?(?:执行)?(?:调减|核减|压减|追减|收回|调整减少)(?:了?(?:预算|资金|指标|经费|项目|数|金额))*",
    ),
    (
        "结余结转",
        r"(?:年末|年终|期末)?(?:结余结转|结转结余|结转和结余|结余和结转|结余|结转|未使用|剩余)(?:资金|数|指标|金额)*(?:合计)?",
    ),
    (
        "年初预算",
        r"年初(?:部门|财政|批复|下达|核定|安排|项目|单位|批准)*的?预算(?:安排|批复|数|资金|金额|支出|指标|收入|总额|总支出|下达|核定|为)*"
        r"|年初(?:安排|批复|下达)(?:资金|经费|预算)*",
    ),
    (
        "全年预算",
        r"(?:全年|调整后的?|调整|最终|变动后的?)(?:年度|全年|部门|支出)*预算(?:总支出|总收入|数|资金|金额|总额|总量)*|预算(?:数)?调整后"
        r"|(?<!本)年度预算(?:总支出|总收入|数|金额|资金|总额)*",
    ),
    ("调整", r"(?:年中|年度|预算|执行中)*调整(?:数|金额|资金|预算)*$"),
    (
        "支出",
        r"(?:累计|实际|当年|共|已)*(?:总支出|支出决算|决算支出|决算|发生额|执行|支出|支付|列支|开支|花费|用款|使用)(?:合计|总计|总额|数|金额|资金|决算|完成)*|实际完成支出|实际发生",
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
_YEAR = re.compile(r"((?:19|20)\d{2})\s?年度?")
_PRIOR = re.compile(r"上一?年(?!度?末?(?:财政拨款)?(?:结转|结余))度?|去年|上年同期")
_PERIOD = re.compile(
    r"(?P<months>\d{1,2})\s?月?(?:份)?\s?[-—~–至到]\s?(?P<last>\d{1,2})\s?月|截[至止到][^，。]{0,8}?(?P<until>\d{1,2})\s?月(?:(?P<day>\d{1,2})日)?"
    r"|(?P<part>上半年|下半年|[一二三四1-4]季度|前三季度|前[一二三四五六七八九十]{1,2}个?月)|截[至止到]目前"
)
_GENERIC = re.compile(
    r"其中:?|主要|用于|包括|全部|到年底|年底|年末|年终|截至?|本年度?|当年|全年|年度|本部门|本单位|我单位|我局|我委|我办|我中心|我镇|我校|"
    r"部门|单位|整体|取得|(?:年中)?追加和?|实现|各项|报告|财政|上级|存量|执行|下达|资金|经费|合计|总计|总额|总|共计|累计|共|实际|发生|完成|安排|严格|控制|有效|落实|金额|预算|情况|本级|批复|调整后?|核定|"
    r"分别|约|元|\d+[个项]|[的了中为由将在至到和及与一是:,，、;\"“”‹›‧\s]"
)
_ENDS = re.compile(f"^(?:{_GENERIC.pattern})+|(?:{_GENERIC.pattern})+$")
_ORGAN = re.compile(
    r"(?:局|中心|委员会|委|办公室|办|大队|支队|站|所|院|校|小学|中学|街道|街道办事处|镇|乡|馆|处|协会|公司|残联|妇联|联社|工商联|红十字会|总工会)"
    r"(?:机关|本级|[‹(][^›)]*[›)])?(?:整体|部门|单位|全年|全部|本年度?|年度|当年|共|总|累计|实际|支出|收入|预算|[的本])*$"
)
_THRESHOLD = re.compile(r"及?以[上下](?!$|[，,。;、)])")
_TOTAL = re.compile(r"合计|总计|共计|总(?=支出|收入|预算)|一共|^共$|总额|总经费")
_PER_UNIT = re.compile(
    r"每|人均|户均|亩均|均价|单价|标准|同比|(?<![本当全上去今])年收入|集体(?:经济)?收入|可支配|票价|价格|罚款|罚没|损失|增收|产值|销售|营业|贷款|(?<!非)税收|总值|投资|零售|差异|差额|相差|差距|资产|负债|债务|全[区县市省镇乡州](?:一般公共预算|财政|地方)|进出口|引资"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: subject ("" none), kind, scope, the words left over, whether it calls itself a total.

    `name` are the words left over without general words at their ends;
    `organ` says that the words left over name a department, `bare` that the label holds nothing but a time.
    """

    subject: str
    kind: str
    scope: str
    rest: str
    total: bool
    per_unit: bool
    name: str = ""
    organ: bool = False
    bare: bool = False


_QUOTES = re.compile(r"[“”\"「」'\s]")
_COMPARED = re.compile(r"^(?:较|比|与)")
_MOVED = re.compile(r"[增减降升多少]|节约|结余|压缩")


@lru_cache(maxsize=4096)  # departments write alike
def read_label(words: str) -> Label:
    """Return what the words in front of an amount say."""
    flat = _PERIOD.sub("", _YEAR.sub("", _QUOTES.sub("", words)))
    bare = bool(words) and not re.sub(r"‹[^›]*›|[其则]", "", flat)
    compared = bool(_COMPARED.match(flat)) and bool(_MOVED.search(flat) or not _KIND.search(flat))
    flat = _COMPARED.sub("", flat)
    total = bool(_TOTAL.search(flat)) or words == "共"
    per_unit = compared or bool(_PER_UNIT.search(flat))
    flat, scope = _taken(flat, _SCOPE, _SCOPES)
    masked, subject = _taken(flat, _SUBJECT, _SUBJECTS)
    rest, kind = _taken(masked, _KIND, _KINDS)
    if not kind and ("实际" in masked or (subject == "其他资金" and "收入" in flat)):
        kind = "支出" if "实际" in masked else "收入"
    rest = _PRIOR.sub("", rest)
    organ = bool(_ORGAN.search(rest))
    rest = re.sub(r"‹[^›]*›", "", rest)
    name = _ENDS.sub("", rest)
    rest = _GENERIC.sub("", rest)
    if rest in ("支出", "收入"):
        rest = ""
    if not kind and scope and not rest and not subject:
        kind = "收入"
    return Label(subject, kind, scope, rest, total, per_unit, name, organ, bare)


def _taken(words: str, pattern: re.Pattern[str], table: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the words without what the pattern finds last, and what it was."""
    found = last(pattern, words)
    if found is None or found.lastgroup is None:
        return words, ""
    rest = words[: found.start()] + words[found.end() :]
    return rest, table[int(found.lastgroup[1:])][0]


@dataclass(slots=True)
class _Context:
    """What the sentence has said so far."""

    sentence: int = -1
    last: Amount | None = None
    head: Amount | None = None
    depth: int = 0
    period: str = ""
    year: int | None = None


def amounts(paragraph: Paragraph, blocks: Sequence[Block]) -> Iterator[Amount]:
    """Yield the amounts of one paragraph."""
    context = _Context()
    for figure in paragraph.figures:
        block = next((entry for entry in blocks if entry.start <= figure.span.start < entry.end), None)
        if not figure.is_money or block is None:
            continue
        amount = _amount(paragraph, figure, block, context)
        if amount is None or not _says_something(amount):
            continue
        context.last = amount
        context.depth = figure.depth
        yield amount


def _says_something(amount: Amount) -> bool:
    """Return whether an amount has a kind, or a subject of the budget: what was recovered, lent or earned has neither."""
    return bool(amount.kind) or amount.project or amount.subject == WHOLE or amount.subject.split("·")[-1] in _NAMES


_SUMMING = re.compile(r"(?:合计|共计|总计)(?:为|达|是)?\s?$")


def _amount(paragraph: Paragraph, figure: Figure, block: Block, context: _Context) -> Amount | None:
    label = read_label(figure.label)
    if _SUMMING.search(paragraph.flat, max(0, figure.span.start - 6), figure.span.start):
        label = replace(label, total=True)
    if (
        label.per_unit
        or _THRESHOLD.match(paragraph.flat, figure.span.end)
        or paragraph.flat[figure.span.end : figure.span.end + 1] == "/"
    ):
        return None
    _enter(paragraph, figure, context)
    head = context.head
    subject, project = _subject(paragraph, figure, label, block, context)
    kind, explicit = _kind(label, subject, project, block, context, figure)
    if kind == "调整" and paragraph.flat[figure.span.start - 1] in "为到至":
        kind = "全年预算"
    if kind == "预算" and re.search(r"追加|新增", _sentence_before(paragraph, figure).rpartition(":")[2]):
        kind = "调增"
    year, period = _time(paragraph, figure, context)
    scope = label.scope or (head.scope if head else "") or _section_scope(block) or _same_fund(label, figure, context)
    return Amount(figure, subject, kind, year, period, scope, project, explicit, head is not None, block.number)


def _sentence_before(paragraph: Paragraph, figure: Figure) -> str:
    return paragraph.flat[paragraph.sentence_start(figure.sentence) : figure.span.start]


def _same_fund(label: Label, figure: Figure, context: _Context) -> str:
    """Return the fund that the sentence speaks of; 财政拨款 is not carried on, for 支出 after it may be of all funds."""
    last = context.last
    if last is None or label.subject or label.rest or last.figure.sentence != figure.sentence:
        return ""
    return last.scope if last.scope != "财政拨款" else ""


def _section_scope(block: Block) -> str:
    found = _SCOPE.search(block.section)
    name = _SCOPES[int(found.lastgroup[1:])][0] if found and found.lastgroup else ""
    return "" if name == "财政拨款" else name


def _enter(paragraph: Paragraph, figure: Figure, context: _Context) -> None:
    """Keep track of sentences and of 其中: after it amounts are parts of the last one before."""
    start = figure.span.start
    if figure.sentence != context.sentence:
        opening = paragraph.flat[paragraph.sentence_start(figure.sentence) : start]
        follows = context.last is not None and figure.sentence == context.sentence + 1
        parts = bool(re.match(r"\s*(?:其中|包括|具体)", opening)) and follows
        context.head = context.last if parts else None
        context.sentence = figure.sentence
        if not parts:
            context.last = None if not follows else replace(context.last, subject="") if context.last else None
    last = context.last
    if last is not None and last.figure.sentence == figure.sentence:
        between = paragraph.flat[last.span.end : start]
        if re.search(r"其中|包括|分别(?:是|为)|用于", between) or figure.depth > context.depth:
            context.head = last
        elif figure.depth < context.depth:
            context.head = None


def _subject(paragraph: Paragraph, figure: Figure, label: Label, block: Block, context: _Context) -> tuple[str, bool]:
    head, last = context.head, context.last
    listing = block.about_projects or (head is not None and (head.subject == "项目支出" or head.project))
    rest = label.rest if len(label.rest) >= 2 else ""
    if label.subject:
        return _named(label, figure.label, rest, block, listing)
    if rest and (listing or block.project):
        name = clean(_words(figure.label))
        if block.project and not head:
            return block.project, True
        return name, not label.organ or head is not None
    if rest and not label.organ:
        return _row_name(paragraph, figure) or label.name or rest, False
    if label.total and not block.project:
        return ("项目支出" if listing else WHOLE), False
    if block.project:
        return block.project, True
    if last is not None and last.subject and last.figure.sentence == figure.sentence and not label.total:
        return last.subject, last.project
    subject, project = _opening(paragraph, figure, block)
    return ("项目支出" if subject == WHOLE and block.about_projects and not label.scope else subject), project


def _row_name(paragraph: Paragraph, figure: Figure) -> str:
    """Return the names of a row that one sum closes: 办公费、印刷费、邮电费合计…; "" where figures stand between."""
    before = re.split(r"[，。;:()\n]", paragraph.flat[: figure.span.start])[-1].strip()
    if figure.after != "、" or re.search(r"\d", before) or not re.search(r"(?:合计|共计|共)(?:为|达)?$", before):
        return ""
    return _ENDS.sub("", re.sub(r"(?:支出|合计|共计|[共为达])+$", "", before))


def _named(label: Label, words: str, rest: str, block: Block, listing: bool) -> tuple[str, bool]:
    if label.subject == "项目支出" and rest and (listing or not label.organ):
        name = clean(_words(words))
        return (block.project if core(name) == core(block.project) else name), True
    if label.subject == "项目支出" and block.project and not label.total:
        return block.project, True
    if block.project:
        return f"{block.project}·{label.subject}", False
    if rest and not label.organ:
        return f"{rest}·{label.subject}", False
    return label.subject, False


def _words(label: str) -> str:
    """Return the name in a label without year and kind."""
    flat = _YEAR.sub("", re.sub(r"[“”\"「」\s]", "", label))
    flat = re.sub(r"^其中:?|^(?:一|二|三|四|五|六|七|八|九|十)是|^\d{1,2}[.、]|^\(\d{1,2}\)|^[①-⑳]", "", flat)
    found = last(_KIND, flat)
    return flat[: found.start()] if found and found.start() >= 2 and found.end() >= len(flat) - 2 else flat


def _opening(paragraph: Paragraph, figure: Figure, block: Block) -> tuple[str, bool]:
    """Return the subject that the sentence opens with: 农民田间学校项目，年初预算…, or the whole department."""
    opening = paragraph.flat[paragraph.sentence_start(figure.sentence) : figure.span.start][:80]
    first = re.split(r"[，,:;]", opening, maxsplit=1)[0].strip()
    if len(first) < len(opening.strip()) and not re.search(r"\d\s?[万亿]?元", first):
        found = _SUBJECT.search(first)
        label = read_label(first)
        if found and found.lastgroup and len(label.rest) < 2:
            return _SUBJECTS[int(found.lastgroup[1:])][0], False
        if re.search(r"(?:项目|专项|工程)$", first) and len(clean(first)) >= 3 and len(first) <= 30:
            return clean(first), True
    return _headed(paragraph, block) or WHOLE, False


# under these two heads reports speak of the whole department too
_WIDE_HEADS = ("基本支出", "项目支出", "其他资金")


def _headed(paragraph: Paragraph, block: Block) -> str:
    """Return the subject that the paragraph's own head or its section names: （三）三公经费。年初预算…; "" for none."""
    for head in (re.split(r"[。:]", paragraph.flat[:40], maxsplit=1)[0], block.section):
        words = re.sub(
            r"^\s*(?:[(‹]?[一二三四五六七八九十\d]{1,3}[)›]?[、.]?)?|(?:支出|使用|控制|管理|执行)*情况$", "", head
        )
        found = _SUBJECT.search(words)
        if found and found.lastgroup and len(words) <= 14 and len(read_label(words).rest) < 2:
            name = _SUBJECTS[int(found.lastgroup[1:])][0]
            if name not in _WIDE_HEADS:
                return name
    return ""


def _kind(
    label: Label, subject: str, project: bool, block: Block, context: _Context, figure: Figure
) -> tuple[str, bool]:
    if label.kind:
        return label.kind, True
    head, last = context.head, context.last
    if head is not None and head.kind:
        return head.kind, False
    same = last is not None and last.figure.sentence == figure.sentence and last.subject != ""
    if same and last is not None and last.kind in ("年初预算", "全年预算", "预算", "支出", "收入"):
        named = label.subject or project or label.bare
        if named and figure.after in ("、", "，", ",", ";", ""):
            return last.kind, False
    if subject.endswith("支出") or project or label.subject:
        spending = block.about_spending or subject.endswith("支出")
        return ("支出" if spending else ""), False
    return "", False


def _time(paragraph: Paragraph, figure: Figure, context: _Context) -> tuple[int | None, str]:
    opening = _sentence_before(paragraph, figure)
    first = _YEAR.search(re.split(r"[，,:;、]", opening, maxsplit=1)[0])
    own = _YEAR.search(figure.label)
    meaning = _KIND.search(_YEAR.sub("    年度", figure.label)) or _SUBJECT.search(figure.label)
    if own and meaning and own.start() > meaning.start():
        own = None
    year = int(own[1]) if own else int(first[1]) if first else None
    if _PRIOR.search(figure.label):
        year = -1
    return year, period_of(opening)


def period_of(words: str) -> str:
    """Return the part of the year that the words speak of ("1-10月", "截至11月", 上半年), "" for the whole year."""
    found = last(_PERIOD, words)
    if found is None:
        return ""
    if found["months"]:
        whole = found["months"] == "1" and found["last"] == "12"
        return "" if whole else f"{found['months']}-{found['last']}月"
    if found["until"]:
        return "" if found["until"] == "12" else f"截至{found['until']}月"
    return found["part"] or "截至目前"
