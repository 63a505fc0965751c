"""Names told by half: how much of the name of a cell stands in the words of a figure. Words alone, so that it loads at once."""

from functools import lru_cache

from workbook import patterns as re
from workbook.model.quantity import normal

_SAYS_NOTHING = re.compile(
    r"其中|支出|预算|经费|项目|资金|完成|全年|年度|实际|数量|情况|工作|以上|达到|控制|人数|次数|[()（）“”\"、,，.\d%年月日‹›]"
)
SOME = 3  # characters of a name that tell it


@lru_cache(maxsize=4096)  # every figure is held against the names of every row
def core(name: str) -> str:
    """Return a name without the words that are said of every figure."""
    return _SAYS_NOTHING.sub("", normal(name))


def shared_with(name: str, words: str) -> int:
    """Return how many characters of a name stand in words, two or more in a row, general words left out; 0 where too few do."""
    short, long = core(name), core(words)
    pairs = [n for n in range(len(short) - 1) if short[n : n + 2] in long]
    covered = len({place for n in pairs for place in (n, n + 1)})
    return covered if covered >= SOME or (covered and covered == len(short)) else 0


def named_half(name: str, words: str) -> int:
    """Return how many characters of a name stand in words where that is half of it at least, general words left out; else 0."""
    shared = shared_with(name, words)
    return shared if 2 * shared >= len(core(name)) else 0
