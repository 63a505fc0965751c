"""What all tests share: the sample reports where they are present, and the repository's own folder."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from workbook.serve import announced
from workbook.storage import cache

ROOT = Path(__file__).resolve().parents[1]
# tests/run.sh has the tests in a folder of their own, so that nothing but what is installed can be found
CHECKOUT = Path(os.environ.get("JIXIAO_CHECKOUT") or ROOT)
SEEDS = CHECKOUT.parent / "shared" / "seeds"


settings.register_profile("jixiao", deadline=None)  # two cores may be busy with LibreOffice
settings.load_profile("jixiao")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep results away from the cache of whoever runs the tests."""
    before = os.environ.get(cache.SETTING)
    os.environ[cache.SETTING] = str(tmp_path_factory.mktemp("cache") / "jixiao")
    yield
    if before is None:
        del os.environ[cache.SETTING]
    else:
        os.environ[cache.SETTING] = before


@pytest.fixture(scope="session", autouse=True)
def _no_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no button of the tests be answered by a service that whoever runs them has running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(announced.PLACE, str(tmp_path_factory.mktemp("run") / "jixiao"))
        yield


@pytest.fixture
def seeds() -> Path:
    """Return the folder of published sample reports; skip, and say so, where this machine has none."""
    if not SEEDS.is_dir():
        pytest.skip("没有样本报告（../shared/seeds），跳过")
    return SEEDS


_SHARED: dict[Path, str] = {}  # what all tests of a process are given, as it was made


def _held(place: Path) -> str:
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return hashlib.sha256(b"\0".join(part for path in files for part in (bytes(path), path.read_bytes()))).hexdigest()


@pytest.fixture(autouse=True)
def _shared_files_stay(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that writes to what all are given: another one would see it, or not, as the tests are dealt out."""
    yield
    for name in {"received", "imported"} & set(request.fixturenames):
        place = request.getfixturevalue(name)
        folder = place.parent if isinstance(place, Path) and place.is_file() else place
        if not isinstance(folder, Path) or folder not in _SHARED:  # a module's own of that name
            continue
        if _held(folder) != _SHARED[folder]:
            _SHARED[folder] = _held(folder)  # told once
            pytest.fail(f"the test has written to what all tests share: {name}; work on a copy")


@pytest.fixture(scope="session")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of what the demo's departments hand in (not to be written to)."""
    from workbook.demo import make

    folder = tmp_path_factory.mktemp("报来") / "各单位 报来"
    make(folder)
    _SHARED[folder] = _held(folder)
    return folder


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory, received: Path) -> Path:
    """Return a master with the demo's departments in it, not yet checked (not to be written to)."""
    from workbook.actions import api as actions
    from workbook.demo import YEAR

    master = tmp_path_factory.mktemp("总表") / "绩效 总表.xlsm"
    actions.new(master, year=YEAR, region="云麓县")
    actions.import_(master, [received])
    _SHARED[master.parent] = _held(master.parent)
    return master
