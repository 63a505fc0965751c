"""规定的章节：缺的、空白的、只写“无”的。"""

import re
from collections.abc import Iterator

from workbook.filing import Filing
from workbook.findings import Category, Severity
from workbook.rules.prose.document import TABLE, Part, Section, follows, hit, outline, paragraphs, sections, sentences
from workbook.rules.registry import Hit, rule
from workbook.scheme import Scheme

PROSE = ("narrative",)
OUTLINE = ("report.sections", "report.sections_missing")
FORM = "自评报告提纲（参数里的规定章节）"
NOTHING = r"(?:本|我)?(?:部门|单位|局|年度?)?(?:暂?无|没有|略|不涉及|无此项|无此类?情况)"


@rule(
    "D01",
    "规定的章节缺失",
    Severity.ERROR,
    Category.FORM,
    FORM,
    "报告没有「{title}」一节",
    "请在「{before}」之后补上这一节，没有内容的写明“无”",
    PROSE,
    OUTLINE,
)
def sections_are_there(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """报告有提纲规定的每一节；按标题的字认，不看序号，另用提纲的报告不查。"""
    if not follows(filing, scheme):
        return
    found = sections(filing, scheme)
    present = {title for section in found for title in section.titles}
    last = found[0]
    for part in outline(scheme):
        if part.title in present:
            last = next((section for section in found if part.title in section.titles), last)
        elif not _told(filing, part):
            slots = {"title": part.title, "before": last.heading}
            yield hit(filing, last.paragraph, last.heading, slots=slots)


def _told(filing: Filing, part: Part) -> bool:
    """Return whether a section without a heading is told elsewhere: its words begin a sentence (or stand anywhere, where 无 may do)."""
    if not part.must:
        return any(word in text for text in paragraphs(filing) for word in part.words)
    return any(word in sentence.text[:20] for sentence in sentences(filing) for word in part.words)


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
    """每一节标题下都有内容；必写的各节不只写“无”。"""
    if not follows(filing, scheme):
        return
    found = sections(filing, scheme)
    for part in outline(scheme):
        own = [section for section in found if part.title in section.titles]
        firsts = [section for section in own if section.level == 1]
        if not firsts or len(firsts) < len(own):
            continue
        fault, severity = _fault(part, firsts)
        if fault:
            slots = {"title": firsts[-1].heading, "fault": fault}
            yield hit(filing, firsts[-1].paragraph, firsts[-1].heading, slots=slots, severity=severity)


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
