"""The words of a Word paragraph as it will print, piece by piece, each with the element it stands in."""

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SILENT = {f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tbl", "txbxContent")} | {FALLBACK}
_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def pieces(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield the elements that print something, with their words: insertions count, deletions and fallbacks do not."""
    for child in node:
        if child.tag == f"{W}t":
            yield child, child.text or ""
        elif child.tag in _SIGNS:
            yield child, _SIGNS[child.tag]
        elif child.tag not in _SILENT:
            yield from pieces(child)


def text_of(paragraph: Any) -> str:
    """Return the words of a paragraph as it will print."""
    return "".join(words for _, words in pieces(paragraph))
