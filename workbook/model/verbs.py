"""The table of verbs: commands, buttons, macros, ribbon and help are made from it; nothing else lists them."""

from typing import NamedTuple

NEW_FILES = "新文件"


class Verb(NamedTuple):
    """One thing a clerk can do: one row, and the function it names.

    `name` is the command, `caption` the word on the button, `help` one sentence, `changes` what it changes.
    With a button: `group` is its group on the ribbon ("" is no button), `image` the ribbon's built-in picture, `large` its
    size there, `bureau` whether it makes sense in the master alone; `press` is what the button does, as module:function,
    "" where the macro does it alone without Python (`Local…` in macros/vba). It is called with a `Press`
    (workbook/actions/press.py) and returns Edits for the open workbook, or a sentence where nothing in it changes.
    `asks` names the path that the button works with ("" is none), `beside` the folder next to the workbook that stands
    for it where none was named; `into` says that it writes into that folder, which need not be there yet.
    `then` says what to do next; without it the verdict does.
    A verb without a module of its own in `workbook/cli` gets a plain command: `jixiao NAME 工作簿`, the same as its button.
    """

    name: str
    caption: str
    help: str
    changes: str
    group: str = ""
    image: str = ""
    large: bool = False
    bureau: bool = False
    press: str = ""
    asks: str = ""
    beside: str = ""
    into: bool = False
    then: str = ""

    @property
    def sub(self) -> str:
        """Return the name of its VBA Sub, "" where there is no button."""
        return f"Button{self.name.capitalize()}" if self.group else ""

    @property
    def in_excel(self) -> bool:
        """Return whether the macro does it alone, without Python."""
        return bool(self.group) and not self.press


DATA, REVIEW, ONE_BY_ONE, RESULTS = "数据", "审核", "逐处", "结果"  # the ribbon's groups

VERBS: tuple[Verb, ...] = (
    Verb("demo", "演示", "用自带的八个示例单位走完全过程", "新建文件夹"),
    Verb("new", "新建", "新建一本空的总表", NEW_FILES),
    Verb(
        "import",
        "导入",
        "把各单位交来的 Word、Excel 读进总表",
        "部门清单、各数据表",
        group=DATA,
        image="ImportExcel",
        large=True,
        bureau=True,
        press="workbook.actions.imports:press",
        asks="各单位报来的文件所在的文件夹",
        beside="各单位报来",
        then="按“② 填充并全审”",
    ),
    Verb(
        "fill",
        "填充",
        "把空着的执行率、控制率、得分、总分、等级算出来",
        "空白的计算格",
        group=DATA,
        image="CalculateNow",
        press="workbook.actions.fill:press",
        then="按“全审”",
    ),
    Verb(
        "check",
        "全审",
        "按全部规则审核，问题列入校验结果",
        "校验结果",
        group=REVIEW,
        image="ReviewAcceptChange",
        press="workbook.actions.checks:press",
    ),
    Verb(
        "review",
        "填充并全审",
        "先补上空着的率和得分，再按全部规则审核",
        "空白的计算格、校验结果",
        group=REVIEW,
        image="ReviewAcceptChangeMenu",
        large=True,
        press="workbook.actions.review:press",
    ),
    Verb(
        "walk",
        "逐处处理",
        "到单位视图，从第一处没处理的看起",
        "不改动",
        group=REVIEW,
        image="ZoomToSelection",
        large=True,
        bureau=True,
    ),
    Verb(
        "adopt",
        "照此改",
        "把这一处改成审核算出的应为值（可撤销）",
        "那一格",
        group=ONE_BY_ONE,
        image="ReviewAcceptOrRejectChangeDialog",
        bureau=True,
        press="workbook.actions.adopt:press",
        then="按“下一处”接着看；都看完了，再按“② 填充并全审”",
    ),
    Verb("explain", "出错说明", "到校验结果填写出错说明", "不改动", group=ONE_BY_ONE, image="ReviewNewComment"),
    Verb(
        "compare",
        "与上年核对",
        "与上年的总表或报告逐项核对",
        "校验结果",
        group=REVIEW,
        image="ReviewCompareMenu",
        press="workbook.actions.checks:press_compare",
        asks="上年的总表或报告",
    ),
    Verb(
        "export",
        "导出",
        "按官方格式导出各单位的附件2、附件3",
        NEW_FILES,
        group=RESULTS,
        image="FileSaveAs",
        large=True,
        press="workbook.actions.exports:press",
        asks="导出到哪个文件夹",
        beside="导出",
        into=True,
        then="到导出的文件夹里打印上报",
    ),
    Verb(
        "return",
        "退回",
        "给每个有问题的单位整改通知、带批注的 Word 原件和带问题的工作簿，一次备齐",
        "新文件、部门清单、校验结果",
        group=RESULTS,
        image="FileSendAsAttachment",
        bureau=True,
        press="workbook.actions.returning:press",
        asks="退回的材料放到哪个文件夹",
        beside="退回",
        into=True,
        then="把各单位的文件夹发给它；改好报来，再按“① 导入”",
    ),
    Verb(
        "rollup",
        "汇总",
        "重算部门清单与汇总分析",
        "部门清单、汇总分析",
        group=RESULTS,
        image="PivotTableInsert",
        bureau=True,
        press="workbook.actions.checks:press",
        then="看「汇总分析」和「部门清单」",
    ),
    Verb("sample", "抽查", "按风险排出应抽查复核的单位，逐个说明理由", "不改动"),
    Verb("prev", "上一处", "跳到上一处没处理的问题", "不改动", group=ONE_BY_ONE, image="FindPrevious"),
    Verb("next", "定位下一处", "跳到下一处问题", "不改动", group=ONE_BY_ONE, image="FindNext"),
    Verb(
        "clear",
        "清除标记",
        "清除单元格上的审核标记，问题清单保留",
        "标记",
        group=REVIEW,
        image="Clear",
        press="workbook.actions.clear:press",
        then="接着填报，改完按“② 填充并全审”",
    ),
    Verb("help", "说明", "打开规则说明与使用说明", "不改动", group=RESULTS, image="Help"),
    Verb("undo", "撤销", "把文件退回到上一版；撤销本身也能再撤销", "该文件"),
    Verb("remove", "移出单位", "把单位连同它的全部数据移出总表（可撤销）", "部门清单、各数据表"),
    Verb("upgrade", "升级", "把旧版模板建的总表升级成现在的模板，数据照搬，旧的一份留在历史版本", "整本总表"),
    Verb("log", "修改记录", "什么时候、哪一步、哪个单位的哪一格从什么改成什么", "不改动"),
    Verb("template", "模板", "看一份本地模板里找到了表样的哪些栏目、在哪里，哪些没有找到", "不改动"),
    Verb("read", "读取", "读一个文件，列出读到的全部数字", "不改动"),
    Verb("rules", "规则", "列出全部规则", "不改动"),
    Verb("drop", "另存全审", "把工作簿或报告另存一份，填充并全审（宏用不了时，拖到“全审（拖放）”图标上）", NEW_FILES),
    Verb("serve", "网页", "在浏览器里审核：没有 Excel、用不了宏的电脑用；也可由财政局在内网提供", "不改动"),
    Verb("addin", "加载项", "在金山表格里装上或卸下“绩效自评”的按钮，只给这个用户", "用户的加载项文件夹"),
    Verb("bundle", "离线包", "做一个离线安装包，或不用安装的文件夹", "新文件夹"),
    Verb("forms", "表样", "列出认得的表样和它们的样子", "不改动"),
    Verb("manual", "手册", "把使用手册写成一个网页文件，不要网络也能看", NEW_FILES),
    Verb("doctor", "体检", "看本机有什么、缺什么", "不改动"),
)

BY_NAME: dict[str, Verb] = {verb.name: verb for verb in VERBS}
