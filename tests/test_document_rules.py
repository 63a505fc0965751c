"""What the rules on the document must not say: sentences of clean reports that look like slips, alone and all in one report."""

import pytest

from tests.test_reports import REPORTS, filing_of
from workbook.filing import Filing
from workbook.rules.examples import changed, clean
from workbook.rules.registry import check, rules
from workbook.scheme import load

DOCUMENT = [rule.id for rule in rules() if rule.subject.startswith("prose.")]
SURVEY = "向参训农民发放问卷300份，收回有效问卷280份，满意264份，满意度94.3%。"
RIGHT = """
截至2023年12月底，在职34人，比上年减少1人。
2023年1月至12月，开展培训30期。
截至2023年9月，“十四五”中期评估全部完成。
自2023年6月起，每月开展检查2次。
1-6月为春耕期，开展指导148次，全年开展指导320次。
9月至11月，开展秋季培训12期。
1至3月开展“春风行动”，走访企业86家。
本项目实施期限为2023年1月—10月，总投资860万元。
截至11月30日项目竣工，完成投资846.5万元。
部门整体支出绩效评价得分97.94分，评价结果为“优”。
根据《自评表》打分，我单位整体支出自评总分为97.94分，综合评价等级为优秀。
自评总分97.94分，其中预算执行率9.94分，产出指标38分，效益指标20分，满意度指标10分，成本指标20分。
满分100分，自评得分97.94分，自评等级为“优”。
县财政局对我单位2022年度整体支出绩效评价等级为“良”。
2022年度部门整体支出绩效自评得分为93.2分，等级为优；2023年为97.94分。
县委考核我单位2023年度综合考核等级为良好。
项目自评平均得分92.5分，其中优3个、良1个。
绩效自评小组由5人组成，自评工作分3个阶段。
绩效自评按百分制打分，共设13项指标。
食品安全监督抽检合格等级为良。
年内有2家企业信用等级为中。
服务质量评定为合格。
单位获评2022年度绩效考核良好等次。
水质达到优良等级，空气质量优良天数比例为92%。
自评结果送县财政局备案，并报县农业农村局党组审议。
县农业农村局将自评结果纳入下属单位考核。
本报告所称“整体支出”包括基本支出和项目支出。
县级预算部门整体支出绩效自评按照县财政局要求开展。
上级主管部门整体支出由县农业农村局统一编报。
我县水稻播种面积23.6万亩，本县示范片12个。
我中心内设5个股室，本中心设党支部1个。
聘请专家“到我校讲课”3次。
我所在的党支部开展活动12次。
我会同县气象局发布农情12期。
全年实施项目3个，预算调整后182.6万元，支出178.5万元。
培育示范项目12个，其中省级3个、市级5个、县级4个。
签约项目6个，到位资金1.2亿元，分别为食品加工项目3,200万元、冷链项目2,600万元等。
争取上级项目5个，包括高标准农田860万元、冷库120万元、育秧中心210万元、机耕道95万元、水渠60万元。
本年度共有项目3个，其中：水稻绿色高产示范124.6万元，农民田间学校31.8万元，耕地质量监测22.1万元。
涉及项目两个，一是示范片建设支出124.6万元，二是田间学校支出31.8万元。
发放问卷300份，收回280份，有效280份，其中非常满意180份、满意84份、一般12份、不满意4份，满意度94.3%。
项目支出中，支付2023年度质保金4.2万元。
按2022年中央一号文件要求，发放补贴资金12.6万元。
2022年12月下达的资金在本年支付，已在年初结转中列明。
拨付种粮大户2022—2023年度冬闲田补贴120万元。
涉密人员管理规范，全年无失泄密事件，支出保密经费1.2万元。
因涉及国家秘密，部分内容不予公开。
项目共8个，全部开展了自评。
（一）项目资金到位情况
2023年预算资金  438.44 万元。
单位：万元 户数：XX村 12户
李XX等3名学员获评“农技之星”。
“XX杯”技能竞赛获奖3人。
推广“秀XX号”水稻新品种2个。
建立“XXX”工作法。
支出万元以上项目均经集体研究。
每培训一期支出万元左右。
与县残联、XX公司签订合作协议3份。
该工程计划投资1200万元，截至2023年底累计完成投资960万元。
计划于2024年3月底前完成剩余10期培训。
受汛期影响，培训计划未完成，已扣分并说明原因。
2021年度获批的示范项目总投资611万元已于上年付清。
比2022年的598.2万元增加19.15万元，增长3.2%，支出617.35万元。
2022年、2023年支出分别为598.2万元、617.35万元。
较2022年，2023年项目支出增加，达178.5万元。
自2022年开始实施的示范片项目，本年支出124.6万元。
2022年结转的示范资金与当年安排的124.6万元统筹使用。
""".strip().splitlines()


def found_in(filing: Filing) -> list[str]:
    return [entry.rule + entry.message for entry in check(filing, load(), only=DOCUMENT).findings]


@pytest.mark.parametrize("sentence", RIGHT)
def test_what_is_right_is_not_found(sentence):
    assert found_in(changed({"narrative": [SURVEY, sentence]})) == []


def test_all_that_is_right_in_one_report():
    filing = clean()
    place = filing.narrative.index("七、存在的问题及原因分析")
    filing.narrative[place:place] = RIGHT
    assert found_in(filing) == []


# full names, of which the reports use shorter ones
UNITS = {
    "disabled": "云麓市南区残疾人联合会",
    "education": "柳溪县教育局",
    "forestry": "青岭县林业局",
    "hospital": "云麓县中医医院",
    "library": "云麓县图书馆",
    "market": "云麓县市场监督管理局",
    "school": "中共云溪县委党校",
    "seniors": "云麓县退役军人服务中心",
    "town": "云麓县石桥镇人民政府",
    "traffic": "云麓市公安局交通警察支队高坪大队",
}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_nothing_arises_in_reports_of_other_outlines(path):
    filing = filing_of(path)
    filing.unit = UNITS[path.stem]
    assert found_in(filing) == []
