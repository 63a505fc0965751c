"""`workbook.patterns` stands for `re`: compiled when it is first used, kept from one process to the next, and no other than re's own."""

import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import workbook
from workbook import patterns

ROOMS = sorted(path for path in Path(workbook.__file__).parent.rglob("*.py") if path.name != "patterns.py")
SOME = [
    r"(?P<much>\d+(?:\.\d+)?)\s?(万元|元)",
    r"其中[^，。;]{2,}(?!的)",
    r"[一二三四五六七八九十]{1,3}、",
    r"(?<!\d)20\d{2}年?",
]
ASK = """
import json, sys
from workbook import patterns
made = [patterns.compile(words) for words in json.loads(sys.argv[1])]
said = [made.search("2024年一、其中维修费12.5万元").span() if made.search("2024年一、其中维修费12.5万元") else None for made in made]
new = len(patterns._new())
patterns.keep()
print(json.dumps([said, new]))
"""


def test_no_room_compiles_by_itself():
    own = re.compile(r"^(?:import re\b|from re import)", re.MULTILINE)
    assert [path.name for path in ROOMS if own.search(path.read_text("utf-8"))] == []


def test_a_pattern_is_compiled_when_it_is_first_used(monkeypatch):
    asked = []
    monkeypatch.setattr(patterns, "_compiled", lambda *given: asked.append(given) or re.compile(*given))
    made = patterns.compile(r"(\d+)元", patterns.ASCII)
    assert asked == []
    assert [made.search("共12元")[1], made.sub("", "12元"), made.groups] == ["12", "", 1]
    assert {words for words, _ in asked} == {r"(\d+)元"}
    copy.deepcopy(made)


def test_what_is_asked_of_the_module_is_what_re_answers():
    text, words = "甲12元，乙3.5万元", r"(\d+(?:\.\d+)?)(万?元)"
    for name in ("search", "match", "fullmatch"):
        ours, theirs = (getattr(room, name)(words, text) for room in (patterns, re))
        assert (ours and ours.span()) == (theirs and theirs.span())
    assert patterns.findall(words, text) == re.findall(words, text)
    assert patterns.split(r"，", text, maxsplit=1) == re.split(r"，", text, maxsplit=1)
    assert patterns.sub(words, r"\2", text, count=1) == re.sub(words, r"\2", text, count=1)
    assert [found[0] for found in patterns.finditer(patterns.compile(words), text)] == ["12元", "3.5万元"]
    with pytest.raises(patterns.error):
        patterns.search("(", text)


@pytest.fixture
def apart(tmp_path):
    """Return a folder with the module alone, as it is installed: what it keeps is kept there."""
    (tmp_path / "workbook").mkdir()
    (tmp_path / "workbook" / "__init__.py").touch()
    shutil.copy(patterns.__file__, tmp_path / "workbook")
    return tmp_path


def ask(folder, *, written=True):
    words = json.dumps([*SOME, *(f"{word}\\d+" for word in "甲乙丙丁戊己")])
    done = subprocess.run(
        [sys.executable, "-c", ASK, words],
        cwd=folder,
        env={"PYTHONPATH": str(folder)} | ({} if written else {"PYTHONDONTWRITEBYTECODE": "1"}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_next_process_finds_them_compiled(apart):
    said, new = ask(apart)
    assert new == 10
    assert ask(apart) == [said, 0]


def test_nothing_is_kept_where_python_keeps_no_modules(apart):
    ask(apart, written=False)
    assert list(apart.rglob("*.sre")) == []


@pytest.mark.parametrize("harm", ["cut", "changed", "other", "folder"])
def test_a_kept_file_that_is_none_is_made_anew(apart, harm):
    said, _ = ask(apart)
    (kept,) = apart.rglob("*.sre")
    content = kept.read_bytes()
    kept.unlink()
    if harm == "folder":
        kept.mkdir()
    else:
        start = content.index(b"\n")
        spoiled = {"cut": content[:-9], "changed": content[:-9] + bytes(9), "other": b"pypy 0" + content[start:]}
        kept.write_bytes(spoiled[harm])
    assert ask(apart) == [said, 10]
    assert [path.name for path in kept.parent.glob("*.[0-9]*")] == []
    if harm != "folder":
        assert ask(apart) == [said, 0]


def test_what_is_kept_of_a_pattern_makes_the_very_pattern():
    for words in SOME:
        real, code, *groups = patterns._taken_apart(words, 0)
        assert patterns._sre.compile(words, real, memoryview(code).cast("I").tolist(), *groups) == re.compile(words)
