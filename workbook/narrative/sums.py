"""Sums that the words claim: 其中 …, brackets, a list, and 合计 that closes a row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from workbook import patterns as re
from workbook.model.fields import below
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.relations import Sum

_OPENS = re.compile(
    r"其中|包括|包含|分别(?:为|是|用于|安排|支出)?|具体(?:为|是)|按[^，。;]{1,10}(?:分|看)|分(?:单位|部门|性质|来源|层级|科目|乡镇|类别)(?:看|来看|情况)?(?=[，:])|按(?:资金)?(?:来源|性质|用途|单位|级次|层级|年龄|岗位|类别|类型|乡镇|科目)|构成|主要(?:是|有|用于)|:|由[^，。;]{0,6}组成|，由(?!于|上年|去年|原|年初|此|县|市|区|省|财政)"
)
_ALL = re.compile(r"明细|分别(?:为|是|用于|安排|支出)?|^按|^分(?!别)|构成|组成|[^其]中，?$")
_ANEW = re.compile(r"^按|^分(?!别)|构成")
_OTHER = re.compile(
    r"[比较](?:上|去|年初|同期|[12]\d{3}年)|同比|上年(?!结转|结余)|去年|占|人均|户均|平均|每[^\W\d]|另(?!行)|此外|剩余|累计|比例|不含|未含|即|付|满分|扣分|扣(?=\d)|扣$"
)
_CLOSES = re.compile(
    r"(?:合计|共计|总计|总共|一共|[两三四五六七八九十]项(?:合计|共)?|两者(?:合计|共)|加总|累计|总投资|总额|总[价量])[^\d，。;]{0,12}$|^(?:以上|上述|前述)[^\d，。;]{0,14}$|^共(?!有|设|建|开|组|召)[^\d，。;]{0,4}$"
)
# 支出 1507 万元（含基金 64 万元、其他资金 31 万元）: what is among it, not all of it
_AMONG = re.compile(r"\([^\d(),，。;]{0,6}(?<!包)含(?!:)[^\d()]*$")
MOST = 16
FAR = 40  # figures back at most


def sums(ledger: Ledger) -> Iterator[Sum]:
    """Yield every total with the parts that the words give it: as read where it comes out, else as it should be read."""
    for entries in ledger.by_paragraph.values():
        yield from _alike(_in_paragraph(ledger, entries))


def _in_paragraph(ledger: Ledger, entries: Sequence[Entry]) -> Iterator[Sum]:
    taken: set[int] = set()
    for index in range(1, len(entries)):
        opened = _opened(ledger, entries, index)
        if opened and entries[index].number not in taken:
            made = _after(ledger, entries, index, opened, taken)
            if made is not None:
                taken |= {term.number for term in made.terms[1:] if isinstance(term, Entry)}
                yield made
    yield from _named(ledger, entries)
    yield from _complements(entries)
    yield from _columns(entries)
    for index in range(2, len(entries)):
        if not entries[index].figure.is_rate and _CLOSES.search(entries[index].lead):
            made = _before(ledger, entries, index)
            if made is not None:
                yield made


def _alike(made: Iterator[Sum]) -> Iterator[Sum]:
    """Yield sums; one over the same names as another that comes out leaves none out either: 编制 86 名，其中…；在职 79 人，其中…"""
    found = list(made)
    whole = {names: one.terms for one in found if one.holds and len(names := _names(one)) > 2}
    for one in found:
        other = whole.get(_names(one))
        if other is not None and one.trust < 4 and not any(a is b for a in one.terms for b in other):
            one.trust, one.complete = 4.0, True
        yield one


def _names(one: Sum) -> tuple[str, ...]:
    """Return what the parts of a sum are called, without the words that say of what; () where one has no name."""
    leads = (term.lead for term in one.terms[1:] if isinstance(term, Entry))
    names = tuple(_OF_WHAT.sub("", lead) for lead in leads)
    return names if all(names) else ()


_OF_WHAT = re.compile(r"其中[:：]?|编制|在职|实有|现有|人员|支出|预算|年初|全年|为|[‧，、:：]")


# what the budget itself is made of: each total with the parts that are all of it
_MADE_OF = (
    ("基本支出", ("人员经费", "公用经费")),
    ("三公经费", tuple(line.label for line in below("three_public"))),
)


def _named(ledger: Ledger, entries: Sequence[Entry]) -> Iterator[Sum]:
    """Yield 基本支出 ＝ 人员经费 ＋ 公用经费 and the like, where a paragraph names the total and then the parts."""
    for total, names in _MADE_OF:
        heads = [
            one
            for one in entries
            if _plain(one) and (one.subject == total or (one.topic == total and one.kind == "支出" and not one.subject))
        ]
        heads = [one for one in heads if not _aside(ledger, one)]
        if not heads and (above := _above(ledger, entries, total)):
            heads = [above]
        for n, head in enumerate(heads):
            until = heads[n + 1].number if n + 1 < len(heads) else head.number + FAR
            parts = [one for one in ledger.entries[head.number + 1 : until] if one.subject in names and _plain(one)]
            parts = [one for one in parts if one.kind in ("", head.kind) and one.paragraph == entries[0].paragraph]
            distinct = {one.subject for one in parts}
            if len(parts) < 2 or len(distinct) != len(parts) or (total == "基本支出" and len(parts) != 2):
                continue
            made = _made(head, parts)
            if total == "三公经费" and not made.holds and not distinct >= {"公车运行维护", "公务接待"}:
                continue
            made.trust = 3.5 if total == "三公经费" and len(distinct) >= 2 else 2.5
            yield made


_UNIT = re.compile(r"(?:机关|本级|中心|站|所|队|局|办|院|校|馆|单位|机构)$")


def _complements(entries: Sequence[Entry]) -> Iterator[Sum]:
    """Yield what was reached and what was not as the whole: 指标 11 项，达到目标的 9 项，未达到的 2 项."""
    for whole, one, other in zip(entries, entries[1:], entries[2:], strict=False):
        same = len({(entry.base, entry.sentence, entry.figure.depth) for entry in (whole, one, other)}) == 1
        counted = not (whole.figure.is_money or whole.figure.is_rate or whole.figure.spelled)
        found = re.match(r"[未没不](?:有)?([^\W\d]{2})", other.lead)
        if same and counted and found and found[1] in one.lead and whole.print.value >= one.print.value > 0:
            made = _made(whole, (one, other))
            made.trust, made.complete = 4.0, True
            yield made


_ROLES = re.compile(r"(?P<posts>编制(?!内|外)|核编)|(?P<staff>在职|实有|在岗|在编|现有)")


def _columns(entries: Sequence[Entry]) -> Iterator[Sum]:
    """Yield the columns of people told unit by unit: 编制 49 名、在职 45 人，… 本级编制 28 名、在职 26 人，中心编制 21 名、在职 19 人.

    Where one column comes out, no unit is left out and the other must too.
    """
    columns: dict[str, list[Entry]] = {}
    role = ""
    for one in entries:
        if one.figure.spelled and one.base == "个":
            continue  # 其他两个单位 17 人
        if one.base not in ("人", "个") or one.per or one.prior or one.figure.depth:
            role = role if one.figure.depth else ""
            continue
        found = _ROLES.search(one.lead)
        goes_on = not one.lead or (role in columns and _UNIT.search(one.lead))
        role = found.lastgroup or "" if found else role if goes_on else ""
        ends = r"空编|控制|缺编|超编" if found and role not in columns else r"空编|控制|缺编|超编|合计|共"
        alike = role not in columns or columns[role][0].base == one.base
        if role and alike and not re.search(ends, one.lead[-4:]):
            columns.setdefault(role, []).append(one)
    rows = [own for own in columns.values() if len(own) > 2 and own[1].sentence == own[-1].sentence]
    made = [_made(own[0], own[1:]) for own in rows]
    whole = any(total.holds and len(total.terms) > 3 for total in made) and len({len(own) for own in rows}) == 1
    for own, total in zip(rows, made, strict=True):
        if total.holds or whole or re.search(r"本级|机关(?!事)", own[1].lead):
            total.trust, total.complete = 4.0, True
            yield total


def _above(ledger: Ledger, entries: Sequence[Entry], total: str) -> Entry | None:
    """Return the total where the paragraph before names it last: 3.基本支出中，人员经费…"""
    number = entries[0].paragraph
    if not re.match(rf"[^，。;]{{0,12}}{total}(?:支出)?(?:中|按|的)", ledger.paragraphs[number - 1].flat):
        return None
    earlier = [one for one in ledger.by_paragraph.get(number - 1, ()) if one.subject == total and _plain(one)]
    return earlier[-1] if earlier else None


def _plain(entry: Entry) -> bool:
    return (
        entry.figure.is_money
        and not entry.prior
        and not entry.per
        and entry.kind in ("", "支出")
        and not _OTHER.search(entry.lead)
    )


def _opened(ledger: Ledger, entries: Sequence[Entry], index: int) -> str:
    """Return how the words before an entry open a row of parts: "(" a bracket, ":" a colon, or the word; "" not."""
    here, before = entries[index], entries[index - 1]
    if here.figure.is_rate or here.per or (here.figure.spelled and here.base != "人"):
        return ""
    if here.figure.is_money and not before.figure.is_money and not before.figure.is_rate:
        before = entries[max(0, index - 2)]  # 其中制作 17 部收入 38.25 万元
    if here.figure.depth > before.figure.depth:
        return "("
    words = ledger.between(before, here)
    found = re.search(r"其中[^，。;]*分别", words) or _OPENS.search(words)
    listed = re.search(r"(?:明细|构成|组成|如下)(?:为|是)?:", words)
    again = re.search(r"(?<=[。;，])[^，。;]{2,12}(?<![其年集当])中(?!央|级|小|型|等|心|介|医|专)，?", words)
    return (listed or found or again or [""])[0] if len(words) < 80 else ""


def _after(
    ledger: Ledger, entries: Sequence[Entry], index: int, opened: str, taken: Collection[int] = ()
) -> Sum | None:
    """Return the total that a row of parts has before it; `taken` are the parts of totals already read."""
    first = entries[index]
    near = [
        entry
        for entry in reversed(entries[max(0, index - FAR) : index])
        if entry.base == first.base
        and not entry.per
        and not entry.figure.is_rate
        and first.figure.sentence - entry.figure.sentence <= 3
    ]
    heads = [one for one in near if one.figure.depth <= first.figure.depth - (opened == "(")][:10]
    if re.search("[^其]中，?$", opened):  # 技术人员中，高级 23 人、…: the head has that name, or none is told
        heads = [one for one in near if len(one.lead) > 2 and one.lead[-4:] in opened]
    if first.figure.comparator:
        return None  # 优秀≥90分，80分≤良好<90分: limits are no parts
    if not heads or (first.base == "分" and heads[0].segment != first.segment):
        return None  # 预算执行率得9.29分；未达标指标3项（…得7.33分，…）: another's points
    if first.print.digits < 4 and not first.figure.is_money and _joined(ledger, heads[0], first):
        heads = heads[:1]  # of few digits another head comes out by accident
    parts = row(ledger, entries[index : index + FAR])
    if opened == "(" and any(_FLOW.search(one.lead) for one in parts):
        return None  # 142 家（年初 128 家，新增 17 家，退出 3 家）
    closed = opened == "(" and _closed(ledger, parts[-1])
    for size in range(len(parts), 0, -1):
        for head in heads if size > 1 else heads[:1]:
            made = _made(head, parts[:size])
            if made.holds and (size > 1 or head.print.value == parts[0].print.value):
                made.trust, made.tries = 3.0, len(heads)
                return made if size > 1 else None
    if opened == "(" and _AMONG.search(ledger.between(entries[index - 1], first)):
        return None
    heads = [head for head in heads if not _aside(ledger, head)]
    if _ANEW.search(opened):  # the whole once more by another way of parting it, not one of its parts
        heads = [head for head in heads if head.number not in taken] or heads
    else:
        heads = [head for head in heads if first.figure.sentence - head.figure.sentence <= 1]
    moved = heads and heads[0].kind in ("调增", "调整") and bool(re.search("包括|其中", opened))
    parts = parts if moved else _until_turn(parts)
    if not heads:
        return None
    named = _named_head(ledger, heads, first)
    head = named or heads[0]
    left = re.search(r"结转|结余|剩余|余额", re.split("[，。;]", ledger.between(entries[index - 1], first))[-1])
    if left and head.kind in ("支出", "年初预算", "全年预算", "预算", ""):
        return None  # 支出分别为…，年末结转分别为…: what is left is no part of what was spent
    if len(parts) < 2 or not _head_fits(head, parts):
        return None
    made = _made(head, parts)
    rest = (
        ledger.between(parts[-1], ledger.entries[parts[-1].number + 1])
        if parts[-1].number + 1 < len(ledger.entries)
        else ""
    )
    made.complete = (
        not re.match(r"[^，。;、\d]{0,6}等", ledger.after(parts[-1]))
        and not re.search(r"[另其]余?一?[^，。;]{0,6}$", rest)
        and (closed or (bool(_ALL.search(opened)) and (named is not None or _named_parts(ledger, head, first))))
        and len(parts) >= 2
    )
    over = sum(part.print.value for part in parts) > head.print.value
    if opened == "(" and not first.lead:
        return None  # the names stand behind the numbers: what they are parts of is not told
    over = over and (head.sentence == first.sentence or "分别" not in opened)
    made.trust = 4.0 if made.complete or _whole(parts) else 3.5 if over else min(1.5, len(parts) - 3.0)
    return made


_FLOW = re.compile(r"^(?:年初|期初|上年末|上年底|原有)[^\W\d]{0,4}$")


def _joined(ledger: Ledger, head: Entry, first: Entry) -> bool:
    """Return whether parts follow right behind their head: 在职 25 人：行政 18 人, 在职 10 人，其中参公 7 人."""
    return bool(re.match(r"[，、]?(?:其中|包括|包含|[:(]|分别)", ledger.between(head, first)))


def _named_head(ledger: Ledger, heads: Sequence[Entry], first: Entry) -> Entry | None:
    """Return the head that the sentence of the parts names again: 财政拨款 286 万元…。财政拨款中，省、县资金分别为…"""
    before = ledger.paragraphs[first.paragraph - 1].flat[: first.figure.span.start]
    words = re.search(r"([^，。;]{2,20})中，?[^，。;\d]{0,30}$", before[-60:])
    if words is None:
        return None
    return next((head for head in heads if len(head.lead) > 2 and head.lead[-4:] in words[1]), None)


_POSTS = ("专业技术", "管理", "工勤")  # the three kinds of posts of a public institution
_HALVES = (
    ("行政", "事业"),
    ("公务员", "事业"),
    ("参公", "事业"),
    ("参公", "工勤"),
    ("行政", "工勤"),
    ("男", "女"),
    ("基本支出", "项目支出"),
    ("人员经费", "公用经费"),
    ("年初安排", "新增"),
    ("年初安排", "追加"),
    ("续建", "新建"),
    ("本级", "下属"),
    ("一般公共预算", "政府性基金"),
)


def _whole(parts: Sequence[Entry]) -> bool:
    """Return whether two parts are by their names all that there is: 行政 and 事业, 基本支出 and 项目支出."""
    if len(parts) == len(_POSTS) and all(name in part.lead for name, part in zip(_POSTS, parts, strict=True)):
        return True
    if len(parts) != 2:
        return False
    return any(a in parts[n].lead and b in parts[1 - n].lead for a, b in _HALVES for n in (0, 1))


def _named_parts(ledger: Ledger, head: Entry, first: Entry) -> bool:
    """Return whether the words between call what follows the parts of the head: …，其中甲、乙分别为."""
    words = ledger.between(head, first)
    return head.sentence == first.sentence and bool(
        re.search(r"其中|包括|按|组成|构成|明细|由|^[:，]?[^，;]{0,12}分别", words)
    )


def _aside(ledger: Ledger, head: Entry) -> bool:
    """Return whether a figure is told by the way, of last year or as a change on it, and so is no total of what follows."""
    clause = re.split(r"[。;]", ledger.paragraphs[head.paragraph - 1].flat[: head.figure.span.start])[-1][-24:]
    words = re.split("，", clause)[-1]
    return head.prior or bool(
        re.search(r"上年(?!结转|结余)|去年|增加|减少|较|比|[为占达](?:年度)?(?:目标|计划|任务)", words)
    )


def _head_fits(head: Entry, parts: Sequence[Entry]) -> bool:
    """Return whether the figure before can be the total of the parts: no part is larger, unless a slip made it so."""
    larger = sum(part.print.value > head.print.value for part in parts)
    return larger <= (head.base != "分") and not (head.prior and not parts[0].prior)


def _closed(ledger: Ledger, entry: Entry) -> bool:
    return bool(re.match(r"[^，。;、(\d]{0,8}\)", ledger.after(entry)))


def row(ledger: Ledger, entries: Sequence[Entry], most: int = MOST) -> list[Entry]:
    """Return the figures of one unit that stand in a row with the first, until another thing is spoken of."""
    first = entries[0]
    out = [first]
    last = first
    strange = 0
    for entry in entries[1:]:
        words = ledger.between(last, entry)
        if (
            entry.figure.sentence != first.figure.sentence
            or entry.figure.depth < first.figure.depth
            or len(out) >= most
        ):
            break
        last = entry
        if entry.figure.depth > first.figure.depth or (entry.base == "分" and ledger.after(entry, 1) == "得"):
            continue  # 产出指标 60 分得 58 分: what could be had is no part
        if _OPENS.search(words.replace("分别", "")) and not words.strip().startswith("("):
            break
        other = entry.base != first.base or (not first.figure.is_money and entry.figure.unit != first.figure.unit)
        spelled = entry.figure.spelled and entry.base != "人"
        if entry.figure.is_rate or other or entry.per or spelled:
            strange += not entry.figure.is_rate
            if strange > len(out) + 1:
                break
            continue
        far = not entry.figure.depth and words.count("，") > 1  # 占37%，与银行合作，发放…: something else is told
        if far or _OTHER.search(words) or _CLOSES.search(entry.lead) or _of_other_year(entry, first):
            break
        out.append(entry)
    return out


def _of_other_year(one: Entry, other: Entry) -> bool:
    """Return whether one figure is last year's and the other is not; years told one by one make a row."""
    return one.prior != other.prior and not (one.year or other.year)


def _until_turn(parts: Sequence[Entry]) -> list[Entry]:
    """Return the parts before the first that is of another kind, or behind the semicolon that ends their row."""
    for n, entry in enumerate(parts):
        ended = n > 1 and entry.segment != parts[0].segment and parts[0].segment == parts[n - 1].segment
        if n and (ended or _turns(parts[0], entry)):
            return list(parts[:n])
    return list(parts)


def _turns(first: Entry, entry: Entry) -> bool:
    """Return whether an entry is of another kind than the row: spent, after what was budgeted."""
    if entry.kind in ("结余结转", "上年结转", "调增", "调减") and entry.kind != first.kind:
        return True
    bare = not (entry.subject or entry.label.rest)
    return bool(entry.kind) and entry.kind != first.kind and bare


def _made(head: Entry, parts: Sequence[Entry]) -> Sum:
    way = _way(head)  # a net rise is what was added less what was taken
    signs = (1, *(-1 if not way or _way(part) in (0, way) else 1 for part in parts))
    return Sum("分项之和", (head, *parts), signs=signs)


def _way(entry: Entry) -> int:
    """Return whether an entry is what was added (1), taken (−1), or neither."""
    if entry.kind in ("调增", "调减"):
        return 1 if entry.kind == "调增" else -1
    found = re.search(r"(增|减)(?:加|少)?(?:了)?$", entry.lead)
    return 0 if found is None else 1 if found[1] == "增" else -1


def _before(ledger: Ledger, entries: Sequence[Entry], index: int) -> Sum | None:
    """Return the total that closes a row: A、B，合计 C."""
    head = entries[index]
    parts: list[Entry] = []
    for entry in reversed(entries[max(0, index - FAR) : index]):
        if head.figure.sentence != entry.figure.sentence or len(parts) >= MOST:
            break
        if entry.base != head.base or entry.per or entry.figure.is_rate or entry.figure.depth > head.figure.depth:
            continue
        if entry.base == "分" and ledger.after(entry, 1) == "得":
            continue
        if _of_other_year(entry, head):
            break
        parts.insert(0, entry)
        if len(parts) > 1 and (made := _made(head, parts)).holds:
            made.trust, made.tries = 2.0, len(parts)
            return made
        if _OPENS.search(entry.lead):
            break
    if len(parts) < 2 or not _head_fits(head, parts):
        return None
    made = _made(head, parts)
    made.trust, made.tries = -2.0, len(parts)
    joined = all(re.fullmatch(r"[、和及与，][^，。;、]{0,12}", ledger.between(a, b)) for a, b in pairwise(parts))
    closed = r"(?:[两三四五六七八九十]项)?(?:合计|共计|总计|累计|合同总[价额]|总投资)[^\d，。;]{0,6}$"
    if joined and (re.match(closed, head.lead) or (head.lead == "共" and not head.figure.is_money and len(parts) > 2)):
        made.trust, made.tries = 3.0, 1
    return made
