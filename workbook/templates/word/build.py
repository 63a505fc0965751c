"""Build skeleton.docx from skeleton.md: `python -m workbook.templates.word.build`. A bureau may edit the result in Word."""

from importlib import resources
from pathlib import Path
from typing import Any

from docx.shared import Pt

from workbook.writers import paper


def build(path: Path) -> None:
    """Write the template of the report's nine sections: a paragraph a line, headings by their marks."""
    document = paper.start(margin=20)
    text = (resources.files("workbook") / "templates" / "word" / "skeleton.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("# "):
            _styled(document, line[2:], "Title", paper.SONG, 18, center=True)
        elif line.startswith("## "):
            _styled(document, line[3:], "Heading 1", paper.HEI, 14)
        else:
            paragraph = paper.line(document, line, paper.FANG, 14)
            paragraph.paragraph_format.first_line_indent, paragraph.paragraph_format.line_spacing = Pt(28), 1.5
    paper.save(document, path)


def _styled(document: Any, text: str, style: str, font: str, size: float, center: bool = False) -> None:
    paper.heading(document, text, style, font, size, center)


if __name__ == "__main__":
    build(Path(__file__).with_name("skeleton.docx"))
