"""A department's own workbook with buttons: 附件2 and 附件3 as in the exports, and what the master has for checking."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbook.issued import LEFT_SHEET
from workbook.verbs import VERBS
from workbook.writers import master_layout as layout
from workbook.writers import master_template as house
from workbook.writers.department import write_part
from workbook.writers.official import Case
from workbook.writers.styles import Styles

SHEETS = (layout.HOME, "附件2", "附件3", "校验结果", "参数", "规则说明", layout.LOCAL_RULES, layout.TEXTS_SHEET)
OFFICIAL = ("附件2", "附件3")
PARTS = ("basics", "evaluation")  # of the form that stand in them
MARKED_AREA = "A1:L400"
TITLE = "部门整体支出绩效自评"
HOW_TO = (
    "一、在“附件2”“附件3”里照纸质表填；黄色格填数，绿色格自动计算。",
    "二、按“填充”：被删空的执行率、控制率、得分、总分重新算出，您填的不动。",
    "三、按“全审”：问题列在“校验结果”，按“定位下一处”逐处查看。",
    "四、预警属实的，在“出错说明”一栏写明原因，再按“全审”；错误必须改正。",
    "五、按“导出”：得到 Excel、Word 两种附件2、附件3，可直接打印；本工作簿也可直接报财政局。",
)
CAPTIONS = (("年度", layout.YEAR), ("单位", layout.REGION), ("方案", layout.SCHEME_ID), ("标记", layout.MARKS))


def write(
    case: Case,
    path: Path,
    parameters: Sequence[Sequence[Any]],
    rules: Sequence[Sequence[str]],
    vba: Path,
    texts: Sequence[Sequence[str]],
    local: Sequence[Sequence[str]] = (),
) -> None:
    """Write the workbook, without findings yet; the arguments after `path` are those of `master_template.build`."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": TITLE, "comments": f"scheme {case.scheme.id} {case.scheme.hash}"})
    _sheets(book, case, {"参数": parameters, "规则说明": rules, layout.LOCAL_RULES: local}, texts)
    book.add_vba_project(str(vba))
    book.set_vba_name("ThisWorkbook")
    for number, sheet in enumerate(book.worksheets(), start=1):
        sheet.set_vba_name(f"Sheet{number}")
    book.close()


def _sheets(
    book: Any,
    case: Case,
    held: Mapping[str, Sequence[Sequence[Any]]],
    texts: Sequence[Sequence[str]],
) -> None:
    styles = house.Styles(book)
    home = book.add_worksheet(layout.HOME)
    values = (case.filing.year, case.filing.unit, case.scheme.id, "开")
    verbs = [verb for verb in VERBS if verb.sub and not verb.bureau]
    entries = [(caption, place, value) for (caption, place), value in zip(CAPTIONS, values, strict=True)]
    house.home(book, home, styles, house.Front(TITLE, entries, HOW_TO, verbs))
    official = Styles(book)
    write_part(official, case, dict(zip(PARTS, OFFICIAL, strict=True)))
    for name in OFFICIAL:
        house.mark(book, book.get_worksheet_by_name(name), [("", MARKED_AREA)])
    for sheet, rows in (("校验结果", ()), *held.items()):
        house.table_sheet(book, book.add_worksheet(sheet), layout.table(sheet), styles, rows)
    words = book.add_worksheet(layout.TEXTS_SHEET)
    for row, entry in enumerate(texts):
        words.write_row(row, 0, entry)
    words.very_hidden()
    book.add_worksheet(LEFT_SHEET).very_hidden()
    home.activate()
