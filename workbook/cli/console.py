"""Tables on the screen, through rich."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from workbook.checking import lines
from workbook.checking.outcome import Checked
from workbook.master.merge import Difference
from workbook.model.fields import field_of
from workbook.model.figure_lines import HEADINGS, OPEN, RIGHT, FigureLine, tally
from workbook.model.figures import show
from workbook.model.filing import Filing
from workbook.model.findings import Severity
from workbook.model.verbs import BY_NAME
from workbook.rules.compare import Changed
from workbook.storage.journal import PRESSED, UNSURE, VOID, Entry

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def bar() -> Progress:
    """Return a progress bar on standard error, not started yet."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def check_tables(checked: Sequence[Checked], *, verbose: bool = False) -> None:
    """Print a summary (a row a department) and, for few departments, every finding; `verbose`: the rules that did not run."""
    console = Console()
    if len(checked) > 1:
        console.print(_summary(checked))
    for entry in checked if len(checked) <= lines.FEW else ():
        console.print(_findings(entry))
        if words := lines.idle(entry):
            console.print(escape(words))
        if verbose and entry.report.skipped:
            console.print(_skipped(entry))


def ledger_tables(checked: Iterable[tuple[Checked, list[FigureLine]]]) -> None:
    """Print every figure of the prose, a table a department: what it is, what gives it, what it was held against."""
    console = Console()
    colours = {severity.caption: colour for severity, colour in COLOURS.items()} | {RIGHT: "green", OPEN: "dim"}
    for entry, figures in checked:
        title = f"{lines.name_of(entry)}：正文里的数 {len(figures)} 个　{tally(line.state for line in figures)}"
        table = Table(title=escape(title.strip()), show_lines=True)
        for heading, share in zip(HEADINGS, (1, 5, 7, 7, 7, 7), strict=True):
            table.add_column(heading, overflow="fold", ratio=share, min_width=4 if share == 1 else None)
        for line in figures:
            *cells, verdict = map(escape, line.cells)
            table.add_row(*cells, f"[{colours[line.state]}]{verdict}[/]")
        console.print(table)


def _skipped(entry: Checked) -> Table:
    """Return the rules that did not run, those of one reason in one row."""
    table = Table(title=f"未执行的规则（{len(entry.report.skipped)} 条）")
    for heading in ("规则", "原因"):
        table.add_column(heading, overflow="fold")
    for names, words in lines.skipped(entry):
        table.add_row(escape(names), escape(words))
    return table


def filing_table(filing: Filing) -> None:
    """Print every value of a filing, a row each."""
    table = Table(title=f"{filing.unit or '（未读到单位名称）'} {filing.year or ''} {filing.form}")
    for heading in ("项目", "值", "口径", "位置"):
        table.add_column(heading, overflow="fold")
    for path in filing.paths():
        value = filing.get(path)
        text = filing.unread.get(path) if value is None else show(value, field_of(path).kind)
        if text:
            place = filing.places.get(path)
            where = f"{place.sheet} {place.cell}" if place else ""
            table.add_row(escape(filing.label(path)), escape(text), field_of(path).calibre, escape(where))
    Console().print(table)


def difference_table(differences: Sequence[Difference]) -> None:
    """Print the differences between what departments hand in and what the master holds, a row each."""
    table = Table(title=f"与总表的差异 {len(differences)} 处")
    for heading in ("单位", "情形", "项目", "文件位置", "总表里", "文件里", "采用", "为什么"):
        table.add_column(heading, overflow="fold")
    for entry in differences:
        cells = (entry.unit, entry.case, entry.label, entry.cell, entry.old, entry.new, entry.winner, entry.reason)
        table.add_row(*(escape(cell) for cell in cells), style="red" if entry.case == "冲突" else "")
    Console().print(table)


def difference_tables(
    titles: tuple[str, str], rows: Sequence[tuple[str, ...]], changed: Sequence[Changed] | None
) -> None:
    """Print what differs between two schemes and, where filings were given, whose verdict would change."""
    console = Console()
    table = Table(title="两个方案的不同" if rows else "两个方案没有不同")
    for heading in ("项目", "键或编号", *titles):
        table.add_column(escape(heading), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
    if changed is None:
        return
    units = Table("单位", "前者的结论", "后者的结论", "增减的规则", title=f"结论会变的单位（{len(changed)} 个）")
    for entry in changed:
        units.add_row(*map(escape, (entry.unit, entry.before, entry.after, "、".join(entry.rules))))
    console.print(units)


def template_table(rows: Sequence[Sequence[str]], name: str) -> None:
    """Print where the fields of the form stand in a template, a row each; what was not found is marked."""
    table = Table(title=name)
    for heading in ("栏目", "位置", "模板里的名称"):
        table.add_column(heading, overflow="fold")
    for label, cell, words in rows:
        table.add_row(escape(label), escape(cell) or "✗ 没有找到", escape(words), style="" if cell else "yellow")
    Console().print(table)


def rule_table(rows: Iterable[Sequence[str]]) -> None:
    """Print the catalogue of rules; the first row holds the headings."""
    heading, *body = rows
    table = Table(*heading)
    for row in body:
        table.add_row(*(escape(str(cell)) for cell in row))
    Console().print(table)


_ENDED = {PRESSED: "按钮写进打开的工作簿", VOID: "没有写成", UNSURE: "是否写成不能确定"}


def log_table(entries: Sequence[Entry]) -> None:
    """Print what was changed, the newest first: a row a value, and one for the verb's own words."""
    table = Table("时间", "操作", "单位", "项目", "原值", "新值")
    for entry in entries:
        what = BY_NAME[entry.verb].caption if entry.verb in BY_NAME else entry.verb
        remarks = [_ENDED.get(entry.state, ""), "此前在 Excel 里改过" if entry.hand else "", entry.message]
        said = "；".join(filter(None, remarks))
        table.add_row(entry.when[:19].replace("T", " "), what, "", escape(said), "", "", style="bold")
        for change in entry.changes:
            values = ("" if value is None else str(value) for value in (change.before, change.after))
            table.add_row("", "", escape(change.unit), escape(change.label), *map(escape, values))
    Console().print(table)


def parts_table(rows: Iterable[Mapping[str, object]]) -> None:
    """Print a master's parts: a row a region."""
    table = Table("分册", "单位数", "错误", "预警", "结论")
    for row in rows:
        table.add_row(*(escape(str(row[name])) for name in ("part", "units", "errors", "warnings", "verdict")))
    Console().print(table)


def plan_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print the sampling plan."""
    table = Table(title="抽查计划")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    Console().print(table)


def _summary(checked: Sequence[Checked]) -> Table:
    table = Table(*lines.SUMMARY)
    for entry in checked:
        table.add_row(*map(escape, lines.summary(entry)))
    return table


def _findings(entry: Checked) -> Table:
    table = Table(title=escape(f"{lines.name_of(entry)}：{entry.report.headline}"))
    for heading in lines.FINDING:
        table.add_column(heading, overflow="fold")
    for card in entry.report.cards:
        for place, row in enumerate(lines.rows(card)):
            table.add_row(*map(escape, row), style="dim" if place else COLOURS[card.leader.severity])
    return table
