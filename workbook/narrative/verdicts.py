"""What became of the figures of a report, as plain data: the claims that give each or do not, and the accusations."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from workbook.narrative.accounts import Account
from workbook.narrative.ledger import Entry, Ledger
from workbook.narrative.names import best_row
from workbook.narrative.printed import Slip
from workbook.narrative.relations import Relation
from workbook.narrative.statements import Goal

EXPLAINED = 4.0  # bits from which an accident is no likely explanation


class Limits(NamedTuple):
    """What a scheme says of prose: from how many bits on an accusation is a warning, an error (`prose.warning`, `prose.error`),
    and the path of the total that 执行率 is taken over.
    """

    warning: float = 6.0
    error: float = 11.0
    base: str = "funds.annual_budget"


@dataclass(slots=True)
class Accusation:
    """A figure that a claim says should be another: the entry, the claim, what it should be, by which slip, how sure.

    `cell` says that the figure of the table is the likelier one to be wrong: the slip is its own.
    """

    entry: Entry
    relation: Relation
    right: Decimal
    slip: Slip | None
    bits: float
    cell: bool = False
    witnesses: list[Relation] = field(default_factory=list)
    strength: float = 0.0
    group: int = 0


@dataclass(slots=True)
class Verdict:
    """What became of one entry: the relations that give it, the ones that do not, and the accusation if there is one."""

    entry: Entry
    fits: list[Relation] = field(default_factory=list)
    fails: list[Relation] = field(default_factory=list)
    accused: Accusation | None = None
    wide: float = 0.0

    @property
    def given(self) -> bool:
        """Return whether something gives the figure as it stands."""
        return bool(self.fits) or self.wide >= EXPLAINED

    @property
    def words(self) -> str:
        """Return in words what gives it, or why it was held against nothing."""
        if self.fits:
            return "；".join(dict.fromkeys(f"{one.kind}：{one.formula()}" for one in self.fits[:3]))
        if self.wide >= EXPLAINED:
            return "与邻近的数或表中的数有算术关系"
        if self.fails:
            return f"与{self.fails[0].kind}（{self.fails[0].formula()}）不合，但不能断定说的是同一件事"
        if self.entry.print.vague:
            return "是约数，不核对"
        return "正文和表格里没有能与它对照的数"


@dataclass(slots=True)
class Case:
    """A report's ledger with the verdict of each entry, and the accusations, the surest first."""

    ledger: Ledger
    verdicts: list[Verdict]
    accusations: list[Accusation] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def empty_rates(self) -> list[Entry]:
        """Return the rates that are printed of an account without budget and spending: 0 ÷ 0."""
        out = []
        for account in self.accounts:
            budget = account.budget
            if account.spent is None or budget is None or budget.print.value or account.spent.print.value:
                continue
            own = self.ledger.by_paragraph[account.spent.paragraph]
            near = [one for one in own if one.figure.is_rate and one.rate in ("name", "degree") and one.print.value]
            out += [
                one
                for one in near
                if one.segment == account.spent.segment or one.figure.sentence - account.spent.figure.sentence in (0, 1)
            ]
        return list({one.number: one for one in out}.values())

    @property
    def unmoved(self) -> list[tuple[Entry, int, Decimal]]:
        """Return the projects of which the prose says that nothing was moved: an entry, the table's row, what is left."""
        out = []
        for account in self.accounts:
            moves = [*account.ups, *account.downs]
            if not moves or any(one.print.value for one in moves) or account.left is None or not account.project:
                continue
            row = best_row(account.project, self.rows)
            if row is not None:
                out.append((moves[0], row, account.left.print.value))
        return out
