"""Accounts that the words keep: 年初预算 ± 调整 ＝ 全年预算, and less what was spent what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from workbook import patterns as re
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.printed import Print
from workbook.narrative.relations import Equal, Given, Sum, Term

NONE_LEFT = re.compile(
    r"(?:无|没有|未产生|未形成|未有)(?:资金)?(?:结余|结转)(?:结转|结余)?|(?:资金)?全部(?:支出|执行|用|使用)完(?:毕)?"
)
_ALL_SPENT = re.compile(r"(?:已|均|，)全部(?:支出|执行|使用|支付)(?!完?的|情况|率)")
_UNMOVED = re.compile(r"(?:未|没有|无|未作|未做|未进行|没有作)(?:预算)?(?:调整|调剂|追加)")
_NO_START = re.compile(
    r"年初(?:部门)?(?:没有|未|无|不)(?:安排|纳入|编列|编制|列入|列|编报|编)*(?:部门)?(?:预算|安排)?|未列入年初(?:部门)?预算|年初预算(?:为)?(?:0|零)(?![\d.])"
)
_MOVES = ("调增", "调减")
_KINDS = ("年初预算", "预算", "全年预算", "调增", "调减", "支出", "结余结转", "上年结转")
_HUNDREDTH = Decimal("0.01")


@dataclass(slots=True)
class Account:
    """What one item (or one sentence) says of one budget, each role at most once but for the moves."""

    entries: list[Entry] = field(default_factory=list)
    start: Term | None = None
    full: Entry | None = None
    spent: Entry | None = None
    left: Term | None = None
    carried: list[Entry] = field(default_factory=list)
    ups: list[Entry] = field(default_factory=list)
    downs: list[Entry] = field(default_factory=list)
    unmoved: bool = False
    unsure: bool = False  # 调整1392.30万元: by how much, or to what
    emptied: str = ""
    project: str = ""

    @property
    def budget(self) -> Given | Entry | None:
        """Return what there was to spend: as printed, or put together of its printed parts."""
        if self.full is not None or self.start is None or self.unsure:
            return self.full
        terms: list[Term] = [self.start, *self.carried, *self.ups, *self.downs]
        if len(terms) == 1:
            return self.start
        value = sum((term.print.value * (-1 if term in self.downs else 1) for term in terms), Decimal(0))
        words = "".join(
            f"{'－' if term in self.downs else '＋'}{term.figure.number}"
            for term in terms[1:]
            if isinstance(term, Entry)
        )
        first = self.start.figure.number if isinstance(self.start, Entry) else "0"
        own = tuple(term for term in terms if isinstance(term, Entry))
        return Given(Print(value, _HUNDREDTH, value, Decimal(1)), f"（{first}{words}）", "", own)


def accounts(ledger: Ledger) -> list[Account]:
    """Return the accounts of a report, in the order of the text."""
    out: list[Account] = []
    for (_, _), group in groupby(ledger.entries, key=lambda entry: (entry.paragraph, id(entry.block))):
        own = [entry for entry in group if entry.figure.is_money and not entry.prior and not entry.per]
        if own:
            for made in _of_block(ledger, own):
                if out and _goes_on(out[-1], made):
                    for entry in made.entries:
                        _put(out[-1], entry)
                else:
                    out.append(made)
    return out


def _goes_on(account: Account, made: Account) -> bool:
    """Return whether what follows in the paragraph is but the moves of an account: 调整情况：1、调增… 2、调减…"""
    same = account.entries[0].paragraph == made.entries[0].paragraph and not made.project
    moved = (
        any(_kind_of(entry) in _MOVES for entry in account.entries) and account.entries[-1].kind != made.entries[0].kind
    )
    return (
        same
        and account.start is not None
        and all(_kind_of(one) in _MOVES for one in made.entries)
        and (not moved or account.entries[-1].kind in _MOVES)
    )


def _of_block(ledger: Ledger, entries: list[Entry]) -> list[Account]:
    made: list[Account] = []
    account = Account()
    owner: tuple[str, str] | None = None
    for entry in entries:
        if entry.kind == "调整" and account.start is not None:
            account.unsure = True
        if _kind_of(entry) not in _KINDS or entry.period or _OF_OTHERS.search(entry.lead):
            continue
        if _kind_of(entry) in _MOVES and account.spent is not None and re.search("审|核减|合同", entry.lead):
            continue  # 支出 57.42 万元，结余 0.58 万元，…合同价 57.80 万元，审减 1.38 万元: of the contract
        name = (entry.subject, entry.label.name if len(entry.label.rest) >= 3 else "")
        other = _kind_of(entry) not in _MOVES and owner is not None and name != owner and any(name) and any(owner)
        if other or _taken(account, entry) or _apart(ledger, account, entry):
            if account.entries:
                made.append(account)
            account = Account()
            owner = None
        if any(name) and (owner is None or not any(owner)):
            owner = name
        _put(account, entry)
    if account.entries:
        made.append(account)
    for one in made:
        _said(ledger, one, len(made) == 1)
    return made


_BOTH = re.compile(r"预算数?[与和、]支出数?(?:均|都)?(?:为|是)?$")
_OF_OTHERS = re.compile(r"合同[^，。;]{0,4}(?:尚有|剩余|余款)|(?:贷款|债务|银行|存款|账户)[^，。;]{0,4}余额")


def _kind_of(entry: Entry) -> str:
    """Return the role of an entry: its kind, and spent where its very name is 基本支出 or 项目支出."""
    return entry.kind or ("支出" if entry.subject in ("基本支出", "项目支出") and not entry.label.rest else "")


def _taken(account: Account, entry: Entry) -> bool:
    """Return whether an account has what the entry would be, so that another one begins."""
    held = {"年初预算": account.start, "预算": account.start or account.full, "全年预算": account.full}
    held |= {"支出": account.spent, "结余结转": account.left}
    known = held.get(_kind_of(entry))
    return known is not None and not (entry.figure.depth > 0)


def _apart(ledger: Ledger, account: Account, entry: Entry) -> bool:
    """Return whether an entry of a paragraph without a project stands in a later sentence than its account."""
    if not account.entries:
        return False
    last = account.entries[-1]
    spends = entry.kind == "支出" and not (entry.subject or entry.label.rest or account.spent)
    if spends and entry.sentence == last.sentence and entry.segment == last.segment + 1 and account.budget is not None:
        return False  # 全年预算 1156 万元；实际支出 1145 万元
    if entry.block.project or (
        account.start is not None and _kind_of(entry) in _MOVES and entry.segment == last.segment + 1
    ):
        return False
    return entry.segment != last.segment


def _put(account: Account, entry: Entry) -> None:
    kind = _kind_of(entry)
    if kind == "调减" and "收回" in entry.lead and account.spent is not None and account.left is None:
        kind = "结余结转"  # what was not spent goes back to the treasury
    if kind in ("年初预算", "预算", "全年预算") and re.search(r"总预算|概算|累计|[三五]年|规划", entry.lead):
        return  # of several years
    if entry.figure.depth > 0 and kind not in ("年初预算", *_MOVES):
        return
    whole = account.start
    if (
        kind == "年初预算"
        and entry.figure.depth
        and isinstance(whole, Entry)
        and whole.kind == "预算"
        and account.full is None
    ):
        account.full, account.start = whole, entry  # 预算98万元（年初86万元，追加12万元）
    elif kind in ("年初预算", "预算"):
        account.start = account.start or entry
    elif kind == "全年预算":
        account.full = entry
    elif kind == "支出":
        account.spent = entry
    elif kind == "结余结转":
        account.left = entry
    elif kind == "上年结转":
        account.carried.append(entry)
    elif kind == "调增":
        account.ups.append(entry)
    else:
        account.downs.append(entry)
    account.entries.append(entry)
    account.project = account.project or entry.project


def _said(ledger: Ledger, account: Account, alone: bool) -> None:
    """Put in what is said without a number: 无结余, 未调整, 年初未安排."""
    first, last = account.entries[0], account.entries[-1]
    made = ledger.paragraphs[first.paragraph - 1]
    if first.block.project and alone:
        words = before = made.flat[first.block.start : first.block.end]
    else:  # what another account says in the same paragraph is not of this one
        end = re.compile(r"[;。]|$").search(made.flat, last.figure.span.end)
        words = made.flat[first.figure.span.start : end.start() if end else len(made.flat)]
        earlier = ledger.entries[first.number - 1].figure.span.end if _follows(ledger, first) else 0
        before = re.split(r"[;。]", made.flat[earlier : first.figure.span.start])[-1]
    both = first if first.kind == "全年预算" and _BOTH.search(first.lead) else None
    account.spent = account.spent or both  # 全年预算与支出均为1120万元，结余20万元
    zero = Print(Decimal(0), _HUNDREDTH, Decimal(0), Decimal(1))
    none = NONE_LEFT.search(words)
    if none and account.left is None:
        account.left = Given(zero, f"“{none[0]}”", "", ())
    if account.start is None and (found := _NO_START.search(words) or _NO_START.search(before)):
        account.start = Given(zero, f"“{found[0]}”", "", ())
    account.unmoved = bool(_UNMOVED.search(words))
    left = account.left
    if account.spent is None and isinstance(left, Entry):
        spent = _ALL_SPENT.search(
            ledger.between(ledger.entries[left.number - 1], left) if _follows(ledger, left) else ""
        )
        account.emptied = spent[0] if spent else ""


def _follows(ledger: Ledger, entry: Entry) -> bool:
    """Return whether an entry is not the first of its paragraph."""
    return entry.number > 0 and ledger.entries[entry.number - 1].paragraph == entry.paragraph


def bracketed(ledger: Ledger) -> Iterator[Sum]:
    """Yield the accounts that stand in brackets behind what was spent: 49.36万元（全年预算50.50万元，剩余1.14万元）."""
    for entries in ledger.by_paragraph.values():
        yield from _whole_in_brackets(ledger, entries)
        for index, head in enumerate(entries[:-1]):
            inside = _inside(ledger, entries, index)
            if not inside or head.kind not in ("", "支出") or not head.figure.is_money or head.per or head.prior:
                continue
            roles = {one.kind: one for one in inside if one.figure.is_money and not one.prior and not one.per}
            left = roles.get("结余结转")
            full, start = roles.get("全年预算"), roles.get("年初预算") or roles.get("预算")
            moves = [one for one in inside if one.kind in _MOVES]
            if left is None or (full is None and start is None) or any(one.kind == "支出" for one in inside):
                continue
            if full is not None:
                yield Sum("预算结余", (left, full, head), 3.5, 1, signs=(1, -1, 1))
            elif start is not None:
                signs = (1, -1, *(1 if one.kind == "调减" else -1 for one in moves), 1)
                yield Sum("预算结余", (left, start, *moves, head), 3.5, 1, signs=signs)


def _whole_in_brackets(ledger: Ledger, entries: list[Entry]) -> Iterator[Sum]:
    """Yield accounts told whole in brackets: 矿山修复（预算800万元，支出600万元，执行率75%，结余200万元）."""
    for (_, depth), group in groupby(entries, key=lambda one: (one.segment, one.figure.depth)):
        own = [one for one in group if one.figure.is_money and not one.per and not one.prior]
        roles = {one.kind: one for one in own}
        full, spent, left = roles.get("全年预算") or roles.get("预算"), roles.get("支出"), roles.get("结余结转")
        if depth and full and left and not spent and _ALL_SPENT.search(ledger.between(full, left)):
            yield Sum("预算结余", (left, full, full), 3.5, 1, signs=(1, -1, 1), complete=True)
        if depth and full and spent and left and len(own) == 3 and ")" not in ledger.between(own[0], own[-1]):
            yield Sum("预算结余", (left, full, spent), 3.5, 1, signs=(1, -1, 1), complete=True)


def _inside(ledger: Ledger, entries: list[Entry], index: int) -> list[Entry]:
    """Return the entries of the bracket that opens right behind an entry."""
    head = entries[index]
    if not re.match(r"\s?[^，。;、\d]{0,4}\(", ledger.after(head, 8)):
        return []
    out = []
    for one in entries[index + 1 :]:
        if one.figure.depth <= head.figure.depth:
            break
        out.append(one)
    return out


_IN_YUAN = 10_000  # 元: what is less is no budget of a department that counts in 万元


def _slipped(account: Account, entry: Entry) -> bool:
    """Return whether an entry says 元 in an account that is kept in 万元: 预算88.62万元，支出72.04元."""
    figure = entry.figure
    if figure.unit != "元" or not 0 < figure.number < _IN_YUAN or entry.kind in ("结余结转", "上年结转"):
        return False
    return any(one.figure.unit == "万元" for one in account.entries)


def _meant(account: Account, term: Term) -> Term:
    """Return a term as it is meant: 72.04元 for 72.04万元 in an account that is kept in 万元."""
    if not isinstance(term, Entry) or not _slipped(account, term):
        return term
    scale = Decimal(10_000)
    print_ = term.print._replace(
        value=term.print.value * scale, unit=term.print.unit * scale, scale=term.print.scale * scale
    )
    return Given(print_, f"{term.figure.number}万元", "", (term,))


def units(made: list[Account]) -> Iterator[Equal]:
    """Yield the amounts that say 元 in an account that is kept in 万元, with what they mean."""
    for account in made:
        for entry in account.entries:
            if _slipped(account, entry):
                whole = entry.figure.number == entry.figure.number.to_integral_value()
                meant = _meant(account, entry)
                yield Equal("单位", (entry, meant), 3.0 if whole else 5.0, 1)


def balances(made: list[Account], silent: bool = False) -> Iterator[Sum]:
    """Yield the balances that the accounts claim; `silent`: the report speaks of no 结余 at all, so that none is left."""
    for account in made:
        moves = [*account.carried, *account.ups, *account.downs]
        signs = [*(-1 for _ in (*account.carried, *account.ups)), *(1 for _ in account.downs)]
        item = bool(account.project) or account.entries[0].segment == account.entries[-1].segment
        if account.full is not None and account.start is not None and (moves or account.unmoved):
            terms = (account.full, account.start, *moves)
            terms = tuple(_meant(account, term) for term in terms)
            yield Sum("预算调整", terms, 3.0 if account.project and moves else 1.0, 1, False, signs=(1, -1, *signs))
        if silent and moves and account.start is not None and account.spent is not None and account.left is None:
            terms = tuple(_meant(account, term) for term in (account.spent, account.start, *moves))
            yield Sum("预算结余", terms, 3.0, 1, True, signs=(1, -1, *signs))
        if account.emptied and isinstance(account.left, Entry):
            none = Given(Print(Decimal(0), _HUNDREDTH, Decimal(0), Decimal(1)), f"“{account.emptied}”", "", ())
            yield Sum("预算结余", (account.left, none), 4.0, 1, True, signs=(1, -1))
        if account.spent is None or account.left is None:
            continue
        if account.full is not None:
            terms = (account.left, account.full, account.spent)
            yield Sum("预算结余", terms, 4.0 if item else 2.5, 1, False, signs=(1, -1, 1))
        elif account.start is not None and not account.unsure:
            certain = item and (bool(moves) or account.unmoved or _kind(account.start) == "预算")
            terms = (account.left, account.start, *moves, account.spent)
            trust = 4.0 if certain else 1.5 if item else 0.0
            yield Sum("预算结余", terms, trust, 1, False, signs=(1, -1, *signs, 1))


def _kind(term: Term) -> str:
    return term.kind if isinstance(term, Entry) else "预算"


_OPENING = re.compile(
    r"(?:年初|期初|上年末)[^，。;\d]{0,4}(?:余额|结存|结余|馆藏|存量|库存|存栏|藏书|借款|贷款|债务|欠款)"
)
_CLOSING = re.compile(
    r"(?:年末|期末|年终|账面|当前)?(?:余额|结存)(?:为)?$|(?:年末|期末|年终)[^，。;]{0,6}(?:余额|欠款|馆藏|存量|库存|存栏|藏书)(?:为)?$"
)
_IN = re.compile(r"购入|入库|募集|归集|收入|新增|增加|借入|缴入|缴存|收取|存入|筹集|拨入|利息|发行")
_OUT = re.compile(r"剔旧|注销|出库|报废|支出|发放|归还|偿还|使用|减少|支取|提取|救助|退还|拨付|支付|返还")


def funds_told(ledger: Ledger) -> Iterator[Sum]:
    """Yield the balances of funds and loans: 年初余额 A，募集 B，支出 C，年末余额 A＋B－C."""
    for entries in ledger.by_paragraph.values():
        for index, first in enumerate(entries):
            counted = first.figure.is_money or re.search("年初[^，。;]{0,6}$", first.lead)
            if not counted or first.figure.is_rate or first.per or not _OPENING.search(first.lead):
                continue
            moves: list[tuple[int, Entry]] = []
            for one in entries[index + 1 :]:
                if one.segment != first.segment or one.base != first.base or one.per:
                    break
                if _CLOSING.search(one.lead) and not _OPENING.search(one.lead):
                    if moves:
                        signs = (1, -1, *(-sign for sign, _ in moves))
                        yield Sum("预算结余", (one, first, *(move for _, move in moves)), 4.0, 1, True, signs=signs)
                    break
                if re.search("[付还]利息|付息", one.lead):
                    continue  # it is paid beside the loan
                way = 1 if _IN.search(one.lead) else -1 if _OUT.search(one.lead) else 0
                if not way:
                    break
                moves.append((way, one))


_ASSETS, _DEBTS, _NET = (
    re.compile(f"(?:{words})(?:总额|总计|合计)?(?:为)?$") for words in ("资产(?<!净资产)", "负债", "净资产")
)
_CONTRACT = re.compile(r"合同(?:总?[价额]|金额)(?:款)?(?:为)?$")
_PAID = re.compile(r"累计(?:支付|已付|付款|拨付|完成支付)?(?:资金|金额|款)?$")
_OWED = re.compile(r"(?:尾款|余款|未付款?|待付款?|尚欠|尚未支付|剩余)(?:资金|金额|款)?(?:为)?$")


def contracts(ledger: Ledger) -> Iterator[Sum]:
    """Yield what is still owed of a contract (合同价288万元…累计支付246万元…尾款42万元), and 净资产 of 资产 and 负债."""
    for entries in ledger.by_paragraph.values():
        own = [one for one in entries if one.figure.is_money and not one.per]
        for owed in (one for one in own if _OWED.search(one.lead)):
            before = [
                one for one in own if one.number < owed.number and owed.figure.sentence - one.figure.sentence <= 2
            ]
            price = next((one for one in reversed(before) if _CONTRACT.search(one.lead)), None)
            paid = next(
                (one for one in reversed(before) if _PAID.search(one.lead) and price and one.number > price.number),
                None,
            )
            if price is not None and paid is not None and owed.sentence == paid.sentence:
                yield Sum("预算结余", (owed, price, paid), 3.5, 1, signs=(1, -1, 1))
        for all_, debts, net in zip(own, own[1:], own[2:], strict=False):
            if _ASSETS.search(all_.lead) and _DEBTS.search(debts.lead) and _NET.search(net.lead):
                yield Sum("预算结余", (net, all_, debts), 4.0, 1, True, signs=(1, -1, 1))
