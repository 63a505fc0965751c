"""The report handed back with comments: at the right words, nothing else changed, and refused where it cannot be."""

import sys
import zipfile

import docx
import pytest

from tests.test_prose_form import ROWS, report
from workbook.cli import main
from workbook.forms.word_text import W, text_of

NAME = "水利局.docx"


@pytest.fixture
def source(tmp_path):
    """Return a report of prose with three faults: a degree, and a rate and an amount with digits swapped."""
    rows = [list(row) for row in ROWS]
    rows[4][2] = "2024年度年初预算1180万元，年中调增28.4万元，总支出1280.4万元。"
    rows[5][2] = "灌区渠道清淤目标≥40公里，完成38公里，完成率100%。\n受理4903件，办结4521件，办结率92.12%。"
    return report(tmp_path / NAME, rows)


@pytest.fixture
def run(monkeypatch):
    """Return the command as a function of its arguments, giving its exit status."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["jixiao", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code

    return command


def texts(path):
    return [text_of(node) for node in docx.Document(str(path)).element.body.iter(f"{W}p")]


def anchored(path):
    """Return for each comment the words between its marks and its own words."""
    document = docx.Document(str(path))
    out = {}
    for comment in document.comments:
        inside, words = False, []
        for node in document.element.body.iter():
            if node.get(f"{W}id") == str(comment.comment_id) and node.tag == f"{W}commentRangeStart":
                inside = True
            elif node.get(f"{W}id") == str(comment.comment_id) and node.tag == f"{W}commentRangeEnd":
                inside = False
            elif inside and node.tag == f"{W}t":
                words.append(node.text)
        out["".join(words)] = comment.text
    return out


def test_comments_stand_at_the_figures_and_nothing_else_changes(run, source, tmp_path, capsys):
    target = tmp_path / "批注.docx"
    before = source.read_bytes()
    assert run("check", source, "--annotate", target) == 1
    assert "已写批注" in capsys.readouterr().err
    found = anchored(target)
    assert {"1280.4万元", "100%", "92.12%"} <= set(found)
    assert "若改为 1208.4万元" in found["1280.4万元"]
    assert "92.21%" in found["92.12%"]
    assert source.read_bytes() == before
    assert texts(target) == texts(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target) as new:
        assert set(old.namelist()) <= set(new.namelist())
        kept = [
            name for name in old.namelist() if name.startswith("word/") and name.endswith(("styles.xml", "theme1.xml"))
        ]
        assert [name for name in kept if old.read(name) != new.read(name)] == []


def test_words_in_several_runs_an_insertion_and_old_comments_are_kept(run, source, tmp_path):
    document = docx.Document(str(source))
    paragraph = next(entry for entry in document.element.body.iter(f"{W}p") if "办结率92.12%" in text_of(entry))
    paragraph = docx.text.paragraph.Paragraph(paragraph, document)
    paragraph.clear()
    first = paragraph.add_run("受理4903件，办结4521件，办结率9")
    bold = paragraph.add_run("2.12%")
    bold.bold = True
    paragraph.add_run("。")
    insertion = first._r.makeelement(f"{W}ins", {f"{W}id": "77", f"{W}author": "某"})
    bold._r.addprevious(insertion)
    insertion.append(bold._r)
    document.add_comment([first], text="请复核", author="某")
    document.save(str(source))
    target = tmp_path / "批注.docx"
    assert run("check", source, "--annotate", target) == 1
    found = anchored(target)
    assert "92.21%" in found["92.12%"]
    assert "请复核" in found.values()
    assert texts(target) == texts(source)
    assert run("check", target, "--annotate", tmp_path / "再批注.docx") == 1
    assert texts(tmp_path / "再批注.docx") == texts(source)


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        (NAME, NAME, "不能覆盖"),
        (NAME, "批注.xlsx", "扩展名"),
        ("报告.txt", "批注.docx", "只用于一份 Word 报告"),
    ],
)
def test_what_cannot_bear_comments_is_refused(run, source, tmp_path, capsys, name, target, words):
    (tmp_path / "报告.txt").write_text("2024年度报告", encoding="utf-8")
    before = source.read_bytes()
    assert run("check", tmp_path / name, "--annotate", tmp_path / target) == 2
    assert words in capsys.readouterr().err
    assert source.read_bytes() == before


def test_findings_of_tables_stand_at_their_cells(run, tmp_path, seeds):
    target = tmp_path / "批注.docx"
    assert run("check", seeds / "002.docx", "--annotate", target) == 1
    found = anchored(target)
    assert "99.17%" in found
    assert any("I02" in words for words in found.values())
    assert texts(target) == texts(seeds / "002.docx")
