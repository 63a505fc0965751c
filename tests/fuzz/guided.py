"""The long run guided by coverage: `python -m tests.fuzz.guided KIND MINUTES`; needs atheris (pip install atheris).

KIND is one of the kinds of files that the other run knows (docx, xlsx, txt …). Inputs are changed as there, whole archives at
a time; which of them are kept, libFuzzer decides by the code they reach. What goes wrong is an exception that no reader may
raise; libFuzzer then names the input's file.
"""

import random
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.fuzz.mutate import mutated

READING = ("workbook.forms.tables", "workbook.readers.word", "workbook.readers.excel", "workbook.readers.text")
LONGEST = 400_000


def main(kind: str, minutes: float) -> None:
    """Fuzz one kind of file; ends the process with libFuzzer's status."""
    import atheris

    with atheris.instrument_imports(include=["workbook"]):
        for name in READING:
            import_module(name)
        from tests.fuzz.targets import SECONDS, one, seeds, without_office

    place = Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus, work = place / "corpus", place / "work"
    for folder in (corpus, work, place / "seeds"):
        folder.mkdir()
    for number, content in enumerate(seeds(place / "seeds")[kind]):
        (corpus / str(number)).write_bytes(content)
    without_office()

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        return mutated(kind, bytes(data), random.Random(seed))[:longest]

    def try_one(data: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            one(kind, bytes(data), Path(folder))

    options = [
        f"-max_total_time={int(60 * minutes)}",
        f"-timeout={SECONDS}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={place}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], try_one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.fuzz.guided KIND MINUTES")
    main(sys.argv[1], float(sys.argv[2]))
