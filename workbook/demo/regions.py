"""Any number of departments of invented regions, drawn by a seed: for demonstrations of a province and for benchmarks."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from workbook.demo.departments import DEPARTMENTS, Department, Project
from workbook.model.figures import plain, round_half_up

FIRST, SECOND = "云青松竹梅兰桐枫柳桂", "岭溪湖洲峰泉原湾台坪"
KINDS = (
    "农业农村局",
    "水利局",
    "教育局",
    "文化馆",
    "图书馆",
    "交通运输局",
    "卫生健康局",
    "城市管理局",
    "档案馆",
    "林业局",
)
PER_REGION = 40
Triple = tuple[str, str, str]


def departments(number: int, seed: int) -> Iterator[Department]:
    """Yield so many departments with names of their own; the same seed gives the same ones."""
    random = Random(seed)
    for index in range(number):
        yield _department(index, random)


def _department(index: int, random: Random) -> Department:
    region, place = divmod(index, PER_REGION)
    row, kind = divmod(place, len(KINDS))
    first, second = divmod(region, len(SECOND))
    county = f"{FIRST[first % len(FIRST)]}{SECOND[second]}县"
    later = region // (len(FIRST) * len(SECOND))
    unit = f"{county}{KINDS[kind]}" + (f"第{row}所" if row else "") + (f"（{later + 1}区）" if later else "")
    return _scaled(random.choice(DEPARTMENTS), unit, random)


def _scaled(sample: Department, unit: str, random: Random) -> Department:
    """Return a department like the sample, all its money multiplied by one factor, the finals under their budgets."""
    factor = Decimal(random.randint(30, 400)) / 100
    authorized = max(6, int(sample.staff[0] * factor))
    budget, change, _ = (_times(value, factor) for value in sample.personnel)
    office, utilities, meetings = (
        _spent(row, factor, random) for row in (sample.office, sample.utilities, sample.meetings)
    )
    return Department(
        unit=unit,
        duty=sample.duty,
        offices=sample.offices,
        work=(),
        staff=(authorized, authorized - random.randint(0, authorized // 6)),
        retired=int(sample.retired * factor),
        vehicles=_spent(sample.vehicles, factor, random),
        reception=_spent(sample.reception, factor, random),
        personnel=(plain(budget), plain(change), plain(_part(budget + change, random))),
        operating=_over((office, utilities, meetings)),
        office=office,
        utilities=utilities,
        meetings=meetings,
        procurement=_spent((sample.procurement[0], *sample.procurement), factor, random)[1:],
        projects=tuple(_project(entry, factor, random) for entry in sample.projects),
        indicators=sample.indicators,
        expected=sample.expected,
        actual=sample.actual,
        problems=sample.problems,
    )


def _times(value: str, factor: Decimal) -> Decimal:
    return round_half_up(Decimal(value) * factor, 2)


def _part(amount: Decimal, random: Random) -> Decimal:
    """Return between 94.00% and 99.99% of an amount."""
    return round_half_up(amount * Decimal(random.randint(9400, 9999)) / 10000, 2)


def _spent(values: Triple, factor: Decimal, random: Random) -> Triple:
    prior, budget = _times(values[0], factor), _times(values[1], factor)
    return plain(prior), plain(budget), plain(_part(budget, random))


def _over(rows: tuple[Triple, ...]) -> Triple:
    """Return a whole of which the rows are parts: their sum and a tenth."""
    sums = (sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in range(3))
    prior, budget, final = (plain(round_half_up(value * Decimal("1.1"), 2)) for value in sums)
    return prior, budget, final


def _project(sample: Project, factor: Decimal, random: Random) -> Project:
    prior, budget, change = (_times(value, factor) for value in (sample.prior, sample.budget, sample.change))
    final = _part(budget + change, random)
    return Project(sample.name, sample.purpose, plain(prior), plain(budget), plain(change), plain(final))
