"""The pictures of the manual and of the README, made of the demo: `python -m tests.pictures`.

Sheets are seen in LibreOffice on a screen of 1366 × 768, papers as pages. Needs Xvfb, openbox, LibreOffice, poppler and
ImageMagick; each picture is a PNG of few colours. They lie beside the pages of the manual and go into its one HTML file.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.office import convert
from tests.press import TOOLS, Office, display, on_screen
from workbook import manual
from workbook.actions import api as actions
from workbook.demo import YEAR, make
from workbook.master import layout

FOLDER = Path(manual.__file__).parent / "pictures"
SHEET = "1270x620+36+126"  # of the screen: the sheet with its headings, without the office's own bars
COLOURS = "48"
DENSITY = "75"  # dots an inch of a page
UNIT = "云麓县城区环境卫生所"  # one of those whose papers are shown


def made(source: Path, name: str, *how: str) -> None:
    """Write one picture of few colours into the folder."""
    few = ["+dither", "-colors", COLOURS, "-strip", "-define", "png:compression-level=9", f"png8:{FOLDER / name}.png"]
    subprocess.run(["convert", str(source), *how, *few], check=True)


def sheets(master: Path, folder: Path) -> None:
    """Take the pictures of the sheets, after 填充并全审 was pressed and the walk has begun."""
    with display("1366x768") as screen:
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**on_screen(screen), "JIXIAO_PYTHON": sys.executable, "PYTHONPATH": paths}
        office = Office(folder / "office", environment, headless=False)
        try:
            office.open(path=str(master))
            office.maximise()
            office.press(sub="Buttons.ButtonReview")
            for name, sheet in (("home", layout.HOME), ("results", "校验结果"), ("summary", "汇总分析")):
                office.select(sheet=sheet, cell="A1" if sheet == layout.HOME else "A6")
                _seen(screen, folder, name)
            office.press(sub="Buttons.ButtonWalk")
            office.select(sheet=layout.VIEW, cell="A5")  # the cards from their first one on
            _seen(screen, folder, "view")
        finally:
            office.stop()


def _seen(screen: str, folder: Path, name: str) -> None:
    time.sleep(2)  # until all is painted
    whole = folder / f"{name}.png"
    subprocess.run(["import", "-display", screen, "-window", "root", str(whole)], check=True)
    made(whole, name, "-crop", SHEET, "+repage")


def papers(master: Path, folder: Path) -> None:
    """Take the pictures of what is printed: both sheets of the 报送版, and a notice."""
    actions.export(master, folder / "出", edition="报送版")
    actions.return_(master, folder / "退", only=[UNIT], terms=actions.Terms(contact="预算绩效股", prefix="云财绩"))
    notice = folder / "退" / UNIT / f"{UNIT}-整改通知.docx"
    filed, letter = convert([folder / "出" / f"{UNIT}-报送版.xlsx", notice], "pdf", folder)
    for source, name, pages in ((filed, "filed", 2), (letter, "notice", 1)):
        subprocess.run(
            ["pdftoppm", "-r", DENSITY, "-png", "-l", str(pages), str(source), str(folder / name)], check=True
        )
        shots = sorted(folder.glob(f"{name}-*.png"))
        made(shots[0], name, *map(str, shots[1:]), "+append", "-bordercolor", "#d8dce0", "-border", "1")


def main() -> None:
    """Make all pictures anew."""
    if missing := [name for name in (*TOOLS, "import", "convert", "pdftoppm") if shutil.which(name) is None]:
        raise SystemExit(f"没有 {'、'.join(missing)}，照不了")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        master = folder / "总表.xlsm"
        actions.new(master, year=YEAR, region="云麓县")
        make(folder / "报来")
        actions.import_(master, [folder / "报来"])
        sheets(master, folder)
        papers(master, folder)


if __name__ == "__main__":
    main()
