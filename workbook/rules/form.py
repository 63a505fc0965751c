"""Rules on the form as a whole: weights, totals, years, signatures, cells that hold no number."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workbook.derive import Derived
from workbook.derive.identities import broken
from workbook.derive.scores import is_nothing
from workbook.model.fields import BY_PATH
from workbook.model.filing import BY_HEADINGS, NOT_FOUND, NOT_THERE, ONLY_PROSE, Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.registry import Hit, rule

WEIGHTS = "财预〔2020〕10号：各项指标分值合计100分"
IDENTITY = "算术关系"


@rule(
    "X01",
    "分值合计不等于规定总分",
    Severity.ERROR,
    Category.FORM,
    WEIGHTS,
    "预算执行率与各指标分值相加为 {actual}，应为 {expected}",
    "请核对各指标分值：可能漏填一行，或有一个分值写错",
    ("indicators[]",),
    ("weights.total", "weights.execution"),
    derived=True,
    asks=("indicators[].weight",),
)
def weights_make_the_total(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """预算执行率分值与全部指标分值之和等于规定总分（通常100）；填“无”的一行算不算在内都可以，它另有规则。"""
    for entry in broken("X01", filing, scheme, derived):
        asked = filing.asks(entry.place)  # a table without a row of totals has its points in the rows alone
        path, label = (entry.place, "") if asked else ("indicators[0].weight", "各项分值合计")
        yield Hit(path, entry.expected(entry.values(filing)), entry.constant, label=label)


@rule(
    "X02",
    "一级指标分值与表头不符",
    Severity.ERROR,
    Category.FORM,
    WEIGHTS + "；一级指标括号内所印分值",
    "{name}各指标分值相加为 {actual}，表头印的是 {expected}",
    "请核对{name}下各指标的分值",
    ("indicators[]",),
    derived=True,
    asks=("indicators[].weight",),
)
def classes_match_headings(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """每个一级指标下的分值之和等于表头括号里印的分值。"""
    for entry in broken("X02", filing, scheme, derived):
        name = filing.get(entry.place.rpartition(".")[0]).level1
        weight = entry.expected(entry.values(filing))
        yield Hit(entry.place, weight, entry.constant, {"name": name}, kind="score")


@rule(
    "X03",
    "总分不等于各项得分之和",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：总分＝预算执行率得分＋各指标得分",
    "总分填报 {actual}，{how}为 {expected}，相差 {difference}",
    "请重新相加：改了某项得分后，总分要一并改",
    ("total.score", "indicators[]"),
    ("score.tolerance",),
    derived=True,
    asks=("indicators[].score",),
)
def total_is_the_sum(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """总分等于预算执行率得分加各指标得分。"""
    for entry in broken("X03", filing, scheme, derived):
        yield Hit(entry.whole, filing.total.score, entry.expected(entry.values(filing)), {"how": "各项得分相加"})
    if derived.left_out:
        yield from _rescaled_total(filing, scheme, derived)


def _rescaled_total(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """Yield where the total of a form with indicators that do not apply is neither rescaled nor the plain sum."""
    rows = enumerate(filing.indicators)
    blank = [row for n, row in rows if row.score is None and row.weight and n not in derived.left_out]
    total, expected, tolerance = filing.total.score, derived.at("total.score"), scheme.number("score.tolerance")
    if blank or total is None or expected is None:
        return
    found = (abs(total - right) for right in (_plain_total(filing, derived), expected, expected - _of_nothing(filing)))
    if min(found) > tolerance:
        yield Hit("total.score", total, expected, {"how": "各项得分按适用指标折算"})


def _of_nothing(filing: Filing) -> Decimal:
    """Return the scores of the rows that say 无, which a total may leave out."""
    return sum((row.score or Decimal(0) for row in filing.indicators if is_nothing(row)), Decimal(0))


def _plain_total(filing: Filing, derived: Derived) -> Decimal:
    """Return Σ of all scores as they stand, nothing rescaled."""
    execution = filing.funds.score if filing.funds.score is not None else derived.at("funds.score")
    return (execution or Decimal(0)) + sum((row.score or Decimal(0) for row in filing.indicators), Decimal(0))


@rule(
    "X12",
    "不适用的指标没有折算",
    Severity.WARNING,
    Category.FORM,
    "项目支出绩效自评表表末的“注”：不适用的指标不计分，其余指标按比例折算",
    "「{names}」不适用{scored}，总分填报 {actual}，其余指标按分值折算后应为 {expected}",
    "请把不适用的指标得分留空，其余指标得分之和×全部指标分值÷适用指标分值，再加预算执行率得分",
    ("total.score", "indicators[]"),
    ("score.tolerance",),
    derived=True,
    asks=("indicators[].score",),
)
def what_does_not_apply_is_rescaled(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """填了不适用的指标不计分，其余指标的得分按分值折算到全部指标的分值。"""
    total, expected = filing.total.score, derived.at("total.score")
    if not derived.left_out or total is None or expected is None:
        return
    rows = [filing.indicators[n] for n in derived.left_out]
    scored = sum((row.score or Decimal(0) for row in rows), Decimal(0))
    tolerance = scheme.number("score.tolerance")
    added = abs(total - _plain_total(filing, derived)) <= tolerance < abs(total - expected)
    if scored or added:
        names = "、".join(" ".join((row.level3 or "").split()) for row in rows)
        slots = {"names": names, "scored": f"却得 {scored} 分" if scored else "，总分直接相加"}
        yield Hit("total.score", total, expected, slots)


@rule(
    "X04",
    "总分行的分值不等于各项分值之和",
    Severity.ERROR,
    Category.WITHIN,
    IDENTITY + "：总分分值＝各项分值之和",
    "总分行的分值填报 {actual}，各项分值相加为 {expected}",
    "请核对各指标分值与总分行",
    ("total.weight", "indicators[]"),
    derived=True,
    asks=("indicators[].weight",),
)
def total_weight_is_the_sum(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """总分行的分值等于各项分值之和。"""
    for entry in broken("X04", filing, scheme, derived):
        yield Hit(entry.whole, filing.total.weight, entry.expected(entry.values(filing)))


@rule(
    "X05",
    "填表人、填报日期、联系电话没有填全",
    Severity.WARNING,
    Category.FORM,
    "表末所印的栏目",
    "{label}空白{later}",
    "请补填{label}",
    ("indicators[]",),
    asks=("signature.preparer",),
)
def form_is_signed(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表末的填表人、联系电话都要填；填报日期有的盖章时才写，空着只作提示。"""
    for name in ("preparer", "date", "phone"):
        if not getattr(filing.signature, name):
            late = name == "date"
            slots = {"later": "（盖章时再填的不用管）" if late else ""}
            yield Hit(f"signature.{name}", slots=slots, severity=Severity.INFO if late else None)


@rule(
    "X06",
    "单位负责人没有签字",
    Severity.INFO,
    Category.FORM,
    "表末所印的栏目",
    "单位负责人签字一栏没有文字，打印后请手签",
    "打印后请单位负责人签字",
    ("indicators[]",),
    asks=("signature.head",),
)
def head_signs(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """单位负责人签字一般在打印后手签，电子表里空着只作提示。"""
    if not filing.signature.head:
        yield Hit("signature.head")


@rule(
    "X07",
    "年度前后不一",
    Severity.ERROR,
    Category.FORM,
    "表样所印的年度：各表、各栏与报告为同一年度",
    "“{heading}”是 {actual} 年，本表年度是 {expected} 年",
    "请把年度改为一致：可能沿用了上年的表",
    ("year",),
)
def years_agree(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表题、栏目和报告标题里的年度都与本年度一致，上年决算栏为上一年。"""
    year = filing.year
    columns = {name: value for name, value in filing.years.items() if "决算" in name or "预算" in name}
    latest = max(columns.values(), default=year)
    for heading, printed in filing.years.items():
        if heading in columns:
            finals = [value for name, value in columns.items() if "决算" in name]
            prior = "决算" in heading and len(finals) > 1 and printed == min(finals) and printed < (latest or 0)
            expected = year - 1 if prior and year else year
        else:
            expected = year
        if expected is not None and printed != expected:
            yield Hit("year", str(printed), str(expected), {"heading": heading}, quote=heading)


@rule(
    "X08",
    "数字栏里不是数字",
    Severity.ERROR,
    Category.FORM,
    "表样的数字栏目：金额、人数、分值、得分",
    "{label}填的是“{words}”，读不出数字",
    "请改填数字（金额以万元为单位）",
)
def numbers_are_numbers(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """应填数字的格子里填的是数字。"""
    for path, words in filing.unread.items():
        yield Hit(path, slots={"words": words})


@rule(
    "X09",
    "必填项空白",
    Severity.ERROR,
    Category.FORM,
    "表样的栏目",
    "{label}空白",
    "请补填{label}",
)
def needed_fields_are_filled(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """单位名称、年度、全年预算数、全年执行数、总分和指标不能空着。"""
    if filing.subject == "":
        yield Hit("subject")
    for path in ("unit", "year", "funds.annual_budget", "funds.executed", "total.score"):
        if filing.get(path) is None and path not in filing.unread and path in BY_PATH and filing.asks(path):
            yield Hit(path)


@rule(
    "X10",
    "没有绩效指标",
    Severity.ERROR,
    Category.FORM,
    "表样的栏目：绩效指标逐条填列",
    "自评表里没有一条三级指标",
    "请填列产出、效益、满意度等三级指标",
)
def there_are_indicators(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """自评表至少有一条三级指标。"""
    if not filing.indicators and filing.asks("indicators"):
        yield Hit("total.score", filing.total.score)


@rule(
    "X11",
    "一级指标分值与方案不符",
    Severity.WARNING,
    Category.FORM,
    "方案规定的一级指标分值",
    "{name}分值合计 {actual}，方案规定 {expected}",
    "请按方案调整分值，或在参数里换用本地方案",
    ("indicators[]",),
    ("weights.classes",),
    derived=True,
    asks=("indicators[].weight",),
)
def classes_match_scheme(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """各一级指标的分值等于方案规定的分值（表头与方案不同时以方案为准）；不设满意度的，其分值加在效益或产出上也对。"""
    sums = derived.class_weights
    for name, expected in scheme.rows("weights.classes"):
        actual = sums.get(name)
        printed = filing.class_weights.get(name)
        if actual is None or actual == expected or (printed is not None and printed != actual):
            continue
        if actual - expected == _moved(sums, scheme) and ("效益" in name or "产出" in name):
            continue
        first = next(index for index, row in enumerate(filing.indicators) if row.level1 == name)
        yield Hit(f"indicators[{first}].weight", actual, expected, {"name": name}, kind="score")


def _moved(sums: Mapping[str, Decimal], scheme: Scheme) -> Decimal | None:
    """Return the points of 满意度 where a filing has no such class, so that another class may bear them; else None."""
    points = [row[1] for row in scheme.rows("weights.classes") if "满意" in str(row[0])]
    return points[0] if points and not any("满意" in name for name in sums) else None


@rule(
    "X13",
    "读入时折算过",
    Severity.INFO,
    Category.FORM,
    "表样所印的单位（万元）",
    "{note}",
    "请对照原件看一眼读入的内容；金额下次请按万元填报",
)
def conversions_are_said(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """读入时对数字做过折算（元折成万元等）的，逐条说明。"""
    for note in filing.notes:
        if note != ONLY_PROSE and not note.startswith((BY_HEADINGS, NOT_FOUND, NOT_THERE)):
            yield Hit("unit", slots={"note": note}, quote=note)


@rule(
    "X14",
    "只读了正文",
    Severity.WARNING,
    Category.FORM,
    "没有读的数不能算已经审过",
    "{note}",
    "请用认得的表样（jixiao forms 列出）填报附件2、附件3，或请财政局把本地表样加进来",
)
def tables_are_read(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """交来的报告里有认得的自评表；没有的只核对了正文。"""
    if ONLY_PROSE in filing.notes:
        yield Hit("unit", slots={"note": ONLY_PROSE}, quote=ONLY_PROSE)


@rule(
    "X16",
    "表样不认得，或有的栏没有认出",
    Severity.WARNING,
    Category.FORM,
    "没有读的数不能算已经审过",
    "{note}",
    "请对照原件看各栏读得对不对，没有核对的人工看一遍；常用的表样可以自己加（见手册“加上本县的表样”）",
)
def columns_are_understood(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """交来的是认得的表样，各栏都认得；不认得的说明哪一栏当作什么，没有认出的说明没有核对；表里本来没有的只作提示。"""
    for note in filing.notes:
        if note.startswith((BY_HEADINGS, NOT_FOUND, NOT_THERE)):
            severity = Severity.INFO if note.startswith(NOT_THERE) else None
            yield Hit("unit", slots={"note": note}, quote=note, severity=severity)
