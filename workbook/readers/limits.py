"""What a file may be before it is opened at all."""

from dataclasses import dataclass


@dataclass(slots=True)
class Limits:
    """Bounds on files from outside: bytes of the file, bytes and ratio once unpacked, cells and paragraphs."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 300
    cells: int = 2_000_000
    paragraphs: int = 50_000
    seconds: int = 90


LIMITS = Limits()


class ReadError(Exception):
    """A file that could not be read; the message is one Chinese sentence with the reason and the remedy."""
