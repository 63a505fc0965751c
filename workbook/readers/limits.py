"""What a file may be before it is opened at all."""

from dataclasses import dataclass


@dataclass(slots=True)
class Limits:
    """Bounds on files from outside.

    Bytes of the file, of all that is in it once unpacked and of one XML part; how much smaller packing may have made it;
    cells of the sheets in use, characters of their texts, cells that one merge may cover, tables, paragraphs; seconds
    that LibreOffice may take; files in an archive of filings, their bytes, and archives within archives.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 400_000_000
    part_bytes: int = 120_000_000
    ratio: int = 300
    cells: int = 2_000_000
    characters: int = 50_000_000
    merge_cells: int = 100_000
    paragraphs: int = 50_000
    seconds: int = 90
    archive_members: int = 20_000
    archive_bytes: int = 4_000_000_000
    archive_depth: int = 2


LIMITS = Limits()


class ReadError(Exception):
    """A file that could not be read; the message is one Chinese sentence with the reason and the remedy."""
