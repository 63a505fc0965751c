"""Work that takes its time, for the tests of the service: light, for a process of its own loads it."""

import time
from pathlib import Path
from typing import Any


def stays(folder: Path) -> dict[str, Any]:
    """Be at work, for long unless the folder's name says short, and leave a mark meanwhile."""
    mark = folder.parent.parent / f"at-work-{folder.name}"
    mark.touch()
    time.sleep(0.3 if "short" in folder.name else 30)
    mark.unlink()
    return {}
