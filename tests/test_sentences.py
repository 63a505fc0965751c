"""What must be read out of several hundred sentences, by phenomenon, and how often it is."""

import pytest

from tests.sentences import Tally, cases, measured

PRECISION, RECALL = 0.98, 0.95


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    return measured()


def test_there_are_several_hundred_sentences_of_many_kinds():
    texts = [text for _, text, _, _ in cases()]
    assert len(texts) == len(set(texts)) >= 400
    assert len({phenomenon for phenomenon, _, _, _ in cases()}) >= 10


def test_precision_and_recall_over_all(tallies):
    every = Tally()
    for tally in tallies.values():
        every.add(tally)
    assert every.precision >= PRECISION, every.wrong
    assert every.recall >= RECALL, every.wrong


@pytest.mark.parametrize("phenomenon", sorted({name for name, _, _, _ in cases()}))
def test_no_phenomenon_is_left_behind(tallies, phenomenon):
    tally = tallies[phenomenon]
    assert min(tally.precision, tally.recall) >= 0.9, tally.wrong
