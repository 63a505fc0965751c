"""规定的章节：缺的、空白的、只写“无”的。"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import (
    LONGEST_TITLE,
    TABLE,
    Chapter,
    Part,
    Section,
    chapters,
    count,
    follows,
    hit,
    outline,
    paragraphs,
    sections,
    sentences,
)
from workbook.rules.registry import Hit, rule

PROSE = ("narrative",)
OUTLINE = ("report.sections", "report.sections_missing")
FORM = "自评报告提纲（参数里的规定章节）"
FULL = 4  # a note of fewer sections is no report that must have them all
REMEDY = "改进|措施|建议|打算|整改|对策|下一步|今后|下年|[将拟]"
# what stands under such a heading may be a table, or the words are its own
IN_TABLES = "表|附件|目录|清单|明细|指标|情况[(]无|[(]?无[)]?$"
NOTHING = r"(?:本|我)?(?:部门|单位|局|年度?)?(?:暂?无|没有|略|不涉及|无此项|无此类?情况)"


@rule(
    "D01",
    "规定的章节缺失",
    Severity.ERROR,
    Category.FORM,
    FORM,
    "报告{fault}",
    "请在「{before}」之后补上这一节，没有内容的写明“无”",
    PROSE,
    OUTLINE,
)
def sections_are_there(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告有提纲规定的每一节，按标题的字认，不看序号；另用提纲的，序号不跳，写了问题的也写措施（预警）。"""
    if not follows(filing, scheme):
        yield from _jumped(filing)
        yield from _without_remedy(filing)
        return
    found = sections(filing, scheme)
    present = {title for section in found for title in section.titles}
    missing = [part for part in outline(scheme) if part.title not in present and not _told(filing, part)]
    # numbered without a gap it is an outline of its own
    severity = None if any(_jumped(filing)) else Severity.INFO
    last = found[0]
    for part in outline(scheme):
        if part.title in present:
            last = next((section for section in found if part.title in section.titles), last)
        elif part in missing:
            slots = {"fault": f"没有「{part.title}」一节", "before": last.heading}
            yield hit(filing, last.paragraph, last.heading, slots=slots, severity=severity)
    if all(part.title in present for part in outline(scheme)):
        yield from _jumped(filing)


def _jumped(filing: Filing) -> Iterator[Hit]:
    """Yield the one place where headings that are numbered one after the other from 一 on leave numbers out."""
    firsts = [chapter for chapter in chapters(filing) if chapter.level == 1]
    steps = [(one, two) for one, two in pairwise(firsts) if two.order != one.order + 1]
    if len(firsts) < FULL or firsts[0].order != 1 or len(steps) != 1 or steps[0][1].order != steps[0][0].order + 2:
        return
    one, two = steps[0]
    fault = f"一级标题的序号由「{_named(one)}」跳到「{_named(two)}」，中间缺一节"
    slots = {"fault": fault, "before": one.heading[:LONGEST_TITLE]}
    yield hit(filing, two.paragraph, two.heading[:LONGEST_TITLE], slots=slots, severity=Severity.WARNING)


def _named(chapter: Chapter) -> str:
    return chapter.heading[:LONGEST_TITLE].split("。")[0]


def _without_remedy(filing: Filing) -> Iterator[Hit]:
    """Yield the section on problems of a report that draws a conclusion and says nowhere what is to be done about them."""
    headings = chapters(filing)
    firsts = [chapter for chapter in headings if chapter.level == 1]
    problems = [chapter for chapter in firsts if re.search("问题|不足", chapter.heading[:20])]
    concluded = any(re.search("自评|评价|结论", chapter.heading[:20]) for chapter in firsts)
    if len(problems) != 1 or len(firsts) < FULL or not concluded:
        return
    after = "".join(paragraphs(filing)[problems[0].paragraph - 1 :])
    if not re.search(REMEDY, after + "".join(chapter.heading for chapter in headings)):
        slots = {"fault": "没有「改进措施」一节", "before": problems[0].heading[:LONGEST_TITLE]}
        heading = problems[0].heading[:LONGEST_TITLE]
        yield hit(filing, problems[0].paragraph, heading, slots=slots, severity=Severity.WARNING)


def _told(filing: Filing, part: Part) -> bool:
    """Return whether a section without a heading is told elsewhere: its words begin a sentence (or stand anywhere, where 无 may do)."""
    if not part.must:
        return any(word in text for text in paragraphs(filing) for word in part.words)
    return any(word in sentence.text[:20] for sentence in sentences(filing) for word in part.words)


# marks of lists by level, the number in the group that matched
_LISTED = re.compile(
    r"\s*(?:[(（](?P<second>[一二三四五六七八九十]{1,3})[)）]|(?P<dot>\d{1,2})[.、．](?!\d)|[(（](?P<round>\d{1,2})[)）]|(?P<circle>[①-⑳]))"
)
_LEVELS = ("second", "dot", "round", "circle")


@rule(
    "D29",
    "条目的编号跳了一号",
    Severity.INFO,
    Category.FORM,
    "实务（可改）：逐条列出的编号连续",
    "正文第{paragraph}段「{quote}」，前一条的编号是 {before}，中间缺 {missing}",
    "请看是漏写了一条，还是编号没有改",
    PROSE,
)
def lists_leave_nothing_out(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """逐条列出的各条（（一）、1.、（1）、①）编号连续；编号本来就乱的（跳了几处）不报。"""
    found = list(_skipped(paragraphs(filing)))
    if len(found) == 1:
        place, before, missing, words = found[0]
        yield hit(filing, place, words, slots={"before": before, "missing": missing})


def _skipped(texts: tuple[str, ...]) -> Iterator[tuple[int, str, str, str]]:
    """Yield where a number is left out of a list: the paragraph, the number before, the number left out, the words there."""
    last: dict[str, tuple[int, int]] = {}
    for place, text in enumerate(texts, 1):
        if re.match(r"\s*[一二三四五六七八九十]{1,3}、", text):
            last = {}
        mark = _LISTED.match(text)
        if mark is None:
            continue
        kind = str(mark.lastgroup)
        number_of = ord(mark[kind]) - ord("①") + 1 if kind == "circle" else count(mark[kind])
        before, since = last.get(kind, (0, place))
        between = "".join(texts[since - 1 : place - 1])
        if before and number_of == before + 2 and not re.search(rf"(?<!\d)[(（]?{before + 1}[.、．)）]", between):
            yield place, _spelled(kind, before), _spelled(kind, before + 1), text.strip()[:20]
        last[kind] = number_of, place
        for lower in _LEVELS[_LEVELS.index(kind) + 1 :]:
            last.pop(lower, None)


def _spelled(kind: str, number_of: int) -> str:
    """Return a number as its list writes it."""
    if kind == "circle":
        return chr(ord("①") + number_of - 1)
    words = (
        f"{'十' * (number_of > 9)}{_ONES[number_of % 10]}" if kind == "second" and number_of < 20 else str(number_of)
    )
    return f"{words}." if kind == "dot" else f"（{words}）"


_ONES = ("", *"一二三四五六七八九")


@rule(
    "D02",
    "章节没有内容",
    Severity.ERROR,
    Category.FORM,
    FORM,
    "「{title}」{fault}",
    "请补写这一节；确实没有的写明“无”和原因",
    PROSE,
    OUTLINE,
)
def sections_are_filled(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """每一节标题下都有内容，必写的各节不只写“无”；另用提纲的只看标题下有没有字（预警）。"""
    told = set()
    for section, fault, severity in _faults(filing, scheme) if follows(filing, scheme) else ():
        told.add(section.paragraph)
        slots = {"title": section.heading, "fault": fault}
        yield hit(filing, section.paragraph, section.heading, slots=slots, severity=severity)
    bearing = {section.paragraph for section in sections(filing, scheme)} if follows(filing, scheme) else set()
    for chapter in _bare(chapters(filing)):
        if chapter.paragraph not in told and (chapter.level == 2 or chapter.paragraph not in bearing):
            slots = {"title": chapter.heading, "fault": "只有标题，没有内容"}
            yield hit(filing, chapter.paragraph, chapter.heading, slots=slots, severity=Severity.WARNING)


def _faults(filing: Filing, scheme: Scheme) -> Iterator[tuple[Section, str, Severity | None]]:
    """Yield what is wrong with the sections of the scheme's outline, with the last heading of each."""
    found = sections(filing, scheme)
    for part in outline(scheme):
        own = [section for section in found if part.title in section.titles]
        firsts = [section for section in own if section.level == 1]
        if not firsts or len(firsts) < len(own):
            continue
        fault, severity = _fault(part, firsts)
        if fault:
            yield firsts[-1], fault, severity


def _bare(headings: tuple[Chapter, ...]) -> Iterator[Chapter]:
    """Yield the headings with nothing under them that stand alone in this among their like.

    Where several do, it is a table of contents, a list, or sections that are tables; a title that a filled section
    bears too is the table of contents'.
    """
    groups: dict[int, list[Chapter]] = {}
    above = 0
    for chapter in headings:
        above = chapter.paragraph if chapter.level == 1 else above
        groups.setdefault(above if chapter.level == 2 else 0, []).append(chapter)
    for group in groups.values():
        bare = [chapter for chapter in group if chapter.empty]
        if len(bare) == 1 and len(group) >= 3 and not re.search(IN_TABLES, bare[0].heading):
            yield bare[0]


def _fault(part: Part, own: list[Section]) -> tuple[str, Severity | None]:
    """Return what is wrong with a section: blank wherever its heading stands (a table of contents repeats it), or only 无."""
    if not any(section.body for section in own):
        if part.kind == TABLE or (not part.must and any("无" in section.heading for section in own)):
            return "", None
        severity = None if part.must else Severity.WARNING
        return "只有标题，没有内容" + ("" if part.must else "，也没有写“无”"), severity
    if part.must and all(
        re.fullmatch(NOTHING + r"[\s。.,，]*", section.text.strip()) for section in own if section.body
    ):
        return "只写了“无”", Severity.WARNING
    return "", None


@rule(
    "D28",
    "章节次序与提纲不同",
    Severity.INFO,
    Category.FORM,
    FORM,
    "「{heading}」写在「{other}」前面，与提纲的次序相反",
    "请按提纲的次序调整；本地提纲次序不同的，在参数里改",
    PROSE,
    OUTLINE,
)
def sections_are_in_order(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """照提纲写的报告，各节的次序与提纲相同；一个标题兼说几节的不比。"""
    if not follows(filing, scheme):
        return
    order = [part.title for part in outline(scheme)]
    held = [section for section in sections(filing, scheme) if section.level == 1 and len(section.titles) == 1]
    named = Counter(section.titles[0] for section in held)
    once = [section for section in held if named[section.titles[0]] == 1]
    for one, two in pairwise(once):
        if order.index(one.titles[0]) > order.index(two.titles[0]):
            slots = {"heading": one.heading, "other": two.heading}
            yield hit(filing, one.paragraph, one.heading, slots=slots)
            return
