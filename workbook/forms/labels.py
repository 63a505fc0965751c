"""Labels as the forms print them, brought to one spelling."""

import unicodedata
from functools import lru_cache

from workbook import patterns as re

_NUMBERING = re.compile(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.]|[①-⑳]|其中:?|其:|[-—]+)+")
_YEAR = re.compile(r"^(?:(?:19|20)\d{2}年度?|上年度?|本年度?)+")
_BRACKETS = re.compile(
    r"\((?:万?元|人|㎡|m2|%|平方米|分|[\d.]+分|[\d.]+%|万元|一个(?:专项|项目)(?:一|1)行|一项一行|A|B|B/A|\d{4}年.*?)\)"
)
_ROW_NUMBER = re.compile(r"^(?:其中\s*[:：])?\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．](?!\d)|[①-⒛])?\s*")
_BRACKETS_OF_ALL_KINDS = str.maketrans("【〔〖[{〈「『】〕〗]}〉」』", "(" * 8 + ")" * 8)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_ODD = re.compile(r"[\"'“”‘’、,，/·()《》]")


def squeeze(text: str) -> str:
    """Return the text in half-width characters without any white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def one_kind(text: str) -> str:
    """Return squeezed text with round brackets in place of all others: "产出指标【40分】" → "产出指标(40分)"."""
    return squeeze(text).translate(_BRACKETS_OF_ALL_KINDS)


def without_brackets(label: str) -> str:
    """Return a label without what it says in brackets: "得分（20分*执行率）" → "得分"; one all in brackets as it is."""
    bare = _IN_BRACKETS.sub("", squeeze(label[:200]).translate(_BRACKETS_OF_ALL_KINDS))
    return bare or label


@lru_cache(maxsize=8192)
def key(label: str) -> str:
    """Return what identifies a label: no white space, numbering, year, bracketed unit, quotes or colon."""
    flat = squeeze(label[:200]).translate(_BRACKETS_OF_ALL_KINDS)
    flat = _BRACKETS.sub("", flat)
    flat = _NUMBERING.sub("", flat)
    flat = _YEAR.sub("", flat)
    return _ODD.sub("", flat).rstrip(":：;。")


@lru_cache(maxsize=8192)
def keys(label: str) -> tuple[str, ...]:
    """Return by what a label may be known: its key, and its key without what it says in brackets."""
    return tuple(dict.fromkeys((key(label), key(without_brackets(label)))))


def without_numbering(label: str) -> str:
    """Return a row's name without its number: "1、协管员经费" → "协管员经费"."""
    flat = re.sub(r"\s+", " ", label).strip()
    return _ROW_NUMBER.sub("", flat).rstrip("：:").strip()
