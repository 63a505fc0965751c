"""A report's paragraphs as sentences and as the sections of its outline.

Words are made plain character for character (full-width digits and brackets half-width), so that what is quoted is
found in the report. Patterns are compiled where they are first used: the check of a workbook holds no prose.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.filing import Filing, unit_key
from workbook.model.quantity import numeral
from workbook.model.scheme import Scheme
from workbook.process import named
from workbook.rules.registry import Hit

LONGEST_TITLE, LONGEST_BARE_TITLE, LONGEST_QUOTE = 40, 30, 40
MUST, TABLE = "必写", "可列表"  # what may stand in a table of its own leaves no words behind
_NUMBERED = r"\s*(?:第?[一二三四五六七八九十]{1,3}(?:[、.]|部分[、:]?)|\d{1,2}[、.](?!\d))\s*"
_SECOND = r"\s*\([一二三四五六七八九十]{1,3}\)\s*"
# what may stand behind the last section and is none of it
_AFTERWORD = (
    r"\s*(?:(?:附件|附表|附:|填表人|填报人|联系人|\d\.\s?\d{4}年)[^。]{0,60}|\d{4}年\s*\d{0,2}月\s*(?:\d{0,2}日)?)\s*"
)
_CHAPTER = r"\s*第?([一二三四五六七八九十]{1,3})(?:、|部分[、:]?)\s*"
_MONEY = r"(\d[\d,]*(?:\.\d+)?)\s?(万|亿)?元"
_SCALE = {"": Decimal("0.0001"), "万": Decimal(1), "亿": Decimal(10_000)}


class Sentence(NamedTuple):
    """One sentence: its paragraph (1-based) and its words, plain, with its closing mark."""

    paragraph: int
    text: str


class Section(NamedTuple):
    """A heading of the outline: the outline's titles that it bears, its paragraph, its words, and what stands under it.

    `level` is 1 or 2; `body` holds the sentences up to the next heading of the first level that bears another title.
    """

    titles: tuple[str, ...]
    paragraph: int
    heading: str
    level: int
    body: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """Return all that stands under the heading."""
        return "".join(sentence.text for sentence in self.body)

    @property
    def paragraphs(self) -> set[int]:
        """Return the numbers of the paragraphs under the heading, the heading's own among them."""
        return {self.paragraph, *(sentence.paragraph for sentence in self.body)}


class Part(NamedTuple):
    """One entry of the scheme's outline: the title, the words a heading is known by, and 必写, 可列表 or 可无."""

    title: str
    words: tuple[str, ...]
    kind: str

    @property
    def must(self) -> bool:
        """Return whether 无 will not do."""
        return self.kind in (MUST, TABLE)


class Chapter(NamedTuple):
    """A heading by its numbering alone, whatever outline it is of: 一、 (level 1) or （一） (level 2), and its number.

    `empty` says that the next paragraph that is not blank is another heading of its level or above, or that none follows.
    """

    paragraph: int
    heading: str
    level: int
    order: int
    empty: bool


class _Heading(NamedTuple):
    titles: tuple[str, ...]
    words: str
    level: int
    rest: str


def paragraphs(filing: Filing) -> tuple[str, ...]:
    """Return the paragraphs made plain, character for character."""
    return _plain(tuple(filing.narrative))


@lru_cache(maxsize=100)  # the rules ask one after the other over all of a master
def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    text_room = named("workbook.narrative.text")
    return tuple(text_room.plain(text[: text_room.LONGEST]) for text in texts)


def sentences(filing: Filing, *words: str) -> tuple[Sentence, ...]:
    """Return the report's sentences in their order; where words are given, those that hold one of them.

    Most reports lack what most rules look for: they are told so without a pattern being compiled.
    """
    whole = _sentences(paragraphs(filing))
    return tuple(entry for entry in whole if any(word in entry.text for word in words)) if words else whole


@lru_cache(maxsize=100)
def _sentences(texts: tuple[str, ...]) -> tuple[Sentence, ...]:
    return tuple(Sentence(number, part) for number, text in enumerate(texts, 1) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    return (part for part in re.findall(r"[^。!?\n]+[。!?\n]?", text) if part.strip())


def is_own(filing: Filing) -> bool:
    """Return whether the text is about what the tables are about: a project's form may stand behind its department's report."""
    subject = unit_key(filing.subject)
    return filing.subject is None or (bool(subject) and subject in unit_key("".join(filing.narrative[:5])))


def quote(words: str) -> str:
    """Return words as they are quoted: without white space at the ends, at most forty characters."""
    flat = words.strip()
    return flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "…"


def hit(filing: Filing, paragraph: int, words: str, **more: object) -> Hit:
    """Return a hit in running text, with `paragraph` and `quote` among its slots; `more` are other members of a hit.

    The quote is given as the report writes it, so that it is found there.
    """
    shown = quote(_as_written(filing, paragraph, words.strip()))
    slots = {"paragraph": paragraph, "quote": shown, **more.pop("slots", {})}  # type: ignore[dict-item]
    return Hit(paragraph=paragraph, quote=shown.rstrip("…"), slots=slots, **more)  # type: ignore[arg-type]


def _as_written(filing: Filing, paragraph: int, words: str) -> str:
    at = paragraphs(filing)[paragraph - 1].find(words)
    return words if at < 0 else filing.narrative[paragraph - 1][at : at + len(words)]


def amounts(text: str) -> list[Decimal]:
    """Return the amounts of money that a text names, in 万元."""
    return [number(found[1]) * _SCALE[found[2] or ""] for found in re.finditer(_MONEY, text)]


def number(words: str) -> Decimal:
    """Return a number as written, with or without thousands' separators."""
    return Decimal(words.replace(",", ""))


def outline(scheme: Scheme) -> tuple[Part, ...]:
    """Return the sections that a report must have."""
    rows = scheme.rows("report.sections")
    return tuple(Part(title, tuple(words.split("、")), kind) for title, words, kind in rows)


def sections(filing: Filing, scheme: Scheme) -> tuple[Section, ...]:
    """Return the headings of the report that bear titles of the outline, in the order of the text."""
    return _sections(paragraphs(filing), outline(scheme))


@lru_cache(maxsize=100)
def _sections(texts: tuple[str, ...], parts: tuple[Part, ...]) -> tuple[Section, ...]:
    known = [(n, found) for n, text in enumerate(texts, 1) if (found := _heading(text, parts))]
    out = []
    for place, (start, own) in enumerate(known):
        others = (n for n, other in known[place + 1 :] if other.level == 1 and not set(own.titles) & set(other.titles))
        end = next(others, len(texts) + 1)
        body = [Sentence(start, part) for part in _parts(own.rest)]
        body += [Sentence(n, part) for n in range(start + 1, end) for part in _body(texts[n - 1])]
        out.append(Section(own.titles, start, own.words, own.level, tuple(body)))
    return tuple(out)


def _body(text: str) -> Iterator[str]:
    return iter(()) if re.fullmatch(_AFTERWORD, text) else _parts(text)


def _heading(text: str, parts: Sequence[Part]) -> _Heading | None:
    """Return a paragraph as a heading of the outline, with what runs on behind it; None where it is none."""
    for level, pattern in ((1, _NUMBERED), (2, _SECOND)):
        if mark := re.match(pattern, text):
            title, stop, rest = _title(text[mark.end() :])
            digits = mark[0].strip()[0].isdigit()
            if digits and (rest or re.search(r"[\d，,;。:]", text[mark.end() :])):
                return None
            return _bearing(title, parts, text[: mark.end() + len(title)], level, rest) if stop else None
    words = text.strip()
    if len(words) > LONGEST_BARE_TITLE or re.search(r"[。，,;:\d]", words):
        return None
    return _bearing(words, parts, words, 1, "")


def _title(text: str) -> tuple[str, bool, str]:
    """Return the title at the head of a text, whether it is short enough for one, and what runs on behind it."""
    title, mark, rest = re.match(r"([^。:;，,\n]*)([。:;，,\n]?)(.*)", text, re.S).groups()  # type: ignore[union-attr]
    whole = len(title) <= LONGEST_TITLE and mark not in (";", "，", ",")
    return title, whole, rest


def _bearing(title: str, parts: Sequence[Part], words: str, level: int, rest: str) -> _Heading | None:
    titles = tuple(part.title for part in parts if any(word in title for word in part.words))
    return _Heading(titles, words.strip(), level, rest) if titles else None


def chapters(filing: Filing) -> tuple[Chapter, ...]:
    """Return the report's headings by their numbering, those that text runs on behind among them (never empty)."""
    return _chapters(paragraphs(filing))


@lru_cache(maxsize=100)
def _chapters(texts: tuple[str, ...]) -> tuple[Chapter, ...]:
    marked = [(n, text, *found) for n, text in enumerate(texts, 1) if (found := _mark(text))]
    told = [n for n, text in enumerate(texts, 1) if text.strip() and not re.fullmatch(_AFTERWORD, text)]
    levels = {n: level for n, _, level, *_ in marked}
    out = []
    for n, text, level, order, bare in marked:
        following = next((place for place in told if place > n), None)
        empty = bare and (following is None or levels.get(following, level + 1) <= level)
        out.append(Chapter(n, text.strip(), level, order, empty))
    return tuple(out)


def _mark(text: str) -> tuple[int, int, bool] | None:
    """Return the level and number of a heading, and whether nothing but its title stands in the paragraph."""
    for level, pattern in ((1, _CHAPTER), (2, _SECOND)):
        if mark := re.match(pattern, text):
            title = text[mark.end() :].strip()
            words = re.sub(r"[^一二三四五六七八九十]", "", mark[0])
            bare = 0 < len(title) <= LONGEST_BARE_TITLE and not re.search(r"[。，,;:!?\d%]", title)
            return level, count(words), bare
    return None


def count(words: str) -> int:
    """Return a count in digits or in Chinese numerals up to ninety-nine."""
    if words.isascii():
        return int(words)
    return numeral(words) or 0


def follows(filing: Filing, scheme: Scheme) -> bool:
    """Return whether the report is written on the scheme's outline: all but so many of its sections are there."""
    parts = outline(scheme)
    found = {title for section in sections(filing, scheme) for title in section.titles}
    return len(parts) - len(found) <= scheme.number("report.sections_missing")


def under(filing: Filing, scheme: Scheme, word: str) -> tuple[Section, ...]:
    """Return the sections whose heading holds a word."""
    return tuple(section for section in sections(filing, scheme) if word in section.heading)
