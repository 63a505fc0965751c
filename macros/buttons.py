"""Behind a button: `python -m macros.buttons VERB JOB`, started by the macro, which waits for JOB/result.txt.

The job folder holds the saved copy of the workbook and the request; the result is written in every case, errors too,
as a sentence for the clerk. What is imported here is what the clerk waits for. With --waits the copy is still being saved:
what the verb will need is loaded meanwhile, until the request is there, which comes last.
"""

from __future__ import annotations

import os
import sys

from macros import door

if __name__ == "__main__" and door.answered(sys.argv[1:]):
    os._exit(0)  # a running service has answered: what stands below is what the clerk would wait for

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from macros import result
from workbook.master import layout
from workbook.master.diff import is_change, lean
from workbook.master.read import OutdatedError
from workbook.model.edits import Edits
from workbook.model.findings import NOTHING
from workbook.model.verbs import BY_NAME, Verb
from workbook.process import ClerkError, hurry, leave, named
from workbook.storage import replacing
from workbook.storage.replacing import KeepError, words_of

LOG = "log.txt"
WRITING = (
    "writing.txt"  # there from when the open workbook is being written until it is: between, it is written in part
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")


class ButtonError(ClerkError):
    """A press that cannot be answered; the message is a Chinese sentence with the remedy."""


def main(arguments: list[str]) -> int:
    """Do a verb on a job folder; return 0 where a result was written, 2 for a wrong call."""
    if len(arguments) < 2 or not BY_NAME.get(arguments[0]) or not Path(arguments[1]).is_dir():
        sys.stderr.write("usage: python -m macros.buttons VERB JOB [--waits] [--wb=PATH --from_xl=1 --hwnd=NUMBER]\n")
        return 2
    verb, job = arguments[0], Path(arguments[1])
    if "--waits" in arguments and not handed_over(verb, job):
        return 2
    try:
        content = list(answer(verb, job, "--from_xl=1" in arguments))
    except Exception as error:
        content = list(result.lines("failed", words_for(error, job)))
    result.write(job, content)
    return 0


def served(verb: str, job: Path) -> dict[str, str]:
    """Answer a press that was handed over to this user's running service (`door`), in a process of the service."""
    if not door.is_job(job):
        return {"failed": "这不是按钮交来的文件夹，没有动它"}
    return {"failed": "没有这个操作"} if main([verb, str(job)]) else {}


def handed_over(verb: str, job: Path) -> bool:
    """Load what a verb needs and wait for the request; False where it does not come: the press was given up."""
    load(verb)
    return door.awaited(job)


def load(verb: str) -> None:
    """Load the module of a verb, and what it says that it will need; what fails here fails again later, and is said then."""
    with suppress(Exception):
        module = named(BY_NAME[verb].press.partition(":")[0])
        getattr(module, "warm", lambda: None)()


def answer(verb: str, job: Path, live: bool) -> list[str]:
    """Return the lines of the result; with `live` the open workbook is written directly where that works."""
    asked = request(job)
    copy = next((job / name for name in ("book.xlsm", "book.xlsx") if (job / name).is_file()), None)
    if copy is None:
        raise ButtonError("没有存出工作簿的副本，请先保存工作簿，再按一次")
    try:
        edits = changes(verb, copy, asked)
    except KeepError as error:
        return list(result.lines("done", brought_up(error, copy, asked)))
    if isinstance(edits, str):
        return list(result.lines("done", said(verb, edits)))
    message = said(verb, edits.message, edits.then)
    slim = lean(edits, copy)
    if edits.if_same and not is_change(slim):
        message += f"\n{edits.if_same}"
    if is_change(slim):
        keep_state(verb, copy, asked.get("book", ""), edits)
    if live and written_live(edits, job):
        return list(result.lines("done", message))
    return list(result.lines("ok", message, slim))


def brought_up(error: KeepError, copy: Path, asked: dict[str, str]) -> str:
    """Upgrade a master of an earlier template into a new file beside it, for the open one cannot be replaced; say so.

    Raise the error where it is another one, or where the workbook lies at a web address.
    """
    book = asked.get("book", "")
    if not isinstance(error, OutdatedError) or not book or "://" in book or not Path(book).is_file():
        raise error
    here = Path(book)
    names = (f"{here.stem}-新版{number if number > 1 else ''}{here.suffix}" for number in range(1, 10_000))
    to = next(here.with_name(name) for name in names if not here.with_name(name).exists())
    named("workbook.master.upgrade:upgrade")(copy, to, named("workbook.actions.new:python_for_buttons")())
    message = (
        f"这本总表的模板比程序旧，缺少要用的列，没有改动；已升级另存为同一文件夹里的「{to.name}」，"
        "数据、说明和参数都在里面。请关闭这本，打开新的一本再按一次"
    )
    replacing.pressed(here, copy, replacing.Note("upgrade", message))
    return message


def keep_state(verb: str, copy: Path, book: str, edits: Edits) -> None:
    """Keep the workbook as it was before the press beside where it lies, and tell its log; not where that is a web address."""
    if book and "://" not in book and Path(book).is_file():
        replacing.pressed(Path(book), copy, replacing.Note(verb, edits.message, edits.changes))


def changes(verb: str, copy: Path, asked: dict[str, str]) -> Edits | str:
    """Return what a verb changes in the workbook, or what it says; raise ButtonError where it lacks a path to work with."""
    known = BY_NAME[verb]
    path = asked.get("path") or _default(known, asked)
    if known.into and not path:
        raise ButtonError(f"请先保存工作簿，或在「参数」的「{layout.BUTTON_PATHS[verb]}」里写明{known.asks}")
    if known.asks and not known.into and not (path and Path(path).exists()):
        raise ButtonError(
            f"请先在「参数」的「{layout.BUTTON_PATHS[verb]}」里写明{known.asks}，再按“{known.caption}”"
            + (f"；现在写的是「{path}」，没有找到" if path else "")
        )
    press = named("workbook.actions.press:edits")
    made: Edits | str = press(verb, copy, [path] if path else [], _lies(asked), asked.get("key", ""))
    return made


def _lies(asked: dict[str, str]) -> Path | None:
    """Return where the open workbook lies, None where that is a web address or nobody knows."""
    book = asked.get("book", "")
    return Path(book) if book and "://" not in book else None


def _default(verb: Verb, asked: dict[str, str]) -> str:
    """Return the folder beside the workbook that a verb goes by where none was named ("" where there is none)."""
    book = _lies(asked)
    return str(book.parent / verb.beside) if verb.beside and book else ""


def said(verb: str, message: str, then: str | None = None) -> str:
    """Return the message with the time and the word on the button before it, and what to do next (`then`, where the verb knows
    it) behind its first line.
    """
    first, *others = message.removeprefix(f"{BY_NAME[verb].caption}：").split("\n")
    now = f"{datetime.now():%H:%M} {BY_NAME[verb].caption}　{first}"  # noqa: DTZ005 — the clerk's own clock
    if then := next_step(verb, first) if then is None else then:
        now += f"{'' if first.endswith('。') else '。'}下一步：{then}"
    return "\n".join((now, *others))


def next_step(verb: str, said: str) -> str:
    """Return what to do after a press: what the table says, or by the verdict that was said; "" where neither tells."""
    if then := BY_NAME[verb].then:
        return then
    if NOTHING in said:
        return "按“① 导入”"
    if "不可报送" in said:
        return "按“③ 逐处处理”，错误改正、预警写明原因，再按“② 填充并全审”"
    if "需说明" in said:
        return "按“③ 逐处处理”写明原因，再按“② 填充并全审”"
    return "按“④ 导出”" if "可报送" in said else ""


def written_live(edits: Edits, job: Path) -> bool:
    """Write into the open workbook through xlwings; False where that does not work, and the result file must do."""
    live = named("macros.live")
    if not live.possible():
        return False
    (job / WRITING).touch()
    done: bool = live.write(edits)
    if done:
        (job / WRITING).unlink(missing_ok=True)
    return done


def request(job: Path) -> dict[str, str]:
    """Return what the macro asks for: `path` (folder or file, as chosen) and `book` (where the workbook lies)."""
    file = job / door.REQUEST
    if not file.is_file():
        return {}
    pairs = (line.split("\t", 1) for line in file.read_text(encoding="ascii", errors="replace").splitlines())
    asked = {pair[0]: _unescaped(pair[1]) for pair in pairs if len(pair) == 2}
    if asked.get("book", "").startswith("file:"):
        asked["book"] = _local(asked["book"])
    return asked


def _unescaped(text: str) -> str:
    # two of them make one character beyond the basic plane
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _local(url: str) -> str:
    path = urlsplit(url).path
    if os.name != "nt":  # urllib.request brings along all of HTTP
        return unquote(path)
    return str(named("urllib.request:url2pathname")(path))


def words_for(error: Exception, job: Path) -> str:
    """Return what to tell the clerk of an error: its own sentence where it is one of ours, else where the record lies."""
    if isinstance(error, ClerkError):
        return f"{error}"
    if isinstance(error, ModuleNotFoundError):
        return f"这个 Python（{sys.executable}）里缺少程序包 {error.name}，工作簿没有改动。请重新运行安装包里的 install.bat"
    if isinstance(error, OSError):
        return words_of(error)
    return f"程序内部出错（{type(error).__name__}），工作簿没有改动。请把这个记录发给维护人员：{_record(error, job)}"


def _record(error: Exception, job: Path) -> Path:
    traceback = named("traceback")
    with (job / "traceback.txt").open("w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return job / "traceback.txt"


def start(arguments: list[str]) -> int:
    """Do what `main` does as a process of its own, which the macro's process started; return 3 where it is no use."""
    if "windowsapps" in f"{sys.executable} {sys.base_prefix}".lower():
        # Windows puts what a Python of the Store writes below the user's folder elsewhere, where Excel does not look
        os.write(2, b"WindowsApps\n")  # pythonw may have no sys.stderr
        return 3
    # nobody reads the pipes that the macro gave us, and a full one would stop us
    with suppress(OSError, IndexError), (Path(arguments[1]) / LOG).open("ab") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
    return main(arguments)


if __name__ == "__main__":
    hurry()
    leave(start(sys.argv[1:]))
