"""What the command says of wrong calls, and how it ends: in Chinese, in one line, whatever it is stopped by."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbook.cli import cli, examples, run
from workbook.process import INTERRUPTED, STOPPED

JIXIAO = [sys.executable, "-P", "-m", "workbook"]


def commands(context: click.Context) -> Iterator[click.Context]:
    """Yield the contexts of a command and of all below it."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            inner = context.command.get_command(context, name)
            assert inner is not None
            yield from commands(click.Context(inner, context, name))


ALL = {examples.words_of(context): context for context in commands(click.Context(cli))}


# the names of commands, options, formats, schemes and files are what they are
KNOWN = {
    "jixiao",
    "table",
    "json",
    "markdown",
    "xlsx",
    "xlsm",
    "docx",
    "pdf",
    "luosong",
    "national",
    "Word",
    "Excel",
    "TOML",
    "Dask",
    "Python",
    "pem",
    "txt",
    "http",
    "python",
    "zip",
    "win_amd64",
    "linux_x86_64",
    "linux_aarch64",
}
COMMANDS = {word for path in ALL for word in path.split()}
NAMES = re.compile(rf"--?[a-z][\w-]*|\b([a-z]+\.\w+|{'|'.join(KNOWN | COMMANDS)})\b")
WORDS = re.compile("[A-Za-z]{2,}")


def misspelt(name: str) -> str:
    return f"{name[:-2]}{name[-1]}{name[-2]}" if len(name) > 6 else f"{name}{name[-1]}"


def wrong_values(option: click.Option) -> Iterator[str]:
    name, kind = max(option.opts, key=len), option.type
    yield misspelt(name)
    if option.is_flag:
        yield f"{name}=1"
        return
    yield name
    if isinstance(kind, click.Choice | click.types.IntParamType | click.types.FloatParamType | click.DateTime):
        yield f"{name}=x"
    yield from (f"{name}={bound + step}" for bound, step in bounds(kind) if bound is not None)


def bounds(kind: click.ParamType) -> tuple[tuple[float | None, int], ...]:
    return ((getattr(kind, "min", None), -1), (getattr(kind, "max", None), 1))


def wrong_calls(context: click.Context) -> Iterator[list[str]]:
    """Yield wrong uses of a command: what is required left out, words too many, each option wrong in each way."""
    call = examples.of(context)[0].split()[1:]
    words = examples.words_of(context).split()
    required = [parameter for parameter in context.command.params if parameter.required]
    if required:
        yield words
    if isinstance(context.command, click.Group):
        yield [*words, "xyzzy"]
        yield [*words, *(misspelt(name) for name in context.command.list_commands(context)[:1])]
        call = words
    elif all(parameter.nargs == 1 for parameter in context.command.params if isinstance(parameter, click.Argument)):
        yield [*call, "某", "某"]
    yield [*call, "--foo"]
    yield [*call, "-z"]
    for option in context.command.params:
        if isinstance(option, click.Option):
            yield from ([*call, wrong] for wrong in wrong_values(option))


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a wrong call is answered; nothing is done and nothing goes to standard output."""
    assert run(words) == 2, words
    out, said = capsys.readouterr()
    assert out == "", words
    assert list(Path().iterdir()) == []
    return said


def english(said: str) -> list[str]:
    """Return the English words of an answer: what was typed stands in 「」."""
    return WORDS.findall(NAMES.sub("", re.sub("「[^」]*」", "", said)))


@pytest.mark.parametrize("path", ALL)
def test_every_wrong_use_of_every_command_is_answered_in_chinese_with_an_example(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    calls = list(wrong_calls(ALL[path]))
    assert len(calls) > 2
    for words in calls:
        said = told(words, capsys)
        assert len(said.splitlines()) == 1
        assert not english(said), (words, said)
        assert re.search(r"[\u4e00-\u9fff]{3}.*例如：jixiao .*jixiao .*--help）", said), (words, said)


@pytest.mark.parametrize("path", ALL)
def test_the_examples_of_every_command_are_right_calls(path):
    """They are parsed as they would be, not run; so is the one that each option is shown in."""
    context = ALL[path]
    options = [option for option in context.command.params if isinstance(option, click.Option) and not option.is_eager]
    shown = [examples.with_option(context, option) for option in options]
    for option, call in zip(options, shown, strict=True):
        assert max(option.opts, key=len) in call.split()
    assert not any(call.endswith("文字") for call in examples.of(context))
    for call in (*examples.of(context), *shown):
        first, *words = shlex.split(call)
        assert first == "jixiao"
        command, above = cli, click.Context(cli)
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name, command, words = command.resolve_command(above, words)
            assert name is not None
            assert command is not None
        if "--version" not in words:
            command.make_context(name, list(words))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chekc", "check（全审）？例如：jixiao check"),
        ("improt", "import（导入）？例如：jixiao import"),
        ("全审", "check（全审）？"),
        ("导出", "export（导出）？"),
        ("roll", "rollup（汇总）？"),
        ("rules dif", "diff？例如：jixiao rules diff"),
        ("template chek", "check？例如：jixiao template check"),
        ("check 总表.xlsm --piror 上年.xlsm", "--prior（上年的报告或总表）？"),
        ("check 总表.xlsm -prior 上年.xlsm", "--prior（上年的报告或总表）？"),
        ("check 总表.xlsm --as docx", "它是 export 的选项"),
        ("export 总表.xlsm", "还缺少选项 --to（导出到哪个文件夹），请写在命令后面。例如：jixiao export 总表.xlsm --to"),
        ("没有的.docx", "没有找到文件「没有的.docx」"),
        ("new 总表.xlsm --year 99", "2000 到 2100 之间"),
        ("new 我的 总表.xlsm", "双引号"),
        ("drop", "没有给文件：请把工作簿或报告拖到"),
        ("check --explain Z99", "没有编号为「Z99」的规则"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(typed, meant, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert meant in told(typed.split(), capsys)


def test_without_words_the_commands_are_listed_in_the_order_of_their_use(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    said = told([], capsys)
    places = [said.index(f"\n  {name} ") for name in ("new", "import", "fill", "check", "export")]
    assert places == sorted(places)
    assert "jixiao export 总表.xlsm --to 导出/" in said


@pytest.mark.parametrize("path", ALL)
def test_the_help_has_no_english_but_names(path):
    words = [*path.split(), "--help"]
    said = CliRunner().invoke(cli, words).output
    for word in (
        "Usage",
        "Options",
        "Commands",
        "OPTIONS",
        "ARGS",
        "Show",
        "default",
        "TEXT",
        "PATH",
        "INTEGER",
        "FILE",
    ):
        assert word not in said
    assert not re.search(r"\d<=?x|x[<>]=?\d|%[A-Za-z]", said)
    assert "例如" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="没有 /dev/full")
@pytest.mark.parametrize("words", ["rules", "--help", "check 没有.docx", "chek"])
def test_a_full_disk_behind_the_output_is_said_in_a_line(words: str, tmp_path: Path):
    with Path("/dev/full").open("w") as full:
        for streams in ({"stdout": full, "stderr": subprocess.PIPE}, {"stdout": full, "stderr": full}):
            done = subprocess.run([*JIXIAO, *words.split()], cwd=tmp_path, encoding="utf-8", check=False, **streams)
            assert done.returncode == 2
            assert len((done.stderr or "").splitlines()) <= 1
            assert "Exception" not in (done.stderr or "")


def test_a_pipe_that_is_closed_early_is_no_error():
    process = subprocess.Popen([*JIXIAO, "forms", "l1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait()) == (b"", 0)


# --- Ctrl-C -----------------------------------------------------------------------------------------------------------


def stopped(command: list[str], after: float, folder: Path) -> tuple[int, str]:
    """Press Ctrl-C on a command's whole group of processes, as a terminal does, after so many seconds."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def under_way() -> float:
    """Return how many seconds pass until a Python has started and hears signals."""
    code = "import signal, workbook.start; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True)"
    start = time.monotonic()
    subprocess.run([sys.executable, "-P", "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C 按 Linux、macOS 的样子按")
def test_ctrl_c_is_answered_in_one_line_at_any_moment(tmp_path: Path, received: Path):
    """While modules load, while many files are worked on by processes, and at the end."""
    many = tmp_path / "报来"
    many.mkdir()
    for path in received.rglob("*.docx"):
        for number in range(40):
            (many / f"{path.stem}{number}.docx").write_bytes(path.read_bytes())
    command = [*JIXIAO, "check", str(many), "--jobs", "2"]
    begin = under_way() * 2 + 0.1
    hits = 0
    for number in range(6):
        status, said = stopped(command, begin + 0.3 * number, tmp_path)
        assert status in (1, 2, INTERRUPTED), said
        if status == INTERRUPTED:
            hits += 1
            assert said == f"{STOPPED}\n"
    assert hits > 2
