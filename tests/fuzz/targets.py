"""What is fuzzed: every reader, the master and its verbs, schemes. An input is refused with one of our errors, or taken."""

import contextlib
import io
import zipfile
from functools import cache
from importlib import resources
from pathlib import Path

from workbook import cli
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.demo.text import as_text
from workbook.model.scheme import DEFAULT, SchemeError, load, parse
from workbook.readers import ReadError, read
from workbook.writers import department, word

KINDS = ("docx", "xlsx", "txt", "csv", "xls", "xlsm", "toml", "zip")
VERBS = ("fill", "check", "clear", "rollup", "import", "export")
SECONDS = 30  # of the processor, what one input may take; LibreOffice has a limit of its own
MEMORY = 2_500_000_000  # bytes of address space in the long run


def seeds(folder: Path) -> dict[str, list[bytes]]:
    """Return real files of each kind; an .xls only where LibreOffice can make one."""
    out: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    filings = [compose(entry) for entry in DEPARTMENTS[:3]]
    department.write(filings[0], load(), folder / "a.xlsx")
    department.write_single(filings[:2], load(), folder / "b.xlsx")
    word.write(filings[2], load(), folder / "a.docx")
    out["xlsx"] = [(folder / name).read_bytes() for name in ("a.xlsx", "b.xlsx")]
    out["docx"] = [(folder / "a.docx").read_bytes()]
    text = as_text(filings[1])
    out["txt"] = [text.encode(), text.encode("gb18030"), text.encode("utf-16")]
    out["csv"] = ["\n".join(line.replace("\t", ",") for line in text.splitlines()).encode("gb18030")]
    out["toml"] = [(resources.files("workbook") / "schemes" / f"{DEFAULT}.toml").read_bytes()]
    master = folder / "总表.xlsm"
    actions.new(master, year=YEAR)
    actions.import_(master, [folder / "a.xlsx"])
    actions.check_master(master)
    out["xlsm"] = [master.read_bytes()]
    out["xls"] = _old(folder)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate((out["xlsx"][0], out["docx"][0], *out["txt"][:1])):
            archive.writestr(f"甲县/{number}.{('xlsx', 'docx', 'txt')[number]}", content)
    out["zip"] = [stream.getvalue()]
    return {kind: found for kind, found in out.items() if found}


def _old(folder: Path) -> list[bytes]:
    from tests.office import convert
    from workbook.readers.legacy import find_office

    if find_office() is None:
        return []
    return [convert([folder / "a.xlsx"], "xls", folder / "old")[0].read_bytes()]


def one(kind: str, content: bytes, folder: Path, verb: str = "check") -> str:
    """Take one input as a user would and return how it ended; raise AssertionError where a traceback would have shown."""
    path = folder / f"来件.{kind}"
    path.write_bytes(content)
    try:
        if kind == "toml":
            parse(content.decode("utf-8", "replace"))
            return "scheme"
        if kind == "xlsm":
            return _verb(path, folder, verb)
        if kind == "zip":
            master = folder / "总表.xlsm"
            actions.new(master, year=YEAR)
            return _verb(master, folder, "import", path)
        filings = read(path)
        for filing in filings:
            actions.check_filing(filing, scheme(), path)
        return f"{len(filings)} filings"
    except (ReadError, SchemeError, actions.ActionError) as error:
        if not any("\u4e00" <= char <= "\u9fff" for char in str(error)):
            raise AssertionError(f"not in Chinese: {error}") from error
        return str(error)[-40:]


def _verb(path: Path, folder: Path, verb: str, received: Path | None = None) -> str:
    arguments = {"import": [str(received or folder / "好的.xlsx")], "export": ["--to", str(folder / "导出")]}.get(
        verb, []
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        status = cli.run([verb, str(path), *arguments])
    if "内部出错" in said.getvalue():
        raise AssertionError(said.getvalue())
    if status not in (0, 1, 2) or (status == 2 and not said.getvalue().strip()):
        raise AssertionError(f"{verb} ended with {status}: {said.getvalue()}")
    return f"{verb} {status} {said.getvalue()[-30:]}"


@cache
def scheme():
    """Return the default scheme."""
    return load()


def without_office() -> None:
    """Have old files that calamine refuses end there: LibreOffice takes seconds an input, and is fuzzed by others."""
    from workbook.readers import legacy

    legacy.find_office = lambda: None
