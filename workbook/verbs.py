"""The table of verbs: the command line, the macros, the ribbon and the help are made from it."""

from typing import NamedTuple


class Verb(NamedTuple):
    """One thing a clerk can do.

    `name` is the command and the function in `actions.py`, `caption` the word on the button, `help` one sentence,
    `changes` what it changes, `sub` the VBA Sub ("" where there is no button), `in_excel` whether the macro does it
    alone, without Python, `image` the ribbon's built-in picture, `bureau` whether it makes sense in the master alone.
    """

    name: str
    caption: str
    help: str
    changes: str
    sub: str = ""
    in_excel: bool = False
    image: str = ""
    bureau: bool = False


VERBS: tuple[Verb, ...] = (
    Verb("demo", "演示", "用自带的八个示例单位走完全过程", "新建文件夹"),
    Verb("new", "新建", "新建一本空的总表", "新文件"),
    Verb(
        "import",
        "导入",
        "把各单位交来的 Word、Excel 读进总表",
        "部门清单、各数据表",
        "ButtonImport",
        image="ImportExcel",
        bureau=True,
    ),
    Verb(
        "fill",
        "填充",
        "把空着的执行率、控制率、得分、总分、等级算出来",
        "空白的计算格",
        "ButtonFill",
        image="CalculateNow",
    ),
    Verb(
        "check",
        "全审",
        "按全部规则审核，问题列入校验结果",
        "校验结果",
        "ButtonCheck",
        image="ReviewAcceptChange",
    ),
    Verb(
        "explain",
        "出错说明",
        "到校验结果填写出错说明",
        "不改动",
        "ButtonExplain",
        True,
        image="ReviewNewComment",
    ),
    Verb(
        "compare",
        "与上年核对",
        "与上年的总表或报告逐项核对",
        "校验结果",
        "ButtonCompare",
        image="ReviewCompareMenu",
    ),
    Verb("export", "导出", "按官方格式导出各单位的附件2、附件3", "新文件", "ButtonExport", image="FileSaveAs"),
    Verb(
        "rollup",
        "汇总",
        "重算部门清单与汇总分析",
        "部门清单、汇总分析",
        "ButtonRollup",
        image="PivotTableInsert",
        bureau=True,
    ),
    Verb("sample", "抽查", "按风险排出应抽查复核的单位，逐个说明理由", "不改动"),
    Verb("next", "定位下一处", "跳到下一处问题", "不改动", "ButtonNext", True, image="FindNext"),
    Verb("clear", "清除标记", "清除单元格上的审核标记，问题清单保留", "标记", "ButtonClear", image="Clear"),
    Verb("help", "说明", "打开规则说明与使用说明", "不改动", "ButtonHelp", True, image="Help"),
    Verb("undo", "撤销", "把文件退回到上一版；撤销本身也能再撤销", "该文件"),
    Verb("remove", "移出单位", "把单位连同它的全部数据移出总表（可撤销）", "部门清单、各数据表"),
    Verb("upgrade", "升级", "把旧版模板建的总表升级成现在的模板，数据照搬，旧的一份留在历史版本", "整本总表"),
    Verb("log", "修改记录", "什么时候、哪一步、哪个单位的哪一格从什么改成什么", "不改动"),
    Verb(
        "return",
        "退回",
        "给每个有问题的单位整改通知、带批注的 Word 原件和带问题的工作簿，一次备齐",
        "新文件、部门清单、校验结果",
    ),
    Verb("template", "模板", "看一份本地模板里找到了表样的哪些栏目、在哪里，哪些没有找到", "不改动"),
    Verb("read", "读取", "读一个文件，按约定的名称列出全部数字", "不改动"),
    Verb("rules", "规则", "列出全部规则", "不改动"),
    Verb("drop", "另存全审", "把工作簿或报告另存一份，填充并全审（宏用不了时，拖到“全审”图标上）", "新文件"),
    Verb("bundle", "离线包", "做一个 Windows 离线安装包", "新文件夹"),
    Verb("forms", "表样", "列出认得的表样和它们的样子", "不改动"),
    Verb("doctor", "体检", "看本机有什么、缺什么", "不改动"),
)

BY_NAME: dict[str, Verb] = {verb.name: verb for verb in VERBS}
