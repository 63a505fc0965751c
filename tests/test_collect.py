"""What departments hand in: folders, archives, who is missing, twice, unreadable; the same from a few files and from many."""

import json
import os
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from workbook.actions import api as actions
from workbook.bulk.engine import THRESHOLD
from workbook.cli import run
from workbook.demo import YEAR, as_handed_in, synthetic
from workbook.demo.departments import DEPARTMENTS
from workbook.model.filing import Filing
from workbook.model.scheme import load
from workbook.readers import collect
from workbook.readers.collect import Entry, choose
from workbook.readers.limits import LIMITS
from workbook.storage.cache import store_of
from workbook.writers import department, word


def hand_in(folder: Path, filings: list[Filing]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for filing in filings:
        path = folder / f"{filing.unit}.xlsx"
        department.write(filing, load(), path)
        out.append(path)
    return out


def master(folder: Path) -> Path:
    path = folder / "总表.xlsm"
    actions.new(path, year=YEAR)
    return path


def entry(**changes: object) -> Entry:
    start = {"place": 0, "unit": "水利局", "year": YEAR, "name": "a", "modified": 100.0, "filled": 50, "content": "x"}
    return Entry(**{**start, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "won", "reason"),
    [
        ({}, {"modified": 900.0, "content": "y"}, "b", "修改得较晚"),
        ({}, {"filled": 80, "content": "y"}, "b", "填得较全"),
        ({}, {"modified": 900.0, "content": "y", "year": 2019}, "a", f"它是 {YEAR} 年度的"),
        ({"modified": 900.0}, {}, "a", "内容相同"),
        ({}, {"content": "y"}, "b", "取文件名排在后面的"),
        (
            {"name": "a.docx"},
            {"name": "a.txt", "modified": 900.0, "filled": 80, "content": "y"},
            "a.docx",
            "纯文字（.txt）",
        ),
        ({"name": "a.docx"}, {"name": "报告.txt"}, "a.docx", "纯文字（.txt）"),
        ({"name": "a.docx", "year": 2019}, {"name": "b.txt", "content": "y"}, "b.txt", f"它是 {YEAR} 年度的"),
    ],
)
def test_which_of_two_wins_and_why(first: dict, second: dict, won: str, reason: str) -> None:  # type: ignore[type-arg]
    one, other = entry(**first), entry(**{"place": 1, "name": "b", **second})
    for pair in ([one, other], [other, one]):
        (taken,), (twice,) = choose(pair, YEAR)
        assert taken.name == twice.won == won
        assert reason in twice.reason


def test_the_halves_of_a_department_are_put_together(tmp_path: Path) -> None:
    (filing,) = synthetic(1)
    sheets = tmp_path / "附件2.xlsx"
    basics = Filing(unit=filing.unit, year=filing.year, form="l1", staff=filing.staff, expenses=filing.expenses)
    department.write(basics, load(), sheets)
    rest = Filing(unit=filing.unit, year=filing.year, form="l1", funds=filing.funds, indicators=filing.indicators)
    one, other = (collect.filled(part)[1] for part in (basics, rest))
    a, b = entry(holds=one), entry(place=1, name="b", modified=500.0, content="y", holds=other)
    (taken,), twice = choose([a, b], YEAR)
    assert not twice
    assert {taken.place, *taken.joined} == {0, 1}
    whole = collect.join(basics, rest)
    assert whole.funds == filing.funds
    assert whole.indicators == filing.indicators
    assert whole.staff == filing.staff


@pytest.mark.parametrize("number", [6, THRESHOLD + 4])
def test_a_folder_of_all_kinds(tmp_path: Path, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The same summary from few files in this process and from many over two."""
    filings = list(synthetic(number))
    paths = hand_in(tmp_path / "报来" / "甲县", filings[:-1])
    os.utime(paths[0], (1_700_000_000, 1_700_000_000))
    later = tmp_path / "报来" / "修改稿.xlsx"
    shutil.copy(paths[1], later)  # the content of another: same unit, later
    os.utime(paths[1], (1_600_000_000, 1_600_000_000))
    (tmp_path / "报来" / "坏.docx").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "报来" / "照片.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\0\0\0")
    (tmp_path / "报来" / "~$打开着.xlsx").write_bytes(b"lock")
    (tmp_path / "报来" / "Thumbs.db").write_bytes(b"thumbs")
    loose = tmp_path / "别处" / f"{filings[-1].unit}.docx"
    loose.parent.mkdir()
    word.write(filings[-1], load(), loose)
    with zipfile.ZipFile(tmp_path / "报来" / "打包.zip", "w") as archive:
        archive.write(loose, "乙县/水利局.docx")
    target = master(tmp_path)
    assert run(["import", str(target), str(tmp_path / "报来"), "--format", "json", "--jobs", "2"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == number + 3
    assert said["added"] == len(said["taken"]) == number
    assert [(entry["won"], entry["lost"]) for entry in said["twice"]] == [
        ("修改稿.xlsx", [f"甲县/{filings[1].unit}.xlsx"])
    ]
    assert sorted(entry["file"] for entry in said["unread"]) == ["坏.docx", "照片.jpg"]
    held = actions.open_master(target).filings
    assert {filing.unit for filing in held} == {filing.unit for filing in filings}


def test_who_is_missing(tmp_path: Path) -> None:
    from workbook.master import layout
    from workbook.model.edits import Block, Edits, Resize
    from workbook.writers.package import apply

    target = master(tmp_path)
    units = layout.table("部门清单")
    names = tuple((filing.unit,) for filing in synthetic(4))
    column = units.column(layout.UNIT)
    apply(target, Edits([Block(units.sheet, units.top + 1, column, names)], [Resize(units.name, 4)]))
    outcome = actions.import_(target, hand_in(tmp_path / "报来", list(synthetic(3))))
    assert outcome.collected is not None
    assert outcome.collected.missing == [names[3][0]]
    assert f"未报 1 个：{names[3][0]}" in outcome.message


def gbk_archive(path: Path, name: str, content: bytes) -> None:
    """Write an archive as Chinese Windows does: names in GBK, without saying so."""
    stand_in = "x" * len(name.encode("gbk"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(stand_in, content)
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), name.encode("gbk")))


def test_names_in_gbk(tmp_path: Path) -> None:
    (filing,) = synthetic(1)
    (path,) = hand_in(tmp_path / "x", [filing])
    gbk_archive(tmp_path / "报来.zip", "水利局/自评报告.xlsx", path.read_bytes())
    outcome = actions.import_(master(tmp_path), [tmp_path / "报来.zip"])
    assert outcome.collected is not None
    assert [entry.name for entry in outcome.collected.taken] == ["报来.zip/水利局/自评报告.xlsx"]


def spill(tmp_path: Path) -> Path:
    folder = tmp_path / "spill"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", ["../../逃.txt", "/etc/逃.txt", "C:\\逃.txt", "..\\逃.txt", "a/../../逃.txt"])
def test_no_member_leaves_its_folder(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "单位")
    folder = spill(tmp_path)
    found, unread = collect.gather([tmp_path / "a.zip"], folder)
    assert not unread
    (delivery,) = found
    assert delivery.path.resolve().is_relative_to(folder.resolve())
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "spill"}


def nested(folder: Path, depth: int) -> Path:
    path = folder / "0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "单位")
    for level in range(1, depth):
        outer = folder / f"{level}.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            archive.write(path, path.name)
        path = outer
    return path


def test_archives_within_archives_end(tmp_path: Path) -> None:
    found, unread = collect.gather([nested(tmp_path, LIMITS.archive_depth)], spill(tmp_path))
    assert len(found) == 1
    assert not unread
    found, unread = collect.gather([nested(tmp_path, LIMITS.archive_depth + 1)], tmp_path / "spill")
    assert not found
    assert "太多层" in unread[0].reason


def test_hostile_archives_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "炸弹.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * 60_000_000)
    crowd = tmp_path / "太多.zip"
    with zipfile.ZipFile(crowd, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.txt", "x")
    locked = tmp_path / "密码.zip"
    with zipfile.ZipFile(locked, "w") as archive:
        archive.writestr("a.txt", "单位")
    data = bytearray(locked.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", data, data.index(mark) + place, 1)
    locked.write_bytes(bytes(data))
    broken = tmp_path / "半截.zip"
    broken.write_bytes(bomb.read_bytes()[:200])
    rar = tmp_path / "别的.rar"
    rar.write_bytes(b"Rar!\x1a\x07\x00")
    monkeypatch.setattr(LIMITS, "archive_members", 20)
    found, unread = collect.gather([bomb, crowd, locked, broken, rar], spill(tmp_path))
    assert not found
    reasons = {entry.name.partition("/")[0]: entry.reason for entry in unread}
    words = {"炸弹.zip": "炸弹", "太多.zip": "超过", "密码.zip": "密码", "半截.zip": "损坏", "别的.rar": "RAR"}
    assert all(word in reasons[name] for name, word in words.items())


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"x" * 5000)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(bytes(data))
    found, unread = collect.gather([path], spill(tmp_path))
    assert not [entry for entry in found if entry.path.stat().st_size > 10]
    assert unread or found


def test_check_of_many_is_check_of_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Many reports over two processes say what each says alone; a second run reads nothing anew."""
    filings = [as_handed_in(entry) for entry in DEPARTMENTS] + list(synthetic(THRESHOLD - 4))
    paths = hand_in(tmp_path / "报来", filings)
    assert run(["check", str(tmp_path / "报来"), "--format", "json", "--jobs", "2"]) == 1
    many = json.loads(capsys.readouterr().out)
    alone = []
    for path in sorted(paths):
        run(["check", str(path), "--format", "json"])
        alone += json.loads(capsys.readouterr().out)["filings"]
    assert many["filings"] == alone
    store = store_of(tmp_path / "报来")
    before = {path.name: path.read_bytes() for path in store.glob("*.parquet")}
    assert set(before) == {"read.parquet", "check.parquet"}
    run(["check", str(tmp_path / "报来"), "--format", "json", "--jobs", "1"])
    assert json.loads(capsys.readouterr().out) == many
    assert {path.name: path.read_bytes() for path in store.glob("*.parquet")} == before


def test_two_broken_files_of_one_name_in_an_archive_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "报来.zip", "w") as archive:
        for place in ("水利局", "林业局"):
            archive.writestr(f"{place}/自评.docx", "不是文档")
    refused = actions.check([tmp_path / "报来.zip"]).refused
    assert {entry.path.as_posix() for entry in refused} == {
        f"报来.zip/{place}/自评.docx" for place in ("水利局", "林业局")
    }
