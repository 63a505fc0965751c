"""指标性质, 指标值 and 度量单位: put together into one target, and parted again for forms with a column each."""

from workbook import patterns as re
from workbook.forms.labels import squeeze
from workbook.model.figures import chinese
from workbook.model.filing import Indicator
from workbook.model.quantity import is_blank

_SIGNS = {"≥": "≥", "≧": "≥", "≤": "≤", "≦": "≤", "=": "=", ">": ">", "<": "<", ">=": "≥", "<=": "≤"}
_SIGNS |= {"大于等于": "≥", "不低于": "≥", "小于等于": "≤", "不高于": "≤", "等于": "=", "大于": ">", "小于": "<"}
_SIGNS |= {"正向": "≥", "正向指标": "≥", "反向": "≤", "反向指标": "≤", "负向": "≤", "负向指标": "≤"}

MEASURED = (".target", ".actual", ".initial_target")  # what stands without its sign and unit beside columns of these


def compose(row: Indicator) -> None:
    """Put 指标性质, 指标值 and 度量单位 together into the target, and the unit behind a bare actual."""
    sign = _SIGNS.get(squeeze(row.nature or ""), "")
    measure = squeeze(row.measure or "")
    measure = "" if is_blank(measure) or not (chinese(measure) or re.search(r"[%‰㎡A-Za-z]", measure)) else measure
    for name in ("target", "initial_target"):
        if words := getattr(row, name):
            bare = re.fullmatch(r"[\d.,]+", squeeze(words))
            setattr(row, name, f"{sign if re.match(r'[0-9]', squeeze(words)) else ''}{words}{measure if bare else ''}")
    if row.actual and re.fullmatch(r"[\d.,]+", squeeze(row.actual)):
        row.actual += measure


def told_in_standard(row: Indicator) -> str:
    """Return the target that 评分标准 names where a form has no column for it: 目标值≥860公里，得分＝完成值÷目标值×4分 → ≥860公里."""
    found = _IN_STANDARD.search(squeeze(row.standard or ""))
    return found[1] if found else ""


_IN_STANDARD = re.compile(
    r"(?:目标|指标|计划)(?:值|数|任务)?(?:为|是|[:：])?((?:[≥≤><=]|不低于|不少于|不高于|不超过|达到)?\d[\d,.]*[^\d，,。；;（(、=]{0,8})(?=[，,。；;（(]|$)"
)


def parted(row: Indicator, name: str) -> str:
    """Return target, initial target or actual as it stands beside columns of their own for 指标性质 and 度量单位."""
    sign, measure = _SIGNS.get(squeeze(row.nature or ""), ""), squeeze(row.measure or "")
    words = getattr(row, name) or ""
    words = words if name == "actual" else words.removeprefix(sign)
    bare = re.fullmatch(r"([\d.,]+)" + re.escape(measure), squeeze(words))
    return bare[1] if bare else words
