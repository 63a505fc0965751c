"""模板残留：没有改掉的占位字样和没有填的金额。"""

from collections.abc import Iterator

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import hit, paragraphs
from workbook.rules.registry import Hit, rule

# what stands for something else in a template: never letters of a word or of an address
_MASK = r"(?<![A-Za-z0-9./@_])(?:[Xx]{2,}|[×╳]{2,}|○{2,}|[_＿]{2,})(?![A-Za-z@/_]|\.[A-WYZa-wyz])"
_UNIT = rf"{_MASK}(?:省|市|县|区|局|镇|乡|街道|单位|部门|中心|委员会|医院|学校)(?!长)"
CERTAIN = (
    rf"{_UNIT}[^，。]{{0,12}}(?:年度|整体支出|部门预算)",
    r"(?:20|二[〇○零])(?:[Xx×]{2}|[_＿]{2,})年(?![\s_＿]*\d{0,2}月)",
    r"(?<![A-Za-z0-9])[Xx×]{4}年(?:度|\d|[Xx×]|$)",
    rf"{_MASK}(?:\.[Xx×]+)?\s?(?:万元|亿元|元(?!人|代|朝)|%|分(?!局|公司|行|校|院|店|厂|中心|会|队|管|部))",
    r"(?<![\dXx×○])[Xx×○]{1,4}\s?月\s?[Xx×○]{1,4}\s?日",
    rf"(?:等级|等次|档次|得分|总分|评价结果)(?:评定)?(?:为|是|:)?\s?[“\"‘『]?{_MASK}",
    rf"{_MASK}(?:批次|人次|件次|户次|台次|平方米|公里|公顷)",
    r"\((?:此处|请在此|请|填写)[^()]{0,30}(?:填写|说明|补充|插入|列示|删除)[^()]{0,20}\)|此处(?:填写|插入)",
)
BLANK = (
    r"(?:预算数?|支出|拨款|结余|结转|决算数?|执行数|调[增减整]|追加|收入|金额|合计|共计)[ \t_＿]+[万亿]元(?=[，,。;、]|$)",
    r"(?:预算数?|支出|拨款|结余|结转|决算数?|执行数|调[增减整]|追加)[万亿]元(?=[，,。;])",
)
# a name may be hidden on purpose: 向××公司采购, 李××
MARKS = (*"Xx×╳○_＿…", "此处", "填写", "(请")  # without one of these only an amount can be blank
# how many: a person's or a firm's name may begin with the same character (××人民医院, ××家园)
_COUNTED = (
    r"(?:\s?[月日](?!报)|个(?!人|体|别)|项(?!目)|家(?!园|庭|具|居|长|政|电)|户(?!籍|口)|次|件|亩|台(?!账|州|湾)|套|辆|吨|座|份|篇|期(?!货)"
    r"|人(?=[，,。;、)]|$))"
)
DOUBTFUL = (_UNIT, rf"{_MASK}项目(?!部|组|办|公司)", rf"{_MASK}{_COUNTED}", r"^[\s.·]*…[\s.…·]*$")
_PER = r"(?:均|每[^\d，。]{0,4})(?:支出|预算|成本)?[万亿]元"


@rule(
    "D04",
    "模板字样没有改掉",
    Severity.ERROR,
    Category.FORM,
    "实务（可改）：占位的字样和空着的金额应填实",
    "正文第{paragraph}段「{quote}」{count}",
    "请按实际填写，没有的删去",
    ("narrative",),
)
def no_template_words_are_left(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """正文没有 XX局、20XX年、（此处填写）、没有数字的“ 万元”之类的模板字样。"""
    for paragraph, text in enumerate(paragraphs(filing), 1):
        marked = any(mark in text for mark in MARKS)
        certain, doubtful = ((*CERTAIN, *BLANK), DOUBTFUL) if marked else (BLANK if "元" in text else (), ())
        for patterns, severity in ((certain, None), (doubtful, Severity.WARNING)):
            found = [match for pattern in patterns for match in re.finditer(pattern, text) if not _proper(text, match)]
            if found:
                first = min(found, key=lambda match: match.start())
                words = text[max(0, first.start() - 10) : first.end()]
                count = f"等 {len(found)} 处是模板字样" if len(found) > 1 else "是模板字样"
                yield hit(filing, paragraph, words, slots={"count": count}, severity=severity)
                break


def _proper(text: str, match: re.Match[str]) -> bool:
    """Return whether it is an amount per head, per mu…, somebody else whose name is hidden, or a hidden date."""
    if re.search(rf"{_MASK}年(?:{_MASK}月)?$", text[: match.start()]):
        return True
    return bool(re.search(_PER + "$", text[: match.end()]) or re.search("[与向和对某由]$", text[: match.start()]))
