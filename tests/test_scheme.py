"""The scheme: read, checked, laid over, shown as rows and read back."""

from decimal import Decimal

import pytest

from workbook.findings import Severity
from workbook.scheme import SchemeError, from_rows, load, names, parse, to_rows

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
