"""The mutation test: one figure of the prose of a clean report bent at a time, and whether the check says so at that figure.

`python -m tests.reports.mutate [SET ...] [--each N | --all] [--jobs N] [--missed]` bends N figures a report (40), each in one
way, or with --all every figure in every way, and prints what share was found: by the way it was bent, the kind of figure,
how the words put it, and the relation it stands in. What is in no relation is counted apart.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from tests.reports.documents import LONG, Block, Report, cells_of, reports
from tests.reports.judge import PROSE, clean, fresh, read_blocks, said
from tests.reports.relations import AMOUNT, FIGURE, Figure, Relations, cells, figures
from workbook.model.filing import Filing
from workbook.model.findings import Severity
from workbook.model.scheme import load
from workbook.rules.engine import check

SWAPPED, DIGIT, TENFOLD, UNIT, DIRECTION, PRIOR = WAYS = ("颠倒", "一位", "十倍", "元与万元", "增减方向", "上年数")
NONE: Mapping[str, str] = MappingProxyType({})
_OTHER_UNIT = {"万元": "元", "元": "万元", "亿元": "万元"}
_OPPOSITE = dict(
    pair
    for one, other in (
        ("增长", "下降"),
        ("增加", "减少"),
        ("上升", "下降"),
        ("提高", "降低"),
        ("增幅", "降幅"),
        ("多", "少"),
    )
    for pair in ((other, one), (one, other))
)
_TURN = re.compile(rf"({'|'.join(word for word in _OPPOSITE if len(word) > 1)})(?:了|额?为|幅度?为?|率为?)?\s?$")
_LAST_YEAR = re.compile(r"(?:上年|去年|同期)[^，。；;、\d]{0,12}$")
# how the words put a figure: the first that fits the words in front of it (its clause; for 其中 its sentence)
PUT = {
    "占": r"占[^，。；;]*$|占比|比重",
    "增减": r"(?:增|减|升|降|提高|节约|高于|低于|超)[^，。；;、]{0,6}$",
    "上年": r"(?:上年|去年|同期)[^，。；;、]{0,12}$",
    "率": r"(?:率|进度|满意度)[^，。；;、]{0,5}$|完成[^，。；;]{0,12}的$",
    "结余": r"结余|结转|剩余|余额|未支出",
    "单价": r"每|均|单价|标准",
    "合计": r"合计|共|总",
    "其中": r"其中|包括|分别|构成",
    "预算": r"预算|调整|追加|调增|调减|安排|批复",
    "收支": r"支出|执行|收入|支付|投入|使用|拨付|下达|到位",
}


@dataclass(frozen=True)
class Outcome:
    """One figure bent: the report, the figure, how the words put it, its relation, the way, the new words, whether it was found."""

    report: str
    figure: Figure
    put: str
    relation: str
    way: str
    words: str
    found: bool


def put(text: str, figure: Figure, relation: str) -> str:
    """Return how the words put a figure; 表 where they say nothing and a table has it."""
    before = text[: figure.start]
    clause = re.split(r"[，。；;（(：:]", before)[-1]
    sentence = re.split(r"[。；;]", before)[-1]
    for name, pattern in PUT.items():
        if re.search(pattern, sentence if name == "其中" else clause):
            return name
    return "表" if relation == "表" else "别的"


def bent(
    text: str, figure: Figure, way: str, own: Sequence[Figure], rng: random.Random, prior: Mapping[str, str] = NONE
) -> str | None:
    """Return a paragraph with one of its figures bent, None where it cannot be bent that way.

    `own` are the figures of the text, `prior` last year's number of a row of the tables by this year's.
    """
    start, end, number = figure.start, figure.end, figure.number
    if way == DIRECTION:
        turn = _TURN.search(text[:start])
        return text[: turn.start(1)] + _OPPOSITE[turn[1]] + text[turn.end(1) :] if turn else None
    if way == UNIT:
        other = _OTHER_UNIT.get(figure.unit)
        at = text.index(figure.unit, end)
        return text[:at] + other + text[at + len(figure.unit) :] if other else None
    typed = {SWAPPED: _swapped, DIGIT: _digit, TENFOLD: _tenfold}
    new = (
        typed[way](number, rng)
        if way in typed
        else _last_year(text, figure, own) or prior.get(f"{figure.read.value:.2f}")
    )
    return text[:start] + new + text[end:] if new and new != number else None


def _last_year(text: str, figure: Figure, own: Sequence[Figure]) -> str | None:
    """Return last year's number that the figure's own sentence tells."""
    for other in own:
        same = (other.paragraph, other.sentence, other.unit) == (figure.paragraph, figure.sentence, figure.unit)
        if same and other.start != figure.start and _LAST_YEAR.search(text[: other.start]):
            return other.number
    return None


def _swapped(number: str, rng: random.Random) -> str | None:
    at = [n for n, char in enumerate(number) if char.isdigit()]
    pairs = [(a, b) for a, b in pairwise(at) if number[a] != number[b] and (a or number[b] != "0")]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    out = list(number)
    out[a], out[b] = out[b], out[a]
    return "".join(out)


def _digit(number: str, rng: random.Random) -> str:
    at = [n for n, char in enumerate(number) if char.isdigit()]
    n = rng.choice(at[: max(1, len(at) - 1)])
    new = str((int(number[n]) + rng.randint(1, 8)) % 10)
    if not n and new == "0":
        new = "7" if number[0] != "7" else "3"
    return number[:n] + new + number[n + 1 :]


def _tenfold(number: str, rng: random.Random) -> str:
    whole, _, part = number.replace(",", "").partition(".")
    return f"{whole}{part[:1] or '0'}{'.' + part[1:] if part[1:] else ''}"


def _named(number: str) -> re.Pattern[str]:
    """Return what finds a number however it is written: separators, zeros at the end."""
    whole, _, part = number.replace(",", "").partition(".")
    part = part.rstrip("0")
    groups = ",?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", whole))
    return re.compile(rf"(?<![\d.]){groups}" + (rf"\.{part}0*(?!\d)" if part else r"(?:\.0+)?(?![.,]?\d)"))


class Bench:
    """A clean report with its figures, ready to be bent one by one."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.read = clean(report.id)
        told = set(self.read[0].narrative) if self.read else set()
        self.paragraphs: list[tuple[int, int, int, int]] = []  # block, row, column, line
        self.texts: list[str] = []
        for place, text in _texts(report.blocks):
            for line, words in enumerate(text.split("\n")):
                if words.strip() in told:
                    self.paragraphs.append((*place, line))
                    self.texts.append(words)
        self.figures = figures(self.texts)
        held = {place[:3] for place in self.paragraphs}
        tables = [text for *place, text in cells_of(report.blocks) if tuple(place) not in held and len(text) <= LONG]
        self.relations = Relations(self.figures, cells(tables))
        self.prior = _prior(report)

    def tries(self, each: int | None, rng: random.Random) -> Iterator[Outcome]:
        """Yield the outcome of bending so many figures in one way each, all in every way where None."""
        order = list(self.figures)
        if each is not None:
            rng.shuffle(order)
        tried = 0
        for figure in order:
            ways = list(WAYS)
            if each is not None:  # ways that few figures allow go first as a rule, or they were hardly tried
                ways.sort(key=lambda way: rng.random() - (way in (DIRECTION, PRIOR)) / 2)
            outcomes = (one for way in ways if (one := self.outcome(figure, way, rng)) is not None)
            if each is None:
                yield from outcomes
            elif one := next(outcomes, None):
                yield one
                tried += 1
                if tried >= each:
                    return

    def outcome(self, figure: Figure, way: str, rng: random.Random) -> Outcome | None:
        """Return what becomes of one figure bent in one way."""
        text = self.texts[figure.paragraph]
        prior = self.prior if figure.unit == "万元" else NONE
        new = bent(text, figure, way, self.figures, rng, prior)
        if new is None or self.read is None:
            return None
        relation = self.relations.of(figure)
        said_of = FIGURE.search(new, figure.start - (1 if way == DIRECTION else 0))
        name = _named(said_of["number"] if said_of and way != DIRECTION else figure.number)
        answers = fresh(self._findings(figure.paragraph, text, new), self.read[1])
        found = any(one.severity is not Severity.INFO and name.search(said(one)) for one in answers)
        words = new[max(0, figure.start - 24) : figure.end + 12]
        return Outcome(self.report.id, figure, put(text, figure, relation), relation, way, words, found)

    def _findings(self, paragraph: int, text: str, new: str) -> list:  # type: ignore[type-arg]
        """Return what is found with one paragraph changed: a paragraph of a cell is read anew, for forms are filled from it."""
        block, row, column, line = self.paragraphs[paragraph]
        assert self.read is not None
        if row < 0:
            filing: Filing = copy(self.read[0])
            at = filing.narrative.index(text.strip())
            filing.narrative = [*filing.narrative[:at], new.strip(), *filing.narrative[at + 1 :]]
            return check(filing, load(), only=PROSE).findings
        blocks = list(self.report.blocks)
        rows = [list(cells_) for cells_ in blocks[block]]
        held, span = rows[row][column]
        lines = str(held).split("\n")
        lines[line] = new
        rows[row][column] = ("\n".join(lines), span)
        blocks[block] = rows
        again = read_blocks(blocks)
        return again[1] if again else []


def _prior(report: Report) -> dict[str, str]:
    """Return last year's amount by this year's, from tables whose rows hold both: first and last."""
    out: dict[str, str] = {}
    for block in report.blocks:
        words = "" if isinstance(block, str) else " ".join(text or "" for row in block for text, _ in row)
        if not re.search(rf"上年决算|{report.year - 1}\s?年(?:度)?决算", words):
            continue
        for row in block:
            amounts = [text for text, _ in row if text and re.fullmatch(r"[\d,]*\d(?:\.\d+)?", text)]  # type: ignore[misc]
            if len(amounts) == 3 and float(amounts[0].replace(",", "")):
                out[f"{float(amounts[2].replace(',', '')):.2f}"] = amounts[0]
    return out


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[tuple[int, int, int], str]]:
    """Yield every paragraph and cell with its place; a paragraph has row and column -1."""
    for n, block in enumerate(blocks):
        if isinstance(block, str):
            yield (n, -1, -1), block
        else:
            yield from (((n, r, c), text) for r, row in enumerate(block) for c, (text, _) in enumerate(row) if text)


def outcomes(report: Report, each: int | None = 40, seed: str = "") -> list[Outcome]:
    """Return what became of the figures of one report bent, drawn with a fixed seed."""
    return list(Bench(report).tries(each, random.Random(report.id + seed)))


def shares(told: Iterable[Outcome]) -> tuple[int, int, int, int]:
    """Return found and bent among figures that stand in a relation, found and bent among those that stand in none."""
    counted = Counter((bool(one.relation), one.found) for one in told)
    stands, alone = counted[True, True] + counted[True, False], counted[False, True] + counted[False, False]
    return counted[True, True], stands, counted[False, True], alone


def lines(told: Sequence[Outcome]) -> Iterator[str]:
    """Yield the table of what was found."""
    yield f"{'':<8} 有关系的：查出／改动        无关系的：查出／改动"
    aspects = {
        "改法": [(one.way, one) for one in told],
        "数": [(one.figure.kind, one) for one in told],
        "说法": [(one.put, one) for one in told],
        "关系": [(one.relation or "无", one) for one in told],
        "报告": [(one.report, one) for one in told],
    }
    for aspect, named in aspects.items():
        yield f"—— {aspect}"
        for name in dict.fromkeys(sorted(name for name, _ in named)):
            yield f"{name:<8} {_row([one for key, one in named if key == name])}"
    yield f"{'合计':<8} {_row(told)}"
    money = [one for one in told if one.figure.kind == AMOUNT]
    _, stands, _, alone = shares(told)
    without = sum(not one.relation for one in money)
    yield f"不在任何关系里的：{alone}／{stands + alone}＝{alone / max(1, stands + alone):.0%}（金额 {without}／{len(money)}）"


def _row(told: Sequence[Outcome]) -> str:
    found, stands, also, alone = shares(told)
    return f"{found:>5}／{stands:<5}＝{found / max(1, stands):>5.0%}        {also:>5}／{alone:<5}＝{also / max(1, alone):>5.0%}"


def main() -> None:
    """Bend, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--missed", action="store_true")
    words = parser.parse_args()
    chosen = [report for letter in words.sets or reports() for report in reports()[letter]]
    with ProcessPoolExecutor(words.jobs) as pool:
        each = None if words.all else words.each
        told = [one for own in pool.map(outcomes, chosen, [each] * len(chosen)) for one in own]
    if words.missed:
        for one in told:
            if one.relation and not one.found:
                print(
                    f"{one.report} {one.way} {one.put} {one.relation} {one.figure.number}{one.figure.unit}：…{one.words}…"
                )
    print(*lines(told), sep="\n")


if __name__ == "__main__":
    main()
