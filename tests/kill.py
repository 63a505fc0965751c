"""Kill every verb at random moments and look at what is left: `python -m tests.kill NUMBER [SEED]`.

A verb runs in a forked process (so that its modules are loaded already and the kill meets its work, not its imports) and gets
signal 9 after a random time, or at a random one of its calls to the system that open, rename or delete a file. Afterwards
the old or the new state must be there, whole, and the next run must succeed and clean up. Prints a line of JSON.
"""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook import cli
from workbook.actions import api as actions
from workbook.demo import DEPARTMENTS, YEAR, compose
from workbook.master.read import read_master
from workbook.model.filing import to_json
from workbook.model.scheme import load
from workbook.storage import history, journal, replacing, temporary
from workbook.writers import department

EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "shutil.copyfile", "os.listdir", "os.scandir")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb to kill: its arguments in a folder, how long a whole run takes, how many events it has, what it leaves."""

    name: str
    arguments: Callable[[Path], list[str]]
    seconds: float = 0.0
    events: int = 0
    after: Any = None


VERBS: dict[str, Callable[[Path], list[str]]] = {
    "new": lambda folder: ["new", f"{folder}/新.xlsm"],
    "import": lambda folder: ["import", f"{folder}/总表.xlsm", f"{folder}/各单位报来"],
    "fill": lambda folder: ["fill", f"{folder}/总表.xlsm"],
    "clear": lambda folder: ["clear", f"{folder}/总表.xlsm"],
    "check": lambda folder: ["check", f"{folder}/总表.xlsm"],
    "rollup": lambda folder: ["rollup", f"{folder}/总表.xlsm", "--to", f"{folder}/汇总.xlsx"],
    "undo": lambda folder: ["undo", f"{folder}/总表.xlsm"],
    "export": lambda folder: [
        "export", f"{folder}/总表.xlsm", "--to", f"{folder}/导出", "--as", "xlsx", "--as", "docx", "--as", "html"
    ],
}  # fmt: skip


def prepare(folder: Path) -> None:
    """Lay out a master that has been through every verb once, and files to import that differ from what it holds."""
    received = folder / "各单位报来"
    received.mkdir(parents=True)
    for number, entry in enumerate(DEPARTMENTS[:2]):
        department.write(compose(entry), load(), received / f"{number}.xlsx")
    master = folder / "总表.xlsm"
    actions.new(master, year=YEAR)
    actions.import_(master, [received])
    actions.check_master(master)
    for number, entry in enumerate(DEPARTMENTS[1:3]):
        filing = compose(entry)
        filing.expenses["operating"].final = None
        department.write(filing, load(), received / f"{number}.xlsx")
    shutil.rmtree(received / replacing.FOLDER)


def child(verb: Callable[[Path], list[str]], folder: Path, at_event: int = -1) -> int:
    """Start a verb in a forked process, silent; with `at_event` it kills itself at that event. Return its number.

    Events are those that touch the folder; how many there were is written beside it.
    """
    process = os.fork()
    if process:
        return process
    count, place = 0, str(folder)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event in EVENTS and str(arguments[0]).startswith(place):
            if count == at_event:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    status = 70
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        temporary._CLEANED.clear()
        sys.addaudithook(watch)
        status = cli.run(verb(folder))
        Path(f"{place}.events").write_text(str(count), encoding="ascii")
    finally:
        os._exit(status)


def ended(process: int) -> int:
    """Wait for a process and return its exit status, -9 where it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def seen(folder: Path) -> Any:
    """Return what a folder's masters hold: departments' figures, findings, marks; None for a master that is not there."""
    out = []
    for name in ("总表.xlsm", "新.xlsm"):
        path = folder / name
        if not path.exists():
            out.append(None)
            continue
        master = read_master(path)
        findings = [row["问题"] for row in master.records["tblFindings"]]
        home = [row.get("结论") for row in master.records["tblUnits"]]
        out.append([[to_json(filing) for filing in master.filings], findings, home])
    return out


def measured(name: str, ready: Path, place: Path) -> Verb:
    """Run a verb whole and return how long it took, how many events it had, and what it left."""
    folder = Path(shutil.copytree(ready, place / name))
    start = time.monotonic()
    status = ended(child(VERBS[name], folder))
    if status not in (0, 1):
        raise AssertionError(f"{name} ended with {status}")
    seconds, after = time.monotonic() - start, seen(folder)
    shutil.rmtree(folder)
    return Verb(name, VERBS[name], seconds, int(Path(f"{folder}.events").read_text(encoding="ascii")), after)


def faults(folder: Path, verb: Verb, before: Any) -> list[str]:
    """Return what is wrong with what a killed run left, and with the run after it."""
    out = list(broken(folder))
    if out:
        return out
    if seen(folder) not in (before, verb.after):
        out.append("neither the old nor the new state")
    out += [
        f"log of {entry.verb} unsure"
        for entry in journal.entries(folder / "总表.xlsm")
        if entry.state == journal.UNSURE
    ]
    again = verb.arguments
    if verb.name == "new" and (folder / "新.xlsm").exists():
        again = lambda folder: ["fill", f"{folder}/新.xlsm"]  # noqa: E731
    status = ended(child(again, folder))
    if status not in (0, 1):
        out.append(f"the next run ended with {status}")
    out += [f"left behind: {path.name}" for path in folder.rglob(f"{temporary.PREFIX}*")]
    return out + list(broken(folder))


def broken(folder: Path) -> list[str]:
    """Return the files in a folder that are not whole; temporary ones are not looked at."""
    out = []
    for path in folder.rglob("*"):
        if path.name.startswith(temporary.PREFIX) or not path.is_file():
            continue
        if path.suffix in (".xlsx", ".xlsm", ".docx"):
            try:
                with zipfile.ZipFile(path) as archive:
                    whole = archive.testzip() is None
            except zipfile.BadZipFile:
                whole = False
        else:
            whole = path.suffix != ".html" or path.read_text(encoding="utf-8").endswith("</html>\n")
        if not whole:
            out.append(f"broken: {path.relative_to(folder)}")
    return out


def main(number: int, seed: int) -> dict[str, Any]:
    """Kill so many runs and return the figures: kills by verb, how many left the old and how many the new state, faults."""
    dice = random.Random(seed)
    result: dict[str, Any] = {"kills": 0, "old": 0, "new": 0, "by_verb": Counter(), "faults": []}
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        place = Path(name)
        ready = place / "ready"
        prepare(ready)
        before = seen(ready)
        with contextlib.redirect_stdout(io.StringIO()):  # here once, so that every module is loaded before the forks
            warm = Path(shutil.copytree(ready, place / "warm"))
            for arguments in VERBS.values():
                cli.run(arguments(warm))
        verbs = [measured(entry, ready, place) for entry in VERBS]
        turn = 0
        while result["kills"] < number:
            verb = verbs[turn % len(verbs)]
            turn += 1
            folder = Path(shutil.copytree(ready, place / f"{turn}"))
            if turn % 3:
                process = child(verb.arguments, folder, dice.randrange(verb.events))
            else:
                process = child(verb.arguments, folder)
                time.sleep(dice.uniform(0, verb.seconds))
                os.kill(process, signal.SIGKILL)
            if ended(process) == -signal.SIGKILL:
                result["kills"] += 1
                result["by_verb"][verb.name] += 1
                result["new" if not broken(folder) and seen(folder) != before else "old"] += 1
                result["faults"] += [f"{verb.name}: {fault}" for fault in faults(folder, verb, before)]
            shutil.rmtree(folder)
    result["by_verb"] = dict(result["by_verb"])
    result["kept"] = history.KEPT.states
    return result


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)) + "\n")
