"""A report in Word handed back with comments at the words that findings speak of; all else in it stays as it was."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.text.run import Run

from workbook import patterns as re
from workbook.forms.word_text import W, pieces, text_of
from workbook.model.filing import Filing
from workbook.model.findings import UNDER, Card, Finding
from workbook.ooxml import legal
from workbook.storage.replacing import replacing

AUTHOR, INITIALS = "绩效自评校验", "校验"
_ADDRESS = re.compile(r"第(\d+)行第(\d+)列")


@dataclass(frozen=True, slots=True)
class Note:
    """One comment: the words it is about as (paragraph of the running text, first and last character), or a cell's words."""

    finding: Finding
    paragraph: int = 0
    start: int = 0
    end: int = 0
    card: Card | None = None


def write(source: Path, target: Path, notes: Iterable[tuple[Filing, Note]]) -> tuple[int, list[Finding]]:
    """Write the Word file of `source` to `target` with a comment for each note.

    Return how many were placed, and the findings whose words are not in the file (a total that is missing, say).
    Raise docx's errors where the file is none, OSError where it cannot be written.
    """
    document = docx.Document(str(source))
    places = _Places(document.element.body)
    placed, homeless = 0, []
    for filing, note in notes:
        runs = places.runs_of(filing, note)
        if runs is None:
            homeless.append(note.finding)
            continue
        first, last = (Run(element, document) for element in runs)
        comment = document.add_comment([first, last], author=AUTHOR, initials=INITIALS)
        _say(comment, note.finding, note.card)
        placed += 1
    with replacing(target) as temporary:
        document.save(str(temporary))
    return placed, homeless


def _say(comment: Any, finding: Finding, card: Card | None) -> None:
    """Write what is said of a finding: the cause with its consequences and codes, or what follows with its cause's place."""
    leads = card is None or finding is card.leader
    mark = f"{finding.severity.mark} {finding.severity.caption}" if leads else f"{UNDER} 牵出"
    lines = [f"{mark} {finding.title}", finding.message]
    if card is not None and not leads:
        lines += [f"起因：{card.leader.location.shown}：{card.leader.message}"]
    lines += [f"建议：{finding.suggestion}"] if finding.suggestion and leads else []
    lines += [f"可能出错的一处：{finding.culprit}"] if finding.culprit and leads else []
    lines += card.consequences() if card is not None and leads else []
    lines += [f"出错说明：{finding.explanation}"] if finding.explanation else []
    codes = card.codes if card is not None and leads else finding.rule
    lines += [f"依据：{finding.source}（{codes}）" if finding.source else f"（{codes}）"]
    comment.paragraphs[0].add_run(legal(lines[0])).bold = True
    for line in lines[1:]:
        comment.add_paragraph(legal(line))


class _Places:
    """Where the words of filings stand in a Word file."""

    def __init__(self, body: Any) -> None:
        self.paragraphs = [(node, text_of(node)) for node in body.iter(f"{W}p")]
        self.cells = dict(_cells(body))
        self.found: dict[tuple[int, int], tuple[Any, int] | None] = {}

    def runs_of(self, filing: Filing, note: Note) -> tuple[Any, Any] | None:
        """Return first and last run of a note's words, split off from what stands around them; None where they are not."""
        if note.paragraph:
            place = self._paragraph(filing, note.paragraph)
            return None if place is None else _cut(place[0], place[1] + note.start, place[1] + note.end)
        found = (self._cell(filing, path) for path in _spots(note.finding.location.path))
        cell = next((entry for entry in found if entry is not None), None)
        if cell is None:
            return None
        paragraph = next(node for node in cell.iter(f"{W}p") if text_of(node).strip())
        return _cut(paragraph, 0, len(text_of(paragraph)))

    def _cell(self, filing: Filing, path: str) -> Any:
        """Return the table cell of a field, None where it stands in no table or is blank (one blank is like another)."""
        place = filing.places.get(path)
        address = _ADDRESS.fullmatch(place.cell) if place else None
        words = "".join(place.text.split()) if place else ""
        return self.cells.get((int(address[1]), int(address[2]), words)) if address and words else None

    def _paragraph(self, filing: Filing, number: int) -> tuple[Any, int] | None:
        """Return the Word paragraph of a paragraph of the running text and where its words begin in it."""
        key = (id(filing), number)
        if key not in self.found:
            self._follow(filing)
        return self.found.get(key)

    def _follow(self, filing: Filing) -> None:
        """Find all paragraphs of a filing in their order; one that repeats is taken behind the one before."""
        position = 0
        for number, words in enumerate(filing.narrative, start=1):
            spot = self._next(words, position) or self._next(words, 0)
            self.found[id(filing), number] = None if spot is None else (self.paragraphs[spot[0]][0], spot[1])
            if spot is not None:
                position = spot[0] + (self.paragraphs[spot[0]][1].strip() == words)

    def _next(self, words: str, start: int) -> tuple[int, int] | None:
        whole = (index for index in range(start, len(self.paragraphs)) if self.paragraphs[index][1].strip() == words)
        index = next(whole, None)
        if index is None:
            index = next((n for n in range(start, len(self.paragraphs)) if words in self.paragraphs[n][1]), None)
        return None if index is None else (index, self.paragraphs[index][1].find(words))


def _spots(path: str) -> Iterator[str]:
    """Yield a field's path, and where it stands in a row, that of the row's name: a blank cell has no words of its own."""
    yield path
    for rows, name in (("indicators", "level3"), ("project_lines", "name")):
        if path.startswith(f"{rows}["):
            yield f"{path.partition('.')[0]}.{name}"


def _cells(body: Any) -> Iterator[tuple[tuple[int, int, str], Any]]:
    """Yield every table cell under its row, its column (spans counted) and its words, as readers name their places."""
    for table in body.iter(f"{W}tbl"):
        for row_number, row in enumerate(table.findall(f"{W}tr"), start=1):
            before = row.find(f"{W}trPr/{W}gridBefore")
            column = 1 + (int(before.get(f"{W}val", 0)) if before is not None else 0)
            for cell in row.findall(f"{W}tc"):
                words = "".join("".join(text_of(node) for node in cell.iter(f"{W}p")).split())
                yield (row_number, column, words), cell
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                column += int(span.get(f"{W}val", 1)) if span is not None else 1


def _cut(paragraph: Any, start: int, end: int) -> tuple[Any, Any] | None:
    """Split the runs of a paragraph so that some begin at one character and end before another; return first and last."""
    _split(paragraph, end)
    _split(paragraph, start)
    position, inside = 0, []
    for node, words in pieces(paragraph):
        if start <= position < end and words:
            inside.append(node)
        position += len(words)
    runs = [run for run in (_run_of(node) for node in inside) if run is not None]
    return (runs[0], runs[-1]) if runs else None


def _run_of(node: Any) -> Any:
    return next((parent for parent in node.iterancestors(f"{W}r")), None)


def _split(paragraph: Any, offset: int) -> None:
    """Split the run in which a character stands, before it; nothing where a run begins there already."""
    position = 0
    for node, words in pieces(paragraph):
        if position < offset < position + len(words) and node.tag == f"{W}t":
            _split_run(node, offset - position)
            return
        if position == offset and node.getprevious() is not None and node.getprevious().tag != f"{W}rPr":
            _split_run(node, 0)
            return
        position += len(words)


def _split_run(node: Any, offset: int) -> None:
    """Move what stands in a run from a character of one of its texts on into a run of its own behind it."""
    run = _run_of(node)
    if run is None or node.getparent() is not run:
        return
    second = run.makeelement(run.tag, dict(run.attrib))
    look = run.find(f"{W}rPr")
    if look is not None:
        second.append(deepcopy(look))
    following = [node, *node.itersiblings()]
    if offset:
        rest = deepcopy(node)
        rest.text, node.text = (node.text or "")[offset:], (node.text or "")[:offset]
        for part in (rest, node):
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        second.append(rest)
        following = following[1:]
    second.extend(following)
    run.addnext(second)
