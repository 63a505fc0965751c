"""The whole way a bureau goes: new, import, fill, check, export, and the exports read back."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbook import cli
from workbook.actions import api as actions
from workbook.demo import YEAR, make
from workbook.master.read import read_master
from workbook.model.filing import Filing, to_json
from workbook.readers import read

SKIPPED_IN_EXPORTS = {"form", "narrative"}  # 附件1 is exported as Word; the workbook holds 附件2 and 附件3


def plain(filing: Filing) -> dict:
    """Return the filing as JSON without what a workbook of two sheets does not hold."""
    return {name: value for name, value in to_json(filing).items() if name not in SKIPPED_IN_EXPORTS}


@pytest.fixture(scope="module")
def received(tmp_path_factory) -> list[Path]:
    return make(tmp_path_factory.mktemp("各单位 报来"))


@pytest.fixture
def master(tmp_path, received) -> Path:
    path = tmp_path / "总 表.xlsm"
    actions.new(path, year=YEAR, region="云麓县（示例）")
    outcome = actions.import_(path, received)
    assert outcome.refused == []
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    """Run the command in this process and return status, standard output and standard error."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run([str(argument) for argument in arguments])
    return status, out.getvalue(), err.getvalue()


def test_master_holds_what_was_imported(master, received):
    direct = {filing.unit: plain(filing) for path in received for filing in read(path)}
    held = {filing.unit: plain(filing) for filing in read_master(master).filings}
    assert held == direct
    assert len(held) == 8


def test_exports_read_back_the_same(master, tmp_path):
    actions.fill(master)
    actions.check_master(master)
    held = {filing.unit: plain(filing) for filing in read_master(master).filings}
    outcome = actions.export(master, tmp_path / "导出")
    back = {filing.unit: plain(filing) for path in outcome.written for filing in read(path)}
    assert back == held


def test_single_workbook_reads_back_the_same(master, tmp_path):
    held = {filing.unit: plain(filing) for filing in read_master(master).filings}
    outcome = actions.export(master, tmp_path / "导出", single=True)
    assert len(outcome.written) == 1
    assert {filing.unit: plain(filing) for filing in read(outcome.written[0])} == held


def test_fill_keeps_what_the_clerk_entered(master):
    before = {filing.unit: filing for filing in read_master(master).filings}
    actions.fill(master)
    for filing in read_master(master).filings:
        for path in before[filing.unit].paths():
            entered = before[filing.unit].get(path)
            if entered is not None:
                assert filing.get(path) == entered, (filing.unit, path)


def test_import_again_changes_nothing(master, received):
    before = [plain(filing) for filing in read_master(master).filings]
    actions.import_(master, received)
    assert [plain(filing) for filing in read_master(master).filings] == before


def test_check_of_file_and_of_master_agree(master, received):
    direct = actions.check(received)
    through = actions.check_master(master)

    def found(outcome: actions.Outcome) -> set[tuple[str, str, str]]:
        return {
            (entry.rule, entry.unit, entry.location.path)
            for checked in outcome.checked
            for entry in checked.report.findings
            if entry.location.path
        }

    assert found(through) == found(direct)


def test_bad_files_are_named_and_the_rest_go_in(tmp_path, received):
    bad = {
        "空.docx": b"",
        "断.xlsx": received[0].read_bytes()[:500],
        "图片.docx": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "别的.txt": "今天开会，请带好材料。".encode(),
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    master = tmp_path / "m.xlsm"
    actions.new(master, year=YEAR)
    outcome = actions.import_(master, [*(tmp_path / name for name in bad), *received[:2]])
    assert {entry.path.name for entry in outcome.refused} == set(bad)
    assert all(entry.reason for entry in outcome.refused)
    assert len(read_master(master).filings) == 2


def test_new_never_overwrites(tmp_path):
    path = tmp_path / "m.xlsm"
    path.write_text("别动我")
    status, _, err = run("new", path)
    assert status == 2
    assert "已经存在" in err
    assert path.read_text() == "别动我"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "没有这个文件.docx"], "没有这个文件"),
        (["fill", "没有.xlsm"], "找不到总表"),
        (["checkk"], "没有命令「checkk」，您要的是不是 check（全审）？"),
        (["check"], "没有写要审核哪个文件。例如：jixiao check 总表.xlsm"),
        (["check", "x.docx", "--scheme", "没有"], "没有名为"),
    ],
)
def test_wrong_calls_end_in_a_chinese_sentence(arguments, words):
    status, _, err = run(*arguments)
    assert status == 2
    assert words in err
    assert "Traceback" not in err


def test_first_line_is_the_verdict_and_status_follows(received):
    by_verdict = {}
    for path in received:
        status, out, _ = run("check", path)
        verdict = re.search("不可报送|可报送|需说明", out.splitlines()[0])
        assert verdict is not None
        by_verdict[verdict[0]] = status
    assert by_verdict.pop("不可报送") == 1
    assert set(by_verdict) <= {"可报送", "需说明"}
    assert set(by_verdict.values()) == {0}


def test_json_of_check_has_the_members_of_the_contract(received):
    _, out, _ = run("check", received[0], "--format", "json")
    (filing,) = json.loads(out)["filings"]
    assert {"unit", "year", "staff", "expenses", "funds", "indicators", "derived", "findings"} <= set(filing)
    assert {"staff", "funds", "expenses", "indicators", "total", "grade"} <= set(filing["derived"])
    assert len(filing["derived"]["indicators"]) == len(filing["indicators"])
    for found in filing["findings"]:
        assert {"rule", "severity", "unit", "location", "message", "expected", "actual", "suggestion"} <= set(found)
        assert found["severity"] in {"error", "warning", "info"}


def test_seeds_go_the_whole_way(seeds, tmp_path):
    master = tmp_path / "m.xlsm"
    actions.new(master, year=2023)
    outcome = actions.import_(master, [seeds / f"{number}.docx" for number in ("000", "001", "002")])
    assert outcome.refused == []
    actions.fill(master)
    actions.check_master(master)
    held = {filing.unit: plain(filing) for filing in read_master(master).filings}
    written = actions.export(master, tmp_path / "导出").written
    assert {filing.unit: plain(filing) for path in written for filing in read(path)} == held
    executed = {filing.funds.executed for filing in read_master(master).filings}
    assert executed == {Decimal("547.4"), Decimal("857.71"), Decimal("2627.30")}


def test_help_is_in_chinese():
    result = CliRunner().invoke(cli.cli, ["--help"])
    assert "导入" in result.output
    assert "全审" in result.output


def test_rollup_gives_tables(master, tmp_path):
    import openpyxl

    status, out, _ = run("rollup", master, "--to", tmp_path / "汇总.xlsx")
    assert status == 0
    assert "云麓县图书馆" in out
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    assert book["部门"].max_row == 9
    total = sum(filing.expenses["project"].final for filing in read_master(master).filings)
    rows = [row for row in book["经费"].iter_rows(values_only=True) if row[2] == "项目支出"]
    assert round(sum(row[5] for row in rows), 2) == float(total)


def test_demo_runs_and_never_overwrites(tmp_path):
    status, out, _ = run("demo", "--to", tmp_path / "demo")
    assert status == 0
    assert "绩效自评总表.xlsm" in out
    assert len(list((tmp_path / "demo" / "导出").glob("*.xlsx"))) == 8
    status, _, err = run("demo", "--to", tmp_path / "demo")
    assert status == 2
    assert "不是空的" in err


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "CON", "a/b\\c:d*?", "局" * 300, " . ", "lpt1.txt", "右\u202e左", "\ud800坏"]
)
def test_department_names_are_safe_file_names(name):
    safe = actions.safe_name(name)
    assert safe
    assert len(safe) <= 81
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe.upper().split(".")[0] not in {"CON", "LPT1"}
    safe.encode("utf-8")


def test_every_format_is_written(master, tmp_path):
    import shutil

    kinds = [kind for kind in actions.FORMATS if kind != "pdf" or shutil.which("soffice")]
    book = read_master(master)
    source = tmp_path / "一个单位.xlsx"
    from workbook.writers import department

    department.write(book.filings[3], book.scheme, source)
    arguments = [part for kind in kinds for part in ("--as", kind)]
    status, _out, err = run("export", source, "--to", tmp_path / "出", *arguments)
    assert (status, err) == (0, "")
    names = {path.name.removeprefix(book.filings[3].unit) for path in (tmp_path / "出").iterdir()}
    wanted = {".xlsx", ".xlsm", ".docx", ".pdf", "-整改通知.docx", "-整改通知.html", "-报告初稿.docx"}
    assert names == wanted - ({".pdf"} if "pdf" not in kinds else set())


def test_two_schemes_are_compared_over_what_was_received(received, tmp_path):
    local = tmp_path / "本地.toml"
    local.write_text('id = "本地"\ntitle = "本地方案"\nbase = "luosong"\n[rules]\nX06 = "错误"\n', encoding="utf-8")
    status, out, _ = run("rules", "diff", "luosong", local)
    assert status == 0
    assert "规则级别" in out
    assert "X06" in out
    status, out, _ = run("rules", "diff", "luosong", local, received[0])
    assert status == 0
    assert "结论会变的单位" in out


def test_a_rule_is_explained_by_check_and_by_rules(tmp_path):
    status, out, _ = run("check", "--explain", "f01")
    assert status == 0
    assert all(words in out for words in ("审核什么", "依据", "参数", "应报：", "不报："))
    assert run("rules", "--explain", "F01", "--scheme", "hubei")[0] == 0
    status, _, err = run("check", "--explain", "Q99")
    assert status == 2
    assert "没有编号" in err


def test_a_master_is_checked_under_its_own_scheme_only(tmp_path):
    master = tmp_path / "总表.xlsm"
    assert run("new", master, "--year", "2024", "--scheme", "hubei")[0] == 0
    status, _, err = run("check", master, "--scheme", "national")
    assert status == 2
    assert "「参数」" in err
    assert run("check", master)[0] == 0
