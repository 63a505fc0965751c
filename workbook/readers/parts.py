"""A package of Office (.docx, .xlsx) before its contents are read: its parts, which is the main one, whether it is sound."""

import io
import posixpath
import struct
import zipfile
from pathlib import Path
from xml.parsers import expat

from workbook import patterns as re
from workbook.readers.limits import LIMITS, ReadError

CONTENT_TYPES = "[Content_Types].xml"
# in UTF-8 and in either UTF-16
_DECLARES = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")
_LONGEST = 2 * len("<!DOCTYPE")
_CHUNK = 1 << 20
_MAIN = "/officeDocument"


def opened(path: Path) -> zipfile.ZipFile:
    """Return a zip opened to be read, one too whose names are not in the encoding it says; raise zipfile's errors."""
    try:
        return zipfile.ZipFile(path)
    except UnicodeDecodeError:
        if path.stat().st_size > LIMITS.unpacked_bytes:
            raise
        return zipfile.ZipFile(io.BytesIO(_without_claims(path.read_bytes())))


def _without_claims(content: bytes) -> bytes:
    """Return a zip whose directory calls no name UTF-8 that is none (GBK, most often)."""
    out = bytearray(content)
    end = content.rfind(b"PK\x05\x06")
    place = struct.unpack_from("<I", content, end + 16)[0] if end >= 0 and end + 22 <= len(content) else len(content)
    while content[place : place + 4] == b"PK\x01\x02" and place + 46 <= len(content):
        name, extra, comment = struct.unpack_from("<HHH", content, place + 28)
        try:
            content[place + 46 : place + 46 + name].decode()
        except UnicodeDecodeError:
            out[place + 9] &= ~0x08 & 0xFF
        place += 46 + name + extra + comment
    return bytes(out)


def tags(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small part by their local names, with their attributes; raise KeyError or ValueError."""
    return [(tag, attributes) for tag, attributes, _ in _elements(archive, part)]


def property_of(archive: zipfile.ZipFile, name: str) -> str:
    """Return a property that a document's maker gave it (a word or two), "" where it has none of that name."""
    try:
        elements = _elements(archive, "docProps/custom.xml")
    except (KeyError, ValueError):
        return ""
    own = False
    for tag, attributes, words in elements:
        if tag == "property":
            own = attributes.get("name") == name
        elif own:
            return "".join(words).strip()
    return ""


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str], list[str]]]:
    """Return the elements of a small part: local name, attributes, and the text up to the next; raise KeyError or ValueError.

    By expat, not lxml, which takes longer to load than a report to read.
    """
    member = archive.getinfo(part)
    content = archive.read(member) if member.file_size <= LIMITS.part_bytes // 10 else b"<!DOCTYPE"
    if _DECLARES.search(content):
        raise ValueError(f"{part} is none")
    out: list[tuple[str, dict[str, str], list[str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: out.append((tag.rpartition(" ")[2], attributes, []))
    parser.CharacterDataHandler = lambda words: out[-1][2].append(words)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"{part} is none") from error
    return out


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part ("" for the package) by their ids: the last word of the type, the part they lead to."""
    folder = posixpath.dirname(part)
    return {
        link.get("Id", ""): (link.get("Type", "").rpartition("/")[2], _target(folder, link.get("Target", "")))
        for tag, link in tags(archive, relations_of(part))
        if tag == "Relationship" and link.get("TargetMode") != "External"
    }


def relations_of(part: str) -> str:
    """Return the part that holds the relations of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")


def main_part(archive: zipfile.ZipFile, usual: str) -> str:
    """Return the part that holds the document, the usual one where the package does not say which; raise nothing."""
    known = set(archive.namelist())
    try:
        found = [part for kind, part in relations(archive, "").values() if f"/{kind}" == _MAIN]
    except (KeyError, ValueError):
        found = []
    return next((part for part in found if part in known), usual)


def type_of(archive: zipfile.ZipFile, part: str) -> str:
    """Return the content type of a part, "" where the package does not say; raise nothing but BadZipFile."""
    try:
        entries = tags(archive, CONTENT_TYPES)
    except (KeyError, ValueError):
        return ""
    ending = posixpath.splitext(part)[1].lstrip(".").lower()
    own = [held.get("ContentType", "") for tag, held in entries if tag == "Override" and _named(held) == part.lower()]
    usual = [held.get("ContentType", "") for tag, held in entries if held.get("Extension", "").lower() == ending]
    return next(iter(own + usual), "")


def _named(entry: dict[str, str]) -> str:
    return entry.get("PartName", "").lstrip("/").lower()


def refuse_bomb(members: list[zipfile.ZipInfo], name: str) -> None:
    """Raise ReadError where the directory of a package says that it is too large, ambiguous or locked."""
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > LIMITS.unpacked_bytes or (unpacked > 20_000_000 and unpacked / packed > LIMITS.ratio):
        raise ReadError(f"「{name}」解开后过大（{unpacked // 1_000_000} MB），疑似压缩炸弹，没有读")
    if len({member.filename for member in members}) < len(members):
        raise ReadError(f"「{name}」里有重名的部件，内容不可信，没有读；请单位重新另存后报送")
    if any(member.file_size > LIMITS.part_bytes for member in members if member.filename.endswith(".xml")):
        raise ReadError(f"「{name}」解开后过大，没有读；请删去多余的行列后重新报送")
    if any(member.flag_bits & 1 for member in members):
        raise ReadError(f"「{name}」加了密码，请单位去掉密码后重新报送")


def sound(archive: zipfile.ZipFile, name: str) -> None:
    """Unpack every XML part once and throw it away: sizes and checksums that lie, and declarations of types, show here.

    Raise ReadError past the limits and where a part declares entities (no Office program does), BadZipFile where it lies.
    """
    members = archive.infolist()
    if len(members) > LIMITS.members:
        raise ReadError(f"「{name}」里有 {len(members):,} 个部件，超过 {LIMITS.members:,} 个，没有读；请另存后重新报送")
    for member in members:
        if is_xml(member.filename):
            _unpack(archive, member, name)


def is_xml(part: str) -> bool:
    """Return whether a part is one of those that `sound` unpacks."""
    return part.lower().endswith((".xml", ".rels", ".vml"))


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    if member.file_size > LIMITS.part_bytes:
        raise ReadError(
            f"「{name}」解开后过大（{member.file_size // 1_000_000} MB），没有读；请删去多余的行列后重新报送"
        )
    with archive.open(member) as stream:
        rest = b""
        # anywhere: before it there may be megabytes of comment
        while chunk := stream.read(_CHUNK):
            content = rest + chunk if rest else chunk
            # the quick look first: in what Office writes there is hardly a "!"
            if b"!" in content and _DECLARES.search(content):
                raise ReadError(f"「{name}」里有外部声明（DOCTYPE），不是正常的 Word 或 Excel 文件，没有读")
            rest = chunk[-_LONGEST:]
