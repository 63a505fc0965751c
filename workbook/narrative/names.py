"""Names of projects as different hands write them: told alike or apart, with words for how sure that is."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from workbook import patterns as re

_PREFIX = re.compile(
    r"^(?:其中:?|用于|包括|主要是|主要用于|安排|年中追加|年初预算|年中|追加|本级|我[局委站所院馆校办镇区县市]|(?:19|20)\d{2}年度?|项目支出|专项资金|项目(?!部)|[:\s“”\"])+"
)
_SUFFIX = re.compile(
    r"(?:项目支出|项目资金|项目经费|专项资金|专项经费|经费专项|工作经费|专项支出|项目|专项|经费|资金|支出|费用|"
    r"工作|补助|补贴|费|(?:的)?实际|预算|[\s“”\"])+$"
)
_NOISE = re.compile(r"[“”\"「」\s]|‹[^›]*›")
SURE = 0.85  # likeness from which two names mean one project
_TAIL = re.compile(r"(?:项目支出|支出|实际支出|预算|安排|共|合计|金额)+$")


def clean(name: str) -> str:
    """Return a project's name without the words around it (年初预算项目…, “…”, …项目支出)."""
    return _TAIL.sub("", _PREFIX.sub("", _NOISE.sub("", name)))


@lru_cache(maxsize=4096)  # every amount is held against the names of every project
def core(name: str) -> str:
    """Return what is left of a name when its general words (项目, 专项资金, 经费) are taken off."""
    name = clean(name)
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: 1 the same but for general words, 0.9 one inside the other."""
    a, b = core(one), core(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and short in long:
        return 0.9
    if len(short) >= 4 and _subsequence(short, long) and len(short) * 2 >= len(long):
        return 0.85
    common = sum((Counter(a) & Counter(b)).values())
    return min(0.84, 2 * common / (len(a) + len(b)))


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(char in letters for char in short)


def best_row(name: str, rows: Sequence[str]) -> int | None:
    """Return which of the names means the same project; None where none does for sure, or several do."""
    scored = sorted(((likeness(name, row), -index) for index, row in enumerate(rows)), reverse=True)
    if not scored or scored[0][0] < SURE or (len(scored) > 1 and scored[1][0] >= scored[0][0]):
        return None
    row = -scored[0][1]
    shorter, longer = sorted((len(core(name)), len(core(rows[row]))))
    if scored[0][0] < 0.9 and shorter * 4 < longer * 3:
        return None  # 人才培训 is not 人才引进与培训
    return row
