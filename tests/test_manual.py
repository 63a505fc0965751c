"""The manual: one page for the browser, the sheet 说明, and what README and manual tell to type."""

import re
import shlex
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import click
import openpyxl
import pytest

from tests.conftest import CHECKOUT
from workbook import manual
from workbook.cli import cli, run
from workbook.master import layout, unit_template
from workbook.templates.build import MASTER

FOLDER = Path(manual.__file__).parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
FOR_USERS = {page: (FOLDER / f"{page}.md").read_text(encoding="utf-8") for page in manual.PAGES} | {"README": README}


class Page(HTMLParser):
    """What an HTML file asks for, where its links go and which places it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.places, self.tags, self.asked = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append(tag)
        self.links += [held["href"]] if "href" in held else []
        self.places += [held["id"]] if "id" in held else []
        self.asked += [held["src"]] if "src" in held else []


def test_the_page_holds_every_page_and_asks_for_nothing():
    text = manual.html()
    page = Page(text)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert page.asked
    assert all(asked.startswith("data:image/png;base64,") for asked in page.asked)
    assert "url(" not in text
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.places)
    assert len(page.places) == len(set(page.places))
    assert set(manual.PAGES) <= set(page.places)
    assert {path.stem for path in FOLDER.glob("*.md")} == set(manual.PAGES)


def test_the_pictures_are_small_and_every_one_is_shown():
    """They are the program's own (`python -m tests.pictures`), go along with it, and the README shows the same ones."""
    pictures = {path.name: path.read_bytes() for path in (FOLDER / "pictures").iterdir()}
    assert len(pictures) >= 5
    assert all(content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) <= 120_000 for content in pictures.values())
    asked = Page(manual.html()).asked
    shown = {name for name, content in pictures.items() if any(b64decode(src[22:]) == content for src in asked)}
    in_readme = set(re.findall(r"!\[[^]]+\]\(workbook/manual/pictures/([^)]+)\)", README))
    assert len(asked) == len(shown) == 5
    assert shown | in_readme == set(pictures) == in_readme
    assert README.count("![") == len(in_readme)


def test_a_line_of_text_is_joined_without_a_blank_and_tags_are_text():
    said = manual.html(("clerk",))
    paragraphs = re.findall("<p>(.*?)</p>", said, re.S)
    assert len(paragraphs) > 5
    assert not [words for words in paragraphs if "\n" in words]
    assert "<script>" not in manual._markdown().render("甲<script>乙")


def test_the_manual_is_written_and_the_one_before_stays(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("手册.html").write_text("我自己的", encoding="utf-8")
    assert run(["manual"]) == 0
    assert "手册.html" in capsys.readouterr().out
    assert Path("手册.html").read_text(encoding="utf-8") == manual.html()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "手册.html"]
    assert "我自己的" in [path.read_text(encoding="utf-8") for path in kept]
    assert run(["manual", "--to", "手册.docx"]) == 2
    assert "应以 .html 结尾" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["目录里还没有/手册.html"])
def test_the_folder_of_the_page_is_made(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["manual", "--to", words]) == 0
    assert (tmp_path / words).is_file()


def test_the_master_tells_how_on_a_sheet_of_its_own():
    sheet = openpyxl.load_workbook(MASTER)[layout.MANUAL]
    values = [[cell.value for cell in row[1:4]] for row in sheet.iter_rows()]
    told = list(manual.lines(manual.IN_MASTER))
    top = len(manual.IN_MASTER) + 2
    for row, line in zip(values[top:], told, strict=True):
        assert [value for value in row if value] == [words for words in line.cells if words], line
    links = [cell for row in sheet.iter_rows(max_row=top) for cell in row if cell.hyperlink]
    for cell in links:
        assert sheet[cell.hyperlink.location.rpartition("!")[2]].value == cell.value
    assert len(links) == len(manual.IN_MASTER)
    assert layout.MANUAL in unit_template.SHEETS


def calls() -> list[tuple[str, str]]:
    """Return the commands that README and manual tell to type, those with a placeholder for many words left out."""
    found = [(page, call) for page, text in FOR_USERS.items() for call in re.findall(r"`(jixiao [^`\n]*)`", text)]
    found += [
        (page, line)
        for page, text in FOR_USERS.items()
        for block in re.findall(r"```\n(.*?)```", text, re.S)
        for line in block.splitlines()
        if line.startswith("jixiao ")
    ]
    return [(page, call) for page, call in found if "…" not in call]


@pytest.mark.parametrize(("page", "call"), calls())
def test_what_users_are_told_to_type_is_a_right_call(page, call):
    words = shlex.split(call)[1:]
    command, context = cli, click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, command, words = command.resolve_command(context, words)
        assert command is not None
    if any(option in words for option in ("--help", "--version", "--forms")):
        return
    if len(words) or isinstance(command, click.Group):
        command.make_context("jixiao", list(words))


def test_the_readme_is_short_and_says_the_two_commands_first():
    assert len(README.splitlines()) <= 120
    blocks = re.findall(r"```bash\n(.*?)```", README, re.S)
    assert [block.split()[:2] for block in blocks] == [["git", "clone"], ["bash", "tests/run.sh"]]
    assert README.index(blocks[1]) < README.index("\n## 双击什么")


@pytest.mark.parametrize("page", FOR_USERS)
def test_what_a_page_refers_to_is_there(page):
    folder = CHECKOUT if page == "README" else FOLDER
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", FOR_USERS[page]):
        assert (folder / link).is_file(), link


SCREEN = 24  # lines of a screen, each some forty characters wide on the sheet and wider on the page


@pytest.mark.parametrize(
    ("machine", "told"),
    [
        ("Windows", ("install.bat", "bundle", "win_amd64", "uninstall.bat", "doctor", "浏览器")),
        ("WPS", ("jixiao addin", "--undo", "publish.xml", "oem.ini", "浏览器", "没有在 WPS 里看过")),
        ("国产系统", ("麒麟", "统信", "ARM64", "LoongArch", "linux_x86_64", "linux_aarch64", "浏览器", "doctor")),
    ],
)
def test_it_staff_have_one_screen_for_each_kind_of_machine(machine: str, told: tuple[str, ...]):
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", FOR_USERS["it"], re.M | re.S))
    screen = sections[machine]
    assert [words for words in told if words not in screen] == []
    assert len(screen.strip().splitlines()) <= SCREEN
    assert len(screen) <= 1200


def test_what_nobody_has_seen_yet_stands_in_one_list_with_a_step_for_each():
    text = FOR_USERS["proven"]
    steps = {int(number) for number in re.findall(r"^(\d+)\. ", text, re.M)}
    rows = [row for row in re.findall(r"^\|.*\|$", text, re.M)[2:] if not row.rstrip("| ").endswith("—")]
    named = [
        {int(number) for found in re.findall(r"单子 ([\d、]+)", row) for number in found.split("、")} for row in rows
    ]
    assert all(named), [row for row, numbers in zip(rows, named, strict=True) if not numbers]
    assert set().union(*named) <= steps == set(range(1, len(steps) + 1))
    for what in ("Excel", "WPS", "Windows", "加载项", "免安装", "内网", "麒麟", "LoongArch", "浏览器"):
        assert any(what in row for row in rows), what
