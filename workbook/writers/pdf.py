"""PDF through LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from workbook.keep import replacing
from workbook.writers.package import PackageError

SECONDS = 120


def to_pdf(path: Path, out: Path) -> None:
    """Convert a workbook or Word file to PDF; raise PackageError where LibreOffice is missing or fails."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise PackageError("本机没有 LibreOffice，不能转 PDF；请在 Excel 里用“另存为 PDF”，或安装 LibreOffice")
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        profile = (Path(folder) / "profile").as_uri()
        source = Path(folder) / f"in{path.suffix}"
        shutil.copyfile(path, source)
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", folder]
        try:
            subprocess.run([*command, str(source)], capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise PackageError(f"「{path.name}」转 PDF 超过 {SECONDS} 秒，没有完成") from error
        made = Path(folder) / "in.pdf"
        if not made.is_file():
            raise PackageError(f"「{path.name}」转 PDF 失败，请在 Excel 里另存为 PDF")
        with replacing(out) as temporary:
            shutil.copyfile(made, temporary)
