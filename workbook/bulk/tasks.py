"""The verbs over many files: what a worker does with one piece, and how its results come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbook.bulk import engine
from workbook.bulk.engine import Piece, Power
from workbook.checking.check import check_filing, earlier, not_held
from workbook.checking.outcome import Checked, Outcome, Progress, Refused, Tick
from workbook.derive import derive
from workbook.exports import export_one
from workbook.exports.names import name_for
from workbook.forms import fingerprint, form, places, scheme_of, using
from workbook.master.read import Master
from workbook.model import given
from workbook.model.filing import SUBJECT_MARK, Filing, Peer, to_json, unit_key
from workbook.model.findings import Report
from workbook.model.given import Given
from workbook.model.records import PASSING, digest, pack, pack_report, unpack, unpack_report
from workbook.model.scheme import Scheme
from workbook.readers import FellError, ReadError, TablesError, collect, read, read_tables
from workbook.readers.collect import (
    Beside,
    Collected,
    Delivery,
    Entry,
    Sorted,
    Unread,
    filled,
    hand_out,
    join,
    not_given,
    sorted_out,
)
from workbook.readers.detect import is_pdf, ours
from workbook.rollup.frames import record
from workbook.rules.engine import check
from workbook.rules.prose.likeness import peers_of
from workbook.storage import spill
from workbook.storage.cache import store_of
from workbook.storage.replacing import words_of
from workbook.storage.store import Store

CRASHED = "读这个文件时程序退出了（文件可能损坏或有意做坏），其他文件不受影响；请单位另存一份后重新报送"


def records_at(master: Path) -> Path:
    """Return the file with the records of all departments of a master that has parts (JSON lines), as the last check left them."""
    return store_of(master) / "records.json"


def common(paths: Sequence[Path]) -> Path:
    """Return the folder that holds all files: what is worked out of them is kept by its name."""
    folder = paths[0].resolve().parent
    while not all(path.resolve().is_relative_to(folder) for path in paths):
        folder = folder.parent
    return folder


LEFT, REFUSED, BESIDE = '{"left"', ('{"refused"', PASSING), '{"beside"'


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: where it is, and the name a clerk knows it by."""

    path: Path
    name: str

    def key(self) -> str:
        """Return what names its content to a store; a file that cannot be opened is told apart by its name alone."""
        try:
            content = self.path.read_bytes()
        except OSError:
            content = b""
        # the name is part of the result: a department is called by it where the form leaves it blank
        return digest(engine.version(), fingerprint(), self.path.name, content)


def read_task(data: list[tuple[str, str, bytes | None]]) -> list[list[str]]:
    """Read files (name, path, content where the worker may not see the path); the results are filings or a reason."""
    return [list(_read(*entry)) for entry in data]


def _read(name: str, path: str, content: bytes | None) -> Iterator[str]:
    if content is None:
        yield from _read_file(Path(path))
        return
    with spill.folder() as folder:
        copy = folder / Path(name).name
        copy.write_bytes(content)
        yield from _read_file(copy)


def _read_file(path: Path) -> Iterator[str]:
    try:
        if what := ours(path):
            yield json.dumps({"left": f"这是财政局的{what}，不是单位报来的自评表，没有动它"}, ensure_ascii=False)
            return
        if is_pdf(path) and (tables := _tables_of(path)):
            yield tables
            return
        yield from (pack(filing) for filing in read(path))
    except TablesError as error:
        yield json.dumps({"beside": given.to_json(error.given)}, ensure_ascii=False)
    except ReadError as error:
        how = "passing" if isinstance(error, FellError) else "refused"
        yield json.dumps({how: str(error)}, ensure_ascii=False)
    except OSError as error:
        yield json.dumps({"passing": words_of(error)}, ensure_ascii=False)


def _tables_of(path: Path) -> str:
    """Return the tables that a PDF holds as a result; "" where it holds none that can be read."""
    try:
        return json.dumps({"beside": given.to_json(read_tables(path))}, ensure_ascii=False)
    except ReadError:
        return ""


class Left(str):
    """Why a file was left alone that is none of a department's: nothing is wrong with it."""


def _read_all(sources: Sequence[Source], store: Store, power: Power, tick: Tick) -> list[str]:
    def pieces() -> Iterator[Piece]:
        for entry in sources:
            # workers on other machines do not see our files
            content = entry.path.read_bytes() if power.cluster and entry.path.is_file() else None
            yield Piece(entry.key(), (entry.path.name, str(entry.path), content))

    fallback = json.dumps({"passing": CRASHED}, ensure_ascii=False)
    return engine.run(read_task, pieces(), store, power, total=len(sources), fallback=fallback, tick=tick)


def _opened(body: str, entry: Source) -> Filing | Given | str:
    if body.startswith(BESIDE):
        return given.from_json(json.loads(body)["beside"])
    if body.startswith(LEFT):
        return Left(json.loads(body)["left"])
    if body.startswith(REFUSED):
        return str(*json.loads(body).values())
    filing = unpack(body)
    filing.source = entry.name
    return filing


# --- checking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms filings are checked: the scheme (None: each form's own), the only rules, the rules left out."""

    scheme: Scheme | None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def scheme_for(self, filing: Filing) -> Scheme:
        """Return the scheme that a filing is checked by."""
        return self.scheme or scheme_of(form(filing.form), filing)

    def key(self, scheme: Scheme) -> str:
        """Return what names the terms with a scheme to a store."""
        return digest(engine.version(), scheme.id, scheme.hash, *self.only, "|", *self.skip)


def check_task(data: list[tuple[str, Scheme, Terms]]) -> list[list[str]]:
    """Check packed filings; the result of each is its report, and its record for the roll-up."""
    out = []
    for text, scheme, terms in data:
        filing = unpack(text)
        report = check(filing, scheme, terms.only, (*terms.skip, *not_held(filing)))
        kept = {**pack_report(report), "record": record(filing, derive(filing, scheme), report, scheme)}
        out.append([json.dumps(kept, ensure_ascii=False)])
    return out


def reports(
    filings: Sequence[tuple[Filing, Scheme]], terms: Terms, of: Path, power: Power, tick: Tick = lambda _: None
) -> Iterator[Report]:
    """Yield the report of each filing under its scheme, in the order of the filings; they are kept by the name of `of`."""
    store = Store(store_of(of), "check")
    pieces = (_piece(filing, scheme, terms) for filing, scheme in filings)
    keys = engine.run(check_task, pieces, store, power, total=len(filings), tick=tick)
    for _, body in store.rows(keys):
        yield unpack_report(json.loads(body))


def _piece(filing: Filing, scheme: Scheme, terms: Terms) -> Piece:
    text = pack(filing)
    return Piece(digest(terms.key(scheme), text), (text, scheme, terms))


def check_files(
    paths: Iterable[Path],
    terms: Terms,
    prior: Mapping[str, Filing],
    progress: Progress,
    power: Power,
    beside: Sequence[Beside] = (),
) -> Outcome:
    """Check reports and departments' workbooks: few in memory, many through the store and gone through anew each time.

    Tables among the files go to their departments like those given along (`beside`).
    """
    with spill.folder() as place:
        deliveries, unread = collect.gather(paths, place)
        sources = [Source(entry.path, entry.name) for entry in deliveries]
        folder = common([entry.path for entry in deliveries if not entry.path.is_relative_to(place)] or list(paths))
        with progress("读取", len(sources)) as tick:
            readings = Readings(sources, folder, power, tick)
    refused = [Refused(Path(entry.name), entry.reason) for entry in unread]
    notes: list[str] = []
    tables, units = list(beside), dict[str, None]()

    def taken() -> Iterator[tuple[Filing, Scheme]]:
        for _, entry, found in readings:
            if isinstance(found, Left):
                notes.append(f"{entry.name}：{found}")
            elif isinstance(found, str):
                refused.append(Refused(Path(entry.name), found))
            elif isinstance(found, Given):
                tables.append(_beside(entry, found))
            else:
                units[found.owner] = None
                yield found, terms.scheme_for(found)

    peers = peers_of(taken())
    tables_of = sorted_out(tables, units)
    notes += [f"{entry.name}：{entry.reason}" for entry in not_given(tables_of, list(units))]
    checked = Checks(readings, terms, prior, folder, notes, peers, tables_of)
    with progress("审核", len(sources)) as tick:
        checked.work(power, tick)
    return Outcome(checked=checked.kept(), refused=refused, notes=notes)


def _beside(entry: Source, found: Given) -> Beside:
    folder = Path(entry.name).parts[0] if len(Path(entry.name).parts) > 1 else entry.path.parent.name
    return Beside(entry.name, folder, found)


class Checks(Sequence[Checked]):
    """The filings of many files as checked, in the order of the files; many lie in the store, and are read one by one."""

    def __init__(
        self,
        readings: Readings,
        terms: Terms,
        prior: Mapping[str, Filing],
        of: Path,
        notes: list[str],
        peers: Sequence[list[Peer] | None],
        tables: Sorted | None = None,
    ) -> None:
        self._tables = tables or {}
        self._readings, self._terms, self._prior, self._notes = readings, terms, prior, notes
        self._store = Store(store_of(of), "check") if readings.many else None
        self._keys: list[str] = []
        self._here: list[Checked] = []
        self._peers = peers
        self._forms = places()  # gone through later, when the verb has ended

    def work(self, power: Power, tick: Tick) -> None:
        """Check all of them, but those whose results the store has."""
        if self._store is None:
            for path, filing in self._filings():
                self._here.append(self._checked(path, filing, None))
                tick(1)
            return
        pieces = (_piece(filing, self._terms.scheme_for(filing), self._terms) for _, filing in self._filings())
        total = len(self._readings)
        self._keys = engine.run(check_task, pieces, self._store, power, total=total, tick=tick)

    def kept(self) -> Sequence[Checked]:
        """Return the results: a list where they are few."""
        return self._here if self._store is None else self

    @property
    def parquet(self) -> Path:
        """Return the file that holds the results."""
        assert self._store is not None
        return self._store.whole

    def _filings(self) -> Iterator[tuple[Path, Filing]]:
        filings = ((entry.path, found) for _, entry, found in self._readings if isinstance(found, Filing))
        for (path, filing), peers in zip(filings, self._peers, strict=True):
            filing.prior, filing.peers = earlier(filing, self._prior, self._notes), peers
            self._notes += [words for words in hand_out([filing], self._tables) if words not in self._notes]
            yield path, filing

    def _checked(self, path: Path, filing: Filing, report: Report | None) -> Checked:
        terms = self._terms
        with using(self._forms):
            return check_filing(filing, terms.scheme_for(filing), path, terms.only, terms.skip, report)

    def __iter__(self) -> Iterator[Checked]:
        if self._store is None:
            yield from self._here
            return
        rows = self._store.rows(self._keys)
        for (path, filing), (_, body) in zip(self._filings(), rows, strict=True):
            yield self._checked(path, filing, unpack_report(json.loads(body)))

    def __len__(self) -> int:
        return len(self._here) or len(self._keys)

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]


# --- collecting -------------------------------------------------------------------------------------------------------


class Readings:
    """The filings of many files, to be gone through more than once: few are kept in memory, many lie in the store.

    `for place, source, filing_or_reason in readings`; `place` numbers what was read, in the order of the files.
    """

    def __init__(self, sources: Sequence[Source], of: Path, power: Power, tick: Tick = lambda _: None) -> None:
        self._sources = sources
        self._store: Store | None = None
        self._here: list[list[str]] = []
        self._of: list[int] = []
        if is_many(len(sources), power):
            self._store = Store(store_of(of), "read")
            self._keys = _read_all(sources, self._store, power, tick)
        else:
            for entry in sources:
                self._here += read_task([(entry.path.name, str(entry.path), None)])
                tick(1)

    @property
    def many(self) -> bool:
        """Return whether they lie in a store."""
        return self._store is not None

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[tuple[int, Source, Filing | Given | str]]:
        if self._store is None:
            pairs: Iterator[tuple[int, str]] = (
                (place, body) for place, bodies in enumerate(self._here) for body in bodies
            )
        else:
            pairs = self._store.rows(self._keys)
        self._of = []
        for number, (place, body) in enumerate(pairs):
            self._of.append(place)
            yield number, self._sources[place], _opened(body, self._sources[place])

    def some(self, numbers: Iterable[int]) -> Iterator[tuple[int, Source, Filing | Given | str]]:
        """Yield only some of what was read, by their numbers; all must have been gone through once."""
        wanted = sorted(set(numbers))
        if self._store is None:
            yield from (entry for entry in self if entry[0] in set(wanted))
            return
        places = sorted({self._of[number] for number in wanted})
        first: dict[int, int] = {}
        for number, place in enumerate(self._of):
            first.setdefault(place, number)
        seen: dict[int, int] = {}
        for index, body in self._store.rows([self._keys[place] for place in places]):
            place = places[index]
            number = first[place] + seen.setdefault(place, 0)
            seen[place] += 1
            if number in wanted:
                yield number, self._sources[place], _opened(body, self._sources[place])


def is_many(count: int, power: Power) -> bool:
    """Return whether so many pieces are worth processes and a store."""
    return count >= engine.THRESHOLD or power.cluster is not None


def entries(
    readings: Readings,
    deliveries: Sequence[Delivery],
    unread: list[Unread],
    left: list[Unread],
    tables: list[Beside] | None = None,
) -> Iterator[Entry]:
    """Yield what is to be known of each filing to choose among them; files that were refused go into `unread`, the bureau's own
    into `left`, those of other tables into `tables`.
    """
    by_path = {delivery.path: delivery for delivery in deliveries}
    for place, source_of, found in readings:
        delivery = by_path[source_of.path]
        if isinstance(found, str):
            (left if isinstance(found, Left) else unread).append(Unread(delivery.name, str(found)))
            continue
        if isinstance(found, Given):
            if tables is not None:
                tables.append(Beside(delivery.name, delivery.folder, found))
            continue
        count, holds = filled(found)
        found.source = ""
        content = digest(json.dumps(to_json(found), ensure_ascii=False))
        unit = found.name
        seen = (place, unit, found.year, delivery.name, delivery.modified, count, content, delivery.folder, holds)
        yield Entry(*seen, rows=max(len(found.indicators), len(found.narrative)))


@dataclass(slots=True)
class Choice:
    """The filings that were chosen from what was read: to be had all, or a part of them, without keeping the rest."""

    readings: Readings
    tables: Sorted = field(default_factory=dict)

    def filings(self, taken: Iterable[Entry]) -> Iterator[Filing]:
        """Yield the filings taken, in the order they were read, each joined with its other halves, with its department's tables."""
        for _, filing in _chosen(self.readings, taken):
            list(hand_out([filing], self.tables))
            yield filing


def _chosen(readings: Readings, taken: Iterable[Entry]) -> Iterator[tuple[Entry, Filing]]:
    main = {entry.place: entry for entry in taken}
    halves = {place: entry for entry in main.values() for place in entry.joined}
    open_ones: dict[int, list[tuple[int, Filing]]] = {}
    for place, _, found in readings.some((*main, *halves)):
        owner = main.get(place) or halves.get(place)
        if owner is None or isinstance(found, str | Given):
            continue
        parts = open_ones.setdefault(owner.place, [])
        parts.append((place, found))
        if len(parts) == 1 + len(owner.joined):
            del open_ones[owner.place]
            yield owner, _joined(owner, dict(parts))


def _joined(owner: Entry, parts: dict[int, Filing]) -> Filing:
    filing = parts[owner.place]
    for place in owner.joined:
        filing = join(filing, parts[place])
    return filing


def collect_for(book: Master, paths: Iterable[Path], progress: Progress, power: Power) -> tuple[Choice, Collected]:
    """Return the filings to take into a master, one a department (`collected.taken`), and what is to be said of all that came."""
    with spill.folder() as place:
        deliveries, unread = collect.gather(paths, place)
        sources = [Source(entry.path, Path(entry.name).name) for entry in deliveries]
        with progress("读取", len(sources)) as tick:
            readings = Readings(sources, book.path, power, tick)
        left: list[Unread] = []
        tables: list[Beside] = []
        known = list(entries(readings, deliveries, unread, left, tables))
    taken, twice = collect.choose(known, book.year)
    files = len({*(entry.name for entry in deliveries), *(entry.name for entry in unread)})
    collected = Collected(files, taken, twice, unread, left, book.year)
    here = {unit_key(filing.unit) for filing in book.filings}
    came = {unit_key(entry.unit) for entry in taken}
    collected.updated = len(here & came)
    collected.added = len(came) - collected.updated
    collected.missing = [unit for unit in book.missing if unit_key(unit) not in came]
    collected.other_year = [entry for entry in taken if book.year and entry.year not in (None, book.year)]
    return _with_tables(book, Choice(readings), collected, tables), collected


def _with_tables(book: Master, choice: Choice, collected: Collected, tables: Sequence[Beside]) -> Choice:
    """Put the tables that came to the departments: to those that hand in now with their filings, to the others in the master."""
    if not tables:
        return choice
    if not book.headings.get("tblGiven"):
        why = "这本总表还没有「决算和目标」一页，请先运行 jixiao upgrade 升级，再导入一次"
        collected.left += [Unread(part.name, why) for part in tables]
        return choice
    coming = {unit_key(entry.unit) for entry in collected.taken}
    held = [filing for filing in book.filings if unit_key(filing.name) not in coming]
    owners = dict.fromkeys(entry.unit.partition(SUBJECT_MARK)[0] for entry in collected.taken)
    owners |= dict.fromkeys(filing.owner for filing in held)
    given = sorted_out(tables, owners)
    list(hand_out(held, given))
    collected.beside = [part.name for owner, parts in given.items() if owner for part in parts]
    collected.left += not_given(given, list(owners))
    return Choice(choice.readings, given)


# --- exporting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """What to export and where: the filing and its report as text, the folder, the name without ending, the formats."""

    filing: str
    report: str
    source: str
    to: str
    name: str
    formats: tuple[str, ...]


def export_task(data: list[tuple[Order, Scheme]]) -> list[list[str]]:
    """Write departments' files; the results are their names and the hashes of what was written."""
    return [[json.dumps(_export(order, scheme), ensure_ascii=False)] for order, scheme in data]


def _export(order: Order, scheme: Scheme) -> dict[str, str]:
    filing = unpack(order.filing)
    report = unpack_report(json.loads(order.report))
    entry = Checked(Path(order.source), filing, derive(filing, scheme), report, scheme)
    written = export_one(entry, Path(order.to), order.formats, order.name)
    return {path.name: digest(path.read_bytes()) for path in written}


def export(
    checked: Sequence[Checked],
    to: Path,
    formats: Sequence[str],
    of: Path,
    progress: Progress,
    power: Power,
) -> list[Path]:
    """Write all departments' files into a folder, over processes where they are many; what is there unchanged stays."""
    taken: set[str] = set()
    with progress("导出", len(checked)) as tick:
        if not is_many(len(checked), power):
            written = []
            for entry in checked:
                written += export_one(entry, to, formats, name_for(entry, taken))
                tick(1)
            return written
        store = Store(store_of(of), "export")
        pieces = (_order(entry, entry.scheme, to, name_for(entry, taken), tuple(formats)) for entry in checked)
        redo = frozenset(_gone(store, to))
        # files are written where this machine sees them, so that other machines are of no use here
        keys = engine.run(export_task, pieces, store, Power(power.jobs), total=len(checked), tick=tick, redo=redo)
    return [to / name for _, body in store.rows(keys) for name in json.loads(body)]


def _order(entry: Checked, scheme: Scheme, to: Path, name: str, formats: tuple[str, ...]) -> Piece:
    text = pack(entry.filing)
    report = json.dumps(pack_report(entry.report), ensure_ascii=False)
    order = Order(text, report, str(entry.path), str(to), name, formats)
    return Piece(
        digest(engine.version(), scheme.hash, text, report, str(to.resolve()), name, *formats), (order, scheme)
    )


def _gone(store: Store, to: Path) -> Iterator[str]:
    """Yield the keys whose files are no longer there as they were written."""
    keys = sorted(store.done())
    for place, body in store.rows(keys):
        if any(not _stands(to / name, wanted) for name, wanted in json.loads(body).items()):
            yield keys[place]


def _stands(path: Path, wanted: str) -> bool:
    return path.is_file() and digest(path.read_bytes()) == wanted
