"""A browser for tests: Chromium by the WebDriver protocol, spoken in plain HTTP, where both programs are present."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,1500",
)  # fmt: skip


def found(variable: str, *names: str) -> str | None:
    """The first of some programs that is there."""
    return next((path for name in (os.environ.get(variable), *names) if name and (path := shutil.which(name))), None)


CHROMIUM = found("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
CHROMEDRIVER = found("CHROMEDRIVER", "chromedriver")


class Browser:
    """One session of Chromium with an empty profile; ends with the `with` block."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.log = folder / "net.json"
        self.profile, self.flags = folder / "profile", (*FLAGS, *flags)

    def __enter__(self) -> Browser:
        assert CHROMEDRIVER is not None
        self.driver = subprocess.Popen([CHROMEDRIVER, "--port=0"], stdout=subprocess.PIPE, text=True)
        assert self.driver.stdout is not None
        port = next(hit[1] for line in self.driver.stdout if (hit := re.search(r"successfully on port (\d+)", line)))
        self.root = f"http://127.0.0.1:{port}/session"
        options = {
            "binary": CHROMIUM,
            "args": [*self.flags, f"--user-data-dir={self.profile}", f"--log-net-log={self.log}"],
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        try:
            answer = self._call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self._stop()
            raise
        self.root += f"/{answer['sessionId']}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call("DELETE", "")
        finally:
            self._stop()

    def _stop(self) -> None:
        self.driver.terminate()
        self.driver.wait(timeout=20)
        assert self.driver.stdout is not None
        self.driver.stdout.close()

    def _call(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        body = json.dumps(data).encode() if data is not None else None
        request = urllib.request.Request(self.root + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())["value"]

    def open(self, file: Path) -> None:
        """Open a file and wait until it is loaded."""
        self._call("POST", "/url", {"url": file.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, condition: str, seconds: float = 20.0) -> None:
        """Wait until a condition holds in the page."""
        script = (
            "const done = arguments[arguments.length - 1]; const end = Date.now() + 1000 * arguments[0];"
            f"(function look() {{ if ({condition}) done(true); else if (Date.now() > end) done(false);"
            " else setTimeout(look, 30); })();"
        )
        assert self._call("POST", "/execute/async", {"script": script, "args": [seconds]}), f"never true: {condition}"

    def _element(self, selector: str) -> str:
        return str(self._call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT])

    def click(self, selector: str) -> None:
        """Click on the middle of an element as a mouse does."""
        self._call("POST", f"/element/{self._element(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into an element."""
        self._call("POST", f"/element/{self._element(selector)}/value", {"text": text})

    def press(self, key: str) -> None:
        """Press a key wherever the focus is."""
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def point(self, x: float, y: float, *, click: bool) -> None:
        """Move the mouse to a place in the window, and click there."""
        moves: list[dict[str, Any]] = [
            {"type": "pointerMove", "duration": 0, "x": round(x - 2), "y": round(y)},
            {"type": "pointerMove", "duration": 60, "x": round(x), "y": round(y)},
            {"type": "pause", "duration": 120},
        ]
        if click:
            moves += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves}
        self._call("POST", "/actions", {"actions": [mouse]})

    def complaints(self) -> list[str]:
        """What the page wrote to the console as errors or warnings."""
        return [
            str(each["message"])
            for each in self._call("POST", "/se/log", {"type": "browser"})
            if each["level"] in ("SEVERE", "WARNING")
        ]

    def picture(self, file: Path) -> None:
        """Take a picture of the window."""
        file.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))
