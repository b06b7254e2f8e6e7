"""Serving: a node, the application over it, and a socket, until a signal ends it."""

import gc
import logging
import socket
import threading
from collections.abc import Callable

import uvicorn

from api.app import create_app
from registry.bootstrap import Node, open_node
from registry.config import Settings
from registry.errors import Conflict

logger = logging.getLogger(__name__)

BACKLOG = 2048


class Serving:
    """A server, and what is done beside it once it answers."""

    def __init__(self, server: uvicorn.Server, url: str) -> None:
        """`url` is where the server will answer."""
        self._server = server
        self._url = url
        self.fault: BaseException | None = None

    def beside(self, task: Callable[[str], None], *, once: bool) -> None:
        """Run `task` in a thread; the server ends after it if `once`, and when it fails."""
        threading.Thread(target=self._run, args=(task, once), daemon=True).start()

    def _run(self, task: Callable[[str], None], once: bool) -> None:
        try:
            task(self._url)
        except BaseException as exc:
            self.fault = exc
            self._server.should_exit = True
        if once:
            self._server.should_exit = True


def serve(
    settings: Settings, task: Callable[[str], None] | None = None, *, once: bool = False
) -> None:
    """Open the node and serve until SIGINT or SIGTERM; what waits is answered first.

    `task` is called in a thread with the node's URL; with `once` the server ends after it. What the
    task raises ends the server and is raised here.
    """
    listener = _listen(settings.host, settings.port)
    node = open_node(settings)
    try:
        server = server_over(node)
        serving = Serving(server, _url(settings.host, listener.getsockname()[1]))
        gc.freeze()  # what the start made lives as long as the process: not worth looking at again
        if task is not None:
            serving.beside(task, once=once)
        server.run(sockets=[listener])
    finally:
        node.close()
    if serving.fault is not None:
        raise serving.fault


def server_over(node: Node) -> uvicorn.Server:
    """A server of the application over a running node; it is run with its sockets."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(node),
            loop="asyncio",
            http="httptools",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=10,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; the port is taken before anything is opened, so a clash is told early.

    Raises Conflict ADDRESS_UNUSABLE.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as exc:
        raise Conflict(
            "ADDRESS_UNUSABLE", f"cannot listen on {host}, port {port}: {exc.strerror}"
        ) from exc
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(host: str, port: int) -> str:
    local = host in ("127.0.0.1", "0.0.0.0", "::", "::1")
    shown = "localhost" if local else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
