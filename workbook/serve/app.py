"""The addresses of the service: plain JSON, a file's bytes in and out, and the page."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from workbook.model.verbs import VERBS
from workbook.serve import work
from workbook.serve.announced import HERE, proof
from workbook.serve.guard import Guard, TooLargeError, refused
from workbook.serve.spaces import MASTER_NAME, Item, Space, SpaceError, Spaces
from workbook.serve.terms import Terms

TYPES = {"index.html": "text/html", "page.js": "text/javascript", "page.css": "text/css"}
PRESS_VERBS = tuple(verb.name for verb in VERBS if verb.press)
_LONGEST = 20_000  # bytes of a question in JSON


class Service:
    """What the addresses do; `app` is the door with all behind it, `asked` when somebody last asked."""

    def __init__(self, root: Path, terms: Terms, press: Callable[..., work.Data] | None = None) -> None:
        self.terms, self.spaces, self.press_of = terms, Spaces(root, terms), press
        self.asked = time.monotonic()
        folder = resources.files("workbook.serve").joinpath("page")
        self._page = {name: folder.joinpath(name).read_bytes() for name in TYPES}
        answer = self._answered
        routes = [
            Route("/", self.page("index.html")),
            Route("/page.js", self.page("page.js")),
            Route("/page.css", self.page("page.css")),
            Route(HERE, self.here),
            Route("/api/state", answer(self.state)),
            Route("/api/files", answer(self.put), methods=["PUT"]),
            Route("/api/files", answer(self.clear), methods=["DELETE"]),
            Route("/api/masters", answer(self.new), methods=["POST"]),
            Route("/api/files/{id}", answer(self.result)),
            Route("/api/files/{id}", answer(self.remove), methods=["DELETE"]),
            Route("/api/files/{id}/check", answer(self.check), methods=["POST"]),
            Route("/api/files/{id}/import", answer(self.take_in), methods=["POST"]),
            Route("/api/files/{id}/explain", answer(self.explain), methods=["POST"]),
            Route("/api/files/{id}/change", answer(self.change), methods=["POST"]),
            Route("/api/files/{id}/get", answer(self.get)),
            Route("/press", answer(self.press), methods=["POST"]),
        ]
        self.app = Guard(Starlette(routes=routes), terms)

    @property
    def is_busy(self) -> bool:
        """Return whether something is being done for somebody."""
        return self.spaces.waiting > 0

    def page(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """Return what gives one file of the page: it is held in memory, no path of the disk is made of an address."""

        async def give(request: Request) -> Response:
            return Response(self._page[name], media_type=TYPES[name])

        return give

    async def here(self, request: Request) -> Response:
        """Show a program of this user that it has met the service it looks for: nobody else can say so (`announced`)."""
        nonce = request.url.query
        if not self.terms.presses or len(nonce) != 32 or not nonce.isalnum():
            return refused(404, "没有这个地址")
        return Response(" ".join(proof(known, nonce) for known in self.terms.people), media_type="text/plain")

    def _answered(
        self, of: Callable[[Request, Space], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self.asked = time.monotonic()
            try:
                return await of(request, self.spaces.of(request.scope["who"]))
            except SpaceError as error:
                return refused(error.status, str(error))
            except TooLargeError as error:
                return refused(413, str(error))
            except TimeoutError:
                return refused(408, "传得太慢，已断开；请再试一次")
            except ClientDisconnect:
                return refused(400, "没有传完")

        return answer

    # --- files --------------------------------------------------------------------------------------------------------

    async def state(self, request: Request, space: Space) -> Response:
        """Tell which files there are and how far each is."""
        terms = self.terms
        return JSONResponse(
            {
                "name": space.name,
                "keep_hours": round(terms.keep_seconds / 3600, 1),
                "idle_minutes": round(terms.idle_seconds / 60),
                "megabytes": terms.file_bytes // 1_000_000,
                "year": date.today().year - 1,  # noqa: DTZ011 — the clerk's own calendar
                "files": [item.shown() for item in space.items.values()],
            }
        )

    async def put(self, request: Request, space: Space) -> Response:
        """Take a file, whose bytes are the body and whose name stands in the address, and check it."""
        name = request.query_params.get("name", "")
        item = self.spaces.place(space, name, request.query_params.get("folder", ""))
        try:
            with (item.folder / "file" / item.name).open("xb") as file:
                async for piece in request.stream():
                    item.size += len(piece)
                    if space.size > self.terms.space_bytes:
                        raise SpaceError("文件合计超过上限，没有收；请先移除用完的", 413)
                    file.write(piece)
            if not item.size:
                raise SpaceError(f"「{item.name}」是空的，没有收", 415)
        except BaseException:
            await self.spaces.remove(space, item)
            raise
        self.spaces.begin(space, item, work.check)
        return JSONResponse(item.shown(), status_code=201)

    async def result(self, request: Request, space: Space) -> Response:
        """Give the last result of a file."""
        item = self._item(request, space)
        file = item.folder / work.RESULT
        if not file.is_file():
            raise SpaceError(item.words or "还没有审完，请稍候")
        return Response(file.read_bytes(), media_type="application/json")

    async def remove(self, request: Request, space: Space) -> Response:
        """Take a file away."""
        await self.spaces.remove(space, self._item(request, space))
        return JSONResponse({})

    async def clear(self, request: Request, space: Space) -> Response:
        """Take all files away."""
        await self.spaces.clear(space)
        return JSONResponse({})

    # --- verbs --------------------------------------------------------------------------------------------------------

    async def check(self, request: Request, space: Space) -> Response:
        """Check a file again."""
        return self._begun(space, self._item(request, space), work.check)

    async def new(self, request: Request, space: Space) -> Response:
        """Make an empty master in the workspace."""
        asked = await _question(request)
        year = asked.get("year")
        if not isinstance(year, int) or not 2000 <= year <= 2100:
            raise SpaceError("年度应是 2000 到 2100 之间的数", 422)
        item = self.spaces.place(space, MASTER_NAME)
        return self._begun(space, item, work.new, item.name, year, _words(asked, "region", "")[:60])

    async def take_in(self, request: Request, space: Space) -> Response:
        """Take files of the workspace into a master of it."""
        asked = await _question(request)
        given = asked.get("files")
        ids = [id for id in given if isinstance(id, str)] if isinstance(given, list) else []
        sources = [(held.folder, held.came_in) for held in map(space.item, ids)]
        if not sources:
            raise SpaceError("请先勾选要导入总表的文件", 422)
        item = self._item(request, space)
        prefer = "单位" if asked.get("prefer") == "单位" else "总表"
        return self._begun(space, item, work.import_, sources, prefer)

    async def explain(self, request: Request, space: Space) -> Response:
        """Take what the clerk writes beside a finding."""
        asked = await _question(request)
        return self._begun(space, self._item(request, space), work.explain, _words(asked, "key"), _words(asked, "text"))

    async def change(self, request: Request, space: Space) -> Response:
        """Put what the clerk enters in the place of what she filed (`at`), in a copy; "text": null takes it back."""
        asked = await _question(request)
        words = None if asked.get("text", "") is None else _words(asked, "text")
        return self._begun(space, self._item(request, space), work.change, _words(asked, "at"), words)

    async def get(self, request: Request, space: Space) -> Response:
        """Give what is taken away: an annotated report, a workbook, a notice, a roll-up."""
        item, kind = self._item(request, space), request.query_params.get("as", "")
        if kind not in work.MAKERS:
            raise SpaceError("没有这种文件可下载", 404)
        if item.task is not None:
            raise SpaceError("这个文件正在处理，请稍候")
        made = await self.spaces.do(work.make, item.folder, kind)
        if "failed" in made:
            raise SpaceError(made["failed"])
        path = Path(made["path"])
        over = BackgroundTask(shutil.rmtree, made["folder"], ignore_errors=True)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream", background=over)

    async def press(self, request: Request, space: Space) -> Response:
        """Answer a button on this machine: do a verb on its job folder, where the result is written as a press writes it."""
        if self.press_of is None or not self.terms.presses:
            raise SpaceError("这里不接按钮的活", 404)
        asked = await _question(request)
        verb = _words(asked, "verb")
        if verb not in PRESS_VERBS:
            raise SpaceError("没有这个操作", 422)
        return JSONResponse(await self.spaces.apart(self.press_of, verb, _words(asked, "job")))

    def _item(self, request: Request, space: Space) -> Item:
        return space.item(request.path_params["id"])

    def _begun(self, space: Space, item: Item, verb: Callable[..., work.Data], *arguments: Any) -> Response:
        self.spaces.begin(space, item, verb, *arguments)
        return JSONResponse(item.shown(), status_code=202)


async def _question(request: Request) -> dict[str, Any]:
    """Return the question in a request's body; raise SpaceError where it is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise SpaceError("请求的格式不对", 415)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            raise SpaceError("请求太长", 413)
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SpaceError("请求的格式不对", 422) from error
    if not isinstance(asked, dict):
        raise SpaceError("请求的格式不对", 422)
    return asked


def _words(asked: dict[str, Any], name: str, default: str | None = None) -> str:
    found = asked.get(name, default)
    if not isinstance(found, str):
        raise SpaceError("请求的格式不对", 422)
    return found
