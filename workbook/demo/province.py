"""A province's departments as they hand in: invented regions, a part of them with slips of the kind that clerks make."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from workbook.demo import synthetic
from workbook.demo.text import as_text
from workbook.model.filing import Filing
from workbook.model.records import unpack
from workbook.model.scheme import load
from workbook.readers.collect import region_of_name
from workbook.storage.replacing import replacing
from workbook.writers import department, word

SPOILT = 4  # one department in so many has a slip
FORMATS = ("xlsx", "xlsx", "xlsx", "docx", "txt")


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file to be handed in: where, and the filing in it as text."""

    path: str
    filing: str


def deliveries(number: int, seed: int) -> Iterator[tuple[str, Filing]]:
    """Yield so many filings, each with the file it is handed in as (`region/unit.xlsx`); the same ones for the same seed."""
    random = Random(f"slips {seed}")
    for filing in synthetic(number, seed):
        if random.randrange(SPOILT) == 0:
            random.choice(SLIPS)(filing, random)
        unit = filing.unit or ""
        yield f"{region_of_name(unit)}/{unit}.{random.choice(FORMATS)}", filing


def write_task(data: list[HandIn]) -> list[list[str]]:
    """Write the files; the results are their paths. A file is there whole or not at all."""
    out = []
    for entry in data:
        path = Path(entry.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(unpack(entry.filing), path)
        out.append([entry.path])
    return out


def _write(filing: Filing, path: Path) -> None:
    if path.suffix == ".docx":
        word.write(filing, load(), path)
    elif path.suffix == ".xlsx":
        department.write(filing, load(), path)
    else:
        with replacing(path) as temporary:
            temporary.write_bytes(as_text(filing).encode("gb18030"))


def _wrong_rate(filing: Filing, random: Random) -> None:
    """Take the rate over 年初预算数."""
    if filing.funds.executed and filing.funds.initial_budget:
        filing.funds.execution_rate = (filing.funds.executed / filing.funds.initial_budget).quantize(Decimal("0.0001"))


def _wrong_sum(filing: Filing, random: Random) -> None:
    """Miss a project in the sum."""
    row = filing.expenses["project"]
    row.final = (row.final or Decimal(0)) - (filing.project_lines[0].final or Decimal(0))


def _overspent(filing: Filing, random: Random) -> None:
    """Spend more than the budget for receptions."""
    reception, whole = filing.expenses["official_reception"], filing.expenses["three_public"]
    more = (reception.budget or Decimal(1)) * random.randint(2, 9) / 10
    more = more.quantize(Decimal("0.01"))
    reception.final = (reception.final or Decimal(0)) + more
    whole.final = (whole.final or Decimal(0)) + more


def _generous(filing: Filing, random: Random) -> None:
    """Give every indicator all its points."""
    for row in filing.indicators:
        row.score = row.weight
        row.reason = None


def _unspent(filing: Filing, random: Random) -> None:
    """Spend half, and keep the scores."""
    if filing.funds.annual_budget:
        share = Decimal(random.randint(45, 78)) / 100
        filing.funds.executed = (filing.funds.annual_budget * share).quantize(Decimal("0.01"))
        filing.funds.execution_rate = (filing.funds.executed / filing.funds.annual_budget).quantize(Decimal("0.0001"))


def _no_actual(filing: Filing, random: Random) -> None:
    """Leave an actual value blank, and score it."""
    random.choice(filing.indicators).actual = None


def _copied(filing: Filing, random: Random) -> None:
    """Copy the goal as the result."""
    filing.goals.actual = filing.goals.expected


SLIPS = (_wrong_rate, _wrong_sum, _overspent, _generous, _unspent, _no_actual, _copied)
