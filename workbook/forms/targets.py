"""指标性质, 指标值 and 度量单位: put together into one target, and parted again for forms with a column each."""

import re

from workbook.forms.labels import squeeze
from workbook.model.figures import chinese
from workbook.model.filing import Indicator
from workbook.model.quantity import is_blank

_SIGNS = {"≥": "≥", "≧": "≥", "≤": "≤", "≦": "≤", "=": "=", ">": ">", "<": "<", ">=": "≥", "<=": "≤"}


def compose(row: Indicator) -> None:
    """Put 指标性质, 指标值 and 度量单位 together into the target, and the unit behind a bare actual."""
    sign = _SIGNS.get(squeeze(row.nature or ""), "")
    measure = squeeze(row.measure or "")
    measure = "" if is_blank(measure) or not (chinese(measure) or re.search(r"[%‰㎡A-Za-z]", measure)) else measure
    if row.target:
        bare = re.fullmatch(r"[\d.,]+", squeeze(row.target))
        row.target = f"{sign if re.match(r'[0-9]', squeeze(row.target)) else ''}{row.target}{measure if bare else ''}"
    if row.actual and re.fullmatch(r"[\d.,]+", squeeze(row.actual)):
        row.actual += measure


def parted(row: Indicator) -> tuple[str, str]:
    """Return target and actual as they stand beside columns of their own for 指标性质 and 度量单位."""
    sign, measure = _SIGNS.get(squeeze(row.nature or ""), ""), squeeze(row.measure or "")
    target = (row.target or "").removeprefix(sign)
    bare = [re.fullmatch(r"([\d.,]+)" + re.escape(measure), squeeze(words)) for words in (target, row.actual or "")]
    return (bare[0][1] if bare[0] else target), (bare[1][1] if bare[1] else row.actual or "")
