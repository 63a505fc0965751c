"""The totals that a report names once and speaks of again: 总支出, 项目支出的全年预算 …, from its tables and its prose.

A total is known where the tables or the prose give it by name and never give two of them; else nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbook import patterns as re
from workbook.model.filing import Filing
from workbook.narrative.accounts import Account
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.names import best_row
from workbook.narrative.printed import of_cell
from workbook.narrative.relations import Given, Ratio, Sum, Term
from workbook.narrative.sums import row
from workbook.narrative.words import read_label

Name = tuple[str, str]  # subject ("" the whole department) and kind
_CELLS: dict[Name, tuple[str, str]] = {
    ("", "支出"): ("funds.executed", "附件3 全年执行数"),
    ("", "全年预算"): ("funds.annual_budget", "附件3 全年预算数"),
    ("", "年初预算"): ("funds.initial_budget", "附件3 年初预算数"),
    ("项目支出", "支出"): ("expenses.project.final", "附件2 项目支出本年决算数"),
}
_NAMED = ("", "基本支出", "项目支出", "三公经费", "人员经费", "公用经费")
_KINDS = ("支出", "全年预算", "年初预算", "收入")
_WHOLE = re.compile(r"^(?:的|全部门?|本年度?|全年|年度|当年|部门|单位|整体|总|各项|合计|总额)+|的$")
_RATE = re.compile(r"执行率|支出率|支出进度|执行进度")


class Totals:
    """The named totals of one report."""

    def __init__(self, filing: Filing, ledger: Ledger, accounts: Sequence[Account] = ()) -> None:
        self.known: dict[Name, Term] = {}
        self.projects = {one.project: one for one in accounts if one.project and one.spent and one.budget}
        self.names = list(self.projects)
        told: dict[Name, list[Entry]] = {}
        for entry in ledger.entries:
            if (name := _name_of(entry)) is not None:
                told.setdefault(name, []).append(entry)
        for name, (path, label) in _CELLS.items():
            value = filing.get(path)
            if isinstance(value, Decimal) and value:
                self.known[name] = Given(of_cell(value), label, path)
        for name, path, label in _by_kind(filing):
            value = filing.get(path)
            if isinstance(value, Decimal) and value:
                self.known.setdefault(name, Given(of_cell(value), label, path))
        for name, entries in told.items():
            values = {entry.print.value for entry in entries}
            if name not in self.known and len(values) == 1 and entries[0].print.written > 3:
                self.known[name] = entries[0]
        for account in accounts:
            self._same(account)

    def _same(self, account: Account) -> None:
        """Take the budgets of an account whose spending is that of a named total: 支出 556.14 of 项目支出 556.14."""
        spent = account.spent
        if spent is None or spent.print.digits < 4 or account.budget is None:
            return
        for subject in _NAMED:
            known = self.known.get((subject, "支出"))
            if known is not None and known.print.value == spent.print.value:
                self.known.setdefault((subject, "全年预算"), account.budget)
                if isinstance(account.start, Entry):
                    self.known.setdefault((subject, "年初预算"), account.start)

    def project(self, words: str) -> Account | None:
        """Return the account of the project that words name, None where they name none for sure."""
        found = best_row(words, self.names) if len(words) >= 3 and self.names else None
        return self.projects[self.names[found]] if found is not None else None

    def of(self, words: str) -> Term | None:
        """Return the total that words name (总支出, 项目支出全年预算), None where they name none that is known."""
        whole = re.fullmatch(r"(?:全年|年初)预算(?:数|总额)?", words)
        label = read_label(words if whole else _WHOLE.sub("", words) or words)
        if label.scope or label.rest or label.per_unit:
            return None
        subject = label.subject
        kind = label.kind or ("支出" if subject else "")
        if not kind and re.fullmatch(r"(?:总|全部|全年|本年)*支出(?:总额|合计|总计)?", words):
            kind = "支出"
        return self.known.get((subject, kind))


def _by_kind(filing: Filing) -> Iterator[tuple[Name, str, str]]:
    """Yield 基本支出 and 项目支出 of 附件3 under what they are there: forms print the budget or what was spent."""
    outlay = filing.outlay
    whole = outlay.total or (outlay.basic + outlay.project if outlay.basic and outlay.project else None)
    kind = {filing.funds.executed: "支出", filing.funds.annual_budget: "全年预算"}.get(whole) if whole else None
    if kind is not None:
        yield ("基本支出", kind), "outlay.basic", "附件3 基本支出"
        yield ("项目支出", kind), "outlay.project", "附件3 项目支出"


def _name_of(entry: Entry) -> Name | None:
    """Return which total an entry is by its own words, None where it is none for sure."""
    if (
        not entry.figure.is_money
        or entry.prior
        or entry.per
        or entry.period
        or entry.scope
        or entry.project
        or entry.figure.depth
        or entry.print.vague
        or len(entry.label.rest) >= 2
    ):
        return None
    if re.search(r"其中|本级|下属|所属|[比较]|增|减|追加|累计", entry.lead):
        return None
    kind = entry.kind or ("支出" if entry.subject in _NAMED[1:] else "")
    return (entry.subject, kind) if entry.subject in _NAMED and kind in _KINDS else None


def named_rates(ledger: Ledger, totals: Totals) -> Iterator[list[Ratio]]:
    """Yield the execution rates that name whose they are, wherever their two figures stand: 项目支出执行率 r."""
    for entry in ledger.entries:
        if not entry.figure.is_rate or entry.prior or entry.scope or entry.period:
            continue
        words = entry.lead + entry.carried
        account = totals.project(entry.label.name) if _RATE.search(words) and not entry.subject else None
        if account is not None and account.spent and account.budget and account.spent.paragraph != entry.paragraph:
            other = account.start if account.start is not account.budget else None
            yield [Ratio("预算执行率", (entry, account.spent, account.budget), 3.0, 1, other=other, said="年初预算")]
        if entry.project:
            continue
        subject = entry.subject
        whole = not subject and re.fullmatch(r"(?:其中)?(?:总体|整体|全部|合计|总)(?:支出|资金|预算)?", entry.lead)
        if not (subject in _NAMED[1:] or (whole and entry.carried)) or not _RATE.search(words):
            continue
        if not whole and len(entry.label.rest) >= 2:
            continue
        spent, budget = totals.known.get((subject, "支出")), totals.known.get((subject, "全年预算"))
        if spent is not None and budget is not None:
            start = totals.known.get((subject, "年初预算"))
            yield [Ratio("预算执行率", (entry, spent, budget), 3.0, 1, other=start, said="年初预算")]


_PARTED = re.compile(
    r"按(?:单位|预算单位|部门|性质|支出性质|用途|来源|资金来源|收入来源|资金性质|级次)[^，。;:\d]{0,8}[:，]?$"
)


def parted(ledger: Ledger, totals: Totals, made: Sequence[Sum]) -> Iterator[Sum]:
    """Yield the whole's parts where the paragraph does not say the whole again: 按单位划分：机关支出 A，中心支出 B."""
    known = {term.number for one in made for term in one.terms[1:] if isinstance(term, Entry)}
    for entries in ledger.by_paragraph.values():
        for index, first in enumerate(entries):
            if first.number in known or not first.figure.is_money or first.figure.depth:
                continue
            flat = ledger.paragraphs[first.paragraph - 1].flat
            earlier = entries[index - 1].figure.span.end if index else 0
            opened = re.search(
                r"按[^，。;]{1,12}?(?:[:，]|(?=本级|机关|局|部|中心|基本|一般))",
                flat[earlier : first.figure.span.start],
            )
            if opened is None or not _PARTED.match(opened[0]):
                continue
            parts = row(ledger, entries[index:])
            kinds = {part.kind or "支出" for part in parts}
            head = totals.known.get(("", "支出")) if kinds == {"支出"} else None
            if head is None or len(parts) < 2 or any(part.subject in ("人员经费", "公用经费") for part in parts):
                continue
            yield Sum("分项之和", (head, *parts), 2.5, 1, signs=(1, *(-1 for _ in parts)))
