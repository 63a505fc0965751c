"""The manual: the pages of Markdown in this folder, as one page for a browser and as the lines of the sheet 说明.

The pages are the only place where users are told how; each begins with its title. Links between them are by file name.
Pictures lie in `pictures` (made by `python -m tests.pictures`) and go into the page for a browser itself.
May import nothing of ours. A new page: a file here, and its name in `PAGES` (and `IN_MASTER`, `IN_UNIT_BOOK`).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources
from itertools import pairwise
from typing import Literal, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGES = ("clerk", "bureau", "checks", "accounts", "commands", "it", "forms", "proven", "developer")
IN_MASTER = ("bureau", "clerk", "checks", "accounts", "commands", "it", "proven")
IN_UNIT_BOOK = ("clerk", "it")
TITLE = "绩效自评使用手册"
Kind = Literal["title", "heading", "text", "item", "code", "head", "row"]


class Line(NamedTuple):
    """A line of the sheet 说明: what it is, and its cells (one, but for the rows of tables)."""

    kind: Kind
    cells: tuple[str, ...]


def lines(pages: Sequence[str] = PAGES) -> Iterator[Line]:
    """Yield the lines of pages, one after the other, as plain text."""
    for page in pages:
        yield from _lines(_parsed(page))


def html(pages: Sequence[str] = PAGES) -> str:
    """Return the pages as one HTML file that asks for nothing else."""
    parsed = {page: _parsed(page) for page in pages}
    contents = "".join(_contents(page, tokens) for page, tokens in parsed.items())
    bodies = "".join(f"<section>{_rendered(page, tokens, parsed)}</section>" for page, tokens in parsed.items())
    return _FRAME.format(title=TITLE, style=_STYLE, contents=contents, bodies=bodies)


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _parsed(page: str) -> list[Token]:
    source = resources.files(__name__).joinpath(f"{page}.md").read_text(encoding="utf-8")
    tokens = _markdown().parse(source)
    for token in tokens:
        if token.type == "inline":
            _join(token.children or [])
    return tokens


def _join(pieces: list[Token]) -> None:
    """Join the lines of a paragraph: between Chinese characters a line's end is no blank."""
    for place, piece in enumerate(pieces):
        if piece.type == "softbreak":
            around = (pieces[place - 1].content[-1:], pieces[place + 1].content[:1])
            piece.type, piece.content = "text", " " if all(char.isascii() and char for char in around) else ""


# --- lines ------------------------------------------------------------------------------------------------------------


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    lists: list[int] = []  # the number that the next item of each list bears, 0 where it has none
    row: list[str] = []
    item, head = "", False
    for before, token in pairwise(tokens):
        match token.type:
            case "ordered_list_open" | "bullet_list_open":
                lists.append(int(token.type == "ordered_list_open"))
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                item = f"{lists[-1]}. " if lists[-1] else "· "
                lists[-1] += bool(lists[-1])
            case "fence" | "code_block":
                yield from (Line("code", (words,)) for words in token.content.rstrip("\n").split("\n"))
            case "thead_open" | "tbody_open":
                head = token.type == "thead_open"
            case "tr_open":
                row = []
            case "tr_close":
                yield Line("head" if head else "row", tuple(row))
            case "inline" if before.type in ("th_open", "td_open"):
                row.append(_plain(token))
            case "inline" if all(piece.type == "image" for piece in token.children or []):
                continue
            case "inline":
                kind, words = _kind(before), f"{item}{_plain(token)}"
                yield Line("item" if item else kind, (words,))
                item = ""


def _kind(opened: Token) -> Kind:
    return {"h1": "title", "h2": "heading"}.get(opened.tag, "text")  # type: ignore[return-value]


def _plain(token: Token) -> str:
    return "".join(piece.content for piece in token.children or [])


# --- HTML -------------------------------------------------------------------------------------------------------------


def _headings(page: str, tokens: Sequence[Token]) -> Iterator[tuple[Token, str, str]]:
    """Yield the headings with their ids and words: a page's title bears its name, the others the page and their words."""
    for opened, inner in pairwise(tokens):
        if opened.type == "heading_open":
            words = _plain(inner)
            yield opened, page if opened.tag == "h1" else f"{page}-{words}", words


def _contents(page: str, tokens: Sequence[Token]) -> str:
    (_, top, title), *below = _headings(page, tokens)
    inner = "".join(f'<li><a href="#{escape(name)}">{escape(words)}</a></li>' for _, name, words in below)
    return f'<li><a href="#{top}">{escape(title)}</a><ul>{inner}</ul></li>'


def _rendered(page: str, tokens: Sequence[Token], parsed: dict[str, list[Token]]) -> str:
    for opened, name, _ in _headings(page, tokens):
        opened.attrSet("id", name)
    for token in tokens:
        for piece in token.children or []:
            if piece.type == "link_open":
                piece.attrSet("href", _target(str(piece.attrGet("href")), parsed))
            elif piece.type == "image":
                piece.attrSet("src", _within(str(piece.attrGet("src"))))
    markdown = _markdown()
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _within(picture: str) -> str:
    content = resources.files(__name__).joinpath(picture).read_bytes()
    return f"data:image/png;base64,{b64encode(content).decode('ascii')}"


def _target(link: str, parsed: dict[str, list[Token]]) -> str:
    file, _, heading = unquote(link).partition("#")
    page = file.removesuffix(".md")
    if page not in parsed:
        return link
    return f"#{page}-{heading}" if heading else f"#{page}"


_FRAME = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<nav><p>{title}</p><ul>{contents}</ul></nav>
<main>{bodies}</main>
</body>
</html>
"""
_STYLE = """
body { margin: 0; display: flex; color: #222; background: #fff;
  font: 16px/1.75 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
nav { flex: 0 0 15em; height: 100vh; overflow: auto; position: sticky; top: 0; background: #f4f6f9; font-size: 14px; }
nav p { font-weight: bold; color: #1f3864; margin: 1em 1.2em 0; }
nav ul { list-style: none; padding: 0 0 0 1.2em; }
nav ul ul { padding-left: 1em; }
main { flex: 1; min-width: 0; max-width: 60em; padding: 0 2.5em 4em; }
a { color: #1f4e78; text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { color: #1f3864; border-bottom: 2px solid #1f3864; margin-top: 2em; }
h2 { color: #1f3864; margin-top: 1.8em; font-size: 1.2em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #cfd6df; padding: .35em .7em; text-align: left; vertical-align: top; }
th { background: #eaeff6; }
code { background: #f1f3f5; padding: 0 .25em; font-family: Consolas, "Noto Sans Mono CJK SC", monospace; font-size: .92em;
  overflow-wrap: anywhere; }
img { max-width: 100%; border: 1px solid #cfd6df; }
pre { background: #f1f3f5; padding: .8em 1em; overflow: auto; }
pre code { padding: 0; }
@media (max-width: 800px) { body { display: block; } nav { height: auto; position: static; padding-bottom: 1em; } }
@media print { nav { display: none; } section { break-before: page; } }
"""
