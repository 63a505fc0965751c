"""Files as they come: each row makes a file the way clerks do and states what becomes of it."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import layouts
from tests.layouts import hunan, hunan_basics, hunan_evaluation, replaced, to_sheets, to_word
from tests.office import convert
from workbook.actions import api as actions
from workbook.model.filing import Filing
from workbook.readers import ReadError, read

D = Decimal
Wanted = dict[str, Any]
USUAL: Wanted = {
    "unit": "某县水务局",
    "year": 2024,
    "staff.authorized": D(40),
    "staff.control_rate": D("0.95"),
    "expenses.three_public.final": D("10.2"),
    "expenses.official_reception.final": D("3.5"),
    "expenses.project.prior_final": D(300),
    "expenses.operating.budget": D(82),
    "funds.annual_budget": D(940),
    "funds.execution_rate": D("0.9894"),
    "income.general_public_budget": D(920),
    "outlay.project": D(310),
    "indicators[0].target": "≥20公里",
    "indicators[4].score": D(20),
    "total.score": D("99.89"),
}


def checked(filing: Filing, wanted: Wanted) -> None:
    """Hold a filing against what must be read, and that nothing else was made up."""
    assert {path: filing.get(path) for path in wanted} == wanted
    assert len(filing.indicators) == 5
    assert not filing.unread


def both(folder: Path, words: dict[str, str] | None = None, **how: Any) -> Path:
    """Write 附件2 and 附件3 as two sheets."""
    pages = {"附件2": replaced(hunan_basics(), words or {}), "附件3": replaced(hunan_evaluation(), words or {})}
    return to_sheets(pages, folder / "报来.xlsx", **how)


def edited(path: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def cell_of(sheet: Any, words: str) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == words)


# how a number may be written → (what stands in the file for 三公经费 final, 在职人员控制率), read as (10.2, 0.95)
NUMBERS = [
    ("数字存成文字", "10.20", "0.95"),
    ("全角数字", "１０．２０", "９５％"),
    ("全角百分号", "10.2", "95％"),
    ("百分号", "10.2万元", "95%"),
    ("百分数不带号", "10.2 ", "95"),
    ("小数作率", " 10.2", "0.9500"),
    ("人民币符号", "￥10.20", "95.00 %"),
    ("元写明在格里", "102000元", "95%"),
]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize(("name", "amount", "rate"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_numbers_as_clerks_write_them(tmp_path, name, amount, rate, kind):
    blocks = replaced(hunan(), {"10.20": amount, "95.00%": rate})
    path = tmp_path / f"a.{kind}"
    (filing,) = read(to_word(blocks, path) if kind == "docx" else to_sheets({"表": blocks}, path))
    checked(filing, USUAL)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("100%", D(1)), ("1", D(1)), ("100", D(1)), ("1.00", D(1)), ("１００％", D(1)), ("98.94", D("0.9894"))],
)
def test_a_rate_of_one_hundred_in_any_writing(tmp_path, written, read_as):
    (filing,) = read(to_word(replaced(hunan(), {"98.94%": written}), tmp_path / "a.docx"))
    assert filing.funds.execution_rate == read_as


@pytest.mark.parametrize("written", ["2,701.57", "2，701.57", "２，７０１．５７", "2701.57", "2,701.57万元"])
def test_thousands(tmp_path, written):
    (filing,) = read(to_word(replaced(hunan(), {"940.00": written}), tmp_path / "a.docx"))
    assert filing.funds.annual_budget == D("2701.57")


@pytest.mark.parametrize("written", ["2025-03-08", "2025年3月8日", "2025.3.8", "2025/3/8", "20250308"])
def test_dates_stay_words(tmp_path, written):
    blocks = replaced(hunan(), {layouts.SIGNED: f"填表人：张某  填报日期：{written}  联系电话：1234"})
    (filing,) = read(to_word(blocks, tmp_path / "a.docx"))
    assert filing.signature.date == written
    checked(filing, USUAL)


def two_sheets(folder: Path) -> Path:
    return both(folder)


def numbers(folder: Path) -> Path:
    return both(folder, numbers=True)


def unmerged(folder: Path) -> Path:
    return both(folder, merged=False)


def one_sheet(folder: Path) -> Path:
    return to_sheets({"Sheet1": hunan()}, folder / "一张表.xlsx")


def renamed(folder: Path) -> Path:
    return to_sheets({"新建 Sheet (2)": hunan_evaluation(), "aaa": hunan_basics()}, folder / "改名.xlsx")


def extra(folder: Path) -> Path:
    pages: dict[str, list[layouts.Block]] = {
        "封面": ["某县水务局 2024 年度绩效自评材料"],
        "附件2": hunan_basics(),
        "附件3": hunan_evaluation(),
        "通讯录": [[["姓名", "科室"], ["张某", "财务股"]]],
        "Sheet4": [],
    }
    return to_sheets(pages, folder / "多表.xlsx")


def hidden(folder: Path) -> Path:
    def change(book: Any) -> None:
        book["附件2"].row_dimensions[cell_of(book["附件2"], "公用经费").row].hidden = True
        book["附件3"].column_dimensions["H"].hidden = True
        old = book.copy_worksheet(book["附件3"])
        old.title, old.sheet_state = "去年的", "hidden"
        cell_of(old, "940.00").value = "111.00"

    return edited(both(folder), change)


def page_two(folder: Path) -> Path:
    rows = layouts.HUNAN_EVALUATION
    again = [*rows[:11], layouts.HUNAN_HEAD, *[["绩效指标", *row[1:]] for row in rows[11:14]], rows[14]]
    blocks = [again if block is rows else block for block in hunan()]
    return to_word(blocks, folder / "两页.docx")


def parted_by_a_page(folder: Path) -> Path:
    rows = layouts.HUNAN_EVALUATION
    first, rest = rows[:11], [["绩效指标", *row[1:]] for row in rows[11:14]] + [rows[14]]
    blocks: list[layouts.Block] = []
    for block in hunan():
        blocks += [first, "", rest] if block is rows else [block]
    return to_word(blocks, folder / "分页.docx")


def nested(folder: Path) -> Path:
    import docx

    path = to_word(hunan(), folder / "套.docx")
    document = docx.Document(str(path))
    frame = document.add_table(1, 1).cell(0, 0)
    body = document.element.body
    for table in document.tables[:2]:
        frame._tc.append(table._tbl)
    frame.add_paragraph("")
    body.append(body.sectPr)
    document.save(str(path))
    return path


def tracked(folder: Path) -> Path:
    import docx
    from docx.oxml import OxmlElement

    path = to_word(replaced(hunan(), {"10.20": "66.60"}), folder / "修订.docx")
    document = docx.Document(str(path))
    cell = next(c for t in document.tables for row in t.rows for c in row.cells if c.text == "66.60")
    run = cell.paragraphs[0].runs[0]._element
    deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
    run.addprevious(deleted)
    deleted.append(run)
    deleted.addnext(inserted)
    inserted.append(cell.paragraphs[0].add_run("10.20")._element)
    document.save(str(path))
    return path


def commented(folder: Path) -> Path:
    import docx
    from docx.oxml import OxmlElement

    path = to_word(hunan(), folder / "批注.docx")
    document = docx.Document(str(path))
    cell = next(c for t in document.tables for row in t.rows for c in row.cells if c.text == "10.20")
    for tag in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"):
        cell.paragraphs[0]._p.append(OxmlElement(tag))
    document.save(str(path))
    return path


def old_excel(folder: Path) -> Path:
    return convert([both(folder)], "xls", folder / "旧")[0]


def wps(folder: Path) -> Path:
    old = old_excel(folder)
    return old.rename(old.with_suffix(".et"))


def old_word(folder: Path) -> Path:
    return convert([to_word([*hunan(), "以上"], folder / "旧.docx")], "doc", folder / "旧")[0]


def gbk_csv(folder: Path) -> Path:
    path = folder / "表.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.writer(file)
        for block in hunan():
            for row in [[block]] if isinstance(block, str) else block:
                writer.writerow(["" if cell in (None, "^") else cell for cell in row])
    return path


WAYS = [
    two_sheets, numbers, unmerged, one_sheet, renamed, extra, hidden, page_two, parted_by_a_page, nested, tracked,
    commented, old_excel, wps, old_word, gbk_csv,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_file_is_read_however_it_was_made(tmp_path, way):
    (filing,) = read(way(tmp_path))
    checked(filing, USUAL)


def test_several_departments_in_one_file(tmp_path):
    other = replaced(hunan(), {"某县水务局": "某县林业局", "单位名称：某县水务局": "单位名称：某县林业局"})
    filings = read(to_word([*hunan(), *other], tmp_path / "两个.docx"))
    assert [filing.unit for filing in filings] == ["某县水务局", "某县林业局"]
    for filing in filings:
        checked(filing, {**USUAL, "unit": filing.unit})


def test_one_department_over_several_files(tmp_path):
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024)
    first = to_word(hunan_basics(), tmp_path / "附件2.docx")
    second = to_sheets({"表": hunan_evaluation()}, tmp_path / "附件3.xlsx")
    actions.import_(master, [first, second])
    from workbook.master.read import read_master

    (filing,) = read_master(master).filings
    checked(filing, USUAL)


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!"])
def test_error_values_are_named(tmp_path, error):
    def change(book: Any) -> None:
        cell = cell_of(book["附件2"], "95.00%")
        cell.value, cell.data_type = error, "e"

    (filing,) = read(edited(both(tmp_path), change))
    assert filing.unread == {"staff.control_rate": error}


def test_formulas_never_calculated_are_computed_where_libreoffice_is(tmp_path):
    def change(book: Any) -> None:
        sheet = book["附件2"]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in ("40", "38"):
                    cell.value = int(cell.value)
        ratio = cell_of(sheet, "95.00%")
        ratio.value = f"=C{ratio.row}/B{ratio.row}"

    (filing,) = read(edited(both(tmp_path), change))
    checked(filing, USUAL)
    assert any("公式" in note for note in filing.notes)


def test_formulas_never_calculated_are_named_without_libreoffice(tmp_path, monkeypatch):
    monkeypatch.setattr("workbook.readers.legacy.find_office", lambda: None)

    def change(book: Any) -> None:
        cell_of(book["附件2"], "95.00%").value = "=C5/B5"

    (filing,) = read(edited(both(tmp_path), change))
    assert "公式未计算" in filing.unread["staff.control_rate"]


@pytest.mark.parametrize("named", ["公用经费", "公务接待费", "政府采购", "三公经费"])
def test_a_project_named_like_a_printed_row_stays_a_project(tmp_path, named):
    rows = list(layouts.HUNAN_BASICS)
    place = next(index for index, row in enumerate(rows) if row[0] == "2、运行维护经费")
    rows[place + 1 : place + 1] = [["（1）" + named, "11.00", "12.00", "13.00"]]
    blocks = [rows if block is layouts.HUNAN_BASICS else block for block in hunan()]
    (filing,) = read(to_word(blocks, tmp_path / "a.docx"))
    checked(filing, USUAL)
    assert [(line.name, line.final) for line in filing.project_lines] == [(named, D(13))]
    assert filing.expenses["procurement"].final == D(48)


def test_a_file_of_nothing_known_says_what_is_nearest(tmp_path):
    with pytest.raises(ReadError, match="最接近"):
        read(to_sheets({"通知": [[["三公经费", "请填"], ["会议", "周五"]]]}, tmp_path / "通知.xlsx"))
