"""涉密与公开：说涉密的没有写出金额用途，公开写了在哪里，自评了几个项目。"""

from collections.abc import Iterator

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.model.findings import Category, Severity
from workbook.model.scheme import Scheme
from workbook.rules.prose.document import amounts, hit, sentences, under
from workbook.rules.registry import Hit, rule

PRACTICE = "实务（可改）"
SECRET = r"(?<![不非])涉密(?:项目|事项|内容|资金|经费)|属于?(?:国家|工作)?秘密"
_WITHHELD = r"不(?:予|作|宜|便|对外|向社会)?(?:进行)?(?:公开|评价|公示)"


@rule(
    "D19",
    "说涉密，又写出了金额和用途",
    Severity.WARNING,
    Category.PROSE,
    PRACTICE + "：涉密项目不写金额和用途，不涉密的不以涉密为由不作评价",
    "正文第{paragraph}段说“{quote}”，同一段却写出了金额、用途{also}",
    "请核对是否确实涉密：涉密的删去金额和用途，不涉密的补写绩效",
    ("narrative",),
)
def secrets_are_not_told(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """说涉密而不公开、不评价的，同一段没有写出金额和用途。"""
    found = []
    for sentence in sentences(filing, "涉密", "秘密"):
        claim = re.search(rf"(?:{SECRET})[^。;]{{0,12}}{_WITHHELD}[^。;]{{0,4}}", sentence.text)
        around = "".join(other.text for other in sentences(filing) if other.paragraph == sentence.paragraph)
        if claim and any(amounts(around)) | bool(re.search("用于|保障", around)):
            found.append((sentence.paragraph, claim[0]))
    if found:
        others = "、".join(str(paragraph) for paragraph, _ in found[1:])
        yield hit(
            filing, found[0][0], found[0][1].rstrip("。，"), slots={"also": f"（第{others}段同）" if others else ""}
        )


_WHERE = r"网|栏|平台|公众号|公示|公告|张贴|微信|APP|随.{0,16}(?:决算|预算)|与.{0,16}(?:决算|预算).{0,6}(?:一[起并同]|同时)|\d{1,2}月|日内|前公开"


@rule(
    "D20",
    "公开没有写时间和地方",
    Severity.INFO,
    Category.FORM,
    PRACTICE + "：自评结果的公开应写明时间和网址、栏目",
    "「{heading}」{fault}",
    "请写明何时、在哪个网站哪个栏目公开；不公开的写明理由",
    ("narrative",),
    ("report.sections",),
)
def disclosure_says_where(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """结果应用和公开一节写明了在哪里、什么时候公开。"""
    found = [section for section in under(filing, scheme, "公开") if section.body]
    if not found or len(found[-1].text) < 5:
        return
    section = found[-1]
    if not re.search(_WHERE, section.text) and not re.search(r"不(?:予|宜|作)?公开", section.text):
        fault = "没有写时间、网站或栏目" if "公开" in section.text else "没有说公开"
        yield hit(filing, section.paragraph, section.heading, slots={"heading": section.heading, "fault": fault})


@rule(
    "D21",
    "有的项目没有自评",
    Severity.INFO,
    Category.PROSE,
    PRACTICE + "：安排了预算的项目都要自评",
    "正文第{paragraph}段「{quote}」，{all} 个项目自评了 {done} 个",
    "请补做其余项目的自评，或写明不作自评的理由",
    ("narrative",),
)
def all_projects_are_evaluated(filing: Filing, scheme: Scheme) -> Iterator[Hit]:
    """写明了项目个数和自评个数的，两个数相同，或写明了理由。"""
    pattern = r"项目(?:支出)?(?:共|总数|有|共有|共计)?\s?(\d{1,3})个[^。;]{0,20}?(?:自评|开展(?:绩效)?自评)(?:项目|的)?\s?(\d{1,3})个"
    for sentence in sentences(filing, "自评"):
        found = re.search(pattern, sentence.text)
        if found and int(found[2]) < int(found[1]) and not re.search("涉密|其余|未自评|不需|无需|除", sentence.text):
            yield hit(filing, sentence.paragraph, found[0], slots={"all": found[1], "done": found[2]})
