"""首页: a desk that fits one screen. Four steps with their state, what may be handed on, whom to look at first, the rest small."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbook.master import layout
from workbook.master.looks import MARK_COLOURS, MARK_SIGNS
from workbook.model.findings import EXPLAINED, MEANING
from workbook.model.verbs import BY_NAME, VERBS
from workbook.writers.charts import DEEP
from workbook.writers.styles import ROLE_COLOURS

if TYPE_CHECKING:
    from workbook.master.looks import Styles

COLUMN, COLUMNS, MARGIN = 12.3, 12, 1.5  # widths in characters; B to M
HEIGHTS = (6, 28, 30, 5, 16, *(17,) * 8, 5, 24, 20, 5, 22, 15, 15)  # points, from row 1 on
PIXEL = 0.75  # points
FIRST_STEP, TILES, SMALL, LEGEND = 6, 15, 18, 19  # 1-based rows
LISTED = 8  # departments or findings that the desk names


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: caption, macro ("" for a link), its state as a formula, what it does in one line, where a link leads."""

    caption: str
    macro: str
    state: str
    hint: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that leads to its list: caption, formula of the figure, macro that shows the filtered list ("" : none)."""

    caption: str
    formula: str
    colour: str
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What 首页 says: title, what names the region (地区, 单位), year and region, steps, tiles, the list and the small buttons.

    `listed` gives two formulas a line: what to look at, as a link, and how much it is ("" where the link says all).
    """

    title: str
    region_caption: str
    year: Any
    region: Any
    steps: Sequence[Step]
    tiles: Sequence[Tile]
    list_title: str
    listed: Sequence[tuple[str, str]]
    verbs: Sequence[str]
    buttons: bool = True


def of_master(buttons: bool) -> Desk:
    """Return the desk of the bureau's master."""
    units, reported, verdict = (layout.span("部门清单", heading) for heading in (layout.UNIT, "报送", "结论"))
    taken, named = f'COUNTIF({reported},"已报")', f"COUNTA({units})"
    blocked = f'COUNTIF({verdict},"不可报送*")'
    received = f'"应报 "&{named}&"　已收 "&{taken}&"　未报 "&({named}-{taken})'
    ready = f'"可以导出 "&{taken}&" 个单位"&IF({blocked}>0,"，其中 "&{blocked}&" 个还不可报送","")'
    steps = (
        _step("import", "① 导入", f'IF({named}=0,"还没有单位",{received})', "把各单位报来的 Word、Excel 读进来"),
        _step("review", "② 填充并全审", _checked(), "补上空着的率和得分，再按全部规则审核"),
        _step("walk", "③ 逐处处理", _open(), "一处一处看：改正，或写明原因；完了再按②"),
        _step("export", "④ 导出", f'IF({taken}=0,"还没有可导出的单位",{ready})', "附件2、附件3，可直接打印上报"),
    )
    kinds = (
        ("可报送", "#EAF3E6", "TileReady"),
        ("需说明", "#FFF2CC", "TilePending"),
        ("不可报送", "#FBE0D6", "TileBlocked"),
    )
    tiles = [Tile(kind, _counted(verdict, f"{kind}*"), colour, macro) for kind, colour, macro in kinds]
    tiles.append(Tile("未报", _counted(reported, "未报", f"{named}-{taken}"), "#EEF1F5", "TileMissing"))
    listed = [_worst(place) for place in range(1, LISTED + 1)]
    small = [verb.name for verb in VERBS if verb.sub and verb.name not in (*_BIG, "adopt")]
    title = "部门整体支出绩效自评总表"
    return Desk(title, "地区", "", "", steps, tiles, "最该先看的单位（点名称看它的问题）", listed, small, buttons)


def of_unit(title: str, year: Any, unit: Any) -> Desk:
    """Return the desk of a department's own workbook."""
    levels, states = layout.span("校验结果", "级别"), layout.span("校验结果", "状态")
    fill_in = '"黄色格填数，绿色格自动计算"'
    steps = (
        Step("① 填报（到附件2）", "", fill_in, "照纸质表填“附件2”“附件3”", "附件2"),
        _step("review", "② 填充并全审", _checked(), "补上被删空的率和得分，再按全部规则审核"),
        _step("next", "③ 逐处处理", _open(), "错误必须改正；预警属实的写明原因，再按②"),
        _step(
            "export",
            "④ 导出",
            f'IF({_at("verdict")}="","还没有审过","结论："&{_at("verdict")})',
            "Excel、Word 两种附件2、附件3；本工作簿也可直接报",
        ),
    )
    tiles = [
        Tile(f"{sign} {caption}", f'COUNTIFS({levels},"*{caption}*",{states},"<>{EXPLAINED}")', MARK_COLOURS[letter][0])
        for letter, caption, sign in (("E", "错误", MARK_SIGNS["E"]), ("W", "预警", MARK_SIGNS["W"]))
    ]
    tiles.append(Tile(EXPLAINED, f'COUNTIF({states},"{EXPLAINED}")', "#EAF3E6"))
    tiles.append(Tile("结论", f'IF({_at("verdict")}="","—",{_at("verdict")})', "#EEF1F5"))
    listed = [_found(place) for place in range(1, LISTED + 1)]
    kept = [verb.name for verb in VERBS if verb.sub and not verb.bureau and verb.name not in ("review", "export")]
    return Desk(title, "单位", year, unit, steps, tiles, "要处理的问题（点一下就到）", listed, kept)


_BIG = ("import", "review", "walk", "export")


def _step(verb: str, caption: str, state: str, hint: str) -> Step:
    return Step(caption, BY_NAME[verb].sub, state, hint)


def _at(name: str) -> str:
    return layout.STATE[name].fixed


def _checked() -> str:
    when, verdict = _at("when"), _at("verdict")
    counts = f'"上次 "&{when}&"　错误 "&{_at("errors")}&"　预警 "&{_at("warnings")}'
    return f'IF({when}="","还没有审过",IF(LEFT({verdict},2)="数据",{verdict},{counts}))'


def _open() -> str:
    levels, states = layout.span("校验结果", "级别"), layout.span("校验结果", "状态")
    left = [f'COUNTIFS({levels},"*{level}*",{states},"<>{EXPLAINED}")' for level in ("错误", "预警")]
    return f'"没处理的：错误 "&{left[0]}&"　预警 "&{left[1]}&"　已说明 "&COUNTIF({states},"{EXPLAINED}")'


def _counted(cells: str, words: str, figure: str = "") -> str:
    """Return a figure as a link to the first department that it counts."""
    top = layout.table("部门清单").top
    place = f'IF(COUNTIF({cells},"{words}")=0,1,MATCH("{words}",{cells},0))'
    figure = figure or f'COUNTIF({cells},"{words}")'
    return f'HYPERLINK("#部门清单!C"&({top}+{place}),{figure})'


def _worst(place: int) -> tuple[str, str]:
    rank, units = layout.span("部门清单", "次序"), layout.span("部门清单", layout.UNIT)
    at, top = f"MATCH(LARGE({rank},{place}),{rank},0)", layout.table("校验结果").top
    unit, of = f"INDEX({units},{at})", layout.span("校验结果", layout.UNIT)
    link = f'HYPERLINK("#校验结果!A"&(IF(COUNTIF({of},{unit})=0,1,MATCH({unit},{of},0))+{top}),{unit})'
    counts = [f"INDEX({layout.span('部门清单', level)},{at})" for level in ("错误", "预警")]
    none = f'IF({_at("when")}="","全审以后，这里列出问题最多的单位","没有错误和待说明的预警")' if place == 1 else '""'
    return (
        f"IF(COUNT({rank})<{place},{none},{link})",
        f'IF(COUNT({rank})<{place},"","{MARK_SIGNS["E"]} 错误 "&{counts[0]}&"　{MARK_SIGNS["W"]} 预警 "&{counts[1]})',
    )


def _found(place: int) -> tuple[str, str]:
    states, top = layout.span("校验结果", "状态"), layout.table("校验结果").top
    where, problem = (f"INDEX({layout.span('校验结果', heading)},{place})" for heading in ("在哪一栏", "问题"))
    none = f'IF({_at("when")}="","全审以后，这里列出问题","没有发现问题")' if place == 1 else '""'
    link = f'HYPERLINK("#校验结果!A{top + place}",{where}&"："&{problem})'
    return f"IF(COUNTA({states})<{place},{none},{link})", ""


def write(book: Any, sheet: Any, styles: "Styles", desk: Desk) -> None:
    """Lay out 首页."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, MARGIN)
    sheet.set_column(1, COLUMNS, COLUMN, styles.get())
    for row, height in enumerate(HEIGHTS):
        sheet.set_row(row, height)
    _head(sheet, styles, desk)
    section = styles.get(bold=True, font_color=DEEP, font_size=11)
    sheet.write(FIRST_STEP - 2, 1, "按顺序做这四步", section)
    sheet.write(FIRST_STEP - 2, 8, desk.list_title, section)
    for place, step in enumerate(desk.steps):
        _one_step(sheet, styles, FIRST_STEP - 1 + 2 * place, step, desk.buttons)
    for row, (what, much) in enumerate(desk.listed, start=FIRST_STEP - 1):
        # a name is shrunk to its cell; a sentence would be too small to read and is cut
        look = {"border": 1, "border_color": "#D0D0D0", "shrink": bool(much)}
        sheet.merge_range(row, 8, row, 10 if much else COLUMNS, "", styles.get(font_color="#0563C1", **look))
        sheet.write_formula(row, 8, f"={what}", styles.get(font_color="#0563C1", **look), "")
        if much:
            sheet.merge_range(row, 11, row, COLUMNS, "", styles.get(**look))
            sheet.write_formula(row, 11, f"={much}", styles.get(**look), "")
    for place, tile in enumerate(desk.tiles):
        _tile(sheet, styles, 1 + 3 * place, tile, desk.buttons)
    if desk.buttons:
        for place, name in enumerate(desk.verbs):
            verb = BY_NAME[name]
            sheet.insert_button(
                SMALL - 1,
                1 + place,
                _button(verb.sub, verb.caption, 1, HEIGHTS[SMALL - 1]) | {"description": verb.help},
            )
    _legend(sheet, styles)
    sheet.protect("", {"objects": False, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _head(sheet: Any, styles: "Styles", desk: Desk) -> None:
    sheet.merge_range(1, 1, 1, 6, desk.title, styles.get(bold=True, font_size=18, font_color=DEEP))
    entry = {"bg_color": ROLE_COLOURS["填报"], "border": 1, "border_color": "#D0D0D0", "locked": False}
    (_, row, year), (_, _, region) = layout.YEAR, layout.REGION
    for column, caption in ((year, "年度"), (region, desk.region_caption)):
        sheet.write(row - 1, column - 2, caption, styles.get(bold=True, align="right"))
    sheet.write(row - 1, year - 1, desk.year, styles.get(**entry, bold=True, align="center"))
    sheet.merge_range(row - 1, region - 1, row - 1, COLUMNS, desk.region, styles.get(**entry, bold=True))
    _, row, column = layout.STATUS
    sheet.write(row - 1, 1, "上一步", styles.get(bold=True))
    # what was said first, and what comes next, stays in sight however much follows
    look = {"border": 1, "border_color": "#D0D0D0", "text_wrap": True, "bold": True, "valign": "top"}
    said = {"bg_color": ROLE_COLOURS["审核"], **look}
    sheet.merge_range(row - 1, column - 1, row - 1, COLUMNS, "", styles.get(**said))


def _one_step(sheet: Any, styles: "Styles", row: int, step: Step, buttons: bool) -> None:
    if step.macro and buttons:
        sheet.insert_button(row, 1, _button(step.macro, step.caption, 2, HEIGHTS[row] * 2) | {"description": step.hint})
    else:
        look = styles.get(bold=True, align="center", font_color=DEEP, border=1, bg_color=ROLE_COLOURS["引用"])
        sheet.merge_range(row, 1, row + 1, 2, step.caption, look)
        if step.link:
            sheet.write_formula(row, 1, f'=HYPERLINK("#{step.link}!A1","{step.caption}")', look, step.caption)
    sheet.merge_range(row, 3, row, 6, "", styles.get(bold=True, indent=1))
    sheet.write_formula(row, 3, f"={step.state}", styles.get(bold=True, indent=1), "")
    sheet.merge_range(row + 1, 3, row + 1, 6, step.hint, styles.get(font_color="#666666", indent=1, font_size=9))


def _tile(sheet: Any, styles: "Styles", column: int, tile: Tile, buttons: bool) -> None:
    frame = {"align": "center", "bg_color": tile.colour, "border": 1, "border_color": "#D0D0D0"}
    shown = f'"{tile.caption}　"0;;"{tile.caption}　"0;"{tile.caption}　"@'
    look = styles.get(**frame, bold=True, font_size=16, num_format=shown)
    sheet.merge_range(TILES - 1, column, TILES - 1, column + 2, "", look)
    sheet.write_formula(TILES - 1, column, f"={tile.formula}", look, "")
    if tile.macro and buttons:
        button = _button(tile.macro, "看清单 ›", 3, HEIGHTS[TILES])
        sheet.insert_button(TILES, column, button | {"description": f"只看{tile.caption}的单位"})
    else:
        sheet.merge_range(TILES, column, TILES, column + 2, "", styles.get(**frame))


def _button(macro: str, caption: str, columns: int, height: float) -> dict[str, Any]:
    """Return a button that fills so many columns but for a small gap; pixels."""
    width = columns * (int(COLUMN * 7 + 0.5) + 5)
    return {
        "macro": macro,
        "caption": caption,
        "width": width - 4,
        "height": round(height / PIXEL) - 3,
        "x_offset": 2,
        "y_offset": 2,
    }


def _legend(sheet: Any, styles: "Styles") -> None:
    for column, (role, colour) in enumerate(ROLE_COLOURS.items(), start=1):
        sheet.write(
            LEGEND - 1, column, role, styles.get(bg_color=colour, border=1, border_color="#D0D0D0", align="center")
        )
    words = {"E": "错误：必须改正", "W": "预警：可以说明", "N": "提示：不影响报送"}
    for place, (letter, caption) in enumerate(words.items()):
        back, front = MARK_COLOURS[letter]
        look = styles.get(bg_color=back, font_color=front, bold=True, border=1, border_color="#D0D0D0", align="center")
        sheet.merge_range(LEGEND - 1, 6 + 2 * place, LEGEND - 1, 7 + 2 * place, f"{MARK_SIGNS[letter]} {caption}", look)
    sheet.merge_range(LEGEND, 1, LEGEND, COLUMNS, MEANING, styles.get(font_color="#666666", font_size=9))
