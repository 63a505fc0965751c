"""What speaks for and against each figure of the prose, in bits: explained first, accused only by what words claim.

A figure that some relation over its own neighbourhood gives is explained, and nothing is said of it. A figure that no
relation gives, while a claim of the words would give another one, is accused; how strongly, says the sum of: how sure the
words are, how surprising the slip would be as an accident (`printed.slip`), less what explains the figure as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from workbook.model.filing import Filing
from workbook.narrative.accounts import NONE_LEFT, accounts, balances, bracketed, contracts, funds_told, units
from workbook.narrative.accusing import accusations, explained
from workbook.narrative.cells import equalities, family, named_cells, repetitions
from workbook.narrative.changes import conversions, gaps
from workbook.narrative.goals import degree_fits, goals
from workbook.narrative.ledger import Entry, Ledger, ledger
from workbook.narrative.neighbours import Neighbours
from workbook.narrative.prices import per_head, prices
from workbook.narrative.products import products
from workbook.narrative.rates import rates
from workbook.narrative.relations import Equal, Given, Products, Ratio, Relation, Term, entries_of, told
from workbook.narrative.shares import heads_of, shared_out
from workbook.narrative.strays import Named, strays
from workbook.narrative.sums import sums
from workbook.narrative.totals import Totals, named_rates, parted
from workbook.narrative.verdicts import EXPLAINED, Accusation, Case, Limits, Verdict


def judge(filing: Filing, limits: Limits | None = None, own: Sequence[Named] = ()) -> Case:
    """Return what speaks for and against every figure of a filing's prose; `own` are the figures of its tables that no form has."""
    rows = [" ".join(row.name.split()) for row in filing.project_lines]
    told = ledger(filing.narrative, [name for name in rows if name], filing.year)
    limits = limits or Limits()
    case = Case(told, [Verdict(entry) for entry in told.entries], accounts=accounts(told), rows=rows)
    case.goals = [goal for made in told.paragraphs for goal in goals(made)]
    claims = list(_claims(filing, case, limits.base))
    for group in claims:
        _file(case, group)
    wide = Neighbours(filing, told)
    found = []
    for number, group in enumerate(claims):
        for one in accusations(case, group, wide):
            one.group = number
            found.append(one)
    found += [one for verdict in case.verdicts if not verdict.fits for one in wide.mends(verdict.entry)]
    found += _strays(filing, case, wide, own)
    case.accusations = _chosen(case, found, limits)
    case.accusations += _still_wrong(case, found, wide, limits)
    for verdict in case.verdicts:
        verdict.wide = 0.0 if verdict.fits else wide.explains(verdict.entry)
    return case


def _claims(filing: Filing, case: Case, base: str) -> Iterable[Sequence[Relation]]:
    """Yield the claims of the words, those that are readings of one statement together."""
    told, totals = case.ledger, list(sums(case.ledger))
    yield from ([one] for one in totals)
    yield from ([one] for one in (*balances(case.accounts, _silent(told)), *bracketed(told)))
    yield from ([one] for one in (*units(case.accounts), *funds_told(told)))
    named = Totals(filing, told, case.accounts)
    yield from rates(told, case.accounts, totals, named)
    yield from named_rates(told, named)
    yield from ([one] for one in parted(told, named, totals))
    yield from ([one] for one in (*gaps(told, heads_of(totals), named), *conversions(told), *contracts(told)))
    yield from shared_out(told, totals, named)
    yield from ([one] for one in products(told))
    yield from prices(told)
    yield from per_head(filing, told, named)
    yield from equalities(filing, told, base)
    yield from repetitions(filing, told)
    yield from _degrees(case)


def _silent(told: Ledger) -> bool:
    """Return whether a report nowhere speaks of what is left over."""
    return not any(entry.kind == "结余结转" for entry in told.entries) and not any(
        NONE_LEFT.search(made.flat) for made in told.paragraphs
    )


def _degrees(case: Case) -> Iterator[Sequence[Relation]]:
    """Yield 目标、完成、完成率 as the words give all three."""
    at = {(entry.paragraph, entry.figure.span.start): entry for entry in case.ledger.entries}
    for goal in case.goals:
        if goal.degree is None or goal.actual is None or goal.actual.vague or not goal.target.value:
            continue
        rate, done, target = (
            at.get((one.span.paragraph, one.span.start)) for one in (goal.degree, goal.actual, goal.target)
        )
        if (
            rate
            and done
            and target
            and len({rate.period, done.period, target.period}) == 1
            and rate.segment == done.segment
            and not degree_fits(goal, goal.degree, goal.actual)
        ):
            yield [Ratio("完成率", (rate, done, target), 4.0, 1)]


def _file(case: Case, group: Sequence[Relation]) -> None:
    """Put down for each entry which claims give it; of several readings of one statement one that holds is enough."""
    holding = [one for one in group if one.holds]
    for one in holding[:1] or [one for n, one in enumerate(group) if n == 0 or one.kind == "文表"]:
        for entry in entries_of(one.terms):
            verdict = case.verdicts[entry.number]
            (verdict.fits if holding else verdict.fails).append(one)


def _strays(filing: Filing, case: Case, wide: Neighbours, own: Sequence[Named]) -> Iterator[Accusation]:
    """Yield the cells that differ by a slip from what the prose says; surer where the prose bears its own figure out."""
    families = {entry.number: family(entry.base) for entry in case.ledger.entries}
    for entry, named, found, bits in strays(case.ledger, named_cells(filing, own), families):
        if entry.kind == "支出" and named.cell.path.endswith(".budget"):
            continue
        given = explained(case, entry, Equal("", ()), wide) >= EXPLAINED
        kind = "文表指标" if named.cell.path.startswith("indicators") else "文表"
        relation = Equal(kind, (entry, named.cell))
        yield Accusation(
            entry, relation, named.cell.print.value, found, bits + (2.0 if given else 0.0), cell=True, group=-2
        )


def _chosen(case: Case, found: list[Accusation], limits: Limits) -> list[Accusation]:
    """Return one accusation a cause: the surest first; what it mends needs no other."""
    by_entry: dict[int, list[Accusation]] = defaultdict(list)
    for one in found:
        by_entry[one.entry.number].append(one)
    for own in by_entry.values():
        for one in own:
            agreeing = [o for o in own if o.group != one.group and o.cell == one.cell and _same(one, o)]
            one.witnesses = list({other.group: other.relation for other in agreeing}.values())
        for one in own:
            others = [other.bits for other in own if any(other.relation is witness for witness in one.witnesses)]
            one.strength = one.bits + min(5.0, max(others, default=0.0))
    for one in found:
        one.bits = one.strength
    found = [one for one in found if one.bits >= limits.warning]
    out: list[Accusation] = []
    settled: set[int] = set()
    wrong: set[int] = set()
    for one in sorted(found, key=lambda entry: -entry.bits):
        if id(one.relation) in settled or case.verdicts[one.entry.number].accused is not None:
            continue
        if wrong.intersection(term.number for term in one.relation.terms if isinstance(term, Entry)):
            continue  # it fails for a figure that is accused already
        if not one.cell:
            wrong.add(one.entry.number)
        case.verdicts[one.entry.number].accused = one
        out.append(one)
        fails = case.verdicts[one.entry.number].fails
        if not one.cell:
            settled |= {id(relation) for relation in fails if any(term is one.entry for term in relation.terms)}
        settled |= {id(other.relation) for other in by_entry[one.entry.number]}
    return out


def _still_wrong(case: Case, found: list[Accusation], wide: Neighbours, limits: Limits) -> list[Accusation]:
    """Return who is accused by claims that fail even with the figures put right that are accused: two slips in one sum."""
    right = {one.entry.number: one for one in case.accusations if one.slip is not None and not one.cell}
    claims = {id(one.relation): one for one in found if one.group >= 0 and not isinstance(one.relation, Products)}
    made: list[Accusation] = []
    for one in claims.values():
        terms = tuple(_put_right(term, right) for term in one.relation.terms)
        if terms == one.relation.terms:
            continue
        mended = replace(one.relation, terms=terms, made={})
        own = [] if mended.holds else [other for other in accusations(case, [mended], wide) if other.slip is not None]
        made += [other for other in own if other.bits >= limits.warning]
    out: list[Accusation] = []
    for one in sorted(made, key=lambda entry: -entry.bits):
        if case.verdicts[one.entry.number].accused is None:
            case.verdicts[one.entry.number].accused = one
            out.append(one)
    return out


def _put_right(term: Term, right: Mapping[int, Accusation]) -> Term:
    """Return a term as its accusation says that it should be."""
    if not isinstance(term, Entry) or term.number not in right:
        return term
    value = right[term.number].right
    print_ = term.print._replace(value=value, number=value / term.print.scale)
    return Given(print_, told(value, (term,)), "", (term,), term.figure.is_rate)


def _same(one: Accusation, other: Accusation) -> bool:
    """Return whether two claims of one entry want the same figure of it."""
    return abs(other.right - one.right) <= one.entry.print.unit
