"""The ledger: every number of the prose as an entry with what the words say of it, and nothing that they do not say.

A facet is known by words or it is "" (unknown): there is no default. What an entry is held against is decided in
`relations`; here nothing is compared.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from workbook import patterns as re
from workbook.narrative.names import best_row, core
from workbook.narrative.outline import Block, outline
from workbook.narrative.printed import Print, of_figure
from workbook.narrative.statements import Figure
from workbook.narrative.text import DELIMITERS, Paragraph, last, paragraph
from workbook.narrative.words import PRIOR, YEAR, Label, period_of, read_label

PRICE = re.compile(
    r"每(?!年度?(?!\d)|月|季|周|天|日|半)[^\W\d]{0,8}?(?:均|为|是|补助|补贴|奖励|发放|投入|成本|计|约|按|平均|[^\W\d]{0,4})$"
    r"|[^\W\d平分]均(?!衡|匀|等|可|已|为|有|在|未|不|无|由|按)[^\W\d]{0,8}$|[人户亩车台生床村次件起笔案吨]均(?:为|达|约)?$|均价[^\W\d]{0,4}$|单(?:价|(?:[期件次台套辆户亩位个项场本册篇人生村座吨]|公里)(?:均)?(?:价|成本|造价|费用|投入))[^\W\d]{0,4}$|平均[^\W\d]{0,10}$"
)
_MONEY_PRICE = re.compile(r"标准(?!化)[^\W\d]{0,6}$|按[^\W\d]{0,6}$")
_PER_AFTER = re.compile(
    r"\s?(?:/|每|一)?\s?(?:/)?(?:人|户|亩|㎡|平方米|吨|公里|辆|台|次|生|月|年|天|件|床|座|个|盏|名|份|册|场|村|所|立方米|学时|课时)(?=[的，,。;、)标计×]|$)"
)
RATE_WORDS = re.compile(
    r"(?P<share>占[^，。;]{0,24}?(?:的)?(?:比重|比例)?(?:约|达|为)*$|(?:占比|比重|比例)(?:达到?|为|约|是)*$)"
    r"|(?P<up>(?:增长|提高|上升|上涨|提升|增幅|增加|多支出?|高出|超出?|扩大|上浮|递增)(?:了|率|幅度?|约|达到?|为|比例)*$)"
    r"|(?P<down>(?:下降|减少|降低|压减|降幅|缩减|压缩|回落|减幅|节约|核减|少支出?|低于?|削减|下浮|精简|节支|缩短)(?:了|率|幅度?|约|达到?|为|比例)*$)"
    r"|(?P<degree>(?:完成率|完成度|完成比例|达成率|完成程度)(?:均?达到?了?|为|是|约)*$|^(?:已|实际|共)?完成(?:了|(?:年初|全年|年度|调整)?预算|(?:年度)?(?:计划|任务|目标))?$"
    r"|(?:完成|达到|实现|为|是|达|相当于)[^，。;]{0,18}?(?:目标|任务|计划|预算|概算|指标|总额|总投资|年初数|合同价|合同额|上年)[^，。;]{0,12}?的$"
    r"|(?:为|相当于)[^，。;\d]{0,12}?(?:收入|支出|资金|拨款|总数|总量|总额|面积|人数|户数)的$)"
    r"|(?P<name>[^\W\d]{0,14}?(?:率|进度|满意度)(?:均?达到?了?|为|是|约|仅|只有|:)*$)"
)
_SENTENCE_SUBJECT = 60
_MARK = re.compile(
    r"^\s*(?:\d{1,2}[.、]|\(\d{1,2}\)|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是|、)|[‹(][一二三四五六七八九十]{1,2}[)›]|[●◆■▲★※◎○◇□•·➢])+\s*"
)


class Facet(NamedTuple):
    """One thing that is known of an entry, and the words that say it."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One number of the prose; what is known of it is decided once, as the ledger is written, and never changed.

    `lead` are the words before it up to the figure or delimiter before, `label` what they say; `subject`, `kind`, `scope`
    are its known facets ("" unknown), `topic` the subject that its sentence or its list item named before (a hint, no
    facet), `project` the project whose item it stands in, `prior` whether the words say last year, `period` a part of the
    year. `per` says that it is a price or an average, `rate` which kind of rate the words claim (share, up, down, degree,
    name), `carried` the name of a rate that the words before give it (执行率：总体 98%，基本支出 99%). `segment` numbers what
    lies between two semicolons, `headed` says that the topic is the head of the paragraph. `base` is the unit of the value
    (万元, %, 人 …).
    """

    number: int
    figure: Figure
    print: Print
    lead: str
    label: Label
    block: Block
    subject: str = ""
    kind: str = ""
    scope: str = ""
    topic: str = ""
    project: str = ""
    prior: bool = False
    year: int | None = None
    period: str = ""
    per: bool = False
    rate: str = ""
    segment: int = 0
    headed: bool = False
    base: str = ""
    carried: str = ""

    @property
    def paragraph(self) -> int:
        """Return the number of its paragraph, counted from 1."""
        return self.figure.span.paragraph

    @property
    def sentence(self) -> tuple[int, int]:
        """Return where its sentence stands: the number of the paragraph, and of the sentence in it."""
        return self.figure.span.paragraph, self.figure.sentence

    @property
    def facets(self) -> list[Facet]:
        """Return what is known of it, with the words."""
        words = self.lead
        named = (("对象", self.subject), ("项目", self.project), ("性质", self.kind), ("口径", self.scope))
        out = [Facet(name, value, words) for name, value in named if value]
        if self.per:
            out.append(Facet("单位数", "单价或均值", words))
        if self.prior:
            out.append(Facet("期间", "上年", words))
        elif self.year or self.period:
            out.append(Facet("期间", f"{self.year or ''}{self.period}", words))
        if self.rate:
            out.append(Facet("比率", RATES.get(self.rate, ""), words))
        return out


RATES = {"share": "占比", "up": "增长", "down": "下降", "degree": "完成程度", "name": "比率"}


_OF_ALL_TRIED = re.compile(
    r"(?:满意度|满意率|(?<!超)合格率|优良率|回收率|覆盖率|及时率|准确率|完好率|达标率|普及率|入学率|巩固率|升学率|就业率|办结率|结案率|整改率|到位率|使用率|入住率|知晓率)(?:为|达到?|是|:)*$"
)
_OF_ANOTHER = re.compile(r"上年|去年|同期|目标|计划|任务|年初|相当于|预算|概算|比上")
_NEAR = 40  # characters before a rate in which its base is said
_OTHER_BASE = re.compile(r"(?:年初|期初|上年)(?!结[转余]|度结[转余])|调整前|批复|基数|进度|目标|计划")


@dataclass(slots=True)
class Ledger:
    """All entries of a report in the order of the text, by paragraph and sentence, with its paragraphs and list items."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    sentences: dict[tuple[int, int], list[Entry]] = field(default_factory=dict)
    by_paragraph: dict[int, list[Entry]] = field(default_factory=dict)

    def around(self, entry: Entry, most: int) -> list[Entry]:
        """Return the entries of an entry's paragraph, itself among them, so many before and after at most."""
        own = self.by_paragraph[entry.paragraph]
        at = entry.number - own[0].number
        return own[max(0, at - most) : at + most + 1]

    def is_over(self, entry: Entry) -> bool:
        """Return whether an entry is an execution rate above 100% whose words do not say that it is over another budget."""
        if (
            not entry.figure.is_rate
            or entry.print.value <= 1
            or entry.prior
            or entry.print.vague
            or entry.rate != "name"
        ):
            return False
        flat = self.paragraphs[entry.paragraph - 1].flat
        sentence = flat[
            self.paragraphs[entry.paragraph - 1].sentence_start(entry.figure.sentence) : entry.figure.span.end
        ]
        words = f"{entry.carried}{entry.lead}"
        near = sentence[-_NEAR:] + self.after(entry, _NEAR // 2)
        return "执行率" in words and not _OTHER_BASE.search(near)

    def is_beyond(self, entry: Entry) -> bool:
        """Return whether an entry is a share of a whole, or of those who were asked or tried, above 100%."""
        told = entry.figure.is_rate and entry.print.value > 1 and not (entry.prior or entry.print.vague)
        if not told or "百分点" in entry.figure.quote:
            return False
        words = f"{entry.carried}{entry.lead}"
        share = entry.rate == "share" and not _OF_ANOTHER.search(words + self.after(entry))
        return share or (entry.rate in ("name", "") and bool(_OF_ALL_TRIED.search(words)))

    def before(self, entry: Entry) -> str:
        """Return the words of an entry's clauses before it, back to the semicolon or full stop."""
        return _segment_words(self.paragraphs[entry.paragraph - 1].flat, entry.figure.span.start)

    def between(self, one: Entry, other: Entry) -> str:
        """Return the words between two entries of one paragraph."""
        flat = self.paragraphs[one.paragraph - 1].flat
        return flat[one.figure.span.end : other.figure.span.start]

    def after(self, entry: Entry, length: int = 12) -> str:
        """Return the words right after an entry."""
        end = entry.figure.span.end
        return self.paragraphs[entry.paragraph - 1].flat[end : end + length]


def ledger(words: Sequence[str], projects: Sequence[str] = (), year: int | None = None) -> Ledger:
    """Return the ledger of a report's paragraphs.

    `projects` are the names of projects that its tables list, `year` is the year that it reports on.
    """
    out = Ledger([paragraph(number, text) for number, text in enumerate(words, 1)])
    named = {core(name): name for name in projects if len(core(name)) >= 3}
    out.blocks = [_of_project(out.paragraphs[block.paragraph - 1], block, named) for block in outline(out.paragraphs)]
    blocks: dict[int, list[Block]] = {}
    for block in out.blocks:
        blocks.setdefault(block.paragraph, []).append(block)
    for made in out.paragraphs:
        for entry in _entries(made, blocks.get(made.number, []), len(out.entries), projects, year):
            out.entries.append(entry)
            out.sentences.setdefault(entry.sentence, []).append(entry)
            out.by_paragraph.setdefault(entry.paragraph, []).append(entry)
    return out


def _of_project(made: Paragraph, block: Block, named: Mapping[str, str]) -> Block:
    """Return a block with the project that it opens with, where the tables list one of that name."""
    opening = re.split(
        r"[，。;:]", _MARK.sub("", made.flat[block.start : min(block.end, block.start + 60)]), maxsplit=1
    )[0]
    plain = re.sub(r"[“”\"\s]", "", opening)
    if len(plain) < 3 or len(plain) > 40:
        return block
    for short, name in named.items():
        if short in plain and plain.find(short) <= 4:
            return replace(block, project=name)
    return block


_EACH = re.compile(r"分别(?:为|是|达|达到|有|完成|支出|安排)?[^\d]{0,6}$")
_AND = re.compile(r"[、和及与,，]|以及")


def _handed_out(made: Paragraph, figures: Sequence[Figure]) -> dict[int, str]:
    """Return, for figures told in one row, the name of each: 甲、乙分别为 1 万元、2 万元 (start of the figure → name)."""
    out: dict[int, str] = {}
    for at, first in enumerate(figures):
        before = made.flat[max(0, first.span.start - 80) : first.span.start]
        found = _EACH.search(before)
        if not found:
            continue
        row = [first]
        for figure in figures[at + 1 :]:
            between = made.flat[row[-1].span.end : figure.span.start]
            if figure.base != first.base or _AND.sub("", between).strip():
                break
            row.append(figure)
        opening = re.split(r"[。;:(\n]|，(?=[^，]*$)", before[: found.start()])[-1]
        names = [name.strip() for name in _AND.split(opening) if name.strip()]
        if len(row) > 1 and len(names) >= len(row):
            out |= {figure.span.start: name for figure, name in zip(row, names[-len(row) :], strict=True)}
    return out


_SEGMENT = re.compile(r"[;。!?\n]")
_DELIMITER = re.compile(f"[{re.escape(DELIMITERS)}]")


def _of_last_year(words: str, lead: str, own_year: int | None, year: int | None) -> bool:
    """Return whether an entry is last year's: its own words say so, or those that its sentence (`words`) opens with."""
    clause = re.split(r"[，,(]", words)[-1]
    if PRIOR.search(lead) or "同期" in lead or (PRIOR.search(clause) and not re.search(r"[比较到至由从]", clause)):
        return True
    if own_year is not None or year is None:
        named = YEAR.search(lead)  # 调增2022年度绩效考核奖金 was paid this year
        return bool(named and named.start() <= _EARLY and year == int(named[1]) + 1 and not _SINCE.search(lead))
    opening = _OPENING.match(words)
    if opening is None or (opening["year"] and int(opening["year"]) != year - 1):
        return False
    return not _NOT_OF_IT.search(words, opening.end())


_EARLY, _NEXT = 3, 6
_SINCE = re.compile(r"结转|结余|以来|[至到起—~-]|自(?:19|20)\d{2}|截至")
_OPENING = re.compile(
    r"\s*(?:上一?年|去年|(?P<year>(?:19|20)\d{2})年)(?:度|同期)?(?!末|底|初|以来|[至到起—~-]|财?政?拨?款?结[转余])"
)
_NOT_OF_IT = re.compile(r"本年|今年|当年|(?:19|20)\d{2}年|[比较]|增|减|结转|结余|同比|下降|提高|目标|计划")


def _entries(
    made: Paragraph, blocks: Sequence[Block], first: int, projects: Sequence[str], year: int | None
) -> list[Entry]:
    out: list[Entry] = []
    starts = [block.start for block in blocks]
    floor, topic, sentence, segment = 0, "", -1, 0
    head = _head(made, blocks)
    handed = _handed_out(made, made.figures) if "分别" in made.flat else {}
    for figure in made.figures:
        start = figure.span.start
        begin = floor
        pieces = [found.end() for found in _DELIMITER.finditer(made.flat, floor, start)]
        if pieces:
            begin = pieces[-1]
        lead = made.flat[begin:start]
        segment += bool(_SEGMENT.search(made.flat, floor, start))
        if not lead.strip() and len(pieces) > 1 and made.flat[begin - 1] in ":(":
            lead = made.flat[pieces[-2] : begin - 1]
        block = blocks[max(0, bisect_right(starts, start) - 1)]
        lead = handed.get(start) or _MARK.sub("", lead)
        label = read_label(lead.strip())
        if figure.sentence != sentence:
            topic, sentence = "", figure.sentence
        opening = made.flat[max(made.sentence_start(figure.sentence), floor - _SENTENCE_SUBJECT, start - 200) : begin]
        topic = _topic(made.flat[floor:begin]) or topic or head
        own_year = YEAR.search(lead)
        sentence_words = made.flat[made.sentence_start(figure.sentence) : start]
        rate = RATE_WORDS.search(_rate_words(made.flat, start)) if figure.is_rate else None
        after = made.flat[figure.span.end : figure.span.end + 10]
        lead = lead.strip()
        base = "人" if figure.base in ("名", "位") else figure.base
        prior = _of_last_year(_segment_words(made.flat, start), lead, int(own_year[1]) if own_year else None, year)
        per = not figure.is_rate and _is_price(figure, lead, after)
        if out and _MOVED_TO.match(lead) and out[-1].base == base:
            per = out[-1].per  # 由每亩 380 元提高到 450 元
        if out and out[-1].per and figure.unit == out[-1].figure.unit == "元" and start - floor <= _NEXT:
            per = per or not _MADE.match(lead)  # 城市人均 446 元，农村 250 元
        counted = figure.is_money and not (prior or per)
        entry = Entry(
            first + len(out),
            figure,
            of_figure(figure),
            lead,
            label,
            block,
            label.subject,
            _kind(label.kind, lead, counted, _told_with(out, block, segment), out),
            label.scope,
            topic,
            block.project or _carried_project(made, out, figure, projects),
            prior,
            int(own_year[1]) if own_year else None,
            period_of(sentence_words[-80:]) or period_of(opening),
            per,
            (rate.lastgroup or "") if rate else "",
            segment,
            bool(head) and topic == head,
            base,
            _carried(sentence_words) if figure.is_rate and not rate else "",
        )
        if out and _tells_exactly(out[-1], entry):
            out[-1] = replace(out[-1], print=entry.print)
        out.append(entry)
        topic = label.subject or topic
        floor = figure.span.end
    return out


def _tells_exactly(before: Entry, entry: Entry) -> bool:
    """Return whether a bracket tells the figure before it to more digits: 14.1亿元（14098.07万元）."""
    again = entry.figure.depth > before.figure.depth and not re.sub("[约即折合]", "", entry.lead)
    finer = entry.print.unit < before.print.unit and before.print.fits(entry.print.value)
    return again and before.base == entry.base and entry.figure.is_money and finer and not before.print.vague


_GRANTED = re.compile(r"(?:上级|中央|省|市|自治区|盟|州|县|区|旗)[^，。;]{0,6}(?:下达|补助|拨付|拨入|追加|转移支付)")
_BUDGETS = ("年初预算", "预算")


def _told_with(before: Sequence[Entry], block: Block, segment: int) -> list[Entry]:
    """Return the amounts that are told before in one breath, the last first: of the project's item, else of the segment."""
    near = [one for one in reversed(before) if one.block is block and (block.project or one.segment == segment)]
    return [one for one in near if one.figure.is_money and not (one.prior or one.per)]


def _kind(kind: str, lead: str, counted: bool, told: Sequence[Entry], before: Sequence[Entry]) -> str:
    """Return the kind of an entry: what its words say, and where those are bare what the entries before it leave open."""
    if not kind and lead.startswith("其中") and before and before[-1].kind in ("结余结转", "上年结转"):
        return before[-1].kind  # 结转 27900 元，其中设备购置 6000 元
    if not counted or not (
        lead in ("全年", "全年为", "全年共") if not kind else kind == "预算" and _GRANTED.search(lead)
    ):
        return kind
    open_ = (*_BUDGETS, "支出") if kind else (*_BUDGETS, "全年预算", "支出")
    nearest = next(
        (one.kind for one in told if one.kind in open_ and not (one.figure.depth and one.kind != "年初预算")), ""
    )
    if nearest not in _BUDGETS:
        return kind
    return "调增" if kind else "全年预算"  # 年初安排136万元，自治区下达42万元; 年初120万元、全年160万元


_SPENT = re.compile(r"(?:实际)?(?:支出|执行|决算)数?(?:为)?")


def _carried_project(made: Paragraph, before: Sequence[Entry], figure: Figure, projects: Sequence[str]) -> str:
    """Return the project of the budget right before what was spent: 甲项目全年预算 380 万元、支出 371 万元; "" where none."""
    nearest = before[-1] if before else None
    if nearest is None or nearest.figure.sentence != figure.sentence or not figure.is_money or nearest.subject:
        return ""
    words = made.flat[nearest.figure.span.end : figure.span.start].strip("，、 ")
    if nearest.kind not in ("全年预算", *_BUDGETS) or not nearest.label.name or not _SPENT.fullmatch(words):
        return ""
    row = best_row(nearest.label.name, projects)
    return projects[row] if row is not None else ""


def _is_price(figure: Figure, lead: str, after: str) -> bool:
    """Return whether the words make a figure a price or an average."""
    if figure.is_money and _MONEY_PRICE.search(lead) and lead[:1] not in tuple("比较"):
        return True
    return bool(PRICE.search(lead) or _PER_AFTER.match(after))


_RATE_NAME = re.compile(r"[^\W\d]{0,4}率")


# 每台 522000 元，计 1566000 元; 每条 0.045 元，短信费 1.92 万元
_MADE = re.compile(
    r"合?共?小?计|共|合计|总计|总价|总额|金额|全年|价款|(?:实际)?(?:发放|兑现|兑付|支付|拨付|支出|补助|补贴)(?:资金|金额|了|共)?$|[^每均]*(?:预算|决算|合同)|[^\W\d每均]{0,6}(?:费|款|支出|资金)(?:为|共|计)?$"
)
_MOVED_TO = re.compile(r"(?:提高|增加|增长|上升|提升|上涨|下降|降低|减少|下调|上调|调整|压减)(?:到|至)了?$")


def _carried(words: str) -> str:
    """Return the rate that the sentence named before, "" where none: 预算执行率 97%，其中基本支出 99%."""
    found = last(_RATE_NAME, words)
    return found[0] if found else ""


def _segment_words(flat: str, start: int) -> str:
    """Return the words between the semicolon or full stop before and a figure."""
    return _SEGMENT.split(flat[max(0, start - 200) : start])[-1]


def _rate_words(flat: str, start: int) -> str:
    words = re.split(r"[，。;:、(\n]", flat[max(0, start - 50) : start])[-1]
    return re.sub(r"[“”\"\s≥≤<>=]", "", words)


def _topic(words: str) -> str:
    """Return the subject of the budget that the clauses without a figure named, "" where none."""
    for piece in reversed(_DELIMITER.split(words)):
        subject = read_label(piece.strip()[-30:]).subject if piece.strip() else ""
        if subject:
            return subject
    return ""


def _head(made: Paragraph, blocks: Sequence[Block]) -> str:
    """Return the subject that a paragraph's own head names: （三）三公经费。…"""
    first = re.split(r"[。:]", made.flat[:40], maxsplit=1)
    if len(first) < 2 or len(first[0]) > 24 or re.search(r"\d{2}", first[0]):
        return ""
    return read_label(first[0].strip()).subject
