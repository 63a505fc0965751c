"""Who may ask: the door before every address. What it refuses never reaches a file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbook.process import ClerkError
from workbook.serve.announced import HERE
from workbook.serve.terms import Terms

T = TypeVar("T")
SAFE = ("GET", "HEAD")
METHODS = (*SAFE, "POST", "PUT", "DELETE")
OPEN = ("/", "/page.js", "/page.css", HERE)  # the page itself, which holds nothing of anybody, and the sign of life
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class TooLargeError(ClerkError):
    """A body beyond what a file may be; the message is a Chinese sentence with the remedy."""


class _Patience:
    """The time that a request may spend on being sent and its answer on being read; the work between is none of it."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    async def on(self, passing: Awaitable[T]) -> T:
        """Wait for a message to pass; raise TimeoutError where no time is left."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                return await passing
        finally:
            self._left -= time.monotonic() - begun


class Guard:
    """Refuses by name, method, origin, token, size and time, in this order; what passes bears who asks (`scope["who"]`)."""

    def __init__(self, app: ASGIApp, terms: Terms) -> None:
        self.app, self.terms = app, terms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        spent = _Patience(self.terms.request_seconds)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await spent.on(send(message))

        refusal = self.refusal(scope)
        # whoever reads an answer too slowly is cut off; whoever sends too slowly is told so where the body is read
        with suppress(TimeoutError):
            if refusal is None:
                await self.app(scope, self._measured(receive, spent), dressed)
            else:
                await refused(*refusal)(scope, receive, dressed)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return why a request is refused (status, words), None where it is not; put who asks into the scope."""
        headers = Headers(scope=scope)
        if _one(headers.getlist("host")) not in self.terms.names:
            return 421, "这个地址不是本服务的，没有回答"
        if scope["method"] not in METHODS:
            return 405, "没有这种请求"
        if not self._is_own(scope, headers):
            return 403, "请求来自别的网页，没有回答"
        if scope["path"] not in OPEN:
            scheme, _, given = _one(headers.getlist("authorization"), lower=False).partition(" ")
            who = self.terms.who(given) if scheme.lower() == "bearer" else None
            if who is None:
                return 401, "口令不对或已失效；请从服务给出的地址重新打开"
            scope["who"] = who
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.terms.file_bytes:
            return 413, self._too_large()
        return None

    def _is_own(self, scope: Scope, headers: Headers) -> bool:
        """Return whether a request comes from our own page: browsers say so, and cannot be made to say otherwise."""
        origins = headers.getlist("origin")
        if any(origin not in self.terms.origins for origin in origins):
            return False
        if scope["method"] not in SAFE and not origins:
            return False
        site = headers.get("sec-fetch-site", "same-origin")
        return (
            site == "same-origin"
            or (site == "none" and scope["path"] in OPEN and scope["method"] in SAFE)
            or (
                # a link from elsewhere, a mail or the bureau's site, may lead to the page: that holds nothing of anybody
                scope["path"] == "/" and scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"
            )
        )

    def _measured(self, receive: Receive, spent: _Patience) -> Receive:
        taken, more = 0, True

        async def measured() -> Message:
            nonlocal taken, more
            message = await (spent.on(receive()) if more else receive())  # behind the body one waits for the end alone
            more = bool(message.get("more_body"))
            taken += len(message.get("body", b""))
            if taken > self.terms.file_bytes:
                raise TooLargeError(self._too_large())
            return message

        return measured

    def _too_large(self) -> str:
        return f"文件超过 {self.terms.file_bytes // 1_000_000} MB，没有收；请删去与自评无关的图片、附件"


def _one(values: Iterable[str], *, lower: bool = True) -> str:
    """Return the value of a header that stands once, "" where it does not."""
    held = list(values)
    if len(held) != 1:
        return ""
    return held[0].lower() if lower else held[0]


def refused(status: int, words: str) -> JSONResponse:
    """Return the answer to what is not done, with why."""
    headers: dict[str, Any] = {"connection": "close"} if status in (408, 413) else {}
    return JSONResponse({"failed": words}, status_code=status, headers=headers)
