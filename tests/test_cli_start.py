"""How the command starts: every verb is a command in a module of its own, and nothing is loaded that was not asked for."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from workbook.cli import cli
from workbook.model.verbs import VERBS
from workbook.process import named

SHORT_OF = ("rich", "lxml", "duckdb", "pandas", "openpyxl", "xlsxwriter", "docx", "workbook.narrative.text")


def test_every_verb_that_is_no_macro_is_a_command():
    assert {verb.name for verb in VERBS if not verb.in_excel} == set(cli.list_commands(None))


@pytest.mark.parametrize("name", cli.list_commands(None))
def test_the_help_of_every_command_is_chinese(name):
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    assert any("\u4e00" <= char <= "\u9fff" for char in done.output)


def test_a_command_loads_no_other():
    code = """
import sys
from workbook.cli import run
run(["forms", "l1"])
print(sorted(name for name in sys.modules if name.startswith("workbook.cli.")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['workbook.cli.chinese', 'workbook.cli.common', 'workbook.cli.forms']"


def test_a_check_of_a_workbook_loads_nothing_for_prose(tmp_path):
    from workbook.actions import api as actions
    from workbook.demo import make

    reports = make(tmp_path / "报来")
    actions.export_file(next(path for path in reports if path.suffix == ".docx"), tmp_path / "导出", None, ("xlsx",))
    path = next((tmp_path / "导出").glob("*.xlsx"))
    code = f"""
import sys
from workbook.cli import run
run(["check", {str(path)!r}])
loaded = [name for name in {SHORT_OF!r} if name in sys.modules]
print([name for name in loaded if type(sys.modules[name]).__name__ != "_LazyModule"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_is_named_is_there_when_it_is_asked_for():
    assert named("workbook.narrative.names").core("信息化建设项目") == "信息化建设"
    assert named("workbook.narrative.names:core")("信息化建设项目") == "信息化建设"
    with pytest.raises(ModuleNotFoundError):
        named("workbook.nothing_of_the_kind")


def test_the_end_is_short_and_quiet(tmp_path):
    code = "import {0}; from workbook.process import hurry, leave; hurry(); {1}; leave(3)"
    for library, work in (("json", "json.dumps([1])"), ("duckdb", "duckdb.connect().execute('SELECT 1').fetchall()")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(library, work)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
