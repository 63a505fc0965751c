"""The long run: `python -m tests.fuzz MINUTES [SEED]`, on one core; prints a line of JSON with what was tried.

Inputs that end in a way not seen before join the seeds, so that mutations pile up. Each batch runs in a child process with a
limit on its memory; each input has a limit on its time. A finding is written to the folder that is named at the end.
"""

import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import MEMORY, SECONDS, VERBS, one, seeds, without_office

BATCH = 200


def late(*_: object) -> None:
    """End an input that takes too long."""
    raise TimeoutError(f"more than {SECONDS} s")


def batch(corpus: dict[str, list[bytes]], seed: int, place: Path) -> dict[str, Any]:
    """Try a batch of inputs and return how they ended, the new ones, and what should not have happened."""
    dice = random.Random(seed)
    signal.signal(signal.SIGPROF, late)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    tried: Counter[str] = Counter()
    result: dict[str, Any] = {"new": [], "wrong": [], "slowest": 0.0}
    for number in range(BATCH):
        kind = dice.choice(list(corpus))
        content = dice.choice(corpus[kind])
        for _ in range(dice.choice((1, 1, 2, 4))):
            content = mutated(kind, content, dice)
        verb = dice.choice(VERBS)
        folder = place / "in" / f"{number}"
        _clean(folder)
        folder.mkdir(parents=True)
        (place / "current").write_bytes(content)
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            (folder / "好的.xlsx").write_bytes(corpus["xlsx"][0])
            end = one(kind, content, folder, verb)
            result["new"].append((kind, f"{kind} {end}", number))
        except BaseException:
            result["wrong"].append((kind, verb, traceback.format_exc()[-2000:], content.hex()))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        tried[kind] += 1
        result["slowest"] = max(result["slowest"], time.process_time() - start)
        if result["new"] and result["new"][-1][2] == number:
            result["new"][-1] = (*result["new"][-1][:2], content.hex() if len(content) < 400_000 else "")
        _clean(folder)
    result["tried"] = tried
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return result


def _clean(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def main(minutes: float, seed: int) -> dict[str, Any]:
    """Run batches till the time is over and return the figures."""
    end = time.monotonic() + 60 * minutes
    total: dict[str, Any] = {
        "inputs": 0,
        "by_kind": Counter(),
        "ways": 0,
        "wrong": 0,
        "crashed": 0,
        "slowest": 0,
        "memory": 0,
    }
    known: set[str] = set()
    found = Path(tempfile.mkdtemp(prefix="fuzz-found-"))
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        place = Path(name)
        (place / "seeds").mkdir()
        corpus = seeds(place / "seeds")
        without_office()
        before = _outside(place)
        while time.monotonic() < end:
            seed += 1
            answer = _in_child(corpus, seed, place)
            if answer is None:
                total["crashed"] += 1
                (found / f"crash-{seed}").write_bytes((place / "current").read_bytes())
                continue
            _count(total, answer, corpus, known, found, seed)
        total["written_outside"] = sorted(_outside(place) - before)
    total["ways"], total["found"] = len(known), str(found) if total["wrong"] or total["crashed"] else ""
    return total


def _outside(place: Path) -> set[str]:
    return {entry.name for entry in place.iterdir()} - {"in", "current", "answer"}


def _in_child(corpus: dict[str, list[bytes]], seed: int, place: Path) -> dict[str, Any] | None:
    """Run a batch in a forked process; None where it died."""
    process = os.fork()
    if not process:
        try:
            result = batch(corpus, seed, place)
            (place / "answer").write_text(json.dumps(result), encoding="utf-8")
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]):
        return None
    answer: dict[str, Any] = json.loads((place / "answer").read_text(encoding="utf-8"))
    return answer


def _count(
    total: dict[str, Any],
    answer: dict[str, Any],
    corpus: dict[str, list[bytes]],
    known: set[str],
    found: Path,
    seed: int,
) -> None:
    total["inputs"] += sum(answer["tried"].values())
    total["by_kind"].update(answer["tried"])
    total["slowest"] = max(total["slowest"], round(answer["slowest"], 1))
    total["memory"] = max(total["memory"], answer["memory"])
    for kind, way, content in answer["new"]:
        if way not in known and content:
            known.add(way)
            corpus[kind].append(bytes.fromhex(content))
    for kind, verb, words, content in answer["wrong"]:
        total["wrong"] += 1
        (found / f"{seed}-{total['wrong']}-{verb}.{kind}").write_bytes(bytes.fromhex(content))
        (found / f"{seed}-{total['wrong']}.txt").write_text(words, encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)) + "\n")
