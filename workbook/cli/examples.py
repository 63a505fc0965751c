"""The examples of the commands: what the help shows, and the answer to a wrong call."""

from __future__ import annotations

from collections.abc import Iterator

import click

# by the words after `jixiao`; a command that is not here has the plainest right call for its example
EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "jixiao new 总表.xlsm --year 2024 --region 某某县",
        "jixiao import 总表.xlsm 报来的/",
        "jixiao review 总表.xlsm",
        "jixiao export 总表.xlsm --to 导出/",
    ),
    "addin": ("jixiao addin", "jixiao addin --undo", "jixiao addin --to 网站/ --address http://10.1.2.3/jixiao/"),
    "adopt": ("jixiao adopt 总表.xlsm 自评表!G8",),
    "bundle": (
        "jixiao bundle 离线包/",
        "jixiao bundle 离线包/ --python 3.12 --python 3.13",
        "jixiao bundle 离线包/ --here",
        "jixiao bundle 目录/ --platform win_amd64 --python python-3.12-embed-amd64.zip",
    ),
    "check": (
        "jixiao check 总表.xlsm",
        "jixiao check 某局.docx",
        "jixiao check 某局.docx --annotate 某局-批注.docx",
        "jixiao check 报来的/ --prior 上年总表.xlsm",
        "jixiao check 某局.docx --with 部门决算公开表.xlsx",
        "jixiao check --explain B01",
    ),
    "compare": ("jixiao compare 总表.xlsm 上年总表.xlsm",),
    "demo": ("jixiao demo", "jixiao demo --to 看一看/", "jixiao demo --departments 80"),
    "doctor": ("jixiao doctor", "jixiao doctor 总表.xlsm"),
    "drop": ("jixiao drop 总表.xlsm", "jixiao drop 某局.docx"),
    "export": (
        "jixiao export 总表.xlsm --to 导出/",
        "jixiao export 总表.xlsm --to 导出/ --edition 报送版 --as docx --as pdf",
        "jixiao export 总表.xlsm --to 发下去/ --as xlsm",
        "jixiao export 总表.xlsm --to 导出/ --template 模板.xlsx",
    ),
    "fill": (
        "jixiao fill 总表.xlsm",
        "jixiao fill 总表.xlsm --with 部门决算公开表.xlsx",
        "jixiao fill 某局.docx --with 部门决算公开表.xlsx --to 填好.xlsx",
    ),
    "forms": ("jixiao forms", "jixiao forms l1"),
    "import": (
        "jixiao import 总表.xlsm 报来的/",
        "jixiao import 总表.xlsm 某局.docx 另一局.xlsx",
        "jixiao import 总表.xlsm 改好的/ --dry-run",
        "jixiao import 总表.xlsm 改好的/ --prefer 单位",
        "jixiao import 总表.xlsm 报来的/ --year 2024",
    ),
    "log": ("jixiao log 总表.xlsm", "jixiao log 总表.xlsm --unit 某某局"),
    "new": ("jixiao new 总表.xlsm --year 2024 --region 某某县", "jixiao new 单位.xlsm --unit 某某局"),
    "read": ("jixiao read 某局.docx", "jixiao read 某局.docx --format json"),
    "remove": ("jixiao remove 总表.xlsm 某某局",),
    "return": (
        "jixiao return 总表.xlsm --to 退回/",
        'jixiao return 总表.xlsm --to 退回/ --deadline 2025-06-30 --contact "预算绩效股 电话"',
        "jixiao return 总表.xlsm --to 退回/ --only 某某局 --dry-run",
    ),
    "review": ("jixiao review 总表.xlsm",),
    "rollup": ("jixiao rollup 总表.xlsm", "jixiao rollup 总表.xlsm --to 汇总.xlsx --to 汇总报告.docx"),
    "rules": ("jixiao rules", "jixiao rules --explain B01", "jixiao rules diff 湖南 全国通行"),
    "rules diff": ("jixiao rules diff 湖南 全国通行", "jixiao rules diff 湖南 本县.toml 总表.xlsm"),
    "sample": ("jixiao sample 总表.xlsm --number 10", "jixiao sample 总表.xlsm --number 10 --to 抽查.xlsx"),
    "serve": (
        "jixiao serve",
        "jixiao serve --lan 10.1.2.3 --cert 证书.pem --key 私钥.pem --units 名单.txt",
    ),
    "template": ("jixiao template check 模板.xlsx",),
    "template check": ("jixiao template check 模板.xlsx",),
    "undo": ("jixiao undo 总表.xlsm", "jixiao undo 总表.xlsm --list", "jixiao undo 总表.xlsm --to 2"),
}
# what stands for an argument of a command without an example, by its name
SAMPLES = {"master": "总表.xlsm", "book": "总表.xlsm", "source": "总表.xlsm", "files": "报来的/", "units": "某某局"}


def of(context: click.Context) -> tuple[str, ...]:
    """Return right calls of a context's command, the most usual first."""
    return EXAMPLES.get(words_of(context)) or (_plainest(context),)


def words_of(context: click.Context) -> str:
    """Return the words of a command after `jixiao`."""
    words: list[str] = []
    while context.parent is not None:
        words.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(words)


def with_option(context: click.Context, option: click.Option) -> str:
    """Return a right call in which an option stands: of the examples, or the most usual with the option after it."""
    known = of(context)
    name = max(option.opts, key=len)
    found = next((call for call in known if name in call.split()), "")
    return found or " ".join((known[0], name, *_values(option)))


def _plainest(context: click.Context) -> str:
    return " ".join(("jixiao", words_of(context), *_required(context.command)))


def _required(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and parameter.required:
            yield _quoted(SAMPLES.get(parameter.name or "", (parameter.metavar or "文件").removesuffix("...")))
        elif isinstance(parameter, click.Option) and parameter.required:
            yield from (max(parameter.opts, key=len), *_values(parameter))


def _values(option: click.Option) -> Iterator[str]:
    """Yield what may stand after an option: nothing after a flag."""
    if option.is_flag:
        return
    kind = option.type
    if isinstance(kind, click.Choice):
        yield str(kind.choices[-1])
    elif isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        yield str(max(getattr(kind, "min", None) or 0, 2))
    elif isinstance(kind, click.DateTime):
        yield "2025-06-30"
    else:
        yield _quoted(option.metavar or "文字")


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words
