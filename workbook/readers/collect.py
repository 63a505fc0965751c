"""What departments hand in: files, folders and archives; who is missing, who handed in twice and which file wins."""

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from workbook import patterns as re
from workbook.model.fields import PARTS
from workbook.model.figures import listed
from workbook.model.filing import NOT_FOUND, NOT_THERE, Filing, unit_key
from workbook.model.given import Given
from workbook.readers.detect import Kind, detect, is_pdf
from workbook.readers.limits import LIMITS, ReadError
from workbook.readers.parts import opened
from workbook.storage import FOLDER

IGNORED = {"thumbs.db", "desktop.ini", "__macosx"}
_REGION = re.compile(r"^.{1,10}?[省市州盟县区旗](?!管理|行政)")
SHOWN = 30  # names that a list in a message holds


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as handed in: where it is now, the name the clerk knows, when it was changed, and the folder it came in."""

    path: Path
    name: str
    modified: float = 0.0
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be taken in, and why (Chinese)."""

    name: str
    reason: str


def gather(paths: Iterable[Path], spill: Path) -> tuple[list[Delivery], list[Unread]]:
    """Return all files that paths name (folders and archives opened, archives into `spill`), and those that cannot be opened."""
    found: list[Delivery] = []
    unread: list[Unread] = []
    for path in paths:
        if path.is_dir():
            for below in _below(path):
                folder = below.relative_to(path).parts[0] if below.parent != path else ""
                _take(below, below.relative_to(path).as_posix(), folder, spill, found, unread)
        else:
            _take(path, path.name, "", spill, found, unread)
    return found, unread


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        yield from (Path(root) / name for name in sorted(files) if not _is_ignored(name))


def _is_ignored(name: str) -> bool:
    return name[0] in "~." or name == FOLDER or name.casefold() in IGNORED


def _take(
    path: Path,
    name: str,
    folder: str,
    spill: Path,
    found: list[Delivery],
    unread: list[Unread],
    modified: float | None = None,
    depth: int = 1,
) -> None:
    """Put a file among those found, or what is in it; `modified` is when it was changed, the file's own time where not said."""
    try:
        kind = detect(path)
        modified = path.stat().st_mtime if modified is None else modified
    except ReadError as error:
        if path.suffix.lower() != ".zip" and not is_pdf(path):
            unread.append(Unread(name, str(error)))
            return
        # a broken archive is told so as what it is; a PDF may hold tables that go beside a self-evaluation
        kind = Kind.PDF if is_pdf(path) else Kind.ARCHIVE
        modified = path.stat().st_mtime if modified is None and kind == Kind.PDF else modified
    if not _is_text(name):
        name = decoded(os.fsencode(name))
        path = Path(shutil.copy2(path, _place(spill, Path(name).name)))
    if kind != Kind.ARCHIVE:
        found.append(Delivery(path, name, modified or 0.0, folder))
    elif depth > LIMITS.archive_depth:
        unread.append(Unread(name, "压缩包里套了太多层压缩包，请解压后再导入"))
    else:
        _unpack(path, name, folder, spill, found, unread, depth)


def _unpack(
    path: Path, name: str, folder: str, spill: Path, found: list[Delivery], unread: list[Unread], depth: int
) -> None:
    try:
        with opened(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if refusal := _refusal(members):
                unread.append(Unread(name, refusal))
                return
            for member in members:
                _extract(archive, member, name, folder, spill, found, unread, depth)
    except Exception:  # whatever hostile content makes zipfile raise: each way of packing has errors of its own
        unread.append(Unread(name, "压缩包已损坏或不完整，请单位重新压缩后报送"))


def _refusal(members: Sequence[zipfile.ZipInfo]) -> str:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > LIMITS.archive_members:
        return f"压缩包里有 {len(members):,} 个文件，超过 {LIMITS.archive_members:,} 个，没有读；请分成几个"
    if unpacked > LIMITS.archive_bytes or (unpacked > 20_000_000 and unpacked / packed > LIMITS.ratio):
        return f"压缩包解开后过大（{unpacked // 1_000_000:,} MB），疑似压缩炸弹，没有读"
    return ""


def _extract(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    name: str,
    folder: str,
    spill: Path,
    found: list[Delivery],
    unread: list[Unread],
    depth: int,
) -> None:
    parts = [part for part in re.split(r"[/\\]", member_name(member)) if part not in ("", ".", "..")]
    if not parts or any(_is_ignored(part) for part in parts):
        return
    shown = f"{name}/{'/'.join(parts)}"
    if member.flag_bits & 1:
        unread.append(Unread(shown, "压缩包加了密码，请单位去掉密码后重新报送"))
    elif member.file_size > LIMITS.file_bytes and not parts[-1].lower().endswith(".zip"):
        unread.append(Unread(shown, f"有 {member.file_size // 1_000_000} MB，超过上限，没有读"))
    else:
        target = _written(archive, member, spill, parts[-1])
        within = folder or (parts[0] if len(parts) > 1 else "")
        _take(target, shown, within, spill, found, unread, _stamp(member), depth + 1)


def _written(archive: zipfile.ZipFile, member: zipfile.ZipInfo, spill: Path, name: str) -> Path:
    """Write a member under its bare name into a fresh folder: no path of the archive is followed. A size that lies ends it."""
    target = _place(spill, name)
    with archive.open(member) as source, target.open("wb") as out:
        left = member.file_size
        while chunk := source.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise ValueError("a member larger than it says")
            out.write(chunk)
    return target


def _place(spill: Path, name: str) -> Path:
    """Return where to put a file of a name: a fresh folder of its own."""
    folder = spill / f"{sum(1 for _ in spill.iterdir()):06d}"
    folder.mkdir()
    return folder / (re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(" .")[-120:] or "_")


def _is_text(name: str) -> bool:
    """Return whether a file's name is text: Linux keeps the bytes of a Windows that wrote GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of an archive's member: Chinese Windows writes GBK without saying so, and Macs UTF-8."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    return decoded(raw)


def decoded(raw: bytes) -> str:
    """Return a name as it was meant, whose encoding is not said: UTF-8 or GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace")


def _stamp(member: zipfile.ZipInfo) -> float:
    try:
        return datetime(*member.date_time).timestamp()  # noqa: DTZ001 — archives keep the clerk's own clock
    except (ValueError, OverflowError, OSError):
        return 0.0


# --- who handed in what -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one filing of a delivery, enough to choose: its place in the reading, unit, year, how much it holds.

    `content` names its values, so that the same report under two names is known as such; `holds` are the parts of the report
    that it has (附件2, 附件3, 正文).
    """

    place: int
    unit: str
    year: int | None
    name: str
    modified: float
    filled: int
    content: str
    folder: str = ""
    holds: frozenset[str] = frozenset()
    rows: int = 0  # of its longest list in a master
    joined: tuple[int, ...] = ()  # places of the files that hold its other parts


@dataclass(frozen=True, slots=True)
class Twice:
    """A department that handed in more than once: the file taken, those not taken, and why."""

    unit: str
    won: str
    lost: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class Collected:
    """What came in: how many files, the places taken, and what the clerk must know of the rest.

    `left` are the bureau's own workbooks among the files, left alone; `year` is that of the master; `beside` are the files of
    tables (决算、预算、目标表) that were put to their departments.
    """

    files: int = 0
    taken: list[Entry] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left: list[Unread] = field(default_factory=list)
    year: int | None = None
    other_year: list[Entry] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    added: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """One file of tables beside the self-evaluations (决算、预算、目标表): its name, the folder it came in, what it gives."""

    name: str
    folder: str
    given: Given


Sorted = dict[str, list[Beside]]


def sorted_out(parts: Iterable[Beside], owners: Iterable[str]) -> Sorted:
    """Return the files of tables by department (`unit_key`), under "" those that are of none of these.

    A file is a department's by the name in its tables, else by its folder's or its own name; where there is one department
    alone, it is that one's unless it names another.
    """
    known = dict.fromkeys(map(unit_key, owners))
    out: Sorted = {}
    for part in parts:
        out.setdefault(_owner_of(part, known), []).append(part)
    return out


def _owner_of(part: Beside, owners: Mapping[str, None]) -> str:
    named = unit_key(part.given.unit)
    if named in owners:
        return named
    if named:
        near = [owner for owner in owners if owner and (owner in named or named in owner)]
        return near[0] if len(near) == 1 else ""
    told = [owner for owner in owners if owner and owner in unit_key(f"{part.folder} {part.name}")]
    return max(told, key=len) if told else next(iter(owners), "") if len(owners) == 1 else ""


def hand_out(filings: Iterable[Filing], tables: Sorted) -> Iterator[str]:
    """Give each filing the tables of its department; yield what could not be used, and why."""
    for filing in filings:
        parts = tables.get(unit_key(filing.owner), ())
        for part in parts:
            yield from part.given.notes
            if _is_of_a_part(part) and any(_is_beside(part, other) for other in parts if other is not part):
                yield f"「{part.name}」是本级或下属单位的，另有整个部门的，没有用"
                continue
            yield from _give(filing, part)


_OF_A_PART = re.compile(r"本级|机关\)|下属|所属|二级单位")


def _is_of_a_part(part: Beside) -> bool:
    return bool(_OF_A_PART.search(f"{part.name}{part.given.unit or ''}".replace("）", ")")))


def _is_beside(part: Beside, whole: Beside) -> bool:
    """Return whether another file holds figures of the same keys and year, and is of no part of a department."""
    own = {(entry.key, entry.year) for entry in part.given.figures}
    return not _is_of_a_part(whole) and any((entry.key, entry.year) in own for entry in whole.given.figures)


def _give(filing: Filing, part: Beside) -> Iterator[str]:
    given, years = part.given, part.given.years
    if filing.year and years and not years & {filing.year, filing.year - 1}:
        told = "、".join(map(str, sorted(years)))
        yield f"「{part.name}」是 {told} 年度的，「{filing.name}」的自评是 {filing.year} 年度的，没有与它核对"
        return
    if filing.subject is not None:  # a project's form: its own targets alone
        given = Given(targets=[entry for entry in given.targets if entry.subject is not None])
    filing.given = filing.given.joined(given)


def not_given(tables: Sorted, units: Sequence[str]) -> Iterator[Unread]:
    """Yield the files of tables that belong to none of the departments, with what to do."""
    whose = f"自评是「{units[0]}」的" if len(units) == 1 else "表上的部门名称、文件夹名、文件名都对不上"
    for part in tables.get("", ()):
        named = f"表上写的是「{part.given.unit}」，" if part.given.unit else "表上没有部门名称，"
        why = f"{named}{whose}，没有用；确是它的，请把表上的部门名称写对，或放进以单位名称命名的文件夹"
        yield Unread(part.name, why)


def filled(filing: Filing) -> tuple[int, frozenset[str]]:
    """Return how many fields and paragraphs of a filing hold something, and which parts of the report it has."""
    paths = [path for path in filing.paths() if filing.get(path) is not None]
    heads = {path.partition(".")[0].partition("[")[0] for path in paths}
    holds = {part for part, names in PARTS.items() if not heads.isdisjoint(names)}
    return len(paths) + len(filing.narrative), frozenset(holds | ({"正文"} if filing.narrative else set()))


def join(filing: Filing, other: Filing) -> Filing:
    """Return a filing with the parts that only another file of the same department has."""
    rows = [
        name for name in ("project_lines", "buildings", "sources", "tasks", "indicators") if not getattr(filing, name)
    ]
    fresh = ("staff.", "expenses.", "funds.", "income.", "outlay.", "goals.", "total.", "signature.", "thrift", "year")
    for path in other.paths():
        if not path.startswith((*fresh, *rows)):
            continue
        blank = path.startswith(tuple(rows)) or filing.get(path) is None
        if blank and path not in filing.unread:
            filing.set(path, other.get(path))
            filing.places.update({path: other.places[path]} if path in other.places else {})
            filing.unread.update({path: other.unread[path]} if path in other.unread else {})
    filing.narrative = filing.narrative or other.narrative
    for name in ("class_weights", "years", "explanations"):
        setattr(filing, name, {**getattr(other, name), **getattr(filing, name)})
    filing.blank_classes = filing.blank_classes or other.blank_classes
    filing.none_classes = filing.none_classes or other.none_classes
    rows_of = other if "indicators" in rows and other.indicators else filing
    columns = {path for path in rows_of.absent if path.startswith("indicators[]")}
    filing.absent = (filing.absent & other.absent) | columns
    filing.notes = [note for note in filing.notes if not note.startswith((NOT_FOUND, NOT_THERE))]
    filing.issued, filing.issued_reasons = filing.issued or other.issued, other.issued_reasons | filing.issued_reasons
    filing.claimed = filing.claimed or other.claimed
    filing.notes += [
        note for note in other.notes if note not in filing.notes and not note.startswith((NOT_FOUND, NOT_THERE))
    ]
    filing.given = filing.given.joined(other.given)
    filing.source = f"{filing.source}；{other.source}"
    return filing


def choose(entries: Iterable[Entry], year: int | None) -> tuple[list[Entry], list[Twice]]:
    """Return one entry a department, in order of their places, and who handed in twice with the reason of the choice.

    The year of the master wins over another year; then a file with its tables over its words alone (.txt); then the file
    changed later; then the one that holds more; then the name that sorts last. Units are told apart by their names without white space.
    """
    by_unit: dict[str, list[Entry]] = {}
    for entry in entries:
        by_unit.setdefault(unit_key(entry.unit) or entry.name, []).append(entry)
    taken: list[Entry] = []
    twice: list[Twice] = []
    for group in by_unit.values():
        won, *others = sorted(group, key=lambda entry: _rank(entry, year), reverse=True)
        halves, lost = _halves(won, others)
        taken.append(replace(won, joined=tuple(entry.place for entry in halves)))
        if lost:
            names = tuple(entry.name for entry in lost)
            twice.append(Twice(won.unit, won.name, names, _reason(won, lost[0], year)))
    return sorted(taken, key=lambda entry: entry.place), twice


def _halves(won: Entry, others: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the files that hold parts of the report which the one taken lacks (附件2 apart from 附件3), and the rest."""
    held, halves, rest = set(won.holds), [], []
    for entry in others:
        if entry.holds and held and held.isdisjoint(entry.holds) and entry.year in (None, won.year):
            held |= entry.holds
            halves.append(entry)
        else:
            rest.append(entry)
    return halves, rest


def _rank(entry: Entry, year: int | None) -> tuple[bool, bool, float, int, str]:
    # archives keep even seconds, so that the same file may differ by one
    drawn = not _is_words_alone(entry)
    return (year is not None and entry.year == year, drawn, entry.modified // 2, entry.filled, entry.name)


def _is_words_alone(entry: Entry) -> bool:
    return Path(entry.name).suffix.lower() == ".txt"


def _reason(won: Entry, lost: Entry, year: int | None) -> str:
    if _is_words_alone(won) != _is_words_alone(lost) and (won.year == year) == (lost.year == year):
        return "另一份是纯文字（.txt），没有表格和格式"
    if won.content == lost.content:
        return "内容相同，任取一份"
    if (won.year == year) != (lost.year == year) and year is not None:
        return f"它是 {year} 年度的，另一份是 {lost.year or '未写年度'}"
    if won.modified // 2 != lost.modified // 2:
        return f"它修改得较晚（{_when(won.modified)}，另一份 {_when(lost.modified)}）"
    if won.filled != lost.filled:
        return f"修改时间相同，它填得较全（{won.filled} 处，另一份 {lost.filled} 处）"
    return "修改时间和填写多少都相同，取文件名排在后面的；请核对"


def _when(stamp: float) -> str:
    return datetime.fromtimestamp(stamp).strftime("%Y-%m-%d %H:%M") if stamp else "时间不明"  # noqa: DTZ006


def region_of_name(unit: str) -> str:
    """Return the county or city that a department's name begins with, 其他 where it begins with none."""
    found = _REGION.match(unit)
    return found[0] if found else "其他"


def lines(collected: Collected, *, reasons: bool = True) -> Iterator[str]:
    """Yield the summary that a clerk reads: how many came, who is missing, who came twice, what could not be read and why."""
    yield f"导入：收到 {collected.files} 个文件，新增 {collected.added} 个单位，更新 {collected.updated} 个"
    # what must be seen to first: only the first lines stay in sight on 首页
    if collected.unread:
        broken = listed([unread.name for unread in collected.unread], SHOWN)
        yield f"读不了 {len(collected.unread)} 个" + (f"：{broken}" if reasons else "，原因另列")
        for unread in collected.unread[:SHOWN] if reasons else ():
            yield f"  {unread.name}：{unread.reason}"
    if joined := [entry.unit for entry in collected.taken if entry.joined]:
        yield f"附件分成几个文件报来、已合为一份的 {len(joined)} 个：{listed(joined, SHOWN)}"
    if collected.missing:
        yield f"未报 {len(collected.missing)} 个：{listed(collected.missing, SHOWN)}"
    if collected.twice:
        yield f"重复报送 {len(collected.twice)} 个："
        for entry in collected.twice[:SHOWN]:
            yield f"  {entry.unit}：用「{entry.won}」，没有用「{'」「'.join(entry.lost)}」——{entry.reason}"
    if collected.other_year:
        names = [f"{entry.unit}（{entry.year}）" for entry in collected.other_year]
        yield f"年度与总表不同、仍取用了的 {len(names)} 个，请核对：{listed(names, SHOWN)}"
        yield from _offer(collected)
    if collected.beside:
        places = list(
            dict.fromkeys(name.rpartition("/")[0] or name for name in collected.beside)
        )  # a folder a department
        yield f"决算表、预算表、目标表 {len(collected.beside)} 个，已归到各单位，留待核对和取数：{listed(places, SHOWN)}"
    if collected.left:
        yield f"不是单位报来的、没有动的 {len(collected.left)} 个："
        yield from (f"  {entry.name}：{entry.reason}" for entry in collected.left[:SHOWN])


def _offer(collected: Collected) -> Iterator[str]:
    """Yield the offer to change the master's year, where all that came is of one and the same other year."""
    years = {entry.year for entry in collected.taken if entry.year}
    if len(years) == 1 and len(collected.other_year) == sum(bool(entry.year) for entry in collected.taken):
        (year,) = years
        yield (
            f"报来的都是 {year} 年度，总表写的是 {collected.year} 年度：总表的年度写错了的，"
            f"在「首页」的“年度”里改成 {year} 再导入一次（用命令的，导入时加 --year {year}）"
        )


def to_json(collected: Collected) -> dict[str, object]:
    """Return the summary as plain data."""
    return {
        "files": collected.files,
        "taken": [{"unit": entry.unit, "year": entry.year, "file": entry.name} for entry in collected.taken],
        "added": collected.added,
        "updated": collected.updated,
        "missing": collected.missing,
        "twice": [
            {"unit": entry.unit, "won": entry.won, "lost": list(entry.lost), "reason": entry.reason}
            for entry in collected.twice
        ],
        "other_year": [{"unit": e.unit, "year": e.year, "file": e.name} for e in collected.other_year],
        "beside": collected.beside,
        "left": [{"file": entry.name, "reason": entry.reason} for entry in collected.left],
        "unread": [{"file": entry.name, "reason": entry.reason} for entry in collected.unread],
    }
