"""Files that only LibreOffice reads (.doc, a few .xls, formulas never calculated), where it is installed."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.readers.limits import LIMITS, ReadError
from workbook.storage import office, spill


def find_office() -> str | None:
    """Return the path of LibreOffice's program, None where it is not installed."""
    return office.find()


@contextmanager
def converted(path: Path, old: str, new: str) -> Iterator[Path]:
    """Give the path of a copy of the file in a newer format and under its own name, gone afterwards; raise ReadError."""
    program = "Word" if new == "docx" else "Excel"
    program_here = find_office()
    if program_here is None:
        raise ReadError(
            f"「{path.name}」是旧版 .{old}，本机没有 LibreOffice，读不了；请用 {program} 另存为 .{new} 再导入"
        )
    title, remedy = f"「{path.name}」", f"请用 {program} 另存为 .{new} 再导入"
    with spill.folder() as folder:
        source = folder / f"in.{old}"
        shutil.copyfile(path, source)
        try:
            target = office.convert(program_here, source, new, folder, LIMITS.seconds)
        except subprocess.TimeoutExpired as error:
            raise ReadError(f"{title}用 LibreOffice 转换超过 {LIMITS.seconds} 秒，{remedy}") from error
        except OSError as error:
            raise ReadError(f"{title}要用 LibreOffice 转换，但它启动不了，{remedy}") from error
        if target is None:
            raise ReadError(f"{title}转换失败（可能加了密码或已损坏），{remedy}")
        yield target.replace(folder / f"{path.stem}.{new}")
