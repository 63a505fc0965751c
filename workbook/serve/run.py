"""The service as it runs: its port, its end, what it says of itself. Loopback, unless a bureau offers it to its departments."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from workbook.process import ClerkError
from workbook.serve import announced, work
from workbook.serve.app import Service
from workbook.serve.terms import Terms, digest, token
from workbook.storage import spill

LOOPBACK = "127.0.0.1"
EVERY = 1.0  # seconds between two looks at what is idle or over
MOST_CONNECTIONS = 200
Say = Callable[[str], None]


class ServeError(ClerkError):
    """A service that cannot be offered; the message is a Chinese sentence with the remedy."""


class _Impatient(H11Protocol):
    """HTTP whose request heads must come within some seconds: the library itself would wait for ever."""

    seconds = 15.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Have the connection closed in time while a head is awaited; leave it alone while a request is answered."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.seconds, self.transport.abort)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """The server without signal handlers of its own: being stopped is its usual end, not an error."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let Ctrl-C and the system's request to end it end it in good order."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = [signal.SIGINT, signal.SIGTERM, *([signal.SIGBREAK] if hasattr(signal, "SIGBREAK") else [])]
        before = {number: signal.signal(number, self._stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True


@dataclass(frozen=True, slots=True)
class Lan:
    """How a bureau offers the service on its intranet: where it listens, by which names it is asked, its certificate.

    Behind a named reverse proxy (`proxy`, "https://name") it listens on this machine alone, and the proxy has the certificate.
    """

    host: str = LOOPBACK
    port: int = 8443
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""

    @property
    def address(self) -> str:
        """Return the address that departments are told."""
        return self.proxy or f"https://{(*self.names, self.host)[0]}:{self.port}"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raise ServeError where the port is taken or not allowed."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise ServeError(
            f"{host} 的端口 {port} 用不了（{error.strerror}）：可能已有一个服务在运行；请换一个 --port"
        ) from error


def local(port: int, own: str, terms: dict[str, Any] | None = None) -> Terms:
    """Return the terms on this machine alone: one workspace, that of whoever started the service."""
    hosts = [f"{name}:{port}" for name in (LOOPBACK, "localhost")]
    return replace(
        Terms(
            frozenset(hosts),
            frozenset(f"http://{host}" for host in hosts),
            {digest(own): ""},
            jobs=max(2, min(8, os.cpu_count() or 2)),
            presses=True,
        ),
        **(terms or {}),
    )


def over_lan(lan: Lan, people: dict[str, str], terms: dict[str, Any] | None = None) -> Terms:
    """Return the terms on an intranet; `people` are names by the digests of their tokens. It does not end by itself."""
    if lan.proxy:
        if not lan.proxy.startswith("https://") or "/" in lan.proxy.removeprefix("https://"):
            raise ServeError("--proxy 要写成 https://名称（反向代理对外的地址，后面不带路径）")
        hosts = [lan.proxy.removeprefix("https://").lower()]
    else:
        if lan.certificate is None or lan.key is None:
            raise ServeError(
                "--lan 要有证书：请给 --cert 和 --key，或用 --proxy 说明由哪个反向代理加密；不加密的不提供"
            )
        hosts = [f"{name}:{lan.port}".lower() for name in (lan.host, *lan.names)]
        hosts += [name.lower() for name in (lan.host, *lan.names) if lan.port == 443]
    defaults = Terms(
        frozenset(hosts),
        frozenset(f"https://{host}" for host in hosts),
        people,
        space_bytes=100_000_000,
        files=100,
        idle_seconds=0,
        jobs=max(2, min(8, os.cpu_count() or 2)),
    )
    return replace(defaults, **(terms or {}))


def serve(
    say: Say,
    *,
    port: int = 0,
    terms: dict[str, Any] | None = None,
    show: Callable[[str], object] | None = None,
    press: Callable[..., work.Data] | None = None,
) -> None:
    """Offer the service on this machine alone until it is stopped or idle; raise ServeError.

    `show` is given the address of a page to open. Nothing stays behind but what was downloaded.
    """
    own = token()
    with listen(LOOPBACK, port) as sock, spill.folder() as root:
        port = sock.getsockname()[1]
        service = Service(root, local(port, own, terms), press)
        reached = announced.Reached(port, own, os.getpid())
        try:
            pages = announced.announce(reached)
            say(f"绩效自评在浏览器里打开：{announced.address(port, own)}")
            say(_said(service.terms))
            if show is not None:
                show(pages[-1].as_uri() if pages else announced.address(port, own))
            asyncio.run(run(service, sock))
        finally:
            announced.withdraw(reached.process)
    say("服务已关闭，文件已删除")


def serve_lan(say: Say, lan: Lan, people: dict[str, str], terms: dict[str, Any] | None = None) -> None:
    """Offer the service on the intranet until it is stopped; raise ServeError."""
    held = over_lan(lan, people, terms)
    with listen(LOOPBACK if lan.proxy else lan.host, lan.port) as sock, spill.folder() as root:
        say(f"绩效自评在内网提供：{lan.address}，{len(people)} 个入口；用 Ctrl-C 关闭")
        say(_said(held))
        asyncio.run(run(Service(root, held), sock, lan))
    say("服务已关闭，文件已删除")


def _said(terms: Terms) -> str:
    idle = f"；{terms.idle_seconds / 60:g} 分钟没有人用自动关闭" if terms.idle_seconds else ""
    return f"文件只放在本机临时文件夹，最后一次使用 {terms.keep_seconds / 3600:g} 小时后删除，服务关闭时全部删除{idle}"


async def run(
    service: Service, sock: socket.socket, lan: Lan | None = None, ended: asyncio.Event | None = None
) -> None:
    """Answer on a socket until stopped, idle, or `ended`."""
    tls: dict[str, Any] = {}
    if lan is not None and not lan.proxy:
        tls = {"ssl_certfile": lan.certificate, "ssl_keyfile": lan.key}
    protocol = type("Impatient", (_Impatient,), {"seconds": service.terms.head_seconds})
    config = uvicorn.Config(
        service.app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=16_384,
        **tls,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ServeError("证书或私钥读不了，请检查 --cert 和 --key 指的文件（PEM 格式）") from error
    server = _Server(config)
    beside = [asyncio.create_task(_watch(service, server, ended)), asyncio.create_task(service.spaces.apart(work.warm))]
    try:
        await server.serve(sockets=[sock])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _watch(service: Service, server: _Server, ended: asyncio.Event | None) -> None:
    """End the server when nobody has asked for long, and empty workspaces whose time is over."""
    idle = service.terms.idle_seconds
    while not server.should_exit:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for((ended or asyncio.Event()).wait(), EVERY)
            server.should_exit = True
        await service.spaces.expire()
        if idle and not service.is_busy and time.monotonic() - service.asked > idle:
            server.should_exit = True
