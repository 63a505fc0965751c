"""What somebody new adds, in a copy of the program: each in as many places as the plan names, and it works there."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import workbook

PROGRAM = Path(workbook.__file__).parents[1]


class Copy:
    """The program copied into a folder, and the places where somebody has changed it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.places = folder, 0
        for room in ("workbook", "macros"):
            shutil.copytree(PROGRAM / room, folder / room)

    def behind(self, file: str, words: str, added: str) -> None:
        """Add text in one place of a file, behind the words that stand there once."""
        path = self.folder / file
        before = path.read_text("utf-8")
        assert before.count(words) == 1
        path.write_text(before.replace(words, words + added), "utf-8")
        self.places += 1

    def new(self, file: str, text: str) -> None:
        """Add a file."""
        path = self.folder / file
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        self.places += 1

    def folder_of(self, place: str, files: dict[str, str]) -> None:
        """Add a folder with files, which is one place."""
        for name, text in files.items():
            self.new(f"{place}/{name}", text)
        self.places -= len(files) - 1

    def run(self, *arguments: str | Path) -> str:
        """Return what Python says, run with the copy in place of the program; it must end well."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"}
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=self.folder, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path / "一份")


RULE = '''

@rule(
    "E99",
    "公务接待超过限额",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE,
    "{label}填报 {actual}，超过限额 {limit}",
    "请核对",
    ("expenses.official_reception.final",),
    ("reception.most",),
)
def reception_within_the_limit(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """公务接待不超过限额。"""
    spent, limit = filing.expenses["official_reception"].final, scheme.number("reception.most")
    if spent > limit:
        yield Hit("expenses.official_reception.final", spent, None, {"limit": shown(limit)})
'''
THRESHOLD = """[parameters."reception.most"]
title = "公务接待限额"
value = 30
unit = "万元"
source = "实务（可改）"

"""


def test_a_rule_with_its_threshold_is_added_in_two_places(copy):
    copy.behind("workbook/rules/expenses.py", 'PRACTICE = "实务（可改）"\n', RULE)
    copy.behind("workbook/schemes/national.toml", 'title = "全国通行（10+50+30+10）"\n\n', THRESHOLD)
    said = copy.run(
        "-c",
        """
from decimal import Decimal
from pathlib import Path
from workbook.checking.check import check_filing
from workbook.model.filing import Filing
from workbook.rules.catalogue import explain
from workbook.model.scheme import load
filing = Filing(unit="水利局")
filing.expenses["official_reception"].final = Decimal("31.50")
for scheme in (load("luosong"), load().with_values({"reception.most": 32})):
    report = check_filing(filing, scheme, Path()).report
    print([entry.message for entry in report.findings if entry.rule == "E99"])
print(explain("E99", load()))
""",
    )
    first, second, *explained = said.splitlines()
    assert first == "['公务接待本年决算数填报 31.5，超过限额 30']"
    assert second == "[]"
    assert "公务接待限额" in "".join(explained)
    assert copy.places == 2


BUTTON = """
    Verb("stamp", "盖名", "在首页写上地区", "首页", group=RESULTS, image="Pin", press="workbook.actions.stamp:press"),"""
FUNCTION = '''"""The verb stamp: the region on 首页."""

from workbook.actions.press import Press
from workbook.model.edits import Edits
from workbook.master.results import single
from workbook.master import layout


def press(pressed: Press) -> Edits:
    """Return what the button changes in the open workbook."""
    return Edits([single(layout.REGION, "云麓县")], message="写上了云麓县")
'''


def test_a_button_is_added_in_two_places(copy, tmp_path):
    copy.behind("workbook/model/verbs.py", "VERBS: tuple[Verb, ...] = (", BUTTON)
    copy.new("workbook/actions/stamp.py", FUNCTION)
    copy.run("-m", "macros.build")
    book, job = tmp_path / "总表.xlsm", tmp_path / "job"
    copy.run("-m", "workbook", "new", book, "--year", "2024")
    # the macro's side: a Sub, a button on the ribbon and one on the sheet, which say what Python is to do
    parts = copy.folder / "workbook" / "templates" / "parts"
    assert 'label="盖名"' in (parts / "customUI14.xml").read_text("utf-8")
    assert 'PressVerb "stamp"' in (copy.folder / "macros" / "vba" / "Buttons.bas").read_text("ascii")
    with zipfile.ZipFile(book) as held:
        drawn = [held.read(name).decode("utf-8") for name in held.namelist() if name.endswith(".vml")]
    assert any("ButtonStamp" in drawing for drawing in drawn)
    # Python's side: the press, and the command of the same name
    job.mkdir()
    shutil.copyfile(book, job / "book.xlsm")
    (job / "request.txt").write_text("", "ascii")
    copy.run("-m", "macros.buttons", "stamp", job)
    result = (job / "result.txt").read_bytes().decode("utf-16-le")
    assert "state\tok" in result
    assert "t云麓县" in result
    assert "写上了云麓县" in copy.run("-m", "workbook", "stamp", book)
    assert "盖名：在首页写上地区" in copy.run("-m", "workbook", "stamp", "--help")
    assert copy.places == 2


FORMAT = '''"""The findings as lines of text."""

from pathlib import Path

from workbook.checking.outcome import Checked


def write(entry: Checked, to: Path, name: str) -> Path:
    """Write the lines into a folder; return the file."""
    target = to / f"{name}.txt"
    target.write_text("\\n".join(finding.message for finding in entry.report.findings), encoding="utf-8")
    return target
'''


def test_an_export_format_is_added_in_two_places(copy, tmp_path, received, imported):
    copy.behind(
        "workbook/exports/__init__.py",
        "FORMATS: dict[str, Format] = {\n",
        '    "lines": Format("问题的清单", of_findings=True),\n',
    )
    copy.new("workbook/exports/lines.py", FORMAT)
    assert "lines（问题的清单）" in copy.run("-m", "workbook", "export", "--help").replace("\n", "").replace(" ", "")
    report = next(received.glob("*农业技术推广中心.docx"))
    copy.run("-m", "workbook", "export", report, "--to", tmp_path / "one", "--as", "lines", "--as", "xlsx")
    copy.run("-m", "workbook", "export", imported, "--to", tmp_path / "all", "--as", "lines")
    assert {path.suffix for path in (tmp_path / "one").iterdir()} <= {".txt", ".xlsx"}
    assert len(list((tmp_path / "all").glob("*.txt"))) > 1
    assert all(path.read_text("utf-8") for path in (tmp_path / "all").iterdir())
    assert copy.places == 2


LINE = """
    ExpenseLine("meals", "误餐费", of="three_public", told=r"误餐(?:费|补助)?"),"""


AFTER = """        told=r"公务接待(?:费|经费|费用)?|(?<![^\\W])接待费用?",
    ),"""
SEEN = """
from decimal import Decimal
from pathlib import Path
from workbook.rollup import measures
from workbook.checking.check import check_filing
from workbook.model.filing import Filing, to_json
from workbook.checking.ledgers import ledger_of
from workbook.readers import read
from workbook.model.scheme import load
from workbook.writers import department, word

filing = Filing(unit="水利局", year=2024, form="l1")
given = {"three_public": "12.36", "vehicle_operation": "4", "official_vehicles": "4", "meals": "8.46", "official_reception": "0"}
for name, value in given.items():
    filing.expenses[name].final = Decimal(value)
filing.narrative = ["2024年误餐费支出8.64万元。"]
entry = check_filing(filing, None, Path())
found = {one.rule: one.message for one in entry.report.findings}
print(found["E01"])
print(found["N01"])
print(next(fact.value for line in ledger_of(entry) for fact in line.facets if fact.name == "对象"))
spent = {line.name: line.values([measures.unit_of(entry.filing, entry.derived)]) for line in measures.SPENT}
print(spent["误餐费"][-1])
print(to_json(filing)["expenses"]["meals"]["final"])
for kind, write in (("xlsx", department.write), ("docx", word.write)):
    path = Path(f"出.{kind}")
    write(filing, load("luosong"), path)
    (back,) = read(path)
    print(back.expenses["meals"].final, back.expenses["official_reception"].final)
"""
IN_THE_MASTER = """
import sys
from pathlib import Path
from workbook.actions import api
from workbook.actions.press import Press
from workbook.model.filing import Filing
from workbook.master.intake import edits_for_import
from workbook.templates.build import build_master
from workbook.writers.package import apply
from decimal import Decimal

build_master()
book = Path(sys.argv[1])
api.new(book, year=2024)
filing = Filing(unit="水利局", year=2024, form="l1")
filing.expenses["meals"].final = Decimal("8.46")
apply(book, edits_for_import(api.open_master(book), [filing]), book)
api.check_master(book)
print(api.open_master(book).filings[0].expenses["meals"].final)
outcome = api.rollup(book, [book.with_name("汇总.xlsx")])
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(book.with_name("汇总.xlsx")).get_sheet_by_name("三公经费两年对比").to_python()
print([row for row in rows if "误餐费" in row])
"""


def test_an_expense_line_is_added_in_one_place(copy, tmp_path):
    copy.behind("workbook/model/fields.py", AFTER, LINE)
    added_up, told, subject, spent, written, *back = copy.run("-c", SEEN).splitlines()
    assert "误餐费8.46" in added_up
    assert "误餐费支出8.64万元」，表中是 8.46（附件2 误餐费本年决算数）" in told
    assert (subject, spent, written) == ("误餐费", "8.46", "8.46")
    assert back == ["8.46 0", "8.46 0"]
    held, rolled_up = copy.run("-c", IN_THE_MASTER, tmp_path / "总表.xlsm").splitlines()
    assert held == "8.46"
    assert "8.46" in rolled_up
    assert copy.places == 1


OWN_GRADES = """id = "three"
title = "三档（达标、基本达标、未达标）"
base = "open"

[parameters."grade.bands"]
value = [["达标", 85], ["基本达标's", 60], ["未达标", 0]]
source = "测试"
"""
GRADED = """
import sys
from pathlib import Path
from docx import Document
from python_calamine import CalamineWorkbook
from workbook.actions import api
from workbook.checking.check import check_filing
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master.intake import edits_for_import
from workbook.model.scheme import load
from workbook.writers.package import apply

book = Path(sys.argv[1])
print(check_filing(compose(DEPARTMENTS[0]), load("three"), book).derived.grade)
api.new(book, year=YEAR, scheme=load("three"))
filings = [compose(entry) for entry in DEPARTMENTS[:3]]
for row in filings[1].indicators:
    row.score = row.weight * 7 / 10
apply(book, edits_for_import(api.open_master(book), filings), book)
names = ("汇总.xlsx", "汇总.docx", "领导摘要.docx")
api.rollup(book, [book.with_name(name) for name in names])
sheet = CalamineWorkbook.from_path(book).get_sheet_by_name("汇总分析").to_python()
top = next(number for number, row in enumerate(sheet) if row[0] == "等级分布")
print([row[:2] for row in sheet[top + 1 : top + 6]])
tables = CalamineWorkbook.from_path(book.with_name("汇总.xlsx"))
print([row[:2] for row in tables.get_sheet_by_name("等级分布").to_python() if row[1] in (0, 1, 2)])
print([name for name in tables.get_sheet_by_name("按地区").to_python()[0] if name in load("three").grades + load().grades])
print(next(line.text for line in Document(book.with_name("汇总.docx")).paragraphs if "等级为" in line.text))
print("谁没有报" in "".join(line.text for line in Document(book.with_name("领导摘要.docx")).paragraphs))
"""


def test_a_scheme_with_grade_names_of_its_own_is_added_in_one_place(copy, tmp_path):
    copy.new("workbook/schemes/three.toml", OWN_GRADES)
    first, held, rolled, regions, words, page = copy.run("-c", GRADED, tmp_path / "总表.xlsm").splitlines()
    assert first == "达标"
    assert held == "[['达标', 2.0], [\"基本达标's\", 1.0], ['未达标', 0.0], ['', ''], ['', '']]"
    assert rolled == "[['达标', 2.0], [\"基本达标's\", 1.0], ['未达标', 0.0]]"
    assert regions == "['达标', \"基本达标's\", '未达标']"
    assert "达标的 2 个，基本达标's的 1 个，未达标的 0 个" in words
    assert page == "True"
    assert copy.places == 1
