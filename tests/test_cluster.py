"""The same work on a Dask cluster: a scheduler and two workers as processes of their own, one of them killed half-way."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.test_collect import hand_in, master
from workbook.actions import api as actions
from workbook.actions import checks
from workbook.bulk import engine
from workbook.bulk.engine import BatchError, Piece, Power, run
from workbook.demo import synthetic
from workbook.storage.cache import store_of
from workbook.storage.store import Store

pytest.importorskip("distributed")


def slow(data: list[int]) -> list[list[str]]:
    """Return the numbers as text, slowly enough to be interrupted."""
    time.sleep(0.1)
    return [[str(value)] for value in data]


@contextmanager
def cluster(folder: Path, tls: Path | None = None) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Give the address of a scheduler on loopback and its two workers; with `tls`, the folder of their certificates."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{probe.getsockname()[1]}"
    port = address.rpartition(":")[2]
    common = ["--no-dashboard"]
    if tls:
        common += [
            "--protocol",
            "tls",
            "--tls-ca-file",
            f"{tls}/ca.pem",
            "--tls-cert",
            f"{tls}/cert.pem",
            "--tls-key",
            f"{tls}/key.pem",
        ]
    roles = [["scheduler", "--host", "127.0.0.1", "--port", port, *common]]
    roles += 2 * [
        ["worker", address, "--nthreads", "1", "--nworkers", "1", "--no-nanny", "--host", "127.0.0.1", *common]
    ]
    paths = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    quiet = subprocess.DEVNULL
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + role[0], *role[1:]],
            cwd=folder,
            env=paths,
            stderr=quiet,
            stdout=quiet,
        )
        for role in roles
    ]
    try:
        _until_two_work(address, tls)
        yield address, running[1:]
    finally:
        for process in running:
            process.kill()
            process.wait()


def _until_two_work(address: str, tls: Path | None) -> None:
    import distributed

    security = engine._security(address, tls / "tls.toml" if tls else None)

    for _ in range(60):
        try:
            with distributed.Client(address, timeout="5s", set_as_default=False, security=security) as client:
                client.wait_for_workers(2, timeout=60)
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the cluster did not start")


def test_a_worker_killed_half_way_costs_nothing(tmp_path: Path) -> None:
    pieces = [Piece(f"{value:04d}", value) for value in range(200)]
    straight, other = Store(tmp_path / "a", "x"), Store(tmp_path / "b", "x")
    run(slow, pieces, straight, Power(2), total=200)
    done = 0
    with cluster(tmp_path) as (address, workers):

        def kill_one(count: int) -> None:
            nonlocal done
            done += count
            if done >= 60 and workers[0].poll() is None:
                workers[0].kill()
                workers[0].wait()

        run(slow, pieces, other, Power(cluster=address), total=200, tick=kill_one)
        assert workers[0].poll() is not None
    assert done == 200
    assert [body for _, body in other.rows([piece.key for piece in pieces])] == [str(value) for value in range(200)]
    assert other.whole.read_bytes() == straight.whole.read_bytes()


def test_every_filing_is_there_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder imported over the cluster gives the master that processes give, and the same store."""
    monkeypatch.setattr(checks, "SOONER_ALONE", 1)  # so few would be checked in this process
    filings = list(synthetic(40))
    received = tmp_path / "报来"
    hand_in(received, filings)
    stores = []
    with cluster(tmp_path) as (address, workers):

        def power(name: str) -> Power:
            return Power(cluster=address) if name == "集群" else Power(2)

        for name in ("集群", "进程"):
            folder = tmp_path / name
            folder.mkdir()
            target = master(folder)
            actions.import_(target, [received], power=power(name))
            if name == "集群":
                workers[0].kill()
            outcome = actions.check_master(target, power=power(name))
            assert sorted(entry.filing.unit or "" for entry in outcome.checked) == sorted(f.unit or "" for f in filings)
            stores.append({path.name: path.read_bytes() for path in store_of(target).glob("*.parquet")})
    assert set(stores[0]) == {"read.parquet", "check.parquet"}
    assert stores[0] == stores[1]


def test_a_cluster_that_is_not_there_is_said_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT", "1s")
    with pytest.raises(BatchError, match="连不上集群"):
        run(slow, [Piece("a", 1)], Store(tmp_path, "x"), Power(cluster="tcp://127.0.0.1:9"), total=1)


# --- who may give work ------------------------------------------------------------------------------------------------


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """Return a folder with an authority, a certificate and its key, and the file that names them."""
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，做不了证书，跳过")
    place = tmp_path / "证书"
    place.mkdir()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(made, cwd=place, check=True, capture_output=True)
    shutil.copyfile(place / "cert.pem", place / "ca.pem")
    (place / "tls.toml").write_text('ca = "ca.pem"\ncert = "cert.pem"\nkey = "key.pem"\n', encoding="utf-8")
    return place


def test_work_goes_over_tls(tmp_path: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [Piece(f"{value:04d}", value) for value in range(40)]
    with cluster(tmp_path, certificates) as (address, _):
        store = Store(tmp_path / "a", "x")
        run(slow, pieces, store, Power(cluster=address, tls=certificates / "tls.toml"), total=40)
        assert [body for _, body in store.rows([piece.key for piece in pieces])] == [str(value) for value in range(40)]
        for wrong in (
            Power(cluster=address),
            Power(cluster=address.replace("tls", "tcp"), tls=certificates / "tls.toml"),
        ):
            with pytest.raises(BatchError, match="tls"):
                run(slow, pieces, Store(tmp_path / "b", "x"), wrong, total=40)
        monkeypatch.setattr(engine, "CONNECT", "2s")
        with pytest.raises(BatchError, match="连不上"):
            run(slow, pieces, Store(tmp_path / "c", "x"), Power(cluster=address.replace("tls", "tcp")), total=40)


def test_a_file_on_tls_that_is_wrong_says_what(tmp_path: Path, certificates: Path) -> None:
    file = certificates / "tls.toml"
    for text, words in (
        ("ca =", "写法"),
        ('ca = "ca.pem"', "cert、key"),
        ('ca="ca.pem"\ncert="no.pem"\nkey="key.pem"', "cert"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BatchError, match=words):
            run(slow, [Piece("a", 1)], Store(tmp_path, "x"), Power(cluster="tls://127.0.0.1:9", tls=file), total=1)


def test_an_open_port_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from workbook.cli import run as command

    monkeypatch.setattr(engine, "CONNECT", "1s")
    hand_in(tmp_path / "报来", list(synthetic(2)))
    for address, warned in (("tcp://192.0.2.1:9", True), ("tcp://127.0.0.1:9", False), ("localhost:9", False)):
        assert command(["check", str(tmp_path / "报来"), "--cluster", address]) == 2
        said = capsys.readouterr().err
        assert ("任何人都能" in said, "连不上" in said) == (warned, True), said
