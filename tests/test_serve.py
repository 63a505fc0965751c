"""`jixiao serve`: the page does what the command does, for whoever has the token, and for nobody else."""

import asyncio
import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

for _name in ("starlette", "uvicorn"):
    pytest.importorskip(_name, reason="没有安装 jixiao[serve]，网页的测试跳过")

from macros import buttons, door
from tests.benchmarks.press import alone
from tests.browser import OLD, Browser, program
from tests.serving import Serving, serving
from tests.stays import stays
from tests.test_addin import pressed
from workbook.actions import api as actions
from workbook.actions import checks
from workbook.bulk.engine import Power
from workbook.checking.check import check_filing
from workbook.cli import run as jixiao
from workbook.cli.serve import _press
from workbook.demo import make_tables
from workbook.master.read import paths_in
from workbook.master.results import result_hash
from workbook.model.findings import Severity
from workbook.readers import read
from workbook.readers.limits import LIMITS
from workbook.serve import announced, people, run, work
from workbook.serve.spaces import Spaces
from workbook.serve.terms import Terms, digest, token
from workbook.storage import spill

pytestmark = pytest.mark.xdist_group("serve")
PAGE = Path(work.__file__).parent / "page"


SURFER, MENDER, HASTY = 3, 4, 11  # who has a workspace of their own in the browser
CLERKS = {version: 5 + 2 * n for n, version in enumerate(("", *OLD))}  # and in which
BUREAUS = {version: who + 1 for version, who in CLERKS.items()}


@pytest.fixture(scope="module")
def service() -> Iterator[Serving]:
    """A service on this machine with some workspaces, buttons included."""
    with pytest.MonkeyPatch.context() as patch, serving(people=12, press=_press) as running:
        patch.setattr(run, "EVERY", 0.1)
        yield running


@pytest.fixture
def two(service: Serving) -> Iterator[Serving]:
    """The service with narrower terms, and workspaces 1 and 2 empty."""
    with service.under(file_bytes=3_000_000, space_bytes=4_000_000, files=4):
        yield service
    for who in (1, 2):
        service.ask("DELETE", "/api/files", who=who)


@pytest.fixture(scope="module")
def report(received: Path) -> Path:
    """A report in Word of the demo that has errors and warnings in it."""
    found = (path for path in sorted(received.glob("*.docx")) if actions.check([path]).warnings)
    return next(found)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Final accounts, budgets and targets of the demo's departments, by department."""
    out: dict[str, list[Path]] = {}
    for path in make_tables(tmp_path_factory.mktemp("表")):
        out.setdefault(path.parent.name, []).append(path)
    return out


@pytest.fixture(scope="module")
def checked(service: Serving, report: Path) -> tuple[str, Any]:
    """The report as the service checked it: number and result."""
    id = service.put(report)
    return id, service.result(id)


# --- what it does -----------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_command_says(checked: tuple[str, Any], report: Path):
    outcome = actions.check([report])
    _, result = checked
    assert result["headline"] == outcome.headline
    assert result["hash"] == result_hash(outcome.checked[0].report.findings)
    shown = [found["message"] for card in result["units"][0]["cards"] for found in card["all"]]
    assert sorted(shown) == sorted(found.message for found in outcome.checked[0].report.findings)


def test_findings_lead_to_the_figure_or_cell_they_speak_of(checked: tuple[str, Any], report: Path):
    _, result = checked
    cells = {cell[4]: cell[0] for block in result["blocks"] if "rows" in block for row in block["rows"] for cell in row}
    entry = actions.check([report]).checked[0]
    placed = 0
    for card in result["units"][0]["cards"]:
        for found in card["all"]:
            place = entry.filing.places.get(found["path"])
            if found["at"].startswith("c") and place and place.text:
                placed += 1
                stands = "".join(cells[found["at"]].split())
                row_name = re.sub(r"\]\..*", "].level3", found["path"])
                named = entry.filing.places.get(row_name)
                assert stands in {"".join(place.text.split()), "".join(named.text.split()) if named else ""}
    assert placed
    texts = {(block["u"], block["n"]): block["p"] for block in result["blocks"] if "n" in block}
    for figure, line in zip(result["units"][0]["figures"], actions.ledger_of(entry), strict=True):
        assert texts[0, figure["n"]][figure["from"] : figure["to"]] == line.figure


def test_an_explanation_stays_with_its_finding_and_goes_into_what_is_downloaded(
    service: Serving, report: Path, tmp_path: Path
):
    id = service.put(report)
    before = service.result(id)
    card = next(c for c in before["units"][0]["cards"] if c["severity"] == "warning" and len(c["all"]) == 1)
    key = card["all"][0]["key"]
    status, answer, _ = service.ask("POST", f"/api/files/{id}/explain", {"key": key, "text": " 按县政府会议纪要调整 "})
    assert status == 202, answer
    after = service.result(id)
    found = next(f for c in after["units"][0]["cards"] for f in c["all"] if f["key"] == key)
    assert (found["explanation"], found["status"]) == ("按县政府会议纪要调整", "已说明")
    status, content, headers = service.ask("GET", f"/api/files/{id}/get?as=workbook")
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    book = tmp_path / "已审.xlsx"
    book.write_bytes(content)
    filing = actions.read_files([book])[0][0]
    assert [given.text for given in filing.explanations.values()] == ["按县政府会议纪要调整"]
    assert service.ask("POST", f"/api/files/{id}/explain", {"key": "F01|别家|x", "text": "x"})[0] == 202
    assert service.item(id)["state"] == "没有做成"


def test_a_departments_own_workbook_is_shown_as_it_is_and_comes_back_with_the_explanation(
    service: Serving, report: Path, tmp_path: Path
):
    actions.export_file(report, tmp_path, None, ("xlsm",))
    id = service.put(next(tmp_path.glob("*.xlsm")))
    result = service.result(id)
    assert (result["kind"], [block["t"] for block in result["blocks"]]) == ("book", ["附件2", "附件3"])
    found = next(f for c in result["units"][0]["cards"] for f in c["all"] if f["severity"] == "warning")
    assert found["at"].startswith("c")
    service.ask("POST", f"/api/files/{id}/explain", {"key": found["key"], "text": "按会议纪要调整"})
    service.result(id)
    (tmp_path / "回.xlsm").write_bytes(service.ask("GET", f"/api/files/{id}/get?as=workbook")[1])
    again = actions.check([tmp_path / "回.xlsm"]).checked[0].report.findings
    assert [f.explanation for f in again if f.key == found["key"]] == ["按会议纪要调整"]


def test_the_annotated_report_is_the_clerks_own_with_comments(
    service: Serving, checked: tuple[str, Any], report: Path, tmp_path: Path
):
    status, content, _ = service.ask("GET", f"/api/files/{checked[0]}/get?as=annotated")
    assert status == 200
    (tmp_path / "批注.docx").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "批注.docx") as word:
        assert "批注" not in word.read("word/document.xml").decode()
        assert b"<w:comment " in word.read("word/comments.xml")
    for kind in ("notice", "html"):
        status, content, _ = service.ask("GET", f"/api/files/{checked[0]}/get?as={kind}")
        assert status == 200
        assert content


def test_a_bureau_makes_a_master_takes_reports_in_and_sees_who_has_filed(
    service: Serving, received: Path, tmp_path: Path
):
    status, made, _ = service.ask("POST", "/api/masters", {"year": 2024, "region": "云麓县"})
    assert status == 202, made
    assert service.result(made["id"])["desk"]["missing"] == []
    ids = [service.put(path) for path in sorted(received.iterdir())[:3]]
    for id in ids:
        service.item(id)
    assert service.ask("POST", f"/api/files/{made['id']}/import", {"files": ids})[0] == 202
    result = service.result(made["id"])
    assert len(result["units"]) == 3
    grades = next(chart for chart in result["desk"]["charts"] if chart["title"] == "等级分布")
    assert sum(count for _, count in grades["lines"]) == sum(1 for unit in result["units"] if unit["grade"])
    status, content, _ = service.ask("GET", f"/api/files/{made['id']}/get?as=workbook")
    book = tmp_path / "总表.xlsm"
    book.write_bytes(content)
    assert actions.is_master(book)
    assert result_hash(f for e in actions.check([book]).checked for f in e.report.findings) == result["hash"]


def test_a_roll_up_is_made_where_the_service_was_started_by_an_exe(
    imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        sys.modules["__main__"], "__file__", str(tmp_path / "jixiao.exe" / "__main__.py"), raising=False
    )
    with serving() as service:
        id = service.put(imported)
        service.result(id)
        status, content, _ = service.ask("GET", f"/api/files/{id}/get?as=rollup")
    assert status == 200, content
    assert content.startswith(b"PK")


def test_tables_dropped_along_are_told_from_reports_and_held_against_their_departments(
    service: Serving, received: Path, tables: dict[str, list[Path]], tmp_path: Path
):
    unit = next(unit for unit in tables if "水利" in unit)
    report = received / f"{unit}.docx"
    other = next(path for path in sorted(received.glob("*.docx")) if "水利" not in path.name)
    beside = [Path(shutil.copy(path, tmp_path / f"{n}-{path.name}")) for n, path in enumerate(tables[unit])]
    id, alone = service.put(report, who=1), service.put(other, who=1)
    before, not_its = service.result(id, who=1), service.result(alone, who=1)
    put = [service.put(path, who=1, name=path.name) for path in beside]
    assert {service.item(each, who=1)["kind"] for each in put} == {"tables"}
    outcome = actions.check([report], beside=beside)
    result = service.result(id, who=1)
    assert result["hash"] == result_hash(outcome.checked[0].report.findings) != before["hash"]
    named = [card["files"] for unit in result["units"] for card in unit["cards"] if card["files"]]
    assert {names[0] for names in named} == {report.name}
    assert {names[1] for names in named} <= {path.name for path in beside}
    assert service.result(alone, who=1)["hash"] == not_its["hash"]
    for each in put:
        assert service.ask("DELETE", f"/api/files/{each}", who=1)[0] == 200
    assert service.result(id, who=1)["hash"] == before["hash"]
    service.ask("DELETE", "/api/files", who=1)


def test_a_folder_a_department_goes_into_the_master_with_its_tables(
    service: Serving, received: Path, tables: dict[str, list[Path]], tmp_path: Path
):
    unit, files = next((unit, files) for unit, files in tables.items() if "水利" in unit)
    sent = tmp_path / "报来" / unit
    sent.mkdir(parents=True)
    for path in (received / f"{unit}.docx", *files):
        shutil.copy(path, sent)
    status, made, _ = service.ask("POST", "/api/masters", {"year": 2024, "region": "云麓县"}, who=2)
    assert status == 202
    ids = [service.put(path, who=2, folder=f"报来/../{unit}") for path in sorted(sent.iterdir())]
    items = [service.item(each, who=2) for each in ids]
    assert {item["came_in"] for item in items} == {f"报来 {unit}"}
    service.result(made["id"], who=2)
    assert service.ask("POST", f"/api/files/{made['id']}/import", {"files": ids}, who=2)[0] == 202
    result = service.result(made["id"], who=2)
    master = tmp_path / "总表.xlsm"
    actions.new(master, year=2024, region="云麓县")
    actions.import_(master, [sent.parent])
    assert result["hash"] == result_hash(f for e in actions.check([master]).checked for f in e.report.findings)
    assert any("决算" in card["message"] for card in result["units"][0]["cards"])
    (tmp_path / "网页.xlsm").write_bytes(service.ask("GET", f"/api/files/{made['id']}/get?as=workbook", who=2)[1])
    assert not paths_in(tmp_path / "网页.xlsm")["import"]  # no path of the service goes out with it
    service.ask("DELETE", "/api/files", who=2)


@pytest.mark.filterwarnings("ignore:Print area:UserWarning")
def test_button_add_in_page_command_service_and_cluster_come_to_one_hash(
    service: Serving, imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    places = {name: tmp_path / f"{name}.xlsm" for name in ("命令", "网页", "按钮", "服务", "集群", "加载项")}
    for path in places.values():
        shutil.copy(imported, path)
    page = service.result(service.put(places["网页"]))["hash"]
    assert jixiao(["check", str(places["命令"])]) == 1
    home = actions.open_book(places["命令"])
    told = {page, result_hash(f for e in actions.check([places["命令"]]).checked for f in e.report.findings)}
    assert home.year
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(checks, "SOONER_ALONE", 1)  # so few would be checked in this process
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as cluster:
        there = actions.check_master(places["集群"], power=Power(cluster=cluster.scheduler_address))
    told.add(result_hash(f for e in there.checked for f in e.report.findings))
    monkeypatch.undo()
    for name, press in (
        ("按钮", lambda job: buttons.main(["check", str(job)])),
        ("服务", lambda job: handed(service, job)),
    ):
        job = tmp_path / f"jixiao-{name}"
        job.mkdir()
        shutil.copy(places[name], job / "book.xlsm")
        (job / "request.txt").write_text("", encoding="ascii")
        press(job)
        lines = (job / "result.txt").read_bytes().decode("utf-16-le").splitlines()
        assert page in {cell.lstrip("t'") for line in lines for cell in line.split("\t")}, name
    after = pressed(places["加载项"], tmp_path, "check")
    assert page in {value for _, value in after["cells"]["参数"]}
    assert told == {page}, told


def test_a_press_that_the_service_answers_takes_at_most_three_tenths_of_a_second(
    service: Serving, imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(announced.PLACE, str(tmp_path / "run"))
    announced.announce(announced.Reached(service.port, service.tokens[0], os.getpid()))
    assert len(actions.open_book(imported).filings) == 8

    def worked() -> float:
        """Return what the press, the service and its workers have worked: other tests have the same processors."""
        times = [psutil.Process().cpu_times(), *(each.cpu_times() for each in psutil.Process().children())]
        return sum(each.user + each.system for each in times) + times[0].children_user + times[0].children_system

    took: list[float] = []
    while len(took) < 4 or (min(took) > 0.3 and len(took) < 20):  # a busy machine works slower, too
        before = worked()
        alone("check", imported, tmp_path / f"jixiao-{len(took)}")
        took.append(worked() - before)
    assert min(took) <= 0.3, took
    assert min(took) > 0.01  # that of a worker is seen


def handed(service: Serving, job: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "running", lambda: announced.Reached(service.port, service.tokens[0], 0))
        assert door.answered(["check", str(job)])


def test_a_press_without_a_service_or_with_a_dead_one_is_answered_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "request.txt").write_text("", encoding="ascii")
    assert not door.answered(["check", str(tmp_path)])
    sock = run.listen(run.LOOPBACK, 0)
    port = sock.getsockname()[1]
    sock.close()
    monkeypatch.setattr(door, "running", lambda: announced.Reached(port, "x" * 43, 0))
    assert not door.answered(["check", str(tmp_path)])
    monkeypatch.setattr(door, "running", lambda: announced.Reached(port, "x" * 43, 0, "/another/python"))
    assert not door.answered(["check", str(tmp_path)])


def test_the_door_of_a_press_loads_next_to_nothing():
    code = "import sys, macros.door; print([n for n in ('lxml', 'click', 'workbook.forms', 'starlette', 'asyncio') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("job", ["/", "/etc", "relative", "/tmp/../etc", ""])
def test_the_service_works_on_no_folder_that_is_no_press(service: Serving, job: str):
    assert service.ask("POST", "/press", {"verb": "check", "job": job})[1].get("failed")
    assert service.ask("POST", "/press", {"verb": "demo", "job": job})[0] == 422


# --- whom it refuses --------------------------------------------------------------------------------------------------

HOSTILE: dict[str, tuple[int, dict[str, str | None]]] = {
    "another page": (403, {"Origin": "http://evil.example"}),
    "another port's page": (403, {"Origin": "http://127.0.0.1:1"}),
    "a page of no origin": (403, {"Origin": "null"}),
    "no origin": (403, {"Origin": None}),
    "a page that says so itself": (403, {"Sec-Fetch-Site": "cross-site"}),
    "a page of the same site": (403, {"Sec-Fetch-Site": "same-site"}),
    "a rebound name": (421, {"Host": "evil.example"}),
    "a rebound name with the port": (421, {"Host": "evil.example:PORT"}),
    "a name that begins like ours": (421, {"Host": "127.0.0.1:PORT.evil.example"}),
    "an empty name": (421, {"Host": ""}),
    "no token": (401, {"Authorization": None}),
    "a wrong token": (401, {"Authorization": "Bearer " + "A" * 43}),
    "another scheme": (401, {"Authorization": "Basic dXNlcjpwYXNz"}),
    "an empty token": (401, {"Authorization": "Bearer "}),
    "a token that is no text": (401, {"Authorization": "Bearer \xff\xfe"}),
    "a huge body announced": (413, {"Content-Length": "99999999999"}),
    "an amount of nonsense": (400, {"Content-Length": "-1"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_refuses(service: Serving, what: str):
    status, given = HOSTILE[what]
    headers = {name: value and value.replace("PORT", str(service.port)) for name, value in given.items()}
    body = None if "Content-Length" in headers else b"x"
    before = service.ask("GET", "/api/state")[1]["files"]
    answered, words, told = service.ask("PUT", "/api/files?name=x.txt", body=body, headers=headers)
    assert answered == status, words
    assert service.ask("GET", "/api/state")[1]["files"] == before
    assert "access-control-allow-origin" not in told


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND"])
def test_it_knows_no_other_methods(service: Serving, method: str):
    assert service.ask(method, "/api/state")[0] in (400, 405)


def test_its_answers_are_neither_framed_nor_sniffed_nor_kept(service: Serving):
    for path in ("/", "/page.js", "/api/state", "/nowhere"):
        told = service.ask("GET", path)[2]
        assert "default-src 'none'" in told["content-security-policy"]
        assert "unsafe" not in told["content-security-policy"]
        assert (told["x-frame-options"], told["cache-control"], told["x-content-type-options"]) == (
            "DENY",
            "no-store",
            "nosniff",
        )
        assert "server" not in told


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/page.js/../app.py",
        "/api/files/..%2f..%2fetc",
        "/api/files/.",
        "/work.py",
    ],
)
def test_no_address_is_a_path_of_the_disk(service: Serving, path: str):
    status, content, _ = service.ask("GET", path)
    assert status == 404
    assert b"root:" not in (content if isinstance(content, bytes) else b"")


@pytest.mark.parametrize(
    "name",
    [
        "../../坏.docx",
        "..\\..\\坏.docx",
        "/etc/坏.docx",
        "C:\\Windows\\坏.docx",
        "CON.docx",
        "a\n\r\0b.docx",
        "‮xcod.docx",
    ],
)
def test_a_name_from_outside_stays_in_its_folder(service: Serving, name: str, report: Path):
    id = service.put(report, name=name)
    item = service.item(id)
    space = next(iter(service.service.spaces._held.values()))
    path = work.file_of(space.items[id].folder)
    assert path.parent == space.items[id].folder / "file"
    assert not re.search(r"[\x00-\x1f/\\:\u202e]|^\.|^(?i:con)\.", item["name"])
    service.ask("DELETE", f"/api/files/{id}")
    assert not space.items.get(id)
    assert not path.exists()


@pytest.mark.parametrize("name", ["x.exe", "x.html", "x", ".docx", "x.docx.js", ""])
def test_it_takes_no_other_kinds_of_files(service: Serving, name: str):
    assert service.ask("PUT", f"/api/files?name={name}", body=b"x")[0] == 415


def test_a_broken_or_hostile_file_costs_itself_alone(service: Serving, tmp_path: Path):
    (tmp_path / "坏.docx").write_bytes(b"PK\3\4" + b"\0" * 400)
    with zipfile.ZipFile(tmp_path / "弹.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/workbook.xml", b"<workbook>" + b" " * 30_000_000)
    for name in ("坏.docx", "弹.xlsx"):
        item = service.item(service.put(tmp_path / name))
        assert item["state"] == "没有做成"
        assert name[0] in item["words"]


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b"\xff", b'"x"', b"[" * 10_000, b'{"key": 1, "text": []}', b'{"files": "x"}']
)
def test_a_question_that_is_none_is_refused(service: Serving, checked: tuple[str, Any], body: bytes):
    for verb in ("explain", "import", "change"):
        headers = {"Content-Type": "application/json"}
        assert service.ask("POST", f"/api/files/{checked[0]}/{verb}", body=body, headers=headers)[0] == 422
        assert (
            service.ask("POST", f"/api/files/{checked[0]}/{verb}", body=body)[0] == 415
        )  # what a form of another page sends


def test_nobody_reaches_anothers_workspace(two: Serving, report: Path):
    id = two.put(report, who=1)
    two.result(id, who=1)
    mine = two.put(report, who=2)
    two.result(mine, who=2)
    assert [entry["id"] for entry in two.ask("GET", "/api/state", who=2)[1]["files"]] == [mine]
    for method, path, data in (
        ("GET", f"/api/files/{id}", None),
        ("GET", f"/api/files/{id}/get?as=workbook", None),
        ("POST", f"/api/files/{id}/check", {}),
        ("POST", f"/api/files/{id}/explain", {"key": "x", "text": "x"}),
        ("POST", f"/api/files/{id}/change", {"at": "c0-1-1", "text": "x"}),
        ("POST", f"/api/files/{mine}/import", {"files": [id]}),
        ("DELETE", f"/api/files/{id}", None),
    ):
        assert two.ask(method, path, data, who=2)[0] == 404, path
    assert two.ask("DELETE", "/api/files", who=2)[0] == 200
    assert two.result(id, who=1)["units"]
    two.ask("DELETE", "/api/files", who=1)


def put_of(two: Serving, name: str, length: str) -> bytes:
    """Return the head of an upload by the second entrance."""
    return (
        f"PUT /api/files?name={name} HTTP/1.1\r\nHost: 127.0.0.1:{two.port}\r\nOrigin: {two.origin}\r\n"
        f"Authorization: Bearer {two.tokens[1]}\r\n{length}\r\n\r\n"
    ).encode()


def test_what_is_too_much_is_refused_and_leaves_nothing(two: Serving, report: Path, tmp_path: Path):
    # told by its head alone: what is still being sent when it is refused may drown the answer
    answer = raw(two, put_of(two, "x.docx", "Content-Length: 3000001"))
    assert b" 413 " in answer
    assert b"3 MB" in answer
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [b"x" * 60_000] * 60) + b"0\r\n\r\n"
    assert b" 413 " in raw(two, put_of(two, "x.docx", "Transfer-Encoding: chunked") + chunks)
    for number in range(2):
        (tmp_path / f"{number}.txt").write_bytes(b"x" * 2_500_000)
    two.put(tmp_path / "0.txt", who=1)
    assert two.ask("PUT", "/api/files?name=1.txt", body=(tmp_path / "1.txt").read_bytes(), who=1)[0] == 413
    assert len(two.ask("GET", "/api/state", who=1)[1]["files"]) == 1
    for _ in range(3):
        two.put(report, who=1)
    assert two.ask("PUT", "/api/files?name=1.txt", body=b"x", who=1)[0] == 413
    two.ask("DELETE", "/api/files", who=1)
    assert not [path for path in space_of(two, 1).rglob("*") if path.is_file()]


def space_of(service: Serving, who: int) -> Path:
    return service.service.spaces._held[digest(service.tokens[who])].folder


def raw(service: Serving, content: bytes, patience: float = 20) -> bytes:
    """Return what comes back for these bytes, until the service closes."""
    with socket.create_connection(("127.0.0.1", service.port), 5) as line:
        line.settimeout(patience)
        out = b""
        with suppress(ConnectionResetError, BrokenPipeError):
            line.sendall(content)
        with suppress(ConnectionResetError, BrokenPipeError):
            while piece := line.recv(65536):
                out += piece
                if b" 413 " in out and b"}" in out:
                    break
        return out


def test_the_slow_are_cut_off_and_hold_up_nobody(report: Path):
    with serving(head_seconds=1.0, request_seconds=1.0) as service:
        begun = time.monotonic()
        head = (
            f"PUT /api/files?name=x.docx HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nOrigin: {service.origin}\r\n"
            f"Authorization: Bearer {service.tokens[0]}\r\nContent-Length: 1000\r\n\r\nx"
        )
        endless = b"GET / HTTP/1.1\r\nHost: 127"  # a head that never ends
        with ThreadPoolExecutor() as both:
            cut, told = both.map(lambda content: raw(service, content), (endless, head.encode()))
        assert cut == b""
        assert b" 408 " in told
        assert time.monotonic() - begun < 10
        lines = [socket.create_connection(("127.0.0.1", service.port), 5) for _ in range(100)]
        assert service.ask("GET", "/api/state")[1]["files"] == []
        for line in lines:
            line.close()


def test_work_that_takes_too_long_is_ended(tmp_path: Path):
    async def main() -> tuple[Any, int]:
        spaces = Spaces(tmp_path, Terms(frozenset(), frozenset(), jobs=2, work_seconds=60, queue=5))
        (tmp_path / "a").mkdir()
        short = [asyncio.create_task(spaces.apart(stays, tmp_path / "a" / f"short{n}")) for n in range(5)]
        await asyncio.sleep(0)
        full = await spaces.apart(stays, tmp_path / "a" / "short9")
        assert "排队" in full["failed"]
        most = 0
        while not all(task.done() for task in short):
            most = max(most, len(list(tmp_path.glob("at-work-*"))))
            await asyncio.sleep(0.02)
        spaces.terms = Terms(frozenset(), frozenset(), jobs=2, work_seconds=0.5)
        return await spaces.apart(stays, tmp_path / "a" / "long"), most

    late, most = asyncio.run(main())
    assert "已停止" in late["failed"]
    assert most <= 2


# --- how it begins and ends -------------------------------------------------------------------------------------------


def test_it_ends_when_nobody_asks_and_nothing_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(run, "EVERY", 0.05)
    monkeypatch.setenv(announced.PLACE, str(tmp_path / "run"))
    said: list[str] = []
    seen: list[Any] = []

    def show(page: str) -> None:
        seen.append((page, announced.told(), [oct(path.stat().st_mode)[-3:] for path in (tmp_path / "run").iterdir()]))

    run.serve(said.append, terms={"idle_seconds": 0.2}, show=show)
    page, reached, modes = seen[0]
    assert page.startswith("file://")
    assert reached.token not in page
    assert modes == ["600", "600"]
    assert reached.token in said[0]
    assert "#" in said[0]
    assert announced.told() is None
    assert not list((tmp_path / "run").iterdir())
    assert "已删除" in said[-1]


def test_what_somebody_else_could_have_announced_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(announced.PLACE, str(tmp_path / "run"))
    announced.announce(announced.Reached(1, "x", 1))
    assert announced.told()
    (tmp_path / "run" / "serve.json").chmod(0o666)
    assert announced.told() is None


def test_what_a_killed_service_left_behind_is_found_out_at_once_and_taken_away(
    service: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(announced.PLACE, str(tmp_path / "run"))
    own = announced.Reached(service.port, service.tokens[0], os.getpid())
    announced.announce(own)
    assert announced.running() == own
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    sock = run.listen(run.LOOPBACK, 0)
    free = sock.getsockname()[1]
    sock.close()
    with run.listen(run.LOOPBACK, 0) as silent:  # another program has the port by now, and says nothing
        port = silent.getsockname()[1]
        for left, is_left in (
            (own._replace(process=gone.pid), False),
            (own._replace(port=free), False),
            (own._replace(port=port), True),
            (own._replace(token="A" * 43), True),
        ):
            announced.announce(left)
            begun = time.monotonic()
            assert announced.running() is None
            assert time.monotonic() - begun < 0.2
            assert bool(announced.told()) == is_left
        silent.settimeout(1)
        line, _ = silent.accept()
        with line:
            assert own.token.encode() not in line.recv(4096)
    nonce = "0" * 32
    assert service.ask("GET", f"{announced.HERE}?{nonce}", headers={"Authorization": None})[0] == 200
    assert service.ask("GET", announced.HERE, headers={"Authorization": None})[0] == 404
    assert service.ask("GET", f"{announced.HERE}?{nonce}", headers={"Host": "evil.example"})[0] == 421
    assert service.ask("GET", f"{announced.HERE}?{nonce}", headers={"Origin": "http://evil.example"})[0] == 403


def test_files_go_when_their_time_is_over(service: Serving, report: Path):
    service.result(service.put(report, who=1), who=1)
    folder = space_of(service, 1)
    assert any(folder.iterdir())
    with service.under(keep_seconds=0.2):
        until = time.monotonic() + 10
        while any(folder.iterdir()) and time.monotonic() < until:
            time.sleep(0.05)
    assert not any(folder.iterdir())
    assert service.ask("GET", "/api/state", who=1)[1]["files"] == []


def test_an_intranet_is_served_with_encryption_and_named_entrances_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    units = tmp_path / "名单.txt"
    units.write_text("财政局\n民政局\n", encoding="utf-8")
    assert jixiao(["serve", "--lan", "10.1.2.3", "--units", str(units)]) == 2
    assert "不加密的不提供" in capsys.readouterr().err
    assert len(list(tmp_path.iterdir())) == 1
    assert jixiao(["serve", "--proxy", "https://jixiao.example"]) == 2
    assert "--units" in capsys.readouterr().err
    assert jixiao(["serve", "--proxy", "http://jixiao.example", "--units", str(units)]) == 2
    first, place = people.entrances(units, "https://10.1.2.3:8443")
    assert oct(place.stat().st_mode)[-3:] == "600"
    assert sorted(first.values()) == ["民政局", "财政局"]
    units.write_text("财政局\n教育局\n", encoding="utf-8")
    second, _ = people.entrances(units, "https://10.1.2.3:8443")
    kept = [known for known, name in first.items() if name == "财政局"]
    assert kept[0] in second
    assert not set(first) - set(kept) & set(second)
    units.write_text("=cmd|'/c calc'!A1\n", encoding="utf-8")
    with pytest.raises(run.ServeError, match="不是单位名称"):
        people.entrances(units, "https://x")


def test_behind_a_proxy_it_answers_to_the_proxys_name_alone():
    terms = run.over_lan(run.Lan(proxy="https://jixiao.example"), {digest(token()): "财政局"})
    assert terms.names == {"jixiao.example"}
    assert terms.origins == {"https://jixiao.example"}
    assert not terms.presses


def test_the_folder_of_a_service_that_runs_for_days_is_not_taken_for_a_killed_ones(tmp_path: Path):
    spaces = Spaces(tmp_path, Terms(frozenset(), frozenset()))
    elsewhere = f"00000000-{os.getpid()}-x"  # as on Windows, where a process cannot be asked after
    os.utime(tmp_path, (0, 0))
    assert spill.is_left(elsewhere, tmp_path.stat())
    asyncio.run(spaces.expire())
    assert not spill.is_left(elsewhere, tmp_path.stat())


def test_who_hands_in_many_files_does_not_keep_another_department_waiting(received: Path):
    reports = sorted(received.glob("*.docx"))
    with serving(people=2, jobs=2) as service:
        service.result(service.put(reports[0], who=1), who=1)  # what is done the first time takes longer
        for number in range(12):
            service.put(reports[number % len(reports)], name=f"{number}.docx")
        service.result(service.put(reports[1], who=1), who=1)
        states = [entry["state"] for entry in service.ask("GET", "/api/state")[1]["files"]]
        assert states.count("正在处理") > 4
        service.ask("DELETE", "/api/files")


def test_behind_its_proxy_a_bureau_serves_many_departments_at_once_each_to_itself_and_no_longer_than_said(
    received: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "EVERY", 0.1)
    reports, everybody = sorted(received.glob("*.docx")), range(6)
    with serving(people=6, lan=run.Lan(proxy="https://jixiao.example"), jobs=2) as service:
        for who in everybody:
            service.ask("GET", "/api/state", who=who)
        with ThreadPoolExecutor(6) as at_once:
            ids = list(at_once.map(lambda who: service.put(reports[who % len(reports)], who=who), everybody))
            spaces, most = service.service.spaces, 0
            while waiting := spaces.waiting:
                most = max(most, waiting and int(spaces._limiter.borrowed_tokens))
                time.sleep(0.005)
        assert most == 2
        for who, id in enumerate(ids):
            assert service.result(id, who=who)["headline"] == actions.check([reports[who % len(reports)]]).headline
            (mine,) = service.ask("GET", "/api/state", who=who)[1]["files"]
            assert mine["id"] == id
            assert service.ask("GET", f"/api/files/{ids[who - 1]}", who=who)[0] == 404
        direct = {"Host": f"127.0.0.1:{service.port}"}
        assert service.ask("GET", "/api/state", headers=direct)[0] == 421
        assert (
            service.ask("POST", "/api/masters", {"year": 2024}, headers={"Origin": "http://jixiao.example"})[0] == 403
        )
        assert service.ask("POST", "/press", {"verb": "check", "job": "/tmp/jixiao-x"})[0] == 404
        # what is taken away is gone, and all else when its time is over
        assert service.ask("DELETE", f"/api/files/{ids[0]}", who=0)[0] == 200
        assert not [*space_of(service, 0).iterdir()]
        with service.under(keep_seconds=0.2):
            until = time.monotonic() + 10
            held = [space_of(service, who) for who in everybody]
            while (left := [path for folder in held for path in folder.iterdir()]) and time.monotonic() < until:
                time.sleep(0.05)
        assert not left


def test_an_intranet_is_served_over_tls(tmp_path: Path):
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，造不出证书，跳过")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    how = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*how, "-keyout", str(key), "-out", str(cert), *subject], capture_output=True, check=True)
    lan = run.Lan("127.0.0.1", 8443, (), cert, key)
    own = token()
    with serving(lan=lan, own=own) as service:
        context = ssl.create_default_context(cafile=str(cert))
        with (
            socket.create_connection(("127.0.0.1", service.port), 5) as line,
            context.wrap_socket(line, server_hostname="127.0.0.1") as safe,
        ):
            safe.sendall(
                f"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:8443\r\nAuthorization: Bearer {own}\r\nConnection: close\r\n\r\n".encode()
            )
            assert safe.makefile("rb").read().startswith(b"HTTP/1.1 200")
        assert raw(service, b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8443\r\n\r\n", 3) == b""  # without encryption


def test_without_its_packages_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in [name for name in sys.modules if name.startswith(("workbook.serve.run", "uvicorn", "starlette"))]:
        monkeypatch.delitem(sys.modules, name)
    import workbook.serve

    monkeypatch.delattr(workbook.serve, "run")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert jixiao(["serve"]) == 2
    assert "jixiao[serve]" in capsys.readouterr().err


# --- the page ---------------------------------------------------------------------------------------------------------

LATER_THAN_78 = {
    "optional chaining": r"\?\.[A-Za-z_\[(]",
    "nullish": r"\?\?",
    "replaceAll": r"\.replaceAll\(",
    "replaceChildren": r"\.replaceChildren\(",
    "at": r"\.at\(",
    "structuredClone": r"structuredClone",
    "private members": r"\bthis\.#|^\s*#\w+\s*[=(]",
    "logical assignment": r"(\|\||&&)=",
    "separators": r"\d_\d",
    "any": r"Promise\.any|Object\.hasOwn|\bgroupBy\b|\.findLast",
}
STYLES_LATER = (
    r":is\(|:where\(|:has\(|:focus-visible|\binset:|aspect-ratio|\bgap:|@layer|color-mix|\bclamp\(|\b[sd]vh\b"
)


def test_the_page_has_nothing_that_an_old_chromium_does_not_know():
    script = (PAGE / "page.js").read_text(encoding="utf-8")
    assert not {
        name: found for name, pattern in LATER_THAN_78.items() if (found := re.findall(pattern, script, re.MULTILINE))
    }
    assert not re.findall(STYLES_LATER, (PAGE / "page.css").read_text(encoding="utf-8"))


def test_the_page_asks_the_network_for_nothing_and_makes_no_markup_of_words():
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|//cdn|@import", text), path.name
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son\w+=\"", text
        ), path.name


Opened = Callable[[str], Browser]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """What opens a real Chromium: this machine's own, or an old one that tests/run.sh has fetched; each once."""
    held: dict[str, Browser] = {}

    def of(version: str) -> Browser:
        if program(version) is None:
            old = f"没有取到旧版 Chromium {version}（bash tests/run.sh 用 npm 取，只有 x86-64 的）"
            pytest.skip(f"{old if version else '没有安装 Chromium'}，真浏览器里的测试跳过")
        if version not in held:
            rebound = "--host-resolver-rules=MAP evil.example 127.0.0.1"
            held[version] = Browser(tmp_path_factory.mktemp("浏览器"), rebound, version=version)
        return held[version]

    yield of
    for browser in held.values():
        browser.close()


@pytest.fixture
def browser(opened: Opened) -> Browser:
    """A real Chromium; `evil.example` leads to this machine there, as a rebound name of DNS does."""
    return opened("")


DONE = "document.querySelector('#progress').hidden"
SIDE_BY_SIDE = """(() => {
  const [cards, paper] = ['cards', 'paper'].map((id) => document.getElementById(id).getBoundingClientRect());
  return cards.width > 250 && paper.width > 400 && cards.right <= paper.left && Math.abs(cards.top - paper.top) < 5;
})()"""
HEARD = """window.said = [];
new MutationObserver(() => said.push(document.querySelector('#status').textContent))
  .observe(document.querySelector('#status'), { childList: true, characterData: true, subtree: true })"""
# an old browser lets nobody but a hand drop files: the page is told of the drop as the browser tells of it
HELD = "document.body.appendChild(Object.assign(document.createElement('input'), { type: 'file', id: 'held', multiple: true }))"
DROPPED = """(() => {
  const given = new DataTransfer(), held = document.querySelector('#held');
  [...held.files].forEach((file) => given.items.add(file));
  held.remove();
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }));
})()"""


@pytest.mark.parametrize("version", ["", *OLD])
def test_a_clerk_with_nothing_but_a_browser_goes_the_whole_way_by_keys(
    opened: Opened, version: str, service: Serving, report: Path, received: Path, tables: dict[str, list[Path]]
):
    browser, who = opened(version), CLERKS[version]
    unit, (*_, table) = next((unit, files) for unit, files in tables.items() if "水利" in unit)
    browser.go(f"{service.origin}/#{service.tokens[who]}")
    browser.wait("document.querySelector('#keep') && document.querySelector('#keep').textContent.includes('24')")
    assert service.tokens[who] not in browser.run("location.href")
    browser.run(HEARD)
    browser.tab("#choose")
    browser.choose_by_key(report)
    browser.wait(f"document.querySelectorAll('.card').length && {DONE}")
    assert browser.run("document.querySelector('#verdict').textContent") == actions.check([report]).headline
    assert browser.run("said.includes('审核：0 / 1')")
    # the cards beside the document, its figures in colours
    assert browser.run(SIDE_BY_SIDE)
    assert browser.run("document.querySelectorAll('.figure').length") > 5
    for kind, colour in (("error", "rgb(251, 213, 213)"), ("warning", "rgb(253, 238, 189)")):
        assert browser.run(f"getComputedStyle(document.querySelector('#paper .m-{kind}')).backgroundColor") == colour
    # a click on a coloured place leads to its card
    browser.click("#paper [data-card='1']")
    assert browser.run("document.querySelector('.card.here').id") == "card-1"
    browser.press("Escape", 27)
    # every control is reached by the keyboard, one after another
    for control in (".skip", "#choose", "#choose-folder", ".open", "#clear", "#d-annotated", "#k-0", ".other", ".save"):
        browser.tab(control)
    # N and P go through the cards, and what each is about is shown
    browser.tab(".open", back=True)
    for key, code, card in (("p", 80, 0), ("n", 78, 1), ("n", 78, 2), ("p", 80, 1)):
        browser.press(key, code, text=key)
        assert browser.run("document.querySelector('.card.here').id") == f"card-{card}"
        assert browser.run("document.activeElement.id") == f"k-{card}"
    assert browser.run("document.querySelectorAll('#paper .here-now').length") == 1
    # from a coloured place to its card
    browser.tab("#paper [data-card]")
    card = browser.run("document.activeElement.dataset.card")
    browser.press("Enter", 13, text="\r")
    assert browser.run("document.activeElement.id") == f"k-{card}"
    # an explanation
    before = browser.run("document.querySelectorAll('.card.settled').length")
    browser.tab(".card.warning textarea")
    browser.type("按会议纪要调整 <img src=x onerror=alert(1)>")
    browser.press("Enter", 13, control=True)
    browser.wait(f"document.querySelectorAll('.card.settled').length > {before} && {DONE}")
    # what should stand there put in, and another value at another place
    browser.tab(".card .fix")
    browser.press("Enter", 13, text="\r")
    browser.wait(f"document.querySelectorAll('#changes li').length == 1 && {DONE}")
    browser.tab("#paper .figure[data-at]")
    browser.press("F2", 113)
    browser.type("7.77")
    browser.press("Enter", 13, text="\r")
    browser.wait(f"document.querySelectorAll('#changes li').length == 2 && {DONE}")
    browser.tab("#changes li:first-child button", back=True)
    browser.press("Enter", 13, text="\r")
    browser.wait(f"document.querySelectorAll('#changes li').length == 1 && {DONE}")
    # taken away
    made = {}
    for kind, ending in (
        ("changed", "-已改.docx"),
        ("annotated", "-批注.docx"),
        ("workbook", "-已审.xlsx"),
        ("notice", ".docx"),
    ):
        browser.tab(f"#d-{kind}")
        browser.press("Enter", 13, text="\r")
        made[kind] = browser.downloaded(ending)
    with zipfile.ZipFile(made["annotated"]) as word:
        assert "按会议纪要调整" in word.read("word/comments.xml").decode()
    with zipfile.ZipFile(made["changed"]) as word:
        assert "7.77" in word.read("word/document.xml").decode()
    (filing,), _ = actions.read_files([made["workbook"]])
    assert [given.text[:7] for given in filing.explanations.values()] == ["按会议纪要调整"]
    assert "整改" in made["notice"].name
    # another report and a table of its department, dropped together, are held against each other
    browser.run(f"{HELD}; 0")
    browser.choose("#held", received / f"{unit}.docx", table)
    browser.run(DROPPED)
    browser.wait(f"document.querySelectorAll('#list li').length == 3 && {DONE}")
    assert browser.run(f"said.includes('正在传送 2 / 2：{table.name}')")
    browser.tab("#list li:nth-child(2) .open", back=True)
    browser.press("Enter", 13, text="\r")
    browser.wait(f"document.querySelector('#notes').textContent.includes('一起核对了：{table.name}')")
    # a reload keeps the entrance, from a place of the page too
    browser.run("document.querySelector('.skip').click(); location.reload()")
    browser.wait("document.querySelectorAll('#list li').length == 3")
    assert all(address.startswith((service.origin, "blob:", "data:")) for address in browser.requests)
    assert not browser.errors


@pytest.mark.parametrize("version", ["", *OLD])
def test_a_bureau_with_nothing_but_a_browser_has_its_desk_by_keys(
    opened: Opened, version: str, service: Serving, received: Path
):
    browser, who = opened(version), BUREAUS[version]
    reports = sorted(received.glob("*.docx"))[:2]
    browser.go(f"{service.origin}/#{'A' * 43}")  # in the window that has the clerk's page
    browser.wait("document.querySelector('#enter') && !document.querySelector('#enter').hidden")
    assert browser.run("document.activeElement.id") == "token"
    assert "口令" in browser.run("document.querySelector('#status').textContent")
    assert browser.run("document.querySelector('#desk').hidden")
    browser.errors.clear()  # the browser tells of the refusal itself
    browser.type(f"{service.origin}/#{service.tokens[who]}")
    browser.press("Enter", 13, text="\r")
    browser.wait(f"document.body && document.body.innerText.includes('单位{who}')")
    assert browser.run("document.querySelector('#status').textContent") == ""
    browser.tab("#bureau summary")
    browser.press("Enter", 13, text="\r")
    browser.tab("#year")
    browser.run("document.activeElement.select()")
    browser.type("2024")
    browser.tab("#region")
    browser.type("云麓县")
    browser.tab("#new")
    browser.press("Enter", 13, text="\r")
    browser.wait("!!document.querySelector('#filed')")
    browser.tab("#choose")
    browser.choose_by_key(*reports)
    browser.wait(f"document.querySelectorAll('#list li').length == 3 && {DONE}")
    browser.tab("#all")
    browser.press("Enter", 13, text="\r")
    browser.tab("#import")
    browser.press("Enter", 13, text="\r")
    browser.wait("document.querySelectorAll('#units td button').length == 2")
    assert "已报送 2 个单位" in browser.run("document.querySelector('#filed').textContent")
    assert browser.run("document.querySelectorAll('.chart').length") == 5
    assert browser.run("[...document.querySelectorAll('.bar i')].some(bar => bar.getBoundingClientRect().width > 20)")
    browser.tab("#u-1")
    browser.press("Enter", 13, text="\r")
    assert browser.run("document.querySelector('#cards strong').textContent") == browser.run(
        "document.querySelector('#u-1').textContent"
    )
    browser.tab("#d-rollup")
    browser.press("Enter", 13, text="\r")
    with zipfile.ZipFile(browser.downloaded("-汇总.xlsx")) as book:
        assert [name for name in book.namelist() if "charts/chart" in name]
    assert not browser.errors


def test_of_two_files_opened_one_after_the_other_the_second_is_shown_whichever_comes_first(
    browser: Browser, service: Serving, received: Path
):
    first, second = sorted(received.glob("*.docx"))[:2]
    late, soon = (service.put(path, who=HASTY) for path in (first, second))
    for id in (late, soon):
        service.result(id, who=HASTY)
    browser.go(f"{service.origin}/#{service.tokens[HASTY]}")
    browser.wait(f"!!document.getElementById('o-{soon}')")
    browser.run(
        "window.real = fetch; window.came = 0; window.fetch = async (path, how) => { const answer = await real(path, how);"
        f" if (path.endsWith('{late}')) {{ await new Promise((go) => setTimeout(go, 400)); window.came = 1; }} return answer; }}; 0"
    )
    browser.run(f"document.getElementById('o-{late}').click(); document.getElementById('o-{soon}').click()")
    browser.wait("window.came")
    time.sleep(0.1)
    assert browser.run("document.querySelector('#title').textContent") == second.name
    assert browser.run("document.querySelector('#list [aria-current=true]').textContent") == second.name
    assert not browser.errors


def test_a_folder_is_dropped_and_figures_are_changed_by_the_keyboard_alone(
    browser: Browser, service: Serving, received: Path, tables: dict[str, list[Path]], tmp_path: Path
):
    unit, files = next((unit, files) for unit, files in tables.items() if "水利" in unit)
    sent = tmp_path / unit
    sent.mkdir()
    for path in (received / f"{unit}.docx", *files):
        shutil.copy(path, sent)
    browser.go(f"{service.origin}/#{service.tokens[MENDER]}")
    browser.wait(f"document.body && document.body.innerText.includes('单位{MENDER}')")
    data = {"items": [], "files": [str(sent)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.call("Input.dispatchDragEvent", type=kind, x=100, y=200, data=data)
    browser.wait(f"document.querySelectorAll('#list li').length == {len(files) + 1}")
    browser.wait(
        "document.querySelector('#title').textContent.endsWith('.docx') && document.querySelectorAll('.card').length"
    )
    browser.wait(
        f"document.body.innerText.includes('涉及的文件：{unit}.docx 与 ') && document.querySelector('#progress').hidden"
    )
    assert browser.run("document.querySelector('#list .open').title") == unit
    # 照此改, with the keyboard
    browser.run("document.querySelector('.card .fix').focus()")
    browser.press("Enter", 13, text="\r")
    browser.wait("document.querySelectorAll('#changes li').length == 1 && document.querySelector('#progress').hidden")
    assert browser.run("document.querySelectorAll('#paper td.changed').length") == 1
    # another value, with F2 on a figure of a table; Esc leaves it
    figure = "#paper td[data-at][tabindex='0']:not(.changed)"
    browser.run(f'document.querySelector("{figure}").focus()')
    place = browser.run("document.activeElement.dataset.at")
    browser.press("F2", 113)
    browser.wait("document.activeElement.tagName == 'INPUT'")
    browser.type("7.77")
    browser.press("Escape", 27)
    assert browser.run("!document.querySelector('.edit') && document.activeElement.dataset.at") == place
    browser.press("F2", 113)
    browser.type("7.77")
    browser.press("Enter", 13, text="\r")
    browser.wait("document.querySelectorAll('#changes li').length == 2 && document.querySelector('#progress').hidden")
    assert browser.run("document.activeElement.dataset.at") == place
    # a click on a figure of the text, and the way back from each change
    browser.run("document.querySelector('#paper .figure[data-at]').click()")
    browser.type("8.88")
    browser.run("document.querySelector('.edit .ok').click()")
    browser.wait("document.querySelectorAll('#changes li').length == 3 && document.querySelector('#progress').hidden")
    browser.run("document.querySelector('#changes button').focus()")
    browser.press("Enter", 13, text="\r")
    browser.wait("document.querySelectorAll('#changes li').length == 2 && document.querySelector('#progress').hidden")
    browser.run("document.querySelector('#d-changed').focus()")
    browser.press("Enter", 13, text="\r")
    with zipfile.ZipFile(browser.downloaded("-已改.docx")) as word:
        written = word.read("word/document.xml").decode()
    assert "7.77" in written
    assert "8.88" in written
    assert not browser.errors


@pytest.mark.parametrize("version", ["", OLD[0]])
def test_pages_from_elsewhere_reach_nothing_in_a_real_browser(
    opened: Opened, version: str, service: Serving, report: Path
):
    browser = opened(version)
    service.ask("DELETE", "/api/files", who=SURFER)
    with foreign() as elsewhere:
        id = service.put(report, who=SURFER)
        service.result(id, who=SURFER)
        browser.go(f"http://127.0.0.1:{elsewhere}/")
        browser.wait("document.title == 'foreign'")
        head = f"{{Authorization: 'Bearer {service.tokens[SURFER]}'}}"
        for how in (
            f"fetch('{service.origin}/api/files/{id}', {{headers: {head}}})",
            f"fetch('{service.origin}/api/files/{id}', {{method: 'DELETE', headers: {head}}})",
            f"fetch('{service.origin}/api/state')",
            f"fetch('http://evil.example:{service.port}/api/state', {{headers: {head}}})",
        ):
            assert browser.run(f"{how}.then(() => 'reached', () => 'refused')") == "refused", how
        # a request whose answer it may not see arrives, and does nothing
        simple = f"fetch('{service.origin}/api/files?name=x.txt', {{method: 'POST', mode: 'no-cors', body: 'x'}}).then(() => 1, () => 1)"
        assert browser.run(simple) == 1
        assert [entry["id"] for entry in service.ask("GET", "/api/state", who=SURFER)[1]["files"]] == [id]
        # neither in a frame, nor under another name
        before = len(browser.requests)
        frame = f"Object.assign(document.createElement('iframe'), {{src: '{service.origin}/', onload: () => {{ window.loaded = 1 }}}})"
        browser.run(f"document.body.append({frame})")
        browser.wait("window.loaded")
        assert f"{service.origin}/" in browser.requests[before:]
        assert f"{service.origin}/page.js" not in browser.requests[before:]
        browser.go(f"http://evil.example:{service.port}/")
        browser.wait("document.body && document.body.innerText.includes('不是本服务的')")
        browser.errors.clear()


class _Foreign(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<title>foreign</title><body>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def foreign() -> Iterator[int]:
    """Serve a page of somebody else, on a port of its own."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Foreign)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", ["notice", "html"])
def test_there_is_no_notice_where_only_hints_are_left(
    report: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
):
    checked = [check_filing(filing, None, report) for filing in read(report)]
    (entry,) = checked
    entry.report.findings = [replace(found, severity=Severity.INFO) for found in entry.report.findings]
    assert entry.report.findings
    monkeypatch.setattr(work, "_checked_report", lambda *_: (checked, []))
    with pytest.raises(actions.ActionError, match="没有错误和待说明的预警"):
        work.MAKERS[kind](report, tmp_path, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_an_import_may_unpack_binds_that_import_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuses(*_: Any, **__: Any) -> None:
        bounds.append(LIMITS.archive_bytes)
        raise actions.ActionError("没有做成")

    before, bounds = LIMITS.archive_bytes, list[int]()
    monkeypatch.setattr(work, "take_in", refuses)
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "总表.xlsm").write_bytes(b"")
    with pytest.raises(actions.ActionError):
        work.import_(tmp_path, [])
    assert (bounds, LIMITS.archive_bytes) == ([work.MOST_UNPACKED], before)


def test_a_page_that_closes_soon_does_not_say_at_once():
    assert "；1.2 分钟没有人用自动关闭" in run._said(run.Terms(frozenset(), frozenset(), idle_seconds=72))
    assert "；60 分钟没有人用自动关闭" in run._said(run.Terms(frozenset(), frozenset(), idle_seconds=3600))
