"""`jixiao check report.docx --annotate out.docx`: the clerk's own Word file back, with what was found as comments."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

from workbook.checking.outcome import Checked
from workbook.model.filing import ROW_NAMES, Filing
from workbook.readers import document, read
from workbook.readers.detect import WORD_PART, Kind, detect
from workbook.readers.limits import ReadError
from workbook.readers.parts import main_part, type_of
from workbook.rules.prose_marks import span_of
from workbook.storage import spill
from workbook.writers.annotate import Note, write


def refuse(sources: Sequence[Path], target: Path) -> None:
    """Raise ReadError, saying what to do, where comments cannot be written: not one Word file, or the report itself."""
    if len(sources) != 1 or not is_word(sources[0]):
        raise ReadError("--annotate 只用于一份 Word 报告（.docx）；.doc 请先用 Word 另存为 .docx，表格请用 export")
    if target.suffix.lower() != ".docx":
        raise ReadError(f"「{target.name}」请改用 .docx 作为批注文件的扩展名")
    if target.exists() and target.samefile(sources[0]):
        raise ReadError(f"「{target.name}」就是报告原件，不能覆盖；请给批注文件另起一个名字")


def is_word(path: Path) -> bool:
    """Return whether a file is a Word document that comments can be written into."""
    try:
        if detect(path) != Kind.WORD:
            return False
    except ReadError:
        return False
    with zipfile.ZipFile(
        path
    ) as archive:  # what has macros or is a template is taken by its name for what it then is not
        return "wordprocessingml.document" in type_of(archive, main_part(archive, WORD_PART))


def annotate(checked: Iterable[Checked], source: Path, target: Path) -> str:
    """Write the report with a comment at the words of each finding; return what to tell the clerk. Raise OSError."""
    placed, homeless = write(source, target, _notes(checked))
    words = f"已写批注 {placed} 条：{target}"
    return words + (f"（另有 {len(homeless)} 条在原文里没有对应的文字，见审核结果）" if homeless else "")


def annotate_export(entry: Checked, source: Path, target: Path) -> None:
    """Write an export of ours with a comment for each finding: at its words, else at the head of the report.

    Raise OSError; where our own file is read as something else, it is written as it is.
    """
    try:
        held = read(source)
    except ReadError:
        held = []
    if len(held) != 1:
        copyfile(source, target)
        return
    # the figures are the entry's, the places those of this file
    _annotate_all(entry, replace(entry.filing, places=held[0].places, narrative=held[0].narrative), source, target)


def annotate_original(entry: Checked, original: Filing, source: Path, target: Path) -> None:
    """Write a department's own report, read as `original`, with a comment for each finding, like an export of ours.

    Rows that are others in the master by now have no places in it. Raise OSError.
    """
    places = {path: place for path, place in original.places.items() if _same_row(entry.filing, original, path)}
    _annotate_all(entry, replace(entry.filing, places=places), source, target)


def _same_row(filing: Filing, original: Filing, path: str) -> bool:
    row, bracket, _ = path.rpartition("]")
    name = ROW_NAMES.get(row.partition("[")[0])
    if not bracket or not name:
        return True
    try:
        return bool(filing.get(f"{row}].{name}") == original.get(f"{row}].{name}"))
    except KeyError:
        return False


def _annotate_all(entry: Checked, filing: Filing, source: Path, target: Path) -> None:
    notes = [(filing, note) for _, note in _notes([entry])]
    head = next((text.strip() for text in document(source).paragraphs if text.strip()), "")
    with spill.folder() as folder:
        placed = folder / target.name
        _, homeless = write(source, placed, notes)
        left = {id(finding) for finding in homeless} if head else set()
        first = replace(filing, narrative=[head])
        marked = (replace(note, paragraph=1, start=0, end=len(head)) for _, note in notes if id(note.finding) in left)
        write(placed, target, [(first, note) for note in marked])


def _notes(checked: Iterable[Checked]) -> Iterator[tuple[Filing, Note]]:
    """Yield every finding with its filing: in the running text by its figure, in a table by its cell."""
    for entry in checked:
        for card in entry.report.cards:
            for finding in card.all:
                span = span_of(entry.filing, finding, entry.scheme, entry.derived)
                start, end, paragraph = (span.start, span.end, span.paragraph) if span else (0, 0, 0)
                yield entry.filing, Note(finding, paragraph, start, end, card)
