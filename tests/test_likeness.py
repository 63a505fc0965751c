"""Reports held against each other: who wrote the same as another department, over a whole master and over many files."""

import random
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.reports.documents import reports
from workbook.actions import api as actions
from workbook.bulk import tasks
from workbook.bulk.engine import Power
from workbook.model.filing import Filing
from workbook.model.findings import PEERS
from workbook.model.records import pack, unpack
from workbook.model.scheme import load
from workbook.readers import read
from workbook.rules.examples import clean
from workbook.rules.prose.likeness import peers_of

RULE = "D23"


def _found(checked: Iterator[actions.Checked] | list[actions.Checked]) -> dict[str, str]:
    return {
        entry.filing.unit or "": finding.message
        for entry in checked
        for finding in entry.report.findings
        if finding.rule == RULE
    }


def test_reports_by_different_hands_are_not_alike() -> None:
    filings = [
        Filing(unit=report.unit, narrative=[block for block in report.blocks if isinstance(block, str)])
        for held in reports().values()
        for report in held
    ]
    shares = [peer.share for like in peers_of((filing, load()) for filing in filings) for peer in like or ()]
    assert len(filings) > 20
    assert max(shares, default=Decimal(0)) < load().number("likeness.share") / 2


def test_a_copied_report_is_told_to_both_in_a_master(imported: Path) -> None:
    book = actions.open_master(imported)
    one, other = [filing for filing in book.filings if len(filing.narrative) > 8][:2]
    other.narrative = [text.replace(one.unit or "", other.unit or "") for text in one.narrative]
    found = _found(actions.checked_in(book, imported, {}))
    assert set(found) == {one.unit, other.unit}
    assert f"「{other.unit}」" in found[one.unit or ""]
    assert found[one.unit or ""].startswith(f"「{one.unit}」正文有 100% 的字句")


def test_the_departments_of_the_demo_wrote_their_own(imported: Path) -> None:
    assert _found(actions.checked_in(actions.open_master(imported), imported, {})) == {}


@pytest.mark.parametrize("stored", [False, True])
def test_files_checked_together_are_held_against_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, received: Path, stored: bool
) -> None:
    from workbook.demo.text import as_text

    paths = []
    for name in ("云麓县农业技术推广中心", "云麓县畜牧水产服务中心"):
        filing = clean()
        filing.unit = name
        filing.narrative = [text.replace("云麓县农业技术推广中心", name) for text in filing.narrative]
        paths.append(tmp_path / f"{name}.txt")
        paths[-1].write_text(as_text(filing), encoding="utf-8")
    monkeypatch.setattr(tasks, "is_many", lambda count, power: stored)
    outcome = actions.check(paths, power=Power(1))
    assert set(_found(list(outcome.checked))) == {"云麓县农业技术推广中心", "云麓县畜牧水产服务中心"}


def test_a_report_by_itself_is_held_against_none() -> None:
    filing = clean()
    filing.peers = peers_of([(filing, load())])[0]
    from workbook.rules.engine import check

    report = check(filing, load())
    assert [entry.missing for entry in report.skipped if entry.rule == RULE] == [(PEERS,)]


def test_what_is_alike_goes_along_to_other_processes() -> None:
    filing, other = clean(), clean()
    other.unit = "云麓县畜牧水产服务中心"
    filing.peers = peers_of([(filing, load()), (other, load())])[0]
    assert filing.peers
    assert unpack(pack(filing)).peers == filing.peers


def test_a_ring_of_copies_among_many_costs_no_more_than_the_rest() -> None:
    draw = random.Random(1)
    text = [
        "六、资金使用及绩效情况",
        *("".join(chr(draw.randint(0x4E00, 0x8FFF)) for _ in range(60)) for _ in range(20)),
    ]
    filings = [Filing(unit=f"第{n}局", narrative=list(text)) for n in range(120)]
    for filing in filings[50:]:
        filing.narrative[1:] = ["".join(draw.sample(line, len(line))) for line in text[1:]]
    started = time.perf_counter()
    like = peers_of((filing, load()) for filing in filings)
    assert time.perf_counter() - started < 5
    assert all(peers and peers[0].share == 1 for peers in like[:50])
    assert not any(like[50:])


def test_seeds_are_not_alike(seeds: Path) -> None:
    filings = [filing for path in sorted(seeds.glob("*.docx")) for filing in read(path)]
    assert not any(peers for peers in peers_of((filing, load()) for filing in filings))
