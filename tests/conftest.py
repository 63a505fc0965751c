"""What all tests share: the sample reports where they are present, and the repository's own folder."""

from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"


settings.register_profile("jixiao", deadline=None)  # two cores may be busy with LibreOffice
settings.load_profile("jixiao")


@pytest.fixture
def seeds() -> Path:
    """Return the folder of published sample reports; skip, and say so, where this machine has none."""
    if not SEEDS.is_dir():
        pytest.skip("没有样本报告（../shared/seeds），跳过")
    return SEEDS
