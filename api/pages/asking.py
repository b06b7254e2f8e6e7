"""The page as a client of the interface for programs, in this process and without a socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp, Message, Scope

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the interface answered: its content, or the problem (RFC 9457)."""

    status: int
    content: JSON

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status < 400


@dataclass(frozen=True, slots=True)
class Api:
    """The application that also serves the page; `asker` is the request that the page answers."""

    app: ASGIApp
    asker: Scope

    async def get(self, *path: str, **query: str) -> Answer:
        """GET the path of these parts; what is empty in the query is left out."""
        filled = {name: value for name, value in query.items() if value}
        return await self._ask("GET", path, urlencode(filled).encode(), b"")

    async def post(self, *path: str, body: bytes) -> Answer:
        """POST JSON."""
        return await self._ask("POST", path, b"", body)

    async def _ask(self, method: str, path: tuple[str, ...], query: bytes, body: bytes) -> Answer:
        written = "/api/v1/" + "/".join(quote(part, safe="") for part in path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": "/api/v1/" + "/".join(path),
            "raw_path": written.encode(),
            "root_path": "",
            "query_string": query,
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
            "client": self.asker.get("client"),
            "server": self.asker.get("server"),
        }
        heard = _Heard(body)
        try:
            await self.app(scope, heard.receive, heard.send)
        except Exception:
            # What nobody foresaw is answered, logged, and raised once more for the server.
            if heard.status == 0:
                raise
        return Answer(status=heard.status, content=json.loads(heard.body))


class _Heard:
    """Both ends of one exchange."""

    def __init__(self, body: bytes) -> None:
        self._said: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self.status = 0
        self.body = b""

    async def receive(self) -> Message:
        return self._said.pop() if self._said else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")
