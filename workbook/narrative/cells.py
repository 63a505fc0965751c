"""The tables' figures beside the prose: which cell an entry speaks of, as far as its words tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from workbook import patterns as re
from workbook.model.fields import EXPENSES, field_of, pattern_of
from workbook.model.filing import Filing
from workbook.model.quantity import Quantity, normal, parse
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.names import best_row, core
from workbook.narrative.printed import Print, of_cell
from workbook.narrative.relations import Equal, Given, Ratio
from workbook.narrative.strays import Named

TOTALS = ("funds.annual_budget", "funds.initial_budget")  # over which 执行率 may be taken
NAMED = {label: name for name, label in EXPENSES.items()}
_KINDS = {"支出": "final", "年初预算": "budget", "预算": "budget"}
_OF_FULL_YEAR = {"支出": "final", "全年预算": "budget", "预算": "budget"}  # where 附件2 holds the budgets as adjusted
_PART = re.compile(
    r"本级|下属|所属|机关|二级|中(?:的|有|含|由|用于|安排|列支|使用|包括)|其他资金|自有|自筹|配套|上级|省级|中央|市级|捐赠|增加|减少|追加|调[增减]|后支付|尾款|质保|预付|首付|进度款|结清|[增减]$"
)
_NARROW = re.compile(
    r"行政|事业|机关|参公|工勤|其中|聘|临时|劳务|离|退|党员|女|研究生|本科|高级|中级|教师|医|护|民警|辅警|下属|所属|二级"
)


def amounts(filing: Filing) -> list[Given]:
    """Return every amount, rate and head count of the tables that is filled, with its label."""
    out = []
    for path in filing.paths():
        kind = field_of(path).kind
        value = filing.get(path) if kind in ("amount", "rate", "count") else None
        if isinstance(value, Decimal):
            out.append(given(filing, path, value, kind))
    return out


def given(filing: Filing, path: str, value: Decimal, kind: str = "amount") -> Given:
    """Return a cell as a term."""
    return Given(of_cell(value, kind), f"{annex(path)}{filing.label(path)}", path, rate=kind == "rate")


def annex(path: str) -> str:
    """Return which sheet of the form a path stands in, in words."""
    return (
        "附件2 "
        if pattern_of(path).split(".")[0] in ("staff", "expenses", "project_lines[]", "buildings[]")
        else "附件3 "
    )


class Indicator(NamedTuple):
    """One quantity of an indicator: its bare name, the family of its unit, whether it is the target, and the cell."""

    name: str
    family: str
    planned: bool
    cell: Given


def indicators(filing: Filing) -> list[Indicator]:
    """Return results and targets of the indicators that are quantities and whose names tell enough."""
    out = []
    for index, row in enumerate(filing.indicators):
        name = _bare(row.level3 or "")
        if len(name) < _TELLING:
            continue
        for column, words in (("actual", row.actual), ("target", row.target)):
            quantity = parse(words) if words else None
            if quantity is None or quantity.vague:
                continue
            cell, base = _result(row.level3 or "", f"indicators[{index}].{column}", quantity)
            out.append(Indicator(name, family(base), column == "target", cell))
    return out


def _result(name: str, path: str, quantity: Quantity) -> tuple[Given, str]:
    """Return a quantity of an indicator as a term, and the unit of its value."""
    exponent = quantity.number.as_tuple().exponent
    scale = quantity.value / quantity.number if quantity.number else Decimal(1)
    unit = abs(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) * scale)
    base = "%" if quantity.is_rate else "万元" if quantity.is_money else quantity.base_unit
    heading = "实际完成值" if path.endswith("actual") else "年度指标值"
    label = f"附件3 绩效指标「{' '.join(name.split())}」{heading}"
    return Given(Print(quantity.value, unit, quantity.number, scale), label, path, rate=base == "%"), base


_TELLING = 4  # characters from which an indicator's name tells it from others
_FAMILIES = ("人 名 人次", "起 件 宗 例", "㎡ 平方米", "公里 千米", "个 家 座 处 所", "场 次 期 场次")
_FAMILY = {unit: units.split()[0] for units in _FAMILIES for unit in units.split()}


def family(unit: str) -> str:
    """Return one unit for all that people use for the same count: 起 for 件, 宗, 例."""
    return _FAMILY.get(unit, unit)


@lru_cache(maxsize=2048)
def _bare(name: str) -> str:
    flat = re.sub(r"\(.*?\)", "", normal(name))
    flat = re.sub(r"(?:次数|数量|人数|户数|个数|面积|场次|人次|总数|数|总额)$", "", flat)
    return re.sub(r"^(?:全年|年度|开展|组织|举办|完成|新建|新增|实施|改造|建设)+", "", flat)


def named_cells(filing: Filing, own: Sequence[Named]) -> list[Named]:
    """Return the figures of the tables with the names that the prose may give them: results, amounts, and rows of its own."""
    out = list(own)
    for index, row in enumerate(filing.indicators):
        quantity, target = (parse(words) if words else None for words in (row.actual, row.target))
        if quantity is None or quantity.vague or not quantity.number:
            continue
        cell, base = _result(row.level3 or "", f"indicators[{index}].actual", quantity)
        beside = (target.value,) if target is not None else ()
        out.append(Named(row.level3 or "", family(base), cell, f"indicators[{index}]", beside))
    for cell in amounts(filing):
        if field_of(cell.path).kind == "amount" and not cell.path.endswith("prior_final"):
            out.append(Named(_name_of(filing, cell.path), "万元", cell, cell.path.rpartition(".")[0]))
    return out


def _name_of(filing: Filing, path: str) -> str:
    """Return what the row of a cell is called, without its column."""
    owner, _, _ = path.rpartition(".")
    if "[" in owner:
        row = filing.get(owner)
        return str(getattr(row, "name", "") or "")
    return EXPENSES.get(owner.removeprefix("expenses."), field_of(path).label)


def equalities(filing: Filing, ledger: Ledger, base: str) -> Iterator[list[Equal | Ratio]]:
    """Yield for each entry the cells that its words speak of, the likeliest first; 执行率 is taken over the total `base`."""
    rows = [" ".join((row.name or "").split()) for row in filing.project_lines]
    kinds = _kinds(filing, ledger, rows)
    results = indicators(filing)
    for entry in ledger.entries:
        if entry.period or entry.figure.comparator in ("≥", "≤") or entry.per:
            continue
        found: list[Equal | Ratio] = []
        if entry.figure.is_money and not entry.kind and _LEFT_OVER.search(ledger.before(entry)):
            continue  # 结转较多的是甲项目 684 万元和乙项目 617 万元
        if entry.figure.is_money:
            found += _amount(filing, entry, rows, kinds)
        elif entry.base in ("人", "个"):
            found += _heads(filing, entry)
        elif entry.rate in ("up", "down"):
            found += _growth(filing, ledger, entry, rows)
        elif entry.figure.is_rate:
            found += [*_rate(filing, entry, base), *_staff_rate(filing, ledger, entry)]
        if found:
            yield found
        if named := list(_indicator(entry, results)):
            yield list(named)


_LEFT_OVER = re.compile(r"结转|结余|剩余|未支出")


def _kinds(filing: Filing, ledger: Ledger, rows: list[str]) -> dict[str, str]:
    """Return which column of 附件2 holds which amount: its 预算数 are those of the year's beginning, unless the prose says otherwise.

    They are the adjusted ones where the projects are told with the table's figure as 全年预算, nearly all of them.
    """
    held = {"年初预算": 0, "全年预算": 0}
    apart = 0
    for entry in ledger.entries:
        if entry.kind in held and entry.figure.is_money and (named := project_of(entry, rows)) is not None:
            same = filing.get(f"project_lines[{named[0]}].budget") == entry.print.value
            held[entry.kind] += same
            apart += entry.kind == "全年预算" and not same
    return _OF_FULL_YEAR if held["全年预算"] > max(1, held["年初预算"], 2 * apart) else _KINDS


def repetitions(filing: Filing, ledger: Ledger) -> Iterator[list[Equal | Ratio]]:
    """Yield figures that the prose gives twice: one project's, one expense's, of one kind, year and source of money."""
    rows = [" ".join((row.name or "").split()) for row in filing.project_lines]
    names: list[str] = list(rows)
    groups: dict[tuple[str, str, bool, str], list[Entry]] = {}
    for entry in ledger.entries:
        if not entry.figure.is_money or entry.per or entry.period or entry.figure.comparator or entry.figure.depth:
            continue
        if entry.project and not entry.subject and not entry.label.rest:
            found = best_row(entry.project, names)
            if found is None:
                names.append(entry.project)
                found = len(names) - 1
            groups.setdefault((f"项目{found}", entry.kind or "支出", entry.prior, ""), []).append(entry)
        elif entry.label.name and not entry.subject and (found := best_row(entry.label.name, names)) is not None:
            groups.setdefault((f"项目{found}", entry.kind or "支出", entry.prior, ""), []).append(entry)
        elif entry.subject in NAMED and len(entry.label.rest) < 2 and not entry.project:
            groups.setdefault((entry.subject, entry.kind or "支出", entry.prior, entry.scope), []).append(entry)
    for (name, _, _, _), own in groups.items():
        told = {own[0].paragraph}
        for one in own[1:]:
            if one.paragraph not in told:
                told.add(one.paragraph)
                trust = 2.0 if name.startswith("项目") and one.kind and own[0].kind else 0.0
                yield [Equal("前后", (one, own[0]), trust, 1)]


def project_of(entry: Entry, rows: list[str]) -> tuple[int, bool] | None:
    """Return the row of the project that an entry speaks of, and whether its own words name it (else its item does)."""
    own = entry.label.name
    if own and len(core(own)) >= 2:
        found = best_row(own, rows)
        if found is not None:
            return found, True
    if entry.project and not entry.subject and entry.figure.depth == 0 and len(entry.label.rest) < 2:
        found = best_row(entry.project, rows)
        if found is not None:
            return found, False
    return None


def _amount(filing: Filing, entry: Entry, rows: list[str], kinds: dict[str, str]) -> list[Equal | Ratio]:
    if entry.year and filing.year and entry.year != filing.year and not entry.prior:
        prior = entry.year == filing.year - 1
        if not prior:
            return []
    else:
        prior = entry.prior
    named = project_of(entry, rows)
    if named is not None:
        return list(_project(filing, entry, *named, prior, kinds))
    if entry.project:
        return []
    if entry.subject in NAMED:
        return list(_expense(filing, entry, NAMED[entry.subject], prior))
    if entry.topic in NAMED and not entry.label.rest and entry.kind:
        return [
            Equal(one.kind, one.terms, one.trust - (0.5 if entry.headed else 3.5), 2)
            for one in _expense(filing, entry, NAMED[entry.topic], prior)
        ]
    return [] if prior else list(_whole(filing, entry))


def _project(filing: Filing, entry: Entry, row: int, own: bool, prior: bool, kinds: dict[str, str]) -> Iterator[Equal]:
    column = "prior_final" if prior else kinds.get(entry.kind, "")
    columns = [column] if column else ["final", "budget"] if not entry.kind and own else []
    for name in columns:
        value = filing.get(f"project_lines[{row}].{name}")
        if isinstance(value, Decimal):
            sure = 3.5 if column and not prior and (own or entry.kind in ("支出", "年初预算", "全年预算")) else 0.0
            sure -= 5.0 if _PART.search(entry.lead) else 0.0
            sure -= 2.0 if entry.scope or entry.figure.depth or entry.kind == "预算" else 0.0
            cell = given(filing, f"project_lines[{row}].{name}", value)
            yield Equal("文表", (entry, cell), sure, len(columns))


def _expense(filing: Filing, entry: Entry, name: str, prior: bool) -> Iterator[Equal]:
    column = "prior_final" if prior else "final" if entry.kind in ("支出", "") else _KINDS.get(entry.kind, "")
    value = filing.get(f"expenses.{name}.{column}") if column else None
    if not isinstance(value, Decimal):
        return
    sure = (4.0 if name == "three_public" else 3.5) if entry.kind else 1.5
    sure -= 2.0 if entry.scope or entry.figure.depth else 0.0
    sure -= 5.0 if _PART.search(entry.lead) else 0.0
    if name == "project":
        sure = min(sure, 0.0)
        others = {"outlay.project": filing.outlay.project}
        for path, other in others.items():
            if isinstance(other, Decimal) and not prior and entry.kind != "支出":
                claim = Equal("文表", (entry, given(filing, path, other)), sure, 2)
                if claim.holds or not _narrower(filing, entry):
                    yield claim
    if entry.label.rest and len(entry.label.rest) >= 2:
        sure -= 3.0
    claim = Equal("文表", (entry, given(filing, f"expenses.{name}.{column}", value)), sure - (2.0 if prior else 0.0), 1)
    if claim.holds or name != "project" or not _narrower(filing, entry):
        yield claim


def _narrower(filing: Filing, entry: Entry) -> bool:
    """Return whether an entry speaks of a part of the money where the cells hold all of it: it agrees at most by chance.

    Where the form says that there is no other money, both are one.
    """
    total = filing.income.total or filing.funds.annual_budget
    return bool(entry.scope) and (total is None or filing.income.general_public_budget != total)


def _whole(filing: Filing, entry: Entry) -> Iterator[Equal]:
    funds, left = filing.funds, None
    if funds.annual_budget is not None and funds.executed is not None:
        allotted = filing.given.get("summary.allotted.final", filing.year)
        # of what is left a part was allotted: which of both the words mean is not told
        left = None if allotted is not None and allotted.value else funds.annual_budget - funds.executed
    paths: list[str] = {
        "年初预算": ["funds.initial_budget"],
        "全年预算": ["funds.annual_budget", "outlay.total", "income.total"],
        "预算": ["funds.initial_budget", "funds.annual_budget"],
        "支出": ["funds.executed"],
        "收入": ["income.total", "income.general_public_budget", "funds.annual_budget", "funds.executed"],
    }.get(entry.kind, [])
    if entry.subject == "基本支出":
        paths = {"全年预算": ["outlay.basic"], "": ["outlay.basic"]}.get(entry.kind, [])
    elif entry.subject:
        paths = []
    if entry.scope == "政府性基金":
        paths = ["income.government_fund"] if entry.kind in ("全年预算", "预算", "收入", "") else []
    elif entry.scope == "财政拨款" and not entry.kind:
        paths = ["income.general_public_budget"]
    elif entry.scope == "财政拨款" and entry.kind == "全年预算":
        paths = ["income.general_public_budget", *paths]
    elif entry.scope and entry.scope != "财政拨款":
        paths = []
    for path in paths:
        value = filing.get(path)
        if isinstance(value, Decimal):
            trust = -1.0 if len(entry.label.rest) >= 2 else 0.0
            claim = Equal("文表", (entry, given(filing, path, value)), trust, len(paths))
            if claim.holds or not (path in _ALL_MONEY and _narrower(filing, entry)):
                yield claim
    if left is not None and entry.kind == "结余结转" and not entry.subject:
        cell = Given(of_cell(left), "附件3 全年预算数－全年执行数", "funds.executed")
        whole = _LEFT.fullmatch(entry.lead) and not (
            entry.topic or entry.figure.depth or _FUNDS.search(entry.block.section)
        )
        yield Equal("文表", (entry, cell), 3.5 if whole else -1.0, 1)


_ALL_MONEY = ("funds.initial_budget", "funds.annual_budget", "funds.executed", "income.total", "outlay.total")
_LEFT = re.compile(
    r"(?:(?:19|20)\d{2}年)?(?:年末|年终|期末)(?:尚有|共|未支出|整体|部门|资金)*(?:结转结余|结余结转|结转和结余|结余|结转)(?:资金)?(?:共|合计|为)*"
)
_FUNDS = re.compile(r"基金|国有资本|社会保险|财政拨款|项目支出|基本支出")


def _heads(filing: Filing, entry: Entry) -> Iterator[Equal]:
    lead = re.sub(r"[\s“”]", "", entry.lead)
    if "分别" in lead or entry.figure.depth or _NARROW.search(re.sub(r"^.*(?:核定|共有|总)", "", lead)) or entry.prior:
        return
    for words, path in ((r"编制", "staff.authorized"), (r"在职|在编|在岗|实有人", "staff.actual")):
        value = filing.get(path)
        if re.search(words, lead) and isinstance(value, Decimal):
            clear = bool(re.search(r"(?:核定|批准|总|共有|年末|实有|现有|实际)", lead))
            yield Equal("文表", (entry, given(filing, path, value, "count")), 4.0 if clear else 1.0, 1)
            return


def _growth(filing: Filing, ledger: Ledger, entry: Entry, rows: list[str]) -> Iterator[Ratio]:
    """Yield the growth of an expense or of a project with the table's own pair, surer where its spending stands right before."""
    if not re.search(r"上年|去年|同比|[12]\d{3}年", entry.lead) or "分别" in entry.lead:
        return
    name = NAMED.get(entry.subject or entry.topic, "")
    row = best_row(entry.project, rows) if entry.project and not name else None
    owner = f"expenses.{name}" if name else f"project_lines[{row}]" if row is not None else ""
    now, then = (filing.get(f"{owner}.{column}") for column in ("final", "prior_final")) if owner else (None, None)
    if not now or not then:
        return
    near = [one for one in ledger.around(entry, _NEXT_TO) if one.number < entry.number and one.segment == entry.segment]
    near = [one for one in near if one.figure.is_money and not (one.per or one.prior)]
    told = any(one.print.value == now for one in near[:1] + near[-1:])
    if not name and not told:
        return
    terms = (entry, given(filing, f"{owner}.final", now), given(filing, f"{owner}.prior_final", then))
    yield Ratio("增减幅度", terms, 3.0 if told else 1.0, 1, change=1 if entry.rate == "up" else -1)


_NEXT_TO = 4


def _staff_rate(filing: Filing, ledger: Ledger, entry: Entry) -> Iterator[Ratio]:
    """Yield 控制率 where the paragraph tells of posts and staff, with the table's own pair."""
    staff = filing.staff
    told = {one.lead[-2:] for one in ledger.around(entry, _NEXT_TO * 4) if one.base in ("人", "个")}
    if (
        staff.actual
        and staff.authorized
        and re.fullmatch("(?:在职人员|编制|人员)?控制率为?", entry.lead)
        and told & {"编制", "在职", "制数"}
    ):
        terms = (
            entry,
            given(filing, "staff.actual", staff.actual, "count"),
            given(filing, "staff.authorized", staff.authorized, "count"),
        )
        yield Ratio("比率", terms, 3.0, 1)


def _rate(filing: Filing, entry: Entry, base: str) -> Iterator[Equal | Ratio]:
    """Yield the whole department's execution rate with the table's own pair."""
    if (
        entry.rate != "name"
        or entry.scope
        or "口径" in entry.lead
        or "百分点" in entry.figure.quote
        or not re.search(r"(?:预算)?(?:整体)?(?:支出)?执行率|预算完成率|整体支出进度", entry.lead)
    ):
        return
    if (
        entry.project
        or entry.topic
        or entry.subject
        or re.search(r"项目|三公|采购|公用|基本|平均|专项|基金", entry.lead)
    ):
        return
    executed, total = filing.funds.executed, filing.get(base)
    if executed is None or not total:
        return
    top, bottom = given(filing, "funds.executed", executed), given(filing, base, total)
    (wrong,) = (path for path in TOTALS if path != base)
    instead = filing.get(wrong)
    other = given(filing, wrong, instead) if instead else None
    clear = bool(re.search(r"预算执行率|整体|总体|全年", entry.lead))
    yield Ratio("文表执行率", (entry, top, bottom), 3.0 if clear else -9.0, 1, other=other, said=field_of(wrong).label)


_OF_A_PART = re.compile(r"本级|下属|所属|二级|局机关|委机关|办机关|厅机关|院机关|镇机关|乡机关|机关本部|^机关")


def _indicator(entry: Entry, results: list[Indicator]) -> Iterator[Equal]:
    if entry.prior or not entry.figure.unit or entry.kind or entry.figure.depth:
        return
    own = family(entry.base)
    alike = [one for one in results if one.family == own]
    lead = normal(re.sub(r"[“”\"]", "", entry.lead)) if alike else ""
    if len(lead) < 2 or re.search(r"[差少低]|未|缺口", lead):
        return
    planned = bool(re.search(r"目标|计划|任务|拟|应", lead))
    short = re.sub(r"^.*?(?:年|[1-9][.、])", "", lead)
    for one in alike:
        if one.name in lead or (len(short) >= _TELLING and short in one.name):
            if _OF_A_PART.search(lead.replace(one.name, "") if one.name in lead else lead):
                continue  # 镇本级基本支出: of a part of the department, where the indicator is of all of it
            exact = one.name in lead and len(lead) - len(one.name) <= _TELLING
            trust = 3.0 if exact else 2.0 if one.name in lead else 0.5
            yield Equal("文表指标", (entry, one.cell), trust if one.planned == planned else -9.0, 1)
