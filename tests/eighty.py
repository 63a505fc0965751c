"""A county of eighty departments as it comes: several forms, no project or thirty, long names, some that did not file.

What the bureau's clerk has before the first press: the list of who must file, the folder of what came in with the tables
beside some reports, and last year's master. The same ones every time; names and figures are invented.
`python -m tests.eighty FOLDER` lays all of it out, to be walked through by hand.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from tests import elsewhere, layouts
from tests.layouts import Block
from tests.reports import documents
from tests.reports.documents import Report, reports
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, as_handed_in, compose, make, make_tables
from workbook.demo.departments import Department, Project
from workbook.demo.province import SLIPS
from workbook.demo.regions import departments
from workbook.demo.text import as_text
from workbook.master import layout
from workbook.model.edits import Block as Cells
from workbook.model.edits import Edits
from workbook.model.figures import plain
from workbook.model.filing import Filing
from workbook.model.scheme import load
from workbook.readers import read
from workbook.writers import department as sheets
from workbook.writers import word
from workbook.writers.package import apply

COUNTY = "云麓县"
COUNT = 80
PROJECTS = (0, 1, 2, 3, 5, 8, 14, 30)  # how many project lines, department by department
FORMATS = ("xlsx", "docx", "xlsx", "txt", "xlsx", "docx")
KINDS = [
    "人民政府办公室",
    "发展和改革局",
    "教育局",
    "科学技术和工业信息化局",
    "公安局",
    "民政局",
    "司法局",
    "财政局",
    "人力资源和社会保障局",
    "自然资源局",
    "住房和城乡建设局",
    "交通运输局",
    "水利局",
    "农业农村局",
    "商务局",
    "文化旅游广电体育局",
    "卫生健康局",
    "退役军人事务局",
    "应急管理局",
    "审计局",
    "市场监督管理局",
    "统计局",
    "医疗保障局",
    "信访局",
    "林业局",
    "城市管理和综合执法局",
    "行政审批服务局",
    "机关事务服务中心",
    "供销合作社联合社",
    "融媒体中心",
    "总工会",
    "妇女联合会",
    "残疾人联合会",
    "青竹镇人民政府",
    "梅岭乡人民政府",
]
LONG_NAMES = (
    "云麓县互联网信息办公室网络安全应急指挥与舆情监测服务中心",
    "云麓县国家级现代农业产业园管理委员会（云麓县青竹山省级风景名胜区管理处、云麓县青竹山国有林场）",
    "云麓县第二中等职业技术学校",
)
MISSING = (
    "云麓县档案馆",
    "云麓县科学技术协会",
    "云麓县文学艺术界联合会",
    "云麓县石桥镇人民政府",
    "云麓县红十字会",
    "云麓县气象局",
)
ELSEWHERE = ["tasks", "department", "tianjin", "hubei_system", "scoring", "guangzhou", "henan", "adjusted"]
PROVINCES = ["national", "yunnan", "hunan_2017"]
_PLACE = re.compile(r"^(?:.{2,4}[市州])?.{2,6}?[县区旗市]")


@cache
def composed() -> list[Department]:
    """Return the departments of the usual form, in the order of their names."""
    schools = (f"第{place}小学" for place in "一二三四五六七八九十")
    units = [*LONG_NAMES, *(f"{COUNTY}{name}" for name in (*KINDS, *schools))]
    random = Random(80)
    return [
        _with_projects(replace(sample, unit=unit), PROJECTS[place % len(PROJECTS)], random)
        for place, (unit, sample) in enumerate(zip(units, departments(len(units), 18), strict=True))
    ]


def _with_projects(department: Department, number: int, random: Random) -> Department:
    """Return a department with so many projects, each of a name of its own."""
    samples = department.projects
    own = []
    for place in range(number):
        sample = samples[place % len(samples)]
        name = sample.name if place < len(samples) else f"{sample.name}（{place // len(samples) + 1}期）"
        share = Decimal(random.randint(40, 160)) / 100
        budget = (Decimal(sample.budget) * share).quantize(Decimal("0.01"))
        final = (budget * Decimal(random.randint(9600, 9999)) / 10000).quantize(Decimal("0.01"))
        prior = (budget * Decimal(random.randint(7000, 12000)) / 10000).quantize(Decimal("0.01"))
        own.append(Project(name, sample.purpose, plain(prior), plain(budget), "0", plain(final)))
    return replace(department, projects=tuple(own))


def filings() -> Iterator[Filing]:
    """Yield what these departments hand in; every fourth has a slip of the kind that clerks make."""
    random = Random(4)
    for place, department in enumerate(composed()):
        filing = compose(department)
        if place % 4 == 1 and filing.project_lines:
            SLIPS[place // 4 % len(SLIPS)](filing, random)
        yield filing


def last_year() -> Iterator[Filing]:
    """Yield what they handed in a year before: its finals are this year's 上年决算数, of some departments all but."""
    for place, department in enumerate((*DEPARTMENTS, *composed())):
        if place % 9 == 8:
            continue  # new this year
        filing = compose(replace(department, projects=tuple(map(_before, department.projects))), YEAR - 1)
        for name, row in compose(department).expenses.items():
            own = filing.expenses[name]
            if row.prior_final is not None and place % 5 != 3:
                own.final = row.prior_final
                own.budget = (row.prior_final * Decimal("1.05")).quantize(Decimal("0.01"))
        yield filing


def _before(project: Project) -> Project:
    return replace(project, budget=project.prior, change="0", final=project.prior)


def in_the_county(blocks: list[Block], unit: str, name: str) -> list[Block]:
    """Return blocks in which a department of another county and year is one of this one, under another name."""
    place = (found := _PLACE.match(unit)) and found[0]
    dated = re.search(r"(20\d\d)年", f"{blocks}")
    later = YEAR - int(dated[1]) if dated else 0

    def told(text: str | None) -> str | None:
        text = text and text.replace(unit, name)
        text = text and re.sub(r"20\d\d(?=年)", lambda year: str(int(year[0]) + later), text) if later else text
        return text.replace(place, COUNTY) if text and place else text

    return [
        told(block) or ""
        if isinstance(block, str)
        else [[(told(cell[0]), cell[1]) if isinstance(cell, tuple) else told(cell) for cell in row] for row in block]
        for block in blocks
    ]


def by_other_hands(taken: list[str], number: int) -> Iterator[tuple[str, Report]]:
    """Yield so many reports of this year, of as many writers as there are, each with a name not taken."""
    of_the_year = [[report for report in own if report.year == YEAR] for own in reports().values()]
    turns = (own[turn] for turn in range(6) for own in of_the_year if turn < len(own))
    named = {f"{COUNTY}{_PLACE.sub('', report.unit) or report.unit}": report for report in turns}
    return islice(((name, report) for name, report in named.items() if name not in taken), number)


def by_others(folder: Path, number: int, taken: list[str]) -> list[Path]:
    """Write so many files in other forms (Excel) and by other hands (Word), under names that are not taken; return them."""
    forms = [(getattr(elsewhere, name), elsewhere.UNIT) for name in ELSEWHERE]
    forms += [(getattr(layouts, name), "某市市政管理处") for name in PROVINCES]
    out = []
    for place, (laid, unit) in zip("一二三四五六七八九十两", forms, strict=True):
        name = f"{COUNTY}第{place}中学" if place != "两" else f"{COUNTY}特殊教育学校"
        words = in_the_county(laid(), unit, name)
        out.append(layouts.to_sheets({"表": in_the_county(words, "某县水务局", name)}, folder / f"{name}.xlsx"))
    for place, (name, report) in enumerate(list(by_other_hands(taken, number - len(out)))):
        blocks = report.faulty if place % 3 == 0 else report.blocks
        out.append(documents.docx(in_the_county(blocks, report.unit, name), folder / f"{name}.docx"))
    return out


def as_filed(folder: Path) -> list[Filing]:
    """Return what eighty departments hand in as it is read, those by others written into a folder before."""
    out = [*map(as_handed_in, DEPARTMENTS), *filings()]
    names = [filing.unit or "" for filing in out]
    for path in by_others(folder, COUNT - len(out), names):
        for filing in read(path):
            filing.unit = path.stem if filing.unit in names else filing.unit
            names.append(filing.unit or "")
            out.append(filing)
    return out


def hand_in(folder: Path) -> list[str]:
    """Write what eighty departments hand in into a folder; return the names of those departments."""
    make(folder)
    make_tables(folder)
    for place, filing in enumerate(filings()):
        path = folder / f"{filing.unit}.{FORMATS[place % len(FORMATS)]}"
        if path.suffix == ".docx":
            word.write(filing, load(), path)
        elif path.suffix == ".xlsx":
            sheets.write(filing, load(), path)
        else:
            path.write_bytes(as_text(filing).encode("gb18030"))
    units = [department.unit for department in (*DEPARTMENTS, *composed())]
    units += [path.stem for path in by_others(folder, COUNT - len(units), units)]
    _besides(folder)
    return units


def _besides(folder: Path) -> None:
    """Add what comes along: a report sent twice, a letter that is none, a file that broke on its way."""
    again = folder / f"{COUNTY}教育局.docx"
    shutil.copy(again, folder / f"{COUNTY}教育局（修改后）.docx")
    layouts.to_word(["关于报送绩效自评材料的函", "县财政局：现将材料报上，请查收。"], folder / "报送函.docx")
    whole = (folder / f"{COUNTY}民政局.xlsx").read_bytes()
    (folder / f"{COUNTY}气象局.xlsx").write_bytes(whole[: len(whole) // 2])


def new(path: Path, *missing: str) -> None:
    """Make the county's empty master, with the departments in it that must file and will not."""
    actions.new(path, year=YEAR, region=COUNTY)
    rows = tuple((f"{place:03}", unit) for place, unit in enumerate(missing, start=1))
    table = layout.table("部门清单")
    if rows:
        cells = Cells(table.sheet, table.top + 1, table.column("代码"), rows)
        apply(path, Edits(blocks=[cells]), path)


def prior_master(path: Path, folder: Path) -> None:
    """Make last year's master."""
    folder.mkdir()
    for filing in last_year():
        sheets.write(filing, load(), folder / f"{filing.unit}.xlsx")
    actions.new(path, year=YEAR - 1, region=COUNTY)
    actions.import_(path, [folder])


def main() -> None:
    """Lay the county out to be looked at: what came in, the empty master, last year's."""
    folder = Path(sys.argv[1])
    hand_in(folder / "各单位报来")
    new(folder / "总表.xlsm", *MISSING)
    prior_master(folder / "上年总表.xlsm", folder / "上年报来")


if __name__ == "__main__":
    main()
