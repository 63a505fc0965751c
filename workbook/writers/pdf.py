"""PDF through LibreOffice, where it is installed."""

import shutil
import subprocess
from pathlib import Path

from workbook.storage import office, spill
from workbook.storage.replacing import replacing
from workbook.writers.package import PackageError

SECONDS = 120


def to_pdf(path: Path, out: Path) -> None:
    """Convert a workbook or Word file to PDF; raise PackageError where LibreOffice is missing or fails."""
    program = office.find()
    if program is None:
        raise PackageError("本机没有 LibreOffice，不能转 PDF；请在 Excel 里用“另存为 PDF”，或安装 LibreOffice")
    with spill.folder() as folder:
        source = folder / f"in{path.suffix}"
        shutil.copyfile(path, source)
        try:
            made = office.convert(program, source, "pdf", folder, SECONDS)
        except subprocess.TimeoutExpired as error:
            raise PackageError(f"「{path.name}」转 PDF 超过 {SECONDS} 秒，没有完成") from error
        if made is None:
            raise PackageError(f"「{path.name}」转 PDF 失败，请在 Excel 里另存为 PDF")
        with replacing(out) as temporary:
            shutil.copyfile(made, temporary)
