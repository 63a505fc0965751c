"""自评等级、自评得分、分项得分：正文与自评表、与方案的等级档次。"""

from collections.abc import Iterator
from decimal import Decimal

from workbook import patterns as re
from workbook.derive import Derived
from workbook.derive.grades import grade
from workbook.model.figures import round_half_up, shown
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import Sentence, hit, is_own, sentences
from workbook.rules.registry import Hit, rule

_GRADE = (
    r"(?:等级|等次|档次|评级|评价结论|评定结果|评价结果|绩效级别)(?:仍|均|也)?(?:被)?(?:为|是|属于?|评定?为|确定为|定为|达到|:)?\s?[“\"「『]?"
    r"|(?:评定|评|确定)为\s?[“\"「『]?"
)
_ENDS = r"(?=[”\"」』]?\s?(?:等级|等次|档|级)?[，,。;()]|[”\"」』]?$)"
_SCORE = r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s?分(?!值|以|钟|别|局|公司|项|档|为|之|段|制)"
_FULL = r"(?:满分|总分值|分值|标准分|权重|百分制|总分为?)(?:各?为|共|是|:)?\s?$"
# another's grade or score, or the bands themselves
_OTHERS = (
    r"上年|去年|往年|20\d{2}年度?[^，。]{0,6}(?:上|前)|[该此]项|项目|所属|下属|分别|各单位|各股室|平均|扣|每|考核|考评|满意|竞赛|排名|名次|排全|[省市县区]厅?对"
    r"|\d分?[)）]?\s?(?:及?以上|以下|[-—~～至])"
)
# the bands told beside a grade: 90分(含)以上为优, 优:90—100分, ≥90分为优, 80分≤良好<90分
_POINTS = r"[≥>＞]?\s?\d{2,3}(?:\.\d+)?\s?分?(?:\(不?含\))?"
_BAND = (
    rf"(?:{_POINTS}\s?(?:[-—~～至到]+(?:不足)?\s?)?(?:{_POINTS})?(?:及)?(?:以[上下]|之间)?(?:\(不?含\))?(?:的)?(?:评?定?为|是|:)?\s?NAME(?=[，,、;。)的]|$)"
    rf"|NAME\s?(?::|为)?\s?{_POINTS}\s?[-—~～至到]+\s?(?:{_POINTS})?(?:以[上下])?|(?:{_POINTS}\s?≤\s?)?NAME\s?[≥<＜]\s?\d+\s?分)"
)
# the parts of a score, told between it and the grade
_PARTS = (
    r"(?:，|\()?(?:其中|分别为)[^。;]*?(?=，(?:[^，。;]{0,4}(?:合计|总计|共计|总分))|，(?:综合)?(?:自评|评价|评定)?(?:等级|等次|档次)|[。;]|$)"
    r"|扣[^，。;()]*"
)
_JUST = r"(?:绩效|评价|最终|考评)得分"
_WHOLE = r"自评|整体支出|综合(?:得|评)|总得分|总评"
_SUM_OF_SCORES = rf"(?:^|(?<=[，。;(]))(?:总分|得分合计|合计得分|最终得分)(?:为|是|:)?\s?{_SCORE}"
_SEVERAL = 2  # whole scores that a text may tell apart by a slip
_OF_THE_WHOLE = r"整体|部门|综合|总得?分|[我本全](?:单位|局|委|办|中心|院|校|镇|乡|馆|站|街道)"
_WHOLE_BY_NAME = r"综合得分|总得?分|得分合计"
_CERTAIN = "自评|整体支出|绩效评价"  # another's score may be called 综合评分


@rule(
    "D10",
    "自评等级与得分不符",
    Severity.ERROR,
    Category.PROSE,
    "方案的等级档次",
    "正文第{paragraph}段「{quote}」，{score} 分应为“{right}”",
    "请核对得分与等级；本地档次不同的，在参数里改",
    ("narrative",),
    ("grade.bands", "grade.margin"),
)
def the_grade_fits_the_score(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文写的自评等级，是得分按方案的档次所在的一档；与档次界限相差不大的只作预警。"""
    names = sorted((str(row[0]) for row in scheme.rows("grade.bands")), key=len, reverse=True)
    about = r"(?:自评|整体支出|绩效评价|综合(?:评|得)|\d\s?分)[^。;]{0,20}?"
    any_name = rf"(?:{'|'.join(map(re.escape, names))})(?:秀|好|等)?"
    band = _BAND.replace("NAME", rf"[“\"「『]?{any_name}[”\"」』]?")
    pattern = rf"{about}((?:{_GRADE})({'|'.join(map(re.escape, names))})(?:秀|好|等)?){_ENDS}"
    for sentence in sentences(filing, "等级", "等次", "档次", "评级", "评价", "评定", "级别", "评为", "确定为"):
        text = re.sub(_PARTS, "", re.sub(band, "", sentence.text))
        found = re.search(pattern, text)
        if found is None or not re.search(_WHOLE + "|绩效评价|等级", text) or _told_of_others(filing, text, found):
            continue
        scores = _whole_scores(text[: found.end()]) or _told_beside(filing, sentence)
        if filing.total.score is not None and filing.total.weight in (None, 100) and is_own(filing):
            scores.append(filing.total.score)
        if scores and all(grade(score, scheme) != found[2] for score in scores):
            slots = {"score": shown(scores[0]), "right": grade(scores[0], scheme)}
            near = any(_off(score, found[2], scheme) <= scheme.number("grade.margin") for score in scores)
            doubtful = near or not re.search(_CERTAIN, text)
            said = found[0] if found[0] in sentence.text else found[1]
            yield hit(filing, sentence.paragraph, said, slots=slots, severity=Severity.WARNING if doubtful else None)


@rule(
    "X17",
    "表内的自评等级与总分不符",
    Severity.ERROR,
    Category.WITHIN,
    "方案的等级档次",
    "自评等级填报“{grade}”，总分 {score} 分应为“{right}”",
    "请核对总分与自评等级；本地档次不同的，在参数里改",
    (),
    ("grade.bands", "grade.margin"),
)
def the_grade_of_the_table_fits_its_score(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """表里填的自评等级，是总分按方案的档次所在的一档；与档次界限相差不大的只作预警，方案没有的等级名称不核对。"""
    score, told = filing.total.score, filing.total.grade
    named = next((str(row[0]) for row in scheme.rows("grade.bands") if told in (row[0], *_longer(row[0]))), None)
    if score is None or told is None or named is None or filing.total.weight not in (None, 100):
        return
    right = grade(score, scheme)
    if right != named:
        near = _off(score, named, scheme) <= scheme.number("grade.margin")
        slots = {"grade": told, "score": shown(score), "right": right}
        severity = Severity.WARNING if near else None
        yield Hit("total.grade", told, right, slots, ("total.score",), severity=severity)


def _longer(name: str) -> tuple[str, ...]:
    return tuple(f"{name}{more}" for more in ("秀", "好", "等", "级"))


def _told_beside(filing: Filing, sentence: Sentence) -> list[Decimal]:
    """Return the whole score that another sentence of the paragraph tells, where exactly one is told."""
    beside = "".join(other.text for other in sentences(filing, "分") if other.paragraph == sentence.paragraph)
    told = {found[1] for found in re.finditer(rf"(?:{_WHOLE})[^，。;\d]{{0,14}}?{_SCORE}", re.sub(_PARTS, "", beside))}
    return [Decimal(score) for score in told] if len(told) == 1 and not re.search("上年|去年", beside) else []


def _off(score: Decimal, name: str, scheme: Scheme) -> Decimal:
    """Return by how many points a score misses the band of a grade."""
    bands = sorted(scheme.rows("grade.bands"), key=lambda band: band[1])
    place = next(n for n, band in enumerate(bands) if band[0] == name)
    top = bands[place + 1][1] if place + 1 < len(bands) else scheme.number("weights.total")
    return max(Decimal(bands[place][1]) - score, score - Decimal(top), Decimal(0))


def is_others(filing: Filing, words: str) -> bool:
    """Return whether words tell another's grade or score, or that of a year before."""
    years = [int(year) for year in re.findall(r"20\d{2}(?=\s?年)", words)]
    text = _this_year(words).replace("项目" if filing.subject else "项目支出", "")
    return any(year < (filing.year or 0) for year in years) or bool(re.search(_OTHERS, text))


def _told_of_others(filing: Filing, text: str, found: re.Match[str]) -> bool:
    """Return whether what is found is told of another or of a year before: by its own clauses, not by those before a semicolon."""
    segment = re.split(";", text[: found.end()])[-1]
    first = found[0].split("，")[0]
    clause = re.split("[，(]", segment[: -len(found[0])] + first)[-1] if segment.endswith(found[0]) else segment
    return is_others(filing, re.sub(r"扣[^，。;]*", "", clause + found[0][len(first) :])) or bool(
        re.search(r"上年|去年|所属|下属|各单位|各股室", _this_year(segment))
    )


def _this_year(text: str) -> str:
    """Return a sentence without the clauses that tell last year's grade or score."""
    return re.sub(r"[，;(](?:比|较)?(?:上年|去年)[^，。;]*", "", text)


def _whole_scores(text: str) -> list[Decimal]:
    """Return the scores that a sentence gives to the whole, without what says how many points there are."""
    found = re.finditer(rf"(?:{_WHOLE}|总分|合计|总计|{_JUST})[^，。;\d]{{0,14}}?{_SCORE}", text)
    return [Decimal(match[1]) for match in found if not re.search(_FULL, text[: match.start(1)])]


@rule(
    "D11",
    "正文自评得分与总分不符",
    Severity.ERROR,
    Category.PROSE,
    "文表一致：正文的自评得分应与自评表总分相同",
    "正文第{paragraph}段「{quote}」，自评表总分 {expected} 分，相差 {difference} 分",
    "请改成与自评表总分相同的数",
    ("narrative", "total.score"),
    derived=True,
)
def the_score_is_the_tables(filing: Filing, scheme: Scheme, derived: Derived) -> Iterator[Hit]:
    """正文写的整体自评得分就是自评表的总分（或各项得分之和，总分自有规则）；说上年、项目、分项得分的不算。"""
    if not is_own(filing):
        return
    total, summed = filing.total.score, derived.at("total.score")
    told = []
    for sentence in sentences(filing, "自评", "整体支出", "综合", "总得分", "总评", "总分"):
        text = _this_year(sentence.text)
        found = re.search(rf"(?:{_WHOLE})[^，。;\d]{{0,14}}?{_SCORE}", text) or re.search(_SUM_OF_SCORES, text)
        if (
            found is None
            or re.search("指标|执行率|部分|等级|等次|档次|扣|失", found[0])
            or _told_of_others(filing, text, found)
        ):
            continue
        if Decimal(found[1]) == filing.total.weight or re.search(_FULL.replace("|总分为?", ""), text[: found.start(1)]):
            continue
        if re.search(_WHOLE_BY_NAME, found[0]) or not _of_a_part(text[: found.start(1)]):
            told.append((sentence, found))
    if len({found[1] for _, found in told}) > _SEVERAL:  # one for each project: of the whole speaks who names it
        told = [(sentence, found) for sentence, found in told if re.search(_OF_THE_WHOLE, sentence.text)]
    agree = [found for _, found in told if _is(found[1], total) or _is(found[1], summed)]
    for sentence, found in told:
        if found not in agree:
            severity = Severity.WARNING if agree or not re.search(_CERTAIN, found[0]) else None
            more = {"path": "total.score", "actual": Decimal(found[1]), "expected": total, "kind": "score"}
            yield hit(filing, sentence.paragraph, found[0], severity=severity, **more)


def _of_a_part(before: str) -> bool:
    """Return whether the words before a score say that it is one of a part: 该项, or out of fewer than the hundred points."""
    full = re.findall(
        r"(?:满分|分值|权重|(?:指标|部分|执行率)共?)(?:为|:)?\s?(\d{1,3}(?:\.\d+)?)\s?(?:分|(?=[，、;)]))",
        re.sub(r"\([^()]*\)", "", before),
    )
    return bool(re.search("[该本此]项", before)) or any(Decimal(points) < 100 for points in full)


def _is(words: str, value: Decimal | None) -> bool:
    """Return whether a score in words is a value, to the decimals printed."""
    places = len(words.partition(".")[2])
    return value is not None and round_half_up(value, places) == Decimal(words)
