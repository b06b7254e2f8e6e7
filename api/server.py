"""Serving: a node, the application over it, and a socket, until a signal ends it."""

import logging
import socket
import threading
from collections.abc import Callable

import uvicorn

from api.app import create_app
from registry.bootstrap import open_node
from registry.config import Settings

logger = logging.getLogger(__name__)

BACKLOG = 2048


def serve(settings: Settings, walk: Callable[[str], None] | None = None) -> None:
    """Open the node and serve until SIGINT or SIGTERM; what waits is answered first.

    `walk` is called in a thread with the node's URL once it answers; the server ends with it when
    it raises `SystemExit`.
    """
    listener = _listen(settings.host, settings.port)
    node = open_node(settings)
    try:
        server = uvicorn.Server(
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
        url = f"http://{_host(settings.host)}:{listener.getsockname()[1]}"
        if walk is not None:
            threading.Thread(target=_walk, args=(walk, url, server), daemon=True).start()
        server.run(sockets=[listener])
    finally:
        node.close()


def _walk(walk: Callable[[str], None], url: str, server: uvicorn.Server) -> None:
    try:
        walk(url)
    except SystemExit:
        server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; the port is taken before anything is opened, so a clash is told early."""
    listener = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG
    )
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return "localhost" if host == "127.0.0.1" else host
