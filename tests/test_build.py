"""The macros as built: the same bytes again, every module seen by an independent reader, one Sub a button."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from macros import build, texts
from workbook.templates import PARTS
from workbook.templates.build import MASTER
from workbook.verbs import VERBS

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


def test_the_macros_find_every_word_they_ask_for():
    code = "\n".join(build.modules().values())
    asked = set(re.findall(r'(?:WordOf|Words|HomeText)\("([a-z.]+[a-z])"', code))
    assert asked <= {key for key, _ in texts.rows()}
    assert len(asked) > 15
