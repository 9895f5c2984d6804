"""Chromium as `.ci/tools` brings it, driven over a pipe by its own protocol (DevTools)."""

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from house.tree import ROOT
from programs import missing

AXE = ROOT / ".tools/axe/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHUNK = 65536
PHONES = 480
"""Screens below this width are of phones."""


def needed() -> str:
    """Return the path of Chromium; without it or axe a test is skipped, in CI it fails."""
    found = shutil.which("chromium")
    if found is None or not AXE.exists():
        missing("there is no Chromium, or no axe; .ci/tools brings them")
    return found


@dataclass
class Browser:
    """One process of Chromium."""

    orders: int
    answers: int
    told: list[dict[str, Any]] = field(default_factory=list)
    """Events that were not asked for yet."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _rest: bytes = b""

    def call(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        number = next(self._numbers)
        order: dict[str, object] = {"id": number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            self.told.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def await_event(self, method: str) -> None:
        """Wait until an event comes, if it has not come yet; it is then spent."""
        for each in self.told:
            if each.get("method") == method:
                self.told.remove(each)
                return
        while (event := self._next()).get("method") != method:
            self.told.append(event)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            chunk = os.read(self.answers, CHUNK)
            assert chunk, "Chromium ended"
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@dataclass
class Tab:
    """One page that is open."""

    browser: Browser
    session: str

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Call a method of the protocol on this page."""
        return self.browser.call(method, self.session, **params)

    def go(self, url: str) -> None:
        """Load a page, and all that belongs to it."""
        self.call("Page.navigate", url=url)
        self.browser.await_event("Page.loadEventFired")

    def ask(self, script: str) -> Any:
        """Return what an expression is on the page; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """Take the size of another screen."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < PHONES,  # they draw scroll bars over the page, not beside it
        )

    def prefer(self, scheme: str) -> None:
        """Prefer `dark` or `light`."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def screenshot(self, path: Path) -> None:
        """Keep what is seen, down to the end of the page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def faults(self) -> list[str]:
        """Return what axe finds: each rule that is broken, with where."""
        self.ask(AXE.read_text(encoding="utf-8") + ";0")
        found = self.ask(
            "axe.run().then(all => all.violations.map("
            "each => each.id + ': ' + each.nodes.map(node => node.target).join(' ')))"
        )
        return [str(each) for each in found]

    def errors(self) -> list[dict[str, Any]]:
        """Return all that the console of the browser complains of."""
        self.ask("0")  # what was told before this answer has come
        return [
            each["params"]
            for each in self.browser.told
            if each.get("method") == "Runtime.exceptionThrown"
            or (
                each.get("method") == "Log.entryAdded"
                and each["params"]["entry"]["level"] in ("error", "warning")
            )
        ]


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """Start Chromium, and end it by its process id."""
    program = needed()
    heard, orders = os.pipe()
    answers, said = os.pipe()
    command = [program, *FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        ["/bin/bash", "-c", f'exec "$@" 3<&{heard} 4>&{said}', "bash", *command],
        pass_fds=(heard, said),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(heard)
    os.close(said)
    browser = Browser(orders, answers)
    try:
        yield browser
        browser.call("Browser.close")
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        os.close(orders)
        os.close(answers)


@contextmanager
def tab_of(browser: Browser) -> Iterator[Tab]:
    """Open a page of its own, and close it."""
    browser.told.clear()
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    tab = Tab(browser, session)
    for each in ("Page", "Runtime", "Log"):
        tab.call(f"{each}.enable")
    try:
        yield tab
    finally:
        browser.call("Target.closeTarget", targetId=target)
