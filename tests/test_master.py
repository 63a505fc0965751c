"""The master: what goes in stays in, the clerk's own work is kept, marks go in one step, nothing else is lost."""

import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import CHECKOUT
from tests.office import convert
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master import layout
from workbook.master.intake import edits_for_import
from workbook.master.read import read_master
from workbook.master.results import result_hash
from workbook.model.edits import Block, Edits, Formula
from workbook.model.filing import Indicator, to_json
from workbook.model.findings import MEANING, Severity
from workbook.model.scheme import SchemeError, load
from workbook.ooxml import address
from workbook.storage.history import states
from workbook.storage.replacing import KeepError
from workbook.templates.build import MASTER, build_master
from workbook.writers.package import PackageError, apply

D = Decimal


@pytest.fixture
def master(tmp_path) -> Path:
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR, region="云麓县")
    take_in(path, [compose(entry) for entry in DEPARTMENTS[:3]])
    return path


def take_in(path, filings):
    edits = edits_for_import(read_master(path), filings)
    apply(path, edits)
    return edits.message


def put(path: Path, sheet: str, unit: str, heading: str, value, row: int = 0) -> None:
    """Write one cell as a clerk would, through the same package (openpyxl would lose parts)."""
    book = read_master(path)
    table = layout.table(sheet)
    records = [record for record in book.records[table.name] if record[layout.UNIT] == unit]
    spot = (records[row]["#"], book.headings[table.name][heading])
    apply(path, Edits([Block(sheet, *spot, ((value,),))]))


def test_shipped_template_is_what_the_sources_build(tmp_path):
    assert build_master(tmp_path / "m.xlsm").read_bytes() == MASTER.read_bytes(), (
        "请运行 python -m workbook.templates.build"
    )


def test_all_sheets_are_there_with_their_tables(master):
    book = openpyxl.load_workbook(master, keep_vba=True)
    assert book.sheetnames[: len(layout.SHEETS)] == list(layout.SHEETS)
    for table in layout.TABLES:
        area = book[table.sheet].tables[table.name]
        assert area.autoFilter.ref == area.ref


def test_rows_grow_and_shrink_with_the_tables(master):
    many = []
    for number in range(80):
        filing = compose(DEPARTMENTS[number % 8])
        filing.unit = f"第{number}单位"
        many.append(filing)
    take_in(master, many)
    book = read_master(master)
    assert len(book.filings) == 83
    assert [to_json(held) for held in book.filings[3:]] == [to_json(filing) for filing in many]
    few = compose(DEPARTMENTS[0])
    few.indicators = few.indicators[:2]
    take_in(master, [few])
    again = read_master(master)
    assert len(again.filings[0].indicators) == 2
    assert [to_json(held) for held in again.filings[3:]] == [to_json(filing) for filing in many]
    sheet = openpyxl.load_workbook(master)["绩效指标"]
    assert sheet.tables["tblIndicators"].ref.endswith(
        str(layout.table("绩效指标").top + len(again.records["tblIndicators"]))
    )


def test_what_the_clerk_changed_is_kept_and_said(master):
    unit = DEPARTMENTS[0].unit
    put(master, "自评表", unit, "全年执行数", D("600.5"))
    newer = compose(DEPARTMENTS[0])
    newer.funds.executed, newer.funds.initial_budget = D("610"), D("612")
    message = take_in(master, [newer])
    held = read_master(master).filings[0]
    assert held.funds.executed == D("600.5")
    assert held.funds.initial_budget == D("612")
    assert "600.5" in message
    assert "610" in message


def test_one_changed_row_keeps_no_other_from_being_updated(master):
    unit = DEPARTMENTS[0].unit
    put(master, "绩效指标", unit, "得分", D("6.5"))
    put(master, "绩效指标", unit, "实际完成值", "我改的", row=1)
    newer = compose(DEPARTMENTS[0])
    newer.indicators[0].actual = "新数"
    newer.indicators[0].score = D(7)
    newer.indicators[3].score = D("1.25")
    dropped = newer.indicators.pop(2)
    newer.indicators.append(Indicator("产出指标", "数量指标", "新增的指标", "≥1", "1", D(1), D(1)))
    message = take_in(master, [newer])
    held = read_master(master).filings[0].indicators
    assert (held[0].actual, held[0].score) == ("新数", D("6.5"))
    assert held[1].actual == "我改的"
    assert held[2].score == D("1.25")
    assert dropped.level3 not in [row.level3 for row in held]
    assert held[-1].level3 == "新增的指标"
    assert f"「{held[0].level3}」得分保留总表里的“6.5”，新文件为“7”" in message
    assert "新数" not in message


def test_a_row_the_clerk_took_out_stays_out_and_one_put_in_stays_in(master):
    book = read_master(master)
    filing = book.filings[0]
    gone = filing.indicators.pop(1)
    filing.indicators.append(Indicator("产出指标", "数量指标", "我加的", "≥1", "1", D(1), D(1)))
    edits = edits_for_import(book, [])  # as the clerk's own work: rows change, the snapshot does not
    apply(master, edits)
    newer = compose(DEPARTMENTS[0])
    newer.indicators[1].score = D("0.5")
    message = take_in(master, [newer])
    names = [row.level3 for row in read_master(master).filings[0].indicators]
    assert gone.level3 not in names
    assert names[-1] == "我加的"
    assert f"「{gone.level3}」您已删去" in message


def test_what_was_filled_follows_the_newer_figures(master):
    filing = compose(DEPARTMENTS[3])
    filing.funds.execution_rate = filing.total.score = filing.indicators[0].score = None
    take_in(master, [filing])
    actions.fill(master)
    before = read_master(master).filings[3]
    newer = compose(DEPARTMENTS[3])
    newer.funds.execution_rate = newer.total.score = newer.indicators[0].score = None
    newer.funds.executed = newer.funds.annual_budget / 2
    take_in(master, [newer])
    held = read_master(master).filings[3]
    assert held.funds.execution_rate == D("0.5")
    assert held.indicators[0].score == before.indicators[0].score is not None
    assert held.total.score is not None
    again = take_in(master, [newer])
    assert "保留" not in again
    assert to_json(read_master(master).filings[3]) == to_json(held)


def test_departments_that_have_not_handed_in_are_listed_and_not_checked(master):
    top = layout.table("部门清单").top
    late = DEPARTMENTS[4].unit
    spaced = f"{late[:3]}　{late[3:]}"
    apply(master, Edits([Block("部门清单", top + 4, 2, (("004", spaced), ("005", "还没报的局")))]))
    book = read_master(master)
    assert (len(book.filings), book.missing) == (3, [spaced, "还没报的局"])
    outcome = actions.check_master(master)
    assert len(outcome.checked) == 3
    take_in(master, [compose(DEPARTMENTS[4])])
    actions.check_master(master)
    book = read_master(master)
    assert (len(book.filings), book.missing) == (4, ["还没报的局"])
    rows = [(row["代码"], row["单位"], row["报送"]) for row in book.records["tblUnits"][3:]]
    assert rows == [("004", spaced, "已报"), ("005", "还没报的局", "未报")]


def test_marks_go_when_rows_move_until_the_next_check(master):
    put(master, "自评表", DEPARTMENTS[0].unit, "执行率", D("0.5"))
    actions.check_master(master)
    assert marks(master) == "开"
    take_in(master, [compose(DEPARTMENTS[5])])
    assert marks(master) == "关"
    assert "请再按" in openpyxl.load_workbook(master)["校验结果"]["B2"].value
    actions.check_master(master)
    assert marks(master) == "开"


def marks(path: Path) -> str:
    return openpyxl.load_workbook(path)[layout.MARKS.sheet].cell(*layout.MARKS[1:]).value


def test_a_long_report_made_short_leaves_no_rest_of_itself(master):
    filing = compose(DEPARTMENTS[0])
    filing.narrative = ["长" * 9000, "篇" * 30_000]
    take_in(master, [filing])
    take_in(master, [compose(DEPARTMENTS[0])])
    assert read_master(master).snapshots[DEPARTMENTS[0].unit] == to_json(compose(DEPARTMENTS[0]))


def test_a_column_the_clerk_added_goes_along(master):
    book = openpyxl.load_workbook(master, keep_vba=True)
    sheet = book["绩效指标"]
    column = sheet.max_column + 1
    top = layout.table("绩效指标").top
    sheet.cell(top, column, "我的备注")
    sheet.cell(top + 14, column, "第二个单位的第一条")
    book.save(master)
    shorter = compose(DEPARTMENTS[0])
    shorter.indicators = shorter.indicators[:5]
    take_in(master, [shorter])
    rows = read_master(master).records["tblIndicators"]
    noted = [row for row in rows if row.get("我的备注")]
    assert [(row[layout.UNIT], row[layout.NUMBER]) for row in noted] == [(DEPARTMENTS[1].unit, 1)]


def test_sorted_rows_are_read_and_filled_where_they_stand(master):
    filing = compose(DEPARTMENTS[3])
    filing.total.score = filing.funds.execution_rate = None
    take_in(master, [filing])
    actions.fill(master)
    held = read_master(master).filings[3]
    assert (held.total.score, held.funds.execution_rate) == (D("98.33"), D("0.9931"))


def test_fill_leaves_what_was_entered_and_shows_the_difference(master):
    unit = DEPARTMENTS[0].unit
    put(master, "绩效指标", unit, "得分", D(5))
    actions.fill(master)
    record = read_master(master).records["tblIndicators"][0]
    assert (record["得分"], record["得分（计算）"], record["差异"]) == (5, 8, -3)


def test_explanations_stay_with_their_figures(master):
    unit = DEPARTMENTS[0].unit
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.2"))
    actions.check_master(master)
    explain(master, "E10", "接待任务增加")
    entry = finding(actions.check_master(master), "E10")
    assert (entry.explanation, entry.status) == ("接待任务增加", "已说明")
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.9"))
    entry = finding(actions.check_master(master), "E10")
    assert (entry.explanation, entry.status) == ("接待任务增加", "需复核")
    errors = [e for e in actions.check_master(master).checked[0].report.findings if e.severity is Severity.ERROR]
    assert errors
    explain(master, errors[0].rule, "就是这样")
    assert finding(actions.check_master(master), errors[0].rule).status == "待处理"


def test_a_review_stays_asked_for_through_rechecks(master):
    unit = DEPARTMENTS[0].unit
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.2"))
    actions.check_master(master)
    explain(master, "E10", "接待任务增加")
    actions.check_master(master)
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.9"))
    for _ in range(2):
        assert finding(actions.check_master(master), "E10").status == "需复核"
    explain(master, "E10", "接待任务又有增加")
    assert finding(actions.check_master(master), "E10").status == "已说明"


def write_in(path: Path, rule: str, words: str) -> None:
    """Write an explanation into a department's own workbook, as its clerk would."""
    book = openpyxl.load_workbook(path)
    sheet = book["问题"]
    columns = {cell.value: cell.column for row in sheet.iter_rows(max_row=4) for cell in row if cell.value}
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, columns["规则编号"]).value == rule)
    sheet.cell(row, columns["出错说明"]).value = words
    book.save(path)


def test_explanations_travel_with_a_departments_workbook(master, tmp_path):
    unit = DEPARTMENTS[0].unit
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.2"))
    actions.check_master(master)
    own = next(path for path in actions.export(master, tmp_path / "出").written if unit in path.name)
    write_in(own, "E10", "接待任务增加")
    (alone,) = actions.check([own]).checked
    said = next(entry for entry in alone.report.findings if entry.rule == "E10")
    assert (said.explanation, said.status) == ("接待任务增加", "已说明")
    actions.import_(master, [own])
    entry = finding(actions.check_master(master), "E10")
    assert (entry.explanation, entry.status) == ("接待任务增加", "已说明")
    fresh = tmp_path / "另一本.xlsm"
    actions.new(fresh, year=YEAR)
    actions.import_(fresh, [own])
    entry = finding(actions.check_master(fresh), "E10")
    assert (entry.explanation, entry.status) == ("接待任务增加", "已说明")


def test_last_years_master_offers_its_explanations(master, tmp_path):
    unit = DEPARTMENTS[0].unit
    put(master, "基础数据", unit, "三公经费本年决算数", D("11.2"))
    actions.check_master(master)
    explain(master, "E10", "接待任务增加")
    this_year = tmp_path / "今年.xlsm"
    actions.new(this_year, year=YEAR + 1)
    take_in(this_year, [compose(DEPARTMENTS[0], YEAR + 1)])
    put(this_year, "基础数据", unit, "三公经费本年决算数", D("11.5"))
    entry = finding(actions.check([this_year], prior=[master]), "E10")
    assert entry.explanation == ""
    assert "上年的出错说明：“接待任务增加”" in entry.suggestion


def test_a_scheme_may_let_errors_be_explained(master):
    unit = DEPARTMENTS[0].unit
    put(master, "自评表", unit, "总分", D("50"))
    actions.check_master(master)
    explain(master, "X03", "系统如此")
    assert finding(actions.check_master(master), "X03").status == "待处理"
    book = read_master(master)
    record = next(row for row in book.records["tblParameters"] if row["键"] == "explain.errors")
    spot = (record["#"], book.headings["tblParameters"]["值"])
    apply(master, Edits([Block("参数", *spot, (("可以",),))]))
    assert finding(actions.check_master(master), "X03").status == "已说明"


def explain(path, rule, words):
    book = read_master(path)
    record = next(row for row in book.records["tblFindings"] if row["规则编号"] == rule)
    apply(path, Edits([Block("校验结果", record["#"], book.headings["tblFindings"]["出错说明"], ((words,),))]))


def finding(outcome, rule):
    return next(entry for checked in outcome.checked for entry in checked.report.findings if entry.rule == rule)


def test_marks_and_links_in_libreoffice(master, tmp_path):
    unit = DEPARTMENTS[0].unit
    put(master, "自评表", unit, "执行率", D("0.5"))
    outcome = actions.check_master(master)
    (path,) = convert([master], "xlsx", tmp_path)
    book = openpyxl.load_workbook(path, data_only=True)
    results = book["校验结果"]
    rows = list(results.iter_rows(min_row=layout.table("校验结果").top + 1, values_only=True))
    rule, where = (layout.table("校验结果").column(heading) - 1 for heading in ("规则编号", "单元格"))
    found = [row for row in rows if row[rule] == "F01"]
    assert found[0][where].startswith("自评表!")
    assert book["自评表"].cell(layout.table("自评表").top + 1, 1).value.startswith("⚑")
    assert book["汇总分析"]["B5"].value == 3
    assert str(results["B2"].value).startswith(outcome.headline)


def test_links_of_departments_and_counts_of_rules_in_libreoffice(master, tmp_path):
    put(master, "自评表", DEPARTMENTS[1].unit, "执行率", D("0.5"))
    outcome = actions.check_master(master)
    shown = openpyxl.load_workbook(master, data_only=True)
    (path,) = convert([master], "xlsx", tmp_path)
    fresh = openpyxl.load_workbook(path, data_only=True)
    found = [entry for checked in outcome.checked for entry in checked.report.findings]
    units, rules = layout.table("部门清单"), layout.table("规则说明")
    for row in range(units.top + 1, units.top + 4):
        cells = [fresh["部门清单"].cell(row, column).value or "" for column in range(1, len(units.columns) + 1)]
        count = sum(entry.unit == cells[2] and entry.leads for entry in found)
        assert cells[0] == (f"⚑ {count}" if count else "")
        assert cells.count("→") == 3
    for record in range(rules.top + 1, fresh["规则说明"].max_row + 1):
        id = fresh["规则说明"].cell(record, 1).value
        count = fresh["规则说明"].cell(record, rules.column("问题数")).value
        assert count == sum(entry.rule == id for entry in found), id
    # what was written without a recalculation is what LibreOffice gets
    for name in ("部门清单", "汇总分析", "规则说明", "自评表", "绩效指标", "基础数据"):
        for row in shown[name].iter_rows():
            for cell in row:
                assert (cell.value or "") == (fresh[name][cell.coordinate].value or ""), (name, cell.coordinate)


def test_a_mark_keeps_the_format_of_its_column(master):
    book = openpyxl.load_workbook(master)
    for sheet in layout.MARKED:
        table = layout.table(sheet)
        looks: dict[str, set[str]] = {}
        for area in book[sheet].conditional_formatting:
            for rule in area.rules:
                look = "" if rule.dxf.numFmt is None else rule.dxf.numFmt.formatCode
                assert look or rule.dxf.font.u, "never by colour alone"
                for span in area.sqref.ranges:
                    looks.setdefault(span.coord.split(":")[0], set()).add(look)
        for number, column in enumerate(table.columns, start=1):
            found = looks.get(f"{address(1, number)[:-1]}{table.top + 1}", set())
            if not column.bears_marks:
                assert not found, column.heading
                continue
            assert len(found) == (1 if column.width > 100 else 3), column.heading
            if column.kind == "rate":
                assert all("0.00%" in look for look in found), column.heading


def test_roles_are_named_styles_and_inputs_are_open(master):
    book = openpyxl.load_workbook(master)
    assert {"填报", "计算", "引用", "审核"} <= {style.name for style in book._named_styles}
    for table in layout.TABLES:
        sheet = book[table.sheet]
        assert sheet.protection.sheet is (table.sheet not in layout.TYPED)
        assert sheet.protection.password is None
        assert table.sheet in layout.TYPED or not sheet.protection.autoFilter
        for number, column in enumerate(table.columns, start=1):
            cell = sheet.cell(table.top + 1, number)
            assert cell.protection.locked is (column.role != "填报"), (table.sheet, column.heading)
            assert cell.style == column.role, (table.sheet, column.heading)


def test_a_row_typed_under_a_table_is_read_and_its_sheet_lets_the_table_grow(master):
    """Excel takes such a row into the table where the sheet is not protected; WPS and LibreOffice may leave it outside."""
    table = layout.table("部门清单")
    last = max(row["#"] for row in read_master(master).records[table.name])
    apply(master, Edits([Block(table.sheet, last + 1, table.column(layout.UNIT), (("云麓县新设局",),))]))
    assert "云麓县新设局" in [row[layout.UNIT] for row in read_master(master).records[table.name]]
    sheet = openpyxl.load_workbook(master)[table.sheet]
    assert not sheet.protection.sheet
    rules = [rule for rule in sheet.data_validations.dataValidation if rule.type == "custom"]
    assert [(str(rule.sqref).split(":")[0], rule.formula1, rule.errorStyle) for rule in rules] == [
        (f"A{table.top}", "FALSE", None)
    ]


def test_a_rule_for_marks_looks_at_its_own_sheet_and_at_names_alone(master):
    """Excel 2007 and WPS drop a conditional format that looks at another sheet itself."""
    book = openpyxl.load_workbook(master)
    formulas = [
        formula
        for sheet in book
        for area in sheet.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
    ]
    assert len(formulas) > 20
    assert not [formula for formula in formulas if "!$" in formula]
    assert book.defined_names["FindingKeys"].attr_text.startswith("'校验结果'!")


def test_clear_takes_marks_off_in_one_step_and_leaves_the_list(master):
    put(master, "自评表", DEPARTMENTS[0].unit, "执行率", D("0.5"))
    actions.check_master(master)
    before = parts(master)
    outcome = actions.clear(master)
    after = parts(master)
    changed = {name for name in before if before[name] != after[name]}
    switch = f"xl/worksheets/sheet{layout.SHEETS.index(layout.MARKS.sheet) + 1}.xml"
    assert changed <= {switch, "xl/workbook.xml"}
    assert len(read_master(master).records["tblFindings"]) > 0
    assert str(outcome.receipt).startswith("部件：原样保留")


def parts(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_findings_give_the_same_hash(master):
    one = actions.check_master(master)
    two = actions.check_master(master)
    hashes = {result_hash([f for c in outcome.checked for f in c.report.findings]) for outcome in (one, two)}
    assert len(hashes) == 1


def test_parameters_change_without_code_and_slips_are_named(master):
    row = next(r for r in read_master(master).records["tblParameters"] if r["键"] == "rate.warning_above")
    column = layout.table("参数").column("值")
    apply(master, Edits([Block("参数", row["#"], column, (("90%",),))]))
    assert read_master(master).scheme.number("rate.warning_above") == D("0.9")
    apply(master, Edits([Block("参数", row["#"], column, (("九成",),))]))
    with pytest.raises(SchemeError, match="控制率超过此数预警"):
        read_master(master)


def test_a_rule_can_be_switched_off(master):
    book = read_master(master)
    row = next(r for r in book.records["tblRules"] if r["编号"] == "I19")
    apply(master, Edits([Block("规则说明", row["#"], book.headings["tblRules"]["本地级别"], (("停用",),))]))
    assert read_master(master).scheme.severity("I19", Severity.INFO) is None


def test_a_run_that_fails_leaves_the_workbook_as_it_was(master, monkeypatch):
    before = master.read_bytes()
    with pytest.raises(PackageError, match="没有工作表"):
        apply(master, Edits([Block("没有这张表", 1, 1, ((1,),))]))
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("满了")))
    with pytest.raises(KeepError):
        apply(master, Edits([Block("首页", 1, 1, ((1,),))]))
    assert master.read_bytes() == before
    assert [path.name for path in master.parent.iterdir() if path.name.startswith(".jixiao-")] == []


def test_an_open_workbook_is_refused(master):
    master.with_name(f"~${master.name}").write_bytes(b"")
    with pytest.raises(KeepError, match="关闭"):
        apply(master, Edits())


def test_the_last_state_is_kept(master):
    before = master.read_bytes()
    apply(master, Edits([Block(*layout.REGION, (("别的县",),))]))
    assert states(master)[0].path.read_bytes() == before


def test_filling_a_foreign_workbook_loses_nothing(tmp_path):
    import xlsxwriter

    path = tmp_path / "bureau.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["项目", 1, 2])
    sheet.write_formula(1, 1, "=B1+C1", None, 3)
    sheet.write_comment("A1", "批注")
    sheet.add_sparkline("E1", {"range": "表!B1:C1"})
    sheet.data_validation("B5", {"validate": "list", "source": ["a", "b"]})
    sheet.conditional_format("B1:C9", {"type": "data_bar", "data_bar_2010": True})
    sheet.set_footer("&C第 &P 页")
    sheet.insert_textbox("G2", "说明")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=表!$B$1:$C$1"})
    sheet.insert_chart("G10", chart)
    book.add_worksheet("另一张").write(0, 0, "不动")
    book.close()
    before = parts(path)
    cells = (("=不是公式", D("2.50"), Formula("B1*2", D(2))), (None, 7, " 留空格 "))
    receipt = apply(path, Edits([Block("表", 3, 1, cells)]))
    after = parts(path)
    assert set(after) == set(before) - set(receipt.dropped)
    assert {name for name in after if after[name] != before[name]} == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    page = after["xl/worksheets/sheet1.xml"].decode()
    for kept in ("dataValidation", "sparkline", "conditionalFormatting", "第 &amp;P 页", "<v>3</v>", "legacyDrawing"):
        assert kept in page, kept
    read = openpyxl.load_workbook(path)["表"]
    assert (read["A3"].value, read["A3"].data_type) == ("=不是公式", "s") or read["A3"].data_type == "inlineStr"
    assert (read["B3"].value, read["C3"].value, read["B4"].value, read["C4"].value) == (2.5, "=B1*2", 7, " 留空格 ")


def test_no_cell_stands_twice_and_rows_are_in_order(master):
    from lxml import etree

    for name, content in parts(master).items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        root = etree.fromstring(content)
        rows = [int(row.get("r")) for row in root.iter("{*}row")]
        cells = [cell.get("r") for cell in root.iter("{*}c")]
        assert rows == sorted(set(rows)), name
        assert len(cells) == len(set(cells)), name


def set_parameter(path: Path, key: str, words: str) -> str:
    """Write a parameter as a clerk would and return its cell."""
    book = read_master(path)
    record = next(row for row in book.records["tblParameters"] if row["键"] == key)
    spot = (record["#"], book.headings["tblParameters"]["值"])
    apply(path, Edits([Block("参数", *spot, ((words,),))]))
    return address(*spot)


def test_slips_on_the_parameter_sheet_are_told_at_their_cells(master):
    cell = set_parameter(master, "rate.warning_above", "1..05")
    with pytest.raises(SchemeError, match=f"「参数」{cell}：参数「控制率超过此数预警」应为数字"):
        actions.check_master(master)


def test_weights_that_do_not_add_up_are_told_at_their_cells(master):
    cell = set_parameter(master, "weights.execution", "12")
    with pytest.raises(SchemeError, match=f"{cell}.*不等于总分"):
        actions.check_master(master)


def test_a_new_master_may_start_from_another_scheme(tmp_path):
    strict = load("hubei").with_severities({"I19": "停用"}).with_values({"rate.warning_above": Decimal("1.1")})
    path = tmp_path / "湖北.xlsm"
    actions.new(path, year=YEAR, scheme=strict)
    assert read_master(path).scheme.hash == strict.hash


@pytest.mark.parametrize("chosen", ["hubei", "湖北（20+40+40）"])
def test_another_preset_chosen_by_its_title_holds_while_nothing_was_set(tmp_path, chosen):
    path = tmp_path / "总表.xlsm"
    actions.new(path, year=YEAR)
    apply(path, Edits([Block(*layout.SCHEME_ID, ((chosen,),))]))
    assert read_master(path).scheme.hash == load("hubei").hash
    set_parameter(path, "rate.warning_above", "1.1")
    assert read_master(path).scheme.number("weights.execution") == 10


def test_rules_that_did_not_run_say_why_in_the_list_of_rules(master, tmp_path):
    actions.check_master(master)
    said = {row["编号"]: row["未执行"] for row in read_master(master).records["tblRules"]}
    assert said["Y01"] == "未执行：缺上年自评（3 个单位）"
    assert not said["F01"]
    before = tmp_path / "上年.xlsm"
    actions.new(before, year=YEAR - 1)
    take_in(before, [compose(entry, YEAR - 1) for entry in DEPARTMENTS[:3]])
    actions.check([master], prior=[before])
    assert not {row["编号"]: row["未执行"] for row in read_master(master).records["tblRules"]}["Y01"]


def test_home_and_the_readme_say_what_the_verdicts_mean(master):
    home = openpyxl.load_workbook(master)[layout.HOME]
    assert MEANING in [cell.value for row in home.iter_rows() for cell in row]
    assert MEANING in (CHECKOUT / "README.md").read_text("utf-8")
