"""A service as it runs, in a thread of the tests, and a plain client that can ask what no browser would."""

import asyncio
import http.client
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbook.serve import run
from workbook.serve.app import Service
from workbook.serve.terms import Terms, digest, token

PATIENCE = 60.0  # seconds


class Serving:
    """A running service: its port, the tokens of its people, and what one asks it."""

    def __init__(self, port: int, tokens: list[str], service: Service, proxy: str = "") -> None:
        self.port, self.tokens, self.service = port, tokens, service
        self.origin = proxy or f"http://127.0.0.1:{port}"
        self.host = {"Host": proxy.removeprefix("https://")} if proxy else {}  # as the proxy hands it on

    @contextmanager
    def under(self, **terms: Any) -> Iterator[None]:
        """Have other terms hold for as long as the block runs, but for those of connections."""
        service, before = self.service, self.service.terms
        holders: tuple[Any, ...] = (service, service.spaces, service.app)
        try:
            for holder in holders:
                holder.terms = replace(before, **terms)
            yield
        finally:
            for holder in holders:
                holder.terms = before

    def ask(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        body: bytes | None = None,
        who: int = 0,
        headers: Mapping[str, str | None] | None = None,
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Ask as the page does; `headers` over that (None leaves one out). Return status, answer (JSON where it is), headers."""
        given: dict[str, str | None] = {"Authorization": f"Bearer {self.tokens[who]}", "Origin": self.origin}
        given |= self.host
        if data is not None:
            body = json.dumps(data).encode()
            given["Content-Type"] = "application/json"
        given |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None and "Content-Length" not in given:
                connection.putheader("Content-Length", str(len(body)))
            with suppress(BrokenPipeError, ConnectionResetError):  # who is refused is not listened to for long
                connection.endheaders(body)
            answer = connection.getresponse()
            try:
                content = answer.read()
            except http.client.IncompleteRead as cut:  # what was still being sent drowned the answer
                content = cut.partial
        finally:
            connection.close()
        told = {name.lower(): value for name, value in answer.getheaders()}
        is_json = told.get("content-type") == "application/json" and bool(content)
        return answer.status, json.loads(content) if is_json else content, told

    def put(self, path: Path, who: int = 0, name: str = "", folder: str = "") -> str:
        """Hand over a file, as it lay in a folder, and return its number."""
        address = f"/api/files?name={quote(name or path.name)}&folder={quote(folder)}"
        status, answer, _ = self.ask("PUT", address, body=path.read_bytes(), who=who)
        assert status == 201, answer
        return str(answer["id"])

    def result(self, id: str, who: int = 0) -> Any:
        """Return the result of a file when it is done."""
        item = self.item(id, who)
        assert item["state"] == "完成", item
        return self.ask("GET", f"/api/files/{id}", who=who)[1]

    def item(self, id: str, who: int = 0) -> Any:
        """Return what is said of a file when nothing is being done with it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            files = self.ask("GET", "/api/state", who=who)[1]["files"]
            item = next(entry for entry in files if entry["id"] == id)
            if item["state"] != "正在处理":
                return item
            time.sleep(0.03)
        raise AssertionError("still at work")


@contextmanager
def serving(
    people: int = 1, press: Any = None, lan: run.Lan | None = None, own: str = "", **terms: Any
) -> Iterator[Serving]:
    """Run a service on this machine, with as many people, on the terms of `jixiao serve` but for those given."""
    tokens = [token() for _ in range(people)]
    sock = run.listen(run.LOOPBACK, 0)
    port = sock.getsockname()[1]
    root = Path(tempfile.mkdtemp(prefix="jixiao-serving-"))
    held: Terms = run.local(port, tokens[0], {"jobs": 2, **terms})
    if people > 1:
        held = run.local(
            port, "", {"jobs": 2, **terms, "people": {digest(each): f"单位{n}" for n, each in enumerate(tokens)}}
        )
    if lan is not None:
        held = run.over_lan(lan, held.people if people > 1 else {digest(own): "单位"}, terms)
    service = Service(root, held, press)
    ready, ending = threading.Event(), []

    def work() -> None:
        async def main() -> None:
            ended = asyncio.Event()
            ending.append((asyncio.get_running_loop(), ended))
            ready.set()
            await run.run(service, sock, lan, ended)

        asyncio.run(main())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield Serving(port, tokens, service, lan.proxy if lan else "")
    finally:
        loop, ended = ending[0]
        if thread.is_alive():
            loop.call_soon_threadsafe(ended.set)
        thread.join(15)
        sock.close()
        shutil.rmtree(root, ignore_errors=True)
