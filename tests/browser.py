"""A real browser for tests, driven through the pipe that Chromium offers for it: no driver, no package."""

import base64
import json
import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.conftest import CHECKOUT

NAMES = ("chromium", "chromium-browser", "google-chrome")
OLD = ("78", "86")  # what domestic systems have; tests/run.sh fetches them
PATIENCE = 20.0  # seconds
MOST_TABS = 300


def program(version: str = "") -> str | None:
    """Return the path of a Chromium, of this machine's own where no version is told; None where there is none."""
    if not version:
        return next(filter(None, map(shutil.which, NAMES)), None)
    held = os.environ.get("JIXIAO_OLD_BROWSERS")
    return shutil.which("chromium", path=(Path(held) if held else CHECKOUT / ".cache" / "browsers") / version)


class LeftError(Exception):
    """The page went on to another while it was asked."""


class Browser:
    """One page in a Chromium without a window; what the page reports as an error stands in `errors`."""

    def __init__(self, folder: Path, *more: str, version: str = "") -> None:
        found = program(version)
        assert found
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._number = 0
        self._asked: dict[str, Any] | None = None  # the files that the page asks for
        self._rest = b""
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        rights = ["--no-sandbox"] if os.getuid() == 0 else []
        flags = ["--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-dev-shm-usage"]
        flags += [
            "--remote-debugging-pipe",
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=1280,900",
            *rights,
            *more,
        ]
        script = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", found, *flags, "about:blank"],
            pass_fds=(to_read, to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        self._session = ""
        page = self._page()
        self._session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "DOM", "Network", "Log"):
            self.call(f"{domain}.enable")
        self._taken: set[Path] = set()
        self.downloads = folder / "下载"
        self.downloads.mkdir()
        self.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def _page(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while True:
            for entry in self.call("Target.getTargets")["targetInfos"]:
                if entry["type"] == "page":
                    found: dict[str, Any] = entry
                    return found
            assert time.monotonic() < until, "the browser opens no page"
            time.sleep(0.02)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the browser's protocol and return its result; raise where it is an error."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "navigated" in answer.get("error", {}).get("message", ""):
                    raise LeftError(method)
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self._hear(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self._read, 1 << 16)
            assert piece, "the browser has ended"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _hear(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        if event.get("method") == "Page.fileChooserOpened":
            self._asked = told
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(told["exceptionDetails"])[:500])
        if event.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.errors.append(told["entry"]["text"])
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])

    def go(self, address: str) -> None:
        """Open an address."""
        self.call("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true; fail where it does not become so."""
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(LeftError):
                found = self.run(script)
                if found:
                    return found
            assert time.monotonic() < until, (script, self.run("document.body.innerText")[:2000], self.errors)
            time.sleep(0.05)

    def choose(self, selector: str, *paths: Path) -> None:
        """Choose files in a field for files."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])

    def choose_by_key(self, *paths: Path) -> None:
        """Press Enter on a button that asks for files, and choose these in what the browser would open for it."""
        self.call("Page.setInterceptFileChooserDialog", enabled=True)
        self._asked = None
        self.press("Enter", 13, text="\r")
        until = time.monotonic() + PATIENCE
        while self._asked is None:
            assert time.monotonic() < until, "the browser was asked for no file"
            self.run("0")  # hears what has come meanwhile
        names = [str(path) for path in paths]
        if "backendNodeId" in self._asked:
            self.call("DOM.setFileInputFiles", backendNodeId=self._asked["backendNodeId"], files=names)
        else:
            self.call("Page.handleFileChooser", action="accept", files=names)
        self.call("Page.setInterceptFileChooserDialog", enabled=False)

    def tab(self, selector: str, *, back: bool = False) -> None:
        """Press Tab until what a selector names has the focus, as who has no mouse does."""
        for _ in range(MOST_TABS):
            self.press("Tab", 9, shift=back)
            if self.run(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"no Tab leads to {selector}")

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of what a selector names."""
        box = f"document.querySelector({json.dumps(selector)})"
        x, y = self.run(
            f"(() => {{ {box}.scrollIntoView({{ block: 'center' }}); const at = {box}.getClientRects()[0];"
            " return [at.left + at.width / 2, at.top + at.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, code: int, *, text: str = "", control: bool = False, shift: bool = False) -> None:
        """Press a key of the keyboard, where the focus is."""
        told = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 * control + 8 * shift}
        self.call("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        self.call("Input.insertText", text=words)

    def picture(self, path: Path) -> None:
        """Take a picture of the page."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def downloaded(self, ending: str) -> Path:
        """Return a file that the page has handed over, when it is there whole."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.run("0")  # hears what has come meanwhile
            new = set(self.downloads.glob(f"*{ending}")) - self._taken
            found = [path for path in new if path.stat().st_size]
            if found and not list(self.downloads.glob("*.crdownload")):
                self._taken.add(found[0])
                return found[0]
            time.sleep(0.05)
        shown = self.run("document.body.innerText")[:400]
        raise AssertionError(f"nothing ending in {ending}: {list(self.downloads.iterdir())}, {shown}")

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        with suppress(AssertionError):  # it may be gone before it has answered
            self.call("Browser.close")
        os.close(self._write)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
