"""Ways to spoil a file: bytes flipped or cut, members of a package swapped or lost, its XML and text edited at random."""

import io
import random
import re
import zipfile
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]
_NUMBERS = [
    b"0",
    b"-1",
    b"1e400",
    b"NaN",
    b"999999999999",
    b"1048577",
    b"2147483648",
    b"",
    b"0x10",
    b"\xef\xbc\x95",
    b"1/0",
]
_WORDS = [
    "\u202e", "\0", "\ud7ff", "\U0010ffff", "=1+1", "（" * 300, "9" * 400, "-", "——", "%", "万元", "\t" * 50, "\r\r\n" * 40,
    "附件2", "三级指标", "一级指标", "分值", "1.2.3.4", "１２３", "∞", "20240230", "合计", "≥≤", "一百亿万千", "100%%",
]  # fmt: skip
_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb'="([^"]{0,60})"')
_TEXT = re.compile(rb">([^<>]{1,200})<")


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Return the bytes with a few of them changed."""
    out = bytearray(content)
    for _ in range(dice.choice((1, 2, 8, 64))):
        if out:
            out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def cut(content: bytes, dice: random.Random) -> bytes:
    """Return the bytes without a stretch of them, often the end."""
    start = dice.randrange(len(content) + 1)
    return content[:start] + (b"" if dice.random() < 0.5 else content[start + dice.randrange(200) :])


def repeated(content: bytes, dice: random.Random) -> bytes:
    """Return the bytes with a stretch of them several times over."""
    start = dice.randrange(len(content) + 1)
    piece = content[start : start + dice.choice((1, 10, 200, 5000))]
    return content[:start] + piece * dice.choice((2, 5, 50)) + content[start:]


def worded(content: bytes, dice: random.Random) -> bytes:
    """Return a text with words put in that mean trouble, or its lines shuffled."""
    lines = content.split(b"\n")
    if dice.random() < 0.3:
        start = dice.randrange(len(lines))
        block = lines[start : start + dice.randrange(2, 12)]
        dice.shuffle(block)
        lines[start : start + len(block)] = block
        return b"\n".join(lines)
    for _ in range(dice.choice((1, 3, 10))):
        place = dice.randrange(len(content) + 1)
        content = content[:place] + dice.choice(_WORDS).encode("utf-8", "replace") + content[place:]
    return content


def xml_edited(content: bytes, dice: random.Random) -> bytes:
    """Return XML with a value, a text or a tag changed, doubled or taken out."""
    for _ in range(dice.choice((1, 1, 3, 12))):
        kind = dice.randrange(4)
        found = list((_VALUE, _TEXT, _TAG, _TAG)[kind].finditer(content))
        if not found:
            return content
        match = dice.choice(found)
        start, end = match.span(1) if kind < 2 else match.span()
        old = content[start:end]
        new = {
            0: dice.choice(_NUMBERS),
            1: dice.choice((dice.choice(_WORDS).encode("utf-8", "replace").replace(b"\0", b""), dice.choice(_NUMBERS))),
            2: b"",
            3: old * dice.choice((2, 2, 300)),
        }[kind]
        content = content[:start] + new + content[end:]
    return content


def member_edited(content: bytes, dice: random.Random) -> bytes:
    """Return a package with the XML of one part edited, two parts swapped, or one lost; its checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    parts = [name for name in held if name.endswith((".xml", ".rels"))]
    main = [name for name in parts if "sheet" in name.lower() or "document" in name or "table" in name] or parts
    kind = dice.randrange(10)
    if kind == 0:
        one, other = dice.choice(parts), dice.choice(parts)
        held[one], held[other] = held[other], held[one]
    elif kind == 1:
        del held[dice.choice(list(held))]
    else:
        for _ in range(dice.choice((1, 1, 2))):
            name = dice.choice(main if dice.random() < 0.7 else parts)
            held[name] = dice.choice((xml_edited, xml_edited, xml_edited, cut, flipped))(held[name], dice)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in held.items():
            archive.writestr(name, part)
    return stream.getvalue()


PLAIN: tuple[Mutation, ...] = (flipped, cut, repeated)
BY_KIND: dict[str, tuple[Mutation, ...]] = {
    "xlsx": (member_edited, member_edited, member_edited, member_edited, *PLAIN),
    "docx": (member_edited, member_edited, member_edited, member_edited, *PLAIN),
    "xlsm": (member_edited, member_edited, member_edited, member_edited, *PLAIN),
    "xls": PLAIN,
    "txt": (worded, worded, worded, *PLAIN),
    "csv": (worded, worded, *PLAIN),
    "toml": (worded, *PLAIN),
    "zip": PLAIN,
}


def mutated(kind: str, content: bytes, dice: random.Random) -> bytes:
    """Return a spoilt file of a kind; what is a package no more is spoilt as bytes."""
    mutation = dice.choice(BY_KIND[kind])
    try:
        return mutation(content, dice)
    except Exception:  # whatever zipfile makes of what was spoilt before
        return flipped(content, dice)
