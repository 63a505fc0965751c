"""Old Word files (.doc) through LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from workbook.forms.grid import Document
from workbook.readers.limits import LIMITS, ReadError


def document(path: Path) -> Document:
    """Return the contents of a .doc, by way of .docx; raise ReadError where LibreOffice is missing or fails."""
    from workbook.readers.word import document as of_word

    office = find_office()
    if office is None:
        raise ReadError(f"「{path.name}」是旧版 .doc，本机没有 LibreOffice，读不了；请用 Word 另存为 .docx 再导入")
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        source = Path(folder) / "in.doc"
        shutil.copyfile(path, source)
        converted = _convert(office, source, Path(folder), path.name)
        out = of_word(converted)
    out.name = path.stem
    return out


def find_office() -> str | None:
    """Return the path of LibreOffice's program, None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    usual = (
        r"C:\Program Files\LibreOffice\program\soffice.exe",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    )
    return next((place for place in usual if Path(place).is_file()), None)


def _convert(office: str, source: Path, folder: Path, name: str) -> Path:
    profile = (folder / "profile").as_uri()
    command = [
        office,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        str(folder),
    ]
    try:
        subprocess.run([*command, str(source)], capture_output=True, timeout=LIMITS.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise ReadError(
            f"「{name}」用 LibreOffice 转换超过 {LIMITS.seconds} 秒，请用 Word 另存为 .docx 再导入"
        ) from error
    target = folder / "in.docx"
    if not target.is_file():
        raise ReadError(f"「{name}」转换失败（可能加了密码或已损坏），请用 Word 另存为 .docx 再导入")
    return target
