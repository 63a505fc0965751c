"""Filling a workbook that exists: what is not meant stays byte for byte, what is meant is valid whoever wrote the file."""

import os
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from tests.office import convert
from workbook.model.edits import Block, Edits, Formula, Resize
from workbook.storage.history import states
from workbook.storage.replacing import KeepError
from workbook.writers import package
from workbook.writers.package import PackageError, apply, shifted

D = Decimal


@pytest.fixture
def book(tmp_path) -> Path:
    """Return a bureau's own workbook: a table with a validation, a formula that reads it, and another sheet."""
    path = tmp_path / "局里的 表.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("表")
    money = made.add_format({"num_format": "0.00", "bg_color": "#FFFF00"})
    columns = [{"header": "单位"}, {"header": "金额"}]
    sheet.add_table("A1:B3", {"name": "tblMoney", "columns": columns})
    for row, (name, value) in enumerate((("甲", 1), ("乙", 2)), start=1):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, value, money)
    sheet.write_formula("D1", "=SUM(B2:B9)", None, 3)
    sheet.write_comment("A2", "批注")
    sheet.data_validation("B2:B9", {"validate": "decimal", "criteria": ">=", "value": 0})
    made.add_worksheet("另一张").write(0, 0, "不动")
    made.close()
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, changes: dict[str, tuple[str, str]], **more: str) -> None:
    """Change words in parts of a package by hand, as another program might have written them; add further parts."""
    held = parts(path)
    for name, (pattern, words) in changes.items():
        text, count = re.subn(pattern, words, held[name].decode(), flags=re.DOTALL)
        assert count, (name, pattern)
        held[name] = text.encode()
    held |= {name.replace("__", "/"): content.encode() for name, content in more.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)


def page(path: Path, name: str = "xl/worksheets/sheet1.xml") -> etree._Element:
    return etree.fromstring(parts(path)[name])


def cell(path: Path, where: str, sheet: str = "表"):
    return openpyxl.load_workbook(path)[sheet][where]


def put(row: int, column: int, *values) -> Edits:
    return Edits([Block("表", row, column, (values,))])


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 200])
def test_a_table_has_the_rows_it_is_given(book, rows):
    values = tuple((f"第{number}单位", D(number) / 4) for number in range(rows))
    edits = Edits([Block("表", 2, 1, values)] if rows else [], [Resize("tblMoney", rows)])
    receipt = apply(book, edits)
    assert set(receipt.changed) == {SHEET, "xl/workbook.xml", "xl/tables/table1.xml"}
    sheet = openpyxl.load_workbook(book)["表"]
    table = sheet.tables["tblMoney"]
    assert table.ref == table.autoFilter.ref == f"A1:B{1 + max(1, rows)}"
    held = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=2, max_col=2) if row[0].value]
    assert held == [(name, float(value)) for name, value in values]
    if rows > 2:  # rows that a table gains look like its first
        assert sheet.cell(1 + rows, 2).number_format == "0.00"
        assert sheet.cell(1 + rows, 2).fill.fgColor.rgb == "FFFFFF00"


def test_the_other_parts_are_copied_byte_for_byte(book):
    before = parts(book)
    receipt = apply(book, put(2, 2, D("9.5")))
    after = parts(book)
    assert set(receipt.changed) == {SHEET, "xl/workbook.xml"}
    assert {name for name in before if before[name] != after[name]} == set(receipt.changed)
    assert set(receipt.unchanged) | set(receipt.changed) == set(before)


def test_libreoffice_recalculates_what_was_filled(book, tmp_path):
    apply(book, Edits([Block("表", 2, 1, tuple(("单位", number) for number in range(1, 8)))], [Resize("tblMoney", 7)]))
    (made,) = convert([book], "xlsx", tmp_path)
    assert openpyxl.load_workbook(made, data_only=True)["表"]["D1"].value == 28


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@SUM(A1)", " 前后 ", "第一行\n第二行", "<&>\"'", "𠮷", "0012"])
def test_text_is_text(book, text):
    apply(book, put(2, 1, text))
    held = cell(book, "A2")
    assert (held.value, held.data_type in ("s", "inlineStr")) == (text, True)


@pytest.mark.parametrize(("text", "kept"), [("a\x00b\x1fc", "abc"), ("\ufffe尾", "尾"), ("长" * 40_000, "长" * 32_767)])
def test_what_xml_or_excel_forbids_is_left_out(book, text, kept):
    apply(book, put(2, 1, text))
    assert cell(book, "A2").value == kept


def test_numbers_keep_every_digit(book):
    apply(book, put(2, 2, D("123456789.10")))
    assert page(book).xpath("string(//*[@r='B2']/*[local-name()='v'])") == "123456789.1"
    apply(book, put(2, 2, D("1E+3")))
    assert page(book).xpath("string(//*[@r='B2']/*[local-name()='v'])") == "1000"


@pytest.mark.parametrize(
    ("formula", "shown", "kind"),
    [(Formula("B2*2", D(2)), "2", None), (Formula('"甲"', "甲"), "甲", "str"), (Formula("B2*2"), "", None)],
)
def test_a_formula_carries_its_value(book, formula, shown, kind):
    apply(book, put(5, 3, formula))
    (held,) = page(book).xpath("//*[@r='C5']")
    assert held.xpath("string(*[local-name()='f'])") == formula.text
    assert (held.xpath("string(*[local-name()='v'])"), held.get("t")) == (shown, kind)


def test_the_clerks_own_fill_stays(book):
    apply(book, put(2, 2, D(7)))
    assert cell(book, "B2").fill.fgColor.rgb == "FFFFFF00"


def test_cells_without_addresses_are_counted(book):
    rewrite(book, {SHEET: (r'(<c|<row) r="[A-Z]*\d+"', r"\1")})
    apply(book, put(3, 2, D(8)))
    (row,) = page(book).xpath("//*[local-name()='row'][@r='3']")
    assert [entry.get("r") for entry in row] == ["A3", "B3"]
    assert (cell(book, "B3").value, cell(book, "A3").value) == (8, "乙")


def test_a_shared_formula_is_handed_on(book):
    shared = (
        '<c r="E2"><f t="shared" ref="E2:E3" si="0">B2*$D$1+LOG10(10)&amp;"B2"</f><v>3</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>乙</t></is></c><c r="E3"><f t="shared" si="0"/><v>6</v></c></row>'
    )
    rewrite(book, {SHEET: (r'</row><row r="3".*?</row>', shared.replace("\\", ""))})
    apply(book, put(2, 5, D(1)))
    assert cell(book, "E2").value == 1
    assert cell(book, "E3").value == '=B3*$D$1+LOG10(10)&"B2"'


@pytest.mark.parametrize(
    ("formula", "down", "across", "moved"),
    [
        ("A1+$A$1", 2, 1, "B3+$A$1"),
        ("SUM(A$1:$B2)", 1, 1, "SUM(B$1:$B3)"),
        ("'表 A1'!B2&\"B2\"", 1, 0, "'表 A1'!B3&\"B2\""),
        ("LOG10(A1)", 1, 0, "LOG10(A2)"),
        ("Z9", 0, 1, "AA9"),
        ("A1", -1, 0, "#REF!"),
        ("rate.A1", 1, 1, "rate.A1"),
    ],
)
def test_formulas_move_as_excel_moves_them(formula, down, across, moved):
    assert shifted(formula, down, across) == moved


def test_the_order_of_calculation_is_dropped_whole(book):
    types = ("</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="a/b"/></Types>')
    rels = ("</Relationships>", '<Relationship Id="rId99" Type="c" Target="calcChain.xml"/></Relationships>')
    changes = {"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": rels}
    rewrite(book, changes, **{"xl__calcChain.xml": "<calcChain/>"})
    receipt = apply(book, put(2, 2, 1))
    after = parts(book)
    assert receipt.dropped == ["xl/calcChain.xml"]
    assert b"calcChain" not in b"".join(after.values())


def test_a_workbook_without_settings_of_calculation_gets_them(book):
    rewrite(book, {"xl/workbook.xml": (r"<calcPr[^>]*/>", "")})
    apply(book, put(2, 2, 1))
    names = [etree.QName(entry).localname for entry in page(book, "xl/workbook.xml")]
    assert names.index("calcPr") == names.index("sheets") + 1
    assert cell(book, "B2").value == 1


def test_heights_are_fitted_anew_and_the_clerks_stay(tmp_path):
    path = tmp_path / "高.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("表")
    sheet.set_column(0, 0, 30)
    sheet.set_row(4, 99)
    made.close()

    def height(row: int) -> str | None:
        return page(path).xpath(f"string(//*[local-name()='row'][@r='{row}']/@ht)") or None

    apply(path, Edits([Block("表", 4, 1, (("字" * 60,), ("字" * 60,)))]))
    assert (height(4), height(5)) == ("78", "99")
    apply(path, put(4, 1, "短"))
    assert (height(4), height(5)) == (None, "99")


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        (Edits([Block("没有", 1, 1, ((1,),))]), "没有工作表「没有」"),
        (Edits([], [Resize("tblNone", 3)]), "没有表「tblNone」"),
        (Edits([], [Resize("tblMoney", 2_000_000)]), "放不下"),
        (put(1, 20_000, 1), "超出"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_changes(book, edits, words):
    before = book.read_bytes()
    with pytest.raises(PackageError, match=words):
        apply(book, edits)
    assert book.read_bytes() == before
    assert [entry.name for entry in book.parent.iterdir()] == [book.name]


def test_a_table_with_a_row_of_totals_is_refused(book):
    rewrite(book, {"xl/tables/table1.xml": ("totalsRowShown=", 'totalsRowCount="1" totalsRowShown=')})
    with pytest.raises(PackageError, match="汇总行"):
        apply(book, Edits([], [Resize("tblMoney", 5)]))


HOSTILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels"])
def test_declarations_from_outside_are_refused(book, part):
    rewrite(book, {part: (r"^(<\?xml.*?\?>)?", f"\\1{HOSTILE}")})
    with pytest.raises(PackageError, match="外部声明"):
        apply(book, put(2, 2, 1))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "损坏"),
        (b"PK\x03\x04" + bytes(99), "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path, content, words):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    with pytest.raises(PackageError, match=words):
        apply(path, Edits())
    assert path.read_bytes() == content


def test_a_package_that_unpacks_too_large_is_refused(book, monkeypatch):
    monkeypatch.setattr(package, "_UNPACKED_LIMIT", 1000)
    with pytest.raises(PackageError, match="不正常"):
        apply(book, Edits())


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PackageError, match="找不到"):
        apply(tmp_path / "无.xlsx", Edits())


@pytest.mark.parametrize("owner", ["~${}", ".~lock.{}#"])
def test_a_workbook_that_is_open_is_refused_and_the_way_out_said(book, owner):
    lock = book.with_name(owner.format(book.name))
    lock.write_bytes(b"")
    with pytest.raises(KeepError, match="关闭") as raised:
        apply(book, put(2, 2, 1))
    assert lock.name in str(raised.value)
    apply(book, put(2, 2, 5), book.with_name("副本.xlsx"))


def test_a_file_that_windows_holds_is_said_and_left(book, monkeypatch):
    before = book.read_bytes()

    def held(*_: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(KeepError, match="关闭文件"):
        apply(book, put(2, 2, 1))
    assert book.read_bytes() == before
    assert not list(book.parent.glob(".jixiao-*"))


@pytest.mark.parametrize("keep", [True, False])
def test_the_last_state_is_kept_unless_told_otherwise(book, keep):
    before = book.read_bytes()
    apply(book, put(2, 2, 1), keep=keep)
    assert [state.path.read_bytes() for state in states(book)] == [before] * keep


def test_the_same_edits_give_the_same_bytes(book):
    one, two = book.with_name("一.xlsx"), book.with_name("二.xlsx")
    for out in (one, two):
        apply(book, put(2, 2, D("4.5")), out)
    assert one.read_bytes() == two.read_bytes()
