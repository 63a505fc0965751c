"""A department's newer file over what the master holds, three ways: what is taken, what stays, what nobody may decide alone.

Three states of every field are held against each other: what the department was given (the export it corrected, and
what it handed in last), what stands in the master now, what its file says now.

- the same in file and master: nothing to decide;
- the bureau has not changed it since: the department's file wins;
- the bureau has changed it, the department has not: the master stays;
- both have changed it: a conflict. The master stays, the conflict is reported, and only an explicit word
  (`prefer="单位"`) lets the file win.

What a file does not hold at all (a workbook without the report's prose, 附件3 without 附件2) is no deletion. Rows go by
their names and, where they were renamed, by what else stands in them; their order is the file's.
"""

from collections.abc import Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from workbook.derive import Derived, derive
from workbook.model.fields import BY_PATH, field_of, pattern_of
from workbook.model.figures import json_number, percent
from workbook.model.filing import ROW_NAMES, UNCALCULATED, Filing, from_json, squeezed, to_json
from workbook.model.scheme import Scheme

Row = dict[str, Any]
MASTER, UNIT = "总表", "单位"
CASES = ("冲突", "更正", "补填", "清空", "新增", "删除", "改名", "次序", "保留", "重算", "说明")
CLASSES = {"indicators": ("level1", "level2")}
ALIKE = 0.6  # share of a row's name, from which it is the same row renamed
MANY = 40_000  # pairs of rows beyond which no likeness is looked for
LIST_NAMES = {
    "indicators": "绩效指标",
    "project_lines": "项目明细",
    "buildings": "楼堂馆所",
    "sources": "资金来源",
    "tasks": "年度主要任务",
    "narrative": "报告正文",
}
# the part of the form that holds a list: a file without any of it says nothing of the list
PARTS = {
    "indicators": ("funds.", "indicators["),
    "project_lines": ("expenses.",),
    "buildings": ("expenses.", "staff."),
    "sources": ("funds.",),
    "tasks": ("funds.",),
}
# what 填充 and the live cells of an export compute
COMPUTED = (*(path for path, field in BY_PATH.items() if field.derived), "funds.weight")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between a department's file and the master, and who wins.

    `path` is the field's in the merged filing; `label` what the clerk calls it; `cell` where it stands in the file;
    `before` what the department was given, `old` what the master holds, `new` what the file says (all as shown);
    `winner` 单位 or 总表; `case` one of CASES; `reason` why, in words.
    """

    unit: str
    path: str
    label: str
    cell: str
    before: str
    old: str
    new: str
    winner: str
    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One field in three filings: its path in the merged one, in the file, and in the master as it is held."""

    path: str
    place: str
    held: str

    def member(self, name: str) -> "Spot":
        """Return a member of a row."""
        return Spot(*(f"{entry}.{name}" for entry in (self.path, self.place, self.held)))


REASONS = {
    ("更正", UNIT): "单位更正，您没有改过",
    ("补填", UNIT): "总表空着，单位补填",
    ("清空", UNIT): "单位清空，您没有改过",
    ("保留", MASTER): "您改过，单位未改",
    ("冲突", MASTER): "您和单位都改过，先保留总表，请核实后定",
    ("冲突", UNIT): "您和单位都改过，按导入时的选择采用单位的",
}


class Merge:
    """The merged filing of one department, the differences, and where its rows have gone.

    `held` is what the master holds, `before` what the department handed in last (as JSON, {} where not known), `new`
    what its file says; `moved` maps a list's old row numbers to the new ones.
    """

    def __init__(self, held: Filing, before: Row, new: Filing, scheme: Scheme, prefer: str = MASTER) -> None:
        self.held, self.new, self.scheme, self.prefer = held, new, scheme, prefer
        self.unit = held.unit or new.unit or ""
        self.differences: list[Difference] = []
        self.moved: dict[str, dict[int, int]] = {}
        self.live: dict[str, tuple[str, Any, str]] = {}  # path → place, value in the master, the row's title
        self.silent: dict[str, Any] = {}  # places of the file that say nothing, with what was handed in there before
        self.given = [state for state in (new.issued, before) if state]
        self._calculate()
        current, incoming = to_json(held), to_json(new)
        merged = {name: self._member(name, current, incoming) for name in incoming}
        self.filing = from_json(merged)
        self._rest(held)
        self._recompute()

    def _calculate(self) -> None:
        """Give the live cells of an export their values where the program that saved it did not calculate them."""
        if self.new.issued:
            for path in [path for path, words in self.new.unread.items() if words == UNCALCULATED]:
                if pattern_of(path) in COMPUTED:
                    del self.new.unread[path]
                    self.new.set(path, self.computed.at(path))

    @cached_property
    def computed(self) -> Derived:
        """Return what the live cells of the file give."""
        return derive(self.new, self.scheme)

    @cached_property
    def computed_before(self) -> Derived:
        """Return what is computed of the master's figures."""
        return derive(self.held, self.scheme)

    def _member(self, name: str, current: Row, incoming: Row) -> Any:
        now, new = current.get(name), incoming[name]
        given = [state.get(name) for state in self.given]
        if name == "form":
            return now if self.new.issued and now else new
        if name == "narrative":
            return self._narrative(now or [], [paragraphs or [] for paragraphs in given], new)
        if name in ROW_NAMES:
            return self._rows(name, now or [], [rows or [] for rows in given], new)
        return self._value(name, now, given, new)

    def _value(self, path: str, now: Any, given: Sequence[Any], new: Any) -> Any:
        if isinstance(new, dict):
            return {
                name: self._value(f"{path}.{name}", (now or {}).get(name), [(g or {}).get(name) for g in given], value)
                for name, value in new.items()
            }
        return self._field(Spot(path, path, path), now, given, new)

    # --- one field ----------------------------------------------------------------------------------------------------

    def _field(self, spot: "Spot", now: Any, given: Sequence[Any], new: Any, title: str = "") -> Any:
        """Return the value of a field that counts."""
        given = [now if same(state, now) else new if same(state, new) else state for state in given]
        if same(new, now):
            return now
        by_bureau = now not in given if given else now is not None
        if not by_bureau and self._is_live(spot, now, new):
            self.live[spot.path] = (spot.place, now, title)  # settled when all figures are known
            return now
        if self._says_nothing(spot.place, now, given, new):
            self.silent[spot.place] = next(reversed(given), None)
            return now
        if new == UNCALCULATED and now is not None:
            values = (next(iter(given), None), now, new)
            reason = "文件里是没有算过的公式，请单位用 Excel 或 WPS 打开、保存后再报"
            self._add("保留", MASTER, spot.path, f"{title}{caption(spot.path)}", values, self._cell(spot.place), reason)
            return now
        by_unit = new not in given if given else new is not None
        if not by_bureau:
            case, winner = ("补填" if now is None else "清空" if new is None else "更正"), UNIT
        elif not by_unit:
            case, winner = "保留", MASTER
        else:
            case, winner = "冲突", self.prefer
        values = (next(iter(given), None), now, new)
        self._add(case, winner, spot.path, f"{title}{caption(spot.path)}", values, self._cell(spot.place))
        return new if winner == UNIT else now

    def _is_live(self, spot: "Spot", now: Any, new: Any) -> bool:
        """Return whether a value follows the figures: 填充 computed it and the file leaves it blank, or an export's formula."""
        if now is None or pattern_of(spot.path) not in COMPUTED:
            return False
        if new is None:
            value = computed_for(self.held, spot.held, self.computed_before, self.scheme)
            return value is not None and now == json_number(value)
        return bool(self.new.issued) and self.new.get(spot.place) == self.computed.at(spot.place)

    def _says_nothing(self, place: str, now: Any, given: Sequence[Any], new: Any) -> bool:
        """Return whether the file lacks the cell, or it is a live cell of an export that nobody wrote into."""
        if new is None:
            return bool(self.new.places) and place not in self.new.places
        if not self.new.issued or pattern_of(place) not in COMPUTED or now is not None:
            return False
        return all(value is None for value in given[:1]) and self.new.get(place) == self.computed.at(place)

    def _add(
        self, case: str, winner: str, path: str, label: str, values: Sequence[Any], cell: str = "", reason: str = ""
    ) -> None:
        """Note a difference; `values` are what the department was given, what the master holds, what the file says."""
        before, old, new = (_shown(path, value) for value in values)
        why = reason or REASONS[case, winner]
        self.differences.append(Difference(self.unit, path, label, cell, before, old, new, winner, case, why))

    def _cell(self, place: str) -> str:
        spot = self.new.places.get(place)
        return f"{spot.sheet} {spot.cell}".strip() if spot else ""

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _rows(self, name: str, now: list[Row], given: list[list[Row]], new: list[Row]) -> list[Row]:
        if not new and self.new.places and not any(path.startswith(PARTS[name]) for path in self.new.places):
            self.silent[name] = next(reversed(given), [])
            return now
        in_master = pair(new, now, name)
        in_given = [pair(new, rows, name) for rows in given]
        matched = [in_master[index] for index in sorted(in_master)]
        shuffled = matched != sorted(matched)
        out: list[Row] = []
        come_from: list[int | None] = []
        for index, row in enumerate(new):
            then = [rows[pairs[index]] for rows, pairs in zip(given, in_given, strict=True) if index in pairs]
            old = in_master.get(index)
            if old is not None:
                spot = Spot(f"{name}[{len(out)}]", f"{name}[{index}]", f"{name}[{old}]")
                out.append(self._row(name, spot, now[old], then, row, shuffled))
            elif self._comes_in(name, f"{name}[{index}]", row, then):
                out.append(row)
            else:
                continue
            come_from.append(old)
        if shuffled:
            reason = "单位的行序与总表不同，按单位的排"
            self._add("次序", UNIT, f"{name}[0]", f"{LIST_NAMES[name]}的行序", (None,) * 3, reason=reason)
        self._left_over(name, now, given, set(matched), out, come_from)
        self.moved[name] = {old: index for index, old in enumerate(come_from) if old is not None}
        return out

    def _comes_in(self, name: str, place: str, row: Row, then: list[Row]) -> bool:
        """Return whether a row that the master has not comes in: one that the bureau took out does not by itself."""
        cell = self._cell(f"{place}.{ROW_NAMES[name] or 'approved_area'}")
        title, label = _title(name, row), _row_label(name, row)
        if not then:
            self._add("新增", UNIT, place, label, (None, None, title), cell, "单位新增的行")
            return True
        values = (title, None, title)
        if _unchanged(name, row, then):
            self._add("保留", MASTER, place, label, values, cell, "您已删去此行，单位未改，没有放回")
            return False
        reason = "您已删去此行，单位又改过，没有放回，请核实后定" if self.prefer == MASTER else ""
        self._add("冲突", self.prefer, place, label, values, cell, reason)
        return self.prefer == UNIT

    def _row(self, name: str, spot: "Spot", now: Row, then: list[Row], row: Row, shuffled: bool) -> Row:
        key, title = ROW_NAMES[name], f"「{_title(name, row)}」" if ROW_NAMES[name] else _row_number(spot.path)
        out: Row = {}
        for member, value in row.items():
            states = [state.get(member) for state in then]
            here = spot.member(member)
            values = (next(iter(states), None), now.get(member), value)
            label = f"{title}{caption(here.path)}"
            if (
                member in CLASSES.get(name, ())
                and value != now.get(member)
                and shuffled
                and self._carried(spot, member)
            ):
                reason = "行序动过，这一行的类别写在别的行上，无法确定，先保留总表，请核实"
                self._add("冲突", MASTER, here.path, label, values, self._cell(here.place), reason)
                out[member] = now.get(member)
            elif member == key and value != now.get(member) and now.get(member) in states:
                reason = "单位改了名称，其余内容相同或相近"
                self._add("改名", UNIT, here.path, label, values, self._cell(here.place), reason)
                out[member] = value
            else:
                out[member] = self._field(here, now.get(member), states, value, title)
        return out

    def _carried(self, spot: "Spot", member: str) -> bool:
        """Return whether a row's class stands in the cell of another row (merged, or left blank below)."""
        words, name = (self.new.places.get(spot.member(part).place) for part in (member, "level3"))
        return words is None or name is None or _line(words.cell) != _line(name.cell)

    def _left_over(
        self,
        name: str,
        now: list[Row],
        given: list[list[Row]],
        matched: set[int],
        out: list[Row],
        come_from: list[int | None],
    ) -> None:
        """Deal with the master's rows that the file has not: gone with the department, or the bureau's own, kept."""
        in_given = [pair(now, rows, name) for rows in given]
        for index in _unpaired(now, matched):
            row, path = now[index], f"{name}[{index}]"
            then = [rows[pairs[index]] for rows, pairs in zip(given, in_given, strict=True) if index in pairs]
            label, title = _row_label(name, row), _title(name, row)
            if _unchanged(name, row, then):
                self._add("删除", UNIT, path, label, (title, title, None), reason="单位删去此行，您没有改过")
            elif then and self.prefer == UNIT:
                self._add("冲突", UNIT, path, label, (title, title, None))
            else:
                case = "冲突" if then else "保留"
                reason = "您改过，新文件里没有此行，保留，请核实后定" if then else "您自己加的行，保留"
                self._add(case, MASTER, path, label, (title if then else None, title, None), reason=reason)
                place = _after(come_from, index)
                out.insert(place, row)
                come_from.insert(place, index)

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _narrative(self, now: list[str], given: list[list[str]], new: list[str]) -> list[str]:
        if not new and now:
            self.silent["narrative"] = next(reversed(given), [])
        if not new or new == now:
            return now
        by_bureau = now not in given if given else bool(now)
        by_unit = new not in given
        winner = UNIT if not by_bureau else self.prefer if by_unit else MASTER
        case = "更正" if not by_bureau else "冲突" if by_unit else "保留"
        for tag, start, end, first, last in SequenceMatcher(a=now, b=new, autojunk=False).get_opcodes():
            if tag != "equal":
                old, fresh = "\n".join(now[start:end]) or None, "\n".join(new[first:last]) or None
                label = f"报告正文第{first + 1}段" if last - first < 2 else f"报告正文第{first + 1}至{last}段"
                self._add(case, winner, "narrative", label, (None, old, fresh))
        return new if winner == UNIT else now

    def _rest(self, held: Filing) -> None:
        """Put what is no field: what the headings print, as the file has it where it has that part of the form."""
        new, places = self.new, self.new.places
        self.filing.source = new.source or held.source
        self.filing.notes = list(new.notes)
        self.filing.absent = held.absent if self.filing.form == held.form else new.absent
        whole = not places or {"staff", "funds"} <= {path.partition(".")[0] for path in places}
        self.filing.years = dict(new.years) if whole else held.years | new.years
        self.filing.original = new.original if new.original and (whole or not held.original) else held.original
        evaluated = not places or any(path.startswith(PARTS["indicators"]) for path in places)
        owner = new if evaluated else held
        for name in ("class_weights", "blank_classes", "none_classes"):
            setattr(self.filing, name, copy(getattr(owner, name)))

    def handed_in(self, file: Row) -> Row:
        """Return what the department has handed in by now: its file, and what came before where the file says nothing."""
        out = deepcopy(file)
        for place, value in self.silent.items():
            *parents, last = place.replace("[", ".").replace("]", "").split(".")
            owner: Any = out
            for step in parents:
                owner = owner[int(step)] if step.isdigit() else owner[step]
            owner[last] = value
        return out

    def _recompute(self) -> None:
        """Give what follows the figures its value by the merged figures."""
        for path in self.live:
            self.filing.set(path, None)
        result = derive(self.filing, self.scheme) if self.live else None
        for path, (place, now, title) in self.live.items():
            value = computed_for(self.filing, path, result, self.scheme) if result else None
            self.filing.set(path, value)
            fresh = None if value is None else json_number(value)
            self.silent[place] = fresh
            if fresh != now:
                values = (now, now, fresh)
                reason = "按改正后的数重新计算"
                self._add("重算", UNIT, path, f"{title}{caption(path)}", values, self._cell(place), reason)


def computed_for(filing: Filing, path: str, result: Derived, scheme: Scheme) -> Decimal | None:
    """Return what a blank field is filled with, None where nothing can or should be."""
    if pattern_of(path) not in COMPUTED or not filing.asks(path):
        return None
    if path == "funds.weight":
        return scheme.number("weights.execution") if filing.funds.annual_budget is not None else None
    return result.at(path)


def same(one: Any, two: Any) -> bool:
    """Return whether two values are the same but for white space in words."""
    if isinstance(one, str) and isinstance(two, str):
        return one == two or squeezed(one) == squeezed(two)
    return bool(one == two)


def caption(path: str) -> str:
    """Return what the clerk calls a field or a list of rows."""
    return LIST_NAMES.get(path) or field_of(path).label


def moved_path(path: str, moved: Mapping[str, Mapping[int, int]]) -> str:
    """Return a path after the rows of its list have moved; "" where its row is gone."""
    name, bracket, rest = path.partition("[")
    number, _, tail = rest.partition("]")
    if not bracket or name not in moved:
        return path
    new = moved[name].get(int(number))
    return "" if new is None else f"{name}[{new}]{tail}"


def pair(wanted: Sequence[Row], rows: Sequence[Row], name: str) -> dict[int, int]:
    """Return which of the rows each wanted row is: the same altogether, of the same class and name, of the same name,
    renamed (alike in its name or in what else it says), and rows without names by their place."""
    key = ROW_NAMES[name]
    out: dict[int, int] = {}
    stages: list[tuple[str, ...]] = [tuple(wanted[0]) if wanted else ()]
    stages += [(*CLASSES.get(name, ()), key), (key,)] if key else []
    for members in stages:
        _by_key(wanted, rows, members, out)
    free, open_rows = _unpaired(wanted, out.keys()), _unpaired(rows, out.values())
    if len(free) * len(open_rows) <= MANY:
        scored = sorted(
            ((-_likeness(wanted[one], rows[two], key, name), one, two) for one in free for two in open_rows),
        )
        for likeness, one, two in scored:
            if likeness < 0 and one not in out and two not in out.values():
                out[one] = two
    if not key:
        out |= dict(zip(_unpaired(wanted, out.keys()), _unpaired(rows, out.values()), strict=False))
    return out


def _unpaired(rows: Sequence[Row], taken: Any) -> list[int]:
    known = set(taken)
    return [index for index in range(len(rows)) if index not in known]


def _by_key(wanted: Sequence[Row], rows: Sequence[Row], members: tuple[str, ...], out: dict[int, int]) -> None:
    standing: dict[tuple[str, ...], list[int]] = {}
    for index in _unpaired(rows, out.values()):
        standing.setdefault(_key(rows[index], members), []).append(index)
    for index in _unpaired(wanted, out.keys()):
        if found := standing.get(_key(wanted[index], members)):
            out[index] = found.pop(0)


def _key(row: Row, members: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(squeezed(str(row.get(member, ""))) for member in members)


def _likeness(one: Row, two: Row, key: str, name: str) -> float:
    """Return how surely two rows are one, 0 where they are not."""
    others = [member for member in one if member != key and member not in CLASSES.get(name, ())]
    both = [
        (one[member], two.get(member)) for member in others if one[member] is not None and two.get(member) is not None
    ]
    equal = sum(first == second for first, second in both)
    names = SequenceMatcher(a=str(one.get(key) or ""), b=str(two.get(key) or "")).ratio() if key else 0.0
    if names >= ALIKE or (equal >= 2 and equal / len(both) >= 2 / 3):
        return float(names + equal / max(1, len(both)))
    return 0.0


def _after(come_from: Sequence[int | None], index: int) -> int:
    """Return where a row of the master goes among the merged ones: behind the row it stood behind."""
    before = [place for place, old in enumerate(come_from) if old is not None and old < index]
    return before[-1] + 1 if before else 0


def _title(name: str, row: Row) -> str:
    key = ROW_NAMES[name]
    return " ".join(str(row.get(key) or "").split()) if key else ""


def _unchanged(name: str, row: Row, then: Sequence[Row]) -> bool:
    """Return whether a row is as it was in one of the states; a live cell that was issued blank is no change."""
    return any(
        all(
            same(value, state.get(member)) or (state.get(member) is None and f"{name}[].{member}" in COMPUTED)
            for member, value in row.items()
        )
        for state in then
    )


def _row_label(name: str, row: Row) -> str:
    title = _title(name, row)
    return f"{LIST_NAMES[name]}「{title}」" if title else LIST_NAMES[name]


def _row_number(path: str) -> str:
    return f"第{int(path[path.index('[') + 1 : -1]) + 1}行"


def _line(cell: str) -> str:
    """Return the row of "C5" or 第5行第3列."""
    digits = cell.partition("行")[0]
    return "".join(filter(str.isdigit, digits))


def _shown(path: str, value: Any) -> str:
    if value is None:
        return ""
    pattern = pattern_of(path)
    if isinstance(value, int | float) and pattern in BY_PATH and BY_PATH[pattern].kind == "rate":
        return percent(Decimal(str(value)))
    return str(value)
