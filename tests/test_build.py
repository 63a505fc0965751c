"""The macros as built: the same bytes again, every module seen by an independent reader, one Sub a button."""

import os
import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import olefile
import pytest
from lxml import etree
from oletools.olevba import decompress_stream
from pyvbaanalysis import analyze_office_file

from macros import build, texts
from tests.conftest import ROOT
from workbook.model.verbs import VERBS
from workbook.templates import PARTS
from workbook.templates.build import MASTER

WITH_SUB = [verb for verb in VERBS if verb.sub]


@pytest.fixture(scope="module")
def rebuilt() -> dict[str, bytes]:
    return build.parts()


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """Return the modules that olevba finds in the shipped master, by their names."""
    from oletools.olevba import VBA_Parser

    parser = VBA_Parser(str(MASTER))
    try:
        return {Path(name).stem: code.replace("\r\n", "\n") for _, _, name, code in parser.extract_all_macros()}
    finally:
        parser.close()


def test_the_same_sources_give_the_same_bytes(rebuilt):
    assert {name: (PARTS / name).read_bytes() == content for name, content in rebuilt.items()} == dict.fromkeys(
        rebuilt, True
    )
    assert build.parts() == rebuilt


def test_the_master_carries_what_was_built(rebuilt):
    with zipfile.ZipFile(MASTER) as book:
        assert book.read("xl/vbaProject.bin") == rebuilt["vbaProject.bin"]
        assert book.read("customUI/customUI14.xml") == rebuilt["customUI14.xml"]


@pytest.mark.parametrize("name", build.modules())
def test_an_independent_reader_sees_every_module(seen, name):
    assert seen[name].strip() == build.modules()[name].strip()


def test_the_document_modules_are_those_of_the_sheets(seen):
    with zipfile.ZipFile(MASTER) as book:
        names = {
            element.get("codeName")
            for part in book.namelist()
            if re.fullmatch(r"xl/(workbook|worksheets/sheet\d+)\.xml", part)
            for element in etree.parse(BytesIO(book.read(part))).iter("{*}sheetPr", "{*}workbookPr")
        }
    assert names == set(seen) - set(build.modules())


@pytest.mark.parametrize("name", build.modules())
def test_the_sources_run_in_both_offices(name):
    code = build.modules()[name]
    assert code.isascii()
    assert not re.search(r"^\s*(Public |Private )?Declare\b", code, re.MULTILINE | re.IGNORECASE)
    assert not re.search(r"\bbase\b", re.sub(r"'.*", "", code), re.IGNORECASE)


@pytest.mark.parametrize("verb", WITH_SUB, ids=lambda verb: verb.name)
def test_every_button_has_its_sub_its_place_and_its_command_on_the_ribbon(seen, verb):
    assert f"Public Sub {verb.sub}()" in seen["Buttons"]
    with zipfile.ZipFile(MASTER) as book:
        drawing = b"".join(book.read(part) for part in book.namelist() if part.endswith(".vml")).decode()
        ribbon = etree.fromstring(book.read("customUI/customUI14.xml"))
    assert f"[0]!{verb.sub}<" in drawing
    assert verb.caption in drawing
    entry = ribbon.find(f".//{{*}}button[@id='b{verb.name}']")
    assert entry is not None
    assert (entry.get("label"), entry.get("imageMso"), entry.get("onAction")) == (
        verb.caption,
        verb.image,
        "RibbonPress",
    )


def test_what_the_macros_write_into_cells_is_guarded_text_or_none_from_outside():
    """The cells of a result come guarded; blanks, a number and formulas of ours are no words of a clerk's."""
    ours = {"cells", "blanks", "number", "whole", "CStr(cells(down, across))", '"Calc MS Excel 2007 XML"'}
    written = re.findall(
        r"(?:\.(?:Value2?|Formula\w*|FormulaR1C1|String) = |setFormulaArray )(.+)", "\n".join(build.modules().values())
    )
    assert len(written) > 6
    assert {words for words in written if not words.startswith('"\'" & ')} == ours


def test_the_macros_find_every_word_they_ask_for():
    code = "\n".join(build.modules().values())
    asked = set(re.findall(r'(?:WordOf|Words|HomeText)\("([a-z.]+[a-z])"', code))
    assert asked <= {key for key, _ in texts.rows()}
    assert len(asked) > 15


# --- the project as [MS-OVBA] and Excel have it -----------------------------------------------------------------------

ALLOWED = {("Libre", "option-explicit-missing"), ("Texts", "variable-never-read")}
OWN = ["vbaProject.bin", "unit-vbaProject.bin"]


class Streams:
    """The streams of a VBA project, read by olefile and oletools."""

    def __init__(self, content: bytes) -> None:
        with olefile.OleFileIO(BytesIO(content)) as file:
            self.held = {"/".join(entry): file.openstream(entry).read() for entry in file.listdir()}
        self.dir = decompress_stream(bytearray(self.held["VBA/dir"]))

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Yield the records of the dir stream (2.3.4.2): id and data."""
        place = 0
        while place + 6 <= len(self.dir):
            kind, size = struct.unpack_from("<HI", self.dir, place)
            if kind == 0x0009:
                size = 6  # PROJECTVERSION says 4 and has 6
            yield kind, bytes(self.dir[place + 6 : place + 6 + size])
            place += 6 + size

    def lines(self) -> list[str]:
        """Return the lines of the PROJECT stream (2.3.1)."""
        return self.held["PROJECT"].decode("latin-1").split("\r\n")

    def keys(self) -> list[str]:
        """Return what the lines of the PROJECT stream set, sections among them, without the windows of the editor."""
        # documents and modules stand in any order (2.3.1.3)
        whole = [re.sub("^(Document|Module|Class)$", "item", line.partition("=")[0]) for line in self.lines() if line]
        return whole[: whole.index("[Workspace]")] if "[Workspace]" in whole else whole


@pytest.mark.parametrize("name", OWN)
def test_an_independent_analyser_finds_nothing_that_would_not_compile(tmp_path, name):
    book = MASTER
    if name != OWN[0]:
        book = tmp_path / "单位.xlsm"
        with zipfile.ZipFile(MASTER) as old, zipfile.ZipFile(book, "w") as new:
            for part in old.namelist():
                new.writestr(part, (PARTS / name).read_bytes() if part == "xl/vbaProject.bin" else old.read(part))
    found = {
        (module, entry.code): entry.message for module, all_ in analyze_office_file(str(book)).items() for entry in all_
    }
    assert set(found) <= ALLOWED, found


def test_the_analyser_itself_would_find_it(tmp_path):
    source = tmp_path / "M.bas"
    source.write_text(
        'Attribute VB_Name = "M"\nOption Explicit\nSub S()\n    Dim n As Long\n    n = m + Nowhere(1)\nEnd Sub\n',
        encoding="ascii",
    )
    from pyvbaanalysis import analyze_loose_files

    found = [entry for all_ in analyze_loose_files([str(source)]).values() for entry in all_]
    assert [entry for entry in found if entry.severity.value == "error"]


@pytest.mark.parametrize("name", OWN)
def test_excel_compiles_the_sources_itself(name):
    streams = Streams((PARTS / name).read_bytes())
    assert streams.held["VBA/_VBA_PROJECT"] == bytes.fromhex("cc61ffff000000")  # 2.3.4.1
    assert not [stream for stream in streams.held if "__SRP_" in stream]  # 2.2.6
    offsets = [struct.unpack("<I", data)[0] for kind, data in streams.records() if kind == 0x0031]
    assert offsets
    assert set(offsets) == {0}
    for module in (data.decode("ascii") for kind, data in streams.records() if kind == 0x001A):
        source = decompress_stream(bytearray(streams.held[f"VBA/{module}"])).decode("ascii")
        assert source.startswith(f'Attribute VB_Name = "{module}"\r\n')


@pytest.mark.parametrize("name", OWN)
def test_the_three_streams_name_the_same_modules(name):
    streams = Streams((PARTS / name).read_bytes())
    ordered = [data.decode("ascii") for kind, data in streams.records() if kind == 0x0019]
    count = next(data for kind, data in streams.records() if kind == 0x000F)
    assert struct.unpack("<H", count)[0] == len(ordered)
    named = [line for line in streams.lines() if line.startswith(("Document=", "Module="))]
    assert [re.split("[=/]", line)[1] for line in named] == ordered
    wide = b"".join(entry.encode() + b"\0" + entry.encode("utf-16-le") + b"\0\0" for entry in ordered)
    assert streams.held["PROJECTwm"] == wide + b"\0\0"
    assert set(build.modules()) <= set(ordered)


@pytest.fixture(scope="module")
def by_excel() -> list[Streams]:
    """Give the projects of workbooks that Excel saved (of XlsxWriter's own tests), for comparison only."""
    folder = Path(os.environ.get("JIXIAO_EXCEL_FILES") or ROOT / ".cache" / "excel-files")
    found = [
        Streams(path.read_bytes()) for path in sorted(folder.rglob("vbaProject*.bin")) if "Signature" not in path.name
    ]
    for path in sorted(folder.rglob("*.xlsm")):
        with zipfile.ZipFile(path) as book:
            found += [Streams(book.read(part)) for part in book.namelist() if part.endswith("vbaProject.bin")]
    if not found:
        pytest.skip("没有用来对照的、由 Excel 保存的 VBA 工程（放在 JIXIAO_EXCEL_FILES 指的文件夹），跳过")
    return found


@pytest.mark.parametrize("name", OWN)
def test_the_project_is_laid_out_as_excel_lays_it_out(by_excel, name):
    ours = Streams((PARTS / name).read_bytes())
    assert _steps(ours) - NEWER <= set().union(*map(_steps, by_excel))
    kept = {stream for stream in ours.held if stream.startswith("VBA/_") or "/" not in stream}
    assert kept <= set().union(*(set(other.held) for other in by_excel))
    keys = list(dict.fromkeys(ours.keys()))
    for other in by_excel:
        theirs = [key for key in dict.fromkeys(other.keys()) if key in keys]
        assert theirs == [key for key in keys if key in theirs]
    assert {kind: len(data) for kind, data in ours.records() if kind in FIXED} == FIXED


# sizes of what the project says of itself: system, locale twice, code page, help context, flags, version, count, cookie
FIXED = {0x0001: 4, 0x0002: 4, 0x0014: 4, 0x0003: 2, 0x0007: 4, 0x0008: 4, 0x0009: 6, 0x000F: 2, 0x0013: 2}


# PROJECTCOMPATVERSION (2.3.4.2.1.2), which the Excel that saved those files did not write yet
NEWER = {(0x0001, 0x004A), (0x004A, 0x0002)}


def _steps(streams: Streams) -> set[tuple[int, int]]:
    kinds = [kind for kind, _ in streams.records()]
    return set(pairwise(kinds))
