"""The scheme: read, checked, laid over, shown as rows and read back."""

from decimal import Decimal

import pytest

from workbook.cli import run
from workbook.model.findings import Severity
from workbook.model.scheme import SchemeError, from_rows, load, named, names, parse, titles, to_rows
from workbook.rules.engine import check
from workbook.rules.examples import changed

ROWS = [(row[1], row[2]) for row in to_rows(load())]


@pytest.mark.parametrize("name", names())
def test_every_preset_is_sound_and_says_where_its_numbers_come_from(name):
    scheme = load(name)
    assert scheme.title
    assert all(entry.source and entry.title for entry in scheme.parameters.values())
    assert from_rows(scheme, [(row[1], row[2]) for row in to_rows(scheme)]).hash == scheme.hash


def test_rows_lay_over_the_base():
    changed = from_rows(
        load(), [*ROWS, ("grade.bands", "优，95；良，85；中，60；差，0"), ("rate.warning_above", "105%")]
    )
    assert changed.rows("grade.bands")[0] == ["优", Decimal(95)]
    assert changed.number("rate.warning_above") == Decimal("1.05")
    assert changed.hash != load().hash


@pytest.mark.parametrize(
    ("key", "words", "message"),
    [
        ("weights.classes", "产出指标，50；效益指标，20；满意度指标，10；成本指标，20", "不等于总分"),
        ("grade.bands", "优，80；良，90；中，60；差，0", "从高到低"),
        ("grade.bands", "优九十", "写法不对"),
        ("rate.warning_above", "百分百", "应为数字"),
        ("execution.method", "看情况", "应为"),
        ("no.such.key", "1", "不认识"),
    ],
)
def test_slips_in_parameters_are_named(key, words, message):
    with pytest.raises(SchemeError, match=message):
        from_rows(load(), [(key, words)])


def test_a_toml_file_over_a_base():
    scheme = parse(
        'id = "x"\nbase = "luosong"\n[parameters."rate.warning_above"]\nvalue = 1.1\n[rules]\nI19 = "停用"\nF02 = "错误"'
    )
    assert scheme.number("rate.warning_above") == Decimal("1.1")
    assert scheme.severity("I19", Severity.INFO) is None
    assert scheme.severity("F02", Severity.WARNING) is Severity.ERROR


@pytest.mark.parametrize("text", ["x = [", 'base = "没有"', 'base = "luosong"\n[rules]\nF01 = "严重"'])
def test_bad_files_are_refused_in_chinese(text):
    with pytest.raises(SchemeError, match=r"[\u4e00-\u9fff]"):
        parse(text)


OVER = 'id = "x"\nbase = "luosong"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[parameters."rate.warning_abvoe"]\nvalue = 1.1', "没有参数「rate.warning_abvoe」"),
        ('[parameters."rate.warning_above"]\nvalue = "高"', "控制率超过此数预警」应为数字，现为「高」"),
        ('[parameters."rate.warning_above"]\nvalue = nan', "不是数字"),
        ('[parameters."rate.warning_above"]\nvalue = -1', "不能是负数"),
        ('[parameters."rate.warning_above"]\nvaleu = 1', "不认识「valeu」"),
        ('[parameters."grade.bands"]\nvalue = 90', "写法不对，应如「优，90"),
        ('[parameters."grade.bands"]\nvalue = [["优", "九十"]]', "写法不对"),
        ('[parameters."grade.bands"]\nvalue = []', "写法不对"),
        ('[parameters."execution.method"]\nvalue = 1', "应为文字，现为「1」"),
        ('[parameters."execution.steps"]\nvalue = [[0.9, 1], [0.95, 0.9]]', "从高到低"),
        ('[parameters."total.caps"]\nvalue = [[0.8, 89], [0.5, 59]]', "从低到高"),
        ('[parameters."procurement.low"]\nvalue = 2', "应不大于"),
        ('[parameters."explain.errors"]\nvalue = "随便"', "不可以 或 可以"),
        ("parameters = 3", "应为一组条目"),
        ("[parameters]\nrate = 3", "应写成"),
        ("[paramters]\nx = 1", "不认识「paramters」"),
    ],
)
def test_slips_in_a_scheme_file_are_named(text, message):
    with pytest.raises(SchemeError, match=message):
        parse(OVER + text)


def test_a_scheme_without_a_base_stands_on_the_national_one():
    scheme = parse('id = "x"\n[parameters."rate.warning_above"]\nvalue = 1.05')
    assert scheme.number("rate.warning_above") == Decimal("1.05")
    assert scheme.parameters.keys() == load("national").parameters.keys()


@pytest.mark.parametrize("text", ['id = "national"', 'id = "national"\nparameters = []'])
def test_the_root_cannot_be_replaced_by_less(text):
    with pytest.raises(SchemeError, match=r"[\u4e00-\u9fff]"):
        parse(text)


@pytest.mark.parametrize("name", ["../luosong", "luosong.toml", ""])
def test_only_schemes_of_the_package_are_loaded_by_name(name):
    with pytest.raises(SchemeError, match="没有名为"):
        load(name)


def test_a_scheme_goes_by_its_chinese_name_whole_or_up_to_the_brackets(capsys):
    assert all(named(title) == named(title.partition("（")[0]) == id for id, title in titles().items())
    assert run(["rules", "diff", "湖南", "national"]) == 0
    assert "全国通行" in capsys.readouterr().out
    assert run(["rules", "diff", "湖南", "没有的"]) == 2
    said = capsys.readouterr().err
    assert "全国通行" in said
    assert not any(id in said for id in names())


@pytest.mark.parametrize("words", ["NaN", "Infinity", "1,5", "一"])
def test_a_number_on_the_sheet_is_a_number(words):
    with pytest.raises(SchemeError, match="控制率超过此数预警」应为数字"):
        from_rows(load(), [("rate.warning_above", words)])


@pytest.mark.parametrize("words", ["优,90;良,80;中,60;差,0", "优，９０；良，８０；中，60；差，0；"])
def test_tables_are_read_with_either_punctuation(words):
    assert [row[0] for row in from_rows(load(), [("grade.bands", words)]).rows("grade.bands")] == list("优良中差")


@pytest.mark.parametrize(
    ("name", "execution", "classes"),
    [
        ("luosong", 10, [40, 20, 10, 20]),
        ("national", 10, [50, 30, 10]),
        ("hubei", 20, [40, 40]),
        ("sichuan", 10, [90]),
        ("sichuan-old", 0, [25, 30, 45]),
        ("anhui", 10, [50, 30, 10]),
        ("yunnan", 10, [50, 30, 10]),
        ("capped", 10, [50, 30, 10]),
        ("beijing", 20, [60, 20]),
        ("guangdong", 0, [50, 50]),
        ("henan", 0, [10, 30, 25, 5, 30]),
    ],
)
def test_the_weights_of_the_presets(name, execution, classes):
    scheme = load(name)
    assert scheme.number("weights.execution") == execution
    assert [row[1] for row in scheme.rows("weights.classes")] == classes


@pytest.mark.parametrize("name", ["beijing", "guangdong"])
def test_a_scheme_whose_document_was_not_seen_cites_none(name):
    scheme = load(name)
    for key in ("weights.execution", "weights.classes"):
        assert scheme.parameters[key].source.startswith("实务（可改）")
        assert "没有见过原文" in scheme.parameters[key].source


@pytest.mark.parametrize(
    ("name", "execution", "rows"),
    [
        ("beijing", 20, [("整体绩效目标实现情况", 60), ("预算管理情况", 20)]),
        ("guangdong", None, [("履职效能", 50), ("管理效率", 50)]),
        ("henan", 10, [("成本指标", 10), ("产出指标", 30), ("效益指标", 25), ("满意度指标", 5), ("项目管理", 20)]),
    ],
)
def test_a_form_with_the_weights_of_a_province_is_right_under_its_scheme(name, execution, rows):
    filing = changed({"indicators": [{"level1": one, "level3": f"{one}甲", "weight": points} for one, points in rows]})
    filing.class_weights = {}
    filing.funds.weight = None if execution is None else Decimal(execution)
    weights = ["F12", "X01", "X02", "X04", "X11"]
    assert check(filing, load(name), only=weights).findings == []
    assert check(filing, load("luosong"), only=weights).findings != []


def test_every_slip_is_told_with_its_key():
    rows = [("rate.warning_above", "百分百"), ("execution.method", "看情况"), ("grade.bands", "优九十"), ("x", "1")]
    with pytest.raises(SchemeError) as caught:
        from_rows(load(), rows)
    assert [part.keys for part in caught.value.parts] == [("rate.warning_above",), ("grade.bands",), ("x",)]
    with pytest.raises(SchemeError) as caught:
        from_rows(load(), [("weights.execution", "12")])
    assert set(caught.value.keys) == {"weights.execution", "weights.classes", "weights.total"}
