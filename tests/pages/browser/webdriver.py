"""A browser driven over WebDriver (https://www.w3.org/TR/webdriver2/), as far as our tests need."""

import base64
import http.client
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from tests.serving import until

DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
STARTED = re.compile(r"started successfully on port (\d+)")
PATIENCE_S = 60


class Browser:
    """One window of a headless Chromium."""

    def __init__(self, *, language: str = "en-GB", scripts: bool = True) -> None:
        assert DRIVER is not None
        self._driver = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._port = self._port_told()
        self._session = ""
        options: dict[str, Any] = {
            "binary": CHROMIUM,
            "args": [
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                *("--disable-background-networking", "--no-first-run", "--no-proxy-server"),
                f"--accept-lang={language}",
            ],
            "prefs": {"intl.accept_languages": language},
        }
        if not scripts:
            options["prefs"]["profile.managed_default_content_settings.javascript"] = 2
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            # A click may answer before the page that it leads to is there.
            "timeouts": {"implicit": PATIENCE_S * 1000 // 2},
        }
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._ask("DELETE", "", None)
        finally:
            self._driver.terminate()
            self._driver.communicate(timeout=PATIENCE_S)

    # ---- what a person does ---------------------------------------------------------------------

    def open(self, url: str) -> None:
        """Go there and wait until it is loaded."""
        self._ask("POST", "/url", {"url": url})

    def resize(self, width: int, height: int) -> None:
        """The size of what is seen, in CSS pixels."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )

    def type(self, css: str, text: str) -> None:
        """Type into the first element; the path of a file, into a field for files."""
        self._ask("POST", f"/element/{self._find(css)}/value", {"text": text})

    def click(self, css: str) -> None:
        """Click the first element."""
        self._ask("POST", f"/element/{self._find(css)}/click", {})

    def press(self, keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        pressed = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask(
            "POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": pressed}]}
        )

    # ---- what a person sees ---------------------------------------------------------------------

    def text(self, css: str) -> str:
        """What is seen of the first element."""
        return str(self._ask("GET", f"/element/{self._find(css)}/text", None))

    def seen(self, css: str) -> bool:
        """Whether the first element is shown."""
        return bool(self._ask("GET", f"/element/{self._find(css)}/displayed", None))

    def script(self, body: str, *arguments: Any) -> Any:
        """What a function with this body returns in the page."""
        return self._ask("POST", "/execute/sync", {"script": body, "args": list(arguments)})

    def count(self, css: str) -> int:
        """How many elements there are."""
        return int(self.script("return document.querySelectorAll(arguments[0]).length", css))

    def wait(self, css: str) -> None:
        """Wait until there is such an element."""
        until(lambda: self.count(css) > 0, PATIENCE_S)

    def screenshot(self, path: Path) -> None:
        """The whole page as a picture, from top to end."""
        size = self.devtools("Page.getLayoutMetrics", {})["cssContentSize"]
        taken = self.devtools(
            "Page.captureScreenshot",
            {"captureBeyondViewport": True, "clip": {**size, "scale": 1}},
        )
        path.write_bytes(base64.b64decode(taken["data"]))

    def complaints(self) -> list[str]:
        """What the browser wrote on its console since it was last asked: errors, broken policy."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def devtools(self, command: str, parameters: Mapping[str, Any]) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": dict(parameters)})

    # ---- the wire -------------------------------------------------------------------------------

    def _find(self, css: str) -> str:
        found = self._ask("POST", "/element", {"using": "css selector", "value": css})
        return str(found[ELEMENT])

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        ) as connection:
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, self._session + path, sent)
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        if response.status != 200:
            raise AssertionError(f"{path}: {value['error']}: {value['message']}")
        return value

    def _port_told(self) -> int:
        assert self._driver.stdout is not None
        for line in self._driver.stdout:
            if found := STARTED.search(line):
                return int(found[1])
        raise AssertionError("chromedriver did not start")
