"""Rules on how the indicators are set: rows of nothing, deadlines, names, the classes that the form prints, their number."""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive.scores import is_nothing
from workbook.model.figures import percent, shown
from workbook.model.filing import Filing, Indicator
from workbook.model.findings import Category, Severity
from workbook.model.quantity import is_blank, normal, parse, says_nothing
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule
from workbook.rules.rows import ROWS, is_empty, name_of, rows, short, spans_the_year

PRACTICE = "实务（可改）"


@rule(
    "I31",
    "填无的指标有分值或得分",
    Severity.ERROR,
    Category.WITHIN,
    PRACTICE + "：没有的指标不占分值",
    "「{name}」{said}，却有{points}{sums}",
    "没有这项指标的，分值、得分留空，分值分给同类其他指标，总分一并重算；确有内容的，补填指标名称、指标值和完成值",
    ("indicators[]",),
    asks=("indicators[].weight",),
)
def nothing_bears_no_points(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """填“无”“不涉及”的一行没有分值和得分；指标值、完成值都空着（或都填“无”）的没有得分，说的是没有发生（事故、投诉）的只作预警。"""
    for index, row in enumerate(filing.indicators):
        nothing = is_nothing(row)
        if not (nothing and (row.weight or row.score)) and not (not nothing and is_empty(filing, row)):
            continue
        named = row.level3 if row.level3 and not says_nothing(row.level3) else row.level2 or row.level1 or "这一行"
        words = row.level3 if named != row.level3 else row.target
        said = f"填的是“{short(words)}”" if nothing else "年度指标值、实际完成值都空着（或填“无”）"
        given = (("分值", row.weight), ("得分", row.score))
        points = "、".join(f"{name} {shown(value)}" for name, value in given if value)
        slots = {"name": short(named), "said": said, "points": points, "sums": ""}
        harmless = named == row.level3 and bool(_HARM.search(row.level3 or ""))
        if harmless:
            slots["sums"] = "；是说没有发生的，指标值、完成值请填 0"
        elif nothing and row.weight and filing.total.weight is not None:
            slots["sums"] = "，已算进分值合计和总分" if _is_counted(filing) else "，没有算进总分行的分值"
        column = "weight" if row.weight else "score"
        severity = Severity.WARNING if harmless else None
        yield Hit(f"indicators[{index}].{column}", row.weight or row.score, None, slots, severity=severity)


# what is best when there is none of it: 无 is its answer
_HARM = re.compile("事故|投诉|违规|违纪|违法|差错|舆情|信访|上访|案件|疫情|火灾|伤亡|伤害|失误|拖欠|超支|超编")


def _is_counted(filing: Filing) -> bool:
    points = (filing.funds.weight, *(row.weight for row in filing.indicators))
    return sum((value for value in points if value), Decimal(0)) == filing.total.weight


@rule(
    "I32",
    "时效指标写成整个年度",
    Severity.WARNING,
    Category.WITHIN,
    PRACTICE + "：时效应写明完成的时点、时限或及时率",
    "「{name}」目标“{target}”、完成值“{words}”都是整个年度，看不出是否按时{points}",
    "请写明应在何时完成、实际何时完成（如“9月底前”“8月26日”），或改为按期完成率",
    ROWS,
    asks=("indicators[].level2", "indicators[].target"),
)
def deadlines_are_dates(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """时效指标的目标与完成值不写成全年、1年、12个月、某某年度。"""
    for index, row in rows(filing):
        if spans_the_year(row):
            slots = {"name": name_of(row), "target": short(row.target), "words": short(row.actual)}
            big = row.weight is not None and row.weight >= MANY
            slots["points"] = f"，却占 {shown(row.weight)} 分" if big and row.weight else ""
            yield Hit(f"indicators[{index}].target", slots=slots, related=(f"indicators[{index}].actual",))


MANY = Decimal(10)  # points that a deadline should have to be earned


@rule(
    "I33",
    "指标名称不是一项指标的名称",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：一条指标只说一件事，名称说明考核什么",
    "「{name}」{fault}",
    "请写明考核的是哪一件事、哪一类对象；一条里有几个名称的拆成几条，各填指标值、完成值和分值",
    ROWS,
    asks=("indicators[].level2", "indicators[].target"),
)
def names_name_one_indicator(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """一条指标不写两个名称，三级指标不照抄二级指标，名称不只是单位。"""
    for index, row in rows(filing):
        found = _misnamed(row)
        if found:
            yield Hit(f"indicators[{index}].level3", slots={"name": name_of(row), "fault": found})


_MEASURE_WORD = re.compile(
    r"(?:率|次数|人数|户数|场次|数量|面积|金额|比例|占比|满意度|合格数|件数|时间|时效)(?:指标)?$"
)
_EFFECT_WORD = re.compile(r".{6,}(?:提升|提高|改善|增强|优化|下降|减少|增长|增加)$")
_SEPARATORS = re.compile(r"[\n、,，;；/]|(?<=率)[和与及]")


def _misnamed(row: Indicator) -> str:
    """Return what is wrong with a row's name; "" where it names one thing."""
    written = row.level3 or ""
    bare = re.sub(r"\(.*?\)|%|‰|[-—_]", "", normal(written))
    if not bare:
        return "只有单位，没有名称"
    level2 = re.sub("指标$", "", normal(row.level2 or ""))
    if level2 and re.sub("指标$", "", bare) == level2:
        return f"照抄了二级指标“{short(row.level2)}”"
    outside = re.sub(r"[(（][^()（）]*[)）]", "", written)
    parts = [normal(part) for part in _SEPARATORS.split(outside) if part.strip()]
    for pattern in (_MEASURE_WORD, _EFFECT_WORD):
        named = [part for part in parts if pattern.search(part)]
        if len(named) > 1:
            said = "、".join(f"“{short(part, 14)}”" for part in named[:3])
            return f"一条里有 {len(named)} 个指标名称：{said}"
    return ""


@rule(
    "I34",
    "表样印好的二级指标被删去",
    Severity.INFO,
    Category.FORM,
    "表样所印的二级指标",
    "{name}只剩{kept}，表样印的{gone}整行删去了",
    "表样的行不要删：没有的指标在三级指标一栏填“无”，分值留空",
    ROWS,
    ("form.classes",),
    asks=("indicators[].level2", "indicators[].target"),
)
def printed_classes_are_kept(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表样印好的二级指标没有删去大半；删去一两类的不提。"""
    held = [(row.level1 or "", row.level2 or "") for row in filing.indicators]
    answered = {*filing.blank_classes, *filing.none_classes}
    printed: dict[str, list[str]] = {}
    for name, kind in scheme.rows("form.classes"):
        printed.setdefault(str(name), []).append(str(kind))
    for name, kinds in printed.items():
        own = [kind for level1, kind in held if level1 == name]
        kept = [kind for kind in kinds if kind in answered or any(kind in words for words in own)]
        gone = [kind for kind in kinds if kind not in kept]
        if kept and len(gone) * 2 > len(kinds):
            first = next((index for index, (level1, _) in enumerate(held) if level1 == name), 0)
            slots = {"name": name, "kept": "、".join(kept), "gone": "、".join(gone)}
            yield Hit(f"indicators[{first}].level2", slots=slots, label=name)


@rule(
    "I35",
    "指标分得过碎",
    Severity.INFO,
    Category.FORM,
    PRACTICE + "：指标太多、分值太小，得分就看不出轻重",
    "{fault}",
    "建议合并同类指标，留下能反映主要任务的",
    ROWS,
    ("indicator.most_rows", "indicator.tiny", "indicator.tiny_share"),
    asks=("indicators[].weight", "indicators[].target"),
)
def rows_are_not_crumbs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """指标条数不过多，分值很小的不占三分之一以上。"""
    weighed = [(index, row.weight) for index, row in rows(filing) if row.weight]
    tiny = [(index, weight) for index, weight in weighed if weight < scheme.number("indicator.tiny")]
    faults = []
    if len(weighed) > scheme.number("indicator.most_rows"):
        faults.append(f"指标有 {len(weighed)} 条，超过 {shown(scheme.number('indicator.most_rows'))} 条")
    if weighed and len(tiny) > 1 and len(tiny) >= len(weighed) * scheme.number("indicator.tiny_share"):
        least = shown(scheme.number("indicator.tiny"))
        faults.append(f"{len(weighed)} 条指标里有 {len(tiny)} 条不到 {least} 分")
    if faults:
        yield Hit(f"indicators[{(tiny or weighed)[0][0]}].weight", slots={"fault": "；".join(faults)}, label="绩效指标")


@rule(
    "I36",
    "定性指标过多",
    Severity.WARNING,
    Category.FORM,
    PRACTICE + "：指标能量化的要量化",
    "没有数字的指标有 {count} 条，占 {weight} 分，超过指标分值 {total} 分的 {limit}：{names}",
    "请把能量化的改为数字目标（次数、比率、时限），余下的写明达成、部分达成的标准",
    ROWS,
    ("indicator.qualitative_share",),
    asks=("indicators[].weight", "indicators[].target"),
)
def most_points_are_measured(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """没有数字的目标所占的分值不超过全部指标分值的一半。"""
    weighed = [(index, row) for index, row in rows(filing) if row.weight and not is_blank(row.target)]
    vague = [(index, row) for index, row in weighed if not _has_number(row)]
    total = sum((row.weight or Decimal(0) for _, row in weighed), Decimal(0))
    weight = sum((row.weight or Decimal(0) for _, row in vague), Decimal(0))
    limit = scheme.number("indicator.qualitative_share")
    if len(vague) > 2 and weight > total * limit:
        names = "、".join(f"「{short(row.level3)}」" for _, row in vague[:3]) + ("等" if len(vague) > 3 else "")
        slots = {"count": len(vague), "weight": weight, "total": total, "limit": percent(limit), "names": names}
        yield Hit(f"indicators[{vague[0][0]}].target", slots=slots, label="绩效指标")


def _has_number(row: Indicator) -> bool:
    return parse(row.target) is not None or bool(re.search(r"\d", normal(row.target or "")))
