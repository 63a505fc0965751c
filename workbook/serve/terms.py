"""On what terms the service answers: whom, under which names, how much, how long."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.serve.announced import known_by

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds while the service runs.

    `names` are the Host headers it answers to (exactly these: what a rebound name of DNS brings here is none of them),
    `origins` the pages that may ask, `people` the workspaces by the digest of their token. Bytes of one file and of one
    workspace, files in it; seconds that a request's head, a request's way here with its answer's way back, and one piece of
    work may take; seconds after its last use that a workspace is kept; seconds without any request after which the service
    ends (0: never). `jobs` is how many pieces of work are done at once, `queue` how many may wait, `presses` whether buttons
    on this machine may hand over jobs.
    """

    names: frozenset[str]
    origins: frozenset[str]
    people: Mapping[str, str] = field(default_factory=dict)
    file_bytes: int = 50 * MEGABYTE
    space_bytes: int = 500 * MEGABYTE
    files: int = 300
    head_seconds: float = 15
    request_seconds: float = 300
    work_seconds: float = 900
    keep_seconds: float = 24 * 3600
    idle_seconds: float = 3600
    jobs: int = 2
    queue: int = 400
    presses: bool = False

    def who(self, token: str) -> str | None:
        """Return the digest of a token that has a workspace, None for any other; in the same time for each."""
        given = digest(token)
        found = [known for known in self.people if hmac.compare_digest(known, given)]
        return found[0] if found else None


def token() -> str:
    """Return a new token: 256 bits that nobody guesses, in characters that stand in an address as they are."""
    return secrets.token_urlsafe(32)


def digest(words: str) -> str:
    """Return by what a token is known here: it is not kept itself."""
    return known_by(words)
