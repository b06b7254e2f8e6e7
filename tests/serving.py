"""A node served in this process over a real socket, and a plain client of it."""

import http.client
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, Self

from api.server import server_over
from registry.bootstrap import Node, open_node
from registry.config import Settings
from registry.proofs.record import LedgerId
from registry.storage.engine import metadata

HOST = "127.0.0.1"
JSON = "application/json"
NDJSON = "application/x-ndjson"
PATIENCE_S = 30
#: A node that waits for nothing, so that a test need not either.
QUICK: Mapping[str, Any] = {"anchor_entries": 1, "tick_s": 0.02, "retry_s": 0.05}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, headers and the very bytes."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Served:
    """A node on `folder` behind a port of its own; `node` is the object behind it."""

    def __init__(
        self, folder: Path, *, listener: socket.socket | None = None, **settings: Any
    ) -> None:
        """`listener`: a socket that listens, where the port must be known before; closed here."""
        self.node: Node = open_node(Settings(data=folder, **{**QUICK, **settings}))
        self._listener = listener or socket.create_server((HOST, 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._server = server_over(self.node)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def ledger(self) -> LedgerId:
        return self.node.deployment.ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.node.close()

    # ---- asking ---------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        with closing(self.connection()) as connection:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(status=response.status, headers=response.headers, body=response.read())

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_S)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: bytes, content_type: str = JSON, **headers: str) -> Answer:
        return self.ask("POST", path, body, {"Content-Type": content_type, **headers})

    def submit(self, body: bytes, **headers: str) -> Answer:
        return self.post("/api/v1/records", body, **headers)

    def record(self, reference: str) -> Any:
        """The one record of that name, as a look-up shows it."""
        (found,) = self.get(f"/api/v1/records/{reference}").json()["records"]
        return found

    # ---- what the node holds --------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until everything that was appended is final on the chain and published."""
        until(lambda: self._anchored() == (self.node.log.size, True))

    def _anchored(self) -> tuple[int, bool]:
        from registry.ledger import checkpoints

        log = self.node.log.log_id
        with self.node.database.read() as connection:
            newest = checkpoints.newest_final(connection, log)
            waiting = checkpoints.oldest_unmined(connection, log)
            unpublished = checkpoints.unpublished(connection, log)
        return (0 if newest is None else newest.size, waiting is None and not unpublished)

    def holdings(self) -> Mapping[str, int]:
        """The log's size and the rows of every table, once nothing moves any more."""
        from sqlalchemy import func, select

        self.settle()
        with self.node.database.read() as connection:
            rows = {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in metadata.tables.items()
            }
        return {"log": self.node.log.size, **rows}


def until(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until `holds`, for so many seconds at most."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("what was waited for did not happen")
        time.sleep(0.01)


def copied(template: Path, folder: Path) -> Path:
    """A folder like `template`, that of a node that was stopped."""
    shutil.copytree(template, folder)
    return folder
