"""A form in Excel as it was handed in: its own rows, order, words and decimals, cell by cell."""

from decimal import Decimal

from workbook import patterns as re
from workbook.forms.layout import Plan, Spot
from workbook.forms.original.pages import Page
from workbook.model.fields import field_of
from workbook.model.original import MARK
from workbook.writers.official import Case, OfficialSheet
from workbook.writers.styles import HEI, HIGHEST, LINE, SIZE, SONG, Styles, lines, row_heights

WIDE = 95.0  # characters that an upright page holds at this size
BREAKS = 8  # lines of words too many for one row of Excel, after which a page may end
PAGE = 750.0  # points that an upright page holds
SMALLEST = 8.0  # points: type smaller than that is not read with ease
_FIGURE = re.compile(r"-?\d{1,15}(?:\.(\d{1,10}))?(%?)")


class PageSheet(OfficialSheet):
    """A sheet drawn from a table as it was handed in."""

    def __init__(self, styles: Styles, name: str, case: Case, page: Page) -> None:
        self.page = page
        whole = sum(page.widths)
        widths = [max(3.0, width * WIDE / whole) for width in page.widths]
        super().__init__(styles, name, case, {"widths": widths})

    def write(self) -> None:
        """Write the whole sheet."""
        self._above()
        plan = self.page.plan
        tops = self._tops(plan)
        for spot in plan.spots:
            spot.row, spot.bottom = tops[spot.row], tops[spot.bottom + 1] - 1
        cells = ((spot.row, spot.bottom, lines(spot.text, self.width(spot.first, spot.last))) for spot in plan.spots)
        self.broken = on_pages(sum(row_heights(tops[-1], self.lines, [*self.tall, *cells]))) > 1
        for spot in plan.spots:
            self._cell(spot)
        self.row = tops[-1]
        for words in self.page.below:
            self.put(self.row, 0, self.last, words.rstrip(), self.styles.cell(border=0, align="left"))
            self.row += 1
        head = None if plan.head is None else tops[plan.head]
        self.finish(None if head is None else (head, head))

    def _above(self) -> None:
        """Write the lines above the table: 附件n, the title, and what else stands there."""
        title = self.page.title
        for index, words in enumerate(self.page.above):
            if index in title:
                style = self.styles.cell(border=0, font_name=SONG, font_size=16, bold=True, align="center")
                self.lines[self.row] = 2
            elif MARK.fullmatch(words):
                style = self.styles.cell(border=0, font_name=HEI, font_size=14, align="left")
            else:
                style = self.styles.cell(border=0, align="left")
            self.put(self.row, 0, self.last, words.strip(), style)
            self.row += 1

    def _tops(self, plan: Plan) -> list[int]:
        """Return in which row of the sheet each row of the table begins: words beyond Excel's highest row take several."""
        needed = [1] * plan.height
        most = int((HIGHEST - 5) // LINE)
        for spot in plan.spots:
            count = lines(spot.text, self.width(spot.first, spot.last))
            rows = -(-count // BREAKS) if count > most else 1
            needed[spot.bottom] = max(needed[spot.bottom], rows - (spot.bottom - spot.row))
        out = [self.row]
        for rows in needed:
            out.append(out[-1] + rows)
        return out

    def _cell(self, spot: Spot) -> None:
        if spot.asked:
            self.places.setdefault(spot.asked, (spot.row, spot.first))
        bottom = spot.bottom if spot.bottom > spot.row else None
        # a page may end within a cell over many rows: what stands in its middle would be cut
        tall = bottom is not None and (len(spot.text) > 200 or (self.broken and spot.bottom - spot.row > 2))
        look = {"align": spot.align, "valign": "top" if tall else "vcenter"}
        words = spot.text.strip()
        figure = _FIGURE.fullmatch(words) if spot.asked and field_of(spot.asked).is_number else None
        if figure is None or re.match(r"-?0\d", words):
            self.put(spot.row, spot.first, spot.last, spot.text, self.styles.cell("填报", **look), bottom)
            return
        places, percent = len(figure[1] or ""), figure[2]
        value = Decimal(words.rstrip("%"))
        form = ("0." + "0" * places if places else "0") + percent
        style = self.styles.cell("填报", num_format=form, **look, text_wrap=False, shrink=True)
        self.put(spot.row, spot.first, spot.last, value / 100 if percent else value, style, bottom)

    def finish(self, head_rows: tuple[int, int] | None = None) -> None:
        """Set up the page as `OfficialSheet` does, on as few pages as can be read; a long one goes on as it comes."""
        super().finish(head_rows)
        if (count := on_pages(self.high)) <= 2:
            self.sheet.fit_to_pages(1, count)


def on_pages(high: float) -> int:
    """Return on how many upright pages rows of so many points go, shrunk no further than can be read."""
    return max(1, -(-int(high * SMALLEST / SIZE) // int(PAGE)))
