"""What the native charts of the master and of the roll-up share: colours, title, bars that bear their numbers, dots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FONT = "微软雅黑"
DEEP, LIGHT, WARM, GREY = "#2F5773", "#8FB1C9", "#C8643C", "#B8BEC5"
# the axes of dots
GRID: dict[str, Any] = {"major_gridlines": {"visible": True, "line": {"color": "#E8EBEE"}}, "line": {"color": GREY}}

Span = list[Any]  # sheet, first row, first column, last row, last column (0-based), as XlsxWriter takes it


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars: its name, and where its categories and its values stand."""

    name: str
    categories: Span
    values: Span


def dress(chart: Any, title: str, note: str, size: tuple[int, int]) -> None:
    """Give a chart its title, a note under it ("" for none), its size in pixels and its frame."""
    words = f"{title}\n{note}" if note else title
    chart.set_title({"name": words, "name_font": {"size": 12, "name": FONT, "color": "#333333"}, "overlay": False})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": "#D8DCE0"}})


def bars(book: Any, kind: str, series: Sequence[Series], shown: str = "") -> Any:
    """Return a chart of bars lying (bar) or standing (column), each with its number; `shown` is the numbers' format."""
    chart = book.add_chart({"type": kind})
    several = len(series) > 1
    colours = (DEEP,) if not several else (DEEP, WARM, LIGHT) if kind == "bar" else (LIGHT, GREY, DEEP)
    for entry, colour in zip(series, colours, strict=False):
        labels = {"value": True, "font": {"size": 9}, **({"num_format": shown} if shown else {})}
        chart.add_series(
            {
                "name": entry.name,
                "categories": entry.categories,
                "values": entry.values,
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 0,
                "data_labels": labels,
            }
        )
    bare = {"visible": False, "major_gridlines": {"visible": False}}
    names = {"num_font": {"name": FONT, "size": 9}, "line": {"color": GREY}, "major_tick_mark": "none"}
    if kind == "bar":
        chart.set_y_axis({**names, "reverse": True})  # first line on top, as in the table
        chart.set_x_axis({**bare, "min": 0})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(bare)
    chart.set_legend({"position": "bottom"} if several else {"none": True})
    return chart


def dots(name: str, across: Span, upwards: Span, colour: str) -> dict[str, Any]:
    """Return a series of dots."""
    fill = {"color": colour}
    marker = {"type": "circle", "size": 5, "fill": fill, "border": fill}
    return {"name": name, "categories": across, "values": upwards, "marker": marker}
