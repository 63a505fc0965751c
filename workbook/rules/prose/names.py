"""别的单位的名字：标题、说本单位自己的话里写成了别的单位，或自称与本单位不合。"""

from collections import Counter
from collections.abc import Iterator

from workbook import patterns as re
from workbook.model.filing import Filing, unit_key
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import hit, paragraphs, sections, sentences
from workbook.rules.registry import Hit, rule

KINDS = (
    "局", "委员会", "办公室", "中心", "医院", "卫生院", "学校", "中学", "小学", "学院", "幼儿园", "保健院", "大队", "支队", "镇", "乡", "街道",
    "办事处", "人民政府", "法院", "检察院", "馆", "站", "所", "宣传部", "组织部", "统战部", "联合会",
)  # fmt: skip
# what only the unit itself is said to have or do in its own report
OWN = (
    r"(?:\d{4}年度?)?(?:部门|单位|各类资金|全部资金)?(?:\(单位\))?(?:整体支出|年初预算|全年(?:预算|支出|收入)|合计支出|部门预算"
    r"|(?:机关)?(?:内设|下设|设)(?:有)?(?:科室|股室|处室|机构|\d|[一二三四五六七八九十])|将(?:把|以)?(?:本次|此次)?(?:绩效)?自评结果|(?:绩效)?自评(?:得分|综合得分)|核定编制|党[组委]会?(?:扩大)?(?:会议)?(?:审议|研究|讨论))"
)
# what a report says of itself and of nobody else: where it lies, what it is, who mends what it found wrong
_LIES = r"(?:地处|位于|下辖|辖\d|总面积|辖区)"
_IS = r"(?:为|是|系)[^，。;所下属直]{0,12}(?:工作部门|组成部门|政府部门)"
_RESULT = r"(?:自评|评价)结果[^，。;]{0,10}?(?:作为|纳入|用于)"
_EVALUATES = (
    r"(?:对照|按照|根据|围绕|组织|开展|对)[^。;]{0,60}(?:进行了?|开展了?|完成了?)[^。;]{0,8}自评"
    r"|(?:按照|对照|依据)[^。;]{0,30}(?:逐项|打分|评分)"
)
_MENDED = r"整改(?:情况|措施|落实)?[:：]"
_GRANTED = "批复|同意|下达|拨付|追加|核定|安排|明确|出台|印发"  # what a superior does about it
_OURS = r"[我本](?:单位|部门|局|委|办|中心|院|校|镇|乡|馆|站|所|街道)"
_DUTY = r"(?:负责|承担|组织|实施|牵头|主管)"
_PLACE = r"^([^\W\d_]{2,12}?(?:自治县|自治旗|县|市|区|旗))(?=[^\W\d_]{3})"
_BEFORE = r"[送报经由向请对和与及、，将按照根据在为的了以并,:;()“”‹›]"
_PLACES = "中共省市县区州盟旗全本我各"
_OVERSIGHT = r"财政|党委|县委|市委|区委|省委|政府|人大|政协|审计|纪委|纪检|监委"
_SELF = r"(?:我|本)(局|医院|校|镇|乡|馆|站)(?!长|点|台|级)|我(院|中心|街道|大队|支队)"


def _kind(name: str) -> str:
    """Return the kind of unit that a name ends with; "" where it ends with none."""
    return max((kind for kind in KINDS if name.endswith(kind)), key=len, default="")


def _within(short: str, long: str) -> bool:
    """Return whether a name is the other shortened: its characters stand there in this order (卫健局 in 卫生健康局)."""
    rest = iter(long)
    return all(char in rest for char in short)


def is_own(name: str, unit: str) -> bool:
    """Return whether a name is the unit's own, in full, in part or shortened."""
    core = name.lstrip(_PLACES)
    return len(core) < 3 or _within(core, unit) or _within(unit.lstrip(_PLACES), name)


@rule(
    "D05",
    "写成了别的单位",
    Severity.WARNING,
    Category.FORM,
    "实务（可改）：沿用别的单位的报告须逐处改过",
    "正文第{paragraph}段「{quote}」说的是「{name}」，本表单位是「{unit}」",
    "请改为本单位；确是别的单位的，写明它与本单位的关系",
    ("narrative", "unit"),
)
def the_report_is_its_own(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """标题和说本单位预算、自评、编制、党组的话里，单位是本单位。"""
    unit = re.sub(r"\((?:汇总|本级|机关|含[^()]*)\)$|[()]", "", unit_key(filing.owner))
    whole = "".join(paragraphs(filing))
    seen: set[str] = set()
    namesakes = [(*found, True) for found in _namesakes(filing, unit)]
    others = (*_title(filing, scheme), *_subjects(filing, unit), *_of_itself(filing, unit))
    for paragraph, found, words, certain in (*namesakes, *((*other, False) for other in others)):
        name = re.sub(r"^年?度?", "", found)
        own = re.match(r".?[本我全该各]", name) or re.search(r"[本我全该各某两邻]$", name.removesuffix(_kind(name)))
        if own or (filing.subject is not None and not certain):  # a project's form names who runs it
            continue
        foreign = _kind(name) and len(name) >= 3 and not is_own(name, unit) and not re.search(_OVERSIGHT, name)
        if foreign and name not in seen and whole.count(name) == 1:
            seen.add(name)
            yield hit(filing, paragraph, words, slots={"name": name, "unit": filing.owner})


def _title(filing: Filing, scheme: Scheme) -> Iterator[tuple[int, str, str]]:
    """Yield the unit that the title names, though it may run over several lines."""
    first = next((section.paragraph for section in sections(filing, scheme)), 1)
    lines = paragraphs(filing)[: min(first, 12) - 1]
    text = re.sub(r"\s", "", "".join(lines))
    for found in re.finditer(
        r"([^\W\d_]{3,30}?)(?:\d{4}年度?)?(?:部门|单位)?(?:\((?:单位|部门)\))?(?:预算)?整体支出", text
    ):
        place = next((n for n, line in enumerate(lines, 1) if found[1][-4:] in line), 1)
        yield place, found[1], lines[place - 1]


def _of_itself(filing: Filing, unit: str) -> Iterator[tuple[int, str, str]]:
    """Yield who is named where a report speaks of the unit itself, whatever kind of unit it is that is named."""
    kinds = "|".join(sorted(KINDS, key=len, reverse=True))
    name = rf"([^\W\d_]{{1,20}}?(?:{kinds}))"
    place = re.match(_PLACE, unit)
    towns = "|".join(kind for kind in ("镇", "乡", "街道") if kind in unit)
    frames = [rf"^\s*{name}{_IS}"]
    if towns:
        frames.append(rf"^\s*([^\W\d_]{{2,6}}?(?:{towns})){_LIES}")
    if place:
        full = rf"({place[1]}[^\W\d_]{{1,16}}?(?:{kinds}))"
        frames += [
            rf"{_MENDED}{full}(?=已(?!{_GRANTED})|将|\d|拟|正|应|要|在)",
            rf"{_RESULT}{full}(?=\d{{4}}年|下一?年度?|编制|安排)",
            rf"(?:^|[，。;]){full}(?={_EVALUATES})",
            rf"(?:自评|评价)(?:范围|对象|主体)(?:为|是|:){full}",
        ]
    for sentence in sentences(filing, "部门", "地处", "位于", "辖", "面积", "整改", "结果", "自评", "打分", "评分"):
        ours = re.search(_OURS, sentence.text)  # whoever is named beside 我局 is another; where a town lies is its own
        for frame in (frame for frame in frames if not ours or _LIES in frame):
            for found in re.finditer(frame, sentence.text):
                yield sentence.paragraph, found[1], found[0].strip()


def _namesakes(filing: Filing, unit: str) -> Iterator[tuple[int, str, str]]:
    """Yield units that do what the unit does and bear its name, but for the place: 青木县民政局 for 青禾县民政局."""
    place = re.match(_PLACE, unit)
    if place is None:
        return
    rest = unit[place.end() :]
    level = place[1][-1]
    for sentence in sentences(filing, level + rest):
        for found in re.finditer(
            rf"^\s*([^\W\d_]{{1,6}}{level}{re.escape(rest)})(?={_DUTY}|\d{{4}}年|全年|年初|已|将)",
            sentence.text,
        ):
            if len(found[1]) == len(unit) and found[1] != unit and not re.search(_OURS, sentence.text):
                yield sentence.paragraph, found[1], found[0].strip()


def _subjects(filing: Filing, unit: str) -> Iterator[tuple[int, str, str]]:
    """Yield the names of units of the same kind that are the subject of what only the unit itself has or does."""
    kinds = {kind for kind in ("镇", "乡", "街道") if kind in unit} or {_kind(unit)} - {""}
    for kind in kinds:
        for sentence in sentences(filing, kind):
            for found in re.finditer(rf"([^\W\d_]{{1,20}}{kind}){OWN}", sentence.text):
                name = re.split(_BEFORE, found[1])[-1]
                yield sentence.paragraph, name, found[0][len(found[1]) - len(name) :]


@rule(
    "D06",
    "自称与本单位不合",
    Severity.WARNING,
    Category.FORM,
    "实务（可改）：沿用别的单位的报告须逐处改过",
    "正文第{paragraph}段写的是“{word}”{count}，本表单位是「{unit}」",
    "请改为本单位的自称（如“我单位”）",
    ("narrative", "unit"),
)
def the_report_speaks_of_itself(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """我局、我校、我镇之类的自称与本单位的名称相合；通篇都用的不报。"""
    found = [
        (sentence.paragraph, match[0], match[1] or match[2])
        for sentence in sentences(filing, "我", "本")
        for match in re.finditer(_SELF, re.sub(r"“[^”]*”|\([^)]*\)", "", sentence.text))
    ]
    if filing.subject is not None:
        return
    own = [word for _, word, kind in found if _fits(kind, filing.owner)]
    wrong = [(paragraph, word) for paragraph, word, kind in found if not _fits(kind, filing.owner)]
    uses = Counter(word for _, word in wrong)
    for word, count in uses.items():
        if count <= 2 or (own and count < len(own)):
            paragraph = next(n for n, other in wrong if other == word)
            slots = {"word": word, "count": f"（共 {count} 处）" if count > 1 else "", "unit": filing.owner}
            yield hit(filing, paragraph, word, slots=slots)


def _fits(kind: str, unit: str) -> bool:
    """Return whether a unit may call itself so: a 中学 or 大学 is a 校 too."""
    return kind[-1] in unit or (kind in ("校", "我校") and "学" in unit) or (kind == "街道" and "办事处" in unit)
