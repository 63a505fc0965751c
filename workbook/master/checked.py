"""What a check leaves in the master: 校验结果, what 规则说明 and 部门清单 say of it, and the marks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from workbook.derive import Derived, derive, grade_words
from workbook.master import layout, prose_sheet, results, summary_sheet
from workbook.master.read import Master, Record, unit_of, words_of_cell
from workbook.master.results import number_of, runs
from workbook.master.write import cell_of, derived_in_place, plain_value, unit_links
from workbook.model.edits import Block, Cell, Change, Edits, Formula, Resize
from workbook.model.findings import Report, Severity
from workbook.ooxml import address
from workbook.process import named
from workbook.rollup import measures
from workbook.rules.registry import rules


def edits_for_check(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Edits:
    """Return what writes 校验结果, the marks, 部门清单 and the state on 首页."""
    found = results.in_order(reports)
    findings = [entry for card in found for entry in card.all]
    prose = {(unit_of(row), number_of(row)): row["#"] for row in master.records["tblProse"]}
    records = results.records(found, prose)
    blocks, resize = results.blocks(reports, records, master.headings["tblFindings"])
    edits = Edits(blocks, [resize], results.said(reports))
    edits.blocks += _mark_columns(master, Counter(str(record["行键"]) for record in records))
    edits.blocks += _unit_columns(master, reports, derived)
    edits.blocks += [block for entry in layout.TABLES for block in derived_in_place(master, entry, derived)]
    edits.blocks += results.state(reports, master.scheme)
    if master.summarised:
        unlisted = {filing.unit or "": derive(filing, master.scheme_for(filing)) for filing in master.unlisted}
        # the cells' own formulas sum all rows that stand
        edits.blocks += summary_sheet.of_data([*master.filings, *master.unlisted], {**derived, **unlisted})
        edits.blocks += summary_sheet.of_check(master.filings, reports, derived, findings, master.scheme)
        schemes = [master.scheme_for(filing) for filing in master.filings] or [master.scheme]
        edits.blocks += summary_sheet.grades(schemes, [result.grade for result in derived.values()])
        edits.blocks += summary_sheet.top_units(list(_ranked(master, reports)))
    catalogue, listed = _catalogue(master)
    edits.blocks += listed.blocks
    edits.resizes += listed.resizes
    edits.blocks += summary_sheet.rule_counts(catalogue, master.headings["tblRules"], findings, master.summarised)
    edits.blocks += results.idle(reports, catalogue, master.headings["tblRules"])
    edits.blocks += prose_sheet.blocks(
        *(master.records["tblProse"], master.headings["tblProse"]), master.filings, reports, derived, master.scheme_for
    )
    edits.changes = list(_verdict_changes(master, reports, derived))
    return edits


def _catalogue(master: Master) -> tuple[list[Record], Edits]:
    """Return the rows of 规则说明 as they will be, with the bureau's own rules behind the others, and what writes these."""
    known = {rule.id for rule in rules()}
    records = master.records["tblRules"]
    shipped = [record for record in records if str(record["编号"]) in known]
    standing = [record for record in records if str(record["编号"]) not in known]
    if not (master.scheme.local or standing):
        return records, Edits()
    table, headings = layout.table("规则说明"), master.headings["tblRules"]
    levels = {str(record["编号"]): record.get("本地级别") for record in standing}
    first = max((record["#"] for record in shipped), default=table.top) + 1
    order = sorted(headings, key=lambda name: headings[name])
    own: list[Record] = []
    catalogue = named("workbook.rules.catalogue")
    for row, cells in enumerate(catalogue.local_rows(master.scheme), start=first):
        own.append(dict(zip(catalogue.HEADINGS, cells, strict=True)) | {"本地级别": levels.get(cells[0]), "#": row})
    out = Edits([], [Resize(table.name, first - table.top - 1 + len(own))])
    if own:
        values = tuple(tuple(cell_of(record.get(name)) for name in order) for record in own)
        out.blocks.append(Block(table.sheet, first, 1, values))
    return [*shipped, *own], out


def _mark_columns(master: Master, counts: Mapping[str, int]) -> Iterator[Block]:
    """Yield the first column of each data table: how many findings its row has, as a link to the first of them."""
    results = layout.table("校验结果")
    key = address(1, results.column("行键")).rstrip("1")
    span = f"校验结果!${key}${results.top + 1}:${key}${layout.LAST_ROW}"
    for table in layout.TABLES:
        if table.columns[0].heading != layout.MARK_COLUMN or table.sheet == "部门清单":
            continue
        by_row: dict[int, Cell] = {}
        for record in master.records[table.name]:
            this = f'"{table.sheet}|"&ROW()'
            link = f'HYPERLINK("#校验结果!A"&(MATCH({this},{span},0)+{results.top}),"{layout.FLAG} "&COUNTIF({span},{this}))'
            count = counts.get(f"{table.sheet}|{record['#']}", 0)
            formula = Formula(f'IF(COUNTIF({span},{this})=0,"",{link})', f"{layout.FLAG} {count}")
            by_row[record["#"]] = formula if count else None
        yield from runs(table.sheet, master.headings[table.name][layout.MARK_COLUMN], by_row)


_OF_REPORT = ("结论", "错误", "预警", "总分", "等级", "执行率", "预算增长", "次序")


def _ranked(master: Master, reports: Sequence[Report]) -> Iterator[tuple[int, str, int, int]]:
    """Yield rank key, name, errors and warnings of the departments that have any."""
    by_unit = {report.unit: report for report in reports}
    for record in master.records["tblUnits"]:
        if (report := by_unit.get(unit_of(record))) is not None:
            errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
            if (rank := layout.unit_rank(errors, warnings, record["#"])) is not None:
                yield rank, report.unit, errors, warnings


def _unit_columns(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Iterator[Block]:
    table = layout.table("部门清单")
    headings = master.headings[table.name]
    by_unit = {report.unit: report for report in reports}
    filings = {filing.unit or "": filing for filing in master.filings}
    columns: dict[str, dict[int, Cell]] = {}
    for record in master.records[table.name]:
        unit, row = unit_of(record), record["#"]
        report, result = by_unit.get(unit), derived.get(unit)
        values: Record = {"报送": "未报", **dict.fromkeys(_OF_REPORT)}
        if report is not None and result is not None:
            errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
            values = {
                "报送": "已报",
                "结论": report.verdict,
                "错误": errors,
                "预警": warnings,
                "总分": result.at("total.score"),
                "等级": grade_words(filings[unit], result),
                "执行率": result.at("funds.execution_rate"),
                "预算增长": measures.growth(filings[unit]),
                "次序": layout.unit_rank(errors, warnings, row),
            }
        values |= unit_links(row, headings, len(report.cards) if report else 0, report is not None)
        for name, value in values.items():
            columns.setdefault(name, {})[row] = value
    for name, by_row in columns.items():
        yield from runs(table.sheet, headings[name], by_row)


def _verdict_changes(master: Master, reports: Sequence[Report], derived: Mapping[str, Derived]) -> Iterator[Change]:
    """Yield, for the log, the departments whose verdict, total or grade is not what 部门清单 said before."""
    before = {unit_of(record): record for record in master.records["tblUnits"]}
    filings = {filing.unit or "": filing for filing in master.filings}
    for report in reports:
        record, result = before.get(report.unit, {}), derived[report.unit]
        grade = grade_words(filings[report.unit], result)
        now = {"结论": report.verdict, "总分": result.at("total.score"), "等级": grade}
        for name, value in now.items():
            was, becomes = words_of_cell(record.get(name)), words_of_cell(plain_value(value))
            if was != becomes:
                yield Change(report.unit, f"units.{name}", name, was, becomes)
