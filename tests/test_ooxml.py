"""Addresses and text of the files of Excel and Word, said once."""

import re
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

import workbook
from workbook.ooxml import address, bounds, column_of, legal, letters, markup

PROGRAM = Path(workbook.__file__).parents[1]


def test_legal_is_what_xml_holds():
    every = [chr(code) for code in (*range(0x10000), 0x1F600, 0x10FFFF)]
    char = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
    assert legal("".join(every)) == "".join(filter(char.match, every))


@pytest.mark.parametrize("text", ["甲", "a<b>&c", "_x0041_", "响\x07铃", "x_x", "1<2 _x00e9_ \ufffe"])
def test_text_in_a_sheet_reads_back_as_itself(text):
    told = etree.fromstring(f"<t>{markup(text)}</t>").text
    assert re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), told) == legal(text)
    assert unescape(markup("a&amp;b")) == "a&amp;b"


def test_columns_are_counted_as_excel_counts_them():
    assert [letters(column) for column in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_of(address(1, column)) == column for column in range(1, 16_385))
    assert bounds("$B$2:F9") == (2, 2, 9, 6)


def test_nothing_else_knows_letters_or_what_xml_forbids():
    sources = {path: path.read_text("utf-8") for path in (PROGRAM / "workbook").rglob("*.py")}
    assert [path for path, text in sources.items() if "chr(65" in text] == [PROGRAM / "workbook" / "ooxml.py"]
    forbids = re.compile(r"ufffe|\\x0b|65534")
    assert [path for path, text in sources.items() if forbids.search(text)] == [PROGRAM / "workbook" / "ooxml.py"]
